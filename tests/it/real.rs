use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use ljd_core::{Corpus, Manifest, Preset, Raw, Record, Rules, read_records};
use ljd_translation::{CORPORA, Coursera, Manythings, Tanaka};
use tempfile::tempdir;

use crate::support::{report, root, tree, xtask};

/// The folder of published files, or `None` with a printed reason.
fn corpora() -> Option<PathBuf> {
    let corpora = root().join("../shared/corpora");
    if !corpora.is_dir() {
        println!("skipped: no published corpora in {}", corpora.display());
        return None;
    }
    Some(corpora)
}

fn raw(corpus: &dyn Corpus, corpora: PathBuf) -> Raw {
    let compiled = Manifest::parse(corpus.manifest(), "manifest").unwrap();
    let path = root().join("tests/real/manifests").join(format!("{}.json", compiled.source.name));
    let real = fs::read_to_string(path).unwrap();
    Raw::new(corpora, Manifest::parse_replaced(corpus.manifest(), &real, "real").unwrap())
}

/// Calls `each` with every record of the real file; returns how many there are.
fn read(corpus: &dyn Corpus, preset: Preset, each: &mut dyn FnMut(Record<'_>)) -> Option<u64> {
    let raw = raw(corpus, corpora()?);
    let mut n = 0;
    let counted = &mut |record: Record<'_>| {
        n += 1;
        each(record);
    };
    read_records(corpus, &raw, &Rules::new(preset), counted).unwrap();
    assert_eq!(Some(n), raw.manifest().expected(preset), "{}", raw.manifest().title);
    Some(n)
}

#[test]
fn ids_are_unique_and_counts_hold() {
    for corpus in CORPORA {
        for &preset in Preset::ALL {
            let mut ids = BTreeSet::new();
            read(*corpus, preset, &mut |record| {
                assert!(!record.attribution.is_empty() && !record.source.name.is_empty());
                assert!(ids.insert(record.id.into_owned()), "an id stands twice");
            });
        }
    }
}

#[test]
fn v0_is_built_as_a_user_builds_it() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let manifests = root().join("tests/real/manifests");
    let run = xtask(
        folder.path(),
        &[
            "dataset",
            "--recipe",
            "v0",
            "--only",
            "tanaka,coursera,manythings,jesc",
            "--raw",
            corpora.to_str().unwrap(),
            "--manifests",
            manifests.to_str().unwrap(),
        ],
    )
    .done();
    for (corpus, n) in
        [("coursera", 106_332), ("tanaka", 295_786), ("manythings", 152_854), ("jesc", 24)]
    {
        let line = run.stdout.lines().find(|line| line.starts_with(corpus)).unwrap();
        assert!(line.contains(&format!(" {n} ")), "{line}");
    }
    assert_eq!(report(&folder.path().join("out/v0"))["records"], 554_996);
}

#[test]
fn threads_change_no_byte_of_real_corpora() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let manifests = root().join("tests/real/manifests");
    let build = |jobs: &str| {
        let out = folder.path().join(jobs);
        let arguments = [
            "dataset",
            "--recipe",
            "clean",
            "--only",
            "coursera,manythings",
            "--jobs",
            jobs,
            "--raw",
            corpora.to_str().unwrap(),
            "--manifests",
            manifests.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ];
        xtask(folder.path(), &arguments).done();
        tree(&out)
    };
    let one = build("1");
    for jobs in ["2", "7"] {
        assert!(one == build(jobs), "{jobs} jobs");
    }
}

#[test]
fn clean_loses_nothing_of_the_sentences() {
    let mut quotes = 0;
    let pairs = read(&Manythings, Preset::Clean, &mut |record| {
        quotes += u64::from(record.input.starts_with('"') && record.id.ends_with("/en-ja"));
        let ids = record.id.split_once('/').unwrap().0.split_once('_').unwrap();
        assert!(record.attribution.contains(&format!("#{} (", ids.0)), "{record:?}");
        assert!(record.attribution.contains(&format!("#{} (", ids.1)), "{record:?}");
        assert!(record.url.unwrap().ends_with(ids.1));
    });
    if pairs.is_some() {
        assert_eq!(quotes, 384, "English sentences that start with a quotation mark");
    }
    let (mut hashes, mut tanaka_quotes) = (0, 0);
    read(&Tanaka, Preset::Clean, &mut |record| {
        hashes += u64::from(record.output.contains('#'));
        tanaka_quotes += u64::from(record.output.starts_with('"'));
        assert!(!record.output.contains("#ID=") && !record.input.starts_with("A: "), "{record:?}");
        if record.id == "278517_125476/ja-en" {
            assert!(record.output.ends_with("Edgings #STL3456."), "{record:?}");
        }
    });
    if pairs.is_some() {
        assert_eq!((hashes, tanaka_quotes), (4, 680));
    }
}

#[test]
fn coursera_keeps_latin_words_apart() {
    let mut found = false;
    let pairs = read(&Coursera, Preset::Clean, &mut |record| {
        let ja = if record.id.ends_with("/ja-en") { &record.input } else { &record.output };
        found |= ja.contains("Asymptotic Analysis");
        assert!(!ja.contains("  ") && !ja.starts_with(' ') && !ja.ends_with(' '), "{record:?}");
        let is_japanese = |c: char| ('\u{3040}'..='\u{9fff}').contains(&c);
        let around = |at: usize| {
            (ja[..at].chars().next_back().unwrap(), ja[at + 1..].chars().next().unwrap())
        };
        for (at, _) in ja.match_indices(' ') {
            let (before, after) = around(at);
            assert!(!is_japanese(before) && !is_japanese(after), "{record:?}");
        }
    });
    assert!(found || pairs.is_none());
}
