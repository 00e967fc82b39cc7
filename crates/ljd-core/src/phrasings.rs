//! Several natural wordings of one instruction, so that a model learns the task and not the sentence.
//!
//! A record takes one of the wordings that fit it: the one whose hash with the record's id is highest, so that a
//! wording more or less changes few records. One wording of each list is kept for records that are held out, so that
//! a wording that was never seen can be told from a task that was never seen.
//!
//! Every field is described in `data-manifests/README.md` of the repository.

mod condition;
mod pattern;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

use self::condition::Condition;
use self::pattern::Pattern;
use crate::{Error, ErrorKind, Location, Record, Result, UnknownName, stable_hash};

/// Lists of wordings, by the names that [templates](crate::Template) give.
///
/// ```
/// use ljd_core::{License, Phrasings, Record, Source, Task, Template};
///
/// let lists = r#"{ "meaning": { "slots": ["word"], "wordings": [
///     "「{word}」の意味を教えてください。",
///     { "text": "{word}って何？", "output": "{output}という意味です。", "if": { "output": { "most": 20 } } }
/// ] } }"#;
/// let phrasings = Phrasings::parse(lists, "mine.json")?;
///
/// let license = License::parse("CC0-1.0")?;
/// let source = Source { name: "rain".to_owned(), license, attribution: "Rain".to_owned() };
/// let meaning = Template::new("meaning", "「{word}」の意味を教えてください。");
/// let mut record = Record {
///     instruction: meaning.fill([("word", "雨".into())]),
///     output: "空から降る水".into(),
///     ..Record::new(&source, "4", Task::Definition)
/// };
/// let chosen = phrasings.word(&mut record, false).unwrap();
/// assert_eq!(phrasings.text(chosen), ("meaning", "{word}って何？"));
/// assert_eq!(record.instruction, "雨って何？");
/// assert_eq!(record.output, "空から降る水という意味です。");
/// # Ok::<(), ljd_core::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Phrasings {
    names: BTreeMap<String, usize>,
    lists: Vec<List>,
}

/// Which wording of which list a record got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChosenWording {
    list: usize,
    wording: usize,
}

impl ChosenWording {
    /// The wording of these numbers: that of its list, and its own in that.
    pub const fn of_numbers((list, wording): (usize, usize)) -> Self {
        Self { list, wording }
    }

    /// The number of its list, and its own in that.
    pub const fn numbers(self) -> (usize, usize) {
        (self.list, self.wording)
    }
}

/// A list of wordings, checked.
#[derive(Debug, Clone)]
struct List {
    name: String,
    wordings: Vec<Wording>,
    /// The lists that its records take wordings of: itself and those that it names.
    of: Vec<usize>,
    /// Whether what stands in marks is a quotation, which keeps its full stop.
    is_quoting: bool,
}

/// One way to ask, and how it is answered.
#[derive(Debug, Clone)]
pub struct Wording {
    text: Pattern,
    /// The answer, if it is not the corpus's as it stands.
    output: Option<Pattern>,
    conditions: Vec<(String, Condition)>,
    is_held_out: bool,
    /// Whether the input stands in the instruction.
    takes_input: bool,
    hash: u64,
}

/// A list as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenList {
    #[serde(default)]
    slots: Vec<String>,
    /// Slots that the input consists of: a wording that names one is not given the input again.
    #[serde(default)]
    input: Vec<String>,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    quotations: bool,
    wordings: Vec<WrittenWording>,
}

/// A wording as it is written: its text alone, or an object.
#[derive(Default)]
struct WrittenWording(WrittenFields);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFields {
    text: String,
    #[serde(default)]
    output: Option<String>,
    #[serde(default, rename = "if")]
    conditions: BTreeMap<String, Condition>,
    #[serde(default)]
    held_out: bool,
}

impl<'de> Deserialize<'de> for WrittenWording {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordingVisitor)
    }
}

struct WordingVisitor;

impl<'de> Visitor<'de> for WordingVisitor {
    type Value = WrittenWording;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a wording or an object with `text`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenWording, E> {
        Ok(WrittenWording(WrittenFields { text: text.to_owned(), ..WrittenFields::default() }))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenWording, A::Error> {
        WrittenFields::deserialize(MapAccessDeserializer::new(map)).map(WrittenWording)
    }
}

/// What a condition may speak of beside the slots of its list.
const OF_EVERY_RECORD: [&str; 5] = ["input", "output", "history", "category", "corpus"];

/// Refuses a name that is not known.
fn known<'k>(
    kind: &'static str,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Result<(), UnknownName> {
    let is_known = known.clone().any(|known| known == name);
    is_known.then_some(()).ok_or_else(|| UnknownName::new(kind, name, known))
}

impl Phrasings {
    /// Reads lists of wordings as JSON: an object of lists by their names. Messages call the text `file`.
    ///
    /// # Errors
    ///
    /// Where the text is no such object, or a list names a slot, a condition or a list that there is not: with the
    /// line or the list, and the nearest name that is known.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let written: BTreeMap<String, WrittenList> =
            serde_json::from_str(text).map_err(|error| Error::json(file, error))?;
        let names: BTreeMap<String, usize> = written.keys().cloned().zip(0..).collect();
        let mut lists = Vec::with_capacity(written.len());
        for (name, list) in written {
            let list = List::new(&name, list, &names);
            lists.push(list.map_err(|fault| fault.in_file(file, text))?);
        }
        Ok(Self { names, lists })
    }

    /// Words the instruction of a record, and its answer as the wording asks for it; `None` where its instruction is
    /// of no list, or no wording of it fits.
    pub fn word(&self, record: &mut Record<'_>, is_held_out: bool) -> Option<ChosenWording> {
        let chosen = self.choose(record, is_held_out)?;
        let (list, wording) = self.get(chosen)?;
        wording.apply(record, list.is_quoting);
        Some(chosen)
    }

    /// The list and the text of a wording.
    pub fn text(&self, chosen: ChosenWording) -> (&str, &str) {
        self.get(chosen).map_or(("", ""), |(list, wording)| (&list.name, wording.text()))
    }

    /// The names of the lists.
    pub fn lists(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The wordings that records of a list and of a corpus may take, in their order.
    pub fn wordings(&self, list: &str, corpus: &str) -> impl Iterator<Item = &Wording> {
        let of = self.list(list).map(|list| list.of.iter());
        let lists = of.into_iter().flatten().filter_map(|n| self.lists.get(*n));
        let wordings = lists.flat_map(|list| &list.wordings);
        wordings.filter(move |wording| wording.is_for(corpus))
    }

    fn list(&self, name: &str) -> Option<&List> {
        self.lists.get(*self.names.get(name)?)
    }

    fn get(&self, chosen: ChosenWording) -> Option<(&List, &Wording)> {
        let list = self.lists.get(chosen.list)?;
        Some((list, list.wordings.get(chosen.wording)?))
    }

    fn choose(&self, record: &Record<'_>, is_held_out: bool) -> Option<ChosenWording> {
        let id = stable_hash(&record.id);
        let of = &self.list(record.instruction.list()?)?.of;
        let mut best = None;
        for (list, n) in of.iter().filter_map(|n| Some((self.lists.get(*n)?, *n))) {
            for (wording, it) in list.wordings.iter().zip(0..) {
                let rank = wording.rank(id, is_held_out);
                // Whether a wording fits takes longest to tell, so that few are asked.
                let is_higher = best.is_none_or(|(highest, _)| highest < rank);
                if is_higher && rank.is_some() && wording.fits(record) {
                    best = Some((rank, ChosenWording { list: n, wording: it }));
                }
            }
        }
        best.map(|(_, chosen)| chosen)
    }
}

/// One number of two, in which each bit depends on all of theirs. (Steele, Lea and Flood 2014, "Fast splittable
/// pseudorandom number generators", figure 16)
fn mix(one: u64, other: u64) -> u64 {
    let mixed = one ^ other.rotate_left(32);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// What is wrong with a list, and the text in it that is.
struct Fault {
    what: ErrorKind,
    at: String,
}

impl Fault {
    fn unknown(at: &str, error: UnknownName) -> Self {
        Self { what: ErrorKind::UnknownName(error), at: at.to_owned() }
    }

    fn wrong(at: &str, problem: &str) -> Self {
        Self {
            what: ErrorKind::Invalid { field: "wordings", problem: format!("`{at}` {problem}") },
            at: at.to_owned(),
        }
    }

    /// The error, with the line in which its text stands.
    fn in_file(self, file: &str, text: &str) -> Error {
        let at = serde_json::to_string(&self.at).unwrap_or(self.at);
        let before = text.split_once(&at).map(|(before, _)| before);
        let line = before.map(|before| 1 + before.matches('\n').count() as u64);
        Error::at(Location { file: file.into(), line, column: None }, self.what)
    }
}

impl List {
    fn new(
        name: &str,
        written: WrittenList,
        names: &BTreeMap<String, usize>,
    ) -> Result<Self, Fault> {
        let WrittenList { mut slots, mut input, with, quotations: is_quoting, wordings } = written;
        slots.extend_from_slice(&input);
        input.push("input".to_owned());
        let wording = |wording: WrittenWording| Wording::new(wording.0, &slots, &input);
        let wordings: Vec<Wording> = wordings.into_iter().map(wording).collect::<Result<_, _>>()?;
        let mut of = Vec::with_capacity(1 + with.len());
        for list in [name].into_iter().chain(with.iter().map(String::as_str)) {
            let unknown = || UnknownName::new("list", list, names.keys().map(String::as_str));
            of.push(*names.get(list).ok_or_else(|| Fault::unknown(list, unknown()))?);
        }
        check(name, &wordings)?;
        Ok(Self { name: name.to_owned(), wordings, of, is_quoting })
    }
}

/// Refuses a list that says the same twice, keeps two wordings back, or keeps its only one back.
fn check(name: &str, wordings: &[Wording]) -> Result<(), Fault> {
    let n_held_out = wordings.iter().filter(|wording| wording.is_held_out).count();
    if 1 < n_held_out || wordings.len() <= n_held_out {
        return Err(Fault::wrong(
            name,
            "needs a wording that is not held out, and may hold out one",
        ));
    }
    for (i, wording) in wordings.iter().enumerate() {
        if wordings.iter().skip(i + 1).any(|later| later.text() == wording.text()) {
            return Err(Fault::wrong(wording.text(), "stands there twice"));
        }
    }
    Ok(())
}

impl Wording {
    fn new(written: WrittenFields, slots: &[String], input: &[String]) -> Result<Self, Fault> {
        let WrittenFields { text, output, conditions, held_out: is_held_out } = written;
        let of_list = || slots.iter().map(String::as_str);
        let fault = |error| Fault::unknown(&text, error);
        for name in conditions.keys() {
            known("text", name, of_list().chain(OF_EVERY_RECORD)).map_err(fault)?;
        }
        let of_asked = |name: &str| known("slot", name, of_list().chain(["input"]));
        let of_answer = |name: &str| known("slot", name, of_list().chain(["input", "output"]));
        let asked = Pattern::parse(text.clone(), &of_asked).map_err(fault)?;
        let output = output.map(|output| Pattern::parse(output, &of_answer));
        Ok(Self {
            takes_input: input.iter().any(|slot| asked.names(slot)),
            hash: stable_hash(&text),
            output: output.transpose().map_err(fault)?,
            text: asked,
            conditions: conditions.into_iter().collect(),
            is_held_out,
        })
    }

    /// What is asked, with its slots as they are written.
    pub fn text(&self) -> &str {
        self.text.text()
    }

    /// Whether it is kept for records that are held out.
    pub fn is_held_out(&self) -> bool {
        self.is_held_out
    }

    /// Whether an instruction is this wording with its slots filled.
    pub fn is_wording_of(&self, instruction: &str) -> bool {
        self.text.matches(instruction)
    }

    /// The higher, the sooner it is taken; `None` where it may not be. Half of the records that are held out have a
    /// wording that training has too.
    fn rank(&self, id: u64, is_held_out: bool) -> Option<(bool, u64)> {
        let hash = mix(id, self.hash);
        let may_be = !self.is_held_out || is_held_out && hash.is_multiple_of(2);
        may_be.then_some((self.is_held_out, hash))
    }

    fn is_for(&self, corpus: &str) -> bool {
        self.conditions
            .iter()
            .all(|(name, condition)| name != "corpus" || condition.holds(Some(corpus)))
    }

    /// Whether the record has what the wording speaks of, and what it says is true of it.
    fn fits(&self, record: &Record<'_>) -> bool {
        let patterns = || [&self.text].into_iter().chain(&self.output);
        self.conditions.iter().all(|(name, condition)| match name.as_str() {
            "history" => condition.holds((!record.history.is_empty()).then_some("turns")),
            "category" => condition.holds(record.category.as_deref()),
            "corpus" => condition.holds(Some(&record.source.name)),
            name => condition.holds(text_of(record, name)),
        }) && patterns().all(|pattern| pattern.fits(&|name| text_of(record, name)))
    }

    fn apply(&self, record: &mut Record<'_>, is_quoting: bool) {
        let fill = |pattern: &Pattern| pattern.fill(is_quoting, &|name| text_of(record, name));
        let (text, output) = (fill(&self.text), self.output.as_ref().map(fill));
        record.instruction.reword(text);
        if self.takes_input {
            record.input = "".into();
        }
        if let Some(output) = output {
            record.output = output.into();
        }
    }
}

/// What fills a slot: a text of the record, or what its corpus gave for it.
fn text_of<'r>(record: &'r Record<'_>, name: &str) -> Option<&'r str> {
    match record.instruction.slot(name) {
        Some(text) => Some(text),
        None if name == "input" => Some(&*record.input).filter(|input| !input.is_empty()),
        None if name == "output" => Some(&record.output),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{License, Role, Source, Task, Template, Turn};

    const LISTS: &str = r#"{
  "ask": {
    "slots": ["question"],
    "wordings": [
      "{question}",
      "質問です。{question}",
      { "text": "教えて。{question}", "output": "{output}です。", "if": { "output": { "noun": true } } },
      { "text": "続けて。{question}", "if": { "history": true } },
      { "text": "答えよ。{question}", "held_out": true }
    ]
  },
  "read": { "with": ["ask"], "slots": ["question"], "wordings": ["{input}\n\n{question}", "「{input}」によると、{question}"] }
}"#;

    fn source() -> Source {
        let license = License::parse("CC0-1.0").unwrap();
        Source { name: "rain".to_owned(), license, attribution: String::new() }
    }

    fn asked<'a>(source: &'a Source, list: &'static str, id: String) -> Record<'a> {
        let template = Template::new(list, "{question}");
        Record {
            instruction: template.fill([("question", "何が降る？".into())]),
            output: "雨".into(),
            ..Record::new(source, id, Task::QuestionAnswering)
        }
    }

    /// How many of a thousand records get each wording.
    fn shares(
        lists: &str,
        list: &'static str,
        is_held_out: bool,
        change: impl Fn(&mut Record<'_>),
    ) -> BTreeMap<String, usize> {
        let (source, phrasings) = (source(), Phrasings::parse(lists, "lists.json").unwrap());
        let mut shares = BTreeMap::new();
        for n in 0..1000 {
            let mut record = asked(&source, list, n.to_string());
            change(&mut record);
            let chosen = phrasings.word(&mut record, is_held_out).unwrap();
            let text = phrasings.text(chosen).1.to_owned();
            assert_eq!(record.output.ends_with("です。"), text.starts_with("教えて。"));
            *shares.entry(text).or_default() += 1;
        }
        shares
    }

    #[test]
    fn records_share_the_wordings_that_fit() {
        let all = shares(LISTS, "ask", false, |_| ());
        assert_eq!(all.len(), 3);
        assert!(all.values().all(|n| (300..367).contains(n)), "{all:?}");
        let verbs = shares(LISTS, "ask", false, |record| record.output = "降る".into());
        assert!(verbs.len() == 2 && !verbs.contains_key("教えて。{question}"), "{verbs:?}");
        let turn = || Turn { role: Role::User, content: "雨".into() };
        assert_eq!(shares(LISTS, "ask", false, |record| record.history.push(turn())).len(), 4);
    }

    #[test]
    fn half_of_what_is_held_out_has_the_wording_that_is() {
        let shares = shares(LISTS, "ask", true, |_| ());
        let n = shares["答えよ。{question}"];
        assert!(shares.len() == 4 && (450..550).contains(&n), "{shares:?}");
    }

    #[test]
    fn a_list_takes_the_wordings_of_another() {
        let with_input = |record: &mut Record<'_>| record.input = "雨の本".into();
        assert_eq!(shares(LISTS, "read", false, with_input).len(), 5);
        let quoting = |record: &mut Record<'_>| record.input = "「雨」".into();
        assert_eq!(shares(LISTS, "read", false, quoting).len(), 4);
        assert_eq!(shares(LISTS, "read", false, |_| ()).len(), 3);
    }

    #[test]
    fn an_input_moves_into_the_instruction() {
        let (source, phrasings) = (source(), Phrasings::parse(LISTS, "lists.json").unwrap());
        let mut n_moved = 0;
        for n in 0..100 {
            let mut record = asked(&source, "read", n.to_string());
            record.input = "雨だ。".into();
            let chosen = phrasings.word(&mut record, false).unwrap();
            let is_moved = phrasings.text(chosen).1.contains("{input}");
            assert_eq!(record.input.is_empty(), is_moved);
            assert_eq!(record.instruction.contains("雨だ"), is_moved);
            assert!(!record.instruction.contains("「雨だ。」"), "{}", record.instruction);
            n_moved += usize::from(is_moved);
        }
        assert!((20..60).contains(&n_moved));
    }

    #[test]
    fn one_more_wording_changes_one_record_in_so_many() {
        let (source, before) = (source(), Phrasings::parse(LISTS, "lists.json").unwrap());
        let more = LISTS.replacen("\"{question}\",", "\"{question}\", \"さて、{question}\",", 1);
        let after = Phrasings::parse(&more, "lists.json").unwrap();
        let worded = |phrasings: &Phrasings, n: i32| {
            let mut record = asked(&source, "ask", n.to_string());
            phrasings.word(&mut record, false);
            record.instruction.to_string()
        };
        let changed = (0..1000).filter(|n| worded(&before, *n) != worded(&after, *n));
        let n = changed.inspect(|n| assert!(worded(&after, *n).starts_with("さて"))).count();
        assert!((200..300).contains(&n), "{n}");
    }

    #[test]
    fn an_instruction_of_no_list_stays_as_it_is() {
        let (source, phrasings) = (source(), Phrasings::parse(LISTS, "lists.json").unwrap());
        let mut record = asked(&source, "other", "1".to_owned());
        assert_eq!(phrasings.word(&mut record, false), None);
        record.instruction = "何が降る？".into();
        assert_eq!(phrasings.word(&mut record, false), None);
        assert_eq!(record.instruction, "何が降る？");
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told_with_its_line() {
        for (from, to, line, what) in [
            (
                "\"質問です。{question}\"",
                "\"質問です。{qestion}\"",
                6,
                "unknown slot `qestion`, did you mean `question`?",
            ),
            ("\"noun\"", "\"nown\"", 7, "unknown field `nown`, did you mean `noun`?"),
            (
                "{ \"history\"",
                "{ \"histori\"",
                8,
                "unknown text `histori`, did you mean `history`?",
            ),
            ("\"held_out\"", "\"holdout\"", 9, "unknown field `holdout`, did you mean `held_out`?"),
            ("[\"ask\"]", "[\"aks\"]", 12, "unknown list `aks`, did you mean `ask`?"),
            ("質問です。{question}", "{question}", 5, "stands there twice"),
            ("質問です。{question}\"", "質問です。{output}\"", 6, "unknown slot `output`"),
            (
                "\"質問です。{question}\"",
                "{ \"text\": \"質問\", \"held_out\": true }",
                2,
                "may hold out one",
            ),
        ] {
            assert!(LISTS.contains(from), "{from}");
            let error = Phrasings::parse(&LISTS.replacen(from, to, 1), "lists.json").unwrap_err();
            let told = error.to_string();
            assert!(told.contains(what) && told.contains("lists.json"), "{told}");
            assert_eq!(error.location().and_then(|location| location.line), Some(line), "{told}");
        }
    }
}
