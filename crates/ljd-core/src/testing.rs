//! Holds a corpus to its fixture, and times it: the same for every corpus of every family.
#![expect(clippy::expect_used, clippy::panic, reason = "a check fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "fixtures are small, and blessing is asked for by a variable"
)]

mod timing;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

pub use self::timing::{Timed, published, time};
use crate::{
    Chunk, ChunkSink, Corpus, Manifest, Phrasings, Preset, Raw, Record, RecordSink, Result, Rules,
    Skipped, Split, Text, read_records,
};

/// Checks a corpus against its fixture below `fixtures`, with both presets.
///
/// `manifests/<corpus>.json` states the files of the fixture. The records have to be those of
/// `<corpus>/records-<preset>.jsonl`, which setting `LJD_BLESS=1` writes anew, and their number the one
/// that the manifest expects. Cut into the smallest possible chunks, the files have to give the same.
///
/// # Panics
///
/// Where something differs.
pub fn check(corpus: &dyn Corpus, fixtures: &Path) {
    for &preset in Preset::ALL {
        let raw = fixture(corpus, fixtures);
        let manifest = raw.manifest();
        raw.check().expect("the fixture is what its manifest states");
        let found = snapshot(corpus, &raw, preset, usize::MAX);
        let name = &manifest.source.name;
        let path = fixtures.join(name).join(format!("records-{}.jsonl", preset.as_str()));
        if std::env::var("LJD_BLESS").is_ok() {
            fs::write(&path, found.to_text()).expect("the fixture folder can be written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert_same(
            &expected,
            &found.to_text(),
            &format!("{} (LJD_BLESS=1 accepts)", path.display()),
        );
        assert_eq!(Some(found.n_records), manifest.expected(preset), "{name}: expected records");
        check_templates(corpus, &raw, preset);
        let small = snapshot(corpus, &raw, preset, 1);
        assert_same(&found.to_text(), &small.to_text(), &format!("{name}: small chunks"));
    }
}

/// Checks that each instruction with a list is a wording that its list has for the corpus.
fn check_templates(corpus: &dyn Corpus, raw: &Raw, preset: Preset) {
    let phrasings = Phrasings::parse(corpus.phrasings(), "phrasings").expect("the lists are valid");
    let name = &raw.manifest().source.name;
    let mut check = |record: Record<'_>| {
        let instruction = &record.instruction;
        if let (Some(list), Some(template)) = (instruction.list(), instruction.template()) {
            let mut wordings = phrasings.wordings(list, name);
            let is_there = wordings.any(|wording| wording.text() == template);
            assert!(is_there, "{name}: list `{list}` has no `{template}`");
        }
    };
    read_records(corpus, raw, &Rules::new(preset), &mut check).expect("the fixture is read");
}

/// Feeds bytes that nobody promised anything about to a corpus, as a chunk of one text and of two.
///
/// # Panics
///
/// Where the corpus does, or where it returns a record without an id, or under the clean rules
/// without an instruction.
pub fn survive(corpus: &dyn Corpus, bytes: &[u8]) {
    let manifest = Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid");
    let text = |bytes: &[u8]| Text {
        file: Arc::from("bytes"),
        first_line: 1,
        bytes: bytes.to_vec(),
        ..Text::default()
    };
    let (left, right) = bytes.split_at(bytes.len() / 2);
    for texts in [vec![text(bytes)], vec![text(left), text(right)]] {
        for (&preset, block) in Preset::ALL.iter().zip(0..2) {
            let chunk = Chunk { texts: texts.clone(), split: Split::Train, block, reread: false };
            let mut whole = |record: Record<'_>| {
                // v0 has records whose instruction is missing.
                let is_asked = !record.instruction.is_empty() || preset == Preset::V0;
                assert!(!record.id.is_empty() && is_asked, "{record:?}");
            };
            let mut out = RecordSink::new(&manifest.source, chunk.reread, &mut whole);
            // An error is an answer; a panic is not.
            let _ = corpus.convert(&chunk, &Rules::new(preset), &mut out);
        }
    }
}

/// The files of a corpus's fixture.
///
/// # Panics
///
/// Where the fixture has no manifest or not a valid one.
pub fn fixture(corpus: &dyn Corpus, fixtures: &Path) -> Raw {
    let compiled = Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid");
    assert_eq!(corpus.name(), compiled.source.name, "the corpus has the name of its manifest");
    let path = fixtures.join("manifests").join(format!("{}.json", corpus.name()));
    let replacement = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let manifest =
        Manifest::parse_replaced(corpus.manifest(), &replacement, &path.display().to_string())
            .unwrap_or_else(|error| panic!("{error}"));
    Raw::new(fixtures.to_path_buf(), manifest)
}

/// Everything that a corpus gives, as text.
struct Snapshot {
    lines: Vec<String>,
    n_records: u64,
}

impl Snapshot {
    fn to_text(&self) -> String {
        self.lines.join("\n") + "\n"
    }
}

fn snapshot(corpus: &dyn Corpus, raw: &Raw, preset: Preset, target: usize) -> Snapshot {
    let rules = Rules::new(preset);
    let (mut lines, mut ids) = (Vec::new(), BTreeSet::new());
    let (mut rows, mut skipped) = (0, Skipped::default());
    let mut each = |record: Record<'_>| {
        assert!(ids.insert(record.id.to_string()), "two records have the id {}", record.id);
        lines.push(line(&record, corpus.group(&record)));
    };
    let mut convert = |chunk: Chunk| -> Result<()> {
        let mut out = RecordSink::new(&raw.manifest().source, chunk.reread, &mut each);
        corpus.convert(&chunk, &rules, &mut out)?;
        let counts = out.into_counts();
        rows += counts.0;
        skipped.append(counts.1);
        Ok(())
    };
    let mut chunks = ChunkSink::new(&mut convert);
    chunks.split = raw.manifest().split();
    chunks.target = chunks.target.min(target);
    corpus.cut(raw, &rules, &mut chunks).unwrap_or_else(|error| panic!("{error}"));
    let n_records = lines.len() as u64;
    lines.push(json!({ "rows": rows, "skipped": skipped.to_string() }).to_string());
    Snapshot { lines, n_records }
}

fn line(record: &Record<'_>, group: &str) -> String {
    let history: Vec<_> =
        record.history.iter().map(|turn| json!([turn.role.as_str(), turn.content])).collect();
    json!({
        "id": record.id,
        "group": group,
        "task": record.task.as_str(),
        "languages": [record.source_language.as_str(), record.target_language.as_str()],
        "instruction": &*record.instruction,
        "input": record.input,
        "output": record.output,
        "history": history,
        "split": record.split.as_str(),
        "category": record.category,
        "url": record.url,
        "attribution": record.attribution,
    })
    .to_string()
}

/// Compares line by line, so that a failure shows the line that differs and not the whole file.
fn assert_same(expected: &str, found: &str, what: &str) {
    for (i, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "{what}: line {}", i + 1);
    }
    assert_eq!(expected.lines().count(), found.lines().count(), "{what}: number of lines");
}
