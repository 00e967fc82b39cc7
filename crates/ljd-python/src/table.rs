//! Rows of somebody else's table as records: Arrow arrays of any library, or a list of dicts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, LargeStringArray, ListArray, RecordBatch, StringArray, StringBuilder,
    StringViewArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::ffi_stream::RecordBatchStreamReader;
use arrow_pyarrow::FromPyArrow;
use ljd_core::{
    Error, ErrorKind, Language, License, Location, Record, Result, Role, Source, Task, Turn,
    UnknownName,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyStringMethods};

use crate::columns::{SCHEMA, Turns};
use crate::errors::{broken, raised};

/// What a column may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Instruction,
    Input,
    Output,
    Task,
    SourceLanguage,
    TargetLanguage,
}

impl Field {
    const ALL: [Self; 6] = [
        Self::Instruction,
        Self::Input,
        Self::Output,
        Self::Task,
        Self::SourceLanguage,
        Self::TargetLanguage,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Instruction => "instruction",
            Self::Input => "input",
            Self::Output => "output",
            Self::Task => "task",
            Self::SourceLanguage => "source_language",
            Self::TargetLanguage => "target_language",
        }
    }
}

/// The field of earlier turns.
const HISTORY: &str = "history";

/// What columns are called, by what they are for.
type Names = BTreeMap<String, String>;

/// What is said of every row.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
struct Constants {
    task: Option<String>,
    source_language: Option<String>,
    target_language: Option<String>,
}

/// A table, as far as rules look at it.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) parts: Vec<Part>,
    task: Option<Task>,
    languages: [Option<Language>; 2],
}

/// Rows that lie together.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) n_rows: usize,
    /// Rows of the table before these.
    pub(crate) first: usize,
    /// By [`Field`].
    texts: Vec<Option<Texts>>,
    history: Option<ListArray>,
}

/// A column of text in whichever layout it came.
#[derive(Debug)]
enum Texts {
    Small(StringArray),
    Large(LargeStringArray),
    Views(StringViewArray),
}

/// Rows that a thread takes at once.
pub(crate) const PIECE: usize = 4096;

/// Stands where a table has no instructions: rules look at what there is.
const INSTRUCTION: &str = "次の文を読んでください。";

/// What records need that nobody reads here.
static SOURCE: LazyLock<Result<Source, UnknownName>> = LazyLock::new(|| {
    let license = License::parse("LicenseRef-PublicDomain")?;
    Ok(Source { name: String::new(), license, attribution: String::new() })
});

impl Table {
    /// Reads a table: anything with a stream of Arrow's C interface, or a list of dicts.
    pub(crate) fn read(
        table: &Bound<'_, PyAny>,
        names: &Bound<'_, PyDict>,
        constants: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let names: &Names = &names.extract()?;
        let Constants { task, source_language, target_language } = constants.extract()?;
        let language = |tag: Option<String>| tag.map(|tag| Language::parse(&tag)).transpose();
        let batches = match table.cast::<PyList>() {
            Ok(rows) => vec![of_dicts(rows, names)?],
            Err(_no_list) => of_stream(table)?,
        };
        let mut parts = Vec::new();
        let mut first = 0;
        for batch in &batches {
            parts.push(Part::new(batch, names, first)?);
            first += batch.num_rows();
        }
        Ok(Self {
            parts,
            task: task.map(|name| Task::parse(&name)).transpose().map_err(raised)?,
            languages: [
                language(source_language).map_err(raised)?,
                language(target_language).map_err(raised)?,
            ],
        })
    }

    /// Its rows in pieces of at most so many, each with the number of its part.
    pub(crate) fn pieces(&self, n_rows: usize) -> Vec<(usize, Range<usize>)> {
        let pieces = self.parts.iter().enumerate().flat_map(|(part, rows)| {
            let starts = (0..rows.n_rows).step_by(n_rows);
            starts.map(move |start| (part, start..rows.n_rows.min(start + n_rows)))
        });
        pieces.collect()
    }

    /// A row of a part as a record.
    pub(crate) fn record<'a>(&'a self, part: &'a Part, row: usize) -> Result<Record<'a>> {
        let named = |error: UnknownName| {
            let line = (part.first + row + 1) as u64;
            Error::at(Location::line("table", line), ErrorKind::UnknownName(error))
        };
        let source = SOURCE.as_ref().map_err(Clone::clone)?;
        let language = |constant: Option<Language>, field| match (constant, part.text(field, row)) {
            (Some(language), _) => Ok(language),
            (None, Some(tag)) => Language::parse(tag).map_err(named),
            (None, None) => Ok(Language::Ja),
        };
        let source_language = language(self.languages[0], Field::SourceLanguage)?;
        let target_language = language(self.languages[1], Field::TargetLanguage)?;
        let task = match (self.task, part.text(Field::Task, row)) {
            (Some(task), _) => task,
            (None, Some(name)) => Task::parse(name).map_err(named)?,
            (None, None) if source_language != target_language => Task::Translation,
            (None, None) => Task::InstructionFollowing,
        };
        let text = |field| Cow::Borrowed(part.text(field, row).unwrap_or_default());
        let has_instruction = part.has(Field::Instruction);
        let instruction =
            if has_instruction { text(Field::Instruction) } else { INSTRUCTION.into() };
        Ok(Record {
            source_language,
            target_language,
            instruction: instruction.into(),
            input: text(Field::Input),
            output: text(Field::Output),
            history: part.history(row).map_err(named)?,
            ..Record::new(source, "", task)
        })
    }
}

impl Part {
    fn new(batch: &RecordBatch, names: &Names, first: usize) -> PyResult<Self> {
        let column = |field: &str| names.get(field).and_then(|name| batch.column_by_name(name));
        let texts = Field::ALL.iter().map(|field| {
            column(field.as_str()).map(|column| Texts::new(column, *field)).transpose()
        });
        Ok(Self {
            n_rows: batch.num_rows(),
            first,
            texts: texts.collect::<PyResult<_>>()?,
            history: column(HISTORY).map(histories).transpose()?,
        })
    }

    fn column(&self, field: Field) -> Option<&Texts> {
        self.texts.get(field as usize)?.as_ref()
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    /// The text of a row in such a column.
    pub(crate) fn text(&self, field: Field, row: usize) -> Option<&str> {
        self.column(field)?.get(row)
    }

    /// The earlier turns of a row.
    fn history(&self, row: usize) -> Result<Vec<Turn<'_>>, UnknownName> {
        let Some(lists) = self.history.as_ref().filter(|lists| lists.is_valid(row)) else {
            return Ok(Vec::new());
        };
        let turns = lists.values().as_struct();
        let [roles, contents] = [0, 1].map(|column| turns.column(column).as_string::<i32>());
        let offset = |row| lists.value_offsets().get(row).copied().unwrap_or_default();
        let range = offset(row)..offset(row + 1);
        let turn = |turn: i32| {
            let turn = usize::try_from(turn).unwrap_or_default();
            let role = Role::parse(roles.value(turn))?;
            Ok(Turn { role, content: Cow::Borrowed(contents.value(turn)) })
        };
        range.map(turn).collect()
    }
}

impl Texts {
    fn new(column: &ArrayRef, field: Field) -> PyResult<Self> {
        let text = match column.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Arc::clone(column),
            DataType::Null => cast(column, &DataType::Utf8).map_err(broken)?,
            DataType::Dictionary(_, values) if is_text(values) => {
                cast(column, values).map_err(broken)?
            }
            other => {
                let field = field.as_str();
                return Err(PyTypeError::new_err(format!(
                    "the column for `{field}` has {other}, not text"
                )));
            }
        };
        Ok(match text.data_type() {
            DataType::LargeUtf8 => Self::Large(text.as_string::<i64>().clone()),
            DataType::Utf8View => Self::Views(text.as_string_view().clone()),
            _ => Self::Small(text.as_string::<i32>().clone()),
        })
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Small(texts) => {
                (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row))
            }
            Self::Large(texts) => {
                (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row))
            }
            Self::Views(texts) => {
                (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row))
            }
        }
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Earlier turns in the layout that datasets have.
fn histories(column: &ArrayRef) -> PyResult<ListArray> {
    let wanted = SCHEMA.field_with_name(HISTORY).map_err(broken)?;
    let lists = cast(column, wanted.data_type()).map_err(|error| not_turns(column, &error))?;
    let turns = lists.as_list::<i32>().values().as_struct();
    if has_null(turns) {
        return Err(PyTypeError::new_err(
            "the column for `history` has a turn without role or content",
        ));
    }
    Ok(lists.as_list::<i32>().clone())
}

fn has_null(turns: &StructArray) -> bool {
    0 < turns.null_count() || turns.columns().iter().any(|column| 0 < column.null_count())
}

fn not_turns(column: &ArrayRef, error: &ArrowError) -> PyErr {
    let kind = column.data_type();
    PyTypeError::new_err(format!(
        "the column for `history` has {kind}, not lists of turns with role and content: {error}"
    ))
}

/// The batches of a stream of Arrow's C interface.
fn of_stream(table: &Bound<'_, PyAny>) -> PyResult<Vec<RecordBatch>> {
    let reader = RecordBatchStreamReader::from_pyarrow_bound(table)?;
    let batches: Result<Vec<RecordBatch>, ArrowError> = table.py().detach(|| reader.collect());
    batches.map_err(broken)
}

/// The columns that are needed of a list of dicts.
fn of_dicts(rows: &Bound<'_, PyList>, names: &Names) -> PyResult<RecordBatch> {
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for (field, name) in names {
        let column: ArrayRef = if field == HISTORY {
            Arc::new(turns_of_dicts(rows, name)?)
        } else {
            Arc::new(texts_of_dicts(rows, name)?)
        };
        columns.push((name, column));
    }
    // Two fields may be one column.
    columns.dedup_by(|(one, _), (other, _)| one == other);
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
    .map_err(broken)
}

fn cell<'py>(
    rows: &Bound<'py, PyList>,
    row: usize,
    name: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let item = rows.get_item(row)?;
    let dict = item
        .cast::<PyDict>()
        .map_err(|_other| PyTypeError::new_err(format!("row {row} is no dict")))?;
    Ok(dict.get_item(name)?.filter(|value| !value.is_none()))
}

fn texts_of_dicts(rows: &Bound<'_, PyList>, name: &str) -> PyResult<StringArray> {
    let mut texts = StringBuilder::new();
    for row in 0..rows.len() {
        let value = cell(rows, row, name)?;
        let text = value.as_ref().map(|value| value.cast::<PyString>()).transpose();
        let text = text
            .map_err(|_other| PyTypeError::new_err(format!("row {row} has no text in `{name}`")))?;
        texts.append_option(text.map(PyStringMethods::to_cow).transpose()?);
    }
    Ok(texts.finish())
}

fn turns_of_dicts(rows: &Bound<'_, PyList>, name: &str) -> PyResult<ListArray> {
    let mut turns = Turns::default();
    for row in 0..rows.len() {
        let told: Vec<BTreeMap<String, String>> = match cell(rows, row, name)? {
            Some(told) => told.extract()?,
            None => Vec::new(),
        };
        let lacks =
            || PyTypeError::new_err(format!("row {row} has a turn without role or content"));
        let told: Option<Vec<_>> = told.iter().map(role_and_content).collect();
        let told = told.ok_or_else(lacks)?;
        turns.push_texts(told);
    }
    turns.take().map_err(broken)
}

fn role_and_content(turn: &BTreeMap<String, String>) -> Option<(&str, &str)> {
    Some((turn.get("role")?, turn.get("content")?))
}
