//! From a row to a record.

use std::borrow::Cow;

use ljd_core::{Asked, Chunk, Language, Record, RecordSink, Skip, Split, Task, Turn};

use crate::messages::{Conversation, Messages};
use crate::objects::Number;
use crate::read::Read;
use crate::row::{Columns, Row};
use crate::template::{Step, Template, parse_path, reach};
use crate::tree::{Message, Tree};
use crate::value::Value;

/// The templates of a record.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    task: Task,
    languages: [Language; 2],
    id: Template,
    texts: Texts,
    category: Option<Template>,
    url: Option<Template>,
    attribution: Option<Template>,
    group: Option<Template>,
    /// The question, the text that it is asked about, and the title of that.
    asked: [Option<Template>; 3],
    answers: Option<Template>,
    choices: Vec<Template>,
    skip_if: Vec<Condition>,
    keep_if: Vec<Condition>,
}

/// Where instruction, input, output and history are from.
#[derive(Debug, Clone)]
enum Texts {
    Single {
        instruction: Template,
        input: Template,
        output: Template,
    },
    /// What the model is told that it is, where no message says so; and the messages.
    Conversation {
        system: Template,
        messages: Messages,
    },
}

/// Values of a column.
#[derive(Debug, Clone)]
struct Condition {
    column: usize,
    path: Vec<Step>,
    values: Vec<serde_json::Value>,
    /// Why a row is left out that has one, or has none.
    reason: Skip,
}

/// What is wrong, and the text of the manifest in which it is.
pub(crate) type Problem = (String, String);

impl Fields {
    pub(crate) fn new(read: &Read, columns: &mut Columns) -> Result<Self, Problem> {
        let mut parse = |text: &str| {
            Template::parse(text, columns, &read.values)
                .map_err(|problem| of_template(text, &problem))
        };
        let id = parse(read.id.as_deref().unwrap_or("{$file}/{$row}"))?;
        let choices = read.choices.iter().map(|choice| parse(choice)).collect::<Result<_, _>>()?;
        let mut optional = |text: &Option<String>| text.as_deref().map(&mut parse).transpose();
        let (category, url) = (optional(&read.category)?, optional(&read.url)?);
        let (attribution, group) = (optional(&read.attribution)?, optional(&read.group)?);
        let answers = optional(&read.answers)?;
        let asked = [optional(&read.question)?, optional(&read.context)?, optional(&read.title)?];
        if asked[0].is_none() && (read.context.is_some() || read.title.is_some()) {
            let problem = "has a `context` or `title` without the `question` to it".to_owned();
            return Err(("read".to_owned(), problem));
        }
        Ok(Self {
            task: read.task,
            languages: [read.source_language, read.target_language],
            id,
            texts: Texts::new(read, columns)?,
            category,
            url,
            attribution,
            group,
            asked,
            answers,
            choices,
            skip_if: conditions(&read.skip_if, "skip_if", columns)?,
            keep_if: conditions(&read.keep_if, "keep_if", columns)?,
        })
    }

    /// What rows that are messages are held together by.
    pub(crate) fn parent_of_rows(&self) -> Option<&[Step]> {
        self.texts.messages()?.parent_of_rows()
    }

    /// The column of a row that holds a tree of messages, and the way from there.
    pub(crate) fn trees(&self) -> Option<(usize, &[Step])> {
        self.texts.messages()?.trees()
    }

    /// Gives the record of a row, or those of the conversations in it.
    pub(crate) fn push(
        &self,
        row: &Row<'_, '_>,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let tree = self.texts.messages().and_then(|messages| messages.tree(row)).transpose()?;
        let Some(tree) = tree else {
            self.is_wanted(row)?;
            let (said, task) = self.texts.of(row, self.task)?;
            return self.push_said(row, said, task, chunk, out);
        };
        // The conversations are told apart by their numbers.
        if self.push_tree(row, &tree, true, chunk, out) {
            Ok(())
        } else {
            Err(Skip::Bad("a conversation without an answer"))
        }
    }

    /// Gives the records of rows that are messages.
    pub(crate) fn push_rows(
        &self,
        row: &Row<'_, '_>,
        rows: Vec<Message<'_, '_>>,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) {
        let messages = self.texts.messages();
        if let Some(tree) = messages.and_then(|messages| messages.tree_of_rows(rows)) {
            self.push_tree(row, &tree, false, chunk, out);
        }
    }

    /// Gives the records of a tree, if there are any; its columns are those of the last message, and of the row.
    fn push_tree<'v, 'a>(
        &self,
        row: &Row<'v, 'a>,
        tree: &Tree<'v, 'a>,
        is_counted: bool,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> bool {
        let Some(messages) = self.texts.messages() else { return false };
        let paths = messages.paths(tree);
        for message in paths.lost.iter().filter_map(|at| tree.messages.get(*at)) {
            let row = row.within(&[], message.number);
            out.skip_part(Skip::Bad("a message that no first message leads to"), || row.location());
        }
        for (n, end) in (1..).zip(&paths.ends) {
            let Some(last) = tree.messages.get(*end) else { continue };
            let within = if is_counted { Some(n) } else { last.number.within };
            let number = Number { within, ..last.number };
            let inner: Vec<&Value<'_>> = row.inner().iter().copied().chain([last.value]).collect();
            let row = row.within(&inner, number);
            let done = self.push_path(&row, tree.path(*end), chunk, out);
            if let Err(skip) = done {
                out.skip_part(skip, || row.location());
            }
        }
        !paths.ends.is_empty()
    }

    fn push_path(
        &self,
        row: &Row<'_, '_>,
        path: Option<Vec<Message<'_, '_>>>,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let path = path.ok_or(Skip::Bad("a conversation of too many messages"))?;
        // What is said of a column holds for every message that was said.
        for message in &path {
            let outer = row.inner().split_last().map_or(&[][..], |(_, outer)| outer);
            let inner: Vec<&Value<'_>> = outer.iter().copied().chain([message.value]).collect();
            self.is_wanted(&row.within(&inner, message.number))?;
        }
        let (said, task) = self.texts.of_path(row, &path, self.task)?;
        self.push_said(row, said, task, chunk, out)
    }

    fn push_said(
        &self,
        row: &Row<'_, '_>,
        texts: Said<'_>,
        task: Task,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let id = given(self.id.text(row)?, "an empty `id`")?;
        let optional = |template: &Option<Template>| {
            let text = template.as_ref().map(|template| template.text(row)).transpose();
            text.map(|text| text.filter(|text| !text.is_empty()))
        };
        let (mut answers, mut choices) = (Vec::new(), Vec::new());
        if matches!(chunk.split, Split::Validation | Split::Test) {
            answers = self.answers(row, &texts.output)?;
            for choice in &self.choices {
                choices.extend(choice.texts(row)?);
            }
        }
        let [question, context, title] = &self.asked;
        let asked = match optional(question)? {
            // An instruction that is the same for every row is not what a row asks.
            None => self.texts.is_one_instruction().then(|| Asked::alone("")),
            Some(question) => Some(Asked {
                question,
                context: optional(context)?.unwrap_or_default(),
                title: optional(title)?.unwrap_or_default(),
                choices: choices.clone(),
            }),
        };
        let credit = Cow::Borrowed(out.source().attribution.as_str());
        out.push(Record {
            source_language: self.languages[0],
            target_language: self.languages[1],
            instruction: texts.instruction.into(),
            input: texts.input,
            output: texts.output,
            history: texts.history,
            answers,
            choices,
            asked,
            group: optional(&self.group)?,
            split: chunk.split,
            category: optional(&self.category)?,
            url: optional(&self.url)?,
            attribution: optional(&self.attribution)?.unwrap_or(credit),
            ..Record::new(out.source(), id, task)
        });
        Ok(())
    }

    /// Every right answer, the output first.
    fn answers<'r>(&self, row: &Row<'r, '_>, output: &str) -> Result<Vec<Cow<'r, str>>, Skip> {
        let Some(template) = &self.answers else { return Ok(Vec::new()) };
        let mut answers = vec![Cow::Owned(output.to_owned())];
        for answer in template.texts(row)? {
            if !answers.contains(&answer) && !answer.is_empty() {
                answers.push(answer);
            }
        }
        Ok(answers)
    }

    fn is_wanted(&self, row: &Row<'_, '_>) -> Result<(), Skip> {
        let skips = self.skip_if.iter().find(|condition| condition.holds(row));
        let skips = skips.or_else(|| self.keep_if.iter().find(|condition| !condition.holds(row)));
        skips.map_or(Ok(()), |condition| Err(condition.reason))
    }
}

/// The texts of a record.
struct Said<'r> {
    instruction: Cow<'r, str>,
    input: Cow<'r, str>,
    output: Cow<'r, str>,
    history: Vec<Turn<'r>>,
}

impl Texts {
    fn new(read: &Read, columns: &mut Columns) -> Result<Self, Problem> {
        let mut parse = |text: Option<&str>, field: &str| {
            let missing = || ("read".to_owned(), format!("has no `{field}`"));
            let text = text.ok_or_else(missing)?;
            Template::parse(text, columns, &read.values)
                .map_err(|problem| of_template(text, &problem))
        };
        let Some(written) = &read.messages else {
            return Ok(Self::Single {
                instruction: parse(read.instruction.as_deref(), "instruction")?,
                input: parse(Some(&read.input), "input")?,
                output: parse(read.output.as_deref(), "output")?,
            });
        };
        if read.output.is_some() || !read.input.is_empty() {
            let problem =
                "has `messages` as well as `input` or `output`, which they are".to_owned();
            return Err(("messages".to_owned(), problem));
        }
        let system = parse(Some(read.instruction.as_deref().unwrap_or_default()), "instruction")?;
        let messages = Messages::new(written, columns);
        let messages = messages.map_err(|problem| {
            (written.from.clone().unwrap_or_else(|| "messages".to_owned()), problem)
        })?;
        Ok(Self::Conversation { system, messages })
    }

    /// Whether every row has the same instruction.
    fn is_one_instruction(&self) -> bool {
        matches!(self, Self::Single { instruction, .. } if instruction.is_constant())
    }

    fn messages(&self) -> Option<&Messages> {
        match self {
            Self::Single { .. } => None,
            Self::Conversation { messages, .. } => Some(messages),
        }
    }

    /// The texts for a row, and what they teach.
    fn of<'r>(&self, row: &Row<'r, '_>, task: Task) -> Result<(Said<'r>, Task), Skip> {
        match self {
            Self::Single { instruction, input, output } => {
                let instruction = given(instruction.text(row)?, "an empty `instruction`")?;
                let output = given(output.text(row)?, "an empty `output`")?;
                let input = input.text(row)?;
                Ok((Said { instruction, input, output, history: Vec::new() }, task))
            }
            Self::Conversation { system, messages } => said(system, messages.of(row)?, row, task),
        }
    }

    /// Likewise, for the messages of a way down a tree.
    fn of_path<'r>(
        &'r self,
        row: &Row<'r, '_>,
        path: &'r [Message<'_, '_>],
        task: Task,
    ) -> Result<(Said<'r>, Task), Skip> {
        let Self::Conversation { system, messages } = self else { return Err(Skip::NoRow) };
        let conversation = messages.conversation(&mut path.iter().map(|message| message.value))?;
        said(system, conversation, row, task)
    }
}

/// The texts of a conversation: a model that is told what it is takes part in a dialogue.
fn said<'r>(
    system: &Template,
    conversation: Conversation<'r>,
    row: &Row<'r, '_>,
    task: Task,
) -> Result<(Said<'r>, Task), Skip> {
    let Conversation { system: said, history, asked, answer: output } = conversation;
    let system = said.map_or_else(|| system.text(row), Ok)?;
    if system.is_empty() {
        let task = if task == Task::Dialogue { Task::InstructionFollowing } else { task };
        let input = Cow::Borrowed("");
        return Ok((Said { instruction: asked, input, output, history }, task));
    }
    Ok((Said { instruction: system, input: asked, output, history }, Task::Dialogue))
}

fn of_template(text: &str, problem: &str) -> Problem {
    (text.to_owned(), format!("has a template that {problem}"))
}

fn given<'t>(text: Cow<'t, str>, problem: &'static str) -> Result<Cow<'t, str>, Skip> {
    if text.trim().is_empty() { Err(Skip::Bad(problem)) } else { Ok(text) }
}

fn conditions(
    written: &std::collections::BTreeMap<String, Vec<serde_json::Value>>,
    field: &str,
    columns: &mut Columns,
) -> Result<Vec<Condition>, Problem> {
    let condition = |(name, values): (&String, &Vec<serde_json::Value>)| {
        let wrong = |problem| (name.clone(), format!("has a `{field}` that {problem}"));
        let mut path = parse_path(name).map_err(wrong)?;
        let Some(Step::Name(column)) = (!path.is_empty()).then(|| path.remove(0)) else {
            return Err(wrong("names no column".to_owned()));
        };
        // A table has few conditions, and lives as long as the program.
        let reason = Skip::LeftOut(format!("by `{field}` of `{name}`").leak());
        let column = columns.want(&column, field == "keep_if");
        Ok(Condition { column, path, values: values.clone(), reason })
    };
    written.iter().map(condition).collect()
}

impl Condition {
    /// A column that is absent is as one that is empty.
    fn holds(&self, row: &Row<'_, '_>) -> bool {
        let value = row.get(self.column).and_then(|value| reach(value, &self.path));
        let value = value.unwrap_or(&Value::Null);
        self.values.iter().any(|written| value.is(written))
    }
}
