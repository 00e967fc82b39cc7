//! Cuts files of lines: one file, or two that belong together line by line.

use std::io::{self, Read};
use std::sync::Arc;

use memchr::{memchr_iter, memrchr};

use crate::{ChunkSink, Error, ErrorKind, Input, Location, Result, Text};

/// The longest row that is read. Real rows have a few KiB; without a bound, a file without line ends
/// would be read into memory whole.
const LIMIT: usize = 64 << 20;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The byte order marks of encodings that are not read, the longer ones first.
const OTHER_MARKS: [(&[u8], &str); 4] = [
    (b"\xff\xfe\0\0", "UTF-32LE"),
    (b"\0\0\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
];

/// Cuts a file into chunks of whole rows.
///
/// `cut` is given the text since the last cut and says where the last row in it ends that the next chunk
/// may follow on: [`last_line_end`] where every line is a row. It returns 0 to ask for more text. The
/// rest of the file makes the last chunk as it is. A byte order mark at the start is left out.
///
/// # Errors
///
/// Where the file cannot be read; the location holds the line that the reading broke off in. Where a row
/// is longer than 64 MiB; where the text is UTF-16 or UTF-32 by its byte order mark.
///
/// ```
/// use ljd_core::{ChunkSink, Input, read};
///
/// let mut n_lines = 0;
/// let mut count = |chunk: ljd_core::Chunk| {
///     n_lines += chunk.texts[0].lines().count();
///     Ok(())
/// };
/// let input = Input::new("pairs.tsv", "雨\train\r\n雪\tsnow".as_bytes());
/// read::lines(input, &read::last_line_end, &mut ChunkSink::new(&mut count))?;
/// assert_eq!(n_lines, 2);
/// # Ok::<(), ljd_core::Error>(())
/// ```
pub fn lines(
    input: Input<'_>,
    cut: &dyn Fn(&[u8]) -> usize,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    let mut lines = Lines::new(input, out.target);
    while let Some(text) = lines.next_text(cut)? {
        out.push(vec![text])?;
    }
    Ok(())
}

/// Cuts two files into chunks of the same lines of both.
///
/// # Errors
///
/// As [`lines`]; and where one file has more lines than the other, which the message names.
pub fn aligned_lines(left: Input<'_>, right: Input<'_>, out: &mut ChunkSink<'_>) -> Result<()> {
    let (mut left, mut right) = (Lines::new(left, out.target), Lines::new(right, out.target));
    while let Some(text) = left.next_text(&last_line_end)? {
        let n_lines = text.lines().count();
        let same = right.next_lines(n_lines)?;
        let n_same = same.as_ref().map_or(0, |same| same.lines().count());
        match same {
            Some(same) if n_same == n_lines => out.push(vec![text, same])?,
            _ => return Err(longer(&left, &right, text.first_line + n_same as u64)),
        }
    }
    match right.next_lines(1)? {
        Some(text) => Err(longer(&right, &left, text.first_line)),
        None => Ok(()),
    }
}

/// The error that one file goes on at `line`, where the other one has ended.
fn longer(longer: &Lines<'_>, shorter: &Lines<'_>, line: u64) -> Error {
    let shorter = Arc::clone(&shorter.input.file);
    let kind = ErrorKind::Misaligned { shorter, lines: line - 1 };
    Error::at(Location::line(Arc::clone(&longer.input.file), line), kind)
}

/// Reads a file whole, where rows have to be joined with those of another one.
///
/// # Errors
///
/// Where the file cannot be read; where it is larger than 64 MiB; where its text is UTF-16 or UTF-32 by its mark.
pub fn whole(input: Input<'_>) -> Result<Text> {
    all(Lines::new(input, LIMIT))
}

/// As [`whole`], of a text in any encoding.
///
/// # Errors
///
/// As [`whole`], but for the encoding.
pub fn whole_of_any_encoding(input: Input<'_>) -> Result<Text> {
    all(Lines { is_utf8: false, ..Lines::new(input, LIMIT) })
}

fn all(mut lines: Lines<'_>) -> Result<Text> {
    lines.fill(LIMIT + 1)?;
    if LIMIT < lines.rest.len() {
        return Err(lines.error(None, ErrorKind::TooLarge { limit: LIMIT }));
    }
    Ok(lines.split_off(lines.rest.len()))
}

/// Where every whole line ends.
pub fn line_ends(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr_iter(b'\n', text).map(|at| at + 1)
}

/// Where the last whole line ends.
pub fn last_line_end(text: &[u8]) -> usize {
    memrchr(b'\n', text).map_or(0, |at| at + 1)
}

/// A file of lines, given out in texts.
pub(super) struct Lines<'a> {
    pub(super) input: Input<'a>,
    target: usize,
    /// What was read beyond the last cut.
    rest: Vec<u8>,
    pub(super) line: u64,
    /// Whether another encoding is an error.
    is_utf8: bool,
    started: bool,
    ended: bool,
    /// The error that the file broke off with, until the whole rows before it are given out.
    broken: Option<Error>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: Input<'a>, target: usize) -> Self {
        Self {
            input,
            target,
            rest: Vec::new(),
            line: 1,
            is_utf8: true,
            started: false,
            ended: false,
            broken: None,
        }
    }

    /// The next text of about `target` bytes that `cut` lets go.
    pub(super) fn next_text(&mut self, cut: &dyn Fn(&[u8]) -> usize) -> Result<Option<Text>> {
        let mut want = self.target;
        loop {
            if let Err(error) = self.fill(want) {
                self.broken = Some(error);
            }
            let end = match (cut(&self.rest), self.broken.is_some()) {
                (0, true) => 0,
                (0, false) if self.ended => self.rest.len(),
                (end, _) => end,
            };
            if 0 < end {
                return Ok(Some(self.split_off(end)));
            }
            if let Some(error) = self.broken.take() {
                return Err(error);
            }
            if self.ended {
                return Ok(None);
            }
            want = self.wanted_beyond(want)?;
        }
    }

    /// The next `n` lines, or as many as there are.
    fn next_lines(&mut self, n: usize) -> Result<Option<Text>> {
        let mut want = self.target;
        loop {
            self.fill(want)?;
            let last = n.checked_sub(1).and_then(|n| memchr_iter(b'\n', &self.rest).nth(n));
            let end = match last {
                Some(at) => at + 1,
                None if self.ended => self.rest.len(),
                None => {
                    want = self.wanted_beyond(want)?;
                    continue;
                }
            };
            return Ok((0 < end).then(|| self.split_off(end)));
        }
    }

    fn wanted_beyond(&self, want: usize) -> Result<usize> {
        if LIMIT <= want {
            return Err(self.error(Some(self.line), ErrorKind::RowTooLong { limit: LIMIT }));
        }
        Ok(want * 2)
    }

    /// Reads until `want` bytes are there, or all that there are.
    fn fill(&mut self, want: usize) -> Result<()> {
        let want = want.max(4);
        while !self.ended && self.rest.len() < want {
            let missing = want - self.rest.len();
            match io::copy(&mut (&mut self.input).take(missing as u64), &mut self.rest) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => {
                    let line = self.line + memchr_iter(b'\n', &self.rest).count() as u64;
                    return Err(self.error(Some(line), ErrorKind::Read(error)));
                }
            }
        }
        if !std::mem::replace(&mut self.started, true) {
            self.pass_mark()?;
        }
        Ok(())
    }

    /// Passes over the byte order mark of UTF-8; text of another encoding has no line that could be read.
    fn pass_mark(&mut self) -> Result<()> {
        if self.rest.starts_with(BOM) {
            self.rest.drain(..BOM.len());
        }
        match OTHER_MARKS.iter().find(|(mark, _)| self.rest.starts_with(mark)) {
            Some((_, name)) if self.is_utf8 => {
                self.rest.clear();
                Err(self.error(None, ErrorKind::Encoding(name)))
            }
            _ => Ok(()),
        }
    }

    fn split_off(&mut self, end: usize) -> Text {
        let beyond = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, beyond);
        let first_line = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        Text { file: Arc::clone(&self.input.file), first_line, bytes, ..Text::default() }
    }

    pub(super) fn error(&self, line: Option<u64>, kind: ErrorKind) -> Error {
        Error::at(Location { file: Arc::clone(&self.input.file), line, column: None }, kind)
    }
}
