//! Rules of quality on anybody's rows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ljd::Catalogue;
use ljd_core::{Cancel, Record, Result};
use ljd_quality::{CompareRules, Evaluation, Filters, Key, NearSeen, Normal, Rule, Signature};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::build::n_jobs;
use crate::errors::raised;
use crate::table::{Field, PIECE, Part, Table};
use crate::waiting::work;

/// What becomes of each row.
#[pyclass(frozen, get_all, skip_from_py_object)]
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Numbers of the rows that stay.
    kept: Vec<usize>,
    /// Numbers of those that do not.
    dropped: Vec<usize>,
    /// By which rules.
    rules: Vec<&'static str>,
    /// What those rules are about.
    reasons: Vec<String>,
    /// New texts by field: where in what is kept, and what.
    repaired: BTreeMap<&'static str, (Vec<usize>, Vec<String>)>,
    /// New earlier turns, likewise.
    histories: (Vec<usize>, Vec<Turns>),
    /// So many rows were repaired by each rule.
    repairs: BTreeMap<&'static str, u64>,
}

/// Turns, each with its role and content.
type Turns = Vec<BTreeMap<&'static str, String>>;

/// What is to be said of a row that does not simply stay.
#[derive(Debug)]
enum Finding {
    Dropped(Rule, Option<String>),
    Repaired(Box<Repaired>),
}

#[derive(Debug, Default)]
struct Repaired {
    rules: Vec<Rule>,
    texts: Vec<(Field, String)>,
    history: Option<Turns>,
}

impl Verdict {
    /// Adds the rows of a piece: those that nothing is said of stay.
    fn add(&mut self, first: usize, n_rows: usize, findings: Vec<(usize, Finding)>) {
        let mut findings = findings.into_iter().peekable();
        for row in 0..n_rows {
            match findings.next_if(|(found, _)| *found == row) {
                Some((_, Finding::Dropped(rule, like))) => self.drop(first + row, rule, like),
                Some((_, Finding::Repaired(repaired))) => self.repair(first + row, *repaired),
                None => self.kept.push(first + row),
            }
        }
    }

    fn drop(&mut self, row: usize, rule: Rule, like: Option<String>) {
        self.dropped.push(row);
        self.rules.push(rule.as_str());
        let meaning = rule.meaning();
        self.reasons.push(like.map_or(meaning.to_owned(), |like| format!("{meaning}: {like}")));
    }

    fn repair(&mut self, row: usize, repaired: Repaired) {
        let at = self.kept.len();
        self.kept.push(row);
        for (field, text) in repaired.texts {
            let (rows, texts) = self.repaired.entry(field.as_str()).or_default();
            rows.push(at);
            texts.push(text);
        }
        if let Some(history) = repaired.history {
            self.histories.0.push(at);
            self.histories.1.push(history);
        }
        for rule in repaired.rules {
            *self.repairs.entry(rule.as_str()).or_default() += 1;
        }
    }
}

/// The rules of a recipe that look at one row alone, and evaluation data.
#[pyclass(frozen, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Judge {
    rules: Vec<&'static str>,
    bench: Arc<Bench>,
}

/// What rows are held to.
#[derive(Debug)]
struct Bench {
    filters: Filters,
    evaluation: Evaluation,
}

#[pymethods]
impl Judge {
    #[new]
    #[pyo3(signature = (recipe, *, corpus, evaluation))]
    fn new(recipe: &str, corpus: &str, evaluation: Vec<(String, String)>) -> PyResult<Self> {
        let recipe = Catalogue::new("raw").recipe(recipe).map_err(raised)?;
        let scopes = &recipe.quality;
        let on = scopes.iter().filter(|(rule, scope)| rule.is_alone() && scope.has(corpus));
        let mut rules: Vec<_> = on.map(|(rule, _)| rule.as_str()).collect();
        let mut texts = Evaluation::default();
        for (name, text) in evaluation {
            texts.add_text(&name, &text);
        }
        if !texts.is_empty() {
            rules.push(Rule::Contamination.as_str());
        }
        let bench = Bench { filters: Filters::new(scopes, corpus), evaluation: texts };
        Ok(Self { rules, bench: Arc::new(bench) })
    }

    #[getter]
    fn rules(&self) -> Vec<&'static str> {
        self.rules.clone()
    }

    #[pyo3(signature = (table, names, constants, *, jobs))]
    fn judge(
        &self,
        table: &Bound<'_, PyAny>,
        names: &Bound<'_, PyDict>,
        constants: &Bound<'_, PyDict>,
        jobs: Option<usize>,
    ) -> PyResult<Verdict> {
        let jobs = n_jobs(jobs)?;
        let read = Table::read(table, names, constants)?;
        let (bench, cancel) = (Arc::clone(&self.bench), Cancel::default());
        let asked = cancel.clone();
        let run = move |_: &_| bench.judge_all(&read, jobs, &asked);
        work(table.py(), &cancel, run, |_py, ()| Ok(()))?.map_err(raised)
    }
}

impl Bench {
    fn judge_all(&self, table: &Table, jobs: NonZeroUsize, cancel: &Cancel) -> Result<Verdict> {
        let pieces = table.pieces(PIECE);
        let (taken, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
        let work = || {
            while let Some((part, rows)) = pieces.get(taken.fetch_add(1, Ordering::Relaxed)) {
                let key = (*part, rows.start);
                let judged = cancel.check().and_then(|()| self.piece(table, *part, rows.clone()));
                done.lock().unwrap_or_else(PoisonError::into_inner).insert(key, judged);
            }
        };
        thread::scope(|scope| {
            for _ in 1..jobs.get().min(pieces.len()) {
                scope.spawn(work);
            }
            work();
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut verdict = Verdict::default();
        for (part, rows) in pieces {
            let first = table.parts.get(part).map_or(0, |part| part.first) + rows.start;
            let findings = done.remove(&(part, rows.start)).unwrap_or(Ok(Vec::new()))?;
            verdict.add(first, rows.len(), findings);
        }
        Ok(verdict)
    }

    fn piece(
        &self,
        table: &Table,
        part: usize,
        rows: Range<usize>,
    ) -> Result<Vec<(usize, Finding)>> {
        let Some(part) = table.parts.get(part) else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        for (n, row) in rows.enumerate() {
            let finding = self.finding(table.record(part, row)?, part, row);
            findings.extend(finding.map(|finding| (n, finding)));
        }
        Ok(findings)
    }

    fn finding(&self, mut record: Record<'_>, part: &Part, row: usize) -> Option<Finding> {
        let mut rules = Vec::new();
        if let Err(rule) = self.filters.apply(&mut record, |rule| rules.push(rule)) {
            return Some(Finding::Dropped(rule, None));
        }
        if !self.evaluation.is_empty()
            && let Some(name) = self.evaluation.find(&Normal::of(&record))
        {
            return Some(Finding::Dropped(Rule::Contamination, Some(name.to_owned())));
        }
        (!rules.is_empty())
            .then(|| Finding::Repaired(Box::new(repaired(&record, rules, part, row))))
    }
}

/// What of a record is no longer what was read of its row.
fn repaired(record: &Record<'_>, rules: Vec<Rule>, part: &Part, row: usize) -> Repaired {
    let is_changed = record.history.iter().any(|turn| matches!(turn.content, Cow::Owned(_)));
    let turns = record.history.iter().map(|turn| {
        let role = turn.role.as_str().to_owned();
        BTreeMap::from([("role", role), ("content", turn.content.clone().into_owned())])
    });
    let history = is_changed.then(|| turns.collect());
    let fields = [
        (Field::Instruction, record.instruction.as_ref()),
        (Field::Input, record.input.as_ref()),
        (Field::Output, record.output.as_ref()),
    ];
    let is_other = |(field, text): &(Field, &str)| {
        part.has(*field) && part.text(*field, row).unwrap_or_default() != *text
    };
    let texts = fields.into_iter().filter(is_other).map(|(field, text)| (field, text.to_owned()));
    Repaired { rules, texts: texts.collect(), history }
}

/// Rows that were there before, in this call or another one.
#[pyclass(frozen, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Seen {
    rules: CompareRules,
    near: bool,
    rows: Arc<Mutex<SeenRows>>,
}

#[derive(Debug, Default)]
struct SeenRows {
    seen: ljd_quality::Seen,
    near: NearSeen,
}

#[pymethods]
impl Seen {
    #[new]
    #[pyo3(signature = (*, most_answers, near))]
    fn new(most_answers: Option<NonZeroUsize>, near: bool) -> Self {
        let most_answers = most_answers.map(NonZeroUsize::get);
        let rules = CompareRules { duplicate: true, most_answers };
        Self { rules, near, rows: Arc::default() }
    }

    fn judge(
        &self,
        table: &Bound<'_, PyAny>,
        names: &Bound<'_, PyDict>,
        constants: &Bound<'_, PyDict>,
    ) -> PyResult<Verdict> {
        let read = Table::read(table, names, constants)?;
        let (rules, near, rows) = (self.rules, self.near, Arc::clone(&self.rows));
        let cancel = Cancel::default();
        let asked = cancel.clone();
        let run = move |_: &_| {
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            rows.judge_all(&read, rules, near, &asked)
        };
        work(table.py(), &cancel, run, |_py, ()| Ok(()))?.map_err(raised)
    }
}

impl SeenRows {
    fn judge_all(
        &mut self,
        table: &Table,
        rules: CompareRules,
        near: bool,
        cancel: &Cancel,
    ) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        for (part, rows) in table.pieces(PIECE) {
            cancel.check()?;
            let Some(part) = table.parts.get(part) else { continue };
            let (first, n_rows) = (part.first + rows.start, rows.len());
            let mut findings = Vec::new();
            for (n, row) in rows.enumerate() {
                let rule = self.see(&table.record(part, row)?, rules, near);
                findings.extend(rule.map(|rule| (n, Finding::Dropped(rule, None))));
            }
            verdict.add(first, n_rows, findings);
        }
        Ok(verdict)
    }

    fn see(&mut self, record: &Record<'_>, rules: CompareRules, near: bool) -> Option<Rule> {
        if let Some((rule, _)) = self.seen.see(Key::of(record), 0, rules) {
            return Some(rule);
        }
        let signature = if near { Signature::of(&Normal::of(record)) } else { None };
        self.near.see(signature?, 0).map(|_| Rule::NearDuplicate)
    }
}
