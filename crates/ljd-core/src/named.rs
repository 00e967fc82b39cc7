//! Files that the user names: recipes, manifests, lists, data to compare with.
//!
//! Only regular files are opened. To open a pipe would wait for somebody who writes into it, and a device may have no
//! end; nothing that a build depends on may be gone when it is read a second time.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, ErrorKind, Location, Result};

/// The largest recipe, manifest, licence or lock: many times any real one.
pub(crate) const LONGEST_TEXT: usize = 16 << 20;

/// Opens a file that the user names.
///
/// # Errors
///
/// Where it cannot be opened, or is a folder, a pipe or a device.
pub fn open_named(path: &Path) -> Result<File> {
    let failed = |kind| Error::at(Location::file(path.display().to_string()), kind);
    match open_regular(path) {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(found)) => Err(failed(ErrorKind::NoFile { found })),
        Err(error) => Err(failed(ErrorKind::Read(error))),
    }
}

/// The text of a small file that the user names, such as a recipe.
///
/// # Errors
///
/// Those of [`open_named`], and where the file is larger than 16 MiB or no UTF-8.
#[expect(clippy::disallowed_methods, reason = "bounded")]
pub fn read_named(path: &Path) -> Result<String> {
    let failed = |kind| Error::at(Location::file(path.display().to_string()), kind);
    let mut text = String::new();
    let read = open_named(path)?.take(LONGEST_TEXT as u64 + 1).read_to_string(&mut text);
    // Cut within a character, a text that is too long is no UTF-8 either.
    let is_long = read.as_ref().map_or_else(|_| is_longer(path), |n| LONGEST_TEXT < *n);
    if is_long {
        return Err(failed(ErrorKind::TooLarge { limit: LONGEST_TEXT }));
    }
    read.map_err(|error| failed(ErrorKind::Read(error)))?;
    Ok(text)
}

fn is_longer(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| LONGEST_TEXT as u64 <= metadata.len())
}

/// Opens a regular file, or says what is there in place of one.
pub(crate) fn open_regular(path: &Path) -> io::Result<Result<File, &'static str>> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_file() { File::open(path).map(Ok) } else { Ok(Err(no_file(kind))) }
}

/// What is no file.
fn no_file(kind: FileType) -> &'static str {
    if kind.is_dir() { "a folder" } else { "a pipe or a device" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_bound_on_either_side() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recipe.json");
        fs::write(&path, "x".repeat(LONGEST_TEXT)).unwrap();
        assert_eq!(read_named(&path).unwrap().len(), LONGEST_TEXT);
        // The second one ends within a character at the bound.
        for text in ["x".repeat(LONGEST_TEXT + 1), format!("{}雨", "x".repeat(LONGEST_TEXT - 1))] {
            fs::write(&path, text).unwrap();
            let error = read_named(&path).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
        }
    }

    #[test]
    fn what_is_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for (path, found) in
            [(folder.path(), "a folder"), (Path::new("/dev/zero"), "a pipe or a device")]
        {
            let error = read_named(path).unwrap_err();
            assert!(error.to_string().contains(found), "{error}");
        }
    }
}
