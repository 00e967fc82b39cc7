//! Sheets of an Excel workbook, row by row.
//!
//! The workbook is read by calamine, which believes what a workbook says of itself; `bounds` looks first.

mod bounds;

use std::borrow::Cow;
use std::fmt;
use std::io::{Read, Seek};
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError, open_workbook_from_rs};

use crate::{Error, ErrorKind, Location, ManifestFile, Raw, Result};

/// A workbook, of which the numbers were looked at.
pub struct Workbook {
    path: Arc<str>,
    book: Xlsx<Box<dyn Seekable>>,
}

/// A row of a sheet that has a cell.
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    /// The workbook and the name of the sheet, as messages name it.
    pub path: &'a Arc<str>,
    /// The number that Excel gives it.
    pub number: u64,
    /// The cells that hold something, each with its column counted from 0, as the text that Excel shows.
    pub cells: &'a [(u32, String)],
}

/// What a library jumps about in.
trait Seekable: Read + Seek {}
impl<T: Read + Seek> Seekable for T {}

/// The longest row that is read, in bytes.
const LONGEST: usize = 16 << 20;

impl Workbook {
    /// Opens a workbook and looks whether it is one that can be read in little memory.
    ///
    /// # Errors
    ///
    /// Where the file is no workbook, or something in it is larger than in any real one.
    pub fn open(raw: &Raw, file: &ManifestFile) -> Result<Self> {
        bounds::check(raw, file)?;
        Self::open_again(raw, file)
    }

    /// Opens a workbook that was looked at before.
    ///
    /// # Errors
    ///
    /// Where the file is no workbook.
    pub fn open_again(raw: &Raw, file: &ManifestFile) -> Result<Self> {
        let opened: Box<dyn Seekable> = Box::new(raw.open_seekable(file)?);
        let path: Arc<str> = Arc::from(file.path.as_str());
        let book = open_workbook_from_rs(opened).map_err(|error| broken(&path, None, error))?;
        Ok(Self { path, book })
    }

    /// The names of its sheets, in their order.
    pub fn sheets(&self) -> Vec<String> {
        self.book.sheet_names()
    }

    /// Calls `row` with each row of a sheet that has a cell.
    ///
    /// # Errors
    ///
    /// Where the sheet cannot be read to its end, has a row of more than 16 MiB, or `row` fails.
    pub fn each_row(
        &mut self,
        sheet: &str,
        row: &mut dyn FnMut(SheetRow<'_>) -> Result<()>,
    ) -> Result<()> {
        let path: Arc<str> = Arc::from(format!("{}/{sheet}", self.path));
        let reader = self.book.worksheet_cells_reader(sheet);
        let mut reader = reader.map_err(|error| broken(&path, None, error))?;
        let mut rows = Rows::new(&path);
        while let Some(cell) =
            reader.next_cell().map_err(|error| broken(&path, Some(rows.number), error))?
        {
            let (line, column) = cell.get_position();
            rows.add(u64::from(line) + 1, column, &shown(cell.get_value()), row)?;
        }
        rows.end(row)
    }
}

impl fmt::Debug for Workbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Workbook({})", self.path)
    }
}

fn broken(path: &Arc<str>, line: Option<u64>, error: XlsxError) -> Error {
    let location = Location { file: Arc::clone(path), line, column: None };
    Error::at(location, ErrorKind::Archive(Box::new(error)))
}

/// The row that is being read.
struct Rows<'a> {
    path: &'a Arc<str>,
    number: u64,
    cells: Vec<(u32, String)>,
    n_bytes: usize,
}

impl<'a> Rows<'a> {
    fn new(path: &'a Arc<str>) -> Self {
        Self { path, number: 0, cells: Vec::new(), n_bytes: 0 }
    }

    /// Takes a cell; one of another row ends the row before it.
    fn add(
        &mut self,
        number: u64,
        column: u32,
        cell: &str,
        row: &mut dyn FnMut(SheetRow<'_>) -> Result<()>,
    ) -> Result<()> {
        if number != self.number {
            self.end(row)?;
            self.number = number;
        }
        self.n_bytes += cell.len();
        if LONGEST < self.n_bytes {
            let location = Location::line(Arc::clone(self.path), number);
            return Err(Error::at(location, ErrorKind::RowTooLong { limit: LONGEST }));
        }
        self.cells.push((column, cell.to_owned()));
        Ok(())
    }

    fn end(&mut self, row: &mut dyn FnMut(SheetRow<'_>) -> Result<()>) -> Result<()> {
        let cells = std::mem::take(&mut self.cells);
        self.n_bytes = 0;
        if cells.is_empty() {
            return Ok(());
        }
        row(SheetRow { path: self.path, number: self.number, cells: &cells })
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

    #[test]
    fn a_row_of_more_than_its_bound_is_refused() {
        let path = Arc::from("book/sheet");
        let (mut rows, cell) = (Rows::new(&path), "x".repeat(LONGEST / 16));
        let mut ignore = |_: SheetRow<'_>| Ok(());
        (0..16).for_each(|column| rows.add(1, column, &cell, &mut ignore).unwrap());
        let error = rows.add(1, 16, "x", &mut ignore).unwrap_err();
        assert!(error.to_string().starts_with("book/sheet:1: a row is longer than"), "{error}");
    }
}
