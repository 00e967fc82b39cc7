//! Compares a built dataset with a published file of the same records, to see that one is the other.
//!
//! Both are read once, side by side. Where they part, the next place is looked for at which they agree for
//! [`RUN`] records, or for one in the same place, at most [`WINDOW`] records ahead on each side; what lies before it is missing, extra or
//! different. The published file names no corpus: it is told by the dataset's joined file, whose corpora follow
//! each other with the counts of the report. Where a corpus begins and nothing agrees nearby, the published file
//! is read on to the first records of that corpus, and what lies between belongs to none of the dataset's.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ljd_core::{Error, ErrorKind, Location, Result};
use serde::Deserialize;

use crate::plan::Recipe;
use crate::write::holdings::{open, read_report};

/// Records that are looked ahead on each side.
const WINDOW: usize = 1024;
/// Records that have to agree before both sides are taken to be in step again.
const RUN: usize = 2;
/// Records of a corpus that its beginning in the published file is recognised by.
const BEGINNING: usize = 16;
/// Examples that are kept of each corpus.
const EXAMPLES: usize = 5;
/// Of records that have no partner, those remembered to find them in another place.
const REMEMBERED: usize = 1 << 20;
/// No line is longer.
const LONGEST_LINE: u64 = 64 << 20;

/// A record as a published file has it. A missing value is `null` there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Deserialize)]
pub struct PublishedRecord {
    /// What is asked.
    pub instruction: Option<String>,
    /// What it is asked of.
    pub input: Option<String>,
    /// The answer.
    pub output: Option<String>,
}

/// How two records differ that stand in the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// One has a value where the other has none.
    Null,
    /// They are equal without white space.
    WhiteSpace,
    /// They are equal once `&amp;`, `&lt;`, `&gt;` and `&quot;` are resolved.
    Escaping,
    /// Their texts differ.
    Text,
}

impl Difference {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::WhiteSpace => "white space",
            Self::Escaping => "escaping",
            Self::Text => "text",
        }
    }
}

/// Two records in one place, or one without a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Line of the published file, if it has the record.
    pub line: Option<u64>,
    /// The record of the dataset.
    pub ours: Option<PublishedRecord>,
    /// The record of the published file.
    pub published: Option<PublishedRecord>,
}

/// What became of the records of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Name of the corpus; empty for records of the published file that belong to none.
    pub corpus: String,
    /// Records that are the same.
    pub equal: u64,
    /// Records of the published file that the dataset does not have there.
    pub missing: u64,
    /// Records of the dataset that the published file does not have there.
    pub extra: u64,
    /// Records that differ, by how.
    pub different: BTreeMap<Difference, u64>,
    /// Of the missing ones, those that the dataset has in another place.
    pub moved: u64,
    /// The first that are not equal.
    pub examples: Vec<Example>,
}

impl Compared {
    /// Whether all records are the same, in the same order.
    pub fn is_equal(&self) -> bool {
        self.missing == 0 && self.extra == 0 && self.different.is_empty()
    }

    fn keep(&mut self, line: Option<u64>, ours: Option<Record>, published: Option<Record>) {
        if self.examples.len() < EXAMPLES {
            let record = |record: Option<Record>| record.map(|record| record.record);
            self.examples.push(Example { line, ours: record(ours), published: record(published) });
        }
    }
}

/// A line with `null` in place of each `NaN`, which Python writes for a missing value though JSON has no such thing;
/// `None` where there is none outside of strings.
fn nan_as_null(line: &[u8]) -> Option<Vec<u8>> {
    let mut changed = Vec::with_capacity(line.len() + 8);
    let (mut is_text, mut is_escaped) = (false, false);
    let mut rest = line;
    while let Some((byte, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(b"NaN")
            && !is_text
        {
            changed.extend_from_slice(b"null");
            rest = behind;
            continue;
        }
        is_text ^= *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        changed.push(*byte);
        rest = behind;
    }
    (changed.len() != line.len()).then_some(changed)
}

/// What is needed of a report.
#[derive(Deserialize)]
struct Claims {
    corpora: Vec<Corpus>,
}

#[derive(Deserialize)]
struct Corpus {
    name: String,
    records: u64,
}

/// Compares the joined file of a dataset with the published file that has its name, or else with that of the first
/// name in the recipe, as JSON Lines, plain or in Zstandard. The last one of what is given back is of no corpus.
///
/// # Errors
///
/// Where the dataset has no report or no joined file, where a file cannot be read, or a line is no record.
pub fn compare(dataset: &Path, published: &Path, recipe: &Recipe) -> Result<Vec<Compared>> {
    let at =
        |error| Error::at(Location::file(dataset.display().to_string()), ErrorKind::Read(error));
    let no_report = || at(io::Error::new(io::ErrorKind::NotFound, "has no report.json"));
    let claims: Claims = read_report(dataset).map_err(at)?.ok_or_else(no_report)?;
    let name = published.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    let named = recipe.joined.iter().find(|(joined, _)| joined.as_str() == name);
    let (joined, of_file) = named.or_else(|| recipe.joined.iter().next()).ok_or_else(|| {
        let problem = "names no file that joins all corpora".to_owned();
        Error::new(ErrorKind::Invalid { field: "joined", problem })
    })?;
    let of_report = |name: &String| claims.corpora.iter().find(|corpus| corpus.name == *name);
    let corpora = of_file.iter().filter_map(of_report);
    let counts = corpora.map(|corpus| (corpus.name.clone(), corpus.records)).collect();
    let ours = Side::open(&dataset.join(joined.as_str()))?;
    Comparison::new(ours, Side::open(published)?, counts).run()
}

/// A record with what it is compared by, and where it stands.
#[derive(Debug, Clone)]
struct Record {
    hash: u64,
    line: u64,
    record: PublishedRecord,
}

/// A file that is read, with the records that were looked at ahead.
struct Side {
    path: PathBuf,
    file: Arc<str>,
    lines: Box<dyn BufRead>,
    n_read: u64,
    ahead: VecDeque<Record>,
}

impl Side {
    fn open(path: &Path) -> Result<Self> {
        let file: Arc<str> = path.display().to_string().into();
        let at = |error| Error::at(Location::file(Arc::clone(&file)), ErrorKind::Read(error));
        let missing = || io::Error::new(io::ErrorKind::NotFound, "is no regular file");
        let opened = open(path).and_then(|opened| opened.ok_or_else(missing)).map_err(at)?;
        let lines = unpacked(BufReader::new(opened)).map_err(at)?;
        Ok(Self { path: path.to_owned(), lines, n_read: 0, ahead: VecDeque::new(), file })
    }

    /// The same file, from behind a line on.
    fn reopened(&self, line: u64) -> Result<Self> {
        let mut side = Self::open(&self.path)?;
        while side.n_read < line && side.next_line()?.is_some() {}
        Ok(side)
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.lines.as_mut().take(LONGEST_LINE).read_until(b'\n', &mut line);
        let number = self.n_read + 1;
        let at = |kind| Error::at(Location::line(Arc::clone(&self.file), number), kind);
        let n = read.map_err(|error| at(ErrorKind::Read(error)))?;
        if n as u64 == LONGEST_LINE {
            let limit = usize::try_from(LONGEST_LINE).unwrap_or(usize::MAX);
            return Err(at(ErrorKind::TooLarge { limit }));
        }
        self.n_read += u64::from(0 < n);
        Ok((0 < n).then_some(line))
    }

    fn read(&mut self) -> Result<Option<Record>> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        let at = |error| {
            Error::at(Location::line(Arc::clone(&self.file), self.n_read), ErrorKind::Json(error))
        };
        let record: PublishedRecord = serde_json::from_slice(&line)
            .or_else(|error| serde_json::from_slice(&nan_as_null(&line).ok_or(error)?))
            .map_err(at)?;
        let mut hasher = DefaultHasher::new();
        record.hash(&mut hasher);
        Ok(Some(Record { hash: hasher.finish(), line: self.n_read, record }))
    }

    /// Looks ahead so far that there are `n` records, or as many as are left.
    fn fill(&mut self, n: usize) -> Result<()> {
        while self.ahead.len() < n {
            let Some(record) = self.read()? else { break };
            self.ahead.push_back(record);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Record>> {
        self.fill(1)?;
        Ok(self.ahead.pop_front())
    }

    fn hash(&self, at: usize) -> Option<u64> {
        self.ahead.get(at).map(|record| record.hash)
    }
}

/// The text of a file that may be packed with Zstandard.
fn unpacked(mut file: impl BufRead + 'static) -> io::Result<Box<dyn BufRead>> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    if !file.fill_buf()?.starts_with(&MAGIC) {
        return Ok(Box::new(file));
    }
    #[cfg(feature = "zstd")]
    return Ok(Box::new(BufReader::new(zstd::Decoder::with_buffer(file)?)));
    #[cfg(not(feature = "zstd"))]
    Err(io::Error::new(io::ErrorKind::Unsupported, "built without the feature `zstd`"))
}

/// How a record stands to one without a partner on the other side.
#[derive(Clone, Copy, PartialEq)]
enum Alone {
    Missing,
    Extra,
}

struct Comparison {
    ours: Side,
    published: Side,
    /// The corpora that are still to come, with their counts.
    corpora: VecDeque<(String, u64)>,
    n_left: u64,
    is_beginning: bool,
    done: Vec<Compared>,
    foreign: Compared,
    /// Records without a partner: which side they are of, in which corpus, and how many.
    alone: BTreeMap<u64, (Alone, usize, u64)>,
}

impl Comparison {
    fn new(ours: Side, published: Side, corpora: Vec<(String, u64)>) -> Self {
        Self {
            ours,
            published,
            corpora: corpora.into(),
            n_left: 0,
            is_beginning: false,
            done: Vec::new(),
            foreign: Compared::default(),
            alone: BTreeMap::new(),
        }
    }

    fn run(mut self) -> Result<Vec<Compared>> {
        loop {
            self.next_corpus();
            self.ours.fill(1)?;
            self.published.fill(1)?;
            match (self.ours.hash(0), self.published.hash(0)) {
                (None, None) => break,
                (Some(ours), Some(published)) if ours == published => {
                    self.published.next()?;
                    self.take_ours()?;
                    self.current().equal += 1;
                    self.is_beginning = false;
                }
                (None, Some(_)) => self.end_of_ours()?,
                (Some(_), None) => self.extra()?,
                (Some(_), Some(_)) => self.part()?,
            }
        }
        self.done.push(self.foreign);
        Ok(self.done)
    }

    /// Begins the next corpus where one has ended.
    fn next_corpus(&mut self) {
        while self.n_left == 0
            && let Some((corpus, n)) = self.corpora.pop_front()
        {
            self.done.push(Compared { corpus, ..Compared::default() });
            (self.n_left, self.is_beginning) = (n, true);
        }
    }

    fn current(&mut self) -> &mut Compared {
        self.done.last_mut().unwrap_or(&mut self.foreign)
    }

    fn take_ours(&mut self) -> Result<Option<Record>> {
        self.n_left = self.n_left.saturating_sub(1);
        self.ours.next()
    }

    /// Where both sides agree next, as how many records lie before on each: the nearest place.
    fn agreement(&self) -> Option<(usize, usize)> {
        let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, record) in self.published.ahead.iter().enumerate() {
            places.entry(record.hash).or_default().push(at);
        }
        let agrees = |ours: usize, published: usize| {
            // In the same place one is enough: what differed there was changed, not moved.
            ours == published
                || (1..RUN).all(|n| {
                    let pair = (self.ours.hash(ours + n), self.published.hash(published + n));
                    pair.0.is_none() || pair.1.is_none() || pair.0 == pair.1
                })
        };
        let mut best: Option<(usize, usize)> = None;
        for (ours, record) in self.ours.ahead.iter().enumerate() {
            if best.is_some_and(|best| best.0 + best.1 <= ours) {
                break;
            }
            let found = places.get(&record.hash).into_iter().flatten();
            let found = found.copied().find(|published| agrees(ours, *published));
            if let Some(published) = found
                && best.is_none_or(|best| ours + published < best.0 + best.1)
            {
                best = Some((ours, published));
            }
        }
        best
    }

    /// Both sides differ here.
    fn part(&mut self) -> Result<()> {
        self.ours.fill(WINDOW)?;
        self.published.fill(WINDOW)?;
        if let Some((ours, published)) = self.agreement() {
            let n_pairs = ours.min(published);
            for _ in 0..n_pairs {
                self.pair()?;
            }
            for _ in n_pairs..ours {
                self.extra()?;
            }
            for _ in n_pairs..published {
                self.missing()?;
            }
            return Ok(());
        }
        if self.is_beginning && self.skip_to_beginning()? {
            return Ok(());
        }
        self.is_beginning = false;
        self.pair()
    }

    /// Reads the published file on to the first records of the corpus; whether they are in it.
    fn skip_to_beginning(&mut self) -> Result<bool> {
        let first = self.published.ahead.front().map_or(0, |record| record.line - 1);
        let beginning: Vec<u64> = (0..BEGINNING).filter_map(|at| self.ours.hash(at)).collect();
        let mut last = None;
        let mut skipped = Compared::default();
        while let Some(record) = self.published.next()? {
            let is_here = last.is_some_and(|(hash, _)| {
                beginning.windows(2).any(|pair| pair == [hash, record.hash])
            }) || beginning.len() == 1 && beginning.contains(&record.hash);
            if is_here {
                let start = last.map_or(record.line, |(_, line)| line).min(record.line);
                self.published = self.published.reopened(start - 1)?;
                skipped.missing -= u64::from(start < record.line);
                self.foreign.missing += skipped.missing;
                self.foreign.examples.extend(skipped.examples);
                self.foreign.examples.truncate(EXAMPLES);
                return Ok(true);
            }
            last = Some((record.hash, record.line));
            skipped.missing += 1;
            skipped.keep(Some(record.line), None, Some(record));
        }
        self.published = self.published.reopened(first)?;
        Ok(false)
    }

    /// A record of each side in one place.
    fn pair(&mut self) -> Result<()> {
        let published = self.published.next()?;
        let corpus = self.done.len();
        let ours = self.take_ours()?;
        let (Some(ours), Some(published)) = (ours, published) else { return Ok(()) };
        self.remember(ours.hash, Alone::Extra, corpus);
        self.remember(published.hash, Alone::Missing, corpus);
        let difference = difference(&ours.record, &published.record);
        let current = self.current();
        *current.different.entry(difference).or_default() += 1;
        current.keep(Some(published.line), Some(ours), Some(published));
        self.next_corpus();
        Ok(())
    }

    fn extra(&mut self) -> Result<()> {
        let Some(ours) = self.take_ours()? else { return Ok(()) };
        self.remember(ours.hash, Alone::Extra, self.done.len());
        let current = self.current();
        current.extra += 1;
        current.keep(None, Some(ours), None);
        self.next_corpus();
        Ok(())
    }

    fn missing(&mut self) -> Result<()> {
        let Some(published) = self.published.next()? else { return Ok(()) };
        self.remember(published.hash, Alone::Missing, self.done.len());
        let current = self.current();
        current.missing += 1;
        current.keep(Some(published.line), None, Some(published));
        Ok(())
    }

    /// The dataset has ended; what the published file still has is of its last corpus if it is no more than is
    /// looked ahead, and otherwise of none.
    fn end_of_ours(&mut self) -> Result<()> {
        self.published.fill(WINDOW)?;
        if self.published.ahead.len() < WINDOW {
            return self.missing();
        }
        while let Some(record) = self.published.next()? {
            self.foreign.missing += 1;
            self.foreign.keep(Some(record.line), None, Some(record));
        }
        Ok(())
    }

    /// Remembers a record without a partner, or finds the partner in another place.
    fn remember(&mut self, hash: u64, alone: Alone, corpus: usize) {
        let known = self.alone.get(&hash).copied();
        match known {
            Some((other, of, n)) if other != alone => {
                if n == 1 {
                    self.alone.remove(&hash);
                } else {
                    self.alone.insert(hash, (other, of, n - 1));
                }
                let missing_in = if alone == Alone::Missing { corpus } else { of };
                if let Some(compared) = self.done.get_mut(missing_in.saturating_sub(1)) {
                    compared.moved += 1;
                }
            }
            Some((_, of, n)) => {
                self.alone.insert(hash, (alone, of, n + 1));
            }
            None if self.alone.len() < REMEMBERED => {
                self.alone.insert(hash, (alone, corpus, 1));
            }
            None => {}
        }
    }
}

fn difference(ours: &PublishedRecord, published: &PublishedRecord) -> Difference {
    let pairs = [
        (ours.instruction.as_deref(), published.instruction.as_deref()),
        (ours.input.as_deref(), published.input.as_deref()),
        (ours.output.as_deref(), published.output.as_deref()),
    ];
    if pairs.iter().any(|(ours, published)| ours.is_none() != published.is_none()) {
        return Difference::Null;
    }
    let by = |same: fn(&str) -> String| {
        pairs.iter().all(|(ours, published)| ours.map(same) == published.map(same))
    };
    if by(without_space) {
        Difference::WhiteSpace
    } else if by(|text| without_space(&unescaped(text))) {
        Difference::Escaping
    } else {
        Difference::Text
    }
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&amp;", "&");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
}

#[cfg(test)]
mod tests;
