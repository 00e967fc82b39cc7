//! Which corpora there are, and what a user replaces of their manifests and recipes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use ljd_core::{Corpus, Error, ErrorKind, Location, Lock, Manifest, Raw, Result, UnknownName};
use ljd_export::{Choices, Plan, Recipe, RecipeCorpus};

/// Every corpus with the files of one raw folder, and what a user says of their releases and rules.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Folder of the published files.
    pub raw: PathBuf,
    /// Folder of manifests that replace fields of those compiled in.
    pub manifests: Option<PathBuf>,
    /// Releases and rules that stand for those of a recipe; of two on one thing the last one holds.
    pub settings: Vec<Setting>,
    /// What the newest release is, of corpora whose manifests wait for that.
    pub releases: BTreeMap<String, String>,
    /// Whether files that end early are read as far as they are whole.
    pub tolerate_truncated: bool,
}

/// Another release, or another rule of a corpus, than a recipe has; it is parsed from `jesc.version=2.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// `version=value`: the release of the dataset.
    Version(String),
    /// `corpus.version=value`: the release of a corpus.
    CorpusVersion(String, String),
    /// `corpus.rule=value`.
    Rule(String, String, String),
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

/// Every corpus that is compiled in, family by family.
pub fn corpora() -> Vec<&'static dyn Corpus> {
    FAMILIES.iter().copied().flatten().copied().collect()
}

const FAMILIES: &[&[&dyn Corpus]] =
    &[ljd_translation::CORPORA, ljd_qa::CORPORA, ljd_wiki::CORPORA, ljd_dialogue::CORPORA];

impl Catalogue {
    /// Every corpus as it is compiled in, with files below `raw`.
    pub fn new(raw: impl Into<PathBuf>) -> Self {
        Self {
            raw: raw.into(),
            manifests: None,
            settings: Vec::new(),
            releases: BTreeMap::new(),
            tolerate_truncated: false,
        }
    }

    /// A recipe by its name or from a JSON file, with the settings applied.
    ///
    /// # Errors
    ///
    /// Where there is no such recipe, where a file is none, or where a setting names a corpus that it lacks.
    pub fn recipe(&self, name: &str) -> Result<Recipe> {
        let version = self.settings.iter().rev().find_map(|setting| match setting {
            Setting::Version(version) => Some(version.as_str()),
            _ => None,
        });
        self.set(load(name, version)?)
    }

    /// A recipe of all corpora, for what builds nothing.
    ///
    /// # Errors
    ///
    /// Where a setting names a corpus that there is not.
    pub fn every_corpus(&self) -> Result<Recipe> {
        let corpora = corpora().into_iter().map(|corpus| {
            let manifest = Manifest::parse(corpus.manifest(), "manifest")?;
            Ok(serde_json::json!({ "name": manifest.source.name }))
        });
        let recipe = serde_json::json!({
            "name": "every-corpus",
            "description": "Every corpus that there is.",
            "preset": "clean",
            "mixed": true,
            "corpora": corpora.collect::<Result<Vec<_>>>()?,
        });
        self.set(Recipe::parse(&recipe.to_string(), "every corpus", None)?)
    }

    /// Joins a recipe with its corpora, their manifests and files.
    ///
    /// # Errors
    ///
    /// Those of [`Plan::new`], and where a manifest cannot be read as one.
    pub fn plan(&self, recipe: Recipe, choices: Choices<'_>) -> Result<Plan> {
        Plan::new(recipe, &corpora(), choices, |corpus, wanted| self.open(corpus, wanted))
    }

    fn set(&self, mut recipe: Recipe) -> Result<Recipe> {
        for setting in &self.settings {
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

    /// The manifest of a corpus, of the release that is wanted, and where its files lie.
    fn open(&self, corpus: &dyn Corpus, wanted: &RecipeCorpus) -> Result<Raw> {
        let name = &wanted.name;
        let folder = self.manifests.as_deref();
        let replacement = folder.map_or(Ok(None), |folder| replacement(folder, name))?;
        let version = wanted.version.as_ref().map(|version| {
            let text = serde_json::json!({ "version": version }).to_string();
            (text, format!("{name}.version"))
        });
        let replacements = [&version, &replacement].into_iter().flatten();
        let mut replacements: Vec<_> =
            replacements.map(|(text, file)| (text.as_str(), file.as_str())).collect();
        let mut manifest = Manifest::parse_all(corpus.manifest(), &replacements)?;
        if let Some(newest) = self.releases.get(name).filter(|_| manifest.waits_for_release()) {
            let newest = serde_json::json!({ "version": newest }).to_string();
            replacements.push((&newest, Lock::FILE));
            manifest = Manifest::parse_all(corpus.manifest(), &replacements)?;
        }
        for file in &mut manifest.files {
            file.truncated |= self.tolerate_truncated;
        }
        Ok(Raw::new(self.raw.clone(), manifest))
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

/// A recipe by its name, or a file.
fn load(name: &str, version: Option<&str>) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_none() {
        return Recipe::built_in(name, version);
    }
    let text = read(path).map_err(|error| cannot_read(path, error))?;
    Recipe::parse(&text, name, version)
}

#[expect(clippy::disallowed_methods, reason = "recipes and manifests are small")]
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

fn cannot_read(path: &Path, error: io::Error) -> Error {
    let location = Location::file(Arc::from(path.display().to_string()));
    Error::at(location, ErrorKind::Read(error))
}
