//! Whether the two sides of a translation say the same: how well the words of each explain those of the other.
//!
//! A [`Learner`] takes pairs and learns from them which word translates which ([`lexicon`]). An [`Alignment`] then
//! gives each pair a score: the share of the rarer side's words, weighted by how much they tell, that have a likely
//! partner on the other side, less something for the longest run of words without one. A pair is judged by what the
//! half of the pairs teaches that it does not belong to, so that a wrong pair cannot vouch for itself.

mod bytes;
mod digest;
mod lexicon;
mod pair;
mod parallel;
mod segmenter;
mod sentences;
mod side;
mod vocabulary;
mod words;

use std::num::NonZeroUsize;

use ljd_core::{Cancel, Result, Score};

use self::bytes::{Put, Take};
use self::lexicon::{Lexicon, MOST_CELLS, Numbered};
pub use self::pair::Pair;
use self::sentences::Sentences;
use self::side::Side;
use self::vocabulary::{Number, Vocabulary};
use self::words::Word;

/// The most words of each language that are learnt from: pairs beyond them are not taken. The words take 4 bytes, so
/// that together with the counts a model is learnt in some 300 MB at most.
pub(crate) const MOST_LEARNT: usize = 1 << 23;

/// What each bit of the longest run that is not explained costs.
const PER_BIT: f32 = 1.0 / 144.0;

/// Takes pairs to learn from.
///
/// ```
/// use ljd_core::Cancel;
/// use ljd_quality::{Learner, Pair};
///
/// let mut learner = Learner::default();
/// learner.add(&Pair::new("雨が降る。", "It rains."));
/// let jobs = std::num::NonZeroUsize::MIN;
/// assert!(learner.learn(jobs, &Cancel::default())?.is_none(), "one pair teaches nothing");
/// # Ok::<(), ljd_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Learner {
    ja: Sentences<Word>,
    en: Sentences<Word>,
    halves: Vec<u8>,
}

impl Learner {
    /// The fewest pairs that a model is learnt from. One of so few drops 2 % of Tanaka's pairs, one of 280,000 0.8 %.
    pub const LEAST_PAIRS: usize = 10_000;

    /// Takes a pair, as long as there are fewer than the most words.
    pub fn add(&mut self, pair: &Pair) {
        self.take(&pair.ja, &pair.en, pair.half());
    }

    fn take(&mut self, ja: &[Word], en: &[Word], half: u8) {
        let is_full = |sentences: &Sentences<Word>, sentence: &[Word]| {
            MOST_LEARNT <= sentences.words().len() + sentence.len()
        };
        if !is_full(&self.ja, ja) && !is_full(&self.en, en) {
            self.ja.push(ja.iter().copied());
            self.en.push(en.iter().copied());
            self.halves.push(half);
        }
    }

    /// Takes the pairs of another one behind its own.
    pub fn append(&mut self, other: &Self) {
        for (i, half) in other.halves.iter().enumerate() {
            self.take(other.ja.get(i), other.en.get(i), *half);
        }
    }

    /// Pairs that were taken.
    pub fn n_pairs(&self) -> usize {
        self.halves.len()
    }

    /// Learns from the pairs that were taken; `None` if they are too few. The number of threads changes nothing.
    ///
    /// # Errors
    ///
    /// Where it is cancelled.
    pub fn learn(self, jobs: NonZeroUsize, cancel: &Cancel) -> Result<Option<Alignment>> {
        if self.n_pairs() < Self::LEAST_PAIRS {
            return Ok(None);
        }
        let [ja, en] = [&self.ja, &self.en].map(|sentences| Vocabulary::of(sentences.words()));
        let halves = self.halves;
        let pairs = Numbered { ja: ja.numbers(&self.ja), en: en.numbers(&self.en), halves };
        drop((self.ja, self.en));
        let lexicon = Lexicon::learn(&pairs, [&ja, &en], MOST_CELLS, (jobs, cancel));
        cancel.check()?;
        Ok(Some(Alignment { ja, en, lexicon }))
    }
}

/// Judges whether the two sides of a pair say the same.
#[derive(Debug)]
pub struct Alignment {
    ja: Vocabulary,
    en: Vocabulary,
    lexicon: Lexicon,
}

impl Alignment {
    /// A pair with a lower score is dropped, if a recipe names no other bound: that costs 0.8 % of Tanaka's pairs.
    pub const LEAST_SCORE: Score = Score::of_thousandths(-40);

    /// The model as bytes, for [`of_bytes`](Self::of_bytes).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Put::default();
        self.ja.put(&mut out);
        self.en.put(&mut out);
        self.lexicon.put(&mut out);
        out.0
    }

    /// The model of which these are the bytes; `None` where they are something else.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Take(bytes);
        let alignment = Self {
            ja: Vocabulary::read(&mut from)?,
            en: Vocabulary::read(&mut from)?,
            lexicon: Lexicon::read(&mut from)?,
        };
        from.0.is_empty().then_some(alignment)
    }

    /// How well the words of each side explain those of the other: 1 at most.
    pub fn score(&self, pair: &Pair) -> Score {
        let [ja, en] = self.explained(pair);
        let lower = if ja.share() < en.share() { ja.share() } else { en.share() };
        let run = if ja.longest < en.longest { en.longest } else { ja.longest };
        #[expect(clippy::cast_possible_truncation, reason = "some thousands at most")]
        Score::of_thousandths((1000.0 * (lower - run * PER_BIT)) as i32)
    }

    /// How much of each side the other one explains.
    fn explained(&self, pair: &Pair) -> [Side; 2] {
        let other_half = 1 - pair.half();
        let known = |words: &[Word], known: &Vocabulary| -> Vec<Option<Number>> {
            words.iter().map(|word| known.number(*word)).collect()
        };
        let (ja, en) = (known(&pair.ja, &self.ja), known(&pair.en, &self.en));
        let (mut best_ja, mut best_en) = (vec![0.0; ja.len()], vec![0.0; en.len()]);
        for ((word_en, en), best_en) in pair.en.iter().zip(&en).zip(&mut best_en) {
            for ((word_ja, ja), best_ja) in pair.ja.iter().zip(&ja).zip(&mut best_ja) {
                let ratio = if word_en == word_ja {
                    f32::INFINITY
                } else {
                    self.ratio(*en, *ja, other_half).unwrap_or(0.0)
                };
                *best_ja = ratio.max(*best_ja);
                *best_en = ratio.max(*best_en);
            }
        }
        [Side::of(&ja, &best_ja, &self.ja), Side::of(&en, &best_en, &self.en)]
    }

    /// How much likelier each of two words is beside the other one than anywhere: the product of both directions.
    fn ratio(&self, en: Option<Number>, ja: Option<Number>, half: u8) -> Option<f32> {
        let (en, ja) = (en?, ja?);
        let [to_ja, to_en] = self.lexicon.likely(en, ja, half)?;
        Some(to_ja / self.ja.share(ja) * (to_en / self.en.share(en)))
    }
}

#[cfg(test)]
mod tests;
