//! Bounds what a library may read until it is asked for the next thing.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The most bytes that a library may still read of an input which is not to be trusted.
///
/// Libraries read a name, an attribute or a text into memory whole, however long it is.
///
/// ```
/// use std::io::Read;
///
/// let budget = ljd_core::read::Budget::new("a name is too long");
/// let mut input = budget.of(&b"rain and snow"[..]);
/// budget.set(4);
/// let mut name = Vec::new();
/// assert_eq!(input.read_to_end(&mut name).unwrap_err().to_string(), "a name is too long");
/// assert_eq!(name, b"rain");
/// ```
#[derive(Debug, Clone)]
pub struct Budget {
    left: Rc<Cell<u64>>,
    problem: &'static str,
}

impl Budget {
    /// No byte yet; `problem` is what reading more than is allowed fails with.
    pub fn new(problem: &'static str) -> Self {
        Self { left: Rc::default(), problem }
    }

    /// Allows so many bytes from now on.
    pub fn set(&self, bytes: u64) {
        self.left.set(bytes);
    }

    /// The bytes of `input`, as far as they are allowed.
    pub fn of<R: Read>(&self, input: R) -> impl Read + use<R> {
        Bounded { input, budget: self.clone() }
    }
}

struct Bounded<R> {
    input: R,
    budget: Budget,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.left.get();
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, self.budget.problem));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let n = self.input.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.budget.left.set(left - n as u64);
        Ok(n)
    }
}
