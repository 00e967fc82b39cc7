//! Rows that are made out of files which are no lines of rows: a JSON object a line, whose number is that of the row.

use std::sync::Arc;

use ljd_core::{ChunkSink, Error, ErrorKind, Location, Result, Text};
use serde::Serialize;

/// The longest row that is read, in bytes.
pub(crate) const LONGEST: usize = 64 << 20;

/// After so many numbers without a row a new text is begun.
const GAP: u64 = 1000;

/// Rows on their way into chunks.
pub(crate) struct Made {
    text: Text,
    next: u64,
}

impl Made {
    pub(crate) fn new(file: impl Into<Arc<str>>) -> Self {
        Self { text: Text { file: file.into(), first_line: 1, ..Text::default() }, next: 1 }
    }

    /// Takes the row of a number that is greater than those before; what lies between are blank lines.
    pub(crate) fn push_at(
        &mut self,
        number: u64,
        row: &impl Serialize,
        out: &mut ChunkSink<'_>,
    ) -> Result<()> {
        let gap = number.saturating_sub(self.next);
        if self.text.bytes.is_empty() || GAP < gap {
            self.flush(out)?;
            (self.next, self.text.first_line) = (number, number);
        } else {
            self.text.bytes.extend((0..gap).map(|_| b'\n'));
            self.next = number;
        }
        self.push(row, out)
    }

    /// The place of the row that is made next.
    pub(crate) fn location(&self) -> Location {
        self.text.location(self.next)
    }

    /// Takes a row.
    pub(crate) fn push(&mut self, row: &impl Serialize, out: &mut ChunkSink<'_>) -> Result<()> {
        let start = self.text.bytes.len();
        let written = serde_json::to_writer(&mut self.text.bytes, row);
        written.map_err(|error| Error::at(self.location(), ErrorKind::Encode(Box::new(error))))?;
        if LONGEST < self.text.bytes.len() - start {
            return Err(Error::at(self.location(), ErrorKind::RowTooLong { limit: LONGEST }));
        }
        self.text.bytes.push(b'\n');
        self.next += 1;
        if self.text.bytes.len() < out.target { Ok(()) } else { self.flush(out) }
    }

    /// Hands on what is there.
    pub(crate) fn flush(&mut self, out: &mut ChunkSink<'_>) -> Result<()> {
        let bytes = std::mem::take(&mut self.text.bytes);
        let text = Text { bytes, ..self.text.clone() };
        self.text.first_line = self.next;
        if text.bytes.is_empty() { Ok(()) } else { out.push(vec![text]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers and texts of the rows that are made of some numbers, and how many texts they are in.
    fn made(numbers: &[u64]) -> (Vec<(u64, String)>, usize) {
        let (mut rows, mut n_texts) = (Vec::new(), 0);
        let mut push = |chunk: ljd_core::Chunk| {
            for text in &chunk.texts {
                n_texts += 1;
                let lines = text.lines().filter(|(_, line)| !line.is_empty());
                rows.extend(lines.map(|(n, line)| (n, String::from_utf8_lossy(line).into_owned())));
            }
            Ok(())
        };
        let mut out = ChunkSink::new(&mut push);
        let mut made = Made::new("a");
        for n in numbers {
            made.push_at(*n, n, &mut out).unwrap();
        }
        made.flush(&mut out).unwrap();
        (rows, n_texts)
    }

    #[test]
    fn rows_keep_their_numbers_whatever_is_between_them() {
        for (numbers, n_texts) in
            [(&[1, 2, 4][..], 1), (&[3, 1004], 1), (&[3, 1005], 2), (&[7, 1 << 40], 2), (&[], 0)]
        {
            let expected = numbers.iter().map(|n| (*n, n.to_string())).collect();
            assert_eq!(made(numbers), (expected, n_texts), "{numbers:?}");
        }
    }
}
