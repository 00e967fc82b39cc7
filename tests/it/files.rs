use std::fs;
use std::path::PathBuf;

use tempfile::{TempDir, tempdir};

use crate::support::{Run, build_fixtures, fixtures, report, xtask};

/// A folder with a copy of the published files, which here are the fixtures.
fn copy() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let copy = fixtures(folder.path());
    (folder, copy)
}

/// Runs a command with the copy's manifests, so that its digests are those of the fixtures.
fn with_copy(folder: &TempDir, arguments: &[&str]) -> Run {
    let manifests = ["--manifests", "fixtures/manifests"];
    xtask(folder.path(), &[arguments, &manifests].concat())
}

/// The lines of a table by their first cells.
fn cells<'a>(run: &'a Run, first: &str) -> Vec<&'a str> {
    let line = run.stdout.lines().find(|line| line.split_whitespace().next() == Some(first));
    line.unwrap_or_else(|| panic!("no `{first}` in {}", run.stdout)).split_whitespace().collect()
}

#[test]
fn a_copy_is_fetched_listed_verified_and_built() {
    let (folder, _copy) = copy();
    let only = ["--only", "tanaka,manythings,aio"];
    let fetched = with_copy(&folder, &[&["fetch", "--mirror", "fixtures"], &only[..]].concat());
    let fetched = fetched.done();
    assert!(cells(&fetched, "tanaka").contains(&"downloaded,"), "{}", fetched.stdout);
    assert!(fetched.stderr.contains("downloading tanaka/examples.utf.gz from file://"));
    let again = with_copy(&folder, &[&["fetch", "--mirror", "nowhere"], &only[..]].concat()).done();
    assert_eq!(cells(&again, "manythings").last(), Some(&"verified"), "{}", again.stdout);
    let listed = with_copy(&folder, &["list"]).done();
    assert_eq!(cells(&listed, "tanaka").last(), Some(&"verified"), "{}", listed.stdout);
    assert_eq!(cells(&listed, "jesc").last(), Some(&"missing"), "{}", listed.stdout);
    assert!(listed.stdout.contains("--accept-license LicenseRef-AIO-abc takes it"));
    with_copy(&folder, &[&["verify"], &only[..]].concat()).done();
    with_copy(&folder, &[&["dataset", "--recipe", "clean"], &only[..]].concat()).done();

    fs::write(folder.path().join("raw/tanaka/examples.utf.gz"), b"something else").unwrap();
    let wrong = with_copy(&folder, &[&["verify"], &only[..]].concat());
    assert_eq!(wrong.code, Some(1));
    assert_eq!(cells(&wrong, "tanaka").last(), Some(&"failed"));
    let message = "error: tanaka: tanaka/examples.utf.gz: SHA-256 is `";
    assert!(wrong.stderr.contains(message), "{}", wrong.stderr);
    let listed = with_copy(&folder, &["list", "--only", "tanaka"]).done();
    assert!(cells(&listed, "tanaka").ends_with(&["on", "disk"]), "{}", listed.stdout);
}

#[test]
fn corpora_that_are_not_there_are_skipped_if_that_is_asked_for() {
    let (folder, copy) = copy();
    fs::create_dir_all(folder.path().join("raw/tanaka")).unwrap();
    let name = "tanaka/examples.utf.gz";
    fs::copy(copy.join(name), folder.path().join("raw").join(name)).unwrap();
    // ALT's lists of pages may be missing, its text may not.
    fs::create_dir_all(folder.path().join("raw/alt")).unwrap();
    let name = "alt/ALT-Parallel-Corpus-20191206.zip";
    fs::copy(copy.join(name), folder.path().join("raw").join(name)).unwrap();
    let arguments = ["dataset", "--recipe", "clean", "--only", "tanaka,alt,aio"];
    let refused = with_copy(&folder, &arguments);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("error: aio: no such file: raw/aio/"), "{}", refused.stderr);
    let built = with_copy(&folder, &[&arguments[..], &["--skip-missing"]].concat()).done();
    let missing = "aio (CC-BY-SA-4.0) is left out: aio/aio_01_dev1.txt is not there";
    assert!(built.stderr.contains(missing), "{}", built.stderr);
    let report = report(&folder.path().join("out/clean"));
    let names = |list: &str| -> Vec<&str> {
        report[list].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
    };
    assert_eq!((names("corpora"), names("refused")), (vec!["alt", "tanaka"], vec!["aio"]));
    let card = fs::read_to_string(folder.path().join("out/clean/README.md")).unwrap();
    assert!(card.contains("Left out: `aio` (CC-BY-SA-4.0), aio/aio"), "{card}");
    with_copy(&folder, &["verify", "out/clean"]).done();
    let arguments = ["dataset", "--recipe", "clean", "--only", "aio,jesc", "--skip-missing"];
    let refused = with_copy(&folder, &arguments);
    assert_eq!(refused.code, Some(1), "nothing would be left");
    assert!(refused.stderr.contains("error: jesc: no such file: raw/jesc/"), "{}", refused.stderr);
}

#[test]
fn a_part_of_a_recipe_says_what_it_cannot_compare() {
    let folder = tempdir().unwrap();
    let says =
        |run: &Run| run.stderr.lines().filter(|line| line.contains("find less than")).count();
    let whole = xtask(folder.path(), &["dataset"]).done();
    assert_eq!(says(&whole), 0, "{}", whole.stderr);
    let part = xtask(folder.path(), &["dataset", "--only", "tanaka,alt"]).done();
    assert_eq!(says(&part), 1, "{}", part.stderr);
    let message = "With 2 of the recipe's 12 corpora, rules that compare records across corpora (duplicate, conflict) find";
    assert!(part.stderr.contains(message), "{}", part.stderr);
    let alone = build_fixtures(folder.path(), &["--only", "tanaka"]).done();
    assert_eq!(says(&alone), 0, "the recipe has no such rules: {}", alone.stderr);
}

#[test]
fn a_build_is_held_to_the_first_download() {
    let (folder, copy) = copy();
    let manifest = r#"{ "files": [{ "path": "tanaka/examples.utf.gz", "split": "whole", "url": "http://localhost/" }], "tolerance": 1, "expected": {} }"#;
    fs::write(copy.join("manifests/tanaka.json"), manifest).unwrap();
    with_copy(&folder, &["fetch", "--only", "tanaka", "--mirror", "fixtures"]).done();
    let dataset = ["dataset", "--recipe", "clean", "--only", "tanaka"];
    let built = with_copy(&folder, &dataset).done();
    assert!(!built.stderr.contains("is not checked"), "{}", built.stderr);
    fs::remove_file(folder.path().join("raw/ljd-lock.json")).unwrap();
    let built = with_copy(&folder, &dataset).done();
    assert!(built.stderr.contains("tanaka/examples.utf.gz is not checked"), "{}", built.stderr);
    with_copy(&folder, &["fetch", "--only", "tanaka"]).done();
    fs::write(folder.path().join("raw/tanaka/examples.utf.gz"), b"something else").unwrap();
    let refused = with_copy(&folder, &dataset);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("when the file was first downloaded"), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("hint: if the publisher changed the file"),
        "{}",
        refused.stderr
    );
}

#[test]
fn what_has_to_be_downloaded_by_hand_is_said() {
    let folder = tempdir().unwrap();
    let fetched = xtask(folder.path(), &["fetch", "--only", "manythings"]);
    assert_eq!(fetched.code, Some(1), "{}", fetched.stderr);
    let expected = "manythings: download https://www.manythings.org/anki/jpn-eng.zip by hand to raw/manythings/jpn-eng.zip (the site refuses downloads by programs), then run fetch again";
    assert!(fetched.stdout.contains(expected), "{}", fetched.stdout);
}

#[test]
fn a_dry_run_shows_what_and_how_much_and_downloads_nothing() {
    let folder = tempdir().unwrap();
    let arguments =
        ["fetch", "-v", "--dry-run", "--recipe", "v0", "--set", "wikipedia.version=20240101"];
    let run = xtask(folder.path(), &arguments).done();
    let url = "https://dumps.wikimedia.org/jawiki/20240101/jawiki-20240101-pages-articles.xml.bz2";
    assert!(run.stdout.lines().any(|line| line.ends_with(url)), "{}", run.stdout);
    assert!(cells(&run, "coursera").contains(&"3585442"), "{}", run.stdout);
    assert!(run.stdout.trim_end().ends_with("files of unknown size"), "{}", run.stdout);
    assert!(run.stderr.contains("abc (LicenseRef-AIO-abc) is not fetched"), "{}", run.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let folder = tempdir().unwrap();
    for (setting, code, message) in [
        ("wikipedia", 2, "expected version=value, corpus.version=value or corpus.rule=value"),
        ("wikipedai.version=1", 2, "unknown corpus `wikipedai`, did you mean `wikipedia`?"),
        ("wikipedia.blank=drop", 1, "wikipedia: unknown rule `blank`"),
        ("tanaka.version=2024", 1, "tanaka.version: `version` is another one, but no file's `url`"),
    ] {
        let run = xtask(folder.path(), &["list", "--set", setting]);
        assert_eq!(run.code, Some(code), "{setting}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{setting}: {}", run.stderr);
    }
}

#[test]
fn a_finished_dataset_is_verified_file_by_file() {
    let folder = tempdir().unwrap();
    xtask(folder.path(), &["dataset", "--only", "tanaka"]).done();
    let dataset = folder.path().join("out/sample");
    xtask(folder.path(), &["verify", "out/sample"]).done();
    fs::write(dataset.join("NOTICE.md"), "something else").unwrap();
    fs::write(dataset.join("more.txt"), "more").unwrap();
    fs::remove_file(dataset.join("LICENSES/LicenseRef-CC-BY-2.0-FR.txt")).unwrap();
    let run = xtask(folder.path(), &["verify", "out/sample"]);
    assert_eq!(run.code, Some(1));
    for message in [
        "error: NOTICE.md: SHA-256 is `",
        "error: more.txt: `report.json` does not name this file",
        "error: LICENSES/LicenseRef-CC-BY-2.0-FR.txt: cannot read: No such file",
    ] {
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
    }
    let none = xtask(folder.path(), &["verify", "out"]);
    assert_eq!(none.code, Some(1));
    assert!(none.stderr.contains("out/report.json: cannot read"), "{}", none.stderr);
}
