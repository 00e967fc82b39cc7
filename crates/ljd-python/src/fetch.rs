//! Downloads.

use std::collections::BTreeMap;

use ljd::Newest;
use ljd_core::{Cancel, Error, Result};
use ljd_fetch::{Event, FetchOptions, Outcome, Wanted};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arguments::Inputs;
use crate::build::n_jobs;
use crate::errors::raised;
use crate::waiting::{Teller, work};

/// What came of a file: corpus, path, state, and the error if there was one.
type Row = (String, String, String, Option<Error>);

/// What happens: the file, its bytes that are there, and how many it has.
type Told = (String, Option<u64>, Option<u64>);

/// Downloads what is missing of a recipe's corpora, and gives a dict for each file.
#[pyfunction]
#[pyo3(signature = (inputs, recipe, *, jobs, mirror, update_lock, progress))]
pub(crate) fn fetch<'py>(
    py: Python<'py>,
    inputs: &Inputs,
    recipe: Option<String>,
    jobs: Option<usize>,
    mirror: Option<String>,
    update_lock: bool,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let mut options = FetchOptions::new(&inputs.catalogue().raw);
    options.jobs = jobs.map_or(Ok(options.jobs), |jobs| n_jobs(Some(jobs)))?;
    (options.mirror, options.update_lock) = (mirror, update_lock);
    let (inputs, cancel) = (inputs.clone(), Cancel::default());
    options.cancel = cancel.clone();
    let run = move |teller: &Teller<_, _>| run(&inputs, recipe.as_deref(), &options, teller);
    let rows = work(py, &cancel, run, |_py, told: Told| {
        progress.map_or(Ok(()), |progress| progress.call1(told).map(drop))
    })?;
    rows.map_err(raised)?.into_iter().map(|row| shown(py, row)).collect()
}

fn run(
    inputs: &Inputs,
    recipe: Option<&str>,
    options: &FetchOptions,
    teller: &Teller<Told, Result<Vec<Row>>>,
) -> Result<Vec<Row>> {
    let observe = |event: Event<'_>| match event {
        Event::Started { path, bytes, from, .. } => {
            teller.tell((path.to_owned(), Some(from), bytes));
        }
        Event::Received { path, bytes } => teller.mention((path.to_owned(), Some(bytes), None)),
        Event::Ended { path } => teller.tell((path.to_owned(), None, None)),
        _ => {}
    };
    let catalogue = inputs.catalogue();
    let Newest { plan, mut unknown } = if options.mirror.is_some() {
        Newest { plan: inputs.plan_of(recipe, catalogue)?, unknown: BTreeMap::new() }
    } else {
        catalogue.newest(options, &observe, |catalogue| inputs.plan_of(recipe, catalogue))?
    };
    let manifests = plan.corpora.iter().map(|planned| planned.raw.manifest());
    let wanted = manifests.flat_map(Wanted::of);
    let wanted: Vec<Wanted> = wanted.filter(|one| !unknown.contains_key(&one.corpus)).collect();
    let mut rows: Vec<Row> = Vec::new();
    for fetched in ljd_fetch::fetch(&wanted, options, &observe)? {
        let (state, error) = state(fetched.outcome);
        rows.push((fetched.corpus, fetched.path, state, error));
    }
    for planned in &plan.corpora {
        if let Some(error) = unknown.remove(planned.name()) {
            rows.push((planned.name().to_owned(), String::new(), "failed".to_owned(), Some(error)));
        }
    }
    options.cancel.check()?;
    Ok(rows)
}

fn state(outcome: Result<Outcome>) -> (String, Option<Error>) {
    let state = match outcome {
        Ok(Outcome::There) => "verified",
        Ok(Outcome::Downloaded { .. }) => "downloaded",
        Ok(Outcome::Replaced { .. }) => "downloaded again",
        Ok(Outcome::Updated { .. }) => "updated",
        Ok(Outcome::ByHand) => "by hand",
        Ok(Outcome::Absent(_)) => "not there, and not needed",
        Err(error) => return ("failed".to_owned(), Some(error)),
    };
    (state.to_owned(), None)
}

fn shown(py: Python<'_>, (corpus, path, state, error): Row) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("corpus", corpus)?;
    dict.set_item("path", path)?;
    dict.set_item("state", state)?;
    dict.set_item("error", error.map(|error| raised(error).into_value(py)))?;
    Ok(dict)
}
