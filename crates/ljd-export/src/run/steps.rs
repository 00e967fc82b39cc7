//! A dataset in four steps, on any number of machines that share a folder: plan, map, resolve, write.
//!
//! A plan divides each corpus into units, which are ranges of its chunks in the order in which they are cut. Mapping a
//! unit cuts the corpus from its beginning and converts the chunks of the unit alone, so that a row that depends on those
//! before it is what it always is. Everything that compares records is decided once, from the parts of all units. Then the
//! files are written, by any number of runs, and in the end what goes with them.
//!
//! What a recipe wants to know of whole corpora before it judges a record (translations to learn from, samples, sentences
//! that are held out) is found by the plan.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ljd_core::{CheckedFile, Chunk, ChunkSink, Error, ErrorKind, Pin, Result};
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, PlannedCorpus};
use crate::report::Report;
use crate::run::build::{
    self, BuildOptions, CorpusOutput, Prepared, Progress, ShardFolder, Source, hold,
};
use crate::run::decisions::{self, Decisions};
use crate::run::flow::{Encodes, Flow};
use crate::run::job::Job;
use crate::run::part::{Part, Parts, VERSION, digest, invalid, opened};
use crate::run::pipeline::{self, Comparison, EncodedGroup, Output};
use crate::run::store::{self, Store, or_wrong_file};
use crate::write::files::{Files, Shards};
use crate::write::folder::Folder;

/// The file of a plan in the folder of parts.
const PLAN: &str = "ljd-plan.json";

/// What is to be mapped: the units of all corpora, in the dataset's order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WorkPlan {
    /// The version of ljd that every step has to be done by.
    pub ljd_version: String,
    /// SHA-256 of the recipe.
    pub recipe_sha256: String,
    /// The files that are read, with their digests.
    pub inputs: Vec<WorkInput>,
    /// The units.
    pub units: Vec<WorkUnit>,
}

/// A file that units are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkInput {
    /// The corpus.
    pub corpus: String,
    /// SHA-256 of the corpus's manifest.
    pub manifest: String,
    /// Path below the raw folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// A range of a corpus that is mapped by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkUnit {
    /// Its number in the plan, counted from 0.
    pub unit: usize,
    /// The corpus.
    pub corpus: String,
    /// The file, or the member of an archive, that its first row is in; nothing where the corpus has no row.
    pub file: Option<String>,
    /// The line that it begins at.
    pub line: Option<u64>,
    /// SHA-256 of all files of the corpus together.
    pub digest: String,
    /// The first chunk of the corpus that is its own, counted from 0.
    pub start: u64,
    /// The first chunk behind it.
    pub end: u64,
}

/// Divides the corpora of a plan into about so many units, and finds what has to be known of whole corpora. The plan is
/// kept in the folder of parts.
///
/// # Errors
///
/// Those of [`build`](fn@crate::build) as far as they are known by then; where the folder cannot be written to.
pub fn divide(
    plan: &Plan,
    options: &BuildOptions,
    folder: &Path,
    units: NonZeroUsize,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<WorkPlan> {
    let parts = Parts::open(folder)?;
    check_place(&parts)?;
    start(plan, options)?;
    let _held = hold(plan)?;
    let mut cut = Vec::new();
    for planned in &plan.corpora {
        let of_corpus = Cut::of(planned).map_err(|error| or_wrong_file(planned, error));
        cut.push(of_corpus.map_err(|error| error.in_corpus(planned.name()))?);
    }
    let all: u64 = cut.iter().flat_map(|cut| &cut.chunks).map(|chunk| chunk.bytes).sum();
    let target = all.div_ceil(units.get() as u64).max(1);
    let mut work = WorkPlan {
        ljd_version: VERSION.to_owned(),
        recipe_sha256: plan.recipe.sha256(),
        inputs: Vec::new(),
        units: Vec::new(),
    };
    for (planned, cut) in plan.corpora.iter().zip(&cut) {
        let digests = cut.inputs.iter().map(|file| file.sha256.as_str());
        let digest = digest(digests);
        for Range { start, end } in cut.units(target) {
            let first = usize::try_from(start).ok().and_then(|start| cut.chunks.get(start));
            work.units.push(WorkUnit {
                unit: work.units.len(),
                corpus: planned.name().to_owned(),
                file: first.map(|chunk| chunk.file.to_string()),
                line: first.map(|chunk| chunk.line),
                digest: digest.clone(),
                start,
                end,
            });
        }
        work.inputs.extend(cut.inputs.iter().map(|file| WorkInput {
            corpus: planned.name().to_owned(),
            manifest: planned.raw.manifest().sha256.clone(),
            path: file.path.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        }));
    }
    let store = store_of(plan, options, &parts, &work)?;
    Prepared::new(plan, options, Some(&store), observe)?;
    let json = serde_json::to_vec_pretty(&work);
    let json = json.map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))?;
    parts.write(PLAN, &json)?;
    Ok(work)
}

/// Refuses a file that has the plan's name and is none, before it would be replaced.
fn check_place(parts: &Parts) -> Result<()> {
    let is_plan = |bytes: Vec<u8>| serde_json::from_slice::<WorkPlan>(&bytes).is_ok();
    if parts.read(PLAN)?.is_none_or(is_plan) {
        return Ok(());
    }
    Err(Error::not_ours(parts.folder().join(PLAN), "is no plan of ljd's"))
}

/// What is refused whatever the step, and what every step begins with.
fn start(plan: &Plan, options: &BuildOptions) -> Result<()> {
    if options.limit.is_some() {
        let problem = "is for looking at first records: parts hold whole corpora".to_owned();
        return Err(Error::new(ErrorKind::Invalid { field: "limit", problem }));
    }
    for planned in &plan.corpora {
        planned.raw.set_cancel(&options.cancel);
    }
    Ok(())
}

/// The chunks of a corpus, and its files.
struct Cut {
    chunks: Vec<CutChunk>,
    inputs: Vec<CheckedFile>,
}

struct CutChunk {
    file: std::sync::Arc<str>,
    line: u64,
    bytes: u64,
}

impl Cut {
    /// Cuts a corpus, and hashes its files meanwhile.
    fn of(planned: &PlannedCorpus) -> Result<Self> {
        let PlannedCorpus { corpus, raw, rules, .. } = planned;
        raw.check_while_reading()?;
        let mut chunks = Vec::new();
        let mut take = |chunk: Chunk| {
            let last = chunk.texts.last();
            chunks.push(CutChunk {
                file: last.map(|text| text.file.clone()).unwrap_or_default(),
                line: last.map_or(1, |text| text.first_line),
                bytes: chunk.texts.iter().map(|text| text.bytes.len() as u64).sum(),
            });
            Ok(())
        };
        let mut out = ChunkSink::new(&mut take);
        out.split = raw.manifest().split();
        corpus.cut(raw, rules, &mut out)?;
        Ok(Self { chunks, inputs: raw.check_read()? })
    }

    /// Ranges of chunks of about so many bytes; the last one is open.
    fn units(&self, target: u64) -> Vec<Range<u64>> {
        let (mut units, mut start, mut bytes) = (Vec::new(), 0, 0);
        let n = self.chunks.len() as u64;
        for (i, chunk) in (0..).zip(&self.chunks) {
            bytes += chunk.bytes;
            if target <= bytes && i + 1 < n {
                units.push(start..i + 1);
                (start, bytes) = (i + 1, 0);
            }
        }
        units.push(start..n);
        units
    }
}

/// The plan that is in the folder of parts, which has to be one of these corpora and this recipe.
fn work_plan(plan: &Plan, parts: &Parts) -> Result<WorkPlan> {
    let path = parts.folder().join(PLAN);
    let problem = |problem: &str| invalid(&path, problem.to_owned());
    let bytes = parts.read(PLAN)?.ok_or_else(|| problem("is not there: nothing is planned"))?;
    let work: WorkPlan = serde_json::from_slice(&bytes)
        .map_err(|error| Error::json(path.display().to_string(), error))?;
    if work.ljd_version != VERSION {
        return Err(invalid(
            &path,
            format!("is a plan of ljd {}, this is ljd {VERSION}", work.ljd_version),
        ));
    }
    if work.recipe_sha256 != plan.recipe.sha256() {
        return Err(problem("is a plan of another recipe"));
    }
    let mut names: Vec<&str> = work.units.iter().map(|unit| unit.corpus.as_str()).collect();
    names.dedup();
    if names != plan.corpora.iter().map(PlannedCorpus::name).collect::<Vec<_>>() {
        return Err(problem("is a plan of other corpora"));
    }
    for input in &work.inputs {
        let planned = plan.corpora.iter().find(|planned| planned.name() == input.corpus);
        if planned.is_some_and(|planned| planned.raw.manifest().sha256 != input.manifest) {
            return Err(problem("is a plan of another manifest").in_corpus(&input.corpus));
        }
    }
    Ok(work)
}

fn store_of<'a>(
    plan: &Plan,
    options: &BuildOptions,
    parts: &'a Parts,
    work: &WorkPlan,
) -> Result<Store<'a>> {
    let mut inputs: BTreeMap<String, Vec<CheckedFile>> = BTreeMap::new();
    for WorkInput { corpus, path, bytes, sha256, .. } in &work.inputs {
        inputs.entry(corpus.clone()).or_default().push(CheckedFile {
            path: path.clone(),
            bytes: *bytes,
            sha256: sha256.clone(),
            pin: None::<Pin>,
            trailing: 0,
        });
    }
    let mut units: BTreeMap<String, Vec<Range<u64>>> = BTreeMap::new();
    for unit in &work.units {
        units.entry(unit.corpus.clone()).or_default().push(unit.start..unit.end);
    }
    let evaluation = store::evaluation_key(plan, &inputs, &options.decontaminate)?;
    Ok(Store { parts, inputs, units: Some(units), evaluation })
}

/// What every step behind the plan begins with: the plan that is there, and the parts that it names.
fn planned_store<'a>(
    plan: &Plan,
    options: &BuildOptions,
    parts: &'a Parts,
) -> Result<(WorkPlan, Store<'a>)> {
    start(plan, options)?;
    let work = work_plan(plan, parts)?;
    let store = store_of(plan, options, parts, &work)?;
    Ok((work, store))
}

/// Makes the parts of some units, by their numbers in the plan. A part that is there stays.
///
/// Gives back how many were made.
///
/// # Errors
///
/// Where there is no plan, or one of something else; where another run makes the part; those of reading.
pub fn map(
    plan: &Plan,
    options: &BuildOptions,
    folder: &Path,
    units: Range<usize>,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<usize> {
    let parts = Parts::open(folder)?;
    let (work, store) = planned_store(plan, options, &parts)?;
    let _held = hold(plan)?;
    let wanted = work.units.get(units.clone()).ok_or_else(|| {
        let problem = format!(
            "has {} units, {} to {} are asked for",
            work.units.len(),
            units.start,
            units.end
        );
        invalid(&parts.folder().join(PLAN), problem)
    })?;
    let prepared = Prepared::new(plan, options, Some(&store), observe)?;
    let mut made = 0;
    for (position, unit) in (units.start..).zip(wanted) {
        let planned = plan.corpora.iter().enumerate().find(|(_, it)| it.name() == unit.corpus);
        let Some((n, planned)) = planned else { continue };
        let before = work.units.iter().take(position);
        let number = before.filter(|other| other.corpus == unit.corpus).count();
        let job = prepared.job(plan, (n, planned), options);
        let range = unit.start..unit.end;
        let name = store.name(&job, Some((number, &range)));
        if parts.find(&name)?.is_some() {
            continue;
        }
        let bytes = prepared.sizes.get(n).copied().unwrap_or_default();
        let mut output = Mapped { progress: Progress::new(planned, bytes), observe };
        let mut part = parts.create(&name)?;
        planned.raw.check_while_reading().map_err(|error| error.in_corpus(planned.name()))?;
        let flow = Flow { from: None, range, to: Some(&mut part), is_mapped: true };
        pipeline::run(&job, flow, &mut Comparison::default(), &mut output)
            .map_err(|error| or_wrong_file(planned, error))
            .and_then(|_counts| store.checked(planned))
            .and_then(|inputs| part.finish(inputs))
            .map_err(|error| error.in_corpus(planned.name()))?;
        made += 1;
    }
    Ok(made)
}

struct Mapped<'a> {
    progress: Progress<'a>,
    observe: &'a mut dyn FnMut(Progress<'_>),
}

impl Output for Mapped<'_> {
    fn append(&mut self, _group: &mut EncodedGroup) -> Result<()> {
        Ok(())
    }

    fn keep(
        &mut self,
        _rule: ljd_quality::Rule,
        _records: &[crate::report::DroppedRecord],
    ) -> Result<()> {
        Ok(())
    }

    fn observe(&mut self, records: u64, bytes_read: u64) {
        (self.observe)(Progress { bytes_read, records, ..self.progress });
    }
}

/// The parts of all units of all corpora, and the digest of their names.
fn all_parts(
    plan: &Plan,
    options: &BuildOptions,
    (prepared, store): (&Prepared, &Store<'_>),
) -> Result<(Vec<Vec<Part>>, String)> {
    let (mut all, mut names) = (Vec::new(), Vec::new());
    for (n, planned) in plan.corpora.iter().enumerate() {
        let job = prepared.job(plan, (n, planned), options);
        let units = store.units.as_ref().and_then(|units| units.get(planned.name()));
        let units = units.map(Vec::as_slice).unwrap_or_default();
        all.push(store.all(&job, units)?);
        names.extend(units.iter().enumerate().map(|unit| store.name(&job, Some(unit)).key));
    }
    names.push(format!("{:?}", prepared.held_out));
    Ok((all, digest(names.iter().map(String::as_str))))
}

fn decisions_file(key: &str) -> String {
    format!("decisions-{}.bin", key.get(..32).unwrap_or_default())
}

/// Decides everything that compares records. The parts of all units have to be there.
///
/// `memory` is what may be sorted in memory at once; a quarter of a GiB if nobody says.
///
/// # Errors
///
/// Where a part is missing, or is of something else.
pub fn resolve(
    plan: &Plan,
    options: &BuildOptions,
    folder: &Path,
    memory: Option<usize>,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<()> {
    let parts = Parts::open(folder)?;
    let (_work, store) = planned_store(plan, options, &parts)?;
    let prepared = Prepared::new(plan, options, Some(&store), observe)?;
    let (all, key) = all_parts(plan, options, (&prepared, &store))?;
    parts.write_with(&decisions_file(&key), |write| {
        let with = (&prepared.held_out, parts.folder(), &options.cancel);
        decisions::decide(plan, &all, with, memory, write)
    })
}

/// What is decided, and the parts that it was decided on.
struct Resolved {
    key: String,
    decisions: Decisions,
    /// The parts of each corpus.
    parts: Vec<Vec<Part>>,
}

impl Resolved {
    fn open(
        plan: &Plan,
        options: &BuildOptions,
        (prepared, store): (&Prepared, &Store<'_>),
    ) -> Result<Self> {
        let (parts, key) = all_parts(plan, options, (prepared, store))?;
        let path = store.parts.folder().join(decisions_file(&key));
        if !path.exists() {
            let problem = "is not there: what is dropped is not decided yet".to_owned();
            return Err(invalid(&path, problem));
        }
        Ok(Self { decisions: Decisions::open(&path)?, key, parts })
    }

    fn shard(&self, options: &BuildOptions, folder: &Path, number: usize, of: usize) -> PathBuf {
        let formats: Vec<&str> = options.formats.iter().map(|format| format.as_str()).collect();
        let most = options.max_file_bytes.to_string();
        let key = digest([self.key.as_str(), &formats.join(","), &most]);
        let key = key.get(..32).unwrap_or_default();
        folder.join(format!("shard-{number:05}-of-{of:05}-{key}"))
    }
}

/// The file of a shard that says what files it has.
const SHARDS: &str = "shards.json";

/// Writes the files of one of `of` shards, which are counted from 0.
///
/// # Errors
///
/// Where a part is missing; where [`resolve`] was not run; where nothing can be written.
pub fn write_shard(
    plan: &Plan,
    options: &BuildOptions,
    folder: &Path,
    (number, of): (usize, usize),
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<()> {
    let options = build::with_lines(options);
    let parts = Parts::open(folder)?;
    let (_work, store) = planned_store(plan, &options, &parts)?;
    let prepared = Prepared::new(plan, &options, Some(&store), observe)?;
    let resolved = Resolved::open(plan, &options, (&prepared, &store))?;
    let last = resolved.shard(&options, parts.folder(), number, of);
    if last.join(SHARDS).exists() {
        return Ok(());
    }
    let out = Folder::create(&last)?;
    let mut comparison = Comparison::decided(resolved.decisions);
    let mut shards = Vec::new();
    for ((n, planned), from) in plan.corpora.iter().enumerate().zip(&resolved.parts) {
        let encodes = Encodes::Shard { number, of };
        let job =
            Job { encodes, keep_dropped: false, ..prepared.job(plan, (n, planned), &options) };
        let bytes = prepared.sizes.get(n).copied().unwrap_or_default();
        let mut output = CorpusOutput {
            files: Files::new(&out, planned.name(), &options.formats, options.max_file_bytes),
            joined: None,
            dropped: None,
            progress: Progress::new(planned, bytes),
            observe,
        };
        let flow = Flow { from: Some(from), ..Flow::whole() };
        pipeline::run(&job, flow, &mut comparison, &mut output)
            .map_err(|error| error.in_corpus(planned.name()))?;
        shards.extend(output.files.close()?);
    }
    let failed = |error| Error::new(ErrorKind::Encode(Box::new(error)));
    let mut files = vec![out.write(SHARDS, &serde_json::to_string(&shards).map_err(failed)?)?];
    files.extend(shards.iter().flat_map(|it| &it.files).map(|file| file.named(file.path.clone())));
    let report = serde_json::json!({
        "recipe_sha256": plan.recipe.sha256(), "ljd_version": VERSION,
        "corpora": [], "files": files,
    });
    out.write(crate::plan::layout::REPORT, &report.to_string())?;
    options.cancel.check()?;
    out.finish()
}

/// Makes a dataset of what `of` shards wrote: its report, its card and all else that goes with the records.
///
/// # Errors
///
/// Where a shard or a part is missing; those of [`build`](fn@crate::build).
pub fn finish(
    plan: &Plan,
    options: &BuildOptions,
    folder: &Path,
    of: usize,
    observe: &mut dyn FnMut(Progress<'_>),
) -> Result<Report> {
    let options = build::with_lines(options);
    let parts = Parts::open(folder)?;
    let (_work, store) = planned_store(plan, &options, &parts)?;
    let prepared = Prepared::new(plan, &options, Some(&store), observe)?;
    let resolved = Resolved::open(plan, &options, (&prepared, &store))?;
    let mut shards = Vec::new();
    for number in 0..of {
        let path = resolved.shard(&options, parts.folder(), number, of);
        shards.push(ShardFolder { shards: read_shards(&path)?, path });
    }
    let source = Source::Parts { store: &store, decisions: resolved.decisions, shards };
    build::write(plan, &options, source, observe)
}

fn read_shards(folder: &Path) -> Result<Vec<Shards>> {
    let path = folder.join(SHARDS);
    let Some(text) = opened(&path)? else {
        return Err(invalid(folder, "is not there: the shard is not written".to_owned()));
    };
    serde_json::from_reader(std::io::BufReader::new(text))
        .map_err(|error| Error::json(path.display().to_string(), error))
}
