//! Conversations: a list of messages as the turns of a record.
//!
//! The last message of the model is the answer, what the person said before it is asked, and all before that is history.
//! Where a system message says what the model is, or the manifest does, the record is a dialogue: then that is its
//! instruction, and what is asked is its input. Messages of one speaker that follow each other are one turn.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ljd_core::{Role, Skip, Turn};

use crate::read::{self, Speaker};
use crate::row::{Columns, Row};
use crate::template::{Step, parse_path, reach};
use crate::value::Value;

/// Where the messages of a row are.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    column: usize,
    path: Vec<Step>,
    role: Vec<Step>,
    content: Vec<Step>,
    roles: BTreeMap<String, Speaker>,
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
const ROLES: [(&str, Speaker); 8] = [
    ("system", Speaker::System),
    ("user", Speaker::User),
    ("human", Speaker::User),
    ("prompter", Speaker::User),
    ("assistant", Speaker::Assistant),
    ("gpt", Speaker::Assistant),
    ("bot", Speaker::Assistant),
    ("model", Speaker::Assistant),
];

impl Messages {
    pub(crate) fn new(written: &read::Messages, columns: &mut Columns) -> Result<Self, String> {
        let mut path = parse_path(&written.from)?;
        let Some(Step::Name(column)) = (!path.is_empty()).then(|| path.remove(0)) else {
            return Err("has `messages` that are in no column".to_owned());
        };
        let usual = || ROLES.map(|(name, role)| (name.to_owned(), role)).into_iter().collect();
        Ok(Self {
            column: columns.want(&column, true),
            path,
            role: parse_path(&written.role)?,
            content: parse_path(&written.content)?,
            roles: written.roles.clone().unwrap_or_else(usual),
        })
    }

    /// The conversation of a row.
    pub(crate) fn of<'r>(&self, row: &Row<'r, '_>) -> Result<Conversation<'r>, Skip> {
        let list = row.get(self.column).and_then(|value| reach(value, &self.path));
        let Some(Value::List(messages)) = list else {
            return Err(Skip::Bad("no list of messages"));
        };
        let mut said = messages.iter().map(|message| self.message(message));
        conversation(&mut said)
    }

    fn message<'r>(&self, message: &'r Value<'_>) -> Result<(Speaker, Cow<'r, str>), Skip> {
        let text = |path| reach(message, path).and_then(Value::text);
        let role = text(&self.role).ok_or(Skip::Bad("a message without its role"))?;
        let role = self.roles.get(&*role).ok_or(Skip::Bad("a role that `roles` does not have"))?;
        let content = text(&self.content).filter(|content| !content.trim().is_empty());
        Ok((*role, content.ok_or(Skip::Bad("a message without text"))?))
    }
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
