//! `ljd-lock.json`: which bytes were downloaded, so that a later run is held to them.
//!
//! Many publishers state no digest and some change a file in place. The digest of the first download is
//! kept beside the files, and every later one is compared with it: trust on first use.

use std::collections::BTreeMap;
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::{Error, Result, read_named};

/// What is known of the files below a raw folder, by their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Each file as it was when its digest was taken.
    pub files: BTreeMap<String, LockedFile>,
    /// What the newest release of a corpus was when it was asked for, by the corpus's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub releases: BTreeMap<String, String>,
}

/// A file as it was when its digest was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedFile {
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Where it was downloaded from; `None` if it was there before.
    pub url: Option<String>,
    /// When it was last written, in nanoseconds since 1970; a file of another time is hashed anew.
    pub modified: Option<u64>,
}

impl Lock {
    /// Name of the file, below the raw folder.
    pub const FILE: &str = "ljd-lock.json";

    /// The lock of a raw folder; empty where there is none.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or is no lock.
    pub fn read(root: &Path) -> Result<Self> {
        match read_named(&root.join(Self::FILE)) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| Error::json(Self::FILE, error)),
            Err(error) if error.is_not_found() => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Writes the lock beside its file and renames it.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, or something that is no plain file lies in its place.
    pub fn write(&self, root: &Path) -> Result<()> {
        let path = root.join(Self::FILE);
        let part = root.join(format!("{}.part", Self::FILE));
        for place in [&path, &part] {
            if fs::symlink_metadata(place).is_ok_and(|metadata| !metadata.is_file()) {
                let problem = "lies where what is known of the files is written";
                return Err(Error::not_ours(place, problem));
            }
        }
        let json = serde_json::to_string_pretty(self).map_err(io::Error::from);
        let written = json.and_then(|json| write_anew(&part, &(json + "\n")));
        let renamed = written.and_then(|()| fs::rename(&part, &path));
        renamed.map_err(|error| Error::write(path, error))
    }
}

/// Writes a file that did not exist, so that no link is followed; what a killed run left is removed before.
fn write_anew(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

impl LockedFile {
    /// Whether a file on disk has not been written to since its digest was taken.
    pub fn is_untouched(&self, metadata: &Metadata) -> bool {
        self.bytes == metadata.len()
            && self.modified.is_some()
            && self.modified == modified(metadata)
    }
}

/// When a file was last written, in nanoseconds since 1970, where the file system says so.
pub fn modified(metadata: &Metadata) -> Option<u64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}
