//! Japanese dialogues and instructions as instruction-tuning records.
//!
//! | corpus | records by v0's rules | what it is |
//! |---|---:|---|
//! | [`Jmrd`] | 260 | films recommended in conversation; v0 took descriptions of the films only |
//! | [`Alpaca`] | 52,002 | Stanford Alpaca in Japanese: non-commercial |
//! | [`Dolly`] | 15,015 | Databricks' Dolly in Japanese |
//! | [`RealPersonaChat`] | not in v0 | small talk of two people, with what they say of themselves |
//!
//! ```no_run
//! use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, read_records};
//! use ljd_dialogue::Jmrd;
//!
//! let raw = Raw::new("raw".into(), Manifest::parse(Jmrd.manifest(), "jmrd.json")?);
//! raw.check()?;
//! read_records(&Jmrd, &raw, &Rules::new(Preset::Clean), &mut |record| {
//!     println!("{} turns, then {}", record.history.len(), record.output);
//! })?;
//! # Ok::<(), ljd_core::Error>(())
//! ```

mod alpaca;
mod dolly;
mod instruction;
mod jmrd;
mod real_persona_chat;

use ljd_core::Corpus;

pub use crate::alpaca::Alpaca;
pub use crate::dolly::Dolly;
pub use crate::jmrd::Jmrd;
pub use crate::real_persona_chat::RealPersonaChat;

/// The ways in which the instructions of this family may be worded.
const PHRASINGS: &str = include_str!("../phrasings.json");

/// Every corpus of the family.
pub const CORPORA: &[&dyn Corpus] = &[&Jmrd, &Alpaca, &Dolly, &RealPersonaChat];
