//! Whether a text is in the language that it should be in.
//!
//! Rules by script and by a few words, not a model: the question is not which of a hundred languages a text is in, but
//! whether Japanese is Japanese and English is English. The crate's README has their precision and recall on labelled
//! lines, beside those of a language identifier.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ljd_core::{Language, Record, Task};

use crate::profile::{Profile, Profiles};

/// Whether a side that should be Japanese is not.
pub(crate) fn lacks_japanese(record: &Record<'_>, profiles: &Profiles) -> bool {
    judged(record, profiles, Language::Ja)
        .any(|(text, profile)| !is_japanese(text, profile.scripts))
}

/// Whether a side that should be English is not.
pub(crate) fn lacks_english(record: &Record<'_>, profiles: &Profiles) -> bool {
    judged(record, profiles, Language::En).any(|(text, profile)| !is_english(text, profile.scripts))
}

/// The sides in a language that are judged: those of a translation; otherwise an output that is prose, since a
/// question may be about a foreign word, and an answer be a name, a number or code.
fn judged<'r>(
    record: &'r Record<'_>,
    profiles: &'r Profiles,
    language: Language,
) -> impl Iterator<Item = (&'r str, &'r Profile)> {
    let is_translation = record.task == Task::Translation;
    let is_prose = matches!(
        record.task,
        Task::Description
            | Task::Simplification
            | Task::Definition
            | Task::AbstractGeneration
            | Task::ErrorCorrection
            | Task::Dialogue
    );
    let input = (record.source_language == language && is_translation)
        .then_some((record.input.as_ref(), &profiles.input));
    let output = (record.target_language == language && (is_translation || is_prose))
        .then_some((record.output.as_ref(), &profiles.output));
    input.into_iter().chain(output)
}

/// How many characters of each script a text has.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scripts {
    pub(crate) kana: usize,
    han: usize,
    /// Kanji of a simplified form that Japanese does not have.
    simplified: usize,
    /// How much the kanji look like a Chinese sentence.
    chinese: usize,
    pub(crate) latin: usize,
    /// Latin letters with a mark that English does not have.
    marked: usize,
    /// Letters of any other script: Hangul, Cyrillic, Greek, Thai, …
    others: usize,
}

impl Scripts {
    /// Those of one character.
    pub(crate) fn of_char(c: char) -> Self {
        let none = Self::default();
        match c {
            'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => Self { latin: 1, ..none },
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' | 'ァ'..='ヺ' | 'ー' | 'ヽ' | 'ヾ' | 'ｦ'..='ﾟ' => {
                Self { kana: 1, ..none }
            }
            '々' | '〆' | '〇' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}' => Self {
                han: 1,
                simplified: usize::from(IS_SIMPLIFIED.binary_search(&c).is_ok()),
                chinese: 3 * usize::from(CHINESE.contains(c)) + usize::from(COMMON.contains(c)),
                ..none
            },
            'À'..='ɏ' | 'Ḁ'..='ỿ' => Self { marked: usize::from(c.is_alphabetic()), ..none },
            _ if c.is_alphabetic() && !c.is_numeric() => Self { others: 1, ..none },
            _ => none,
        }
    }

    fn letters(self) -> usize {
        self.kana + self.han + self.latin + self.marked + self.others
    }
}

impl std::ops::AddAssign for Scripts {
    fn add_assign(&mut self, other: Self) {
        self.kana += other.kana;
        self.han += other.han;
        self.simplified += other.simplified;
        self.chinese += other.chinese;
        self.latin += other.latin;
        self.marked += other.marked;
        self.others += other.others;
    }
}

/// Forms of the Chinese character reform of 1956 among the thousand most frequent characters; none is in
/// JIS X 0208, the Japanese set.
const SIMPLIFIED: &str = "们这说时为对开关过还进动发见问间现车东书话语让给应样头实么长电办两读谁请谢妈爸图场处亲钱银铁钟错难题风飞鱼鸟龙门马买卖红绿蓝岁边运连达选适导严乐习乡义务员吗师帮觉该谈论诉记认识设计许试贵费资质优传伤军农华单卫变圆块坚备复够奖妇孙宁审宽宾层岛币带帐庆库废异张弹归录彻忆怀态总恶惊惯战户执扩扫扬抚护报拟拥择挥损换掷摄";

/// Those in their order.
static IS_SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut characters: Vec<char> = SIMPLIFIED.chars().collect();
    characters.sort_unstable();
    characters
});

/// Characters that carry Chinese grammar, and that Japanese does not have or hardly ever.
const CHINESE: &str = "你妳她們這哪麼沒說嗎呢吧啊很";

/// Characters that carry Chinese grammar, and that Japanese words have too, but not several in a row of kanji.
const COMMON: &str = "的是在我他不了也那就";

/// Whether a text is Japanese.
///
/// Kana say so, if there is not much more of another language around them. Without kana it may be a name, a title, a
/// number or a sign of a few characters: no letter at all, Latin capitals, or kanji that do not look Chinese.
fn is_japanese(text: &str, scripts: Scripts) -> bool {
    let Scripts { kana, han, simplified, chinese, latin, marked, others } = scripts;
    let japanese = kana + han;
    let is_mostly_foreign = MOST_FOREIGN * japanese < latin + marked + others;
    if 0 < kana {
        return simplified < 2 + han / 8 && !is_mostly_foreign;
    }
    if 0 < han {
        // Names and titles; a sentence has kana.
        return simplified == 0 && chinese < 3 && han <= LONG_HAN && !is_mostly_foreign;
    }
    others == 0 && is_name(text)
}

/// Whether Latin letters can stand alone in Japanese: an abbreviation or a name, and no sentence, which has a mark at
/// its end.
fn is_name(text: &str) -> bool {
    let is_abbreviation = !text.chars().any(|c| c.is_ascii_lowercase());
    let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let n_words = words(text).count();
    let is_short = n_letters <= SHORT_LATIN && n_words <= 4;
    // A name of several words begins with a capital, but for `iPhone`.
    let is_capital = n_words < 2 || !text.starts_with(|c: char| c.is_ascii_lowercase());
    is_short && (is_abbreviation || is_capital && !text.ends_with(['.', '?', '!']))
}

/// Letters of other scripts for each one of Japanese: a text may speak of foreign words, or quote a line.
const MOST_FOREIGN: usize = 12;

/// Kanji in a row that are still a name or a title.
const LONG_HAN: usize = 24;

/// Letters of a foreign name or abbreviation that stands alone: `DNA`, `Windows`, `OK!`.
const SHORT_LATIN: usize = 24;

/// Letters with a mark that an English phrase of a few words may have: `Déjà vu.`
const MOST_MARKED: usize = 2;

/// Whether a text is English.
///
/// It has Latin letters, or none at all; hardly any of another script; and if it is long enough, it has as many of the
/// words that every English sentence has as of those that other languages have.
fn is_english(text: &str, scripts: Scripts) -> bool {
    let Scripts { kana, han, latin, marked, others, .. } = scripts;
    if scripts.letters() == 0 {
        return true;
    }
    // A quoted word of Japanese is fine, a Japanese sentence with a Latin word is not.
    if latin == 0 || latin < 4 * (kana + han + others) || MOST_MARKED < marked && latin < 6 * marked
    {
        return false;
    }
    let (mut english, mut foreign, mut romaji, mut n_words) = (0, 0, 0, 0);
    for word in words(text) {
        n_words += 1;
        let Some(lists) = packed(word).and_then(|word| FREQUENT.get(&word)) else { continue };
        english += usize::from(lists[0]);
        foreign += usize::from(lists[1]);
        romaji += usize::from(lists[2]);
    }
    let other = foreign.max(romaji) + usize::from(0 < marked && 2 <= foreign);
    n_words < 5 || other < 2 || other <= english
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty())
}

/// A word of eight bytes at most in lower case, as a number.
fn packed(word: &str) -> Option<u64> {
    let mut bytes = [0; 8];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    bytes.make_ascii_lowercase();
    Some(u64::from_le_bytes(bytes))
}

/// The frequent words, and which of the three lists have them.
static FREQUENT: LazyLock<BTreeMap<u64, [bool; 3]>> = LazyLock::new(|| {
    let lists = [ENGLISH, FOREIGN, ROMAJI];
    let words = lists.iter().flat_map(|list| list.iter()).filter_map(|word| {
        let among = lists.map(|list| list.contains(word));
        Some((packed(word)?, among))
    });
    words.collect()
});

/// Frequent words of English.
const ENGLISH: &[&str] = &[
    "the", "of", "and", "to", "a", "in", "is", "i", "it", "that", "you", "he", "was", "for", "on",
    "are", "with", "as", "his", "they", "be", "at", "have", "this", "from", "or", "had", "by",
    "not", "but", "what", "all", "were", "we", "when", "your", "can", "she", "there", "an",
    "which", "do", "their", "if", "will", "how", "him", "her", "my", "would", "so", "has", "out",
    "about", "who", "don't", "it's", "i'm", "did", "been", "me",
];

/// Frequent words of Spanish, French, German, Italian and Portuguese that are no English ones.
const FOREIGN: &[&str] = &[
    "el", "los", "las", "que", "una", "por", "para", "con", "está", "es", "pero", "como", "muy",
    "del", "y", "le", "les", "des", "une", "est", "dans", "qui", "pas", "nous", "vous", "je", "il",
    "elle", "avec", "sont", "et", "du", "der", "das", "und", "ist", "nicht", "ein", "eine", "ich",
    "sie", "wir", "mit", "auf", "dem", "den", "zu", "auch", "di", "che", "non", "sono", "della",
    "gli", "per", "il", "um", "uma", "não", "mais", "os", "então", "ele", "la", "sur", "si", "im",
    "von", "wie", "haben", "hat", "ces", "cette", "ou", "où", "mon", "de",
];

/// Particles and endings of Japanese in Latin letters that are no English words.
const ROMAJI: &[&str] = &[
    "wa", "ga", "wo", "ni", "desu", "masu", "kara", "made", "watashi", "kore", "sore", "anata",
    "shita", "shite", "mashita", "masen", "nai", "suru", "yo", "ne", "ka", "mo", "arimasu",
    "imasu", "iru", "aru", "desho", "kudasai",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::translation;

    fn is_dropped(rule: fn(&Record<'_>, &Profiles) -> bool, record: &Record<'_>) -> bool {
        rule(record, &Profiles::of(record))
    }

    #[test]
    fn every_frequent_word_is_in_the_table() {
        for word in [ENGLISH, FOREIGN, ROMAJI].into_iter().flatten() {
            assert!(packed(word).is_some_and(|word| FREQUENT.contains_key(&word)), "{word}");
        }
        assert_eq!(packed("watashiwa"), None);
    }

    #[test]
    fn japanese_is_known_with_and_without_kana() {
        for text in [
            "雨が降る。",
            "東京大学",
            "第3章",
            "DNA",
            "OK!",
            "1914",
            "はい",
            "Binary Searchについて学ぶ",
            "不在",
            "…",
            "Windows 95",
        ] {
            assert!(is_japanese(text, Profile::of(text).scripts), "{text}");
        }
        for text in [
            "你在这里做什么？",
            "我不知道他在哪里",
            "비가 온다",
            "It is raining today, isn't it?",
            "Сегодня дождь",
            "他是我的朋友",
        ] {
            assert!(!is_japanese(text, Profile::of(text).scripts), "{text}");
        }
    }

    #[test]
    fn english_is_known_by_its_words() {
        for text in [
            "It rains.",
            "No!",
            "1914",
            "He said \"雨\" and nothing else.",
            "Café society is a thing of the past.",
            "John de la Cruz",
            "Café.",
            "Déjà vu.",
        ] {
            assert!(is_english(text, Profile::of(text).scripts), "{text}");
        }
        for text in [
            "雨が降る。",
            "El perro está en la casa y no come",
            "Ich weiß nicht, was das ist",
            "watashi wa gakusei desu ne",
            "Je ne sais pas où il est",
            "это дождь",
        ] {
            assert!(!is_english(text, Profile::of(text).scripts), "{text}");
        }
    }

    #[test]
    fn a_pair_whose_sides_are_swapped_is_found() {
        let swapped = translation("It is raining in the village.", "村では雨が降っています。");
        assert!(is_dropped(lacks_japanese, &swapped) && is_dropped(lacks_english, &swapped));
        let right = translation("村では雨が降っています。", "It is raining in the village.");
        assert!(!is_dropped(lacks_japanese, &right) && !is_dropped(lacks_english, &right));
    }

    #[test]
    fn a_title_or_an_answer_may_be_in_any_language() {
        let record = crate::testing::record("What is it called?", "Rain");
        assert!(!is_dropped(lacks_japanese, &record));
    }
}
