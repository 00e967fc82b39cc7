//! Files of JSON: an object a line, or an array of objects; a row may be an element of lists in them.

use ljd_core::read::{each_element, json_array, last_line_end, lines, object_ends};
use std::fmt;
use std::sync::Arc;

use ljd_core::{
    Chunk, ChunkSink, Input, Line, Location, RecordSink, Result, Skip, Text, UnknownName,
};

use crate::read::{Format, Read};
use crate::row::{Columns, read_object};
use crate::template::{Step, parse_path};
use crate::value::Value;

/// Where the rows are.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    is_lines: bool,
    /// The member of the file's object that is the array; the file is the array itself if absent.
    key: Option<String>,
    nested: Option<Nested>,
}

/// The column of an object that holds lists of rows, and the way from there to a row.
#[derive(Debug, Clone)]
struct Nested {
    slot: usize,
    name: Box<str>,
    steps: Vec<Step>,
}

/// The line of a first row, and the names that it has.
pub(crate) type FirstRow = (u64, Vec<String>);

/// The number of a row in its file, the line where it is, and its number in the object that it is nested in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    pub(crate) row: u64,
    pub(crate) line: u64,
    pub(crate) within: Option<u64>,
}

impl Number {
    /// That of a line which is a row.
    pub(crate) const fn of(row: u64) -> Self {
        Self { row, line: row, within: None }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.row)?;
        self.within.map_or(Ok(()), |n| write!(f, "-{n}"))
    }
}

impl Layout {
    pub(crate) fn new(read: &Read, columns: &mut Columns) -> Result<Self, String> {
        // What is made of other formats is an object a line too.
        let is_lines = read.format != Format::Json;
        let rows = read.rows.as_deref().filter(|_| read.format != Format::Xml);
        let path = rows.map(parse_path).transpose()?.unwrap_or_default();
        if !path.is_empty() && !path.ends_with(&[Step::Each]) {
            return Err("has rows that are no list: their path ends with `[]`".to_owned());
        }
        let n_outer = if is_lines {
            0
        } else {
            path.iter().position(|step| *step == Step::Each).map_or(0, |at| at + 1)
        };
        let (outer, inner) = path.split_at(n_outer);
        let key = match outer {
            [] | [Step::Each] => None,
            [Step::Name(name), Step::Each] => Some(name.to_string()),
            _ => {
                return Err(
                    "has rows whose first list is no member of the file's object".to_owned()
                );
            }
        };
        let nested = match inner {
            [] => None,
            [Step::Name(name), steps @ ..] => {
                let (slot, name) = (columns.want(name, true), name.clone());
                Some(Nested { slot, name, steps: steps.to_vec() })
            }
            _ => return Err("has rows in a list of lists".to_owned()),
        };
        Ok(Self { is_lines, key, nested })
    }

    /// Whether each line is an object.
    pub(crate) fn is_lines(&self) -> bool {
        self.is_lines
    }

    /// The same rows, made into lines.
    pub(crate) fn of_lines(&self) -> Self {
        Self { is_lines: true, ..self.clone() }
    }

    /// Cuts a file. A chunk of an array begins with an empty text whose line is the number of its first element.
    pub(crate) fn chunks(&self, input: Input<'_>, out: &mut ChunkSink<'_>) -> Result<()> {
        if self.is_lines {
            return lines(input, &last_line_end, out);
        }
        let mut number = 1;
        out.through(
            |mut chunk, out| {
                let first_line = number;
                let n_objects = chunk.texts.iter().map(|text| object_ends(&text.bytes).count());
                number += n_objects.sum::<usize>() as u64;
                chunk.texts.insert(0, Text { part: 1, first_line, ..Text::default() });
                out.push(chunk.texts)
            },
            |out| json_array(input, self.key.as_deref(), out),
        )
    }

    /// Calls `row` with each object of a chunk, and its number.
    fn each_object<'c>(
        &self,
        chunk: &'c Chunk,
        out: &mut RecordSink<'_>,
        mut row: impl FnMut(u64, Line<'c>, &mut RecordSink<'_>) -> Result<(), Skip>,
    ) {
        if self.is_lines {
            return chunk.each_line(out, |line, out| {
                if line.text.trim_ascii().is_empty() {
                    return Err(Skip::NoRow);
                }
                row(line.number, line, out)
            });
        }
        let first = chunk.texts.first().map_or(1, |text| text.first_line);
        each_element(chunk, out, |n_before, line, out| row(first + n_before, line, out));
    }

    /// Calls `row` with the wanted columns of each row of a chunk, and with the elements of nested lists that it is in.
    pub(crate) fn each_row<'c>(
        &self,
        chunk: &'c Chunk,
        columns: &Columns,
        out: &mut RecordSink<'_>,
        mut row: impl FnMut(
            Number,
            &[Option<Value<'c>>],
            &[&Value<'c>],
            &mut RecordSink<'_>,
        ) -> Result<(), Skip>,
    ) {
        let place = |line: u64| {
            let file = chunk.texts.last().map(|text| Arc::clone(&text.file));
            Location::line(file.unwrap_or_default(), line)
        };
        self.each_object(chunk, out, |number, line, out| {
            let object = read_object(line.text, columns)?;
            let number = Number { row: number, line: line.number, within: None };
            let Some(Nested { slot, steps, .. }) = &self.nested else {
                return row(number, &object, &[], out);
            };
            let list = object.get(*slot).and_then(Option::as_ref);
            let list = list.ok_or(Skip::Bad("no list of rows"))?;
            let mut n = 0;
            descend(list, steps, &mut Vec::new(), &mut |elements| {
                n += 1;
                let number = Number { within: Some(n), ..number };
                let done = row(number, &object, elements, out);
                out.row(done, || place(line.number));
            });
            Err(Skip::NoRow)
        });
    }

    /// The names that the first row of a chunk has, and its line; `within` gives those of what is in it.
    pub(crate) fn first(
        &self,
        chunk: &Chunk,
        within: &dyn Fn(&Value<'_>) -> Vec<String>,
        out: &mut RecordSink<'_>,
    ) -> Result<Option<FirstRow>, (u64, String)> {
        let mut found = None;
        self.each_object(chunk, out, |_, line, _| {
            if found.is_none()
                && let Ok(object) = serde_json::from_str::<Value<'_>>(line.text)
            {
                let names = self.names(&object).map_err(|problem| (line.number, problem));
                found = names.transpose().map(|names| {
                    names.map(|names| (line.number, [names, within(&object)].concat()))
                });
            }
            Ok(())
        });
        found.transpose()
    }

    /// The names that a row of an object has, of all lists that it is in; `None` where there is no row in it.
    fn names(&self, object: &Value<'_>) -> Result<Option<Vec<String>>, String> {
        let mut names = members(object);
        let Some(Nested { name, steps, .. }) = &self.nested else { return Ok(Some(names)) };
        let unknown = |name: &str, value: &Value<'_>| {
            let known = members(value);
            let known = known.iter().map(String::as_str);
            UnknownName::new("list of rows", name, known).to_string()
        };
        let mut value = object.get(name).ok_or_else(|| unknown(name, object))?;
        let mut last: &str = name;
        for step in steps {
            let next = match (step, value) {
                (Step::Name(name), value) => {
                    last = name;
                    Some(value.get(name).ok_or_else(|| unknown(name, value))?)
                }
                (Step::Each | Step::At(_), Value::List(values)) => values.first(),
                (Step::Each | Step::At(_), _) => {
                    return Err(format!("`{last}` is no list of rows"));
                }
            };
            let Some(next) = next else { return Ok(None) };
            names.extend(members(next));
            value = next;
        }
        Ok(Some(names))
    }
}

/// The names of the members of an object.
pub(crate) fn members(value: &Value<'_>) -> Vec<String> {
    match value {
        Value::Object(members) => members.iter().map(|(name, _)| name.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// Calls `row` with the elements that lead to each row.
fn descend<'v, 'c>(
    value: &'v Value<'c>,
    steps: &[Step],
    elements: &mut Vec<&'v Value<'c>>,
    row: &mut dyn FnMut(&[&'v Value<'c>]),
) {
    let Some((step, rest)) = steps.split_first() else { return row(elements) };
    match (step, value) {
        (Step::Each, Value::List(values)) => {
            for value in values {
                elements.push(value);
                descend(value, rest, elements, row);
                elements.pop();
            }
        }
        (Step::Name(name), value) => {
            if let Some(value) = value.get(name) {
                descend(value, rest, elements, row);
            }
        }
        _ => {}
    }
}
