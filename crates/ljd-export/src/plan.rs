//! A recipe with its corpora at hand: everything that can be refused before a file is read.

use ljd_core::{Corpus, License, LicenseProperty, Raw, Result, Rules, Split, UnknownName};
use serde::Serialize;

use crate::Recipe;

/// What is to be built.
#[derive(Debug)]
pub struct Plan {
    /// The recipe.
    pub recipe: Recipe,
    /// The splits that are taken.
    pub splits: Vec<Split>,
    /// The corpora in the dataset's order.
    pub corpora: Vec<PlannedCorpus>,
    /// The corpora that are left out for their licences.
    pub refused: Vec<Refused>,
}

/// A corpus that is left out for its licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Its licence.
    pub license: &'static str,
    /// Why it is refused, and what would change that.
    pub reason: String,
}

/// What a user chooses beside the recipe.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices<'a> {
    /// The corpora to keep; all of them if empty.
    pub only: &'a [String],
    /// The licences that the user accepts though they refuse commercial use or redistribution.
    pub accepted: &'a [License],
}

/// A corpus with its files and rules.
pub struct PlannedCorpus {
    /// The code.
    pub corpus: &'static dyn Corpus,
    /// The manifest and where its files lie.
    pub raw: Raw,
    /// The recipe's choices.
    pub rules: Rules,
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
    /// `open` gives the manifest of a corpus, and says where its files lie.
    ///
    /// # Errors
    ///
    /// Where the recipe or the user names a corpus, a rule or a split that there is not; and those of `open`.
    pub fn new(
        recipe: Recipe,
        corpora: &[&'static dyn Corpus],
        choices: Choices<'_>,
        open: impl Fn(&dyn Corpus) -> Result<Raw>,
    ) -> Result<Self> {
        let mut known = Vec::new();
        for corpus in corpora {
            known.push((*corpus, open(*corpus)?));
        }
        let unknown =
            |name: &str, names: &[&str]| UnknownName::new("corpus", name, names.iter().copied());
        let in_recipe: Vec<&str> =
            recipe.corpora.iter().map(|corpus| corpus.name.as_str()).collect();
        if let Some(name) = choices.only.iter().find(|name| !in_recipe.contains(&name.as_str())) {
            return Err(unknown(name, &in_recipe).into());
        }
        let (mut planned, mut refused) = (Vec::new(), Vec::new());
        for wanted in &recipe.corpora {
            let at = known.iter().position(|(_, raw)| raw.manifest().source.name == wanted.name);
            let Some(at) = at else {
                let names: Vec<_> =
                    known.iter().map(|(_, raw)| raw.manifest().source.name.as_str()).collect();
                return Err(unknown(&wanted.name, &names).into());
            };
            let (corpus, raw) = known.swap_remove(at);
            let mut rules = recipe.rules()?;
            for (name, value) in &wanted.rules {
                rules
                    .set(corpus.options(), name, value)
                    .map_err(|error| error.in_corpus(&wanted.name))?;
            }
            let license = raw.manifest().source.license;
            let refusal = refusal(&recipe, license, choices.accepted)?;
            if !choices.only.is_empty() && !choices.only.contains(&wanted.name) {
                continue;
            }
            match refusal {
                None => planned.push(PlannedCorpus { corpus, raw, rules }),
                Some(reason) => {
                    let name = wanted.name.clone();
                    refused.push(Refused { name, license: license.id(), reason });
                }
            }
        }
        Ok(Self { splits: recipe.wanted_splits()?, recipe, corpora: planned, refused })
    }
}

/// Why a corpus of that licence is left out, if it is.
fn refusal(recipe: &Recipe, license: License, accepted: &[License]) -> Result<Option<String>> {
    if let Some(reason) = recipe.refusal(license)? {
        return Ok(Some(reason));
    }
    let no_redistribution = license.has(LicenseProperty::NoRedistribution);
    let is_restricted = no_redistribution || license.has(LicenseProperty::NonCommercial);
    let what = if no_redistribution { "redistribution" } else { "commercial use" };
    let reason = || format!("the licence refuses {what}; --accept-license {license} takes it");
    Ok((is_restricted && !accepted.contains(&license)).then(reason))
}
