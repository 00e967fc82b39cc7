//! A dataset on disk.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use ljd_core::Cancel;
use ljd_export::{BuildOptions, Format, Progress};
use pyo3::prelude::*;

use crate::arguments::Inputs;
use crate::errors::{broken, raised, wrong};
use crate::waiting::{Teller, work};

/// Builds the dataset of a recipe and gives its report as JSON.
///
/// `progress` is called with a corpus's name, the bytes that are read of it, its bytes, and the records written.
#[pyfunction]
#[pyo3(signature = (inputs, recipe, out, *, jobs, limit, formats, keep_dropped, decontaminate, progress))]
#[expect(clippy::too_many_arguments, reason = "Python calls it by their names")]
pub(crate) fn build(
    py: Python<'_>,
    inputs: &Inputs,
    recipe: &str,
    out: PathBuf,
    jobs: Option<usize>,
    limit: Option<u64>,
    formats: Option<Vec<String>>,
    keep_dropped: bool,
    decontaminate: Vec<PathBuf>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let planned = inputs.plan(recipe)?;
    let options = BuildOptions {
        out,
        jobs: n_jobs(jobs)?,
        limit,
        formats: match formats {
            Some(names) => parsed(&names)?,
            None => planned.plan.recipe.formats.clone(),
        },
        keep_dropped,
        decontaminate,
        tokenizer: None,
        evaluation: false,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    };
    let cancel = options.cancel.clone();
    let run = move |teller: &Teller<_, _>| {
        let mut observe = |progress: Progress<'_>| {
            let Progress { corpus, bytes_read, bytes, records } = progress;
            teller.mention((corpus.to_owned(), bytes_read, bytes, records));
        };
        ljd_export::build(&planned.plan, &options, &mut observe)
    };
    let report = work(py, &cancel, run, |_py, told: (String, u64, u64, u64)| {
        progress.map_or(Ok(()), |progress| progress.call1(told).map(drop))
    })?;
    serde_json::to_string(&report.map_err(raised)?).map_err(broken)
}

fn parsed(names: &[String]) -> PyResult<Vec<Format>> {
    names.iter().map(|name| Format::parse(name).map_err(raised)).collect()
}

/// Threads to work on: all that there are, if nobody says how many.
pub(crate) fn n_jobs(jobs: Option<usize>) -> PyResult<NonZeroUsize> {
    match jobs {
        Some(jobs) => NonZeroUsize::new(jobs).ok_or_else(|| wrong("`jobs` is 0")),
        None => Ok(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
    }
}
