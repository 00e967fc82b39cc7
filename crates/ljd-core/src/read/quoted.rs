//! Tab-separated text read as v0 read it: with CSV quoting.
//!
//! v0 read most of its sources with pandas' `read_csv(sep="\t")`, so a field that starts with `"` is a
//! quoted one: it loses its quotes, `""` in it is one quote, tabs and line ends in it are text, and what
//! follows the closing quote up to the next tab belongs to it. A `"` elsewhere is an ordinary character.
//! Blank lines are no rows. (<https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html>)

use csv_core::ReadRecordResult;
use memchr::{memchr, memchr_iter, memchr3};

use crate::chunk::utf8;
use crate::{Chunk, RecordSink, Skip};

/// What pandas takes for a missing value, since its version 2.0.
const MISSING: &[&str] = &[
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// Whether v0's reader of tables takes a field or cell for a missing value, as it does an empty one.
///
/// ```
/// use ljd_core::read::is_missing_value;
///
/// assert!(is_missing_value("") && is_missing_value("NA") && is_missing_value("None"));
/// assert!(!is_missing_value("none") && !is_missing_value(" NA"));
/// ```
#[must_use]
pub fn is_missing_value(text: &str) -> bool {
    MISSING.contains(&text)
}

/// Calls `row` with the number of each row's first line and its fields, for the chunk's first text, and
/// skips a row that is not UTF-8 or that `row` refuses. A missing value comes as an empty field.
pub fn each_quoted_row(
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
    mut row: impl FnMut(u64, &[&str], &mut RecordSink<'_>) -> Result<(), Skip>,
) {
    let Some(text) = chunk.texts.first() else { return };
    let (mut quoted, mut start, mut number) = (QuotedRow::default(), 0, text.first_line);
    for end in quoted_row_ends(&text.bytes).chain([text.bytes.len()]) {
        let bytes = text.bytes.get(start..end).unwrap_or_default();
        let done = quoted.fields(bytes).and_then(|fields| row(number, &fields, out));
        out.row(done, || text.location(number));
        number += memchr_iter(b'\n', bytes).count() as u64;
        start = end;
    }
}

/// Takes one row apart; its buffers serve all rows.
///
/// ```
/// use ljd_core::{Skip, read::QuotedRow};
///
/// let mut row = QuotedRow::default();
/// assert_eq!(row.fields(b"\"a\"\"\tb\" c\td\tNA\n")?, ["a\"\tb c", "d", ""]);
/// assert_eq!(row.fields(b"\n"), Err(Skip::NoRow));
/// # Ok::<(), Skip>(())
/// ```
#[derive(Debug)]
pub struct QuotedRow {
    reader: csv_core::Reader,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Default for QuotedRow {
    fn default() -> Self {
        Self::new(b'\t')
    }
}

impl QuotedRow {
    /// For rows whose fields have that character between them.
    pub fn new(delimiter: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        let mut row = Self { reader, bytes: Vec::new(), ends: Vec::new() };
        row.reset();
        row
    }

    /// The fields of a row. A missing value comes as an empty field.
    ///
    /// # Errors
    ///
    /// [`Skip::NoRow`] for a blank line, [`Skip::Bad`] for one that is not UTF-8.
    pub fn fields(&mut self, row: &[u8]) -> Result<Vec<&str>, Skip> {
        let or_empty = |field| if is_missing_value(field) { "" } else { field };
        self.all_fields(row).map(|fields| fields.into_iter().map(or_empty).collect())
    }

    /// The fields of a row as they stand there.
    ///
    /// # Errors
    ///
    /// Those of [`fields`](Self::fields).
    pub fn all_fields(&mut self, row: &[u8]) -> Result<Vec<&str>, Skip> {
        let n_fields = self.read(row).ok_or(Skip::NoRow)?;
        let mut start = 0;
        let ends = self.ends.get(..n_fields).unwrap_or_default();
        let fields = ends.iter().map(|&end| {
            let bytes = self.bytes.get(start..end).unwrap_or_default();
            start = end;
            utf8(bytes)
        });
        fields.collect()
    }

    /// Reads a row into the buffers; returns the number of its fields.
    fn read(&mut self, row: &[u8]) -> Option<usize> {
        // No field is longer than the row, and each but the first takes a tab.
        self.bytes.resize(row.len() + 1, 0);
        self.ends.resize(row.len() + 2, 0);
        let (result, _, n_bytes, n_fields) =
            self.reader.read_record(row, &mut self.bytes, &mut self.ends);
        if matches!(result, ReadRecordResult::Record) {
            return Some(n_fields);
        }
        // A blank line, or the last row of a file, which may lack its line end.
        let (bytes, ends) = (self.bytes.get_mut(n_bytes..)?, self.ends.get_mut(n_fields..)?);
        let (result, _, _, n_more) = self.reader.read_record(&[], bytes, ends);
        self.reset();
        matches!(result, ReadRecordResult::Record).then_some(n_fields + n_more)
    }

    /// Starts anew, but not at the start of a file, where a byte order mark would be taken away.
    fn reset(&mut self) {
        self.reader.reset();
        self.reader.read_record(b"\n", &mut [0], &mut [0]);
    }
}

/// The ends of the rows of a text that starts with a row: every line end (LF, CRLF or CR) that no quoted
/// field holds.
///
/// ```
/// let text = b"1\t\"a\nb\"\n2\tc\"d\n3\t\"open\n";
/// let ends: Vec<usize> = ljd_core::read::quoted_row_ends(text).collect();
/// assert_eq!(ends, [8, 14]);
/// ```
pub fn quoted_row_ends(text: &[u8]) -> impl Iterator<Item = usize> {
    row_ends(text, b'\t')
}

/// As [`quoted_row_ends`], where fields have that character between them.
pub fn row_ends(text: &[u8], delimiter: u8) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = row_end(text, at, delimiter)?;
        Some(at)
    })
}

/// The end of the row that starts at `at`.
fn row_end(text: &[u8], mut at: usize, delimiter: u8) -> Option<usize> {
    loop {
        if text.get(at) == Some(&b'"') {
            at = quoted_end(text, at + 1)?;
        }
        at += memchr3(delimiter, b'\n', b'\r', text.get(at..)?)? + 1;
        match (text.get(at - 1), text.get(at)) {
            (Some(found), _) if *found == delimiter => {}
            (Some(b'\r'), Some(b'\n')) => return Some(at + 1),
            // Whether a line feed follows is not known yet.
            (Some(b'\r'), None) => return None,
            _ => return Some(at),
        }
    }
}

/// Behind the quote that closes the field whose text starts at `at`.
fn quoted_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', text.get(at..)?)? + 1;
        if text.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}
