//! What one run does: a corpus, how far it is read, and what its records are held to.

use std::num::NonZeroUsize;

use ljd_core::Cancel;
use ljd_quality::{Alignment, Evaluation};

use crate::plan::mixing::Limits;
use crate::plan::{Format, PlannedCorpus, Recipe};
use crate::run::flow::Encodes;
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
    /// What is done with the records that are taken.
    pub(crate) aim: Aim,
    /// Sentences that are only in what is held out.
    pub(crate) held_out: &'a HeldOut,
    /// What scores translations, if anything does.
    pub(crate) alignment: Option<&'a Alignment>,
    /// The digest of what that is learnt from.
    pub(crate) alignment_key: &'a str,
    /// Evaluation data to look for.
    pub(crate) evaluation: &'a Evaluation,
    /// What tokens are counted with, if they are.
    pub(crate) tokenizer: Option<&'a Tokenizer>,
    /// The groups that are encoded.
    pub(crate) encodes: Encodes,
    /// Whether every dropped record is handed on.
    pub(crate) keep_dropped: bool,
    /// Ends the run when somebody wishes it.
    pub(crate) cancel: &'a Cancel,
}

/// What a run does with the records that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// It writes them.
    Write,
    /// It counts them.
    Survey,
    /// It collects the sentences of those that are held out.
    HoldOut,
    /// It learns from their translations.
    Learn,
}
