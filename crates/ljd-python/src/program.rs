//! The program `ljd`, which the package installs.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the program and gives its exit code. The first argument is the name that it was called by.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| ljd::run_with("ljd", arguments))
}
