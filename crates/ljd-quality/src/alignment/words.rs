//! The words of a sentence, as the model tells them apart.

use super::digest::digest;
use super::segmenter;

/// A word: a digest of its stem. Of 100,000 words about one shares its digest with another, which costs the model no
/// more than a homonym does.
pub(super) type Word = u32;

/// The most words of a sentence that are looked at.
pub(super) const MOST_WORDS: usize = 128;

/// The words of an English sentence, in lower case and without endings.
pub(super) fn english(text: &str) -> Vec<Word> {
    let text = text.to_lowercase().replace('’', "'").replace("n't", " not");
    runs(&text).map(|word| word_of(stem(word))).take(MOST_WORDS).collect()
}

/// The words of a Japanese sentence, without what is inflected of them.
pub(super) fn japanese(text: &str) -> Vec<Word> {
    let text: String = text.chars().map(narrow).flat_map(char::to_lowercase).collect();
    let mut words = Vec::new();
    for run in runs(&text) {
        if MOST_WORDS <= words.len() {
            break;
        }
        segmenter::words(run, |word| {
            words.push(word_of(if word.is_ascii() { stem(word) } else { root(word) }));
        });
    }
    words.truncate(MOST_WORDS);
    words
}

/// What stands between punctuation and spaces.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty())
}

/// An English word without the ending of a plural, a past or a participle. It need not be a word of its own: it only
/// has to be the same for most forms of one.
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 9] = ["ings", "ing", "ied", "ies", "ed", "es", "s", "y", "e"];
    let is_long = |stem: &&str| 3 <= stem.chars().count();
    if word.ends_with("ss") {
        return word;
    }
    let cut = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(is_long));
    let Some(stem) = cut else { return word };
    let mut last = stem.chars().rev();
    match (last.next(), last.next()) {
        // stopped, running
        (Some(one), Some(other)) if one == other && one != 's' => {
            stem.strip_suffix(one).filter(is_long).unwrap_or(stem)
        }
        _ => stem,
    }
}

/// A Japanese word without the kana behind its last Chinese character: 戻 of 戻っ and 戻る.
fn root(word: &str) -> &str {
    let root = word.trim_end_matches(|c| ('\u{3041}'..='\u{309f}').contains(&c));
    let has_kanji = root.chars().next_back().is_some_and(|c| matches!(c, '一'..='\u{9fff}' | '々'));
    if has_kanji { root } else { word }
}

/// The ASCII character of a full-width one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "half of the digest is wanted")]
fn word_of(stem: &str) -> Word {
    digest(0, stem.chars().map(|c| u64::from(u32::from(c)))) as Word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_one() {
        for (one, other) in [
            ("rains", "rain"),
            ("stopped", "stop"),
            ("running", "runs"),
            ("cities", "city"),
            ("make", "making"),
            ("don't", "do not"),
            ("do n't", "do not"),
        ] {
            assert_eq!(english(one), english(other), "{one}");
        }
        assert_ne!(english("glass"), english("glad"));
        assert_eq!(japanese("戻っ"), japanese("戻る"));
        assert_eq!(japanese("２０ｋｍ"), japanese("20km"));
    }

    #[test]
    fn the_same_word_in_both_languages_is_one() {
        assert_eq!(japanese("Octave"), english("octave"));
    }

    #[test]
    fn words_beyond_the_most_are_not_looked_at() {
        for n in [MOST_WORDS - 1, MOST_WORDS, MOST_WORDS + 1] {
            assert_eq!(english(&"rain ".repeat(n)).len(), n.min(MOST_WORDS));
            assert_eq!(japanese(&"雨、".repeat(n)).len(), n.min(MOST_WORDS));
        }
    }
}
