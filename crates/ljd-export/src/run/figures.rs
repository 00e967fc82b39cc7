//! What is counted of the records that are written: by the thread that encodes them, so that the one thread on
//! which everything has an order has little to do.

use std::collections::BTreeMap;

use ljd_core::{ChosenWording, Task};

use crate::report::{Lengths, LongerThan};
use crate::write::rows::{Group, Part, Target};

/// Figures of records written.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// Records by part.
    pub(crate) parts: BTreeMap<Part, u64>,
    /// Records by task.
    pub(crate) tasks: BTreeMap<&'static str, u64>,
    /// Records by the wording that their instruction got.
    pub(crate) phrasings: BTreeMap<ChosenWording, u64>,
    /// Characters of all records.
    pub(crate) characters: u64,
    /// Tokens, where they are counted.
    pub(crate) tokens: u64,
    /// Records that are longer than sequences are, where tokens are counted.
    pub(crate) longer_than: LongerThan,
    /// Records by the length of all their text, and by that of their output.
    pub(crate) lengths: [Lengths; 2],
}

impl Figures {
    /// Those of a group; of one that goes to joined files none, since its rows go to those of their split too.
    pub(crate) fn of(group: &Group) -> Self {
        let mut figures = Self::default();
        let Target::Part(part) = group.target else { return figures };
        figures.parts.insert(part, group.n_rows as u64);
        // So few in a group that to look at each of them is fastest.
        let mut kinds: Vec<((Task, Option<ChosenWording>), u64)> = Vec::new();
        for (rows, range) in &group.parts {
            for labels in rows.labels.get(range.clone()).unwrap_or_default() {
                let kind = (labels.task, labels.wording);
                match kinds.iter_mut().find(|(known, _)| *known == kind) {
                    Some((_, n)) => *n += 1,
                    None => kinds.push((kind, 1)),
                }
                figures.characters += u64::from(labels.characters);
                let [whole, output] = &mut figures.lengths;
                whole.add(labels.characters);
                output.add(labels.output_characters);
            }
            for tokens in rows.tokens.get(range.clone()).unwrap_or_default() {
                figures.tokens += u64::from(*tokens);
                figures.longer_than.add(*tokens);
            }
        }
        for ((task, wording), n) in kinds {
            *figures.tasks.entry(task.as_str()).or_default() += n;
            if let Some(wording) = wording {
                *figures.phrasings.entry(wording).or_default() += n;
            }
        }
        figures
    }

    /// Adds those of other records.
    pub(crate) fn add(&mut self, other: Self) {
        add(&mut self.parts, other.parts);
        add(&mut self.tasks, other.tasks);
        add(&mut self.phrasings, other.phrasings);
        self.characters += other.characters;
        self.tokens += other.tokens;
        self.longer_than.add_all(&other.longer_than);
        for (lengths, other) in self.lengths.iter_mut().zip(&other.lengths) {
            lengths.add_all(other);
        }
    }

    /// All records.
    pub(crate) fn records(&self) -> u64 {
        self.parts.values().sum()
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, others: BTreeMap<K, u64>) {
    for (key, n) in others {
        *counts.entry(key).or_default() += n;
    }
}
