//! One training example, and where it comes from.

use std::borrow::Cow;

use crate::License;

/// One training example: what is asked, what is answered, and its provenance.
///
/// It borrows from the chunk it was read from wherever it can, and from its [`Source`], so that no
/// record exists without a licence and millions of them cost no allocation each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// Unique within the source and the same in every build: `303697_100000/ja-en`.
    pub id: Cow<'a, str>,
    /// What the example teaches.
    pub task: Task,
    /// Language of what is asked about.
    pub source_language: Language,
    /// Language of the answer.
    pub target_language: Language,
    /// What the model is asked to do.
    pub instruction: Cow<'a, str>,
    /// What it is to be done with; empty where the instruction says it all.
    pub input: Cow<'a, str>,
    /// The answer.
    pub output: Cow<'a, str>,
    /// Earlier turns of a dialogue, oldest first; empty for a single turn.
    pub history: Vec<Turn<'a>>,
    /// The part of the origin that the text was published in.
    pub split: Split,
    /// The origin's own label for the example.
    pub category: Option<Cow<'a, str>>,
    /// Page, DOI or sentence that the text comes from.
    pub url: Option<Cow<'a, str>>,
    /// Credit that is enough by itself when the record stands alone.
    pub attribution: Cow<'a, str>,
    /// The corpus and its licence.
    pub source: &'a Source,
}

/// Where records come from: the part of a manifest that every record carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the corpus: lower case, hyphens.
    pub name: String,
    /// Licence of the text.
    pub license: License,
    /// Credit for records that have no closer one of their own.
    pub attribution: String,
}

/// One utterance of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'a> {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Cow<'a, str>,
}

/// Writes an enum whose values are names, with `as_str` and a list of all of them.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name as it stands in the output.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The value of that name.
            ///
            /// # Errors
            ///
            /// [`UnknownName`](crate::UnknownName) where no value has that name.
            pub fn parse(name: &str) -> Result<Self, crate::UnknownName> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name).ok_or_else(|| {
                    let known = Self::ALL.iter().map(|value| value.as_str());
                    crate::UnknownName::new($name::KIND, name, known)
                })
            }
        }
    };
}

names! {
    /// What an example teaches.
    Task {
        /// A sentence or text into another language.
        Translation = "translation",
        /// A sentence in plainer words.
        Simplification = "simplification",
        /// What a word means.
        Definition = "definition",
        /// The title of a text.
        TitleGeneration = "title-generation",
        /// The abstract that belongs to a title.
        AbstractGeneration = "abstract-generation",
    }
}

names! {
    /// A language by its ISO 639-1 code.
    Language {
        /// Japanese.
        Ja = "ja",
        /// English.
        En = "en",
    }
}

names! {
    /// The part of the origin that a text was published in.
    Split {
        /// For training.
        Train = "train",
        /// For choosing among models; evaluation data.
        Validation = "validation",
        /// For measuring; evaluation data.
        Test = "test",
        /// The origin has no parts.
        Whole = "whole",
    }
}

names! {
    /// Who speaks in a dialogue.
    Role {
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
    }
}

impl Task {
    const KIND: &'static str = "task";
}

impl Language {
    const KIND: &'static str = "language";
}

impl Split {
    const KIND: &'static str = "split";
}

impl Role {
    const KIND: &'static str = "role";
}
