//! A dataset of one's own corpus: questions and answers, tab-separated, under CC0.
//!
//! `own_corpus raw out` reads `raw/questions.tsv` and writes a dataset with its report, notice and card.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use ljd_core::{
    Cancel, Chunk, ChunkSink, Corpus, Manifest, Raw, Record, RecordSink, Result, Rules, Skip, Task,
    read,
};
use ljd_export::{BuildOptions, Choices, Format, Plan, Recipe, Report, build};

const MANIFEST: &str = r#"{
    "name": "questions", "title": "My questions", "homepage": "https://example.org/questions",
    "license": "CC0-1.0", "copyright": "none", "attribution": "My questions",
    "modifications": "none", "citation": "@misc{questions}", "tasks": ["question-answering"], "version": "1",
    "files": [{ "path": "questions.tsv", "url": "https://example.org/questions.tsv", "split": "train" }]
}"#;

const RECIPE: &str = r#"{
    "name": "mine", "description": "My questions.", "preset": "clean",
    "corpora": [{ "name": "questions" }]
}"#;

struct Questions;

impl Corpus for Questions {
    fn name(&self) -> &'static str {
        "questions"
    }

    fn manifest(&self) -> &str {
        MANIFEST
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            let (question, answer) = line.text.split_once('\t').ok_or(Skip::Bad("no tab"))?;
            let record =
                Record::new(out.source(), line.number.to_string(), Task::QuestionAnswering);
            out.push(Record {
                instruction: "質問に答えてください。".into(),
                input: question.into(),
                output: answer.into(),
                split: chunk.split,
                ..record
            });
            Ok(())
        });
        Ok(())
    }
}

fn main() -> Result<()> {
    let mut folders = std::env::args_os().skip(1).map(PathBuf::from);
    let raw = folders.next().unwrap_or_else(|| "raw".into());
    make(&raw, folders.next().unwrap_or_else(|| "out".into()))?;
    Ok(())
}

fn make(raw: &Path, out: PathBuf) -> Result<Report> {
    let recipe = Recipe::parse(RECIPE, "recipe", None)?;
    let plan = Plan::new(recipe, &[&Questions], Choices::default(), |corpus, _| {
        Ok(Raw::new(raw.to_path_buf(), Manifest::parse(corpus.manifest(), "manifest")?))
    })?;
    let options = BuildOptions {
        out,
        jobs: NonZeroUsize::MIN,
        limit: None,
        formats: vec![Format::Jsonl],
        keep_dropped: false,
        decontaminate: Vec::new(),
        tokenizer: None,
        evaluation: false,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    };
    build(&plan, &options, &mut |_| {})
}

#[test]
fn it_makes_a_dataset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("questions.tsv");
    std::fs::write(path, "雨は何ですか。\t水です。\n雪は？\n").unwrap();
    // The second line has no answer, and the manifest tolerates no such row.
    let error = make(folder.path(), folder.path().join("out")).unwrap_err().to_string();
    assert!(error.contains("no tab (first at questions.tsv:2)"), "{error}");
    std::fs::write(folder.path().join("questions.tsv"), "雨は何ですか。\t水です。\n").unwrap();
    let report = make(folder.path(), folder.path().join("out")).unwrap();
    assert_eq!((report.records, report.license), (1, Some("CC0-1.0")));
    assert!(folder.path().join("out/LICENSES/CC0-1.0.txt").exists());
}
