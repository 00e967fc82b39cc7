//! What is checked is what is read.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ljd_core::{Chunk, ChunkSink, Error, ErrorKind, Manifest, Raw, hex, read};
use sha2::{Digest, Sha256};
use tempfile::{TempDir, tempdir};

/// A corpus of one file, which states a digest or not.
fn raw(path: &str, bytes: &[u8], is_pinned: bool) -> (TempDir, Raw) {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join(path), bytes).unwrap();
    let sha256 = is_pinned.then(|| hex(&Sha256::digest(bytes)));
    let manifest = serde_json::json!({
        "name": "rain", "title": "Rain", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "the authors", "attribution": "Rain, CC BY 4.0", "modifications": "none",
        "citation": "@misc{rain}", "tasks": ["translation"], "version": "1",
        "files": [{ "path": path, "url": "https://example.org/", "sha256": sha256, "split": "whole" }]
    });
    let manifest = Manifest::parse(&manifest.to_string(), "manifest").unwrap();
    let raw = Raw::new(folder.path().to_owned(), manifest);
    (folder, raw)
}

fn read_whole(raw: &Raw) -> Vec<u8> {
    rest(raw.open(&raw.manifest().files[0]).unwrap())
}

/// What a reader still gives.
fn rest(mut input: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    io::copy(&mut input, &mut bytes).unwrap();
    bytes
}

fn replace(folder: &Path, path: &str, bytes: &[u8]) {
    fs::write(folder.join("new"), bytes).unwrap();
    fs::rename(folder.join("new"), folder.join(path)).unwrap();
}

fn is_changed(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::ChangedWhileRead)
}

/// Longer than what is read ahead.
fn text() -> Vec<u8> {
    (0..400_000).flat_map(|n| format!("rain {n}\n").into_bytes()).collect()
}

#[test]
fn the_digest_is_that_of_the_bytes_that_were_read() {
    let text = text();
    let (folder, raw) = raw("rain.txt", &text, true);
    assert_eq!(raw.check_while_reading().unwrap(), text.len() as u64);
    let mut input = raw.open(&raw.manifest().files[0]).unwrap();
    let mut read = vec![0; 1000];
    input.read_exact(&mut read).unwrap();
    replace(folder.path(), "rain.txt", b"snow\n");
    read.extend(rest(input));
    assert_eq!(read, text);
    let checked = raw.check_read().unwrap();
    assert_eq!(
        (checked[0].bytes, &checked[0].sha256),
        (text.len() as u64, &hex(&Sha256::digest(&text)))
    );
    // Another reading is one of the other file.
    assert_eq!(read_whole(&raw), b"snow\n");
    let error = raw.check_read().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Digest { .. }), "{error}");
}

#[test]
fn what_is_left_of_a_file_is_hashed_too() {
    let text = text();
    let (_folder, raw) = raw("rain.txt", &text, true);
    raw.check_while_reading().unwrap();
    let mut input = raw.open(&raw.manifest().files[0]).unwrap();
    input.read_exact(&mut [0; 10]).unwrap();
    drop(input);
    assert_eq!(raw.check_read().unwrap(), raw.check().unwrap());
    assert!(raw.bytes_read() < text.len() as u64, "what nobody reads is no progress");
}

#[test]
fn a_file_that_is_written_to_while_it_is_read_has_another_digest() {
    let text = text();
    let (folder, raw) = raw("rain.txt", &text, true);
    raw.check_while_reading().unwrap();
    let mut input = raw.open(&raw.manifest().files[0]).unwrap();
    input.read_exact(&mut [0; 10]).unwrap();
    let mut file = OpenOptions::new().append(true).open(folder.path().join("rain.txt")).unwrap();
    file.write_all(b"snow\n").unwrap();
    rest(input);
    let error = raw.check_read().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Digest { .. }), "{error}");
}

#[test]
fn two_readings_of_a_file_that_nothing_pins_have_to_agree() {
    let (folder, raw) = raw("rain.txt", b"rain\n", false);
    raw.check_while_reading().unwrap();
    assert_eq!(read_whole(&raw), b"rain\n");
    assert_eq!(read_whole(&raw), b"rain\n");
    raw.check_read().unwrap();
    replace(folder.path(), "rain.txt", b"snow\n");
    assert_eq!(read_whole(&raw), b"snow\n");
    assert!(is_changed(&raw.check_read().unwrap_err()));
}

#[test]
fn a_file_that_is_jumped_in_may_not_be_written_to() {
    let (folder, raw) = raw("rain.txt", b"rain\n", true);
    raw.check_while_reading().unwrap();
    assert_eq!(rest(raw.open_seekable(&raw.manifest().files[0]).unwrap()), b"rain\n");
    raw.check_read().unwrap();
    let _input = raw.open_seekable(&raw.manifest().files[0]).unwrap();
    let path = folder.path().join("rain.txt");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "snow\n").unwrap();
    // Not even if it says that it was not written to.
    OpenOptions::new().append(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert!(is_changed(&raw.check_read().unwrap_err()));
}

#[test]
fn a_wrong_file_is_told_before_it_is_read() {
    let (folder, raw) = raw("rain.txt", b"rain\n", true);
    fs::write(folder.path().join("rain.txt"), "snow\n").unwrap();
    let error = raw.check_while_reading().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Digest { .. }), "{error}");
}

#[test]
fn what_is_no_file_is_not_opened() {
    let (folder, raw) = raw("rain.txt", b"", false);
    let path = folder.path().join("rain.txt");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = raw.check_while_reading().unwrap_err();
    assert_eq!(error.to_string(), "rain.txt: is a folder, not a file");
}

#[cfg(unix)]
#[test]
fn a_device_is_not_opened() {
    let (folder, raw) = raw("rain.txt", b"", false);
    let path = folder.path().join("rain.txt");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    let error = raw.check().unwrap_err();
    assert_eq!(error.to_string(), "rain.txt: is a pipe or a device, not a file");
}

#[test]
fn bytes_behind_a_compressed_file_are_counted() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(b"rain\n").unwrap();
    let file = [gzip.finish().unwrap(), vec![0; 512]].concat();
    let (_folder, raw) = raw("rain.gz", &file, true);
    raw.check_while_reading().unwrap();
    assert_eq!(read_whole(&raw), b"rain\n");
    assert_eq!(raw.check_read().unwrap()[0].trailing, 512);
}

/// A tar archive, packed; the header's size is what is written in it, whatever follows.
fn tar(members: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_path(name).unwrap();
        header.set_entry_type(*kind);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn members(raw: &Raw) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    raw.each_tar_member(&raw.manifest().files[0], |member| {
        names.push(member.file.to_string());
        Ok(())
    })?;
    Ok(names)
}

#[test]
fn a_wrong_check_sum_behind_an_archive_is_an_error() {
    let whole = tar(&[("rain", tar::EntryType::Regular, b"rain\n")]);
    let (_folder, good) = raw("rain.tar.gz", &whole, true);
    assert_eq!(members(&good).unwrap(), ["rain.tar.gz/rain"]);
    let mut file = whole;
    let at = file.len() - 8;
    file[at] ^= 1;
    let (_folder, wrong) = raw("rain.tar.gz", &file, true);
    assert!(matches!(members(&wrong).unwrap_err().kind(), ErrorKind::Read(_)));
}

#[test]
fn what_describes_a_member_is_bounded() {
    use tar::EntryType::{GNULongName, Regular, XHeader};

    let long = vec![b'x'; 3000];
    for (n_bytes, is_read) in [((1 << 20) - 2048, true), ((1 << 20) + 1, false)] {
        let mut attributes = format!("{n_bytes} comment=").into_bytes();
        attributes.resize(n_bytes - 1, b'x');
        attributes.push(b'\n');
        let body = vec![b'r'; 3 << 20];
        let file =
            tar(&[("one", Regular, &body), ("x", XHeader, &attributes), ("two", Regular, b"")]);
        let (_folder, raw) = raw("rain.tar.gz", &file, true);
        let found = members(&raw);
        assert_eq!(found.is_ok(), is_read, "{n_bytes}: {found:?}");
        if let Err(error) = found {
            assert!(error.to_string().starts_with("rain.tar.gz: "), "{error}");
        }
    }
    let file = tar(&[("x", GNULongName, &long), ("short", Regular, b"")]);
    let (_folder, raw) = raw("rain.tar.gz", &file, true);
    assert_eq!(members(&raw).unwrap(), [format!("rain.tar.gz/{}", "x".repeat(3000))]);
}

#[test]
fn text_of_another_encoding_is_refused_by_its_name() {
    let marks: [(&[u8], Option<&str>); 6] = [
        (b"\xff\xfe<\0m\0", Some("UTF-16LE")),
        (b"\xfe\xff\0<\0m", Some("UTF-16BE")),
        (b"\xff\xfe\0\0<\0\0\0", Some("UTF-32LE")),
        (b"\0\0\xfe\xff\0\0\0<", Some("UTF-32BE")),
        (b"\xef\xbb\xbfrain", None),
        (b"\xff", None),
    ];
    for (bytes, encoding) in marks {
        let (_folder, raw) = raw("rain.txt", bytes, true);
        let mut push = |_: Chunk| Ok(());
        let input = raw.open(&raw.manifest().files[0]).unwrap();
        let read = read::lines(input, &read::last_line_end, &mut ChunkSink::new(&mut push));
        let found = read.err().map(|error| match error.kind() {
            ErrorKind::Encoding(name) => *name,
            other => panic!("{other}"),
        });
        assert_eq!(found, encoding, "{bytes:?}");
    }
}

#[test]
fn the_start_of_a_file_tells_what_it_is() {
    let cases: [(&str, &[u8], &str); 5] = [
        ("rain.txt", b"", "rain.txt is empty"),
        ("rain.txt", b"1:rain\n\x1b[31m", r#"rain.txt begins with "1:rain\n\u{1b}[31m""#),
        (
            "rain.txt",
            "雨が降る。雨が降る。雨が降る。雨が降る。雨が降る。".as_bytes(),
            r#"rain.txt begins with "雨が降る。雨が降る。雨が降る。雨が降る。""#,
        ),
        (
            "rain.txt",
            b"\n<!DOCTYPE HTML>",
            r#"rain.txt is a page of HTML and begins with "\n<!DOCTYPE HTML>""#,
        ),
        (
            "rain.zip",
            b"PK\x05\x06\0\0",
            r#"rain.zip holds nothing and begins with "PK\u{5}\u{6}\0\0""#,
        ),
    ];
    for (path, bytes, expected) in cases {
        let (_folder, raw) = raw(path, bytes, true);
        assert_eq!(raw.start(), expected);
    }
}
