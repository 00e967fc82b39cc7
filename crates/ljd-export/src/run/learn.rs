//! Learns from the pairs of a dataset which words translate each other, before any of its records is judged.

use ljd_core::Result;
use ljd_quality::{Alignment, Learner};

use crate::plan::{Plan, PlannedCorpus};
use crate::report::AlignmentReport;

/// Learns from the corpora that the recipe names, in its order: `read` gives the pairs of one, `learn` a model of those
/// of all of them.
pub(crate) fn learn(
    plan: &Plan,
    mut read: impl FnMut(&PlannedCorpus) -> Result<Learner>,
    learn: impl FnOnce(Learner) -> Result<Option<Alignment>>,
) -> Result<Option<(Alignment, AlignmentReport)>> {
    let Some(wanted) = &plan.recipe.alignment else { return Ok(None) };
    let mut all = Learner::default();
    let mut learnt_from = Vec::new();
    for name in &wanted.learn_from {
        let planned = plan.corpora.iter().find(|planned| planned.name() == name);
        if let Some(planned) = planned {
            all.append(&read(planned)?);
            learnt_from.push(name.clone());
        }
    }
    let pairs = all.n_pairs();
    let Some(alignment) = learn(all)? else {
        let least = Learner::LEAST_PAIRS;
        tracing::warn!(
            "translations have no score: it is learnt from {least} pairs, and there are {pairs}"
        );
        return Ok(None);
    };
    Ok(Some((alignment, AlignmentReport { learnt_from, pairs })))
}
