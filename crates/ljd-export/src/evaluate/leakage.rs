//! The proof that what is trained on has nothing of what is measured: a search of the written files, not of the
//! sources.
//!
//! Questions and answers of a published split are looked for by runs of 13 words or 26 characters, shorter ones as whole
//! lines, articles by title and text ([`Evaluation`]). Of the records that a dataset holds out, which are of the same
//! kinds as the others, no whole prompt and no whole answer of more than a few words may stand in training.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ljd_core::{Error, ErrorKind, Location, Result, Task as Teaches};
use ljd_quality::Evaluation;
use serde_json::{Value, json};

use crate::evaluate::question::Question;
use crate::evaluate::rows::{self, Row};
use crate::evaluate::task::Task;
use crate::plan::Format;
use crate::report::Report;
use crate::write::rows::Part;

/// Where the search of a build stands.
pub(crate) const FILE: &str = "evaluation/leakage.json";

/// The tasks whose questions are looked for.
#[derive(Default)]
pub(crate) struct Search {
    tasks: Vec<Sought>,
    evaluation: Evaluation,
}

struct Sought {
    name: &'static str,
    corpus: Option<&'static str>,
    is_held_out: bool,
    /// The questions' ids with the corpus in front, in order.
    ids: Vec<String>,
    sha256: String,
}

/// The files of a dataset that can be searched.
pub(crate) struct Files<'a> {
    /// What is trained on, and whether sentences that are held out are looked for in it.
    training: Vec<(&'a str, bool)>,
    held_out: Vec<&'a str>,
}

/// What a search went through, and did not find.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    files: u64,
    rows: u64,
    /// Different sentences that are held out.
    sentences: u64,
}

impl<'a> Files<'a> {
    /// Those of corpora, each with the tasks and files that a report states of it, and joined ones.
    ///
    /// What is held out of an encyclopedia is a share of its articles, whose leads may be the same: its sentences are
    /// not looked for. Of a build that ended at a limit none are.
    pub(crate) fn new(
        corpora: impl Iterator<Item = (bool, Vec<&'a str>, Vec<&'a str>)>,
        joined: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut files = Self { training: Vec::new(), held_out: Vec::new() };
        let part = format!("/{}-", Part::HeldOut.as_str());
        let mut is_whole = true;
        for (is_complete, tasks, of_corpus) in corpora {
            is_whole &= is_complete;
            let has_sentences = tasks.iter().any(|task| *task != Teaches::Description.as_str());
            let best = best_format(&of_corpus);
            for path in of_corpus {
                let has_sentences = has_sentences && best == format_of(path);
                if !path.contains(&part) {
                    files.training.push((path, has_sentences));
                } else if has_sentences {
                    files.held_out.push(path);
                }
            }
        }
        if !is_whole {
            files.held_out.clear();
        }
        files.training.extend(joined.map(|path| (path, false)));
        files
    }
}

fn format_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

/// The format whose rows say most plainly what is asked: all formats hold the same rows.
fn best_format<'a>(files: &[&'a str]) -> &'a str {
    let is_there = |format: &&Format| files.iter().any(|path| format_of(path) == format.as_str());
    let best = Format::ALL.iter().find(is_there).map(|format| format.as_str());
    files
        .iter()
        .map(|path| format_of(path))
        .find(|format| Some(*format) == best)
        .unwrap_or_default()
}

impl Search {
    /// Adds a task with its questions and the digest of the file that has them.
    pub(super) fn add(&mut self, task: &Task, questions: &[Question], sha256: &str) {
        let id = |question: &Question| format!("{}/{}", question.source, question.id);
        let mut ids: Vec<String> = questions.iter().map(id).collect();
        if !task.is_held_out() {
            for (id, question) in ids.iter().zip(questions) {
                self.evaluation.add_asked(id, &question.asked(), &question.answers);
            }
        }
        ids.sort_unstable();
        let (name, corpus, is_held_out) = (task.name, task.corpus, task.is_held_out());
        self.tasks.push(Sought { name, corpus, is_held_out, ids, sha256: sha256.to_owned() });
    }

    /// Searches the files of a dataset.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Leak`] with the first row that has what is measured; where a file cannot be read.
    pub(crate) fn run(
        &self,
        dataset: &Path,
        files: &Files<'_>,
        jobs: NonZeroUsize,
    ) -> Result<Found> {
        let mut sentences = Vec::new();
        for path in &files.held_out {
            rows::each(&dataset.join(path), path, &mut |_, row| {
                sentences.extend(sentences_of(row));
                Ok(())
            })?;
        }
        sentences.sort_unstable();
        sentences.dedup();
        let files = &files.training;
        // Where there is nothing to look for, nothing is read again.
        let is_wanted = |has_sentences: bool| {
            !self.evaluation.is_empty() || (has_sentences && !sentences.is_empty())
        };
        let files: Vec<_> = files.iter().copied().filter(|(_, has)| is_wanted(*has)).collect();
        let searched = in_parallel(jobs, &files, &|(path, has_sentences)| {
            let sentences = if *has_sentences { sentences.as_slice() } else { &[] };
            self.search_file(dataset, path, sentences)
        })?;
        let mut found =
            Found { sentences: sentences.len() as u64, files: files.len() as u64, rows: 0 };
        let mut leaks = Leaks::default();
        for of_file in searched {
            let (n_rows, of_file) = of_file?;
            found.rows += n_rows;
            leaks.append(of_file);
        }
        leaks.into_error().map_or(Ok(found), Err)
    }

    /// The rows of a file, and what was found in them.
    fn search_file(&self, dataset: &Path, path: &str, sentences: &[u64]) -> Result<(u64, Leaks)> {
        let (mut n_rows, mut leaks) = (0, Leaks::default());
        rows::each(&dataset.join(path), path, &mut |n, row| {
            n_rows = n;
            if let Some(of) = self.find(row, sentences) {
                leaks.add(path, n, of);
            }
            Ok(())
        })?;
        Ok((n_rows, leaks))
    }

    fn find(&self, row: &Row<'_>, sentences: &[u64]) -> Option<String> {
        let is_held_out = |digest| sentences.binary_search(&digest).is_ok();
        if !sentences.is_empty() && sentences_of(row).any(is_held_out) {
            return Some(Part::HeldOut.as_str().to_owned());
        }
        let described =
            if row.task == Teaches::Description.as_str() { row.asked() } else { Vec::new() };
        let described: Vec<&str> = described.into_iter().flat_map(names).collect();
        self.evaluation.find_in_row(row.texts(), &described).map(str::to_owned)
    }

    /// What `leakage.json` says.
    pub(super) fn report(&self, report: &Report, found: &Found) -> Value {
        let tasks = self.tasks.iter().map(|task| {
            let lost = lost(task, report);
            let said = json!({
                "questions": task.ids.len(),
                "data_sha256": task.sha256,
                "held_out": task.is_held_out,
                "records_lost_by_training": lost.values().sum::<u64>(),
                "lost_by_corpus": lost,
            });
            (task.name.to_owned(), said)
        });
        json!({
            "recipe": report.recipe.as_str(),
            "recipe_sha256": report.recipe_sha256,
            "tasks": tasks.collect::<serde_json::Map<_, _>>(),
            "searched": {
                "files": found.files, "rows": found.rows, "held_out_sentences": found.sentences, "rows_found": 0,
            },
        })
    }
}

/// The records that were dropped since they have something of a task, by corpus.
fn lost<'r>(task: &Sought, report: &'r Report) -> BTreeMap<&'r str, u64> {
    let mut lost = BTreeMap::new();
    for corpus in report.corpora.iter().filter(|_| task.corpus.is_some()) {
        let dropped = corpus.dropped.values().flat_map(|dropped| &dropped.contaminated);
        let n = dropped.filter(|(_, of)| task.ids.binary_search(of).is_ok()).count();
        if 0 < n {
            lost.insert(corpus.name.as_str(), n as u64);
        }
    }
    lost
}

/// The digests of what a row asks and of what it answers, where that is more than a few words.
fn sentences_of(row: &Row<'_>) -> impl Iterator<Item = u64> {
    let asked = row.asked().pop().unwrap_or_default().to_owned();
    [asked, row.answer().to_owned()].into_iter().filter_map(|text| ljd_quality::sentence(&text))
}

/// What a text may name: its lines, and what stands in quotation marks.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().chain(text.split(['「', '」', '『', '』']))
}

/// Rows that have something of what is measured.
#[derive(Default)]
struct Leaks {
    n: u64,
    first: Option<(Location, String)>,
}

impl Leaks {
    fn add(&mut self, path: &str, row: u64, of: String) {
        self.n += 1;
        self.first.get_or_insert_with(|| (Location::line(path, row), of));
    }

    fn append(&mut self, other: Self) {
        self.n += other.n;
        self.first = self.first.take().or(other.first);
    }

    fn into_error(self) -> Option<Error> {
        let (location, of) = self.first?;
        Some(Error::at(location, ErrorKind::Leak { of, rows: self.n }))
    }
}

/// Does the same with each, on several threads; the results in order.
fn in_parallel<T: Sync, R: Send>(
    jobs: NonZeroUsize,
    all: &[T],
    work: &(impl Fn(&T) -> R + Sync),
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(i) else { return done };
            done.push((i, work(one)));
        }
    };
    let mut done = thread::scope(|scope| -> Result<_> {
        let started = (0..jobs.get().min(all.len())).map(|_| {
            let started = thread::Builder::new().spawn_scoped(scope, worker);
            started.map_err(|error| Error::new(ErrorKind::Thread(error)))
        });
        let started = started.collect::<Result<Vec<_>>>()?;
        let mut done = Vec::new();
        for thread in started {
            done.extend(thread.join().map_err(|_panic| Error::new(ErrorKind::Stopped))?);
        }
        Ok(done)
    })?;
    done.sort_by_key(|(i, _)| *i);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}
