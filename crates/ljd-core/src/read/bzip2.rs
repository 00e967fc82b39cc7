//! Decompresses bzip2 on several threads, whether the file has one stream or many.
//!
//! Blocks of bzip2 know nothing of each other, but begin at any bit and do not say how long they are. So the
//! file is cut wherever the number stands that a block or the end of a stream begins with, and each thread decodes
//! one piece after another. What our own decoder refuses, the `bzip2` crate gets: so damage is judged, and the texts of the
//! first versions are read, as it does it.
//!
//! That number may stand within a block by chance. The block's two halves are none then, which their check
//! sums show; such pieces are joined with those that follow until they are one.

mod bits;
mod block;
mod code;
mod library;
mod reader;
mod rows;
mod runs;

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};
use std::mem;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use self::bits::{BLOCK, Bits, END, MAGIC_BITS, find_magic};
use self::block::Blocks;
use self::library::{HEADER, HEADER_BITS};

/// The bits of a check sum.
const SUM_BITS: usize = 32;
/// No block is longer, in bits: 18,002 groups of 50 symbols of 20 bits, and the tables.
const LONGEST: usize = 20 << 20;
/// What is read of the file at once.
const READ: usize = 256 << 10;

/// Decompresses a bzip2 file, of several streams too, on threads that work ahead of its reader.
///
/// Some 8 MiB are held for each of these, more where the same byte is repeated very often.
///
/// It gives the bytes and the errors that [`bzip2::bufread::MultiBzDecoder`] gives: where the file ends early,
/// what whole blocks hold, and then an error. It gives no byte of a block whose check sum is wrong, however; and bytes
/// behind the last stream that begin none, zeros or rubbish, are counted and no error, as `bunzip2` has it.
///
/// ```
/// use std::io::Read;
/// use std::num::NonZeroUsize;
///
/// let mut reader = ljd_core::read::Bzip2::new(&b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0"[..], NonZeroUsize::MIN);
/// assert_eq!(reader.read(&mut [0; 8])?, 0);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Bzip2<R> {
    pieces: Pieces<R>,
    pool: Pool,
    /// What becomes of the pieces that were handed out, in their order.
    awaited: VecDeque<Receiver<Decoded>>,
    /// What the blocks' check sums of the stream so far come to; `None` outside of a stream.
    sum: Option<u32>,
    /// Whether a stream has begun: a file of none is no bzip2.
    begun: bool,
    text: Vec<u8>,
    /// How much of the text is given out.
    given: usize,
    /// The error that stands behind the text.
    error: Option<io::Error>,
    trailing: Arc<AtomicU64>,
}

/// What became of a piece.
enum Decoded {
    Text(Vec<u8>, u32),
    /// It is no block that ends where the piece does.
    No(Piece),
}

impl<R: Read> Bzip2<R> {
    /// Decompresses what `input` gives.
    pub fn new(input: R, threads: NonZeroUsize) -> Self {
        Self {
            pieces: Pieces::new(input),
            pool: Pool::new(threads),
            awaited: VecDeque::new(),
            sum: None,
            begun: false,
            text: Vec::new(),
            given: 0,
            error: None,
            trailing: Arc::default(),
        }
    }

    /// The number of bytes that stand behind the last stream, when everything is read.
    pub fn trailing(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.trailing)
    }

    /// The text of the next block; `None` behind the last one.
    fn next_text(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        loop {
            match self.next_decoded()? {
                Some(Decoded::Text(text, sum)) => return self.add(text, sum).map(Some),
                Some(Decoded::No(piece)) if piece.begins_with(BLOCK) => {
                    return self.join(piece).map(Some);
                }
                Some(Decoded::No(piece)) => self.pass(&piece)?,
                None if self.sum.is_some() || !self.begun => return Err(ends_early()),
                None => return Ok(None),
            }
        }
    }

    /// What became of the next piece, while those behind it are worked on.
    fn next_decoded(&mut self) -> io::Result<Option<Decoded>> {
        while self.awaited.len() < self.pool.n_ahead() {
            let Some(piece) = self.pieces.next_piece()? else { break };
            // What is given out makes room for what is to come.
            self.awaited.push_back(self.pool.hand_out(piece, mem::take(&mut self.text))?);
        }
        let next = self.awaited.pop_front().map(|next| next.recv());
        next.transpose().map_err(io::Error::other)
    }

    /// Adds a block's check sum to that of the stream.
    fn add(&mut self, text: Vec<u8>, sum: u32) -> io::Result<Vec<u8>> {
        let so_far = self.sum.ok_or_else(|| invalid(bzip2::Error::DataMagic))?;
        self.sum = Some(so_far.rotate_left(1) ^ sum);
        Ok(text)
    }

    /// Joins a block that was cut within with the pieces that follow.
    fn join(&mut self, mut piece: Piece) -> io::Result<Vec<u8>> {
        let mut blocks = Blocks::new();
        while !piece.is_last && piece.bits.len() < LONGEST {
            let Some(Decoded::No(next)) = self.next_decoded()? else { break };
            piece.bits.push(&next.bits);
            piece.is_last = next.is_last;
            if !piece.is_last
                && let Some((text, sum)) = piece.text(&mut blocks, Vec::new())
            {
                return self.add(text, sum);
            }
        }
        if !piece.is_last {
            return Err(invalid(bzip2::Error::Data));
        }
        // Of a stream that breaks off, the last block may still be there.
        let mut text = Vec::new();
        library::last_block(&piece.bits, &mut text).map_err(invalid)?;
        self.error = Some(ends_early());
        Ok(text)
    }

    /// Passes over the end of a stream, and over the beginning of the next one.
    fn pass(&mut self, piece: &Piece) -> io::Result<()> {
        let mut at = 0;
        if piece.begins_with(END) {
            at = MAGIC_BITS + SUM_BITS;
            let sum = piece.bits.number(MAGIC_BITS..at).ok_or_else(ends_early)?;
            if self.sum.take().map(u64::from) != Some(sum) {
                return Err(invalid(bzip2::Error::Data));
            }
            // The next stream begins with a byte.
            at += (8 - (piece.first_bit + at) % 8) % 8;
        }
        if piece.is_last && 0 < at && piece.bits.len() <= at {
            return Ok(());
        }
        let headers = (b'1'..=b'9').map(|digit| HEADER << 8 | u64::from(digit));
        if !piece.is_begun(at, HEADER_BITS, headers) {
            if piece.begins_with(END) {
                return self.leave(piece.start + (piece.first_bit + at) as u64 / 8);
            }
            return Err(invalid(bzip2::Error::DataMagic));
        }
        at += HEADER_BITS;
        if piece.is_last {
            let is_cut = piece.is_begun(at, MAGIC_BITS, [BLOCK, END]);
            return Err(if is_cut { ends_early() } else { invalid(bzip2::Error::Data) });
        }
        if at != piece.bits.len() {
            return Err(invalid(bzip2::Error::Data));
        }
        (self.sum, self.begun) = (Some(0), true);
        Ok(())
    }

    /// Counts the bytes from the byte `end` on, and reads none of them as bzip2.
    fn leave(&mut self, end: u64) -> io::Result<()> {
        self.awaited.clear();
        self.trailing.store(self.pieces.finish()?.saturating_sub(end), Ordering::Relaxed);
        Ok(())
    }
}

impl<R: Read> Read for Bzip2<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            let Some(text) = self.next_text()? else { return Ok(0) };
            (self.text, self.given) = (text, 0);
        }
        let n = self.text.get(self.given..).unwrap_or_default().read(buffer)?;
        self.given += n;
        Ok(n)
    }
}

impl<R> fmt::Debug for Bzip2<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bzip2({} threads)", self.pool.threads)
    }
}

fn invalid(error: bzip2::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

fn ends_early() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// A piece of the file from one magic number to the next.
struct Piece {
    bits: Bits,
    /// The byte of the file in which it begins, and the bit of that.
    start: u64,
    first_bit: usize,
    /// Whether the file ends with it.
    is_last: bool,
}

impl Piece {
    fn begins_with(&self, magic: u64) -> bool {
        self.bits.number(0..MAGIC_BITS) == Some(magic)
    }

    /// Whether one of these numbers stands at a bit, as far as the piece goes.
    fn is_begun(&self, at: usize, n_bits: usize, numbers: impl IntoIterator<Item = u64>) -> bool {
        let n_there = self.bits.len().saturating_sub(at).min(n_bits);
        let there = self.bits.number(at..at + n_there).unwrap_or_default();
        n_there == 0 || numbers.into_iter().any(|number| number >> (n_bits - n_there) == there)
    }

    /// What becomes of the piece. A decoder that fails is of no further use.
    fn decoded(self, blocks: &mut Blocks, text: Vec<u8>) -> Decoded {
        if self.is_last || !self.begins_with(BLOCK) {
            return Decoded::No(self);
        }
        match self.text(blocks, text) {
            Some((text, sum)) => Decoded::Text(text, sum),
            None => Decoded::No(self),
        }
    }

    /// The text of the block that the piece is, with its check sum, which is right.
    fn text(&self, blocks: &mut Blocks, mut text: Vec<u8>) -> Option<(Vec<u8>, u32)> {
        let sum = self.bits.number(MAGIC_BITS..MAGIC_BITS + SUM_BITS)?;
        text.clear();
        if blocks.text(&self.bits, &mut text).is_none() {
            text.clear();
            library::block(&self.bits, &mut text).ok()?;
        }
        Some((text, u32::try_from(sum).ok()?))
    }
}

/// The threads that decompress. They end when the pool does.
struct Pool {
    threads: NonZeroUsize,
    n_started: usize,
    tasks: Sender<Task>,
    todo: Arc<Mutex<Receiver<Task>>>,
}

/// A piece to decompress, into a text that is of no use any more.
struct Task {
    piece: Piece,
    text: Vec<u8>,
    done: Sender<Decoded>,
}

impl Pool {
    fn new(threads: NonZeroUsize) -> Self {
        let (tasks, todo) = channel();
        Self { threads, n_started: 0, tasks, todo: Arc::new(Mutex::new(todo)) }
    }

    /// As many pieces are worked on ahead: no thread waits for the others, nor for the reader.
    fn n_ahead(&self) -> usize {
        2 * self.threads.get() + 1
    }

    fn hand_out(&mut self, piece: Piece, text: Vec<u8>) -> io::Result<Receiver<Decoded>> {
        if self.n_started < self.threads.get() {
            let todo = Arc::clone(&self.todo);
            thread::Builder::new().name("bzip2".to_owned()).spawn(move || decode(&todo))?;
            self.n_started += 1;
        }
        let (done, decoded) = channel();
        self.tasks.send(Task { piece, text, done }).map_err(|_closed| io::ErrorKind::BrokenPipe)?;
        Ok(decoded)
    }
}

/// One of a pool's threads.
fn decode(todo: &Mutex<Receiver<Task>>) {
    let mut blocks = Blocks::new();
    // The lock is held while this thread waits for a task, but not while it works on it.
    let next = || todo.lock().ok()?.recv().ok();
    while let Some(Task { piece, text, done }) = next() {
        // Nobody waits any more where the reader is gone.
        let _ = done.send(piece.decoded(&mut blocks, text));
    }
}

/// Cuts a file where magic numbers stand.
struct Pieces<R> {
    input: R,
    buffer: Vec<u8>,
    /// The bytes of the file that stood before those of the buffer.
    n_before: u64,
    /// The bit of the buffer that the next piece begins at.
    start: usize,
    /// The bit from which on no magic number was looked for yet.
    searched: usize,
    ended: bool,
}

impl<R: Read> Pieces<R> {
    fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), n_before: 0, start: 0, searched: 0, ended: false }
    }

    fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            if let Some(end) = find_magic(&self.buffer, self.searched) {
                self.searched = end + 1;
                // At its very beginning, a file has a magic number only if it is no bzip2.
                return Ok(Some(self.piece(end)));
            }
            let n_bits = 8 * self.buffer.len();
            self.searched = self.searched.max((n_bits + 1).saturating_sub(MAGIC_BITS));
            if LONGEST < n_bits - self.start {
                return Ok(Some(self.piece(n_bits)));
            }
            if self.ended {
                return Ok((self.start < n_bits).then(|| self.piece(n_bits)));
            }
            self.fill()?;
        }
    }

    fn piece(&mut self, end: usize) -> Piece {
        let bits = Bits::of(&self.buffer, self.start..end);
        let (start, first_bit) = (self.n_before + self.start as u64 / 8, self.start % 8);
        self.start = end;
        let is_last = self.ended && end == 8 * self.buffer.len();
        Piece { bits, start, first_bit, is_last }
    }

    /// Passes over the rest of the file; returns how many bytes it has.
    fn finish(&mut self) -> io::Result<u64> {
        let n_left = io::copy(&mut self.input, &mut io::sink())?;
        self.n_before += self.buffer.len() as u64 + n_left;
        self.buffer.clear();
        (self.start, self.searched, self.ended) = (0, 0, true);
        Ok(self.n_before)
    }

    /// Reads on, without what pieces were made of.
    fn fill(&mut self) -> io::Result<()> {
        let n_done = self.start / 8;
        self.buffer.drain(..n_done);
        self.n_before += n_done as u64;
        self.start -= 8 * n_done;
        // A piece that was cut for its length may end behind what was searched.
        self.searched = self.searched.saturating_sub(8 * n_done);
        let n_read = io::copy(&mut (&mut self.input).take(READ as u64), &mut self.buffer)?;
        self.ended = n_read == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bzip2::Compression;
    use bzip2::bufread::MultiBzDecoder;
    use bzip2::write::BzEncoder;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn packed(text: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = BzEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// What a reader gives, and the kind of its error.
    fn read(mut reader: impl Read) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut text = Vec::new();
        let error = io::copy(&mut reader, &mut text).err();
        (text, error.map(|error| error.kind()))
    }

    fn read_by(threads: usize, file: &[u8]) -> (Vec<u8>, Option<io::ErrorKind>) {
        read(Bzip2::new(file, NonZeroUsize::new(threads).unwrap()))
    }

    /// Text that packs to about its own size.
    fn noise(n: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn blocks_and_streams_of_every_level_are_read() {
        let text = noise(250_000);
        let mut file = Vec::new();
        for level in 1..=9 {
            file.extend(packed(&text, level));
        }
        for threads in [1, 2, 5] {
            assert_eq!(read_by(threads, &file), (text.repeat(9), None));
        }
    }

    /// A block lists the bytes that it has, 16 of them by two bytes: some texts write a magic number there.
    #[test]
    fn a_magic_number_within_a_block_cuts_nothing() {
        for magic in [BLOCK, END] {
            let bytes: Vec<u8> = (0..48).filter(|i| magic >> (47 - i) & 1 == 1).collect();
            let n_bytes = bytes.len();
            // Four equal bytes in a row would be written with a number, another byte.
            let mut i = 0;
            let mut pick = |byte: u8| {
                i = (i + 1 + usize::from(byte) % (n_bytes - 1)) % n_bytes;
                bytes[i]
            };
            let text: Vec<u8> = noise(350_000).into_iter().map(&mut pick).collect();
            let file = packed(&text, 1);
            let first = find_magic(&file, 0).unwrap();
            let second = find_magic(&file, first + 1).unwrap();
            assert!(second - first < 500);
            for threads in [1, 3] {
                assert_eq!(read_by(threads, &file), (text.clone(), None));
            }
        }
    }

    #[test]
    fn what_stands_before_the_damage_is_read() {
        let text = noise(250_000);
        let mut file = packed(&text, 1);
        let middle = file.len() / 2;
        file[middle] ^= 4;
        let (read, error) = read_by(2, &file);
        assert_eq!(error, Some(io::ErrorKind::InvalidInput));
        assert!(text.starts_with(&read) && 90_000 < read.len() && read.len() < 110_000);
    }

    #[test]
    fn a_sum_of_the_stream_that_is_wrong_is_an_error() {
        let mut file = packed(b"text", 9);
        let last = file.len() - 2;
        file[last] ^= 0x10;
        assert_eq!(read_by(1, &file), (b"text".to_vec(), Some(io::ErrorKind::InvalidInput)));
    }

    #[test]
    fn what_stands_behind_the_last_stream_is_counted() {
        let text = noise(120_000);
        let file = [packed(&text, 1), packed(b"text", 9)].concat();
        let whole = [&text[..], b"text"].concat();
        let rubbish = noise(600_000);
        // A stream behind rubbish is rubbish too.
        let hidden = [b"rubbish", file.as_slice()].concat();
        for behind in [&b"\0"[..], b"BZh0", &[0; 700], &rubbish, &hidden] {
            let file = [&file[..], behind].concat();
            for threads in [1, 3] {
                let mut reader = Bzip2::new(&file[..], NonZeroUsize::new(threads).unwrap());
                assert_eq!(read(&mut reader), (whole.clone(), None));
                assert_eq!(reader.trailing().load(Ordering::Relaxed), behind.len() as u64);
            }
        }
        // A stream that is begun has to be whole.
        for behind in [&b"B"[..], b"BZh", b"BZh9", b"BZh9\x31"] {
            let file = [&file[..], behind].concat();
            assert_eq!(read_by(1, &file), (whole.clone(), Some(io::ErrorKind::UnexpectedEof)));
        }
    }

    #[test]
    fn a_file_without_an_end_is_not_read_whole() {
        struct Endless(u64);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += buffer.len() as u64;
                buffer.fill(7);
                Ok(buffer.len())
            }
        }
        let mut endless = Endless(0);
        let (text, error) = read(Bzip2::new(&mut endless, NonZeroUsize::MIN));
        assert_eq!((text.len(), error), (0, Some(io::ErrorKind::InvalidInput)));
        assert!(endless.0 < 16 << 20);
    }

    proptest! {
        /// The file whole, and cut anywhere, gives what the library's own reader gives.
        #[test]
        fn streams_are_read_as_the_library_reads_them(
            texts in vec((vec(any::<u8>(), 0..400), 1..=9_u32), 0..4),
            lost in 0..100_usize,
            threads in 1..4_usize,
        ) {
            let mut file: Vec<u8> =
                texts.iter().flat_map(|(text, level)| packed(text, *level)).collect();
            file.truncate(file.len().saturating_sub(lost));
            prop_assert_eq!(read_by(threads, &file), read(MultiBzDecoder::new(file.as_slice())));
        }

        /// Damage is an error, unless it hits a bit that nothing depends on, and never gives a wrong byte.
        #[test]
        fn damage_gives_no_wrong_byte(
            text in vec(any::<u8>(), 1..400), at in any::<prop::sample::Index>(), bit in 0..8_u8,
        ) {
            let mut file = packed(&text, 9);
            let at = at.index(file.len());
            file[at] ^= 1 << bit;
            let (read, error) = read_by(2, &file);
            prop_assert!(text.starts_with(&read));
            prop_assert!(error.is_some() || text == read);
        }

        #[test]
        fn bytes_of_any_kind_are_refused_or_read(bytes in vec(any::<u8>(), 0..200)) {
            let file = [b"BZh9".as_slice(), &bytes].concat();
            let (text, error) = read_by(2, &file);
            prop_assert!(text.is_empty() && error.is_some());
        }
    }
}
