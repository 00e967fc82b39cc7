//! The files of records: those of each corpus by format and part, and those that several corpora share.

use std::collections::BTreeMap;

use ljd_core::{FileName, RelativePath, Result};
use serde::{Deserialize, Serialize};

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
    /// The most bytes of a file.
    most_bytes: u64,
    /// The files of each part, in the order of the formats.
    parts: BTreeMap<Part, Vec<FormatFiles>>,
}

/// The files of one part in one format.
#[derive(Default)]
struct FormatFiles {
    open: Option<OpenFile>,
    finished: Vec<Shard>,
}

struct OpenFile {
    place: (usize, usize),
    writer: Writer,
    n_rows: u64,
    bytes: u64,
}

/// A file that is written whole, under a name that does not say how many there are.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shard {
    /// The file that its groups belong to, and which piece of that it is where the bytes are too many for one.
    pub(crate) place: (usize, usize),
    pub(crate) n_rows: u64,
    pub(crate) path: RelativePath,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// The files of one part in one format, as a run leaves them that writes some of a corpus's files.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shards {
    pub(crate) corpus: String,
    pub(crate) part: String,
    pub(crate) format: String,
    pub(crate) files: Vec<Shard>,
}

/// After so many groups a new file is begun: at most 240 MiB of text.
const GROUPS_PER_FILE: usize = 96;

/// Which file a group belongs to, by its number among those of its part.
pub(crate) const fn file_of_group(number: usize) -> usize {
    number / GROUPS_PER_FILE
}

impl<'a> Files<'a> {
    /// A file has as many bytes at most, unless a single group has more.
    pub(crate) fn new(
        folder: &'a Folder,
        corpus: &'a str,
        formats: &'a [Format],
        most_bytes: u64,
    ) -> Self {
        Self { folder, corpus, formats, most_bytes, parts: BTreeMap::new() }
    }

    /// Appends a group of that number, which holds nothing where another run encodes it.
    pub(crate) fn append(
        &mut self,
        part: Part,
        number: usize,
        encoded: &mut [Encoded],
        n_rows: u64,
    ) -> Result<()> {
        let files = self
            .parts
            .entry(part)
            .or_insert_with(|| self.formats.iter().map(|_| FormatFiles::default()).collect());
        for ((files, format), encoded) in files.iter_mut().zip(self.formats).zip(encoded) {
            let (file, bytes) = (file_of_group(number), encoded.bytes());
            let next = match &files.open {
                None => Some((file, 0)),
                Some(open) if open.place.0 != file => Some((file, 0)),
                Some(open) if self.most_bytes < open.bytes + bytes => {
                    Some((file, open.place.1 + 1))
                }
                Some(_) => None,
            };
            if let Some(place) = next {
                files.close()?;
                let (folder, extension) = (format.as_str(), format.extension());
                let name =
                    format!("{}-{:05}-{:05}.{extension}.part", part.as_str(), place.0, place.1);
                let name = RelativePath::parse(format!("{folder}/{}/{name}", self.corpus))?;
                let writer = Writer::create(*format, self.folder, &name)?;
                files.open =
                    Some(OpenFile { place, writer, n_rows: 0, bytes: format.bytes_of_file() });
            }
            if let Some(open) = &mut files.open {
                open.writer.append(encoded)?;
                open.n_rows += n_rows;
                open.bytes += bytes;
            }
        }
        Ok(())
    }

    /// Closes every file and gives it its final name, which says how many there are.
    pub(crate) fn finish(self) -> Result<Vec<OutputFile>> {
        let folder = self.folder;
        let shards = self.close()?;
        let mut files = Vec::new();
        for Shards { corpus, part, format, files: shards } in shards {
            let n = shards.len();
            for (i, shard) in shards.into_iter().enumerate() {
                let path = final_name(&corpus, &part, &format, (i, n))?;
                folder.rename(&folder.part().join(&shard.path), &path)?;
                files.push(shard.named(path));
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Closes every file, under the name that it has.
    pub(crate) fn close(mut self) -> Result<Vec<Shards>> {
        let mut all = Vec::new();
        for (part, files) in std::mem::take(&mut self.parts) {
            for (mut files, format) in files.into_iter().zip(self.formats) {
                files.close()?;
                let (corpus, part) = (self.corpus.to_owned(), part.as_str().to_owned());
                let format = format.as_str().to_owned();
                all.push(Shards { corpus, part, format, files: files.finished });
            }
        }
        Ok(all)
    }
}

/// The name of the file `i` of `n`.
pub(crate) fn final_name(
    corpus: &str,
    part: &str,
    format: &str,
    (i, n): (usize, usize),
) -> Result<RelativePath> {
    let extension = Format::parse(format)?.extension();
    let name = format!("{part}-{i:05}-of-{n:05}.{extension}");
    Ok(RelativePath::parse(format!("{format}/{corpus}/{name}"))?)
}

impl Shard {
    /// The file under its final name.
    pub(crate) fn named(&self, path: RelativePath) -> OutputFile {
        let Self { n_rows, bytes, ref sha256, .. } = *self;
        OutputFile { path, records: Some(n_rows), bytes, sha256: sha256.clone() }
    }
}

impl FormatFiles {
    fn close(&mut self) -> Result<()> {
        if let Some(OpenFile { place, writer, n_rows, .. }) = self.open.take() {
            let Written { path, bytes, sha256 } = writer.finish()?;
            self.finished.push(Shard { place, n_rows, path, bytes, sha256 });
        }
        Ok(())
    }
}
