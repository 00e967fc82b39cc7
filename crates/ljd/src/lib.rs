//! The program `ljd` and what it is made of: every corpus, every command.
//!
//! [`run`] is the whole program, by whatever name it is called; [`Catalogue`] joins a recipe with the corpora that are
//! compiled in, their manifests and files.
//! Everything else is in the crates that this one joins: [`ljd_core`], [`ljd_export`], [`ljd_fetch`] and the families
//! of corpora.

mod bars;
mod catalogue;
mod cli;
mod compare;
mod dataset;
mod fetch;
mod hints;
mod inputs;
mod new_manifest;
mod sample;
mod scale;
mod show;
mod signals;
mod table;
mod terminal;
mod verify;

pub use crate::catalogue::{Catalogue, Newest, Setting, corpora};
pub use crate::cli::{run, run_with};
pub use crate::sample::Sample;
