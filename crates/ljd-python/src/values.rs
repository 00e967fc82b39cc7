//! Cells of Arrow arrays as Python's values.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::errors::broken;

/// A cell: text, number, list or dict; `None` where it is null.
pub(crate) fn value<'py>(
    py: Python<'py>,
    array: &dyn Array,
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    if array.len() <= row || array.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into_bound_py_any(py),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into_bound_py_any(py),
        DataType::List(_) => values(py, array.as_list::<i32>().value(row).as_ref()),
        DataType::Struct(fields) => {
            let dict = PyDict::new(py);
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                dict.set_item(field.name(), value(py, column.as_ref(), row)?)?;
            }
            dict.into_bound_py_any(py)
        }
        other => Err(broken(format!("a column of {other}"))),
    }
}

/// Every cell.
pub(crate) fn values<'py>(py: Python<'py>, array: &dyn Array) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for row in 0..array.len() {
        list.append(value(py, array, row)?)?;
    }
    list.into_bound_py_any(py)
}
