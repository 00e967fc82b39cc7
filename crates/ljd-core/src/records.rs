//! Takes the records of a chunk, and counts the rows that gave none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::{Location, Record, Source};

/// Takes the records that a corpus makes of a chunk.
pub struct RecordSink<'a> {
    source: &'a Source,
    reread: bool,
    rows: u64,
    skipped: Skipped,
    push: &'a mut dyn FnMut(Record<'_>),
}

/// Why a row gave no record: a few words, the same for every such row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    /// The row cannot be used; a manifest's tolerance says how many of these there may be.
    Bad(&'static str),
    /// The row is well-formed, but the rules do not want it.
    LeftOut(&'static str),
    /// Not a row at all, a comment line say: it is not counted.
    NoRow,
}

/// How many rows gave no record, by reason; and what was met that is not known, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    rows: BTreeMap<Skip, SkippedRows>,
    tallies: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

/// The rows that were skipped for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SkippedRows {
    /// How many.
    pub count: u64,
    /// Where the first few of them are.
    pub first: Vec<Location>,
}

/// How many places are kept of each reason.
const KEPT: usize = 3;

impl<'a> RecordSink<'a> {
    /// Hands every record to `push`. Rows of a chunk that was `reread` are not counted again.
    pub fn new(source: &'a Source, reread: bool, push: &'a mut dyn FnMut(Record<'_>)) -> Self {
        Self { source, reread, rows: 0, skipped: Skipped::default(), push }
    }

    /// The source that the records are of.
    pub fn source(&self) -> &'a Source {
        self.source
    }

    /// Takes a record.
    pub fn push(&mut self, record: Record<'_>) {
        (self.push)(record);
    }

    /// Counts a row, as skipped if it was.
    pub fn row(&mut self, done: Result<(), Skip>, location: impl FnOnce() -> Location) {
        if self.reread || done == Err(Skip::NoRow) {
            return;
        }
        self.rows += 1;
        if let Err(skip) = done {
            self.skipped.add(skip, location());
        }
    }

    /// Counts a part of a row that gives no record, where the row gives others.
    pub fn skip_part(&mut self, skip: Skip, location: impl FnOnce() -> Location) {
        if !self.reread {
            self.skipped.add(skip, location());
        }
    }

    /// Counts something of that kind that is not known: an unknown template, say.
    pub fn tally(&mut self, kind: &'static str, name: &str, n: u64) {
        if !self.reread {
            let names = self.skipped.tallies.entry(kind).or_default();
            *names.entry(name.to_owned()).or_default() += n;
        }
    }

    /// The rows read, and those of them that were skipped.
    pub fn into_counts(self) -> (u64, Skipped) {
        (self.rows, self.skipped)
    }
}

impl fmt::Debug for RecordSink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, rows, skipped, .. } = self;
        write!(f, "RecordSink({}, {rows} rows, {skipped})", source.name)
    }
}

impl Skipped {
    /// Counts a row.
    pub fn add(&mut self, skip: Skip, location: Location) {
        let rows = self.rows.entry(skip).or_default();
        rows.count += 1;
        if rows.first.len() < KEPT {
            rows.first.push(location);
        }
    }

    /// Adds rows that were counted elsewhere, and come later in the corpus.
    pub fn add_counted(&mut self, skip: Skip, later: SkippedRows) {
        let rows = self.rows.entry(skip).or_default();
        rows.count += later.count;
        let room = KEPT - rows.first.len();
        rows.first.extend(later.first.into_iter().take(room));
    }

    /// Adds to what was met of a kind that is not known.
    pub fn add_tally(&mut self, kind: &'static str, name: String, n: u64) {
        *self.tallies.entry(kind).or_default().entry(name).or_default() += n;
    }

    /// Adds the counts of rows that come later in the corpus.
    pub fn append(&mut self, later: Self) {
        for (kind, names) in later.tallies {
            for (name, n) in names {
                self.add_tally(kind, name, n);
            }
        }
        for (skip, later) in later.rows {
            self.add_counted(skip, later);
        }
    }

    /// What was met that is not known, by kind and name.
    pub fn tallies(&self) -> &BTreeMap<&'static str, BTreeMap<String, u64>> {
        &self.tallies
    }

    /// The rows that could not be used; those that the rules left out are not among them.
    pub fn n_bad(&self) -> u64 {
        let bad = self.rows.iter().filter(|(skip, _)| matches!(skip, Skip::Bad(_)));
        bad.map(|(_, rows)| rows.count).sum()
    }

    /// Whether every row gave a record.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The reasons with their rows, what is bad before what is left out, each in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (Skip, &SkippedRows)> {
        self.rows.iter().map(|(skip, rows)| (*skip, rows))
    }
}

impl Skip {
    /// The words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Bad(reason) | Self::LeftOut(reason) => reason,
            Self::NoRow => "no row",
        }
    }
}

/// The words that were read so far: each different text is kept once, for the rest of the process.
static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The words of a reason, or of a kind of what is not known, that were written down and are read again.
pub fn known_words(text: &str) -> &'static str {
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(text) {
        return known;
    }
    let new: &'static str = text.to_owned().leak();
    words.insert(new);
    new
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (skip, rows)) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { "; " };
            write!(f, "{comma}{} {skip}", rows.count)?;
            let Some(first) = rows.first.first() else { continue };
            write!(f, " (first at {first})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u64) -> Location {
        Location::line("rain.txt", line)
    }

    fn skipped(lines: std::ops::RangeInclusive<u64>) -> Skipped {
        let mut skipped = Skipped::default();
        lines.for_each(|line| skipped.add(Skip::Bad("no tab"), at(line)));
        skipped
    }

    fn first(skipped: &Skipped) -> (u64, &[Location]) {
        let (_, rows) = skipped.iter().next().unwrap();
        (rows.count, &rows.first)
    }

    #[test]
    fn the_first_three_places_are_kept() {
        assert_eq!(first(&skipped(1..=3)), (3, &[at(1), at(2), at(3)][..]));
        assert_eq!(first(&skipped(1..=4)), (4, &[at(1), at(2), at(3)][..]));
        let mut joined = skipped(1..=2);
        joined.append(skipped(5..=7));
        assert_eq!(first(&joined), (5, &[at(1), at(2), at(5)][..]));
    }
}
