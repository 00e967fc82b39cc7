//! Runs one corpus over all threads: cut, convert, gather in order, encode, append in order.
//!
//! One thread cuts the corpus into chunks. Workers turn chunks into rows and groups of rows into bytes.
//! The calling thread takes the rows in the order of their chunks, so that what it decides (splits, the
//! limit, where a group ends) does not depend on who was first, and appends the bytes in the order of
//! their groups.
//!
//! Memory is bounded by two counts: a chunk is cut only when a permit is free, and it gives its permit
//! back when its rows are in a group; rows enter a group only while few groups are being encoded.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use ljd_core::{Chunk, ChunkSink, Error, ErrorKind, Result, Skipped, Source, Split, stable_hash};
use ljd_quality::{CompareRules, Key, Learner, NearSeen, Rule, Seen, Signature};

use crate::plan::PlannedCorpus;
use crate::plan::mixing::Survey;
use crate::report::DroppedRecord;
use crate::run::convert::{Converted, convert};
use crate::run::decisions::Decisions;
use crate::run::dropped::Dropped;
use crate::run::figures::Figures;
use crate::run::flow::Flow;
use crate::run::job::Job;
use crate::run::part::{Packed, Part, PartWriter};
use crate::write::files::file_of_group;
use crate::write::format::{Encoded, Encoder, Spare};
use crate::write::rows::{Group, Labels, Rows, Target};

/// What takes the results of a run.
pub(crate) trait Output {
    /// Takes a group, of which nothing is left then but memory; they come in order.
    fn append(&mut self, group: &mut EncodedGroup) -> Result<()>;

    /// Takes records that a rule dropped, in order, where the job keeps them.
    fn keep(&mut self, rule: Rule, records: &[DroppedRecord]) -> Result<()>;

    /// Is told after each group how many records were written, and how many bytes of the files were read.
    fn observe(&mut self, records: u64, bytes_read: u64);
}

/// What a dataset has so far, to compare with; or what was found by comparing before.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    seen: Seen,
    near: NearSeen,
    decided: Option<Decisions>,
    /// The corpora by their numbers.
    corpora: Vec<String>,
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
    /// Records left out by the recipe, by reason.
    pub(crate) left_out: BTreeMap<String, u64>,
    /// Records that were repaired, by rule.
    pub(crate) repaired: BTreeMap<Rule, u64>,
    /// Records dropped, with examples.
    pub(crate) dropped: Dropped,
    /// Of those, the ones that another corpus has, by its name.
    pub(crate) overlap: BTreeMap<String, u64>,
    /// What was written.
    pub(crate) figures: Figures,
    /// What a survey counts.
    pub(crate) survey: Survey,
    /// The digests of sentences that a survey finds to be held out.
    pub(crate) held_out: Vec<u64>,
    /// The pairs that a run learns from.
    pub(crate) learner: Learner,
    /// Whether the corpus was read to its end.
    pub(crate) complete: bool,
}

/// An encoded group with its target and the number of its rows: once for each format, or once joined.
pub(crate) struct EncodedGroup {
    pub(crate) target: Target,
    /// Its number among those of its target.
    pub(crate) number: usize,
    pub(crate) n_rows: u64,
    pub(crate) figures: Figures,
    /// Nothing where another run encodes it.
    pub(crate) encoded: Vec<Encoded>,
}

enum Task {
    Convert(u64, Chunk),
    Unpack(u64, Packed),
    Encode(u64, Group),
}

enum Done {
    /// The corpus is cut; so many chunks were handed out.
    Cut(u64, Result<()>),
    Converted(u64, Result<Made>),
    Encoded(u64, Result<EncodedGroup>),
}

/// What was made of a chunk, and the same for a part.
struct Made {
    converted: Box<Converted>,
    packed: Option<Packed>,
}

/// Runs a corpus, and hands what comes of it to `output`.
pub(crate) fn run(
    job: &Job<'_>,
    flow: Flow<'_>,
    comparison: &mut Comparison,
    output: &mut dyn Output,
) -> Result<Counts> {
    let Flow { from, range, to, is_mapped } = flow;
    let is_packed = to.is_some();
    let jobs = job.jobs.get();
    job.planned.raw.set_threads(job.jobs);
    let stop = AtomicBool::new(false);
    let source = Arc::new(job.planned.raw.manifest().source.clone());
    thread::scope(|scope| {
        let spare = Spare::new();
        let (tasks, todo) = unbounded();
        let (done, results) = unbounded();
        let (permits, returned) = bounded(2 * jobs + 2);
        let cutter = Cutter { tasks: tasks.clone(), permits, stop: &stop, from, range };
        // Where one of them cannot be started, the others have nothing to do, and end.
        for _ in 0..jobs {
            let (todo, done, source, stop) = (todo.clone(), done.clone(), &source, &stop);
            let encoder = Encoder::new(spare.clone());
            let worker =
                Worker { job, source, encoder, is_packed, n_corpus: comparison.corpora.len() };
            spawn(scope, move || worker.work(&todo, &done, stop))?;
        }
        spawn(scope, move || cutter.run(job, &done))?;
        comparison.corpora.push(job.planned.name().to_owned());
        let gatherer = Gatherer {
            job,
            comparison,
            source: &source,
            tasks,
            permits: returned,
            spare,
            counts: Counts::default(),
            is_joined: job.recipe.joined.values().flatten().any(|name| name == job.planned.name()),
            groups: BTreeMap::new(),
            numbers: BTreeMap::new(),
            to,
            is_mapped,
            n_compared: 0,
            ids: BTreeSet::new(),
            n_taken: 0,
            n_groups: 0,
            n_in_flight: 0,
            most_in_flight: jobs as u64 + 1,
        };
        let counts = gatherer.run(&results, output);
        stop.store(true, Ordering::Relaxed);
        counts
    })
}

/// Starts a thread, which the system may refuse.
fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() + Send + 'scope,
) -> Result<()> {
    let started = thread::Builder::new().spawn_scoped(scope, work);
    started.map(drop).map_err(|error| Error::new(ErrorKind::Thread(error)))
}

/// The thread that cuts the corpus, or reads its parts.
struct Cutter<'a> {
    tasks: Sender<Task>,
    permits: Sender<()>,
    stop: &'a AtomicBool,
    from: Option<&'a [Part]>,
    range: Range<u64>,
}

impl Cutter<'_> {
    fn run(&self, job: &Job<'_>, done: &Sender<Done>) {
        let mut n_chunks = 0;
        let mut push = |task: &mut dyn FnMut(u64) -> Task| {
            let stopped = || Error::new(ErrorKind::Stopped);
            self.permits.send(()).map_err(|_closed| stopped())?;
            if self.stop.load(Ordering::Relaxed) {
                return Err(stopped());
            }
            self.tasks.send(task(n_chunks)).map_err(|_closed| stopped())?;
            n_chunks += 1;
            Ok(())
        };
        let cut = match self.from {
            Some(parts) => parts.iter().try_for_each(|part| {
                part.each(|packed| {
                    let mut packed = Some(packed);
                    push(&mut |n| Task::Unpack(n, packed.take().unwrap_or_default()))
                })
            }),
            None => self.cut(job, &mut |chunk| {
                let mut chunk = Some(chunk);
                push(&mut |n| Task::Convert(n, chunk.take().unwrap_or_else(no_chunk)))
            }),
        };
        // Nobody listens any more after an error, which is reported instead.
        let _ = done.send(Done::Cut(n_chunks, cut));
    }

    /// Cuts the corpus from its beginning, so that a row that depends on those before it is what it always is.
    fn cut(&self, job: &Job<'_>, push: &mut dyn FnMut(Chunk) -> Result<()>) -> Result<()> {
        let (mut n_cut, mut is_enough) = (0, false);
        let mut take = |chunk| {
            is_enough = self.range.end <= n_cut;
            n_cut += 1;
            if is_enough {
                return Err(Error::new(ErrorKind::Stopped));
            }
            if n_cut <= self.range.start { Ok(()) } else { push(chunk) }
        };
        let PlannedCorpus { corpus, raw, rules, .. } = job.planned;
        let mut chunks = ChunkSink::new(&mut take);
        chunks.split = raw.manifest().split();
        let cut = corpus.cut(raw, rules, &mut chunks);
        if is_enough { Ok(()) } else { cut }
    }
}

/// A chunk of nothing.
fn no_chunk() -> Chunk {
    Chunk { texts: Vec::new(), split: Split::Whole, block: 0, reread: false }
}

/// A thread that takes tasks until there are no more.
struct Worker<'a> {
    job: &'a Job<'a>,
    source: &'a Source,
    encoder: Encoder,
    is_packed: bool,
    n_corpus: usize,
}

impl Worker<'_> {
    fn work(mut self, todo: &Receiver<Task>, done: &Sender<Done>, stop: &AtomicBool) {
        for task in todo {
            if stop.load(Ordering::Relaxed) {
                continue;
            }
            let result = match task {
                Task::Convert(i, chunk) => Done::Converted(i, self.convert(&chunk)),
                Task::Unpack(i, packed) => Done::Converted(i, self.unpack(packed)),
                Task::Encode(i, group) => Done::Encoded(i, self.encode(&group)),
            };
            // Nobody listens any more after an error, which is reported instead.
            let _ = done.send(result);
        }
    }

    fn convert(&self, chunk: &Chunk) -> Result<Made> {
        let mut converted = Box::new(convert(self.job, self.source, chunk)?);
        let packed = self.is_packed.then(|| Packed::of(&mut converted)).transpose()?;
        converted.hold_out(self.job.held_out);
        Ok(Made { converted, packed })
    }

    fn unpack(&self, packed: Packed) -> Result<Made> {
        let mut converted = Box::new(packed.converted()?);
        converted.hold_out(self.job.held_out);
        Ok(Made { converted, packed: self.is_packed.then_some(packed) })
    }

    fn encode(&mut self, group: &Group) -> Result<EncodedGroup> {
        let Job { formats, encodes, .. } = self.job;
        let file = file_of_group(group.number);
        let in_each = match group.target {
            Target::Part(_) if encodes.has_file(self.n_corpus, file) => formats
                .iter()
                .map(|format| self.encoder.encode(*format, group))
                .collect::<Result<_>>()?,
            Target::Joined if encodes.has_joined() => vec![self.encoder.encode_joined(group)?],
            _ => Vec::new(),
        };
        let (n_rows, figures) = (group.n_rows as u64, Figures::of(group));
        let (target, number) = (group.target, group.number);
        Ok(EncodedGroup { target, number, n_rows, figures, encoded: in_each })
    }
}

/// Whether a row goes to the same files as those before it.
fn is_one_target(rows: &Rows, kept: &Range<usize>, row: usize) -> bool {
    let target = |row: usize| rows.labels.get(row).map(Labels::part);
    !kept.is_empty() && target(kept.start) == target(row)
}

impl Counts {
    /// Counts what came of a chunk, but for its rows; gives back what was dropped.
    fn add_chunk(&mut self, chunk: Box<Converted>) -> Dropped {
        self.rows += chunk.n_rows;
        self.skipped.append(chunk.skipped);
        self.made += chunk.made;
        for (what, n) in chunk.left_out {
            *self.left_out.entry(what).or_default() += n;
        }
        for (rule, n) in chunk.repaired {
            *self.repaired.entry(rule).or_default() += n;
        }
        self.held_out.extend(chunk.held_out);
        chunk.pairs.iter().for_each(|pair| self.learner.add(pair));
        for (task, bucket) in chunk.surveyed {
            self.survey.add(task, bucket);
        }
        chunk.dropped
    }
}

impl Comparison {
    /// What was found before, by the corpora in their order.
    pub(crate) fn decided(decisions: Decisions) -> Self {
        Self { decided: Some(decisions), ..Self::default() }
    }

    /// Takes a record of the last corpus; or gives the rule by which it is not taken, and the corpus that
    /// has it already.
    ///
    /// `row` is its number among those of its corpus that are compared.
    fn see(
        &mut self,
        row: u64,
        key: Option<Key>,
        signature: Option<Signature>,
        rules: CompareRules,
    ) -> Result<Option<(Rule, String)>> {
        let corpus = u32::try_from(self.corpora.len()).unwrap_or(u32::MAX) - 1;
        let found = match &mut self.decided {
            Some(decisions) => decisions.of(corpus, row)?,
            None => key.and_then(|key| self.seen.see(key, corpus, rules)).or_else(|| {
                let like = self.near.see(signature?, corpus)?;
                Some((Rule::NearDuplicate, like))
            }),
        };
        let like = |like: u32| self.corpora.get(like as usize).cloned().unwrap_or_default();
        Ok(found.map(|(rule, other)| (rule, like(other))))
    }
}

/// The calling thread: everything that has an order happens here.
struct Gatherer<'a> {
    job: &'a Job<'a>,
    comparison: &'a mut Comparison,
    source: &'a Arc<Source>,
    tasks: Sender<Task>,
    permits: Receiver<()>,
    spare: Spare,
    counts: Counts,
    /// Whether the recipe joins the corpus with others.
    is_joined: bool,
    /// The group of each target that is not full yet.
    groups: BTreeMap<Target, Group>,
    /// The groups that there were of each target.
    numbers: BTreeMap<Target, usize>,
    /// The part that is written, and whether nothing else is.
    to: Option<&'a mut PartWriter>,
    is_mapped: bool,
    /// Rows that were compared.
    n_compared: u64,
    /// Hashes of the ids that were there, where they have to be looked at.
    ids: BTreeSet<u64>,
    /// Rows taken into groups.
    n_taken: u64,
    n_groups: u64,
    n_in_flight: u64,
    most_in_flight: u64,
}

impl Gatherer<'_> {
    fn run(mut self, results: &Receiver<Done>, output: &mut dyn Output) -> Result<Counts> {
        let mut converted = BTreeMap::new();
        let mut encoded = BTreeMap::new();
        let (mut next_chunk, mut next_group) = (0, 0);
        let mut cut: Option<(u64, Result<()>)> = None;
        let mut ended = false;
        loop {
            self.job.cancel.check()?;
            while !ended && self.n_in_flight < self.most_in_flight {
                match converted.remove(&next_chunk) {
                    Some(chunk) => {
                        self.gather(chunk?, output)?;
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
                let mut group = group?;
                self.counts.figures.add(std::mem::take(&mut group.figures));
                output.append(&mut group)?;
                group.encoded.into_iter().for_each(|encoded| encoded.recycle(&self.spare));
                next_group += 1;
                self.n_in_flight -= 1;
                output.observe(self.counts.figures.records(), self.job.planned.raw.bytes_read());
            }
        }
    }

    fn is_limit_reached(&self) -> bool {
        self.job.limit.is_some_and(|limit| limit <= self.n_taken)
    }

    /// Takes the rows of a chunk into the groups of their parts, but for those that were there before.
    fn gather(&mut self, made: Made, output: &mut dyn Output) -> Result<()> {
        let Made { converted: mut chunk, packed } = made;
        if let Some((part, packed)) = self.to.as_mut().zip(packed) {
            part.push(&packed)?;
        }
        if self.is_mapped {
            output.observe(0, self.job.planned.raw.bytes_read());
            self.counts.add_chunk(chunk);
            return Ok(());
        }
        if let Some(id) = chunk.ids.iter().find(|id| !self.ids.insert(stable_hash(id))) {
            return Err(Error::new(ErrorKind::RepeatedId(id.clone())));
        }
        let keys = std::mem::take(&mut chunk.rows.keys);
        let mut signatures = std::mem::take(&mut chunk.rows.signatures);
        let like_held_out = std::mem::take(&mut chunk.like_held_out);
        let rows = Arc::new(std::mem::take(&mut chunk.rows));
        let mut dropped = self.counts.add_chunk(chunk);
        let mut kept = 0..0;
        for row in 0..rows.len() {
            if self.is_limit_reached() {
                break;
            }
            if like_held_out.get(row).is_some_and(|is_like| *is_like) {
                let left_out = &mut self.counts.left_out;
                *left_out.entry("has a sentence that is held out".to_owned()).or_default() += 1;
                self.take_kept(&rows, std::mem::replace(&mut kept, row + 1..row + 1));
                continue;
            }
            let signature = signatures.get_mut(row).and_then(Option::take);
            let compared = &self.job.planned.compared;
            let labels = rows.labels.get(row);
            let rules = labels.map(|labels| compared.rules(labels.task)).unwrap_or_default();
            let n = self.n_compared;
            self.n_compared += 1;
            match self.comparison.see(n, keys.get(row).copied(), signature, rules)? {
                None => {
                    self.n_taken += 1;
                    if !is_one_target(&rows, &kept, row) {
                        self.take_kept(&rows, std::mem::replace(&mut kept, row..row));
                    }
                    kept.end = row + 1;
                }
                Some((rule, other)) => {
                    self.take_kept(&rows, std::mem::replace(&mut kept, row + 1..row + 1));
                    self.drop_row(&rows, row, rule, &other, &mut dropped);
                }
            }
        }
        self.take_kept(&rows, kept);
        self.counts.dropped.add_later(&mut dropped);
        for (rule, dropped) in dropped.0.into_iter().filter(|_| self.job.keep_dropped) {
            output.keep(rule, &dropped.records)?;
        }
        Ok(())
    }

    fn drop_row(&mut self, rows: &Rows, row: usize, rule: Rule, like: &str, dropped: &mut Dropped) {
        *self.counts.overlap.entry(like.to_owned()).or_default() += 1;
        if let Some(row) = rows.row(row, self.source) {
            dropped.add(rule, Some(like), self.job.keep_dropped, || DroppedRecord::of_row(&row));
        }
    }

    /// Takes rows of one part.
    fn take_kept(&mut self, rows: &Arc<Rows>, kept: Range<usize>) {
        let Some(labels) = rows.labels.get(kept.start).filter(|_| !kept.is_empty()) else { return };
        self.take(Target::Part(labels.part()), rows, kept.clone());
        if self.is_joined {
            self.take(Target::Joined, rows, kept);
        }
    }

    fn take(&mut self, target: Target, rows: &Arc<Rows>, mut range: Range<usize>) {
        while !range.is_empty() {
            let number = self.numbers.get(&target).copied().unwrap_or_default();
            let group = self
                .groups
                .entry(target)
                .or_insert_with(|| Group::new(self.source, target, number));
            range = group.take(rows, range);
            if group.is_full() {
                self.encode(target);
            }
        }
    }

    fn encode(&mut self, target: Target) {
        if let Some(group) = self.groups.remove(&target) {
            *self.numbers.entry(target).or_default() += 1;
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
