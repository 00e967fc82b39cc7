//! NIILC-QA: questions that people asked, with answers and what the answers are.
//!
//! The repository as a zip: `data/NIILC-ECQA2015_{dev,test}.xml`, each `<questions>` of `<question id="…"><text>…</text>
//! <answers><answer>…</answer>…</answers><meta>…<D.3>…</D.3>…</meta></question>`, whose tags have dots. `D.3` says
//! whether the answer is the only one (唯一). (<https://github.com/mynlp/niilc-qa>; the tags are described in
//! `NIILC-ECQA2015_AnnotationDefinition.md` there)
//!
//! Several `<answer>` may be members of a list, other names of one thing, or rivals, and nothing says which: what is
//! trained on is only what has one answer, and that the only one. Evaluation data has all of them in `answers`.

use std::borrow::Cow;

use ljd_core::read::lines;
use ljd_core::{
    Asked, Chunk, ChunkSink, Corpus, Raw, Record, RecordSink, Result, Rules, Skip, Task,
};
use memchr::memmem;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use crate::aio::{QUIZ, plain_answer};

/// Questions that people asked, with their answers.
#[derive(Debug, Clone, Copy)]
pub struct Niilc;

const MEMBERS: [&str; 2] = ["NIILC-ECQA2015_dev.xml", "NIILC-ECQA2015_test.xml"];

/// What a question ends with, and begins with.
const END: &[u8] = b"</question>";
const START: &[u8] = b"<question ";

impl Corpus for Niilc {
    fn name(&self) -> &'static str {
        "niilc"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/niilc.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let file = raw.manifest().file(0)?;
        let mut zip = raw.zip(file)?;
        for member in MEMBERS {
            out.split = file.split_of(member)?;
            let last_end = |text: &[u8]| memmem::rfind(text, END).map_or(0, |at| at + END.len());
            lines(zip.member(&format!("data/{member}"))?, &last_end, out)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        for text in &chunk.texts {
            let ends = memmem::find_iter(&text.bytes, END).map(|at| at + END.len());
            for row in text.rows(ends) {
                let Some(start) = memmem::find(&row.bytes, START) else {
                    let is_end = row.bytes.ends_with(END);
                    let done = Err(if is_end { NOT_XML } else { Skip::NoRow });
                    out.row(done, || row.location(row.first_line));
                    continue;
                };
                let question = row.bytes.get(start..).unwrap_or_default();
                let done = text.row(question).and_then(|xml| Question::read(xml)?.push(chunk, out));
                let before = row.bytes.get(..start).unwrap_or_default();
                let line = row.first_line + memchr::memchr_iter(b'\n', before).count() as u64;
                out.row(done, || row.location(line));
            }
        }
        Ok(())
    }
}

const NOT_XML: Skip = Skip::Bad("not XML");

#[derive(Debug, Default, PartialEq)]
struct Question {
    id: String,
    text: String,
    answers: Vec<String>,
    /// Whether the answer is the only one, in the corpus's words.
    uniqueness: String,
}

impl Question {
    fn read(xml: &str) -> Result<Self, Skip> {
        let mut question = Self::default();
        let mut reader = Reader::from_str(xml);
        let mut tag = String::new();
        loop {
            match reader.read_event().map_err(|_error| NOT_XML)? {
                Event::Start(start) => {
                    start.name().as_ref().clone_into(&mut tag);
                    if tag == "question" {
                        let id = start.try_get_attribute("id").map_err(|_error| NOT_XML)?;
                        let id = id.ok_or(Skip::Bad("no `id`"))?;
                        let id = id.normalized_value(XmlVersion::Implicit1_0);
                        question.id = id.map_err(|_error| NOT_XML)?.into_owned();
                    }
                    if tag == "answer" {
                        question.answers.push(String::new());
                    }
                }
                Event::Text(text) => question.add(&tag, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|_error| NOT_XML)?;
                    match (character, resolve_predefined_entity(&reference)) {
                        (Some(character), _) => {
                            question.add(&tag, character.encode_utf8(&mut [0; 4]));
                        }
                        (None, Some(text)) => question.add(&tag, text),
                        (None, None) => return Err(NOT_XML),
                    }
                }
                Event::End(_) => tag.clear(),
                Event::Eof => return Ok(question),
                _ => {}
            }
        }
    }

    fn add(&mut self, tag: &str, text: &str) {
        match tag {
            "text" => self.text.push_str(text),
            "answer" => {
                self.answers.iter_mut().last().into_iter().for_each(|last| last.push_str(text));
            }
            "D.3" => self.uniqueness.push_str(text),
            _ => {}
        }
    }

    fn push(&self, chunk: &Chunk, out: &mut RecordSink<'_>) -> Result<(), Skip> {
        let question = self.text.trim();
        if question.is_empty() {
            return Err(Skip::Bad("no `text`"));
        }
        let answers: Vec<Cow<'_, str>> = self
            .answers
            .iter()
            .map(|answer| plain(answer))
            .filter(|answer| is_answer(answer))
            .collect();
        let first = answers.first().ok_or(Skip::LeftOut("no answer"))?.clone();
        let is_evaluation = chunk.split.is_evaluation();
        if !is_evaluation && (self.uniqueness.trim() != ONLY || self.answers.len() != 1) {
            return Err(Skip::LeftOut("an answer that is not the only one"));
        }
        out.push(Record {
            instruction: QUIZ.fill([("question", question.into())]),
            asked: Some(Asked::alone(question)),
            output: first,
            answers: if is_evaluation { answers } else { Vec::new() },
            split: chunk.split,
            ..Record::new(out.source(), &self.id, Task::QuestionAnswering)
        });
        Ok(())
    }
}

/// Says that an answer is the only one.
const ONLY: &str = "唯一";

/// `-` stands for none, and 説明文 for an explanation that is wanted.
fn is_answer(answer: &str) -> bool {
    !matches!(answer, "" | "-" | "説明文")
}

/// An answer without notes in brackets, digits and letters as in running text.
fn plain(answer: &str) -> Cow<'_, str> {
    let plain = plain_answer(answer);
    let narrow = |c: char| match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        c => c,
    };
    Cow::Owned(plain.chars().map(narrow).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_dots_and_references_are_read() {
        let xml = r#"<question id="A-1"><text>雨&amp;橋は？</text><answers><answer>あ</answer><answer/>
            <answer></answer></answers><meta><D.3>唯一</D.3><E.1>Y</E.1></meta></question>"#;
        let question = Question::read(xml).unwrap();
        assert_eq!((question.id.as_str(), question.text.as_str()), ("A-1", "雨&橋は？"));
        assert_eq!(
            (question.answers, question.uniqueness.as_str()),
            (vec!["あ".to_owned(), String::new()], "唯一")
        );
        assert_eq!(Question::read("<question><text>x").unwrap_err(), Skip::Bad("no `id`"));
    }

    #[test]
    fn answers_are_plain() {
        assert_eq!(plain(" １８６７年（慶応3年） "), "1867年");
        assert_eq!(plain("Ｃｌ"), "Cl");
        assert!(is_answer("〒") && !is_answer("-") && !is_answer("説明文"));
    }
}
