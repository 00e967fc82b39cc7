//! Damaged copies of every fixture: each is read or refused, never with a panic, never for ever.
//!
//! `LJD_MUTATE_SECONDS=600 cargo test --package ljd --test it mutate -- --nocapture` goes on for so long, and says how
//! many copies of each corpus were read. `LJD_MUTATE_SEED` is the first copy; a failure names the one that failed.

use std::fs;
use std::io::{self, Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ljd_core::{Corpus, Manifest, Preset, Raw, RelativePath, Rules, read_records, stable_hash};
use tempfile::tempdir;
use zip::write::SimpleFileOptions;

use crate::support::{FAMILIES, fixtures, root};

/// Numbers that depend on a seed alone.
struct Dice(u64);

impl Dice {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let high = usize::try_from(self.0 >> 33).unwrap();
        high % n.max(1)
    }
}

/// What breaks readers: ends of texts, marks, large numbers, bytes that are no text.
const PIECES: [&[u8]; 20] = [
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\t",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"&#x110000;",
    b"4294967296",
    b"-1",
    "《｜》".as_bytes(),
    "\u{202e}\u{1b}[".as_bytes(),
    b"{{[[''",
];

/// Changes bytes in one to four places.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let longest = 1 << dice.below(9);
        let end = (at + dice.below(longest)).min(bytes.len());
        match dice.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = PIECES[dice.below(PIECES.len())].repeat(1 + dice.below(3));
                bytes.splice(at..at, piece);
            }
            4 => {
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
            _ => {
                let piece = PIECES[dice.below(PIECES.len())];
                bytes.splice(at..end, piece.iter().copied());
            }
        }
    }
}

/// A corpus on its fixture, of which copies are made.
struct Subject {
    corpus: &'static dyn Corpus,
    manifest: Manifest,
    /// The files, as they are.
    files: Vec<Vec<u8>>,
    fixtures: PathBuf,
}

impl Subject {
    fn new(corpus: &'static dyn Corpus, fixtures: &Path) -> Self {
        let name = corpus.name();
        let replacement =
            fs::read_to_string(fixtures.join(format!("manifests/{name}.json"))).unwrap();
        let manifest = Manifest::parse_replaced(corpus.manifest(), &replacement, name).unwrap();
        let files = manifest.files.iter().map(|file| fs::read(fixtures.join(&file.path)).unwrap());
        Self { corpus, files: files.collect(), manifest, fixtures: fixtures.to_owned() }
    }

    /// Writes a copy of the fixture of which one file is damaged, packed or unpacked.
    fn write(&self, folder: &Path, dice: &mut Dice) -> Raw {
        let mut manifest = self.manifest.clone();
        let chosen = dice.below(self.files.len());
        for (n, (file, bytes)) in manifest.files.iter_mut().zip(&self.files).enumerate() {
            file.sha256 = None;
            let mut bytes = bytes.clone();
            if n == chosen {
                match file.path.as_str().rsplit('.').next() {
                    Some("gz" | "tgz") if dice.below(3) != 0 => {
                        let mut text = unpacked(MultiGzDecoder::new(bytes.as_slice()));
                        damage(&mut text, dice);
                        bytes = gzip(&text);
                    }
                    Some("bz2") if dice.below(3) != 0 => {
                        let original = Raw::new(self.fixtures.clone(), self.manifest.clone());
                        let mut text = unpacked(original.open(&self.manifest.files[n]).unwrap());
                        damage(&mut text, dice);
                        bytes = gzip(&text);
                        file.path = RelativePath::parse(format!("{}.gz", file.path)).unwrap();
                    }
                    Some("zip" | "xlsx") if dice.below(3) != 0 => bytes = damaged_zip(&bytes, dice),
                    _ => damage(&mut bytes, dice),
                }
            }
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Raw::new(folder.to_owned(), manifest)
    }

    /// Reads a damaged copy by either preset's rules.
    fn read(&self, seed: u64) {
        let name = &self.manifest.source.name;
        let folder = tempdir().unwrap();
        let raw = self.write(folder.path(), &mut Dice(stable_hash(&format!("{name} {seed}"))));
        for preset in Preset::ALL {
            let started = Instant::now();
            let mut each = |record: ljd_core::Record<'_>| {
                // v0 has questions without a topic, and so without an instruction.
                let is_asked = !record.instruction.is_empty() || *preset == Preset::V0;
                assert!(!record.id.is_empty() && is_asked, "{record:?}");
            };
            // An error is an answer; a panic is not.
            let _ = read_records(self.corpus, &raw, &Rules::new(*preset), &mut each);
            let took = started.elapsed();
            assert!(took < Duration::from_secs(60), "{name}, copy {seed}: {took:?}");
        }
    }
}

fn unpacked(mut input: impl io::Read) -> Vec<u8> {
    let mut text = Vec::new();
    io::copy(&mut input, &mut text).unwrap();
    text
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

/// The same archive, but for one member.
fn damaged_zip(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let chosen = dice.below(archive.len());
    let mut damaged = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..archive.len() {
        let mut member = archive.by_index(n).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        if n == chosen {
            damage(&mut bytes, dice);
        }
        damaged.start_file(member.name().unwrap(), SimpleFileOptions::default()).unwrap();
        damaged.write_all(&bytes).unwrap();
    }
    damaged.finish().unwrap().into_inner()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn damaged_fixtures_are_read_or_refused() {
    let (folder, first) = (tempdir().unwrap(), number("LJD_MUTATE_SEED").unwrap_or(0));
    let fixtures = fixtures(folder.path());
    let corpora = FAMILIES.iter().flat_map(|(_, corpora)| *corpora);
    let subjects: Vec<Subject> = corpora.map(|corpus| Subject::new(*corpus, &fixtures)).collect();
    let (started, seconds) = (Instant::now(), number("LJD_MUTATE_SECONDS"));
    let is_over = |n: u64| match seconds {
        Some(seconds) => Duration::from_secs(seconds) < started.elapsed(),
        None => n == 8,
    };
    let mut n_copies = 0;
    while !is_over(n_copies) {
        for subject in &subjects {
            let seed = first + n_copies;
            let read =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| subject.read(seed)));
            assert!(read.is_ok(), "{}: copy {seed}", subject.manifest.source.name);
        }
        n_copies += 1;
    }
    println!("{n_copies} damaged copies of each of {} corpora", subjects.len());
}

/// A manifest of one's own that is damaged, and the files that it describes.
#[test]
fn damaged_manifests_and_their_files_are_read_or_refused() {
    let fixtures = root().join("crates/ljd-tables/tests/fixtures");
    let mut manifests: Vec<PathBuf> = fs::read_dir(fixtures.join("manifests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    manifests.sort();
    let first = number("LJD_MUTATE_SEED").unwrap_or(0);
    let (started, seconds) = (Instant::now(), number("LJD_MUTATE_SECONDS"));
    let is_over = |n: u64| match seconds {
        Some(seconds) => Duration::from_secs(seconds) < started.elapsed(),
        None => n == 16,
    };
    let (mut n_copies, mut n_parsed) = (0, 0);
    while !is_over(n_copies) {
        for manifest in &manifests {
            let name = manifest.file_stem().unwrap().to_str().unwrap();
            let seed = format!("{name} {}", first + n_copies);
            let read = std::panic::catch_unwind(|| read_own(manifest, &fixtures, &seed));
            n_parsed += u64::from(read.unwrap_or_else(|_| panic!("copy {seed}")));
        }
        n_copies += 1;
    }
    assert!(0 < n_parsed, "some are still manifests");
    println!("{n_copies} damaged copies of {} manifests, {n_parsed} read", manifests.len());
}

/// Reads a damaged copy of a manifest with its files, or a whole one with a damaged file; whether it is a manifest.
fn read_own(manifest: &Path, fixtures: &Path, seed: &str) -> bool {
    let mut dice = Dice(stable_hash(seed));
    let mut bytes = fs::read(manifest).unwrap();
    let is_file = dice.below(2) == 0;
    if !is_file {
        damage(&mut bytes, &mut dice);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let Ok(table) = ljd_tables::Table::parse(&text, "mine.json") else { return false };
    let Ok(mut described) = Manifest::parse(table.manifest(), "mine.json") else { return false };
    let folder = tempdir().unwrap();
    if is_file {
        let chosen = dice.below(described.files.len());
        let path = &described.files[chosen].path;
        if let Ok(mut bytes) = fs::read(fixtures.join(path)) {
            damage(&mut bytes, &mut dice);
            let damaged = folder.path().join(path);
            fs::create_dir_all(damaged.parent().unwrap()).unwrap();
            fs::write(&damaged, bytes).unwrap();
            // Guessing at a damaged file is no different.
            let _ = ljd_tables::guess(&damaged);
            described.files = vec![described.files[chosen].clone()];
        }
    }
    let raw = if is_file { folder.path() } else { fixtures };
    if table.find_files(&mut described, raw).is_err() {
        return true;
    }
    described.files.iter_mut().for_each(|file| file.sha256 = None);
    // A corpus lives as long as the program; a test's is small.
    let table: &'static ljd_tables::Table = Box::leak(Box::new(table));
    let raw = Raw::new(raw.to_owned(), described);
    for preset in Preset::ALL {
        let mut each = |record: ljd_core::Record<'_>| assert!(!record.id.is_empty(), "{record:?}");
        let _ = read_records(table, &raw, &Rules::new(*preset), &mut each);
    }
    true
}
