//! Records that differ little from one that was there before: `MinHash` over character 5-grams, and locality-
//! sensitive hashing of its signatures. (Broder 1997, "On the resemblance and containment of documents";
//! Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3)
//!
//! Of 128 hash functions 16 bands of 8 are made: texts that share four fifths of their 5-grams meet in one band
//! with a probability of 95 %, those that share half of them with one of 6 %. Which of those that met resemble
//! each other enough is decided by their whole signatures.

use std::sync::LazyLock;

use hashbrown::HashTable;

use crate::normal::Normal;

/// Hash functions, and how they are put into bands.
const N_FUNCTIONS: usize = 128;
const ROWS: usize = 8;

/// Functions out of 128 that have to agree: four fifths of the 5-grams are the same.
const LEAST_ALIKE: usize = 102;

const GRAM: usize = 5;

/// A text with fewer 5-grams has no signature: a name or a number makes all the difference there.
const LEAST_GRAMS: usize = 30;

/// What a record is found by that resembles another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Two bytes of each least hash: a quarter of the space for an error of 1 in 65,536.
    least: Box<[u16]>,
    bands: Box<[u64]>,
}

impl Signature {
    /// The signature of a record; `None` for a short one. A text that an instruction of its own is about is not in it:
    /// several questions on one text are no duplicates.
    pub fn of(record: &Normal) -> Option<Self> {
        let asked = if record.instruction.is_empty() { &record.input } else { &record.instruction };
        let text = [asked.as_str(), record.answer.as_str()];
        let characters: Vec<char> =
            text.iter().flat_map(|text| text.chars()).filter(|c| !c.is_whitespace()).collect();
        let mut least = [u64::MAX; N_FUNCTIONS];
        if characters.len() < LEAST_GRAMS + GRAM - 1 {
            return None;
        }
        for gram in characters.windows(GRAM) {
            let gram = digest(gram.iter().map(|c| u64::from(*c)), 0);
            for (least, (factor, summand)) in least.iter_mut().zip(FUNCTIONS.iter()) {
                *least = (*least).min(gram.wrapping_mul(*factor).wrapping_add(*summand));
            }
        }
        let bands = least.chunks_exact(ROWS).zip(1..);
        let bands = bands.map(|(band, n)| digest(band.iter().copied(), n)).collect();
        #[expect(clippy::cast_possible_truncation, reason = "two bytes are wanted")]
        let least = least.iter().map(|least| (least >> 24) as u16).collect();
        Some(Self { least, bands })
    }

    /// The signature that consists of these least hashes, and of the digests of their bands.
    pub fn of_hashes(least: impl Into<Box<[u16]>>, bands: impl Into<Box<[u64]>>) -> Self {
        Self { least: least.into(), bands: bands.into() }
    }

    /// The least hashes, and the digests of their bands.
    pub fn hashes(&self) -> (&[u16], &[u64]) {
        (&self.least, &self.bands)
    }

    fn resembles(&self, other: &[u16]) -> bool {
        LEAST_ALIKE <= self.least.iter().zip(other).filter(|(a, b)| a == b).count()
    }
}

/// Steps of one fixed sequence: odd, and nowhere near a simple fraction of 2^64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash functions: factors, which are odd, and summands.
static FUNCTIONS: LazyLock<Vec<(u64, u64)>> = LazyLock::new(|| {
    let numbers = (1..).map(|i: u64| scattered(i.wrapping_mul(STEP)));
    let factors = numbers.clone().step_by(2).map(|factor| factor | 1);
    factors.zip(numbers.skip(1).step_by(2)).take(N_FUNCTIONS).collect()
});

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
fn scattered(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn digest(numbers: impl Iterator<Item = u64>, start: u64) -> u64 {
    numbers.fold(start, |digest, number| scattered(digest.wrapping_mul(STEP) ^ number))
}

/// The records that can be resembled: half a KiB each, so that this is for corpora of some ten thousand.
#[derive(Debug, Default)]
pub struct NearSeen {
    records: Vec<(Box<[u16]>, u32)>,
    /// Digest of a band, and the record's number.
    bands: HashTable<(u64, u32)>,
}

impl NearSeen {
    /// Takes a record of a corpus, by that corpus's number; or gives the number of the corpus that has one
    /// that it resembles.
    pub fn see(&mut self, signature: Signature, corpus: u32) -> Option<u32> {
        for band in &signature.bands {
            let met = self.bands.iter_hash(*band).filter(|(other, _)| other == band);
            let met = met.filter_map(|(_, n)| self.records.get(*n as usize));
            if let Some((_, corpus)) = met
                .filter(|(other, _)| signature.resembles(other))
                .min_by_key(|(_, corpus)| *corpus)
            {
                return Some(*corpus);
            }
        }
        let n = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        for band in signature.bands {
            self.bands.insert_unique(band, (band, n), |(band, _)| *band);
        }
        self.records.push((signature.least, corpus));
        None
    }
}

#[cfg(test)]
mod tests {
    use ljd_core::Record;

    use super::*;
    use crate::testing::record;

    fn signature(text: &str) -> Option<Signature> {
        Signature::of(&Normal::of(&record("", text)))
    }

    /// A long text of invented words that differs in its `n`th word.
    fn text(n: usize, word: &str) -> String {
        let words = (0..60).map(|i| if i == n { word.to_owned() } else { format!("語{i}番の雨") });
        words.collect()
    }

    #[test]
    fn a_text_with_another_word_is_found_and_another_text_is_not() {
        let mut seen = NearSeen::default();
        assert_eq!(seen.see(signature(&text(99, "")).unwrap(), 0), None);
        assert_eq!(seen.see(signature(&text(30, "雪が降った")).unwrap(), 1), Some(0));
        let other: Vec<String> = (0..60).map(|i| format!("雪と{}の森、", i * 31)).collect();
        let other = other.concat();
        assert_eq!(seen.see(signature(&other).unwrap(), 1), None);
        assert_eq!(seen.see(signature(&other).unwrap(), 2), Some(1));
    }

    #[test]
    fn four_fifths_of_the_functions_have_to_agree() {
        let zeros = Signature { least: [0; N_FUNCTIONS].into(), bands: [].into() };
        let differs_in = |n: usize| {
            let mut least = [0; N_FUNCTIONS];
            least.iter_mut().take(n).for_each(|least| *least = 1);
            least
        };
        assert!(zeros.resembles(&differs_in(128 - 102)));
        assert!(!zeros.resembles(&differs_in(128 - 101)));
    }

    #[test]
    fn thirty_grams_have_a_signature_and_fewer_have_none() {
        let alone = |text: &str| {
            Signature::of(&Normal::of(&Record { instruction: "".into(), ..record("", text) }))
        };
        let text: String = ('ぁ'..).take(34).collect();
        let shorter: String = text.chars().skip(1).collect();
        assert!(alone(&text).is_some());
        assert_eq!(alone(&shorter), None);
        assert_eq!(alone(&format!("{shorter} \n")), None, "white space does not count");
    }

    #[test]
    fn a_short_text_has_no_signature() {
        assert_eq!(signature("短い文。"), None);
        assert!(signature(&"雨の日と雪の夜".repeat(5)).is_some());
    }

    /// The estimate of a signature is that of the sets of 5-grams, within what 128 functions can tell.
    #[test]
    fn a_signature_estimates_the_share_of_common_grams() {
        let (a, b) = (text(99, ""), text(10, "全く別の言葉がここに入る長い文"));
        let grams = |text: &str| {
            let all: Vec<char> = text.chars().collect();
            all.windows(GRAM).map(<[char]>::to_vec).collect::<std::collections::BTreeSet<_>>()
        };
        let (x, y) = (grams(&a), grams(&b));
        #[expect(clippy::cast_precision_loss, reason = "few grams")]
        let exact = x.intersection(&y).count() as f64 / x.union(&y).count() as f64;
        let (x, y) = (signature(&a).unwrap(), signature(&b).unwrap());
        let alike = x.least.iter().zip(&y.least).filter(|(a, b)| a == b).count();
        #[expect(clippy::cast_precision_loss, reason = "at most 128")]
        let estimate = alike as f64 / N_FUNCTIONS as f64;
        assert!((exact - estimate).abs() < 0.12, "{exact} {estimate}");
    }
}
