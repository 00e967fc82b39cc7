use std::fs;

use serde_json::json;
use tempfile::tempdir;

use crate::published_records::{gzip, tar_gz};
use crate::support::{fixtures, xtask};

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

/// What was missing to the reader of tables that v0 was made with is null, an instruction that was joined to it too.
/// What is left of a sentence that was cut is empty, not missing. Words stand in the order of their first synsets.
#[test]
fn joined_files_have_nulls_and_an_order_as_v0_had_them() {
    let folder = tempdir().unwrap();
    let questions = "Topic (Title),\"Question (What, Who, Where, Whose, How, Yes/No)\",Answer\nNA,王都は？,雨都\n雨の国,王は？,None\n雨の国,川は？,nan川\n";
    let words = "15000000-v\tカラス科\thand\n02000000-n\t浮かせ続ける\thand\n07800000-n\tオーブン焼き\thand\n15000000-v\tNA\thand\n02000000-n\tニシ\thand\n09000000-n\t欠け\thand\n";
    let glosses = "02000000-n\t0\tfloat\t浮いている\n07800000-n\t0\troast\t焼いたもの\n09000000-n\t0\tnull\t英語なし\n15000000-v\t0\tcrow\tニシコクマルガラス\n";
    let files = [
        ("jesc/raw.tar.gz", tar_gz("raw/raw", "rain\tNA\n\t雨\nnan \t雪\n")),
        ("jqac/jqac.tgz", tar_gz("jqac/a.csv", questions)),
        ("tanaka/examples.utf.gz", gzip("A: 雨\t#雨#ID=1_2\nB: 雨\n".as_bytes())),
        ("wordnet/ok.gz", gzip(words.as_bytes())),
        ("wordnet/def.gz", gzip(glosses.as_bytes())),
        ("wordnet/exe.gz", gzip("02000000-n\t0\tNone\t例\n".as_bytes())),
    ];
    for (path, bytes) in &files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let manifests = folder.path().join("manifests");
    fs::create_dir(&manifests).unwrap();
    for corpus in ["jesc", "jqac", "tanaka", "wordnet"] {
        let of_corpus = files.iter().filter(|(path, _)| path.starts_with(corpus));
        let stated: Vec<_> = of_corpus
            .map(|(path, _)| json!({ "path": path, "split": "whole", "url": "https://example.org/" }))
            .collect();
        let manifest = json!({ "files": stated, "tolerance": 1.0, "expected": {} }).to_string();
        fs::write(manifests.join(format!("{corpus}.json")), manifest).unwrap();
    }
    let arguments = "dataset --recipe v0 --set version=1.0.0 --only jesc,jqac,tanaka,wordnet --raw . --manifests manifests";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    xtask(folder.path(), &arguments).done();
    let joined = fs::read_to_string(folder.path().join("out/v0/data-cc-by-sa.jsonl")).unwrap();
    let [to_en, to_ja] =
        ["次の日本語を英語に翻訳してください。", "次の英語を日本語に翻訳してください。"];
    let [gloss_ja, gloss_en] =
        ["次の文を日本語に翻訳してください。", "次の文を英語に翻訳してください。"];
    let rows = [
        json!([to_en, null, "rain"]),
        json!([to_en, "雨", null]),
        json!([to_en, "雪", "nan "]),
        json!([to_ja, "rain", null]),
        json!([to_ja, null, "雨"]),
        json!([to_ja, "nan ", "雪"]),
        json!([null, "", "雨都"]),
        json!(["雨の国に関して、川は？", "", "nan川"]),
        json!([to_en, "雨", ""]),
        json!([to_ja, "", "雨"]),
        json!(["「カラス科」の意味を教えてください。", "", "ニシコクマルガラス"]),
        json!(["「浮かせ続ける」の意味を教えてください。", "", "浮いている"]),
        json!(["「ニシ」の意味を教えてください。", "", "浮いている"]),
        json!(["「オーブン焼き」の意味を教えてください。", "", "焼いたもの"]),
        // A definition with a missing side gives no meaning.
        json!([gloss_ja, "float", "浮いている"]),
        json!([gloss_ja, "roast", "焼いたもの"]),
        json!([gloss_ja, null, "英語なし"]),
        json!([gloss_ja, "crow", "ニシコクマルガラス"]),
        json!([gloss_en, "浮いている", "float"]),
        json!([gloss_en, "焼いたもの", "roast"]),
        json!([gloss_en, "英語なし", null]),
        json!([gloss_en, "ニシコクマルガラス", "crow"]),
        json!([gloss_ja, null, "例"]),
        json!([gloss_en, "例", null]),
    ];
    let line = |row: serde_json::Value| {
        format!("{{\"instruction\":{},\"input\":{},\"output\":{}}}", row[0], row[1], row[2])
    };
    assert_eq!(joined.lines().collect::<Vec<_>>(), rows.map(line));
}
