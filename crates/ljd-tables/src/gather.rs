//! Rows that are messages, in chunks of whole trees.
//!
//! A chunk ends before a message that begins a tree. So the messages of a tree stand together in a file, or the file is
//! smaller than a chunk and they stand anywhere.

use ljd_core::read::line_ends;
use ljd_core::{Chunk, ChunkSink, Error, ErrorKind, Result, Text};

use crate::made::LONGEST;
use crate::row::{Columns, read_object};
use crate::template::Step;
use crate::tree::is_root;

/// The bytes of a chunk, about.
const CHUNK: usize = 4 << 20;

/// Rows on their way into chunks of whole trees.
pub(crate) struct Gather<'g> {
    /// The member of a message that names the one it was said to.
    parent: &'g [Step],
    columns: Columns,
    texts: Vec<Text>,
    n_bytes: usize,
    /// The rows of an array so far.
    n_rows: u64,
}

impl<'g> Gather<'g> {
    pub(crate) fn new(parent: &'g [Step]) -> Self {
        let mut columns = Columns::default();
        if let Some(Step::Name(name)) = parent.first() {
            columns.want(name, false);
        }
        Self { parent, columns, texts: Vec::new(), n_bytes: 0, n_rows: 0 }
    }

    /// Takes a chunk of lines, or of elements of an array, which become lines whose numbers are theirs.
    pub(crate) fn take(
        &mut self,
        chunk: Chunk,
        is_lines: bool,
        out: &mut ChunkSink<'_>,
    ) -> Result<()> {
        for text in chunk.texts {
            let begins = self.texts.last().is_none_or(|last| last.file != text.file);
            if begins && !text.bytes.is_empty() {
                self.flush(out)?;
                self.n_rows = 0;
            }
            out.split = chunk.split;
            let text = if is_lines { text } else { self.as_lines(&text) };
            if !text.bytes.is_empty() {
                self.add(text, out)?;
            }
        }
        Ok(())
    }

    fn as_lines(&mut self, text: &Text) -> Text {
        let mut lines = Text { bytes: Vec::new(), first_line: self.n_rows + 1, ..text.clone() };
        for element in text.objects() {
            let start = memchr::memchr(b'{', &element.bytes).unwrap_or_default();
            let bytes = element.bytes.get(start..).unwrap_or_default();
            // A line end is white space in JSON, or else an error.
            lines.bytes.extend(bytes.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
            lines.bytes.push(b'\n');
            self.n_rows += 1;
        }
        lines
    }

    fn add(&mut self, text: Text, out: &mut ChunkSink<'_>) -> Result<()> {
        self.n_bytes += text.bytes.len();
        let location = text.location(text.first_line);
        self.texts.push(text);
        if self.n_bytes < CHUNK {
            return Ok(());
        }
        if let Some(last) = self.texts.pop() {
            let (before, after) = self.before_last_root(&last);
            if let Some(before) = before {
                self.texts.push(before);
                self.flush(out)?;
            }
            self.n_bytes = self.n_bytes.max(after.bytes.len());
            self.texts.push(after);
        }
        if LONGEST < self.n_bytes {
            return Err(Error::at(location, ErrorKind::RowTooLong { limit: LONGEST }));
        }
        Ok(())
    }

    /// The lines before the last one that begins a tree, and those from it on.
    fn before_last_root(&self, text: &Text) -> (Option<Text>, Text) {
        let mut ends: Vec<usize> = line_ends(&text.bytes).collect();
        if ends.last() != Some(&text.bytes.len()) {
            ends.push(text.bytes.len());
        }
        let starts = [0].into_iter().chain(ends.iter().copied());
        let lines: Vec<(usize, usize)> = starts.zip(ends.iter().copied()).collect();
        let root = lines.iter().enumerate().rev().find(|(_, (start, end))| {
            let line = text.bytes.get(*start..*end).unwrap_or_default();
            std::str::from_utf8(line).is_ok_and(|line| self.is_root(line))
        });
        let Some((n, (start, _))) = root.filter(|(n, _)| 0 < *n || !self.texts.is_empty()) else {
            return (None, text.clone());
        };
        let (before, after) = text.bytes.split_at(*start);
        let part =
            |bytes: &[u8], first_line| Text { bytes: bytes.to_vec(), first_line, ..text.clone() };
        (Some(part(before, text.first_line)), part(after, text.first_line + n as u64))
    }

    fn is_root(&self, line: &str) -> bool {
        let Ok(values) = read_object(line, &self.columns) else { return false };
        is_root(values.first().and_then(Option::as_ref), self.parent)
    }

    /// Hands on what is there.
    pub(crate) fn flush(&mut self, out: &mut ChunkSink<'_>) -> Result<()> {
        self.n_bytes = 0;
        let texts: Vec<Text> = std::mem::take(&mut self.texts);
        let texts: Vec<Text> = texts.into_iter().filter(|text| !text.bytes.is_empty()).collect();
        if texts.is_empty() { Ok(()) } else { out.push(texts) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::template::parse_path;

    /// The lines of each chunk that a file is gathered into.
    fn gathered(lines: &str, is_lines: bool) -> Vec<Vec<(u64, usize)>> {
        let mut chunks = Vec::new();
        let mut push = |chunk: Chunk| {
            let lines = chunk.texts.iter().flat_map(Text::lines);
            chunks.push(lines.map(|(n, line)| (n, line.len())).collect());
            Ok(())
        };
        let mut out = ChunkSink::new(&mut push);
        let path = parse_path("parent").unwrap();
        let mut gather = Gather::new(&path);
        let text = |bytes: &[u8], first_line| Text {
            file: Arc::from("a"),
            bytes: bytes.to_vec(),
            first_line,
            ..Text::default()
        };
        let texts = if is_lines {
            (1..)
                .zip(lines.split_inclusive('\n'))
                .map(|(n, line)| text(line.as_bytes(), n))
                .collect()
        } else {
            vec![Text::default(), text(lines.as_bytes(), 1)]
        };
        for text in texts {
            let chunk = Chunk { texts: vec![text], split: out.split, block: 0, reread: false };
            gather.take(chunk, is_lines, &mut out).unwrap();
        }
        gather.flush(&mut out).unwrap();
        chunks
    }

    #[test]
    fn a_chunk_ends_before_a_tree() {
        let long = "x".repeat(CHUNK / 2);
        let root = format!("{{\"parent\": null, \"a\": \"{long}\"}}\n");
        let reply = format!("{{\"parent\": \"1\", \"a\": \"{long}\"}}\n");
        let n_lines = |chunks: Vec<Vec<(u64, usize)>>| -> Vec<Vec<u64>> {
            chunks.iter().map(|chunk| chunk.iter().map(|(n, _)| *n).collect()).collect()
        };
        let file = [&*root, &*reply, &*reply, &*root, &*reply, "not JSON\n", &*root];
        assert_eq!(
            n_lines(gathered(&file.concat(), true)),
            [vec![1, 2, 3], vec![4, 5, 6], vec![7]]
        );
        let few = "{\"parent\": null}\n{\"parent\": 1}\n{}\n";
        assert_eq!(n_lines(gathered(few, true)), [[1, 2, 3]]);
    }

    #[test]
    fn elements_of_an_array_become_lines() {
        assert_eq!(gathered("[\n{\n\"a\": 1}, {\"b\": {}}\n]\n", false), [[(1, 9), (2, 9)]]);
    }

    #[test]
    fn a_tree_has_its_bound() {
        let reply =
            format!("{{\"parent\": \"1\", \"a\": \"{}\"}}\n", "x".repeat(LONGEST / 2 - 100));
        let path = parse_path("parent").unwrap();
        let mut gather = Gather::new(&path);
        let mut push = |_: Chunk| Ok(());
        let mut out = ChunkSink::new(&mut push);
        let mut take = |n| {
            let text = Text {
                file: Arc::from("a"),
                bytes: reply.clone().into_bytes(),
                first_line: n,
                ..Text::default()
            };
            gather.add(text, &mut out)
        };
        assert!(take(1).is_ok() && take(2).is_ok());
        assert!(take(3).unwrap_err().to_string().starts_with("a:3: a row is longer than"));
    }
}
