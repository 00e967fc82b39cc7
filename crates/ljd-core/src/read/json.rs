//! JSON objects: the elements of an array, or one a line.
//!
//! An array is cut between its elements by looking for their ends only, so that a file of any size passes
//! through memory a chunk at a time. (RFC 8259)

use std::io;

use serde::Deserialize;

use super::lines::Lines;
use crate::{Chunk, ChunkSink, ErrorKind, Input, Line, RecordSink, Result, Skip, Text};

/// Cuts a JSON array of objects into chunks of whole elements.
///
/// With a `key` the array is that member of the file's object; it has to be the object's first array.
///
/// # Errors
///
/// Where the file cannot be read, does not begin as such an array or object, or ends before the array does;
/// where an element is longer than 64 MiB.
///
/// ```
/// use ljd_core::{Chunk, ChunkSink, Input, read};
///
/// let json = "{\"version\": 1, \"data\": [\n{\"a\": \"}\"},\n{\"a\": 2}\n]}";
/// let mut n_elements = 0;
/// let mut count = |chunk: Chunk| {
///     n_elements += read::object_ends(&chunk.texts[0].bytes).count();
///     Ok(())
/// };
/// read::json_array(Input::new("file", json.as_bytes()), Some("data"), &mut ChunkSink::new(&mut count))?;
/// assert_eq!(n_elements, 2);
/// # Ok::<(), ljd_core::Error>(())
/// ```
pub fn json_array(input: Input<'_>, key: Option<&str>, out: &mut ChunkSink<'_>) -> Result<()> {
    let mut lines = Lines::new(input, out.target);
    let opening = |text: &[u8]| text.iter().position(|byte| *byte == b'[').map_or(0, |at| at + 1);
    let start = lines.next_text(&opening)?.unwrap_or_default();
    let before = start.bytes.strip_suffix(b"[").map(<[u8]>::trim_ascii);
    let is_right = match key {
        None => before == Some(b""),
        Some(key) => before.is_some_and(|before| {
            let before = before.strip_suffix(b":").unwrap_or_default().trim_ascii_end();
            before.starts_with(b"{") && before.ends_with(format!("\"{key}\"").as_bytes())
        }),
    };
    if !is_right {
        let what =
            key.map_or("an array".to_owned(), |key| format!("an object with the array `{key}`"));
        let error = io::Error::new(io::ErrorKind::InvalidData, format!("expected {what}"));
        return Err(lines.error(Some(1), ErrorKind::Read(error)));
    }
    let mut last = Vec::new();
    while let Some(text) = lines.next_text(&|text| object_ends(text).last().unwrap_or(0))? {
        last = text
            .bytes
            .get(object_ends(&text.bytes).last().unwrap_or(0)..)
            .unwrap_or_default()
            .to_vec();
        out.push(vec![text])?;
    }
    if last.contains(&b']') {
        return Ok(());
    }
    Err(lines.error(Some(lines.line), ErrorKind::Read(io::ErrorKind::UnexpectedEof.into())))
}

/// The ends of the objects in a text that starts between two of them, up to the end of their array.
pub fn object_ends(text: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = object_end(text, at)?;
        Some(at)
    })
}

/// The end of the next object from `at` on.
fn object_end(text: &[u8], mut at: usize) -> Option<usize> {
    let (start, mut depth) = (at, 0_usize);
    loop {
        at += memchr::memchr3(b'{', b'}', b'"', text.get(at..)?)? + 1;
        if depth == 0 && text.get(start..at)?.contains(&b']') {
            return None;
        }
        match text.get(at - 1)? {
            b'{' => depth += 1,
            b'"' => at = string_end(text, at)?,
            _ if depth == 1 => return Some(at),
            _ => depth = depth.saturating_sub(1),
        }
    }
}

/// Behind the quote that ends the string that starts at `at`.
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)? + 1;
        match text.get(at - 1)? {
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
}

/// Calls `row` with each object of a chunk that [`json_array`] cut, and skips one that is no JSON or that
/// `row` refuses. The line is the one that the object starts in.
pub fn each_object<'c, T: Deserialize<'c>>(
    chunk: &'c Chunk,
    out: &mut RecordSink<'_>,
    mut row: impl FnMut(Line<'c>, T, &mut RecordSink<'_>) -> Result<(), Skip>,
) {
    each_element(chunk, out, |_, line, out| row(line, object(line.text)?, out));
}

/// As [`each_object`], for a `row` that reads the object by itself; it is told how many objects of the chunk are before.
pub fn each_element<'c>(
    chunk: &'c Chunk,
    out: &mut RecordSink<'_>,
    mut row: impl FnMut(u64, Line<'c>, &mut RecordSink<'_>) -> Result<(), Skip>,
) {
    let mut n_before = 0;
    for text in &chunk.texts {
        let (mut start, mut number) = (0, text.first_line);
        for end in object_ends(&text.bytes).chain([text.bytes.len()]) {
            let element = text.bytes.get(start..end).unwrap_or_default();
            let before = element.iter().take_while(|byte| is_between(**byte)).count();
            let (between, element) = element.split_at(before);
            if between.contains(&b']') {
                // What follows the array is no row.
                break;
            }
            number += n_lines(between);
            if !element.is_empty() {
                let row = |json| row(n_before, Line { number, text: json }, out);
                let done = text.row(element).and_then(row);
                n_before += 1;
                out.row(done, || text.location(number));
            }
            number += n_lines(element);
            start = end;
        }
    }
}

/// Whether a byte may stand between the elements of an array and around it.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}')
}

fn n_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Reads one JSON object.
///
/// A field that a record cannot do without is an `Option` in `T`, so that the reason can name it.
///
/// # Errors
///
/// Where it is no JSON, as with a bare `NaN`, has a field of another type, or one twice.
pub fn object<'t, T: Deserialize<'t>>(json: &'t str) -> Result<T, Skip> {
    serde_json::from_str(json).map_err(|error| not_an_object(&error))
}

/// Why a text is not the JSON object that was expected.
pub fn not_an_object(error: &serde_json::Error) -> Skip {
    match error.classify() {
        serde_json::error::Category::Data if error.to_string().starts_with("duplicate field") => {
            Skip::Bad("a field twice")
        }
        serde_json::error::Category::Data => Skip::Bad("a field of another type"),
        _ => Skip::Bad("not JSON"),
    }
}

impl Text {
    /// The objects of a text that [`json_array`] cut, as texts of their own, each with its place.
    pub fn objects(&self) -> impl Iterator<Item = Self> {
        self.rows(object_ends(&self.bytes)).filter(|row| row.bytes.contains(&b'{'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_object_is_told() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Row {
            n: Option<u8>,
        }
        assert_eq!(object(r#"{"n": 1}"#), Ok(Row { n: Some(1) }));
        assert_eq!(object(r#"{"n": null}"#), Ok(Row { n: None }));
        assert_eq!(object::<Row>(r#"{"n": 1, "n": 1}"#), Err(Skip::Bad("a field twice")));
        assert_eq!(object::<Row>(r#"{"n": "1"}"#), Err(Skip::Bad("a field of another type")));
        assert_eq!(object::<Row>(r#"{"n": NaN}"#), Err(Skip::Bad("not JSON")));
    }
}
