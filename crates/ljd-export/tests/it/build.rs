use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use ljd_core::{
    Cancel, Chunk, ChunkSink, Corpus, FileName, Language, Manifest, Raw, Record, RecordSink,
    Result, Role, Rules, Score, Skip, Split, Task, Turn, read,
};
use ljd_export::{
    BuildOptions, COLUMNS, Choices, Format, Plan, Recipe, RecipeCorpus, Report, build,
};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// Lines of text, a record each; every tenth is for testing, and an empty one is no record.
struct Lines;

impl Corpus for Lines {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn manifest(&self) -> &'static str {
        r#"{
            "name": "lines", "title": "Lines", "homepage": "https://example.org", "license": "CC-BY-4.0",
            "copyright": "nobody", "attribution": "Lines", "modifications": "none", "citation": "@misc{lines}",
            "tasks": ["translation"], "version": "1", "tolerance": 0.5,
            "files": [{ "path": "lines.txt", "split": "whole", "url": "https://example.org/lines.txt" }]
        }"#
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        out.target = 4 << 10;
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            if line.text.is_empty() {
                return Err(Skip::Bad("empty line"));
            }
            let turn = |role, content: &'static str| Turn { role, content: content.into() };
            // The seventh lines follow a turn, the eighth ones are dialogues, which the model begins.
            let (task, history) = match line.number % 10 {
                7 => (Task::Translation, vec![turn(Role::User, "前")]),
                8 => (
                    Task::Dialogue,
                    vec![
                        turn(Role::Assistant, "どうも。"),
                        turn(Role::User, "雨ですか。"),
                        turn(Role::Assistant, "雨です。"),
                    ],
                ),
                _ => (Task::Translation, Vec::new()),
            };
            let is_last = line.number == 27;
            out.push(Record {
                target_language: Language::En,
                instruction: "訳してください。".into(),
                input: if line.text == "無" { "".into() } else { line.text.into() },
                output: "out".into(),
                history,
                split: if line.number % 10 == 0 { Split::Test } else { Split::Train },
                category: (line.number % 3 == 0).then_some("third".into()),
                choices: if is_last { vec!["out".into(), "乙".into()] } else { Vec::new() },
                answers: if is_last { vec!["out".into()] } else { Vec::new() },
                score: is_last.then_some(Score::of_thousandths(-1_250)),
                ..Record::new(out.source(), line.number.to_string(), task)
            });
            Ok(())
        });
        Ok(())
    }
}

/// A folder with `n` lines as the corpus's file.
pub(crate) fn folder(n: u64) -> TempDir {
    let folder = tempdir().unwrap();
    let lines: Vec<String> = (1..=n).map(|i| format!("行{i}\"\t\u{1}")).collect();
    fs::write(folder.path().join("lines.txt"), lines.join("\n")).unwrap();
    folder
}

pub(crate) fn plan(folder: &Path, splits: &Value, expected: Option<u64>) -> Plan {
    let recipe = json!({
        "name": "test", "description": "A test.", "preset": "clean", "splits": splits,
        "corpora": [{ "name": "lines" }]
    });
    let recipe = Recipe::parse(&recipe.to_string(), "test.json", None).unwrap();
    let replacement = match expected {
        Some(n) => json!({ "expected": { "clean": n } }),
        None => json!({}),
    };
    let open = |corpus: &dyn Corpus, _: &RecipeCorpus| {
        let replacement = replacement.to_string();
        let manifest = Manifest::parse_replaced(corpus.manifest(), &replacement, "lines.json")?;
        Ok(Raw::new(folder.to_path_buf(), manifest))
    };
    Plan::new(recipe, &[&Lines], Choices::default(), open).unwrap()
}

fn run(folder: &Path, plan: &Plan, jobs: usize, limit: Option<u64>) -> Result<Report> {
    run_as(Format::ALL, folder, plan, jobs, limit)
}

fn run_as(
    formats: &[Format],
    folder: &Path,
    plan: &Plan,
    jobs: usize,
    limit: Option<u64>,
) -> Result<Report> {
    let jobs = NonZeroUsize::new(jobs).unwrap();
    let options = BuildOptions {
        out: folder.join("out"),
        jobs,
        limit,
        formats: formats.to_vec(),
        keep_dropped: false,
        decontaminate: Vec::new(),
        tokenizer: None,
        evaluation: false,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    };
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

/// The lines of a plain file.
fn rows_of(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rows(path: &Path) -> Vec<Value> {
    lines(path).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn lines(path: &Path) -> Vec<String> {
    let bytes = fs::read(path).unwrap();
    #[cfg(feature = "zstd")]
    let bytes = zstd::decode_all(bytes.as_slice()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn records_keep_their_order_over_row_groups() {
    // Several groups of 131,072 rows or 8 MiB.
    let n = 300_000;
    let folder = folder(n);
    let plan = plan(folder.path(), &Value::Null, None);
    let report = run_as(&[Format::Jsonl], folder.path(), &plan, 2, None).unwrap();
    assert_eq!(report.records, n);
    let files = report.corpora[0].files.iter().filter(|file| file.path.starts_with("jsonl/"));
    let found: Vec<_> = files.map(|file| (file.path.to_string(), file.records)).collect();
    let path = |split| format!("jsonl/lines/{split}-00000-of-00001.{}", Format::Jsonl.extension());
    assert_eq!(found, [(path("test"), Some(30_000)), (path("train"), Some(270_000))]);
    assert!(ids(folder.path(), &report, "test").into_iter().eq((10..=n).step_by(10)));
    assert!(ids(folder.path(), &report, "train").into_iter().eq((1..=n).filter(|i| i % 10 != 0)));
}

#[test]
fn a_row_holds_every_field_of_its_record() {
    let folder = folder(27);
    let report = run(folder.path(), &plan(folder.path(), &Value::Null, None), 1, None).unwrap();
    let files = &report.corpora[0].files;
    let path = &files.iter().find(|file| file.path.starts_with("jsonl/lines/train")).unwrap().path;
    let last = rows(&folder.path().join("out").join(path)).pop().unwrap();
    let line = lines(&folder.path().join("out").join(path)).pop().unwrap();
    let expected = json!({
        "id": "27", "instruction": "訳してください。", "input": "行27\"\t\u{1}", "output": "out",
        "history": [{ "role": "user", "content": "前" }], "choices": ["out", "乙"], "answers": ["out"],
        "score": -1.25, "task": "translation", "source": "lines",
        "source_language": "ja", "target_language": "en", "split": "train", "category": "third",
        "license": "CC-BY-4.0", "attribution": "Lines", "url": null
    });
    assert_eq!(last, expected);
    let order: Vec<usize> =
        COLUMNS.iter().map(|column| line.find(&format!("\"{}\":", column.name)).unwrap()).collect();
    assert!(order.is_sorted(), "{line}");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_columns_of_the_list_with_their_values() {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Float64Type;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let folder = folder(27);
    let report = run(folder.path(), &plan(folder.path(), &Value::Null, None), 1, None).unwrap();
    let mut files = report.corpora[0].files.iter();
    let path = &files.find(|file| file.path.starts_with("parquet/lines/train")).unwrap().path;
    let file = fs::File::open(folder.path().join("out").join(path)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batch = reader.last().unwrap().unwrap();
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, COLUMNS.map(|column| column.name));
    let row = batch.num_rows() - 1;
    let texts = |name| -> Vec<String> {
        let list = batch.column_by_name(name).unwrap().as_list::<i32>().value(row);
        list.as_string::<i32>().iter().map(|text| text.unwrap().to_owned()).collect()
    };
    assert_eq!(
        (texts("choices"), texts("answers")),
        (vec!["out".into(), "乙".into()], vec!["out".into()])
    );
    let scores = batch.column_by_name("score").unwrap().as_primitive::<Float64Type>();
    assert_eq!((scores.value(row).to_bits(), scores.null_count()), ((-1.25_f64).to_bits(), row));
}

/// More rows than Parquet's writers put into a page if nobody says otherwise.
#[cfg(feature = "parquet")]
#[test]
fn a_column_of_a_row_group_is_one_page() {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    let folder = folder(50_000);
    let plan = plan(folder.path(), &Value::Null, None);
    let report = run_as(&[Format::Parquet], folder.path(), &plan, 2, None).unwrap();
    let mut files = report.corpora[0].files.iter();
    let path = &files.find(|file| file.path.contains("/lines/train")).unwrap().path;
    let file = fs::File::open(folder.path().join("out").join(path)).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    assert_eq!(reader.metadata().row_group(0).num_rows(), 45_000);
    let group = reader.get_row_group(0).unwrap();
    for column in 0..group.num_columns() {
        let mut pages = group.get_column_page_reader(column).unwrap();
        let mut n_pages = 0;
        while let Some(page) = pages.get_next_page().unwrap() {
            n_pages += usize::from(page.is_data_page());
        }
        assert_eq!(n_pages, 1, "column {column}");
    }
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
        files.map(|file| (file.path.into(), file.sha256)).collect()
    };
    let one = digests(1);
    let n_data = one.keys().filter(|path| path.contains("/lines/")).count();
    assert_eq!(n_data, 2 * Format::ALL.len(), "{one:?}");
    assert_eq!(one, digests(2));
    assert_eq!(one, digests(7));
}

#[test]
fn the_limit_counts_records_of_the_splits_that_are_taken() {
    let folder = folder(50_000);
    let plan = plan(folder.path(), &json!(["test"]), Some(50_000));
    let all = run(folder.path(), &plan, 2, None).unwrap();
    assert_eq!((all.records, all.corpora[0].left_out["split train"]), (5_000, 45_000));
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
    assert_eq!(left.len(), 3, "lines.txt, out and its lock: {left:?}");
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

#[test]
fn conversations_have_the_turns_of_the_record() {
    let folder = folder(15);
    let plan = plan(folder.path(), &json!(["train"]), None);
    run(folder.path(), &plan, 2, None).unwrap();
    let rows = |format: &str| {
        rows_of(&folder.path().join(format!("out/{format}/lines/train-00000-of-00001.jsonl")))
    };
    let asked = "訳してください。\n\n行1\"\t\u{1}";
    let messages = rows("messages");
    assert_eq!(
        messages[0]["messages"],
        json!([{ "role": "user", "content": asked }, { "role": "assistant", "content": "out" }])
    );
    for (field, value) in [("id", "1"), ("license", "CC-BY-4.0"), ("attribution", "Lines")] {
        assert_eq!(messages[0][field], value, "{field}");
    }
    // Line 7 follows a turn of the user.
    let earlier = |row: &Value, list: &str| row[list].as_array().unwrap().len();
    assert_eq!(earlier(&messages[6], "messages"), 3);
    let sharegpt = rows("sharegpt");
    assert_eq!(
        sharegpt[0]["conversations"],
        json!([{ "from": "human", "value": asked }, { "from": "gpt", "value": "out" }])
    );
    let alpaca = rows("alpaca");
    assert_eq!(alpaca[0]["instruction"], "訳してください。");
    assert_eq!((&alpaca[0]["input"], &alpaca[0]["history"]), (&json!("行1\"\t\u{1}"), &json!([])));
    let text = rows("text");
    let prompt = text[0]["text"].as_str().unwrap();
    let expected =
        "\n\n### Instruction:\n訳してください。\n\n### Input:\n行1\"\t\u{1}\n\n### Response:\nout";
    assert!(prompt.starts_with("Below is an") && prompt.ends_with(expected), "{prompt}");
    let japanese = rows("text-ja");
    let prompt = japanese[6]["text"].as_str().unwrap();
    let expected = "以下はタスクを説明する指示とさらなる文脈を適用する入力の組み合わせです。要求を適切に満たすような返答を書いてください。\n\n### 指示:\n訳してください。\n\n### 入力:\nユーザー: 前\nユーザー: 行7\"\t\u{1}\n\n### 返答:\nout";
    assert_eq!(prompt, expected);
    let alpaca_words = rows("text-ja-alpaca");
    let prompt = alpaca_words[0]["text"].as_str().unwrap();
    let expected = "以下は、タスクを説明する指示と、文脈のある入力の組み合わせです。要求を適切に満たす応答を書きなさい。\n\n### 指示:\n訳してください。\n\n### 入力:\n行1\"\t\u{1}\n\n### 応答:\nout";
    assert_eq!(prompt, expected);
    let apart = rows("prompt-completion");
    assert_eq!(apart[0]["prompt"], json!([{ "role": "user", "content": asked }]));
    assert_eq!(apart[0]["completion"], json!([{ "role": "assistant", "content": "out" }]));
    for format in ["messages", "prompt-completion", "sharegpt", "alpaca", "text", "text-ja"] {
        assert_eq!(
            (&rows(format)[0]["category"], &rows(format)[0]["url"]),
            (&json!(""), &json!("")),
            "{format}"
        );
    }
}

#[test]
fn a_dialogue_has_its_instruction_as_system_prompt() {
    let folder = folder(8);
    let plan = plan(folder.path(), &json!(["train"]), None);
    // The eighth line is a dialogue: the model speaks first, then both in turn.
    run(folder.path(), &plan, 1, None).unwrap();
    let row = |format: &str| {
        let path = format!("out/{format}/lines/train-00000-of-00001.jsonl");
        rows_of(&folder.path().join(path)).pop().unwrap()
    };
    let messages = row("messages")["messages"].clone();
    let said: Vec<(&str, &str)> = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| (turn["role"].as_str().unwrap(), turn["content"].as_str().unwrap()))
        .collect();
    let expected = [
        ("system", "訳してください。"),
        ("user", "雨ですか。"),
        ("assistant", "雨です。"),
        ("user", "行8\"\t\u{1}"),
        ("assistant", "out"),
    ];
    assert_eq!(said, expected);
    let alpaca = row("alpaca");
    assert_eq!(alpaca["system"], "訳してください。");
    assert_eq!(alpaca["instruction"], "行8\"\t\u{1}");
    assert_eq!(alpaca["history"], json!([["雨ですか。", "雨です。"]]));
    let sharegpt = row("sharegpt");
    assert_eq!(sharegpt["system"], "訳してください。");
    assert_eq!(sharegpt["conversations"].as_array().unwrap().len(), 4);
}

#[test]
fn joined_files_keep_the_order_of_the_corpus_over_its_splits() {
    let folder = folder(25);
    let mut plan = plan(folder.path(), &json!(["train", "test"]), None);
    plan.recipe.joined =
        BTreeMap::from([(FileName::parse("data.jsonl").unwrap(), vec!["lines".to_owned()])]);
    for jobs in [1, 3] {
        let report = run(folder.path(), &plan, jobs, None).unwrap();
        let text = fs::read_to_string(folder.path().join("out/data.jsonl")).unwrap();
        let line = |n| {
            format!(
                r#"{{"instruction":"訳してください。","input":"行{n}\"\t\u0001","output":"out"}}"#
            )
        };
        let expected: Vec<String> = (1..=25).map(line).collect();
        assert_eq!(text, expected.join("\n") + "\n");
        let file = report.files.iter().find(|file| file.path == "data.jsonl").unwrap();
        assert_eq!(file.records, Some(25));
    }
}

#[test]
fn a_pair_without_a_side_and_a_delete_are_written_as_they_were_published() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("lines.txt"), "無\nx\u{7f}y").unwrap();
    let mut plan = plan(folder.path(), &json!(["train"]), None);
    plan.recipe.joined =
        BTreeMap::from([(FileName::parse("data.jsonl").unwrap(), vec!["lines".to_owned()])]);
    run(folder.path(), &plan, 1, None).unwrap();
    let text = fs::read_to_string(folder.path().join("out/data.jsonl")).unwrap();
    let expected = r#"{"instruction":"訳してください。","input":null,"output":"out"}
{"instruction":"訳してください。","input":"x\u007fy","output":"out"}
"#;
    assert_eq!(text, expected);
}
