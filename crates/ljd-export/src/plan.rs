//! A recipe with its corpora at hand: everything that can be refused before a file is read.

use std::ops::ControlFlow;

use ljd_core::{
    Corpus, Error, License, LicenseId, LicenseProperty, Phrasings, Raw, Record, Result, Rules,
    Score, Task, UnknownName, read_records_while,
};
use ljd_quality::{CompareRules, Filters, Rule, Scope};
use serde::Serialize;

use mixing::{BestBy, Portion};

mod format;
pub(crate) mod layout;
pub(crate) mod license;
pub(crate) mod mixing;
mod recipe;

pub use format::Format;
pub use recipe::{LearnAlignment, Recipe, RecipeCorpus, Refusal};

/// What is to be built.
#[derive(Debug)]
pub struct Plan {
    /// The recipe.
    pub recipe: Recipe,
    /// The licence of the whole; `None` where each record stands under its own.
    pub license: Option<License>,
    /// The corpora in the dataset's order.
    pub corpora: Vec<PlannedCorpus>,
    /// The corpora that are left out.
    pub refused: Vec<Refused>,
}

/// A corpus left out for its licence or a missing file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Its licence.
    pub license: &'static str,
    /// Why it is left out.
    pub reason: String,
    /// Whether the user would get it by [accepting](Choices::accepted) its licence.
    #[serde(skip)]
    pub is_acceptable: bool,
}

/// A user's choices beside the recipe.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices<'a> {
    /// The corpora to keep; all of them if empty.
    pub only: &'a [String],
    /// The licences that the user accepts though they refuse commercial use or redistribution.
    pub accepted: &'a [LicenseId],
    /// Whether corpora are left out whose files are not all there; a build fails at the first such file otherwise.
    pub skip_missing: bool,
}

/// A corpus with its files and rules.
pub struct PlannedCorpus {
    /// The code.
    pub corpus: &'static dyn Corpus,
    /// The manifest and where its files lie.
    pub raw: Raw,
    /// The recipe's choices.
    pub rules: Rules,
    /// Records that the published dataset has of it.
    pub published: Option<u64>,
    /// How much is taken of it.
    pub(crate) portion: Portion,
    /// Which records are taken first.
    pub(crate) best_by: Option<BestBy>,
    /// The lowest score of a translation that is kept, by the rule `alignment`.
    pub(crate) least_score: Option<Score>,
    /// The rules of quality that look at one record alone.
    pub(crate) filters: Filters,
    /// What its records are compared with.
    pub(crate) compared: Compared,
    /// The ways in which its instructions are worded.
    pub(crate) phrasings: Phrasings,
}

/// What the records of a corpus are compared with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Compared {
    /// The rules that drop those that were there before.
    rules: CompareRules,
    /// So many translations or simplifications one sentence may have.
    most_versions: Option<usize>,
    /// Whether they are remembered: a corpus that drops none may have what another one repeats.
    pub(crate) keys: bool,
    /// Whether those that differ little are looked for.
    pub(crate) signatures: bool,
    /// Whether evaluation data is looked for.
    pub(crate) evaluation: bool,
}

impl Compared {
    fn new(recipe: &Recipe, corpus: &str) -> Self {
        let scopes = &recipe.quality;
        let is_on = |rule| scopes.get(&rule).is_some_and(|scope| scope.has(corpus));
        let most_answers = is_on(Rule::MostAnswers).then_some(recipe.most_answers.get());
        let by_key = [Rule::Duplicate, Rule::Conflict, Rule::MostAnswers];
        Self {
            rules: CompareRules {
                duplicate: is_on(Rule::Duplicate),
                most_answers: if is_on(Rule::Conflict) { Some(1) } else { most_answers },
            },
            most_versions: most_answers,
            keys: by_key.iter().any(|rule| scopes.contains_key(rule)),
            signatures: is_on(Rule::NearDuplicate),
            evaluation: is_on(Rule::Contamination),
        }
    }

    /// The rules for the records of a task: one sentence has many right translations, which do not conflict.
    pub(crate) fn rules(&self, task: Task) -> CompareRules {
        match task {
            Task::Translation | Task::Simplification => {
                CompareRules { most_answers: self.most_versions, ..self.rules }
            }
            _ => self.rules,
        }
    }
}

impl PlannedCorpus {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.raw.manifest().source.name
    }
}

impl std::fmt::Debug for PlannedCorpus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PlannedCorpus({}, {:?})", self.name(), self.rules)
    }
}

impl Plan {
    /// Joins a recipe with the corpora that it names.
    ///
    /// A corpus is left out, and stands in the report, if the recipe refuses its licence, or if the licence
    /// refuses commercial use or redistribution and the user does not accept it by name.
    ///
    /// `open` gives the manifest of a corpus, of the release that the recipe asks for, and says where its
    /// files lie.
    ///
    /// # Errors
    ///
    /// Where the recipe or the user names a corpus or a rule that there is not; where the licences of the
    /// sources allow no common one; where every corpus would be left out for files that are not there; and those of
    /// `open`.
    pub fn new(
        recipe: Recipe,
        corpora: &[&'static dyn Corpus],
        choices: Choices<'_>,
        open: impl Fn(&dyn Corpus, &RecipeCorpus) -> Result<Raw>,
    ) -> Result<Self> {
        let in_recipe = || recipe.corpora.iter().map(|corpus| corpus.name.as_str());
        if let Some(name) = choices.only.iter().find(|name| in_recipe().all(|known| known != *name))
        {
            return Err(UnknownName::new("corpus", name, in_recipe()).into());
        }
        // A recipe that leaves out a corpus may go on excepting it from a rule.
        for name in recipe.quality.values().flat_map(Scope::names) {
            if corpora.iter().all(|corpus| corpus.name() != name) {
                let names = corpora.iter().map(|corpus| corpus.name());
                return Err(recipe.unknown(UnknownName::new("corpus", name, names)));
            }
        }
        let (mut planned, mut refused) = (Vec::new(), Vec::new());
        let mut first_missing = None;
        for wanted in &recipe.corpora {
            let corpus = corpora.iter().find(|corpus| corpus.name() == wanted.name);
            let corpus = corpus.ok_or_else(|| {
                let names = corpora.iter().map(|corpus| corpus.name());
                recipe.unknown(UnknownName::new("corpus", &wanted.name, names))
            })?;
            let corpus = plan(&recipe, *corpus, wanted, &open)?;
            if !choices.only.is_empty() && !choices.only.contains(&wanted.name) {
                continue;
            }
            let license = corpus.raw.manifest().source.license;
            let missing = choices.skip_missing.then(|| missing(&corpus.raw)).flatten();
            let (reason, is_acceptable) =
                match (refusal(&recipe, license, choices.accepted), missing) {
                    (Some(refusal), _) => refusal,
                    (None, Some((reason, error))) => {
                        first_missing.get_or_insert(error.in_corpus(&wanted.name));
                        (reason, false)
                    }
                    (None, None) => {
                        planned.push(corpus);
                        continue;
                    }
                };
            let (name, license) = (wanted.name.clone(), license.id());
            refused.push(Refused { name, license, reason, is_acceptable });
        }
        if let Some(error) = first_missing.filter(|_| planned.is_empty()) {
            return Err(error);
        }
        let sources =
            planned.iter().map(|corpus| (corpus.name(), corpus.raw.manifest().source.license));
        license::check_texts(&sources)?;
        let license = match license::of_dataset(&sources) {
            Ok(license) => Some(license),
            Err(_conflict) if recipe.mixed => None,
            Err(conflict) => return Err(conflict),
        };
        Ok(Self { recipe, license, corpora: planned, refused })
    }
}

impl Plan {
    /// The rules of the recipe that compare records across corpora: without some of its corpora they find less.
    pub fn comparing_rules(&self) -> impl Iterator<Item = &'static str> {
        let rules = self.recipe.quality.keys().filter(|rule| !rule.is_alone());
        rules.map(|rule| rule.as_str())
    }

    /// Reads the first `n` records of each corpus, as [`records`](Self::records) does.
    ///
    /// # Errors
    ///
    /// Those of the corpora, with their names.
    pub fn first_records(&self, n: u64, each: &mut dyn FnMut(&Record<'_>)) -> Result<()> {
        for planned in &self.corpora {
            let mut left = n;
            let mut take = |record: &Record<'_>| {
                if 0 < left {
                    each(record);
                    left -= 1;
                }
                if 0 < left { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            self.records(planned, &mut take)?;
        }
        Ok(())
    }

    /// Reads the records of a corpus that the recipe takes, as a build would write them, until `each` breaks off; but
    /// none is compared with others or sampled.
    ///
    /// Where it breaks off, `each` may still be called for what was read already.
    ///
    /// # Errors
    ///
    /// Those of the corpus, with its name.
    pub fn records(
        &self,
        planned: &PlannedCorpus,
        each: &mut dyn FnMut(&Record<'_>) -> ControlFlow<()>,
    ) -> Result<()> {
        let PlannedCorpus { corpus, raw, rules, filters, phrasings, .. } = planned;
        let mut take = |mut record: Record<'_>| {
            let languages = [record.source_language, record.target_language];
            if self.recipe.left_out(record.split, languages).is_some()
                || filters.apply(&mut record, |_rule| {}).is_err()
            {
                return ControlFlow::Continue(());
            }
            phrasings.word(&mut record, false);
            each(&record)
        };
        read_records_while(*corpus, raw, rules, &mut take).map(drop)
    }
}

fn plan(
    recipe: &Recipe,
    corpus: &'static dyn Corpus,
    wanted: &RecipeCorpus,
    open: impl Fn(&dyn Corpus, &RecipeCorpus) -> Result<Raw>,
) -> Result<PlannedCorpus> {
    let mut rules = recipe.rules();
    for (name, value) in &wanted.rules {
        let set = rules.set(corpus.options(), name, value);
        set.map_err(|error| recipe.unknown(error).in_corpus(&wanted.name))?;
    }
    let phrasings = if recipe.phrasings {
        let read = Phrasings::parse(corpus.phrasings(), "phrasings");
        read.map_err(|error| error.in_corpus(&wanted.name))?
    } else {
        Phrasings::default()
    };
    let alignment = recipe.alignment.as_ref();
    let is_judged =
        recipe.quality.get(&Rule::Alignment).is_some_and(|scope| scope.has(&wanted.name));
    Ok(PlannedCorpus {
        corpus,
        raw: open(corpus, wanted)?,
        rules,
        published: wanted.published,
        portion: wanted.portion,
        best_by: wanted.best_by,
        least_score: alignment.filter(|_| is_judged).map(|it| it.least_score),
        filters: Filters::new(&recipe.quality, &wanted.name),
        compared: Compared::new(recipe, &wanted.name),
        phrasings,
    })
}

/// Says of the first file that is needed and not there that it is not; and the error of who reads it nevertheless.
fn missing(raw: &Raw) -> Option<(String, Error)> {
    let needed = raw.manifest().files.iter().filter(|file| !file.optional);
    needed.filter(|file| !raw.has(file)).find_map(|file| {
        let error = raw.open(file).err()?;
        Some((format!("{} is not there", file.path), error))
    })
}

/// What a licence may refuse that a user has to accept by its id.
const REFUSALS: [(LicenseProperty, &str); 3] = [
    (LicenseProperty::NoRedistribution, "redistribution"),
    (LicenseProperty::NonCommercial, "commercial use"),
    (LicenseProperty::NoDerivatives, "passing on what is made of the text"),
];

/// Why a corpus of that licence is left out, if it is, and whether the user could accept that.
fn refusal(recipe: &Recipe, license: License, accepted: &[LicenseId]) -> Option<(String, bool)> {
    if let Some(reason) = recipe.refusal(license) {
        return Some((reason, false));
    }
    let (_, what) = REFUSALS.iter().find(|(property, _)| license.has(*property))?;
    let is_accepted = accepted.iter().any(|accepted| accepted.as_str() == license.id());
    (!is_accepted).then(|| (format!("the licence refuses {what}"), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations_do_not_conflict() {
        let clean = Recipe::built_in("clean", None).unwrap();
        let compared = Compared::new(&clean, "tanaka");
        let most = |task| compared.rules(task).most_answers;
        assert_eq!(most(Task::QuestionAnswering), Some(1));
        assert_eq!((most(Task::Translation), most(Task::Simplification)), (Some(3), Some(3)));
        let dolly = Compared::new(&clean, "dolly");
        assert_eq!(dolly.rules(Task::InstructionFollowing).most_answers, Some(3));
    }
}
