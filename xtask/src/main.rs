//! `cargo xtask`: the program `ljd` by the name that a clone of the workspace gives it.

use std::process::ExitCode;

fn main() -> ExitCode {
    ljd::run("cargo xtask")
}
