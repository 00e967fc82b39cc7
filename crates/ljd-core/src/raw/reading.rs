//! Source files as they are read: what is hashed are the bytes that are handed on.
//!
//! A file that is read from its beginning is read and hashed by a thread of its own, some pieces ahead of its reader.
//! A file that a library jumps in is hashed first, and looked at again in the end: it must not have been written to.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::Sha256Writer;
use crate::{Cancel, modified};

/// What is read and hashed at once: large enough that system calls do not show, small enough for the cache.
const PIECE: usize = 256 << 10;
/// Pieces that wait for the reader.
const AHEAD: usize = 4;

/// The bytes of a file from its beginning, which are read and perhaps hashed ahead.
pub(super) struct Pieces {
    source: Source,
    piece: Vec<u8>,
    /// How much of the piece is given out.
    given: usize,
    /// Counts what is given out.
    read: Arc<AtomicU64>,
    cancel: Cancel,
}

enum Source {
    File(File),
    Hashed(Receiver<io::Result<Vec<u8>>>),
}

/// A file in which its reader may jump.
pub(super) struct Seekable {
    file: File,
    read: Arc<AtomicU64>,
    cancel: Cancel,
}

/// What is known in the end of the bytes that a reader was given.
#[derive(Debug)]
pub(super) enum Proof {
    /// They are hashed as they are read.
    Ahead(JoinHandle<Hashing>),
    /// They were hashed before, and are the same if the file was not written to since.
    Before { file: File, stamp: Stamp, found: Found },
}

/// Size and SHA-256 of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// A file as far as it is hashed.
pub(super) struct Hashing {
    file: File,
    hashed: Sha256Writer<io::Sink>,
}

/// What the system says of a file, which changes when it is written to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<u64>,
    changed: (i64, i64),
}

impl Pieces {
    /// The bytes of a file that nobody wants to be hashed.
    pub(super) fn new(file: File, read: Arc<AtomicU64>, cancel: Cancel) -> Self {
        Self { source: Source::File(file), piece: Vec::new(), given: 0, read, cancel }
    }

    /// The bytes of a file that is hashed by a thread of its own.
    pub(super) fn hashed(
        file: File,
        read: Arc<AtomicU64>,
        cancel: Cancel,
    ) -> io::Result<(Self, Proof)> {
        let (pieces, source) = sync_channel(AHEAD);
        let hashing = Hashing::new(file);
        let thread = thread::Builder::new().name("sha256".to_owned());
        let thread = thread.spawn(move || hashing.hand_on(&pieces))?;
        let source = Source::Hashed(source);
        Ok((Self { source, piece: Vec::new(), given: 0, read, cancel }, Proof::Ahead(thread)))
    }

    /// The next piece; an empty one at the end.
    fn next_piece(&mut self) -> io::Result<Vec<u8>> {
        match &mut self.source {
            // The memory of the piece before serves again.
            Source::File(file) => read_piece(file, mem::take(&mut self.piece)),
            // The thread is gone when it has handed on the last piece.
            Source::Hashed(pieces) => pieces.recv().unwrap_or_else(|_ended| Ok(Vec::new())),
        }
    }
}

impl BufRead for Pieces {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given == self.piece.len() {
            self.cancel.check().map_err(io::Error::other)?;
            self.piece = self.next_piece()?;
            self.given = 0;
            self.read.fetch_add(self.piece.len() as u64, Ordering::Relaxed);
        }
        Ok(self.piece.get(self.given..).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        self.given = (self.given + n).min(self.piece.len());
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl Seekable {
    pub(super) fn new(file: File, read: Arc<AtomicU64>, cancel: Cancel) -> Self {
        Self { file, read, cancel }
    }

    /// Hashes the file from its beginning, and goes back there.
    pub(super) fn hash(&mut self) -> io::Result<Proof> {
        let stamp = Stamp::of(&self.file)?;
        let file = self.file.try_clone()?;
        let found = Hashing::new(self.file.try_clone()?).finish(&self.cancel)?;
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Proof::Before { file, stamp, found })
    }
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cancel.check().map_err(io::Error::other)?;
        let n = self.file.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Proof {
    /// Size and SHA-256 of the bytes that were read, and of those behind them; `None` where they may be of different
    /// files, since the file was written to.
    pub(super) fn found(self, cancel: &Cancel) -> io::Result<Option<Found>> {
        match self {
            Self::Ahead(thread) => {
                let hashing = thread.join().map_err(|_panic| io::Error::other("hashing ended"))?;
                hashing.finish(cancel).map(Some)
            }
            Self::Before { file, stamp, found } => {
                Ok((Stamp::of(&file)? == stamp).then_some(found))
            }
        }
    }
}

impl Hashing {
    pub(super) fn new(file: File) -> Self {
        Self { file, hashed: Sha256Writer::new(io::sink()) }
    }

    /// Hashes piece after piece and hands them on, until the file ends or nobody takes them any more.
    fn hand_on(mut self, pieces: &SyncSender<io::Result<Vec<u8>>>) -> Self {
        loop {
            let piece = self.next_piece();
            let is_last = piece.as_ref().map_or(true, Vec::is_empty);
            if pieces.send(piece).is_err() || is_last {
                return self;
            }
        }
    }

    fn next_piece(&mut self) -> io::Result<Vec<u8>> {
        let piece = read_piece(&mut self.file, Vec::new())?;
        self.hashed.skip(&piece);
        Ok(piece)
    }

    /// Hashes what is left.
    pub(super) fn finish(mut self, cancel: &Cancel) -> io::Result<Found> {
        let mut piece = Vec::new();
        loop {
            cancel.check().map_err(io::Error::other)?;
            piece = read_piece(&mut self.file, piece)?;
            if piece.is_empty() {
                let (_sink, bytes, sha256) = self.hashed.finish();
                return Ok(Found { bytes, sha256 });
            }
            self.hashed.skip(&piece);
        }
    }
}

/// Reads a piece, into memory that is of no use any more.
fn read_piece(file: &mut File, mut piece: Vec<u8>) -> io::Result<Vec<u8>> {
    piece.clear();
    piece.reserve_exact(PIECE);
    io::copy(&mut file.take(PIECE as u64), &mut piece)?;
    Ok(piece)
}

impl Stamp {
    fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        let changed = changed(&metadata);
        Ok(Self { bytes: metadata.len(), modified: modified(&metadata), changed })
    }
}

/// When anything of a file was last changed, which no program can set.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;

    (metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_metadata: &Metadata) -> (i64, i64) {
    (0, 0)
}
