//! Texts of Aozora Bunko.

use ljd_qa::AozoraWork;
use pyo3::prelude::*;

use crate::errors::wrong;

/// A work without its notation.
#[pyclass(frozen, get_all, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Work {
    title: String,
    author: Option<String>,
    contributors: Vec<String>,
    text: String,
}

#[pymethods]
impl Work {
    fn __repr__(&self) -> String {
        let author = self.author.as_deref().unwrap_or_default();
        format!("Work({:?}, {author:?}, {} characters)", self.title, self.text.chars().count())
    }
}

/// A work as it is published, as plain text.
#[pyfunction]
pub(crate) fn aozora_read(py: Python<'_>, text: &[u8], ruby: bool) -> PyResult<Work> {
    let work = py.detach(|| AozoraWork::read(text, ruby));
    let AozoraWork { title, author, contributors, text } =
        work.map_err(|skip| wrong(skip.reason()))?;
    Ok(Work { title, author, contributors, text })
}
