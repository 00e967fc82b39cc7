//! `cargo xtask`: the program `ljd` by the name that a clone of the workspace gives it, and the workspace's chores.

mod new_corpus;

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, rest)) if command == "new-corpus" => new_corpus::run(rest),
        _ => ljd::run("cargo xtask"),
    }
}
