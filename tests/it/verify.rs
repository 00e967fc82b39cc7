use std::fs::{self, File};
use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::{TempDir, tempdir};

use crate::support::{Run, build_fixtures, fixtures, report, root, tree, xtask};

/// A finished dataset that somebody changes.
struct Forged {
    folder: TempDir,
}

impl Forged {
    fn new() -> Self {
        let folder = tempdir().unwrap();
        let formats = ["--format", "jsonl,parquet,messages"];
        let only = ["--quiet", "--only", "jesc,aozora"];
        build_fixtures(folder.path(), &[&only[..], &formats].concat()).done();
        Self { folder }
    }

    fn dataset(&self) -> PathBuf {
        self.folder.path().join("out/fixtures")
    }

    fn verify(&self) -> Run {
        xtask(self.folder.path(), &["verify", "out/fixtures"])
    }

    fn says(&self, message: &str) {
        let run = self.verify();
        assert_eq!(run.code, Some(1), "{message}: {}", run.stdout);
        assert!(run.stderr.contains(&format!("error: {message}")), "{message}: {}", run.stderr);
    }

    /// Changes the report, which nothing states the digest of.
    fn report(&self, change: impl FnOnce(&mut Value)) {
        let mut changed = report(&self.dataset());
        change(&mut changed);
        fs::write(self.dataset().join("report.json"), changed.to_string()).unwrap();
    }

    /// Replaces text in a file, and states its new size and digest in the report.
    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.dataset().join(path)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {text}");
        let text = text.replace(from, to);
        fs::write(self.dataset().join(path), &text).unwrap();
        self.report(|report| {
            let corpora = report["corpora"].as_array().unwrap().len();
            let lists = (0..corpora).map(|i| format!("/corpora/{i}/files"));
            for list in lists.chain(["/files".to_owned()]) {
                let files = report.pointer_mut(&list).unwrap().as_array_mut().unwrap();
                for file in files.iter_mut().filter(|file| file["path"] == path) {
                    file["bytes"] = json!(text.len());
                    file["sha256"] = json!(ljd_core::hex(&Sha256::digest(&text)));
                }
            }
        });
    }
}

const JESC: &str = "messages/jesc/whole-00000-of-00001.jsonl";

#[test]
fn a_report_is_not_believed_what_nothing_else_says() {
    for (place, value, message) in [
        ("/license", json!("MIT"), "report.json: `license` is `MIT`, from those of the sources"),
        ("/license", json!("CC-BY-4.0"), "report.json: `license` is `CC-BY-4.0`, from those"),
        ("/license", Value::Null, "report.json: `license` is `none`, from those of the sources"),
        ("/corpora/0/license", json!("NONE-1.0"), "jesc: report.json: unknown licence `NONE-1.0`"),
        ("/records", json!(1), "report.json: `records` sum up to"),
        ("/corpora/0/records", json!(1), "report.json: `records` sum up to"),
        ("/corpora/0/splits/whole", json!(1), "jesc: report.json: `splits` sum up to 1, not to"),
        (
            "/corpora/0/tasks/translation",
            json!(1),
            "jesc: report.json: `tasks` sum up to 1, not to",
        ),
        (
            "/corpora/0/files/0/records",
            json!(1),
            "jsonl/jesc/whole-00000-of-00001.jsonl.zst: `report.json` states 1 records",
        ),
        ("/corpora/0/files/1/records", Value::Null, "jesc: report.json: `files` sum up to 0"),
        (
            "/corpora/0/files/0/path",
            json!("NOTICE.md"),
            "jesc: report.json: `files` list `NOTICE.md`, which is of another",
        ),
        ("/corpora/0/name", json!("tanaka"), "tanaka: report.json: `files` list `jsonl/jesc/"),
        ("/files", json!([]), "report.json: `files` does not list `LICENSES/"),
    ] {
        let forged = Forged::new();
        forged.report(|report| *report.pointer_mut(place).unwrap() = value);
        forged.says(message);
    }
}

#[test]
fn a_licence_that_the_report_swaps_is_contradicted_by_rows_and_companions() {
    let forged = Forged::new();
    forged.verify().done();
    forged.report(|report| {
        report["license"] = json!("CC-BY-4.0");
        report["corpora"][0]["license"] = json!("CC-BY-4.0");
    });
    for message in [
        "report.json: `files` does not list `LICENSES/CC-BY-4.0.txt`",
        "jsonl/jesc/whole-00000-of-00001.jsonl.zst:1: `license` is `CC-BY-SA-4.0`, report.json states `CC-BY-4.0`",
        "parquet/jesc/whole-00000-of-00001.parquet:1: `license` is `CC-BY-SA-4.0`",
        "messages/jesc/whole-00000-of-00001.jsonl:1: `license` is `CC-BY-SA-4.0`",
        "NOTICE.md: `report.json` says something else of licences or records",
        "README.md: `report.json` says something else",
        "croissant.json: `report.json` says something else",
    ] {
        forged.says(message);
    }
}

#[test]
fn files_that_contradict_the_report_are_named_though_it_states_their_digests() {
    for (path, from, to, message) in [
        (JESC, r#""license":"CC-BY-SA-4.0""#, r#""license":"MIT""#, ":1: `license` is `MIT`"),
        (JESC, r#""source":"jesc""#, r#""source":"mine""#, ":1: `source` is `mine`"),
        (JESC, r#""attribution":""#, r#""attribution":"","x":""#, ":1: `attribution` is empty"),
        (JESC, r#""license":"#, r#""licence":"#, ":1: missing field `license`"),
        (JESC, "\n", "\n\n", ":2: EOF while parsing"),
        ("NOTICE.md", "`jesc`", "`mine`", ": `report.json` says something else of licences"),
        ("NOTICE.md", "LICENSES/CC-BY-SA-4.0.txt", "LICENSES/MIT.txt", ": `report.json` says"),
        ("README.md", "license: cc-by-sa-4.0", "license: mit", ": `report.json` says something"),
        ("messages/README.md", "license: cc-by-sa-4.0", "license: mit", ": `report.json` says"),
        ("README.md", " records", " rows", ": `report.json` says something else of"),
        ("croissant.json", "licenses/by-sa/4.0", "licenses/by/4.0", ": `report.json` says"),
        ("LICENSES/CC-BY-SA-4.0.txt", "ShareAlike", "", ": `report.json` says something else of"),
    ] {
        let forged = Forged::new();
        forged.replace(path, from, to);
        forged.says(&format!("{path}{message}"));
    }
}

#[test]
fn nothing_in_the_folder_goes_unnoticed() {
    let forged = Forged::new();
    for folder in ["empty", "jsonl/empty", "LICENSES/a/b"] {
        fs::create_dir_all(forged.dataset().join(folder)).unwrap();
    }
    fs::write(forged.dataset().join(".hidden"), "").unwrap();
    for message in [
        ".hidden: `report.json` does not name this file",
        "empty: `report.json` does not name this folder",
        "jsonl/empty: `report.json` does not name this folder",
        "LICENSES/a: `report.json` does not name this folder",
    ] {
        forged.says(message);
    }
}

#[test]
fn a_path_of_a_report_leads_nowhere_else() {
    let forged = Forged::new();
    let outside = forged.folder.path().join("outside.txt");
    fs::write(&outside, "outside").unwrap();
    for path in ["../../outside.txt", outside.to_str().unwrap(), "a/../../../outside.txt", ""] {
        forged.report(|report| report["files"][0]["path"] = json!(path));
        forged.says("out/fixtures/report.json: cannot read: `");
    }
}

/// No run of these may wait for ever: the harness would.
#[test]
#[cfg(unix)]
fn only_regular_files_are_opened_and_no_link_is_followed() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let make = |what: &str, path: &PathBuf| match what {
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "empty file" => {
            let elsewhere = path.with_file_name("elsewhere");
            fs::write(&elsewhere, "").unwrap();
            symlink(elsewhere, path).unwrap();
        }
        device => symlink(device, path).unwrap(),
    };
    for (what, kind) in [("/dev/zero", "link"), ("pipe", "pipe or device"), ("empty file", "link")]
    {
        let forged = Forged::new();
        let notice = forged.dataset().join("NOTICE.md");
        fs::remove_file(&notice).unwrap();
        make(what, &notice);
        forged.says("NOTICE.md: `path` is no regular file, or lies behind a link");
        forged.says(&format!("NOTICE.md: `report.json` does not name this {kind}"));
        let report = forged.dataset().join("report.json");
        fs::remove_file(&report).unwrap();
        make(what, &report);
        forged.says("out/fixtures/report.json: cannot read: is no regular file");
    }
    let forged = Forged::new();
    fs::rename(forged.dataset().join("jsonl"), forged.folder.path().join("jsonl")).unwrap();
    symlink("../../jsonl", forged.dataset().join("jsonl")).unwrap();
    forged.says("jsonl: `report.json` does not name this link");
    forged.says(
        "jsonl/jesc/whole-00000-of-00001.jsonl.zst: `path` is no regular file, or lies behind",
    );
}

#[test]
fn no_more_is_read_than_the_report_states() {
    let forged = Forged::new();
    for (path, len) in
        [("NOTICE.md", 1 << 40), ("parquet/jesc/whole-00000-of-00001.parquet", 1 << 40)]
    {
        // As large as a disk, without taking room.
        File::options()
            .write(true)
            .open(forged.dataset().join(path))
            .unwrap()
            .set_len(len)
            .unwrap();
        forged.says(&format!("{path}: `report.json` states "));
    }
    let forged = Forged::new();
    File::create(forged.dataset().join("report.json")).unwrap().set_len(1 << 40).unwrap();
    forged.says("out/fixtures/report.json: cannot read: ");
}

#[test]
fn verifying_changes_nothing() {
    let forged = Forged::new();
    let before = tree(forged.folder.path());
    forged.verify().done();
    assert!(before == tree(forged.folder.path()));
}

/// Text that tries to be a heading, a rule, a field of the front matter, HTML, a table, code's end and a terminal's command.
const HOSTILE: &str = "x\n---\nlicense: mit\n---\n# Injected\n```\n<script>alert(1)</script>\n- Licence: MIT\n- Source: `x`\n| a | b |\n[y](javascript:z)\u{1b}[2J\u{202e}";

#[test]
fn text_of_manifests_and_recipes_is_no_markup_of_the_companions() {
    let folder = tempdir().unwrap();
    let raw = fixtures(folder.path());
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(raw.join("manifests/tanaka.json")).unwrap()).unwrap();
    for field in ["title", "homepage", "copyright", "attribution", "modifications", "citation"] {
        manifest[field] = json!(HOSTILE);
    }
    fs::create_dir(folder.path().join("manifests")).unwrap();
    fs::write(folder.path().join("manifests/tanaka.json"), manifest.to_string()).unwrap();
    let recipe = json!({
        "name": "mi`n&e", "description": HOSTILE, "preset": "clean", "version": HOSTILE,
        "versions": [HOSTILE], "corpora": [{ "name": "tanaka" }]
    });
    fs::write(folder.path().join("mine.json"), recipe.to_string()).unwrap();
    let inputs = ["--recipe", "mine.json", "--manifests", "manifests", "--raw", "fixtures"];
    let formats = ["--format", "jsonl,parquet,messages"];
    let dataset = ["dataset", "--quiet"];
    xtask(folder.path(), &[&dataset[..], &inputs, &formats].concat()).done();
    xtask(folder.path(), &["verify", "out/mi`n&e"]).done();
    let files = tree(&folder.path().join("out/mi`n&e"));
    for name in ["README.md", "NOTICE.md", "messages/README.md"] {
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{name}: {text}");
        let (markup, _) = text.split_once("````bibtex").unwrap_or((&text, ""));
        for made in ["<script>", "```", "[y]("] {
            assert!(!markup.contains(made), "{name}: {text}");
        }
        let lines = |line: &str| markup.lines().filter(|l| l.trim() == line).count();
        let rules = if name == "NOTICE.md" { 0 } else { 2 };
        assert_eq!(
            (lines("---"), lines("# Injected"), lines("license: mit")),
            (rules, 0, 0),
            "{name}: {text}"
        );
    }
    let card = String::from_utf8(files["README.md"].clone()).unwrap();
    assert!(card.ends_with("\n````\n"), "the block of citations ends where the card does: {card}");
}

#[test]
fn a_licence_that_a_manifest_states_is_held_to_what_it_states() {
    let folder = tempdir().unwrap();
    let raw = fixtures(folder.path());
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(raw.join("manifests/tanaka.json")).unwrap()).unwrap();
    manifest["license"] = json!({
        "id": "LicenseRef-Rain", "name": HOSTILE, "url": "https://example.org/rain",
        "text": "Name us.", "asks_for": ["attribution", "share-alike"]
    });
    fs::create_dir(folder.path().join("manifests")).unwrap();
    fs::write(folder.path().join("manifests/tanaka.json"), manifest.to_string()).unwrap();
    let recipe = root().join("tests/fixtures.json").display().to_string();
    let inputs = ["--only", "tanaka", "--manifests", "manifests", "--raw", "fixtures"];
    let dataset = ["dataset", "--quiet", "--recipe", &recipe];
    xtask(folder.path(), &[&dataset[..], &inputs].concat()).done();
    let forged = Forged { folder };
    assert_eq!(forged.verify().code, Some(0), "{}", forged.verify().stderr);
    assert_eq!(report(&forged.dataset())["license"], "LicenseRef-Rain");
    let notice = fs::read_to_string(forged.dataset().join("NOTICE.md")).unwrap();
    assert!(!notice.contains("<script>") && !notice.contains('\u{1b}'), "{notice}");
    forged.report(|report| report["stated_licenses"][0]["asks_for"] = json!(["attribution"]));
    forged.says("report.json: `license` is `LicenseRef-Rain`, from those of the sources");
    forged.report(|report| {
        report["stated_licenses"][0]["asks_for"] = json!(["attribution", "share-alike"]);
        report["stated_licenses"][0]["text"] = json!("Pay us.");
    });
    forged.says("LICENSES/LicenseRef-Rain.txt: `report.json` says something else of licences");
    forged.report(|report| report["stated_licenses"] = json!([]));
    forged.says("tanaka: report.json: unknown licence `LicenseRef-Rain`");
}
