//! The files of a table: as they are, compressed, or members of archives.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use ljd_core::{
    ChunkSink, Error, ErrorKind, Input, Location, ManifestFile, Raw, RelativePath, Result,
    UnknownName,
};

/// Calls `read` with each file of the manifest, and of archives with each member that it states a split of; the chunks
/// that it cuts are in that split.
pub(crate) fn each_input(
    raw: &Raw,
    out: &mut ChunkSink<'_>,
    mut read: impl FnMut(Input<'_>, &mut ChunkSink<'_>) -> Result<()>,
) -> Result<()> {
    let files = raw.manifest().files.iter();
    for file in files.filter(|file| !file.optional || raw.has(file)) {
        let mut members = Members { file, seen: BTreeSet::new() };
        let mut read_member = |input: Input<'_>, out: &mut ChunkSink<'_>| {
            if members.take(&input, out) { read(input, out) } else { Ok(()) }
        };
        match archive(&file.path) {
            Some(Archive::Zip) => {
                raw.zip(file)?.each_member(|input| read_member(input, out))?;
            }
            Some(Archive::Tar) => raw.each_tar_member(file, |input| read_member(input, out))?,
            None => {
                out.split = file.split()?;
                read(raw.open(file)?, out)?;
                continue;
            }
        }
        members.check()?;
    }
    Ok(())
}

/// Calls `read` with each file of the manifest, of formats that are read by jumping in the file.
pub(crate) fn each_file(raw: &Raw, read: impl FnMut(&ManifestFile) -> Result<()>) -> Result<()> {
    let files = raw.manifest().files.iter();
    files.filter(|file| !file.optional || raw.has(file)).try_for_each(read)
}

/// The files below `root` that a pattern stands for, in alphabetical order.
pub(crate) fn matching(pattern: &ManifestFile, root: &Path) -> Result<Vec<ManifestFile>> {
    let found = files_below(root, pattern.path.names().count() - 1)?;
    let found = found.into_iter().filter(|path| pattern.path.matches(path));
    let files = found.map(|path| {
        let path = RelativePath::parse(path)?;
        Ok(ManifestFile { path, ..pattern.clone() })
    });
    files.collect()
}

/// The files so many folders below `root`, with forward slashes, in alphabetical order; hidden ones are none.
pub(crate) fn files_below(root: &Path, depth: usize) -> Result<Vec<String>> {
    let mut found = vec![String::new()];
    for level in 0..=depth {
        let mut next = Vec::new();
        for folder in found {
            let path = root.join(&folder);
            let at = |error| {
                Error::at(Location::file(path.display().to_string()), ErrorKind::Read(error))
            };
            let entries = match fs::read_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries.map_err(at)?,
            };
            for entry in entries {
                let entry = entry.map_err(at)?;
                let is_wanted = fs::metadata(entry.path()).is_ok_and(|metadata| {
                    if level == depth { metadata.is_file() } else { metadata.is_dir() }
                });
                let name = entry.file_name();
                let Some(name) = name.to_str().filter(|name| is_wanted && !name.starts_with('.'))
                else {
                    continue;
                };
                next.push(if folder.is_empty() {
                    name.to_owned()
                } else {
                    format!("{folder}/{name}")
                });
            }
        }
        found = next;
    }
    found.sort_unstable();
    Ok(found)
}

/// A way to keep many files in one.
#[derive(Debug, PartialEq)]
pub(crate) enum Archive {
    Zip,
    Tar,
}

pub(crate) fn archive(path: &str) -> Option<Archive> {
    const COMPRESSED: [&str; 3] = ["gz", "bz2", "zst"];
    let mut endings = path.rsplit('.').take(2);
    match (endings.next()?, endings.next()?) {
        ("zip", _) => Some(Archive::Zip),
        ("tar" | "tgz", _) => Some(Archive::Tar),
        (ending, "tar") if COMPRESSED.contains(&ending) => Some(Archive::Tar),
        _ => None,
    }
}

/// The members of an archive that were met.
struct Members<'f> {
    file: &'f ManifestFile,
    seen: BTreeSet<String>,
}

impl Members<'_> {
    /// Whether a member is read, in which case its split is that of the chunks to come.
    fn take(&mut self, input: &Input<'_>, out: &mut ChunkSink<'_>) -> bool {
        let name = input.file.strip_prefix(self.file.path.as_str()).unwrap_or(&input.file);
        let name = name.trim_start_matches('/');
        self.seen.insert(name.to_owned());
        let split = self.file.stated_split_of(name).or(self.file.split);
        out.split = split.unwrap_or(out.split);
        split.is_some() && !name.ends_with('/')
    }

    /// Every member that the manifest speaks of has to be there.
    fn check(&self) -> Result<()> {
        for stated in self.file.members.keys() {
            if !self.seen.iter().any(|name| ManifestFile::names_member(stated, name)) {
                let known =
                    self.seen.iter().map(String::as_str).filter(|name| !name.ends_with('/'));
                let unknown = UnknownName::new("member", stated, known);
                let location = Location::file(self.file.path.as_str());
                return Err(Error::at(location, ErrorKind::UnknownName(unknown)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_known_by_their_endings() {
        assert_eq!(archive("a/b.zip"), Some(Archive::Zip));
        for tar in ["a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.zst"] {
            assert_eq!(archive(tar), Some(Archive::Tar), "{tar}");
        }
        assert_eq!((archive("a.csv.gz"), archive("tar")), (None, None));
    }
}
