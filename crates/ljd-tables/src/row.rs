//! A row of a table, with the columns that templates want.

use std::path::Path;

use ljd_core::read::not_an_object;
use ljd_core::{Location, Skip, Split};
use serde::de::DeserializeSeed;

use crate::objects::Number;
use crate::value::{Value, Wanted};

/// The columns that a table's templates want, each at a place of its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    pub(crate) names: Vec<Box<str>>,
    /// Whether a row cannot do without the column of that place.
    required: Vec<bool>,
}

impl Columns {
    /// The place of a column.
    pub(crate) fn want(&mut self, name: &str, is_required: bool) -> usize {
        let known = self.names.iter().position(|known| **known == *name);
        let slot = known.unwrap_or_else(|| {
            self.names.push(name.into());
            self.required.push(false);
            self.names.len() - 1
        });
        if let Some(required) = self.required.get_mut(slot) {
            *required |= is_required;
        }
        slot
    }

    /// The columns, and whether a row cannot do without them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.names.iter().zip(&self.required).map(|(name, required)| (&**name, *required))
    }
}

/// A row: the values of the columns that are wanted, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'r, 'a> {
    columns: &'r Columns,
    values: &'r [Option<Value<'a>>],
    /// The elements of nested lists that the row is in, from the outermost one to itself.
    inner: &'r [&'r Value<'a>],
    file: &'r str,
    pub(crate) number: Number,
    pub(crate) split: Split,
}

impl<'r, 'a> Row<'r, 'a> {
    pub(crate) fn new(
        columns: &'r Columns,
        values: &'r [Option<Value<'a>>],
        inner: &'r [&'r Value<'a>],
        file: &'r str,
        number: Number,
        split: Split,
    ) -> Self {
        Self { columns, values, inner, file, number, split }
    }

    /// The row of something in it that has columns of its own.
    pub(crate) fn within(self, inner: &'r [&'r Value<'a>], number: Number) -> Self {
        Self { inner, number, ..self }
    }

    /// The elements of nested lists that the row is in.
    pub(crate) fn inner(&self) -> &'r [&'r Value<'a>] {
        self.inner
    }

    /// Where it stands.
    pub(crate) fn location(&self) -> Location {
        Location::line(self.file, self.number.line)
    }

    /// The value in a column; of several lists that the row is in, the innermost has the first word.
    pub(crate) fn get(&self, slot: usize) -> Option<&'r Value<'a>> {
        if !self.inner.is_empty() {
            let name = self.columns.names.get(slot)?;
            if let Some(value) = self.inner.iter().rev().find_map(|value| value.get(name)) {
                return Some(value);
            }
        }
        self.values.get(slot)?.as_ref()
    }

    /// The last name of the path of the file, without its ending.
    pub(crate) fn name(&self) -> &'r str {
        self.stem().rsplit('/').next().unwrap_or_default()
    }

    /// The path of the file without its ending.
    pub(crate) fn stem(&self) -> &'r str {
        let ending = Path::new(self.file).extension().map_or(0, |ending| ending.len() + 1);
        self.file.get(..self.file.len() - ending).unwrap_or(self.file)
    }
}

/// The wanted members of a JSON object.
pub(crate) fn read_object<'t>(
    json: &'t str,
    columns: &Columns,
) -> Result<Vec<Option<Value<'t>>>, Skip> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let values = Wanted(&columns.names).deserialize(&mut reader);
    let values = values.and_then(|values| reader.end().map(|()| values));
    values.map_err(|error| not_an_object(&error))
}
