//! The raw folder: one fetch at a time, and what is known of its files.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use ljd_core::{Error, ErrorKind, Lock, LockedFile, ManifestFile, Result, modified};

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is there, and its digest was right when it was last written.
    Verified,
    /// It is there; nothing is known of its bytes.
    OnDisk,
    /// It is not there.
    Missing,
    /// It is not there, and no program may download it.
    ByHand,
}

impl State {
    /// For people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::OnDisk => "on disk",
            Self::Missing => "missing",
            Self::ByHand => "by hand",
        }
    }
}

/// What is known of a file below the folder `root`, by its [`Lock`].
///
/// # Errors
///
/// Where the file's path leaves the folder.
pub fn state(root: &Path, lock: &Lock, file: &ManifestFile) -> Result<State> {
    let Ok(metadata) = fs::metadata(file.below(root)) else {
        return Ok(if file.by_hand.is_some() { State::ByHand } else { State::Missing });
    };
    let untouched =
        lock.files.get(file.path.as_str()).filter(|locked| locked.is_untouched(&metadata));
    let is_right = |locked: &&LockedFile| file.pin(&locked.sha256, lock).is_ok();
    Ok(if untouched.is_some_and(|locked| is_right(&locked)) {
        State::Verified
    } else {
        State::OnDisk
    })
}

/// Locks a file that a process may hold which this one is just starting: until that runs its own program, it has
/// open what this one had open before.
fn try_lock(file: &File) -> Result<(), TryLockError> {
    const ATTEMPTS: u32 = 5;
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 1..ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            locked => return locked,
        }
    }
    file.try_lock()
}

/// A raw folder that nobody else is writing to.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
    lock: Mutex<Lock>,
    /// Held for as long as the folder is written to.
    _exclusive: File,
}

impl Folder {
    pub(crate) fn open(root: &Path) -> Result<Self> {
        let path = root.join(".ljd-fetch.lock");
        let cannot_write = |error| Error::write(&path, error);
        fs::create_dir_all(root).map_err(cannot_write)?;
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::not_ours(path, "lies where a fetch says that it is busy"));
        }
        let mut writable = OpenOptions::new();
        let writable = writable.write(true).create(true).truncate(false);
        let exclusive = writable.open(&path).map_err(cannot_write)?;
        match try_lock(&exclusive) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Busy(root.to_owned())));
            }
            Err(TryLockError::Error(error)) => return Err(cannot_write(error)),
        }
        let lock = Mutex::new(Lock::read(root)?);
        Ok(Self { root: root.to_owned(), lock, _exclusive: exclusive })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Lock> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what the newest release of a corpus is.
    pub(crate) fn remember_release(&self, corpus: &str, version: &str) -> Result<()> {
        let mut lock = self.lock();
        lock.releases.insert(corpus.to_owned(), version.to_owned());
        lock.write(&self.root)
    }

    /// Remembers the digest of a file that is there, and where it is from if that is known.
    pub(crate) fn remember(
        &self,
        file: &ManifestFile,
        sha256: &str,
        url: Option<String>,
    ) -> Result<()> {
        let path = file.below(&self.root);
        let metadata = fs::metadata(&path);
        let metadata = metadata.map_err(|error| Error::write(path, error))?;
        let mut lock = self.lock();
        let before = lock.files.get(file.path.as_str()).and_then(|before| before.url.clone());
        let locked = LockedFile {
            sha256: sha256.to_owned(),
            bytes: metadata.len(),
            url: url.or(before),
            modified: modified(&metadata),
        };
        lock.files.insert(file.path.to_string(), locked);
        lock.write(&self.root)
    }
}
