//! What people read: names, rows and errors may have been written by anybody, so no character of theirs commands
//! the terminal.

use std::borrow::Cow;
use std::io::{self, Write};

use ljd_core::{Error, ErrorKind, Result, visible};
use tracing_subscriber::fmt::MakeWriter;

use crate::hints;

/// Who is spoken to, and how much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// How the program was called, in commands that a message names.
    pub(crate) program: &'static str,
    /// Whether only errors are told.
    pub(crate) quiet: bool,
    /// Whether details are told too.
    pub(crate) verbose: bool,
}

impl Terminal {
    /// Prints an error with its causes on one line and what to do about it on the next; gives the exit code.
    pub(crate) fn fail(&self, error: &Error) -> u8 {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        say(&format!("error: {message}"));
        if let Some(hint) = hints::of(error, self.program) {
            say(&format!("hint: {hint}"));
        }
        // A name that came from the command line and is in no list is a usage error.
        let is_usage = matches!(error.kind(), ErrorKind::UnknownName(_))
            && error.corpus().is_none()
            && error.location().is_none();
        if is_usage { 2 } else { 1 }
    }

    /// Tells something that is neither data nor an error.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            text.lines().for_each(say);
        }
    }
}

/// Prints data, lines of it, on standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let written = io::stdout().write_all(visible_lines(text).as_bytes());
    written.map_err(|error| Error::write("standard output", error))
}

/// Prints one line on standard error.
pub(crate) fn say(line: &str) {
    // Where nobody reads any more, there is nobody to tell it.
    let _ = writeln!(io::stderr(), "{}", visible(line));
}

/// Lines as they are seen. Tables and texts keep their tabs.
fn visible_lines(text: &str) -> String {
    let pieces = text.split_inclusive(['\n', '\t']).map(|piece| {
        let end = piece.len() - usize::from(piece.ends_with(['\n', '\t']));
        let (piece, end) = piece.split_at(end);
        visible(piece) + end
    });
    pieces.collect::<Vec<Cow<'_, str>>>().concat()
}

/// Writes events of the log on standard error.
pub(crate) struct Log;

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Log {
    /// An event comes whole.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(visible_lines(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_stay_and_nothing_commands_the_terminal() {
        let text = "雨\tだ\r\n\u{1b}]0;title\u{7}\u{9b}2J\u{202e}snow\n\n";
        let shown = "雨\tだ\\u{d}\n\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{202e}snow\n\n";
        assert_eq!(visible_lines(text), shown);
        assert_eq!(visible_lines("no end"), "no end");
    }
}
