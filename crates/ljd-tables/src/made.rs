//! Rows that are made out of files which are no text: a JSON object a line, whose number is that of the row.

use std::sync::Arc;

use ljd_core::{Chunks, Error, ErrorKind, Location, Result, Text};
use serde::Serialize;

/// The longest row that is read, in bytes.
pub(crate) const LONGEST: usize = 64 << 20;

/// Rows on their way into chunks.
pub(crate) struct Made {
    text: Text,
    next: u64,
}

impl Made {
    pub(crate) fn new(file: &str) -> Self {
        Self { text: Text { file: Arc::from(file), first_line: 1, ..Text::default() }, next: 1 }
    }

    /// The place of the row that is made next.
    pub(crate) fn location(&self) -> Location {
        self.text.location(self.next)
    }

    /// Takes a row.
    pub(crate) fn push(&mut self, row: &impl Serialize, out: &mut Chunks<'_>) -> Result<()> {
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
    pub(crate) fn flush(&mut self, out: &mut Chunks<'_>) -> Result<()> {
        let bytes = std::mem::take(&mut self.text.bytes);
        let text = Text { bytes, ..self.text.clone() };
        self.text.first_line = self.next;
        if text.bytes.is_empty() { Ok(()) } else { out.push(vec![text]) }
    }
}
