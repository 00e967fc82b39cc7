//! `<name>.part`, the bytes of a file that is not whole yet, and `<name>.part.json`, what they are of.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use ljd_core::{Error, ErrorKind, Result, Sha256Writer};
use serde::{Deserialize, Serialize};

use crate::client::Resume;

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
}

impl Part {
    /// The part of the file that will lie at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: with_ending(path, "part"), about: with_ending(path, "part.json") }
    }

    /// From where a download from `url` may continue.
    ///
    /// A part of another address or without a validator is only good where the manifest states the
    /// digest, which tells in the end whether the pieces fit.
    #[expect(clippy::disallowed_methods, reason = "two lines that we wrote")]
    pub(crate) fn resume(&self, url: &str, has_digest: bool) -> Option<Resume> {
        let from = fs::metadata(&self.path).ok()?.len();
        let about: About = serde_json::from_str(&fs::read_to_string(&self.about).ok()?).ok()?;
        let validator = about.validator.filter(|_| about.url == url);
        (0 < from && (validator.is_some() || has_digest)).then_some(Resume { from, validator })
    }

    /// Opens the part to be written from `start` on; what stands before is hashed.
    pub(crate) fn open(&self, start: u64, about: &About) -> Result<Sha256Writer<File>> {
        self.try_open(start, about).map_err(|error| self.cannot_write(error))
    }

    fn try_open(&self, start: u64, about: &About) -> io::Result<Sha256Writer<File>> {
        if let Some(parent) = self.path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut options = OpenOptions::new();
        let file =
            options.read(true).write(true).create(true).truncate(start == 0).open(&self.path)?;
        let (mut before, mut hashed) = (file.try_clone()?, Sha256Writer::new(file));
        if start == 0 {
            // Written before the first byte: bytes of which nothing is known are never continued.
            fs::write(&self.about, serde_json::to_string(about)?)?;
            return Ok(hashed);
        }
        before.seek(SeekFrom::Start(0))?;
        hash(before, start, &mut hashed)?;
        Ok(hashed)
    }

    /// Brings everything to the disk and gives the file its final name.
    pub(crate) fn finish(&self, file: &File, path: &Path) -> Result<()> {
        let renamed = file.sync_all().and_then(|()| fs::rename(&self.path, path));
        renamed.and_then(|()| sync_folder(path)).map_err(|error| self.cannot_write(error))?;
        self.forget();
        Ok(())
    }

    /// Puts a whole file with the wrong bytes aside.
    pub(crate) fn put_aside(&self, path: &Path) -> Result<()> {
        let renamed = fs::rename(&self.path, with_ending(path, "bad"));
        self.forget();
        renamed.map_err(|error| self.cannot_write(error))
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
        Error::new(ErrorKind::Write { path: self.path.clone(), source })
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
