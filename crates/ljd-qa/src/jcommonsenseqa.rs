//! JCommonsenseQA: questions of common sense with five choices, part of JGLUE.
//!
//! `train-v1.1.json` and `valid-v1.1.json` are JSON Lines in spite of their names:
//! `{"q_id": 0, "question": "…", "choice0": "…", …, "choice4": "…", "label": 2}`.
//! (<https://github.com/yahoojapan/JGLUE>; Kurihara, Kawahara and Shibata 2022, "JGLUE: Japanese General
//! Language Understanding Evaluation")

use std::borrow::Cow;

use ljd_core::read::{last_line_end, lines, object};
use ljd_core::{
    Asked, Chunk, ChunkSink, Corpus, Preset, Raw, RecordSink, Result, Rules, Skip, Task, Template,
};
use serde::Deserialize;

use crate::QuestionAnswer;

/// Questions of common sense with five choices.
#[derive(Debug, Clone, Copy)]
pub struct JCommonsenseQa;

const CHOOSE: Template<'static> = Template::new(
    "choice",
    "次の問いの答えとして最も適切なものを選択肢から一つ選び、その語句だけを答えてください。",
);

const LABELS: [&str; 5] = ["A", "B", "C", "D", "E"];

#[derive(Deserialize)]
struct Question<'a> {
    q_id: Option<u64>,
    #[serde(borrow)]
    question: Option<Cow<'a, str>>,
    choice0: Option<Cow<'a, str>>,
    choice1: Option<Cow<'a, str>>,
    choice2: Option<Cow<'a, str>>,
    choice3: Option<Cow<'a, str>>,
    choice4: Option<Cow<'a, str>>,
    label: Option<i64>,
}

impl Corpus for JCommonsenseQa {
    fn name(&self) -> &'static str {
        "jcommonsenseqa"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jcommonsenseqa.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        for file in &raw.manifest().files {
            out.split = file.split()?;
            lines(raw.open(file)?, &last_line_end, out)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            if line.text.is_empty() {
                return Err(Skip::NoRow);
            }
            let row: Question<'_> = object(line.text)?;
            row.record(rules)?.push(chunk, out);
            Ok(())
        });
        Ok(())
    }
}

impl Question<'_> {
    fn record(&self, rules: &Rules) -> Result<QuestionAnswer<'_>, Skip> {
        let id = self.q_id.ok_or(Skip::Bad("no `q_id`"))?;
        let question = self.question.as_deref().ok_or(Skip::Bad("no `question`"))?;
        let choices = [&self.choice0, &self.choice1, &self.choice2, &self.choice3, &self.choice4];
        let choices: Option<Vec<&str>> = choices.into_iter().map(Option::as_deref).collect();
        let choices = choices.ok_or(Skip::Bad("fewer than five choices"))?;
        let label = self.label.ok_or(Skip::Bad("no `label`"))?;
        let answer = usize::try_from(label).ok().and_then(|label| choices.get(label));
        let answer = *answer.ok_or(Skip::Bad("`label` names no choice"))?;
        if question.trim().is_empty() || answer.trim().is_empty() {
            return Err(Skip::Bad("empty question or answer"));
        }
        let asked = (rules.preset == Preset::Clean).then(|| Asked {
            choices: choices.iter().map(|choice| Cow::Borrowed(choice.trim())).collect(),
            ..Asked::alone(question.trim())
        });
        let (instruction, input, output) = match rules.preset {
            Preset::V0 => (question.into(), choices.join("、"), answer),
            Preset::Clean => {
                let choices = LABELS.iter().zip(choices);
                let lines = choices.map(|(label, choice)| format!("\n{label}. {}", choice.trim()));
                let input = format!("{}\n{}", question.trim(), lines.collect::<String>());
                let letter = usize::try_from(label).ok().and_then(|label| LABELS.get(label));
                let letter = letter.copied().unwrap_or_default();
                (CHOOSE.fill([("letter", letter.into())]), input, answer.trim())
            }
        };
        Ok(QuestionAnswer {
            id: Cow::Owned(id.to_string()),
            task: Task::MultipleChoice,
            instruction,
            input: Cow::Owned(input),
            output: Cow::Borrowed(output),
            url: None,
            attribution: None,
            asked,
            answers: vec![Cow::Borrowed(answer.trim())],
        })
    }
}
