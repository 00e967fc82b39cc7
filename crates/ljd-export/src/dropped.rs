//! `dropped/<rule>.jsonl.zst`: the records that rules of quality dropped, for review.

use std::collections::BTreeMap;

use ljd_core::{Error, ErrorKind, Result};
use ljd_quality::Rule;

use crate::convert::DroppedRecord;
use crate::folder::Folder;
use crate::format::LinesFile;
use crate::layout::DROPPED;
use crate::report::OutputFile;

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
