//! Sheets of an Excel workbook as texts of rows.
//!
//! A row becomes one line, a JSON list of the cells of the columns that are asked for, so that it can wait
//! in a chunk like the lines of any other file and its number is that of the row in Excel.
//!
//! The workbook is read by calamine, which believes what a workbook says of itself; `bounds` looks first.

mod bounds;

use std::borrow::Cow;
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError, open_workbook_from_rs};
use ljd_core::{Chunks, Error, ErrorKind, Location, ManifestFile, Raw, Result, Skip, Text};

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
    out: &mut Chunks<'_>,
) -> Result<()> {
    let broken = |line: Option<u64>, path: &str| {
        let location = Location { file: Arc::from(path), line, column: None };
        move |error: XlsxError| Error::at(location, ErrorKind::Archive(Box::new(error)))
    };
    // What is read again was looked at before.
    if !out.reread {
        bounds::check(raw, file)?;
    }
    let mut workbook: Xlsx<_> =
        open_workbook_from_rs(raw.open_seekable(file)?).map_err(broken(None, &file.path))?;
    let names = workbook.sheet_names();
    let name = match sheet {
        Sheet::First => names.first(),
        Sheet::Named(name) => names.iter().find(|known| *known == name),
    };
    let Some(name) = name else { return Ok(()) };
    let path: Arc<str> = Arc::from(format!("{}/{name}", file.path));
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken(None, &path))?;
    let mut rows = Rows {
        path: Arc::clone(&path),
        part,
        wanted: columns,
        places: None,
        row: Vec::new(),
        n_bytes: 0,
        text: None,
        last: 0,
    };
    let mut line = 0;
    while let Some(cell) = cells.next_cell().map_err(broken(Some(line), &path))? {
        let (row, column) = cell.get_position();
        if line != u64::from(row) + 1 {
            rows.end(line, out)?;
            line = u64::from(row) + 1;
        }
        rows.add(line, column, &shown(cell.get_value()))?;
    }
    rows.end(line, out)?;
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
    /// The cells of the row that is being read, by column.
    row: Vec<(u32, String)>,
    /// The bytes of these cells.
    n_bytes: usize,
    text: Option<Text>,
    /// The row that stands last in the text.
    last: u64,
}

/// The longest row that is read, in bytes.
const LONGEST: usize = 16 << 20;
/// After so many rows without a cell a new text is begun.
const BLANK: u64 = 1000;

impl Rows<'_> {
    /// Takes a cell of the row in `line`; but for the header, only of the columns that are wanted.
    fn add(&mut self, line: u64, column: u32, cell: &str) -> Result<()> {
        if self.places.as_ref().is_some_and(|places| !places.contains(&column)) {
            return Ok(());
        }
        self.n_bytes += cell.len();
        if LONGEST < self.n_bytes {
            let location = Location::line(Arc::clone(&self.path), line);
            return Err(Error::at(location, ErrorKind::RowTooLong { limit: LONGEST }));
        }
        self.row.push((column, cell.to_owned()));
        Ok(())
    }

    /// Takes the row that ended in `line`; the first one is the header.
    fn end(&mut self, line: u64, out: &mut Chunks<'_>) -> Result<()> {
        let row = std::mem::take(&mut self.row);
        self.n_bytes = 0;
        if row.is_empty() {
            return Ok(());
        }
        let Some(places) = &self.places else {
            self.places = Some(self.find(&row, line)?);
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

    fn finish(mut self, out: &mut Chunks<'_>) -> Result<()> {
        if self.places.is_none() {
            self.find(&[], 1)?;
        }
        match self.text.take() {
            Some(text) => out.push(vec![text]),
            None => Ok(()),
        }
    }
}

/// The text that Excel shows.
fn shown<'a>(value: &'a DataRef<'_>) -> Cow<'a, str> {
    match value {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cow::Borrowed(text)
        }
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(number.to_string()),
        DataRef::Bool(true) => Cow::Borrowed("TRUE"),
        DataRef::Bool(false) => Cow::Borrowed("FALSE"),
        DataRef::DateTime(time) => Cow::Owned(shown_time(*time)),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
    }
}

/// A time of day, a day, or both, in the formats that Excel gives them of itself: `12:00:00`, `2020/1/7`.
fn shown_time(time: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour}:{minute:02}:{second:02}");
    if time.as_f64() < 1.0 {
        clock
    } else if time.as_f64().fract() == 0.0 {
        format!("{year}/{month}/{day}")
    } else {
        format!("{year}/{month}/{day} {clock}")
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn cells_are_the_text_that_excel_shows() {
        let time = |value| {
            DataRef::DateTime(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false))
        };
        let cases = [
            (time(0.5), "12:00:00"),
            (time(0.378_553_240_740_740_7), "9:05:07"),
            (time(43837.0), "2020/1/7"),
            (time(43837.5), "2020/1/7 12:00:00"),
            (DataRef::Float(46615.0), "46615"),
            (DataRef::Float(0.25), "0.25"),
            (DataRef::Int(7), "7"),
            (DataRef::Bool(true), "TRUE"),
            (DataRef::Error(calamine::CellErrorType::NA), "#N/A"),
            (DataRef::Empty, ""),
        ];
        for (value, expected) in cases {
            assert_eq!(shown(&value), expected, "{value:?}");
        }
    }

    /// The rows of some lines, each with one cell, and what is pushed of them.
    fn pushed(lines: &[u64]) -> Vec<Text> {
        let mut texts = Vec::new();
        let mut push = |chunk: ljd_core::Chunk| {
            texts.extend(chunk.texts);
            Ok(())
        };
        let mut out = Chunks::new(&mut push);
        let mut rows = Rows {
            path: Arc::from("book/sheet"),
            part: 0,
            wanted: &["ID"],
            places: Some(vec![0]),
            row: Vec::new(),
            n_bytes: 0,
            text: None,
            last: 1,
        };
        for line in lines {
            rows.add(*line, 0, "x").unwrap();
            rows.end(*line, &mut out).unwrap();
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

    #[test]
    fn a_row_of_more_than_its_bound_is_refused() {
        let mut rows = Rows {
            path: Arc::from("book/sheet"),
            part: 0,
            wanted: &[],
            places: None,
            row: Vec::new(),
            n_bytes: 0,
            text: None,
            last: 0,
        };
        let cell = "x".repeat(LONGEST / 16);
        (0..16).for_each(|column| rows.add(1, column, &cell).unwrap());
        let error = rows.add(1, 16, "x").unwrap_err();
        assert!(error.to_string().starts_with("book/sheet:1: a row is longer than"), "{error}");
    }
}
