//! What benchmarks of a family time: the files of each corpus unpacked, cut, and made records of.

use std::fs;
use std::hint::black_box;
use std::io::{self, Read};
use std::path::Path;

use super::fixture;
use crate::{Chunk, ChunkSink, Corpus, Manifest, Preset, Raw, Record, RecordSink, Result, Rules};

/// Work to be timed.
pub struct Timed<'a> {
    /// The corpus.
    pub group: &'a str,
    /// What is done with it.
    pub name: &'a str,
    /// Bytes that the work goes through, uncompressed.
    pub n_bytes: u64,
    /// The work.
    pub work: &'a mut dyn FnMut(),
}

/// Hands what is to be timed of each corpus to `run`.
///
/// The files are those that `raw` knows, else the fixture below `fixtures`. Of each corpus there is `unpack`
/// (every file is read and decompressed, the limit of what follows), `cut` (and cut into chunks), and
/// `records v0` and `records clean` (chunks that lie in memory are made records of). A fixture is repeated.
///
/// # Panics
///
/// Where a file cannot be read.
pub fn time(
    corpora: &[&dyn Corpus],
    raw: &dyn Fn(&dyn Corpus) -> Option<Raw>,
    fixtures: &Path,
    run: &mut dyn FnMut(Timed<'_>),
) {
    for &corpus in corpora {
        let published = raw(corpus);
        let kind = if published.is_some() { "" } else { " (fixture)" };
        let raw = published.unwrap_or_else(|| fixture(corpus, fixtures));
        let group = format!("{}{kind}", raw.manifest().source.name);
        let mut run = |name: &str, n_bytes, work: &mut dyn FnMut()| {
            run(Timed { group: &group, name, n_bytes, work });
        };
        run("unpack", unpack(&raw), &mut || {
            black_box(unpack(&raw));
        });
        for &preset in Preset::ALL {
            let rules = Rules::new(preset);
            let mut chunks = Vec::new();
            cut(corpus, &raw, &rules, &mut |chunk| chunks.push(chunk));
            let n_bytes = n_bytes(&chunks);
            if preset == Preset::Clean {
                let mut each = |chunk| drop(black_box(chunk));
                run("cut", n_bytes, &mut || cut(corpus, &raw, &rules, &mut each));
            }
            let n_times = ENOUGH.div_ceil(n_bytes.max(1));
            run(&format!("records {}", preset.as_str()), n_times * n_bytes, &mut || {
                (0..n_times).for_each(|_| records(corpus, &raw, &rules, &chunks));
            });
        }
    }
}

/// Less text than this is repeated: what is done once a chunk would be most of the time.
const ENOUGH: u64 = 1 << 20;

/// The published files of a corpus below `corpora`, which a manifest below `manifests` describes. `None` where
/// there is no such manifest, or not every file.
///
/// # Panics
///
/// Where the manifest is not valid.
pub fn published(corpus: &dyn Corpus, corpora: &Path, manifests: &Path) -> Option<Raw> {
    let compiled = Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid");
    let path = manifests.join(format!("{}.json", compiled.source.name));
    let replacement = fs::read_to_string(&path).ok()?;
    let manifest = Manifest::parse_replaced(corpus.manifest(), &replacement, "published")
        .expect("the manifest is valid");
    let raw = Raw::new(corpora.to_path_buf(), manifest);
    let is_whole = raw.manifest().files.iter().all(|file| file.optional || raw.has(file));
    is_whole.then_some(raw)
}

impl std::fmt::Debug for Timed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Timed({}/{}, {} bytes)", self.group, self.name, self.n_bytes)
    }
}

fn unpack(raw: &Raw) -> u64 {
    let mut n_bytes = 0;
    let mut count = |reader: &mut dyn Read| {
        n_bytes += io::copy(reader, &mut io::sink()).expect("the file can be read");
    };
    for file in raw.manifest().files.iter().filter(|file| raw.has(file)) {
        let is_zip = [".zip", ".xlsx"].iter().any(|ending| file.path.ends_with(ending));
        if !is_zip {
            count(&mut raw.open(file).expect("the file can be opened"));
            continue;
        }
        let mut zip = raw.zip(file).expect("the archive can be opened");
        for name in zip.names().to_vec().iter().filter(|name| !name.ends_with('/')) {
            count(&mut zip.member(name).expect("the member can be opened"));
        }
    }
    n_bytes
}

fn cut(corpus: &dyn Corpus, raw: &Raw, rules: &Rules, each: &mut dyn FnMut(Chunk)) {
    let mut push = |chunk| -> Result<()> {
        each(chunk);
        Ok(())
    };
    corpus.cut(raw, rules, &mut ChunkSink::new(&mut push)).expect("the files can be cut");
}

fn records(corpus: &dyn Corpus, raw: &Raw, rules: &Rules, chunks: &[Chunk]) {
    let mut each = |record: Record<'_>| drop(black_box(record));
    for chunk in chunks {
        let mut out = RecordSink::new(&raw.manifest().source, chunk.reread, &mut each);
        corpus.convert(chunk, rules, &mut out).expect("the chunk can be read");
    }
}

/// The text of chunks, uncompressed.
fn n_bytes(chunks: &[Chunk]) -> u64 {
    let texts = chunks.iter().flat_map(|chunk| &chunk.texts);
    texts.map(|text| text.bytes.len() as u64).sum()
}
