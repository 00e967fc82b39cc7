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
