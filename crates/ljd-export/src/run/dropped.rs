//! The records that rules of quality drop: counted, with examples, and for review in `dropped/<rule>.jsonl.zst`.

use std::collections::BTreeMap;

use ljd_core::{Error, ErrorKind, Record, Result};
use ljd_quality::Rule;

use crate::plan::layout::DROPPED;
use crate::report::{DroppedRecord, DroppedReport};
use crate::write::OutputFile;
use crate::write::code::code;
use crate::write::folder::Folder;
use crate::write::format::LinesFile;
use crate::write::rows::Row;

/// Records that rules of quality drop.
#[derive(Debug, Default)]
pub(crate) struct Dropped(pub(crate) BTreeMap<Rule, DroppedRecords>);

/// The records that one rule drops.
#[derive(Debug, Default)]
pub(crate) struct DroppedRecords {
    pub(crate) count: u64,
    /// The first few of them, or all of them where they are kept.
    pub(crate) records: Vec<DroppedRecord>,
    /// Id of each record with evaluation data, and what that is.
    pub(crate) contaminated: Vec<(String, String)>,
}

code!(DroppedRecords { count, records, contaminated });
code!(DroppedRecord { source, id, instruction, input, output, history, like });

/// So many dropped records of a rule are kept as examples.
pub(crate) const EXAMPLES: usize = 3;

/// A file for each rule that dropped something.
pub(crate) struct DroppedFiles<'a> {
    folder: &'a Folder,
    files: BTreeMap<Rule, LinesFile>,
}

impl<'a> DroppedFiles<'a> {
    pub(crate) fn new(folder: &'a Folder) -> Self {
        Self { folder, files: BTreeMap::new() }
    }

    pub(crate) fn keep(&mut self, rule: Rule, records: &[DroppedRecord]) -> Result<()> {
        let file = match self.files.remove(&rule) {
            Some(file) => file,
            None => LinesFile::create(self.folder, &format!("{DROPPED}/{}", rule.as_str()))?,
        };
        let file = self.files.entry(rule).or_insert(file);
        for record in records {
            let line = serde_json::to_vec(record);
            let line = line.map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))?;
            file.push(&line)?;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Vec<OutputFile>> {
        self.files.into_values().map(LinesFile::finish).collect()
    }
}

impl Dropped {
    /// Counts a record, and keeps it if all are kept or it is one of the first.
    pub(crate) fn add(
        &mut self,
        rule: Rule,
        like: Option<&str>,
        keep: bool,
        record: impl FnOnce() -> DroppedRecord,
    ) {
        let dropped = self.0.entry(rule).or_default();
        dropped.count += 1;
        if !keep && EXAMPLES <= dropped.records.len() && rule != Rule::Contamination {
            return;
        }
        let record = DroppedRecord { like: like.map(str::to_owned), ..record() };
        if let Some(like) = like.filter(|_| rule == Rule::Contamination) {
            dropped.contaminated.push((record.id.clone(), like.to_owned()));
        }
        if keep || dropped.records.len() < EXAMPLES {
            dropped.records.push(record);
        }
    }

    /// Adds the counts of records that come later, with as many examples as there is room for.
    pub(crate) fn add_later(&mut self, later: &mut Self) {
        for (rule, later) in &mut later.0 {
            let dropped = self.0.entry(*rule).or_default();
            dropped.count += later.count;
            dropped.contaminated.append(&mut later.contaminated);
            let room = EXAMPLES - dropped.records.len();
            dropped.records.extend(later.records.iter().take(room).cloned());
        }
    }
}

impl DroppedRecord {
    pub(crate) fn of(record: &Record<'_>) -> Self {
        let history = record.history.iter().map(|turn| turn.content.to_string());
        Self {
            source: record.source.name.clone(),
            id: record.id.to_string(),
            instruction: record.instruction.to_string(),
            input: record.input.to_string(),
            output: record.output.to_string(),
            history: history.collect(),
            like: None,
        }
    }

    /// A record that was a row already.
    pub(crate) fn of_row(row: &Row<'_>) -> Self {
        Self {
            source: row.provenance.source.to_owned(),
            id: row.id.to_owned(),
            instruction: row.instruction.to_owned(),
            input: row.input.to_owned(),
            output: row.output.to_owned(),
            history: row.history.turns().map(|(_, content)| content.to_owned()).collect(),
            like: None,
        }
    }
}

pub(crate) fn dropped(dropped: Dropped) -> BTreeMap<&'static str, DroppedReport> {
    let rules = dropped.0.into_iter().map(|(rule, records)| {
        let DroppedRecords { count, records: examples, contaminated } = records;
        (rule.as_str(), DroppedReport { count, examples, contaminated })
    });
    rules.collect()
}
