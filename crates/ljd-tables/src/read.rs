//! The field `read` of a manifest, as it is written.

use std::collections::BTreeMap;

use ljd_core::{Language, Task};
use serde::Deserialize;

/// How the files of a corpus are read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    pub(crate) format: Format,
    /// Whether the first line of a table names its columns; or their names.
    #[serde(default)]
    pub(crate) header: Header,
    /// What stands between the fields of a table.
    #[serde(default)]
    pub(crate) delimiter: Option<char>,
    /// Whether a field that begins with a quotation mark ends with one.
    #[serde(default)]
    pub(crate) quoting: Option<bool>,
    /// The list of the rows, where a file or line is not that list or row itself.
    #[serde(default)]
    pub(crate) rows: Option<String>,
    /// The files that are the columns of aligned lines.
    #[serde(default)]
    pub(crate) columns: BTreeMap<String, String>,

    pub(crate) task: Task,
    #[serde(default = "japanese")]
    pub(crate) source_language: Language,
    #[serde(default = "japanese")]
    pub(crate) target_language: Language,
    #[serde(default)]
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) instruction: Option<String>,
    #[serde(default)]
    pub(crate) input: String,
    #[serde(default)]
    pub(crate) output: Option<String>,
    #[serde(default)]
    pub(crate) category: Option<String>,
    #[serde(default)]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) attribution: Option<String>,
    /// What records have in common that belong together.
    #[serde(default)]
    pub(crate) group: Option<String>,
    /// What is asked by itself, the text that it is asked about, and the title of that.
    #[serde(default)]
    pub(crate) question: Option<String>,
    #[serde(default)]
    pub(crate) context: Option<String>,
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Every right answer, for records that are for evaluation.
    #[serde(default)]
    pub(crate) answers: Option<String>,
    /// What there is to choose from, likewise: a template for each choice, or one for all.
    #[serde(default)]
    pub(crate) choices: Vec<String>,
    /// Where the turns of a conversation are.
    #[serde(default)]
    pub(crate) messages: Option<Messages>,
    /// What stands for the values of a column.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, BTreeMap<String, String>>,
    /// The values of columns with which a row is left out.
    #[serde(default)]
    pub(crate) skip_if: BTreeMap<String, Vec<serde_json::Value>>,
    /// The values of columns of which a row must have one, or it is left out.
    #[serde(default)]
    pub(crate) keep_if: BTreeMap<String, Vec<serde_json::Value>>,
}

/// Where the turns of a conversation are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Messages {
    /// The column that is the list of them, or the first one of a tree; absent where each row is a message.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// The member of each that says who speaks.
    pub(crate) role: String,
    /// The member of each that is what is said.
    pub(crate) content: String,
    /// What the speakers are called, in the place of the usual names.
    #[serde(default)]
    pub(crate) roles: Option<BTreeMap<String, Speaker>>,
    /// The member of each that is the list of what was said to it.
    #[serde(default)]
    pub(crate) replies: Option<String>,
    /// The member of each that it is known by.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// The member of each that is the `id` of what it was said to.
    #[serde(default)]
    pub(crate) parent: Option<String>,
    /// The member of each that is the lowest for the best of several answers.
    #[serde(default)]
    pub(crate) rank: Option<String>,
}

ljd_core::names! {
    /// Who speaks.
    Speaker {
        /// Who says what the model is.
        System = "system",
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A program that the model calls.
        Tool = "tool",
    }
}

impl Speaker {
    const KIND: &'static str = "role";
}

ljd_core::names! {
    /// What the files are.
    Format {
        /// A JSON object a line.
        JsonLines = "json-lines",
        /// A JSON array of objects.
        Json = "json",
        /// Fields with commas between them.
        Csv = "csv",
        /// Fields with tabs between them.
        Tsv = "tsv",
        /// Two files of lines that belong together.
        Aligned = "aligned-lines",
        /// Elements of XML.
        Xml = "xml",
        /// Apache Parquet.
        Parquet = "parquet",
        /// A workbook of Excel.
        Workbook = "xlsx",
    }
}

impl Format {
    const KIND: &'static str = "format";
}

/// Where a table's columns have their names from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected true, false or the names of the columns")]
pub(crate) enum Header {
    /// From its first line; or else their numbers, counted from 1, are their names.
    IsThere(bool),
    /// From the manifest.
    Names(Vec<String>),
}

impl Default for Header {
    fn default() -> Self {
        Self::IsThere(true)
    }
}

const fn japanese() -> Language {
    Language::Ja
}

impl Read {
    /// What stands between the fields of a table.
    pub(crate) fn delimiter(&self) -> Result<u8, String> {
        let usual = if self.format == Format::Tsv { '\t' } else { ',' };
        let delimiter = self.delimiter.unwrap_or(usual);
        match u8::try_from(delimiter) {
            Ok(byte) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(byte),
            _ => Err(format!("has the `delimiter` {delimiter:?}, not one ASCII character")),
        }
    }

    /// Whether fields may be quoted: usually so with commas, and not with tabs.
    pub(crate) fn is_quoted(&self) -> bool {
        self.quoting.unwrap_or(self.format == Format::Csv)
    }
}
