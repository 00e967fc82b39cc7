//! Compares a finished dataset with its report, and the report with everything that says the same.
//!
//! Whoever writes a whole dataset anew, report included, can write anything: what is verified is that nothing in the
//! folder contradicts anything else. Two datasets are the same if their `report.json` is.

mod claims;
mod rows;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use ljd_core::{Error, ErrorKind, Location, RelativePath, Result, Sha256Writer, StatedBy};

use self::claims::Claims;
use crate::evaluate;
use crate::plan::layout::REPORT;
use crate::write::OutputFile;
use crate::write::holdings::{Holdings, open, open_report, read_report};

/// Checks every file of a finished dataset against the dataset's `report.json`, and that against the files: sizes and
/// digests, the licence, source and credit of every row, the numbers of rows, the licence of the whole, the licence
/// texts, and what notice and card say of all this. Then it looks in what is trained on for evaluation data, as the build
/// did.
///
/// Gives back each file that the report names and everything else that the folder holds, in alphabetical order, and
/// what is wrong with it. No link is followed, and nothing is opened that is not a regular file.
///
/// # Errors
///
/// Where there is no report or it cannot be read.
pub fn verify(dataset: &Path) -> Result<Vec<(String, Result<()>)>> {
    /// Whoever replaces a dataset without a pause keeps it from being verified.
    const MOST_REPLACEMENTS: usize = 10;

    let mut before = digest(dataset);
    for _ in 0..MOST_REPLACEMENTS {
        let checked = verify_once(dataset);
        let is_right =
            checked.as_ref().is_ok_and(|files| files.iter().all(|(_, file)| file.is_ok()));
        let now = digest(dataset);
        // A build that replaced the dataset meanwhile is no fault of it.
        if is_right || now == before {
            return checked;
        }
        before = now;
    }
    verify_once(dataset)
}

/// SHA-256 of the report, if it can be read.
fn digest(dataset: &Path) -> Option<String> {
    let mut sha256 = Sha256Writer::new(io::sink());
    io::copy(&mut open_report(dataset).ok()??, &mut sha256).ok()?;
    Some(sha256.finish().2)
}

fn verify_once(dataset: &Path) -> Result<Vec<(String, Result<()>)>> {
    let at_report = |error| cannot_read(&dataset.join(REPORT).display().to_string(), error);
    let claims: Option<Claims> = read_report(dataset).map_err(at_report)?;
    let claims = claims.ok_or_else(|| match fs::symlink_metadata(dataset.join(REPORT)) {
        Err(error) => at_report(error),
        Ok(_) => at_report(io::Error::other("is no regular file")),
    })?;
    let listed: BTreeSet<RelativePath> =
        claims.files().map(|(_, file)| file.path.clone()).collect();
    let there = Holdings::among(dataset, &listed, &[REPORT]).map_err(at_report)?;
    let mut checked = vec![(REPORT.to_owned(), claims.check())];
    for (corpus, file) in claims.files() {
        let found = found(dataset, &there, file).and_then(|found| found.check(file));
        let agrees = found.and_then(|found| claims.check_file(corpus, file, found));
        checked.push((file.path.to_string(), agrees));
    }
    if checked.iter().all(|(_, file)| file.is_ok())
        && let Err(error) = search(dataset, &claims)
    {
        let path = error.location().map_or(REPORT, |location| &location.file).to_owned();
        checked.retain(|(known, _)| *known != path);
        checked.push((path, Err(error)));
    }
    for (path, kind) in there.foreign {
        let problem = format!("does not name this {kind}");
        let error = at(&path, ErrorKind::Invalid { field: REPORT, problem });
        checked.push((path, Err(error)));
    }
    checked.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(checked)
}

/// Looks for evaluation data in what is trained on, and for what is held out.
fn search(dataset: &Path, claims: &Claims) -> Result<()> {
    let files: Vec<&OutputFile> = claims.files().map(|(_, file)| file).collect();
    let search = evaluate::read(dataset, &files)?;
    let jobs = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    search.run(dataset, &claims.searched(), jobs).map(|_found| ())
}

/// A file of the dataset that is there.
struct Found(File);

fn found(dataset: &Path, there: &Holdings, file: &OutputFile) -> Result<Found> {
    let path = dataset.join(&file.path);
    let is_there = there.files.contains(file.path.as_str());
    if is_there && let Some(file) = open(&path).map_err(|error| cannot_read(&file.path, error))? {
        return Ok(Found(file));
    }
    fs::symlink_metadata(&path).map_err(|error| cannot_read(&file.path, error))?;
    let problem = "is no regular file, or lies behind a link".to_owned();
    Err(at(&file.path, ErrorKind::Invalid { field: "path", problem }))
}

impl Found {
    /// Compares size and digest; no more is read than there should be.
    fn check(mut self, file: &OutputFile) -> Result<File> {
        let mut sha256 = Sha256Writer::new(io::sink());
        let mut most = (&self.0).take(file.bytes.saturating_add(1));
        io::copy(&mut most, &mut sha256).map_err(|error| cannot_read(&file.path, error))?;
        let (_sink, bytes, found) = sha256.finish();
        if file.bytes < bytes {
            let problem = format!("states {} bytes, there are more", file.bytes);
            return Err(at(&file.path, ErrorKind::Invalid { field: REPORT, problem }));
        }
        if found != file.sha256 {
            let expected = file.sha256.clone();
            let stated_by = StatedBy::Report;
            return Err(at(&file.path, ErrorKind::Digest { expected, found, stated_by }));
        }
        if bytes != file.bytes {
            let problem = format!("states {} bytes, there are {bytes}", file.bytes);
            return Err(at(&file.path, ErrorKind::Invalid { field: REPORT, problem }));
        }
        self.0.rewind().map_err(|error| cannot_read(&file.path, error))?;
        Ok(self.0)
    }
}

/// A small file's text.
fn text(file: File, path: &str) -> Result<String> {
    /// Many times the longest licence, or the card of all corpora that there are.
    const LIMIT: usize = 16 << 20;

    let mut bytes = Vec::new();
    let read = io::copy(&mut file.take(LIMIT as u64 + 1), &mut bytes);
    read.map_err(|error| cannot_read(path, error))?;
    if LIMIT < bytes.len() {
        return Err(at(path, ErrorKind::TooLarge { limit: LIMIT }));
    }
    String::from_utf8(bytes).map_err(|error| cannot_read(path, io::Error::other(error)))
}

fn at(path: &str, kind: ErrorKind) -> Error {
    Error::at(Location::file(path), kind)
}

fn cannot_read(path: &str, error: io::Error) -> Error {
    at(path, ErrorKind::Read(error))
}
