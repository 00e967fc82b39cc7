//! The licences that sources are under, with their texts and what they ask for.
//!
//! The set is open: a manifest names a licence whose text is compiled in ([`License::all`]), or states the text of
//! another one ([`StatedLicense`]). So no record is under terms whose text a dataset could not ship.

mod compatible;
mod stated;

use std::fmt;
use std::sync::{Mutex, PoisonError};

pub use self::stated::{LicenseId, StatedLicense};
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

/// The licences that manifests have stated so far: each different one is kept once, for the rest of the process.
static STATED: Mutex<Vec<License>> = Mutex::new(Vec::new());

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
        id: "CC0-1.0",
        name: "Creative Commons Zero 1.0 Universal",
        url: "https://creativecommons.org/publicdomain/zero/1.0/",
        text: include_str!("../licenses/CC0-1.0.txt"),
        properties: &[],
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
    Terms {
        id: "MIT",
        name: "MIT License",
        url: "https://opensource.org/license/mit",
        text: include_str!("../licenses/MIT.txt"),
        properties: ATTRIBUTION,
    },
];

impl License {
    /// Every licence whose text is compiled in.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(Self)
    }

    /// The licence of that id, one of [`all`](Self::all).
    ///
    /// # Errors
    ///
    /// [`UnknownName`] where no text of that id is compiled in: see [`StatedLicense`].
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

    /// Whether it binds more than to credit: adaptations of the text then cannot be under any licence.
    pub fn is_binding(self) -> bool {
        self.0.properties.iter().any(|property| *property != LicenseProperty::Attribution)
    }

    /// Whether an adaptation of text under this licence may be passed on under the other one.
    ///
    /// ```
    /// use ljd_core::License;
    ///
    /// let [older, newer] = ["CC-BY-SA-3.0", "CC-BY-SA-4.0"].map(License::parse);
    /// let (older, newer) = (older?, newer?);
    /// assert!(older.may_become(newer) && !newer.may_become(older));
    /// # Ok::<(), ljd_core::UnknownName>(())
    /// ```
    pub fn may_become(self, other: Self) -> bool {
        self == other || !self.is_binding() || compatible::allows(self.id(), other.id())
    }

    /// The licence with those terms, which lives as long as the process.
    fn kept(terms: Terms) -> Self {
        let mut stated = STATED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = stated.iter().find(|known| *known.0 == terms) {
            return *known;
        }
        let license = Self(Box::leak(Box::new(terms)));
        stated.push(license);
        license
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
        /// Passing on what is made of the text is refused.
        NoDerivatives = "no-derivatives",
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
