//! Many files: what is there is checked, what is missing is downloaded, several at once.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use ljd_core::{Error, ErrorKind, Location, Manifest, ManifestFile, RawGuard, Result};

use crate::address::Address;
use crate::client::{Client, Failure};
use crate::download::{Downloaded, Downloader};
use crate::folder::{Folder, State, state};
use crate::format::misfit;
use crate::hosts::Hosts;
use crate::options::{Event, FetchOptions, Observe};
use crate::part::Part;
use crate::sums::Sum;

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The corpus that it is of.
    pub corpus: String,
    /// The file.
    pub file: ManifestFile,
}

impl Wanted {
    /// The files of a corpus.
    pub fn of(manifest: &Manifest) -> Vec<Self> {
        let wanted =
            |file: &ManifestFile| Self { corpus: manifest.source.name.clone(), file: file.clone() };
        manifest.files.iter().map(wanted).collect()
    }
}

/// The result for one file.
#[derive(Debug)]
pub struct Fetched {
    /// The corpus that it is of.
    pub corpus: String,
    /// Its path.
    pub path: String,
    /// Whether it is there.
    pub outcome: Result<Outcome>,
}

/// How a file came to be there, or why it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was there, and it is right.
    There,
    /// It was downloaded.
    Downloaded {
        /// Its size.
        bytes: u64,
    },
    /// It was there and wrong: it was put aside, and downloaded again.
    Replaced {
        /// Its size.
        bytes: u64,
        /// Where the wrong file is now.
        aside: PathBuf,
    },
    /// It is another one than before, and that is accepted.
    Updated {
        /// SHA-256 of the first download.
        old: String,
        /// SHA-256 of the file that is there now.
        new: String,
    },
    /// It is not there, and no program may download it.
    ByHand,
    /// It could not be had, and the corpus can be read without it.
    Absent(String),
}

/// Downloads missing files into the raw folder and verifies those that are there.
///
/// A wrong file that is there is downloaded again, and put aside as `<name>.bad` when the right one is whole.
/// A file that several corpora share is fetched once. What goes wrong with one file stops no other.
///
/// # Errors
///
/// Where another run has the folder, or it cannot be written. What goes wrong with a file is its
/// [`outcome`](Fetched::outcome).
pub fn fetch(
    wanted: &[Wanted],
    options: &FetchOptions,
    observe: Observe<'_>,
) -> Result<Vec<Fetched>> {
    let (folder, hosts) = (Folder::open(&options.raw)?, Hosts::default());
    let client = Client::new(options.stall, options.hub.clone());
    let downloader = Downloader { client, hosts: &hosts, options, observe };
    let run = Run { folder: &folder, downloader: &downloader };
    let mut seen = BTreeSet::new();
    let once = wanted.iter().filter(|wanted| seen.insert(wanted.file.path.as_str()));
    let waiting: Mutex<Vec<(usize, &Wanted)>> = Mutex::new(once.enumerate().collect());
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some((i, wanted)) = run.next(&waiting) {
            let fetched = run.fetched(wanted);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((i, fetched));
        }
    };
    thread::scope(|scope| {
        for _ in 1..options.jobs.get().min(wanted.len()) {
            // A system that gives no more threads has the files come one after the other.
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(i, _)| *i);
    Ok(done.into_iter().map(|(_, fetched)| fetched).collect())
}

/// Hashes every file that is there and compares it with the manifest, or with its first download.
///
/// # Errors
///
/// As [`fetch`](fn@fetch).
pub fn verify(wanted: &[Wanted], raw: &Path, observe: Observe<'_>) -> Result<Vec<Fetched>> {
    let folder = Folder::open(raw)?;
    let there = wanted.iter().filter_map(|wanted| {
        let known = state(raw, &folder.lock(), &wanted.file).ok()?;
        let there = matches!(known, State::Verified | State::OnDisk);
        there.then(|| {
            observe(Event::Checking { path: &wanted.file.path });
            let outcome = check(&folder, &wanted.file, false);
            observe(Event::Ended { path: &wanted.file.path });
            fetched(wanted, outcome)
        })
    });
    Ok(there.collect())
}

fn fetched(wanted: &Wanted, outcome: Result<Outcome>) -> Fetched {
    let Wanted { corpus, file } = wanted;
    let outcome = outcome.map_err(|error| error.in_corpus(corpus));
    Fetched { corpus: corpus.clone(), path: file.path.to_string(), outcome }
}

/// Hashes a file that is there and remembers it.
fn check(folder: &Folder, file: &ManifestFile, update_lock: bool) -> Result<Outcome> {
    let (_bytes, sha256) = file.hash(&folder.root)?;
    let remembered = |outcome| folder.remember(file, &sha256, None).map(|()| outcome);
    let pinned = file.pin(&sha256, &folder.lock());
    let outcome = match pinned {
        Ok(Some(_)) => return remembered(Outcome::There),
        Ok(None) => Outcome::There,
        Err(ErrorKind::Changed { locked, found }) if update_lock => {
            Outcome::Updated { old: locked, new: found }
        }
        Err(kind) => return Err(at(file, kind)),
    };
    // Nothing vouches for these bytes, so that they have to look like what they should be.
    let opened = File::open(file.below(&folder.root));
    let misfit = opened.and_then(|opened| misfit(&opened, &file.path));
    match misfit.map_err(|error| at(file, ErrorKind::Read(error)))? {
        Some(why) => Err(at(file, ErrorKind::NotTheFormat(why))),
        None => remembered(outcome),
    }
}

/// Whether downloading a file again may mend what is wrong with it.
fn is_wrong(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Digest { .. } | ErrorKind::Changed { .. } | ErrorKind::NotTheFormat(_)
    )
}

fn at(file: &ManifestFile, kind: ErrorKind) -> Error {
    Error::at(Location::file(file.path.as_str()), kind)
}

struct Run<'a> {
    folder: &'a Folder,
    downloader: &'a Downloader<'a>,
}

impl Run<'_> {
    /// The first file whose server is free, else the first one.
    fn next<'w>(&self, waiting: &Mutex<Vec<(usize, &'w Wanted)>>) -> Option<(usize, &'w Wanted)> {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = |(_, wanted): &(usize, &Wanted)| {
            let first = self.addresses(&wanted.file).into_iter().next();
            self.downloader.hosts.is_free(first.and_then(|address| address.host()).as_deref())
        };
        let at = waiting.iter().position(is_free).unwrap_or_default();
        (at < waiting.len()).then(|| waiting.remove(at))
    }

    fn addresses(&self, file: &ManifestFile) -> Vec<Address> {
        let FetchOptions { mirror, hub, .. } = self.downloader.options;
        Address::all(file, mirror.as_deref(), hub)
    }

    fn fetched(&self, wanted: &Wanted) -> Fetched {
        let outcome = self.fetch(&wanted.file);
        (self.downloader.observe)(Event::Ended { path: &wanted.file.path });
        fetched(wanted, outcome)
    }

    fn fetch(&self, file: &ManifestFile) -> Result<Outcome> {
        let options = self.downloader.options;
        let known = state(&self.folder.root, &self.folder.lock(), file)?;
        match known {
            State::Verified => Ok(Outcome::There),
            State::OnDisk => {
                (self.downloader.observe)(Event::Checking { path: &file.path });
                match check(self.folder, file, options.update_lock) {
                    Err(error) if is_wrong(error.kind()) && self.may_download(file) => {
                        self.download_again(file, &error)
                    }
                    checked => checked,
                }
            }
            State::ByHand if !self.may_download(file) => Ok(Outcome::ByHand),
            State::ByHand | State::Missing => self.download(file),
        }
    }

    /// Whether a program may download the file.
    fn may_download(&self, file: &ManifestFile) -> bool {
        file.by_hand.is_none() || self.downloader.options.mirror.is_some()
    }

    /// Downloads a file that is there and wrong; it stays if no right one can be had.
    fn download_again(&self, file: &ManifestFile, wrong: &Error) -> Result<Outcome> {
        let problem = match self.download(file) {
            Ok(Outcome::Absent(why)) => why,
            Ok(outcome) => return Ok(outcome),
            Err(error) => error.kind().to_string(),
        };
        let problem = format!("{}; no right one can be had: {problem}", wrong.kind());
        Err(at(file, ErrorKind::Download { problem }))
    }

    /// What the publisher's lists state of a file whose digest nobody else does; a copy of one's own has none.
    fn stated(&self, file: &ManifestFile) -> Result<Option<Sum>, String> {
        let is_needed = file.sha256.is_none()
            && !file.sums.is_empty()
            && self.downloader.options.mirror.is_none()
            && !self.folder.lock().files.contains_key(file.path.as_str());
        is_needed.then(|| self.downloader.sum(file)).transpose()
    }

    /// Asks one address after the other.
    fn download(&self, file: &ManifestFile) -> Result<Outcome> {
        let path = file.below(&self.folder.root);
        let sum = match self.stated(file) {
            Err(problem) if file.optional => return Ok(Outcome::Absent(problem)),
            stated => stated.map_err(|problem| at(file, ErrorKind::Download { problem }))?,
        };
        let (mut problems, mut wrong) = (Vec::new(), None);
        for address in self.addresses(file) {
            let why = match self.download_from(file, &path, &address, sum.as_ref()) {
                Ok(Ok(outcome)) => return Ok(outcome),
                Ok(Err(kind)) => {
                    let why = kind.to_string();
                    wrong = Some(kind);
                    why
                }
                Err(Failure::Fatal(error)) => return Err(error),
                Err(Failure::Elsewhere(why) | Failure::Again { why, .. }) => why,
                Err(Failure::Afresh(why)) => why.to_owned(),
            };
            let problem = format!("{address}: {why}");
            (self.downloader.observe)(Event::Failed { path: &file.path, why: &problem });
            problems.push(problem);
        }
        let problem = problems.join("; ");
        match wrong {
            Some(kind) => Err(at(file, kind)),
            None if file.optional => Ok(Outcome::Absent(problem)),
            None => Err(at(file, ErrorKind::Download { problem })),
        }
    }

    /// Downloads from one address; whole but wrong bytes are put aside and their digests given back.
    fn download_from(
        &self,
        file: &ManifestFile,
        path: &Path,
        address: &Address,
        sum: Option<&Sum>,
    ) -> Result<Result<Outcome, ErrorKind>, Failure> {
        let part = Part::of(path);
        let mut downloaded = self.downloader.download(file, path, address)?;
        if downloaded.resumed && file.pin(&downloaded.sha256, &self.folder.lock()).is_err() {
            part.discard();
            downloaded = self.downloader.download(file, path, address)?;
        }
        let Downloaded { file: on_disk, bytes, sha256, .. } = downloaded;
        let outcome = match self.judged(file, &on_disk, bytes, &sha256, sum) {
            Ok(outcome) => outcome,
            Err(kind) => {
                part.put_aside(path).map_err(Failure::Fatal)?;
                return Ok(Err(kind));
            }
        };
        // Not under the eyes of a build: what was downloaded waits for the next fetch.
        let is_there = path.symlink_metadata().is_ok();
        let guard = is_there.then(|| RawGuard::replace(&self.folder.root)).transpose();
        let _guard = guard.map_err(Failure::Fatal)?;
        let aside = part.finish(&on_disk, path).map_err(Failure::Fatal)?;
        let remembered = self.folder.remember(file, &sha256, Some(address.to_string()));
        remembered.map_err(Failure::Fatal)?;
        Ok(Ok(match (outcome, aside) {
            (Outcome::Downloaded { bytes }, Some(aside)) => Outcome::Replaced { bytes, aside },
            (outcome, _) => outcome,
        }))
    }

    /// Whether whole bytes are those of the file.
    fn judged(
        &self,
        file: &ManifestFile,
        on_disk: &File,
        bytes: u64,
        sha256: &str,
        sum: Option<&Sum>,
    ) -> Result<Outcome, ErrorKind> {
        let pinned = file.pin(sha256, &self.folder.lock());
        if let Ok(Some(_)) = pinned {
            return Ok(Outcome::Downloaded { bytes });
        }
        if let Some(why) = misfit(on_disk, &file.path).map_err(ErrorKind::Read)? {
            return Err(ErrorKind::NotTheFormat(why));
        }
        if let Some(sum) = sum
            && let Some(problem) = sum.difference(on_disk, sha256).map_err(ErrorKind::Read)?
        {
            return Err(ErrorKind::Download { problem });
        }
        match pinned {
            Ok(_) => Ok(Outcome::Downloaded { bytes }),
            Err(ErrorKind::Changed { locked, found }) if self.downloader.options.update_lock => {
                Ok(Outcome::Updated { old: locked, new: found })
            }
            Err(kind) => Err(kind),
        }
    }
}
