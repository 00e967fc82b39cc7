//! From a recipe to a dataset on disk.
//!
//! A [`Recipe`] says which corpora make a dataset and by which rules. [`build`](fn@build) reads them, converts on
//! every core, writes each record in its order as JSON Lines and Parquet, and leaves a folder that is
//! either whole or not there: the records, a report for programs and one for people, a notice of every source,
//! the licence texts and a card.
//!
//! The same files, manifests and recipe give the same bytes, whatever the number of threads, and memory
//! is bounded by that number, not by the size of a corpus.
//!
//! This crate knows no corpus: they come in as [`ljd_core::Corpus`].
//!
//! ```no_run
//! use std::num::NonZeroUsize;
//!
//! use ljd_core::{Cancel, Corpus, Manifest, Raw};
//! use ljd_export::{Choices, Format, BuildOptions, Plan, Recipe, RecipeCorpus, build};
//!
//! fn all(corpora: &[&'static dyn Corpus]) -> ljd_core::Result<()> {
//!     let recipe = Recipe::built_in("clean", None)?;
//!     let open = |corpus: &dyn Corpus, _wanted: &RecipeCorpus| {
//!         Ok(Raw::new("raw".into(), Manifest::parse(corpus.manifest(), "manifest")?))
//!     };
//!     let plan = Plan::new(recipe, corpora, Choices::default(), open)?;
//!     let options = BuildOptions {
//!         out: "out/clean".into(),
//!         jobs: NonZeroUsize::MIN,
//!         limit: None,
//!         formats: Format::usual(),
//!         keep_dropped: false,
//!         decontaminate: Vec::new(),
//!         tokenizer: None,
//!         evaluation: false,
//!         max_file_bytes: BuildOptions::MAX_FILE_BYTES,
//!         cache: None,
//!         cancel: Cancel::default(),
//!     };
//!     let report = build(&plan, &options, &mut |_progress| {})?;
//!     println!("{} records", report.records);
//!     Ok(())
//! }
//! ```

mod compare;
mod evaluate;
mod plan;
mod report;
mod run;
mod verify;
mod write;

pub use crate::compare::{Compared, Difference, Example, PublishedRecord, compare};
pub use crate::plan::mixing::{BestBy, Portion, Share};
pub use crate::plan::{
    Choices, Format, LearnAlignment, Plan, PlannedCorpus, Recipe, RecipeCorpus, Refusal, Refused,
};
pub use crate::report::{
    AlignmentReport, CorpusReport, DroppedRecord, DroppedReport, InputFile, Lengths, LongerThan,
    Report, SkippedReport,
};
pub use crate::run::build::{BuildOptions, Progress, build};
pub use crate::run::steps::{
    WorkInput, WorkPlan, WorkUnit, divide, finish, map, resolve, write_shard,
};
pub use crate::verify::verify;
pub use crate::write::OutputFile;
pub use crate::write::columns::{COLUMNS, Column, ColumnKind};
pub use crate::write::format::{Message, messages, prompt};
pub use crate::write::tokens::TokenizerFile;
