//! The command line: flags, commands, exit codes, and the name that the program is called by.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use ljd_core::{Error, ErrorKind, Result, UnknownName};
use tracing_subscriber::filter::LevelFilter;

use crate::signals::{Ending, Signals};
use crate::terminal::{Terminal, print};
use crate::{compare, dataset, fetch, new_manifest, scale, show, terminal, verify};

/// Stands in examples where the name of the program is.
const PROGRAM: &str = "{program}";

/// Builds Japanese instruction-tuning datasets out of public corpora.
#[derive(Parser)]
#[command(version)]
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
    /// Build a dataset with evaluation tasks out of what it leaves out of training
    #[command(
        after_help = "The tasks are in OUT/RECIPE/evaluation, for lm-evaluation-harness and llm-jp-eval. The build fails if a question or an answer of them stands in what is trained on.\n\nExample: {program} evaluation --recipe clean --raw raw"
    )]
    Evaluation(dataset::Arguments),
    Plan(scale::PlanArguments),
    Map(scale::MapArguments),
    Resolve(scale::ResolveArguments),
    Write(scale::WriteArguments),
    Finish(scale::FinishArguments),
    Fetch(fetch::Arguments),
    Verify(verify::Arguments),
    Compare(compare::Arguments),
    List(fetch::ListArguments),
    Show(show::Arguments),
    NewManifest(new_manifest::Arguments),
    /// Print completions for a shell
    #[command(after_help = "Example: {program} completions bash > completions.bash")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of the command, or of one of its commands
    #[command(after_help = "Example: {program} man dataset | man -l -")]
    Man {
        /// The command
        command: Option<String>,
    },
}

/// Runs the program with the arguments of the process, and gives its exit code.
///
/// Help, hints and manual pages name `program`, which is how the user called it: `ljd` or `cargo xtask`.
pub fn run(program: &'static str) -> ExitCode {
    ExitCode::from(run_with(program, std::env::args_os()))
}

/// As [`run`], with other arguments than those of the process: the first one is the name that it was called by.
pub fn run_with(
    program: &'static str,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> u8 {
    let matches = command(program).try_get_matches_from(arguments);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // Whoever closed the output does not wait for it.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(1);
        }
    };
    log(&cli);
    let terminal = Terminal { program, quiet: cli.quiet, verbose: 0 < cli.verbose };
    let signals = match cli.command {
        Command::Dataset(_)
        | Command::Evaluation(_)
        | Command::Plan(_)
        | Command::Map(_)
        | Command::Resolve(_)
        | Command::Write(_)
        | Command::Finish(_) => Signals::listen(Ending::Tidy),
        Command::Fetch(_) => Signals::listen(Ending::AtOnce),
        _ => Signals::default(),
    };
    match execute(&cli.command, &signals, terminal) {
        Ok(is_right) => u8::from(!is_right),
        Err(error) if matches!(error.kind(), ErrorKind::Cancelled) => {
            signals.ended("nothing is left of the new dataset, one that was there is as it was")
        }
        Err(error) if is_unread(&error) => 0,
        Err(error) => terminal.fail(&error),
    }
}

/// Whether nobody reads what is printed any more, as after `ljd list | head`: they have seen what they wanted.
fn is_unread(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Whether everything was as it should be.
fn execute(command: &Command, signals: &Signals, terminal: Terminal) -> Result<bool> {
    match command {
        Command::Dataset(arguments) => dataset::run(arguments, signals, terminal).map(|()| true),
        Command::Evaluation(arguments) => {
            dataset::run(&arguments.clone().with_evaluation(), signals, terminal).map(|()| true)
        }
        Command::Plan(arguments) => scale::plan(arguments, signals, terminal).map(|()| true),
        Command::Map(arguments) => scale::map_units(arguments, signals, terminal).map(|()| true),
        Command::Resolve(arguments) => scale::decide(arguments, signals, terminal).map(|()| true),
        Command::Write(arguments) => scale::write(arguments, signals, terminal).map(|()| true),
        Command::Finish(arguments) => {
            scale::finish_dataset(arguments, signals, terminal).map(|()| true)
        }
        Command::Fetch(arguments) => fetch::run(arguments, terminal),
        Command::Verify(arguments) => verify::run(arguments, terminal),
        Command::Compare(arguments) => compare::run(arguments),
        Command::List(arguments) => fetch::list(arguments).map(|()| true),
        Command::NewManifest(arguments) => new_manifest::run(arguments, terminal).map(|()| true),
        Command::Show(arguments) => show::run(arguments).map(|()| true),
        Command::Completions { shell } => {
            print(&completions(*shell, terminal.program)).map(|()| true)
        }
        Command::Man { command } => {
            let page = man(command.as_deref(), terminal.program)?;
            print(&page).map(|()| true)
        }
    }
}

fn log(cli: &Cli) {
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
}

/// The command line under the name of the program that was called.
fn command(program: &'static str) -> clap::Command {
    let cli = Cli::command().name(program).bin_name(program);
    cli.mut_subcommands(|command| match command.get_after_help() {
        Some(help) => {
            let help = help.to_string().replace(PROGRAM, program);
            command.after_help(help)
        }
        None => command,
    })
}

/// Completions are of the binary, not of Cargo's alias for it.
fn completions(shell: Shell, program: &'static str) -> String {
    let mut script = Vec::new();
    let binary = program.rsplit(' ').next().unwrap_or(program);
    clap_complete::generate(shell, &mut command(program), binary, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn man(of: Option<&str>, program: &'static str) -> Result<String> {
    let mut cli = command(program);
    cli.build();
    let page = match of {
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
