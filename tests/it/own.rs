use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Run, jsonl, report, xtask};

/// A folder with the manifest and files of corpora of one's own.
pub(crate) struct Own(tempfile::TempDir);

impl Own {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A manifest of a corpus with that file and `read`.
    fn manifest(&self, name: &str, file: &str, read: &Value) {
        let manifest = json!({
            "name": name, "title": "Rain", "license": "CC-BY-4.0", "copyright": "the authors",
            "attribution": "Rain, CC BY 4.0", "version": "1",
            "files": [{ "path": file, "split": "train" }], "read": read,
        });
        let text = serde_json::to_string_pretty(&manifest).unwrap();
        self.write(&format!("mine/{name}.json"), text);
    }

    fn run(&self, arguments: &[&str]) -> Run {
        xtask(self.path(), arguments)
    }

    fn dataset(&self, name: &str) -> PathBuf {
        let manifest = format!("mine/{name}.json");
        self.run(&["dataset", "--quiet", "--corpus", &manifest]).done();
        self.path().join("out").join(name)
    }
}

const FAQ: &str = r#"{ "name": "my-faq", "title": "Our support answers", "license": "LicenseRef-Internal",
  "license_text": "LICENSE-internal.txt", "license_asks": ["attribution", "no-redistribution"],
  "copyright": "us", "attribution": "Our support", "version": "2026-11", "most_dropped": 1,
  "files": [{ "path": "faq/*.csv", "split": "train" }],
  "read": { "format": "csv", "header": true,
            "task": "question-answering", "source_language": "ja", "target_language": "ja",
            "id": "{number}", "instruction": "{question}", "input": "", "output": "{answer}",
            "category": "{section}", "url": "https://example.org/faq/{number}", "skip_if": { "status": ["draft"] } } }
"#;

fn faq() -> Own {
    let own = Own::new();
    own.write("mine/my-faq.json", FAQ);
    own.write("mine/LICENSE-internal.txt", "Only for us, and name us.\n");
    let header = "number,question,answer,section,status\r\n";
    let first = "1,届け先は変えられますか。,\"発送の前なら、\r\n\"\"注文\"\"の頁で変えられます。\",配送,done\r\n2,未定です。,まだ書いていません。,配送,draft\r\n";
    own.write("mine/faq/a.csv", format!("{header}{first}"));
    own.write(
        "mine/faq/b.csv",
        format!("\u{feff}{header}3,領収書はもらえますか。,注文の頁から印刷できます。,支払い,done"),
    );
    own.write("mine/faq/readme.txt", "not a table");
    own
}

#[test]
fn a_manifest_alone_makes_a_dataset() {
    let own = faq();
    let dataset = own.dataset("my-faq");
    let records = jsonl(&dataset, "my-faq");
    let texts = |field: &str| -> Vec<_> {
        records.iter().map(|it| it[field].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts("id"), ["1", "3"]);
    assert_eq!(
        texts("output"),
        ["発送の前なら、\n\"注文\"の頁で変えられます。", "注文の頁から印刷できます。"]
    );
    assert_eq!(texts("category"), ["配送", "支払い"]);
    assert_eq!(texts("url"), ["https://example.org/faq/1", "https://example.org/faq/3"]);
    assert_eq!(texts("license"), ["LicenseRef-Internal"; 2]);
    let report = report(&dataset);
    let corpus = &report["corpora"][0];
    let files: Vec<_> =
        corpus["inputs"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(files, ["faq/a.csv", "faq/b.csv"]);
    assert_eq!(corpus["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(corpus["skipped"]["by `skip_if` of `status`"]["count"], 1);
    let notice = fs::read_to_string(dataset.join("NOTICE.md")).unwrap();
    assert!(notice.contains("Our support"), "{notice}");
    let shown = own.run(&["show", "my-faq", "--corpus", "mine/my-faq.json"]).done().stdout;
    assert!(shown.contains("届け先は変えられますか。"), "{shown}");
    own.run(&["verify", "out/my-faq"]).done();
}

#[test]
fn a_recipe_takes_corpora_of_a_folder_of_manifests() {
    let own = faq();
    let recipe = json!({ "name": "mine", "description": "Ours.", "preset": "clean", "corpora": [{ "name": "my-faq" }] });
    own.write("mine.recipe.json", recipe.to_string());
    let arguments = ["dataset", "--quiet", "--manifests", "mine", "--recipe", "mine.recipe.json"];
    // A recipe says nothing of the licence, so that it has to be accepted by name.
    let refused = own.run(&arguments);
    own.run(&[&arguments[..], &["--accept-license", "LicenseRef-Internal"]].concat()).done();
    assert_eq!(jsonl(&own.path().join("out/mine"), "my-faq").len(), 2, "{}", refused.stderr);
    let listed = own.run(&["list", "--manifests", "mine"]).done().stdout;
    assert!(listed.contains("my-faq"), "{listed}");
}

#[test]
fn what_is_wrong_with_a_manifest_is_told_at_its_place() {
    let own = faq();
    for (from, to, place, what) in [
        ("{question}", "{qestion}", ":7:", "did you mean `question`?"),
        ("{question}", "{question", ":7:", "`}` was expected"),
        ("\"{answer}\"", "\"{answer | tirm}\"", ":7:", "did you mean `trim`?"),
        ("\"status\"", "\"state\"", ":8:", "did you mean `status`?"),
        ("faq/*.csv", "fag/*.csv", "mine/my-faq.json:4:", "fag/*.csv"),
        ("faq/*.csv", "faq/*.cvs", "mine/my-faq.json:4:", "did you mean `faq/a.csv`?"),
        ("\"format\": \"csv\"", "\"format\": \"cvs\"", "my-faq.json", "did you mean `csv`?"),
        ("\"input\"", "\"imput\"", ":7:", "did you mean `input`?"),
        (
            "\"task\": \"question-answering\"",
            "\"task\": \"question-answer\"",
            "my-faq.json",
            "did you mean `question-answering`?",
        ),
        ("LICENSE-internal.txt", "LICENSE.txt", "LICENSE.txt", "cannot read"),
        (
            "\"name\": \"my-faq\"",
            "\"name\": \"tanaka\"",
            "my-faq.json",
            "which another corpus is called",
        ),
        ("\"id\": \"{number}\"", "\"id\": \"{section}\"", "my-faq", "two records have the id"),
    ] {
        assert!(FAQ.contains(from), "{from}");
        own.write("mine/my-faq.json", FAQ.replace(from, to));
        own.write(
            "mine/faq/c.csv",
            "number,question,answer,section,status\n4,何ですか。,それです。,配送,done\n",
        );
        let run = own.run(&["dataset", "--quiet", "--corpus", "mine/my-faq.json"]);
        assert_eq!(run.code, Some(1), "{to}: {}", run.stderr);
        assert!(run.stderr.contains(place) && run.stderr.contains(what), "{to}: {}", run.stderr);
        assert!(!own.path().join("out/my-faq").exists());
    }
}

#[test]
fn rows_that_cannot_be_used_are_counted_against_the_tolerance() {
    let own = Own::new();
    let read = json!({ "format": "json-lines", "task": "question-answering", "id": "{id}",
        "instruction": "{q}", "output": "{a}" });
    own.manifest("rain", "rain.jsonl", &read);
    own.write("mine/rain.jsonl", "{\"id\": 1, \"q\": \"雨は何ですか。\", \"a\": \"水です。\"}\n{\"id\": 2, \"q\": \"雪\"}\nnot JSON\n");
    let run = own.run(&["dataset", "--quiet", "--corpus", "mine/rain.json"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("1 no `a` (first at rain.jsonl:2)"), "{}", run.stderr);
    assert!(run.stderr.contains("1 not JSON (first at rain.jsonl:3)"), "{}", run.stderr);
}

/// The files that a document holds, each behind a comment that names it; and the members of archives.
fn documented(own: &Own, document: &str) -> Vec<String> {
    let (mut manifests, mut archives) = (Vec::new(), std::collections::BTreeMap::new());
    for piece in document.split("<!-- ").skip(1) {
        let (what, rest) = piece.split_once(" -->").unwrap();
        let (_, body) = rest.split_once("```").unwrap().1.split_once('\n').unwrap();
        let (text, _) = body.split_once("```").unwrap();
        match what.split_once(": ").unwrap() {
            ("file", path) => {
                own.write(path, text);
                manifests.extend(text.contains("\"read\"").then(|| path.to_owned()));
            }
            (_, member) => {
                let (archive, member) = member.split_once(' ').unwrap();
                let members: &mut Vec<(String, String)> =
                    archives.entry(archive.to_owned()).or_default();
                members.push((member.to_owned(), text.to_owned()));
            }
        }
    }
    for (archive, members) in archives {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (member, text) in members {
            zip.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
        }
        own.write(&archive, zip.finish().unwrap().into_inner());
    }
    manifests
}

#[test]
fn the_examples_of_the_documentation_are_built_as_they_stand_there() {
    let own = Own::new();
    let document = fs::read_to_string(crate::support::root().join("docs/OWN-DATA.md")).unwrap();
    let manifests = documented(&own, &document);
    let expected =
        [("my-faq", 2), ("my-chat", 2), ("my-alpaca", 2), ("my-pairs", 2), ("my-reading", 2)];
    assert_eq!(manifests.len(), expected.len());
    for (name, n) in expected {
        assert_eq!(jsonl(&own.dataset(name), name).len(), n, "{name}");
    }
    let faq = FAQ.replace("faq/*.csv", "faq/2026-11.csv").replace("{question}", "{qestion}");
    own.write("mine/my-faq.json", faq);
    let run = own.run(&["dataset", "--quiet", "--corpus", "mine/my-faq.json"]);
    let told = "does not have: unknown column `qestion`, did you mean `question`?";
    assert!(document.contains(told) && run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn a_manifest_is_guessed_and_shows_records_at_once() {
    let own = Own::new();
    let document = fs::read_to_string(crate::support::root().join("docs/OWN-DATA.md")).unwrap();
    documented(&own, &document);
    own.write("mine/quiz.tsv", "質問\t回答\n雨は何ですか。\t水です。\n");
    for (from, to) in [("parquet/train-0.parquet", "rows.parquet"), ("book/faq.xlsx", "faq.xlsx")] {
        let fixtures = crate::support::root().join("crates/ljd-tables/tests/fixtures");
        fs::copy(fixtures.join(from), own.path().join("mine").join(to)).unwrap();
    }
    for (file, name, shown) in [
        ("rows.parquet", "rows", "雨"),
        ("faq.xlsx", "faq", "雨は何ですか。"),
        ("faq/2026-11.csv", "2026-11", "届け先は変えられますか。"),
        ("chat.jsonl", "chat", "天気の先生"),
        ("alpaca.json", "alpaca", "橋の種類"),
        ("quiz.tsv", "quiz", "雨は何ですか。"),
    ] {
        let (file, corpus) = (format!("mine/{file}"), format!("my-{name}"));
        own.run(&["new-manifest", &file]).done();
        let folder = Path::new(&file).parent().unwrap().display().to_string();
        let manifest = format!("{folder}/{name}.manifest.json");
        let stdout = own.run(&["show", &corpus, "--corpus", &manifest]).done().stdout;
        assert!(stdout.contains(shown), "{stdout}");
        let again = own.run(&["new-manifest", &file]);
        assert!(
            again.code == Some(1) && again.stderr.contains("is there already"),
            "{}",
            again.stderr
        );
    }
    own.write("mine/notes.pdf", "x");
    let run = own.run(&["new-manifest", "mine/notes.pdf"]);
    assert!(run.stderr.contains("is none of JSON Lines"), "{}", run.stderr);
}

/// Each of the two teaches what the other is measured on.
#[test]
fn pairs_of_sentences_are_decontaminated_across_corpora() {
    let own = Own::new();
    let row = |n: usize, [one, other]: [&str; 2], label: Value| {
        let row = json!({ "sentence_pair_id": n.to_string(), "yjcaptions_id": format!("{n}-1-g7"),
            "sentence1": one, "sentence2": other, "label": label });
        format!("{row}\n")
    };
    let (rain, snow, fog) = (
        ["雨が降る。", "空は暗い。"],
        ["雪が積もる。", "道は白い。"],
        ["霧が出る。", "橋が見えない。"],
    );
    let mirrored = |[one, other]: [&'static str; 2]| [other, one];
    let half = |[one, _]: [&'static str; 2]| [one, "川は青い。"];
    let write = |name: &str, rows: &[([&'static str; 2], Value)]| {
        let rows = (0..).zip(rows).map(|(n, (pair, label))| row(n, *pair, label.clone()));
        own.write(&format!("raw/jglue/{name}-v1.3.json"), rows.collect::<Vec<_>>().concat());
    };
    write("jnli-train", &[(rain, "neutral".into()), (fog, "entailment".into())]);
    write("jnli-valid", &[(snow, "contradiction".into())]);
    write("jnli-test", &[(["露がある。", "朝は寒い。"], "neutral".into())]);
    write(
        "jsts-train",
        &[
            (mirrored(snow), 1.2.into()),
            (half(snow), 0.4.into()),
            (mirrored(half(rain)), 2.0.into()),
        ],
    );
    write("jsts-valid", &[(mirrored(rain), 3.2.into())]);
    write("jsts-test", &[(["虹が出る。", "空は明るい。"], 3.2.into())]);
    for name in ["jnli", "jsts"] {
        let file = |part: &str, split: &str| {
            let url = format!("https://example.org/{name}-{part}");
            json!({ "path": format!("jglue/{name}-{part}-v1.3.json"), "split": split, "url": url })
        };
        let files = [file("train", "train"), file("valid", "validation"), file("test", "test")];
        let manifest = json!({ "files": files, "expected": {}, "most_dropped": 1.0 });
        own.write(&format!("manifests/{name}.json"), manifest.to_string());
    }
    let recipe = json!({
        "name": "pairs", "description": "Pairs.", "preset": "clean", "splits": ["train"],
        "quality": { "contamination": "all" }, "evaluation": ["jnli", "jsts"],
        "corpora": [{ "name": "jnli" }, { "name": "jsts" }],
    });
    own.write("pairs.json", recipe.to_string());
    own.run(&["dataset", "--quiet", "--recipe", "pairs.json", "--manifests", "manifests"]).done();
    let dataset = own.path().join("out/pairs");
    let ids = |corpus: &str| -> Vec<String> {
        let records = jsonl(&dataset, corpus);
        records.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("jnli"), ["train/1"]);
    assert_eq!(ids("jsts"), ["train/1", "train/2"]);
    // An id of the captions says which pairs are contradictions.
    let text = jsonl(&dataset, "jnli").iter().map(Value::to_string).collect::<Vec<_>>().concat();
    assert!(text.contains("霧が出る。") && !text.contains("-g7"), "{text}");
}

/// What all rows are told is no evaluation data, or nothing were left.
#[test]
fn an_instruction_that_all_rows_have_is_not_looked_for() {
    let own = Own::new();
    let mut manifest: Value =
        serde_json::from_str(&FAQ.replace("LicenseRef-Internal", "CC-BY-4.0")).unwrap();
    let fields = manifest.as_object_mut().unwrap();
    fields.retain(|field, _| !matches!(field.as_str(), "license_text" | "license_asks"));
    fields["files"] =
        json!([{ "path": "a.jsonl", "split": "train" }, { "path": "b.jsonl", "split": "test" }]);
    fields["read"] = json!({ "format": "json-lines", "task": "instruction-following", "id": "{id}", "input": "{q}",
        "instruction": "次の文の内容を小学生にも分かるように短く言い換えて書いてください。", "output": "{a}" });
    own.write("mine/my-faq.json", manifest.to_string());
    own.write(
        "mine/a.jsonl",
        "{\"id\": 1, \"q\": \"雨天は中止です。\", \"a\": \"雨ならやめます。\"}\n",
    );
    own.write(
        "mine/b.jsonl",
        "{\"id\": 2, \"q\": \"降雪は稀です。\", \"a\": \"雪はあまり降りません。\"}\n",
    );
    assert_eq!(jsonl(&own.dataset("my-faq"), "my-faq").len(), 1);
}

#[test]
fn what_is_wrong_with_nested_rows_and_types_is_told() {
    let own = Own::new();
    let file = json!({ "data": [{ "title": "t", "qas": [{ "id": "1", "q": "雨は?", "a": "水です。" }] }] });
    own.write("mine/rain.json.txt", file.to_string());
    let read = json!({ "format": "json", "rows": "data[].qas[]", "task": "question-answering", "id": "{id}",
        "instruction": "{q}", "output": "{a}", "skip_if": { "a": [null] } });
    let text = read.to_string();
    for (from, to, what) in [
        ("data[].qas[]", "data[].qaz[]", "unknown list of rows `qaz`, did you mean `qas`?"),
        ("data[].qas[]", "data[].title[]", "`title` is no list of rows"),
        ("data[].qas[]", "data[].qas", "their path ends with `[]`"),
        ("[null]", "null", "has a `skip_if` that is wrong"),
        ("\"task\"", "\"kind\"", "`read` has no `task`"),
        ("{a}", "{b}", "unknown column `b`"),
    ] {
        let wrong = serde_json::from_str(&text.replace(from, to)).unwrap();
        own.manifest("rain", "rain.json.txt", &wrong);
        let run = own.run(&["dataset", "--quiet", "--corpus", "mine/rain.json"]);
        assert!(run.code == Some(1) && run.stderr.contains(what), "{to}: {}", run.stderr);
        assert!(run.stderr.contains("mine/rain.json"), "{to}: {}", run.stderr);
    }
}

/// A manifest that somebody sends may not have a dataset show a file of the user's.
#[test]
fn the_text_of_a_licence_is_beside_its_manifest() {
    let own = faq();
    let secret = own.write("secret.txt", "a secret");
    for path in ["../secret.txt", secret.to_str().unwrap(), "a/../../../secret.txt"] {
        own.write("mine/my-faq.json", FAQ.replace("LICENSE-internal.txt", path));
        let run = own.run(&["dataset", "--corpus", "mine/my-faq.json"]);
        assert_eq!(run.code, Some(1), "{path}: {}", run.stderr);
        assert!(run.stderr.contains("`license_text` "), "{path}: {}", run.stderr);
        assert!(!own.path().join("out").exists(), "{path}");
    }
}
