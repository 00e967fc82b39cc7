use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Run, fixtures, jsonl, report, xtask};

/// Every corpus by the recipe's rules, from the fixtures.
fn build(folder: &Path, recipe: &str, more: &[&str]) -> Run {
    let raw = fixtures(folder);
    let manifests = manifests(&raw);
    let inputs = ["--raw", raw.to_str().unwrap(), "--manifests", manifests.to_str().unwrap()];
    xtask(folder, &[&["dataset", "--quiet", "--recipe", recipe], &inputs[..], more].concat())
}

/// The manifests of the fixtures without their counts, which are those of one set of rules.
fn manifests(raw: &Path) -> PathBuf {
    let folder = raw.join("manifests");
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        manifest["expected"] = json!({});
        fs::write(&path, manifest.to_string()).unwrap();
    }
    folder
}

const WITH_ALPACA: &[&str] = &["--accept-license", "CC-BY-NC-4.0,LicenseRef-AIO-abc"];

/// Instruction, input and output of the lines of a joined file; an absent side is empty in the rows.
fn joined(dataset: &Path, file: &str) -> Vec<[String; 3]> {
    let text = fs::read_to_string(dataset.join(file)).unwrap();
    let line = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_eq!(row.as_object().unwrap().len(), 3, "{line}");
        ["instruction", "input", "output"]
            .map(|field| row[field].as_str().unwrap_or_default().to_owned())
    };
    text.lines().map(line).collect()
}

#[test]
fn the_published_datasets_files_hold_its_corpora_in_its_order() {
    let folder = tempdir().unwrap();
    build(folder.path(), "v0", WITH_ALPACA).done();
    let dataset = folder.path().join("out/v0");
    let report = report(&dataset);
    let corpora: Vec<&str> =
        report["corpora"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    let upstream = [
        "abc",
        "aio",
        "dolly",
        "jcommonsenseqa",
        "jesc",
        "jmrd",
        "jsquad",
        "wikipedia",
        "coursera",
        "paranatcom",
        "manythings",
        "alpaca",
        "alt",
        "aozora",
        "tanaka",
        "wikinews",
        "wordnet",
        "snow",
    ];
    assert_eq!(corpora, upstream);
    assert_eq!(report["published"], 8_393_726);
    for (file, from) in [("data-cc-by-sa.jsonl", 0), ("data.jsonl", 8)] {
        let mut lines = joined(&dataset, file).into_iter();
        for corpus in &upstream[from..] {
            let mut rows = BTreeMap::<[String; 3], i64>::new();
            let of_corpus = jsonl(&dataset, corpus);
            for row in &of_corpus {
                let fields = ["instruction", "input", "output"]
                    .map(|field| row[field].as_str().unwrap().to_owned());
                *rows.entry(fields).or_default() += 1;
            }
            for line in lines.by_ref().take(of_corpus.len()) {
                *rows.entry(line).or_default() -= 1;
            }
            assert!(rows.values().all(|n| *n == 0), "{file}: {corpus}: {rows:?}");
        }
        assert_eq!(lines.next(), None, "{file}");
    }
}

#[test]
fn a_release_has_its_corpora_and_rules() {
    let folder = tempdir().unwrap();
    let release = |version: &str| {
        let arguments = [&["--set", version], WITH_ALPACA].concat();
        build(folder.path(), "v0", &arguments).done();
        let dataset = folder.path().join("out/v0");
        (report(&dataset), jsonl(&dataset, "jesc"))
    };
    let names = |report: &Value| -> Vec<String> {
        let corpora = report["corpora"].as_array().unwrap();
        corpora.iter().map(|corpus| corpus["name"].as_str().unwrap().to_owned()).collect()
    };
    let (first, wrong) = release("version=0.1.0");
    let (second, right) = release("version=0.1.1");
    assert_eq!((&first["version"], &second["version"]), (&json!("0.1.0"), &json!("0.1.1")));
    assert_eq!(names(&first), names(&second));
    assert!(wrong.len() == right.len() && wrong != right, "the direction was corrected");
    let (third, _) = release("version=1.0.0");
    let (fourth, _) = release("version=1.0.1");
    let has = |report: &Value, corpus: &str| names(report).contains(&corpus.to_owned());
    assert_eq!(["alpaca", "jqac", "jwtd"].map(|corpus| has(&second, corpus)), [true, false, false]);
    assert_eq!(["alpaca", "jqac", "jwtd"].map(|corpus| has(&third, corpus)), [true; 3]);
    assert_eq!(["alpaca", "jqac", "jwtd"].map(|corpus| has(&fourth, corpus)), [false, true, true]);
    let alt = |report: &Value| {
        let corpora = report["corpora"].as_array().unwrap();
        corpora.iter().find(|corpus| corpus["name"] == "alt").unwrap()["records"].as_u64().unwrap()
    };
    let (last, _) = release("version=1.0.3");
    assert!(alt(&last) < alt(&second), "records without a side are gone");
}

#[test]
fn vanilla_has_no_english() {
    let folder = tempdir().unwrap();
    build(folder.path(), "vanilla", WITH_ALPACA).done();
    let dataset = folder.path().join("out/vanilla");
    let report = report(&dataset);
    let corpora = report["corpora"].as_array().unwrap();
    assert!(!corpora.is_empty());
    for corpus in corpora {
        for row in jsonl(&dataset, corpus["name"].as_str().unwrap()) {
            let languages = [&row["source_language"], &row["target_language"]];
            assert_eq!(languages, ["ja", "ja"], "{row}");
        }
    }
    let wordnet = corpora.iter().find(|corpus| corpus["name"] == "wordnet").unwrap();
    assert!(wordnet["left_out"]["language en"].as_u64() > Some(0), "{wordnet}");
}

#[test]
fn permissive_has_nothing_share_alike_and_says_what_it_left_out() {
    let folder = tempdir().unwrap();
    build(folder.path(), "permissive", &[]).done();
    let dataset = folder.path().join("out/permissive");
    let report = report(&dataset);
    assert_eq!(report["license"], "CC-BY-4.0");
    let card = fs::read_to_string(dataset.join("README.md")).unwrap();
    assert!(card.contains("\nlicense: cc-by-4.0\n"), "{card}");
    let licenses = fs::read_dir(dataset.join("LICENSES")).unwrap();
    let licenses: Vec<String> =
        licenses.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(licenses.iter().all(|name| !name.contains("-SA-") && !name.contains("-NC-")));
    let refused = report["refused"].as_array().unwrap();
    let jesc = refused.iter().find(|refused| refused["name"] == "jesc").unwrap();
    assert_eq!(jesc["reason"], "the recipe refuses `share-alike`");
}

#[test]
fn sources_that_exclude_each_other_are_named() {
    let folder = tempdir().unwrap();
    let recipe = json!({
        "name": "mine", "description": "Both.", "preset": "clean",
        "corpora": [{ "name": "alpaca" }, { "name": "tanaka" }, { "name": "jesc" }]
    });
    fs::write(folder.path().join("mine.json"), recipe.to_string()).unwrap();
    let run = build(folder.path(), "mine.json", WITH_ALPACA);
    assert_eq!(run.code, Some(1));
    let words =
        "no licence allows what both `jesc` (CC-BY-SA-4.0) and `alpaca` (CC-BY-NC-4.0) ask for";
    assert!(run.stderr.contains(words) && run.stderr.contains("hint: "), "{}", run.stderr);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn wordings_are_counted_and_chosen_by_the_id_alone() {
    let folder = tempdir().unwrap();
    build(folder.path(), "clean", &["--only", "coursera,manythings"]).done();
    let all = jsonl(&folder.path().join("out/clean"), "manythings");
    let report = report(&folder.path().join("out/clean"));
    let corpora = report["corpora"].as_array().unwrap();
    let lists = corpora[1]["phrasings"].as_object().unwrap();
    assert_eq!(lists.keys().collect::<Vec<_>>(), ["en-ja", "ja-en"]);
    let shares = lists.values().flat_map(|list| list.as_object().unwrap().values());
    assert!(2 < shares.clone().count(), "{lists:?}");
    assert_eq!(shares.map(|n| n.as_u64().unwrap()).sum::<u64>(), all.len() as u64);
    build(folder.path(), "clean", &["--only", "manythings", "--limit", "3"]).done();
    assert_eq!(jsonl(&folder.path().join("out/clean"), "manythings"), all[..3]);
}
