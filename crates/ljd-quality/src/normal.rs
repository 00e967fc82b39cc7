//! Records as they are compared: what looks alike is alike.

use ljd_core::{Record, Task};
use twox_hash::XxHash3_64;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

use crate::duplicates::Key;

/// The texts of a record in normalisation form KC and in lower case, without what cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal {
    /// Whether what is asked may be looked for as a whole, however short it is.
    pub(crate) is_question: bool,
    /// The instruction, where there is no input or instructions are as many as records.
    pub(crate) instruction: String,
    /// Earlier turns and the input.
    pub(crate) input: String,
    pub(crate) answer: String,
    /// Whether the input is the name of what is described.
    is_description: bool,
    /// The question and the text that it is asked about, where the record has both apart.
    pair: Option<[String; 2]>,
}

impl Normal {
    /// The texts of a record.
    pub fn of(record: &Record<'_>) -> Self {
        let mut input = String::with_capacity(record.input.len());
        for turn in &record.history {
            push_normal(&turn.content, &mut input);
            input.push('\n');
        }
        push_normal(&record.input, &mut input);
        let is_own = Self::has_own_instruction(record);
        let instruction = if is_own { normal(&record.instruction) } else { String::new() };
        let is_question = record.task != Task::Translation;
        let is_description = record.task == Task::Description;
        let answer = normal(&record.output);
        let asked = record.asked.as_ref().filter(|asked| !asked.context.is_empty());
        let pair = asked.map(|asked| [normal(&asked.question), normal(&asked.context)]);
        Self { is_question, instruction, input, answer, is_description, pair }
    }

    /// Whether the instruction is the record's own, not one that all of its kind have; where what is asked stands apart,
    /// the instruction is but the words around it.
    fn has_own_instruction(record: &Record<'_>) -> bool {
        let is_free = record.task == Task::InstructionFollowing && record.asked.is_none();
        record.input.is_empty() || is_free
    }

    /// The texts, of which those that are not the record's own are empty.
    pub(crate) fn texts(&self) -> [&str; 3] {
        [&self.instruction, &self.input, &self.answer]
    }

    /// The name of what is described, if something is.
    pub(crate) fn described(&self) -> Option<&str> {
        self.is_description.then_some(&self.input)
    }

    /// The question and the text that it is asked about, where the record has both apart.
    pub(crate) fn pair(&self) -> Option<&[String; 2]> {
        self.pair.as_ref()
    }

    /// What is asked, in one text.
    pub(crate) fn prompt(&self) -> [&str; 2] {
        [&self.instruction, &self.input]
    }
}

impl Key {
    /// What a record is recognised by: its texts as a reader would call them the same. The width of characters, how
    /// wide a space is, and case make no difference; the titles of an encyclopedia differ by case alone.
    pub fn of(record: &Record<'_>) -> Self {
        let names = [
            record.task.as_str(),
            record.source_language.as_str(),
            record.target_language.as_str(),
        ];
        let kind = names.into_iter().fold(0, |kind: u64, name| kind.rotate_left(7) ^ hash(name));
        let keeps_case = record.task == Task::Description;
        let mut text = String::with_capacity(record.input.len());
        if Normal::has_own_instruction(record) {
            push_folded(&record.instruction, keeps_case, &mut text);
        }
        let turns = record.history.iter().map(|turn| &turn.content);
        for asked in turns.chain([&record.input]) {
            text.push('\u{1f}');
            push_folded(asked, keeps_case, &mut text);
        }
        let prompt = kind ^ hash(&text);
        text.clear();
        push_folded(&record.output, keeps_case, &mut text);
        Self { prompt, answer: hash(&text) }
    }
}

/// Writes a text with characters of their usual width and one space for any white space, in lower case if that is
/// wanted.
fn push_folded(text: &str, keeps_case: bool, folded: &mut String) {
    let start = folded.len();
    for (i, word) in text.split_whitespace().enumerate() {
        if 0 < i {
            folded.push(' ');
        }
        if word.chars().all(is_plain) {
            folded.push_str(word);
        } else {
            push_usual_width(word, folded);
        }
    }
    if !keeps_case && let Some(written) = folded.get_mut(start..) {
        written.make_ascii_lowercase();
    }
}

/// Writes full-width Latin letters and signs and half-width katakana in their usual width; all else as it is, since
/// `x²` is not `x2`.
fn push_usual_width(word: &str, folded: &mut String) {
    let is_other_width = |c: char| ('\u{ff01}'..='\u{ff9f}').contains(&c);
    let mut usual = String::with_capacity(word.len());
    for c in word.chars() {
        if is_other_width(c) {
            decompose_compatible(c, |c| usual.push(c));
        } else {
            usual.push(c);
        }
    }
    folded.extend(usual.nfc());
}

pub(crate) fn hash(text: &str) -> u64 {
    XxHash3_64::oneshot(text.as_bytes())
}

pub(crate) fn normal(text: &str) -> String {
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
    fn what_a_reader_calls_the_same_has_one_key() {
        let key =
            |input: &str, task| Key::of(&Record { task, ..crate::testing::record(input, "雨") });
        let asked = Task::QuestionAnswering;
        for (one, other) in [
            ("ＡＢＣは何？", "abcは何?"),
            ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
            ("a　b ", "A  b"),
            ("雨\n雪", "雨 雪"),
        ] {
            assert_eq!(key(one, asked), key(other, asked), "{one} {other}");
        }
        for (one, other) in
            [("x²", "x2"), ("①", "1"), ("Ⅱ", "II"), ("雨 音", "雨音"), ("か", "が"), ("ヽ", "ヾ")]
        {
            assert_ne!(key(one, asked), key(other, asked), "{one} {other}");
        }
        assert_ne!(key("AIR", Task::Description), key("Air", Task::Description));
        assert_ne!(key("雨", Task::Description), key("雨", asked));
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
