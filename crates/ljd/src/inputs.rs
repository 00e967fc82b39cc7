//! What the command line says of corpora: their files, releases and rules.

use std::path::PathBuf;

use clap::Args;
use ljd_core::{LicenseId, Lock, Result};
use ljd_export::{Choices, Plan};

use crate::catalogue::{Catalogue, Setting};
use crate::sample::Sample;

/// What every command takes that has to do with corpora.
#[derive(Args, Clone)]
pub(crate) struct Inputs {
    /// Folder of the published files; `raw` if absent; the sample's are compiled in
    #[arg(long, value_name = "DIR")]
    raw: Option<PathBuf>,
    /// Only these corpora
    #[arg(long, value_name = "CORPUS", value_delimiter = ',')]
    only: Vec<String>,
    /// Take sources under this licence although it refuses commercial use or redistribution
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = LicenseId::parse)]
    accept_license: Vec<LicenseId>,
    /// Folder of manifests: they replace fields of those compiled in, or describe corpora of your own
    #[arg(long, value_name = "DIR")]
    manifests: Option<PathBuf>,
    /// A corpus of your own, by the manifest that describes it; without a recipe, these alone are taken
    #[arg(long = "corpus", id = "own", value_name = "FILE")]
    own: Vec<PathBuf>,
    /// Another release of the dataset (`version=1.0.1`) or of a corpus (`wikipedia.version=20240101`), or a
    /// rule of a corpus (`jesc.jesc_direction=0.1.0`)
    #[arg(long, value_name = "[CORPUS.]NAME=VALUE")]
    set: Vec<Setting>,
}

/// What a build puts up with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lenient {
    /// Files that end early.
    pub(crate) truncated: bool,
    /// Files that are not there.
    pub(crate) missing: bool,
}

impl Inputs {
    /// The folder of the published files.
    pub(crate) fn raw(&self) -> PathBuf {
        self.raw.clone().unwrap_or_else(|| PathBuf::from("raw"))
    }

    /// The same, of one corpus.
    pub(crate) fn only(&self, corpus: &str) -> Self {
        Self { only: vec![corpus.to_owned()], ..self.clone() }
    }

    /// The corpora of a recipe with their files and rules; without a recipe, every corpus.
    pub(crate) fn plan(&self, recipe: Option<&str>) -> Result<Plan> {
        let catalogue =
            Catalogue { releases: Lock::read(&self.raw())?.releases, ..self.catalogue()? };
        self.plan_of(recipe, &catalogue)
    }

    /// As [`plan`](Self::plan), out of a catalogue of these inputs.
    pub(crate) fn plan_of(&self, recipe: Option<&str>, catalogue: &Catalogue) -> Result<Plan> {
        match recipe {
            Some(name) => catalogue.plan(catalogue.recipe(name)?, self.choices()),
            None if self.is_own() => self.plan_own(catalogue),
            None => catalogue.plan(catalogue.every_corpus()?, self.choices()),
        }
    }

    /// As [`plan`](Self::plan), where no recipe means `sample`, and that has the files that are compiled in unless others
    /// are named.
    pub(crate) fn with_sample<T>(
        &self,
        recipe: Option<&str>,
        lenient: Lenient,
        then: impl FnOnce(Plan) -> Result<T>,
    ) -> Result<T> {
        let releases = Lock::read(&self.raw())?.releases;
        let tolerate_truncated = lenient.truncated;
        let mut catalogue = Catalogue { releases, tolerate_truncated, ..self.catalogue()? };
        let Some(recipe) = recipe.or((!self.is_own()).then_some("sample")) else {
            return then(self.plan_own(&catalogue)?);
        };
        let sample =
            if self.raw.is_none() && recipe == "sample" { Some(Sample::unpack()?) } else { None };
        if let Some(sample) = &sample {
            catalogue.raw = sample.raw();
            catalogue.manifests.get_or_insert_with(|| sample.manifests());
        }
        let choices = Choices { skip_missing: lenient.missing, ..self.choices() };
        then(catalogue.plan(catalogue.recipe(recipe)?, choices)?)
    }

    /// Whether corpora of the user's own are named.
    pub(crate) fn is_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// The user's own corpora. Who names a corpus by its file takes its licence too.
    fn plan_own(&self, catalogue: &Catalogue) -> Result<Plan> {
        let mut accepted = catalogue.own_licenses()?;
        accepted.extend_from_slice(&self.accept_license);
        let choices = Choices { accepted: &accepted, ..self.choices() };
        catalogue.plan(catalogue.own_recipe()?, choices)
    }

    pub(crate) fn catalogue(&self) -> Result<Catalogue> {
        let mut catalogue = Catalogue {
            manifests: self.manifests.clone(),
            settings: self.set.clone(),
            ..Catalogue::new(self.raw())
        };
        self.own.iter().try_for_each(|file| catalogue.add_table(file))?;
        if let Some(folder) = self.manifests.as_deref().filter(|folder| folder.is_dir()) {
            catalogue.add_tables(folder)?;
        }
        Ok(catalogue)
    }

    fn choices(&self) -> Choices<'_> {
        Choices { only: &self.only, accepted: &self.accept_license, skip_missing: false }
    }
}
