//! The command line of ljd: parses flags, joins the families' corpora, prints what the libraries say.

mod bars;
mod corpora;
mod dataset;
mod fetch;
mod table;
mod verify;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand};
use ljd_core::{Error, ErrorKind, Result};
use tracing_subscriber::filter::LevelFilter;

/// Builds Japanese instruction-tuning datasets out of public corpora.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Say more; twice for everything
    #[arg(long, short, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    Dataset(dataset::Arguments),
    Fetch(fetch::Arguments),
    Verify(verify::Arguments),
    List(fetch::ListArguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let level = match (cli.quiet, cli.verbose) {
        (true, _) => LevelFilter::ERROR,
        (_, 0) => LevelFilter::WARN,
        (_, 1) => LevelFilter::INFO,
        _ => LevelFilter::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        .init();
    let done = match cli.command {
        Command::Dataset(arguments) => dataset::run(&arguments, cli.quiet).map(|()| true),
        Command::Fetch(arguments) => fetch::run(&arguments, cli.quiet),
        Command::Verify(arguments) => verify::run(&arguments, cli.quiet),
        Command::List(arguments) => fetch::list(&arguments).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

/// Prints data.
fn print(text: &str) -> Result<()> {
    io::stdout().write_all(text.as_bytes()).map_err(|source| {
        Error::new(ErrorKind::Write { path: Path::new("standard output").to_owned(), source })
    })
}

/// Prints an error with its causes on one line and what to do about it on the next.
#[expect(clippy::print_stderr, reason = "errors go to the terminal")]
fn fail(error: &Error) -> ExitCode {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    eprintln!("error: {message}");
    if let Some(hint) = error.hint() {
        eprintln!("hint: {hint}");
    }
    // A name that came from the command line and is in no list is a usage error.
    let is_usage = matches!(error.kind(), ErrorKind::UnknownName(_));
    ExitCode::from(if is_usage && error.corpus().is_none() { 2 } else { 1 })
}
