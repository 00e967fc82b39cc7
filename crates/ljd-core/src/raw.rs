//! The published files of a corpus on disk: checked, opened, unpacked.

mod reading;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use self::reading::{Found, Hashing, Pieces, Proof, Seekable};
use crate::named::open_regular;
use crate::path::is_inside;
use crate::read::{Budget, Bzip2, Gzip};
use crate::{
    Cancel, Error, ErrorKind, Location, Lock, Manifest, ManifestFile, RawGuard, Result, StatedBy,
};

/// The files of one corpus below a raw folder.
#[derive(Debug)]
pub struct Raw {
    root: PathBuf,
    manifest: Manifest,
    read: Arc<AtomicU64>,
    threads: AtomicUsize,
    cancel: Mutex<Cancel>,
    /// Whether what is read is hashed.
    is_checked: AtomicBool,
    /// What was opened, until its bytes are compared.
    readings: Mutex<Vec<Reading>>,
    /// What was found in the files that were compared, by their paths.
    found: Mutex<BTreeMap<String, (Found, u64)>>,
}

/// A file that was opened.
#[derive(Debug)]
struct Reading {
    path: String,
    proof: Proof,
    /// The bytes behind the end of a compressed file.
    trailing: Arc<AtomicU64>,
}

/// A source file as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// Where it lies below the raw folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// What states that digest, if anything does.
    pub pin: Option<Pin>,
    /// Bytes that stand behind the end of a gzip or bzip2 file, and are no part of it.
    pub trailing: u64,
}

/// What states the digest of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// The manifest.
    Manifest,
    /// The lock of the raw folder: the file is the one that was downloaded first.
    Lock,
}

/// The uncompressed bytes of a file or of an archive's member.
pub struct Input<'a> {
    /// What messages call it: the path below the raw folder, a member after a slash.
    pub file: Arc<str>,
    reader: Box<dyn Read + 'a>,
}

/// An opened zip archive.
///
/// Two members that are read in step need the archive opened twice.
pub struct Zip {
    file: Arc<str>,
    names: Vec<String>,
    archive: ZipArchive<BufReader<Seekable>>,
}

/// A file up to this size is hashed before anything else is done, so that a wrong one is told at once.
const HASHED_FIRST: u64 = 64 << 20;

/// What may stand between two members of a tar archive: a header, long names, attributes.
const HEADERS: u64 = 1 << 20;

/// What is shown of a file that gave nothing.
const SHOWN: u64 = 60;

/// Large enough that system calls do not show, small enough for the cache.
const BUFFER: usize = 128 << 10;

impl Raw {
    /// The files that a manifest names, below the folder `root`.
    pub fn new(root: PathBuf, manifest: Manifest) -> Self {
        Self {
            root,
            manifest,
            read: Arc::default(),
            threads: AtomicUsize::new(1),
            cancel: Mutex::default(),
            is_checked: AtomicBool::default(),
            readings: Mutex::default(),
            found: Mutex::default(),
        }
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder that the files lie below.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Lets files that are opened from now on be decompressed by so many threads, instead of one, where their
    /// format allows it (bzip2).
    pub fn set_threads(&self, threads: NonZeroUsize) {
        self.threads.store(threads.get(), Ordering::Relaxed);
    }

    /// Lets reading fail from the moment on at which somebody wishes it to end, in files opened from now on.
    pub fn set_cancel(&self, cancel: &Cancel) {
        *locked(&self.cancel) = cancel.clone();
    }

    fn cancel(&self) -> Cancel {
        locked(&self.cancel).clone()
    }

    /// More threads than cores would only take turns.
    fn threads(&self) -> NonZeroUsize {
        let threads = NonZeroUsize::new(self.threads.load(Ordering::Relaxed));
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        threads.unwrap_or(NonZeroUsize::MIN).min(cores)
    }

    /// Bytes read from disk so far, as they lie there (compressed).
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Reads every file once and compares its SHA-256 with that of the manifest, or with that of the
    /// folder's [`Lock`] where the manifest states none.
    ///
    /// # Errors
    ///
    /// The first file that is missing, cannot be read or is another one. An optional file may be missing.
    pub fn check(&self) -> Result<Vec<CheckedFile>> {
        let lock = Lock::read(&self.root)?;
        self.there().map(|file| checked(file, self.hash(file)?, 0, &lock)).collect()
    }

    /// Lets every file that is opened from now on be hashed as it is read, for [`check_read`](Self::check_read).
    /// Returns the bytes of all files.
    ///
    /// What can be told quickly is told at once: a file that is missing or has not the size that is stated, or one
    /// of up to 64 MiB that is another one.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), as far as it is known already.
    pub fn check_while_reading(&self) -> Result<u64> {
        let lock = Lock::read(&self.root)?;
        self.is_checked.store(true, Ordering::Relaxed);
        // What was found before is of no matter: the files may have been replaced since.
        locked(&self.readings).clear();
        locked(&self.found).clear();
        let mut sum = 0;
        for file in self.there() {
            let bytes =
                file.open(&self.root)?.metadata().map_err(|error| unreadable(file, error))?.len();
            if bytes <= HASHED_FIRST
                || file.stated_size(&lock).is_some_and(|stated| stated != bytes)
            {
                checked(file, self.hash(file)?, 0, &lock)?;
            }
            sum += bytes;
        }
        Ok(sum)
    }

    /// Compares the bytes that were read since [`check_while_reading`](Self::check_while_reading), each time that a
    /// file was opened, as [`check`](Self::check) does. What was not read is read now.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check); and [`ErrorKind::ChangedWhileRead`] where a file was not the same each time.
    pub fn check_read(&self) -> Result<Vec<CheckedFile>> {
        let lock = Lock::read(&self.root)?;
        let readings = std::mem::take(&mut *locked(&self.readings));
        for Reading { path, proof, trailing } in readings {
            let Some(file) = self.manifest.files.iter().find(|file| file.path.as_str() == path)
            else {
                continue;
            };
            let changed = || Error::at(Location::file(path.as_str()), ErrorKind::ChangedWhileRead);
            let found = proof.found(&self.cancel()).map_err(|error| unreadable(file, error))?;
            let found = found.ok_or_else(changed)?;
            checked(file, found.clone(), 0, &lock)?;
            let mut known = locked(&self.found);
            let (before, behind) = known.entry(path.clone()).or_insert_with(|| (found.clone(), 0));
            if *before != found {
                return Err(changed());
            }
            *behind = (*behind).max(trailing.load(Ordering::Relaxed));
        }
        self.there().map(|file| self.checked_read(file, &lock)).collect()
    }

    fn checked_read(&self, file: &ManifestFile, lock: &Lock) -> Result<CheckedFile> {
        let known = locked(&self.found).get(file.path.as_str()).cloned();
        let (found, trailing) = match known {
            Some(known) => known,
            None => (self.hash(file)?, 0),
        };
        locked(&self.found).entry(file.path.to_string()).or_insert_with(|| (found.clone(), 0));
        checked(file, found, trailing, lock)
    }

    /// What the files that are there begin with, unpacked, for an error of which nobody knows what it comes from.
    pub fn start(&self) -> String {
        let starts = self.there().map(|file| {
            let start = self.open(file).and_then(|input| {
                let mut start = Vec::new();
                let read = io::copy(&mut input.take(SHOWN), &mut start);
                read.map(|_| start).map_err(|error| unreadable(file, error))
            });
            let start = start.map_or_else(|error| error.kind().to_string(), |it| looks_like(&it));
            format!("{} {start}", file.path)
        });
        starts.collect::<Vec<_>>().join("; ")
    }

    /// Holds the raw folder, so that no file of it is replaced by a fetch.
    ///
    /// # Errors
    ///
    /// As [`RawGuard::read`].
    pub fn hold(&self) -> Result<RawGuard> {
        RawGuard::read(&self.root)
    }

    /// The files, but for optional ones that are not there.
    fn there(&self) -> impl Iterator<Item = &ManifestFile> {
        self.manifest.files.iter().filter(|file| !file.optional || self.has(file))
    }

    fn hash(&self, file: &ManifestFile) -> Result<Found> {
        let hashing = Hashing::new(file.open(&self.root)?);
        hashing.finish(&self.cancel()).map_err(|error| unreadable(file, error))
    }

    /// Whether a file is there.
    pub fn has(&self, file: &ManifestFile) -> bool {
        self.root.join(&file.path).exists()
    }

    /// Opens a file and decompresses it if its name ends in `.gz`, `.bz2` or `.zst`, of several streams too.
    ///
    /// # Errors
    ///
    /// Where it is missing or cannot be opened.
    pub fn open(&self, file: &ManifestFile) -> Result<Input<'static>> {
        let mut trailing = Arc::default();
        let (input, proof) = self.open_pieces(file)?;
        let reader: Box<dyn Read> = match extension(&file.path) {
            Some("gz" | "tgz") => {
                let gzip = Gzip::new(input);
                trailing = gzip.trailing();
                Box::new(gzip)
            }
            Some("bz2") => {
                let bzip2 = Bzip2::new(input, self.threads());
                trailing = bzip2.trailing();
                Box::new(bzip2)
            }
            Some("zst") => {
                let decoder = zstd::Decoder::with_buffer(input);
                Box::new(decoder.map_err(|error| unreadable(file, error))?)
            }
            _ => Box::new(input),
        };
        self.remember(file, proof, trailing);
        Ok(Input { file: Arc::from(file.path.as_str()), reader })
    }

    fn open_pieces(&self, file: &ManifestFile) -> Result<(Pieces, Option<Proof>)> {
        let (opened, read) = (file.open(&self.root)?, Arc::clone(&self.read));
        if !self.is_checked.load(Ordering::Relaxed) {
            return Ok((Pieces::new(opened, read, self.cancel()), None));
        }
        let hashed = Pieces::hashed(opened, read, self.cancel());
        let (pieces, proof) = hashed.map_err(|error| at(file, ErrorKind::Thread(error)))?;
        Ok((pieces, Some(proof)))
    }

    /// Remembers a file that was opened, until its bytes are compared.
    fn remember(&self, file: &ManifestFile, proof: Option<Proof>, trailing: Arc<AtomicU64>) {
        let path = file.path.to_string();
        let reading = proof.map(|proof| Reading { path, proof, trailing });
        locked(&self.readings).extend(reading);
    }

    /// Opens a file as it is, for a library that has to jump in it.
    ///
    /// # Errors
    ///
    /// Where it is missing or cannot be opened.
    pub fn open_seekable(&self, file: &ManifestFile) -> Result<impl Read + io::Seek + use<>> {
        self.open_to_jump(file)
    }

    fn open_to_jump(&self, file: &ManifestFile) -> Result<BufReader<Seekable>> {
        let opened = file.open(&self.root)?;
        let mut seekable = Seekable::new(opened, Arc::clone(&self.read), self.cancel());
        if self.is_checked.load(Ordering::Relaxed) {
            let proof = seekable.hash().map_err(|error| unreadable(file, error))?;
            self.remember(file, Some(proof), Arc::default());
        }
        Ok(BufReader::with_capacity(BUFFER, seekable))
    }

    /// Opens a zip archive.
    ///
    /// # Errors
    ///
    /// Where it is missing, is no zip archive, or has a member that points outside of its folder.
    pub fn zip(&self, file: &ManifestFile) -> Result<Zip> {
        let input = self.open_to_jump(file)?;
        let fail = |kind| Error::at(Location::file(file.path.as_str()), kind);
        let broken = |error| fail(ErrorKind::Archive(Box::new(error)));
        let archive = ZipArchive::new(input).map_err(broken)?;
        let names = archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
        let names = names.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        match names.iter().find(|name| !is_inside(name)) {
            Some(outside) => Err(fail(ErrorKind::MemberOutside(outside.clone()))),
            None => Ok(Zip { file: Arc::from(file.path.as_str()), names, archive }),
        }
    }

    /// Calls `read` with each regular file of a tar archive, in the archive's order.
    ///
    /// # Errors
    ///
    /// Where the archive is missing, broken, or has a member that points outside of its folder; and the
    /// errors of `read`.
    pub fn each_tar_member(
        &self,
        file: &ManifestFile,
        mut read: impl FnMut(Input<'_>) -> Result<()>,
    ) -> Result<()> {
        let input = self.open(file)?;
        let name = Arc::clone(&input.file);
        let fail = |kind| Error::at(Location::file(Arc::clone(&name)), kind);
        let broken = |error| fail(ErrorKind::Read(error));
        let most = Budget::new("the header of a member is too long");
        let mut archive = tar::Archive::new(most.of(input.reader));
        let mut members = archive.entries().map_err(broken)?;
        loop {
            most.set(HEADERS);
            let Some(member) = members.next() else { break };
            let mut member = member.map_err(broken)?;
            most.set(u64::MAX);
            let path = member.path().map_err(broken)?.into_owned();
            if !is_inside(&path.to_string_lossy()) {
                return Err(fail(ErrorKind::MemberOutside(path.display().to_string())));
            }
            if member.header().entry_type().is_file() {
                let file = Arc::from(format!("{name}/{}", path.display()));
                read(Input { file, reader: Box::new(&mut member) })?;
            }
            io::copy(&mut member, &mut io::sink()).map_err(broken)?;
        }
        // The check sum of a compressed archive stands at its very end.
        most.set(u64::MAX);
        io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(broken)?;
        Ok(())
    }
}

impl Zip {
    /// The names of all members, folders among them, in the archive's order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Calls `read` with each member, in the archive's order.
    ///
    /// # Errors
    ///
    /// Where a member cannot be opened; and the errors of `read`.
    pub fn each_member(&mut self, mut read: impl FnMut(Input<'_>) -> Result<()>) -> Result<()> {
        for n in 0..self.archive.len() {
            let member = self.archive.by_index(n).map_err(|error| {
                let location = Location::file(Arc::clone(&self.file));
                Error::at(location, ErrorKind::Archive(Box::new(error)))
            })?;
            let name = self.names.get(n).map_or("", String::as_str);
            let file = Arc::from(format!("{}/{name}", self.file));
            read(Input { file, reader: Box::new(member) })?;
        }
        Ok(())
    }

    /// Opens the member of that name, below whatever folder the archive keeps its members in.
    ///
    /// # Errors
    ///
    /// Where there is no such member or it cannot be opened.
    pub fn member(&mut self, name: &str) -> Result<Input<'_>> {
        let fail = |kind| Error::at(Location::file(Arc::clone(&self.file)), kind);
        let is_it = |path: &str| path.strip_suffix(name).is_some_and(is_folder);
        let Some(path) = self.names.iter().find(|path| is_it(path)) else {
            return Err(fail(ErrorKind::NoMember(name.to_owned())));
        };
        let file = Arc::from(format!("{}/{path}", self.file));
        let member = self.archive.by_name(path);
        let reader = member.map_err(|error| {
            let location = Location::file(Arc::clone(&file));
            Error::at(location, ErrorKind::Archive(Box::new(error)))
        })?;
        Ok(Input { file, reader: Box::new(reader) })
    }
}

fn is_folder(path: &str) -> bool {
    path.is_empty() || path.ends_with('/')
}

fn extension(path: &str) -> Option<&str> {
    Path::new(path).extension()?.to_str()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn at(file: &ManifestFile, kind: ErrorKind) -> Error {
    Error::at(Location::file(file.path.as_str()), kind)
}

fn unreadable(file: &ManifestFile, error: io::Error) -> Error {
    at(file, ErrorKind::Read(error))
}

/// A file as it was found, if it is the right one.
fn checked(file: &ManifestFile, found: Found, trailing: u64, lock: &Lock) -> Result<CheckedFile> {
    let Found { bytes, sha256 } = found;
    // A digest says more, and an unlike size comes with an unlike digest.
    if let (Some(expected), None) = (file.bytes, &file.sha256)
        && expected != bytes
    {
        return Err(at(file, ErrorKind::Size { expected, found: bytes }));
    }
    let pin = file.pin(&sha256, lock).map_err(|kind| at(file, kind))?;
    Ok(CheckedFile { path: file.path.to_string(), bytes, sha256, pin, trailing })
}

/// The first bytes of a file, and what they are a sign of.
fn looks_like(start: &[u8]) -> String {
    let sign = if start.is_empty() {
        return "is empty".to_owned();
    } else if crate::is_web_page(start) {
        "is a page of HTML and "
    } else if start.starts_with(b"PK\x05\x06") || start.iter().all(|byte| *byte == 0) {
        "holds nothing and "
    } else {
        ""
    };
    let shown = String::from_utf8_lossy(start);
    // The last character may be cut.
    format!("{sign}begins with {:?}", shown.trim_end_matches('\u{fffd}'))
}

impl ManifestFile {
    /// Opens the file below the folder `root`.
    fn open(&self, root: &Path) -> Result<File> {
        let path = self.below(root);
        match open_regular(&path) {
            Ok(Ok(file)) => Ok(file),
            Ok(Err(found)) => Err(at(self, ErrorKind::NoFile { found })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Error::new(ErrorKind::Missing {
                    raw: root.to_owned(),
                    path,
                    url: crate::without_secrets(&self.url),
                    by_hand: self.by_hand.clone(),
                }))
            }
            Err(error) => Err(unreadable(self, error)),
        }
    }

    /// Length and SHA-256 of the file below the folder `root`.
    ///
    /// # Errors
    ///
    /// Where it is missing or cannot be read.
    pub fn hash(&self, root: &Path) -> Result<(u64, String)> {
        let found = Hashing::new(self.open(root)?).finish(&Cancel::default());
        let Found { bytes, sha256 } = found.map_err(|error| unreadable(self, error))?;
        Ok((bytes, sha256))
    }

    /// Its size, where it is known before the file is read.
    fn stated_size(&self, lock: &Lock) -> Option<u64> {
        let locked = || lock.files.get(self.path.as_str()).map(|locked| locked.bytes);
        self.bytes.or_else(locked)
    }

    /// What states that this is the file's digest.
    ///
    /// # Errors
    ///
    /// Where the manifest states another one, or, if it states none, the lock does.
    pub fn pin(&self, found: &str, lock: &Lock) -> Result<Option<Pin>, ErrorKind> {
        if let Some(expected) = &self.sha256 {
            let (expected, found) = (expected.clone(), found.to_owned());
            return if expected == found {
                Ok(Some(Pin::Manifest))
            } else {
                Err(ErrorKind::Digest { expected, found, stated_by: StatedBy::Manifest })
            };
        }
        match lock.files.get(self.path.as_str()) {
            None => Ok(None),
            Some(locked) if locked.sha256 == found => Ok(Some(Pin::Lock)),
            Some(locked) => {
                let (locked, found) = (locked.sha256.clone(), found.to_owned());
                Err(ErrorKind::Changed { locked, found })
            }
        }
    }
}

/// Passes bytes on and hashes them.
///
/// ```
/// use std::io::Write;
///
/// let mut hashed = ljd_core::Sha256Writer::new(Vec::new());
/// hashed.write_all(b"abc")?;
/// let (inner, bytes, sha256) = hashed.finish();
/// assert_eq!((inner.as_slice(), bytes), (&b"abc"[..], 3));
/// assert!(sha256.starts_with("ba7816bf"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Sha256Writer<W> {
    inner: W,
    bytes: u64,
    sha256: Sha256,
}

impl<W: Write> Sha256Writer<W> {
    /// Nothing hashed yet.
    pub fn new(inner: W) -> Self {
        Self { inner, bytes: 0, sha256: Sha256::new() }
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Hashes bytes that the inner writer has already.
    pub fn skip(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// The writer, the number of bytes, and their SHA-256 in lower-case hexadecimal.
    pub fn finish(self) -> (W, u64, String) {
        (self.inner, self.bytes, hex(&self.sha256.finalize()))
    }
}

impl<W: Write> Write for Sha256Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.skip(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W> fmt::Debug for Sha256Writer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Writer({} bytes)", self.bytes)
    }
}

/// A digest in lower-case hexadecimal.
///
/// ```
/// assert_eq!(ljd_core::hex(&[0x0f, 0xa0]), "0fa0");
/// ```
pub fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;

    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl<'a> Input<'a> {
    /// Bytes that messages call `file`.
    pub fn new(file: &str, reader: impl Read + 'a) -> Self {
        Self { file: Arc::from(file), reader: Box::new(reader) }
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input({})", self.file)
    }
}

impl fmt::Debug for Zip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zip({})", self.file)
    }
}
