//! How files are fetched, and who is told of it.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use ljd_core::Cancel;

use crate::hub::Hub;

/// Settings of a fetch.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// The raw folder.
    pub raw: PathBuf,
    /// Downloads at once; one server serves at most two of them.
    pub jobs: NonZeroUsize,
    /// A copy of everything that is asked instead of the publishers: an address or a folder, laid out as
    /// the raw folder is.
    pub mirror: Option<String>,
    /// Where the hub is that `hf://` addresses are resolved at.
    pub hub: Hub,
    /// Whether to accept a file that differs from the first download.
    pub update_lock: bool,
    /// Attempts at one address, those that brought something not counted; and how often a file is begun anew there,
    /// because it changed or the server sends everything again.
    pub attempts: u32,
    /// The most bytes that are taken of a file whose length neither its server nor its manifest states.
    pub most_unannounced: u64,
    /// Wait after the first failed attempt; after the next ones it is twice as long each time.
    pub backoff: Duration,
    /// How long a connection may stay silent, or send next to nothing.
    pub stall: Duration,
    /// Cancels the downloads: partial files stay, and the next run resumes them.
    pub cancel: Cancel,
}

impl FetchOptions {
    /// What suits the publishers' servers.
    pub fn new(raw: impl Into<PathBuf>) -> Self {
        Self {
            raw: raw.into(),
            jobs: NonZeroUsize::MIN.saturating_add(3),
            mirror: None,
            hub: Hub::default(),
            update_lock: false,
            attempts: 5,
            most_unannounced: 16 << 30,
            backoff: Duration::from_secs(1),
            stall: Duration::from_secs(60),
            cancel: Cancel::default(),
        }
    }
}

/// Progress of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A file that was there is hashed.
    Checking {
        /// Its path.
        path: &'a str,
    },
    /// A body begins.
    Started {
        /// The file's path.
        path: &'a str,
        /// Where it comes from.
        url: &'a str,
        /// Length of the whole file.
        bytes: Option<u64>,
        /// Bytes that were there already.
        from: u64,
    },
    /// Bytes arrived.
    Received {
        /// The file's path.
        path: &'a str,
        /// Bytes that are there now.
        bytes: u64,
    },
    /// The server is asked again after a while.
    Waiting {
        /// The file's path.
        path: &'a str,
        /// How long.
        wait: Duration,
        /// What happened.
        why: &'a str,
    },
    /// One address gave nothing, the next one is asked.
    Failed {
        /// The file's path.
        path: &'a str,
        /// The address and what came of it.
        why: &'a str,
    },
    /// Nothing more happens to the file.
    Ended {
        /// Its path.
        path: &'a str,
    },
}

/// Observer of a fetch, called on the threads that download.
pub type Observe<'a> = &'a (dyn Fn(Event<'_>) + Sync);
