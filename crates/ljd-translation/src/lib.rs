//! Japanese–English corpora of sentence pairs as records of the task *translation*.
//!
//! | corpus | pairs | what it is |
//! |---|---|---|
//! | [`Coursera`] | 53,166 | lectures, sentence by sentence, with an official split |
//! | [`Manythings`] | 76,428 (2021-06) | Tatoeba pairs as manythings.org packs them |
//! | [`Tanaka`] | 147,893 | the EDRDG's edition of the Tanaka Corpus |
//! | [`Jesc`] | 2,801,388 | film subtitles |
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

mod coursera;
mod jesc;
mod manythings;
mod pair;
mod tanaka;

use ljd_core::Corpus;

pub use crate::coursera::Coursera;
pub use crate::jesc::Jesc;
pub use crate::manythings::Manythings;
pub use crate::tanaka::Tanaka;

/// Every corpus of the family.
pub const CORPORA: &[&dyn Corpus] = &[&Coursera, &Manythings, &Tanaka, &Jesc];
