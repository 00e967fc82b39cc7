//! The formats that records can be written in, by name.

use ljd_core::UnknownName;
use serde::{Deserialize, Deserializer, de};

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
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Self::parse(&name).map_err(de::Error::custom)
    }
}
