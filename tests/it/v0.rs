use std::collections::BTreeMap;
use std::fs;

use ljd_core::{Preset, Rules, read_records};
use ljd_wiki::Wikipedia;
use serde_json::Value;
use tempfile::tempdir;

use crate::real::raw_of;
use crate::support::{fixtures, shared, xtask};

/// Builds v0 of the fixtures; returns what its joined file holds.
fn build(folder: &std::path::Path) -> String {
    let raw = fixtures(folder);
    let manifests = raw.join("manifests");
    let inputs = ["--raw", raw.to_str().unwrap(), "--manifests", manifests.to_str().unwrap()];
    let accepted = ["--accept-license", "CC-BY-NC-4.0", "--accept-license", "LicenseRef-AIO-abc"];
    let arguments = ["dataset", "--recipe", "v0", "--tolerate-truncated"];
    xtask(folder, &[&arguments[..], &inputs, &accepted].concat()).done();
    fs::read_to_string(folder.join("out/v0/data-cc-by-sa.jsonl")).unwrap()
}

#[test]
fn a_dataset_is_compared_with_a_published_file() {
    let folder = tempdir().unwrap();
    let joined = build(folder.path());
    let published = folder.path().join("published.jsonl");
    fs::write(&published, zstd::encode_all(joined.as_bytes(), 1).unwrap()).unwrap();
    let arguments = ["compare", "out/v0", "published.jsonl"];
    let run = xtask(folder.path(), &arguments).done();
    assert!(!run.stdout.contains("published  "), "{}", run.stdout);
    let planted = joined.replacen("雨の国（あめのくに、、）", "雨の国 （あめのくに、、）", 1);
    assert_ne!(planted, joined);
    fs::write(&published, planted).unwrap();
    let run = xtask(folder.path(), &arguments);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let row = run.stdout.lines().find(|line| line.starts_with("wikipedia")).unwrap();
    assert!(row.contains("1 white space"), "{row}");
    assert!(run.stdout.contains("wikipedia, line "), "{}", run.stdout);
}

#[test]
fn a_dataset_without_a_report_is_not_compared() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("published.jsonl"), "").unwrap();
    let run = xtask(folder.path(), &["compare", "out/v0", "published.jsonl"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("out/v0"), "{}", run.stderr);
}

/// Of 23 published records whose pages are in the dump of 2022-07, 7 are of pages that were edited until v0 was
/// made of the dump of 2023-04.
#[test]
fn published_leads_come_out_as_they_were_published() {
    let dump = shared("corpora/wikipedia/jawiki-2022-07-excerpt.xml.bz2");
    let (Some(path), Some(dump)) = (shared("published/wikipedia-summary.jsonl"), dump) else {
        return;
    };
    let raw = raw_of(&dump);
    let mut leads = BTreeMap::new();
    read_records(&Wikipedia, &raw, &Rules::new(Preset::V0), &mut |record| {
        leads.insert(record.input.into_owned(), record.output.into_owned());
    })
    .unwrap();
    let text = fs::read_to_string(path).unwrap();
    let records: Vec<Value> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let is_equal = |record: &&Value| {
        leads.get(record["input"].as_str().unwrap()).map(String::as_str)
            == record["output"].as_str()
    };
    let equal: Vec<&str> =
        records.iter().filter(is_equal).map(|record| record["input"].as_str().unwrap()).collect();
    assert_eq!((records.len(), equal.len()), (23, 16), "{equal:?}");
    for title in ["両国国技館", "タンゴ", "高橋葉介", "FAQ"] {
        assert!(equal.contains(&title), "{title}");
    }
}
