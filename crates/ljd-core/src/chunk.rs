//! Pieces of a corpus with the place that they come from: the unit of parallel work.

use std::fmt;
use std::sync::Arc;

use memchr::memchr_iter;

use crate::{Error, ErrorKind, Location, RecordSink, Result, Skip, Split};

/// A piece of a corpus, some hundred KiB of whole rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The text, or the same rows of several files.
    pub texts: Vec<Text>,
    /// The part of the origin that the rows belong to.
    pub split: Split,
    /// Which block of the corpus's output the chunk feeds, counted from 0.
    ///
    /// v0 puts one direction of all pairs before the other one, so the same rows are read once a block.
    pub block: usize,
    /// Whether the same rows were in an earlier block already, so that they are not counted again.
    pub reread: bool,
}

/// Whole lines of one file.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct Text {
    /// The file, as messages name it.
    pub file: Arc<str>,
    /// Which kind of the corpus's files it is, as the corpus numbers them; 0 where there is one kind.
    pub part: usize,
    /// Whether its rows stood in the corpus before, so that they are skipped.
    pub repeated: bool,
    /// Number of the first line, counted from 1.
    pub first_line: u64,
    /// The lines as they stand in the file.
    pub bytes: Vec<u8>,
}

/// One line of a [`Text`], without its line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number in the file, counted from 1.
    pub number: u64,
    /// Its text.
    pub text: &'a str,
}

impl Chunk {
    /// Calls `row` with each line of the chunk's texts, and skips a line that is repeated, is not UTF-8 or
    /// that `row` refuses.
    pub fn each_line<'c>(
        &'c self,
        out: &mut RecordSink<'_>,
        mut row: impl FnMut(Line<'c>, &mut RecordSink<'_>) -> Result<(), Skip>,
    ) {
        for text in &self.texts {
            for (number, bytes) in text.lines() {
                let done = text.row(bytes).and_then(|line| row(Line { number, text: line }, out));
                out.row(done, || text.location(number));
            }
        }
    }

    /// Calls `row` with each pair of lines of the chunk's two texts, and skips a pair that is not UTF-8
    /// or that `row` refuses.
    ///
    /// # Errors
    ///
    /// Where the chunk does not have two texts.
    pub fn each_aligned_line<'c>(
        &'c self,
        out: &mut RecordSink<'_>,
        mut row: impl FnMut(Line<'c>, &'c str, &mut RecordSink<'_>) -> Result<(), Skip>,
    ) -> Result<()> {
        let [left, right] = self.texts.as_slice() else {
            return Err(Error::new(ErrorKind::NotTwoTexts { found: self.texts.len() }));
        };
        for ((number, left_bytes), (_, right_bytes)) in left.lines().zip(right.lines()) {
            let done = utf8(left_bytes).and_then(|text| {
                let line = Line { number, text };
                utf8(right_bytes).and_then(|right| row(line, right, out))
            });
            out.row(done, || left.location(number));
        }
        Ok(())
    }
}

impl Text {
    /// The lines with their numbers, without line ends (LF or CRLF).
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let body = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let lines = (!self.bytes.is_empty()).then(|| body.split(|&byte| byte == b'\n'));
        (self.first_line..)
            .zip(lines.into_iter().flatten())
            .map(|(number, line)| (number, line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// The text of one of its rows.
    ///
    /// # Errors
    ///
    /// Where the row is repeated or not UTF-8.
    pub fn row<'t>(&self, bytes: &'t [u8]) -> Result<&'t str, Skip> {
        if self.repeated { Err(Skip::LeftOut("the same row again")) } else { utf8(bytes) }
    }

    /// The same text as one of that kind.
    #[must_use]
    pub fn of_part(self, part: usize) -> Self {
        Self { part, ..self }
    }

    /// The rows, of which each ends where `ends` says, as texts of their own; what follows the last end
    /// is a row too.
    ///
    /// ```
    /// use ljd_core::{Text, read};
    ///
    /// let text = Text { bytes: b"a\nb\nc".to_vec(), first_line: 1, ..Text::default() };
    /// let rows: Vec<Text> = text.rows(read::line_ends(&text.bytes)).collect();
    /// assert_eq!((rows.len(), rows[2].first_line, rows[2].bytes.as_slice()), (3, 3, &b"c"[..]));
    /// ```
    pub fn rows(&self, ends: impl Iterator<Item = usize>) -> impl Iterator<Item = Self> {
        let (mut start, mut line) = (0, self.first_line);
        let rows = ends.chain([self.bytes.len()]).map(move |end| {
            let bytes = self.bytes.get(start..end).unwrap_or_default().to_vec();
            let first_line = line;
            line += memchr_iter(b'\n', &bytes).count() as u64;
            start = end;
            Self { file: Arc::clone(&self.file), first_line, bytes, ..*self }
        });
        rows.filter(|row| !row.bytes.is_empty())
    }

    /// The place of a line.
    pub fn location(&self, line: u64) -> Location {
        Location::line(Arc::clone(&self.file), line)
    }
}

/// The text itself is left out: it would be some hundred KiB.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({}, {} bytes)", self.location(self.first_line), self.bytes.len())
    }
}

/// The text of a row, unless its bytes are none.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Skip> {
    simdutf8::basic::from_utf8(bytes).map_err(|_utf8| Skip::Bad("not UTF-8"))
}

/// Takes the chunks of a corpus as they are cut, and says when no more are wanted.
pub struct ChunkSink<'a> {
    /// The split of the chunks that follow.
    pub split: Split,
    /// About how many bytes a chunk shall have: enough to keep a thread busy for some milliseconds.
    pub target: usize,
    /// The block of the output that the chunks that follow feed.
    pub block: usize,
    /// Whether the rows that follow were in an earlier block already.
    pub reread: bool,
    push: &'a mut dyn FnMut(Chunk) -> Result<()>,
}

impl<'a> ChunkSink<'a> {
    /// Hands every chunk to `push`.
    pub fn new(push: &'a mut dyn FnMut(Chunk) -> Result<()>) -> Self {
        Self { split: Split::Whole, target: 512 << 10, block: 0, reread: false, push }
    }

    /// Takes a chunk of one text, or of the same rows of several.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Stopped`] when no more chunks are wanted.
    pub fn push(&mut self, texts: Vec<Text>) -> Result<()> {
        let Self { split, block, reread, .. } = *self;
        (self.push)(Chunk { texts, split, block, reread })
    }

    /// Lets what `cut` cuts pass through `each`, which hands on what it makes of a chunk.
    ///
    /// # Errors
    ///
    /// Those of `cut` and `each`.
    pub fn through(
        &mut self,
        mut each: impl FnMut(Chunk, &mut Self) -> Result<()>,
        cut: impl FnOnce(&mut ChunkSink<'_>) -> Result<()>,
    ) -> Result<()> {
        let Self { split, target, block, reread, .. } = *self;
        let mut push = |chunk: Chunk| {
            self.split = chunk.split;
            each(chunk, self)
        };
        cut(&mut ChunkSink { split, target, block, reread, push: &mut push })
    }

    /// Reads the same rows `n` times, once for each block of the output.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub fn blocks(
        &mut self,
        n: usize,
        mut read: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        for block in 0..n {
            (self.block, self.reread) = (block, 0 < block);
            read(self)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ChunkSink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkSink").field("split", &self.split).field("block", &self.block).finish()
    }
}
