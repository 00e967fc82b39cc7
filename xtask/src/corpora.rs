//! Which corpora there are, and what the command line says of their files and rules.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use ljd_core::{Corpus, Error, ErrorKind, License, Location, Manifest, Raw, Result, UnknownName};
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
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = License::parse)]
    accept_license: Vec<License>,
    /// Folder of manifests that replace fields of those compiled in
    #[arg(long, value_name = "DIR")]
    manifests: Option<PathBuf>,
    /// Another release of a corpus (`wikipedia.version=20240101`), or one of its rules
    /// (`jesc.jesc_direction=0.1.0`)
    #[arg(long, value_name = "CORPUS.NAME=VALUE")]
    set: Vec<Setting>,
}

/// `corpus.name=value`.
#[derive(Clone)]
struct Setting {
    corpus: String,
    name: String,
    value: String,
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
        let parts =
            text.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
        let ((corpus, name), value) = parts.ok_or("expected corpus.name=value")?;
        Ok(Self { corpus: corpus.to_owned(), name: name.to_owned(), value: value.to_owned() })
    }
}

impl Inputs {
    /// The raw folder, unless the sample's fixtures are meant.
    pub(crate) fn raw(&self) -> PathBuf {
        self.raw.clone().unwrap_or_else(|| PathBuf::from("raw"))
    }

    /// A recipe by its name, or a file; without one, every corpus.
    pub(crate) fn plan(&self, recipe: Option<&str>, tolerate_truncated: bool) -> Result<Plan> {
        let is_sample = self.raw.is_none() && recipe == Some("sample");
        let mut recipe = match recipe {
            Some(name) => load(name)?,
            None => every_corpus()?,
        };
        for setting in self.set.iter().filter(|setting| setting.name != "version") {
            let corpus = recipe.corpora.iter_mut().find(|corpus| corpus.name == setting.corpus);
            if let Some(corpus) = corpus {
                corpus.rules.insert(setting.name.clone(), setting.value.clone());
            }
        }
        let choices = Choices { only: &self.only, accepted: &self.accept_license };
        let plan = Plan::new(recipe, &all(), choices, |corpus| {
            let (raw, mut manifest) = self.manifest(corpus, is_sample)?;
            for file in &mut manifest.files {
                file.truncated |= tolerate_truncated;
            }
            Ok(Raw::new(raw, manifest))
        })?;
        let in_recipe = || plan.recipe.corpora.iter().map(|corpus| corpus.name.as_str());
        match self.set.iter().find(|setting| in_recipe().all(|name| name != setting.corpus)) {
            Some(setting) => Err(UnknownName::new("corpus", &setting.corpus, in_recipe()).into()),
            None => Ok(plan),
        }
    }

    /// The manifest of a corpus and where its files lie.
    fn manifest(&self, corpus: &dyn Corpus, is_sample: bool) -> Result<(PathBuf, Manifest)> {
        let compiled = corpus.manifest();
        let name = Manifest::parse(compiled, "compiled-in manifest")?.source.name;
        let fixtures = fixtures(corpus);
        let raw = if is_sample { fixtures.clone() } else { self.raw() };
        let manifests = self.manifests.clone().or(is_sample.then(|| fixtures.join("manifests")));
        let replacement = manifests.map_or(Ok(None), |folder| replacement(&folder, &name))?;
        let version = self.set.iter().rfind(|set| set.name == "version" && set.corpus == name);
        let version = version.map(|set| {
            let text = serde_json::json!({ "version": set.value }).to_string();
            (text, format!("--set {name}.version"))
        });
        let replacements = [&replacement, &version].into_iter().flatten();
        let replacements: Vec<_> =
            replacements.map(|(text, file)| (text.as_str(), file.as_str())).collect();
        Ok((raw, Manifest::parse_all(compiled, &replacements)?))
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
fn load(name: &str) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_none() {
        return Recipe::built_in(name);
    }
    let text = read(path).map_err(|error| cannot_read(path, error))?;
    Recipe::parse(&text, name)
}

/// A recipe of all corpora, for commands that build nothing.
fn every_corpus() -> Result<Recipe> {
    let mut recipe = Recipe::built_in("clean")?;
    recipe.refuse.clear();
    recipe.corpora.clear();
    for corpus in all() {
        let name = Manifest::parse(corpus.manifest(), "compiled-in manifest")?.source.name;
        recipe.corpora.push(RecipeCorpus { name, rules: std::collections::BTreeMap::new() });
    }
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
