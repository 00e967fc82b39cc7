//! The program alone, as it is installed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use tempfile::{TempDir, tempdir};

/// A copy of the program with nothing beside it.
///
/// It is made once, before anything is started: a program that another test's child still holds open for writing cannot
/// be run.
static PROGRAM: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempdir().unwrap();
    let program = folder.path().join("program");
    fs::copy(env!("CARGO_BIN_EXE_ljd"), &program).unwrap();
    (folder, program)
});

/// Runs the copy with nothing in its environment.
fn alone(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(&PROGRAM.1).args(arguments).current_dir(folder).env_clear().output().unwrap()
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
