//! Where Japanese words end: a linear model of the characters around each place between two of them.
//!
//! `bench/segmenter.py` learns it from sentences of Coursera's training half, which are cut by spaces (Apache-2.0): a
//! perceptron whose weights are averaged. Features are hashed, so that the model is a table of 65,536 weights of one
//! byte. Of the places in sentences that it did not learn from, it judges 98.7 % as they are cut.

use super::digest::digest;

/// The weights, each of a byte with a sign.
static WEIGHTS: &[u8; 1 << 16] = include_bytes!("segmenter.weights");

/// Characters on either side of a place that are looked at.
const AROUND: usize = 3;

/// The longest run of characters that is a feature; each shorter one is another.
const LONGEST: usize = 3;

/// Where the names of features of kinds of characters begin.
const KIND_NAMES: u64 = 64;

/// Where in the window the kinds begin that are looked at together, and how many they are.
const KIND_SPANS: [(usize, usize); 5] = [(0, 3), (1, 3), (2, 3), (3, 3), (0, 6)];

/// Calls `word` with each word of a text without spaces.
pub(super) fn words(text: &str, mut word: impl FnMut(&str)) {
    let pad = [('\0', 0); AROUND];
    let characters = text.chars().map(|c| (c, kind(c)));
    let characters: Vec<(char, u64)> = pad.into_iter().chain(characters).chain(pad).collect();
    let mut rest = text;
    let mut length = 0;
    // The window that is AROUND the end of each character.
    for (c, window) in text.chars().zip(characters.windows(2 * AROUND).skip(1)) {
        length += c.len_utf8();
        if length == rest.len() || is_end(window) {
            let (found, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            word(found);
            (rest, length) = (behind, 0);
        }
    }
}

/// Whether a word ends in the middle of these characters and their kinds.
fn is_end(window: &[(char, u64)]) -> bool {
    let runs = (1..=LONGEST).flat_map(|length| window.windows(length));
    let of_characters = (1..).zip(runs).map(|(name, run)| {
        weight(digest(name, run.iter().map(|(character, _)| u64::from(u32::from(*character)))))
    });
    let of_kinds = (KIND_NAMES..).zip(KIND_SPANS).map(|(name, (start, n))| {
        weight(digest(name, window.iter().skip(start).take(n).map(|(_, kind)| *kind)))
    });
    0 < of_characters.chain(of_kinds).sum::<i32>()
}

fn weight(feature: u64) -> i32 {
    let weight = WEIGHTS.get((feature & 0xffff) as usize).copied().unwrap_or_default();
    i32::from(weight.cast_signed())
}

/// What kind of character it is.
fn kind(c: char) -> u64 {
    match c {
        '\u{3040}'..='\u{309f}' => 1,
        '\u{30a0}'..='\u{30ff}' if c != '・' => 2,
        '一'..='\u{9fff}' | '々' | '〆' => 3,
        _ if c.is_ascii_alphabetic() => 4,
        _ if c.is_ascii_digit() => 5,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, |word| found.push(word.to_owned()));
        found
    }

    #[test]
    fn words_are_found() {
        assert_eq!(
            cut("この関数はデータを読みます"),
            ["この", "関数", "は", "データ", "を", "読み", "ます"]
        );
        assert_eq!(cut("コンピュータを使う"), ["コンピュータ", "を", "使う"]);
        assert_eq!(cut("雨"), ["雨"]);
        assert!(cut("").is_empty());
    }

    proptest! {
        #[test]
        fn words_are_all_of_the_text(text in "\\PC{0,40}") {
            prop_assert_eq!(cut(&text).concat(), text);
        }
    }
}
