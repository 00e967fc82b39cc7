//! How much of one side of a pair the other side explains.
//!
//! Only additions, multiplications and divisions are used, which every machine rounds alike; a library's logarithm is
//! another one on another system.

use super::vocabulary::{Number, Vocabulary};

/// Bits that a word tells which is every sixteenth: what is not rarer tells nothing of what a sentence is about.
const FREQUENT: f32 = 4.0;

/// Bits that the rarest word tells.
const RAREST: f32 = 16.0;

/// What a word counts that is not known, most of which are names.
const UNKNOWN: f32 = 7.0;

/// How much of a word that is not known counts as explained: there is no telling.
const UNKNOWN_EXPLAINED: f32 = 0.6;

/// Bits by which a word with its partner is likelier than anywhere else, over both directions, if it is wholly explained.
const EXPLAINED: f32 = 14.0;

/// A word that is explained less than by half goes on with a run.
const HALF: f32 = 0.5;

/// Bits that every side has more, explained as a word is that is not known: short sides are not told by one word.
const PRIOR: f32 = 4.0;

/// How much of a side is explained.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// Bits that its words tell.
    weight: f32,
    /// Those of them that are explained.
    explained: f32,
    /// Bits of the longest run that are not.
    pub(super) longest: f32,
}

impl Side {
    /// A side by its words and by how much likelier each is beside its best partner.
    pub(super) fn of(words: &[Option<Number>], best: &[f32], known: &Vocabulary) -> Self {
        let (mut side, mut run) = (Self::default(), 0.0_f32);
        for (word, ratio) in words.iter().zip(best) {
            let weight = word.map_or(UNKNOWN, |word| {
                (-log2(known.share(word))).clamp(FREQUENT, RAREST) - FREQUENT
            });
            if weight == 0.0 {
                continue;
            }
            let explained = match word {
                None if *ratio == 0.0 => UNKNOWN_EXPLAINED,
                _ => (log2(*ratio) / EXPLAINED).clamp(0.0, 1.0),
            };
            side.weight += weight;
            side.explained += explained * weight;
            run = if HALF < explained { 0.0 } else { run + (1.0 - explained) * weight };
            side.longest = side.longest.max(run);
        }
        side
    }

    /// The share that is explained.
    pub(super) fn share(&self) -> f32 {
        (self.explained + UNKNOWN_EXPLAINED * PRIOR) / (self.weight + PRIOR)
    }
}

/// The binary logarithm to three digits; that of 0 and below is that of the smallest number.
#[expect(clippy::cast_precision_loss, reason = "exponents of 8 bits, fractions of 23")]
fn log2(number: f32) -> f32 {
    let bits = number.max(f32::MIN_POSITIVE).to_bits();
    let exponent = (bits >> 23) as f32 - 127.0;
    // From 1 to 2.
    let fraction = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    // ln x = 2 (y + y³/3 + y⁵/5 + …) with y = (x - 1) / (x + 1)
    let y = (fraction - 1.0) / (fraction + 1.0);
    let square = y * y;
    let ln = 2.0 * y * (1.0 + square * (1.0 / 3.0 + square * (0.2 + square / 7.0)));
    exponent + ln * std::f32::consts::LOG2_E
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_right_to_three_digits() {
        for number in [1e-9_f32, 0.001, 0.7, 1.0, 1.999, 2.0, 3.0, 1e6] {
            assert!((log2(number) - number.log2()).abs() < 0.001, "{number}");
        }
        assert!(log2(0.0) < -100.0 && 100.0 < log2(f32::INFINITY));
    }

    #[test]
    fn a_word_that_is_explained_ends_a_run() {
        let known = Vocabulary::of(&(0..1000).chain(0..1000).collect::<Vec<_>>());
        let words = [Some(1), Some(2), Some(3), Some(4)];
        let side = |best: [f32; 4]| Side::of(&words, &best, &known);
        let (none, one, end) =
            (side([0.0; 4]), side([0.0, 1e9, 0.0, 0.0]), side([0.0, 0.0, 0.0, 1e9]));
        assert!(one.longest < end.longest && end.longest < none.longest);
        assert!(none.share() < one.share() && (one.share() - end.share()).abs() < 1e-6);
        assert_eq!(side([1e9; 4]).longest.to_bits(), 0);
    }

    #[test]
    fn a_word_as_frequent_as_every_sixteenth_tells_nothing() {
        let all: Vec<u32> = (0..16).flat_map(|word| [word; 4]).collect();
        let known = Vocabulary::of(&all);
        let side = Side::of(&[Some(0)], &[0.0], &known);
        assert_eq!(side.weight.to_bits(), 0);
        let known = Vocabulary::of(&[all.as_slice(), &[16; 4]].concat());
        assert!(0.0 < Side::of(&[Some(0)], &[0.0], &known).weight);
    }
}
