//! Conversations: a list of messages as the turns of a record.
//!
//! The last message of the model is the answer, what the person said before it is asked, and all before that is history.
//! Where a system message says what the model is, or the manifest does, the record is a dialogue: then that is its
//! instruction, and what is asked is its input. Messages of one speaker that follow each other are one turn. Messages may
//! also be a tree, of which each way down is a conversation.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ljd_core::{Role, Skip, Turn};

use crate::read::{self, Speaker};
use crate::row::{Columns, Row};
use crate::template::{Step, parse_path, reach};
use crate::tree::{Message, Paths, Tree};
use crate::value::Value;

/// Where the messages of a row are.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    /// The column that holds them, and the way from there; `None` where rows are messages.
    from: Option<(usize, Vec<Step>)>,
    shape: Shape,
    role: Vec<Step>,
    content: Vec<Step>,
    rank: Option<Vec<Step>>,
    roles: BTreeMap<String, Speaker>,
}

/// How messages hang together.
#[derive(Debug, Clone)]
enum Shape {
    /// One after the other.
    List,
    /// Each has a list of what was said to it.
    Replies(Vec<Step>),
    /// Each has an id, and names that of what it was said to.
    Linked { id: Vec<Step>, parent: Vec<Step> },
}

/// A conversation, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Conversation<'r> {
    pub(crate) system: Option<Cow<'r, str>>,
    pub(crate) history: Vec<Turn<'r>>,
    pub(crate) asked: Cow<'r, str>,
    pub(crate) answer: Cow<'r, str>,
}

/// What speakers are usually called.
const ROLES: [(&str, Speaker); 14] = [
    ("system", Speaker::System),
    ("developer", Speaker::System),
    ("user", Speaker::User),
    ("human", Speaker::User),
    ("prompter", Speaker::User),
    ("assistant", Speaker::Assistant),
    ("gpt", Speaker::Assistant),
    ("bot", Speaker::Assistant),
    ("model", Speaker::Assistant),
    ("tool", Speaker::Tool),
    ("function", Speaker::Tool),
    ("function_call", Speaker::Tool),
    ("tool_call", Speaker::Tool),
    ("observation", Speaker::Tool),
];

/// Why a conversation is left out in which the model calls programs.
const TOOLS: Skip = Skip::LeftOut("a conversation with tools");

impl Messages {
    pub(crate) fn new(written: &read::Messages, columns: &mut Columns) -> Result<Self, String> {
        let shape = shape(written)?;
        if written.rank.is_some() && matches!(shape, Shape::List) {
            return Err("has a `rank` of `messages` that are no tree".to_owned());
        }
        let from = written.from.as_deref().map(|from| column(from, columns)).transpose()?;
        let member = |text: &str| parse_path(text);
        let usual = || ROLES.map(|(name, role)| (name.to_owned(), role)).into_iter().collect();
        let messages = Self {
            from,
            shape,
            role: member(&written.role)?,
            content: member(&written.content)?,
            rank: written.rank.as_deref().map(member).transpose()?,
            roles: written.roles.clone().unwrap_or_else(usual),
        };
        if messages.from.is_none() {
            messages.want(columns);
        }
        Ok(messages)
    }

    /// Notes the members of messages that are rows.
    fn want(&self, columns: &mut Columns) {
        let Shape::Linked { id, parent } = &self.shape else { return };
        let mut want = |path: &[Step], is_required| {
            if let Some(Step::Name(name)) = path.first() {
                columns.want(name, is_required);
            }
        };
        for path in [id, &self.role, &self.content] {
            want(path, true);
        }
        // The first message may do without.
        want(parent, false);
        want(self.rank.as_deref().unwrap_or_default(), false);
    }

    /// Of rows that are messages, what names the message that one was said to.
    pub(crate) fn parent_of_rows(&self) -> Option<&[Step]> {
        match (&self.from, &self.shape) {
            (None, Shape::Linked { parent, .. }) => Some(parent),
            _ => None,
        }
    }

    /// The column that holds trees, and the way from there.
    pub(crate) fn trees(&self) -> Option<(usize, &[Step])> {
        let (column, path) = self.from.as_ref()?;
        (!matches!(self.shape, Shape::List)).then_some((*column, path.as_slice()))
    }

    /// The trees of rows that are messages.
    pub(crate) fn tree_of_rows<'v, 'a>(&self, rows: Vec<Message<'v, 'a>>) -> Option<Tree<'v, 'a>> {
        match &self.shape {
            Shape::Linked { id, parent } => Some(Tree::of_list(rows, id, parent)),
            _ => None,
        }
    }

    /// The tree of a row; `None` where its messages are none.
    pub(crate) fn tree<'r, 'a>(&self, row: &Row<'r, 'a>) -> Option<Result<Tree<'r, 'a>, Skip>> {
        Some(match (&self.shape, self.value(row)) {
            (Shape::List, _) => return None,
            (Shape::Replies(replies), Some(root @ Value::Object(_))) => {
                Ok(Tree::of_replies(root, replies, row.number))
            }
            (Shape::Replies(_), _) => Err(Skip::Bad("no first message")),
            (Shape::Linked { id, parent }, Some(Value::List(messages))) => {
                let message = |value| Message { value, number: row.number };
                Ok(Tree::of_list(messages.iter().map(message).collect(), id, parent))
            }
            (Shape::Linked { .. }, _) => Err(Skip::Bad("no list of messages")),
        })
    }

    /// Where the conversations of a tree end.
    pub(crate) fn paths(&self, tree: &Tree<'_, '_>) -> Paths {
        let is_answer = |message: &Value<'_>| self.speaker(message) == Ok(Speaker::Assistant);
        tree.paths(&is_answer, self.rank.as_deref())
    }

    /// The conversation of a row.
    pub(crate) fn of<'r>(&self, row: &Row<'r, '_>) -> Result<Conversation<'r>, Skip> {
        let Some(Value::List(messages)) = self.value(row) else {
            return Err(Skip::Bad("no list of messages"));
        };
        self.conversation(&mut messages.iter())
    }

    /// The conversation of some messages.
    pub(crate) fn conversation<'r, 'a: 'r>(
        &self,
        messages: &mut dyn Iterator<Item = &'r Value<'a>>,
    ) -> Result<Conversation<'r>, Skip> {
        conversation(&mut messages.map(|message| self.message(message)))
    }

    fn value<'r, 'a>(&self, row: &Row<'r, 'a>) -> Option<&'r Value<'a>> {
        let (column, path) = self.from.as_ref()?;
        row.get(*column).and_then(|value| reach(value, path))
    }

    fn speaker(&self, message: &Value<'_>) -> Result<Speaker, Skip> {
        let role = reach(message, &self.role).and_then(Value::text);
        let role = role.ok_or(Skip::Bad("a message without its role"))?;
        self.roles.get(&*role).copied().ok_or(Skip::Bad("a role that `roles` does not have"))
    }

    fn message<'r>(&self, message: &'r Value<'_>) -> Result<(Speaker, Cow<'r, str>), Skip> {
        let speaker = self.speaker(message)?;
        let calls = ["tool_calls", "function_call"].map(|name| message.get(name));
        let calls = calls.into_iter().flatten().any(|calls| !is_nothing(calls));
        if speaker == Speaker::Tool || calls {
            return Err(TOOLS);
        }
        let content = match reach(message, &self.content) {
            Some(Value::List(parts)) => Some(of_parts(parts)?),
            content => content.and_then(Value::text),
        };
        let content = content.filter(|content| !content.trim().is_empty());
        Ok((speaker, content.ok_or(Skip::Bad("a message without text"))?))
    }
}

/// A column, and the way from it to what is meant.
fn column(text: &str, columns: &mut Columns) -> Result<(usize, Vec<Step>), String> {
    let mut path = parse_path(text)?;
    let Some(Step::Name(column)) = (!path.is_empty()).then(|| path.remove(0)) else {
        return Err("has `messages` that are in no column".to_owned());
    };
    Ok((columns.want(&column, true), path))
}

fn shape(written: &read::Messages) -> Result<Shape, String> {
    let path = |text: &String| parse_path(text);
    match (&written.replies, &written.id, &written.parent, &written.from) {
        (None, None, None, Some(_)) => Ok(Shape::List),
        (Some(replies), None, None, Some(_)) => Ok(Shape::Replies(path(replies)?)),
        (None, Some(id), Some(parent), _) => {
            Ok(Shape::Linked { id: path(id)?, parent: path(parent)? })
        }
        (None, None, None, None) => Err("has `messages` without `from`, the column that is the list of them; or without `id` and `parent`, where each row is a message".to_owned()),
        (Some(_), None, None, None) => Err("has `messages` with `replies` and without `from`, the column that is the first message".to_owned()),
        (None, ..) => Err("has `messages` with one of `id` and `parent`, which need each other".to_owned()),
        (Some(_), ..) => Err("has `messages` with `replies` as well as `id` or `parent`; a tree is written in one way".to_owned()),
    }
}

fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::List(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        value => value.text().is_none_or(|text| text.is_empty()),
    }
}

/// The text of a message that is in parts, as those of models that also take pictures are.
fn of_parts<'r>(parts: &'r [Value<'_>]) -> Result<Cow<'r, str>, Skip> {
    let mut texts = Vec::new();
    for part in parts {
        let text = part.get("text").unwrap_or(part).text();
        texts.push(text.ok_or(Skip::LeftOut("a message that is not text alone"))?);
    }
    Ok(if texts.len() == 1 { texts.remove(0) } else { Cow::Owned(texts.join("\n")) })
}

/// Takes apart what was said.
pub(crate) fn conversation<'r>(
    said: &mut dyn Iterator<Item = Result<(Speaker, Cow<'r, str>), Skip>>,
) -> Result<Conversation<'r>, Skip> {
    let (mut system, mut turns) = (None, Vec::<Turn<'r>>::new());
    for message in said {
        let (speaker, content) = message?;
        let role = match speaker {
            Speaker::System if system.is_none() && turns.is_empty() => {
                system = Some(content);
                continue;
            }
            Speaker::System => return Err(Skip::Bad("a system message in a conversation")),
            Speaker::User => Role::User,
            Speaker::Assistant => Role::Assistant,
            Speaker::Tool => return Err(TOOLS),
        };
        match turns.last_mut() {
            Some(last) if last.role == role => {
                let content = [&*last.content, &content].join("\n");
                last.content = Cow::Owned(content);
            }
            _ => turns.push(Turn { role, content }),
        }
    }
    // A question that nobody answered teaches nothing.
    turns.pop_if(|turn| turn.role == Role::User);
    let answer = turns.pop().ok_or(Skip::Bad("a conversation without an answer"))?.content;
    let asked = turns.pop().ok_or(Skip::Bad("a conversation without a question"))?.content;
    Ok(Conversation { system, history: turns, asked, answer })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: &[(Speaker, &'static str)]) -> Result<Conversation<'static>, Skip> {
        let mut said = said.iter().map(|(speaker, text)| Ok((*speaker, Cow::Borrowed(*text))));
        conversation(&mut said)
    }

    #[test]
    fn the_last_answer_is_the_output_and_what_is_before_is_history() {
        use Speaker::{Assistant, System, User};

        let found = of(&[(System, "s"), (User, "a"), (User, "b"), (Assistant, "c"), (User, "d")]);
        let found = found.unwrap();
        assert_eq!(
            (found.system.as_deref(), &*found.asked, &*found.answer),
            (Some("s"), "a\nb", "c")
        );
        assert!(found.history.is_empty());
        let found =
            of(&[(Assistant, "x"), (User, "a"), (Assistant, "b"), (User, "c"), (Assistant, "d")]);
        let found = found.unwrap();
        let history: Vec<_> = found.history.iter().map(|turn| &*turn.content).collect();
        assert_eq!((history, &*found.asked, &*found.answer), (vec!["x", "a", "b"], "c", "d"));
        assert_eq!(of(&[(User, "a")]), Err(Skip::Bad("a conversation without an answer")));
        assert_eq!(of(&[]), Err(Skip::Bad("a conversation without an answer")));
        assert_eq!(of(&[(Assistant, "a")]), Err(Skip::Bad("a conversation without a question")));
        let late = of(&[(User, "a"), (System, "s"), (Assistant, "b")]);
        assert_eq!(late, Err(Skip::Bad("a system message in a conversation")));
    }
}
