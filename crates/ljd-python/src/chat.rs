//! Tables as conversations and prompts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringBuilder};
use arrow::datatypes::Field;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use ljd_core::{Cancel, Error, ErrorKind, Result};
use ljd_export::{Format, Message, messages, prompt};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::columns::Turns;
use crate::errors::{broken, raised};
use crate::table::{PIECE, Table};
use crate::values::values;
use crate::waiting::work;

/// A column. An array of Arrow's C interface.
#[pyclass(frozen, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Column(ArrayRef);

#[pymethods]
impl Column {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        values(py, self.0.as_ref())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let field = Field::new("", self.0.data_type().clone(), false);
        let schema = FFI_ArrowSchema::try_from(&field).map_err(broken)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        drop(requested_schema);
        let array = FFI_ArrowArray::new(&self.0.to_data());
        let array = PyCapsule::new_with_value(py, array, c"arrow_array")?;
        Ok((self.__arrow_c_schema__(py)?, array))
    }
}

/// The columns of a chat format that hold what is said, by their names.
#[pyfunction]
pub(crate) fn conversations<'py>(
    table: &Bound<'py, PyAny>,
    names: &Bound<'py, PyDict>,
    constants: &Bound<'py, PyDict>,
    shape: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let format = Format::parse(shape).map_err(raised)?;
    let read = Table::read(table, names, constants)?;
    let (py, cancel) = (table.py(), Cancel::default());
    let asked = cancel.clone();
    let run = move |_: &_| converted(&read, format, &asked);
    let columns = work(py, &cancel, run, |_py, ()| Ok(()))?.map_err(raised)?;
    let dict = PyDict::new(py);
    for (name, column) in columns {
        dict.set_item(name, Bound::new(py, Column(column))?)?;
    }
    Ok(dict)
}

fn converted(
    table: &Table,
    format: Format,
    cancel: &Cancel,
) -> Result<Vec<(&'static str, ArrayRef)>> {
    let (mut said, mut answers, mut texts) =
        (Turns::default(), Turns::default(), StringBuilder::new());
    for (part, rows) in table.pieces(PIECE) {
        cancel.check()?;
        let Some(part) = table.parts.get(part) else { continue };
        for row in rows {
            let record = table.record(part, row)?;
            match format {
                Format::Messages => push(&mut said, &messages(&record)),
                Format::PromptCompletion => {
                    let messages = messages(&record);
                    let (prompt, answer) = messages.split_at(messages.len().saturating_sub(1));
                    push(&mut said, prompt);
                    push(&mut answers, answer);
                }
                _ => texts.append_option(prompt(&record, format)),
            }
        }
    }
    Ok(match format {
        Format::Messages => vec![("messages", lists(&mut said)?)],
        Format::PromptCompletion => {
            vec![("prompt", lists(&mut said)?), ("completion", lists(&mut answers)?)]
        }
        _ => vec![("text", Arc::new(texts.finish()))],
    })
}

fn push(turns: &mut Turns, messages: &[Message]) {
    turns.push_texts(messages.iter().map(|message| (message.role, message.content.as_str())));
}

fn lists(turns: &mut Turns) -> Result<ArrayRef> {
    let lists = turns.take();
    let lists = lists.map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))?;
    Ok(Arc::new(lists))
}
