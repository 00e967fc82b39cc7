use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use ljd_core::{
    Chunk, Chunks, Corpus, Language, Manifest, Raw, Record, Records, Result, Role, Rules, Skip,
    Split, Task, Turn, read,
};
use ljd_export::{Choices, Format, Options, Plan, Recipe, Report, build};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// Lines of text, a record each; every tenth is for testing, and an empty one is no record.
struct Lines;

impl Corpus for Lines {
    fn manifest(&self) -> &'static str {
        r#"{
            "name": "lines", "title": "Lines", "homepage": "https://example.org", "license": "CC-BY-4.0",
            "copyright": "nobody", "attribution": "Lines", "modifications": "none", "citation": "@misc{lines}",
            "tasks": ["translation"], "version": "1", "tolerance": 0.5,
            "files": [{ "path": "lines.txt", "url": "https://example.org/lines.txt" }]
        }"#
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut Chunks<'_>) -> Result<()> {
        out.target = 4 << 10;
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut Records<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            if line.text.is_empty() {
                return Err(Skip::Bad("empty line"));
            }
            let turn = Turn { role: Role::User, content: "前".into() };
            out.push(Record {
                id: line.number.to_string().into(),
                task: Task::Translation,
                source_language: Language::Ja,
                target_language: Language::En,
                instruction: "訳してください。".into(),
                input: line.text.into(),
                output: "out".into(),
                history: if line.number % 7 == 0 { vec![turn] } else { Vec::new() },
                split: if line.number % 10 == 0 { Split::Test } else { Split::Train },
                category: (line.number % 3 == 0).then_some("third".into()),
                url: None,
                attribution: "Lines".into(),
                source: out.source(),
            });
            Ok(())
        });
        Ok(())
    }
}

/// A folder with `n` lines as the corpus's file.
fn folder(n: u64) -> TempDir {
    let folder = tempdir().unwrap();
    let lines: Vec<String> = (1..=n).map(|i| format!("行{i}\"\t\u{1}")).collect();
    fs::write(folder.path().join("lines.txt"), lines.join("\n")).unwrap();
    folder
}

fn plan(folder: &Path, splits: &Value, expected: Option<u64>) -> Plan {
    let recipe = json!({
        "name": "test", "description": "A test.", "preset": "clean", "splits": splits,
        "corpora": [{ "name": "lines" }]
    });
    let recipe = Recipe::parse(&recipe.to_string(), "test.json").unwrap();
    let replacement = match expected {
        Some(n) => json!({ "expected": { "clean": n } }),
        None => json!({}),
    };
    let open = |corpus: &dyn Corpus| {
        let replacement = replacement.to_string();
        let manifest = Manifest::parse_replaced(corpus.manifest(), &replacement, "lines.json")?;
        Ok(Raw::new(folder.to_path_buf(), manifest))
    };
    Plan::new(recipe, &[&Lines], Choices::default(), open).unwrap()
}

fn run(folder: &Path, plan: &Plan, jobs: usize, limit: Option<u64>) -> Result<Report> {
    let jobs = NonZeroUsize::new(jobs).unwrap();
    let options = Options { out: folder.join("out"), jobs, limit, formats: Format::ALL.to_vec() };
    build(plan, &options, &mut |_| {})
}

/// The ids of a split in the order of its files and rows.
fn ids(folder: &Path, report: &Report, split: &str) -> Vec<u64> {
    let files = report.corpora[0].files.iter().map(|file| &file.path);
    let of_split = files.filter(|path| path.starts_with(&format!("jsonl/lines/{split}-")));
    of_split
        .flat_map(|path| rows(&folder.join("out").join(path)))
        .map(|row| row["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

fn rows(path: &Path) -> Vec<Value> {
    let bytes = fs::read(path).unwrap();
    #[cfg(feature = "zstd")]
    let bytes = zstd::decode_all(bytes.as_slice()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn records_keep_their_order_over_row_groups() {
    // Several groups of 131,072 rows or 8 MiB.
    let n = 300_000;
    let folder = folder(n);
    let report = run(folder.path(), &plan(folder.path(), &Value::Null, None), 2, None).unwrap();
    assert_eq!(report.records, n);
    let files = report.corpora[0].files.iter().filter(|file| file.path.starts_with("jsonl/"));
    let found: Vec<_> = files.map(|file| (file.path.clone(), file.records)).collect();
    let path = |split| format!("jsonl/lines/{split}-00000-of-00001.{}", Format::Jsonl.extension());
    assert_eq!(found, [(path("test"), Some(30_000)), (path("train"), Some(270_000))]);
    assert!(ids(folder.path(), &report, "test").into_iter().eq((10..=n).step_by(10)));
    assert!(ids(folder.path(), &report, "train").into_iter().eq((1..=n).filter(|i| i % 10 != 0)));
}

#[test]
fn a_row_holds_every_field_of_its_record() {
    let folder = folder(21);
    let report = run(folder.path(), &plan(folder.path(), &Value::Null, None), 1, None).unwrap();
    let path =
        &report.corpora[0].files.iter().find(|file| file.path.contains("train")).unwrap().path;
    let last = rows(&folder.path().join("out").join(path)).pop().unwrap();
    let expected = json!({
        "id": "21", "instruction": "訳してください。", "input": "行21\"\t\u{1}", "output": "out",
        "history": [{ "role": "user", "content": "前" }], "task": "translation", "source": "lines",
        "source_language": "ja", "target_language": "en", "split": "train", "category": "third",
        "license": "CC-BY-4.0", "attribution": "Lines", "url": null
    });
    assert_eq!(last, expected);
}

#[test]
fn any_number_of_threads_writes_the_same_files() {
    let folder = folder(50_000);
    let plan = plan(folder.path(), &Value::Null, None);
    let digests = |jobs| -> BTreeMap<String, String> {
        let report = run(folder.path(), &plan, jobs, None).unwrap();
        let files = report
            .files
            .into_iter()
            .chain(report.corpora.into_iter().flat_map(|corpus| corpus.files));
        files.map(|file| (file.path, file.sha256)).collect()
    };
    let one = digests(1);
    assert!(one.len() == 3 + 2 * Format::ALL.len(), "{one:?}");
    assert_eq!(one, digests(2));
    assert_eq!(one, digests(7));
}

#[test]
fn the_limit_counts_records_of_the_splits_that_are_taken() {
    let folder = folder(50_000);
    let plan = plan(folder.path(), &json!(["test"]), Some(50_000));
    let all = run(folder.path(), &plan, 2, None).unwrap();
    assert_eq!((all.records, all.corpora[0].left_out["train"]), (5_000, 45_000));
    let some = run(folder.path(), &plan, 2, Some(3)).unwrap();
    assert_eq!(ids(folder.path(), &some, "test"), [10, 20, 30]);
    assert!(!some.corpora[0].complete);
}

#[test]
fn a_count_that_is_not_the_expected_one_leaves_the_dataset_that_was_there() {
    let folder = folder(20);
    run(folder.path(), &plan(folder.path(), &Value::Null, Some(20)), 1, None).unwrap();
    let error =
        run(folder.path(), &plan(folder.path(), &Value::Null, Some(21)), 1, None).unwrap_err();
    assert_eq!(error.to_string(), "lines: 20 records, the manifest expects 21");
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "lines.txt and out: {left:?}");
    assert!(folder.path().join("out/report.json").exists());
}

#[test]
fn more_bad_rows_than_tolerated_fail() {
    let folder = tempdir().unwrap();
    let plan = plan(folder.path(), &Value::Null, None);
    fs::write(folder.path().join("lines.txt"), "a\n\n").unwrap();
    assert_eq!(run(folder.path(), &plan, 1, None).unwrap().records, 1);
    fs::write(folder.path().join("lines.txt"), "a\n\n\n").unwrap();
    let error = run(folder.path(), &plan, 1, None).unwrap_err();
    let message =
        "lines: 2 of 3 rows cannot be used, tolerance is 0.5: 2 empty line (first at lines.txt:2)";
    assert_eq!(error.to_string(), message);
    assert!(
        !fs::read_dir(folder.path())
            .unwrap()
            .any(|entry| entry.unwrap().path().ends_with(".out.part"))
    );
}
