//! The file formats of records: encoding on any thread, appending in order.

mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;

use std::path::PathBuf;

use ljd_core::{Result, UnknownName};

use crate::folder::{Folder, PartFile};
use crate::rows::Group;

/// A file format for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// JSON Lines, compressed with Zstandard if the feature `zstd` is on.
    Jsonl,
    /// Apache Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// A group as a format writes it.
pub(crate) enum Encoded {
    Jsonl(Vec<u8>),
    #[cfg(feature = "parquet")]
    Parquet(parquet::RowGroup),
}

/// A file of a format that groups are appended to.
pub(crate) enum Writer {
    Jsonl(PartFile),
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
    ];

    /// The name, which is also its folder's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
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

    /// What the names of its files end in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jsonl if cfg!(feature = "zstd") => "jsonl.zst",
            Self::Jsonl => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }

    pub(crate) fn encode(self, group: &Group) -> Result<Encoded> {
        Ok(match self {
            Self::Jsonl => Encoded::Jsonl(jsonl::encode(group)?),
            #[cfg(feature = "parquet")]
            Self::Parquet => Encoded::Parquet(parquet::encode(group)?),
        })
    }

    pub(crate) fn create(self, folder: &Folder, name: &str) -> Result<Writer> {
        let file = folder.create_file(name)?;
        Ok(match self {
            Self::Jsonl => Writer::Jsonl(file),
            #[cfg(feature = "parquet")]
            Self::Parquet => Writer::Parquet(Box::new(parquet::Writer::new(file)?)),
        })
    }
}

impl Writer {
    pub(crate) fn append(&mut self, encoded: Encoded) -> Result<()> {
        match (self, encoded) {
            (Self::Jsonl(file), Encoded::Jsonl(bytes)) => jsonl::append(file, &bytes),
            #[cfg(feature = "parquet")]
            (Self::Parquet(writer), Encoded::Parquet(group)) => writer.append(group),
            #[cfg(feature = "parquet")]
            // A group is encoded once a format and handed to that format's writer.
            (Self::Jsonl(_), Encoded::Parquet(_)) | (Self::Parquet(_), Encoded::Jsonl(_)) => {
                unreachable!("a group goes to the writer of its format")
            }
        }
    }

    pub(crate) fn finish(self) -> Result<Written> {
        let file = match self {
            Self::Jsonl(file) => file,
            #[cfg(feature = "parquet")]
            Self::Parquet(writer) => writer.finish()?,
        };
        let path = file.path.clone();
        let (bytes, sha256) = file.finish()?;
        Ok(Written { path, bytes, sha256 })
    }
}
