use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use ljd_core::{
    Cancel, Chunk, ChunkSink, Corpus, Language, Manifest, Raw, Record, RecordSink, Result, Rules,
    Skip, Task, read,
};
use ljd_export::{BuildOptions, Choices, Format, Plan, Recipe, RecipeCorpus, build};
use serde_json::{Value, json};
use tempfile::tempdir;

/// Lines of id, Japanese and English.
struct Sentences(&'static str, &'static str);

static CLEAN: Sentences = Sentences(
    "one",
    r#"{
        "name": "one", "title": "One", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "nobody", "attribution": "One", "modifications": "none", "citation": "@misc{one}",
        "tasks": ["translation"], "version": "1",
        "files": [{ "path": "one.tsv", "split": "whole", "url": "https://example.org/one.tsv" }]
    }"#,
);

static DIRTY: Sentences = Sentences(
    "two",
    r#"{
        "name": "two", "title": "Two", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "nobody", "attribution": "Two", "modifications": "none", "citation": "@misc{two}",
        "tasks": ["translation"], "version": "1", "most_dropped": 0.9,
        "files": [{ "path": "two.tsv", "split": "whole", "url": "https://example.org/two.tsv" }]
    }"#,
);

impl Corpus for Sentences {
    fn name(&self) -> &'static str {
        self.0
    }

    fn manifest(&self) -> &'static str {
        self.1
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        out.target = 4096;
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            let fields: Vec<&str> = line.text.split('\t').collect();
            let [id, ja, en] = fields[..] else { return Err(Skip::Bad("no row")) };
            for (to, input, output) in [(Language::En, ja, en), (Language::Ja, en, ja)] {
                let from = if to == Language::En { Language::Ja } else { Language::En };
                out.push(Record {
                    instruction: "翻訳してください。".into(),
                    source_language: from,
                    target_language: to,
                    input: input.into(),
                    output: output.into(),
                    ..Record::new(out.source(), format!("{id}/{}", to.as_str()), Task::Translation)
                });
            }
            Ok(())
        });
        Ok(())
    }

    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.split('/').next().unwrap_or_default()
    }
}

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % n
    }
}

/// A row of invented words: the first `n_right` of six English words translate the Japanese ones.
fn row(id: usize, n_right: usize, numbers: &mut Numbers) -> String {
    let letters = ["k", "l", "m", "n", "o", "p", "q", "r", "t", "u"];
    let ja =
        |word: usize| [word / 100, word / 10 % 10, word % 10].map(|digit| letters[digit]).concat();
    let words = [0; 6].map(|_| numbers.below(500));
    // A wrong word is even where the Japanese ones are odd, so that it translates none of them.
    let words = if n_right == 6 { words } else { words.map(|word| word | 1) };
    let en = (0..).zip(words).map(|(i, word)| if i < n_right { word } else { word - 1 });
    let en: Vec<String> = en.map(|word| format!("w{word}w")).collect();
    format!("{id}\t{}\t{}", words.map(ja).join("、"), en.join(" "))
}

/// Builds 10,000 right pairs and 60 of which every third is right, every third half so and every third wrong.
fn built(folder: &Path, fields: &Value, jobs: usize) -> (Value, BTreeMap<String, Value>) {
    let mut numbers = Numbers(1);
    let n_right = fields["n"].as_u64().map_or(10_000, |n| n.try_into().unwrap());
    let one: Vec<String> = (0..n_right).map(|id| row(id, 6, &mut numbers)).collect();
    let two: Vec<String> = (0..60).map(|id| row(id, 6 - id % 3 * 3, &mut numbers)).collect();
    fs::write(folder.join("one.tsv"), one.join("\n")).unwrap();
    fs::write(folder.join("two.tsv"), two.join("\n")).unwrap();
    let recipe = json!({
        "name": "test", "description": "A test.", "preset": "clean",
        "alignment": { "learn_from": ["one"], "least_score": fields["least_score"] },
        "quality": fields["quality"],
        "corpora": [{ "name": "one" }, fields["two"]]
    });
    let recipe = Recipe::parse(&recipe.to_string(), "test.json", None).unwrap();
    let open = |corpus: &dyn Corpus, _: &RecipeCorpus| {
        Ok(Raw::new(folder.to_path_buf(), Manifest::parse(corpus.manifest(), "manifest")?))
    };
    let plan = Plan::new(recipe, &[&CLEAN, &DIRTY], Choices::default(), open).unwrap();
    let options = BuildOptions {
        out: folder.join(format!("out-{jobs}")),
        jobs: NonZeroUsize::new(jobs).unwrap(),
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
    let report = build(&plan, &options, &mut |_| {}).unwrap();
    let mut scores = BTreeMap::new();
    for file in &report.corpora[1].files {
        let bytes = fs::read(options.out.join(&file.path)).unwrap();
        #[cfg(feature = "zstd")]
        let bytes = zstd::decode_all(bytes.as_slice()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for record in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            scores.insert(record["id"].as_str().unwrap().to_owned(), record["score"].clone());
        }
    }
    (serde_json::to_value(&report).unwrap(), scores)
}

/// How many of the written ones are right, half right and wrong.
fn kinds(scores: &BTreeMap<String, Value>) -> [usize; 3] {
    let mut kinds = [0; 3];
    for id in scores.keys() {
        kinds[id.split('/').next().unwrap().parse::<usize>().unwrap() % 3] += 1;
    }
    kinds
}

#[test]
fn pairs_that_do_not_say_the_same_are_dropped_and_the_others_have_scores() {
    let folder = tempdir().unwrap();
    let fields =
        json!({ "quality": { "alignment": "all" }, "least_score": 0.1, "two": { "name": "two" } });
    let (report, scores) = built(folder.path(), &fields, 2);
    let [right, _half, wrong] = kinds(&scores);
    assert_eq!((right, wrong), (40, 0));
    assert_eq!(report["alignment"], json!({ "learnt_from": ["one"], "pairs": 10_000 }));
    assert_eq!(report["corpora"][1]["dropped"]["alignment"]["count"], 120 - scores.len());
    for (id, score) in &scores {
        assert!(0.1 <= score.as_f64().unwrap(), "{id} {score}");
        let other = id.replace("/ja", "/en");
        assert_eq!(scores[&other], *score, "both directions of a pair have one score");
    }
}

#[test]
fn the_best_records_are_taken_on_any_number_of_threads() {
    let folder = tempdir().unwrap();
    let two = json!({ "name": "two", "max_records": 60, "best_by": "alignment" });
    let fields = json!({ "quality": {}, "least_score": 0, "two": two });
    let (_, scores) = built(folder.path(), &fields, 1);
    let [right, half, wrong] = kinds(&scores);
    assert_eq!((right, wrong), (40, 0), "all right ones and some that are half right");
    assert!((10..=20).contains(&half), "{half}");
    built(folder.path(), &fields, 4);
    let files = |jobs: &str| {
        let sums = fs::read(folder.path().join(jobs).join("report.json")).unwrap();
        serde_json::from_slice::<Value>(&sums).unwrap()
    };
    assert_eq!(files("out-1"), files("out-4"), "the report has the digest of every file");
}

#[test]
fn too_few_pairs_give_no_scores_and_drop_nothing() {
    let folder = tempdir().unwrap();
    let two = json!({ "name": "two", "max_records": 60, "best_by": "alignment" });
    let quality = json!({ "alignment": "all" });
    let fields = json!({ "n": 9_999, "quality": quality, "least_score": 0, "two": two });
    let (report, scores) = built(folder.path(), &fields, 1);
    assert!(report.get("alignment").is_none());
    assert!((50..=60).contains(&scores.len()) && scores.values().all(Value::is_null));
}

#[test]
fn a_recipe_that_asks_for_scores_says_what_they_are_learnt_from() {
    let parse = |fields: &str| {
        let text =
            format!(r#"{{ "name": "a", "description": "A.", "preset": "clean", {fields} }}"#);
        Recipe::parse(&text, "test.json", None).map_err(|error| error.to_string())
    };
    for (fields, problem) in [
        (
            r#""quality": { "alignment": "all" }, "corpora": [{ "name": "one" }]"#,
            "needs `alignment`",
        ),
        (r#""corpora": [{ "name": "one", "best_by": "alignment" }]"#, "needs `alignment`"),
        (r#""alignment": { "learn_from": ["tow"] }, "corpora": [{ "name": "two" }]"#, "tow"),
        (
            r#""alignment": { "learn_from": [], "least_score": 1.5 }, "corpora": [{ "name": "one" }]"#,
            "1.5 is not a score",
        ),
        (r#""corpora": [{ "name": "one", "best_by": "length" }]"#, "length"),
    ] {
        let error = parse(fields).unwrap_err();
        assert!(error.contains(problem), "{error}");
    }
    let recipe = parse(r#""alignment": { "learn_from": ["one"] }, "corpora": [{ "name": "one" }]"#);
    let alignment = recipe.unwrap().alignment.unwrap();
    assert_eq!(alignment.least_score, ljd_quality::Alignment::LEAST_SCORE);
}
