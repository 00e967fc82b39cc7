//! Which release is the newest one: its publisher says so, and the raw folder's lock remembers it.

use ljd_core::{Error, ErrorKind, Manifest, Result};

use crate::client::Client;
use crate::download::Downloader;
use crate::folder::Folder;
use crate::hosts::Hosts;
use crate::options::{FetchOptions, Observe};

/// What the newest release of a corpus is.
#[derive(Debug)]
pub struct Release {
    /// The corpus.
    pub corpus: String,
    /// Its newest release: a date or a number, as it stands in the names of its files.
    pub version: Result<String>,
}

/// Asks the publishers of the corpora that [wait for it](Manifest::waits_for_release) for their newest release, and
/// writes it into the [`Lock`](ljd_core::Lock) of the raw folder.
///
/// A release is complete when its list of check sums names its files; publishers write it last.
///
/// # Errors
///
/// As [`fetch`](fn@crate::fetch). What goes wrong with one corpus is its [`version`](Release::version).
pub fn newest_releases(
    manifests: &[&Manifest],
    options: &FetchOptions,
    observe: Observe<'_>,
) -> Result<Vec<Release>> {
    let (folder, hosts) = (Folder::open(&options.raw)?, Hosts::default());
    let client = Client::new(options.stall, options.hub.clone());
    let downloader = Downloader { client, hosts: &hosts, options, observe };
    let waiting = manifests.iter().filter(|manifest| manifest.waits_for_release());
    let mut releases = Vec::new();
    for manifest in waiting {
        let corpus = manifest.source.name.clone();
        let version = newest(&downloader, manifest);
        let version = version.map_err(|problem| {
            let problem = format!("which release is the newest one: {problem}");
            Error::new(ErrorKind::Download { problem }).in_corpus(&corpus)
        });
        if let Ok(version) = &version {
            folder.remember_release(&corpus, version)?;
        }
        releases.push(Release { corpus, version });
    }
    Ok(releases)
}

/// The release that all files with a list agree on.
fn newest(downloader: &Downloader<'_>, manifest: &Manifest) -> Result<String, String> {
    let listed = manifest.files.iter().filter(|file| !file.sums.is_empty());
    let mut newest: Option<String> = None;
    for file in listed {
        let version = downloader.newest(file)?;
        if let Some(other) = newest.filter(|newest| *newest != version) {
            return Err(format!("{other} by one list, {version} by another"));
        }
        newest = Some(version);
    }
    newest.ok_or_else(|| "no list says so".to_owned())
}
