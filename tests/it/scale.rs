use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::own::Own;
use crate::support::{Run, fixtures, root, tree, xtask};

/// Two corpora of several chunks, that repeat each other and themselves, and a recipe that compares, samples and holds
/// out.
fn corpora() -> Own {
    corpora_of(12)
}

/// The same with answers of so many sentences.
fn corpora_of(sentences: u32) -> Own {
    let own = Own::new();
    for (name, n, first) in [("one", 5_000, 0), ("two", 3_000, 500)] {
        let line = |i: u32| {
            // Half of the questions are answered three times, the others have three answers.
            let question = i % 1_700;
            let answer = if question.is_multiple_of(2) { question % 13 } else { i % 13 };
            let text =
                (0..sentences).map(|k| format!("語{}番の雨が{answer}に降る。", question * 31 + k));
            let text: String = text.collect();
            json!({ "id": i, "q": format!("{question}番の問いは何ですか。"), "a": text })
                .to_string()
        };
        let lines: Vec<String> = (first..first + n).map(line).collect();
        own.write(&format!("mine/{name}.jsonl"), lines.join("\n") + "\nno JSON\n");
        let manifest = json!({
            "name": name, "title": "Rain", "license": "CC-BY-4.0", "copyright": "the authors",
            "attribution": "Rain, CC BY 4.0", "version": "1", "tolerance": 0.1, "most_dropped": 1,
            "files": [{ "path": format!("{name}.jsonl"), "split": "train" }],
            "read": {
                "format": "json-lines", "task": "question-answering", "source_language": "ja",
                "target_language": "ja", "id": "{id}", "instruction": "{q}", "input": "",
                "output": "{a}",
            },
        });
        own.write(&format!("mine/{name}.json"), manifest.to_string());
    }
    let recipe = json!({
        "name": "mine", "description": "Both.", "preset": "clean", "held_out": 0.02,
        "quality": {
            "duplicate": "all", "conflict": { "only": ["two"] }, "most-answers": "all",
            "near-duplicate": "all",
        },
        "most_answers": 2,
        "corpora": [{ "name": "one" }, { "name": "two", "max_records": 2000 }],
    });
    own.write("recipe.json", recipe.to_string());
    own
}

fn mine(own: &Own, command: &[&str], more: &[&str]) -> Run {
    let recipe = ["--quiet", "--recipe", "recipe.json", "--manifests", "mine"];
    xtask(own.path(), &[command, &recipe, more].concat())
}

fn numbers(folder: &Path) -> usize {
    let plan = fs::read_to_string(folder.join("parts/ljd-plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    plan["units"].as_array().unwrap().len()
}

/// The parts of units, by the names of their files.
fn parts(folder: &Path, of: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.strip_suffix(".part").is_some_and(|name| name.starts_with(of))
    };
    let mut parts: Vec<PathBuf> = files.filter(is_it).collect();
    parts.sort();
    parts
}

/// Any number of units, shards, threads, any order, a unit done twice: the bytes are those of one machine.
#[test]
fn a_dataset_in_parts_is_the_one_of_one_machine() {
    let own = corpora();
    mine(&own, &["dataset"], &["--keep-dropped", "--out", "whole"]).done();
    let whole = tree(&own.path().join("whole/mine"));
    let report: Value = serde_json::from_slice(&whole["report.json"]).unwrap();
    for rule in ["duplicate", "most-answers"] {
        assert!(report["corpora"][0]["dropped"][rule]["count"].as_u64().unwrap() > 0, "{rule}");
    }
    let two = &report["corpora"][1];
    assert!(two["left_out"]["has a sentence that is held out"].as_u64().unwrap() > 0, "{two}");
    assert!(two["overlap"]["one"].as_u64().unwrap() > 0);
    for (units, shards, jobs) in [("1", "1", "2"), ("100", "3", "1")] {
        let _ = fs::remove_dir_all(own.path().join("parts"));
        mine(&own, &["plan"], &["--keep-dropped", "--units", units]).done();
        let n = numbers(own.path());
        assert!(n >= units.parse().unwrap_or(9).min(4), "{n} units");
        for unit in (0..n).rev().chain([0]) {
            let unit = unit.to_string();
            mine(&own, &["map", &unit], &["--keep-dropped", "--jobs", jobs]).done();
        }
        mine(&own, &["resolve"], &["--keep-dropped", "--memory", "0"]).done();
        let n_shards: usize = shards.parse().unwrap();
        for shard in (1..=n_shards).rev() {
            let shard = format!("{shard}/{shards}");
            mine(&own, &["write", "--shard", &shard], &["--keep-dropped"]).done();
        }
        mine(&own, &["finish", "--shards", shards], &["--keep-dropped"]).done();
        let found = tree(&own.path().join("out/mine"));
        assert!(found.keys().eq(whole.keys()), "{units} units: {:?}", found.keys());
        for (name, bytes) in &found {
            assert!(*bytes == whole[name], "{units} units, {shards} shards: {name} differs");
        }
        xtask(own.path(), &["verify", "out/mine"]).done();
    }
}

/// The recipes as they are, on the fixtures of all corpora.
#[test]
fn recipes_in_parts_are_those_of_one_machine() {
    let folder = tempfile::tempdir().unwrap();
    let raw = fixtures(folder.path()).display().to_string();
    let manifests = format!("{raw}/manifests");
    let all = root().join("tests/fixtures.json").display().to_string();
    for (recipe, name) in [("v0", "v0"), ("clean", "clean"), (&all, "fixtures")] {
        let parts = format!("parts-{name}");
        let inputs = [
            "--quiet",
            "--skip-missing",
            "--recipe",
            recipe,
            "--raw",
            &raw,
            "--manifests",
            &manifests,
            "--accept-license",
            "CC-BY-NC-SA-4.0,CC-BY-NC-4.0,CC-BY-NC-ND-4.0",
        ];
        let run = |command: &[&str], more: &[&str]| {
            xtask(folder.path(), &[command, &inputs, more].concat())
        };
        let whole = run(&["dataset"], &["--out", "whole"]);
        assert!(whole.code == Some(0), "{recipe}: {}", whole.stderr);
        run(&["plan"], &["--parts", &parts]).done();
        run(&["map", "0", "999"], &["--parts", &parts]);
        let plan = fs::read_to_string(folder.path().join(&parts).join("ljd-plan.json")).unwrap();
        let plan: Value = serde_json::from_str(&plan).unwrap();
        let last = (plan["units"].as_array().unwrap().len() - 1).to_string();
        run(&["map", "0", &last], &["--parts", &parts]).done();
        run(&["resolve"], &["--parts", &parts]).done();
        run(&["write", "--shard", "2/2"], &["--parts", &parts]).done();
        run(&["write", "--shard", "1/2"], &["--parts", &parts]).done();
        run(&["finish", "--shards", "2"], &["--parts", &parts]).done();
        let whole = tree(&folder.path().join("whole").join(name));
        let found = tree(&folder.path().join("out").join(name));
        for (name, bytes) in &whole {
            assert!(found.get(name) == Some(bytes), "{recipe}: {name} differs");
        }
        assert_eq!(found.len(), whole.len(), "{recipe}");
        // The same again with a cache, once empty and once full.
        for _ in 0..2 {
            run(&["dataset"], &["--out", "cached", "--cache", "cache"]).done();
            assert!(tree(&folder.path().join("cached").join(name)) == whole, "{recipe}, cached");
        }
    }
}

#[test]
fn a_cache_makes_only_what_changed() {
    let own = corpora();
    let build = || mine(&own, &["dataset"], &["--cache", "cache"]).done();
    build();
    let cache = own.path().join("cache");
    let (one, two) = (parts(&cache, "one-"), parts(&cache, "two-"));
    let first = tree(&own.path().join("out/mine"));
    build();
    assert_eq!((parts(&cache, "one-"), parts(&cache, "two-")), (one.clone(), two.clone()));
    assert!(tree(&own.path().join("out/mine")) == first);
    // What the second corpus asks is worded anew.
    let manifest = own.path().join("mine/two.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"{q}\"", "\"{q}教えてください。\"")).unwrap();
    build();
    assert_eq!(parts(&cache, "one-"), one, "the other corpus is as it was");
    assert!(parts(&cache, "two-").len() > two.len());
    let cached = tree(&own.path().join("out/mine"));
    mine(&own, &["dataset"], &["--out", "whole"]).done();
    assert!(cached == tree(&own.path().join("whole/mine")), "as without a cache");
    let limited = mine(&own, &["dataset"], &["--cache", "cache", "--limit", "3"]);
    assert_eq!(limited.code, Some(1));
    assert!(limited.stderr.contains("`cache` keeps whole corpora"), "{}", limited.stderr);
}

/// Each is named, and leaves no half of anything.
#[test]
fn what_is_missing_or_of_something_else_is_named() {
    let own = corpora();
    let failed = |run: Run, words: &str| {
        assert_eq!(run.code, Some(1), "{words}");
        assert!(run.stderr.contains(words), "{}", run.stderr);
    };
    failed(mine(&own, &["map", "0"], &[]), "nothing is planned");
    mine(&own, &["plan"], &["--units", "4"]).done();
    let last = numbers(own.path()) - 1;
    let units = last.to_string();
    failed(mine(&own, &["map", &(last + 1).to_string()], &[]), "are asked for");
    mine(&own, &["map", "1", &units], &[]).done();
    failed(mine(&own, &["resolve"], &[]), "is not there: its unit is not mapped");
    mine(&own, &["map", "0"], &[]).done();
    failed(mine(&own, &["write", "--shard", "1/1"], &[]), "not decided yet");
    let wrong = mine(&own, &["write", "--shard", "2/1"], &[]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("is not I/N"), "{}", wrong.stderr);
    mine(&own, &["resolve"], &[]).done();
    failed(mine(&own, &["finish"], &[]), "the shard is not written");
    assert!(!own.path().join("out/mine").exists());
    // A part that was made by other rules has another name.
    let folder = own.path().join("parts");
    let part = parts(&folder, "one-00000-")[0].clone();
    let bytes = fs::read(&part).unwrap();
    fs::rename(&part, part.with_file_name(format!("one-00000-{}.part", "0".repeat(32)))).unwrap();
    failed(mine(&own, &["resolve"], &[]), "is of another recipe, manifest, file or version of ljd");
    let text = b"ljd part 1, by ljd ";
    let older = [&text[..], b"0.0.9", &bytes[text.len() + env!("CARGO_PKG_VERSION").len()..]];
    fs::write(&part, older.concat()).unwrap();
    failed(mine(&own, &["resolve"], &[]), "is no part of this recipe");
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    failed(mine(&own, &["resolve"], &[]), "the data ends early");
    fs::remove_file(&part).unwrap();
    // Somebody else makes the part.
    let taken = fs::File::create(part.with_extension("part.new")).unwrap();
    taken.lock().unwrap();
    failed(mine(&own, &["map", "0"], &[]), "another run is writing");
    drop(taken);
    mine(&own, &["map", "0"], &[]).done();
    assert!(fs::read(&part).unwrap() == bytes, "the same part again");
    // A node without the file, or with another one.
    fs::remove_file(&part).unwrap();
    let file = own.path().join("mine/one.jsonl");
    let text = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    failed(mine(&own, &["map", "0"], &[]), "no such file");
    fs::write(&file, &text[..text.len() - 1]).unwrap();
    failed(mine(&own, &["map", "0"], &[]), "was changed while it was read");
    assert!(!part.exists() && !part.with_extension("part.new").exists());
    fs::write(&file, text).unwrap();
    // What has the plan's name and is none is not replaced.
    let plan = own.path().join("parts/ljd-plan.json");
    let planned = fs::read(&plan).unwrap();
    fs::write(&plan, "a year's work").unwrap();
    failed(mine(&own, &["plan"], &[]), "is no plan of ljd's");
    assert_eq!(fs::read(&plan).unwrap(), b"a year's work");
    fs::write(&plan, planned).unwrap();
    // A plan of another recipe.
    let recipe = own.path().join("recipe.json");
    let text = fs::read_to_string(&recipe).unwrap();
    fs::write(&recipe, text.replace("\"most_answers\":2", "\"most_answers\":3")).unwrap();
    failed(mine(&own, &["map", "0"], &[]), "is a plan of another recipe");
}

/// Where Slurm is not, the script that it would run does the steps one after the other.
#[cfg(unix)]
#[test]
fn the_script_of_a_plan_makes_the_dataset() {
    let own = corpora();
    mine(&own, &["dataset"], &["--out", "whole"]).done();
    let script = mine(&own, &["plan"], &["--units", "3", "--slurm"]).done().stdout;
    assert!(script.contains("--array=0-") && script.contains("--dependency=afterok"));
    let bin = own.path().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ljd"), bin.join("ljd")).unwrap();
    own.write("build.sh", script);
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let mut bash = std::process::Command::new("bash");
    bash.arg("build.sh").current_dir(own.path()).env("PATH", path);
    crate::support::run(&mut bash).done();
    assert!(tree(&own.path().join("out/mine")) == tree(&own.path().join("whole/mine")));
}

/// A file has so many bytes at most, whatever its format.
#[test]
fn a_large_corpus_is_several_files() {
    let own = corpora_of(160);
    let sizes = |most: u64| -> Vec<u64> {
        let most = most.to_string();
        let formats = ["--format", "jsonl,parquet,messages", "--max-file-size", &most];
        let corpus = ["dataset", "--quiet", "--corpus", "mine/one.json"];
        xtask(own.path(), &[&corpus[..], &formats].concat()).done();
        xtask(own.path(), &["verify", "out/one"]).done();
        let report = crate::support::report(&own.path().join("out/one"));
        let files = report["corpora"][0]["files"].as_array().unwrap();
        let of = |file: &&Value| file["path"].as_str().unwrap().starts_with("messages/one/train");
        files.iter().filter(of).map(|file| file["bytes"].as_u64().unwrap()).collect()
    };
    let whole = sizes(500);
    assert_eq!(whole.len(), 1, "{whole:?}");
    let all: u64 = whole.iter().sum();
    let less = all / 1_000_000;
    assert_eq!(sizes(less + 1), whole, "it just fits");
    let parts = sizes(less);
    assert!(1 < parts.len() && parts.iter().all(|bytes| *bytes <= less * 1_000_000), "{parts:?}");
    assert_eq!(parts.iter().sum::<u64>(), all);
}
