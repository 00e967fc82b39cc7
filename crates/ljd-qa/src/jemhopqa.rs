//! `JEMHopQA`: questions that take two steps to answer, each step with the fact that it rests on.
//!
//! The repository as a zip: `corpus_ver1.2/{train,dev}_ver1.2.json`, JSON arrays of `{"qid", "type", "question",
//! "answer", "derivations": [[subject, relation, [object, …]], …], "page_ids", "time_dependent"}`.
//! (<https://github.com/aiishii/JEMHopQA>; Ishii et al. 2024, "`JEMHopQA`: Dataset for Japanese Explainable Multi-Hop
//! Question Answering")
//!
//! A question of the training split gives two records: its answer, and its answer behind the facts. `YES` and `NO` are
//! はい and いいえ. The `category` says whether two things are compared or facts are chained, and whether the answer
//! changes with time.

use std::borrow::Cow;

use ljd_core::read::{each_object, json_array};
use ljd_core::{
    Asked, Chunk, ChunkSink, Corpus, Raw, Record, RecordSink, Result, Rules, Skip, Task, Template,
};
use serde::Deserialize;

/// Questions of two steps.
#[derive(Debug, Clone, Copy)]
pub struct JemHopQa;

const MEMBERS: [&str; 2] = ["train_ver1.2.json", "dev_ver1.2.json"];

const ALONE: Template<'static> = Template::new("hop", "{question}");
const WITH_REASONS: Template<'static> =
    Template::new("hop-reason", "{question}\n\n理由も教えてください。");

/// Subject, relation and objects.
type Fact<'a> = (Cow<'a, str>, Cow<'a, str>, Vec<Cow<'a, str>>);

#[derive(Deserialize)]
struct Question<'a> {
    #[serde(borrow)]
    qid: Option<Cow<'a, str>>,
    #[serde(rename = "type")]
    kind: Option<Cow<'a, str>>,
    question: Option<Cow<'a, str>>,
    answer: Option<Cow<'a, str>>,
    #[serde(default)]
    derivations: Vec<Fact<'a>>,
    #[serde(default)]
    time_dependent: bool,
}

impl Corpus for JemHopQa {
    fn name(&self) -> &'static str {
        "jemhopqa"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jemhopqa.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    /// The question.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.strip_suffix(REASONS).unwrap_or(&record.id)
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let file = raw.manifest().file(0)?;
        let mut zip = raw.zip(file)?;
        for member in MEMBERS {
            out.split = file.split_of(member)?;
            json_array(zip.member(&format!("corpus_ver1.2/{member}"))?, None, out)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        each_object(chunk, out, |_, question: Question<'_>, out| question.push(chunk, out));
        Ok(())
    }
}

/// What the id of an answer with its reasons ends in.
const REASONS: &str = "/reasons";

impl Question<'_> {
    fn push(&self, chunk: &Chunk, out: &mut RecordSink<'_>) -> Result<(), Skip> {
        let id = self.qid.as_deref().filter(|id| !id.is_empty()).ok_or(Skip::Bad("no `qid`"))?;
        let kind = self.kind.as_deref().ok_or(Skip::Bad("no `type`"))?;
        let question = self.question.as_deref().ok_or(Skip::Bad("no `question`"))?.trim();
        let answer = match self.answer.as_deref().ok_or(Skip::Bad("no `answer`"))?.trim() {
            "YES" => "はい",
            "NO" => "いいえ",
            answer => answer,
        };
        if question.is_empty() || answer.is_empty() {
            return Err(Skip::Bad("empty question or answer"));
        }
        let is_evaluation = chunk.split.is_evaluation();
        let category =
            if self.time_dependent { [kind, ", time-dependent"].concat() } else { kind.to_owned() };
        out.push(Record {
            instruction: ALONE.fill([("question", question.into()), ("kind", kind.into())]),
            output: Cow::Borrowed(answer),
            answers: if is_evaluation { vec![Cow::Borrowed(answer)] } else { Vec::new() },
            asked: Some(Asked::alone(question)),
            split: chunk.split,
            category: Some(Cow::Borrowed(&category)),
            ..Record::new(out.source(), id, Task::QuestionAnswering)
        });
        if is_evaluation || self.derivations.is_empty() {
            return Ok(());
        }
        let facts: Vec<String> = self.derivations.iter().map(stated).collect();
        let named = match answer {
            "はい" | "いいえ" => Cow::Owned(format!("「{answer}」")),
            answer => Cow::Borrowed(answer),
        };
        let steps = facts.concat();
        let points: Vec<String> = facts.iter().map(|fact| format!("・{fact}")).collect();
        let output = format!("{steps}したがって、答えは{named}です。");
        out.push(Record {
            instruction: WITH_REASONS.fill([
                ("question", question.into()),
                ("kind", kind.into()),
                ("steps", steps.into()),
                ("points", points.join("\n").into()),
                ("answer", named),
                ("bare", answer.into()),
            ]),
            output: Cow::Owned(output),
            split: chunk.split,
            category: Some(Cow::Borrowed(&category)),
            ..Record::new(out.source(), [id, REASONS].concat(), Task::QuestionAnswering)
        });
        Ok(())
    }
}

/// A fact as a sentence.
fn stated((subject, relation, objects): &Fact<'_>) -> String {
    format!("{}の{relation}は{}です。", plain_title(subject), objects.join("、"))
}

/// The title of an article without what tells it from others: ボディガード (1992年の映画).
fn plain_title(title: &str) -> &str {
    let before = title.strip_suffix(')').and_then(|title| title.rsplit_once(" ("));
    before.map_or(title, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_titles_apart_is_left_out() {
        assert_eq!(plain_title("雨の橋 (1992年の映画)"), "雨の橋");
        assert_eq!(plain_title("雨の橋(仮)"), "雨の橋(仮)");
        assert_eq!(plain_title("雨 (橋) 記"), "雨 (橋) 記");
    }
}
