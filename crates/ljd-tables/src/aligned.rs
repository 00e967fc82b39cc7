//! Two files of lines that belong together line by line, each a column.

use std::collections::BTreeMap;

use ljd_core::{
    ChunkSink, Error, ErrorKind, Input, Location, ManifestFile, Raw, Result, UnknownName, Zip,
};

use crate::source::{Archive, archive};

/// The columns, and which files they are: patterns with one `*`, which is the same text in both files of a pair.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) names: [String; 2],
    patterns: [(String, String); 2],
}

/// What the `*` of a pattern stands for in a path, and what is before the pattern.
type Key<'p> = (&'p str, &'p str);

impl Layout {
    pub(crate) fn new(columns: &BTreeMap<String, String>) -> Result<Self, String> {
        let columns: Vec<_> = columns.iter().collect();
        let [one, other] = columns.as_slice() else {
            return Err(format!("has {} `columns`; lines are aligned in two files", columns.len()));
        };
        let pattern = |pattern: &str| {
            let halves = pattern.split_once('*').filter(|(_, end)| !end.contains('*'));
            let halves =
                halves.ok_or_else(|| format!("has the column `{pattern}`, which needs one `*`"))?;
            Ok::<_, String>((halves.0.to_owned(), halves.1.to_owned()))
        };
        Ok(Self {
            names: [one.0.clone(), other.0.clone()],
            patterns: [pattern(one.1)?, pattern(other.1)?],
        })
    }

    fn key<'p>(&self, side: usize, path: &'p str) -> Option<Key<'p>> {
        let (start, end) = self.patterns.get(side)?;
        let rest = path.strip_suffix(end.as_str())?;
        if start.is_empty() { Some(("", rest)) } else { rest.rsplit_once(start.as_str()) }
    }

    /// The other one of a pair of files.
    fn partner<'n>(&self, path: &str, names: &[&'n str]) -> Result<&'n str> {
        let key = self.key(0, path);
        names.iter().copied().find(|name| self.key(1, name) == key).ok_or_else(|| {
            let unknown = UnknownName::new("file beside", path, names.iter().copied());
            Error::at(Location::file(path), ErrorKind::UnknownName(unknown))
        })
    }

    /// Cuts all pairs of files.
    pub(crate) fn chunks(
        &self,
        raw: &Raw,
        out: &mut ChunkSink<'_>,
        cut: &mut dyn FnMut(Input<'_>, Input<'_>, &mut ChunkSink<'_>) -> Result<()>,
    ) -> Result<()> {
        let files: Vec<&ManifestFile> = raw.manifest().files.iter().collect();
        let plain = files.iter().filter(|file| archive(&file.path).is_none());
        let plain: Vec<&str> = plain.map(|file| file.path.as_str()).collect();
        for file in &files {
            match archive(&file.path) {
                Some(Archive::Zip) => self.zip(raw, file, out, cut)?,
                Some(Archive::Tar) => self.tar(raw, file, out, cut)?,
                None if self.key(0, &file.path).is_some() => {
                    let partner = self.partner(&file.path, &plain)?;
                    let Some(other) = files.iter().find(|file| &*file.path == partner) else {
                        continue;
                    };
                    out.split = file.split()?;
                    cut(raw.open(file)?, raw.open(other)?, out)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    fn zip(
        &self,
        raw: &Raw,
        file: &ManifestFile,
        out: &mut ChunkSink<'_>,
        cut: &mut dyn FnMut(Input<'_>, Input<'_>, &mut ChunkSink<'_>) -> Result<()>,
    ) -> Result<()> {
        // Two members that are read in step need the archive opened twice.
        let (mut left, mut right): (Zip, Zip) = (raw.zip(file)?, raw.zip(file)?);
        let names = left.names().to_vec();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        for name in self.wanted(file, &known)? {
            let partner = self.partner(name, &known)?;
            out.split = file.split_of(name)?;
            cut(left.member(name)?, right.member(partner)?, out)?;
        }
        Ok(())
    }

    /// An archive of tar is read from its beginning for every pair, as nothing says where a member is.
    fn tar(
        &self,
        raw: &Raw,
        file: &ManifestFile,
        out: &mut ChunkSink<'_>,
        cut: &mut dyn FnMut(Input<'_>, Input<'_>, &mut ChunkSink<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut names = Vec::new();
        raw.each_tar_member(file, |input| {
            names.push(member(file, &input).to_owned());
            Ok(())
        })?;
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let wanted = self.wanted(file, &known)?;
        raw.each_tar_member(file, |left| {
            let name = member(file, &left).to_owned();
            if !wanted.contains(&name.as_str()) {
                return Ok(());
            }
            let partner = self.partner(&name, &known)?;
            out.split = file.split_of(&name)?;
            let mut left = Some(left);
            raw.each_tar_member(file, |right| {
                if member(file, &right) != partner {
                    return Ok(());
                }
                left.take().map_or(Ok(()), |left| cut(left, right, out))
            })
        })
    }

    /// The members that are the first column of a pair, of the splits that the manifest states.
    fn wanted<'n>(&self, file: &ManifestFile, names: &[&'n str]) -> Result<Vec<&'n str>> {
        let is_stated = |name: &str| file.stated_split_of(name).or(file.split).is_some();
        let is_first = |name: &&&str| self.key(0, name).is_some() && is_stated(name);
        let wanted: Vec<&str> = names.iter().filter(is_first).copied().collect();
        for stated in file.members.keys() {
            if !names.iter().any(|name| ManifestFile::names_member(stated, name)) {
                let unknown = UnknownName::new("member", stated, names.iter().copied());
                let location = Location::file(file.path.as_str());
                return Err(Error::at(location, ErrorKind::UnknownName(unknown)));
            }
        }
        Ok(wanted)
    }
}

/// The path of an archive's member in the archive.
fn member<'i>(file: &ManifestFile, input: &'i Input<'_>) -> &'i str {
    let name = input.file.strip_prefix(file.path.as_str()).unwrap_or(&input.file);
    name.trim_start_matches('/')
}
