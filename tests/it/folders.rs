use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{Run, root, tree, xtask};

/// A folder so deep that a path which leaves it by a few steps still hits nothing of anybody's; every folder above has
/// a file that must stay.
struct Deep {
    top: TempDir,
    cwd: PathBuf,
}

impl Deep {
    fn new() -> Self {
        let top = tempdir().unwrap();
        let mut cwd = top.path().to_owned();
        for name in ["a", "b", "c", "d", "e"] {
            cwd.push(name);
            fs::create_dir(&cwd).unwrap();
            fs::write(cwd.join("thesis.txt"), "years of work").unwrap();
        }
        Self { top, cwd }
    }

    /// Builds the sample's corpus that is read fastest.
    fn build(&self, arguments: &[&str]) -> Run {
        let fixed = ["dataset", "--quiet", "--out", "o", "--only", "tanaka", "--format", "jsonl"];
        xtask(&self.cwd, &[&fixed[..], arguments].concat())
    }

    /// Builds a recipe like the sample's with a field of its own.
    fn build_with(&self, field: &str, value: Value) -> Run {
        let sample = root().join("data-manifests/recipes/sample.json");
        let mut recipe: Value = serde_json::from_slice(&fs::read(sample).unwrap()).unwrap();
        recipe[field] = value;
        fs::write(self.cwd.join("mine.json"), recipe.to_string()).unwrap();
        let fixtures = root().join("crates/ljd-translation/tests/fixtures");
        let (raw, manifests) = (fixtures.clone(), fixtures.join("manifests"));
        let inputs = ["--raw", raw.to_str().unwrap(), "--manifests", manifests.to_str().unwrap()];
        self.build(&[&["--recipe", "mine.json"], &inputs[..]].concat())
    }

    fn dataset(&self) -> PathBuf {
        self.cwd.join("o/sample")
    }

    fn all(&self) -> BTreeMap<String, Vec<u8>> {
        tree(self.top.path())
    }

    /// Expects that a build refuses with these words and changes nothing.
    ///
    /// The raw folder is not there: what is refused is refused before anything is read.
    fn refuses(&self, words: &[&str]) {
        let before = self.all();
        let run = self.build(&["--raw", "nowhere"]);
        refused(&run, words);
        let mut after = self.all();
        after.retain(|name, _| !name.ends_with("/.sample.lock") || before.contains_key(name));
        assert!(before == after, "{:?} became {:?}", before.keys(), after.keys());
    }
}

fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "`{word}` is not in: {}", run.stderr);
    }
}

const HINT: &str = "hint: nothing was changed; move it away";

#[test]
fn a_recipe_whose_name_is_a_path_is_refused() {
    let deep = Deep::new();
    for name in
        ["..", ".", "", "../..", "../x", "/tmp/x", "a/b", "..\\x", ".hidden", "nul", "a\u{1b}[2J"]
    {
        let run = deep.build_with("name", json!(name));
        refused(&run, &["error: mine.json:1:", "names no file or folder: it "]);
        assert!(!deep.cwd.join("o").exists(), "{name:?}");
        assert_eq!(deep.all().keys().filter(|name| name.ends_with("thesis.txt")).count(), 5);
    }
}

#[test]
fn a_joined_file_that_is_a_path_or_one_of_ours_is_refused() {
    let deep = Deep::new();
    for name in [
        "../../x.jsonl",
        "/tmp/x.jsonl",
        "sub/x.jsonl",
        "report.json",
        "Report.json",
        "README.md",
        "LICENSES",
        "jsonl",
        "parquet",
        "dropped",
        ".ljd-build",
    ] {
        let run = deep.build_with("joined", json!({ name: ["tanaka"] }));
        refused(&run, &["error: mine.json:1:", "names no file or folder: it "]);
    }
    let twice = json!({ "data.jsonl": ["tanaka"], "Data.jsonl": ["tanaka"] });
    let run = deep.build_with("joined", twice);
    refused(&run, &["`data.jsonl` names no file or folder: it differs from another one in upper"]);
    deep.build_with("joined", json!({ "data.jsonl": ["tanaka"] })).done();
    assert!(deep.dataset().join("data.jsonl").exists());
    xtask(&deep.cwd, &["verify", "o/sample"]).done();
}

#[test]
fn a_folder_that_is_no_dataset_is_never_replaced() {
    let deep = Deep::new();
    fs::create_dir_all(deep.dataset().join("thesis")).unwrap();
    deep.refuses(&["error: o/sample/thesis lies in a folder that holds no dataset of ljd's", HINT]);
    fs::write(deep.dataset().join("thesis/chapter.txt"), "one").unwrap();
    deep.refuses(&["o/sample/thesis lies in"]);
    // A report of another program's is no dataset either.
    fs::write(deep.dataset().join("report.json"), r#"{ "files": [] }"#).unwrap();
    deep.refuses(&["o/sample/report.json is no report of a dataset of ljd's"]);
    let forged = json!({
        "recipe_sha256": "", "ljd_version": "", "corpora": [],
        "files": [{ "path": "../thesis.txt", "records": null, "bytes": 1, "sha256": "" }]
    });
    fs::write(deep.dataset().join("report.json"), forged.to_string()).unwrap();
    deep.refuses(&["o/sample/report.json is no report of a dataset of ljd's"]);
}

#[test]
fn what_a_dataset_does_not_list_is_never_removed() {
    let deep = Deep::new();
    deep.build(&[]).done();
    let foreign =
        |path: &str| format!("error: o/sample/{path} is not of the dataset that lies there");
    for path in ["notes.txt", "jsonl/tanaka/mine.jsonl", "LICENSES/mine.txt"] {
        fs::write(deep.dataset().join(path), "mine").unwrap();
        deep.refuses(&[&foreign(path), HINT]);
        fs::remove_file(deep.dataset().join(path)).unwrap();
    }
    for path in ["thesis", "jsonl/thesis"] {
        fs::create_dir(deep.dataset().join(path)).unwrap();
        deep.refuses(&[&foreign(path)]);
        fs::remove_dir(deep.dataset().join(path)).unwrap();
    }
    // What is listed may be missing: there is nothing to lose.
    fs::remove_file(deep.dataset().join("NOTICE.md")).unwrap();
    deep.build(&[]).done();
    assert!(deep.dataset().join("NOTICE.md").exists());
}

#[test]
fn an_empty_folder_is_taken() {
    let deep = Deep::new();
    fs::create_dir_all(deep.dataset()).unwrap();
    deep.build(&[]).done();
    xtask(&deep.cwd, &["verify", "o/sample"]).done();
}

#[test]
fn what_stands_in_a_place_of_ours_is_named_and_stays() {
    for name in ["sample", ".sample.part", ".sample.old"] {
        let deep = Deep::new();
        let place = deep.cwd.join("o").join(name);
        fs::create_dir(deep.cwd.join("o")).unwrap();
        fs::write(&place, "mine").unwrap();
        let message = format!("error: o/{name} is no folder, or only points to one");
        deep.refuses(&[&message, HINT]);
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(place.join("mine"), "mine").unwrap();
        deep.refuses(&[&format!("error: o/{name}/mine lies in a folder that holds no dataset")]);
    }
    let deep = Deep::new();
    fs::create_dir(deep.cwd.join("o")).unwrap();
    fs::write(deep.cwd.join("o/.sample.lock"), "mine").unwrap();
    deep.refuses(&["error: o/.sample.lock is no lock of ljd's, which is an empty file", HINT]);
}

#[test]
#[cfg(unix)]
fn no_link_is_followed_and_no_pipe_is_opened() {
    use std::os::unix::fs::symlink;

    for name in ["sample", ".sample.part", ".sample.old", ".sample.lock"] {
        let deep = Deep::new();
        fs::create_dir_all(deep.cwd.join("o/elsewhere")).unwrap();
        symlink("elsewhere", deep.cwd.join("o").join(name)).unwrap();
        deep.refuses(&[&format!("error: o/{name} is no "), HINT]);
        assert!(deep.cwd.join("o").join(name).is_symlink());
    }
    for name in ["o/.sample.lock", "o/sample/report.json", "o/.sample.part/.ljd-build"] {
        let deep = Deep::new();
        let path = deep.cwd.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let run = deep.build(&[]);
        assert_eq!(run.code, Some(1), "{name}: {}", run.stderr);
        assert!(path.exists());
    }
    let deep = Deep::new();
    deep.build(&[]).done();
    let folder = deep.dataset().join("jsonl");
    fs::rename(&folder, deep.cwd.join("jsonl")).unwrap();
    symlink("../../jsonl", &folder).unwrap();
    deep.refuses(&["error: o/sample/jsonl is not of the dataset that lies there"]);
}

#[test]
#[cfg(unix)]
fn a_read_only_dataset_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let deep = Deep::new();
    deep.build(&[]).done();
    for folder in ["o/sample", "o/sample/jsonl/tanaka"] {
        let folder_path = deep.cwd.join(folder);
        let mode = |mode| fs::set_permissions(&folder_path, fs::Permissions::from_mode(mode));
        mode(0o555).unwrap();
        deep.refuses(&[&format!("error: {folder} is read-only"), HINT]);
        mode(0o755).unwrap();
    }
    deep.build(&[]).done();
}

/// A folder as a killed build leaves it.
fn left_by_a_build(part: &Path) {
    fs::create_dir_all(part.join("jsonl/tanaka")).unwrap();
    fs::write(part.join("jsonl/tanaka/train-00000.jsonl.zst.part"), "half").unwrap();
    let header = "ljd writes these files here; when all are whole, the folder takes its final name";
    let journal = format!("{header}\njsonl/tanaka/train-00000.jsonl.zst.part\nNOTICE.md\n");
    fs::write(part.join(".ljd-build"), journal).unwrap();
}

#[test]
fn what_a_killed_build_leaves_is_removed_file_by_file() {
    let deep = Deep::new();
    let part = deep.cwd.join("o/.sample.part");
    left_by_a_build(&part);
    let mine = part.join("jsonl/mine.txt");
    fs::write(&mine, "mine").unwrap();
    deep.refuses(&["error: o/.sample.part/jsonl/mine.txt is not of the dataset"]);
    fs::remove_file(mine).unwrap();
    deep.build(&[]).done();
    assert!(!part.exists());
}

#[test]
fn a_build_that_was_stopped_between_two_renames_is_repaired() {
    let deep = Deep::new();
    deep.build(&[]).done();
    let before = tree(&deep.dataset());
    let old = deep.cwd.join("o/.sample.old");
    fs::rename(deep.dataset(), &old).unwrap();
    left_by_a_build(&deep.cwd.join("o/.sample.part"));
    let failed = deep.build(&["--recipe", "clean", "--raw", "nowhere"]);
    assert_eq!(failed.code, Some(1), "{}", failed.stderr);
    assert!(!deep.dataset().exists(), "another recipe's build repairs nothing of this one's");
    refused(&deep.build(&["--raw", "nowhere"]), &["no such file"]);
    assert!(before == tree(&deep.dataset()));
    assert!(!old.exists());
    // Of a dataset that has its name, one before it is only removed.
    deep.build(&[]).done();
    fs::create_dir(&old).unwrap();
    for name in ["report.json", "NOTICE.md"] {
        fs::copy(deep.dataset().join(name), old.join(name)).unwrap();
    }
    deep.build(&[]).done();
    assert!(!old.exists());
    assert!(before == tree(&deep.dataset()));
}

#[test]
fn builds_of_one_dataset_at_once_never_hurt_each_other() {
    let deep = Deep::new();
    deep.build(&[]).done();
    let before = tree(&deep.dataset());
    let (built, busy, verified) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let run = deep.build(&[]);
                    if run.code == Some(0) {
                        built.fetch_add(1, Ordering::Relaxed);
                    } else {
                        refused(&run, &["error: another run is writing o/sample"]);
                        busy.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        scope.spawn(|| {
            while built.load(Ordering::Relaxed) + busy.load(Ordering::Relaxed) < 80 {
                xtask(&deep.cwd, &["verify", "o/sample"]).done();
                verified.fetch_add(1, Ordering::Relaxed);
            }
        });
    });
    let counts = [&built, &busy, &verified].map(|n| n.load(Ordering::Relaxed));
    assert!(counts.iter().all(|n| 0 < *n), "built, busy, verified: {counts:?}");
    assert!(before == tree(&deep.dataset()));
    let left: Vec<_> =
        fs::read_dir(deep.cwd.join("o")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the dataset and its lock: {left:?}");
}
