//! What a folder holds: which files of it are ours, and removing these alone.
//!
//! A finished dataset lists its files in `report.json`. A folder that is being written lists them in [`Journal`], each
//! before it is made, so that even what a killed build leaves is known file by file. Everything else is somebody's:
//! it is named, and stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use ljd_core::{Error, RelativePath, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::plan::layout::REPORT;
use crate::write::OutputFile;

/// The list of the files of a folder that is being written, in the folder itself.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    pub(crate) const FILE: &str = ".ljd-build";

    /// What its first line says, by which it is known.
    const HEADER: &str =
        "ljd writes these files here; when all are whole, the folder takes its final name";

    /// Begins the list of a folder that has nothing yet.
    pub(crate) fn create(folder: &Path) -> Result<Self> {
        let path = folder.join(Self::FILE);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = file.map_err(|error| Error::write(&path, error))?;
        let mut journal = Self { file, path };
        journal.add(Self::HEADER)?;
        Ok(journal)
    }

    /// Adds a line: a file that is about to be made.
    pub(crate) fn add(&mut self, line: &str) -> Result<()> {
        // In one piece, so that no kill leaves a part of it.
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written.map_err(|error| Error::write(&self.path, error))
    }

    /// The files that the list of a folder names; `None` where there is no list.
    fn read(folder: &Path) -> io::Result<Option<BTreeSet<RelativePath>>> {
        /// Longer than any path that a system takes.
        const LONGEST: u64 = 1 << 16;
        let Some(file) = open(&folder.join(Self::FILE))? else { return Ok(None) };
        let mut lines = BufReader::new(file);
        let mut next = || {
            let mut line = Vec::new();
            lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
            io::Result::Ok(String::from_utf8_lossy(&line).into_owned())
        };
        // A full disk may have left the beginning of the first line only.
        if !Self::HEADER.starts_with(next()?.trim_end_matches('\n')) {
            return Ok(None);
        }
        let mut files = BTreeSet::new();
        loop {
            match next()?.trim_end_matches('\n') {
                "" => return Ok(Some(files)),
                path => files.extend(RelativePath::parse(path).ok()),
            }
        }
    }
}

/// The part of `report.json` that says what a dataset holds.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    #[serde(rename = "recipe_sha256")]
    _recipe_sha256: String,
    #[serde(rename = "ljd_version")]
    _ljd_version: String,
    corpora: Vec<ListedCorpus>,
    files: Vec<OutputFile>,
}

#[derive(Debug, Deserialize)]
struct ListedCorpus {
    files: Vec<OutputFile>,
}

impl Listed {
    fn files(self) -> impl Iterator<Item = OutputFile> {
        self.corpora.into_iter().flat_map(|corpus| corpus.files).chain(self.files)
    }
}

/// Reads what is wanted of the report of a folder; `None` where there is no report.
pub(crate) fn read_report<T: DeserializeOwned>(folder: &Path) -> io::Result<Option<T>> {
    let Some(file) = open_report(folder)? else { return Ok(None) };
    Ok(Some(serde_json::from_reader(BufReader::new(file))?))
}

/// Opens the report of a folder; `None` where there is none.
pub(crate) fn open_report(folder: &Path) -> io::Result<Option<impl Read + use<>>> {
    /// The largest report that is read: it has examples of records, not all of them.
    const LIMIT: u64 = 256 << 20;

    Ok(open(&folder.join(REPORT))?.map(|file| file.take(LIMIT)))
}

/// What lies in a folder.
#[derive(Debug)]
pub(crate) struct Holdings {
    folder: PathBuf,
    /// Files of ours, but for those that [`MARKS`] names.
    pub(crate) files: BTreeSet<String>,
    /// The files by which the folder is known as ours.
    marks: Vec<&'static str>,
    /// The folders of ours.
    folders: BTreeSet<String>,
    /// What is not ours, and what it is: the first of it in alphabetical order.
    pub(crate) foreign: BTreeMap<String, &'static str>,
    /// Why it is not.
    why_not: &'static str,
    /// Whether it is a finished dataset with every file that its report lists.
    pub(crate) is_whole: bool,
}

/// The files by which a folder is known as ours, in the order in which they are removed: last.
const MARKS: [&str; 2] = [REPORT, Journal::FILE];

/// So much that is not ours is named.
const MOST_FOREIGN: usize = 100;

impl Holdings {
    /// Looks at a folder; `None` where nothing is there.
    pub(crate) fn of(folder: &Path) -> Result<Option<Self>> {
        let failed = |error| Error::write(folder, error);
        match fs::symlink_metadata(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(Error::not_ours(folder, "is no folder, or only points to one")),
        }
        let journal = Journal::read(folder).map_err(failed)?;
        let report: Option<Listed> = match read_report(folder) {
            // A build that was killed may have left a part of one.
            Err(_broken) if journal.is_some() => None,
            Err(_broken) => {
                let problem = "is no report of a dataset of ljd's";
                return Err(Error::not_ours(folder.join(REPORT), problem));
            }
            Ok(report) => report,
        };
        let (is_finished, is_ours) = (report.is_some(), journal.is_some() || report.is_some());
        let mut listed = journal.unwrap_or_default();
        listed.extend(report.into_iter().flat_map(Listed::files).map(|file| file.path));
        let marks: &[&str] = if is_ours { &MARKS } else { &[] };
        let mut holdings = Self::among(folder, &listed, marks).map_err(failed)?;
        holdings.is_whole = is_finished && holdings.files.len() == listed.len();
        Ok(Some(holdings))
    }

    /// Looks which of the listed files a folder has, which of the marks, and what else. No link is followed.
    pub(crate) fn among(
        folder: &Path,
        listed: &BTreeSet<RelativePath>,
        marks: &[&'static str],
    ) -> io::Result<Self> {
        let mut holdings = Self {
            folder: folder.to_owned(),
            files: BTreeSet::new(),
            marks: Vec::new(),
            folders: BTreeSet::new(),
            foreign: BTreeMap::new(),
            why_not: if marks.is_empty() {
                "lies in a folder that holds no dataset of ljd's"
            } else {
                "is not of the dataset that lies there: its report.json does not list it"
            },
            is_whole: false,
        };
        let ours = Ours {
            files: listed.iter().map(RelativePath::as_str).collect(),
            folders: listed.iter().flat_map(RelativePath::folders).collect(),
            marks,
        };
        holdings.look(folder, "", &ours)?;
        holdings.marks.sort_by_key(|mark| MARKS.iter().position(|known| known == mark));
        Ok(holdings)
    }

    /// Looks at a folder of it, whose path ends in a slash.
    fn look(&mut self, folder: &Path, prefix: &str, ours: &Ours<'_>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let mark = ours.marks.iter().find(|mark| **mark == path);
            if kind.is_dir() && ours.folders.contains(path.as_str()) {
                self.look(&entry.path(), &format!("{path}/"), ours)?;
                self.folders.insert(path);
            } else if let Some(mark) = mark.filter(|_| kind.is_file()) {
                self.marks.push(mark);
            } else if kind.is_file() && ours.files.contains(path.as_str()) {
                self.files.insert(path);
            } else {
                self.foreign.insert(path, name_of(kind));
                if MOST_FOREIGN < self.foreign.len() {
                    self.foreign.pop_last();
                }
            }
        }
        Ok(())
    }

    /// Refuses what holds anything that is not ours.
    fn only_ours(&self) -> Result<()> {
        let Some((path, _)) = self.foreign.first_key_value() else { return Ok(()) };
        let more = match self.foreign.len() - 1 {
            0 => String::new(),
            n if n + 1 < MOST_FOREIGN => format!(" (and {n} more)"),
            _ => " (and many more)".to_owned(),
        };
        Err(Error::not_ours(self.folder.join(path), format!("{}{more}", self.why_not)))
    }

    /// Refuses what holds anything that is not ours, or what somebody protects from writing.
    pub(crate) fn all_ours(&self) -> Result<()> {
        self.only_ours()?;
        let below = self.folders.iter().map(|path| self.folder.join(path));
        for folder in [self.folder.clone()].into_iter().chain(below) {
            if !is_writable(&folder).map_err(|error| Error::write(&folder, error))? {
                return Err(Error::not_ours(&folder, "is read-only"));
            }
        }
        Ok(())
    }

    /// Removes the files of ours, then the folders that are empty. What is not ours stays and is named.
    pub(crate) fn remove(self) -> Result<()> {
        for path in &self.files {
            self.remove_one(path, |path| fs::remove_file(path))?;
        }
        // Each behind those in it.
        for path in self.folders.iter().rev() {
            self.remove_one(path, |path| fs::remove_dir(path))?;
        }
        if let Some(now) = Self::of(&self.folder)? {
            now.only_ours()?;
        }
        for mark in &self.marks {
            self.remove_one(mark, |path| fs::remove_file(path))?;
        }
        fs::remove_dir(&self.folder).map_err(|error| Error::write(&self.folder, error))
    }

    /// Removes a file or an empty folder. Another one that came into a folder meanwhile keeps it.
    fn remove_one(&self, path: &str, remove: impl Fn(&Path) -> io::Result<()>) -> Result<()> {
        use io::ErrorKind::{DirectoryNotEmpty, NotFound};

        let path = self.folder.join(path);
        match remove(&path) {
            Err(error) if ![NotFound, DirectoryNotEmpty].contains(&error.kind()) => {
                Err(Error::write(&path, error))
            }
            _ => Ok(()),
        }
    }
}

/// What of a folder is ours, by the paths below it.
struct Ours<'a> {
    files: BTreeSet<&'a str>,
    folders: BTreeSet<&'a str>,
    marks: &'a [&'static str],
}

fn name_of(kind: FileType) -> &'static str {
    match kind {
        _ if kind.is_dir() => "folder",
        _ if kind.is_file() => "file",
        _ if kind.is_symlink() => "link",
        _ => "pipe or device",
    }
}

/// Opens a file that may be anybody's. `None` where no regular file is there, but a link, a pipe or nothing.
pub(crate) fn open(path: &Path) -> io::Result<Option<File>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata if !metadata.as_ref().is_ok_and(fs::Metadata::is_file) => {
            return metadata.map(|_| None);
        }
        _ => {}
    }
    let file = reading().open(path)?;
    Ok(file.metadata()?.is_file().then_some(file))
}

/// Follows no link and waits for no other end of a pipe.
fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;

        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    options
}

/// Whether files can be made and removed in a folder, by its mode and by who we are.
fn is_writable(folder: &Path) -> io::Result<bool> {
    let is_protected = fs::symlink_metadata(folder)?.permissions().readonly();
    #[cfg(unix)]
    if rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_err() {
        return Ok(false);
    }
    Ok(!is_protected)
}
