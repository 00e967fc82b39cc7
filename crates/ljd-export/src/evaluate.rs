//! Evaluation tasks out of what a dataset leaves out of training, as harnesses read them, and the proof that training
//! has nothing of them.
//!
//! [`task`] has the one list of tasks. A task's questions come from a split that its corpus publishes for evaluation, or
//! from the records that the dataset holds out.

mod gather;
pub(crate) mod leakage;
mod llm_jp_eval;
mod lm_eval;
mod question;
mod rows;
mod task;

use std::io::Write;
use std::path::Path;

use ljd_core::{Error, ErrorKind, RelativePath, Result};
use serde::Serialize;
use serde_json::Value;

use crate::evaluate::gather::Gathered;
pub(crate) use crate::evaluate::leakage::{Files, Found, Search};
use crate::evaluate::question::Question;
use crate::plan::Plan;
use crate::plan::layout::EVALUATION;
use crate::report::Report;
use crate::write::OutputFile;
use crate::write::folder::Folder;

/// Writes every task that the dataset has questions for, and lists the files in its report.
///
/// The records are written already: what is held out is read from their files.
pub(crate) fn write(plan: &Plan, folder: &Folder, report: &mut Report) -> Result<Search> {
    let tasks = gather::all(plan, folder.part(), report)?;
    let mut search = Search::default();
    for Gathered { task, questions, examples } in &tasks {
        let (name, stem) = (task.name, format!("{EVALUATION}/data/{}", task.name));
        let data = lines(folder, &format!("{stem}.jsonl"), questions)?;
        search.add(task, questions, &data.sha256);
        report.files.push(data);
        if !examples.is_empty() {
            report.files.push(lines(folder, &format!("{stem}.examples.jsonl"), examples)?);
        }
        for (file, yaml) in lm_eval::files(task, examples.len()) {
            report.files.push(folder.write(&format!("{EVALUATION}/lm-eval/{file}"), &yaml)?);
        }
        if let Some(json) = llm_jp_eval::file(task, questions, examples) {
            let path = format!("{EVALUATION}/llm-jp-eval/{name}.json");
            report.files.push(folder.write(&path, &pretty(&json))?);
        }
    }
    for (file, text) in lm_eval::shared(tasks.iter().map(|gathered| gathered.task)) {
        report.files.push(folder.write(&format!("{EVALUATION}/lm-eval/{file}"), &text)?);
    }
    Ok(search)
}

/// Writes what the search for evaluation data in the written files found, which is nothing.
pub(crate) fn write_leakage(
    folder: &Folder,
    report: &mut Report,
    search: &Search,
    found: &Found,
) -> Result<()> {
    let text = pretty(&search.report(report, found));
    report.files.push(folder.write(leakage::FILE, &text)?);
    Ok(())
}

/// The tasks of a finished dataset, to look for.
pub(crate) fn read(dataset: &Path, files: &[&OutputFile]) -> Result<Search> {
    let mut search = Search::default();
    for task in task::TASKS {
        let path = format!("{EVALUATION}/data/{}.jsonl", task.name);
        if let Some(file) = files.iter().find(|file| *file.path == *path) {
            let questions = rows::questions(&dataset.join(&path), &path)?;
            search.add(task, &questions, &file.sha256);
        }
    }
    Ok(search)
}

fn lines(folder: &Folder, path: &str, questions: &[Question]) -> Result<OutputFile> {
    let path = RelativePath::parse(path)?;
    let mut file = folder.create_file(&path)?;
    for question in questions {
        let written = file.write_all(format!("{}\n", json(question)?).as_bytes());
        written.map_err(|error| Error::write(&file.path, error))?;
    }
    let (bytes, sha256) = file.finish()?;
    Ok(OutputFile { path, records: Some(questions.len() as u64), bytes, sha256 })
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
