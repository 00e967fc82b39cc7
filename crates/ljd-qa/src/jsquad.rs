//! JSQuAD: questions on paragraphs of Japanese Wikipedia, part of JGLUE.
//!
//! `train-v1.1.json` and `valid-v1.1.json` have the shape of SQuAD 1.1 in one line:
//! `{"data": [{"title": …, "paragraphs": [{"qas": [{"question", "id", "answers": [{"text",
//! "answer_start"}], "is_impossible"}], "context": "TITLE [SEP] BODY"}]}]}`. `answer_start` counts code
//! points of the whole context. Questions of the validation split have two or three answers.
//! (<https://github.com/yahoojapan/JGLUE>; Kurihara, Kawahara and Shibata 2022, "JGLUE: Japanese General
//! Language Understanding Evaluation")
//!
//! v0 makes a record of each answer that is in no longer one. The clean rules give the shortest one that
//! two annotators agree on; of an evaluation split every question counts, with every answer.

use std::borrow::Cow;

use ljd_core::read::{each_object, json_array};
use ljd_core::{
    Asked, Chunk, ChunkSink, Corpus, Location, Preset, Raw, Record, RecordSink, Result, Rules,
    Skip, Task, Template,
};
use serde::Deserialize;

use crate::{QuestionAnswer, distinct};

/// Questions on paragraphs of Wikipedia.
#[derive(Debug, Clone, Copy)]
pub struct JSquad;

const EXTRACT: Template<'static> =
    Template::new("reading", "次の文章を読んで、問いの答えを文章の中の言葉で答えてください。");

/// v0 drops paragraphs that are shorter, in code points.
const SHORTEST_CONTEXT: usize = 30;

#[derive(Deserialize)]
struct Article<'a> {
    #[serde(borrow)]
    paragraphs: Option<Vec<Paragraph<'a>>>,
}

#[derive(Deserialize)]
struct Paragraph<'a> {
    #[serde(borrow)]
    qas: Option<Vec<Question<'a>>>,
    context: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Question<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    question: Option<Cow<'a, str>>,
    answers: Option<Vec<Answer<'a>>>,
    #[serde(default)]
    is_impossible: bool,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    answer_start: Option<i64>,
}

impl Corpus for JSquad {
    fn name(&self) -> &'static str {
        "jsquad"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jsquad.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    /// The article: `a101p0q2` is the third question on its first paragraph.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.split_once('p').map_or(record.id.as_ref(), |(article, _)| article)
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        for file in &raw.manifest().files {
            out.split = file.split()?;
            json_array(raw.open(file)?, Some("data"), out)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let location =
            |line| chunk.texts.first().map_or(Location::file(""), |text| text.location(line));
        each_object(chunk, out, |line, article: Article<'_>, out| {
            let location = || location(line.number);
            for paragraph in article.paragraphs.ok_or(Skip::Bad("no `paragraphs`"))? {
                let context = paragraph.context.ok_or(Skip::Bad("no `context`"))?;
                for question in paragraph.qas.ok_or(Skip::Bad("no `qas`"))? {
                    let done = match rules.preset {
                        Preset::V0 => question.push_each_answer(&context, chunk, out),
                        Preset::Clean => question.push_best(&context, &location, chunk, out),
                    };
                    // A question is a row; the article around it is none.
                    out.row(done, location);
                }
            }
            Err(Skip::NoRow)
        });
        Ok(())
    }
}

impl Question<'_> {
    fn checked(&self) -> Result<(&str, &str, &[Answer<'_>]), Skip> {
        let id = self.id.as_deref().filter(|id| !id.is_empty()).ok_or(Skip::Bad("no `id`"))?;
        let question = self.question.as_deref().ok_or(Skip::Bad("no `question`"))?;
        let answers = self.answers.as_deref().ok_or(Skip::Bad("no `answers`"))?;
        if question.trim().is_empty() {
            return Err(Skip::Bad("empty question"));
        }
        Ok((id, question, answers))
    }

    /// v0's records: answers by length, each that no later one contains.
    fn push_each_answer(
        &self,
        context: &str,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let (id, question, answers) = self.checked()?;
        let parts: Vec<&str> = context.split("[SEP]").map(str::trim).collect();
        let input = parts.join("：");
        if input.chars().count() < SHORTEST_CONTEXT {
            return Err(Skip::LeftOut("short text"));
        }
        let texts =
            answers.iter().map(|answer| answer.text.as_deref().ok_or(Skip::Bad("no `text`")));
        let mut texts = texts.collect::<Result<Vec<_>, _>>()?;
        texts.sort_by_key(|text| text.chars().count());
        let is_repair = id == "a1000888p0q2" && question.starts_with("たに語");
        let mut n_records = 0;
        for (i, text) in texts.iter().enumerate() {
            if texts.iter().skip(i + 1).any(|longer| longer.contains(text)) {
                continue;
            }
            n_records += 1;
            let number = if n_records == 1 { String::new() } else { format!("/{n_records}") };
            QuestionAnswer {
                id: Cow::Owned(format!("{id}{number}")),
                task: Task::AnswerExtraction,
                instruction: if is_repair {
                    format!("新{question}").into()
                } else {
                    question.into()
                },
                input: Cow::Borrowed(&input),
                output: Cow::Borrowed(text),
                url: page(id),
                attribution: None,
                asked: None,
                answers: Vec::new(),
            }
            .push(chunk, out);
        }
        if n_records == 0 { Err(Skip::Bad("no answer")) } else { Ok(()) }
    }

    fn push_best(
        &self,
        context: &str,
        location: &dyn Fn() -> Location,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let (id, question, answers) = self.checked()?;
        if self.is_impossible {
            return Err(Skip::LeftOut("no answer in the text"));
        }
        let mut texts = Vec::with_capacity(answers.len());
        for answer in answers {
            match answer.checked(context) {
                Ok(text) => texts.push(text),
                Err(skip) => out.skip_part(skip, location),
            }
        }
        // A question is not left out of what is measured because the annotators answer it each in their own way.
        let first = || texts.first().copied().filter(|_| chunk.split.is_evaluation());
        let answer = agreed(&texts)
            .or_else(first)
            .ok_or(Skip::LeftOut("no answer that two annotators agree on"))?;
        let (title, body) = context.split_once("[SEP]").unwrap_or(("", context));
        let (title, body) = (title.trim(), body.trim());
        let heading = if title.is_empty() { String::new() } else { format!("【{title}】\n") };
        let (text, question) = (format!("{heading}{body}"), question.trim());
        QuestionAnswer {
            id: Cow::Borrowed(id),
            task: Task::AnswerExtraction,
            input: Cow::Owned(format!("{text}\n\n問い：{question}")),
            instruction: EXTRACT.fill([("context", text.into()), ("question", question.into())]),
            output: Cow::Borrowed(answer),
            url: page(id),
            attribution: None,
            asked: Some(Asked {
                context: Cow::Borrowed(body),
                title: Cow::Borrowed(title),
                ..Asked::alone(question.trim())
            }),
            answers: distinct([answer].into_iter().chain(texts.iter().copied()).map(Cow::Borrowed)),
        }
        .push(chunk, out);
        Ok(())
    }
}

impl Answer<'_> {
    /// The text, if the context has it where `answer_start` says.
    fn checked(&self, context: &str) -> Result<&str, Skip> {
        let text = self.text.as_deref().ok_or(Skip::Bad("no `text`"))?;
        let start = self.answer_start.ok_or(Skip::Bad("no `answer_start`"))?;
        let start = usize::try_from(start).ok().and_then(|start| code_point(context, start));
        let is_there = start.is_some_and(|rest| rest.starts_with(text));
        if is_there && !text.is_empty() {
            Ok(text)
        } else {
            Err(Skip::Bad("`answer_start` is not where the answer is"))
        }
    }
}

/// What follows the first `n` code points.
fn code_point(text: &str, n: usize) -> Option<&str> {
    let at = text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(n)?;
    text.get(at..)
}

/// The shortest answer that two annotators gave, or else that another one's contains; the only one where
/// only one was asked.
fn agreed<'a>(answers: &[&'a str]) -> Option<&'a str> {
    if let [only] = answers {
        return Some(only);
    }
    let n_same = |text: &str| answers.iter().filter(|other| **other == text).count();
    let n_containing = |text: &str| answers.iter().filter(|other| other.contains(text)).count();
    let shortest = |enough: &dyn Fn(&str) -> bool| {
        let agreed = answers.iter().copied().filter(|text| enough(text));
        agreed.min_by_key(|text| text.chars().count())
    };
    shortest(&|text| 2 <= n_same(text)).or_else(|| shortest(&|text| 2 <= n_containing(text)))
}

/// The page of Wikipedia that a question's id names: `a<page>p<paragraph>q<question>`.
fn page(id: &str) -> Option<Cow<'static, str>> {
    let page = id.strip_prefix('a')?.split('p').next()?;
    let is_number = !page.is_empty() && page.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Cow::Owned(format!("https://ja.wikipedia.org/?curid={page}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotators_agree_on_the_same_text_or_on_a_part() {
        assert_eq!(agreed(&["a"]), Some("a"));
        assert_eq!(
            agreed(&["小笠原諸島", "小笠原諸島を除く日本", "小笠原諸島を除く日本"]),
            Some("小笠原諸島を除く日本")
        );
        assert_eq!(agreed(&["ab", "b", "cb"]), Some("b"));
        assert_eq!(agreed(&["a", "b", "c"]), None);
        assert_eq!(agreed(&[]), None);
    }

    #[test]
    fn answers_start_at_code_points() {
        let answer = |text: &'static str, start| Answer {
            text: Some(Cow::Borrowed(text)),
            answer_start: Some(start),
        };
        let context = "梅雨 [SEP] 𠮟る雨";
        assert_eq!(answer("雨", 11).checked(context), Ok("雨"));
        for start in [10, 12, 99, -1] {
            assert!(answer("雨", start).checked(context).is_err(), "{start}");
        }
    }
}
