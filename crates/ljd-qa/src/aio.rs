//! AIO, the AI King quiz: questions of two origins under two licences.
//!
//! The contests publish JSON Lines (`aio_02_train.jsonl`, `aio_02_dev_v1.0.jsonl`) with `qid`,
//! `original_question`, `original_answer`, `question` (normalised), `answers` (a list). The same questions
//! are tab-separated at `cl-tohoku/quiz-datasets`, with a header, `qid`, five other columns, then
//! `original_question` and `original_answer`; some of those files have CRLF.
//! (<https://sites.google.com/view/project-aio/dataset>, <https://github.com/cl-tohoku/quiz-datasets>;
//! Suzuki et al. 2020, "JAQKET: Constructing a Japanese QA Dataset with Quiz Questions as Its Subject")
//!
//! Questions whose `qid` begins with `QA20` or `AIO` were written for the contests ([`Aio`]). All others
//! belong to the committees of the quiz contests abc and EQIDEN ([`Abc`]): they may be redistributed for
//! research only, which v0 overlooked.

use std::borrow::Cow;

use ljd_core::read::{last_line_end, line_ends, lines, mark_repeated, object};
use ljd_core::{
    Asked, Chunk, ChunkSink, Corpus, Preset, Raw, RecordSink, Result, Rules, Skip, Task, Template,
    Text,
};
use serde::Deserialize;

use crate::{QuestionAnswer, distinct};

pub(crate) const QUIZ: Template<'static> = Template::new("quiz", "{question}");

/// Quiz questions written for the AI King contests.
#[derive(Debug, Clone, Copy)]
pub struct Aio;

/// Quiz questions of the abc and EQIDEN contests: for research only.
#[derive(Debug, Clone, Copy)]
pub struct Abc;

/// Whose questions a corpus takes out of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Aio,
    Abc,
}

/// How a file writes a question.
const TSV: usize = 0;
const JSON_LINES: usize = 1;

impl Corpus for Aio {
    fn name(&self) -> &'static str {
        "aio"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/aio.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        chunks(raw, rules, out)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        records(Origin::Aio, chunk, rules, out);
        Ok(())
    }
}

impl Corpus for Abc {
    fn name(&self) -> &'static str {
        "abc"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/abc.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        chunks(raw, rules, out)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        records(Origin::Abc, chunk, rules, out);
        Ok(())
    }
}

fn chunks(raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
    let read = |out: &mut ChunkSink<'_>| {
        for file in &raw.manifest().files {
            out.split = file.split()?;
            lines(raw.open(file)?, &last_line_end, out)?;
        }
        Ok(())
    };
    match rules.preset {
        Preset::V0 => read(out),
        Preset::Clean => {
            let rows = |text: &Text| text.rows(line_ends(&text.bytes)).collect();
            mark_repeated(out, &rows, &|row| Some(question_of(row)?.into_bytes()), read)
        }
    }
}

fn part_of(text: &Text) -> usize {
    if text.file.ends_with(".jsonl") { JSON_LINES } else { TSV }
}

/// The question of a row; `None` for a header or what is no row.
fn question_of(row: &Text) -> Option<String> {
    let line = std::str::from_utf8(&row.bytes).ok()?.trim_end();
    let question = Question::parse(line, part_of(row)).ok()?;
    question.original_question.or(question.question).map(|text| text.trim().to_owned())
}

fn records(origin: Origin, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) {
    let part = chunk.texts.first().map_or(TSV, part_of);
    chunk.each_line(out, |line, out| {
        let row = Question::parse(line.text, part)?;
        let id = row.qid.as_deref().filter(|id| !id.is_empty()).ok_or(Skip::Bad("no `qid`"))?;
        if origin != Origin::of(id) {
            return Err(Skip::NoRow);
        }
        row.record(id, rules)?.push(chunk, out);
        Ok(())
    });
}

impl Origin {
    fn of(qid: &str) -> Self {
        if qid.starts_with("QA20") || qid.starts_with("AIO") { Self::Aio } else { Self::Abc }
    }
}

#[derive(Deserialize)]
struct Question<'a> {
    #[serde(borrow)]
    qid: Option<Cow<'a, str>>,
    original_question: Option<Cow<'a, str>>,
    original_answer: Option<Cow<'a, str>>,
    question: Option<Cow<'a, str>>,
    answers: Option<Vec<Cow<'a, str>>>,
}

impl<'a> Question<'a> {
    fn parse(line: &'a str, part: usize) -> Result<Self, Skip> {
        if line.is_empty() {
            return Err(Skip::NoRow);
        }
        if part == JSON_LINES {
            return object(line);
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [qid, _, _, _, _, question, answer, ..] = columns[..] else {
            return Err(Skip::Bad("fewer than seven columns"));
        };
        if qid == "qid" {
            return Err(Skip::NoRow);
        }
        Ok(Self {
            qid: Some(Cow::Borrowed(qid)),
            original_question: Some(Cow::Borrowed(question)),
            original_answer: Some(Cow::Borrowed(answer)),
            question: None,
            answers: None,
        })
    }

    fn record(&self, id: &'a str, rules: &Rules) -> Result<QuestionAnswer<'_>, Skip> {
        let question = self.original_question.as_deref();
        let answer = self.original_answer.as_deref();
        let (question, answer) = match rules.preset {
            Preset::V0 => (question, answer.map(Cow::Borrowed)),
            Preset::Clean => {
                let first = || self.answers.as_deref()?.first().map(AsRef::as_ref);
                let question = question.or(self.question.as_deref()).map(str::trim);
                (question, answer.or_else(first).map(|answer| Cow::Owned(plain_answer(answer))))
            }
        };
        let question = question.ok_or(Skip::Bad("no `original_question`"))?;
        let answer = answer.ok_or(Skip::Bad("no `original_answer`"))?;
        if question.trim().is_empty() || answer.trim().is_empty() {
            return Err(Skip::Bad("empty question or answer"));
        }
        Ok(QuestionAnswer {
            id: Cow::Borrowed(id),
            task: Task::QuestionAnswering,
            instruction: match rules.preset {
                Preset::V0 => question.into(),
                Preset::Clean => QUIZ.fill([("question", question.into())]),
            },
            input: Cow::Borrowed(""),
            asked: (rules.preset == Preset::Clean).then(|| Asked::alone(question)),
            answers: self.right_answers(&answer),
            output: answer,
            url: None,
            attribution: None,
        })
    }

    /// The answers that the contest takes for right, where the file lists them; the one that there is otherwise.
    fn right_answers<'q>(&'q self, answer: &Cow<'q, str>) -> Vec<Cow<'q, str>> {
        let listed = self.answers.iter().flatten().map(|answer| Cow::Borrowed(answer.trim()));
        distinct([answer.clone()].into_iter().chain(listed.filter(|answer| !answer.is_empty())))
    }
}

/// One answer without what the quiz's judges need to know: notes, readings and what tells a title of
/// Wikipedia from others stand in brackets behind it. A bracket in front is a part that may be left out, so
/// it is left in. Quotation marks around all of it go.
pub(crate) fn plain_answer(answer: &str) -> String {
    let answer = answer.trim();
    let mut plain = String::with_capacity(answer.len());
    let mut rest = answer;
    while let Some((before, bracketed, after)) = next_bracket(rest) {
        plain.push_str(before);
        if plain.trim().is_empty() && !is_note(bracketed) {
            plain.push_str(bracketed);
        }
        rest = after;
    }
    plain.push_str(rest);
    let plain = unquoted(plain.trim());
    if plain.is_empty() { answer.to_owned() } else { plain.to_owned() }
}

const BRACKETS: [(char, char); 5] =
    [('（', '）'), ('(', ')'), ('［', '］'), ('〔', '〕'), ('【', '】')];

/// What stands before the first bracket, in it, and behind it.
fn next_bracket(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.find(|c| BRACKETS.iter().any(|(open, _)| *open == c))?;
    let (before, from) = text.split_at_checked(at)?;
    let open = from.chars().next()?;
    let (_, close) = BRACKETS.into_iter().find(|(known, _)| *known == open)?;
    let inside = from.strip_prefix(open)?;
    let mut depth = 1;
    for (end, c) in inside.char_indices() {
        depth = if c == open {
            depth + 1
        } else if c == close {
            depth - 1
        } else {
            depth
        };
        if depth == 0 {
            return Some((before, inside.get(..end)?, inside.get(end..)?.strip_prefix(close)?));
        }
    }
    None
}

/// Whether judges are told something.
fn is_note(text: &str) -> bool {
    ["正解", "○", "×", "も可", "不可", "でも", "別解"].iter().any(|word| text.contains(word))
}

/// What one pair of quotation marks encloses.
fn unquoted(text: &str) -> &str {
    for (open, close) in [('『', '』'), ('「', '」')] {
        let inside = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        if let Some(inside) = inside.filter(|inside| !inside.contains([open, close])) {
            return inside.trim();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_plain() {
        let cases = [
            ("骨川（滑川も正解）", "骨川"),
            ("簡易保険（保険は×）", "簡易保険"),
            ("（午前）９時", "午前９時"),
            ("『吾輩は猫である』", "吾輩は猫である"),
            ("『坊っちゃん』と『こころ』", "『坊っちゃん』と『こころ』"),
            ("竜王 (将棋の駒)", "竜王"),
            ("松本清張（まつもと・せいちょう）【小説家】", "松本清張"),
            ("（「も」でも正解）森", "森"),
            ("（仮）", "仮"),
            ("括弧（が閉じない", "括弧（が閉じない"),
            ("入れ子（の（括弧）も）だ", "入れ子だ"),
            (" 26文字 ", "26文字"),
        ];
        for (answer, expected) in cases {
            assert_eq!(plain_answer(answer), expected, "{answer}");
        }
    }

    /// Found by fuzzing.
    #[test]
    fn a_row_without_an_id_is_no_question() {
        ljd_core::testing::survive(&Abc, b"\t\ta\t\t\ta\t\0\0)@\0");
    }

    #[test]
    fn the_id_tells_the_origin() {
        assert_eq!(Origin::of("QA20CAPR-0002"), Origin::Aio);
        assert_eq!(Origin::of("AIO02-0001"), Origin::Aio);
        assert_eq!(Origin::of("ABC01-01-0001"), Origin::Abc);
    }
}
