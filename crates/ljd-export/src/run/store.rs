//! Runs a corpus by its parts: those that are there are read, the others are made.
//!
//! The name of a part has a digest of everything that its bytes depend on: manifest, files, rules, wordings, what samples
//! are taken, what judges records, and the version of ljd. What depends on other corpora is kept out of parts as far as
//! that is possible: sentences that are held out, and what is there already, are looked for when a dataset is written.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use ljd_core::{CheckedFile, Error, ErrorKind, Location, Result, Sha256Writer, Task, open_named};

use crate::plan::{Plan, PlannedCorpus};
use crate::run::flow::Flow;
use crate::run::job::{Aim, Job};
use crate::run::part::{Part, PartName, Parts, VERSION, digest};
use crate::run::pipeline::{self, Comparison, Counts, Output};

/// The parts of a dataset.
#[derive(Debug)]
pub(crate) struct Store<'a> {
    pub(crate) parts: &'a Parts,
    /// The files of each corpus, whose digests are in the names of its parts.
    pub(crate) inputs: BTreeMap<String, Vec<CheckedFile>>,
    /// The chunks of each unit of each corpus; where there are none, a corpus is one part.
    pub(crate) units: Option<BTreeMap<String, Vec<Range<u64>>>>,
    /// The digest of the evaluation data that is looked for.
    pub(crate) evaluation: String,
}

/// What comes of a corpus: its counts, and the files that were read.
pub(crate) type Ran = (Counts, Vec<CheckedFile>);

/// Runs a corpus, by its parts if there are any, and holds it to `judge` before its files are compared.
pub(crate) fn run(
    job: &Job<'_>,
    store: Option<&Store<'_>>,
    (comparison, output): (&mut Comparison, &mut dyn Output),
    judge: fn(&PlannedCorpus, &Counts) -> Result<()>,
) -> Result<Ran> {
    let planned = job.planned;
    let Some(store) = store else {
        let counts = pipeline::run(job, Flow::whole(), comparison, output)
            .and_then(|counts| judge(planned, &counts).map(|()| counts))
            .map_err(|error| or_wrong_file(planned, error))?;
        return Ok((counts, planned.raw.check_read()?));
    };
    if let Some(parts) = store.found(job)? {
        let flow = Flow { from: Some(&parts), ..Flow::whole() };
        let counts = pipeline::run(job, flow, comparison, output)?;
        judge(planned, &counts)?;
        return Ok((counts, inputs_of(&parts)));
    }
    let mut part = store.parts.create(&store.name(job, None))?;
    let flow = Flow { to: Some(&mut part), ..Flow::whole() };
    let counts = pipeline::run(job, flow, comparison, output)
        .and_then(|counts| judge(planned, &counts).map(|()| counts))
        .map_err(|error| or_wrong_file(planned, error))?;
    let inputs = store.checked(planned)?;
    part.finish(inputs.clone())?;
    Ok((counts, inputs))
}

impl Store<'_> {
    /// The parts of a corpus; nothing where it is one that is not made yet.
    fn found(&self, job: &Job<'_>) -> Result<Option<Vec<Part>>> {
        match self.units_of(job) {
            Some(units) => self.all(job, units).map(Some),
            None => Ok(self.parts.find(&self.name(job, None))?.map(|part| vec![part])),
        }
    }

    /// The units of a corpus whose records are written. What is only counted is not divided.
    fn units_of(&self, job: &Job<'_>) -> Option<&[Range<u64>]> {
        let units = self.units.as_ref().filter(|_| job.aim == Aim::Write)?;
        Some(units.get(job.planned.name()).map(Vec::as_slice).unwrap_or_default())
    }

    /// The parts of all units of a corpus.
    pub(crate) fn all(&self, job: &Job<'_>, units: &[Range<u64>]) -> Result<Vec<Part>> {
        let names = units.iter().enumerate().map(|unit| self.name(job, Some(unit)));
        names.map(|name| self.parts.get(&name)).collect()
    }

    /// The files of a corpus that was read, which have to be those that its parts are named after.
    pub(crate) fn checked(&self, planned: &PlannedCorpus) -> Result<Vec<CheckedFile>> {
        let inputs = planned.raw.check_read()?;
        let known = self.inputs.get(planned.name()).map(Vec::as_slice).unwrap_or_default();
        for file in &inputs {
            let known = known.iter().find(|known| known.path == file.path);
            if known.is_none_or(|known| known.sha256 != file.sha256) {
                let at = Location::file(file.path.as_str());
                return Err(Error::at(at, ErrorKind::ChangedWhileRead));
            }
        }
        Ok(inputs)
    }

    /// The name of the part of a corpus, or of one of its units.
    pub(crate) fn name(&self, job: &Job<'_>, unit: Option<(usize, &Range<u64>)>) -> PartName {
        let Job { planned, recipe, aim, .. } = job;
        let PlannedCorpus { rules, portion, best_by, least_score, filters, .. } = planned;
        let manifest = planned.raw.manifest();
        let inputs = self.inputs.get(planned.name()).into_iter().flatten();
        let inputs: Vec<String> = inputs.map(|it| format!("{} {}", it.path, it.sha256)).collect();
        let mut of = vec![
            VERSION.to_owned(),
            format!("{aim:?} {unit:?}"),
            format!(
                "{} {:?}",
                manifest.sha256,
                manifest.files.iter().map(|file| file.truncated).collect::<Vec<_>>()
            ),
            inputs.join("\n"),
            format!("{rules:?} {portion:?} {best_by:?} {least_score:?} {filters:?}"),
            format!("{:?} {:?}", recipe.splits, recipe.languages),
        ];
        if *aim != Aim::Learn {
            of.push(format!("{:?} {:?}", planned.compared, job.limits));
            of.push(format!("{:?} {:?}", recipe.held_out, job.keep_dropped));
            if planned.compared.evaluation {
                of.push(self.evaluation.clone());
            }
            if manifest.tasks.contains(&Task::Translation) {
                of.push(job.alignment_key.to_owned());
            }
        }
        if matches!(aim, Aim::Write | Aim::HoldOut) {
            of.push(format!("{:?}", planned.phrasings));
        }
        if *aim == Aim::Write {
            of.push(format!("{:?}", job.tokenizer.map(|tokenizer| &tokenizer.file)));
        }
        let what = match aim {
            Aim::Write => unit.map_or("records".to_owned(), |(n, _)| format!("{n:05}")),
            Aim::Survey => "survey".to_owned(),
            Aim::HoldOut => "held-out".to_owned(),
            Aim::Learn => "pairs".to_owned(),
        };
        let key = digest(of.iter().map(String::as_str));
        PartName { of: format!("{}-{what}", planned.name()), key }
    }
}

/// The digest of what evaluation data is made of: the files and manifests of corpora, and files of the user's.
pub(crate) fn evaluation_key(
    plan: &Plan,
    inputs: &BTreeMap<String, Vec<CheckedFile>>,
    files: &[PathBuf],
) -> Result<String> {
    let mut of = Vec::new();
    for planned in &plan.corpora {
        if plan.recipe.evaluation.iter().any(|name| name == planned.name()) {
            of.push(format!("{} {:?}", planned.raw.manifest().sha256, planned.rules));
            let inputs = inputs.get(planned.name()).into_iter().flatten();
            of.extend(inputs.map(|file| file.sha256.clone()));
        }
    }
    for path in files {
        let failed =
            |error| Error::at(Location::file(path.display().to_string()), ErrorKind::Read(error));
        let mut sha256 = Sha256Writer::new(io::sink());
        let mut file = open_named(path)?;
        io::copy(&mut file, &mut sha256).map_err(failed)?;
        of.push(sha256.finish().2);
    }
    Ok(digest(of.iter().map(String::as_str)))
}

/// The files that parts were made of.
fn inputs_of(parts: &[Part]) -> Vec<CheckedFile> {
    let mut inputs: Vec<CheckedFile> = Vec::new();
    for file in parts.iter().flat_map(|part| &part.end.inputs) {
        match inputs.iter_mut().find(|known| known.path == file.path) {
            Some(known) => known.trailing = known.trailing.max(file.trailing),
            None => inputs.push(file.clone()),
        }
    }
    inputs
}

/// An error in what was read of a corpus, or in how much that was; but if it was not the right file, that.
pub(crate) fn or_wrong_file(planned: &PlannedCorpus, error: Error) -> Error {
    let is_of_source = error.location().is_some()
        || matches!(
            error.kind(),
            ErrorKind::TooManySkipped { .. }
                | ErrorKind::TooManyDropped { .. }
                | ErrorKind::Count { .. }
                | ErrorKind::NoRows { .. }
        );
    let is_wrong = |kind: &ErrorKind| {
        matches!(
            kind,
            ErrorKind::Digest { .. }
                | ErrorKind::Size { .. }
                | ErrorKind::Changed { .. }
                | ErrorKind::ChangedWhileRead
        )
    };
    if !is_of_source {
        return error;
    }
    planned.raw.check_read().err().filter(|wrong| is_wrong(wrong.kind())).unwrap_or(error)
}
