//! Recipes and builds, on a corpus of the test's own.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and reads the small files that it made"
)]

/// What scores of translations are learnt from, and what they decide.
mod alignment;
/// What a build writes, keeps in order and refuses.
mod build;
/// Evaluation tasks, and the search for them in what is trained on.
mod evaluation;
/// What is dropped, sampled and held out.
mod quality;
/// What a recipe may say.
mod recipe;
/// Counting tokens with a file that the user names.
mod tokens;
