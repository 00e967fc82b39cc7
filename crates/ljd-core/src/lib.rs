//! The types that every corpus of ljd speaks in, and the readers that they share.
//!
//! A [`Manifest`] says what a source is; a [`Corpus`] cuts its files into [`Chunk`]s and turns each chunk
//! into [`Record`]s. Cutting is sequential and cheap, converting is pure and runs on any thread, so one
//! large file keeps every core busy and the records still come out in file order.
//!
//! This crate knows no corpus and no output format: the families (`ljd-translation`, …) bring the first,
//! `ljd-export` the second.
//!
//! ```
//! use ljd_core::{Language, License, LicenseProperty, Record, Source, Task};
//!
//! let source = Source {
//!     name: "tanaka".to_owned(),
//!     license: License::parse("LicenseRef-CC-BY-2.0-FR")?,
//!     attribution: "Tanaka Corpus".to_owned(),
//! };
//! let record = Record {
//!     target_language: Language::En,
//!     instruction: "次の日本語を英語に翻訳してください。".into(),
//!     input: "雨だ。".into(),
//!     output: "It is raining.".into(),
//!     ..Record::new(&source, "1_2/ja-en", Task::Translation)
//! };
//! assert!(!record.source.license.has(LicenseProperty::ShareAlike));
//! # Ok::<(), ljd_core::UnknownName>(())
//! ```

mod address;
mod cancel;
mod chunk;
mod corpus;
mod error;
mod guard;
mod instruction;
mod invisible;
mod language;
mod license;
mod lock;
mod manifest;
mod name;
mod named;
mod path;
mod phrasings;
mod raw;
pub mod read;
mod record;
mod records;
mod rules;
#[cfg(feature = "testing")]
pub mod testing;
mod web_page;

pub use crate::address::without_secrets;
pub use crate::cancel::Cancel;
pub use crate::chunk::{Chunk, ChunkSink, Line, Text};
pub use crate::corpus::{Corpus, Reading, read_records, read_records_while};
pub use crate::error::{Error, ErrorKind, Location, Result, StatedBy};
pub use crate::guard::RawGuard;
pub use crate::instruction::{Instruction, Slots, Template};
pub use crate::invisible::{is_invisible, visible};
pub use crate::language::{Language, LanguageTag};
pub use crate::license::{License, LicenseId, LicenseProperty, StatedLicense};
pub use crate::lock::{Lock, LockedFile, modified};
pub use crate::manifest::{Manifest, ManifestFile};
pub use crate::name::UnknownName;
pub use crate::named::{open_named, read_named};
pub use crate::path::{BadPath, FileName, RelativePath};
pub use crate::phrasings::{ChosenWording, Phrasings, Wording};
pub use crate::raw::{CheckedFile, Input, Pin, Raw, Sha256Writer, Zip, hex};
pub use crate::record::{Asked, Record, Role, Score, Source, Split, Task, Turn};
pub use crate::records::{RecordSink, Skip, Skipped, SkippedRows, known_words};
pub use crate::rules::{Preset, RuleOption, Rules, stable_hash};
pub use crate::web_page::is_web_page;
