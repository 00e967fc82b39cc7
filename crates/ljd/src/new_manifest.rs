//! `ljd new-manifest`: a manifest for a file of one's own, with guesses.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ljd_core::{Error, Result};

use crate::terminal::Terminal;

/// Write a manifest for a file of your own, with guesses at how it is read
#[derive(Args)]
#[command(after_help = "Example: {program} new-manifest mine/faq.csv")]
pub(crate) struct Arguments {
    /// The files: JSON Lines, JSON, CSV or TSV, compressed or not, Parquet or Excel; the manifest of each is put beside it
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, terminal: Terminal) -> Result<()> {
    for file in &arguments.files {
        let text = ljd_tables::guess(file)?;
        let path = beside(file);
        write(&path, &text).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::not_ours(&path, "is there already"),
            _ => Error::write(&path, error),
        })?;
        let (program, path) = (terminal.program, path.display());
        terminal.say(&format!(
            "{path} is written. Fill in what only you know, look at the columns, and then:\n{program} dataset --corpus {path}"
        ));
    }
    Ok(())
}

/// `faq.manifest.json` for `faq.csv.gz`.
fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    file.with_file_name(format!("{stem}.manifest.json"))
}

/// Writes a file that was not there.
fn write(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
