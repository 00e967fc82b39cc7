//! Text of evaluation data in what a model is to be trained on.
//!
//! A record is contaminated if it has a run of 13 words with an evaluation text in common (Brown et al. 2020,
//! "Language Models are Few-Shot Learners", appendix C). In Japanese, which has no spaces, that is a run of 26
//! characters: a word has two on average, so that a word of Latin letters weighs as much as two characters. A line
//! that is shorter than that has to be equal as a whole, if it has sixteen characters or eight words at least: shorter
//! ones are phrases that everybody uses, and the choices of a question. A question of any task but translation is also
//! found where another record asks the same and no more, from four characters on. A question that is asked without a text
//! to look into is found in any line that says it, and an article of which something is asked is described nowhere. Two
//! texts of which something is asked together, a question and its passage or two sentences that are compared, are found
//! wherever the same two belong together, in whatever order and however short they are.
//! Punctuation, case, width and white space make no difference.

use std::collections::VecDeque;

use hashbrown::HashTable;
use ljd_core::{Asked, Record};

use crate::normal::{Normal, hash, normal};

/// Characters in a run.
const RUN: usize = 26;

/// Characters of a question that is looked for among questions as a whole, with nothing before or behind it.
const LEAST_QUESTION: usize = 4;

/// Characters of a line that is compared as a whole.
const LEAST_LINE: usize = 16;

/// Characters that a word counts for.
const WORD: usize = 2;

/// Evaluation data by its runs.
///
/// ```
/// use ljd_quality::Evaluation;
///
/// let mut evaluation = Evaluation::default();
/// evaluation.add_text("quiz.jsonl:7", "2031年に海の上の駅で開かれた架空の博覧会の名前は何でしょう？");
/// let text = "問題：2031年に海の上の駅で開かれた、架空の博覧会の名前は何でしょうか。";
/// assert_eq!(evaluation.find_text(text), Some("quiz.jsonl:7"));
/// assert_eq!(evaluation.find_text("海の上の駅で開かれた架空の博覧会"), None);
/// ```
#[derive(Debug, Default)]
pub struct Evaluation {
    names: Vec<String>,
    runs: HashTable<(u64, u32)>,
    /// Whole questions, and lines that may be some.
    questions: HashTable<(u64, u32)>,
    /// Questions that are asked without a text to look into.
    alone: HashTable<(u64, u32)>,
    /// Two texts that belong together.
    pairs: HashTable<(u64, u32)>,
    /// Titles of articles that something is asked of.
    titles: HashTable<(u64, u32)>,
    filter: Filter,
}

impl Evaluation {
    /// Adds a record of an evaluation split under a name to find it by.
    pub fn add(&mut self, name: &str, record: &Normal) {
        let n = self.add_lines(name, record.texts());
        if record.is_question {
            add(&mut self.questions, question(record.prompt()), n);
        }
        add(&mut self.pairs, record.pair().and_then(pair), n);
    }

    /// Adds what a record of an evaluation split asks, and every answer to it, under a name to find it by.
    pub fn add_record(&mut self, name: &str, record: &Record<'_>) {
        self.add(name, &Normal::of(record));
        if let Some(asked) = &record.asked {
            self.add_asked(name, asked, &record.answers);
        }
    }

    /// Adds a question, and every answer to it, under a name to find it by.
    ///
    /// ```
    /// use ljd_core::Asked;
    /// use ljd_quality::Evaluation;
    ///
    /// let mut evaluation = Evaluation::default();
    /// evaluation.add_asked("quiz/1", &Asked::alone("傘を売る店は？"), &["雨屋"]);
    /// assert_eq!(evaluation.find_in_row(["次に答えてください。\n傘を売る店は？", "雨屋"], &[]), Some("quiz/1"));
    /// assert_eq!(evaluation.find_in_row(["傘を売る店はどこにありますか？", "雨屋"], &[]), None);
    /// ```
    pub fn add_asked<T: AsRef<str>>(&mut self, name: &str, asked: &Asked<'_>, answers: &[T]) {
        let texts = [&asked.question, &asked.context].map(|text| normal(text));
        let answers: Vec<String> = answers.iter().map(|text| normal(text.as_ref())).collect();
        let n = self.add_lines(name, texts.iter().chain(&answers).map(String::as_str));
        if asked.context.is_empty() {
            let lines = texts.iter().flat_map(|text| text.lines());
            lines.for_each(|line| add(&mut self.alone, question([line]), n));
        }
        add(&mut self.titles, title(&normal(&asked.title)), n);
    }

    /// Adds a text.
    pub fn add_text(&mut self, name: &str, text: &str) {
        let normal = normal(text);
        let n = self.add_lines(name, [normal.as_str()]);
        add(&mut self.questions, question([normal.as_str()]), n);
    }

    fn add_lines<'a>(&mut self, name: &str, texts: impl IntoIterator<Item = &'a str>) -> u32 {
        let n = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.to_owned());
        for line in texts.into_iter().flat_map(str::lines) {
            each_run(line, &mut |run| {
                self.filter.add(run);
                add(&mut self.runs, Some(run), n);
                false
            });
        }
        n
    }

    /// Whether there is nothing to compare with.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of evaluation data that a record has a run of.
    pub fn find(&self, record: &Normal) -> Option<&str> {
        let asked = if record.is_question { question(record.prompt()) } else { None };
        let asked = asked.and_then(|asked| find(&self.questions, asked));
        let asked = asked.or_else(|| self.described(record.described()));
        let asked = asked.or_else(|| find(&self.pairs, pair(record.pair()?)?));
        let named = asked.and_then(|n| self.names.get(n as usize));
        named.map(String::as_str).or_else(|| self.find_in(record.texts()))
    }

    /// The name of evaluation data that a finished row has: any of its texts, or what it describes, in lines.
    pub fn find_in_row<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a str>,
        described: &[&str],
    ) -> Option<&str> {
        let described = described.iter().flat_map(|text| text.lines());
        let named = described.map(normal).find_map(|line| self.described(Some(&line)));
        let named = named.and_then(|n| self.names.get(n as usize)).map(String::as_str);
        named.or_else(|| texts.into_iter().find_map(|text| self.find_in([normal(text).as_str()])))
    }

    /// What is asked of the article with that title, normalised.
    fn described(&self, described: Option<&str>) -> Option<u32> {
        find(&self.titles, title(described?)?)
    }

    /// The name of evaluation data that a text has a run of.
    pub fn find_text(&self, text: &str) -> Option<&str> {
        self.find_in([normal(text).as_str()])
    }

    fn find_in<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Option<&str> {
        if self.is_empty() {
            return None;
        }
        let mut found = None;
        for line in texts.into_iter().flat_map(str::lines) {
            each_run(line, &mut |run| {
                if self.filter.may_have(run) {
                    found = find(&self.runs, run);
                }
                found.is_some()
            });
            if !self.alone.is_empty() {
                found = found.or_else(|| find(&self.alone, question([line])?));
            }
            if let Some(n) = found {
                return self.names.get(n as usize).map(String::as_str);
            }
        }
        None
    }
}

/// Adds a digest, if there is one that is not there yet.
fn add(table: &mut HashTable<(u64, u32)>, digest: Option<u64>, n: u32) {
    if let Some(digest) = digest.filter(|digest| find(table, *digest).is_none()) {
        table.insert_unique(digest, (digest, n), |(digest, _)| *digest);
    }
}

/// The number of the evaluation data that has a digest.
fn find(table: &HashTable<(u64, u32)>, digest: u64) -> Option<u32> {
    table.find(digest, |(other, _)| *other == digest).map(|(_, n)| *n)
}

/// Characters of a text that is more than a few words.
const LEAST_SENTENCE: usize = 10;

/// What a sentence is recognised by, whatever its punctuation, case, width and white space; `None` for a text of a few
/// words, which anybody may say: less than five words or ten characters.
///
/// ```
/// let sentence = ljd_quality::sentence("雨の日に外を歩く人がいる。");
/// assert!(sentence.is_some());
/// assert_eq!(sentence, ljd_quality::sentence("雨の日に、外を歩く人がいる"));
/// assert_eq!(ljd_quality::sentence("はい、そうです。"), None);
/// ```
pub fn sentence(text: &str) -> Option<u64> {
    whole([normal(text).as_str()], LEAST_SENTENCE)
}

/// The digest of a title, however short it is: a name is compared as it is, signs included.
fn title(normal: &str) -> Option<u64> {
    let title = normal.trim();
    (!title.is_empty()).then(|| hash(title))
}

/// The digest of a whole question that is no single word.
fn question<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<u64> {
    whole(texts, LEAST_QUESTION)
}

/// The digest of two texts, whichever is first.
fn pair(texts: &[String; 2]) -> Option<u64> {
    let digest = |text: &String| whole([text.as_str()], 1);
    let (one, other) = (digest(&texts[0])?, digest(&texts[1])?);
    Some(one.min(other).wrapping_mul(Rolling::BASE).wrapping_add(one.max(other)))
}

/// The digest of all that texts say, if it is so much.
fn whole<'a>(texts: impl IntoIterator<Item = &'a str>, least: usize) -> Option<u64> {
    let (mut digest, mut n) = (0_u64, 0);
    for unit in texts.into_iter().flat_map(units) {
        digest = digest.wrapping_mul(Rolling::BASE).wrapping_add(number(unit));
        n += weight(unit);
    }
    (least <= n).then_some(digest)
}

fn weight(unit: &str) -> usize {
    if unit.starts_with(is_word) { WORD } else { 1 }
}

/// Calls `each` with a digest of every run of a normalised line, until it says that it is enough.
fn each_run(line: &str, each: &mut dyn FnMut(u64) -> bool) {
    let mut rolling = Rolling::default();
    for unit in units(line) {
        rolling.add(number(unit), weight(unit));
        if RUN <= rolling.weight && each(rolling.digest()) {
            return;
        }
    }
    if LEAST_LINE <= rolling.weight && !rolling.is_full {
        each(rolling.digest());
    }
}

/// A number for a unit, by what 64 bits of FNV-1a and a mixing step give: units are short, and there are many.
fn number(unit: &str) -> u64 {
    let hash = unit.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(Rolling::BASE)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// What counts one each: a word of Latin letters or digits, or any other letter or digit.
fn units(normal: &str) -> impl Iterator<Item = &str> {
    let mut rest = normal;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let end = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (unit, behind) = rest.split_at_checked(end)?;
        rest = behind;
        Some(unit)
    })
}

/// The digest of the last run of a line (Karp and Rabin 1987): the shortest one that weighs enough.
#[derive(Default)]
struct Rolling {
    sum: u64,
    weight: usize,
    is_full: bool,
    units: VecDeque<(u64, usize)>,
}

impl Rolling {
    fn add(&mut self, unit: u64, weight: usize) {
        self.sum = self.sum.wrapping_mul(Self::BASE).wrapping_add(unit);
        self.weight += weight;
        self.units.push_back((unit, weight));
        while let Some((first, weight)) = self.units.front()
            && RUN <= self.weight - weight
        {
            self.weight -= weight;
            let power = Self::POWERS.get(self.units.len() - 1).copied().unwrap_or_default();
            self.sum = self.sum.wrapping_sub(first.wrapping_mul(power));
            self.units.pop_front();
        }
        self.is_full |= RUN <= self.weight;
    }

    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

    /// The powers of the base: a run has `RUN` units at most, and one more while it moves on.
    #[expect(clippy::indexing_slicing, reason = "a constant: the compiler has checked it")]
    const POWERS: [u64; RUN + 1] = {
        let mut powers = [1; RUN + 1];
        let mut i = 1;
        while i <= RUN {
            powers[i] = Self::BASE.wrapping_mul(powers[i - 1]);
            i += 1;
        }
        powers
    };

    /// With the number of units, so that two runs of other lengths differ.
    fn digest(&self) -> u64 {
        let mixed = (self.sum ^ self.units.len() as u64).wrapping_mul(Self::BASE);
        mixed ^ (mixed >> 31)
    }
}

/// Says quickly of most runs that they are not there: a bit for each, in what fits into a cache.
#[derive(Debug)]
struct Filter(Vec<u64>);

impl Filter {
    const WORDS: u64 = 1 << 18;

    fn place(run: u64) -> (usize, u64) {
        let word = usize::try_from((run >> 6) % Self::WORDS).unwrap_or_default();
        (word, 1 << (run % 64))
    }

    fn add(&mut self, run: u64) {
        let (word, bit) = Self::place(run);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_have(&self, run: u64) -> bool {
        let (word, bit) = Self::place(run);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self(vec![0; usize::try_from(Self::WORDS).unwrap_or_default()])
    }
}

#[cfg(test)]
mod tests {
    use ljd_core::Task;
    use proptest::prelude::*;

    use super::*;

    fn found(evaluation: &[&str], text: &str) -> bool {
        let mut index = Evaluation::default();
        for line in evaluation {
            index.add_text("test", line);
        }
        index.find_text(text).is_some()
    }

    #[test]
    fn a_run_of_words_or_characters_is_found() {
        let words =
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
        assert!(found(
            &[words],
            "ZERO; One, two three four five six seven eight nine ten eleven twelve -- thirteen!"
        ));
        assert!(!found(
            &[words],
            "one two three four five six seven eight nine ten eleven twelve fourteen"
        ));
        let text = "雨の国の首都は雨都で、人口は千人、一年の大半は雨が降るという。";
        assert!(found(
            &[text],
            "それによると雨の国の首都は雨都で人口は千人一年の大半は雨が降るという。"
        ));
        assert!(!found(&[text], "雨の国の首都は雨都で、人口は千人、大半は雨が降るという。"));
    }

    #[test]
    fn a_short_line_has_to_be_equal() {
        assert!(found(
            &["雨の日に外をよく歩く人が差すものは？\nA. 傘"],
            "雨の日に外をよく歩く人が差すものは"
        ));
        assert!(!found(
            &["雨の日に外をよく歩く人が差すものは？"],
            "雨の日に外をよく歩く人が差すものは何ですか"
        ));
        assert!(!found(&["雨の日"], "雨の日"));
    }

    #[test]
    fn a_short_question_is_found_among_questions_as_a_whole() {
        let ask = |text: &'static str| Normal::of(&crate::testing::record(text, "傘"));
        let mut index = Evaluation::default();
        index.add("test", &ask("雨の日に差すものは？"));
        index.add("test", &ask("雨雲？"));
        assert_eq!(index.find(&ask("雨の日に差すものは")), Some("test"));
        assert_eq!(index.find(&ask("雨の日に差すものは何")), None);
        assert_eq!(index.find(&ask("雨雲")), None);
        let translated = crate::testing::translation("雨の日に差すものは？", "What is it?");
        assert_eq!(index.find(&Normal::of(&translated)), None);
    }

    #[test]
    fn two_short_texts_are_found_where_they_belong_together() {
        let of = |question: &'static str, context: &'static str| {
            let asked = Asked { context: context.into(), ..Asked::alone(question) };
            Record { asked: Some(asked), ..crate::testing::record(question, "矛盾") }
        };
        let mut index = Evaluation::default();
        index.add_record("test", &of("雨が降る。", "橋だ。"));
        index.add_record("alone", &of("川が流れる。", ""));
        let found = |question, context| index.find(&Normal::of(&of(question, context)));
        // In whatever order, and under whatever instruction.
        assert_eq!(found("橋だ", "雨が降る"), Some("test"));
        assert_eq!(found("橋だ。", "雪が降る。"), None);
        assert_eq!(found("橋だ。", "川が流れる。"), None);
        assert_eq!(found("橋だ。", "…"), None);
    }

    #[test]
    fn a_question_by_itself_is_found_in_any_line_that_says_it() {
        let mut index = Evaluation::default();
        index.add_asked("test", &Asked::alone("雨の傘屋は？"), &["雨屋"]);
        index.add_asked("short", &Asked::alone("傘は？"), &["雨屋"]);
        let found = |text| index.find_in_row([text], &[]);
        assert_eq!(found("答えてください。\n「雨の傘屋は」\nA. 雨屋"), Some("test"));
        assert_eq!(found("答えてください。雨の傘屋は？"), None);
        // Of three characters, one less than a question has at least.
        assert_eq!(found("傘は？"), None);
        let asked = crate::testing::record("次から選んでください。\n雨の傘屋は？", "雪屋");
        assert_eq!(index.find(&Normal::of(&asked)), Some("test"));
    }

    #[test]
    fn a_question_on_a_text_is_found_with_its_text_and_its_article() {
        let context = "架空の町の雨屋は三百年前から黄色い傘だけを売り続けている店だ。";
        let asked = Asked {
            question: "何を売るか？".into(),
            context: context.into(),
            title: "雨屋".into(),
            choices: Vec::new(),
        };
        let mut index = Evaluation::default();
        index.add_asked("test", &asked, &["傘", "黄色い傘"]);
        assert_eq!(index.find_in_row(["何を売るか？", "傘"], &[]), None);
        assert_eq!(index.find_in_row([context], &[]), Some("test"));
        assert_eq!(index.find_in_row(["雨屋"], &[]), None);
        assert_eq!(index.find_in_row(["店だ。"], &["次は何ですか。\n雨屋"]), Some("test"));
        let of = |task| Record { task, ..crate::testing::record("雨屋", "店だ。") };
        let described = Normal::of(&of(Task::Description));
        assert_eq!(index.find(&described), Some("test"));
        assert_eq!(index.find(&Normal::of(&of(Task::QuestionAnswering))), None);
    }

    #[test]
    fn every_answer_of_an_evaluation_record_is_looked_for() {
        let long = "雨の降る町の駅前で黄色い傘を売る店";
        let mut index = Evaluation::default();
        let record = Record {
            asked: Some(Asked::alone("どの店ですか？")),
            answers: vec!["雨屋".into(), long.into()],
            ..crate::testing::record("どの店ですか？", "雨屋")
        };
        index.add_record("test", &record);
        assert_eq!(index.find_in_row([long], &[]), Some("test"));
        assert_eq!(index.find_in_row(["雨屋"], &[]), None);
    }

    proptest! {
        #[test]
        fn whatever_holds_an_evaluation_text_is_found(
            text in "[あ-ん]{26,60}|([a-z]{1,9} ){13,20}|([a-z]{1,5} [あ-ん]{2,9}){9}",
            before in "([a-z]{0,5} ?[ア-ン]{0,3}){0,9} ",
            after in " \\PC{0,30}",
        ) {
            let whole = [before.as_str(), &text, &after].concat();
            prop_assert!(found(&[&text], &whole));
        }

        #[test]
        fn rolling_gives_what_starting_anew_gives(units in prop::collection::vec((any::<u64>(), 1..=2_usize), 1..60)) {
            let mut rolling = Rolling::default();
            for (unit, weight) in units {
                rolling.add(unit, weight);
                let mut anew = Rolling::default();
                for (unit, weight) in &rolling.units {
                    anew.add(*unit, *weight);
                }
                prop_assert_eq!(rolling.digest(), anew.digest());
                prop_assert_eq!(rolling.weight, anew.weight);
            }
        }
    }
}
