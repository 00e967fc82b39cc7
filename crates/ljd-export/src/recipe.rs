//! Which corpora make a dataset, and by which rules: a JSON file for each dataset.

use std::collections::BTreeMap;
use std::sync::Arc;

use ljd_core::{
    Error, ErrorKind, License, LicenseProperty, Location, Preset, Result, Rules, Split, UnknownName,
};
use serde::Deserialize;

/// A dataset as a choice of corpora and rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the dataset and of its folder.
    pub name: String,
    /// What it is, in one sentence.
    pub description: String,
    /// The rules that every corpus starts from: `v0` or `clean`.
    pub preset: String,
    /// The splits that are taken; all of them if absent.
    #[serde(default)]
    pub splits: Option<Vec<String>>,
    /// Licences that are refused, by id or by property; none if absent.
    #[serde(default)]
    pub refuse: Vec<String>,
    /// The corpora, in the order of the dataset.
    pub corpora: Vec<RecipeCorpus>,
}

/// A corpus of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeCorpus {
    /// Its name.
    pub name: String,
    /// Choices among the options that it offers.
    #[serde(default)]
    pub rules: BTreeMap<String, String>,
}

/// The recipes that come with the crate.
const BUILT_IN: [(&str, &str); 3] = [
    ("clean", include_str!("../recipes/clean.json")),
    ("sample", include_str!("../recipes/sample.json")),
    ("v0", include_str!("../recipes/v0.json")),
];

impl Recipe {
    /// A recipe that comes with the crate.
    ///
    /// # Errors
    ///
    /// Where there is none of that name.
    pub fn built_in(name: &str) -> Result<Self> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            UnknownName::new("recipe", name, BUILT_IN.iter().map(|(known, _)| *known))
        })?;
        Self::parse(text, name)
    }

    /// Reads a recipe. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where the JSON is none or not a recipe's; the location holds file and line.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            let location = Location::line(Arc::from(file), error.line() as u64);
            Error::at(location, ErrorKind::Json(error))
        })
    }

    /// Names of the recipes that come with the crate.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The rules that everything starts from.
    ///
    /// # Errors
    ///
    /// Where the recipe names no preset that there is.
    pub fn rules(&self) -> Result<Rules> {
        Ok(Rules::new(Preset::parse(&self.preset)?))
    }

    /// Why the recipe refuses a licence, if it does.
    ///
    /// # Errors
    ///
    /// Where it names a licence or property that there is not.
    pub fn refusal(&self, license: License) -> Result<Option<String>> {
        let mut refusal = None;
        for refused in &self.refuse {
            let is_refused = match LicenseProperty::parse(refused) {
                Ok(property) => license.has(property),
                Err(_no_property) => {
                    License::parse(refused).map_err(|_unknown| unknown(refused))? == license
                }
            };
            if is_refused {
                refusal.get_or_insert_with(|| format!("the recipe refuses `{refused}`"));
            }
        }
        Ok(refusal)
    }

    /// The splits that are taken.
    ///
    /// # Errors
    ///
    /// Where the recipe names one that there is not.
    pub fn wanted_splits(&self) -> Result<Vec<Split>> {
        match &self.splits {
            None => Ok(Split::ALL.to_vec()),
            Some(names) => {
                Ok(names.iter().map(|name| Split::parse(name)).collect::<Result<_, _>>()?)
            }
        }
    }
}

fn unknown(refused: &str) -> UnknownName {
    let properties = LicenseProperty::ALL.iter().map(|property| property.as_str());
    let known = properties.chain(License::all().map(License::id));
    UnknownName::new("licence or property of one", refused, known)
}
