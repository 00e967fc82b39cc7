//! What is found by comparing all records of a dataset, without holding them in memory.
//!
//! The keys of the rows that parts hold are sorted by what is asked, and then by the dataset's order, on disk. So the rows
//! with one prompt follow each other, and to each of them the same is done as in a build on one machine: it is shown to
//! [`Seen`]. Rows that differ little are shown to [`NearSeen`] in the dataset's order, without those that were dropped.
//! What is dropped is written in the dataset's order, to be read beside the parts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ljd_core::{Cancel, Error, ErrorKind, Location, Result, Task, open_named};
use ljd_quality::{Key, NearSeen, Rule, Seen, Signature};

use crate::plan::Plan;
use crate::run::held_out::HeldOut;
use crate::run::part::{Part, invalid};
use crate::write::code::Code;
use crate::write::rows::RowKeys;

/// Bytes of records that are sorted in memory.
const MEMORY: usize = 256 << 20;

/// A record that is sorted: its bytes decide.
type Sorted = [u8; 29];

/// A file of decisions, in the dataset's order.
#[derive(Debug)]
pub(crate) struct Decisions {
    path: PathBuf,
    file: BufReader<File>,
    next: Option<Decision>,
}

/// A row that is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Decision {
    corpus: u32,
    row: u64,
    rule: Rule,
    /// The corpus that has it already.
    like: u32,
}

impl Decision {
    const BYTES: usize = 17;

    /// In the order of the dataset, by their bytes too.
    fn bytes(self) -> [u8; Self::BYTES] {
        let rule = match self.rule {
            Rule::Duplicate => 0,
            Rule::Conflict => 1,
            Rule::MostAnswers => 2,
            _ => 3,
        };
        let mut bytes = [0; Self::BYTES];
        let (corpus, rest) = bytes.split_at_mut(4);
        let (row, rest) = rest.split_at_mut(8);
        let (of_rule, like) = rest.split_at_mut(1);
        corpus.copy_from_slice(&self.corpus.to_be_bytes());
        row.copy_from_slice(&self.row.to_be_bytes());
        of_rule.copy_from_slice(&[rule]);
        like.copy_from_slice(&self.like.to_be_bytes());
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let mut from = bytes;
        let rule = |from: &mut &[u8]| {
            Some(match u8::from_be_bytes(number(from)?) {
                0 => Rule::Duplicate,
                1 => Rule::Conflict,
                2 => Rule::MostAnswers,
                3 => Rule::NearDuplicate,
                _ => return None,
            })
        };
        Some(Self {
            corpus: u32::from_be_bytes(number(&mut from)?),
            row: u64::from_be_bytes(number(&mut from)?),
            rule: rule(&mut from)?,
            like: u32::from_be_bytes(number(&mut from)?),
        })
    }
}

/// Takes the bytes of a number off the front.
fn number<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, rest) = from.split_at_checked(N)?;
    *from = rest;
    bytes.try_into().ok()
}

impl Decisions {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = open_named(path)?;
        let mut decisions = Self { path: path.to_owned(), file: BufReader::new(file), next: None };
        decisions.advance()?;
        Ok(decisions)
    }

    fn advance(&mut self) -> Result<()> {
        let mut bytes = [0; Decision::BYTES];
        let n = read_some(&mut self.file, &mut bytes);
        self.next = match n.map_err(|error| unreadable(&self.path, error))? {
            0 => None,
            Decision::BYTES => {
                // A row is dropped for one before it.
                let decision = Decision::of(&bytes).filter(|it| it.like <= it.corpus);
                let problem = || invalid(&self.path, "is no list of decisions".to_owned());
                Some(decision.ok_or_else(problem)?)
            }
            _ => return Err(unreadable(&self.path, io::ErrorKind::UnexpectedEof.into())),
        };
        Ok(())
    }

    /// What is decided of a row; they are asked for in the dataset's order.
    pub(crate) fn of(&mut self, corpus: u32, row: u64) -> Result<Option<(Rule, u32)>> {
        while let Some(next) = self.next {
            if (corpus, row) < (next.corpus, next.row) {
                return Ok(None);
            }
            self.advance()?;
            if (corpus, row) == (next.corpus, next.row) {
                return Ok(Some((next.rule, next.like)));
            }
        }
        Ok(None)
    }
}

/// Compares the rows of a plan's corpora, which are in these parts, and gives what is decided to `write`.
pub(crate) fn decide(
    plan: &Plan,
    parts: &[Vec<Part>],
    (held_out, folder, cancel): (&HeldOut, &Path, &Cancel),
    memory: Option<usize>,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let memory = memory.unwrap_or(MEMORY);
    let mut keys = Sorter::<29>::new(folder, memory);
    each_row(parts, held_out, cancel, |row| match row.key {
        Some(key) => keys.push(sorted(&row, key)),
        None => Ok(()),
    })?;
    let mut by_key = Sorter::<{ Decision::BYTES }>::new(folder, memory);
    let mut prompt: Option<(u64, Seen)> = None;
    keys.sorted(|bytes| {
        cancel.check()?;
        let Some((row, key)) = unsorted(&bytes) else { return Ok(()) };
        let (asked, _) = key.digests();
        if prompt.as_ref().is_none_or(|(known, _)| *known != asked) {
            prompt = Some((asked, Seen::default()));
        }
        let Some((_, seen)) = &mut prompt else { return Ok(()) };
        let compared = plan.corpora.get(row.corpus as usize).map(|planned| &planned.compared);
        let rules = compared.map(|compared| compared.rules(row.task)).unwrap_or_default();
        match seen.see(key, row.corpus, rules) {
            Some((rule, like)) => {
                by_key.push(Decision { corpus: row.corpus, row: row.number, rule, like }.bytes())
            }
            None => Ok(()),
        }
    })?;
    if plan.corpora.iter().all(|planned| !planned.compared.signatures) {
        return by_key.sorted(|bytes| write(&bytes));
    }
    let mut near = Near { dropped: by_key.into_file()?, seen: NearSeen::default(), write };
    each_row(parts, held_out, cancel, |row| near.take(row))?;
    near.finish()
}

/// Looks for rows that differ little among those that are not dropped otherwise.
struct Near<'a> {
    dropped: Decisions,
    seen: NearSeen,
    write: &'a mut dyn FnMut(&[u8]) -> Result<()>,
}

impl Near<'_> {
    fn take(&mut self, row: RowKey) -> Result<()> {
        let RowKey { corpus, number, signature, .. } = row;
        let found = match self.dropped.of(corpus, number)? {
            Some(found) => Some(found),
            None => signature
                .and_then(|signature| self.seen.see(signature, corpus))
                .map(|like| (Rule::NearDuplicate, like)),
        };
        match found {
            Some((rule, like)) => {
                (self.write)(&Decision { corpus, row: number, rule, like }.bytes())
            }
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<()> {
        match self.dropped.next {
            None => Ok(()),
            Some(_) => Err(unreadable(&self.dropped.path, io::ErrorKind::InvalidData.into())),
        }
    }
}

/// A row with what it is compared by.
struct RowKey {
    corpus: u32,
    /// Its number among the rows of its corpus that are compared.
    number: u64,
    task: Task,
    key: Option<Key>,
    signature: Option<Signature>,
}

/// Every row that is compared, in the dataset's order.
fn each_row(
    parts: &[Vec<Part>],
    held_out: &HeldOut,
    cancel: &Cancel,
    mut each: impl FnMut(RowKey) -> Result<()>,
) -> Result<()> {
    for (corpus, parts) in (0..).zip(parts) {
        let mut number = 0;
        for part in parts {
            part.each(|packed| {
                cancel.check()?;
                let bytes = packed.keys()?;
                let keys = RowKeys::take(&mut bytes.as_slice()).ok_or_else(|| part.broken())?;
                let like = held_out.like(&keys.sentences);
                let mut signatures = keys.signatures.into_iter();
                for (i, task) in keys.tasks.into_iter().enumerate() {
                    let signature = signatures.next().flatten();
                    if like.get(i).is_some_and(|is_like| *is_like) {
                        continue;
                    }
                    let key = keys.keys.get(i).copied();
                    each(RowKey { corpus, number, task, key, signature })?;
                    number += 1;
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// By prompt, then in the dataset's order.
fn sorted(row: &RowKey, key: Key) -> Sorted {
    let (prompt, answer) = key.digests();
    let task = Task::ALL.iter().position(|task| *task == row.task);
    let task = task.and_then(|task| u8::try_from(task).ok()).unwrap_or_default();
    let mut bytes = [0; 29];
    let parts: [&[u8]; 5] = [
        &prompt.to_be_bytes(),
        &row.corpus.to_be_bytes(),
        &row.number.to_be_bytes(),
        &answer.to_be_bytes(),
        &[task],
    ];
    let all = parts.into_iter().flatten();
    bytes.iter_mut().zip(all).for_each(|(byte, of)| *byte = *of);
    bytes
}

fn unsorted(mut bytes: &[u8]) -> Option<(RowKey, Key)> {
    let from = &mut bytes;
    let prompt = u64::from_be_bytes(number(from)?);
    let corpus = u32::from_be_bytes(number(from)?);
    let n = u64::from_be_bytes(number(from)?);
    let answer = u64::from_be_bytes(number(from)?);
    let [task] = number(from)?;
    let task = *Task::ALL.get(usize::from(task))?;
    let key = Key::of_digests(prompt, answer);
    Some((RowKey { corpus, number: n, task, key: Some(key), signature: None }, key))
}

/// Sorts records on disk: what fits in memory is sorted there and written, and what is written is merged.
struct Sorter<const N: usize> {
    folder: PathBuf,
    most: usize,
    records: Vec<[u8; N]>,
    runs: Vec<File>,
}

impl<const N: usize> Sorter<N> {
    fn new(folder: &Path, memory: usize) -> Self {
        let most = (memory / N).max(2);
        Self { folder: folder.to_owned(), most, records: Vec::new(), runs: Vec::new() }
    }

    fn push(&mut self, record: [u8; N]) -> Result<()> {
        if self.records.len() == self.most {
            self.spill()?;
        }
        self.records.push(record);
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        self.records.sort_unstable();
        let (file, path) = unnamed(&self.folder)?;
        let failed = |error| Error::write(&path, error);
        let mut writer = BufWriter::new(file);
        self.records.iter().try_for_each(|it| writer.write_all(it)).map_err(failed)?;
        let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
        self.runs.push(file);
        self.records.clear();
        Ok(())
    }

    /// Hands every record on, in order.
    fn sorted(mut self, mut each: impl FnMut([u8; N]) -> Result<()>) -> Result<()> {
        if self.runs.is_empty() {
            self.records.sort_unstable();
            return self.records.into_iter().try_for_each(each);
        }
        self.spill()?;
        let failed = |error| unreadable(&self.folder, error);
        let mut runs = Vec::new();
        let mut next = BinaryHeap::new();
        for (i, mut file) in self.runs.into_iter().enumerate() {
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut run = BufReader::with_capacity(1 << 16, file);
            next.extend(record(&mut run).map_err(failed)?.map(|record| Reverse((record, i))));
            runs.push(run);
        }
        while let Some(Reverse((first, i))) = next.pop() {
            each(first)?;
            if let Some(run) = runs.get_mut(i) {
                next.extend(record(run).map_err(failed)?.map(|record| Reverse((record, i))));
            }
        }
        Ok(())
    }
}

impl Sorter<{ Decision::BYTES }> {
    /// The records in order as a file without a name.
    fn into_file(self) -> Result<Decisions> {
        let (file, path) = unnamed(&self.folder)?;
        let failed = |error| Error::write(&path, error);
        let mut writer = BufWriter::new(file);
        self.sorted(|bytes| writer.write_all(&bytes).map_err(failed))?;
        let mut file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut decisions = Decisions { path, file: BufReader::new(file), next: None };
        decisions.advance()?;
        Ok(decisions)
    }
}

fn record<const N: usize>(run: &mut impl Read) -> io::Result<Option<[u8; N]>> {
    let mut record = [0; N];
    match read_some(run, &mut record)? {
        0 => Ok(None),
        n if n == N => Ok(Some(record)),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Fills the buffer as far as there is something.
fn read_some(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while let Some(rest) = buffer.get_mut(n..).filter(|rest| !rest.is_empty()) {
        match from.read(rest)? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}

/// A file that has no name any more, so that nothing is left of it whatever happens.
fn unnamed(folder: &Path) -> Result<(File, PathBuf)> {
    for n in 0_u64.. {
        let path = folder.join(format!("sorting-{}-{n}.new", std::process::id()));
        let mut options = OpenOptions::new();
        match options.read(true).write(true).create_new(true).open(&path) {
            Ok(file) => {
                fs::remove_file(&path).map_err(|error| Error::write(&path, error))?;
                return Ok((file, path));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::write(path, error)),
        }
    }
    Err(Error::new(ErrorKind::Stopped))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::at(Location::file(path.display().to_string()), ErrorKind::Read(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_in_memory_is_sorted_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let records: Vec<[u8; 4]> =
            (0..1000_u32).map(|i| i.wrapping_mul(0x9e37_79b9).to_be_bytes()).collect();
        let mut expected = records.clone();
        expected.sort_unstable();
        for memory in [8, 12, 400, 4000, 8000] {
            let mut sorter = Sorter::<4>::new(folder.path(), memory);
            for record in &records {
                sorter.push(*record).unwrap();
            }
            let mut found = Vec::new();
            let take = |record| {
                found.push(record);
                Ok(())
            };
            sorter.sorted(take).unwrap();
            assert_eq!(found, expected, "{memory} bytes");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    }

    #[test]
    fn decisions_are_found_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("decisions");
        let decision = |corpus, row, rule, like| Decision { corpus, row, rule, like };
        let all = [
            decision(0, 2, Rule::Duplicate, 0),
            decision(1, 0, Rule::Conflict, 0),
            decision(2, 300, Rule::NearDuplicate, 1),
        ];
        let bytes: Vec<u8> = all.iter().flat_map(|it| it.bytes()).collect();
        fs::write(&path, &bytes).unwrap();
        let mut decisions = Decisions::open(&path).unwrap();
        assert_eq!(decisions.of(0, 1).unwrap(), None);
        assert_eq!(decisions.of(0, 2).unwrap(), Some((Rule::Duplicate, 0)));
        assert_eq!(decisions.of(2, 300).unwrap(), Some((Rule::NearDuplicate, 1)), "one left out");
        assert_eq!(decisions.of(2, 301).unwrap(), None);
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let mut decisions = Decisions::open(&path).unwrap();
        decisions.of(0, 2).unwrap();
        assert!(decisions.of(2, 300).is_err(), "it ends early");
        // No rule has the number 4, and no row is dropped for one of a later corpus.
        let later = decision(0, 2, Rule::Duplicate, 1).bytes();
        let unknown = [&later[..12], &[4], &[0; 4]].concat();
        for bytes in [&later[..], &unknown] {
            fs::write(&path, bytes).unwrap();
            let error = Decisions::open(&path).unwrap_err();
            assert!(error.to_string().contains("is no list of decisions"), "{error}");
        }
    }
}
