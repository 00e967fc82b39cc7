//! Sheets of an Excel workbook as texts of rows.
//!
//! A row becomes one line, a JSON list of the cells of the columns that are asked for, so that it can wait
//! in a chunk like the lines of any other file and its number is that of the row in Excel.

use std::borrow::Cow;
use std::sync::Arc;

use ljd_core::read::Workbook;
use ljd_core::{ChunkSink, Error, ErrorKind, Location, ManifestFile, Raw, Result, Skip, Text};

/// Which sheet of a workbook.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sheet {
    First,
    Named(&'static str),
}

/// Pushes the rows below a sheet's header as texts of the kind `part`. A named sheet may be missing.
///
/// An empty cell is an empty text.
///
/// # Errors
///
/// Where the file is no workbook, cannot be read to its end, or its header names not all of `columns`.
pub(crate) fn push_rows(
    raw: &Raw,
    file: &ManifestFile,
    sheet: Sheet,
    columns: &[&'static str],
    part: usize,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    // What is read again was looked at before.
    let open = if out.reread { Workbook::open_again } else { Workbook::open };
    let mut workbook = open(raw, file)?;
    let names = workbook.sheets();
    let name = match sheet {
        Sheet::First => names.first(),
        Sheet::Named(name) => names.iter().find(|known| *known == name),
    };
    let Some(name) = name else { return Ok(()) };
    let path: Arc<str> = Arc::from(format!("{}/{name}", file.path));
    let mut rows = Rows { path, part, wanted: columns, places: None, text: None, last: 0 };
    workbook.each_row(name, &mut |row| rows.push(row.number, row.cells, out))?;
    rows.finish(out)
}

/// The cells of a row of a text that [`push_rows`] made.
pub(crate) fn cells(line: &str) -> Result<Vec<Cow<'_, str>>, Skip> {
    if line.is_empty() {
        return Err(Skip::NoRow);
    }
    serde_json::from_str(line).map_err(|_error| Skip::Bad("not a row of cells"))
}

/// The rows of a sheet on their way into texts.
struct Rows<'a> {
    path: Arc<str>,
    part: usize,
    wanted: &'a [&'static str],
    /// The columns of `wanted`, as soon as the header is read.
    places: Option<Vec<u32>>,
    text: Option<Text>,
    /// The row that stands last in the text.
    last: u64,
}

/// After so many rows without a cell a new text is begun.
const BLANK: u64 = 1000;

impl Rows<'_> {
    /// Takes the row in `line`; the first one is the header.
    fn push(&mut self, line: u64, row: &[(u32, String)], out: &mut ChunkSink<'_>) -> Result<()> {
        let Some(places) = &self.places else {
            self.places = Some(self.find(row, line)?);
            return Ok(());
        };
        let cell = |place: &u32| {
            let cell = row.iter().find(|(column, _)| column == place);
            cell.map_or("", |(_, text)| text.as_str())
        };
        let cells: Vec<&str> = places.iter().map(cell).collect();
        let is_next = (self.last + 1..=self.last + 1 + BLANK).contains(&line);
        if !is_next && let Some(text) = self.text.take() {
            out.push(vec![text])?;
        }
        let text = self.text.get_or_insert_with(|| Text {
            file: Arc::clone(&self.path),
            part: self.part,
            first_line: line,
            ..Text::default()
        });
        // Rows without a cell are lines too, so that the next one keeps its number.
        let blank = if text.bytes.is_empty() { 0 } else { line.saturating_sub(self.last + 1) };
        text.bytes.extend(std::iter::repeat_n(b'\n', usize::try_from(blank).unwrap_or(0)));
        serde_json::to_writer(&mut text.bytes, &cells)
            .map_err(|error| Error::at(text.location(line), ErrorKind::Encode(Box::new(error))))?;
        text.bytes.push(b'\n');
        self.last = line;
        if out.target <= text.bytes.len() {
            out.push(self.text.take().into_iter().collect())?;
        }
        Ok(())
    }

    /// The places of the wanted columns in the header.
    fn find(&self, header: &[(u32, String)], line: u64) -> Result<Vec<u32>> {
        let place = |wanted: &&'static str| {
            let found = header.iter().find(|(_, name)| name.trim() == *wanted);
            found.map(|(column, _)| *column).ok_or_else(|| {
                let location = Location::line(Arc::clone(&self.path), line);
                Error::at(location, ErrorKind::NoColumn(wanted))
            })
        };
        self.wanted.iter().map(place).collect()
    }

    fn finish(mut self, out: &mut ChunkSink<'_>) -> Result<()> {
        if self.places.is_none() {
            self.find(&[], 1)?;
        }
        match self.text.take() {
            Some(text) => out.push(vec![text]),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of some lines, each with one cell, and what is pushed of them.
    fn pushed(lines: &[u64]) -> Vec<Text> {
        let mut texts = Vec::new();
        let mut push = |chunk: ljd_core::Chunk| {
            texts.extend(chunk.texts);
            Ok(())
        };
        let mut out = ChunkSink::new(&mut push);
        let mut rows = Rows {
            path: Arc::from("book/sheet"),
            part: 0,
            wanted: &["ID"],
            places: Some(vec![0]),
            text: None,
            last: 1,
        };
        for line in lines {
            rows.push(*line, &[(0, "x".to_owned())], &mut out).unwrap();
        }
        rows.finish(&mut out).unwrap();
        texts
    }

    #[test]
    fn rows_keep_their_numbers_whatever_is_between_them() {
        let cases: [(&[u64], usize); 4] =
            [(&[2, 3, 5], 1), (&[2, 1003], 1), (&[2, 1004], 2), (&[7, 3, 4, 1 << 32], 3)];
        for (lines, n_texts) in cases {
            let texts = pushed(lines);
            let numbers: Vec<u64> = texts
                .iter()
                .flat_map(Text::lines)
                .filter(|(_, line)| !line.is_empty())
                .map(|(number, _)| number)
                .collect();
            assert_eq!((numbers.as_slice(), texts.len()), (lines, n_texts));
        }
    }
}
