//! The entry of a clone of the workspace.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use tempfile::tempdir;

fn xtask(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_version_and_hints_name_the_alias() {
    let folder = tempdir().unwrap();
    let said = |arguments: &[&str]| text(&xtask(folder.path(), arguments).stdout);
    assert!(said(&["--help"]).contains("Usage: cargo xtask "));
    assert_eq!(said(&["--version"]), format!("cargo xtask {}\n", env!("CARGO_PKG_VERSION")));
    assert!(said(&["dataset", "--help"]).contains("Example: cargo xtask dataset"));
    let missing = xtask(folder.path(), &["dataset", "--recipe", "clean", "--only", "tanaka"]);
    let hint = "hint: cargo xtask fetch --raw raw --only tanaka downloads ";
    assert!(text(&missing.stderr).contains(hint), "{}", text(&missing.stderr));
}
