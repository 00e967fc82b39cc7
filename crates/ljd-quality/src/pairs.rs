//! Whether the two sides of a translation can be one sentence.
//!
//! The rules are those of `OpusFilter` (Aulamo, Virpioja and Tiedemann 2020) and of the hard rules of Bicleaner
//! (Ramírez-Sánchez et al. 2020), with bounds for Japanese and English: of the 226,000 pairs of Tanaka's and
//! manythings' corpora, which people wrote, one in a thousand at most is beyond each of them.

use std::collections::BTreeSet;

use ljd_core::{Language, Record};
use unicode_normalization::UnicodeNormalization;

use crate::fields::pair;
use crate::personal::is_masked_alone;

/// Whether one side is the other one. A name, a number or an interjection is the same in both languages.
pub(crate) fn is_copy(record: &Record<'_>) -> bool {
    let Some((source, target)) = pair(record) else { return false };
    let letters = |text: &str| -> String {
        text.nfkc().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
    };
    let n_words = source.split_whitespace().count();
    if source.len() != target.len() && source.is_ascii() == target.is_ascii() && n_words < 2 {
        return false;
    }
    let letters = (letters(source), letters(target));
    letters.0 == letters.1 && LEAST_COPIED <= letters.0.chars().count() && 3 <= n_words
}

/// Letters of a copy that is more than a name.
const LEAST_COPIED: usize = 12;

/// Whether a long piece of the source stands in the output: a run of English words in a Japanese sentence that is
/// most of it, or Japanese in an English one.
pub(crate) fn has_untranslated(record: &Record<'_>) -> bool {
    let Some((source, target)) = pair(record) else { return false };
    match (record.source_language, record.target_language) {
        (Language::En, Language::Ja) => has_run_of(source, target),
        (Language::Ja, Language::En) => has_run_of(target, source),
        _ => false,
    }
}

/// Words in a row that are no name or title any more, if some of them are written small.
const LEAST_RUN: usize = 5;

/// Latin letters of a Japanese side that may have such a run.
pub(crate) const LEAST_LATIN: usize = 4 * LEAST_RUN;

/// Whether the Japanese side has a run of the words of the English one, and is in Latin letters for the most part: a
/// Japanese sentence may quote an English one, or name a book.
fn has_run_of(en: &str, ja: &str) -> bool {
    let n_latin = ja.chars().filter(char::is_ascii_alphabetic).count();
    let n_letters = ja.chars().filter(|c| c.is_alphabetic()).count();
    if n_latin < LEAST_LATIN || 2 * n_latin < n_letters {
        return false;
    }
    let words = lower_words(en);
    let known: BTreeSet<&[String]> = words.windows(LEAST_RUN).collect();
    let mut runs = ja.split(|c: char| !c.is_ascii() && !c.is_whitespace());
    runs.any(|run| {
        let as_written: Vec<&str> = english_words(run).collect();
        let lower = lower_words(run);
        let mut runs = as_written.windows(LEAST_RUN).zip(lower.windows(LEAST_RUN));
        runs.any(|(as_written, lower)| is_prose(as_written) && known.contains(lower))
    })
}

fn lower_words(text: &str) -> Vec<String> {
    english_words(text).map(str::to_ascii_lowercase).collect()
}

fn is_prose(run: &[&str]) -> bool {
    3 <= run.iter().filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).count()
}

fn english_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'').filter(|word| !word.is_empty())
}

/// Whether the sides are so different in length that one lacks something.
///
/// An English sentence has 2 characters for each one of its Japanese translation on average. Short sentences vary
/// more (「はい。」 is "That's right, sir."), so a constant is added to both sides.
pub(crate) fn differs_in_length(record: &Record<'_>) -> bool {
    let Some((source, target)) = pair(record) else { return false };
    let (ja, en) = match record.source_language {
        Language::Ja => (source, target),
        _ => (target, source),
    };
    let n = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    is_unequal(n(ja), n(en))
}

/// Whether so many characters of Japanese and of English are no translation of each other.
pub(crate) fn is_unequal(ja: usize, en: usize) -> bool {
    MOST_ENGLISH * (ja + SLACK) < en || MOST_JAPANESE * (en + SLACK) < 2 * ja
}

/// Characters of English for each one of Japanese: in 4 of 226,000 pairs there are more.
const MOST_ENGLISH: usize = 4;

/// Characters of Japanese for two of English: in 5 of 226,000 pairs there are more.
const MOST_JAPANESE: usize = 3;

/// Characters that make no difference.
const SLACK: usize = 6;

/// Whether the sides have different numbers.
///
/// Only numbers of two digits and more are compared, and only where both sides write them in digits: small ones are
/// words in one language and digits in the other, and a time, a date or a large number may be written in another
/// system (午後3時 and 15:00, 1億2000万 and 120 million). A telephone number or an address that was masked on one side
/// alone is another number too.
pub(crate) fn differs_in_numbers(record: &Record<'_>) -> bool {
    let Some((source, target)) = pair(record) else { return false };
    if is_masked_alone(source, target) {
        return true;
    }
    let (ja, en) = match record.source_language {
        Language::Ja => (source, target),
        _ => (target, source),
    };
    if !has_digit(ja) || !has_digit(en) || ja.contains(OTHER_SYSTEM) || has_scale(en) {
        return false;
    }
    let named = named_numbers(en);
    let (ja, mut en) = (numbers(ja), numbers(en));
    en.extend(named);
    !ja.is_empty() && !en.is_empty() && ja.is_disjoint(&en)
}

fn has_digit(text: &str) -> bool {
    text.chars().any(is_digit)
}

pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// Units and eras that English writes with other numbers.
const OTHER_SYSTEM: &[char] = &[
    '時', '半', '万', '億', '兆', '千', '百', '割', '昭', '平', '治', '正', '和', '坪', '畳', '尺',
    '里', '升', '合', '月', '歳', '度', 'セ',
];

/// Words that make another number of the digits before them, and units that Japanese converts.
fn has_scale(en: &str) -> bool {
    const SCALES: [&str; 20] = [
        "hundred",
        "thousand",
        "million",
        "billion",
        "trillion",
        "dozen",
        "score",
        "a.m",
        "p.m",
        "o'clock",
        "half",
        "quarter",
        "feet",
        "foot",
        "inch",
        "mile",
        "pound",
        "yard",
        "acre",
        "fahrenheit",
    ];
    let en = en.to_ascii_lowercase();
    SCALES.iter().any(|scale| en.contains(scale))
}

/// The numbers from ten to ninety that are written as words.
fn named_numbers(en: &str) -> impl Iterator<Item = String> {
    const NAMES: [(&str, &str); 18] = [
        ("ten", "10"),
        ("eleven", "11"),
        ("twelve", "12"),
        ("thirteen", "13"),
        ("fourteen", "14"),
        ("fifteen", "15"),
        ("sixteen", "16"),
        ("seventeen", "17"),
        ("eighteen", "18"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("thirty", "30"),
        ("forty", "40"),
        ("fifty", "50"),
        ("sixty", "60"),
        ("seventy", "70"),
        ("eighty", "80"),
        ("ninety", "90"),
    ];
    let named = |word: &str| NAMES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    english_words(en).filter_map(named).map(|(_, digits)| (*digits).to_owned())
}

/// The numbers of two digits and more in a text. Separators of thousands, a space behind a decimal point, zeros at
/// either end of a decimal and in front make no difference.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut numbers = BTreeSet::new();
    let mut number = String::new();
    let (mut last, mut is_short_year) = (' ', false);
    let text = text.replace(". ", ".");
    let mut characters = text.chars().chain([' ']).peekable();
    while let Some(c) = characters.next() {
        let digit = match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_u32(u32::from(c) - 0xfee0),
            _ => None,
        };
        match digit {
            Some(digit) => {
                if number.is_empty() {
                    is_short_year = matches!(last, '\'' | '’');
                }
                number.push(digit);
            }
            // .5 is 0.5, but a full stop behind a word is none of a number.
            None if c == '.'
                && number.is_empty()
                && !last.is_alphanumeric()
                && characters.peek().is_some_and(|c| is_digit(*c)) =>
            {
                number.push('.');
            }
            // 1,000 and 1.5 go on; a full stop or comma at the end does not.
            None if matches!(c, ',' | '，' | '.' | '．')
                && !number.is_empty()
                && characters.peek().is_some_and(|c| is_digit(*c)) =>
            {
                if matches!(c, '.' | '．') {
                    number.push('.');
                }
            }
            None => {
                let decimal = if number.contains('.') {
                    number.trim_end_matches(['0', '.'])
                } else {
                    &number
                };
                let plain = decimal.trim_start_matches('0');
                if 2 <= plain.len() {
                    // '87 and 80年代 are years of a century that is not said.
                    if plain.len() == 2 && (is_short_year || c == '年') {
                        numbers.extend(["19", "20"].map(|century| century.to_owned() + plain));
                    }
                    numbers.insert(plain.to_owned());
                }
                number.clear();
            }
        }
        last = c;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::translation;

    fn check(rule: fn(&Record<'_>) -> bool, dropped: &[(&str, &str)], kept: &[(&str, &str)]) {
        for (ja, en) in dropped {
            assert!(rule(&translation(ja, en)), "{ja} = {en} is kept");
        }
        for (ja, en) in kept {
            assert!(!rule(&translation(ja, en)), "{ja} = {en} is dropped");
        }
    }

    #[test]
    fn a_copy_is_more_than_a_name() {
        check(
            is_copy,
            &[
                ("It rains in the village.", "It rains in the village"),
                ("雨 の 国の村ではいつも雨が降る", "雨 の 国の村ではいつも雨が降る"),
            ],
            &[("Binary Search", "Binary Search"), ("3.14", "3.14"), ("雨だ。", "It rains.")],
        );
    }

    #[test]
    fn a_copy_has_three_words_and_twelve_letters() {
        check(
            is_copy,
            &[("rains of times", "rains of times!"), ("abcd efgh ijkl", "abcd efgh ijkl")],
            &[("rain of times", "rain of times"), ("abcdef ghijkl", "abcdef ghijkl")],
        );
    }

    #[test]
    fn a_run_has_five_words_three_of_them_small_and_twenty_letters() {
        check(
            has_untranslated,
            &[
                ("it rains today over there と", "It rains today over there."),
                ("Only Rain and the village と", "Only rain and the village."),
                ("Time and Rains of home town と", "Time and rains of home town."),
                // Twenty letters, and as many Japanese ones.
                (
                    "abcd efgh ijkl mnop qrst あいうえおかきくけこさしすせそたちつてと",
                    "abcd efgh ijkl mnop qrst",
                ),
            ],
            &[
                ("it rains today there と", "It rains today there."),
                ("Only Rain In the village と", "Only rain in the village."),
                ("abcd efgh ijkl mnop qrs あ", "abcd efgh ijkl mnop qrs"),
                (
                    "abcd efgh ijkl mnop qrst あいうえおかきくけこさしすせそたちつてとな",
                    "abcd efgh ijkl mnop qrst",
                ),
            ],
        );
    }

    #[test]
    fn the_bounds_of_lengths_are_exact() {
        // Four characters of English for each one of Japanese, and six that make no difference.
        assert!(!is_unequal(4, 40) && is_unequal(4, 41));
        // Three of Japanese for two of English.
        assert!(!is_unequal(15, 4) && is_unequal(16, 4));
    }

    #[test]
    fn a_sentence_of_the_source_in_the_output_is_not_translated() {
        check(
            has_untranslated,
            &[(
                "彼は It rains in the village today と言った。",
                "He said it rains in the village today.",
            )],
            &[
                ("「The Rain in the Village」を読んだ。", "I read The Rain in the Village."),
                ("雨だ。", "It rains."),
            ],
        );
    }

    #[test]
    fn a_side_that_is_much_longer_has_more() {
        check(
            differs_in_length,
            &[
                ("雨だ。", "It rains, and then a long time passes in which nobody says a word."),
                ("雨の国の村ではいつも雨が降っていて、人々は傘を持っている。", "Rain."),
            ],
            &[
                ("はい。", "That's right, sir."),
                ("雨だ。", "It's raining again today."),
                ("どういたしまして。", "Sure."),
            ],
        );
    }

    #[test]
    fn other_numbers_are_another_sentence() {
        check(
            differs_in_numbers,
            &[
                ("１９１４年に建てられた。", "It was built in 1941."),
                ("村には350人いる。", "There are 530 people."),
                ("1987年", "Back in '86"),
                ("80円", "1980 yen"),
                ("[電話番号]へ", "Call me."),
            ],
            &[
                ("1,000円です。", "It is 1000 yen."),
                ("１９１４年、３冊", "In 1914, 3 books"),
                ("午後3時30分", "15:30"),
                ("12万人", "120,000 people"),
                ("3冊ある。", "There are 5."),
                ("昭和45年", "1970"),
                ("20人", "Twenty people"),
                ("2.5倍", "2.5 times"),
                ("2. 15版", "version 2.15"),
                ("10ドル", "$10.00"),
                ("長さ12.8mの腕", "an arm 42 feet long"),
                ("10ドルと110ドル", "ten and then 110"),
                ("0.592746です", "It is .592746."),
                ("1987年", "Back in '87"),
                ("80年代", "in the 1980s"),
                ("第15版", "See ver. 15"),
            ],
        );
    }

    proptest! {
        #[test]
        fn rules_answer_whatever_the_sides(ja in "\\PC{0,60}", en in "\\PC{0,60}") {
            for rule in [is_copy, has_untranslated, differs_in_length, differs_in_numbers] {
                let record = translation(&ja, &en);
                let swapped = Record {
                    source_language: Language::En,
                    target_language: Language::Ja,
                    ..translation(&en, &ja)
                };
                prop_assert_eq!(rule(&record), rule(&swapped));
            }
        }
    }
}
