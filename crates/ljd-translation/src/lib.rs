//! Japanese–English corpora as records of translation, and of what else their texts can teach.
//!
//! | corpus | pairs | what it is |
//! |---|---|---|
//! | [`Coursera`] | 53,166 | lectures, sentence by sentence, with an official split |
//! | [`Manythings`] | 76,428 (2021-06) | Tatoeba pairs as manythings.org packs them |
//! | [`Tanaka`] | 147,893 | the EDRDG's edition of the Tanaka Corpus |
//! | [`Jesc`] | 2,801,388 | film subtitles |
//! | [`Alt`] | 20,106 | Wikinews articles, with an official split |
//! | [`Wordnet`] | 135,692 + 48,276 | definitions and examples; the meanings of 93,834 words |
//! | [`Snow`] | 85,000 | sentences in plain Japanese, 35,000 of them with English |
//! | [`Paranatcom`] | 507 | titles and abstracts of papers, with titles and abstracts to be made of each other |
//!
//! Every pair gives two records, one a direction. With [`Preset::V0`](ljd_core::Preset::V0) all pairs of
//! one direction come first, as the published dataset has them; with
//! [`Preset::Clean`](ljd_core::Preset::Clean) the two records of a pair follow each other.
//!
//! ```no_run
//! use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, read_records};
//! use ljd_translation::Tanaka;
//!
//! let manifest = Manifest::parse(Tanaka.manifest(), "tanaka.json")?;
//! let raw = Raw::new("raw".into(), manifest);
//! raw.check()?;
//! read_records(&Tanaka, &raw, &Rules::new(Preset::Clean), &mut |record| {
//!     println!("{} → {}", record.input, record.output);
//! })?;
//! # Ok::<(), ljd_core::Error>(())
//! ```

mod alt;
mod coursera;
mod jesc;
mod manythings;
mod markup;
mod pair;
mod pairs;
mod paranatcom;
mod sheet;
mod snow;
mod spacing;
mod tanaka;
mod tsv;
mod wordnet;

use ljd_core::Corpus;

pub use crate::alt::Alt;
pub use crate::coursera::Coursera;
pub use crate::jesc::Jesc;
pub use crate::manythings::Manythings;
pub use crate::pair::SentencePair;
pub use crate::pairs::Pairs;
pub use crate::paranatcom::Paranatcom;
pub use crate::snow::Snow;
pub use crate::tanaka::Tanaka;
pub use crate::wordnet::Wordnet;

/// The ways in which the instructions of this family may be worded.
const PHRASINGS: &str = include_str!("../phrasings.json");

/// Every corpus of the family.
pub const CORPORA: &[&dyn Corpus] =
    &[&Coursera, &Paranatcom, &Manythings, &Alt, &Tanaka, &Wordnet, &Snow, &Jesc];
