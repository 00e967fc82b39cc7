//! The workspace from outside: the command as a user runs it, on the fixtures and on real files.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and reads small files whose shape it knows"
)]

/// Fetching, listing and verifying files.
mod files;
/// The output folder: what is replaced, what never is.
mod folders;
/// The rules of the house, as far as code can hold them.
mod house;
mod literature;
/// Damaged copies of the fixtures.
mod mutate;
/// Corpora of one's own, by their manifests alone.
mod own;
/// Packed fixtures and samples, next to what they were packed from.
mod packed;
/// Records of v0 as its authors published them.
mod published_records;
/// Publishers on this machine, from which a user fetches.
mod publishers;
/// The published corpora, where they lie beside the project.
mod real;
/// Recipes and their releases, as a user builds them.
mod recipes;
/// What is refused, with which words and which exit code.
mod refuse;
/// The recipe `sample`, and all fixtures by the same rules.
mod sample;
/// A dataset in steps and in parts, next to one that is built at once.
mod scale;
/// Looking at records, and at the command itself.
mod show;
/// Ctrl-C and `kill`.
#[cfg(unix)]
mod signals;
/// Running the command and reading what it wrote.
mod support;
/// v0 next to what was published.
mod v0;
/// Verifying finished datasets, forged ones among them.
mod verify;
/// Wikitext, on the tests of MediaWiki and on whole dumps.
mod wikitext;
/// What wordings say, held to the records that have them.
mod wordings;
