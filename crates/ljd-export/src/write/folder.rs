//! A dataset's folder while it is written: everything lies beside it until it is whole.
//!
//! Beside the folder `name` stand `.name.lock`, which one build holds at a time and none removes; `.name.part`, in
//! which the new dataset grows; and for a moment, where the system cannot exchange two folders, `.name.old`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use ljd_core::{BadPath, Error, ErrorKind, FileName, RelativePath, Result, Sha256Writer};

use crate::write::OutputFile;
use crate::write::holdings::{Holdings, Journal};

/// A folder that takes its final name when it is complete, and goes away when it is not.
#[derive(Debug)]
pub(crate) struct Folder {
    place: Place,
    journal: RefCell<Journal>,
    /// The folders below it.
    folders: RefCell<BTreeSet<String>>,
    /// Whether what lies beside the dataset is left to the next build.
    is_left: bool,
    /// Held for as long as the folder is written to.
    _lock: File,
}

/// Where a dataset goes, and what stands beside it.
#[derive(Debug)]
struct Place {
    parent: PathBuf,
    last: PathBuf,
    part: PathBuf,
    old: PathBuf,
    lock: PathBuf,
}

impl Place {
    fn of(last: &Path) -> Result<Self> {
        let name = last.file_name().unwrap_or_default().to_string_lossy();
        let name = FileName::parse(name).map_err(|error| {
            let path = last.display().to_string();
            Error::from(BadPath { path, ..error })
        })?;
        let parent = last.parent().unwrap_or(Path::new("")).to_owned();
        let beside = |ending: &str| parent.join(format!(".{name}.{ending}"));
        let (part, old, lock) = (beside("part"), beside("old"), beside("lock"));
        Ok(Self { last: parent.join(&name), part, old, lock, parent })
    }

    /// Holds the lock, of which nothing is ever removed: who waits for a file that is not there any more would hold
    /// another one than who comes later.
    fn lock(&self) -> Result<File> {
        let failed = |error| Error::write(&self.lock, error);
        match fs::symlink_metadata(&self.lock) {
            Ok(metadata) if !metadata.is_file() || 0 < metadata.len() => {
                return Err(Error::not_ours(
                    &self.lock,
                    "is no lock of ljd's, which is an empty file",
                ));
            }
            _ => {}
        }
        let mut options = OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).open(&self.lock);
        let lock = lock.map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(Error::new(ErrorKind::Busy(self.last.clone()))),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Refuses what a build would have to remove that is not ours, then removes what an earlier one left.
    fn clear(&self) -> Result<()> {
        let [last, part, old] = [&self.last, &self.part, &self.old].map(|path| Holdings::of(path));
        let (last, part, old) = (last?, part?, old?);
        for holdings in [&last, &part, &old].into_iter().flatten() {
            holdings.all_ours()?;
        }
        match old {
            // An earlier build was stopped between its two renames.
            Some(old) if last.is_none() && old.is_whole => rename(&self.old, &self.last)?,
            Some(old) => old.remove()?,
            None => {}
        }
        part.map_or(Ok(()), Holdings::remove)
    }

    /// Puts the part in the place of what is there, which then lies where this says.
    fn replace(&self) -> Result<Option<&Path>> {
        let Some(last) = Holdings::of(&self.last)? else {
            return rename(&self.part, &self.last).map(|()| None);
        };
        // Hours may have gone by.
        last.all_ours()?;
        if exchange(&self.part, &self.last).map_err(|error| Error::write(&self.last, error))? {
            return Ok(Some(&self.part));
        }
        rename(&self.last, &self.old)?;
        if let Err(error) = rename(&self.part, &self.last) {
            rename(&self.old, &self.last)?;
            return Err(error);
        }
        Ok(Some(&self.old))
    }
}

impl Folder {
    /// Starts a folder that will become `last`.
    ///
    /// What an earlier build left unfinished is removed. Anything of somebody else's in a place that is needed is
    /// refused, before anything is changed.
    pub(crate) fn create(last: &Path) -> Result<Self> {
        let place = Place::of(last)?;
        if !place.parent.as_os_str().is_empty() {
            let created = fs::create_dir_all(&place.parent);
            created.map_err(|error| Error::write(&place.parent, error))?;
        }
        let lock = place.lock()?;
        place.clear()?;
        fs::create_dir(&place.part).map_err(|error| Error::write(&place.part, error))?;
        let journal = Journal::create(&place.part).inspect_err(|_| tidy(&place.part))?;
        let journal = RefCell::new(journal);
        Ok(Self { place, journal, folders: RefCell::default(), is_left: false, _lock: lock })
    }

    /// Creates a file, and the folders above it.
    pub(crate) fn create_file(&self, name: &RelativePath) -> Result<PartFile> {
        self.journal.borrow_mut().add(name)?;
        for folder in name.folders() {
            if self.folders.borrow_mut().insert(folder.to_owned()) {
                let folder = self.place.part.join(folder);
                fs::create_dir(&folder).map_err(|error| Error::write(&folder, error))?;
            }
        }
        let path = self.place.part.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = file.map_err(|error| Error::write(&path, error))?;
        let writer = BufWriter::with_capacity(1 << 20, Sha256Writer::new(file));
        Ok(PartFile { writer, path, name: name.clone() })
    }

    /// Where it grows.
    pub(crate) fn part(&self) -> &Path {
        &self.place.part
    }

    /// Writes a small file whole.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<OutputFile> {
        let name = RelativePath::parse(name)?;
        let mut file = self.create_file(&name)?;
        let written = file.write_all(text.as_bytes());
        written.map_err(|error| Error::write(&file.path, error))?;
        let (bytes, sha256) = file.finish()?;
        Ok(OutputFile { path: name, records: None, bytes, sha256 })
    }

    /// Takes a file of another folder of ours under this name: by a link where the file system can, or else by a copy.
    pub(crate) fn take_file(&self, from: &Path, name: &RelativePath) -> Result<()> {
        // Its folders are made with it.
        let file = self.create_file(name)?;
        let path = file.path;
        fs::remove_file(&path).map_err(|error| Error::write(&path, error))?;
        if fs::hard_link(from, &path).is_ok() {
            return Ok(());
        }
        let copied = fs::copy(from, &path).and_then(|_| File::open(&path)?.sync_all());
        copied.map_err(|error| Error::write(&path, error))
    }

    /// Gives a file its final name.
    pub(crate) fn rename(&self, from: &Path, name: &RelativePath) -> Result<()> {
        self.journal.borrow_mut().add(name)?;
        rename(from, &self.place.part.join(name))
    }

    /// Puts the folder where it belongs, in the place of an earlier one, which is removed.
    pub(crate) fn finish(mut self) -> Result<()> {
        for folder in self.folders.borrow().iter().rev() {
            sync_folder(&self.place.part.join(folder))?;
        }
        // From here on its report says what is ours.
        let journal = self.place.part.join(Journal::FILE);
        fs::remove_file(&journal).map_err(|error| Error::write(&journal, error))?;
        sync_folder(&self.place.part)?;
        let replaced = self.place.replace()?.map(Path::to_owned);
        // Until it is on the disk that the new one has the name, the old one may have it after a power cut.
        self.is_left = true;
        sync_folder(&self.place.parent)?;
        if let Some(replaced) = replaced
            && let Err(error) =
                Holdings::of(&replaced).and_then(|it| it.map_or(Ok(()), Holdings::remove))
        {
            tracing::warn!(
                "the dataset is written, but of the one before something is left: {error}"
            );
        }
        Ok(())
    }
}

/// After an error nothing is left; after success there is nothing to remove.
impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_left {
            tidy(&self.place.part);
        }
    }
}

/// Removes what a build leaves. A folder that cannot be removed now is removed by the next build.
fn tidy(part: &Path) {
    let _ = Holdings::of(part).map(|part| part.map(Holdings::remove));
}

/// Gives a file or folder a name that nothing has.
fn rename(from: &Path, to: &Path) -> Result<()> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(Error::not_ours(to, "came while the dataset was written"));
    }
    fs::rename(from, to).map_err(|error| Error::write(to, error))
}

/// Exchanges two folders in one step; whether the system and the file system can.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP | Errno::PERM) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
fn exchange(_one: &Path, _other: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Brings the names in a folder to the disk. Not every system can open a folder; those sync by themselves.
fn sync_folder(folder: &Path) -> Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if !cfg!(unix) {
        return Ok(());
    }
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::write(folder, error))
}

/// A file that is hashed while it is written.
#[derive(Debug)]
pub(crate) struct PartFile {
    writer: BufWriter<Sha256Writer<File>>,
    pub(crate) path: PathBuf,
    /// Its path below the folder.
    pub(crate) name: RelativePath,
}

impl PartFile {
    /// Brings everything to the disk; returns size and SHA-256.
    pub(crate) fn finish(self) -> Result<(u64, String)> {
        let path = self.path;
        let unwritten = |error| Error::write(&path, error);
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
