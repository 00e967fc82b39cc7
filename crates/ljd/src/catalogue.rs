//! Which corpora there are, and what a user replaces of their manifests and recipes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use ljd_core::{
    Corpus, Error, ErrorKind, FileName, LicenseId, Location, Lock, Manifest, ManifestFile, Raw,
    Result, UnknownName, read_named,
};
use ljd_export::{Choices, Plan, Recipe, RecipeCorpus};
use ljd_fetch::{FetchOptions, Observe, Release, newest_releases};
use ljd_tables::Table;

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
    /// The corpora that their manifests alone describe, with the folders of those manifests.
    pub tables: Vec<(&'static Table, PathBuf)>,
}

/// A plan with the newest releases.
#[derive(Debug)]
pub struct Newest {
    /// The plan.
    pub plan: Plan,
    /// The corpora of which nobody says which release is the newest one, and why; they are in the plan all the same.
    pub unknown: BTreeMap<String, Error>,
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
    let tables = ljd_tables::corpora().iter().map(|table| table as &dyn Corpus);
    FAMILIES.iter().copied().flatten().copied().chain(tables).collect()
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
            tables: Vec::new(),
        }
    }

    /// Adds the corpus that the manifest in a file describes.
    ///
    /// # Errors
    ///
    /// Those of [`Table::load`], and where another corpus has its name.
    pub fn add_table(&mut self, file: &Path) -> Result<()> {
        let table = Table::load(file)?;
        if self.corpora().iter().any(|corpus| corpus.name() == table.name()) {
            let problem = format!("is `{}`, which another corpus is called", table.name());
            let location = Location::file(file.display().to_string());
            return Err(Error::at(location, ErrorKind::Invalid { field: "name", problem }));
        }
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        // A program knows few corpora, and to its end.
        self.tables.push((Box::leak(Box::new(table)), folder));
        Ok(())
    }

    /// Adds the corpora that manifests in a folder describe: those that say how their files are read.
    ///
    /// # Errors
    ///
    /// Those of [`add_table`](Self::add_table), and where the folder cannot be read.
    pub fn add_tables(&mut self, folder: &Path) -> Result<()> {
        let entries = fs::read_dir(folder).map_err(|error| cannot_read(folder, error))?;
        let files = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut files =
            files.collect::<io::Result<Vec<_>>>().map_err(|error| cannot_read(folder, error))?;
        files.sort_unstable();
        for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "json")) {
            if is_table(file)? {
                self.add_table(file)?;
            }
        }
        Ok(())
    }

    /// Every corpus: those that are compiled in, and those that manifests describe.
    pub fn corpora(&self) -> Vec<&'static dyn Corpus> {
        let tables = self.tables.iter().map(|(table, _)| *table as &dyn Corpus);
        corpora().into_iter().chain(tables).collect()
    }

    /// The recipe of a dataset of these corpora alone, all of which a manifest describes: the rules of `clean`.
    ///
    /// # Errors
    ///
    /// Where a setting names another corpus.
    pub fn own_recipe(&self) -> Result<Recipe> {
        let mut recipe = Recipe::built_in("clean", None)?;
        let names: Vec<String> =
            self.tables.iter().map(|(table, _)| table.name().to_owned()).collect();
        recipe.name = FileName::parse(names.join("+"))?;
        recipe.description =
            format!("Japanese instruction-tuning records of {}.", names.join(", "));
        recipe.refuse.clear();
        recipe.evaluation.clone_from(&names);
        let corpus = |name| RecipeCorpus { name, ..RecipeCorpus::default() };
        recipe.corpora = names.into_iter().map(corpus).collect();
        self.set(recipe)
    }

    /// The licences of the corpora that manifests describe.
    ///
    /// # Errors
    ///
    /// None that [`add_table`](Self::add_table) did not have.
    pub fn own_licenses(&self) -> Result<Vec<LicenseId>> {
        let licenses = self.tables.iter().map(|(table, _)| {
            let manifest = Manifest::parse(table.manifest(), table.name())?;
            Ok(LicenseId::parse(manifest.source.license.id())?)
        });
        licenses.collect()
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
        let corpora = self.corpora().into_iter();
        let corpora = corpora.map(|corpus| serde_json::json!({ "name": corpus.name() }));
        let recipe = serde_json::json!({
            "name": "every-corpus",
            "description": "Every corpus that there is.",
            "preset": "clean",
            "mixed": true,
            "corpora": corpora.collect::<Vec<_>>(),
        });
        self.set(Recipe::parse(&recipe.to_string(), "every corpus", None)?)
    }

    /// Joins a recipe with its corpora, their manifests and files.
    ///
    /// # Errors
    ///
    /// Those of [`Plan::new`], and where a manifest cannot be read as one.
    pub fn plan(&self, recipe: Recipe, choices: Choices<'_>) -> Result<Plan> {
        Plan::new(recipe, &self.corpora(), choices, |corpus, wanted| self.open(corpus, wanted))
    }

    /// The plan that `plan` makes of this catalogue, with the newest releases of the corpora that wait for them: those
    /// that the raw folder's lock knows, or what their publishers say now.
    ///
    /// # Errors
    ///
    /// Those of `plan`, and where the raw folder cannot be written.
    pub fn newest(
        &self,
        options: &FetchOptions,
        observe: Observe<'_>,
        plan: impl Fn(&Self) -> Result<Plan>,
    ) -> Result<Newest> {
        let mut releases = Lock::read(&options.raw)?.releases;
        let known = if options.update_lock { BTreeMap::new() } else { releases.clone() };
        let planned = |releases: &BTreeMap<String, String>| {
            plan(&Self { releases: releases.clone(), ..self.clone() })
        };
        let plan = planned(&known)?;
        let manifests = plan.corpora.iter().map(|planned| planned.raw.manifest());
        let waiting: Vec<&Manifest> = manifests.filter(|one| one.waits_for_release()).collect();
        let mut unknown = BTreeMap::new();
        let newest = if waiting.is_empty() {
            Vec::new()
        } else {
            newest_releases(&waiting, options, observe)?
        };
        for Release { corpus, version } in newest {
            match version {
                Ok(version) => drop(releases.insert(corpus, version)),
                Err(error) => drop(unknown.insert(corpus, error)),
            }
        }
        Ok(Newest { plan: planned(&releases)?, unknown })
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
        let table = self.tables.iter().find(|(table, _)| table.name() == name);
        // What describes a corpus replaces nothing of it.
        let folder = folder.filter(|folder| table.is_none_or(|(_, own)| own != folder));
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
        let Some((table, beside)) = table else {
            return Ok(Raw::new(self.raw.clone(), manifest));
        };
        let root = self.root(&manifest, beside);
        table.find_files(&mut manifest, &root)?;
        Ok(Raw::new(root, manifest))
    }

    /// Where the files of a table lie: below the raw folder, or beside its manifest if they are published nowhere.
    fn root(&self, manifest: &Manifest, beside: &Path) -> PathBuf {
        let is_own = manifest.files.iter().all(|file| file.url.is_empty());
        let is_there = |file: &ManifestFile| match file.path.folders().next_back() {
            Some(folder) if file.path.is_pattern() => beside.join(folder).exists(),
            None if file.path.is_pattern() => true,
            _ => file.below(beside).exists(),
        };
        if is_own && (manifest.files.iter().any(is_there) || !self.raw.exists()) {
            return beside.to_owned();
        }
        self.raw.clone()
    }
}

/// Whether a manifest says how its files are read.
fn is_table(file: &Path) -> Result<bool> {
    /// No manifest is longer: what is, is data that lies beside it.
    const LONGEST: u64 = 1 << 20;

    let metadata = fs::metadata(file).map_err(|error| cannot_read(file, error))?;
    if !metadata.is_file() || LONGEST < metadata.len() {
        return Ok(false);
    }
    let text = read_named(file)?;
    let manifest: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Error::json(file.display().to_string(), error))?;
    Ok(manifest.get("read").is_some())
}

/// The text of a replacement in a folder of manifests, and its file's name.
fn replacement(folder: &Path, corpus: &str) -> Result<Option<(String, String)>> {
    if !folder.is_dir() {
        return Err(cannot_read(folder, io::ErrorKind::NotADirectory.into()));
    }
    let file = folder.join(format!("{corpus}.json"));
    match read_named(&file) {
        Ok(text) => Ok(Some((text, file.display().to_string()))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A recipe by its name, or a file.
fn load(name: &str, version: Option<&str>) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_none() {
        return Recipe::built_in(name, version);
    }
    let text = read_named(path)?;
    Recipe::parse(&text, name, version)
}

fn cannot_read(path: &Path, error: io::Error) -> Error {
    let location = Location::file(Arc::from(path.display().to_string()));
    Error::at(location, ErrorKind::Read(error))
}
