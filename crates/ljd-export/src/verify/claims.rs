//! What a report says that other files say too.

use std::collections::BTreeMap;
use std::fs::File;

use ljd_core::{Error, ErrorKind, License, Location, Result, StatedLicense};
use serde::Deserialize;
use serde_json::Value;

use super::{at, rows, text};
use crate::evaluate;
use crate::plan::layout::{CARD, CROISSANT, LICENSES, NOTICE, REPORT};
use crate::plan::license;
use crate::report::{card, croissant, notice};
use crate::write::OutputFile;

/// The part of a report that can be held against the rest of the dataset.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    /// Licence of the whole.
    license: Option<String>,
    #[serde(default)]
    stated_licenses: Vec<StatedLicense>,
    records: u64,
    corpora: Vec<Corpus>,
    files: Vec<OutputFile>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Corpus {
    pub(super) name: String,
    pub(super) license: String,
    #[serde(default)]
    complete: bool,
    records: u64,
    splits: BTreeMap<String, u64>,
    tasks: BTreeMap<String, u64>,
    files: Vec<OutputFile>,
}

impl Claims {
    /// Every file, with the corpus whose records it holds if it does.
    pub(super) fn files(&self) -> impl Iterator<Item = (Option<&Corpus>, &OutputFile)> {
        let of_corpora = self
            .corpora
            .iter()
            .flat_map(|corpus| corpus.files.iter().map(move |file| (Some(corpus), file)));
        of_corpora.chain(self.files.iter().map(|file| (None, file)))
    }

    /// The files of records that can be searched for what is not to be trained on.
    pub(super) fn searched(&self) -> evaluate::Files<'_> {
        let corpora = self.corpora.iter().map(|corpus| {
            let files = corpus.files.iter().map(|file| file.path.as_str());
            (corpus.complete, corpus.tasks.keys().map(String::as_str).collect(), files.collect())
        });
        let joined = self.files.iter().filter(|file| file.records.is_some());
        let joined = joined.map(|file| file.path.as_str()).filter(|path| !path.contains('/'));
        evaluate::Files::new(corpora, joined)
    }

    /// The sources with their licences.
    fn sources(&self) -> Result<Vec<(&str, License)>> {
        let sources = self.corpora.iter().map(|corpus| {
            let license = self.license(&corpus.license);
            Ok((corpus.name.as_str(), license.map_err(|error| error.in_corpus(&corpus.name))?))
        });
        sources.collect()
    }

    /// The licence of an id: one that is compiled in, or that the report says a manifest states.
    fn license(&self, id: &str) -> Result<License> {
        match self.stated_licenses.iter().find(|stated| stated.id == id) {
            None => License::parse(id)
                .map_err(|error| Error::at(Location::file(REPORT), ErrorKind::UnknownName(error))),
            Some(stated) => License::stated(stated.clone()).map_err(|problem| {
                let problem = format!("are none: {problem}");
                at(REPORT, ErrorKind::Invalid { field: "stated_licenses", problem })
            }),
        }
    }

    /// The licence that the whole has by those of its sources; none where they allow no common one.
    fn whole(&self) -> Result<Option<License>> {
        Ok(license::of_dataset(&self.sources()?.into_iter()).ok())
    }

    /// Compares what the report says in several places.
    pub(super) fn check(&self) -> Result<()> {
        let whole = self.whole()?;
        if self.license.as_deref() != whole.map(License::id) {
            let named = |license: Option<&str>| license.unwrap_or("none").to_owned();
            let (stated, follows) = (named(self.license.as_deref()), named(whole.map(License::id)));
            let problem = format!("is `{stated}`, from those of the sources follows `{follows}`");
            return Err(at(REPORT, ErrorKind::Invalid { field: "license", problem }));
        }
        same("records", self.records, self.corpora.iter().map(|corpus| corpus.records).sum())?;
        for corpus in &self.corpora {
            corpus.check().map_err(|error| error.in_corpus(&corpus.name))?;
        }
        let texts = self.sources()?.into_iter();
        let texts = texts.map(|(_, license)| format!("{LICENSES}/{}.txt", license.id()));
        for name in texts.chain([NOTICE, CARD].map(str::to_owned)) {
            if self.files.iter().all(|file| file.path != *name) {
                let problem = format!("does not list `{name}`");
                return Err(at(REPORT, ErrorKind::Invalid { field: "files", problem }));
            }
        }
        Ok(())
    }

    /// Compares what a file says with the report. Its digest is right.
    pub(super) fn check_file(
        &self,
        corpus: Option<&Corpus>,
        file: &OutputFile,
        opened: File,
    ) -> Result<()> {
        let path = file.path.as_str();
        let license = path.strip_prefix(LICENSES).and_then(|name| name.strip_prefix('/'));
        let license = license.and_then(|name| name.strip_suffix(".txt"));
        let agrees = match (path, license, file.records) {
            (NOTICE, ..) => notice::names(&text(opened, path)?, self.sources()?.into_iter()),
            (CARD, ..) => self.is_card(&text(opened, path)?)?,
            _ if file.path.names().next_back() == Some(CARD) => {
                text(opened, path)?.starts_with(&card::head(self.whole()?))
            }
            (CROISSANT, ..) => self.is_description(&text(opened, path)?)?,
            (_, Some(id), _) => {
                let text = text(opened, path)?;
                self.license(id).is_ok_and(|license| license.text() == text)
            }
            (_, None, Some(records)) => return rows::check(opened, path, corpus, records),
            (_, None, None) => true,
        };
        if agrees {
            return Ok(());
        }
        let problem = "says something else of licences or records".to_owned();
        Err(at(path, ErrorKind::Invalid { field: REPORT, problem }))
    }

    /// Whether the description for machines states the licence.
    fn is_description(&self, text: &str) -> Result<bool> {
        let described: Value =
            serde_json::from_str(text).map_err(|error| Error::json(CROISSANT, error))?;
        let sources = self.sources()?.into_iter().map(|(_, license)| license);
        Ok(described.get("license") == Some(&croissant::license(self.whole()?, sources)))
    }

    /// Whether a card states the licence and the number of records.
    fn is_card(&self, text: &str) -> Result<bool> {
        let records = format!("\n{} records", self.records);
        Ok(text.starts_with(&card::head(self.whole()?)) && text.contains(&records))
    }
}

impl Corpus {
    fn check(&self) -> Result<()> {
        same("splits", self.records, self.splits.values().sum())?;
        same("tasks", self.records, self.tasks.values().sum())?;
        let mut formats: BTreeMap<&str, u64> = BTreeMap::new();
        for file in &self.files {
            let names: Vec<&str> = file.path.names().collect();
            let [format, name, _] = names.as_slice() else {
                return Err(misplaced(file));
            };
            if *name != self.name {
                return Err(misplaced(file));
            }
            *formats.entry(format).or_default() += file.records.unwrap_or_default();
        }
        formats.values().try_for_each(|n| same("files", self.records, *n))
    }
}

fn misplaced(file: &OutputFile) -> Error {
    let problem = format!("list `{}`, which is of another corpus", file.path);
    at(REPORT, ErrorKind::Invalid { field: "files", problem })
}

/// Two places that should say one number.
fn same(field: &'static str, records: u64, n: u64) -> Result<()> {
    if records == n {
        return Ok(());
    }
    let problem = format!("sum up to {n}, not to {records} records");
    Err(at(REPORT, ErrorKind::Invalid { field, problem }))
}
