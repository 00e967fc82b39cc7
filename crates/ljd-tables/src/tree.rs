//! Trees of messages: what was said to a message hangs below it, and each way down to an answer is a conversation.
//!
//! Where answers have ranks, the best one of those to the same message is followed alone; what people say to it is
//! followed always. A conversation ends with an answer below which nobody is answered again.

use std::collections::{BTreeMap, BTreeSet};

use crate::objects::Number;
use crate::template::{Step, reach};
use crate::value::Value;

/// Messages of a conversation, at most.
const LONGEST: usize = 1000;

/// A message of a tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'v, 'a> {
    pub(crate) value: &'v Value<'a>,
    pub(crate) number: Number,
}

/// Messages, each with the one that it was said to.
#[derive(Debug)]
pub(crate) struct Tree<'v, 'a> {
    pub(crate) messages: Vec<Message<'v, 'a>>,
    parents: Vec<Parent>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Parent {
    None,
    Known(usize),
    /// Its parent is not there, or its own id is that of a message before it.
    Lost,
}

impl<'v, 'a> Tree<'v, 'a> {
    /// The tree below a message that has what was said to it in a list.
    pub(crate) fn of_replies(root: &'v Value<'a>, replies: &[Step], number: Number) -> Self {
        let mut tree = Self { messages: Vec::new(), parents: Vec::new() };
        let mut open = vec![(root, Parent::None)];
        while let Some((value, parent)) = open.pop() {
            let at = tree.messages.len();
            tree.messages.push(Message { value, number });
            tree.parents.push(parent);
            if let Some(Value::List(replies)) = reach(value, replies) {
                open.extend(replies.iter().rev().map(|reply| (reply, Parent::Known(at))));
            }
        }
        tree
    }

    /// The trees of messages that name the one that they were said to, in any order.
    pub(crate) fn of_list(messages: Vec<Message<'v, 'a>>, id: &[Step], parent: &[Step]) -> Self {
        let mut known = BTreeMap::new();
        let text = |message: &Message<'v, 'a>, path: &[Step]| {
            reach(message.value, path).and_then(Value::text).filter(|text| !is_none(text))
        };
        let mut is_first = Vec::new();
        for (at, message) in messages.iter().enumerate() {
            let id = text(message, id);
            is_first.push(id.is_some_and(|id| *known.entry(id).or_insert(at) == at));
        }
        let parents = messages.iter().zip(is_first).map(|(message, is_first)| {
            if !is_first {
                return Parent::Lost;
            }
            let parent = text(message, parent);
            let Some(parent) = parent else { return Parent::None };
            known.get(&parent).map_or(Parent::Lost, |at| Parent::Known(*at))
        });
        Self { parents: parents.collect(), messages }
    }

    /// Where conversations end, by which messages are answers and by their ranks.
    pub(crate) fn paths(
        &self,
        is_answer: &dyn Fn(&Value<'a>) -> bool,
        rank: Option<&[Step]>,
    ) -> Paths {
        let answers: BTreeSet<usize> = (0..)
            .zip(&self.messages)
            .filter(|(_, message)| is_answer(message.value))
            .map(|(at, _)| at)
            .collect();
        let replies = self.replies();
        let reached: BTreeSet<usize> = self.below(&replies, &BTreeSet::new()).into_iter().collect();
        let lost = (0..self.messages.len()).filter(|at| !reached.contains(at)).collect();
        let passed = rank.map_or_else(BTreeSet::new, |rank| self.passed(&replies, &answers, rank));
        let followed = self.below(&replies, &passed);
        // From the last message to the first, so that what is below a message comes before it.
        let mut is_answered = BTreeSet::new();
        for at in followed.iter().rev() {
            if let (Some(Parent::Known(parent)), true) =
                (self.parents.get(*at), answers.contains(at) || is_answered.contains(at))
            {
                is_answered.insert(*parent);
            }
        }
        let is_end = |at: &usize| answers.contains(at) && !is_answered.contains(at);
        Paths { lost, ends: followed.into_iter().filter(is_end).collect() }
    }

    /// What was said to each message.
    fn replies(&self) -> Vec<Vec<usize>> {
        let mut replies = vec![Vec::new(); self.messages.len()];
        for (at, parent) in self.parents.iter().enumerate() {
            if let Parent::Known(parent) = parent
                && let Some(replies) = replies.get_mut(*parent)
            {
                replies.push(at);
            }
        }
        replies
    }

    /// The messages that first messages lead to, each behind the one it was said to, without some and what is below them.
    fn below(&self, replies: &[Vec<usize>], without: &BTreeSet<usize>) -> Vec<usize> {
        let is_root = |at: &usize| self.parents.get(*at) == Some(&Parent::None);
        let mut open: Vec<usize> = (0..self.parents.len()).rev().filter(is_root).collect();
        let mut below = Vec::new();
        while let Some(at) = open.pop() {
            below.push(at);
            let replies = replies.get(at).into_iter().flatten();
            open.extend(replies.rev().filter(|reply| !without.contains(reply)));
        }
        below
    }

    /// The answers beside which there is a better one to the same message; of two as good, the first is better.
    fn passed(
        &self,
        replies: &[Vec<usize>],
        answers: &BTreeSet<usize>,
        rank: &[Step],
    ) -> BTreeSet<usize> {
        let rank_of = |at: usize| {
            let value = self.messages.get(at).and_then(|message| reach(message.value, rank));
            value.and_then(rank_of_value).unwrap_or(f64::INFINITY)
        };
        let mut passed = BTreeSet::new();
        for replies in replies {
            let answers = replies.iter().copied().filter(|at| answers.contains(at));
            let best = answers.clone().min_by(|a, b| rank_of(*a).total_cmp(&rank_of(*b)));
            passed.extend(answers.filter(|at| Some(*at) != best));
        }
        passed
    }

    /// The messages from the first one to an end; `None` where they are too many.
    pub(crate) fn path(&self, end: usize) -> Option<Vec<Message<'v, 'a>>> {
        let (mut path, mut next) = (Vec::new(), Parent::Known(end));
        while let Parent::Known(at) = next {
            path.push(*self.messages.get(at)?);
            next = *self.parents.get(at)?;
            if LONGEST < path.len() {
                return None;
            }
        }
        path.reverse();
        Some(path)
    }
}

/// Where conversations end.
#[derive(Debug)]
pub(crate) struct Paths {
    /// Messages of no tree.
    pub(crate) lost: Vec<usize>,
    pub(crate) ends: Vec<usize>,
}

/// Whether a message begins a tree, by the column that names what it was said to and the way from there.
pub(crate) fn is_root(column: Option<&Value<'_>>, parent: &[Step]) -> bool {
    let value = column.and_then(|value| reach(value, parent.get(1..).unwrap_or_default()));
    value.and_then(Value::text).is_none_or(|text| is_none(&text))
}

fn rank_of_value(value: &Value<'_>) -> Option<f64> {
    value.number().or_else(|| value.text()?.parse().ok())
}

/// Whether a parent is none; tables that went through pandas say `nan`.
fn is_none(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("nan")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::parse_path;

    /// The ways to last answers of a list of `id<parent role rank`, and what is lost.
    fn of(list: &str, rank: Option<&str>) -> (Vec<String>, Vec<usize>) {
        let json = list.split_whitespace().map(|message| {
            let (id, rest) = message.split_once('<').unwrap();
            let rest: Vec<&str> = rest.split(',').collect();
            let rank = rest.get(2).map_or("null", |rank| rank);
            format!(
                r#"{{"id": "{id}", "parent": "{}", "role": "{}", "rank": {rank}}}"#,
                rest[0], rest[1]
            )
        });
        let json: Vec<String> = json.collect();
        let values: Vec<Value<'_>> =
            json.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
        let messages = values.iter().map(|value| Message { value, number: Number::of(1) });
        let path = |text| parse_path(text).unwrap();
        let tree = Tree::of_list(messages.collect(), &path("id"), &path("parent"));
        let rank = rank.map(path);
        let is_answer = |value: &Value<'_>| value.get("role").unwrap().text().unwrap() == "a";
        let paths = tree.paths(&is_answer, rank.as_deref());
        let names = |end: &usize| {
            let path = tree.path(*end).unwrap();
            path.iter().map(|it| it.value.get("id").unwrap().text().unwrap().into_owned()).collect()
        };
        (paths.ends.iter().map(names).collect(), paths.lost)
    }

    const RAIN: &str = "1<,q 2<1,a,1 3<1,a,0 4<3,q,1 5<3,q,0 6<4,a 7<2,q 8<7,a 9<,q 10<6,q";

    #[test]
    fn the_best_answer_is_followed_and_every_question_to_it() {
        let (ends, lost) = of(RAIN, Some("rank"));
        assert_eq!((ends, lost), (vec!["1346".to_owned()], vec![]));
        assert_eq!(of(RAIN, None).0, ["1278", "1346"]);
        assert_eq!(of("1<,q 2<1,a,1 3<1,a,1", Some("rank")).0, ["12"]);
        assert_eq!(of("1<,q 2<1,a 3<1,a,7", Some("rank")).0, ["13"]);
        assert_eq!(of("1<nan,q 2<1,a 3<2,q 4<3,a 5<2,q 6<5,a", Some("rank")).0, ["1234", "1256"]);
    }

    #[test]
    fn messages_may_stand_in_any_order() {
        let mut messages: Vec<&str> = RAIN.split_whitespace().collect();
        messages.reverse();
        let (mut ends, lost) = of(&messages.join(" "), None);
        ends.sort();
        assert_eq!((ends, lost), (vec!["1278".to_owned(), "1346".to_owned()], vec![]));
    }

    #[test]
    fn what_no_first_message_leads_to_is_lost() {
        let (ends, lost) = of("1<,q 2<1,a 2<1,a 3<9,a 4<5,q 5<4,a 6<3,q", None);
        assert_eq!((ends, lost), (vec!["12".to_owned()], vec![2, 3, 4, 5, 6]));
    }

    #[test]
    fn a_conversation_has_its_bound() {
        let json = |n| format!(r#"{{"id": {n}, "parent": {}}}"#, n - 1);
        let json: Vec<String> = (0..=1000).map(json).collect();
        let values: Vec<Value<'_>> =
            json.iter().map(|json| serde_json::from_str(json).unwrap()).collect();
        let messages = values.iter().map(|value| Message { value, number: Number::of(1) });
        let path = |text| parse_path(text).unwrap();
        let mut tree = Tree::of_list(messages.collect(), &path("id"), &path("parent"));
        tree.parents[0] = Parent::None;
        assert!(tree.path(999).is_some() && tree.path(1000).is_none());
    }
}
