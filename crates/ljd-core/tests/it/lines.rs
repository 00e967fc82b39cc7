use std::io::{self, Read};

use ljd_core::read::{aligned_lines, last_line_end, lines};
use ljd_core::{Chunk, ChunkSink, ErrorKind, Input, Result};
use proptest::prelude::*;

/// The chunks of about `target` bytes that `read` cuts.
fn chunks(
    target: usize,
    read: impl FnOnce(&mut ChunkSink<'_>) -> Result<()>,
) -> Result<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let mut push = |chunk| {
        chunks.push(chunk);
        Ok(())
    };
    let mut out = ChunkSink::new(&mut push);
    out.target = target;
    read(&mut out)?;
    Ok(chunks)
}

fn of_lines(bytes: &[u8], target: usize) -> Vec<Chunk> {
    chunks(target, |out| lines(Input::new("file", bytes), &last_line_end, out)).unwrap()
}

/// Numbers and texts of the lines of the `side`th text of all chunks.
fn numbered(chunks: &[Chunk], side: usize) -> Vec<(u64, Vec<u8>)> {
    let texts = chunks.iter().map(|chunk| &chunk.texts[side]);
    texts.flat_map(|text| text.lines().map(|(number, line)| (number, line.to_vec()))).collect()
}

/// The lines of a text as the standard library has them, apart from its care for UTF-8.
fn split(bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let ended = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines =
        ended.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    (1..)
        .zip(lines)
        .map(|(number, line)| (number, line.to_vec()))
        .filter(|_| !bytes.is_empty())
        .collect()
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec!["\n", "\r\n", "\r", "a", "雨", "\u{feff}", "\t", ""]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn chunks_join_to_the_file_and_number_its_lines(bytes in text(), target in 1_usize..40) {
        let chunks = of_lines(&bytes, target);
        let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let joined: Vec<u8> =
            chunks.iter().flat_map(|chunk| chunk.texts[0].bytes.clone()).collect();
        prop_assert_eq!(&joined, body);
        prop_assert_eq!(numbered(&chunks, 0), split(body));
        for chunk in chunks.iter().rev().skip(1) {
            prop_assert!(chunk.texts[0].bytes.ends_with(b"\n"));
        }
    }

    #[test]
    fn aligned_lines_stay_together(left in text(), right in text(), target in 1_usize..40) {
        let body = |bytes: &[u8]| bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).to_vec();
        let (left_lines, right_lines) = (split(&body(&left)), split(&body(&right)));
        let inputs = (Input::new("left", &left[..]), Input::new("right", &right[..]));
        let found = chunks(target, |out| aligned_lines(inputs.0, inputs.1, out));
        if left_lines.len() == right_lines.len() {
            let found = found.unwrap();
            prop_assert_eq!(numbered(&found, 0), left_lines);
            prop_assert_eq!(numbered(&found, 1), right_lines);
        } else {
            let error = found.unwrap_err();
            let (short, long) = if left_lines.len() < right_lines.len() {
                ("left", "right")
            } else {
                ("right", "left")
            };
            let n = left_lines.len().min(right_lines.len());
            let message = format!("{long}:{}: `{short}` has only {n} lines, this file has more", n + 1);
            prop_assert_eq!(error.to_string(), message);
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let chunks = of_lines("\u{feff}雨\r\n\u{feff}雪".as_bytes(), 1);
    let expected = [(1, "雨".as_bytes().to_vec()), (2, "\u{feff}雪".as_bytes().to_vec())];
    assert_eq!(numbered(&chunks, 0), expected);
}

#[test]
fn a_file_without_line_ends_does_not_fill_memory() {
    let input = Input::new("endless", io::repeat(b'x'));
    let error = chunks(1 << 20, |out| lines(input, &last_line_end, out)).unwrap_err();
    assert_eq!(error.to_string(), "endless:1: a row is longer than 67108864 bytes");
}

#[test]
fn a_reader_that_fails_is_placed_at_its_line() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let input = Input::new("file", (&b"a\nb\nc"[..]).chain(Broken));
    let error = chunks(1 << 20, |out| lines(input, &last_line_end, out)).unwrap_err();
    assert_eq!(error.to_string(), "file:3: cannot read");
    assert!(matches!(error.kind(), ErrorKind::Read(_)));
}
