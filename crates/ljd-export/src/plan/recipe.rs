//! Which corpora make a dataset, and by which rules: a JSON file for each dataset.
//!
//! A recipe may describe several releases of its dataset: a corpus joins with one or leaves with one, and
//! its rules change. [`Recipe`] is one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;

use ljd_core::{
    BadPath, Error, ErrorKind, FileName, Language, License, LicenseId, LicenseProperty, Location,
    Preset, Result, Rules, Score, Sha256Writer, Split, Task, UnknownName,
};
use ljd_quality::{Alignment, Rule, Scope, Scopes};
use serde::{Deserialize, Deserializer, de};

use crate::plan::mixing::{BestBy, Portion, Share};
use crate::plan::{Format, layout};

/// A dataset as a choice of corpora and rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Name of the dataset and of its folder.
    pub name: FileName,
    /// What it is, in one sentence.
    pub description: String,
    /// The release of the dataset, if there are several.
    pub version: Option<String>,
    /// The rules that every corpus starts from.
    pub preset: Preset,
    /// The splits that are taken.
    pub splits: Vec<Split>,
    /// The languages that are taken: of a record, both have to be among them.
    pub languages: Vec<Language>,
    /// The licences that are refused.
    pub refuse: Vec<Refusal>,
    /// Whether sources may stand side by side whose licences allow no common one.
    pub mixed: bool,
    /// Whether instructions are worded in several ways.
    pub phrasings: bool,
    /// The formats that are written if the user names none.
    pub formats: Vec<Format>,
    /// The rules of quality, each with the corpora that it is for.
    pub quality: Scopes,
    /// The corpora whose splits that are not taken are evaluation data, which is looked for in what is.
    pub evaluation: Vec<String>,
    /// So many different answers a prompt may have by the rule `most-answers`.
    pub most_answers: NonZeroUsize,
    /// What it is judged by whether the sides of a translation say the same, if it is.
    pub alignment: Option<LearnAlignment>,
    /// Share of the groups of records that is held out of training.
    pub held_out: Share,
    /// How much is taken of a task, all corpora together.
    pub tasks: BTreeMap<Task, Portion>,
    /// The records that the dataset shall have about, of which the portions are shares.
    pub records: Option<u64>,
    /// Why so much is taken of a corpus or a task, by its name.
    pub reasons: BTreeMap<String, String>,
    /// Files with the bare instruction, input and output of several corpora, and the names of those.
    pub joined: BTreeMap<FileName, Vec<String>>,
    /// The corpora, in the order of the dataset.
    pub corpora: Vec<RecipeCorpus>,
    /// The file, as messages call it, and its text, to find names in it.
    text: (Arc<str>, Arc<str>),
}

/// A corpus of a recipe.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecipeCorpus {
    /// Its name.
    pub name: String,
    /// Choices among the options that it offers.
    pub rules: BTreeMap<String, String>,
    /// The release of the corpus, if it is not its manifest's.
    pub version: Option<String>,
    /// Records that the published dataset has of it, to compare with.
    pub published: Option<u64>,
    /// How much is taken of it.
    pub portion: Portion,
    /// Which records are taken first; a hash decides if it is `None`.
    pub best_by: Option<BestBy>,
}

/// What the words are learnt from that translate each other, and which pairs are dropped.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnAlignment {
    /// The corpora whose pairs teach it, the cleanest first: it takes no more than it has room for.
    pub learn_from: Vec<String>,
    /// The rule `alignment` drops pairs with a lower score.
    #[serde(default = "least_score", deserialize_with = "score")]
    pub least_score: Score,
}

const fn least_score() -> Score {
    Alignment::LEAST_SCORE
}

fn score<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Score, D::Error> {
    let score = f64::deserialize(deserializer)?;
    #[expect(clippy::cast_possible_truncation, reason = "of one digit before the point")]
    let in_range = (-4.0..=1.0).contains(&score).then(|| (1000.0 * score).round() as i32);
    let error = || de::Error::custom(format!("{score} is not a score from -4 to 1"));
    in_range.map(Score::of_thousandths).ok_or_else(error)
}

/// A licence that a recipe refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// This one.
    License(LicenseId),
    /// All that ask for this.
    Property(LicenseProperty),
}

/// A recipe as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: FileName,
    description: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    versions: Vec<String>,
    preset: Preset,
    #[serde(default)]
    splits: Option<Vec<Split>>,
    #[serde(default)]
    languages: Option<Vec<Language>>,
    #[serde(default)]
    refuse: Vec<Refusal>,
    #[serde(default)]
    mixed: bool,
    #[serde(default)]
    phrasings: bool,
    #[serde(default)]
    formats: Option<Vec<Format>>,
    #[serde(default)]
    quality: Scopes,
    #[serde(default)]
    evaluation: Vec<String>,
    #[serde(default = "most_answers")]
    most_answers: NonZeroUsize,
    #[serde(default)]
    alignment: Option<LearnAlignment>,
    #[serde(default)]
    held_out: Share,
    #[serde(default)]
    tasks: BTreeMap<Task, WrittenPortion>,
    #[serde(default)]
    records: Option<u64>,
    #[serde(default)]
    joined: BTreeMap<FileName, Vec<String>>,
    corpora: Vec<WrittenCorpus>,
}

/// How much is taken of a task, as it is written.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenPortion {
    weight: Option<Share>,
    max_records: Option<u64>,
    share: Option<Share>,
    because: Option<String>,
}

impl WrittenPortion {
    /// The portion of a dataset of so many records.
    fn of(&self, records: Option<u64>) -> Portion {
        let share = self.share.zip(records).map(|(share, records)| share.of_records(records));
        let max_records = self.max_records.into_iter().chain(share).min();
        Portion { weight: self.weight, max_records }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCorpus {
    name: String,
    #[serde(default)]
    rules: BTreeMap<String, String>,
    #[serde(default)]
    published: Option<u64>,
    #[serde(default)]
    weight: Option<Share>,
    #[serde(default)]
    max_records: Option<u64>,
    #[serde(default)]
    share: Option<Share>,
    #[serde(default)]
    best_by: Option<BestBy>,
    #[serde(default)]
    because: Option<String>,
    /// The first release that has it.
    #[serde(default)]
    since: Option<String>,
    /// The last release that has it.
    #[serde(default)]
    until: Option<String>,
    #[serde(default)]
    changes: Vec<WrittenChange>,
}

/// What is different from a release on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChange {
    since: String,
    #[serde(default)]
    rules: BTreeMap<String, String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    published: Option<u64>,
}

/// The recipes that come with the crate.
const BUILT_IN: [(&str, &str); 8] = [
    ("chat", include_str!("../../recipes/chat.json")),
    ("clean", include_str!("../../recipes/clean.json")),
    ("encyclopedia", include_str!("../../recipes/encyclopedia.json")),
    ("mix", include_str!("../../recipes/mix.json")),
    ("permissive", include_str!("../../recipes/permissive.json")),
    ("sample", include_str!("../../recipes/sample.json")),
    ("v0", include_str!("../../recipes/v0.json")),
    ("vanilla", include_str!("../../recipes/vanilla.json")),
];

impl Recipe {
    /// A recipe that comes with the crate; of several releases, `version` or the usual one.
    ///
    /// ```
    /// use ljd_export::Recipe;
    ///
    /// let recipe = Recipe::built_in("v0", Some("1.0.1"))?;
    /// assert!(recipe.corpora.iter().all(|corpus| corpus.name != "alpaca"));
    /// # Ok::<(), ljd_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where there is none of that name, or no such release of it.
    pub fn built_in(name: &str, version: Option<&str>) -> Result<Self> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            UnknownName::new("recipe", name, BUILT_IN.iter().map(|(known, _)| *known))
        })?;
        Self::parse(text, &format!("recipes/{name}.json"), version)
    }

    /// Reads a recipe. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where the JSON is none or not a recipe's, with file, line and column; where it has no such release.
    pub fn parse(text: &str, file: &str, version: Option<&str>) -> Result<Self> {
        let written: Written =
            serde_json::from_str(text).map_err(|error| Error::json(file, error))?;
        written.at_version((Arc::from(file), Arc::from(text)), version)
    }

    /// Names of the recipes that come with the crate.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// SHA-256 of its text.
    pub fn sha256(&self) -> String {
        let mut hashed = Sha256Writer::new(io::sink());
        // Hashing cannot fail.
        let _ = hashed.write_all(self.text.1.as_bytes());
        hashed.finish().2
    }

    /// The rules that everything starts from.
    pub fn rules(&self) -> Rules {
        Rules::new(self.preset)
    }

    /// Why the recipe refuses a licence, if it does.
    pub fn refusal(&self, license: License) -> Option<String> {
        let refused = self.refuse.iter().find(|refused| refused.refuses(license))?;
        Some(format!("the recipe refuses `{}`", refused.as_str()))
    }

    /// What the recipe does not take of a record's split and languages, if anything.
    pub(crate) fn left_out(&self, split: Split, languages: [Language; 2]) -> Option<String> {
        if !self.splits.contains(&split) {
            return Some(format!("split {}", split.as_str()));
        }
        let foreign = languages.into_iter().find(|language| !self.languages.contains(language))?;
        Some(format!("language {}", foreign.as_str()))
    }

    /// The error for a name that the recipe holds and nobody knows, at its place in the file.
    pub(crate) fn unknown(&self, error: UnknownName) -> Error {
        place(&self.text, &error.name.clone(), ErrorKind::UnknownName(error))
    }
}

/// An error at the first place of a name in a recipe's file.
fn place((file, text): &(Arc<str>, Arc<str>), name: &str, kind: ErrorKind) -> Error {
    let before = text.split_once(&format!("\"{name}\"")).map(|(before, _)| before);
    // A name that the command line gave stands nowhere in the file.
    let Some(before) = before else { return Error::new(kind) };
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.lines().last().map_or(0, |line| line.chars().count()) as u64 + 1;
    Error::at(Location { file: Arc::clone(file), line: Some(line), column: Some(column) }, kind)
}

/// Refuses files that would take each other's place, or that of a file of ours.
fn check_joined(joined: &BTreeMap<FileName, Vec<String>>) -> Result<(), BadPath> {
    let mut seen = BTreeSet::new();
    for name in joined.keys() {
        let bad = |problem| BadPath { path: name.to_string(), problem };
        if layout::is_taken(name) {
            return Err(bad("has the name of a file or folder of every dataset"));
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(bad("differs from another one in upper and lower case only"));
        }
    }
    Ok(())
}

/// Of the translations of one sentence the first ones say all there is to say.
const fn most_answers() -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(2)
}

impl Written {
    fn at_version(self, text: (Arc<str>, Arc<str>), version: Option<&str>) -> Result<Recipe> {
        self.check_alignment(&text)?;
        let versions = self.versions;
        let rank = |name: &str| {
            let rank = versions.iter().position(|known| known == name);
            rank.ok_or_else(|| {
                let known = versions.iter().map(String::as_str);
                let error = UnknownName::new("version", name, known);
                place(&text, name, ErrorKind::UnknownName(error))
            })
        };
        let version = version.map(str::to_owned).or(self.version);
        let now = version.as_deref().map(&rank).transpose()?.unwrap_or_default();
        let names = || self.corpora.iter().map(|corpus| corpus.name.as_str());
        let is_only = |scope: &&Scope| matches!(scope, Scope::Only(_));
        let only = self.quality.values().filter(is_only).flat_map(Scope::names);
        let learn_from = self.alignment.iter().flat_map(|alignment| &alignment.learn_from);
        let scoped = only.chain(&self.evaluation).chain(learn_from);
        for name in self.joined.values().flatten().chain(scoped) {
            if names().all(|known| known != name) {
                let error = UnknownName::new("corpus", name, names());
                return Err(place(&text, name, ErrorKind::UnknownName(error)));
            }
        }
        check_joined(&self.joined)
            .map_err(|error| place(&text, &error.path.clone(), ErrorKind::BadPath(error)))?;
        let has_share = self.corpora.iter().any(|corpus| corpus.share.is_some())
            || self.tasks.values().any(|task| task.share.is_some());
        if has_share && self.records.is_none() {
            let problem = "needs `records`, which it is a share of".to_owned();
            return Err(place(&text, "share", ErrorKind::Invalid { field: "share", problem }));
        }
        let (mut corpora, mut reasons, mut tasks) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for mut corpus in self.corpora {
            if let Some(because) = corpus.because.take() {
                reasons.insert(corpus.name.clone(), because);
            }
            corpora.extend(corpus.at_version(now, self.records, rank)?);
        }
        for (task, written) in self.tasks {
            tasks.insert(task, written.of(self.records));
            reasons.extend(written.because.map(|because| (task.as_str().to_owned(), because)));
        }
        Ok(Recipe {
            name: self.name,
            description: self.description,
            version,
            preset: self.preset,
            splits: self.splits.unwrap_or_else(|| Split::ALL.to_vec()),
            languages: self.languages.unwrap_or_else(|| Language::USUAL.to_vec()),
            refuse: self.refuse,
            mixed: self.mixed,
            phrasings: self.phrasings,
            formats: self.formats.unwrap_or_else(Format::usual),
            quality: self.quality,
            evaluation: self.evaluation,
            most_answers: self.most_answers,
            alignment: self.alignment,
            held_out: self.held_out,
            tasks,
            records: self.records,
            reasons,
            joined: self.joined,
            corpora,
            text,
        })
    }
}

impl Written {
    /// Refuses a recipe that asks for scores and does not say what they are learnt from.
    fn check_alignment(&self, text: &(Arc<str>, Arc<str>)) -> Result<()> {
        let by_rule = self.quality.contains_key(&Rule::Alignment).then_some("alignment");
        let is_best = self.corpora.iter().any(|corpus| corpus.best_by.is_some());
        let field = by_rule.or(is_best.then_some("best_by"));
        match field.filter(|_| self.alignment.is_none()) {
            None => Ok(()),
            Some(field) => {
                let problem = "needs `alignment`, which says what it is learnt from".to_owned();
                Err(place(text, field, ErrorKind::Invalid { field, problem }))
            }
        }
    }
}

impl WrittenCorpus {
    /// The corpus in the release of that rank, if it is in there.
    fn at_version(
        self,
        now: usize,
        records: Option<u64>,
        rank: impl Fn(&str) -> Result<usize>,
    ) -> Result<Option<RecipeCorpus>> {
        let since = self.since.as_deref().map(&rank).transpose()?.unwrap_or_default();
        let until = self.until.as_deref().map(&rank).transpose()?.unwrap_or(usize::MAX);
        let (name, rules, published) = (self.name, self.rules, self.published);
        let (weight, max_records, share) = (self.weight, self.max_records, self.share);
        let written = WrittenPortion { weight, max_records, share, because: None };
        let portion = written.of(records);
        let best_by = self.best_by;
        let mut corpus = RecipeCorpus { name, rules, version: None, published, portion, best_by };
        for change in self.changes {
            if rank(&change.since)? <= now {
                corpus.rules.extend(change.rules);
                corpus.version = change.version.or(corpus.version);
                corpus.published = change.published.or(corpus.published);
            }
        }
        Ok((since <= now && now <= until).then_some(corpus))
    }
}

impl Refusal {
    fn refuses(&self, license: License) -> bool {
        match self {
            Self::License(refused) => refused.as_str() == license.id(),
            Self::Property(property) => license.has(*property),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::License(license) => license.as_str(),
            Self::Property(property) => property.as_str(),
        }
    }
}

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        if let Ok(property) = LicenseProperty::parse(&name) {
            return Ok(Self::Property(property));
        }
        let properties = LicenseProperty::ALL.iter().map(|property| property.as_str());
        let known = properties.chain(LicenseId::known());
        let unknown = UnknownName::new("licence or property of one", &name, known);
        LicenseId::parse(&name).map(Self::License).map_err(|_unknown| de::Error::custom(unknown))
    }
}
