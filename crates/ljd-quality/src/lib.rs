//! Quality of instruction-tuning records: filters that know records and no corpus.
//!
//! A [`Rule`] repairs a record or drops it. Most look at one record alone ([`Filters`], pure functions, on
//! any thread); the others compare it with the records before it or with evaluation data.

mod alignment;
mod contamination;
mod duplicates;
mod fields;
mod hygiene;
mod judge;
mod language;
mod near;
mod normal;
mod pairs;
mod personal;
mod profile;
mod rule;
#[cfg(test)]
mod testing;

pub use crate::alignment::{Alignment, Learner, Pair};
pub use crate::contamination::{Evaluation, sentence};
pub use crate::duplicates::{CompareRules, Key, Seen};
pub use crate::near::{NearSeen, Signature};
pub use crate::normal::Normal;
pub use crate::rule::{Filters, Rule, Scope, Scopes};

/// The example of the README is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
