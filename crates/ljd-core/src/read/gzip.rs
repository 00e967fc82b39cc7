//! Decompresses gzip files of several members, and counts what stands behind the last one.

use std::fmt;
use std::io::{self, BufRead, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

/// What every member begins with. (RFC 1952)
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Decompresses a gzip file, of several members too.
///
/// Bytes behind the last member that begin none, zeros or rubbish, are no text and no error, as `gunzip` has it: they are
/// counted.
///
/// ```
/// use std::io::Read;
///
/// let empty = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0";
/// let file = [&empty[..], b"\0\0\0"].concat();
/// let mut reader = ljd_core::read::Gzip::new(file.as_slice());
/// let trailing = reader.trailing();
/// assert_eq!(reader.read(&mut [0; 8])?, 0);
/// assert_eq!(trailing.load(std::sync::atomic::Ordering::Relaxed), 3);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Gzip<R> {
    /// The member that is read; `None` behind the last one.
    member: Option<GzDecoder<Input<R>>>,
    trailing: Arc<AtomicU64>,
}

/// The file, behind a byte that was taken from it to see what follows.
type Input<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: BufRead> Gzip<R> {
    /// Decompresses what `input` gives.
    pub fn new(input: R) -> Self {
        Self { member: Some(GzDecoder::new(behind(Vec::new(), input))), trailing: Arc::default() }
    }

    /// The number of bytes that stand behind the last member, when everything is read.
    pub fn trailing(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.trailing)
    }

    /// Goes on to the next member, if there is one.
    fn next_member(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let (_, mut input) = member.into_inner().into_inner();
        let mut start = Vec::new();
        io::copy(&mut (&mut input).take(MAGIC.len() as u64), &mut start)?;
        if start.is_empty() {
            return Ok(());
        }
        if MAGIC.starts_with(&start) {
            self.member = Some(GzDecoder::new(behind(start, input)));
            return Ok(());
        }
        let n_bytes = io::copy(&mut behind(start, input), &mut io::sink())?;
        self.trailing.store(n_bytes, Ordering::Relaxed);
        Ok(())
    }
}

fn behind<R: BufRead>(start: Vec<u8>, input: R) -> Input<R> {
    Cursor::new(start).chain(input)
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let n = member.read(buffer)?;
            if 0 < n || buffer.is_empty() {
                return Ok(n);
            }
            self.next_member()?;
        }
        Ok(0)
    }
}

impl<R> fmt::Debug for Gzip<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gzip").field("trailing", &self.trailing).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    /// What is read, what stands behind it, and the kind of an error; the file comes so many bytes at a time.
    fn read(file: &[u8], at_once: usize) -> (Vec<u8>, u64, Option<io::ErrorKind>) {
        let mut reader = Gzip::new(io::BufReader::with_capacity(at_once, file));
        let mut text = Vec::new();
        let error = io::copy(&mut reader, &mut text).err();
        (text, reader.trailing().load(Ordering::Relaxed), error.map(|error| error.kind()))
    }

    #[test]
    fn what_stands_behind_the_last_member_is_counted() {
        let members = [packed(b"rain "), packed(b""), packed(b"snow")].concat();
        let cases: [(&[u8], u64); 5] =
            [(b"", 0), (b"\0", 1), (b"\0\0\0", 3), (b"rubbish", 7), (b"\x1e", 1)];
        for (behind, n) in cases {
            let file = [&members[..], behind].concat();
            for at_once in [1, 7, 1 << 10] {
                assert_eq!(read(&file, at_once), (b"rain snow".to_vec(), n, None), "{behind:?}");
            }
        }
    }

    #[test]
    fn a_member_that_is_begun_has_to_be_whole() {
        let whole = packed(b"rain");
        for behind in [&b"\x1f"[..], b"\x1f\x8b", &whole[..whole.len() - 1]] {
            let (_, n, error) = read(&[&whole[..], behind].concat(), 64);
            assert_eq!((n, error), (0, Some(io::ErrorKind::UnexpectedEof)), "{behind:?}");
        }
        assert_eq!(read(b"", 64).2, Some(io::ErrorKind::UnexpectedEof));
        assert_eq!(read(b"rubbish in place of a file", 64).2, Some(io::ErrorKind::InvalidInput));
    }

    #[test]
    fn a_wrong_check_sum_is_an_error() {
        let mut file = packed(b"rain");
        let at = file.len() - 8;
        file[at] ^= 1;
        assert_eq!(read(&file, 64).2, Some(io::ErrorKind::InvalidInput));
    }
}
