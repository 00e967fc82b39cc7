use std::borrow::Cow;
use std::fs;
use std::io::{Write, sink};
use std::num::NonZeroUsize;
use std::path::Path;

use ljd_core::{
    Asked, Cancel, Chunk, ChunkSink, Corpus, Manifest, Raw, Record, RecordSink, Result, Rules,
    Sha256Writer, Skip, Split, Task, read,
};
use ljd_export::{
    BuildOptions, Choices, Format, Plan, Recipe, RecipeCorpus, Report, build, verify,
};
use serde_json::{Value, json};
use tempfile::tempdir;

/// Lines of split, id, question and answers.
struct Quiz(&'static str, &'static str);

/// It bears the name of a corpus that there is a task for.
static QUIZ: Quiz = Quiz(
    "aio",
    r#"{
        "name": "aio", "title": "Quiz", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "nobody", "attribution": "Quiz", "modifications": "none", "citation": "@misc{quiz}",
        "tasks": ["question-answering"], "version": "1", "most_dropped": 0.9,
        "files": [{ "path": "quiz.tsv", "split": "whole", "url": "https://example.org/quiz.tsv" }]
    }"#,
);

static OTHER: Quiz = Quiz(
    "other",
    r#"{
        "name": "other", "title": "Other", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "nobody", "attribution": "Other", "modifications": "none", "citation": "@misc{other}",
        "tasks": ["question-answering"], "version": "1", "most_dropped": 0.9,
        "files": [{ "path": "other.tsv", "split": "whole", "url": "https://example.org/other.tsv" }]
    }"#,
);

impl Corpus for Quiz {
    fn name(&self) -> &'static str {
        self.0
    }

    fn manifest(&self) -> &'static str {
        self.1
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        out.target = 64;
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            let fields: Vec<&str> = line.text.split('\t').collect();
            let [split, id, question, answers] = fields[..] else {
                return Err(Skip::Bad("no row"));
            };
            let answers: Vec<Cow<'_, str>> = answers.split('/').map(Into::into).collect();
            let split = Split::parse(split).unwrap();
            out.push(Record {
                instruction: question.into(),
                output: answers[0].clone(),
                asked: Some(Asked::alone(question)),
                answers: if split.is_evaluation() { answers } else { Vec::new() },
                split,
                ..Record::new(out.source(), id, Task::QuestionAnswering)
            });
            Ok(())
        });
        Ok(())
    }
}

const ASKED: [&str; 3] = [
    "validation\t1\t雨の国の首都は？\t雨都/雨の都",
    "validation\t2\t雨の国で一番最初に傘を売った店の正式な名前を答えてください。\t雨の降る町の駅前で黄色い傘を売る店",
    "train\t3\t雪の国の首都は？\t雪都",
];

/// Builds `other` and the quiz into `folder`/out.
fn built(folder: &Path, fields: &Value, other: &str, options: &BuildOptions) -> Result<Report> {
    fs::write(folder.join("quiz.tsv"), ASKED.join("\n")).unwrap();
    fs::write(folder.join("other.tsv"), other).unwrap();
    let mut recipe = json!({
        "name": "test", "description": "A test.", "preset": "clean", "splits": ["train"],
        "evaluation": ["aio"], "corpora": [{ "name": "other" }, { "name": "aio" }]
    });
    for (name, value) in fields.as_object().unwrap() {
        recipe[name] = value.clone();
    }
    let recipe = Recipe::parse(&recipe.to_string(), "test.json", None)?;
    let open = |corpus: &dyn Corpus, _: &RecipeCorpus| {
        Ok(Raw::new(folder.to_path_buf(), Manifest::parse(corpus.manifest(), "manifest")?))
    };
    let plan = Plan::new(recipe, &[&QUIZ, &OTHER], Choices::default(), open)?;
    build(&plan, &BuildOptions { out: folder.join("out"), ..options.clone() }, &mut |_| {})
}

fn options() -> BuildOptions {
    BuildOptions {
        out: "out".into(),
        jobs: NonZeroUsize::MIN,
        limit: None,
        formats: vec![Format::Messages],
        keep_dropped: false,
        decontaminate: Vec::new(),
        tokenizer: None,
        evaluation: true,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn tasks_are_written_with_every_question_and_answer() {
    let folder = tempdir().unwrap();
    let report = built(folder.path(), &json!({}), "train\t1\t風は？\t吹く", &options()).unwrap();
    let out = folder.path().join("out");
    let data = fs::read_to_string(out.join("evaluation/data/aio.jsonl")).unwrap();
    let questions: Vec<Value> =
        data.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(questions.len(), 2);
    assert_eq!(questions[0]["question"], "雨の国の首都は？");
    assert_eq!(questions[0]["answers"], json!(["雨都", "雨の都"]));
    assert_eq!(
        (&questions[0]["gold"], &questions[0]["licence"]),
        (&json!("雨都"), &json!("CC-BY-4.0"))
    );
    let examples = fs::read_to_string(out.join("evaluation/data/aio.examples.jsonl")).unwrap();
    assert!(examples.contains("雪都") && examples.lines().count() == 1, "{examples}");
    for file in [
        "lm-eval/ljd.yaml",
        "lm-eval/ljd_aio_chat.yaml",
        "lm-eval/ljd_tasks.py",
        "llm-jp-eval/aio.json",
        "leakage.json",
    ] {
        let path = format!("evaluation/{file}");
        assert!(report.files.iter().any(|listed| *listed.path == *path), "{path} is not listed");
    }
    let leakage = read_json(&out.join("evaluation/leakage.json"));
    assert_eq!(leakage["tasks"]["aio"]["questions"], 2);
    assert_eq!(leakage["searched"]["rows_found"], 0);
    // Both records in both formats.
    assert_eq!(leakage["searched"]["rows"], 4);
    let wrong: Vec<_> =
        verify(&out).unwrap().into_iter().filter(|(_, file)| file.is_err()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn tasks_are_the_same_on_any_number_of_threads() {
    let other: String = (0..200)
        .map(|i| format!("train\t{i}\t風の国の{i}番目の町は？\t町{i}\n"))
        .collect::<Vec<_>>()
        .concat();
    let of = |jobs| {
        let folder = tempdir().unwrap();
        let options = BuildOptions { jobs: NonZeroUsize::new(jobs).unwrap(), ..options() };
        built(folder.path(), &json!({ "held_out": 0.1 }), &other, &options).unwrap();
        let out = folder.path().join("out");
        // Its digests are those of all other files.
        assert!(out.join("evaluation/data/held_out.jsonl").exists());
        fs::read_to_string(out.join("report.json")).unwrap()
    };
    assert_eq!(of(1), of(4));
}

#[test]
fn a_planted_question_or_answer_fails_the_build() {
    let row =
        |asked: &str, answer: &str| format!("train\t1\t風は？\t吹く\ntrain\t2\t{asked}\t{answer}");
    for (other, of) in [
        (row("雨の国の首都は？", "知りません。"), "aio/1"),
        (
            row(
                "次に答えてください。雨の国で一番最初に傘を売った店の正式な名前を答えてください、と言われた。",
                "はい。",
            ),
            "aio/2",
        ),
        (row("どこで買いましたか？", "雨の降る町の駅前で黄色い傘を売る店"), "aio/2"),
    ] {
        let folder = tempdir().unwrap();
        let error = built(folder.path(), &json!({}), &other, &options()).unwrap_err().to_string();
        assert!(error.contains("train-00000-of-00001") && error.contains(":2: "), "{error}");
        assert!(error.contains(&format!("text of {of},")), "{error}");
        assert!(!folder.path().join("out").exists());
        // The rule that looks for it takes it away before.
        let rule = json!({ "quality": { "contamination": "all" } });
        built(folder.path(), &rule, &other, &options()).unwrap();
        let leakage = read_json(&folder.path().join("out/evaluation/leakage.json"));
        assert_eq!(leakage["tasks"]["aio"]["lost_by_corpus"], json!({ "other": 1 }));
    }
    // A short answer is the answer of many questions.
    let folder = tempdir().unwrap();
    built(folder.path(), &json!({}), &row("雨の都市の名前は何ですか？", "雨都"), &options())
        .unwrap();
}

/// Puts a text in the place of another in a file of a finished dataset, and states it in the report.
fn forge(out: &Path, path: &str, from: &str, to: &str) {
    let text = fs::read_to_string(out.join(path)).unwrap();
    assert!(text.contains(from), "{text}");
    let text = text.replace(from, to);
    fs::write(out.join(path), &text).unwrap();
    let mut sha256 = Sha256Writer::new(sink());
    sha256.write_all(text.as_bytes()).unwrap();
    let (_, bytes, sha256) = sha256.finish();
    let mut report = read_json(&out.join("report.json"));
    let corpora = report["corpora"].as_array_mut().unwrap().iter_mut();
    for file in corpora.flat_map(|corpus| corpus["files"].as_array_mut().unwrap()) {
        if file["path"] == path {
            file["sha256"] = json!(sha256);
            file["bytes"] = json!(bytes);
        }
    }
    fs::write(out.join("report.json"), report.to_string()).unwrap();
}

fn wrong(out: &Path) -> Vec<String> {
    let checked = verify(out).unwrap().into_iter();
    checked.filter_map(|(_, file)| file.err()).map(|error| error.to_string()).collect()
}

#[test]
fn verify_looks_for_evaluation_data_again() {
    let folder = tempdir().unwrap();
    built(folder.path(), &json!({}), "train\t1\t風は？\t吹く", &options()).unwrap();
    let out = folder.path().join("out");
    let path = "messages/other/train-00000-of-00001.jsonl";
    forge(&out, path, "風は？", "風の国の首都は？");
    assert_eq!(wrong(&out), Vec::<String>::new());
    forge(&out, path, "風の国の首都は？", "雨の国の首都は？");
    let wrong = wrong(&out);
    assert!(
        wrong.len() == 1 && wrong[0].starts_with(path) && wrong[0].contains("aio/1"),
        "{wrong:?}"
    );
}

#[test]
fn verify_looks_for_what_is_held_out() {
    let folder = tempdir().unwrap();
    let other: String = (0..200)
        .map(|i| {
            format!("train\t{i}\t風の国の{i}番目の町の名前は？\t風の国の町その{i}という町です\n")
        })
        .collect::<Vec<_>>()
        .concat();
    let options = BuildOptions { evaluation: false, ..options() };
    built(folder.path(), &json!({ "held_out": 0.1 }), &other, &options).unwrap();
    let out = folder.path().join("out");
    assert_eq!(wrong(&out), Vec::<String>::new());
    let answer = |part: &str| {
        let path = format!("messages/other/{part}-00000-of-00001.jsonl");
        let text = fs::read_to_string(out.join(&path)).unwrap();
        let row: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        (path, row["messages"][1]["content"].as_str().unwrap().to_owned())
    };
    let ((path, trained), (_, held_out)) = (answer("train"), answer("held-out"));
    forge(&out, &path, &format!("\"{trained}\""), &format!("\"{held_out}\""));
    let wrong = wrong(&out);
    assert!(wrong.len() == 1 && wrong[0].contains("held-out"), "{wrong:?}");
}
