//! Which corpora, files and rules: what every function of the module is asked with.

use std::path::PathBuf;

use ljd::{Catalogue, Sample};
use ljd_core::{LicenseId, Lock, Result};
use ljd_export::{Choices, Plan};
use pyo3::prelude::*;

use crate::errors::{raised, wrong};

/// Files of corpora, and what a user says of their releases, licences and rules.
#[pyclass(frozen, skip_from_py_object)]
#[derive(Debug, Clone)]
pub(crate) struct Inputs {
    raw: Option<PathBuf>,
    only: Vec<String>,
    accepted: Vec<LicenseId>,
    skip_missing: bool,
    catalogue: Catalogue,
}

#[pymethods]
impl Inputs {
    #[new]
    #[pyo3(signature = (raw, *, only, accept_licenses, manifests, settings, skip_missing, tolerate_truncated))]
    fn new(
        raw: Option<PathBuf>,
        only: Vec<String>,
        accept_licenses: Vec<String>,
        manifests: Option<PathBuf>,
        settings: Vec<String>,
        skip_missing: bool,
        tolerate_truncated: bool,
    ) -> PyResult<Self> {
        let parse = |setting: String| {
            setting.parse().map_err(|problem| wrong(format!("{setting}: {problem}")))
        };
        let settings = settings.into_iter().map(parse).collect::<PyResult<_>>()?;
        let accepted = accept_licenses.into_iter().map(|id| {
            LicenseId::parse(&id).map_err(|problem| wrong(format!("licence {id}: {problem}")))
        });
        let accepted = accepted.collect::<PyResult<_>>()?;
        let folder = raw.clone().unwrap_or_else(|| PathBuf::from("raw"));
        let mut catalogue =
            Catalogue { manifests, settings, tolerate_truncated, ..Catalogue::new(folder) };
        if let Some(folder) = catalogue.manifests.clone().filter(|folder| folder.is_dir()) {
            catalogue.add_tables(&folder).map_err(raised)?;
        }
        Ok(Self { raw, only, accepted, skip_missing, catalogue })
    }
}

/// A plan, with the files of the sample as long as it is there.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    _sample: Option<Sample>,
}

impl Inputs {
    /// The corpora of a recipe. Those of `sample` are compiled in, unless a raw folder is named.
    pub(crate) fn plan(&self, recipe: &str) -> PyResult<Planned> {
        self.planned(recipe).map_err(raised)
    }

    fn planned(&self, recipe: &str) -> Result<Planned> {
        let mut catalogue = self.catalogue.clone();
        catalogue.releases = Lock::read(&catalogue.raw)?.releases;
        let is_compiled_in = self.raw.is_none() && recipe == "sample";
        let sample = if is_compiled_in { Some(Sample::unpack()?) } else { None };
        if let Some(sample) = &sample {
            catalogue.raw = sample.raw();
            catalogue.manifests.get_or_insert_with(|| sample.manifests());
        }
        let plan = self.plan_of(Some(recipe), &catalogue)?;
        Ok(Planned { plan, _sample: sample })
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The corpora of a recipe out of a catalogue; without a recipe, every corpus.
    pub(crate) fn plan_of(&self, recipe: Option<&str>, catalogue: &Catalogue) -> Result<Plan> {
        let Self { only, accepted, skip_missing, .. } = self;
        let choices = Choices { only, accepted, skip_missing: *skip_missing };
        let recipe = match recipe {
            Some(name) => catalogue.recipe(name)?,
            None => catalogue.every_corpus()?,
        };
        catalogue.plan(recipe, choices)
    }
}
