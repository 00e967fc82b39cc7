//! Downloads from a server on this machine that behaves as servers do, well and badly.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and reads the small files that it made"
)]

/// One file from one server or several.
mod download;
/// Servers that lie, and what lies in a download's way.
mod hostile;
/// A hub of datasets, with one that is gated.
mod hub;
/// Processes that are killed, and that find a proxy in their environment.
mod process;
/// What publishers state of their files, and what nobody is told of an address.
mod published;
/// The server.
mod server;
/// What is known of files that are there.
mod there;
