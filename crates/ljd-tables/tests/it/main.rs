//! Tables as their users see them: fixtures, and bytes that nobody promised anything about.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and reads small files"
)]

use std::fs;
use std::path::{Path, PathBuf};

use ljd_core::testing::{check, fixture, survive};
use ljd_core::{Corpus, Preset, Raw, Rules, read_records};
use ljd_tables::{Table, corpora};
use proptest::prelude::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The corpora of all fixtures.
fn tables() -> Vec<Table> {
    let manifests = fs::read_dir(fixtures().join("manifests")).unwrap();
    let mut files: Vec<PathBuf> = manifests.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let table = |file: &PathBuf| {
        // What describes no corpus says which files the fixture of a compiled-in one has.
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let built_in = corpora().iter().find(|table| table.name() == name);
        built_in.cloned().unwrap_or_else(|| Table::load(file).unwrap())
    };
    files.iter().map(table).collect()
}

#[test]
fn fixtures_are_read_in_chunks_of_any_size() {
    let tables = tables();
    assert!(!tables.is_empty());
    for table in tables {
        check(&table, &fixtures());
    }
}

/// Files that are cut off or have a wrong byte give records or an error.
#[test]
fn damaged_files_are_no_panic() {
    for table in tables() {
        let whole = fixture(&table, &fixtures());
        for file in &whole.manifest().files {
            let folder = tempfile::tempdir().unwrap();
            for other in &whole.manifest().files {
                let path = other.below(folder.path());
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::copy(other.below(&fixtures()), path).unwrap();
            }
            let path = file.below(folder.path());
            let bytes = fs::read(&path).unwrap();
            let step = bytes.len().div_ceil(40).max(1);
            for at in (0..bytes.len()).step_by(step) {
                let mut wrong = bytes.clone();
                wrong[at] ^= 1 << (at % 8);
                for damaged in [&wrong[..], &bytes[..at]] {
                    fs::write(&path, damaged).unwrap();
                    let raw = Raw::new(folder.path().to_owned(), whole.manifest().clone());
                    let rules = Rules::new(Preset::Clean);
                    // An error is an answer; a panic is not.
                    let _ = read_records(&table, &raw, &rules, &mut |_| {});
                }
            }
        }
    }
}

#[test]
fn every_corpus_has_a_fixture() {
    let names: Vec<String> = tables().iter().map(|table| table.name().to_owned()).collect();
    for table in corpora() {
        assert!(names.iter().any(|name| name == table.name()), "{} has none", table.name());
    }
}

proptest! {
    #[test]
    fn bytes_of_any_kind_are_survived(bytes: Vec<u8>) {
        for table in tables() {
            survive(&table, &bytes);
        }
    }

    #[test]
    fn texts_that_are_nearly_rows_are_survived(
        text in r#"([\[\]{},:"\\\n\r\t]|"q"|"a"|"id"|[0-9]|true|null|雨|q,a|<r>|</r>|<q>|</q>){0,40}"#
    ) {
        for table in tables() {
            survive(&table, text.as_bytes());
        }
    }
}
