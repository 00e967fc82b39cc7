//! ljd's errors as exceptions: corpus, file and line are attributes.

use std::error::Error as _;

use ljd_core::{Error, ErrorKind};
use pyo3::PyErr;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};

mod python {
    use pyo3::import_exception;

    import_exception!(ljd_datasets, Error);
    import_exception!(ljd_datasets, MissingFileError);
    import_exception!(ljd_datasets, UnknownNameError);
}

/// The exception for an error: its message with its causes, and where it happened.
pub(crate) fn raised(error: impl Into<Error>) -> PyErr {
    let error = error.into();
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    let location = error.location();
    let arguments = (
        message,
        error.corpus().map(str::to_owned),
        location.map(|location| location.file.to_string()),
        location.and_then(|location| location.line),
        location.and_then(|location| location.column),
    );
    match error.kind() {
        ErrorKind::Cancelled => PyKeyboardInterrupt::new_err(()),
        ErrorKind::Missing { .. } => python::MissingFileError::new_err(arguments),
        ErrorKind::UnknownName(_) => python::UnknownNameError::new_err(arguments),
        _ => python::Error::new_err(arguments),
    }
}

/// Something that a caller passed and that is not what it should be.
pub(crate) fn wrong(problem: impl Into<String>) -> PyErr {
    PyValueError::new_err(problem.into())
}

/// Something that cannot happen unless this crate is wrong.
pub(crate) fn broken(problem: impl std::fmt::Display) -> PyErr {
    PyRuntimeError::new_err(problem.to_string())
}
