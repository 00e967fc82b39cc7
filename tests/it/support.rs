use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ljd_core::Corpus;
use serde_json::Value;

/// The corpora by family, as folders and crates are named after them.
pub(crate) const FAMILIES: &[(&str, &[&dyn Corpus])] = &[
    ("translation", ljd_translation::CORPORA),
    ("qa", ljd_qa::CORPORA),
    ("wiki", ljd_wiki::CORPORA),
    ("dialogue", ljd_dialogue::CORPORA),
];

/// What a run of the command said.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the command in a folder of its own, with these arguments.
pub(crate) fn xtask(folder: &Path, arguments: &[&str]) -> Run {
    run(Command::new(env!("CARGO_BIN_EXE_ljd")).current_dir(folder).args(arguments))
}

pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the command can be started");
    let text = |bytes| String::from_utf8(bytes).expect("the command writes UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Run {
    /// The run, if it ended well.
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace is there")
}

/// A published file or folder beside the project, or `None` with a printed reason.
///
/// # Panics
///
/// If it is not there although `LJD_REAL=required` asks for it.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let found = root().join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    let is_asked_for = env::var_os("LJD_REAL").is_some_and(|value| value == "required");
    assert!(!is_asked_for, "LJD_REAL asks for {}, which is not there", found.display());
    println!("skipped: no {}", found.display());
    None
}

/// The fixtures of all families in one raw folder, with their manifests below it.
pub(crate) fn fixtures(folder: &Path) -> PathBuf {
    let raw = folder.join("fixtures");
    for (family, _) in FAMILIES {
        let of_family = root().join(format!("crates/ljd-{family}/tests/fixtures"));
        for (name, bytes) in tree(&of_family) {
            let path = raw.join(name);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file can be written");
        }
    }
    raw
}

/// Builds every corpus out of the fixtures, into `out/fixtures`.
pub(crate) fn build_fixtures(folder: &Path, more: &[&str]) -> Run {
    let (recipe, raw) = (root().join("tests/fixtures.json"), fixtures(folder));
    let (recipe, manifests) = (recipe.display().to_string(), raw.join("manifests"));
    let (raw, manifests) = (raw.display().to_string(), manifests.display().to_string());
    let inputs = ["--recipe", &recipe, "--raw", &raw, "--manifests", &manifests];
    xtask(folder, &[&["dataset"][..], &inputs, more].concat())
}

/// Every file below a folder with its bytes, by its path.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name =
                    path.strip_prefix(folder).expect("below the folder").display().to_string();
                files.insert(name, fs::read(&path).expect("the file can be read"));
            }
        }
    }
    files
}

/// The records of a corpus as the JSON Lines have them, in the order of the files' names.
pub(crate) fn jsonl(dataset: &Path, corpus: &str) -> Vec<Value> {
    let files = tree(&dataset.join("jsonl").join(corpus));
    let mut records = Vec::new();
    for bytes in files.values() {
        let text = zstd::decode_all(bytes.as_slice()).expect("the file is Zstandard");
        let text = String::from_utf8(text).expect("the lines are UTF-8");
        records.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")));
    }
    records
}

pub(crate) fn report(dataset: &Path) -> Value {
    let text = fs::read_to_string(dataset.join("report.json")).expect("the report is there");
    serde_json::from_str(&text).expect("the report is JSON")
}
