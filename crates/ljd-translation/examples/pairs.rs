//! Prints the sentence pairs of JESC as tab-separated lines, each pair once: `pairs raw | head`.
#![expect(clippy::print_stdout, reason = "it prints pairs")]

use std::path::PathBuf;

use ljd_core::{Corpus, Manifest, Raw, Result};
use ljd_translation::{Jesc, Pairs};

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "raw".into());
    let raw = Raw::new(PathBuf::from(folder), Manifest::parse(Jesc.manifest(), "jesc.json")?);
    print(raw)?;
    Ok(())
}

/// Prints the pairs, and returns how many there are.
fn print(raw: Raw) -> Result<usize> {
    let mut n_pairs = 0;
    for pair in Pairs::new(&Jesc, raw) {
        let pair = pair?;
        println!("{}\t{}", pair.ja, pair.en);
        n_pairs += 1;
    }
    Ok(n_pairs)
}

#[test]
fn it_prints_each_pair_once() {
    let fixtures = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
    let raw = ljd_core::testing::fixture(&Jesc, &fixtures);
    let records = raw.manifest().expected(ljd_core::Preset::Clean).unwrap();
    assert_eq!(print(raw).unwrap() as u64 * 2, records);
}
