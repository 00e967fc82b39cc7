//! What a recipe decides about a corpus.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::{Result, UnknownName};

/// The choices of a recipe for one corpus: a preset, and options that only this corpus has.
///
/// ```
/// use ljd_core::{Preset, RuleOption, Rules};
///
/// const OPTIONS: &[RuleOption] = &[RuleOption {
///     name: "direction",
///     values: &["fixed", "0.1.0"],
///     preset: Some(Preset::V0),
///     meaning: "which way round",
/// }];
/// let mut rules = Rules::new(Preset::V0);
/// assert_eq!(rules.get(&OPTIONS[0]), "fixed");
/// rules.set(OPTIONS, "direction", "0.1.0")?;
/// assert_eq!(rules.get(&OPTIONS[0]), "0.1.0");
/// assert!(rules.set(OPTIONS, "directions", "0.1.0").is_err());
/// # Ok::<(), ljd_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The rules to start from.
    pub preset: Preset,
    options: BTreeMap<String, String>,
}

crate::names! {
    /// The two sets of rules that every corpus has.
    Preset {
        /// The published dataset's rules, quirks included, with its exact counts.
        V0 = "v0",
        /// Our own: nothing lost, nothing mangled.
        Clean = "clean",
    }
}

impl Preset {
    const KIND: &'static str = "preset";
}

/// A choice that one corpus offers beside the preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleOption {
    /// Its name in a recipe.
    pub name: &'static str,
    /// The values it may have, the usual one first.
    pub values: &'static [&'static str],
    /// The preset that it belongs to: by the other one it would decide nothing. `None` if it belongs to both.
    pub preset: Option<Preset>,
    /// What it decides.
    pub meaning: &'static str,
}

impl Rules {
    /// The preset as it is.
    pub fn new(preset: Preset) -> Self {
        Self { preset, options: BTreeMap::new() }
    }

    /// Chooses a value for an option, one of those that the corpus offers.
    ///
    /// # Errors
    ///
    /// Where the corpus has no such option under this preset, or the option no such value.
    pub fn set(
        &mut self,
        offered: &[RuleOption],
        name: &str,
        value: &str,
    ) -> Result<(), UnknownName> {
        let preset = self.preset;
        let is_ours =
            |option: &&RuleOption| option.preset.is_none_or(|belongs_to| belongs_to == preset);
        let known = || offered.iter().filter(is_ours);
        let option = known().find(|option| option.name == name).ok_or_else(|| {
            let is_others = offered.iter().any(|option| option.name == name);
            let kind = match preset {
                _ if !is_others => "rule",
                Preset::V0 => "v0 rule",
                Preset::Clean => "clean rule",
            };
            UnknownName::new(kind, name, known().map(|option| option.name))
        })?;
        if !option.values.contains(&value) {
            return Err(UnknownName::new("value", value, option.values.iter().copied()));
        }
        match option.values.first() {
            Some(usual) if *usual == value => self.options.remove(name),
            _ => self.options.insert(name.to_owned(), value.to_owned()),
        };
        Ok(())
    }

    /// The value chosen for an option, or its usual one.
    pub fn get<'a>(&'a self, option: &'a RuleOption) -> &'a str {
        let chosen = self.options.get(option.name).map(String::as_str);
        chosen.or(option.values.first().copied()).unwrap_or_default()
    }

    /// Whether every option has its usual value, so that the preset's expected count holds.
    pub fn is_plain(&self) -> bool {
        self.options.is_empty()
    }

    /// The options whose value is not the usual one.
    pub fn options(&self) -> &BTreeMap<String, String> {
        &self.options
    }
}

/// A number for a text that is the same in every build, to choose by where a random number would do.
///
/// ```
/// assert_eq!(ljd_core::stable_hash("T15/1/plain") % 100, 44);
/// ```
pub fn stable_hash(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
