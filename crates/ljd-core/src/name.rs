//! Names out of a closed list: what was written, and what was probably meant.

use std::fmt;

/// A name that is not in the list it has to come from, with the nearest one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// What the name should have been: "corpus", "licence", "rule", …
    pub kind: &'static str,
    /// The name as it was written.
    pub name: String,
    /// The names that would have been right.
    pub known: Vec<String>,
}

impl UnknownName {
    /// A name of the given kind that is not among `known`.
    pub fn new<'a>(
        kind: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known = known.into_iter().map(str::to_owned).collect();
        Self { kind, name: name.to_owned(), known }
    }

    /// The known name that is written most alike, unless none is.
    ///
    /// ```
    /// let error = ljd_core::UnknownName::new("corpus", "tanak", ["jesc", "tanaka"]);
    /// assert_eq!(error.nearest(), Some("tanaka"));
    /// ```
    pub fn nearest(&self) -> Option<&str> {
        let (distance, nearest) = self
            .known
            .iter()
            .map(|known| (strsim::damerau_levenshtein(known, &self.name), known))
            .min()?;
        (distance <= nearest.chars().count() / 2).then_some(nearest)
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`", self.kind, self.name)?;
        match self.nearest() {
            Some(nearest) => write!(f, ", did you mean `{nearest}`?"),
            None if self.known.is_empty() => write!(f, ": there are none"),
            None => write!(f, ", known are: {}", self.known.join(", ")),
        }
    }
}

impl std::error::Error for UnknownName {}

/// Writes an enum whose values are names: with `as_str`, `meaning`, `parse`, a list of all of them, and read by serde.
///
/// ```
/// ljd_core::names! {
///     /// What falls.
///     Weather {
///         /// Water.
///         Rain = "rain",
///         /// Ice.
///         Snow = "snow",
///     }
/// }
///
/// impl Weather {
///     const KIND: &'static str = "weather";
/// }
///
/// assert_eq!(Weather::parse("snow")?, Weather::Snow);
/// assert_eq!(Weather::Snow.meaning(), "Ice");
/// assert_eq!(Weather::parse("snew").unwrap_err().nearest(), Some("snow"));
/// # Ok::<(), ljd_core::UnknownName>(())
/// ```
#[macro_export]
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $meaning:literal])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $meaning])* $variant,)* }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                Self::parse(&name).map_err(serde::de::Error::custom)
            }
        }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name as it stands in the output.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What it means, in a sentence: the first one of its documentation.
            pub fn meaning(self) -> &'static str {
                let meaning = match self { $(Self::$variant => concat!($($meaning),*),)* }.trim_start();
                meaning.split_once(". ").map_or(meaning, |(first, _)| first).trim_end_matches('.')
            }

            /// The value of that name.
            ///
            /// # Errors
            ///
            /// [`UnknownName`]($crate::UnknownName) where no value has that name.
            pub fn parse(name: &str) -> Result<Self, $crate::UnknownName> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name).ok_or_else(|| {
                    let known = Self::ALL.iter().map(|value| value.as_str());
                    $crate::UnknownName::new($name::KIND, name, known)
                })
            }
        }
    };
}
