use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use tempfile::{TempDir, tempdir};

use crate::support::{tree, xtask};

/// A folder with a corpus of so many lines, and the manifest that fits it.
fn folder(lines: u32) -> TempDir {
    let folder = tempdir().unwrap();
    for name in ["raw/tanaka", "manifests"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    let raw = File::create(folder.path().join("raw/tanaka/examples.utf.gz")).unwrap();
    let mut raw = GzEncoder::new(raw, Compression::fast());
    for i in 0..lines {
        writeln!(raw, "A: 雨{i}だ。\tRain {i}.#ID={i}_{i}").unwrap();
    }
    raw.finish().unwrap();
    manifest(folder.path());
    folder
}

fn manifest(folder: &Path) {
    let file =
        json!({ "path": "tanaka/examples.utf.gz", "split": "whole", "url": "http://localhost/" });
    let manifest = json!({ "files": [file], "expected": {} });
    fs::write(folder.join("manifests/tanaka.json"), manifest.to_string()).unwrap();
}

const BUILD: [&str; 7] =
    ["dataset", "--recipe", "v0", "--only", "tanaka", "--manifests", "manifests"];

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_ljd"))
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until a file is there.
fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "{} never came", path.display());
        thread::sleep(Duration::from_millis(2));
    }
}

/// Sends a signal; gives the exit code and what was said.
fn end(mut child: Child, signal: &str) -> (Option<i32>, String) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let code = child.wait().unwrap().code();
    let mut said = String::new();
    child.stderr.unwrap().read_to_string(&mut said).unwrap();
    (code, said)
}

fn stopped(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.starts_with("stopped by ")).collect()
}

#[test]
fn a_build_that_is_asked_to_end_tidies_up_and_says_so() {
    let small = folder(10);
    xtask(small.path(), &BUILD).done();
    let before = tree(&small.path().join("out"));
    let large = folder(400_000);
    for name in ["raw", "manifests"] {
        fs::rename(small.path().join(name), small.path().join(format!("small-{name}"))).unwrap();
        fs::rename(large.path().join(name), small.path().join(name)).unwrap();
    }
    // While the input is hashed, or soon after; and when records are being written.
    let part = small.path().join("out/.v0.part");
    let places: [PathBuf; 2] = [part.join(".ljd-build"), part.join("jsonl/tanaka")];
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        for place in &places {
            let child = start(small.path(), &BUILD);
            wait_for(place);
            let (ended, said) = end(child, signal);
            assert_eq!(ended, Some(code), "{said}");
            let expected = format!(
                "stopped by SIG{signal}: nothing is left of the new dataset, one that was there is as it was"
            );
            assert_eq!(stopped(&said), [expected]);
            assert!(!said.contains("error: "), "{said}");
            assert!(!part.exists());
            assert!(before == tree(&small.path().join("out")));
        }
    }
}

#[test]
fn a_fetch_that_is_asked_to_end_keeps_what_it_has() {
    let folder = tempdir().unwrap();
    for name in ["copy/tanaka", "manifests"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    // Four GiB that take no room; of the copy, only what is written before the signal does.
    let copy = File::create(folder.path().join("copy/tanaka/examples.utf.gz")).unwrap();
    copy.set_len(4 << 30).unwrap();
    manifest(folder.path());
    let fetch = ["fetch", "--only", "tanaka", "--manifests", "manifests", "--mirror", "copy"];
    let part = folder.path().join("raw/tanaka/examples.utf.gz.part");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let child = start(folder.path(), &fetch);
        wait_for(&part);
        thread::sleep(Duration::from_millis(100));
        let (ended, said) = end(child, signal);
        assert_eq!(ended, Some(code), "{said}");
        let expected = format!(
            "stopped by SIG{signal}: what is there of each file stays, and the next run continues it"
        );
        assert_eq!(stopped(&said), [expected]);
        assert!(0 < fs::metadata(&part).unwrap().len(), "nothing is kept");
    }
    assert!(!folder.path().join("raw/tanaka/examples.utf.gz").exists());
}
