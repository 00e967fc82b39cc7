//! What was built out of what: `report.json`, and what is made of it for people and other programs.

pub(crate) mod card;
pub(crate) mod companions;
pub(crate) mod croissant;
pub(crate) mod html;
mod llama_factory;
mod markdown;
pub(crate) mod notice;

use std::collections::BTreeMap;

use ljd_core::{CheckedFile, FileName, Pin, Skip, Skipped, StatedLicense};
use serde::Serialize;

use crate::plan::Refused;
use crate::write::OutputFile;
use crate::write::tokens::TokenizerFile;

/// A finished dataset.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Name of the recipe.
    pub recipe: FileName,
    /// SHA-256 of the recipe.
    pub recipe_sha256: String,
    /// Release of the dataset, if there are several.
    pub version: Option<String>,
    /// Version of ljd.
    pub ljd_version: &'static str,
    /// Licence of the whole; `None` where each record stands under its own.
    pub license: Option<&'static str>,
    /// The licences of sources whose texts are not compiled in, as manifests state them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stated_licenses: Vec<StatedLicense>,
    /// What tokens were counted with, if they were.
    pub tokenizer: Option<TokenizerFile>,
    /// What the scores of translations are learnt from, if they have any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alignment: Option<AlignmentReport>,
    /// Records written, all corpora together.
    pub records: u64,
    /// Records that the published dataset has of these corpora, to compare with.
    pub published: Option<u64>,
    /// The corpora in the dataset's order.
    pub corpora: Vec<CorpusReport>,
    /// The corpora that are left out, for their licences or for want of a file.
    pub refused: Vec<Refused>,
    /// Every other file of the folder, this report excepted.
    pub files: Vec<OutputFile>,
}

/// What it was learnt from which words translate each other.
#[derive(Debug, Clone, Serialize)]
pub struct AlignmentReport {
    /// The corpora, in the order in which their pairs were taken.
    pub learnt_from: Vec<String>,
    /// Pairs that were learnt from.
    pub pairs: usize,
}

/// A corpus of a finished dataset.
#[derive(Debug, Serialize)]
pub struct CorpusReport {
    /// Its name.
    pub name: String,
    /// Release that was read.
    pub version: String,
    /// Its licence.
    pub license: &'static str,
    /// SHA-256 of its manifest.
    pub manifest: String,
    /// The preset of its rules.
    pub preset: &'static str,
    /// The options chosen beside the preset.
    pub rules: BTreeMap<String, String>,
    /// The files that were read.
    pub inputs: Vec<InputFile>,
    /// Whether it was read to its end, which a limit prevents.
    pub complete: bool,
    /// Rows read.
    pub rows: u64,
    /// Rows that gave no record, by reason.
    pub skipped: BTreeMap<&'static str, SkippedReport>,
    /// What was met that is not known, by kind: the most frequent names with their numbers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<&'static str, Vec<(String, u64)>>,
    /// Records made of the others.
    pub made: u64,
    /// Records that the manifest expects of these rules, if it says.
    pub expected: Option<u64>,
    /// Records that the published dataset has of it, to compare with.
    pub published: Option<u64>,
    /// Records left out by the recipe, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Records that rules of quality repaired, by rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub repaired: BTreeMap<&'static str, u64>,
    /// Records that rules of quality dropped, by rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<&'static str, DroppedReport>,
    /// Records dropped that another corpus, or this one, has already, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub overlap: BTreeMap<String, u64>,
    /// Records by list and wording of their instruction, where it has several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub phrasings: BTreeMap<String, BTreeMap<String, u64>>,
    /// Records written.
    pub records: u64,
    /// Characters of their instructions, inputs, outputs and earlier turns.
    pub characters: u64,
    /// Tokens of the same texts, each by itself and without special tokens, if they were counted.
    pub tokens: Option<u64>,
    /// Records written that have more tokens than each of these numbers, if tokens were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longer_than: Option<LongerThan>,
    /// Records written, by the characters of all their text.
    pub lengths: Lengths,
    /// Records written, by the characters of their output.
    pub output_lengths: Lengths,
    /// Records written, by split.
    pub splits: BTreeMap<&'static str, u64>,
    /// Records written, by task.
    pub tasks: BTreeMap<&'static str, u64>,
    /// The files that hold them.
    pub files: Vec<OutputFile>,
}

/// Records that one rule dropped.
#[derive(Debug, Serialize)]
pub struct DroppedReport {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<DroppedRecord>,
    /// The id of each record that has evaluation data, and the id of that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contaminated: Vec<(String, String)>,
}

/// A dropped record, as it stands in `dropped/` and in the report.
#[derive(Debug, Clone, Serialize)]
pub struct DroppedRecord {
    /// Its source.
    pub source: String,
    /// Its id.
    pub id: String,
    /// The instruction that it had.
    pub instruction: String,
    /// The input.
    pub input: String,
    /// The output.
    pub output: String,
    /// The earlier turns, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<String>,
    /// What it was compared with: the corpus that has it already, or evaluation data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
}

/// How many records there are of each length: at `i` those with 2^(i-1) characters or more and less than 2^i.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Lengths(Vec<u64>);

impl Lengths {
    pub(crate) fn add(&mut self, characters: u32) {
        let place = (u32::BITS - characters.leading_zeros()) as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        if let Some(n) = self.0.get_mut(place) {
            *n += 1;
        }
    }

    pub(crate) fn add_all(&mut self, others: &Self) {
        if self.0.len() < others.0.len() {
            self.0.resize(others.0.len(), 0);
        }
        for (n, other) in self.0.iter_mut().zip(&others.0) {
            *n += other;
        }
    }

    pub(crate) fn counts(&self) -> &[u64] {
        &self.0
    }
}

/// How many records have more tokens than the usual lengths of sequences in training.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LongerThan(BTreeMap<u32, u64>);

impl LongerThan {
    /// The lengths that trainers cut sequences to.
    const LENGTHS: [u32; 5] = [256, 512, 1_024, 2_048, 4_096];

    pub(crate) fn add(&mut self, tokens: u32) {
        for length in Self::LENGTHS {
            *self.0.entry(length).or_default() += u64::from(length < tokens);
        }
    }

    pub(crate) fn add_all(&mut self, others: &Self) {
        for (length, n) in &others.0 {
            *self.0.entry(*length).or_default() += n;
        }
    }

    /// Each length with the records that are longer.
    pub fn counts(&self) -> impl Iterator<Item = (u32, u64)> {
        self.0.iter().map(|(length, n)| (*length, *n))
    }
}

/// A file that was read.
#[derive(Debug, Serialize)]
pub struct InputFile {
    /// Path below the raw folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// What states that SHA-256: `manifest`, `lock` (the first download), or nothing.
    pub pin: Option<&'static str>,
    /// Bytes behind the end of a compressed file, which were not read.
    #[serde(skip_serializing_if = "is_zero")]
    pub trailing: u64,
}

/// Rows that gave no record for one reason.
#[derive(Debug, Serialize)]
pub struct SkippedReport {
    /// How many.
    pub count: u64,
    /// Whether they could not be used; otherwise the rules left them out.
    pub bad: bool,
    /// Where the first of them are.
    pub first: Vec<String>,
}

impl From<CheckedFile> for InputFile {
    fn from(file: CheckedFile) -> Self {
        let CheckedFile { path, bytes, sha256, pin, trailing } = file;
        let pin = pin.map(|pin| match pin {
            Pin::Manifest => "manifest",
            Pin::Lock => "lock",
        });
        Self { path, bytes, sha256, pin, trailing }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

pub(crate) fn skipped(skipped: &Skipped) -> BTreeMap<&'static str, SkippedReport> {
    skipped
        .iter()
        .map(|(skip, rows)| {
            let first = rows.first.iter().map(ToString::to_string).collect();
            let bad = matches!(skip, Skip::Bad(_));
            (skip.reason(), SkippedReport { count: rows.count, bad, first })
        })
        .collect()
}

/// So many names of a kind are listed.
const MOST_NAMES: usize = 50;

pub(crate) fn unknown(skipped: &Skipped) -> BTreeMap<&'static str, Vec<(String, u64)>> {
    let kinds = skipped.tallies().iter().map(|(kind, names)| {
        let mut names: Vec<(String, u64)> = names.clone().into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names.truncate(MOST_NAMES);
        (*kind, names)
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_a_length_is_not_longer_than_it() {
        for length in LongerThan::LENGTHS {
            let mut longer = LongerThan::default();
            longer.add(length);
            longer.add(length + 1);
            let mut all = longer.clone();
            all.add_all(&longer);
            assert!(all.counts().all(|(bound, n)| n
                == match bound.cmp(&length) {
                    std::cmp::Ordering::Less => 4,
                    std::cmp::Ordering::Equal => 2,
                    std::cmp::Ordering::Greater => 0,
                }));
        }
    }
}
