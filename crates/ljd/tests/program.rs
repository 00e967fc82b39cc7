//! The program alone, as it is installed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::tempdir;

/// Runs a copy of the program with nothing beside it and nothing in its environment.
fn alone(folder: &Path, arguments: &[&str]) -> Output {
    let program = folder.join("program");
    fs::copy(env!("CARGO_BIN_EXE_ljd"), &program).unwrap();
    Command::new(program).args(arguments).current_dir(folder).env_clear().output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_sample_is_built_wherever_the_program_is() {
    let folder = tempdir().unwrap();
    let built = alone(folder.path(), &["dataset"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    assert!(folder.path().join("out/sample/report.html").exists());
    let verified = alone(folder.path(), &["verify", "out/sample"]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
}

#[test]
fn help_version_and_manual_name_the_program() {
    let folder = tempdir().unwrap();
    let said = |arguments: &[&str]| text(&alone(folder.path(), arguments).stdout);
    assert!(said(&["--help"]).contains("Usage: ljd "));
    assert_eq!(said(&["--version"]), format!("ljd {}\n", env!("CARGO_PKG_VERSION")));
    assert!(said(&["dataset", "--help"]).contains("Example: ljd dataset"));
    assert!(said(&["man"]).contains(".TH ljd 1"));
    assert!(said(&["completions", "bash"]).contains("complete -F _ljd"));
}
