//! Compares a finished dataset with its report.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use ljd_core::{Error, ErrorKind, Location, Result, Sha256Writer};

use crate::holdings::Listed;
use crate::layout::REPORT;
use crate::report::OutputFile;

/// Hashes every file of a finished dataset and compares it with the dataset's `report.json`.
///
/// Gives back each file that the report names or the folder holds, in alphabetical order, and what is
/// wrong with it.
///
/// # Errors
///
/// Where there is no report or it cannot be read.
pub fn verify(dataset: &Path) -> Result<Vec<(String, Result<()>)>> {
    let mut checked: Vec<(String, Result<()>)> = listed(dataset)?
        .files()
        .map(|file| (file.path.to_string(), check(dataset, &file)))
        .collect();
    let named: BTreeSet<String> = checked.iter().map(|(path, _)| path.clone()).collect();
    let there = below(dataset, "").map_err(|error| cannot_read(REPORT, error))?;
    for path in there.into_iter().filter(|path| path != REPORT && !named.contains(path)) {
        let problem = "does not name this file".to_owned();
        let error = at(&path, ErrorKind::Invalid { field: REPORT, problem });
        checked.push((path, Err(error)));
    }
    checked.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(checked)
}

fn listed(dataset: &Path) -> Result<Listed> {
    let path = dataset.join(REPORT).display().to_string();
    let listed = Listed::read(dataset).map_err(|error| cannot_read(&path, error))?;
    listed.ok_or_else(|| cannot_read(&path, io::ErrorKind::NotFound.into()))
}

fn check(dataset: &Path, file: &OutputFile) -> Result<()> {
    let mut sha256 = Sha256Writer::new(io::sink());
    File::open(dataset.join(&file.path))
        .and_then(|mut opened| io::copy(&mut opened, &mut sha256))
        .map_err(|error| cannot_read(&file.path, error))?;
    let (_sink, _bytes, found) = sha256.finish();
    if found == file.sha256 {
        return Ok(());
    }
    let expected = file.sha256.clone();
    Err(at(file.path.as_str(), ErrorKind::Digest { expected, found, stated_by: REPORT }))
}

/// Every file below a folder, by its path with forward slashes.
fn below(folder: &Path, prefix: &str) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            files.extend(below(&entry.path(), &format!("{path}/"))?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn at(path: &str, kind: ErrorKind) -> Error {
    Error::at(Location::file(path), kind)
}

fn cannot_read(path: &str, error: io::Error) -> Error {
    at(path, ErrorKind::Read(error))
}
