//! Conversations, in the shapes that trainers read.
//!
//! An instruction with its input is one turn of the user. In a dialogue the instruction says what the
//! model is, so it is the system prompt, and the earlier turns are turns. Where the model speaks first,
//! its first turn is left out: templates want the user to begin.
//!
//! What the plain columns leave null is empty here: a loader of JSON takes a column for one of nothing where the first
//! file of several has no value in it.

use std::borrow::Cow;

use ljd_core::{Record, Role, Task};
use serde::Serialize;

use crate::plan::Format;
use crate::write::rows::{Provenance, Row, Rows};

/// A row as a conversation.
struct Chat<'a> {
    system: Option<&'a str>,
    /// What was said before, the user first, each side in turn.
    earlier: Vec<(Role, &'a str)>,
    prompt: Cow<'a, str>,
    answer: &'a str,
}

impl<'a> Chat<'a> {
    fn new(row: &Row<'a>) -> Self {
        let earlier = row.history.turns().skip_while(|(role, _)| *role != Role::User).collect();
        let is_dialogue = row.provenance.task == Task::Dialogue.as_str();
        let (system, prompt) = if is_dialogue {
            (Some(row.instruction), Cow::Borrowed(row.input))
        } else if row.input.is_empty() {
            (None, Cow::Borrowed(row.instruction))
        } else {
            (None, Cow::Owned(format!("{}\n\n{}", row.instruction, row.input)))
        };
        Self { system, earlier, prompt, answer: row.output }
    }

    /// Every turn, the answer last.
    fn turns(&self) -> impl Iterator<Item = (Role, &str)> {
        let last = [(Role::User, self.prompt.as_ref()), (Role::Assistant, self.answer)];
        self.earlier.iter().copied().chain(last)
    }
}

/// Provenance without nulls.
fn stated(provenance: Provenance<'_>) -> Provenance<'_> {
    let (category, url) = (provenance.category.or(Some("")), provenance.url.or(Some("")));
    Provenance { category, url, ..provenance }
}

/// `{"id", "messages": [{"role", "content"}], …}`.
#[derive(Serialize)]
pub(super) struct Messages<'a> {
    id: &'a str,
    messages: Vec<Message>,
    #[serde(flatten)]
    provenance: Provenance<'a>,
}

/// What one side says in a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it: `system`, `user` or `assistant`.
    pub role: &'static str,
    /// What is said.
    pub content: String,
}

impl<'a> Messages<'a> {
    pub(super) fn new(row: &Row<'a>) -> Self {
        Self { id: row.id, messages: messages_of(row), provenance: stated(row.provenance) }
    }
}

/// A record as a chat, as the format [`Messages`](Format::Messages) has it: the answer is the last message.
///
/// ```
/// use ljd_core::{License, Record, Source, Task};
///
/// let license = License::parse("CC0-1.0")?;
/// let source = Source { name: "rain".into(), license, attribution: "Rain".into() };
/// let record = Record {
///     instruction: "雨とは何ですか。".into(),
///     output: "水です。".into(),
///     ..Record::new(&source, "1", Task::QuestionAnswering)
/// };
/// let messages = ljd_export::messages(&record);
/// assert_eq!((messages[0].role, messages[1].content.as_str()), ("user", "水です。"));
/// # Ok::<(), ljd_core::UnknownName>(())
/// ```
pub fn messages(record: &Record<'_>) -> Vec<Message> {
    alone(record, messages_of).unwrap_or_default()
}

/// A record as a prompt with its answer, as the format [`Text`](Format::Text), or one of its kind, has it; `None` for
/// other formats.
pub fn prompt(record: &Record<'_>, format: Format) -> Option<String> {
    let headings = match format {
        Format::Text => &ENGLISH,
        Format::TextJa => &JAPANESE,
        Format::TextJaAlpaca => &JAPANESE_ALPACA,
        _ => return None,
    };
    alone(record, |row| Text::new(row, headings).text)
}

/// Looks at a record as a row.
fn alone<T>(record: &Record<'_>, look: impl Fn(&Row<'_>) -> T) -> Option<T> {
    let mut rows = Rows::default();
    rows.push(record, None, false);
    rows.row(0, record.source).map(|row| look(&row))
}

/// Every message of a row, the answer last.
fn messages_of(row: &Row<'_>) -> Vec<Message> {
    let chat = Chat::new(row);
    let message = |role, content: &str| Message { role, content: content.to_owned() };
    let system = chat.system.map(|system| message("system", system));
    let turns = chat.turns().map(|(role, content)| message(role.as_str(), content));
    system.into_iter().chain(turns).collect()
}

/// `{"id", "prompt": [{"role", "content"}], "completion": [{"role", "content"}], …}`: what is asked and what is
/// answered apart, so that a trainer learns the answer alone with any chat template.
#[derive(Serialize)]
pub(super) struct PromptCompletion<'a> {
    id: &'a str,
    prompt: Vec<Message>,
    completion: Vec<Message>,
    #[serde(flatten)]
    provenance: Provenance<'a>,
}

impl<'a> PromptCompletion<'a> {
    pub(super) fn new(row: &Row<'a>) -> Self {
        let mut prompt = messages_of(row);
        let completion = prompt.pop().into_iter().collect();
        Self { id: row.id, prompt, completion, provenance: stated(row.provenance) }
    }
}

/// `{"id", "conversations": [{"from", "value"}], "system", …}`.
#[derive(Serialize)]
pub(super) struct ShareGpt<'a> {
    id: &'a str,
    conversations: Vec<Utterance>,
    system: &'a str,
    #[serde(flatten)]
    provenance: Provenance<'a>,
}

#[derive(Serialize)]
struct Utterance {
    from: &'static str,
    value: String,
}

impl<'a> ShareGpt<'a> {
    pub(super) fn new(row: &Row<'a>) -> Self {
        let chat = Chat::new(row);
        let from = |role| if role == Role::User { "human" } else { "gpt" };
        let turns = chat.turns();
        let conversations =
            turns.map(|(role, said)| Utterance { from: from(role), value: said.to_owned() });
        Self {
            id: row.id,
            conversations: conversations.collect(),
            system: chat.system.unwrap_or_default(),
            provenance: stated(row.provenance),
        }
    }
}

/// `{"id", "instruction", "input", "output", "system", "history": [[user, model]], …}`.
#[derive(Serialize)]
pub(super) struct Alpaca<'a> {
    id: &'a str,
    instruction: &'a str,
    input: &'a str,
    output: &'a str,
    system: &'a str,
    history: Vec<[&'a str; 2]>,
    #[serde(flatten)]
    provenance: Provenance<'a>,
}

impl<'a> Alpaca<'a> {
    pub(super) fn new(row: &Row<'a>) -> Self {
        let chat = Chat::new(row);
        let pairs = chat.earlier.chunks_exact(2).filter_map(|pair| match pair {
            [(_, user), (_, model)] => Some([*user, *model]),
            _ => None,
        });
        let (instruction, input) = match chat.system {
            Some(_) => (row.input, ""),
            None => (row.instruction, row.input),
        };
        Self {
            id: row.id,
            instruction,
            input,
            output: row.output,
            system: chat.system.unwrap_or_default(),
            history: pairs.collect(),
            provenance: stated(row.provenance),
        }
    }
}

/// `{"id", "text", …}`.
#[derive(Serialize)]
pub(super) struct Text<'a> {
    id: &'a str,
    text: String,
    #[serde(flatten)]
    provenance: Provenance<'a>,
}

/// The words around a record's fields.
pub(crate) struct Headings {
    pub(crate) with_input: &'static str,
    pub(crate) without_input: &'static str,
    pub(crate) instruction: &'static str,
    pub(crate) input: &'static str,
    pub(crate) output: &'static str,
    user: &'static str,
    model: &'static str,
}

impl Headings {
    /// An input below earlier turns, a line each.
    pub(crate) fn with_turns<'a>(
        &self,
        turns: impl Iterator<Item = (Role, &'a str)>,
        input: &str,
    ) -> String {
        let of = |role| if role == Role::User { self.user } else { self.model };
        let mut lines: Vec<String> =
            turns.map(|(role, said)| format!("{}{said}", of(role))).collect();
        match (input, lines.is_empty()) {
            ("", _) => {}
            (said, true) => lines.push(said.to_owned()),
            (said, false) => lines.push(format!("{}{said}", self.user)),
        }
        lines.join("\n")
    }
}

/// The paper's prompt, which is Stanford Alpaca's. (<https://arxiv.org/abs/2305.12720>)
pub(super) const ENGLISH: Headings = Headings {
    with_input: "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.",
    without_input: "Below is an instruction that describes a task. Write a response that appropriately completes the request.",
    instruction: "### Instruction:",
    input: "### Input:",
    output: "### Response:",
    user: "User: ",
    model: "Assistant: ",
};

/// The paper's prompt in Japanese, as its code has it.
/// (<https://github.com/retarfi/jallm>, the code that the paper was tuned with)
pub(super) const JAPANESE: Headings = Headings {
    with_input: "以下はタスクを説明する指示とさらなる文脈を適用する入力の組み合わせです。要求を適切に満たすような返答を書いてください。",
    without_input: "以下はタスクを説明する指示です。要求を適切に満たすような返答を書いてください。",
    instruction: "### 指示:",
    input: "### 入力:",
    output: "### 返答:",
    user: "ユーザー: ",
    model: "アシスタント: ",
};

/// Alpaca's prompt as Japanese trainers and harnesses have it: llm-jp-sft, the Stability harness, lm-evaluation-harness.
pub(crate) const JAPANESE_ALPACA: Headings = Headings {
    with_input: "以下は、タスクを説明する指示と、文脈のある入力の組み合わせです。要求を適切に満たす応答を書きなさい。",
    without_input: "以下は、タスクを説明する指示です。要求を適切に満たす応答を書きなさい。",
    output: "### 応答:",
    ..JAPANESE
};

impl<'a> Text<'a> {
    /// Earlier turns stand before the input, a line each.
    pub(super) fn new(row: &Row<'a>, headings: &Headings) -> Self {
        let turns = headings.with_turns(row.history.turns(), row.input);
        let Headings { with_input, without_input, instruction, input: heading, output, .. } =
            headings;
        let (asked, answer) = (row.instruction, row.output);
        let text = if turns.is_empty() {
            format!("{without_input}\n\n{instruction}\n{asked}\n\n{output}\n{answer}")
        } else {
            format!(
                "{with_input}\n\n{instruction}\n{asked}\n\n{heading}\n{turns}\n\n{output}\n{answer}"
            )
        };
        Self { id: row.id, text, provenance: stated(row.provenance) }
    }
}
