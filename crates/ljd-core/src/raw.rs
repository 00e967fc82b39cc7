//! The published files of a corpus on disk: checked, opened, unpacked.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::path::is_inside;
use crate::read::Bzip2;
use crate::{Cancel, Error, ErrorKind, Location, Lock, Manifest, ManifestFile, Result};

/// The files of one corpus below a raw folder.
#[derive(Debug)]
pub struct Raw {
    root: PathBuf,
    manifest: Manifest,
    read: Arc<AtomicU64>,
    threads: AtomicUsize,
    cancel: Mutex<Cancel>,
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
    archive: ZipArchive<BufReader<Counted>>,
}

/// A file whose bytes are counted as they are read, as long as nobody wishes to end.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
    cancel: Cancel,
}

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
        }
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Lets files that are opened from now on be decompressed by so many threads, instead of one, where their
    /// format allows it (bzip2).
    pub fn set_threads(&self, threads: NonZeroUsize) {
        self.threads.store(threads.get(), Ordering::Relaxed);
    }

    /// Lets reading fail from the moment on at which somebody wishes it to end, in files opened from now on.
    pub fn set_cancel(&self, cancel: &Cancel) {
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
    }

    fn cancel(&self) -> Cancel {
        self.cancel.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn threads(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.threads.load(Ordering::Relaxed)).unwrap_or(NonZeroUsize::MIN)
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
        let there = self.manifest.files.iter().filter(|file| !file.optional || self.has(file));
        there.map(|file| self.check_file(file, &lock)).collect()
    }

    fn check_file(&self, file: &ManifestFile, lock: &Lock) -> Result<CheckedFile> {
        // Hashing is no part of the progress of reading.
        let read = Arc::default();
        let input = Counted { file: file.open(&self.root)?, read, cancel: self.cancel() };
        let (bytes, sha256) = file.hash_of(input)?;
        let pin = file.pin(&sha256, lock);
        let pin = pin.map_err(|kind| Error::at(Location::file(file.path.as_str()), kind))?;
        Ok(CheckedFile { path: file.path.to_string(), bytes, sha256, pin })
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
        let input = BufReader::with_capacity(BUFFER, self.open_file(file)?);
        let reader: Box<dyn Read> = match extension(&file.path) {
            Some("gz" | "tgz") => Box::new(MultiGzDecoder::new(input)),
            Some("bz2") => Box::new(Bzip2::new(input, self.threads())),
            Some("zst") => {
                let location = Location::file(file.path.as_str());
                let decoder = zstd::Decoder::with_buffer(input);
                Box::new(decoder.map_err(|error| Error::at(location, ErrorKind::Read(error)))?)
            }
            _ => Box::new(input),
        };
        Ok(Input { file: Arc::from(file.path.as_str()), reader })
    }

    /// Opens a file as it is, for a library that has to jump in it.
    ///
    /// # Errors
    ///
    /// Where it is missing or cannot be opened.
    pub fn open_seekable(&self, file: &ManifestFile) -> Result<impl Read + io::Seek + use<>> {
        Ok(BufReader::with_capacity(BUFFER, self.open_file(file)?))
    }

    /// Opens a zip archive.
    ///
    /// # Errors
    ///
    /// Where it is missing, is no zip archive, or has a member that points outside of its folder.
    pub fn zip(&self, file: &ManifestFile) -> Result<Zip> {
        let input = BufReader::with_capacity(BUFFER, self.open_file(file)?);
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
        let broken = |error| Error::at(Location::file(Arc::clone(&name)), ErrorKind::Read(error));
        let mut archive = tar::Archive::new(input.reader);
        for member in archive.entries().map_err(broken)? {
            let member = member.map_err(broken)?;
            let path = member.path().map_err(broken)?.into_owned();
            if !is_inside(&path.to_string_lossy()) {
                let kind = ErrorKind::MemberOutside(path.display().to_string());
                return Err(Error::at(Location::file(Arc::clone(&name)), kind));
            }
            if member.header().entry_type().is_file() {
                let file = Arc::from(format!("{name}/{}", path.display()));
                read(Input { file, reader: Box::new(member) })?;
            }
        }
        Ok(())
    }

    fn open_file(&self, file: &ManifestFile) -> Result<Counted> {
        let (read, cancel) = (Arc::clone(&self.read), self.cancel());
        Ok(Counted { file: file.open(&self.root)?, read, cancel })
    }
}

impl Zip {
    /// The names of all members, folders among them, in the archive's order.
    pub fn names(&self) -> &[String] {
        &self.names
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

impl ManifestFile {
    /// Opens the file below the folder `root`.
    fn open(&self, root: &Path) -> Result<File> {
        let path = self.below(root);
        File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::new(ErrorKind::Missing {
                raw: root.to_owned(),
                path,
                url: self.url.clone(),
                by_hand: self.by_hand.clone(),
            }),
            _ => Error::at(Location::file(self.path.as_str()), ErrorKind::Read(error)),
        })
    }

    /// Length and SHA-256 of the file below the folder `root`.
    ///
    /// # Errors
    ///
    /// Where it is missing or cannot be read.
    pub fn hash(&self, root: &Path) -> Result<(u64, String)> {
        self.hash_of(self.open(root)?)
    }

    fn hash_of(&self, input: impl Read) -> Result<(u64, String)> {
        let mut sha256 = Sha256Writer::new(io::sink());
        let mut input = BufReader::with_capacity(BUFFER, input);
        io::copy(&mut input, &mut sha256).map_err(|error| {
            Error::at(Location::file(self.path.as_str()), ErrorKind::Read(error))
        })?;
        let (_sink, bytes, sha256) = sha256.finish();
        Ok((bytes, sha256))
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
                Err(ErrorKind::Digest { expected, found, stated_by: "the manifest" })
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

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        let n = self.file.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl io::Seek for Counted {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
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
