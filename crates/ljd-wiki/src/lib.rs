//! Japanese Wikipedia and Wikinews as instruction-tuning records, and the readers that this takes.
//!
//! | corpus | records by v0's rules | what it is |
//! |---|---:|---|
//! | [`Wikipedia`] | 1,347,381 | the lead of each article |
//! | [`Wikinews`] | 4,265 | news articles with their headlines |
//! | [`Jwtd`] | 702,756 | sentences of Wikipedia before and after a correction |
//!
//! [`pages`] reads MediaWiki dumps and [`markup`] makes plain text of their pages; both can be used alone.
//!
//! ```
//! use ljd_wiki::markup::{Options, Wiki};
//!
//! let text = Wiki::japanese().text("'''[[雨]]'''は{{lang|ja|水}}である。", &Options::default()).text;
//! assert_eq!(text, "雨は水である。");
//! ```

mod dump;
mod entities;
mod jwtd;
pub mod markup;
pub mod pages;
mod wikiextractor;
mod wikinews;
mod wikipedia;

use ljd_core::Corpus;

pub use crate::jwtd::Jwtd;
pub use crate::wikinews::Wikinews;
pub use crate::wikipedia::Wikipedia;

/// The ways in which the instructions of this family may be worded.
const PHRASINGS: &str = include_str!("../phrasings.json");

/// Every corpus of the family.
pub const CORPORA: &[&dyn Corpus] = &[&Wikipedia, &Wikinews, &Jwtd];
