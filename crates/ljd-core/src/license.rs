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
/// use ljd_core::License;
///
/// let license = License::parse("CC-BY-SA-4.0")?;
/// assert!(license.share_alike() && license.attribution());
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
    share_alike: bool,
    attribution: bool,
    non_commercial: bool,
}

/// A licence that asks for credit and nothing else; the others say what differs.
const ATTRIBUTION: Terms = Terms {
    id: "",
    name: "",
    url: "",
    text: "",
    share_alike: false,
    attribution: true,
    non_commercial: false,
};

static KNOWN: &[Terms] = &[
    Terms {
        id: "Apache-2.0",
        name: "Apache License 2.0",
        url: "https://www.apache.org/licenses/LICENSE-2.0",
        text: include_str!("../licenses/Apache-2.0.txt"),
        ..ATTRIBUTION
    },
    Terms {
        id: "CC-BY-2.5",
        name: "Creative Commons Attribution 2.5 Generic",
        url: "https://creativecommons.org/licenses/by/2.5/",
        text: include_str!("../licenses/CC-BY-2.5.txt"),
        ..ATTRIBUTION
    },
    Terms {
        id: "CC-BY-4.0",
        name: "Creative Commons Attribution 4.0 International",
        url: "https://creativecommons.org/licenses/by/4.0/",
        text: include_str!("../licenses/CC-BY-4.0.txt"),
        ..ATTRIBUTION
    },
    Terms {
        id: "CC-BY-NC-4.0",
        name: "Creative Commons Attribution Non Commercial 4.0 International",
        url: "https://creativecommons.org/licenses/by-nc/4.0/",
        text: include_str!("../licenses/CC-BY-NC-4.0.txt"),
        non_commercial: true,
        ..ATTRIBUTION
    },
    Terms {
        id: "CC-BY-SA-3.0",
        name: "Creative Commons Attribution Share Alike 3.0 Unported",
        url: "https://creativecommons.org/licenses/by-sa/3.0/",
        text: include_str!("../licenses/CC-BY-SA-3.0.txt"),
        share_alike: true,
        ..ATTRIBUTION
    },
    Terms {
        id: "CC-BY-SA-4.0",
        name: "Creative Commons Attribution Share Alike 4.0 International",
        url: "https://creativecommons.org/licenses/by-sa/4.0/",
        text: include_str!("../licenses/CC-BY-SA-4.0.txt"),
        share_alike: true,
        ..ATTRIBUTION
    },
    Terms {
        id: "LicenseRef-CC-BY-2.0-FR",
        name: "Creative Commons Attribution 2.0 France",
        url: "https://creativecommons.org/licenses/by/2.0/fr/",
        text: include_str!("../licenses/LicenseRef-CC-BY-2.0-FR.txt"),
        ..ATTRIBUTION
    },
    Terms {
        id: "LicenseRef-WordNet-ja",
        name: "Japanese WordNet licence",
        url: "https://bond-lab.github.io/wnja/license.txt",
        text: include_str!("../licenses/LicenseRef-WordNet-ja.txt"),
        ..ATTRIBUTION
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
    pub fn id(self) -> &'static str {
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

    /// Whether what is made of the text must be under the same licence.
    pub fn share_alike(self) -> bool {
        self.0.share_alike
    }

    /// Whether the author must be credited.
    pub fn attribution(self) -> bool {
        self.0.attribution
    }

    /// Whether commercial use is refused.
    pub fn non_commercial(self) -> bool {
        self.0.non_commercial
    }
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
