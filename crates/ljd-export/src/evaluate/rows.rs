//! Rows as the dataset's own files hold them, read back: those of every format by their fields.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use ljd_core::{Error, ErrorKind, Location, Result, Role};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::evaluate::question::Question;

/// A row of any format: the fields that it does not have are empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Row<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) task: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) source: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) license: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) attribution: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) instruction: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) input: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) output: Cow<'a, str>,
    #[serde(borrow)]
    system: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    /// Turns with `role` and `content`, or pairs of texts.
    history: Value,
    messages: Vec<Said>,
    prompt: Vec<Said>,
    completion: Vec<Said>,
    conversations: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    #[serde(alias = "value")]
    content: String,
}

impl Row<'_> {
    /// The earlier turns of a row of the plain formats.
    pub(crate) fn turns(&self) -> impl Iterator<Item = (Role, &str)> {
        let turns = self.history.as_array().into_iter().flatten();
        turns.filter_map(|turn| {
            let role = Role::parse(turn.get("role")?.as_str()?).ok()?;
            Some((role, turn.get("content")?.as_str()?))
        })
    }

    /// What is asked, the last of it last.
    pub(crate) fn asked(&self) -> Vec<&str> {
        let mut asked = Vec::new();
        each_string(&self.history, &mut |text| asked.push(text));
        asked.extend([&self.system, &self.instruction, &self.input].map(AsRef::as_ref));
        let chat = [&self.prompt, &self.messages, &self.conversations];
        let chat = chat.into_iter().map(|said| match said.split_last() {
            Some((_answer, asked)) if self.completion.is_empty() => asked,
            _ => said,
        });
        asked.extend(chat.flatten().map(|said| said.content.as_str()));
        asked.retain(|text| !text.is_empty());
        asked
    }

    /// What is answered; empty for a format of one text.
    pub(crate) fn answer(&self) -> &str {
        let last = [&self.completion, &self.messages, &self.conversations];
        let last = last.into_iter().find_map(|said| said.last());
        last.map_or(&self.output, |said| &said.content)
    }

    /// Everything that the row teaches.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.asked().into_iter().chain([self.answer(), &self.text])
    }
}

fn each_string<'v>(value: &'v Value, each: &mut dyn FnMut(&'v str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(values) => values.iter().for_each(|value| each_string(value, each)),
        Value::Object(fields) => fields.values().for_each(|value| each_string(value, each)),
        _ => {}
    }
}

/// Calls `each` with every row of a file of records and its number; `name` is what errors call the file.
pub(crate) fn each(
    path: &Path,
    name: &str,
    each: &mut dyn FnMut(u64, &Row<'_>) -> Result<()>,
) -> Result<()> {
    let file = File::open(path).map_err(|error| cannot_read(name, error))?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("parquet") => parquet(file, name, each),
        Some("zst") => zstandard(file, name, each),
        _ => lines(BufReader::new(file), name, each),
    }
}

/// The questions of a task that is written already.
pub(crate) fn questions(path: &Path, name: &str) -> Result<Vec<Question>> {
    let file = File::open(path).map_err(|error| cannot_read(name, error))?;
    let mut questions = Vec::new();
    each_line(BufReader::new(file), name, &mut |n, line| {
        questions.push(parsed::<Question>(line, name, n)?);
        Ok(())
    })?;
    Ok(questions)
}

fn parsed<T: DeserializeOwned>(line: &str, name: &str, n: u64) -> Result<T> {
    serde_json::from_str(line).map_err(|error| not_json(name, n, error))
}

fn not_json(name: &str, n: u64, error: serde_json::Error) -> Error {
    Error::at(Location::line(name, n), ErrorKind::Json(error))
}

fn each_line(
    mut lines: impl BufRead,
    name: &str,
    each: &mut dyn FnMut(u64, &str) -> Result<()>,
) -> Result<()> {
    let mut line = String::new();
    for n in 1.. {
        line.clear();
        if lines.read_line(&mut line).map_err(|error| cannot_read(name, error))? == 0 {
            break;
        }
        each(n, &line)?;
    }
    Ok(())
}

fn lines(
    lines: impl BufRead,
    name: &str,
    each: &mut dyn FnMut(u64, &Row<'_>) -> Result<()>,
) -> Result<()> {
    each_line(lines, name, &mut |n, line| {
        let row = serde_json::from_str(line).map_err(|error| not_json(name, n, error))?;
        each(n, &row)
    })
}

#[cfg(feature = "zstd")]
fn zstandard(
    file: File,
    name: &str,
    each: &mut dyn FnMut(u64, &Row<'_>) -> Result<()>,
) -> Result<()> {
    let decoder = zstd::Decoder::new(file).map_err(|error| cannot_read(name, error))?;
    lines(BufReader::new(decoder), name, each)
}

#[cfg(not(feature = "zstd"))]
fn zstandard(
    _file: File,
    _name: &str,
    _each: &mut dyn FnMut(u64, &Row<'_>) -> Result<()>,
) -> Result<()> {
    Err(Error::new(ErrorKind::NoFeature("zstd")))
}

#[cfg(feature = "parquet")]
fn parquet(
    file: File,
    name: &str,
    each: &mut dyn FnMut(u64, &Row<'_>) -> Result<()>,
) -> Result<()> {
    use arrow_array::cast::AsArray;
    use arrow_array::{Array, StringArray};
    use parquet::arrow::ProjectionMask;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    const COLUMNS: [&str; 5] = ["task", "instruction", "input", "output", "history"];

    let broken =
        |error: &dyn std::fmt::Display| cannot_read(name, io::Error::other(error.to_string()));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), COLUMNS);
    let reader = builder.with_projection(mask).build().map_err(|error| broken(&error))?;
    let mut n = 0;
    for batch in reader {
        let batch = batch.map_err(|error| broken(&error))?;
        let no_column = |column| Error::at(Location::file(name), ErrorKind::NoColumn(column));
        let texts = |name: &'static str| {
            let column =
                batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            column.ok_or_else(|| no_column(name))
        };
        let [task, instruction, input, output] =
            ["task", "instruction", "input", "output"].map(texts);
        let (task, instruction, input, output) = (task?, instruction?, input?, output?);
        let history =
            batch.column_by_name("history").and_then(|column| column.as_list_opt::<i32>());
        let history = history.ok_or_else(|| no_column("history"))?;
        for row in 0..batch.num_rows() {
            let value = |column: &'_ StringArray| {
                Cow::Owned(if column.is_null(row) { "" } else { column.value(row) }.to_owned())
            };
            let turns = history.value(row);
            let said = turns.as_struct_opt().and_then(|turns| turns.column_by_name("content"));
            let said = said.and_then(|said| said.as_string_opt::<i32>());
            let said = said.into_iter().flatten().flatten().map(Value::from);
            n += 1;
            let row = Row {
                task: value(task),
                instruction: value(instruction),
                input: value(input),
                output: value(output),
                history: said.collect(),
                ..Row::default()
            };
            each(n, &row)?;
        }
    }
    Ok(())
}

#[cfg(not(feature = "parquet"))]
fn parquet(
    _file: File,
    _name: &str,
    _each: &mut dyn FnMut(u64, &Row<'_>) -> Result<()>,
) -> Result<()> {
    Err(Error::new(ErrorKind::NoFeature("parquet")))
}

fn cannot_read(name: &str, error: io::Error) -> Error {
    Error::at(Location::file(name), ErrorKind::Read(error))
}
