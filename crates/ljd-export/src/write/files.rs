//! The files of records: those of each corpus by format and part, and those that several corpora share.

use std::collections::BTreeMap;

use ljd_core::{FileName, RelativePath, Result};

use crate::plan::{Format, Plan};
use crate::write::OutputFile;
use crate::write::folder::{Folder, PartFile};
use crate::write::format::{Encoded, Writer, Written};
use crate::write::rows::Part;

/// The files that hold the bare fields of several corpora, in the dataset's order.
pub(crate) struct Joined {
    files: Vec<JoinedFile>,
}

struct JoinedFile {
    name: FileName,
    corpora: Vec<String>,
    file: PartFile,
    n_rows: u64,
}

impl Joined {
    pub(crate) fn create(plan: &Plan, folder: &Folder) -> Result<Self> {
        let files = plan.recipe.joined.iter().map(|(name, corpora)| {
            let file = folder.create_file(&name.clone().into())?;
            Ok(JoinedFile { name: name.clone(), corpora: corpora.clone(), file, n_rows: 0 })
        });
        Ok(Self { files: files.collect::<Result<_>>()? })
    }

    pub(crate) fn append(&mut self, corpus: &str, encoded: &[Encoded], n_rows: u64) -> Result<()> {
        for encoded in encoded {
            for file in
                self.files.iter_mut().filter(|file| file.corpora.iter().any(|c| c == corpus))
            {
                encoded.append_lines(&mut file.file)?;
                file.n_rows += n_rows;
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Vec<OutputFile>> {
        let files = self.files.into_iter().map(|JoinedFile { name, file, n_rows, .. }| {
            let (bytes, sha256) = file.finish()?;
            Ok(OutputFile { path: name.into(), records: Some(n_rows), bytes, sha256 })
        });
        files.collect()
    }
}

/// The files of records of one corpus.
pub(crate) struct Files<'a> {
    folder: &'a Folder,
    pub(crate) corpus: &'a str,
    formats: &'a [Format],
    parts: BTreeMap<Part, PartFiles>,
}

/// The files of one part, in the order of the formats.
#[derive(Default)]
struct PartFiles {
    open: Vec<Writer>,
    n_groups: usize,
    n_rows: u64,
    finished: Vec<Shard>,
}

/// A file of each format with the same rows.
struct Shard {
    n_rows: u64,
    written: Vec<Written>,
}

/// After so many groups a new file is begun: at most 240 MiB of text.
const GROUPS_PER_FILE: usize = 96;

impl<'a> Files<'a> {
    pub(crate) fn new(folder: &'a Folder, corpus: &'a str, formats: &'a [Format]) -> Self {
        Self { folder, corpus, formats, parts: BTreeMap::new() }
    }

    pub(crate) fn append(
        &mut self,
        part: Part,
        encoded: &mut [Encoded],
        n_rows: u64,
    ) -> Result<()> {
        let files = self.parts.entry(part).or_default();
        if files.n_groups == GROUPS_PER_FILE {
            files.close()?;
        }
        if files.open.is_empty() {
            let shard = files.finished.len();
            for format in self.formats {
                let (folder, extension) = (format.as_str(), format.extension());
                let part = part.as_str();
                let name = format!("{folder}/{}/{part}-{shard:05}.{extension}.part", self.corpus);
                files.open.push(Writer::create(*format, self.folder, &RelativePath::parse(name)?)?);
            }
        }
        for (writer, encoded) in files.open.iter_mut().zip(encoded) {
            writer.append(encoded)?;
        }
        files.n_groups += 1;
        files.n_rows += n_rows;
        Ok(())
    }

    /// Closes every file and gives it its final name, which says how many there are.
    pub(crate) fn finish(mut self) -> Result<Vec<OutputFile>> {
        let mut files = Vec::new();
        for (part, mut part_files) in std::mem::take(&mut self.parts) {
            part_files.close()?;
            let n = part_files.finished.len();
            for (i, shard) in part_files.finished.into_iter().enumerate() {
                for (format, written) in self.formats.iter().zip(shard.written) {
                    let (folder, extension) = (format.as_str(), format.extension());
                    let part = part.as_str();
                    let name = format!("{part}-{i:05}-of-{n:05}.{extension}");
                    let path = RelativePath::parse(format!("{folder}/{}/{name}", self.corpus))?;
                    self.folder.rename(&written.path, &path)?;
                    let (bytes, sha256) = (written.bytes, written.sha256);
                    files.push(OutputFile { path, records: Some(shard.n_rows), bytes, sha256 });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

impl PartFiles {
    fn close(&mut self) -> Result<()> {
        let open = std::mem::take(&mut self.open);
        let written = open.into_iter().map(Writer::finish).collect::<Result<Vec<_>>>()?;
        if !written.is_empty() {
            self.finished.push(Shard { n_rows: self.n_rows, written });
        }
        (self.n_groups, self.n_rows) = (0, 0);
        Ok(())
    }
}
