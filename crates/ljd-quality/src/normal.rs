//! Records as they are compared: what looks alike is alike.

use std::borrow::Cow;

use ljd_core::{Record, Task};
use twox_hash::XxHash3_64;
use unicode_normalization::UnicodeNormalization;

use crate::duplicates::Key;

/// The texts of a record in normalisation form KC and in lower case, without what cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal {
    /// What the records of one task and the same languages have in common.
    kind: u64,
    /// The instruction, where there is no input or instructions are as many as records.
    pub(crate) instruction: String,
    /// Earlier turns and the input.
    pub(crate) input: String,
    pub(crate) answer: String,
}

impl Normal {
    /// The texts of a record.
    pub fn of(record: &Record<'_>) -> Self {
        let kind = [
            record.task.as_str(),
            record.source_language.as_str(),
            record.target_language.as_str(),
        ];
        let kind = kind.into_iter().fold(0, |kind: u64, name| kind.rotate_left(7) ^ hash(name));
        let mut input = String::with_capacity(record.input.len());
        for turn in &record.history {
            push_normal(&turn.content, &mut input);
            input.push('\n');
        }
        push_normal(&record.input, &mut input);
        let is_own = record.input.is_empty() || record.task == Task::InstructionFollowing;
        let instruction = if is_own { normal(&record.instruction) } else { String::new() };
        Self { kind, instruction, input, answer: normal(&record.output) }
    }

    /// The texts, of which those that are not the record's own are empty.
    pub(crate) fn texts(&self) -> [&str; 3] {
        [&self.instruction, &self.input, &self.answer]
    }

    /// What the record is recognised by. White space makes no difference.
    pub fn key(&self) -> Key {
        let prompt =
            [&without_spaces(&self.instruction), "\u{1f}", &without_spaces(&self.input)].concat();
        Key { prompt: self.kind ^ hash(&prompt), answer: hash(&without_spaces(&self.answer)) }
    }
}

pub(crate) fn hash(text: &str) -> u64 {
    XxHash3_64::oneshot(text.as_bytes())
}

fn without_spaces(text: &str) -> Cow<'_, str> {
    let mut pieces = text.split_whitespace();
    let first = pieces.next().unwrap_or_default();
    if first.len() == text.len() {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    joined.push_str(first);
    joined.extend(pieces);
    Cow::Owned(joined)
}

fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    push_normal(text, &mut normal);
    normal
}

/// Writes a text in normalisation form KC and in lower case, without control characters.
pub(crate) fn push_normal(text: &str, normal: &mut String) {
    if text.chars().all(is_plain) {
        normal.push_str(&text.to_ascii_lowercase());
    } else {
        let characters = text.nfkc().flat_map(char::to_lowercase);
        normal.extend(characters.filter(|c| *c == '\n' || !c.is_control()));
    }
}

/// Characters that normalisation leaves alone but for their case, which are nearly all.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\n' | '、'..='〇' | '「'..='】' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '・' | 'ー' | '一'..='鿿')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_cases_make_no_difference() {
        assert_eq!(normal("ＡＢＣは１２３、ｶﾞﾝﾀﾞﾑ"), "abcは123、ガンダム");
        assert_eq!(normal("\u{304b}\u{3099}\u{200b}\t"), "が\u{200b}");
        assert_eq!(normal("The 雨\n。"), "the 雨\n。");
    }

    #[test]
    fn plain_characters_are_those_that_normalisation_keeps() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_plain(*c)) {
            let normalised: String = c.nfkc().collect();
            assert_eq!(normalised, c.to_string());
            assert_eq!(c.to_lowercase().collect::<String>(), c.to_ascii_lowercase().to_string());
        }
    }
}
