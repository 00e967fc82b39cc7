//! Tab-separated text read as v0 read it: with CSV quoting.
//!
//! v0 read most of its sources with pandas' `read_csv(sep="\t")`, so a field that starts with `"` is a
//! quoted one: it loses its quotes, `""` in it is one quote, tabs and line ends in it are text, and what
//! follows the closing quote up to the next tab belongs to it. A `"` elsewhere is an ordinary character.
//! Blank lines are no rows. (<https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html>)

use csv::{ByteRecord, ReaderBuilder};
use memchr::{memchr, memchr3};

use crate::{Chunk, Records, Skip};

/// What pandas takes for a missing value, since its version 2.0.
const MISSING: &[&str] = &[
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// Calls `row` with the fields of each row of the chunk's first text and the number of its first line,
/// and skips a row that is not UTF-8 or that `row` refuses. A missing value comes as an empty field.
pub fn each_quoted_row(
    chunk: &Chunk,
    out: &mut Records<'_>,
    mut row: impl FnMut(u64, &[&str], &mut Records<'_>) -> Result<(), Skip>,
) {
    let Some(text) = chunk.texts.first() else { return };
    let mut reader = ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.bytes.as_slice());
    let mut record = ByteRecord::new();
    // Reading from memory into a byte record cannot fail.
    while matches!(reader.read_byte_record(&mut record), Ok(true)) {
        let number = text.first_line + n_lines_before(&record, &text.bytes);
        let fields: Result<Vec<&str>, _> = record.iter().map(field).collect();
        let done = fields.and_then(|fields| row(number, &fields, out));
        out.row(done, || text.location(number));
    }
}

/// The lines before a row. The position of a record is that of the blank lines in front of it.
fn n_lines_before(record: &ByteRecord, text: &[u8]) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.get(at..));
    let blank = rest.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() - 1 + blank.filter(|byte| **byte == b'\n').count() as u64
}

fn field(bytes: &[u8]) -> Result<&str, Skip> {
    let text = std::str::from_utf8(bytes).map_err(|_utf8| Skip("not UTF-8"))?;
    Ok(if MISSING.contains(&text) { "" } else { text })
}

/// The ends of the rows of a text that starts with a row: every line end that no quoted field holds.
///
/// ```
/// let text = b"1\t\"a\nb\"\n2\tc\"d\n3\t\"open\n";
/// let ends: Vec<usize> = ljd_core::read::quoted_row_ends(text).collect();
/// assert_eq!(ends, [8, 14]);
/// ```
pub fn quoted_row_ends(text: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = row_end(text, at)?;
        Some(at)
    })
}

/// The end of the row that starts at `at`.
fn row_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        if text.get(at) == Some(&b'"') {
            at = quoted_end(text, at + 1)?;
        }
        at += memchr3(b'\t', b'\n', b'\r', text.get(at..)?)? + 1;
        if text.get(at - 1) == Some(&b'\n') {
            return Some(at);
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
