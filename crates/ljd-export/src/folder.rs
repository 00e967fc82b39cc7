//! A dataset's folder while it is written: everything lies beside it until it is whole.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use ljd_core::{Error, ErrorKind, Result, Sha256Writer};

use crate::report::OutputFile;

/// A folder that takes its final name when it is complete, and goes away when it is not.
#[derive(Debug)]
pub(crate) struct Folder {
    part: PathBuf,
    last: PathBuf,
    /// Held for as long as the folder is written to.
    _lock: File,
}

impl Folder {
    /// Starts a folder that will become `last`. What an earlier build left unfinished is removed.
    pub(crate) fn create(last: &Path) -> Result<Self> {
        let sibling = |ending: &str| {
            let name = last.file_name().unwrap_or_default().to_string_lossy();
            last.with_file_name(format!(".{name}{ending}"))
        };
        if let Some(parent) = last.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(|error| cannot_write(parent, error))?;
        }
        let lock_path = sibling(".lock");
        let lock = File::create(&lock_path).map_err(|error| cannot_write(&lock_path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Busy(last.to_owned())));
            }
            Err(TryLockError::Error(error)) => return Err(cannot_write(&lock_path, error)),
        }
        let part = sibling(".part");
        remove_if_there(&part)?;
        fs::create_dir(&part).map_err(|error| cannot_write(&part, error))?;
        Ok(Self { part, last: last.to_owned(), _lock: lock })
    }

    /// Where a file is while the folder is not complete.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.part.join(name)
    }

    /// Creates a file, and the folders above it.
    pub(crate) fn create_file(&self, name: &str) -> Result<PartFile> {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| cannot_write(parent, error))?;
        }
        let file = File::create(&path).map_err(|error| cannot_write(&path, error))?;
        let writer = BufWriter::with_capacity(1 << 20, Sha256Writer::new(file));
        Ok(PartFile { writer, path })
    }

    /// Writes a small file whole.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<OutputFile> {
        let mut file = self.create_file(name)?;
        let written = file.write_all(text.as_bytes());
        written.map_err(|error| cannot_write(&file.path, error))?;
        let (bytes, sha256) = file.finish()?;
        Ok(OutputFile { path: name.to_owned(), records: None, bytes, sha256 })
    }

    /// Gives a file its final name.
    pub(crate) fn rename(&self, from: &Path, name: &str) -> Result<()> {
        let to = self.path(name);
        fs::rename(from, &to).map_err(|error| cannot_write(&to, error))
    }

    /// Puts the folder where it belongs, in the place of an earlier one.
    pub(crate) fn finish(self) -> Result<()> {
        let old = self.part.with_extension("old");
        remove_if_there(&old)?;
        let failed = |error| cannot_write(&self.last, error);
        if self.last.exists() {
            fs::rename(&self.last, &old).map_err(failed)?;
        }
        fs::rename(&self.part, &self.last).map_err(failed)?;
        remove_if_there(&old)
    }
}

/// After an error nothing is left; after success there is nothing to remove.
impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed now is removed by the next build.
        let _ = remove_if_there(&self.part);
        let _ = fs::remove_file(self.part.with_extension("lock"));
    }
}

fn remove_if_there(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot_write(folder, error)),
        _ => Ok(()),
    }
}

pub(crate) fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::new(ErrorKind::Write { path: path.to_owned(), source })
}

/// A file that is hashed while it is written.
#[derive(Debug)]
pub(crate) struct PartFile {
    writer: BufWriter<Sha256Writer<File>>,
    pub(crate) path: PathBuf,
}

impl PartFile {
    /// Brings everything to the disk; returns size and SHA-256.
    pub(crate) fn finish(self) -> Result<(u64, String)> {
        let path = self.path;
        let unwritten = |error| cannot_write(&path, error);
        let hashed = self.writer.into_inner().map_err(io::IntoInnerError::into_error);
        let (file, bytes, sha256) = hashed.map_err(unwritten)?.finish();
        file.sync_all().map_err(unwritten)?;
        Ok((bytes, sha256))
    }
}

impl Write for PartFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.writer.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
