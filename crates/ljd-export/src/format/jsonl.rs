//! JSON Lines: one compact object a line, a frame of Zstandard a group.
//!
//! A file of several frames is one Zstandard stream to every reader (RFC 8878, section 3.1), and frames
//! can be compressed apart from each other.

use std::io::{self, Write};

use ljd_core::{Error, ErrorKind, Result};

use crate::folder::{PartFile, cannot_write};
use crate::rows::Group;

pub(super) fn encode(group: &Group) -> Result<Vec<u8>> {
    compressed(group).map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))
}

#[cfg(feature = "zstd")]
fn compressed(group: &Group) -> io::Result<Vec<u8>> {
    let mut frame = zstd::Encoder::new(Vec::new(), super::ZSTD_LEVEL)?;
    frame.include_checksum(true)?;
    write_lines(group, &mut frame)?;
    frame.finish()
}

#[cfg(not(feature = "zstd"))]
fn compressed(group: &Group) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    write_lines(group, &mut lines)?;
    Ok(lines)
}

fn write_lines(group: &Group, out: &mut impl Write) -> io::Result<()> {
    /// Lines are collected to this size, since a compressor is slow on small pieces.
    const PIECE: usize = 64 << 10;
    let mut piece = Vec::with_capacity(2 * PIECE);
    for row in group.rows() {
        serde_json::to_writer(&mut piece, &row)?;
        piece.push(b'\n');
        if PIECE <= piece.len() {
            out.write_all(&piece)?;
            piece.clear();
        }
    }
    out.write_all(&piece)
}

pub(super) fn append(file: &mut PartFile, bytes: &[u8]) -> Result<()> {
    file.write_all(bytes).map_err(|error| cannot_write(&file.path, error))
}
