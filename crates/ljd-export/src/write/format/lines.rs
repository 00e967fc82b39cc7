//! Lines of JSON: what all formats but Parquet are made of.

use std::io::{self, Write};
use std::mem;

use crossbeam_channel::{Receiver, Sender, unbounded};
use ljd_core::{Error, Result, Task};
use serde::Serialize;

use crate::write::folder::PartFile;
use crate::write::rows::{Group, Row};

/// Encoded bytes in pieces that follow each other.
pub(crate) type Pieces = Vec<Vec<u8>>;

/// Pieces that are written, to be used again: what one thread asks the system for and another gives back is lost to
/// both for long, and is asked for anew a page at a time.
#[derive(Clone)]
pub(crate) struct Spare {
    give: Sender<Vec<u8>>,
    take: Receiver<Vec<u8>>,
}

impl Spare {
    /// Room in a piece.
    const ROOM: usize = 1 << 20;
    /// A piece that has as much takes no other line: most lines fit into the rest.
    const FULL: usize = Self::ROOM - (16 << 10);

    pub(crate) fn new() -> Self {
        let (give, take) = unbounded();
        Self { give, take }
    }

    /// An empty piece.
    pub(super) fn piece(&self) -> Vec<u8> {
        self.take.try_recv().unwrap_or_else(|_none| Vec::with_capacity(Self::ROOM))
    }

    /// Takes pieces that are written.
    pub(crate) fn give(&self, pieces: Pieces) {
        for mut piece in pieces.into_iter().filter(|piece| piece.capacity() < 2 * Self::ROOM) {
            piece.clear();
            // Nobody wants it where nothing is encoded any more.
            let _ = self.give.send(piece);
        }
    }

    /// Puts bytes behind others, within one piece.
    pub(super) fn push(&self, bytes: &[u8], pieces: &mut Pieces) {
        match pieces.last_mut() {
            Some(last) if last.len() + bytes.len() <= Self::ROOM => last.extend_from_slice(bytes),
            _ => {
                let mut piece = self.piece();
                piece.extend_from_slice(bytes);
                pieces.push(piece);
            }
        }
    }
}

/// A line for each row, as what `of` makes of it.
pub(super) fn encode<'a, T: Serialize>(
    group: &'a Group,
    of: impl Fn(&Row<'a>) -> T,
    spare: &Spare,
) -> io::Result<Pieces> {
    let (mut pieces, mut piece) = (Pieces::new(), spare.piece());
    for row in group.rows() {
        serde_json::to_writer(&mut piece, &of(&row))?;
        piece.push(b'\n');
        if Spare::FULL <= piece.len() {
            pieces.push(mem::replace(&mut piece, spare.piece()));
        }
    }
    pieces.push(piece);
    Ok(pieces)
}

/// The three fields of the published dataset.
#[derive(Serialize)]
struct Bare<'a> {
    instruction: Option<&'a str>,
    input: Option<&'a str>,
    output: Option<&'a str>,
}

impl<'a> Bare<'a> {
    /// A translation that lacks a side has a null there: a field without text was a missing one to the
    /// reader of tables with which the published dataset was made. So is an instruction that was joined to one.
    /// Of what was cut out of a longer text nothing is left, which is not missing.
    fn new(row: &Row<'a>) -> Self {
        let is_cut = ["tanaka", "paranatcom"].contains(&row.provenance.source);
        let is_pair = row.provenance.task == Task::Translation.as_str() && !is_cut;
        let side = |text: &'a str| Some(text).filter(|text| !is_pair || !text.is_empty());
        let instruction = Some(row.instruction).filter(|text| !text.is_empty());
        Self { instruction, input: side(row.input), output: side(row.output) }
    }
}

/// As `jq --compact-output` writes it, which escapes one character more than our writer: delete.
pub(super) fn encode_joined(group: &Group, spare: &Spare) -> io::Result<Pieces> {
    const DELETE: u8 = 0x7f;
    let mut pieces = encode(group, Bare::new, spare)?;
    for piece in pieces.iter_mut().filter(|piece| piece.contains(&DELETE)) {
        let parts: Vec<&[u8]> = piece.split(|byte| *byte == DELETE).collect();
        *piece = parts.join(&b"\\u007f"[..]);
    }
    Ok(pieces)
}

pub(super) fn append(file: &mut PartFile, pieces: &Pieces) -> Result<()> {
    let mut pieces = pieces.iter();
    let written = pieces.try_for_each(|piece| file.write_all(piece));
    written.map_err(|error| Error::write(&file.path, error))
}
