//! JQAC, the Japanese Question-Answering Corpus: questions on Wikipedia articles and current topics.
//!
//! `jqac20180625.tgz` holds CSV files in UTF-8 with a header, among its columns `Topic (Title)`,
//! `Question (What, Who, Where, Whose, How, Yes/No)` and `Answer`. `._*` members are what macOS adds, and
//! `*Syllabus.csv` is about lectures. (<https://taniokah.github.io/jqac/>)
//!
//! A spreadsheet has turned some answers that were dates into `6/8/54`.

use std::borrow::Cow;
use std::path::Path;

use ljd_core::read::{is_missing_value, line_ends, whole};
use ljd_core::{
    Chunk, ChunkSink, Corpus, Error, ErrorKind, Instruction, Preset, Raw, Record, RecordSink,
    Result, Rules, Skip, Task, Template, Text,
};

use crate::QuestionAnswer;

/// Questions on Wikipedia articles and current topics.
#[derive(Debug, Clone, Copy)]
pub struct Jqac;

const TOPIC: &str = "Topic (Title)";
const QUESTION: &str = "Question (What, Who, Where, Whose, How, Yes/No)";
const ANSWER: &str = "Answer";

impl Corpus for Jqac {
    fn name(&self) -> &'static str {
        "jqac"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jqac.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    /// The text that is asked about.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.split_once('/').map_or(record.id.as_ref(), |(text, _)| text)
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        raw.each_tar_member(raw.manifest().file(0)?, |member| {
            let name = member.file.rsplit('/').next().unwrap_or_default().to_owned();
            let is_csv = Path::new(&name).extension().is_some_and(|extension| extension == "csv");
            if is_csv && !name.ends_with("Syllabus.csv") && !name.starts_with('.') {
                out.push(vec![whole(member)?])
            } else {
                Ok(())
            }
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let Some(text) = chunk.texts.first() else { return Ok(()) };
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).from_reader(text.bytes.as_slice());
        let places = Places::find(text, &mut reader)?;
        let file = text.file.rsplit('/').next().unwrap_or_default();
        let name = file.strip_suffix(".csv").unwrap_or(file);
        let (mut record, mut start, mut line) = (csv::ByteRecord::new(), 0, text.first_line);
        // Reading from memory into a byte record cannot fail.
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            let before = row_start(&record, &text.bytes);
            let between = text.bytes.get(start..before).unwrap_or_default();
            line += line_ends(between).count() as u64;
            start = before;
            let done = row(&record, places, &format!("{name}/{line}"), rules, chunk, out);
            out.row(done, || text.location(line));
        }
        Ok(())
    }
}

/// Where a row starts. The position of a record may be that of the line ends in front of it.
fn row_start(record: &csv::ByteRecord, text: &[u8]) -> usize {
    let at = record.position().and_then(|position| usize::try_from(position.byte()).ok());
    let at = at.unwrap_or_default();
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

/// The columns that a record needs.
#[derive(Clone, Copy)]
struct Places {
    topic: usize,
    question: usize,
    answer: usize,
}

impl Places {
    fn find(text: &Text, reader: &mut csv::Reader<&[u8]>) -> Result<Self> {
        let header = reader.byte_headers().cloned().unwrap_or_default();
        let place = |column: &'static str| {
            let place = header.iter().position(|name| name.trim_ascii() == column.as_bytes());
            place.ok_or_else(|| Error::at(text.location(1), ErrorKind::NoColumn(column)))
        };
        Ok(Self { topic: place(TOPIC)?, question: place(QUESTION)?, answer: place(ANSWER)? })
    }
}

fn row(
    record: &csv::ByteRecord,
    places: Places,
    id: &str,
    rules: &Rules,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) -> Result<(), Skip> {
    let cell = |place: usize| {
        let bytes = record.get(place).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_utf8| Skip::Bad("not UTF-8"))
    };
    let (topic, question, answer) =
        (cell(places.topic)?, cell(places.question)?, cell(places.answer)?);
    // To v0 an answer `None` was a missing one; here it may be the name of something.
    let is_nothing = |text: &str| match rules.preset {
        Preset::V0 => is_missing_value(text),
        Preset::Clean => text.trim().is_empty(),
    };
    if is_nothing(question) || is_nothing(answer) {
        return Err(Skip::LeftOut("no question or no answer"));
    }
    let (topic, question, answer) = match rules.preset {
        Preset::V0 => (topic, question, answer),
        Preset::Clean => (topic.trim(), question.trim(), answer.trim()),
    };
    if rules.preset == Preset::Clean {
        if is_date_of_a_spreadsheet(answer) {
            return Err(Skip::LeftOut("a date that a spreadsheet has changed"));
        }
        if is_yes_or_no(answer) {
            return Err(Skip::LeftOut("yes or no without a reason"));
        }
        if topic.is_empty() {
            return Err(Skip::Bad("no topic"));
        }
    }
    QuestionAnswer {
        id: Cow::Borrowed(id),
        task: Task::QuestionAnswering,
        instruction: match rules.preset {
            // What v0 joined to a missing topic was missing as a whole.
            Preset::V0 if is_missing_value(topic) => "".into(),
            Preset::V0 => format!("{topic}に関して、{question}").into(),
            Preset::Clean => on_topic(topic, question),
        },
        input: Cow::Borrowed(""),
        output: Cow::Borrowed(answer),
        url: None,
        asked: None,
        answers: Vec::new(),
        attribution: None,
    }
    .push(chunk, out);
    Ok(())
}

/// The question, with its topic unless it names that itself. What tells a title from others like it stands in brackets
/// behind it, and is no word of the topic.
fn on_topic<'a>(topic: &'a str, question: &'a str) -> Instruction<'a> {
    let topic = topic.split_once(" (").map_or(topic, |(name, _)| name);
    if question.contains(topic) {
        return PLAIN.fill([("question", question.into())]);
    }
    ON_TOPIC.fill([("topic", topic.into()), ("question", question.into())])
}

const PLAIN: Template<'static> = Template::new("topic-question", "{question}");
const ON_TOPIC: Template<'static> = Template::new("topic-question", "{topic}に関して、{question}");

/// Month, day and year of one or two digits, as in `6/8/54`.
fn is_date_of_a_spreadsheet(answer: &str) -> bool {
    let numbers: Vec<&str> = answer.split('/').collect();
    let is_short = |number: &&str| {
        (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    (2..=3).contains(&numbers.len()) && numbers.iter().all(is_short)
}

fn is_yes_or_no(answer: &str) -> bool {
    let answer = answer.trim_end_matches(['。', '.', '、', '！', '!']);
    let words = ["はい", "いいえ", "yes", "no", "イエス", "ノー", "うん", "そうです", "違います"];
    words.iter().any(|word| word.eq_ignore_ascii_case(answer))
}

#[cfg(test)]
mod tests {
    use ljd_core::{Manifest, Split};

    use super::*;

    #[test]
    fn what_a_spreadsheet_did_is_told_from_fractions_of_text() {
        for answer in ["6/8/54", "12/1/90", "1/2"] {
            assert!(is_date_of_a_spreadsheet(answer), "{answer}");
        }
        for answer in ["1954/6/8", "1954年6月8日", "6", "a/b/c", ""] {
            assert!(!is_date_of_a_spreadsheet(answer), "{answer}");
        }
    }

    #[test]
    fn yes_alone_is_no_answer_but_yes_with_a_reason_is() {
        assert!(is_yes_or_no("はい。") && is_yes_or_no("No"));
        assert!(!is_yes_or_no("はい、1967年に入りました。"));
    }

    #[test]
    fn only_v0_takes_none_for_a_missing_value() {
        let manifest = Manifest::parse(Jqac.manifest(), "manifest").unwrap();
        let rows = [
            format!("{TOPIC},\"{QUESTION}\",{ANSWER}"),
            "雨の国,王は誰ですか？,None".to_owned(),
            "NA,王都はどこですか？,雨都".to_owned(),
        ];
        let text = Text { bytes: rows.join("\n").into_bytes(), ..Text::default() };
        let chunk = Chunk { texts: vec![text], split: Split::Train, block: 0, reread: false };
        for (preset, expected) in [
            (Preset::V0, vec![("", "雨都")]),
            (
                Preset::Clean,
                vec![
                    ("雨の国に関して、王は誰ですか？", "None"),
                    ("NAに関して、王都はどこですか？", "雨都"),
                ],
            ),
        ] {
            let mut found = Vec::new();
            let mut keep = |record: Record<'_>| {
                found.push((record.instruction.to_string(), record.output.into_owned()));
            };
            let mut out = RecordSink::new(&manifest.source, false, &mut keep);
            Jqac.records(&chunk, &Rules::new(preset), &mut out).unwrap();
            let expected: Vec<_> =
                expected.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
            assert_eq!(found, expected, "{preset:?}");
        }
    }
}
