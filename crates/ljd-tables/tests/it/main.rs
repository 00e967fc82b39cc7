//! Tables as their users see them: fixtures, and bytes that nobody promised anything about.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and reads small files")]

use std::fs;
use std::path::{Path, PathBuf};

use ljd_core::testing::{check, survive};
use ljd_tables::Table;
use proptest::prelude::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The corpora of all fixtures.
fn tables() -> Vec<Table> {
    let manifests = fs::read_dir(fixtures().join("manifests")).unwrap();
    let mut files: Vec<PathBuf> = manifests.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| Table::load(file).unwrap()).collect()
}

#[test]
fn fixtures_are_read_in_chunks_of_any_size() {
    let tables = tables();
    assert!(!tables.is_empty());
    for table in tables {
        check(&table, &fixtures());
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
