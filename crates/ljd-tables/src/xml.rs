//! Rows out of XML: each element at a path, its children and attributes as columns.
//!
//! `<q id="1"><text>雨</text><answer>a</answer><answer>b</answer></q>` has the columns `@id`, `text` and `answer`, a list.
//! The text of an element that has children or attributes is `#text`. Attributes of the elements around a row are in
//! reach. Entities of a document type are not known: `&n;` is `n`. (XML 1.0)

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::BufReader;
use std::sync::Arc;

use ljd_core::read::Budget;
use ljd_core::{ChunkSink, Error, ErrorKind, Input, Result, UnknownName};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::made::{LONGEST, Made};
use crate::value::Value;

/// Elements in elements, at most.
const DEEPEST: usize = 100;
/// Paths that are remembered to name the nearest one of.
const MOST_PATHS: usize = 1000;

/// Makes a row of each element of a file that has that path.
pub(crate) fn chunks(input: Input<'_>, path: &str, out: &mut ChunkSink<'_>) -> Result<()> {
    let mut made = Made::new(Arc::clone(&input.file));
    let budget = Budget::new("a text or a tag is too long");
    let mut xml = Reader::from_reader(BufReader::new(budget.of(input)));
    xml.config_mut().expand_empty_elements = true;
    let mut document = Document {
        path: String::new(),
        open: Vec::new(),
        row: None,
        paths: BTreeSet::new(),
        n_bytes: 0,
    };
    let (mut buffer, mut n_rows) = (Vec::new(), 0);
    loop {
        budget.set(LONGEST as u64);
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|error| {
            let broken = match error {
                quick_xml::Error::Io(error) => {
                    ErrorKind::Read(std::io::Error::new(error.kind(), error.to_string()))
                }
                error => ErrorKind::NotTheFormat(format!("is not well-formed XML: {error}")),
            };
            Error::at(made.location(), broken)
        })?;
        let done = match event {
            Event::Start(element) => document.start(&element, path),
            Event::End(_) => {
                if let Some(row) = document.end() {
                    n_rows += 1;
                    made.push(&row, out)?;
                }
                Ok(())
            }
            Event::Text(text) => document.text(&text.xml10_content()),
            Event::CData(text) => document.text(&text.xml10_content()),
            Event::GeneralRef(reference) => document.text(&resolved(&reference)),
            Event::Eof => break,
            _ => Ok(()),
        };
        done.map_err(|kind| Error::at(made.location(), kind))?;
    }
    if !document.open.is_empty() {
        let early = ErrorKind::Read(std::io::ErrorKind::UnexpectedEof.into());
        return Err(Error::at(made.location(), early));
    }
    made.flush(out)?;
    if n_rows == 0 {
        let known = document.paths.iter().map(String::as_str);
        let unknown = UnknownName::new("path of rows", path, known);
        return Err(Error::at(made.location(), ErrorKind::UnknownName(unknown)));
    }
    Ok(())
}

/// The elements that are open.
struct Document {
    /// Their names with slashes between them.
    path: String,
    open: Vec<Element>,
    /// Which of them is the row.
    row: Option<usize>,
    paths: BTreeSet<String>,
    /// The bytes of the row.
    n_bytes: usize,
}

/// An element that is open.
struct Element {
    name: String,
    members: Vec<(Cow<'static, str>, Value<'static>)>,
    text: String,
}

impl Document {
    fn start(&mut self, element: &BytesStart<'_>, path: &str) -> Result<(), ErrorKind> {
        if DEEPEST <= self.open.len() {
            return Err(ErrorKind::NotTheFormat(format!("has elements more than {DEEPEST} deep")));
        }
        let name = element.name().as_ref().to_owned();
        if !self.open.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(&name);
        if self.paths.len() < MOST_PATHS && !self.paths.contains(&self.path) {
            self.paths.insert(self.path.clone());
        }
        let mut members = Vec::new();
        for attribute in element.attributes() {
            let attribute = attribute
                .map_err(|error| ErrorKind::NotTheFormat(format!("has a broken tag: {error}")))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value
                .map_err(|error| ErrorKind::NotTheFormat(format!("has a broken tag: {error}")))?;
            self.n_bytes += value.len();
            let name = format!("@{}", attribute.key.as_ref());
            members.push((Cow::Owned(name), Value::Text(Cow::Owned(value.into_owned()))));
        }
        if self.row.is_none() && self.path == path {
            self.row = Some(self.open.len());
            self.n_bytes = 0;
        }
        self.open.push(Element { name, members, text: String::new() });
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), ErrorKind> {
        // Outside of rows there is nothing to be kept.
        if let (Some(_), Some(element)) = (self.row, self.open.last_mut()) {
            self.n_bytes += text.len();
            element.text.push_str(text);
        }
        if LONGEST < self.n_bytes { Err(ErrorKind::RowTooLong { limit: LONGEST }) } else { Ok(()) }
    }

    /// Closes the last element; gives the row that it is, if it is one.
    fn end(&mut self) -> Option<Value<'static>> {
        let element = self.open.pop()?;
        let length = self.path.len() - element.name.len();
        self.path.truncate(length);
        self.path.truncate(self.path.trim_end_matches('/').len());
        let row = self.row?;
        if row == self.open.len() {
            self.row = None;
            return Some(self.as_row(element));
        }
        let (name, value) = (Cow::Owned(element.name.clone()), element.into_value());
        if let Some(parent) = self.open.last_mut() {
            parent.add(name, value);
        }
        None
    }

    /// A row has its columns, and the attributes of the elements that it is in.
    fn as_row(&self, element: Element) -> Value<'static> {
        let text = Value::Text(Cow::Owned(element.text));
        let mut members = element.members;
        members.push((Cow::Borrowed("#text"), text));
        for outer in self.open.iter().rev() {
            for (name, value) in &outer.members {
                if name.starts_with('@') && members.iter().all(|(known, _)| known != name) {
                    members.push((name.clone(), value.clone()));
                }
            }
        }
        Value::Object(members)
    }
}

impl Element {
    /// Takes a child; children of one name are a list.
    fn add(&mut self, name: Cow<'static, str>, value: Value<'static>) {
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            None => self.members.push((name, value)),
            Some((_, Value::List(values))) => values.push(value),
            Some((_, first)) => {
                let values = vec![std::mem::replace(first, Value::Null), value];
                *first = Value::List(values);
            }
        }
    }

    fn into_value(self) -> Value<'static> {
        let text = Value::Text(Cow::Owned(self.text));
        if self.members.is_empty() {
            return text;
        }
        let mut members = self.members;
        members.push((Cow::Borrowed("#text"), text));
        Value::Object(members)
    }
}

/// What a reference stands for.
fn resolved<'r>(reference: &'r BytesRef<'_>) -> Cow<'r, str> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Cow::Owned(c.to_string()),
        _ => Cow::Borrowed(resolve_predefined_entity(reference).unwrap_or(reference)),
    }
}
