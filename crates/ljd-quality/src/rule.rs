//! The rules by their names, and what each of them does to a record.

use std::collections::BTreeMap;

use ljd_core::Record;
use serde::Deserialize;

use crate::profile::Profiles;
use crate::{hygiene, language, pairs, personal};

ljd_core::names! {
    /// A rule of quality: it repairs a record or drops it.
    ///
    /// Rules are applied in the order of this list, each to what the ones before it left.
    #[non_exhaustive]
    Rule {
        /// Brings the text into Unicode's normalisation form C.
        Nfc = "nfc",
        /// Replaces HTML entities that are left by their characters.
        Entities = "entities",
        /// Takes out control and zero-width characters and stray byte order marks.
        Controls = "controls",
        /// Trims fields, and lines at their ends.
        WhiteSpace = "white-space",
        /// Replaces e-mail addresses by `[メールアドレス]`, in English text by `[email]`.
        MaskEmail = "mask-email",
        /// Replaces telephone numbers by `[電話番号]`, in English text by `[phone number]`.
        MaskTelephone = "mask-telephone",
        /// Drops records with an e-mail address.
        Email = "email",
        /// Drops records with a telephone number.
        Telephone = "telephone",
        /// Puts in the quotation mark that a line lost before its first word, where it can stand nowhere else.
        OpeningMark = "opening-mark",
        /// Drops records without an instruction or an output, and translations that lack a side.
        Empty = "empty",
        /// Drops records with text that was decoded wrongly.
        Mojibake = "mojibake",
        /// Drops records with a bracket or a quotation mark that has no other half.
        Brackets = "brackets",
        /// Drops records with the same punctuation over and over.
        Punctuation = "punctuation",
        /// Drops records whose Japanese side is not Japanese.
        Japanese = "japanese",
        /// Drops records whose English side is not English.
        English = "english",
        /// Drops translations one side of which is the other one.
        Copy = "copy",
        /// Drops translations with a long piece of the source in the output.
        Untranslated = "untranslated",
        /// Drops translations whose sides differ too much in length.
        Length = "length",
        /// Drops translations whose sides have different numbers.
        Numbers = "numbers",
        /// Drops translations whose sides do not say the same, by the words that translate each other.
        Alignment = "alignment",
        /// Drops records with text of evaluation data.
        Contamination = "contamination",
        /// Drops records that stand in the dataset already.
        Duplicate = "duplicate",
        /// Drops records with a prompt that is answered otherwise in the dataset already. A sentence has many right
        /// translations and simplifications: these are left to [`Rule::MostAnswers`].
        Conflict = "conflict",
        /// Drops records with a prompt that has as many answers in the dataset as the recipe allows.
        MostAnswers = "most-answers",
        /// Drops records that differ little from one that stands in the dataset already.
        NearDuplicate = "near-duplicate",
    }
}

impl Rule {
    const KIND: &'static str = "rule of quality";

    /// Whether it changes a record and keeps it.
    pub const fn repairs(self) -> bool {
        matches!(
            self,
            Self::Nfc
                | Self::Entities
                | Self::Controls
                | Self::WhiteSpace
                | Self::MaskEmail
                | Self::MaskTelephone
                | Self::OpeningMark
        )
    }

    /// Whether it looks at one record alone; the others compare it with other records or with what these teach.
    pub const fn is_alone(self) -> bool {
        !matches!(
            self,
            Self::Alignment
                | Self::Contamination
                | Self::Duplicate
                | Self::Conflict
                | Self::MostAnswers
                | Self::NearDuplicate
        )
    }

    /// Repairs the record, and says whether there was anything to repair.
    pub(crate) fn repair(self, record: &mut Record<'_>) -> bool {
        match self {
            Self::Nfc => hygiene::nfc(record),
            Self::Entities => hygiene::entities(record),
            Self::Controls => hygiene::controls(record),
            Self::WhiteSpace => hygiene::white_space(record),
            Self::MaskEmail => personal::mask_email(record),
            Self::MaskTelephone => personal::mask_telephone(record),
            Self::OpeningMark => hygiene::opening_mark(record),
            _ => false,
        }
    }

    /// Whether the record is to be dropped.
    pub(crate) fn drops(self, record: &Record<'_>, profiles: &Profiles) -> bool {
        match self {
            Self::Email => personal::has_email(record),
            Self::Telephone => personal::has_telephone(record),
            Self::Empty => hygiene::is_empty(record),
            Self::Mojibake => hygiene::is_mojibake(record),
            Self::Brackets => hygiene::has_half_a_pair(record),
            Self::Punctuation => hygiene::repeats_punctuation(record),
            Self::Japanese => language::lacks_japanese(record, profiles),
            Self::English => language::lacks_english(record, profiles),
            Self::Copy => pairs::is_copy(record),
            Self::Untranslated => pairs::has_untranslated(record),
            Self::Length => pairs::differs_in_length(record),
            Self::Numbers => pairs::differs_in_numbers(record),
            _ => false,
        }
    }
}

/// The corpora that a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All of them.
    All,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

impl Scope {
    /// Whether a corpus is among them.
    pub fn has(&self, corpus: &str) -> bool {
        let among = |names: &[String]| names.iter().any(|name| name == corpus);
        match self {
            Self::All => true,
            Self::Only(names) => among(names),
            Self::Except(names) => !among(names),
        }
    }

    /// The corpora that it names.
    pub fn names(&self) -> &[String] {
        match self {
            Self::All => &[],
            Self::Only(names) | Self::Except(names) => names,
        }
    }
}

/// The rules that are on, with their corpora: the `quality` of a recipe.
///
/// ```
/// use ljd_quality::{Rule, Scope, Scopes};
///
/// let scopes = Scopes::from([(Rule::Brackets, Scope::Except(vec!["aozora".to_owned()]))]);
/// assert!(scopes[&Rule::Brackets].has("jesc") && !scopes[&Rule::Brackets].has("aozora"));
/// ```
pub type Scopes = BTreeMap<Rule, Scope>;

/// The rules for one corpus that look at one record alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    rules: Vec<Rule>,
}

impl Filters {
    /// The rules that are on for a corpus.
    pub fn new(scopes: &Scopes, corpus: &str) -> Self {
        let on = scopes.iter().filter(|(rule, scope)| rule.is_alone() && scope.has(corpus));
        Self { rules: on.map(|(rule, _)| *rule).collect() }
    }

    /// Repairs a record, telling `repaired` by which rules.
    ///
    /// # Errors
    ///
    /// The first rule that drops it.
    pub fn apply(
        &self,
        record: &mut Record<'_>,
        mut repaired: impl FnMut(Rule),
    ) -> Result<(), Rule> {
        if self.rules.is_empty() {
            return Ok(());
        }
        let mut profiles = Profiles::of(record);
        for rule in &self.rules {
            if profiles.rule_out(*rule, record) {
                continue;
            }
            if rule.repairs() {
                if rule.repair(record) {
                    repaired(*rule);
                    profiles = Profiles::of(record);
                }
            } else if rule.drops(record, &profiles) {
                return Err(*rule);
            }
        }
        Ok(())
    }
}
