//! The command line of ljd: parses flags, joins the families' corpora, prints what the libraries say.

mod bars;
mod corpora;
mod dataset;
mod fetch;
mod show;
mod signals;
mod table;
mod terminal;
mod verify;

use std::process::ExitCode;

use clap::{ArgAction, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use ljd_core::{Error, ErrorKind, Result, UnknownName};
use tracing_subscriber::filter::LevelFilter;

use crate::signals::{Ending, Signals};
use crate::terminal::{print, say};

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
    Show(show::Arguments),
    /// Print completions for a shell
    #[command(
        after_help = "Example: cargo xtask completions bash > ~/.local/share/bash-completion/completions/xtask"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of the command, or of one of its commands
    #[command(after_help = "Example: cargo xtask man dataset | man -l -")]
    Man {
        /// The command
        command: Option<String>,
    },
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
        .with_writer(terminal::Log)
        .without_time()
        .with_target(false)
        .init();
    let signals = match cli.command {
        Command::Dataset(_) => Signals::listen(Ending::Tidy),
        Command::Fetch(_) => Signals::listen(Ending::AtOnce),
        _ => Signals::default(),
    };
    let done = match cli.command {
        Command::Dataset(arguments) => dataset::run(&arguments, &signals, cli.quiet).map(|()| true),
        Command::Fetch(arguments) => fetch::run(&arguments, cli.quiet),
        Command::Verify(arguments) => verify::run(&arguments, cli.quiet),
        Command::List(arguments) => fetch::list(&arguments).map(|()| true),
        Command::Show(arguments) => show::run(&arguments).map(|()| true),
        Command::Completions { shell } => print(&completions(shell)).map(|()| true),
        Command::Man { command } => {
            man(command.as_deref()).and_then(|page| print(&page)).map(|()| true)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) if matches!(error.kind(), ErrorKind::Cancelled) => {
            signals.ended("nothing is left of the new dataset, one that was there is as it was")
        }
        Err(error) => fail(&error),
    }
}

/// The command as it is built: completions and manual are of the program, not of Cargo's alias.
fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "xtask", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn man(command: Option<&str>) -> Result<String> {
    let mut cli = Cli::command();
    cli.build();
    let page = match command {
        None => cli,
        Some(name) => {
            let known = || cli.get_subcommands().map(clap::Command::get_name);
            let unknown = || UnknownName::new("command", name, known());
            cli.find_subcommand(name).ok_or_else(unknown)?.clone()
        }
    };
    let mut roff = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut roff);
    rendered.map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))?;
    Ok(String::from_utf8_lossy(&roff).into_owned())
}

/// Prints an error with its causes on one line and what to do about it on the next.
fn fail(error: &Error) -> ExitCode {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    say(&format!("error: {message}"));
    if let Some(hint) = error.hint() {
        say(&format!("hint: {hint}"));
    }
    // A name that came from the command line and is in no list is a usage error.
    let is_usage = matches!(error.kind(), ErrorKind::UnknownName(_))
        && error.corpus().is_none()
        && error.location().is_none();
    ExitCode::from(if is_usage { 2 } else { 1 })
}
