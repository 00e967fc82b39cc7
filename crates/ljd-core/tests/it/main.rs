//! The readers on bytes of every kind, and what manifests may say.
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

/// Cutting arrays of objects.
mod json;
/// Cutting files of lines into chunks.
mod lines;
/// What a manifest may say and what is refused.
mod manifest;
/// Rows with CSV quoting, against the `csv` crate on the whole text.
mod quoted;
mod raw;
