//! Parts: what was made of a range of a corpus's chunks, on disk, until the dataset is written.
//!
//! A part is named after its corpus, its unit and a digest of everything that its bytes depend on. It is written beside
//! its name under a lock, and takes the name when it is whole: a part that is there is done.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use ljd_core::{
    CheckedFile, Error, ErrorKind, FileName, Location, Pin, Result, Sha256Writer, open_named,
};

use crate::run::convert::Converted;
use crate::write::code::{Code, code};

/// The first line of a part: its form, then the version of ljd that wrote it.
const FORM: &str = "ljd part 1, by ljd ";
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What follows the last chunk in the place of a length.
const END: u32 = u32::MAX;

/// A folder of parts.
#[derive(Debug)]
pub(crate) struct Parts {
    folder: PathBuf,
}

/// What a part is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartName {
    /// What it is of: the corpus, and the unit or what was looked for.
    pub(crate) of: String,
    /// The digest of everything that its bytes depend on.
    pub(crate) key: String,
}

/// A part that is whole.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    pub(crate) end: PartEnd,
}

/// What stands behind the last chunk of a part.
#[derive(Debug, Clone, Default)]
pub(crate) struct PartEnd {
    /// The files that were read.
    pub(crate) inputs: Vec<CheckedFile>,
    /// Its chunks.
    pub(crate) n_chunks: u64,
}

/// A chunk's results as a part holds them.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    keys: Vec<u8>,
    rest: Vec<u8>,
}

code!(PartEnd { inputs, n_chunks });

impl Code for CheckedFile {
    fn put(&self, out: &mut Vec<u8>) {
        self.path.put(out);
        self.bytes.put(out);
        self.sha256.put(out);
        self.pin.map(|pin| pin == Pin::Manifest).put(out);
        self.trailing.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let pin = |is_manifest| if is_manifest { Pin::Manifest } else { Pin::Lock };
        Some(Self {
            path: Code::take(from)?,
            bytes: Code::take(from)?,
            sha256: Code::take(from)?,
            pin: <Option<bool> as Code>::take(from)?.map(pin),
            trailing: Code::take(from)?,
        })
    }
}

impl PartName {
    fn file(&self) -> Result<FileName> {
        let key = self.key.get(..32).unwrap_or(&self.key);
        Ok(FileName::parse(format!("{}-{key}.part", self.of))?)
    }
}

impl Parts {
    /// The parts in a folder, which is made if it is not there.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| Error::write(folder, error))?;
        Ok(Self { folder: folder.to_owned() })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A part, if it is there.
    pub(crate) fn find(&self, name: &PartName) -> Result<Option<Part>> {
        let path = self.folder.join(name.file()?);
        if opened(&path)?.is_none() {
            return Ok(None);
        }
        let part = Part { path, end: PartEnd::default() };
        let mut end = PartEnd::default();
        part.read(&name.key, |frame| {
            if let Frame::End(found) = frame {
                end = found;
            }
            Ok(())
        })?;
        Ok(Some(Part { end, ..part }))
    }

    /// A part that has to be there. Of one that is not it is said whether there is another one of the same unit.
    pub(crate) fn get(&self, name: &PartName) -> Result<Part> {
        if let Some(part) = self.find(name)? {
            return Ok(part);
        }
        let of_unit = format!("{}-", name.of);
        let others = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let is_other = |file: &str| {
            let key = file.strip_prefix(&of_unit).and_then(|rest| rest.strip_suffix(".part"));
            key.is_some_and(|key| key.len() == 32 && key.bytes().all(|it| it.is_ascii_hexdigit()))
        };
        let other = others.map(|it| it.file_name()).find(|it| it.to_str().is_some_and(is_other));
        let problem = match other {
            Some(other) => {
                let version = version_of(&self.folder.join(&other));
                let by = version.map(|it| format!(", by ljd {it}")).unwrap_or_default();
                format!(
                    "is not there; {} is of another recipe, manifest, file or version of ljd{by}",
                    other.display()
                )
            }
            None => "is not there: its unit is not mapped".to_owned(),
        };
        let path = self.folder.join(name.file()?);
        Err(invalid(&path, problem))
    }

    /// Begins a part, which nobody else may write meanwhile.
    pub(crate) fn create(&self, name: &PartName) -> Result<PartWriter> {
        let last = self.folder.join(name.file()?);
        let path = self.folder.join(FileName::parse(format!("{}.new", name.file()?))?);
        let file = locked(&path)?;
        file.set_len(0).map_err(|error| Error::write(&path, error))?;
        let mut writer = PartWriter {
            file: BufWriter::with_capacity(1 << 20, file),
            path,
            last,
            n_chunks: 0,
            is_done: false,
        };
        writer.write(format!("{FORM}{VERSION}\n{}\n", name.key).as_bytes())?;
        Ok(writer)
    }

    /// Writes a small file of the folder's, in the place of one that was there.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.write_with(name, |write| write(bytes))
    }

    /// As [`write`](Self::write), piece by piece.
    pub(crate) fn write_with(
        &self,
        name: &str,
        make: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let name = FileName::parse(name)?;
        let last = self.folder.join(&name);
        let path = self.folder.join(FileName::parse(format!("{name}.new"))?);
        let failed = |error| Error::write(&path, error);
        let file = locked(&path)?;
        file.set_len(0).map_err(failed)?;
        let mut writer = BufWriter::new(file);
        let written = make(&mut |bytes| writer.write_all(bytes).map_err(failed)).and_then(|()| {
            writer.flush().and_then(|()| writer.get_ref().sync_all()).map_err(failed)
        });
        if let Err(error) = written {
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        fs::rename(&path, &last).map_err(|error| Error::write(&last, error))
    }

    /// Reads a file of the folder's; `None` if it is not there.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        /// Larger than any plan or model.
        const MOST: u64 = 1 << 30;
        let path = self.folder.join(FileName::parse(name)?);
        let Some(file) = opened(&path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = io::copy(&mut file.take(MOST), &mut bytes);
        read.map_err(|error| unreadable(&path, error))?;
        Ok(Some(bytes))
    }
}

/// Opens a file; `None` if it is not there.
pub(crate) fn opened(path: &Path) -> Result<Option<File>> {
    match open_named(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) => match error.kind() {
            ErrorKind::Read(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            _ => Err(error),
        },
    }
}

/// Opens a file that one process writes at a time. What is written through a link would be somebody else's.
fn locked(path: &Path) -> Result<File> {
    let failed = |error| Error::write(path, error);
    loop {
        if fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(Error::not_ours(path, "is a link, a folder, a pipe or a device"));
        }
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(file),
            // Whoever held it gave it its name meanwhile.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Busy(path.to_owned())));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

/// Whether an open file is the one that has the name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let named = fs::symlink_metadata(path).map(of);
    matches!((file.metadata().map(of), named), (Ok(file), Ok(named)) if file == named)
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// A part that is being written.
#[derive(Debug)]
pub(crate) struct PartWriter {
    file: BufWriter<File>,
    path: PathBuf,
    last: PathBuf,
    n_chunks: u64,
    is_done: bool,
}

impl PartWriter {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| Error::write(&self.path, error))
    }

    /// Appends a chunk.
    pub(crate) fn push(&mut self, Packed { keys, rest }: &Packed) -> Result<()> {
        for bytes in [keys, rest] {
            let n = u32::try_from(bytes.len()).ok().filter(|n| *n < END);
            let n = n.ok_or_else(|| invalid(&self.path, "has a chunk of 4 GiB".to_owned()))?;
            self.write(&n.to_le_bytes())?;
        }
        self.write(keys)?;
        self.write(rest)?;
        self.n_chunks += 1;
        Ok(())
    }

    /// Gives the part its name, when it is on the disk.
    pub(crate) fn finish(mut self, inputs: Vec<CheckedFile>) -> Result<PartEnd> {
        let end = PartEnd { inputs, n_chunks: self.n_chunks };
        let mut bytes = Vec::new();
        end.put(&mut bytes);
        self.write(&END.to_le_bytes())?;
        self.write(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes())?;
        self.write(&bytes)?;
        let failed = |error| Error::write(&self.path, error);
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(failed)?;
        fs::rename(&self.path, &self.last).map_err(|error| Error::write(&self.last, error))?;
        self.is_done = true;
        Ok(end)
    }
}

/// After an error nothing is left of it. The lock is still held.
impl Drop for PartWriter {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A piece of a part.
enum Frame {
    Chunk(Packed),
    End(PartEnd),
}

impl Part {
    /// Hands every chunk on, in order.
    pub(crate) fn each(&self, mut push: impl FnMut(Packed) -> Result<()>) -> Result<()> {
        self.read("", |frame| match frame {
            Frame::Chunk(packed) => push(packed),
            Frame::End(_) => Ok(()),
        })
    }

    /// Reads a part to its end; the chunks themselves only if no key is to be compared.
    fn read(&self, key: &str, mut each: impl FnMut(Frame) -> Result<()>) -> Result<()> {
        let failed = |error| unreadable(&self.path, error);
        let file = open_named(&self.path)?;
        let mut file = BufReader::with_capacity(1 << 18, file);
        let (form, found) = (line(&mut file), line(&mut file));
        let is_ours = form.map_err(failed)? == format!("{FORM}{VERSION}");
        let found = found.map_err(failed)?;
        if !is_ours || !key.is_empty() && found != key {
            let problem = "is no part of this recipe, manifest, file and version of ljd".to_owned();
            return Err(invalid(&self.path, problem));
        }
        loop {
            let (n_keys, n_rest) = (length(&mut file), length(&mut file));
            let (n_keys, n_rest) = (n_keys.map_err(failed)?, n_rest.map_err(failed)?);
            if n_keys == END {
                let end = bytes(&mut file, n_rest).map_err(failed)?;
                let end = PartEnd::take(&mut end.as_slice());
                return each(Frame::End(end.ok_or_else(|| self.broken())?));
            }
            if key.is_empty() {
                let keys = bytes(&mut file, n_keys).map_err(failed)?;
                let rest = bytes(&mut file, n_rest).map_err(failed)?;
                each(Frame::Chunk(Packed { keys, rest }))?;
            } else {
                let n = i64::from(n_keys) + i64::from(n_rest);
                file.seek_relative(n).map_err(failed)?;
            }
        }
    }

    /// What of a chunk is compared.
    pub(crate) fn broken(&self) -> Error {
        invalid(&self.path, "is broken".to_owned())
    }
}

impl Packed {
    pub(crate) fn of(converted: &mut Converted) -> Result<Self> {
        let (mut keys, mut rest) = (Vec::new(), Vec::new());
        converted.pack(&mut keys, &mut rest);
        let failed = |error| Error::new(ErrorKind::Encode(Box::new(error)));
        Ok(Self { keys: packed(&keys).map_err(failed)?, rest: packed(&rest).map_err(failed)? })
    }

    /// What rows are compared by, as bytes.
    pub(crate) fn keys(&self) -> Result<Vec<u8>> {
        unpacked(&self.keys)
    }

    pub(crate) fn converted(&self) -> Result<Converted> {
        let converted = Converted::unpack(&self.keys()?, &unpacked(&self.rest)?);
        converted.ok_or_else(|| broken_chunk(io::ErrorKind::InvalidData.into()))
    }
}

fn broken_chunk(error: io::Error) -> Error {
    Error::at(Location::file("a part"), ErrorKind::Read(error))
}

/// Fast, and sure to tell when it is broken.
#[cfg(feature = "zstd")]
fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(1)?;
    compressor.include_checksum(true)?;
    compressor.compress(bytes)
}

#[cfg(feature = "zstd")]
fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::decode_all(bytes).map_err(broken_chunk)
}

#[cfg(not(feature = "zstd"))]
#[expect(clippy::unnecessary_wraps, reason = "compressing can fail")]
fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    Ok(bytes.to_vec())
}

#[cfg(not(feature = "zstd"))]
#[expect(clippy::unnecessary_wraps, reason = "decompressing can fail")]
fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(bytes.to_vec())
}

fn line(file: &mut impl Read) -> io::Result<String> {
    const LONGEST: usize = 200;
    let mut line = Vec::new();
    loop {
        match bytes(file, 1)?.as_slice() {
            [b'\n'] => return Ok(String::from_utf8_lossy(&line).into_owned()),
            _ if LONGEST <= line.len() => return Err(io::ErrorKind::InvalidData.into()),
            byte => line.extend_from_slice(byte),
        }
    }
}

fn length(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// So many bytes; memory grows with those that are there.
fn bytes(file: &mut impl Read, n: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = io::copy(&mut file.take(u64::from(n)), &mut bytes)?;
    if read == u64::from(n) { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn version_of(path: &Path) -> Option<String> {
    let mut file = BufReader::new(open_named(path).ok()?);
    line(&mut file).ok()?.strip_prefix(FORM).map(str::to_owned)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::at(Location::file(path.display().to_string()), ErrorKind::Read(error))
}

/// An error in what the folder of parts holds.
pub(crate) fn invalid(path: &Path, problem: String) -> Error {
    let kind = ErrorKind::Invalid { field: "part", problem };
    Error::at(Location::file(path.display().to_string()), kind)
}

/// The digest of some texts.
pub(crate) fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut sha256 = Sha256Writer::new(io::sink());
    for text in texts {
        sha256.skip(&(text.len() as u64).to_le_bytes());
        sha256.skip(text.as_bytes());
    }
    sha256.finish().2
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "small files")]
mod tests {
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, Mode, RawMode};

    use super::*;

    const NAME: &str = "ljd-plan.json";

    fn pipe(path: &Path) {
        let made = rustix::fs::mkfifoat(CWD, path, Mode::from_raw_mode(0o600 as RawMode));
        assert_eq!(made, Ok(()));
    }

    fn write(parts: &Parts) -> Result<()> {
        parts.write_with(NAME, |add| add(b"ours"))
    }

    #[test]
    fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts::open(folder.path()).unwrap();
        let name = PartName { of: "tanaka-records".to_owned(), key: "0".repeat(64) };
        pipe(&folder.path().join(name.file().unwrap().as_str()));
        assert!(parts.find(&name).unwrap_err().to_string().contains("a pipe or a device"));
        assert!(parts.get(&name).is_err());
        pipe(&folder.path().join(NAME));
        assert!(parts.read(NAME).is_err());
    }

    /// What lies where a file is written before it gets its name, is not written through, emptied or removed.
    #[test]
    fn what_lies_where_a_file_is_made_stays() {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts::open(folder.path()).unwrap();
        let (thesis, new) = (folder.path().join("thesis"), folder.path().join("ljd-plan.json.new"));
        fs::write(&thesis, "a year's work").unwrap();
        symlink(&thesis, &new).unwrap();
        assert!(matches!(write(&parts).unwrap_err().kind(), ErrorKind::NotOurs { .. }));
        fs::remove_file(&new).unwrap();
        pipe(&new);
        assert!(matches!(write(&parts).unwrap_err().kind(), ErrorKind::NotOurs { .. }));
        fs::remove_file(&new).unwrap();
        assert!(parts.read(NAME).unwrap().is_none());
        write(&parts).unwrap();
        assert_eq!(parts.read(NAME).unwrap().as_deref(), Some(&b"ours"[..]));
        assert_eq!(fs::read(&thesis).unwrap(), b"a year's work");
    }
}
