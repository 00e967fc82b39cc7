//! What a file is by its first bytes: no other file is taken for it, and no page that says that it is elsewhere.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use ljd_core::is_web_page;

/// As many bytes as tell a format, a byte order mark and white space before them included.
const HEAD: u64 = 1 << 10;

/// The formats that are known by their first bytes: the file's ending, their name, and what they may begin with.
const MAGIC: &[(&str, &str, &[&[u8]])] = &[
    ("zip", "a zip archive", &[b"PK\x03\x04", b"PK\x05\x06"]),
    ("xlsx", "a workbook", &[b"PK\x03\x04"]),
    ("gz", "gzip", &[b"\x1f\x8b\x08"]),
    ("tgz", "gzip", &[b"\x1f\x8b\x08"]),
    ("bz2", "bzip2", &[b"BZh"]),
    ("zst", "Zstandard", &[b"\x28\xb5\x2f\xfd"]),
    ("parquet", "Parquet", &[b"PAR1"]),
];

/// The formats that are text: the file's ending, their name, and what they may begin with behind white space.
const TEXT: &[(&str, &str, &[&[u8]])] = &[
    ("json", "JSON", &[b"{", b"["]),
    ("jsonl", "JSON Lines", &[b"{"]),
    ("xml", "XML", &[b"<"]),
    ("tsv", "text", &[]),
    ("tab", "text", &[]),
    ("csv", "text", &[]),
    ("txt", "text", &[]),
];

/// Where the mark of a tar archive stands.
const TAR_MARK: usize = 257;

/// Says why a file cannot be what its path says, showing how it begins; `None` if it can.
///
/// `path` is the path that it has or will have.
pub(crate) fn misfit(mut file: &File, path: &str) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    #[expect(clippy::disallowed_methods, reason = "a kibibyte")]
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(misfit_of(&head, path))
}

fn misfit_of(head: &[u8], path: &str) -> Option<String> {
    let ending = Path::new(path).extension().unwrap_or_default().to_string_lossy();
    let ending = ending.to_ascii_lowercase();
    let text = text_of(head);
    let found = if head.is_empty() {
        "nothing at all".to_owned()
    } else if is_web_page(head) && !matches!(ending.as_str(), "html" | "htm") {
        format!("an HTML page that begins with {}", shown(head))
    } else {
        format!("something that begins with {}", shown(head))
    };
    let expected = expected(head, text, &ending)?;
    Some(format!("this is {found}, and not {expected}"))
}

/// What the file should be and is not.
fn expected(head: &[u8], text: &[u8], ending: &str) -> Option<&'static str> {
    let named = |formats: &'static [(&str, &'static str, &'static [&[u8]])]| {
        formats.iter().find(|(known, ..)| *known == ending)
    };
    if let Some((_, name, starts)) = named(MAGIC) {
        return (!starts.iter().any(|start| head.starts_with(start))).then_some(*name);
    }
    if ending == "tar" {
        return (head.get(TAR_MARK..).is_none_or(|at| !at.starts_with(b"ustar")))
            .then_some("a tar archive");
    }
    if let Some((_, name, starts)) = named(TEXT) {
        let is_it = starts.is_empty() || starts.iter().any(|start| text.starts_with(start));
        let is_it = is_it && !head.is_empty() && !is_web_page(head) && !head.contains(&0);
        let has_columns = !matches!(ending, "tsv" | "tab") || first_line(text).contains(&b'\t');
        return if has_columns {
            (!is_it).then_some(*name)
        } else {
            Some("a table of columns with tabs")
        };
    }
    let is_html = matches!(ending, "html" | "htm");
    (is_web_page(head) && !is_html).then_some("the file that is wanted")
}

/// The bytes behind a byte order mark and white space.
fn text_of(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

fn first_line(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// How it begins, for people: nothing in it reaches a terminal as it is.
fn shown(head: &[u8]) -> String {
    const MOST: usize = 40;
    let text = String::from_utf8_lossy(head);
    let start: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    format!("`{start}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_begins_with_is_what_its_name_says() {
        let tar = [&[b'a'; 257][..], b"ustar\x0000"].concat();
        let is = |head: &[u8], path: &str| misfit_of(head, path).is_none();
        assert!(is(b"PK\x03\x04", "a.zip") && is(b"PK\x05\x06", "a.zip"));
        assert!(!is(b"PK\x05\x06", "a.xlsx") && is(b"PK\x03\x04", "a.XLSX"));
        assert!(is(b"\x1f\x8b\x08\0", "a.tsv.gz") && !is(b"\x1f\x8c\x08\0", "a.tgz"));
        assert!(is(b"BZh9", "a.bz2") && !is(b"BZ", "a.bz2"));
        assert!(is(&tar, "a.tar") && !is(&tar[1..], "a.tar") && !is(b"", "a.tar"));
        assert!(is(b"\xef\xbb\xbf\n [", "a.json") && !is(b"a", "a.json"));
        assert!(is(b"{", "a.jsonl") && !is(b"[", "a.jsonl"));
        assert!(is(b"<mediawiki>", "a.xml") && !is(b"mediawiki", "a.xml"));
        assert!(is(b"a\tb\nc", "a.tsv") && !is(b"a b\nc\td", "a.tsv"));
        assert!(is(b"a b", "a.txt") && !is(b"a\0b", "a.txt") && !is(b"", "a.txt"));
        assert!(is(b"\0anything", "a.bin") && is(b"", "a.bin"));
    }

    #[test]
    fn a_page_is_no_file_of_any_corpus() {
        for page in ["<!DOCTYPE html>", "\n <HTML lang=", "<?xml version='1.0'?><html>", "<head>"] {
            for path in ["a.zip", "a.xml", "a.txt", "a.jsonl", "a.bin", "a"] {
                assert!(misfit_of(page.as_bytes(), path).is_some(), "{page} {path}");
            }
            assert_eq!(misfit_of(page.as_bytes(), "a.html"), None);
        }
    }

    #[test]
    fn the_start_is_shown_without_what_a_terminal_would_obey() {
        let why = misfit_of("\u{1b}]0;x\u{202e}\n".as_bytes(), "a.zip").unwrap();
        let expected =
            r"this is something that begins with `\u{1b}]0;x\u{202e}\n`, and not a zip archive";
        assert_eq!(why, expected);
    }
}
