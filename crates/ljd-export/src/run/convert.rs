//! What a worker does: turns a chunk into rows, and judges each record by itself.

use std::collections::BTreeMap;

use ljd_core::{
    Chunk, Language, Location, Record, RecordSink, Result, Score, Skip, Skipped, SkippedRows,
    Source, Task, known_words,
};
use ljd_quality::{Alignment, Key, Normal, Pair, Rule, Signature};

use crate::plan::mixing::{BestBy, Place, Share};
use crate::plan::{Compared, PlannedCorpus};
use crate::report::DroppedRecord;
use crate::run::dropped::Dropped;
use crate::run::held_out::{self, HeldOut};
use crate::run::job::{Aim, Job};
use crate::write::code::{Code, code_names, put_text, take_text};
use crate::write::rows::{RowKeys, Rows};

/// What came of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    pub(crate) rows: Rows,
    /// Rows of the source.
    pub(crate) n_rows: u64,
    pub(crate) skipped: Skipped,
    /// Records made of them.
    pub(crate) made: u64,
    /// Records left out by the recipe, by reason.
    pub(crate) left_out: BTreeMap<String, u64>,
    /// Records that were repaired, by rule.
    pub(crate) repaired: BTreeMap<Rule, u64>,
    pub(crate) dropped: Dropped,
    /// Task and bucket of each record, where a survey counts these instead of making rows.
    pub(crate) surveyed: Vec<(Task, u32)>,
    /// Digests of the sentences that are held out, likewise.
    pub(crate) held_out: Vec<u64>,
    /// The ids of all records, where they have to be looked at.
    pub(crate) ids: Vec<String>,
    /// Pairs to learn from, where a run learns.
    pub(crate) pairs: Vec<Pair>,
    /// Which rows have a sentence that is held out; empty if none has.
    pub(crate) like_held_out: Vec<bool>,
    /// The last pair with its score: it comes again in the other direction.
    scored: Option<(Pair, Score)>,
}

/// Turns a chunk into rows, or surveys it.
pub(crate) fn convert(job: &Job<'_>, source: &Source, chunk: &Chunk) -> Result<Converted> {
    let mut converted = Converted::default();
    let mut push = |record: Record<'_>| converted.take(job, record);
    let mut out = RecordSink::new(source, chunk.reread, &mut push);
    job.planned.corpus.convert(chunk, &job.planned.rules, &mut out)?;
    (converted.n_rows, converted.skipped) = out.into_counts();
    converted.rows.shrink();
    if let Some(tokenizer) = job.tokenizer {
        converted.rows.count_tokens(tokenizer)?;
    }
    Ok(converted)
}

impl Converted {
    /// Finds the rows that have a sentence of what is held out, which depends on other corpora.
    pub(crate) fn hold_out(&mut self, held_out: &HeldOut) {
        self.like_held_out = held_out.like(&std::mem::take(&mut self.rows.sentences));
    }

    /// Appends everything in two pieces: what rows are compared by, and all else.
    pub(crate) fn pack(&mut self, keys: &mut Vec<u8>, rest: &mut Vec<u8>) {
        let of_rows = self.rows.take_keys();
        of_rows.put(keys);
        self.rows.put(rest);
        let RowKeys { keys, signatures, sentences, .. } = of_rows;
        (self.rows.keys, self.rows.signatures, self.rows.sentences) = (keys, signatures, sentences);
        self.n_rows.put(rest);
        put_skipped(&self.skipped, rest);
        self.made.put(rest);
        self.left_out.put(rest);
        self.repaired.put(rest);
        self.dropped.0.put(rest);
        self.surveyed.put(rest);
        self.held_out.put(rest);
        self.ids.put(rest);
        self.pairs.put(rest);
    }

    /// What [`pack`](Self::pack) appended; `None` where it is something else.
    pub(crate) fn unpack(mut keys: &[u8], mut rest: &[u8]) -> Option<Self> {
        let from = &mut rest;
        let converted = Self {
            rows: Rows::take(from, RowKeys::take(&mut keys)?)?,
            n_rows: Code::take(from)?,
            skipped: take_skipped(from)?,
            made: Code::take(from)?,
            left_out: Code::take(from)?,
            repaired: Code::take(from)?,
            dropped: Dropped(Code::take(from)?),
            surveyed: Code::take(from)?,
            held_out: Code::take(from)?,
            ids: Code::take(from)?,
            pairs: Code::take(from)?,
            like_held_out: Vec::new(),
            scored: None,
        };
        (keys.is_empty() && rest.is_empty()).then_some(converted)
    }
}

impl Code for Pair {
    fn put(&self, out: &mut Vec<u8>) {
        self.words().into_iter().for_each(|words| words.to_vec().put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(Self::of_words([Code::take(from)?, Code::take(from)?]))
    }
}

code_names!(Rule);

fn put_skipped(skipped: &Skipped, out: &mut Vec<u8>) {
    skipped.iter().count().put(out);
    for (skip, rows) in skipped.iter() {
        matches!(skip, Skip::Bad(_)).put(out);
        put_text(skip.reason(), out);
        rows.count.put(out);
        rows.first.len().put(out);
        for Location { file, line, column } in &rows.first {
            put_text(file, out);
            (*line, *column).put(out);
        }
    }
    skipped.tallies().len().put(out);
    for (kind, names) in skipped.tallies() {
        put_text(kind, out);
        names.put(out);
    }
}

fn take_skipped(from: &mut &[u8]) -> Option<Skipped> {
    let mut skipped = Skipped::default();
    for _ in 0..usize::take(from)? {
        let is_bad = bool::take(from)?;
        let reason = known_words(take_text(from)?);
        let skip = if is_bad { Skip::Bad(reason) } else { Skip::LeftOut(reason) };
        let mut rows = SkippedRows { count: Code::take(from)?, first: Vec::new() };
        for _ in 0..usize::take(from)? {
            let file = take_text(from)?.into();
            let (line, column) = Code::take(from)?;
            rows.first.push(Location { file, line, column });
        }
        skipped.add_counted(skip, rows);
    }
    for _ in 0..usize::take(from)? {
        let kind = known_words(take_text(from)?);
        for (name, n) in BTreeMap::<String, u64>::take(from)? {
            skipped.add_tally(kind, name, n);
        }
    }
    Some(skipped)
}

/// On which side of what a recipe holds out a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Train,
    HeldOut,
    /// Of those whom it is of, some are here and some there.
    Both,
}

impl Side {
    fn of(job: &Job<'_>, record: &Record<'_>, place: Place) -> Self {
        let PlannedCorpus { corpus, .. } = job.planned;
        let share = job.recipe.held_out;
        let mut parties = corpus
            .parties(record)
            .into_iter()
            .map(|party| Place::of(job.planned.name(), party).is_held_out(share));
        let first = parties.next().unwrap_or_else(|| place.is_held_out(share));
        if parties.any(|is_held_out| is_held_out != first) {
            Self::Both
        } else if first {
            Self::HeldOut
        } else {
            Self::Train
        }
    }
}

impl Converted {
    fn take(&mut self, job: &Job<'_>, mut record: Record<'_>) {
        self.made += 1;
        let PlannedCorpus { corpus, filters, .. } = job.planned;
        if corpus.has_unchecked_ids() && job.aim == Aim::Write {
            self.ids.push(record.id.to_string());
        }
        let languages = [record.source_language, record.target_language];
        if let Some(what) = job.recipe.left_out(record.split, languages) {
            *self.left_out.entry(what).or_default() += 1;
            return;
        }
        let is_placed = matches!(job.aim, Aim::Survey | Aim::HoldOut)
            || !job.limits.is_empty()
            || job.recipe.held_out != Share::default();
        let place = is_placed.then(|| Place::of(job.planned.name(), corpus.group(&record)));
        // Places by score are known later.
        if job.planned.best_by.is_none() && self.is_left_out(job, record.task, place) {
            return;
        }
        let repaired = |rule| *self.repaired.entry(rule).or_default() += 1;
        if let Err(rule) = filters.apply(&mut record, repaired) {
            self.dropped.add(rule, None, job.keep_dropped, || DroppedRecord::of(&record));
            return;
        }
        if job.aim == Aim::Learn {
            let is_first = record.source_language == Language::Ja;
            self.pairs.extend(is_first.then(|| Pair::of(&record)).flatten());
            return;
        }
        // What is not held out has nothing to give to a run that looks for what is.
        let is_judged = job.aim != Aim::HoldOut
            || job.planned.best_by.is_some()
            || place.is_none_or(|place| place.is_held_out(job.recipe.held_out));
        let judge = job.alignment.filter(|_| is_judged);
        let score = judge.and_then(|alignment| self.score(alignment, &record));
        record.score = score.or(record.score);
        if job.planned.least_score.zip(score).is_some_and(|(least, score)| score < least) {
            let rule = Rule::Alignment;
            self.dropped.add(rule, None, job.keep_dropped, || DroppedRecord::of(&record));
            return;
        }
        let Some(best_by) = job.planned.best_by else {
            return self.compare(job, &mut record, place);
        };
        let place = place.map(|place| place_by(best_by, &record, place));
        if !self.is_left_out(job, record.task, place) {
            self.compare(job, &mut record, place);
        }
    }

    /// Whether the recipe does not take the records of a place, which is counted.
    fn is_left_out(&mut self, job: &Job<'_>, task: Task, place: Option<Place>) -> bool {
        let is_left_out = place.is_some_and(|place| !job.limits.has(task, place.bucket));
        if is_left_out {
            *self.left_out.entry("not sampled".to_owned()).or_default() += 1;
        }
        is_left_out
    }

    fn score(&mut self, alignment: &Alignment, record: &Record<'_>) -> Option<Score> {
        let pair = Pair::of(record)?;
        match &self.scored {
            Some((last, score)) if *last == pair => Some(*score),
            _ => {
                let score = alignment.score(&pair);
                self.scored = Some((pair, score));
                Some(score)
            }
        }
    }

    /// Notes what the record is recognised by, and takes it unless it is evaluation data.
    fn compare(&mut self, job: &Job<'_>, record: &mut Record<'_>, place: Option<Place>) {
        let Compared { keys, signatures, evaluation, .. } = job.planned.compared;
        let normal = (signatures || evaluation).then(|| Normal::of(record));
        if let Some(normal) = normal.as_ref().filter(|_| evaluation)
            && let Some(name) = job.evaluation.find(normal)
        {
            let rule = Rule::Contamination;
            self.dropped.add(rule, Some(name), job.keep_dropped, || DroppedRecord::of(record));
            return;
        }
        let side = place.map_or(Side::Train, |place| Side::of(job, record, place));
        if side == Side::Both {
            *self.left_out.entry("has a speaker who is held out".to_owned()).or_default() += 1;
            return;
        }
        let is_held_out = side == Side::HeldOut;
        if let Some(place) = place.filter(|_| job.aim != Aim::Write) {
            self.surveyed.push((record.task, place.bucket));
            if is_held_out {
                self.held_out.extend(held_out::digests(record));
                // A wording may put a sentence of a few words into a longer one.
                job.planned.phrasings.word(record, is_held_out);
                self.held_out.extend(held_out::digests(record));
            }
            return;
        }
        let key = keys.then(|| Key::of(record));
        let is_asked = job.recipe.held_out != Share::default();
        let mut sentences = Vec::new();
        let mut note = |record: &Record<'_>| {
            if !is_asked || is_held_out {
                return;
            }
            for digest in held_out::digests(record) {
                if !sentences.contains(&digest) {
                    sentences.push(digest);
                }
            }
        };
        note(record);
        let wording = job.planned.phrasings.word(record, is_held_out);
        note(record);
        if is_asked {
            self.rows.sentences.push(sentences);
        }
        self.rows.keys.extend(key);
        if let Some(normal) = &normal {
            self.rows.signatures.extend(signatures.then(|| Signature::of(normal)));
        }
        self.rows.push(record, wording, is_held_out);
    }
}

/// Where a record is among those of its corpus, by what is best.
fn place_by(best_by: BestBy, record: &Record<'_>, place: Place) -> Place {
    match best_by {
        BestBy::Alignment => record.score.map_or(place, |score| place.by_score(score)),
    }
}
