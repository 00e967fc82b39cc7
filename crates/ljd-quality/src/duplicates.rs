//! Records that were there before, in whatever corpus.
//!
//! Which one of several is kept is decided by the order of the dataset alone: the first one.

use hashbrown::HashTable;

use crate::Rule;

/// What a record is recognised by: digests of what is asked and of what is answered.
///
/// Two texts of a dataset of ten million share a digest of 64 bits with a probability of 1 in 370,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Key {
    pub(crate) prompt: u64,
    pub(crate) answer: u64,
}

impl Key {
    /// The key of a record of which these are the digests of what is asked and of what is answered.
    pub const fn of_digests(prompt: u64, answer: u64) -> Self {
        Self { prompt, answer }
    }

    /// The digests of what is asked and of what is answered.
    pub const fn digests(self) -> (u64, u64) {
        (self.prompt, self.answer)
    }
}

/// Which records are not taken by what the dataset has already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompareRules {
    /// Whether those are dropped that stand in it.
    pub duplicate: bool,
    /// So many different answers one prompt may have; any number if `None`.
    pub most_answers: Option<usize>,
}

/// The records that a dataset has already: 16 bytes each.
///
/// ```
/// use ljd_core::{License, Record, Source, Task};
/// use ljd_quality::{CompareRules, Key, Rule, Seen};
///
/// let source = Source { name: "a".into(), license: License::parse("CC-BY-4.0")?, attribution: "A".into() };
/// let record = |output: &'static str| Record {
///     instruction: "雨の反対は？".into(),
///     output: output.into(),
///     attribution: "A".into(),
///     ..Record::new(&source, "1", Task::QuestionAnswering)
/// };
/// let mut seen = Seen::default();
/// let rules = CompareRules { duplicate: true, most_answers: Some(2) };
/// assert_eq!(seen.see(Key::of(&record("晴れ")), 0, rules), None);
/// assert_eq!(seen.see(Key::of(&record("晴れ ")), 1, rules), Some((Rule::Duplicate, 0)));
/// assert_eq!(seen.see(Key::of(&record("曇り")), 1, rules), None);
/// assert_eq!(seen.see(Key::of(&record("雪")), 1, rules), Some((Rule::MostAnswers, 0)));
/// # Ok::<(), ljd_core::UnknownName>(())
/// ```
#[derive(Debug, Default)]
pub struct Seen {
    records: HashTable<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    prompt: u64,
    /// Half of the answer's digest: it is only compared where the prompts are equal.
    answer: u32,
    corpus: u32,
}

impl Seen {
    /// Takes a record of a corpus, by that corpus's number; or gives the rule by which it is not taken, and the number
    /// of the corpus that has its prompt already.
    pub fn see(&mut self, key: Key, corpus: u32, rules: CompareRules) -> Option<(Rule, u32)> {
        #[expect(clippy::cast_possible_truncation, reason = "half of it is enough")]
        let entry = Entry { prompt: key.prompt, answer: key.answer as u32, corpus };
        let of_prompt =
            || self.records.iter_hash(entry.prompt).filter(|other| other.prompt == entry.prompt);
        let same = of_prompt().find(|other| other.answer == entry.answer);
        if let Some(same) = same {
            return rules.duplicate.then_some((Rule::Duplicate, same.corpus));
        }
        if let Some(most) = rules.most_answers
            && most <= of_prompt().count()
            && let Some(other) = of_prompt().map(|other| other.corpus).min()
        {
            let rule = if most == 1 { Rule::Conflict } else { Rule::MostAnswers };
            return Some((rule, other));
        }
        self.records.insert_unique(entry.prompt, entry, |entry| entry.prompt);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: CompareRules = CompareRules { duplicate: false, most_answers: None };
    const DUPLICATE: CompareRules = CompareRules { duplicate: true, ..NONE };
    const BOTH: CompareRules = CompareRules { most_answers: Some(1), ..DUPLICATE };

    fn key(prompt: u64, answer: u64) -> Key {
        Key { prompt, answer }
    }

    #[test]
    fn the_first_record_stays() {
        let mut seen = Seen::default();
        assert_eq!(seen.see(key(1, 1), 0, BOTH), None);
        assert_eq!(seen.see(key(1, 1), 3, BOTH), Some((Rule::Duplicate, 0)));
        assert_eq!(seen.see(key(1, 2), 3, BOTH), Some((Rule::Conflict, 0)));
        assert_eq!(seen.see(key(2, 1), 3, BOTH), None);
        assert_eq!(seen.see(key(2, 1), 4, BOTH), Some((Rule::Duplicate, 3)));
    }

    #[test]
    fn a_rule_that_is_off_drops_nothing_and_still_sees() {
        let mut seen = Seen::default();
        assert_eq!(seen.see(key(1, 1), 0, NONE), None);
        assert_eq!(seen.see(key(1, 2), 0, DUPLICATE), None);
        assert_eq!(seen.see(key(1, 2), 1, DUPLICATE), Some((Rule::Duplicate, 0)));
        assert_eq!(seen.see(key(1, 1), 1, NONE), None);
        assert_eq!(seen.records.len(), 2);
    }

    #[test]
    fn a_prompt_has_so_many_answers_and_not_one_more() {
        let rules = CompareRules { duplicate: true, most_answers: Some(3) };
        let mut seen = Seen::default();
        for answer in 0..3 {
            assert_eq!(seen.see(key(1, answer), 0, rules), None);
        }
        assert_eq!(seen.see(key(1, 3), 1, rules), Some((Rule::MostAnswers, 0)));
        assert_eq!(seen.see(key(1, 2), 1, rules), Some((Rule::Duplicate, 0)));
        assert_eq!(seen.see(key(2, 3), 1, rules), None);
    }
}
