//! Languages by their BCP 47 tags.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, de};

use crate::UnknownName;

/// A language by its BCP 47 tag: Japanese and English by name, any other one by the tag alone.
///
/// ```
/// use ljd_core::Language;
///
/// assert_eq!(Language::parse("ja")?, Language::Ja);
/// assert_eq!(Language::parse("zh-hant-tw")?.as_str(), "zh-Hant-TW");
/// assert!(Language::parse("Japanese language").is_err());
/// # Ok::<(), ljd_core::UnknownName>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
    /// Another language.
    Other(LanguageTag),
}

/// The tag of a language that is neither `ja` nor `en`, made by [`Language::parse`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(&'static str);

/// The tags met so far: each different one is kept once, for the rest of the process.
static TAGS: Mutex<Vec<LanguageTag>> = Mutex::new(Vec::new());

/// The longest tag, in bytes: what RFC 5646 (section 4.4.1) asks every program to take.
const LONGEST: usize = 35;

impl Language {
    /// The languages that a recipe takes which names none.
    pub const USUAL: &[Self] = &[Self::Ja, Self::En];

    /// The tag, in the case that RFC 5646 recommends.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
            Self::Other(tag) => tag.0,
        }
    }

    /// The language of that tag, in upper or lower case.
    ///
    /// It is held to the form of a tag, not to the registry of subtags.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] where it is not formed as a tag.
    pub fn parse(tag: &str) -> Result<Self, UnknownName> {
        if !is_formed(tag) {
            return Err(UnknownName::new("language", tag, ["ja", "en", "any other BCP 47 tag"]));
        }
        Ok(match in_case(tag).as_str() {
            "ja" => Self::Ja,
            "en" => Self::En,
            other => Self::Other(kept(other)),
        })
    }
}

/// Letters for the language, or `x` for private use; then subtags of up to 8 letters and digits, where one of a single
/// character is followed by a longer one.
fn is_formed(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    let is_language = (2..=8).contains(&language.len()) || language.eq_ignore_ascii_case("x");
    let are_letters = language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let fits = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let lengths = || tag.split('-').map(str::len);
    let is_followed =
        lengths().zip(lengths().skip(1).chain([1])).all(|(one, next)| 1 < one || 1 < next);
    tag.len() <= LONGEST && is_language && are_letters && tag.split('-').all(fits) && is_followed
}

/// Regions of two letters in upper case, scripts of four with a capital, all else in lower case; behind a single
/// character all is in lower case (RFC 5646, section 2.1.1).
fn in_case(tag: &str) -> String {
    let (mut text, mut is_plain) = (String::with_capacity(tag.len()), true);
    for (i, subtag) in tag.split('-').enumerate() {
        if 0 < i {
            text.push('-');
        }
        let lower = subtag.to_ascii_lowercase();
        match (is_plain && 0 < i, subtag.len()) {
            (true, 2) => text.push_str(&lower.to_ascii_uppercase()),
            (true, 4) => text.extend(
                lower
                    .chars()
                    .enumerate()
                    .map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c }),
            ),
            _ => text.push_str(&lower),
        }
        is_plain &= subtag.len() != 1;
    }
    text
}

fn kept(tag: &str) -> LanguageTag {
    let mut tags = TAGS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = tags.iter().find(|known| known.0 == tag) {
        return *known;
    }
    let new = LanguageTag(tag.to_owned().leak());
    tags.push(new);
    new
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Self::parse(&tag).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_written_in_one_way() {
        for (tag, written) in [
            ("JA", "ja"),
            ("en", "en"),
            ("en-us", "en-US"),
            ("ZH-HANT-tw", "zh-Hant-TW"),
            ("ja-Latn-hepburn", "ja-Latn-hepburn"),
            ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
            ("x-whatever", "x-whatever"),
            ("es-419", "es-419"),
        ] {
            assert_eq!(Language::parse(tag).unwrap().as_str(), written);
        }
        assert_eq!(Language::parse("fr"), Language::parse("FR"));
        assert_eq!(Language::parse("JA"), Ok(Language::Ja));
    }

    #[test]
    fn what_is_not_formed_as_a_tag_is_none() {
        for text in [
            "",
            "j",
            "x",
            "-",
            "ja-",
            "-ja",
            "ja--JP",
            "ja_JP",
            "日本語",
            "j4",
            "languages",
            "ja-u",
            "ja-u-x",
            "ja-123456789",
        ] {
            assert!(Language::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_tag_has_at_most_35_bytes() {
        let longest = "aa-12345678-12345678-12345678-12345";
        assert_eq!(longest.len(), LONGEST);
        assert!(Language::parse(longest).is_ok());
        assert!(Language::parse(&format!("{longest}6")).is_err());
    }
}
