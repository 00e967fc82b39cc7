//! A recipe with its corpora at hand: everything that can be refused before a file is read.

use ljd_core::{Corpus, Raw, Result, Rules, Split, UnknownName};

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
    /// Joins a recipe with the corpora that it names; `only` keeps some of them, unless it is empty.
    ///
    /// `open` gives the manifest of a corpus, and says where its files lie.
    ///
    /// # Errors
    ///
    /// Where the recipe or `only` names a corpus, a rule or a split that there is not; and those of `open`.
    pub fn new(
        recipe: Recipe,
        corpora: &[&'static dyn Corpus],
        only: &[String],
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
        if let Some(name) = only.iter().find(|name| !in_recipe.contains(&name.as_str())) {
            return Err(unknown(name, &in_recipe).into());
        }
        let mut planned = Vec::new();
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
            if only.is_empty() || only.contains(&wanted.name) {
                planned.push(PlannedCorpus { corpus, raw, rules });
            }
        }
        Ok(Self { splits: recipe.wanted_splits()?, recipe, corpora: planned })
    }
}
