//! Where the questions of the tasks come from, and the examples that stand before them.

use std::collections::BTreeMap;
use std::path::Path;

use ljd_core::{Preset, Record, Result, Rules, Split, read_records, stable_hash};
use ljd_quality::Evaluation;

use crate::evaluate::question::Question;
use crate::evaluate::rows;
use crate::evaluate::task::{TASKS, Task};
use crate::plan::mixing::Place;
use crate::plan::{Format, Plan, PlannedCorpus};
use crate::report::Report;
use crate::write::rows::Part;

/// A task with its questions.
pub(super) struct Gathered {
    pub(super) task: &'static Task,
    pub(super) questions: Vec<Question>,
    /// Answered questions out of training, as a harness puts them before the one that it asks.
    pub(super) examples: Vec<Question>,
}

/// So many examples a task has at most: as many as llm-jp-eval shows.
const EXAMPLES: usize = 4;

/// So many are looked at, since some may be questions of the task.
const CANDIDATES: usize = 32;

/// Every task that there are questions for.
pub(super) fn all(plan: &Plan, dataset: &Path, report: &Report) -> Result<Vec<Gathered>> {
    let mut tasks: Vec<Gathering> = TASKS.iter().map(Gathering::new).collect();
    for planned in &plan.corpora {
        let mut of_corpus: Vec<&mut Gathering> = tasks
            .iter_mut()
            .filter(|it| it.task.corpus == Some(planned.name()))
            .filter(|it| it.task.is_held_out() || is_evaluation(plan, planned))
            .collect();
        if !of_corpus.is_empty() {
            read_corpus(plan, planned, &mut of_corpus)?;
        }
    }
    read_held_out(dataset, report, &mut tasks)?;
    Ok(tasks.into_iter().map(Gathering::done).filter(|it| !it.questions.is_empty()).collect())
}

/// Whether what the recipe does not take of a corpus is looked for in what it takes.
fn is_evaluation(plan: &Plan, planned: &PlannedCorpus) -> bool {
    plan.recipe.evaluation.iter().any(|name| name == planned.name())
}

/// Reads the splits of a corpus as they are published: rules of a recipe change no question.
fn read_corpus(plan: &Plan, planned: &PlannedCorpus, tasks: &mut [&mut Gathering]) -> Result<()> {
    let mut rules = Rules::new(Preset::Clean);
    for (name, value) in planned.rules.options() {
        // The knowledge of a dialogue, say, is the same in questions and in what is trained on.
        rules.set(planned.corpus.options(), name, value)?;
    }
    let is_left_out = |split: Split| !plan.recipe.splits.contains(&split);
    let mut take = |record: Record<'_>| {
        let group = planned.corpus.group(&record);
        let place = Place::of(planned.name(), group);
        let is_for_training = !record.split.is_evaluation()
            && !is_left_out(record.split)
            && !place.is_held_out(plan.recipe.held_out);
        for it in tasks.iter_mut() {
            let languages = [record.source_language, record.target_language];
            if !it.task.has_languages(languages) {
            } else if is_for_training {
                it.offer(&record, group);
            } else if it.task.part == Part::Of(record.split) && is_left_out(record.split) {
                it.questions.push(Question::of(&record, group));
            }
        }
    };
    read_records(planned.corpus, &planned.raw, &rules, &mut take).map(|_| ())
}

/// Reads what is held out from the files that it is written to.
fn read_held_out(dataset: &Path, report: &Report, tasks: &mut [Gathering]) -> Result<()> {
    let folder = format!("{}/", Format::Jsonl.as_str());
    for corpus in &report.corpora {
        let files = corpus.files.iter().map(|file| file.path.as_str());
        let part = format!("/{}-", Part::HeldOut.as_str());
        for path in files.filter(|path| path.starts_with(&folder) && path.contains(&part)) {
            rows::each(&dataset.join(path), path, &mut |_, row| {
                let held_out = tasks.iter_mut().filter(|it| it.task.is_held_out());
                for it in held_out.filter(|it| it.task.has_corpus(&corpus.name)) {
                    it.questions.push(Question::of_row(row));
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// A task while its questions are collected.
struct Gathering {
    task: &'static Task,
    questions: Vec<Question>,
    /// Examples by the hash that decides which are taken.
    candidates: BTreeMap<u64, Question>,
}

impl Gathering {
    fn new(task: &'static Task) -> Self {
        Self { task, questions: Vec::new(), candidates: BTreeMap::new() }
    }

    /// Keeps a record of training among the candidates if its hash is one of the lowest.
    fn offer(&mut self, record: &Record<'_>, group: &str) {
        let hash = stable_hash(&[self.task.name, "example", &record.id].join("/"));
        let is_low = self.candidates.last_key_value().is_none_or(|(highest, _)| hash < *highest);
        if self.candidates.len() < CANDIDATES || is_low {
            self.candidates.insert(hash, Question::of(record, group));
        }
        if CANDIDATES < self.candidates.len() {
            self.candidates.pop_last();
        }
    }

    fn done(self) -> Gathered {
        let mut evaluation = Evaluation::default();
        for question in &self.questions {
            evaluation.add_asked(&question.id, &question.asked(), &question.answers);
        }
        let is_new = |example: &Question| {
            let texts = [&example.question, &example.context].map(String::as_str);
            evaluation.find_in_row(texts, &[]).is_none()
        };
        let examples = self.candidates.into_values().filter(is_new).take(EXAMPLES).collect();
        Gathered { task: self.task, questions: self.questions, examples }
    }
}
