//! A corpus read on a thread of its own: as Arrow batches, and one record after the other.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow::error::ArrowError;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::ffi_stream::FFI_ArrowArrayStream;
use crossbeam_channel::{Receiver, Sender, bounded};
use ljd_core::{Error, ErrorKind, Result};
use ljd_export::{Plan, PlannedCorpus};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::arguments::{Inputs, Planned};
use crate::columns::{Columns, SCHEMA};
use crate::errors::{broken, raised, wrong};
use crate::values::value;
use crate::waiting::{Next, next, spawn};

/// Batches that wait for their reader.
const WAITING: usize = 2;

/// Batches of a corpus's records, made while they are asked for. Itself a stream of Arrow's C interface.
#[pyclass(frozen, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Batches {
    batches: Receiver<Result<RecordBatch>>,
}

#[pymethods]
impl Batches {
    #[new]
    fn new(inputs: &Inputs, recipe: &str, size: usize) -> PyResult<Self> {
        if size == 0 {
            return Err(wrong("`size` is 0: a batch has one row at least"));
        }
        let planned = inputs.plan(recipe)?;
        if let Some(refused) = planned.plan.refused.first() {
            let (name, license, reason) = (&refused.name, refused.license, &refused.reason);
            let hint = if refused.is_acceptable {
                format!("; `accept_licenses` with \"{license}\" takes it")
            } else {
                String::new()
            };
            return Err(wrong(format!("{name} ({license}) is left out: {reason}{hint}")));
        }
        let (sender, batches) = bounded(WAITING);
        spawn(move || {
            let told = read_all(&planned, size, &sender);
            if let Err(error) = told {
                // Nobody may be there any more.
                let _ = sender.send(Err(error));
            }
        })?;
        Ok(Self { batches })
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        match next(py, &self.batches) {
            Next::Is(Ok(batch)) => Ok(Some(Batch(batch))),
            Next::Is(Err(error)) => Err(raised(error)),
            Next::Interrupted(error) => Err(error),
            Next::Ended => Ok(None),
        }
    }

    #[staticmethod]
    fn __arrow_c_schema__(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
        schema(py)
    }

    /// The batches that are left.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = self.batches.clone().into_iter();
        let batches = batches.map(|batch| {
            batch.map_err(|error| ArrowError::ExternalError(exception_text(&error).into()))
        });
        stream(py, Box::new(RecordBatchIterator::new(batches, Arc::clone(&SCHEMA))))
    }
}

/// What an error says where no exception can be raised.
fn exception_text(error: &Error) -> String {
    use std::error::Error as _;

    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Reads every corpus of the plan, as a build does: what is checked is what was read.
fn read_all(planned: &Planned, size: usize, batches: &Sender<Result<RecordBatch>>) -> Result<()> {
    let mut columns = Columns::new();
    for corpus in &planned.plan.corpora {
        read(&planned.plan, corpus, size, &mut columns, batches)
            .map_err(|error| error.in_corpus(corpus.name()))?;
    }
    if !columns.is_empty() {
        let _ = batches.send(batch(&mut columns));
    }
    Ok(())
}

fn read(
    plan: &Plan,
    corpus: &PlannedCorpus,
    size: usize,
    columns: &mut Columns,
    batches: &Sender<Result<RecordBatch>>,
) -> Result<()> {
    let _held = corpus.raw.hold()?;
    corpus.raw.check_while_reading()?;
    let mut is_wanted = true;
    plan.records(corpus, &mut |record| {
        columns.push(record);
        if is_wanted && columns.is_full(size) {
            is_wanted = batches.send(batch(columns)).is_ok();
        }
        if is_wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if is_wanted {
        corpus.raw.check_read()?;
    }
    Ok(())
}

fn batch(columns: &mut Columns) -> Result<RecordBatch> {
    columns.take().map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))
}

/// Records in columns. An array and a stream of Arrow's C interface.
#[pyclass(frozen, skip_from_py_object, sequence)]
#[derive(Debug)]
pub(crate) struct Batch(RecordBatch);

#[pymethods]
impl Batch {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("Batch({} rows, {} columns)", self.0.num_rows(), self.0.num_columns())
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    #[staticmethod]
    fn __arrow_c_schema__(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
        schema(py)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        drop(requested_schema);
        let array = FFI_ArrowArray::new(&StructArray::from(self.0.clone()).into_data());
        Ok((schema(py)?, PyCapsule::new_with_value(py, array, c"arrow_array")?))
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = [Ok(self.0.clone())];
        stream(py, Box::new(RecordBatchIterator::new(batches, Arc::clone(&SCHEMA))))
    }
}

fn schema(py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(SCHEMA.as_ref()).map_err(broken)?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

fn stream(
    py: Python<'_>,
    batches: Box<dyn RecordBatchReader + Send>,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(batches), c"arrow_array_stream")
}

/// Records one after the other.
#[pyclass(skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Records {
    batches: Batches,
    batch: Option<Arc<RecordBatch>>,
    row: usize,
}

#[pymethods]
impl Records {
    #[new]
    fn new(inputs: &Inputs, recipe: &str) -> PyResult<Self> {
        // Small ones, so that the first record is soon there.
        const SIZE: usize = 1024;
        Ok(Self { batches: Batches::new(inputs, recipe, SIZE)?, batch: None, row: 0 })
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Record>> {
        let is_read = |batch: &Arc<RecordBatch>| self.row < batch.num_rows();
        let batch = if let Some(batch) = self.batch.clone().filter(is_read) {
            batch
        } else {
            let Some(Batch(batch)) = self.batches.__next__(py)? else { return Ok(None) };
            self.row = 0;
            Arc::clone(self.batch.insert(Arc::new(batch)))
        };
        let row = self.row;
        self.row += 1;
        Ok(Some(Record { batch, row }))
    }
}

/// A record: its columns are its attributes.
#[pyclass(frozen, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Record {
    batch: Arc<RecordBatch>,
    row: usize,
}

#[pymethods]
impl Record {
    fn __getattr__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let column = self.batch.column_by_name(name);
        let column =
            column.ok_or_else(|| PyAttributeError::new_err(format!("a record has no `{name}`")))?;
        value(py, column.as_ref(), self.row)
    }

    #[staticmethod]
    fn __dir__() -> Vec<String> {
        let fields = SCHEMA.fields().iter().map(|field| field.name().clone());
        fields.chain(["to_dict".to_owned()]).collect()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (field, column) in SCHEMA.fields().iter().zip(self.batch.columns()) {
            dict.set_item(field.name(), value(py, column.as_ref(), self.row)?)?;
        }
        Ok(dict)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Record({})", self.to_dict(py)?.repr()?))
    }
}
