//! Which word is translated by which: IBM model 1 in both directions (Brown et al. 1993).
//!
//! Counts are whole numbers of 512ths, so that their sums are the same in any order, on any number of threads.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use ljd_core::Cancel;

use super::bytes::{Put, Take};
use super::parallel::for_each;
use super::sentences::Sentences;
use super::vocabulary::{Number, Vocabulary};

/// What one occurrence counts. No word occurs 2^23 times ([`super::MOST_LEARNT`]), so a count has 32 bits at most.
const ONE: f32 = 512.0;

/// Two words that stand together in fewer pairs are no translation of each other.
const LEAST_TOGETHER: u16 = 2;

/// The most pairs of words that counts are kept of, 34 bytes each.
pub(super) const MOST_CELLS: usize = 1 << 22;

/// How often the counts are estimated.
const ROUNDS: usize = 3;

/// The halves of the pairs: each is a model of its own.
const HALVES: usize = 2;

/// The pairs: each sentence as the numbers of its words, and the half that each pair belongs to.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    pub(super) ja: Sentences<Number>,
    pub(super) en: Sentences<Number>,
    pub(super) halves: Vec<u8>,
}

impl Numbered {
    fn half(&self, i: usize) -> u8 {
        self.halves.get(i).copied().unwrap_or_default()
    }
}

/// How often an English word and a Japanese one translate each other, in each half.
#[derive(Debug, Default, Clone, Copy)]
struct Cell {
    /// How often the English word gave the Japanese one.
    ja: [u32; HALVES],
    /// How often the Japanese word gave the English one.
    en: [u32; HALVES],
}

/// How likely a word is translated by another one, in both directions: the Japanese word, given the English one, and
/// the other way round.
pub(super) type Likely = [f32; 2];

/// All words that stand together, by the English one.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// The Japanese words that stand together with each English one, in order.
    partners: Sentences<Number>,
    cells: Vec<Cell>,
    /// How often each English word gave any other, and each Japanese one.
    by_en: Vec<[u64; HALVES]>,
    by_ja: Vec<[u64; HALVES]>,
}

impl Lexicon {
    pub(super) fn learn(
        pairs: &Numbered,
        [ja, en]: [&Vocabulary; 2],
        most_cells: usize,
        (jobs, cancel): (NonZeroUsize, &Cancel),
    ) -> Self {
        let mut least = LEAST_TOGETHER;
        let partners = loop {
            let sizes = [ja.len(), en.len()];
            match together(pairs, sizes, (least, most_cells), (jobs, cancel)) {
                Some(partners) => break partners,
                None => least += 1,
            }
        };
        let cells = vec![Cell::default(); partners.words().len()];
        let mut lexicon = Self { partners, cells, ..Self::default() };
        for round in 0..ROUNDS {
            let counts = lexicon.cells.iter().map(|_| Default::default()).collect();
            let round = Round { lexicon: &lexicon, pairs, ja, en, is_first: round == 0, counts };
            for_each(pairs.halves.len(), (jobs, cancel), Vec::new, |places, i| {
                round.count(places, i);
            });
            lexicon.take(round.counts, ja.len());
        }
        lexicon
    }

    #[expect(clippy::cast_possible_truncation, reason = "the halves are wanted")]
    pub(super) fn put(&self, out: &mut Put) {
        let (words, ends) = self.partners.parts();
        out.put(words.iter().map(|word| u32::from(*word)));
        out.put(ends.iter().copied());
        for of in [|cell: &Cell| cell.ja, |cell: &Cell| cell.en] {
            for half in 0..HALVES {
                out.put(self.cells.iter().map(|cell| of(cell).get(half).copied().unwrap_or(0)));
            }
        }
        for sums in [&self.by_en, &self.by_ja] {
            for half in 0..HALVES {
                let sums = || sums.iter().map(|sum| sum.get(half).copied().unwrap_or(0));
                out.put(sums().map(|sum| sum as u32));
                out.put(sums().map(|sum| (sum >> 32) as u32));
            }
        }
    }

    pub(super) fn read(from: &mut Take<'_>) -> Option<Self> {
        let words: Result<Vec<Number>, _> =
            from.take()?.into_iter().map(Number::try_from).collect();
        let partners = Sentences::of_parts(words.ok()?, from.take()?)?;
        let [ja, en] = [Self::halves(from)?, Self::halves(from)?];
        let n = partners.words().len();
        let cells = ja.into_iter().zip(en).map(|(ja, en)| Cell { ja, en }).collect::<Vec<_>>();
        let mut sums = || -> Option<Vec<[u64; HALVES]>> {
            let mut halves = || {
                let (low, high) = (from.take()?, from.take()?);
                let sums = low.into_iter().zip(high);
                Some(sums.map(|(low, high)| u64::from(high) << 32 | u64::from(low)).collect())
            };
            let (one, other): (Vec<u64>, Vec<u64>) = (halves()?, halves()?);
            Some(one.into_iter().zip(other).map(<[u64; HALVES]>::from).collect())
        };
        let (by_en, by_ja) = (sums()?, sums()?);
        (cells.len() == n).then_some(Self { partners, cells, by_en, by_ja })
    }

    fn halves(from: &mut Take<'_>) -> Option<Vec<[u32; HALVES]>> {
        let (one, other) = (from.take()?, from.take()?);
        Some(one.into_iter().zip(other).map(<[u32; HALVES]>::from).collect())
    }

    /// How likely two words translate each other, by one half of the pairs.
    pub(super) fn likely(&self, en: Number, ja: Number, half: u8) -> Option<Likely> {
        self.find(en, ja).map(|place| self.likely_at(place, en, ja, half))
    }

    /// Pairs of words that counts are kept of.
    #[cfg(test)]
    pub(super) fn n_cells(&self) -> usize {
        self.cells.len()
    }

    fn find(&self, en: Number, ja: Number) -> Option<usize> {
        let en = usize::from(en);
        Some(self.partners.start(en) + self.partners.get(en).binary_search(&ja).ok()?)
    }

    /// What is seen once or twice is believed less: one occurrence more is counted of each word.
    #[expect(clippy::cast_precision_loss, reason = "a likelihood")]
    fn likely_at(&self, place: usize, en: Number, ja: Number, half: u8) -> Likely {
        let half = usize::from(half);
        let all = |sums: &[[u64; HALVES]], number: Number| {
            let sum = sums.get(usize::from(number)).and_then(|halves| halves.get(half));
            sum.map_or(0.0, |sum| *sum as f32) + ONE
        };
        let of = |n: [u32; HALVES]| n.get(half).map_or(0.0, |n| *n as f32);
        let cell = self.cells.get(place).copied().unwrap_or_default();
        [of(cell.ja) / all(&self.by_en, en), of(cell.en) / all(&self.by_ja, ja)]
    }

    /// Takes new counts.
    fn take(&mut self, counts: Vec<[AtomicU32; 2 * HALVES]>, n_ja: usize) {
        self.by_en = vec![[0; HALVES]; self.partners.len()];
        self.by_ja = vec![[0; HALVES]; n_ja];
        let add = |sums: Option<&mut [u64; HALVES]>, counts: [u32; HALVES]| {
            for (sum, n) in sums.into_iter().flatten().zip(counts) {
                *sum += u64::from(n);
            }
        };
        let mut cells = self.cells.iter_mut().zip(counts);
        for en in 0..self.partners.len() {
            for (ja, (cell, counts)) in self.partners.get(en).iter().zip(&mut cells) {
                let [ja_0, ja_1, en_0, en_1] = counts.map(AtomicU32::into_inner);
                *cell = Cell { ja: [ja_0, ja_1], en: [en_0, en_1] };
                add(self.by_en.get_mut(en), cell.ja);
                add(self.by_ja.get_mut(usize::from(*ja)), cell.en);
            }
        }
    }
}

/// One estimation of all counts.
struct Round<'a> {
    lexicon: &'a Lexicon,
    pairs: &'a Numbered,
    ja: &'a Vocabulary,
    en: &'a Vocabulary,
    /// Whether nothing is known yet: then each word of the other side is as likely.
    is_first: bool,
    /// Of each cell: the Japanese word in either half, then the English one.
    counts: Vec<[AtomicU32; 2 * HALVES]>,
}

impl Round<'_> {
    /// Counts which word of a pair is translated by which. A word may also have come from nowhere, as likely as it is
    /// anywhere.
    fn count(&self, places: &mut Vec<Option<(usize, Likely)>>, i: usize) {
        let (ja, en, half) = (self.pairs.ja.get(i), self.pairs.en.get(i), self.pairs.half(i));
        let nowhere = |known: &Vocabulary, word: &Number| {
            if self.is_first { 1.0 } else { known.share(*word) }
        };
        let mut sums_ja: Vec<f32> = ja.iter().map(|word| nowhere(self.ja, word)).collect();
        let mut sums_en: Vec<f32> = en.iter().map(|word| nowhere(self.en, word)).collect();
        places.clear();
        for (en, sum_en) in en.iter().zip(&mut sums_en) {
            for (ja, sum_ja) in ja.iter().zip(&mut sums_ja) {
                let found = self.lexicon.find(*en, *ja).map(|place| {
                    let likely = self.likely_at(place, *en, *ja, half);
                    *sum_ja += likely[0];
                    *sum_en += likely[1];
                    (place, likely)
                });
                places.push(found);
            }
        }
        let sums = sums_en.iter().flat_map(|en| sums_ja.iter().map(move |ja| [*ja, *en]));
        for (found, [sum_ja, sum_en]) in places.iter().zip(sums) {
            if let Some((place, [to_ja, to_en])) = *found {
                self.add(place, half, [to_ja / sum_ja, to_en / sum_en]);
            }
        }
    }

    fn likely_at(&self, place: usize, en: Number, ja: Number, half: u8) -> Likely {
        if self.is_first { [1.0, 1.0] } else { self.lexicon.likely_at(place, en, ja, half) }
    }

    fn add(&self, place: usize, half: u8, shares: [f32; 2]) {
        let Some(counts) = self.counts.get(place) else { return };
        for (counts, share) in counts.chunks_exact(HALVES).zip(shares) {
            if let Some(count) = counts.get(usize::from(half)) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "from 0 to 512"
                )]
                count.fetch_add((ONE * share + 0.5) as u32, Ordering::Relaxed);
            }
        }
    }
}

/// The Japanese words that stand together with each English one in `least` pairs; `None` if these are too many.
fn together(
    pairs: &Numbered,
    [n_ja, n_en]: [usize; 2],
    (least, most_cells): (u16, usize),
    work: (NonZeroUsize, &Cancel),
) -> Option<Sentences<Number>> {
    let occurrences = occurrences(&pairs.en, n_en);
    let found: Vec<Mutex<Vec<Number>>> = (0..n_en).map(|_| Mutex::default()).collect();
    let n_found = AtomicUsize::new(0);
    for_each(
        n_en,
        work,
        || vec![0; n_ja],
        |tally, en| {
            if n_found.load(Ordering::Relaxed) <= most_cells {
                let partners = partners(occurrences.get(en), &pairs.ja, least, tally);
                n_found.fetch_add(partners.len(), Ordering::Relaxed);
                if let Some(mut found) = found.get(en).and_then(|found| found.lock().ok()) {
                    *found = partners;
                }
            }
        },
    );
    if most_cells < n_found.into_inner() {
        return None;
    }
    let mut all = Sentences::default();
    for partners in found {
        all.push(partners.into_inner().unwrap_or_default());
    }
    Some(all)
}

/// The words that stand in `least` of these sentences or more, in order. The tally is all zeros before and behind.
fn partners(
    sentences: &[u32],
    words: &Sentences<Number>,
    least: u16,
    tally: &mut [u16],
) -> Vec<Number> {
    let mut partners = Vec::new();
    let words = || sentences.iter().flat_map(|i| words.get(*i as usize));
    for word in words() {
        if let Some(n) = tally.get_mut(usize::from(*word)) {
            *n = n.saturating_add(1);
            if *n == least {
                partners.push(*word);
            }
        }
    }
    for word in words() {
        if let Some(n) = tally.get_mut(usize::from(*word)) {
            *n = 0;
        }
    }
    partners.sort_unstable();
    partners
}

/// The sentences that each word occurs in.
fn occurrences(sentences: &Sentences<Number>, n_words: usize) -> Sentences<u32> {
    let mut lengths = vec![0; n_words];
    for word in sentences.words() {
        if let Some(n) = lengths.get_mut(usize::from(*word)) {
            *n += 1;
        }
    }
    let mut all = Sentences::of_lengths(&lengths);
    let mut next: Vec<usize> = (0..n_words).map(|word| all.start(word)).collect();
    for (i, sentence) in (0..).zip((0..sentences.len()).map(|i| sentences.get(i))) {
        for word in sentence {
            if let Some(next) = next.get_mut(usize::from(*word)) {
                all.set(*next, i);
                *next += 1;
            }
        }
    }
    all
}
