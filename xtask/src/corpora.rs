//! Which corpora there are, and what the command line says of their files and rules.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use ljd_core::{
    Corpus, Error, ErrorKind, LicenseId, Location, Lock, Manifest, Raw, Result, UnknownName,
};
use ljd_export::{Choices, Plan, Recipe, RecipeCorpus};

/// What every command takes that has to do with corpora.
#[derive(Args)]
pub(crate) struct Inputs {
    /// Folder of the published files; the sample's are the fixtures of the crates
    #[arg(long, value_name = "DIR")]
    raw: Option<PathBuf>,
    /// Only these corpora
    #[arg(long, value_name = "CORPUS", value_delimiter = ',')]
    only: Vec<String>,
    /// Take sources under this licence although it refuses commercial use or redistribution
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = LicenseId::parse)]
    accept_license: Vec<LicenseId>,
    /// Folder of manifests that replace fields of those compiled in
    #[arg(long, value_name = "DIR")]
    manifests: Option<PathBuf>,
    /// Another release of the dataset (`version=1.0.1`) or of a corpus (`wikipedia.version=20240101`), or a
    /// rule of a corpus (`jesc.jesc_direction=0.1.0`)
    #[arg(long, value_name = "[CORPUS.]NAME=VALUE")]
    set: Vec<Setting>,
}

/// What `--set` says.
#[derive(Clone)]
enum Setting {
    /// `version=value`: the release of the dataset.
    Version(String),
    /// `corpus.version=value`.
    CorpusVersion(String, String),
    /// `corpus.name=value`.
    Rule(String, String, String),
}

/// The corpora of a family, and where its crate keeps its fixtures.
struct Family {
    corpora: &'static [&'static dyn Corpus],
    fixtures: &'static str,
}

const FAMILIES: &[Family] = &[
    Family {
        corpora: ljd_translation::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-translation/tests/fixtures"),
    },
    Family {
        corpora: ljd_qa::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-qa/tests/fixtures"),
    },
    Family {
        corpora: ljd_wiki::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-wiki/tests/fixtures"),
    },
    Family {
        corpora: ljd_dialogue::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-dialogue/tests/fixtures"),
    },
];

/// Every corpus that there is.
fn all() -> Vec<&'static dyn Corpus> {
    FAMILIES.iter().flat_map(|family| family.corpora).copied().collect()
}

impl FromStr for Setting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = "expected version=value, corpus.version=value or corpus.rule=value";
        let (name, value) = text.split_once('=').ok_or(problem)?;
        let value = value.to_owned();
        match name.split_once('.') {
            None if name == "version" => Ok(Self::Version(value)),
            None => Err(problem),
            Some((corpus, "version")) => Ok(Self::CorpusVersion(corpus.to_owned(), value)),
            Some((corpus, rule)) => Ok(Self::Rule(corpus.to_owned(), rule.to_owned(), value)),
        }
    }
}

impl Inputs {
    /// The raw folder, unless the sample's fixtures are meant.
    pub(crate) fn raw(&self) -> PathBuf {
        self.raw.clone().unwrap_or_else(|| PathBuf::from("raw"))
    }

    /// The corpora of a recipe with their files and rules; without a recipe, every corpus.
    pub(crate) fn plan(&self, recipe: Option<&str>, tolerate_truncated: bool) -> Result<Plan> {
        self.plan_of(&self.only, recipe, tolerate_truncated)
    }

    /// As [`plan`](Self::plan), with the newest releases of corpora stated anew.
    pub(crate) fn plan_released(
        &self,
        recipe: Option<&str>,
        releases: &BTreeMap<String, String>,
    ) -> Result<Plan> {
        self.plan_with(&self.only, recipe, false, releases)
    }

    /// As [`plan`](Self::plan), for some of the corpora.
    pub(crate) fn plan_of(
        &self,
        only: &[String],
        recipe: Option<&str>,
        tolerate_truncated: bool,
    ) -> Result<Plan> {
        let releases = Lock::read(&self.raw())?.releases;
        self.plan_with(only, recipe, tolerate_truncated, &releases)
    }

    fn plan_with(
        &self,
        only: &[String],
        recipe: Option<&str>,
        tolerate_truncated: bool,
        releases: &BTreeMap<String, String>,
    ) -> Result<Plan> {
        let is_sample = self.raw.is_none() && recipe == Some("sample");
        let recipe = self.recipe(recipe)?;
        let choices = Choices { only, accepted: &self.accept_license };
        Plan::new(recipe, &all(), choices, |corpus, wanted| {
            let (raw, mut manifest) = self.manifest(corpus, wanted, is_sample, releases)?;
            for file in &mut manifest.files {
                file.truncated |= tolerate_truncated;
            }
            Ok(Raw::new(raw, manifest))
        })
    }

    /// A recipe by its name or from a file, with what `--set` says.
    fn recipe(&self, name: Option<&str>) -> Result<Recipe> {
        let version = self.set.iter().rev().find_map(|setting| match setting {
            Setting::Version(version) => Some(version.as_str()),
            _ => None,
        });
        let mut recipe = match name {
            Some(name) => load(name, version)?,
            None => every_corpus()?,
        };
        for setting in &self.set {
            let (Setting::CorpusVersion(name, _) | Setting::Rule(name, ..)) = setting else {
                continue;
            };
            let unknown =
                UnknownName::new("corpus", name, recipe.corpora.iter().map(|c| c.name.as_str()));
            let corpus = recipe.corpora.iter_mut().find(|corpus| corpus.name == *name);
            let corpus = corpus.ok_or(unknown)?;
            match setting {
                Setting::CorpusVersion(_, version) => corpus.version = Some(version.clone()),
                Setting::Rule(_, rule, value) => {
                    corpus.rules.insert(rule.clone(), value.clone());
                }
                Setting::Version(_) => {}
            }
        }
        Ok(recipe)
    }

    /// The manifest of a corpus and where its files lie.
    fn manifest(
        &self,
        corpus: &dyn Corpus,
        wanted: &RecipeCorpus,
        is_sample: bool,
        releases: &BTreeMap<String, String>,
    ) -> Result<(PathBuf, Manifest)> {
        let name = &wanted.name;
        let fixtures = fixtures(corpus);
        let raw = if is_sample { fixtures.clone() } else { self.raw() };
        let manifests = self.manifests.clone().or(is_sample.then(|| fixtures.join("manifests")));
        let replacement = manifests.map_or(Ok(None), |folder| replacement(&folder, name))?;
        let version = wanted.version.as_ref().map(|version| {
            let text = serde_json::json!({ "version": version }).to_string();
            (text, format!("{name}.version"))
        });
        let replacements = [&version, &replacement].into_iter().flatten();
        let mut replacements: Vec<_> =
            replacements.map(|(text, file)| (text.as_str(), file.as_str())).collect();
        let manifest = Manifest::parse_all(corpus.manifest(), &replacements)?;
        let newest = releases.get(name).filter(|_| manifest.waits_for_release());
        let Some(newest) = newest else { return Ok((raw, manifest)) };
        // The lock says which release the newest one was when the files were downloaded.
        let newest = serde_json::json!({ "version": newest }).to_string();
        replacements.push((&newest, Lock::FILE));
        Ok((raw, Manifest::parse_all(corpus.manifest(), &replacements)?))
    }
}

/// The text of a replacement in a folder of manifests, and its file's name.
fn replacement(folder: &Path, corpus: &str) -> Result<Option<(String, String)>> {
    if !folder.is_dir() {
        return Err(cannot_read(folder, io::ErrorKind::NotADirectory.into()));
    }
    let file = folder.join(format!("{corpus}.json"));
    match read(&file) {
        Ok(text) => Ok(Some((text, file.display().to_string()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot_read(&file, error)),
    }
}

/// The fixtures of the family that a corpus belongs to.
fn fixtures(corpus: &dyn Corpus) -> PathBuf {
    let is_it = |known: &&dyn Corpus| known.manifest() == corpus.manifest();
    let family = FAMILIES.iter().find(|family| family.corpora.iter().any(is_it));
    PathBuf::from(family.map_or("", |family| family.fixtures))
}

/// A recipe by its name, or a file.
fn load(name: &str, version: Option<&str>) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_none() {
        return Recipe::built_in(name, version);
    }
    let text = read(path).map_err(|error| cannot_read(path, error))?;
    Recipe::parse(&text, name, version)
}

/// A recipe of all corpora, for commands that build nothing.
fn every_corpus() -> Result<Recipe> {
    let mut recipe = Recipe::built_in("sample", None)?;
    recipe.refuse.clear();
    recipe.mixed = true;
    Ok(recipe)
}

#[expect(clippy::disallowed_methods, reason = "recipes and manifests are small")]
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

fn cannot_read(path: &Path, error: io::Error) -> Error {
    let location = Location::file(Arc::from(path.display().to_string()));
    Error::at(location, ErrorKind::Read(error))
}
