//! `<name>.part`, the bytes of a file that is not whole yet, and `<name>.part.json`, what they are of.
//!
//! Only what a download wrote is continued, overwritten or removed: a part without its description, a link and
//! whatever else lies in their place is somebody else's, and stays.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ljd_core::{Error, Result, Sha256Writer};
use serde::{Deserialize, Serialize};

use crate::client::Resume;
use crate::free_name;

/// The part of one file.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    about: PathBuf,
}

/// What the bytes of a part are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) url: String,
    pub(crate) validator: Option<String>,
    /// Length of the whole file, as the server announced it.
    #[serde(default)]
    pub(crate) total: Option<u64>,
}

/// Longer than what we write; a longer file is none of ours.
const LONGEST_ABOUT: u64 = 64 << 10;

impl Part {
    /// The part of the file that will lie at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: with_ending(path, "part"), about: with_ending(path, "part.json") }
    }

    /// From where a download from `url` may continue.
    ///
    /// A part of another address or without a validator is only good where the manifest states the
    /// digest, which tells in the end whether the pieces fit.
    ///
    /// # Errors
    ///
    /// Where something lies in the part's place that no download wrote.
    pub(crate) fn resume(&self, url: &str, has_digest: bool) -> Result<Option<Resume>> {
        let (about, part) = self.there()?;
        let (Some(About { url: before, validator, total }), Some(part)) = (about, part) else {
            return Ok(None);
        };
        let is_same = before == url;
        let validator = validator.filter(|_| is_same);
        let is_good = 0 < part.len() && (validator.is_some() || has_digest);
        let total = total.filter(|_| is_same);
        Ok(is_good.then_some(Resume { from: part.len(), validator, total }))
    }

    /// The part and its description, if both are ours; nothing of ours is there if both are absent.
    fn there(&self) -> Result<(Option<About>, Option<Metadata>)> {
        let about = match plain_file(&self.about)? {
            // A kill between making the file and writing it leaves it empty.
            Some(metadata) if 0 < metadata.len() => Some(self.read_about(&metadata)?),
            _ => None,
        };
        let part = plain_file(&self.path)?;
        if about.is_none() && part.is_some() {
            return Err(not_ours(&self.path));
        }
        Ok((about, part))
    }

    #[expect(clippy::disallowed_methods, reason = "two lines that we wrote, and no longer file")]
    fn read_about(&self, metadata: &Metadata) -> Result<About> {
        if LONGEST_ABOUT < metadata.len() {
            return Err(not_ours(&self.about));
        }
        let text = fs::read_to_string(&self.about).map_err(|_error| not_ours(&self.about))?;
        serde_json::from_str(&text).map_err(|_error| not_ours(&self.about))
    }

    /// Opens the part to be written from `start` on; what stands before is hashed.
    pub(crate) fn open(&self, start: u64, about: &About) -> Result<Sha256Writer<File>> {
        if start == 0 {
            self.there()?;
            return self.create(about).map_err(|error| self.cannot_write(error));
        }
        let file = self.open_again()?;
        let opened = file.try_clone().and_then(|before| {
            let mut hashed = Sha256Writer::new(file);
            hash(before, start, &mut hashed)?;
            Ok(hashed)
        });
        opened.map_err(|error| self.cannot_write(error))
    }

    fn create(&self, about: &About) -> io::Result<Sha256Writer<File>> {
        if let Some(parent) = self.path.parent() {
            fs::create_dir_all(parent)?;
        }
        remove(&self.path)?;
        remove(&self.about)?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create_new(true);
        // Described before the first byte: bytes of which nothing is known are never continued. A file that is
        // made anew is reached through no link.
        options.open(&self.about)?.write_all(serde_json::to_string(about)?.as_bytes())?;
        Ok(Sha256Writer::new(options.open(&self.path)?))
    }

    /// Opens the part that is there, if it is still the plain file that it was.
    fn open_again(&self) -> Result<File> {
        let opened = OpenOptions::new().read(true).write(true).open(&self.path);
        let opened = opened.and_then(|file| Ok((file.metadata()?, file)));
        let (opened, file) = opened.map_err(|error| self.cannot_write(error))?;
        match plain_file(&self.path)? {
            Some(named) if is_same(&opened, &named) => Ok(file),
            _ => Err(not_ours(&self.path)),
        }
    }

    /// Brings everything to the disk and gives the file its final name; what has it is put aside.
    pub(crate) fn finish(&self, file: &File, path: &Path) -> Result<Option<PathBuf>> {
        let finished = file.sync_all().and_then(|()| {
            let aside = put_aside(path, path)?;
            if !free_name::rename(&self.path, path)? {
                // Somebody put a file there since: theirs stays, and ours waits for the next fetch.
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            sync_folder(path)?;
            Ok(aside)
        });
        let aside = finished.map_err(|error| self.cannot_write(error))?;
        self.forget();
        Ok(aside)
    }

    /// Puts a whole file with the wrong bytes aside.
    pub(crate) fn put_aside(&self, path: &Path) -> Result<()> {
        let renamed = put_aside(&self.path, path);
        self.forget();
        renamed.map(drop).map_err(|error| self.cannot_write(error))
    }

    /// Removes the part; the next download starts anew.
    pub(crate) fn discard(&self) {
        // What is left is overwritten by the next download.
        let _ = fs::remove_file(&self.path);
        self.forget();
    }

    fn forget(&self) {
        let _ = fs::remove_file(&self.about);
    }

    pub(crate) fn cannot_write(&self, source: io::Error) -> Error {
        Error::write(&self.path, source)
    }
}

/// The plain file of that name, if anything has it.
///
/// # Errors
///
/// Where it is no plain file, or has other names too: writing to it would change what they name.
fn plain_file(path: &Path) -> Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() && n_names(&metadata) <= 1 => Ok(Some(metadata)),
        Ok(_) => Err(not_ours(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::write(path, error)),
    }
}

#[cfg(unix)]
fn n_names(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn n_names(_metadata: &Metadata) -> u64 {
    1
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    one.len() == other.len()
}

fn not_ours(path: &Path) -> Error {
    Error::not_ours(path, "lies where a download writes, and no download wrote it")
}

/// Gives what lies at `from`, if anything does, the first free of the names `<name>.bad`, `<name>.2.bad` and so on
/// of the file `path`.
fn put_aside(from: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    if fs::symlink_metadata(from).is_err() {
        return Ok(None);
    }
    let numbered = (2_u32..).map(|n| with_ending(path, &format!("{n}.bad")));
    for aside in std::iter::once(with_ending(path, "bad")).chain(numbered) {
        if free_name::rename(from, &aside)? {
            return Ok(Some(aside));
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Hashes the first `len` bytes of a file; afterwards it is written behind them.
fn hash(file: File, len: u64, hashed: &mut Sha256Writer<File>) -> io::Result<()> {
    const BUFFER: usize = 128 << 10;
    let mut before = BufReader::with_capacity(BUFFER, file.take(len));
    let mut buffer = vec![0; BUFFER];
    loop {
        match before.read(&mut buffer)? {
            0 => break,
            n => hashed.skip(buffer.get(..n).unwrap_or_default()),
        }
    }
    // Both handles share one position, which is behind the bytes read only if all were there.
    let mut file = before.into_inner().into_inner();
    file.set_len(len)?;
    file.seek(SeekFrom::Start(len)).map(drop)
}

/// A rename is on the disk when its folder is. Not every system can open a folder; those sync by themselves.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent().map(File::open) {
        Some(Ok(folder)) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.{ending}"))
}
