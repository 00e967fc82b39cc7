//! Lines of JSON: what all formats but Parquet are made of.

use std::io::{self, Write};

use ljd_core::{Result, Task};
use serde::Serialize;

use crate::folder::{PartFile, cannot_write};
use crate::rows::{Group, Row};

/// A line for each row, as what `of` makes of it.
pub(super) fn encode<'a, T: Serialize>(
    group: &'a Group,
    of: impl Fn(Row<'a>) -> T,
) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for row in group.rows() {
        serde_json::to_writer(&mut lines, &of(row))?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The three fields of the published dataset.
#[derive(Serialize)]
struct Bare<'a> {
    instruction: &'a str,
    input: Option<&'a str>,
    output: Option<&'a str>,
}

impl<'a> Bare<'a> {
    /// A translation that lacks a side has a null there: a field without text was a missing one to the
    /// reader of tables with which the published dataset was made.
    fn new(row: Row<'a>) -> Self {
        let is_pair = row.provenance.task == Task::Translation.as_str();
        let side = |text: &'a str| Some(text).filter(|text| !is_pair || !text.is_empty());
        Self { instruction: row.instruction, input: side(row.input), output: side(row.output) }
    }
}

/// As `jq --compact-output` writes it, which escapes one character more than our writer: delete.
pub(super) fn encode_joined(group: &Group) -> io::Result<Vec<u8>> {
    const DELETE: u8 = 0x7f;
    let lines = encode(group, Bare::new)?;
    if !lines.contains(&DELETE) {
        return Ok(lines);
    }
    let pieces: Vec<&[u8]> = lines.split(|byte| *byte == DELETE).collect();
    Ok(pieces.join(&b"\\u007f"[..]))
}

pub(super) fn append(file: &mut PartFile, bytes: &[u8]) -> Result<()> {
    file.write_all(bytes).map_err(|error| cannot_write(&file.path, error))
}
