//! A sentence pair as the model reads it.

use ljd_core::{Language, Record};

use super::digest::digest;
use super::words::{self, Word};
use crate::fields;

/// A sentence pair as the model reads it: its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub(super) ja: Vec<Word>,
    pub(super) en: Vec<Word>,
}

impl Pair {
    /// The words of a Japanese sentence and of an English one.
    ///
    /// ```
    /// use ljd_quality::Pair;
    ///
    /// assert_eq!(Pair::new("雨が降る。", "It rains."), Pair::new("雨が降る", "it rains"));
    /// ```
    pub fn new(ja: &str, en: &str) -> Self {
        Self { ja: words::japanese(ja), en: words::english(en) }
    }

    /// The pair of these words, Japanese and English.
    pub fn of_words([ja, en]: [Vec<u32>; 2]) -> Self {
        Self { ja, en }
    }

    /// The words, Japanese and English, by their digests.
    pub fn words(&self) -> [&[u32]; 2] {
        [&self.ja, &self.en]
    }

    /// The sides of a translation between Japanese and English, in whichever direction it is.
    pub fn of(record: &Record<'_>) -> Option<Self> {
        let (source, target) = fields::pair(record)?;
        match (record.source_language, record.target_language) {
            (Language::Ja, Language::En) => Some(Self::new(source, target)),
            (Language::En, Language::Ja) => Some(Self::new(target, source)),
            _ => None,
        }
    }

    /// Which half of the pairs it belongs to: it is judged by what the other half teaches.
    pub(super) fn half(&self) -> u8 {
        let numbers =
            |words: &[Word]| words.iter().map(|word| u64::from(*word)).collect::<Vec<_>>();
        let digest = digest(digest(1, numbers(&self.ja)), numbers(&self.en));
        u8::from(1 << 40 & digest != 0)
    }
}
