//! The licences that sources are under, with their texts and what they ask for.
//!
//! The list is closed: a licence that is not in it cannot be named in a manifest, so no record can be
//! under terms whose text we do not ship.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::UnknownName;

/// A licence by its SPDX id, or by a `LicenseRef-` where SPDX has none.
///
/// ```
/// use ljd_core::{License, LicenseProperty};
///
/// let license = License::parse("CC-BY-SA-4.0")?;
/// assert!(license.has(LicenseProperty::ShareAlike));
/// assert!(License::parse("CC-BY-SA-5.0").is_err());
/// # Ok::<(), ljd_core::UnknownName>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct License(&'static Terms);

#[derive(Debug, PartialEq, Eq)]
struct Terms {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    text: &'static str,
    properties: &'static [LicenseProperty],
}

/// Credit and nothing else.
const ATTRIBUTION: &[LicenseProperty] = &[LicenseProperty::Attribution];

static KNOWN: &[Terms] = &[
    Terms {
        id: "Apache-2.0",
        name: "Apache License 2.0",
        url: "https://www.apache.org/licenses/LICENSE-2.0",
        text: include_str!("../licenses/Apache-2.0.txt"),
        properties: ATTRIBUTION,
    },
    Terms {
        id: "CC-BY-2.5",
        name: "Creative Commons Attribution 2.5 Generic",
        url: "https://creativecommons.org/licenses/by/2.5/",
        text: include_str!("../licenses/CC-BY-2.5.txt"),
        properties: ATTRIBUTION,
    },
    Terms {
        id: "CC-BY-4.0",
        name: "Creative Commons Attribution 4.0 International",
        url: "https://creativecommons.org/licenses/by/4.0/",
        text: include_str!("../licenses/CC-BY-4.0.txt"),
        properties: ATTRIBUTION,
    },
    Terms {
        id: "CC-BY-NC-4.0",
        name: "Creative Commons Attribution Non Commercial 4.0 International",
        url: "https://creativecommons.org/licenses/by-nc/4.0/",
        text: include_str!("../licenses/CC-BY-NC-4.0.txt"),
        properties: &[LicenseProperty::Attribution, LicenseProperty::NonCommercial],
    },
    Terms {
        id: "CC-BY-SA-3.0",
        name: "Creative Commons Attribution Share Alike 3.0 Unported",
        url: "https://creativecommons.org/licenses/by-sa/3.0/",
        text: include_str!("../licenses/CC-BY-SA-3.0.txt"),
        properties: &[LicenseProperty::Attribution, LicenseProperty::ShareAlike],
    },
    Terms {
        id: "CC-BY-SA-4.0",
        name: "Creative Commons Attribution Share Alike 4.0 International",
        url: "https://creativecommons.org/licenses/by-sa/4.0/",
        text: include_str!("../licenses/CC-BY-SA-4.0.txt"),
        properties: &[LicenseProperty::Attribution, LicenseProperty::ShareAlike],
    },
    Terms {
        id: "LicenseRef-AIO-abc",
        name: "Questions of abc and EQIDEN, for research only",
        url: "https://github.com/cl-tohoku/quiz-datasets",
        text: include_str!("../licenses/LicenseRef-AIO-abc.txt"),
        properties: &[
            LicenseProperty::Attribution,
            LicenseProperty::NonCommercial,
            LicenseProperty::NoRedistribution,
        ],
    },
    Terms {
        id: "LicenseRef-CC-BY-2.0-FR",
        name: "Creative Commons Attribution 2.0 France",
        url: "https://creativecommons.org/licenses/by/2.0/fr/",
        text: include_str!("../licenses/LicenseRef-CC-BY-2.0-FR.txt"),
        properties: ATTRIBUTION,
    },
    Terms {
        id: "LicenseRef-PublicDomain",
        name: "Public domain in Japan",
        url: "https://www.aozora.gr.jp/guide/kijyunn.html",
        text: include_str!("../licenses/LicenseRef-PublicDomain.txt"),
        properties: &[],
    },
    Terms {
        id: "LicenseRef-WordNet-ja",
        name: "Japanese WordNet licence",
        url: "https://bond-lab.github.io/wnja/license.txt",
        text: include_str!("../licenses/LicenseRef-WordNet-ja.txt"),
        properties: ATTRIBUTION,
    },
];

impl License {
    /// Every licence that a source may be under.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(Self)
    }

    /// The licence of that id.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] where the list holds no such id.
    pub fn parse(id: &str) -> Result<Self, UnknownName> {
        Self::all()
            .find(|license| license.id() == id)
            .ok_or_else(|| UnknownName::new("licence", id, KNOWN.iter().map(|terms| terms.id)))
    }

    /// SPDX id, or `LicenseRef-…`.
    pub const fn id(self) -> &'static str {
        self.0.id
    }

    /// Name for people.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Address of the licence's own page.
    pub fn url(self) -> &'static str {
        self.0.url
    }

    /// The whole text, verbatim.
    pub fn text(self) -> &'static str {
        self.0.text
    }

    /// Whether it asks for or refuses that.
    pub fn has(self, property: LicenseProperty) -> bool {
        self.0.properties.contains(&property)
    }
}

crate::names! {
    /// Something that a licence asks for or refuses, by which a recipe can refuse sources.
    #[non_exhaustive]
    LicenseProperty {
        /// The author must be credited.
        Attribution = "attribution",
        /// What is made of the text must be under the same licence.
        ShareAlike = "share-alike",
        /// Commercial use is refused.
        NonCommercial = "non-commercial",
        /// Passing the text on is refused.
        NoRedistribution = "no-redistribution",
    }
}

impl LicenseProperty {
    const KIND: &'static str = "property of a licence";
}

impl fmt::Debug for License {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "License({})", self.id())
    }
}

impl fmt::Display for License {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl<'de> Deserialize<'de> for License {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Self::parse(&id).map_err(de::Error::custom)
    }
}
