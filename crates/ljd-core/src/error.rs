//! What can go wrong, and where: corpus, file and line stand in front of every message.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{BadPath, Skipped, UnknownName};

/// [`std::result::Result`] with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure with the corpus and the place that it happened at.
///
/// It prints as `corpus: file:line: what was found and what was expected`.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    corpus: Option<String>,
    location: Option<Location>,
    kind: ErrorKind,
}

/// A place in a source: a file, which may be a member of an archive, a line of it and a column of that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file as the manifest names it; a member of an archive follows after a slash.
    pub file: Arc<str>,
    /// The line, counted from 1; `None` for the file as a whole.
    pub line: Option<u64>,
    /// The column, counted from 1, where it is known.
    pub column: Option<u64>,
}

impl Location {
    /// A file as a whole.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: None, column: None }
    }

    /// A line of a file, counted from 1.
    pub fn line(file: impl Into<Arc<str>>, line: u64) -> Self {
        Self { file: file.into(), line: Some(line), column: None }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        [self.line, self.column].into_iter().flatten().try_for_each(|n| write!(f, ":{n}"))
    }
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A source file is not where it should be.
    Missing {
        /// The raw folder.
        raw: PathBuf,
        /// Where it was looked for.
        path: PathBuf,
        /// Where it is published.
        url: String,
        /// Why no program may fetch it, where that is so.
        by_hand: Option<String>,
    },
    /// A file is not the one that it should be.
    Digest {
        /// SHA-256 that it should have.
        expected: String,
        /// SHA-256 that it has.
        found: String,
        /// What says so.
        stated_by: StatedBy,
    },
    /// A source file has not the size that its manifest states; it states no SHA-256.
    Size {
        /// The size that it should have.
        expected: u64,
        /// The size that it has.
        found: u64,
    },
    /// A source file is not the one that was downloaded first; its manifest states no SHA-256.
    Changed {
        /// SHA-256 of the first download.
        locked: String,
        /// SHA-256 of the file.
        found: String,
    },
    /// A file cannot be what its name says: what it is, and what it should be.
    NotTheFormat(String),
    /// Nothing was read of a corpus.
    NoRows {
        /// What each file looks like.
        start: String,
    },
    /// A text is in another encoding than UTF-8.
    Encoding(&'static str),
    /// A source file was written to or replaced while it was read.
    ChangedWhileRead,
    /// What lies in a source file's place is none: a folder, a pipe, a device.
    NoFile {
        /// What it is.
        found: &'static str,
    },
    /// A file could not be had from any of its addresses.
    Download {
        /// What each address came to.
        problem: String,
    },
    /// There is not enough room for a file.
    NoSpace {
        /// Bytes still to be written.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// Reading failed or the data ends early.
    Read(io::Error),
    /// An archive cannot be read.
    Archive(Box<dyn std::error::Error + Send + Sync>),
    /// An archive has no member of that name.
    NoMember(String),
    /// An archive's member would be unpacked outside of the archive's folder.
    MemberOutside(String),
    /// A line or row is longer than memory may grow for.
    RowTooLong {
        /// The longest row that is read, in bytes.
        limit: usize,
    },
    /// A file that has to be read whole is larger than memory may grow for.
    TooLarge {
        /// The largest file that is read whole, in bytes.
        limit: usize,
    },
    /// A table's header does not name a column that is needed.
    NoColumn(&'static str),
    /// Two files that belong together line by line do not have the same number of lines.
    Misaligned {
        /// The file that ends first.
        shorter: Arc<str>,
        /// Its number of lines.
        lines: u64,
    },
    /// A chunk that has to hold the same lines of two files does not.
    NotTwoTexts {
        /// The texts that it holds.
        found: usize,
    },
    /// A manifest cannot be read as one.
    Json(serde_json::Error),
    /// A manifest lacks something or says something impossible.
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A text that cannot name a file or folder of ours.
    BadPath(BadPath),
    /// A name that is in no list.
    UnknownName(UnknownName),
    /// Two sources' licences allow no common one.
    Licenses {
        /// Corpus and licence that asks for the same licence, or allows less than the other.
        one: (String, &'static str),
        /// The other corpus and its licence.
        other: (String, &'static str),
    },
    /// More rows could not be used than the manifest tolerates.
    TooManySkipped {
        /// Rows read.
        rows: u64,
        /// Rows that could not be used, by reason.
        skipped: Skipped,
        /// Share of the rows that may be skipped.
        tolerance: f64,
    },
    /// The number of records is not the one that the manifest states.
    Count {
        /// Records that the manifest states.
        expected: u64,
        /// Records made.
        found: u64,
        /// Rows that could not be used, by reason.
        skipped: Skipped,
    },
    /// The recipe's rules of quality drop more of a corpus than the manifest allows.
    TooManyDropped {
        /// Records that the rules looked at.
        records: u64,
        /// Records dropped, by rule.
        dropped: Vec<(&'static str, u64)>,
        /// Share of the records that may be dropped.
        most: f64,
    },
    /// What is trained on has something of what is measured.
    Leak {
        /// Which question the first such row has, or what is held out.
        of: String,
        /// Rows that have something.
        rows: u64,
    },
    /// Writing failed.
    Write {
        /// File or folder that was written to.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something of somebody else's lies where a dataset has to go.
    NotOurs {
        /// Where it lies.
        path: PathBuf,
        /// What it is, or is not.
        problem: String,
    },
    /// An output format's library failed.
    Encode(Box<dyn std::error::Error + Send + Sync>),
    /// A tokenizer file cannot be read as one, or cannot be used on a text.
    Tokenizer(Box<dyn std::error::Error + Send + Sync>),
    /// What is asked for needs a feature that this build does not have.
    NoFeature(&'static str),
    /// No more threads can be started.
    Thread(io::Error),
    /// Another run holds the folder.
    Busy(PathBuf),
    /// A build reads the folder.
    InUse(PathBuf),
    /// Two records of a corpus have one id.
    RepeatedId(String),
    /// Somebody asked what ran to end.
    Cancelled,
    /// Nobody wants more chunks: not a failure, but the reader has to stop.
    Stopped,
}

/// What states the digest that a file should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedBy {
    /// The manifest of a corpus.
    Manifest,
    /// The report of a finished dataset.
    Report,
}

impl fmt::Display for StatedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "the manifest",
            Self::Report => "the report",
        })
    }
}

impl Error {
    /// An error that has no place in a source.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { corpus: None, location: None, kind }))
    }

    /// An error at a place in a source.
    pub fn at(location: Location, kind: ErrorKind) -> Self {
        Self(Box::new(Inner { corpus: None, location: Some(location), kind }))
    }

    /// Whether there is no file where one was to be read.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::Read(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// An error where a path cannot be written, with what the system said.
    pub fn write(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::new(ErrorKind::Write { path: path.into(), source })
    }

    /// An error where something of somebody else's lies in a place that is needed.
    pub fn not_ours(path: impl Into<PathBuf>, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotOurs { path: path.into(), problem: problem.into() })
    }

    /// An error in a JSON text that messages call `file`; an unknown field comes with the nearest known one.
    pub fn json(file: impl Into<Arc<str>>, error: serde_json::Error) -> Self {
        let (line, column) = (Some(error.line() as u64), Some(error.column() as u64));
        let location = Location { file: file.into(), line, column };
        let kind = unknown_field(&error).map_or(ErrorKind::Json(error), ErrorKind::UnknownName);
        Self::at(location, kind)
    }

    /// The same error with the corpus that it belongs to.
    #[must_use]
    pub fn in_corpus(mut self, corpus: &str) -> Self {
        self.0.corpus.get_or_insert_with(|| corpus.to_owned());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The corpus, if it happened in one.
    pub fn corpus(&self) -> Option<&str> {
        self.0.corpus.as_deref()
    }

    /// The place, if it has one.
    pub fn location(&self) -> Option<&Location> {
        self.0.location.as_ref()
    }
}

/// What serde says of an unknown field: "unknown field `x`, expected one of `a`, `b`".
fn unknown_field(error: &serde_json::Error) -> Option<UnknownName> {
    let message = error.to_string();
    let (field, known) = message.strip_prefix("unknown field `")?.split_once("`, expected ")?;
    Some(UnknownName::new("field", field, known.split('`').skip(1).step_by(2)))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(corpus) = &self.0.corpus {
            write!(f, "{corpus}: ")?;
        }
        if let Some(location) = &self.0.location {
            write!(f, "{location}: ")?;
        }
        self.0.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path, .. } => write!(f, "no such file: {}", path.display()),
            Self::Digest { expected, found, stated_by } => {
                write!(f, "SHA-256 is `{found}`, {stated_by} states `{expected}`")
            }
            Self::Size { expected, found } => {
                write!(f, "has {found} bytes, the manifest states {expected}")
            }
            Self::Changed { locked, found } => {
                write!(
                    f,
                    "SHA-256 is `{found}`, it was `{locked}` when the file was first downloaded"
                )
            }
            Self::NotTheFormat(problem) => f.write_str(problem),
            Self::NoRows { start } => write!(f, "no row was read: {start}"),
            Self::Encoding(name) => {
                write!(f, "the text is {name} by its byte order mark, not UTF-8")
            }
            Self::ChangedWhileRead => f.write_str("the file was changed while it was read"),
            Self::NoFile { found } => write!(f, "is {found}, not a file"),
            Self::Download { problem } => write!(f, "cannot download: {problem}"),
            Self::NoSpace { needed, free } => {
                write!(f, "{needed} bytes are still to be written, only {free} are free")
            }
            Self::Read(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                f.write_str("the data ends early")
            }
            Self::Read(_) => f.write_str("cannot read"),
            Self::Archive(_) => f.write_str("cannot read the archive"),
            Self::NoMember(member) => write!(f, "the archive has no member `{member}`"),
            Self::MemberOutside(member) => {
                write!(f, "the archive's member `{member}` points outside of its folder")
            }
            Self::RowTooLong { limit } => write!(f, "a row is longer than {limit} bytes"),
            Self::TooLarge { limit } => write!(f, "the file is larger than {limit} bytes"),
            Self::NoColumn(column) => write!(f, "the header has no column `{column}`"),
            Self::Misaligned { shorter, lines } => {
                write!(f, "`{shorter}` has only {lines} lines, this file has more")
            }
            Self::NotTwoTexts { found } => {
                write!(f, "the chunk has {found} texts, not the same lines of two files")
            }
            Self::Json(error) => {
                // The place stands in front.
                let message = error.to_string();
                f.write_str(message.split(" at line ").next().unwrap_or_default())
            }
            Self::Invalid { field, problem } => write!(f, "`{field}` {problem}"),
            Self::BadPath(error) => error.fmt(f),
            Self::UnknownName(error) => error.fmt(f),
            Self::Licenses { one, other } => write!(
                f,
                "no licence allows what both `{}` ({}) and `{}` ({}) ask for",
                one.0, one.1, other.0, other.1
            ),
            Self::TooManySkipped { rows, skipped, tolerance } => {
                let n = skipped.n_bad();
                write!(f, "{n} of {rows} rows cannot be used, tolerance is {tolerance}: {skipped}")
            }
            Self::Count { expected, found, skipped } => {
                write!(f, "{found} records, the manifest expects {expected}")?;
                if !skipped.is_empty() {
                    write!(f, "; rows skipped: {skipped}")?;
                }
                Ok(())
            }
            Self::TooManyDropped { records, dropped, most } => {
                let n: u64 = dropped.iter().map(|(_, n)| n).sum();
                let by_rule: Vec<String> =
                    dropped.iter().map(|(rule, n)| format!("{n} {rule}")).collect();
                let by_rule = by_rule.join("; ");
                write!(
                    f,
                    "{n} of {records} records are dropped, at most a share of {most} may be: {by_rule}"
                )
            }
            Self::Leak { of, rows } => {
                write!(
                    f,
                    "has text of {of}, which is to be measured with; {rows} rows have such text"
                )
            }
            Self::Write { path, .. } => write!(f, "cannot write {}", path.display()),
            Self::NotOurs { path, problem } => write!(f, "{} {problem}", path.display()),
            Self::Encode(_) => f.write_str("cannot encode the records"),
            Self::Tokenizer(_) => f.write_str("cannot count tokens with this tokenizer"),
            Self::NoFeature(feature) => write!(f, "this build lacks the feature `{feature}`"),
            Self::Thread(_) => f.write_str("cannot start a thread"),
            Self::Busy(path) => write!(f, "another run is writing {}", path.display()),
            Self::InUse(path) => write!(f, "a build is reading {}", path.display()),
            Self::RepeatedId(id) => write!(f, "two records have the id `{id}`"),
            Self::Cancelled => f.write_str("stopped before the end"),
            Self::Stopped => f.write_str("no more chunks are wanted"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Read(error)
            | ErrorKind::Thread(error)
            | ErrorKind::Write { source: error, .. } => Some(error),
            ErrorKind::Archive(error) | ErrorKind::Encode(error) | ErrorKind::Tokenizer(error) => {
                Some(error.as_ref())
            }
            _ => None,
        }
    }
}

impl From<BadPath> for Error {
    fn from(error: BadPath) -> Self {
        Self::new(ErrorKind::BadPath(error))
    }
}

impl From<UnknownName> for Error {
    fn from(error: UnknownName) -> Self {
        Self::new(ErrorKind::UnknownName(error))
    }
}
