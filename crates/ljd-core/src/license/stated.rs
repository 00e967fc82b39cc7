//! Licences that a manifest states: ids, and the text of one that is not compiled in.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ATTRIBUTION, License, LicenseProperty as Asks, Terms};
use crate::UnknownName;

/// What begins the id of a licence that SPDX does not have.
const OWN: &str = "LicenseRef-";

/// What SPDX licences ask for whose texts are not compiled in: a manifest states the text alone.
///
/// They are those that public corpora and their tools are under.
const SPDX: &[(&str, &[Asks])] = &[
    ("BSD-2-Clause", ATTRIBUTION),
    ("BSD-3-Clause", ATTRIBUTION),
    ("CC-BY-1.0", ATTRIBUTION),
    ("CC-BY-2.0", ATTRIBUTION),
    ("CC-BY-3.0", ATTRIBUTION),
    ("CC-BY-NC-2.0", NON_COMMERCIAL),
    ("CC-BY-NC-2.5", NON_COMMERCIAL),
    ("CC-BY-NC-3.0", NON_COMMERCIAL),
    ("CC-BY-NC-ND-2.0", NON_COMMERCIAL_NO_DERIVATIVES),
    ("CC-BY-NC-ND-2.5", NON_COMMERCIAL_NO_DERIVATIVES),
    ("CC-BY-NC-ND-3.0", NON_COMMERCIAL_NO_DERIVATIVES),
    ("CC-BY-NC-ND-4.0", NON_COMMERCIAL_NO_DERIVATIVES),
    ("CC-BY-NC-SA-2.0", NON_COMMERCIAL_SHARE_ALIKE),
    ("CC-BY-NC-SA-2.5", NON_COMMERCIAL_SHARE_ALIKE),
    ("CC-BY-NC-SA-3.0", NON_COMMERCIAL_SHARE_ALIKE),
    ("CC-BY-NC-SA-4.0", NON_COMMERCIAL_SHARE_ALIKE),
    ("CC-BY-ND-2.0", NO_DERIVATIVES),
    ("CC-BY-ND-2.5", NO_DERIVATIVES),
    ("CC-BY-ND-3.0", NO_DERIVATIVES),
    ("CC-BY-ND-4.0", NO_DERIVATIVES),
    ("CC-BY-SA-1.0", SHARE_ALIKE),
    ("CC-BY-SA-2.0", SHARE_ALIKE),
    ("CC-BY-SA-2.5", SHARE_ALIKE),
    ("CDLA-Permissive-1.0", ATTRIBUTION),
    ("CDLA-Permissive-2.0", ATTRIBUTION),
    ("CDLA-Sharing-1.0", SHARE_ALIKE),
    ("GFDL-1.2-only", SHARE_ALIKE),
    ("GFDL-1.2-or-later", SHARE_ALIKE),
    ("GFDL-1.3-only", SHARE_ALIKE),
    ("GFDL-1.3-or-later", SHARE_ALIKE),
    ("GPL-2.0-only", SHARE_ALIKE),
    ("GPL-2.0-or-later", SHARE_ALIKE),
    ("GPL-3.0-only", SHARE_ALIKE),
    ("GPL-3.0-or-later", SHARE_ALIKE),
    ("ISC", ATTRIBUTION),
    ("LGPL-2.1-or-later", SHARE_ALIKE),
    ("LGPL-3.0-or-later", SHARE_ALIKE),
    ("MPL-2.0", SHARE_ALIKE),
    ("ODC-By-1.0", ATTRIBUTION),
    ("ODbL-1.0", SHARE_ALIKE),
    ("PDDL-1.0", &[]),
    ("Unlicense", &[]),
];

const SHARE_ALIKE: &[Asks] = &[Asks::Attribution, Asks::ShareAlike];
const NON_COMMERCIAL: &[Asks] = &[Asks::Attribution, Asks::NonCommercial];
const NO_DERIVATIVES: &[Asks] = &[Asks::Attribution, Asks::NoDerivatives];
const NON_COMMERCIAL_SHARE_ALIKE: &[Asks] =
    &[Asks::Attribution, Asks::NonCommercial, Asks::ShareAlike];
const NON_COMMERCIAL_NO_DERIVATIVES: &[Asks] =
    &[Asks::Attribution, Asks::NonCommercial, Asks::NoDerivatives];

/// A licence as a manifest states it whose text is not compiled in.
///
/// ```
/// use ljd_core::{License, LicenseProperty, StatedLicense};
///
/// let license = License::stated(StatedLicense {
///     id: "LicenseRef-Rain".to_owned(),
///     name: "Rain licence".to_owned(),
///     url: "https://example.org/license".to_owned(),
///     text: "Name us, and do not sell it.".to_owned(),
///     asks_for: Some(vec![LicenseProperty::Attribution, LicenseProperty::NonCommercial]),
/// })?;
/// assert!(license.has(LicenseProperty::NonCommercial));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedLicense {
    /// SPDX id, or `LicenseRef-` and letters, digits, hyphens and full stops.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Address of the licence's own page.
    pub url: String,
    /// The whole text, verbatim.
    pub text: String,
    /// What it asks for or refuses. It has to be stated for a `LicenseRef-`; of an SPDX id it is known.
    #[serde(default)]
    pub asks_for: Option<Vec<Asks>>,
}

/// The id of a licence: one that is known by its SPDX id, or any `LicenseRef-`.
///
/// A recipe refuses licences by their ids, and a user accepts them so, before any text is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LicenseId(String);

impl LicenseId {
    /// The id, checked.
    ///
    /// ```
    /// use ljd_core::LicenseId;
    ///
    /// assert_eq!(LicenseId::parse("LicenseRef-Rain")?.as_str(), "LicenseRef-Rain");
    /// assert_eq!(LicenseId::parse("ODbL-2.0").unwrap_err().nearest(), Some("ODbL-1.0"));
    /// # Ok::<(), ljd_core::UnknownName>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnknownName`] where it is neither.
    pub fn parse(id: &str) -> Result<Self, UnknownName> {
        if is_own(id) || Self::known().any(|known| known == id) {
            return Ok(Self(id.to_owned()));
        }
        Err(UnknownName::new("licence", id, Self::known()))
    }

    /// The ids of which it is known what they ask for.
    pub fn known() -> impl Iterator<Item = &'static str> {
        License::all().map(License::id).chain(SPDX.iter().map(|(id, _)| *id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An id names a file of a dataset too, so it is made of few characters.
fn is_own(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let fits_all = |rest: &str| !rest.is_empty() && rest.chars().all(fits);
    id.strip_prefix(OWN).is_some_and(fits_all)
}

impl License {
    /// A licence whose text is not compiled in.
    ///
    /// # Errors
    ///
    /// What is wrong with it: an id that is compiled in or that SPDX does not have, an empty text, or an SPDX
    /// licence that is said to ask for something else.
    pub fn stated(license: StatedLicense) -> Result<Self, String> {
        let StatedLicense { id, name, url, text, asks_for } = license;
        if Self::parse(&id).is_ok() {
            return Err(format!("the text of `{id}` is compiled in: name it by its id alone"));
        }
        if text.trim().is_empty() {
            return Err(format!("the licence `{id}` has no `text`"));
        }
        let properties = properties(&id, asks_for)?;
        Ok(Self::kept(Terms {
            id: id.leak(),
            name: name.leak(),
            url: url.leak(),
            text: text.leak(),
            properties,
        }))
    }

    /// What a manifest stated of it; `None` where its text is compiled in.
    pub fn as_stated(self) -> Option<StatedLicense> {
        let is_compiled_in = Self::all().any(|known| known == self);
        let Terms { id, name, url, text, properties } = *self.0;
        (!is_compiled_in).then(|| StatedLicense {
            id: id.to_owned(),
            name: name.to_owned(),
            url: url.to_owned(),
            text: text.to_owned(),
            asks_for: Some(properties.to_vec()),
        })
    }
}

impl Serialize for Asks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

fn properties(id: &str, asks_for: Option<Vec<Asks>>) -> Result<&'static [Asks], String> {
    let known = SPDX.iter().find(|(known, _)| *known == id).map(|(_, properties)| *properties);
    match (known, asks_for) {
        (Some(known), None) => Ok(known),
        (Some(known), Some(stated)) if is_same(known, &stated) => Ok(known),
        (Some(known), Some(_)) => {
            let known: Vec<&str> = known.iter().map(|property| property.as_str()).collect();
            Err(format!("`{id}` asks for: {}; leave `asks_for` out", known.join(", ")))
        }
        (None, Some(stated)) if is_own(id) => Ok(stated.leak()),
        (None, None) if is_own(id) => {
            Err(format!("the licence `{id}` does not state what it `asks_for`"))
        }
        (None, _) => Err(UnknownName::new("licence", id, LicenseId::known()).to_string()),
    }
}

fn is_same(one: &[Asks], other: &[Asks]) -> bool {
    Asks::ALL.iter().all(|property| one.contains(property) == other.contains(property))
}

/// An id of a licence that is compiled in, or an object that states another one.
impl<'de> Deserialize<'de> for License {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdOrStated)
    }
}

struct IdOrStated;

impl<'de> Visitor<'de> for IdOrStated {
    type Value = License;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a licence: its id, or an object with `id`, `name`, `url`, `text` and `asks_for`",
        )
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<License, E> {
        License::parse(id).map_err(|unknown| match LicenseId::parse(id) {
            Ok(_known) => E::custom(format!(
                "the text of `{id}` is not compiled in: state it, as an object with `id`, `name`, `url` and `text`"
            )),
            Err(_unknown) => E::custom(unknown),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<License, A::Error> {
        let stated = StatedLicense::deserialize(MapAccessDeserializer::new(map))?;
        License::stated(stated).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<License, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    const RAIN: &str = r#"{ "id": "LicenseRef-Rain", "name": "Rain", "url": "https://example.org",
        "text": "Name us.", "asks_for": ["attribution"] }"#;

    #[test]
    fn an_own_licence_states_its_text_and_what_it_asks_for() {
        let license = read(RAIN).unwrap();
        assert_eq!((license.id(), license.text()), ("LicenseRef-Rain", "Name us."));
        assert!(license.has(Asks::Attribution) && !license.is_binding());
        assert_eq!(license, read(RAIN).unwrap());
        let stated = serde_json::to_string(&license.as_stated().unwrap()).unwrap();
        assert_eq!(license, read(&stated).unwrap());
        assert_eq!(License::parse("MIT").unwrap().as_stated(), None);
        assert_ne!(license, read(&RAIN.replace("Name us.", "Name them.")).unwrap());
    }

    #[test]
    fn an_spdx_licence_states_its_text_alone() {
        let json = RAIN.replace("LicenseRef-Rain", "ODbL-1.0");
        let error = read(&json).unwrap_err();
        assert!(error.contains("`ODbL-1.0` asks for: attribution, share-alike"), "{error}");
        let license = read(&json.replace(r#", "asks_for": ["attribution"]"#, "")).unwrap();
        assert!(license.has(Asks::ShareAlike));
    }

    #[test]
    fn what_is_wrong_with_a_licence_is_said() {
        for (from, to, what) in [
            ("LicenseRef-Rain", "CC0-1.0", "is compiled in"),
            ("LicenseRef-Rain", "ODbL-7", "did you mean `ODbL-1.0`?"),
            ("LicenseRef-Rain", "LicenseRef-", "unknown licence"),
            ("LicenseRef-Rain", "LicenseRef-../../x", "unknown licence"),
            ("Name us.", " ", "has no `text`"),
            (r#""attribution""#, r#""money""#, "unknown property of a licence `money`"),
            (r#", "asks_for": ["attribution"]"#, "", "does not state what it `asks_for`"),
        ] {
            let error = read(&RAIN.replace(from, to)).unwrap_err();
            assert!(error.contains(what), "{to}: {error}");
        }
        assert!(read(r#""ODbL-1.0""#).unwrap_err().contains("is not compiled in"));
        assert!(read(r#""CC-BY-SA-5.0""#).unwrap_err().contains("did you mean"));
    }

    #[test]
    fn an_id_is_in_one_list() {
        let mut known: Vec<_> = LicenseId::known().collect();
        let n = known.len();
        known.sort_unstable();
        known.dedup();
        assert_eq!(n, known.len());
    }
}
