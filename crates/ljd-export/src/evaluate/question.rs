//! A question of a task, as a line of `data/<task>.jsonl` holds it.

use ljd_core::{Asked, Record, Role};
use serde::{Deserialize, Serialize};

use crate::evaluate::rows::Row;
use crate::write::format::JAPANESE_ALPACA;

/// One question with everything that a prompt may say and all that is right. Nothing is null, so that a loader that
/// takes types from the first lines finds them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) id: String,
    pub(crate) question: String,
    /// The text that has the answer, or what was said before.
    pub(crate) context: String,
    /// The title of that text's article.
    pub(crate) title: String,
    pub(crate) choices: Vec<String>,
    pub(crate) gold: Gold,
    pub(crate) answers: Vec<String>,
    /// What a training record of the kind says.
    pub(crate) instruction: String,
    pub(crate) input: String,
    /// Questions of one group are on one text: they are drawn together where an interval is wanted.
    pub(crate) group: String,
    pub(crate) source: String,
    pub(crate) licence: String,
    pub(crate) credit: String,
    pub(crate) url: String,
}

/// What is right: the place of a choice, or the first of the answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Gold {
    Choice(usize),
    Text(String),
}

impl Question {
    /// The question that a record asks.
    pub(crate) fn of(record: &Record<'_>, group: &str) -> Self {
        let turns = record.history.iter().map(|turn| (turn.role, turn.content.as_ref()));
        let shown = Shown::new(&record.instruction, &record.input, turns.collect());
        let texts = |texts: &[std::borrow::Cow<'_, str>]| -> Vec<String> {
            texts.iter().map(ToString::to_string).collect()
        };
        let answers = match record.answers.as_slice() {
            [] => vec![record.output.to_string()],
            answers => texts(answers),
        };
        let empty = Asked::alone("");
        let asked = record.asked.as_ref().unwrap_or(&empty);
        let choices = texts(&asked.choices);
        let right = choices.iter().position(|choice| Some(choice) == answers.first());
        let first = || answers.first().cloned().unwrap_or_default();
        let of = |asked: &str, shown: String| {
            if asked.is_empty() { shown } else { asked.to_owned() }
        };
        Self {
            id: record.id.to_string(),
            question: of(&asked.question, shown.question),
            context: of(&asked.context, shown.context),
            title: asked.title.to_string(),
            gold: right.map_or_else(|| Gold::Text(first()), Gold::Choice),
            choices,
            answers,
            instruction: record.instruction.to_string(),
            input: shown.input,
            group: group.to_owned(),
            source: record.source.name.clone(),
            licence: record.source.license.id().to_owned(),
            credit: record.attribution.to_string(),
            url: record.url.as_deref().unwrap_or_default().to_owned(),
        }
    }

    /// The question of a row that is held out. It is a group of its own: a row does not say which it is of.
    pub(crate) fn of_row(row: &Row<'_>) -> Self {
        let shown = Shown::new(&row.instruction, &row.input, row.turns().collect());
        let id = format!("{}/{}", row.source, row.id);
        Self {
            question: shown.question,
            context: shown.context,
            title: String::new(),
            choices: Vec::new(),
            gold: Gold::Text(row.output.to_string()),
            answers: vec![row.output.to_string()],
            instruction: row.instruction.to_string(),
            input: shown.input,
            group: id.clone(),
            id,
            source: row.source.to_string(),
            licence: row.license.to_string(),
            credit: row.attribution.to_string(),
            url: row.url.as_deref().unwrap_or_default().to_owned(),
        }
    }

    /// What is looked for in training.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            context: self.context.as_str().into(),
            title: self.title.as_str().into(),
            ..Asked::alone(self.question.as_str())
        }
    }
}

/// What a record shows, with its earlier turns in the input, as the formats of one text have it.
struct Shown {
    question: String,
    context: String,
    input: String,
}

impl Shown {
    fn new(instruction: &str, input: &str, turns: Vec<(Role, &str)>) -> Self {
        let question = if input.is_empty() { instruction } else { input };
        let context = JAPANESE_ALPACA.with_turns(turns.iter().copied(), "");
        let input = JAPANESE_ALPACA.with_turns(turns.into_iter(), input);
        Self { question: question.to_owned(), context, input }
    }
}
