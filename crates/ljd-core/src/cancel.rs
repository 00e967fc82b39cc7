//! Ending early, at somebody else's wish.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Error, ErrorKind, Result};

/// A wish to end, shared by those who may have it and those who work: its clones are one wish.
///
/// Libraries know no signals. A program that is asked to end says so here, and what runs comes to its end with
/// [`ErrorKind::Cancelled`] and leaves nothing half done.
///
/// ```
/// let (cancel, worker) = (ljd_core::Cancel::default(), ljd_core::Cancel::default());
/// cancel.cancel();
/// assert!(cancel.clone().check().is_err());
/// assert!(worker.check().is_ok());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks what runs to end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Ends what calls it, where somebody asked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] then.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::new(ErrorKind::Cancelled)) } else { Ok(()) }
    }
}
