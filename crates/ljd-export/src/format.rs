//! The file formats of records: encoding on any thread, appending in order.

mod chat;
mod json;
mod jsonl;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;

use std::io;
#[cfg(feature = "parquet")]
use std::mem;
use std::path::PathBuf;

pub(crate) use jsonl::LinesFile;
use lines::Pieces;
pub(crate) use lines::Spare;
use ljd_core::{Error, ErrorKind, RelativePath, Result, UnknownName};
use serde::{Deserialize, Deserializer, de};

use crate::folder::{Folder, PartFile};
use crate::rows::Group;

/// A file format for records.
///
/// ```
/// use ljd_export::Format;
///
/// assert_eq!(Format::parse("messages")?, Format::Messages);
/// assert!(Format::parse("message").is_err());
/// # Ok::<(), ljd_core::UnknownName>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// JSON Lines with all columns, compressed with Zstandard if the feature `zstd` is on.
    Jsonl,
    /// Apache Parquet with all columns.
    #[cfg(feature = "parquet")]
    Parquet,
    /// Chats as `OpenAI` and TRL have them: `messages` of `role` and `content`.
    Messages,
    /// Messages in two lists: `prompt`, and `completion`, which alone is learnt.
    PromptCompletion,
    /// Chats as `ShareGPT` has them: `conversations` of `from` and `value`.
    ShareGpt,
    /// Stanford Alpaca's three fields, with earlier turns as `history`.
    Alpaca,
    /// The prompt of the paper as one `text`, with English headings.
    Text,
    /// The paper's prompt in Japanese.
    TextJa,
    /// The same with the words of Alpaca's Japanese prompt, whose answer stands below `### 応答:`.
    TextJaAlpaca,
}

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
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// Zstandard's own default: more costs much time for little space.
#[cfg(any(feature = "zstd", feature = "parquet"))]
const ZSTD_LEVEL: i32 = 3;

impl Format {
    /// Every format that this build has.
    pub const ALL: &[Self] = &[
        Self::Jsonl,
        #[cfg(feature = "parquet")]
        Self::Parquet,
        Self::Messages,
        Self::PromptCompletion,
        Self::ShareGpt,
        Self::Alpaca,
        Self::Text,
        Self::TextJa,
        Self::TextJaAlpaca,
    ];

    /// The formats that hold every column.
    pub fn usual() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|format| !format.is_chat()).collect()
    }

    /// The name, which is also its folder's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Messages => "messages",
            Self::PromptCompletion => "prompt-completion",
            Self::ShareGpt => "sharegpt",
            Self::Alpaca => "alpaca",
            Self::Text => "text",
            Self::TextJa => "text-ja",
            Self::TextJaAlpaca => "text-ja-alpaca",
        }
    }

    /// The format of that name.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] for any other name.
    pub fn parse(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name).ok_or_else(|| {
            UnknownName::new("format", name, Self::ALL.iter().map(|format| format.as_str()))
        })
    }

    /// What the names of its files end in. What trains on chats reads plain lines only.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl if cfg!(feature = "zstd") => "jsonl.zst",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            _ => "jsonl",
        }
    }

    /// Whether it has conversations in the place of the plain columns.
    pub const fn is_chat(self) -> bool {
        match self {
            Self::Jsonl => false,
            #[cfg(feature = "parquet")]
            Self::Parquet => false,
            _ => true,
        }
    }

    pub(crate) fn create(self, folder: &Folder, name: &RelativePath) -> Result<Writer> {
        let file = folder.create_file(name)?;
        Ok(match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => Writer::Parquet(Box::new(parquet::Writer::new(file)?)),
            _ => Writer::Lines(file),
        })
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Self::parse(&name).map_err(de::Error::custom)
    }
}

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

impl Writer {
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
        let path = file.path.clone();
        let (bytes, sha256) = file.finish()?;
        Ok(Written { path, bytes, sha256 })
    }
}
