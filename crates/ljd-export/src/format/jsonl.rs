//! JSON Lines: one compact object a line, a frame of Zstandard a group.
//!
//! A file of several frames is one Zstandard stream to every reader (RFC 8878, section 3.1), and frames
//! can be compressed apart from each other.

use std::io;

use super::lines;
use crate::rows::Group;

#[cfg(feature = "zstd")]
pub(super) fn encode(group: &Group) -> io::Result<Vec<u8>> {
    let mut frame = zstd::Encoder::new(Vec::new(), super::ZSTD_LEVEL)?;
    frame.include_checksum(true)?;
    lines::write(group, |row| row, &mut frame)?;
    frame.finish()
}

#[cfg(not(feature = "zstd"))]
pub(super) fn encode(group: &Group) -> io::Result<Vec<u8>> {
    lines::encode(group, |row| row)
}
