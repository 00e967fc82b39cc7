//! Sentences that are held out: no other record may have one, or what is measured on them was trained on.
//!
//! Which groups of records are held out is decided by their hashes. The same sentence stands in several corpora, and
//! has several translations, so the sentences of all that is held out are collected before anything is written.

use ljd_core::{Record, Task};

use crate::plan::PlannedCorpus;
use crate::plan::mixing::Share;

/// The digests of those sentences, in order: 8 bytes each. No other record may have one, as what is asked or as what is
/// answered.
#[derive(Debug)]
pub(crate) struct HeldOut(Vec<u64>);

impl HeldOut {
    /// Nothing is held out.
    pub(crate) const NONE: Self = Self(Vec::new());

    pub(crate) fn new(mut digests: Vec<u64>) -> Self {
        digests.sort_unstable();
        digests.dedup();
        Self(digests)
    }

    /// Of rows with these sentences the ones that have one that is held out; nothing where none has.
    pub(crate) fn like(&self, sentences: &[Vec<u64>]) -> Vec<bool> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let has = |digest: &u64| self.0.binary_search(digest).is_ok();
        let like: Vec<bool> = sentences.iter().map(|row| row.iter().any(has)).collect();
        if like.contains(&true) { like } else { Vec::new() }
    }
}

/// The digests of what is asked in a record and of what is answered, where that is more than a few words.
pub(crate) fn digests(record: &Record<'_>) -> impl Iterator<Item = u64> {
    let asked = if record.input.is_empty() { &*record.instruction } else { &record.input };
    [asked, &record.output].into_iter().filter_map(ljd_quality::sentence)
}

/// Whether a corpus has sentences that others may have. An encyclopedia's leads stand there alone, and reading all of
/// it twice would take as long again.
pub(crate) fn is_surveyed(planned: &PlannedCorpus, share: Share) -> bool {
    share != Share::default()
        && planned.raw.manifest().tasks.iter().any(|task| *task != Task::Description)
}
