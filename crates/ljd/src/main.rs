//! The program `ljd`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ljd::run("ljd")
}
