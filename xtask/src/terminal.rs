//! What people read: names, rows and errors may have been written by anybody, so no character of theirs commands
//! the terminal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use ljd_core::{Error, ErrorKind, Result, visible};
use tracing_subscriber::fmt::MakeWriter;

/// Prints data, lines of it, on standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    io::stdout().write_all(visible_lines(text).as_bytes()).map_err(|source| {
        Error::new(ErrorKind::Write { path: Path::new("standard output").to_owned(), source })
    })
}

/// Prints one line on standard error.
#[expect(clippy::print_stderr, reason = "this is what goes to the terminal")]
pub(crate) fn say(line: &str) {
    eprintln!("{}", visible(line));
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
