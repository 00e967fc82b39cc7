use std::{env, fs};

use ljd_core::{Language, Task};
use sha2::{Digest, Sha256};
use tempfile::tempdir;

use crate::support::{build_fixtures, fixtures, jsonl, report, root, tree, xtask};

/// Those of the fixtures whose licence nobody has to accept, in the order of the recipe.
const CORPORA: [&str; 21] = [
    "coursera",
    "paranatcom",
    "manythings",
    "alt",
    "tanaka",
    "wordnet",
    "snow",
    "jesc",
    "aio",
    "jcommonsenseqa",
    "jsquad",
    "jqac",
    "aozora",
    "wikipedia",
    "wikinews",
    "jwtd",
    "jmrd",
    "dolly",
    "real-persona-chat",
    "jemhopqa",
    "niilc",
];

#[test]
fn without_arguments_real_rows_are_built_and_said_to_be_whose() {
    let folder = tempdir().unwrap();
    let run = xtask(folder.path(), &["dataset"]).done();
    let tanaka = run.stdout.lines().find(|line| line.starts_with("tanaka")).unwrap();
    let tanaka: Vec<&str> = tanaka.split_whitespace().collect();
    let expected = "tanaka 90 0 0 180 LicenseRef-CC-BY-2.0-FR";
    assert_eq!(tanaka.join(" "), expected, "rows, skipped, dropped, records, licence");
    let report = report(&folder.path().join("out/sample"));
    assert!((500..2_000).contains(&report["records"].as_u64().unwrap()), "{report}");
    let samples = root().join("crates/ljd/samples");
    let credits = fs::read_to_string(samples.join("README.md")).unwrap();
    let corpora = report["corpora"].as_array().unwrap();
    assert!(report["refused"].as_array().unwrap().is_empty());
    for corpus in corpora {
        let name = corpus["name"].as_str().unwrap();
        let row = credits.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap();
        let license = corpus["license"].as_str().unwrap();
        let named = license.strip_prefix("LicenseRef-").unwrap_or(license).replace('-', " ");
        let row = row.replace("public domain", "PublicDomain").replace('-', " ");
        assert!(row.contains(&named), "{name} is under {license}: {row}");
        assert!(samples.join(format!("LICENSES/{license}.txt")).is_file(), "{license}");
    }
    let folders = fs::read_dir(&samples).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir()).count();
    assert_eq!(folders, corpora.len() + ["LICENSES", "manifests"].len(), "a corpus is not built");
}

/// What README.md shows of the sample: records, and fields that every reader understands at once.
const SHOWN: [(&str, &str); 3] = [
    ("jsquad", "a10336p0q0"),
    ("aozora", "000035/42363_ruby_15857/work"),
    ("wikipedia", "126/87987739"),
];
const SHOWN_FIELDS: [&str; 7] =
    ["instruction", "input", "output", "task", "source", "license", "attribution"];

/// `LJD_BLESS=1` writes them anew.
#[test]
fn the_records_of_the_readme_are_those_of_the_sample() {
    let folder = tempdir().unwrap();
    xtask(folder.path(), &["dataset", "--quiet", "--format", "jsonl"]).done();
    let shown = SHOWN.map(|(corpus, id)| {
        let records = jsonl(&folder.path().join("out/sample"), corpus);
        let record = records.iter().find(|record| record["id"] == id).unwrap();
        let fields = SHOWN_FIELDS.map(|field| format!("  {field:?}: {}", record[field]));
        format!("{{\n{}\n}}\n", fields.join(",\n"))
    });
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("```json\n").unwrap();
    let (_, after) = rest.split_once("```\n").unwrap();
    let expected = format!("{before}```json\n{}```\n{after}", shown.concat());
    if env::var_os("LJD_BLESS").is_some() {
        fs::write(path, expected).unwrap();
    } else {
        assert_eq!(readme, expected);
    }
}

#[test]
fn of_the_fixtures_every_corpus_is_built() {
    let folder = tempdir().unwrap();
    let run = build_fixtures(folder.path(), &[]).done();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2 + CORPORA.len(), "{}", run.stdout);
    assert!(lines[0].starts_with("corpus"), "{}", run.stdout);
    let files = tree(&folder.path().join("out/fixtures"));
    for file in ["report.html", "report.json", "NOTICE.md", "README.md", "LICENSES/Apache-2.0.txt"]
    {
        assert!(files.contains_key(file), "{file} is missing in {:?}", files.keys());
    }
    for corpus in CORPORA {
        for ending in ["jsonl.zst", "parquet"] {
            let is_it =
                |name: &&String| name.contains(&format!("/{corpus}/")) && name.ends_with(ending);
            assert!(files.keys().any(|name| is_it(&name)), "no {ending} of {corpus}");
        }
    }
}

#[test]
fn every_record_carries_its_provenance() {
    let folder = tempdir().unwrap();
    build_fixtures(folder.path(), &["--quiet"]).done();
    let notice = fs::read_to_string(folder.path().join("out/fixtures/NOTICE.md")).unwrap();
    for corpus in CORPORA {
        let records = jsonl(&folder.path().join("out/fixtures"), corpus);
        assert!(!records.is_empty());
        for record in records {
            for field in ["id", "instruction", "output", "attribution"] {
                assert_ne!(record[field].as_str(), Some(""), "{field} of {record}");
                assert!(record[field].is_string(), "{field} of {record}");
            }
            assert_eq!(record["source"], corpus);
            Task::parse(record["task"].as_str().unwrap()).unwrap();
            let languages = [&record["source_language"], &record["target_language"]]
                .map(|code| Language::parse(code.as_str().unwrap()).unwrap());
            let is_translation = record["task"] == "translation";
            assert!(!is_translation || languages[0] != languages[1], "{record}");
            let license = record["license"].as_str().unwrap();
            assert!(notice.contains(&format!("LICENSES/{license}.txt")), "{license} in the notice");
            assert!(folder.path().join(format!("out/fixtures/LICENSES/{license}.txt")).exists());
        }
    }
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let folder = tempdir().unwrap();
    let out = |name: &str, jobs: &str| {
        let out = folder.path().join(name);
        build_fixtures(folder.path(), &["--jobs", jobs, "--out", out.to_str().unwrap()]).done();
        tree(&out)
    };
    let one = out("one", "1");
    for (name, jobs) in [("two", "2"), ("seven", "7"), ("one", "1")] {
        assert!(one == out(name, jobs), "{jobs} jobs into {name}");
    }
}

#[test]
fn the_limit_keeps_the_first_records() {
    let folder = tempdir().unwrap();
    let fixtures = fixtures(folder.path());
    let recipe = fs::read_to_string(root().join("tests/fixtures.json")).unwrap();
    for preset in ["clean", "v0"] {
        let recipe = recipe.replace(r#""preset": "clean""#, &format!(r#""preset": "{preset}""#));
        fs::write(folder.path().join("mine.json"), recipe).unwrap();
        let manifests = fixtures.join("manifests");
        let arguments = |out| {
            let (raw, manifests) = (fixtures.to_str().unwrap(), manifests.to_str().unwrap());
            let inputs = ["--raw", raw, "--manifests", manifests, "--out", out];
            [&["dataset", "--recipe", "mine.json"][..], &inputs].concat()
        };
        xtask(folder.path(), &arguments("all")).done();
        xtask(folder.path(), &[&arguments("some")[..], &["--limit", "3"]].concat()).done();
        for corpus in CORPORA {
            let ids = |out: &str| -> Vec<String> {
                let records = jsonl(&folder.path().join(out).join("fixtures"), corpus);
                records.iter().map(|record| record["id"].to_string()).collect()
            };
            let (all, some) = (ids("all"), ids("some"));
            assert_eq!(some.len(), all.len().min(3), "{corpus}");
            let limited = report(&folder.path().join("some/fixtures"));
            let is_it = |report: &&serde_json::Value| report["name"] == corpus;
            let limited =
                limited["corpora"].as_array().unwrap().iter().find(is_it).unwrap().clone();
            assert_eq!(limited["complete"], all.len() < 3, "{corpus}");
            // The files of a corpus with splits are read here in the order of their names.
            let of_first_split = all.into_iter().filter(|id| match corpus {
                "coursera" => id.contains("train/"),
                "alt" => id.contains("SNT.101."),
                "snow" => !id.contains("eval_"),
                "jmrd" => !id.contains("00005"),
                _ => true,
            });
            assert_eq!(of_first_split.take(3).collect::<Vec<_>>(), some, "{corpus} by {preset}");
        }
    }
}

#[test]
fn the_report_states_the_digest_of_every_file() {
    let folder = tempdir().unwrap();
    xtask(folder.path(), &["dataset"]).done();
    let dataset = folder.path().join("out/sample");
    let report = report(&dataset);
    let mut files = tree(&dataset);
    let corpora = report["corpora"].as_array().unwrap().iter();
    let of_corpora = corpora.flat_map(|corpus| corpus["files"].as_array().unwrap());
    for file in of_corpora.chain(report["files"].as_array().unwrap()) {
        let bytes = files.remove(file["path"].as_str().unwrap()).expect("the file is there");
        assert_eq!(file["bytes"], bytes.len(), "{file}");
        assert_eq!(file["sha256"], ljd_core::hex(&Sha256::digest(&bytes)), "{file}");
    }
    assert_eq!(
        files.into_keys().collect::<Vec<_>>(),
        ["report.json"],
        "files that no report names"
    );
}

#[test]
fn formats_are_chosen() {
    let folder = tempdir().unwrap();
    xtask(folder.path(), &["dataset", "--format", "jsonl", "--only", "tanaka"]).done();
    let files = tree(&folder.path().join("out/sample"));
    assert!(files.keys().all(|name| !name.ends_with(".parquet")));
    let card = String::from_utf8(files["README.md"].clone()).unwrap();
    assert!(card.contains("- jsonl/tanaka/whole-*.jsonl.zst"), "{card}");
}

#[test]
fn a_new_build_takes_the_place_of_the_old_one() {
    let folder = tempdir().unwrap();
    xtask(folder.path(), &["dataset"]).done();
    xtask(folder.path(), &["dataset", "--only", "tanaka"]).done();
    let out = tree(&folder.path().join("out"));
    let is_ours = |name: &String| name.starts_with("sample/") || name == ".sample.lock";
    assert!(out.keys().all(is_ours), "{:?}", out.keys());
    assert!(out.keys().all(|name| !name.contains("aozora")), "{:?}", out.keys());
}

#[test]
fn a_licence_that_refuses_has_to_be_accepted_by_name() {
    let folder = tempdir().unwrap();
    let fixtures = fixtures(folder.path());
    let manifests = fixtures.join("manifests");
    let build = |recipe: &str, more: &[&str]| {
        let (raw, manifests) = (fixtures.to_str().unwrap(), manifests.to_str().unwrap());
        let arguments = ["dataset", "--recipe", recipe, "--raw", raw, "--manifests", manifests];
        let only = ["--only", "abc,alpaca,dolly"];
        xtask(folder.path(), &[&arguments[..], &only, more].concat()).done()
    };
    let names = |field: &str, recipe: &str| -> Vec<String> {
        let report = report(&folder.path().join("out").join(recipe));
        let corpora = report[field].as_array().unwrap().clone();
        corpora.iter().map(|corpus| corpus["name"].as_str().unwrap().to_owned()).collect()
    };
    let run = build("v0", &[]);
    assert!(run.stderr.contains("--accept-license CC-BY-NC-4.0 takes it"), "{}", run.stderr);
    assert!(run.stderr.contains("the licence refuses redistribution"), "{}", run.stderr);
    assert_eq!(names("corpora", "v0"), ["dolly"]);
    assert_eq!(names("refused", "v0"), ["abc", "alpaca"]);
    build("v0", &["--accept-license", "CC-BY-NC-4.0"]);
    assert_eq!(names("corpora", "v0"), ["dolly", "alpaca"]);
    build("v0", &["--accept-license", "CC-BY-NC-4.0,LicenseRef-AIO-abc"]);
    assert_eq!(names("corpora", "v0"), ["abc", "dolly", "alpaca"]);
    assert!(names("refused", "v0").is_empty());
    // The recipe's refusal is stronger than the user's consent.
    build_fixtures(folder.path(), &["--accept-license", "CC-BY-NC-4.0"]).done();
    assert_eq!(names("refused", "fixtures"), ["abc", "alpaca"]);
}

#[test]
fn no_secret_of_an_address_is_in_a_dataset_or_printed() {
    let folder = tempdir().unwrap();
    let raw = fixtures(folder.path());
    let manifests = folder.path().join("mine");
    fs::create_dir(&manifests).unwrap();
    let of_fixtures = fs::read_to_string(raw.join("manifests/tanaka.json")).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&of_fixtures).unwrap();
    manifest["files"][0]["url"] =
        "https://me:hunter2@example.org/rain?access_token=s3cr3t".to_owned().into();
    manifest["homepage"] = "https://me:hunter2@example.org/?token=s3cr3t".to_owned().into();
    fs::write(manifests.join("tanaka.json"), manifest.to_string()).unwrap();
    let [raw, manifests] = [raw, manifests].map(|path| path.display().to_string());
    let inputs = ["--raw", &raw, "--manifests", &manifests, "--only", "tanaka"];
    let out = folder.path().join("out").display().to_string();
    let built = ["dataset", "-v", "--recipe", "clean", "--out", &out];
    let built = xtask(folder.path(), &[&built[..], &inputs].concat()).done();
    let listed = xtask(folder.path(), &[&["list", "-v"][..], &inputs[..4]].concat()).done();
    let mut written = tree(&folder.path().join("out"));
    assert!(written.keys().any(|name| name.ends_with("report.json")));
    for (name, run) in [("dataset", built), ("list", listed)] {
        written.insert(name.to_owned(), [run.stdout, run.stderr].concat().into_bytes());
    }
    for (name, bytes) in written {
        for secret in ["hunter2", "s3cr3t"] {
            let is_in = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!is_in, "{name} has {secret}");
        }
    }
}
