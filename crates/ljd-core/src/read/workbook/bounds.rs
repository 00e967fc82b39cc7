//! Looks whether a workbook is one that a library can read without running out of memory.
//!
//! calamine makes room for as many strings as a workbook says that it has, reads a text of any length into memory,
//! and computes with the numbers of rows without a look at their size. What no real workbook has is refused here.

use std::io::{BufReader, Error as IoError, ErrorKind as IoErrorKind};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::read::Budget;
use crate::{Error, ErrorKind, Input, Location, ManifestFile, Raw, Result};

/// The most bytes of a member: the shared strings are kept in memory.
const MEMBER: u64 = 128 << 20;
/// The most bytes of a cell with its markup; Excel writes at most 32,767 characters.
const CELL: u64 = 1 << 20;
/// The most rows, and the most strings of a table for each of its columns; Excel's.
const ROWS: u64 = 1 << 20;
/// The most strings that a workbook may share.
const STRINGS: u64 = 4 * ROWS;

/// Looks at every member of a workbook.
///
/// # Errors
///
/// Where the file is no archive, or something in it is larger than in any real workbook.
pub(super) fn check(raw: &Raw, file: &ManifestFile) -> Result<()> {
    raw.zip(file)?.each_member(|member| {
        let file = Arc::clone(&member.file);
        check_member(member).map_err(|problem| {
            let problem = IoError::new(IoErrorKind::InvalidData, problem);
            Error::at(Location::file(file), ErrorKind::Archive(Box::new(problem)))
        })
    })
}

fn check_member(member: Input<'_>) -> Result<(), String> {
    let budget = Budget::new("a text or a tag is too long");
    let mut xml = Reader::from_reader(BufReader::new(budget.of(member)));
    // calamine does not ask for it either, and says what it thinks of the XML.
    xml.config_mut().check_end_names = false;
    let (mut n_strings, mut cell) = (0, None);
    let mut event = Vec::new();
    loop {
        event.clear();
        budget.set(CELL);
        let found = match xml.read_event_into(&mut event) {
            Ok(found) => found,
            // Whether that is a bound or bad XML: the library would read no further.
            Err(quick_xml::Error::Io(error)) => return Err(error.to_string()),
            Err(_not_xml) => return Ok(()),
        };
        let at = xml.buffer_position();
        match found {
            Event::Eof => return Ok(()),
            Event::Start(tag) => {
                n_strings += u64::from(is(&tag, "si"));
                if is(&tag, "si") || is(&tag, "c") {
                    cell = Some(at);
                }
                check_numbers(&tag)?;
            }
            Event::Empty(tag) => check_numbers(&tag)?,
            Event::End(tag) if matches!(tag.local_name().as_ref(), "si" | "c") => cell = None,
            _ => {}
        }
        if STRINGS < n_strings {
            return Err(format!("there are more than {STRINGS} strings"));
        }
        if MEMBER < at {
            return Err(format!("it is larger than {MEMBER} bytes"));
        }
        if cell.is_some_and(|start| start + CELL < at) {
            return Err(format!("a cell or string is larger than {CELL} bytes"));
        }
    }
}

fn is(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.local_name().as_ref() == name
}

/// Looks at the numbers by which rows, cells, formulas and strings are known.
fn check_numbers(tag: &BytesStart<'_>) -> Result<(), String> {
    for attribute in tag.attributes().with_checks(false).flatten() {
        let most = match attribute.key.as_ref() {
            "uniqueCount" => STRINGS,
            "r" | "ref" | "si" => ROWS,
            _ => continue,
        };
        let value = attribute.value.as_ref();
        let is_in_bounds = |part: &str| match part.trim_start_matches('0') {
            "" => true,
            digits => digits.parse().is_ok_and(|n: u64| n <= most),
        };
        // A cell is known by letters and a number, a range by two of them.
        let mut numbers = value.split(|c: char| !c.is_ascii_digit());
        let mut letters = value.split(|c: char| !c.is_ascii_alphabetic());
        if !numbers.all(is_in_bounds) || most == ROWS && letters.any(|part| 3 < part.len()) {
            let name = tag.local_name();
            let shown: String = value.chars().take(40).collect();
            return Err(format!("`{}` has the number `{shown}`", name.as_ref()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(xml: &str) -> Option<String> {
        check_member(Input::new("member", xml.as_bytes())).err()
    }

    #[test]
    fn numbers_that_no_workbook_has_are_refused() {
        let good = [
            r#"<sst count="9" uniqueCount="4194304">"#,
            r#"<row r="1048576"><c r="XFD1048576" s="4000000000"/></row>"#,
            r#"<row r="0000000000000000000001"/>"#,
            r#"<dimension ref="A1:XFD1048576"/>"#,
            r#"<f t="shared" si="1048576">"#,
            r#"<mergeCell ref=""/>"#,
            r#"<workbook xmlns:r="http://example.org/">"#,
            "no XML & <at all",
        ];
        for xml in good {
            assert_eq!(problem(xml), None, "{xml}");
        }
        let bad = [
            r#"<sst uniqueCount="4194305">"#,
            r#"<x:sst uniqueCount="4000000000">"#,
            r#"<row r="1048577"/>"#,
            r#"<c r="A4294967295"/>"#,
            r#"<c r="A18446744073709551617"/>"#,
            r#"<c r="ABCD1"/>"#,
            r#"<dimension ref="A1:B4294967295"/>"#,
            r#"<f t="shared" si="4000000000">"#,
        ];
        for xml in bad {
            assert!(problem(xml).is_some_and(|it| it.contains("has the number")), "{xml}");
        }
    }

    #[test]
    fn texts_and_cells_that_no_workbook_has_are_refused() {
        let text = |n| format!("<sst><si><t>{}</t></si></sst>", "x".repeat(n));
        assert_eq!(problem(&text((1 << 20) - 100)), None);
        assert_eq!(problem(&text(2 << 20)).unwrap(), "a text or a tag is too long");
        let pieces = |n| format!("<row><c><is>{}</is></c></row>", "<t>&amp;</t>".repeat(n));
        assert_eq!(problem(&pieces(87_000)), None);
        assert_eq!(
            problem(&pieces(88_000)).unwrap(),
            "a cell or string is larger than 1048576 bytes"
        );
        let cells = |n| format!("<row>{}</row>", "<c><is><t>&amp;</t></is></c>".repeat(n));
        assert_eq!(problem(&cells(88_000)), None);
    }
}
