use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::support::xtask;

#[test]
fn the_first_records_are_shown() {
    let folder = tempdir().unwrap();
    let run = xtask(folder.path(), &["show", "tanaka", "-n", "2"]).done();
    let records: Vec<&str> = run.stdout.trim_end().split("\n\n").collect();
    assert_eq!(records.len(), 2, "{}", run.stdout);
    for record in records {
        assert!(record.lines().next().unwrap().contains("  translation  "), "{record}");
        for part in ["  instruction  ", "  input        ", "  output       ", "  credit       "] {
            assert!(record.lines().any(|line| line.starts_with(part)), "{record}");
        }
    }
    assert!(!folder.path().join("out").exists(), "to look is not to build");
}

#[test]
fn turns_and_lines_stand_below_each_other() {
    let folder = tempdir().unwrap();
    let run = xtask(folder.path(), &["show", "jmrd", "-n", "30"]).done();
    let has = |start: &str| run.stdout.lines().any(|line| line.starts_with(start));
    assert!(has("  user         ") && has("  assistant    ") && has("               "));
}

#[test]
fn who_has_seen_enough_is_told_nothing() {
    let folder = tempdir().unwrap();
    for arguments in [&["list"][..], &["man", "dataset"], &["show", "jmrd", "-n", "30"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ljd"));
        command.args(arguments).current_dir(folder.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), told.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn an_unknown_corpus_is_told_with_the_nearest_one() {
    let folder = tempdir().unwrap();
    let run = xtask(folder.path(), &["show", "tanak"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(
        run.stderr.contains("unknown corpus `tanak`, did you mean `tanaka`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn completions_and_manual_know_every_command_and_each_has_an_example() {
    let folder = tempdir().unwrap();
    let commands = ["dataset", "fetch", "verify", "list", "show", "completions", "man"];
    let manual = xtask(folder.path(), &["man"]).done().stdout;
    for shell in ["bash", "zsh", "fish"] {
        let script = xtask(folder.path(), &["completions", shell]).done().stdout;
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    for command in commands {
        assert!(manual.contains(&format!("\\-{command}(1)")), "{command} is not in {manual}");
        let page = xtask(folder.path(), &["man", command]).done().stdout;
        assert!(page.starts_with(".ie") && page.contains(".SH SYNOPSIS"), "{page}");
        let help = xtask(folder.path(), &[command, "--help"]).done().stdout;
        let example = format!(": ljd {command}");
        assert!(help.contains("Example") && help.contains(&example), "{help}");
    }
    let run = xtask(folder.path(), &["man", "datasets"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("unknown command `datasets`, did you mean `dataset`?"));
}
