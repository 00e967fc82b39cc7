//! Who reads a raw folder and who replaces its files know of each other.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use crate::{Error, ErrorKind, Location, Result};

/// A raw folder that is read, or of which a file is being replaced; let go when it is dropped.
///
/// Whoever reads takes [`read`](Self::read) for as long as it does. Whoever puts a file in the place of one that
/// is there takes [`replace`](Self::replace) just before, and keeps it for the moment that takes; a file of a new
/// name needs none. A download need not hold it while bytes arrive.
///
/// The folder itself is locked, so nothing is written into it. Where the system cannot lock a folder, nothing is held:
/// that a file was changed is noticed in what is read all the same.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// use ljd_core::RawGuard;
///
/// let reader = RawGuard::read(folder.path())?;
/// assert!(RawGuard::replace(folder.path()).is_err());
/// drop(reader);
/// RawGuard::replace(folder.path())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RawGuard {
    _folder: Option<File>,
}

impl RawGuard {
    /// Holds a folder to read its files, as many others may; waits while a file is being replaced.
    ///
    /// # Errors
    ///
    /// Where the lock fails. A folder that is not there is no error: its files are named when they are missed.
    pub fn read(root: &Path) -> Result<Self> {
        let Some(folder) = open(root) else { return Ok(Self { _folder: None }) };
        match folder.lock_shared() {
            Err(error) if error.kind() != io::ErrorKind::Unsupported => {
                Err(Error::at(place(root), ErrorKind::Read(error)))
            }
            _ => Ok(Self { _folder: Some(folder) }),
        }
    }

    /// Holds a folder to replace one of its files.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InUse`] where somebody reads it.
    pub fn replace(root: &Path) -> Result<Self> {
        let Some(folder) = open(root) else { return Ok(Self { _folder: None }) };
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => Err(Error::new(ErrorKind::InUse(root.to_owned()))),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                Err(Error::at(place(root), ErrorKind::Read(error)))
            }
            _ => Ok(Self { _folder: Some(folder) }),
        }
    }
}

fn open(root: &Path) -> Option<File> {
    File::open(root).ok()
}

fn place(root: &Path) -> Location {
    Location::file(root.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_a_folder_and_nobody_replaces_what_they_read() {
        let folder = tempfile::tempdir().unwrap();
        let readers =
            [RawGuard::read(folder.path()).unwrap(), RawGuard::read(folder.path()).unwrap()];
        let refused = RawGuard::replace(folder.path()).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::InUse(_)), "{refused}");
        drop(readers);
        drop(RawGuard::replace(folder.path()).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
    }

    #[test]
    fn a_folder_that_is_not_there_is_held_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("raw");
        let _readers = [RawGuard::read(&missing).unwrap(), RawGuard::read(&missing).unwrap()];
        RawGuard::replace(&missing).unwrap();
    }
}
