//! JSON Lines: one compact object a line, some frames of Zstandard a group.
//!
//! A file of several frames is one Zstandard stream to every reader (RFC 8878, section 3.1), and frames
//! can be compressed apart from each other.

use std::io::{self, Write};

use ljd_core::{Error, RelativePath, Result};

use super::Format;
use super::json::Objects;
use super::lines::{Pieces, Spare};
use crate::write::OutputFile;
use crate::write::folder::{Folder, PartFile};
use crate::write::rows::Group;

/// Encodes groups one after the other. Its buffers and the compressor's tables, some 9 MiB and more, are used
/// again for the next group: the system is not asked for them a page at a time for each.
#[derive(Default)]
pub(super) struct Encoder {
    lines: Vec<u8>,
    #[cfg(feature = "zstd")]
    frame: Vec<u8>,
    #[cfg(feature = "zstd")]
    compressor: zstd::bulk::Compressor<'static>,
}

impl Encoder {
    /// Lines of a frame, twice the compressor's window: it is faster on what lies whole in memory, which
    /// all lines of a group are too many for.
    const FRAME: usize = 4 << 20;

    pub(super) fn encode(&mut self, group: &Group, spare: &Spare) -> io::Result<Pieces> {
        let mut encoded = Pieces::new();
        let mut objects = Objects::default();
        for row in group.rows() {
            objects.push(&row, &mut self.lines);
            self.lines.push(b'\n');
            if Self::FRAME <= self.lines.len() {
                self.end_frame(spare, &mut encoded)?;
            }
        }
        if !self.lines.is_empty() {
            self.end_frame(spare, &mut encoded)?;
        }
        Ok(encoded)
    }

    #[cfg(feature = "zstd")]
    fn end_frame(&mut self, spare: &Spare, encoded: &mut Pieces) -> io::Result<()> {
        let Self { lines, frame, compressor } = self;
        compressor.set_compression_level(super::ZSTD_LEVEL)?;
        compressor.include_checksum(true)?;
        frame.clear();
        frame.reserve(zstd::zstd_safe::compress_bound(lines.len()));
        compressor.compress_to_buffer(lines.as_slice(), frame)?;
        spare.push(frame, encoded);
        lines.clear();
        Ok(())
    }

    #[cfg(not(feature = "zstd"))]
    #[expect(clippy::unnecessary_wraps, reason = "compressing can fail")]
    fn end_frame(&mut self, spare: &Spare, encoded: &mut Pieces) -> io::Result<()> {
        spare.push(&self.lines, encoded);
        self.lines.clear();
        Ok(())
    }
}

/// A file of other lines than records.
pub(crate) struct LinesFile {
    name: RelativePath,
    file: PartFile,
    /// Lines that are not written yet.
    waiting: Vec<u8>,
    n_lines: u64,
}

impl LinesFile {
    /// Lines are compressed together up to this size.
    const FULL: usize = 1 << 20;

    /// Creates the file; its ending is added to the name.
    pub(crate) fn create(folder: &Folder, name: &str) -> Result<Self> {
        let name = RelativePath::parse(format!("{name}.{}", Format::Jsonl.extension()))?;
        let file = folder.create_file(&name)?;
        Ok(Self { name, file, waiting: Vec::new(), n_lines: 0 })
    }

    pub(crate) fn push(&mut self, line: &[u8]) -> Result<()> {
        self.waiting.extend_from_slice(line);
        self.waiting.push(b'\n');
        self.n_lines += 1;
        if Self::FULL <= self.waiting.len() { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        let failed = |error| Error::write(&self.file.path, error);
        let frame = frame(&self.waiting).map_err(failed)?;
        self.waiting.clear();
        let written = self.file.write_all(&frame);
        written.map_err(|error| Error::write(&self.file.path, error))
    }

    pub(crate) fn finish(mut self) -> Result<OutputFile> {
        self.write()?;
        let (bytes, sha256) = self.file.finish()?;
        Ok(OutputFile { path: self.name, records: Some(self.n_lines), bytes, sha256 })
    }
}

#[cfg(feature = "zstd")]
fn frame(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut frame = zstd::Encoder::new(Vec::new(), super::ZSTD_LEVEL)?;
    frame.include_checksum(true)?;
    frame.write_all(lines)?;
    frame.finish()
}

#[cfg(not(feature = "zstd"))]
#[expect(clippy::unnecessary_wraps, reason = "compressing can fail")]
fn frame(lines: &[u8]) -> io::Result<Vec<u8>> {
    Ok(lines.to_vec())
}
