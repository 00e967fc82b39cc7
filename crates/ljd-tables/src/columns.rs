//! Files of fields: CSV, TSV and the like.
//!
//! A chunk has two texts, the line that names the columns and whole rows. (RFC 4180)

use ljd_core::read::{QuotedRow, last_line_end, line_ends, lines, row_ends};
use ljd_core::{Chunk, ChunkSink, Input, RecordSink, Result, Skip, Text};

use crate::read::{Header, Read};

/// How the lines of a table are taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    delimiter: u8,
    is_quoted: bool,
    header: Header,
}

impl Layout {
    pub(crate) fn new(read: &Read) -> Result<Self, String> {
        let (delimiter, header) = (read.delimiter()?, read.header.clone());
        Ok(Self { delimiter, is_quoted: read.is_quoted(), header })
    }

    /// Cuts a file, and gives each chunk the line that names the columns.
    pub(crate) fn chunks(&self, input: Input<'_>, out: &mut ChunkSink<'_>) -> Result<()> {
        let last_row_end = |text: &[u8]| row_ends(text, self.delimiter).last().unwrap_or(0);
        let cut: &dyn Fn(&[u8]) -> usize =
            if self.is_quoted { &last_row_end } else { &last_line_end };
        let mut header = (self.header != Header::IsThere(true)).then(Text::default);
        out.through(
            |chunk, out| {
                for text in chunk.texts {
                    let mut rows = text;
                    if header.is_none() {
                        (header, rows) = self.take_header(&rows);
                    }
                    if let (Some(header), false) = (&header, rows.bytes.is_empty()) {
                        out.push(vec![header.clone(), rows])?;
                    }
                }
                Ok(())
            },
            |out| lines(input, cut, out),
        )
    }

    /// The first row that is none but blank, and what follows it.
    fn take_header(&self, text: &Text) -> (Option<Text>, Text) {
        let mut rows = text.rows(self.ends(&text.bytes)).skip_while(|row| {
            let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
            row.bytes.iter().all(is_line_end)
        });
        let header = rows.next();
        let mut rest = rows.next().unwrap_or_default();
        rows.for_each(|row| rest.bytes.extend_from_slice(&row.bytes));
        (header, rest)
    }

    fn ends<'t>(&self, text: &'t [u8]) -> Box<dyn Iterator<Item = usize> + 't> {
        if self.is_quoted {
            Box::new(row_ends(text, self.delimiter))
        } else {
            Box::new(line_ends(text))
        }
    }

    /// The names of the columns, by the first text of a chunk; numbers for a file that has none.
    pub(crate) fn names(&self, chunk: &Chunk, n_fields: usize) -> Vec<String> {
        let header = || chunk.texts.first().map(|text| self.names_of(&text.bytes));
        match &self.header {
            Header::Names(names) => names.clone(),
            Header::IsThere(true) => header().unwrap_or_default(),
            Header::IsThere(false) => (1..=n_fields).map(|n| n.to_string()).collect(),
        }
    }

    /// The names in a line.
    pub(crate) fn names_of(&self, header: &[u8]) -> Vec<String> {
        let mut fields = FieldReader::new(self);
        let names = fields.read(header).unwrap_or_default();
        names.iter().map(|name| name.trim().to_owned()).collect()
    }

    /// The number of fields of the chunk's first row.
    fn n_fields(&self, chunk: &Chunk) -> usize {
        let Some(text) = chunk.texts.get(1) else { return 0 };
        let mut fields = FieldReader::new(self);
        let end = self.ends(&text.bytes).next().unwrap_or(text.bytes.len());
        let row = text.bytes.get(..end).unwrap_or_default();
        fields.read(row).map_or(0, |fields| fields.len())
    }

    /// The names that a chunk's rows have, and the line that says so.
    pub(crate) fn first(&self, chunk: &Chunk) -> Option<(u64, Vec<String>)> {
        let [header, rows] = chunk.texts.as_slice() else { return None };
        let line = if header.bytes.is_empty() { rows.first_line } else { header.first_line };
        Some((line, self.names(chunk, self.n_fields(chunk))))
    }

    /// Calls `row` with the fields of each row of a chunk, as many as there are columns.
    pub(crate) fn each_row(
        &self,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
        mut row: impl FnMut(u64, &[&str], &mut RecordSink<'_>) -> Result<(), Skip>,
    ) {
        let Some(text) = chunk.texts.get(1) else { return };
        // Without names, a row has as many columns as it has.
        let n_columns = match self.header {
            Header::IsThere(false) => None,
            _ => Some(self.names(chunk, 0).len()),
        };
        let (mut reader, mut start, mut number) = (FieldReader::new(self), 0, text.first_line);
        for end in self.ends(&text.bytes).chain([text.bytes.len()]) {
            let bytes = text.bytes.get(start..end).unwrap_or_default();
            let done = reader.read(bytes).and_then(|fields| match n_columns {
                Some(n) if fields.len() < n => Err(Skip::Bad("fewer fields than columns")),
                Some(n) if n < fields.len() => Err(Skip::Bad("more fields than columns")),
                _ => row(number, &fields, out),
            });
            out.row(done, || text.location(number));
            number += memchr::memchr_iter(b'\n', bytes).count() as u64;
            start = end;
        }
    }
}

/// Takes rows apart.
struct FieldReader<'l> {
    layout: &'l Layout,
    quoted: QuotedRow,
}

impl<'l> FieldReader<'l> {
    fn new(layout: &'l Layout) -> Self {
        Self { layout, quoted: QuotedRow::new(layout.delimiter) }
    }

    fn read<'x>(&'x mut self, row: &'x [u8]) -> Result<Vec<&'x str>, Skip> {
        if self.layout.is_quoted {
            return self.quoted.all_fields(row);
        }
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        if row.is_empty() {
            return Err(Skip::NoRow);
        }
        let row = std::str::from_utf8(row).map_err(|_utf8| Skip::Bad("not UTF-8"))?;
        Ok(row.split(char::from(self.layout.delimiter)).collect())
    }
}
