//! Evaluation data, to be looked for in what is trained on: the splits of corpora that the recipe does not
//! take, and files that the user names.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use ljd_core::{Error, ErrorKind, Location, Record, Result, Split, open_named, read_records};
use ljd_quality::Evaluation;
use serde_json::Value;

use crate::plan::Plan;
use crate::plan::PlannedCorpus;

/// Reads all of it.
pub(crate) fn collect(plan: &Plan, files: &[PathBuf]) -> Result<Evaluation> {
    let mut evaluation = Evaluation::default();
    if plan.corpora.iter().all(|planned| !planned.compared.evaluation) {
        return Ok(evaluation);
    }
    for planned in &plan.corpora {
        if plan.recipe.evaluation.iter().any(|name| name == planned.name()) {
            add_splits(plan, planned, &mut evaluation)?;
        }
    }
    for file in files {
        add_file(file, &mut evaluation)?;
    }
    Ok(evaluation)
}

/// Adds the records of a corpus's evaluation splits, as far as these are not in the dataset themselves.
fn add_splits(plan: &Plan, planned: &PlannedCorpus, evaluation: &mut Evaluation) -> Result<()> {
    let is_left_out = |split: Split| !plan.recipe.splits.contains(&split);
    let PlannedCorpus { corpus, raw, rules, .. } = planned;
    let mut add = |record: Record<'_>| {
        if record.split.is_evaluation() && is_left_out(record.split) {
            let name = [planned.name(), &record.id].join("/");
            evaluation.add_record(&name, &record);
        }
    };
    read_records(*corpus, raw, rules, &mut add)?;
    Ok(())
}

/// Adds a file of the user's: lines of JSON, of which every string counts, or lines of text.
fn add_file(path: &Path, evaluation: &mut Evaluation) -> Result<()> {
    let name = path.display().to_string();
    let failed =
        |line: u64, error| Error::at(Location::line(name.as_str(), line), ErrorKind::Read(error));
    let file = open_named(path)?;
    let is_json = path.extension().is_some_and(|extension| extension == "jsonl");
    for (line, text) in (1..).zip(BufReader::new(file).lines()) {
        let text = text.map_err(|error| failed(line, error))?;
        let item = format!("{name}:{line}");
        if is_json {
            let value = serde_json::from_str(&text);
            let value: Value = value.map_err(|error| {
                Error::at(Location::line(name.as_str(), line), ErrorKind::Json(error))
            })?;
            each_string(&value, &mut |text| evaluation.add_text(&item, text));
        } else {
            evaluation.add_text(&item, &text);
        }
    }
    Ok(())
}

fn each_string(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(values) => values.iter().for_each(|value| each_string(value, each)),
        Value::Object(fields) => fields.values().for_each(|value| each_string(value, each)),
        _ => {}
    }
}
