//! Groups in each format: encoded on any thread, appended in order.

mod chat;
mod json;
mod jsonl;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;

use std::io;
#[cfg(feature = "parquet")]
use std::mem;

pub(crate) use chat::{Headings, JAPANESE_ALPACA};
pub use chat::{Message, messages, prompt};
pub(crate) use jsonl::LinesFile;
use lines::Pieces;
pub(crate) use lines::Spare;
use ljd_core::{Error, ErrorKind, RelativePath, Result};

use crate::plan::Format;
use crate::write::folder::{Folder, PartFile};
use crate::write::rows::Group;

/// A group as a format writes it.
pub(crate) enum Encoded {
    Lines(Pieces),
    #[cfg(feature = "parquet")]
    Parquet(parquet::RowGroup),
}

/// A file of a format that groups are appended to.
pub(crate) enum Writer {
    Lines(PartFile),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Writer>),
}

/// A file that was written whole, under its provisional name.
pub(crate) struct Written {
    pub(crate) path: RelativePath,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Zstandard's own default: more costs much time for little space.
#[cfg(any(feature = "zstd", feature = "parquet"))]
const ZSTD_LEVEL: i32 = 3;

/// Encodes groups on one thread, one after the other.
pub(crate) struct Encoder {
    jsonl: jsonl::Encoder,
    spare: Spare,
}

impl Encoder {
    /// Nothing encoded yet; `spare` has what was written.
    pub(crate) fn new(spare: Spare) -> Self {
        Self { jsonl: jsonl::Encoder::default(), spare }
    }

    /// A group as the files of a format hold it.
    pub(crate) fn encode(&mut self, format: Format, group: &Group) -> Result<Encoded> {
        let spare = &self.spare;
        lines_of(match format {
            Format::Jsonl => self.jsonl.encode(group, spare),
            #[cfg(feature = "parquet")]
            Format::Parquet => return Ok(Encoded::Parquet(parquet::encode(group)?)),
            Format::Messages => lines::encode(group, chat::Messages::new, spare),
            Format::PromptCompletion => lines::encode(group, chat::PromptCompletion::new, spare),
            Format::ShareGpt => lines::encode(group, chat::ShareGpt::new, spare),
            Format::Alpaca => lines::encode(group, chat::Alpaca::new, spare),
            Format::Text => lines::encode(group, |row| chat::Text::new(row, &chat::ENGLISH), spare),
            Format::TextJa => {
                lines::encode(group, |row| chat::Text::new(row, &chat::JAPANESE), spare)
            }
            Format::TextJaAlpaca => {
                lines::encode(group, |row| chat::Text::new(row, &chat::JAPANESE_ALPACA), spare)
            }
        })
    }

    /// The bare three fields of a group's rows, as the published dataset has them.
    pub(crate) fn encode_joined(&mut self, group: &Group) -> Result<Encoded> {
        lines_of(lines::encode_joined(group, &self.spare))
    }
}

fn lines_of(encoded: io::Result<Pieces>) -> Result<Encoded> {
    encoded.map(Encoded::Lines).map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))
}

impl Encoded {
    /// The bytes that a file has of it.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Lines(pieces) => pieces.iter().map(|piece| piece.len() as u64).sum(),
            #[cfg(feature = "parquet")]
            Self::Parquet(group) => parquet::bytes(group),
        }
    }

    /// Appends lines to a file that has nothing else.
    pub(crate) fn append_lines(&self, file: &mut PartFile) -> Result<()> {
        match self {
            Self::Lines(pieces) => lines::append(file, pieces),
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => unreachable!("joined files hold lines"),
        }
    }

    /// Gives back the memory of what is written.
    pub(crate) fn recycle(self, spare: &Spare) {
        match self {
            Self::Lines(pieces) => spare.give(pieces),
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => {}
        }
    }
}

impl Format {
    /// The bytes that a file has beside its groups.
    pub(crate) const fn bytes_of_file(self) -> u64 {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => parquet::BYTES_OF_FILE,
            _ => 0,
        }
    }
}

impl Writer {
    /// Makes a file of that format.
    pub(crate) fn create(format: Format, folder: &Folder, name: &RelativePath) -> Result<Self> {
        let file = folder.create_file(name)?;
        Ok(match format {
            #[cfg(feature = "parquet")]
            Format::Parquet => Self::Parquet(Box::new(parquet::Writer::new(file)?)),
            _ => Self::Lines(file),
        })
    }

    /// Appends a group, of which nothing is left then but memory.
    pub(crate) fn append(&mut self, encoded: &mut Encoded) -> Result<()> {
        match (self, encoded) {
            (Self::Lines(file), Encoded::Lines(pieces)) => lines::append(file, pieces),
            #[cfg(feature = "parquet")]
            (Self::Parquet(writer), Encoded::Parquet(group)) => writer.append(mem::take(group)),
            #[cfg(feature = "parquet")]
            // A group is encoded once a format and handed to that format's writer.
            (Self::Lines(_), Encoded::Parquet(_)) | (Self::Parquet(_), Encoded::Lines(_)) => {
                unreachable!("a group goes to the writer of its format")
            }
        }
    }

    pub(crate) fn finish(self) -> Result<Written> {
        let file = match self {
            Self::Lines(file) => file,
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.finish()?,
        };
        let path = file.name.clone();
        let (bytes, sha256) = file.finish()?;
        Ok(Written { path, bytes, sha256 })
    }
}
