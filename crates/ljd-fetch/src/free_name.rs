//! Gives a file a name that nothing has, in one step, so that nothing is replaced that appears meanwhile.

use std::fs;
use std::io;
use std::path::Path;

/// Renames a file, unless something has the new name: then nothing happens, and it says `false`.
///
/// Where the system or the file system cannot do both in one step, the name is looked at first.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<bool> {
    match rename_in_one_step(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            if fs::symlink_metadata(to).is_ok() {
                return Ok(false);
            }
            fs::rename(from, to).map(|()| true)
        }
        Err(error) => Err(error),
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_in_one_step(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Err(io::ErrorKind::Unsupported.into()),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_in_one_step(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "two files of one word")]
    fn what_has_the_name_stays() {
        let folder = tempfile::tempdir().unwrap();
        let [from, taken, free] = ["from", "taken", "free"].map(|name| folder.path().join(name));
        fs::write(&from, "ours").unwrap();
        fs::write(&taken, "theirs").unwrap();
        assert!(!rename(&from, &taken).unwrap());
        assert_eq!(fs::read_to_string(&taken).unwrap(), "theirs");
        assert_eq!(fs::read_to_string(&from).unwrap(), "ours");
        assert!(rename(&from, &free).unwrap());
        assert_eq!(fs::read_to_string(&free).unwrap(), "ours");
        assert!(rename(&from, &free).is_err(), "there is nothing to rename any more");
    }
}
