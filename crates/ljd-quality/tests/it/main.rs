//! The rules from outside.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

/// How well the language of a line is told.
mod language;
/// How the time that rules take grows.
#[cfg(unix)]
mod linear;
/// What a recipe's rules do to a record.
mod rules;
