//! The published files of corpora on disk: downloaded, resumed, checked, never half written.
//!
//! A manifest names files with their addresses, sizes and digests. [`fetch`](fn@fetch) brings what is missing below
//! a raw folder, [`verify`] hashes what is there, [`state`] says what is known without reading a file.
//!
//! A file has its final name only when it is whole and right. Until then its bytes are in `<name>.part`,
//! from which the next run continues. Where the publisher states no digest, that of the first download
//! is kept in the folder's [`Lock`](ljd_core::Lock), and later ones are held to it.
//!
//! This is the only crate of ljd that opens a socket.
//!
//! ```no_run
//! use ljd_core::Manifest;
//! use ljd_fetch::{FetchOptions, Outcome, Wanted, fetch};
//!
//! fn all(manifests: &[Manifest]) -> ljd_core::Result<()> {
//!     let wanted: Vec<Wanted> = manifests.iter().flat_map(Wanted::of).collect();
//!     for fetched in fetch(&wanted, &FetchOptions::new("raw"), &|_event| {})? {
//!         match fetched.outcome? {
//!             Outcome::ByHand => println!("{}: by hand", fetched.path),
//!             _ => println!("{}: there", fetched.path),
//!         }
//!     }
//!     Ok(())
//! }
//! ```

mod address;
mod client;
mod download;
mod fetch;
mod folder;
mod format;
mod free_name;
mod hosts;
mod hub;
mod options;
mod part;
mod release;
mod sums;

pub use crate::fetch::{Fetched, Outcome, Wanted, fetch, verify};
pub use crate::folder::{State, state};
pub use crate::hub::Hub;
pub use crate::options::{Event, FetchOptions, Observe};
pub use crate::release::{Release, newest_releases};
