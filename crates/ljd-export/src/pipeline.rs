//! Runs one corpus over all threads: cut, convert, gather in order, encode, append in order.
//!
//! One thread cuts the corpus into chunks. Workers turn chunks into rows and groups of rows into bytes.
//! The calling thread takes the rows in the order of their chunks, so that what it decides (splits, the
//! limit, where a group ends) does not depend on who was first, and appends the bytes in the order of
//! their groups.
//!
//! Memory is bounded by two counts: a chunk is cut only when a permit is free, and it gives its permit
//! back when its rows are in a group; rows enter a group only while few groups are being encoded.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use ljd_core::{Chunk, Chunks, Error, ErrorKind, Records, Result, Skipped, Source, Split};

use crate::format::{Encoded, encode_joined};
use crate::phrasings::Chosen;
use crate::plan::PlannedCorpus;
use crate::rows::{Group, Labels, Rows, Target};
use crate::{Format, Recipe};

/// What to run and how far.
pub(crate) struct Job<'a> {
    pub(crate) planned: &'a PlannedCorpus,
    pub(crate) recipe: &'a Recipe,
    pub(crate) formats: &'a [Format],
    pub(crate) jobs: NonZeroUsize,
    pub(crate) limit: Option<u64>,
}

/// What came of the rows of a corpus.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Rows of the source.
    pub(crate) rows: u64,
    /// Rows that gave no record.
    pub(crate) skipped: Skipped,
    /// Records made of the others.
    pub(crate) made: u64,
    /// Records that the recipe does not take, by what they are.
    pub(crate) left_out: BTreeMap<String, u64>,
    /// Records by the wording that their instruction got.
    pub(crate) phrasings: BTreeMap<Chosen, u64>,
    /// Records written.
    pub(crate) written: BTreeMap<Split, u64>,
    /// Characters of those.
    pub(crate) characters: u64,
    /// Tasks of those.
    pub(crate) tasks: BTreeMap<&'static str, u64>,
    /// Whether the corpus was read to its end.
    pub(crate) complete: bool,
}

/// An encoded group with its target and the number of its rows: once for each format, or once joined.
pub(crate) struct EncodedGroup {
    pub(crate) target: Target,
    pub(crate) n_rows: u64,
    pub(crate) encoded: Vec<Encoded>,
}

enum Task {
    Convert(u64, Chunk),
    Encode(u64, Group),
}

enum Done {
    /// The corpus is cut; so many chunks were handed out.
    Cut(u64, Result<()>),
    Converted(u64, Result<Converted>),
    Encoded(u64, Result<EncodedGroup>),
}

struct Converted {
    rows: Arc<Rows>,
    n_rows: u64,
    skipped: Skipped,
    phrasings: BTreeMap<Chosen, u64>,
}

/// Runs a corpus and hands every group to `append` in order.
///
/// `observe` is told how many records were written, after each group.
pub(crate) fn run(
    job: &Job<'_>,
    append: &mut dyn FnMut(EncodedGroup) -> Result<()>,
    observe: &mut dyn FnMut(u64),
) -> Result<Counts> {
    let jobs = job.jobs.get();
    let stop = AtomicBool::new(false);
    let source = Arc::new(job.planned.raw.manifest().source.clone());
    thread::scope(|scope| {
        let (tasks, todo) = unbounded();
        let (done, results) = unbounded();
        let (permits, returned) = bounded(2 * jobs + 2);
        let cutter = Cutter { tasks: tasks.clone(), permits, stop: &stop };
        let cut = done.clone();
        scope.spawn(move || cutter.run(job, &cut));
        for _ in 0..jobs {
            let (todo, done, source, stop) = (todo.clone(), done.clone(), &source, &stop);
            scope.spawn(move || work(job, source, &todo, &done, stop));
        }
        drop(done);
        let gatherer = Gatherer {
            job,
            source: &source,
            tasks,
            permits: returned,
            counts: Counts::default(),
            is_joined: job.recipe.joined.values().flatten().any(|name| name == job.planned.name()),
            groups: BTreeMap::new(),
            n_groups: 0,
            n_in_flight: 0,
            most_in_flight: jobs as u64 + 1,
        };
        let counts = gatherer.run(&results, append, observe);
        stop.store(true, Ordering::Relaxed);
        counts
    })
}

/// The thread that cuts the corpus.
struct Cutter<'a> {
    tasks: Sender<Task>,
    permits: Sender<()>,
    stop: &'a AtomicBool,
}

impl Cutter<'_> {
    fn run(&self, job: &Job<'_>, done: &Sender<Done>) {
        let mut n_chunks = 0;
        let mut push = |chunk| {
            let stopped = || Error::new(ErrorKind::Stopped);
            self.permits.send(()).map_err(|_closed| stopped())?;
            if self.stop.load(Ordering::Relaxed) {
                return Err(stopped());
            }
            self.tasks.send(Task::Convert(n_chunks, chunk)).map_err(|_closed| stopped())?;
            n_chunks += 1;
            Ok(())
        };
        let PlannedCorpus { corpus, raw, rules, .. } = job.planned;
        let cut = corpus.chunks(raw, rules, &mut Chunks::new(&mut push));
        // Nobody listens any more after an error, which is reported instead.
        let _ = done.send(Done::Cut(n_chunks, cut));
    }
}

/// A worker: takes tasks until there are no more.
fn work(
    job: &Job<'_>,
    source: &Source,
    todo: &Receiver<Task>,
    done: &Sender<Done>,
    stop: &AtomicBool,
) {
    for task in todo {
        if stop.load(Ordering::Relaxed) {
            continue;
        }
        let result = match task {
            Task::Convert(i, chunk) => Done::Converted(i, convert(job.planned, source, &chunk)),
            Task::Encode(i, group) => Done::Encoded(i, encode(job.formats, &group)),
        };
        // Nobody listens any more after an error, which is reported instead.
        let _ = done.send(result);
    }
}

fn convert(planned: &PlannedCorpus, source: &Source, chunk: &Chunk) -> Result<Converted> {
    let mut rows = Rows::default();
    let mut phrasings = BTreeMap::new();
    let mut push = |mut record: ljd_core::Record<'_>| {
        if let Some(chosen) = planned.phrasings.word(&mut record) {
            *phrasings.entry(chosen).or_default() += 1;
        }
        rows.push(&record);
    };
    let mut out = Records::new(source, chunk.reread, &mut push);
    planned.corpus.records(chunk, &planned.rules, &mut out)?;
    let (n_rows, skipped) = out.into_counts();
    Ok(Converted { rows: Arc::new(rows), n_rows, skipped, phrasings })
}

fn encode(formats: &[Format], group: &Group) -> Result<EncodedGroup> {
    let encoded = match group.target {
        Target::Split(_) => {
            formats.iter().map(|format| format.encode(group)).collect::<Result<_>>()?
        }
        Target::Joined => vec![encode_joined(group)?],
    };
    Ok(EncodedGroup { target: group.target, n_rows: group.n_rows as u64, encoded })
}

/// The calling thread: everything that has an order happens here.
struct Gatherer<'a> {
    job: &'a Job<'a>,
    source: &'a Arc<Source>,
    tasks: Sender<Task>,
    permits: Receiver<()>,
    counts: Counts,
    /// Whether the recipe joins the corpus with others.
    is_joined: bool,
    /// The group of each target that is not full yet.
    groups: BTreeMap<Target, Group>,
    n_groups: u64,
    n_in_flight: u64,
    most_in_flight: u64,
}

impl Gatherer<'_> {
    fn run(
        mut self,
        results: &Receiver<Done>,
        append: &mut dyn FnMut(EncodedGroup) -> Result<()>,
        observe: &mut dyn FnMut(u64),
    ) -> Result<Counts> {
        let mut converted = BTreeMap::new();
        let mut encoded = BTreeMap::new();
        let (mut next_chunk, mut next_group) = (0, 0);
        let mut cut: Option<(u64, Result<()>)> = None;
        let mut ended = false;
        loop {
            while !ended && self.n_in_flight < self.most_in_flight {
                match converted.remove(&next_chunk) {
                    Some(chunk) => {
                        self.gather(chunk?);
                        next_chunk += 1;
                        let _permit = self.permits.recv();
                        ended = self.is_limit_reached();
                    }
                    None => match cut.take_if(|(n_chunks, _)| *n_chunks == next_chunk) {
                        Some((_, result)) => {
                            result?;
                            self.counts.complete = true;
                            ended = true;
                        }
                        None => break,
                    },
                }
                if ended {
                    self.encode_what_is_left();
                }
            }
            if ended && self.n_in_flight == 0 {
                return Ok(self.counts);
            }
            match results.recv() {
                Ok(Done::Cut(n_chunks, result)) => cut = Some((n_chunks, result)),
                Ok(Done::Converted(i, chunk)) => drop(converted.insert(i, chunk)),
                Ok(Done::Encoded(i, group)) => drop(encoded.insert(i, group)),
                Err(_all_threads_ended) => return Err(Error::new(ErrorKind::Stopped)),
            }
            while let Some(group) = encoded.remove(&next_group) {
                append(group?)?;
                next_group += 1;
                self.n_in_flight -= 1;
                observe(self.counts.written.values().sum());
            }
        }
    }

    fn is_limit_reached(&self) -> bool {
        self.job.limit.is_some_and(|limit| limit <= self.counts.written.values().sum())
    }

    /// Takes the rows of a chunk into the groups of their splits.
    fn gather(&mut self, chunk: Converted) {
        self.counts.rows += chunk.n_rows;
        self.counts.skipped.append(chunk.skipped);
        self.counts.made += chunk.rows.len() as u64;
        for (chosen, n) in &chunk.phrasings {
            *self.counts.phrasings.entry(*chosen).or_default() += n;
        }
        for (labels, range) in chunk.rows.runs() {
            let Labels { split, source_language, target_language, .. } = labels;
            let left_out = self.job.recipe.left_out(split, [source_language, target_language]);
            if let Some(what) = left_out {
                *self.counts.left_out.entry(what).or_default() += range.len() as u64;
                continue;
            }
            let range = range.start..range.start + self.room().min(range.len());
            *self.counts.written.entry(labels.split).or_default() += range.len() as u64;
            for labels in chunk.rows.labels.get(range.clone()).unwrap_or_default() {
                self.counts.characters += u64::from(labels.characters);
                *self.counts.tasks.entry(labels.task.as_str()).or_default() += 1;
            }
            self.take(Target::Split(labels.split), &chunk.rows, range.clone());
            if self.is_joined {
                self.take(Target::Joined, &chunk.rows, range);
            }
        }
    }

    fn take(&mut self, target: Target, rows: &Arc<Rows>, mut range: Range<usize>) {
        while !range.is_empty() {
            let group =
                self.groups.entry(target).or_insert_with(|| Group::new(self.source, target));
            range = group.take(rows, range);
            if group.is_full() {
                self.encode(target);
            }
        }
    }

    /// Records that may still be written.
    fn room(&self) -> usize {
        let written: u64 = self.counts.written.values().sum();
        let room = self.job.limit.map_or(u64::MAX, |limit| limit.saturating_sub(written));
        usize::try_from(room).unwrap_or(usize::MAX)
    }

    fn encode(&mut self, target: Target) {
        if let Some(group) = self.groups.remove(&target) {
            // The workers outlive this thread's sender.
            let _ = self.tasks.send(Task::Encode(self.n_groups, group));
            self.n_groups += 1;
            self.n_in_flight += 1;
        }
    }

    fn encode_what_is_left(&mut self) {
        let targets: Vec<Target> = self.groups.keys().copied().collect();
        for target in targets {
            self.encode(target);
        }
    }
}
