use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use ljd_core::{
    Cancel, Chunk, ChunkSink, Corpus, Manifest, Raw, Record, RecordSink, Result, Rules, Skip,
    Split, Task, read,
};
use ljd_export::{BuildOptions, Choices, Format, Plan, Recipe, RecipeCorpus, Report, build};
use serde_json::{Value, json};
use tempfile::tempdir;

/// Lines of split, id, question and answer.
struct Quiz(&'static str, &'static str);

static ONE: Quiz = Quiz(
    "one",
    r#"{
        "name": "one", "title": "One", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "nobody", "attribution": "One", "modifications": "none", "citation": "@misc{one}",
        "tasks": ["question-answering"], "version": "1", "most_dropped": 0.5,
        "files": [{ "path": "one.tsv", "split": "whole", "url": "https://example.org/one.tsv" }]
    }"#,
);

static TWO: Quiz = Quiz(
    "two",
    r#"{
        "name": "two", "title": "Two", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "nobody", "attribution": "Two", "modifications": "none", "citation": "@misc{two}",
        "tasks": ["question-answering"], "version": "1", "most_dropped": 0.9,
        "files": [{ "path": "two.tsv", "split": "whole", "url": "https://example.org/two.tsv" }]
    }"#,
);

impl Corpus for Quiz {
    fn name(&self) -> &'static str {
        self.0
    }

    fn manifest(&self) -> &'static str {
        self.1
    }

    /// Those whose names stand in an id like `1+2`.
    fn parties<'r>(&self, record: &'r Record<'_>) -> Vec<&'r str> {
        record.id.split('+').filter(|_| record.id.contains('+')).collect()
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        out.target = 256;
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            let fields: Vec<&str> = line.text.split('\t').collect();
            let [split, id, question, answer] = fields[..] else { return Err(Skip::Bad("no row")) };
            out.push(Record {
                instruction: "次の問いに答えてください。".into(),
                input: question.into(),
                output: answer.into(),
                split: Split::parse(split).unwrap(),
                attribution: "Quiz".into(),
                ..Record::new(out.source(), id, Task::QuestionAnswering)
            });
            Ok(())
        });
        Ok(())
    }
}

/// What a dataset is made of, and how.
struct Case {
    recipe: Value,
    one: String,
    two: String,
    options: BuildOptions,
}

/// The fields of a recipe, and the lines of the two corpora.
fn case(fields: &Value, one: &[&str], two: &[&str]) -> Case {
    let mut recipe = json!({
        "name": "test", "description": "A test.", "preset": "clean", "splits": ["train"],
        "corpora": [{ "name": "one" }, { "name": "two" }]
    });
    for (name, value) in fields.as_object().unwrap() {
        recipe[name] = value.clone();
    }
    let options = BuildOptions {
        out: "out".into(),
        jobs: NonZeroUsize::MIN,
        limit: None,
        formats: vec![Format::Messages],
        keep_dropped: false,
        decontaminate: Vec::new(),
        tokenizer: None,
        evaluation: false,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    };
    Case { recipe, one: one.join("\n"), two: two.join("\n"), options }
}

impl Case {
    fn build(&self, folder: &Path) -> Result<Report> {
        fs::write(folder.join("one.tsv"), &self.one).unwrap();
        fs::write(folder.join("two.tsv"), &self.two).unwrap();
        let recipe = Recipe::parse(&self.recipe.to_string(), "test.json", None)?;
        let open = |corpus: &dyn Corpus, _: &RecipeCorpus| {
            Ok(Raw::new(folder.to_path_buf(), Manifest::parse(corpus.manifest(), "manifest")?))
        };
        let plan = Plan::new(recipe, &[&ONE, &TWO], Choices::default(), open)?;
        let options = BuildOptions { out: folder.join("out"), ..self.options.clone() };
        build(&plan, &options, &mut |_| {})
    }

    /// The ids that were written, by corpus and split.
    fn written(&self) -> BTreeMap<String, Vec<String>> {
        let folder = tempdir().unwrap();
        let report = self.build(folder.path()).unwrap();
        let mut written = BTreeMap::new();
        for file in report.corpora.iter().flat_map(|corpus| &corpus.files) {
            let text = fs::read_to_string(folder.path().join("out").join(&file.path)).unwrap();
            let id = |line: &str| {
                serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned()
            };
            let ids = text.lines().map(id).collect();
            let name = file.path.trim_start_matches("messages/").split("-0").next().unwrap();
            written.insert(name.to_owned(), ids);
        }
        written
    }

    fn report(&self) -> Value {
        let folder = tempdir().unwrap();
        self.build(folder.path()).unwrap();
        serde_json::from_str(&fs::read_to_string(folder.path().join("out/report.json")).unwrap())
            .unwrap()
    }
}

const REPEATED: [&[&str]; 2] = [
    &[
        "train\t1\t雨の反対は？\t晴れ",
        "train\t2\t雪の色は？\t白",
        "train\t3\t雨の反対は？\tはれ",
        "train\t4\t雪の色は?\t白",
    ],
    &["train\t5\t雪の色は？\t白", "train\t6\t雪の色は？\t青", "train\t7\t海の色は？\t青"],
];

#[test]
fn a_record_that_was_there_before_is_dropped_and_the_overlap_is_told() {
    let [one, two] = REPEATED;
    let rules = json!({ "quality": { "duplicate": "all", "conflict": "all" } });
    let case = case(&rules, one, two);
    let written = case.written();
    assert_eq!(written["one/train"], ["1", "2"]);
    assert_eq!(written["two/train"], ["7"]);
    let report = case.report();
    let [one, two] = [&report["corpora"][0], &report["corpora"][1]];
    assert_eq!(one["overlap"], json!({ "one": 2 }));
    assert_eq!(two["overlap"], json!({ "one": 2 }));
    assert_eq!(one["dropped"]["conflict"]["count"], 1);
    let example = &two["dropped"]["duplicate"]["examples"][0];
    assert_eq!((&example["id"], &example["like"]), (&json!("5"), &json!("one")));
    assert_eq!((&one["made"], &one["records"]), (&json!(4), &json!(2)));
}

/// A sentence that is held out is in no other record, wherever it stands.
#[test]
fn no_sentence_is_both_held_out_and_trained_on() {
    let sentence = |i: usize| format!("番号{i}の村では朝から雨が降っている。");
    let line = |id: String, asked: usize, answer: usize| {
        format!("train\t{id}\t{}\t{}", sentence(asked), sentence(answer))
    };
    let one: Vec<String> = (0..300).map(|i| line(format!("{i}"), i, 1000 + i)).collect();
    let two: Vec<String> = (0..300).map(|i| line(format!("{i}"), 1000 + i, 2000 + i)).collect();
    let [one, two] = [one, two].map(|lines| lines.join("\n"));
    let case = case(&json!({ "held_out": 0.2 }), &[&one], &[&two]);
    let written = case.written();
    let ids = |part: &str| -> BTreeSet<usize> {
        written[part].iter().map(|id| id.parse().unwrap()).collect()
    };
    let [held_one, held_two] = [ids("one/held-out"), ids("two/held-out")];
    let [trained_one, trained_two] = [ids("one/train"), ids("two/train")];
    // The answer of each record of the first is what the same record of the second asks.
    assert!(held_one.is_disjoint(&trained_two) && held_two.is_disjoint(&trained_one));
    assert!(30 < held_one.len() && 30 < held_two.len() && held_one != held_two);
    let left_out = held_two.difference(&held_one).count();
    assert_eq!(trained_one.len(), 300 - held_one.len() - left_out);
    let report = case.report();
    assert_eq!(report["corpora"][0]["left_out"]["has a sentence that is held out"], left_out);
}

#[test]
fn a_prompt_has_as_many_answers_as_the_recipe_allows() {
    let one = ["train\t1\t雨？\tあめ", "train\t2\t雨？\tアマ", "train\t3\t雨？\tう"];
    let two = ["train\t4\t雨？\tれい", "train\t5\t雪？\tゆき"];
    for (most, written_of_one, written_of_two) in
        [(2, &["1", "2"][..], &["5"][..]), (3, &["1", "2", "3"], &["5"])]
    {
        let rules = json!({ "quality": { "most-answers": "all" }, "most_answers": most });
        let case = case(&rules, &one, &two);
        let written = case.written();
        assert_eq!(written["one/train"], written_of_one);
        assert_eq!(written["two/train"], written_of_two);
        assert_eq!(case.report()["corpora"][1]["dropped"]["most-answers"]["count"], 1);
    }
}

#[test]
fn a_rule_is_for_the_corpora_of_its_scope() {
    let [one, two] = REPEATED;
    let rules = json!({ "quality": { "duplicate": { "only": ["two"] }, "conflict": { "except": ["two"] } } });
    let written = case(&rules, one, two).written();
    assert_eq!(written["one/train"], ["1", "2", "4"]);
    assert_eq!(written["two/train"], ["6", "7"]);
    for scope in ["only", "except"] {
        let unknown = json!({ "quality": { "duplicate": { scope: ["tow"] } } });
        let error = case(&unknown, one, two).build(tempdir().unwrap().path()).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("unknown corpus `tow`, did you mean `two`?"), "{error}");
    }
    let left_out = json!({
        "quality": { "conflict": { "except": ["two"] } }, "corpora": [{ "name": "one" }]
    });
    assert_eq!(case(&left_out, one, two).written()["one/train"], ["1", "2", "4"]);
    let unknown = json!({ "quality": { "duplicates": "all" } });
    let error = case(&unknown, one, two).build(tempdir().unwrap().path()).unwrap_err().to_string();
    assert!(
        error.contains("unknown rule of quality `duplicates`, did you mean `duplicate`?"),
        "{error}"
    );
}

#[test]
fn dropped_records_are_kept_where_the_user_wants_it() {
    let [one, two] = REPEATED;
    let rules = json!({ "quality": { "duplicate": "all" } });
    let mut case = case(&rules, one, two);
    case.options.keep_dropped = true;
    let folder = tempdir().unwrap();
    let report = case.build(folder.path()).unwrap();
    let file = report.files.iter().find(|file| file.path.starts_with("dropped/duplicate")).unwrap();
    assert_eq!(file.records, Some(2));
    let bytes = fs::read(folder.path().join("out").join(&file.path)).unwrap();
    #[cfg(feature = "zstd")]
    let bytes = zstd::decode_all(bytes.as_slice()).unwrap();
    let lines: Vec<Value> = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.iter().map(|line| &line["id"]).collect::<Vec<_>>(), ["4", "5"]);
    assert_eq!(lines[0]["input"], "雪の色は?");
}

/// A text of invented sentences, of which one may be another.
fn long(other: Option<usize>) -> String {
    let sentence = |i: usize| format!("第{i}の村では雨が{}日続いた。", i * 7);
    let sentences =
        (0..40).map(|i| if other == Some(i) { "雪だった。".to_owned() } else { sentence(i) });
    sentences.collect()
}

#[test]
fn a_record_that_differs_little_is_dropped_where_that_is_looked_for() {
    let lines = [format!("train\t1\t\t{}", long(None)), format!("train\t2\t\t{}", long(Some(9)))];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let rules = json!({ "quality": { "near-duplicate": { "only": ["one"] } } });
    let case = case(&rules, &lines, &lines);
    assert_eq!(case.written()["one/train"], ["1"]);
    assert_eq!(case.written()["two/train"], ["1", "2"]);
}

#[test]
fn evaluation_data_is_dropped_wherever_it_stands() {
    const QUESTION: &str =
        "雨の国の首都である雨都の中央広場に立っている石像は誰の姿をしているでしょう？";
    let asked = format!("test\t1\t{QUESTION}\t王");
    let repeated = format!("train\t2\t問題。{QUESTION}\t雨の国の初代の王");
    let other = "train\t3\t雪の国の首都の中央広場に立っている石像は誰の姿でしょう？\t王女";
    let rules = json!({ "quality": { "contamination": "all" }, "evaluation": ["one"] });
    let mut case = case(&rules, &[&asked], &[&repeated, other]);
    assert_eq!(case.written()["two/train"], ["3"]);
    let report = case.report();
    let dropped = &report["corpora"][1]["dropped"]["contamination"];
    assert_eq!(dropped["contaminated"], json!([["2", "one/1"]]));
    assert_eq!(dropped["examples"][0]["like"], "one/1");

    let folder = tempdir().unwrap();
    let mine = folder.path().join("mine.jsonl");
    let line = json!({ "answers": ["王女"], "text": "雪の国の首都の中央広場に立っている石像は誰の姿でしょう。" });
    fs::write(&mine, format!("{{}}\n{line}\n")).unwrap();
    case.options.decontaminate = vec![mine.clone()];
    case.recipe["evaluation"] = json!([]);
    assert_eq!(case.written()["two/train"], ["2"]);
    let contaminated = &case.report()["corpora"][1]["dropped"]["contamination"]["contaminated"];
    assert_eq!(contaminated[0][1], format!("{}:2", mine.display()));

    fs::write(&mine, "{}\n{\n").unwrap();
    let error = case.build(folder.path()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}:2: ", mine.display())), "{error}");
}

/// Pairs of records, each a question in both directions.
fn pairs(n: usize) -> String {
    let pair = |i: usize| format!("train\t{i}/ja-en\t{i}\t雨{i}\ntrain\t{i}/en-ja\t雨{i}\t{i}\n");
    (0..n).map(pair).collect()
}

fn groups(ids: &[String]) -> BTreeSet<&str> {
    ids.iter().map(|id| id.split('/').next().unwrap()).collect()
}

#[test]
fn at_most_so_many_records_are_taken_and_pairs_stay_together() {
    let mut case = case(&json!({ "corpora": [{ "name": "one", "max_records": 1000 }] }), &[], &[]);
    case.one = pairs(3000);
    let bounded = case.written()["one/train"].clone();
    assert!((900..=1000).contains(&bounded.len()), "{}", bounded.len());
    assert_eq!(groups(&bounded).len() * 2, bounded.len());
    assert_eq!(case.report()["corpora"][0]["left_out"]["not sampled"], 6000 - bounded.len());

    case.recipe["corpora"] = json!([{ "name": "one", "weight": 0.5 }]);
    let weighted = case.written()["one/train"].clone();
    assert!((2800..3200).contains(&weighted.len()), "{}", weighted.len());
    // A smaller sample is a part of a larger one.
    assert!(groups(&bounded).is_subset(&groups(&weighted)));

    case.recipe["corpora"] = json!([{ "name": "one" }, { "name": "two" }]);
    case.recipe["tasks"] = json!({ "question-answering": { "max_records": 500 } });
    case.two = pairs(1000);
    let written = case.written();
    let [one, two] = [written["one/train"].len(), written["two/train"].len()];
    assert!((400..=500).contains(&(one + two)) && two < one, "{one} {two}");

    case.recipe["corpora"] = json!([{ "name": "one", "weight": 1.5 }]);
    let error = case.build(tempdir().unwrap().path()).unwrap_err().to_string();
    assert!(error.contains("1.5 is not a share from 0 to 1"), "{error}");
}

#[test]
fn what_is_held_out_shares_no_pair_with_what_is_trained_on() {
    let mut case = case(&json!({ "held_out": 0.1, "corpora": [{ "name": "one" }] }), &[], &[]);
    case.one = pairs(2000);
    let written = case.written();
    let [train, held_out] = [&written["one/train"], &written["one/held-out"]];
    assert_eq!(train.len() + held_out.len(), 4000);
    assert!((300..500).contains(&held_out.len()), "{}", held_out.len());
    assert!(groups(train).is_disjoint(&groups(held_out)));
}

#[test]
fn nobody_is_both_held_out_and_trained_on() {
    let mut case = case(&json!({ "held_out": 0.3, "corpora": [{ "name": "one" }] }), &[], &[]);
    let pairs =
        (0..40).flat_map(|a| (0..a).map(move |b| format!("train\t{a}+{b}\t{a}?{b}\t{b}!{a}")));
    case.one = pairs.collect::<Vec<_>>().join("\n");
    let written = case.written();
    let parties = |ids: &[String]| -> BTreeSet<String> {
        ids.iter().flat_map(|id| id.split('+')).map(str::to_owned).collect()
    };
    let [train, held_out] = [&written["one/train"], &written["one/held-out"]];
    assert!(parties(train).is_disjoint(&parties(held_out)));
    assert!(3 <= parties(held_out).len() && 20 <= parties(train).len());
    let left_out = case.report()["corpora"][0]["left_out"]["has a speaker who is held out"].clone();
    let n_pairs = 40 * 39 / 2;
    assert_eq!(left_out, json!(n_pairs - train.len() - held_out.len()));
    assert_ne!(left_out, json!(0));
}

#[test]
fn threads_change_nothing_of_what_is_compared_and_sampled() {
    let mut case = case(
        &json!({
            "quality": { "duplicate": "all", "conflict": "all", "near-duplicate": "all" },
            "held_out": 0.1,
            "tasks": { "question-answering": { "max_records": 2000 } }
        }),
        &[],
        &[],
    );
    case.options.keep_dropped = true;
    case.options.formats = Format::ALL.to_vec();
    (case.one, case.two) = (pairs(1500), pairs(2000));
    let [mut first, mut second] = [1, 5].map(|jobs| {
        case.options.jobs = NonZeroUsize::new(jobs).unwrap();
        let folder = tempdir().unwrap();
        let report = case.build(folder.path()).unwrap();
        let files = report.corpora.into_iter().flat_map(|corpus| corpus.files).chain(report.files);
        files.map(|file| (file.path, file.sha256)).collect::<BTreeMap<_, _>>()
    });
    assert_eq!(first.remove("report.json"), second.remove("report.json"));
    assert_eq!(first, second);
    assert!(first.keys().any(|path| path.starts_with("dropped/duplicate")));
}

#[test]
fn more_dropped_records_than_the_manifest_allows_fail() {
    let [one, _] = REPEATED;
    let lines = [one, one].concat();
    let rules = json!({ "quality": { "duplicate": "all", "conflict": "all" } });
    let folder = tempdir().unwrap();
    let error = case(&rules, &lines, &[]).build(folder.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "one: 6 of 8 records are dropped, at most a share of 0.5 may be: 4 duplicate; 2 conflict"
    );
    assert!(!folder.path().join("out").exists());
}
