//! Builds a dataset: checks every source, runs the corpora, writes what goes with the records.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use ljd_core::{
    Cancel, CheckedFile, ChosenWording, Error, ErrorKind, FileName, License, RawGuard, Result,
    Task, without_secrets,
};
use ljd_quality::{Alignment, Evaluation, Rule};

use crate::evaluate::{self, Search};
use crate::plan::mixing::{self, Limits, Survey};
use crate::plan::{Format, Plan, PlannedCorpus};
use crate::report::{
    AlignmentReport, CorpusReport, DroppedRecord, Report, companions, skipped, unknown,
};
use crate::run::decisions::Decisions;
use crate::run::decontaminate;
use crate::run::dropped::{DroppedFiles, dropped};
use crate::run::flow::Encodes;
use crate::run::held_out::{self, HeldOut};
use crate::run::job::{Aim, Job};
use crate::run::learn::learn;
use crate::run::part::{Parts, digest};
use crate::run::pipeline::{Comparison, Counts, EncodedGroup, Output};
use crate::run::shards;
use crate::run::store::{self, Store};
use crate::write::files::{Files, Joined, Shards};
use crate::write::folder::Folder;
use crate::write::rows::Target;
use crate::write::tokens::Tokenizer;

/// How to build, whatever is built.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The dataset's folder. What is there already is replaced when the new one is whole.
    pub out: PathBuf,
    /// Threads that convert and encode.
    pub jobs: NonZeroUsize,
    /// The most records of each corpus.
    pub limit: Option<u64>,
    /// The formats to write.
    pub formats: Vec<Format>,
    /// Whether the records that rules of quality drop are written too, into `dropped/`.
    pub keep_dropped: bool,
    /// Files of evaluation data to look for, beside the splits that the recipe leaves out.
    pub decontaminate: Vec<PathBuf>,
    /// A `tokenizer.json` to count tokens with; needs the feature `tokenizer`.
    pub tokenizer: Option<PathBuf>,
    /// Whether evaluation tasks are written too, into `evaluation/`, out of what is left out of training. The records
    /// are written as JSON Lines then, whatever the other formats are.
    pub evaluation: bool,
    /// The most bytes of a file of records, unless a single group of rows has more: a larger part of a corpus is several
    /// files.
    pub max_file_bytes: u64,
    /// A folder in which what is made of each corpus is kept: the next build reads it there, unless something changed
    /// that it depends on.
    pub cache: Option<PathBuf>,
    /// Ends the build when somebody wishes it.
    pub cancel: Cancel,
}

impl BuildOptions {
    /// The usual most bytes of a file of records.
    pub const MAX_FILE_BYTES: u64 = 500_000_000;
}

/// How far a build is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The corpus that is being read.
    pub corpus: &'a str,
    /// Bytes of its files read so far.
    pub bytes_read: u64,
    /// Bytes of its files; v0's rules read them more than once.
    pub bytes: u64,
    /// Records written so far.
    pub records: u64,
}

impl<'a> Progress<'a> {
    /// A corpus that nothing is known of yet.
    pub(crate) fn new(planned: &'a PlannedCorpus, bytes: u64) -> Self {
        Self { corpus: planned.name(), bytes_read: 0, bytes, records: 0 }
    }
}

/// Builds a dataset in its folder.
///
/// A source file that is missing, or of which it is quickly known that it is not the one that its manifest states, is
/// told before the first record is made. Each is hashed as it is read, and compared before its corpus counts as built.
///
/// # Errors
///
/// Where a source is missing, is not the one that its manifest states or cannot be read; where more rows
/// cannot be used than the manifest tolerates, or the records are not as many as it expects; where
/// nothing can be written; where it is cancelled. Nothing is left in the folder then, and a dataset that was there
/// stays.
pub fn build(
    plan: &Plan,
    options: &BuildOptions,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    for planned in &plan.corpora {
        planned.raw.set_cancel(&options.cancel);
    }
    let built = build_all(plan, &with_lines(options), observe);
    // Whatever was under way when it was cancelled failed.
    built.map_err(|error| options.cancel.check().err().unwrap_or(error))
}

/// What is held out is measured with, and read from plain lines for it.
pub(crate) fn with_lines(options: &BuildOptions) -> BuildOptions {
    let mut options = options.clone();
    if options.evaluation && !options.formats.contains(&Format::Jsonl) {
        options.formats.insert(0, Format::Jsonl);
    }
    options
}

fn build_all(
    plan: &Plan,
    options: &BuildOptions,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let Some(cache) = &options.cache else { return write(plan, options, Source::Files, observe) };
    if options.limit.is_some() {
        let problem = "keeps whole corpora: a limit takes the first records alone".to_owned();
        return Err(Error::new(ErrorKind::Invalid { field: "cache", problem }));
    }
    let parts = Parts::open(cache)?;
    let _held = hold(plan)?;
    let inputs = hashed(plan)?;
    let evaluation = store::evaluation_key(plan, &inputs, &options.decontaminate)?;
    let store = Store { parts: &parts, inputs, units: None, evaluation };
    write(plan, options, Source::Cache(&store), observe)
}

/// Holds the raw folders: until the end, no fetch replaces what is read.
pub(crate) fn hold(plan: &Plan) -> Result<Vec<RawGuard>> {
    plan.corpora.iter().map(|it| it.raw.hold()).collect()
}

/// The files of each corpus with their digests.
fn hashed(plan: &Plan) -> Result<BTreeMap<String, Vec<CheckedFile>>> {
    let files = plan.corpora.iter().map(|planned| {
        let files = planned.raw.check().map_err(|error| error.in_corpus(planned.name()))?;
        Ok((planned.name().to_owned(), files))
    });
    files.collect()
}

/// Where the records of a dataset come from.
pub(crate) enum Source<'a> {
    /// The published files.
    Files,
    /// Parts, as far as there are some.
    Cache(&'a Store<'a>),
    /// The parts of all units, of which it is decided what is dropped.
    Parts {
        store: &'a Store<'a>,
        decisions: Decisions,
        /// The files that runs wrote, by themselves.
        shards: Vec<ShardFolder>,
    },
}

/// The folder that a run left which wrote some of the files.
pub(crate) struct ShardFolder {
    pub(crate) path: PathBuf,
    pub(crate) shards: Vec<Shards>,
}

impl<'a> Source<'a> {
    pub(crate) const fn store(&self) -> Option<&'a Store<'a>> {
        match self {
            Self::Files => None,
            Self::Cache(store) | Self::Parts { store, .. } => Some(store),
        }
    }
}

/// What has to be known of all corpora before the records of one are judged.
pub(crate) struct Prepared {
    pub(crate) sizes: Vec<u64>,
    pub(crate) tokenizer: Option<Tokenizer>,
    evaluation: Evaluation,
    alignment: Option<Alignment>,
    alignment_key: String,
    learnt: Option<AlignmentReport>,
    limits: Vec<Limits>,
    pub(crate) held_out: HeldOut,
}

impl Prepared {
    /// Reads the corpora that are looked at as a whole first: those that translations are learnt from, those of which
    /// samples are taken, those that have sentences which are held out.
    pub(crate) fn new(
        plan: &Plan,
        options: &BuildOptions,
        store: Option<&Store<'_>>,
        observe: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Self> {
        let tokenizer = options.tokenizer.as_deref().map(Tokenizer::open).transpose()?;
        let sizes = plan.corpora.iter().map(check).collect::<Result<Vec<_>>>()?;
        let evaluation = decontaminate::collect(plan, &options.decontaminate)?;
        let (learnt, alignment_key) = match options.limit {
            None => learn_alignment(plan, &sizes, (options, &evaluation, store), observe)?,
            // The first records alone are to be looked at, not to be trained on: nothing is read twice for them.
            Some(_) => (None, String::new()),
        };
        let (alignment, learnt) = learnt.unzip();
        let judges = Judges {
            evaluation: &evaluation,
            alignment: alignment.as_ref(),
            alignment_key: &alignment_key,
            store,
        };
        let limits = limits(plan, &sizes, options, judges, observe)?;
        let held_out = match options.limit {
            None => held_out(plan, &sizes, (options, judges, &limits), observe)?,
            Some(_) => HeldOut::NONE,
        };
        Ok(Self {
            sizes,
            tokenizer,
            evaluation,
            alignment,
            alignment_key,
            learnt,
            limits,
            held_out,
        })
    }

    /// What a run does that writes records of a corpus.
    pub(crate) fn job<'a>(
        &'a self,
        plan: &'a Plan,
        (n, planned): (usize, &'a PlannedCorpus),
        options: &'a BuildOptions,
    ) -> Job<'a> {
        let judges = Judges {
            evaluation: &self.evaluation,
            alignment: self.alignment.as_ref(),
            alignment_key: &self.alignment_key,
            store: None,
        };
        let job = job(plan, planned, options, judges);
        let limits = self.limits.get(n).unwrap_or(job.limits);
        Job { limits, held_out: &self.held_out, tokenizer: self.tokenizer.as_ref(), ..job }
    }
}

/// Writes a dataset out of its source.
pub(crate) fn write(
    plan: &Plan,
    options: &BuildOptions,
    source: Source<'_>,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    // First of all: what would be refused in the end is refused before hours of work.
    let folder = Folder::create(&options.out)?;
    let _held = hold(plan)?;
    let store = source.store();
    let prepared = Prepared::new(plan, options, store, observe)?;
    let mut joined = Joined::create(plan, &folder)?;
    let mut report = Report {
        recipe: plan.recipe.name.clone(),
        recipe_sha256: plan.recipe.sha256(),
        version: plan.recipe.version.clone(),
        ljd_version: env!("CARGO_PKG_VERSION"),
        license: plan.license.map(License::id),
        stated_licenses: companions::licenses(plan)
            .into_iter()
            .filter_map(License::as_stated)
            .collect(),
        tokenizer: prepared.tokenizer.as_ref().map(|tokenizer| tokenizer.file.clone()),
        alignment: prepared.learnt.clone(),
        records: 0,
        published: published(plan),
        corpora: Vec::new(),
        refused: plan.refused.clone(),
        files: Vec::new(),
    };
    let (mut comparison, shards) = match source {
        Source::Parts { decisions, shards, .. } => (Comparison::decided(decisions), Some(shards)),
        _ => (Comparison::default(), None),
    };
    let encodes = if shards.is_some() { Encodes::Joined } else { Encodes::All };
    let mut dropped = DroppedFiles::new(&folder);
    for (n, planned) in plan.corpora.iter().enumerate() {
        let job = Job { encodes, ..prepared.job(plan, (n, planned), options) };
        let bytes = prepared.sizes.get(n).copied().unwrap_or_default();
        let mut output = CorpusOutput {
            files: Files::new(&folder, planned.name(), &options.formats, options.max_file_bytes),
            joined: Some(&mut joined),
            dropped: Some(&mut dropped),
            progress: Progress::new(planned, bytes),
            observe,
        };
        let corpus = build_corpus(&job, store, &mut comparison, &mut output)
            .and_then(|corpus| {
                let files = match &shards {
                    None => output.files.finish()?,
                    Some(shards) => {
                        shards::take(shards, planned.name(), &options.formats, &folder)?
                    }
                };
                Ok(CorpusReport { files, ..corpus })
            })
            .map_err(|error| error.in_corpus(planned.name()))?;
        report.records += corpus.records;
        report.corpora.push(corpus);
    }
    report.files.extend(joined.finish()?);
    report.files.extend(dropped.finish()?);
    evaluate(plan, options, &folder, &mut report)?;
    companions::write(plan, &options.formats, &folder, &mut report)?;
    options.cancel.check()?;
    folder.finish()?;
    Ok(report)
}

/// Writes the evaluation tasks, if they are wanted, and looks in what is written for all that is not to be trained on.
fn evaluate(
    plan: &Plan,
    options: &BuildOptions,
    folder: &Folder,
    report: &mut Report,
) -> Result<()> {
    let search =
        if options.evaluation { evaluate::write(plan, folder, report)? } else { Search::default() };
    let found = {
        let corpora = report.corpora.iter().map(|corpus| {
            let files = corpus.files.iter().map(|file| file.path.as_str());
            (corpus.complete, corpus.tasks.keys().copied().collect(), files.collect())
        });
        let joined = plan.recipe.joined.keys().map(FileName::as_str);
        search.run(folder.part(), &evaluate::Files::new(corpora, joined), options.jobs)?
    };
    if options.evaluation {
        evaluate::write_leakage(folder, report, &search, &found)?;
    }
    Ok(())
}

/// What is known of a corpus's files before they are read; returns their bytes.
fn check(planned: &PlannedCorpus) -> Result<u64> {
    let bytes =
        planned.raw.check_while_reading().map_err(|error| error.in_corpus(planned.name()))?;
    for file in &planned.raw.manifest().files {
        if !planned.raw.has(file) {
            let url = without_secrets(&file.url);
            tracing::warn!("{}: built without {}, from {url}", planned.name(), file.path);
        }
    }
    Ok(bytes)
}

/// Says what is to be known of files that were read.
fn warn_of(planned: &PlannedCorpus, files: &[CheckedFile]) {
    for CheckedFile { path, pin, trailing, .. } in files {
        let name = planned.name();
        if pin.is_none() {
            tracing::warn!(
                "{name}: {path} is not checked: its manifest states no SHA-256, and it was not fetched"
            );
        }
        if 0 < *trailing {
            tracing::warn!(
                "{name}: {path}: {trailing} bytes stand behind its end and are not read"
            );
        }
    }
}

/// What records are judged by beside themselves.
#[derive(Clone, Copy)]
struct Judges<'a> {
    evaluation: &'a Evaluation,
    alignment: Option<&'a Alignment>,
    alignment_key: &'a str,
    store: Option<&'a Store<'a>>,
}

/// What a run does that takes all of a corpus.
fn job<'a>(
    plan: &'a Plan,
    planned: &'a PlannedCorpus,
    options: &'a BuildOptions,
    Judges { evaluation, alignment, alignment_key, .. }: Judges<'a>,
) -> Job<'a> {
    const ALL: &Limits = &Limits::ALL;
    static NONE: &HeldOut = &HeldOut::NONE;
    Job {
        planned,
        recipe: &plan.recipe,
        formats: &options.formats,
        jobs: options.jobs,
        limit: options.limit,
        limits: ALL,
        aim: Aim::Write,
        held_out: NONE,
        alignment,
        alignment_key,
        evaluation,
        tokenizer: None,
        encodes: Encodes::All,
        keep_dropped: options.keep_dropped,
        cancel: &options.cancel,
    }
}

/// What is taken of each corpus. Those that a bound is about are surveyed.
fn limits(
    plan: &Plan,
    sizes: &[u64],
    options: &BuildOptions,
    judges: Judges<'_>,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<Limits>> {
    let portions = &plan.recipe.tasks;
    let bounded = |tasks: &[Task]| {
        tasks.iter().any(|task| portions.get(task).is_some_and(|it| it.max_records.is_some()))
    };
    let (mut limits, mut surveys) = (Vec::new(), Vec::new());
    for (planned, bytes) in plan.corpora.iter().zip(sizes) {
        let tasks = &planned.raw.manifest().tasks;
        let of_weights = Limits::of_weights(tasks, planned.portion, portions);
        let is_bounded = planned.portion.max_records.is_some() || bounded(tasks);
        let of_all = job(plan, planned, options, judges);
        let (counted, limited) = if planned.best_by.is_some() {
            let (even, evened) = survey(&of_all, judges.store, *bytes, observe)?.survey.evened();
            (even, of_weights.of_scores(evened))
        } else if is_bounded {
            let job = Job { limits: &of_weights, ..of_all };
            (survey(&job, judges.store, *bytes, observe)?.survey, of_weights)
        } else {
            (Survey::default(), of_weights)
        };
        surveys.push(counted);
        limits.push(limited);
    }
    for ((planned, survey), limits) in plan.corpora.iter().zip(&surveys).zip(&mut limits) {
        if let Some(most) = planned.portion.max_records {
            mixing::bound(&mut [(survey, limits)], None, most);
        }
    }
    for (task, portion) in portions {
        if let Some(most) = portion.max_records {
            let mut all: Vec<_> = surveys.iter().zip(&mut limits).collect();
            mixing::bound(&mut all, Some(*task), most);
        }
    }
    Ok(limits)
}

/// Runs a corpus without writing anything.
fn survey(
    job: &Job<'_>,
    store: Option<&Store<'_>>,
    bytes: u64,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Counts> {
    let planned = job.planned;
    let aim = if job.aim == Aim::Write { Aim::Survey } else { job.aim };
    let job = Job { aim, keep_dropped: false, limit: None, ..*job };
    let mut output = Unwritten { progress: Progress::new(planned, bytes), observe };
    let counts = store::run(&job, store, (&mut Comparison::default(), &mut output), |_, _| Ok(()));
    counts.map(|(counts, _)| counts).map_err(|error| error.in_corpus(planned.name()))
}

/// What the corpora teach that the recipe learns from: what judges pairs, and what the report says of it; and the digest
/// of what it is learnt from. A model is kept beside the parts.
fn learn_alignment(
    plan: &Plan,
    sizes: &[u64],
    (options, evaluation, store): (&BuildOptions, &Evaluation, Option<&Store<'_>>),
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<(Option<(Alignment, AlignmentReport)>, String)> {
    let judges = Judges { evaluation, alignment: None, alignment_key: "", store };
    let bytes: BTreeMap<&str, u64> =
        plan.corpora.iter().map(PlannedCorpus::name).zip(sizes.iter().copied()).collect();
    let wanted = plan.recipe.alignment.as_ref();
    let names = wanted.into_iter().flat_map(|wanted| &wanted.learn_from);
    let corpora: Vec<&PlannedCorpus> = names
        .filter_map(|name| plan.corpora.iter().find(|planned| planned.name() == name))
        .collect();
    let keys = store.map(|store| {
        let job = |planned| Job { aim: Aim::Learn, ..job(plan, planned, options, judges) };
        corpora.iter().map(|planned| store.name(&job(planned), None).key).collect::<Vec<_>>()
    });
    let key = keys.map(|keys| digest(keys.iter().map(String::as_str))).unwrap_or_default();
    let file = format!("alignment-{}.model", key.get(..32).unwrap_or_default());
    if let Some(store) = store.filter(|_| wanted.is_some())
        && let Some(bytes) = store.parts.read(&file)?
        && let Some((alignment, pairs)) = model_of(&bytes)
    {
        let learnt_from = corpora.iter().map(|planned| planned.name().to_owned()).collect();
        return Ok((Some((alignment, AlignmentReport { learnt_from, pairs })), key));
    }
    let read = |planned: &PlannedCorpus| {
        let bytes = bytes.get(planned.name()).copied().unwrap_or_default();
        let job = Job { aim: Aim::Learn, ..job(plan, planned, options, judges) };
        survey(&job, store, bytes, observe).map(|counts| counts.learner)
    };
    let learnt = learn(plan, read, |learner| learner.learn(options.jobs, &options.cancel))?;
    if let Some((store, (alignment, report))) = store.zip(learnt.as_ref()) {
        let mut bytes = (report.pairs as u64).to_le_bytes().to_vec();
        bytes.extend(alignment.to_bytes());
        store.parts.write(&file, &bytes)?;
    }
    Ok((learnt, key))
}

/// A model, and the number of pairs that it was learnt from.
fn model_of(bytes: &[u8]) -> Option<(Alignment, usize)> {
    let (pairs, model) = bytes.split_at_checked(8)?;
    let pairs = u64::from_le_bytes(pairs.try_into().ok()?);
    Some((Alignment::of_bytes(model)?, usize::try_from(pairs).ok()?))
}

/// The sentences that are held out, of all corpora that share some.
fn held_out(
    plan: &Plan,
    sizes: &[u64],
    (options, judges, limits): (&BuildOptions, Judges<'_>, &[Limits]),
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<HeldOut> {
    let mut digests = Vec::new();
    for ((planned, bytes), limits) in plan.corpora.iter().zip(sizes).zip(limits) {
        if held_out::is_surveyed(planned, plan.recipe.held_out) {
            let aim = Aim::HoldOut;
            let job = Job { limits, aim, ..job(plan, planned, options, judges) };
            digests.extend(survey(&job, judges.store, *bytes, observe)?.held_out);
        }
    }
    Ok(HeldOut::new(digests))
}

/// Takes nothing of a run that only counts.
struct Unwritten<'a> {
    progress: Progress<'a>,
    observe: &'a mut dyn FnMut(Progress<'_>),
}

impl Output for Unwritten<'_> {
    fn append(&mut self, _group: &mut EncodedGroup) -> Result<()> {
        Ok(())
    }

    fn keep(&mut self, _rule: Rule, _records: &[DroppedRecord]) -> Result<()> {
        Ok(())
    }

    fn observe(&mut self, records: u64, bytes_read: u64) {
        (self.observe)(Progress { bytes_read, records, ..self.progress });
    }
}

/// Takes what comes of a corpus into its files.
pub(crate) struct CorpusOutput<'a, 'f> {
    pub(crate) files: Files<'a>,
    /// Nothing where another run writes it, as well as what is dropped.
    pub(crate) joined: Option<&'a mut Joined>,
    pub(crate) dropped: Option<&'a mut DroppedFiles<'f>>,
    pub(crate) progress: Progress<'a>,
    pub(crate) observe: &'a mut dyn FnMut(Progress<'_>),
}

impl Output for CorpusOutput<'_, '_> {
    fn append(&mut self, group: &mut EncodedGroup) -> Result<()> {
        match group.target {
            Target::Part(part) => {
                self.files.append(part, group.number, &mut group.encoded, group.n_rows)
            }
            Target::Joined => match &mut self.joined {
                Some(joined) => joined.append(self.files.corpus, &group.encoded, group.n_rows),
                None => Ok(()),
            },
        }
    }

    fn keep(&mut self, rule: Rule, records: &[DroppedRecord]) -> Result<()> {
        self.dropped.as_mut().map_or(Ok(()), |dropped| dropped.keep(rule, records))
    }

    fn observe(&mut self, records: u64, bytes_read: u64) {
        (self.observe)(Progress { bytes_read, records, ..self.progress });
    }
}

/// Runs a corpus; its report does not know its files yet.
fn build_corpus(
    job: &Job<'_>,
    store: Option<&Store<'_>>,
    comparison: &mut Comparison,
    output: &mut CorpusOutput<'_, '_>,
) -> Result<CorpusReport> {
    let planned = job.planned;
    let (counts, inputs) = store::run(job, store, (comparison, output), check_counts)?;
    warn_of(planned, &inputs);
    let manifest = planned.raw.manifest();
    let records = counts.figures.records();
    let [lengths, output_lengths] = counts.figures.lengths;
    Ok(CorpusReport {
        name: planned.name().to_owned(),
        version: manifest.version.clone(),
        license: manifest.source.license.id(),
        manifest: manifest.sha256.clone(),
        preset: planned.rules.preset.as_str(),
        rules: planned.rules.options().clone(),
        inputs: inputs.into_iter().map(Into::into).collect(),
        complete: counts.complete,
        rows: counts.rows,
        skipped: skipped(&counts.skipped),
        unknown: unknown(&counts.skipped),
        made: counts.made,
        expected: expected(planned),
        published: planned.published,
        left_out: counts.left_out,
        repaired: counts.repaired.iter().map(|(rule, n)| (rule.as_str(), *n)).collect(),
        dropped: dropped(counts.dropped),
        overlap: counts.overlap,
        phrasings: phrasings(planned, &counts.figures.phrasings),
        records,
        characters: counts.figures.characters,
        tokens: job.tokenizer.map(|_| counts.figures.tokens),
        longer_than: job.tokenizer.map(|_| counts.figures.longer_than),
        lengths,
        output_lengths,
        splits: counts.figures.parts.iter().map(|(part, n)| (part.as_str(), *n)).collect(),
        tasks: counts.figures.tasks,
        files: Vec::new(),
    })
}

/// The records that the corpus should give by the rules that it is read with.
fn expected(planned: &PlannedCorpus) -> Option<u64> {
    let PlannedCorpus { raw, rules, .. } = planned;
    rules.is_plain().then(|| raw.manifest().expected(rules.preset)).flatten()
}

pub(crate) fn check_counts(planned: &PlannedCorpus, counts: &Counts) -> Result<()> {
    if counts.complete && counts.rows == 0 {
        let start = planned.raw.start();
        return Err(Error::new(ErrorKind::NoRows { start }));
    }
    let tolerance = planned.raw.manifest().tolerance;
    let n_bad = counts.skipped.n_bad();
    #[expect(clippy::cast_precision_loss, reason = "a share of rows needs no more than 52 bits")]
    let too_many = tolerance * (counts.rows as f64) < n_bad as f64;
    if too_many {
        let skipped = counts.skipped.clone();
        return Err(Error::new(ErrorKind::TooManySkipped {
            rows: counts.rows,
            skipped,
            tolerance,
        }));
    }
    check_dropped(planned, counts)?;
    match expected(planned) {
        Some(expected) if counts.complete && expected != counts.made => {
            let skipped = counts.skipped.clone();
            Err(Error::new(ErrorKind::Count { expected, found: counts.made, skipped }))
        }
        _ => Ok(()),
    }
}

/// A limit ends a corpus before its shares mean anything.
fn check_dropped(planned: &PlannedCorpus, counts: &Counts) -> Result<()> {
    let dropped: Vec<(&str, u64)> =
        counts.dropped.0.iter().map(|(rule, dropped)| (rule.as_str(), dropped.count)).collect();
    let n: u64 = dropped.iter().map(|(_, n)| n).sum();
    let records = counts.figures.records() + n;
    let most = planned.raw.manifest().most_dropped;
    #[expect(clippy::cast_precision_loss, reason = "a share of records needs no more than 52 bits")]
    let too_many = most * (records as f64) < n as f64;
    if counts.complete && too_many {
        return Err(Error::new(ErrorKind::TooManyDropped { records, dropped, most }));
    }
    Ok(())
}

/// The records that the published dataset has of the plan's corpora, if that is known of each.
fn published(plan: &Plan) -> Option<u64> {
    plan.corpora.iter().map(|planned| planned.published).sum()
}

/// The records by list and wording of their instruction.
fn phrasings(
    planned: &PlannedCorpus,
    counts: &BTreeMap<ChosenWording, u64>,
) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut lists: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (chosen, n) in counts {
        let (list, text) = planned.phrasings.text(*chosen);
        lists.entry(list.to_owned()).or_default().insert(text.to_owned(), *n);
    }
    lists
}
