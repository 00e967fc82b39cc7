//! What one run does: a corpus, how far it is read, and what its records are held to.

use std::num::NonZeroUsize;

use ljd_core::Cancel;
use ljd_quality::Evaluation;

use crate::plan::mixing::Limits;
use crate::plan::{Format, PlannedCorpus, Recipe};
use crate::run::held_out::HeldOut;
use crate::write::tokens::Tokenizer;

/// What to run and how far.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) planned: &'a PlannedCorpus,
    pub(crate) recipe: &'a Recipe,
    pub(crate) formats: &'a [Format],
    pub(crate) jobs: NonZeroUsize,
    pub(crate) limit: Option<u64>,
    /// What of each task is taken.
    pub(crate) limits: &'a Limits,
    /// Whether records are only counted.
    pub(crate) is_survey: bool,
    /// Sentences that are only in what is held out.
    pub(crate) held_out: &'a HeldOut,
    /// Evaluation data to look for.
    pub(crate) evaluation: &'a Evaluation,
    /// What tokens are counted with, if they are.
    pub(crate) tokenizer: Option<&'a Tokenizer>,
    /// Whether every dropped record is handed on.
    pub(crate) keep_dropped: bool,
    /// Ends the run when somebody wishes it.
    pub(crate) cancel: &'a Cancel,
}
