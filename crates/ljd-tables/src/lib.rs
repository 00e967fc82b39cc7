//! Corpora that their manifest alone describes.
//!
//! A manifest with the field `read` says what its files are (JSON Lines, CSV, …) and which columns make a record, as
//! templates. A [`Table`] is the corpus that such a manifest makes: it is cut, converted and checked as the corpora are
//! that have a module of their own. `data-manifests/README.md` of the repository describes the field, `docs/OWN-DATA.md`
//! shows how to write one. Some published corpora are compiled in so: [`corpora`].
//!
//! ```
//! use ljd_core::Corpus;
//! use ljd_tables::Table;
//!
//! let table = Table::parse(
//!     r#"{
//!         "name": "my-faq", "title": "Our answers", "license": "CC-BY-4.0", "copyright": "us",
//!         "attribution": "Our answers", "version": "2026-11",
//!         "files": [{ "path": "faq.csv", "split": "train" }],
//!         "read": { "format": "csv", "task": "question-answering", "id": "{number}",
//!                   "instruction": "{question}", "output": "{answer | trim}" }
//!     }"#,
//!     "my-faq.json",
//! )?;
//! assert!(table.manifest().contains("my-faq"));
//! # Ok::<(), ljd_core::Error>(())
//! ```

mod aligned;
mod built_in;
mod columns;
mod gather;
mod guess;
mod made;
mod messages;
mod objects;
mod parquet;
mod read;
mod record;
mod row;
mod source;
mod table;
mod template;
mod tree;
mod value;
mod workbook;
mod xml;

pub use crate::built_in::corpora;
pub use crate::guess::guess;
pub use crate::table::Table;
