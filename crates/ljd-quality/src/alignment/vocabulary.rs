//! The words that are known, and how often each occurs.

use std::cmp::Reverse;

use super::bytes::{Put, Take};
use super::sentences::Sentences;
use super::words::Word;

/// The number of a word in its vocabulary.
pub(super) type Number = u16;

/// The most words of a vocabulary: the most frequent ones.
const MOST_KNOWN: usize = 1 << 16;

/// A word that occurs less often is not known.
const LEAST_OCCURRENCES: u32 = 2;

/// The words of one language that are known, and how often each occurs.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// In order.
    words: Vec<Word>,
    /// The share of all words that each is.
    shares: Vec<f32>,
}

impl Vocabulary {
    #[expect(clippy::cast_precision_loss, reason = "shares of some millions of words")]
    pub(super) fn of(all: &[Word]) -> Self {
        let mut counted = count(all);
        counted.retain(|(_, n)| LEAST_OCCURRENCES <= *n);
        counted.sort_unstable_by_key(|(word, n)| (Reverse(*n), *word));
        counted.truncate(MOST_KNOWN);
        counted.sort_unstable();
        let share = |(word, n): (Word, u32)| (word, n as f32 / all.len() as f32);
        let (words, shares) = counted.into_iter().map(share).unzip();
        Self { words, shares }
    }

    pub(super) fn put(&self, out: &mut Put) {
        out.put(self.words.iter().copied());
        out.put(self.shares.iter().map(|share| share.to_bits()));
    }

    pub(super) fn read(from: &mut Take<'_>) -> Option<Self> {
        let (words, shares) = (from.take()?, from.take()?);
        let is_whole = words.len() == shares.len() && words.is_sorted();
        is_whole.then(|| Self { words, shares: shares.into_iter().map(f32::from_bits).collect() })
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn number(&self, word: Word) -> Option<Number> {
        self.words.binary_search(&word).ok().and_then(|number| Number::try_from(number).ok())
    }

    /// The share of all words that a word is.
    pub(super) fn share(&self, number: Number) -> f32 {
        self.shares.get(usize::from(number)).copied().unwrap_or(1.0)
    }

    /// The known words of each sentence, by their numbers.
    pub(super) fn numbers(&self, sentences: &Sentences<Word>) -> Sentences<Number> {
        let mut numbers = Sentences::default();
        for i in 0..sentences.len() {
            numbers.push(sentences.get(i).iter().filter_map(|word| self.number(*word)));
        }
        numbers
    }
}

/// The words in order, with the number of their occurrences.
fn count(all: &[Word]) -> Vec<(Word, u32)> {
    let mut sorted = all.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|one, other| one == other);
    let counts = runs.map(|run| (run.first().copied(), u32::try_from(run.len())));
    counts.filter_map(|(word, n)| Some((word?, n.ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_occurs_once_is_not_known() {
        let known = Vocabulary::of(&[7, 3, 7, 9, 3, 7]);
        assert_eq!([3, 7, 9].map(|word| known.number(word)), [Some(0), Some(1), None]);
        assert!((known.share(1) - 0.5).abs() < f32::EPSILON);
    }

    #[test]
    fn the_most_frequent_words_are_known() {
        let most = u32::try_from(MOST_KNOWN).unwrap();
        let twice = (0..=most).chain(0..=most);
        let known = Vocabulary::of(&twice.chain([most]).collect::<Vec<_>>());
        assert_eq!(known.len(), MOST_KNOWN);
        assert!(known.number(most).is_some() && known.number(most - 1).is_none());
        assert!(known.number(most - 2).is_some());
    }
}
