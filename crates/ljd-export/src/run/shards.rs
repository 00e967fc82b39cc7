//! The files that several runs wrote, joined to those of one dataset.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use ljd_core::{Error, ErrorKind, Location, Result, Sha256Writer, StatedBy, open_named};

use crate::plan::Format;
use crate::run::build::ShardFolder;
use crate::write::OutputFile;
use crate::write::files::{Shard, final_name};
use crate::write::folder::Folder;

/// Takes the files of a corpus into a dataset's folder, under names that say how many there are.
pub(crate) fn take(
    folders: &[ShardFolder],
    corpus: &str,
    formats: &[Format],
    folder: &Folder,
) -> Result<Vec<OutputFile>> {
    let mut of_part: BTreeMap<(&str, &str), Vec<(&Path, &Shard)>> = BTreeMap::new();
    for ShardFolder { path, shards } in folders {
        for shards in shards.iter().filter(|shards| shards.corpus == corpus) {
            let files = of_part.entry((&shards.part, &shards.format)).or_default();
            files.extend(shards.files.iter().map(|file| (path.as_path(), file)));
        }
    }
    let mut taken = Vec::new();
    let wanted = |format: &str| formats.iter().any(|wanted| wanted.as_str() == format);
    for ((part, format), mut files) in of_part.into_iter().filter(|((_, it), _)| wanted(it)) {
        files.sort_by_key(|(_, file)| file.place);
        let n = files.len();
        for (i, (from, file)) in files.into_iter().enumerate() {
            let path = final_name(corpus, part, format, (i, n))?;
            let from = from.join(&file.path);
            check(&from, file)?;
            folder.take_file(&from, &path)?;
            taken.push(file.named(path));
        }
    }
    taken.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(taken)
}

/// Compares a file with what is known of it.
fn check(path: &Path, file: &Shard) -> Result<()> {
    let at = || Location::file(path.display().to_string());
    let failed = |error| Error::at(at(), ErrorKind::Read(error));
    let mut sha256 = Sha256Writer::new(io::sink());
    io::copy(&mut open_named(path)?, &mut sha256).map_err(failed)?;
    let (_sink, _bytes, found) = sha256.finish();
    if found == file.sha256 {
        return Ok(());
    }
    let (expected, stated_by) = (file.sha256.clone(), StatedBy::Report);
    Err(Error::at(at(), ErrorKind::Digest { expected, found, stated_by }))
}
