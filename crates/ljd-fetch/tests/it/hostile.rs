//! Servers that lie, and what lies in a download's way.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ljd_core::{Lock, ManifestFile, RawGuard};
use ljd_fetch::{FetchOptions, Outcome};
use tempfile::TempDir;

use crate::server::{Server, body, fetch_one, options, pinned, send, serve, sha256};

fn raw() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    fs::create_dir_all(raw.join("rain")).unwrap();
    (folder, raw)
}

/// A server of one body, which knows ranges.
fn honest(body: &'static [u8]) -> Server {
    Server::new(move |request, stream| serve(request, stream, body, "\"1\"", usize::MAX))
}

/// Leaves a part that a run wrote.
fn leave_part(raw: &Path, url: &str, bytes: &[u8], total: Option<u64>) {
    fs::write(raw.join("rain/rain.bin.part"), bytes).unwrap();
    let about = serde_json::json!({ "url": url, "validator": "\"1\"", "total": total });
    fs::write(raw.join("rain/rain.bin.part.json"), about.to_string()).unwrap();
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;

    for name in ["rain.bin.part", "rain.bin.part.json"] {
        let (folder, raw) = raw();
        let precious = folder.path().join("thesis");
        fs::write(&precious, b"three years of work").unwrap();
        let server = honest(b"rain");
        for is_hard in [false, true] {
            let place = raw.join("rain").join(name);
            if is_hard { fs::hard_link(&precious, &place) } else { symlink(&precious, &place) }
                .unwrap();
            let message = fetch_one(&server.file("rain.bin"), &options(&raw)).0.unwrap_err();
            assert!(
                message.contains(name) && message.contains("no download wrote it"),
                "{message}"
            );
            assert_eq!(fs::read(&precious).unwrap(), b"three years of work");
            assert!(!raw.join("rain/rain.bin").exists());
            fs::remove_file(place).unwrap();
        }
        let dangling = folder.path().join("not there");
        symlink(&dangling, raw.join("rain").join(name)).unwrap();
        fetch_one(&server.file("rain.bin"), &options(&raw)).0.unwrap_err();
        assert!(!dangling.exists());
    }
}

#[cfg(unix)]
#[test]
fn no_lock_is_written_through_a_link() {
    use std::os::unix::fs::symlink;

    for name in [".ljd-fetch.lock", "ljd-lock.json.part"] {
        let (folder, raw) = raw();
        let precious = folder.path().join("thesis");
        fs::write(&precious, b"three years of work").unwrap();
        symlink(&precious, raw.join(name)).unwrap();
        let server = honest(b"rain");
        let wanted = ljd_fetch::Wanted { corpus: "rain".to_owned(), file: server.file("rain.bin") };
        match ljd_fetch::fetch(&[wanted], &options(&raw), &|_| {}) {
            Ok(fetched) => assert!(fetched[0].outcome.is_err(), "{name}"),
            Err(error) => assert!(error.to_string().contains(name), "{error}"),
        }
        assert_eq!(fs::read(&precious).unwrap(), b"three years of work", "{name}");
    }
}

#[test]
fn a_file_that_no_download_wrote_stays() {
    for (name, text) in
        [("rain.bin.part", "mine"), ("rain.bin.part.json", "mine"), ("rain.bin.part.json", "{}")]
    {
        let (_folder, raw) = raw();
        let place = raw.join("rain").join(name);
        fs::write(&place, text).unwrap();
        let message = fetch_one(&honest(b"rain").file("rain.bin"), &options(&raw)).0.unwrap_err();
        assert!(message.contains(name), "{message}");
        assert_eq!(fs::read_to_string(&place).unwrap(), text);
    }
    // What a kill leaves between making a description and writing it.
    let (_folder, raw) = raw();
    fs::write(raw.join("rain/rain.bin.part.json"), "").unwrap();
    let outcome = fetch_one(&honest(b"rain").file("rain.bin"), &options(&raw)).0;
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 4 }));
}

#[test]
fn what_a_build_reads_is_not_replaced() {
    let (_folder, raw) = raw();
    let path = raw.join("rain/rain.bin");
    let file = pinned(honest(b"rain").file("rain.bin"), b"rain");
    fs::write(&path, "wrong").unwrap();
    let build = RawGuard::read(&raw).unwrap();
    let message = fetch_one(&file, &options(&raw)).0.unwrap_err();
    assert!(message.contains("a build is reading"), "{message}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "wrong");
    // What is not there yet, nobody reads.
    let other = honest(b"snow").file("snow.bin");
    assert_eq!(fetch_one(&other, &options(&raw)).0, Ok(Outcome::Downloaded { bytes: 4 }));
    drop(build);
    assert!(matches!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::Replaced { bytes: 4, .. })));
    assert_eq!(fs::read(&path).unwrap(), b"rain");
}

#[test]
fn a_wrong_file_is_downloaded_again_and_kept_aside() {
    let (_folder, raw) = raw();
    let path = raw.join("rain/rain.bin");
    let file = pinned(honest(b"rain").file("rain.bin"), b"rain");
    for (n, aside) in ["rain.bin.bad", "rain.bin.2.bad"].into_iter().enumerate() {
        let wrong = format!("wrong {n}");
        fs::write(&path, &wrong).unwrap();
        let aside = raw.join("rain").join(aside);
        let outcome = fetch_one(&file, &options(&raw)).0;
        assert_eq!(outcome, Ok(Outcome::Replaced { bytes: 4, aside: aside.clone() }));
        assert_eq!(fs::read(&path).unwrap(), b"rain");
        assert_eq!(fs::read_to_string(&aside).unwrap(), wrong);
    }
    // If no right one can be had, the wrong one stays.
    fs::write(&path, "wrong").unwrap();
    let gone = ManifestFile { url: "http://127.0.0.1:1/rain.bin".to_owned(), ..file };
    let message = fetch_one(&gone, &options(&raw)).0.unwrap_err();
    assert!(message.contains(&sha256(b"wrong")) && message.contains("no right one"), "{message}");
    let optional = ManifestFile { optional: true, ..gone };
    fetch_one(&optional, &options(&raw)).0.unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), b"wrong");
}

#[test]
fn a_page_is_neither_believed_nor_pinned() {
    for name in ["rain.zip", "rain.bin", "rain.tsv", "rain.xml.bz2"] {
        let (_folder, raw) = raw();
        let server = honest(b"<!DOCTYPE html>\n<title>\x1b[31mMoved</title>");
        let message = fetch_one(&server.file(name), &options(&raw)).0.unwrap_err();
        assert!(message.contains(r"an HTML page that begins with `<!DOCTYPE html>\n"), "{message}");
        assert!(!message.contains('\u{1b}'), "{message}");
        assert!(Lock::read(&raw).unwrap().files.is_empty());
        assert!(!raw.join("rain").join(name).exists());
        // Nor is one that somebody saved under that name.
        fs::write(raw.join("rain").join(name), b"<html>").unwrap();
        let by_hand = Some("the site refuses programs".to_owned());
        let file = ManifestFile { by_hand, ..server.file(name) };
        let message = fetch_one(&file, &options(&raw)).0.unwrap_err();
        assert!(message.contains("an HTML page"), "{message}");
        assert!(Lock::read(&raw).unwrap().files.is_empty());
    }
}

#[test]
fn a_digest_says_more_than_the_first_bytes() {
    let (_folder, raw) = raw();
    let bytes = b"<html>, said the manifest";
    let file = pinned(honest(bytes).file("rain.bin"), bytes);
    assert_eq!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::Downloaded { bytes: 25 }));
}

#[test]
fn a_false_end_ends_no_file() {
    for total in [Some(200_000), None] {
        let (_folder, raw) = raw();
        let server = Server::new(|request, stream| {
            if request.headers.contains_key("range") {
                let range = [("Content-Range", "bytes */1000")];
                return send(stream, "416 Range Not Satisfiable", &range, b"");
            }
            serve(request, stream, &body(200_000), "\"1\"", usize::MAX);
        });
        let file = server.file("rain.bin");
        leave_part(&raw, &file.url, &body(1_000), total);
        assert_eq!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::Downloaded { bytes: 200_000 }));
    }
}

#[test]
fn a_body_longer_than_its_range_is_cut() {
    let (_folder, raw) = raw();
    let bytes = body(200_000);
    let sent = bytes.clone();
    let server = Server::new(move |request, stream| {
        let start: usize = request
            .headers
            .get("range")
            .map_or(0, |range| range["bytes=".len()..].trim_end_matches('-').parse().unwrap());
        if start == 0 {
            return serve(request, stream, &sent, "\"1\"", 50_000);
        }
        // A range of 50,000 bytes, and rubbish behind it, with an end and without one.
        let range = format!("bytes {start}-{}/200000", start + 49_999);
        let range = [("Content-Range", range.as_str()), ("ETag", "\"1\"")];
        let rubbish = [&sent[start..start + 50_000], &vec![7; 30_000][..]].concat();
        send(stream, "206 Partial Content", &range, &rubbish);
    });
    let outcome = fetch_one(&server.file("rain.bin"), &options(&raw)).0;
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 200_000 }));
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
}

#[test]
fn a_body_without_end_is_cut_at_a_stated_most() {
    for (len, is_taken) in [(100_000, true), (100_001, false)] {
        let (_folder, raw) = raw();
        let server = Server::new(move |_, stream| send(stream, "200 OK", &[], &body(len)));
        let options = FetchOptions { most_unannounced: 100_000, ..options(&raw) };
        let outcome = fetch_one(&server.file("rain.bin"), &options).0;
        if is_taken {
            assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 100_000 }));
            continue;
        }
        let message = outcome.unwrap_err();
        assert!(message.contains("longer than the 100000 bytes that are taken"), "{message}");
        assert_eq!(fs::read_dir(raw.join("rain")).unwrap().count(), 0, "nothing stays");
    }
    let (_folder, raw) = raw();
    let endless = Server::new(|_, stream| {
        send(stream, "200 OK", &[], b"");
        while stream.write_all(&[0; 10_000]).is_ok() {}
    });
    let options = FetchOptions { most_unannounced: 1_000_000, ..options(&raw) };
    fetch_one(&endless.file("rain.bin"), &options).0.unwrap_err();
    assert_eq!(fs::read_dir(raw.join("rain")).unwrap().count(), 0);
}

#[test]
fn a_server_that_changes_its_version_each_time_is_not_asked_for_ever() {
    // It heeds `If-Range` and sends everything again, or it does not and the pieces are of two versions; each time
    // some bytes more than before.
    for heeds_if_range in [true, false] {
        let (_folder, raw) = raw();
        let server = Server::new(move |request, stream| {
            let mut request = request.clone();
            if !heeds_if_range {
                request.headers.remove("if-range");
            }
            let etag = format!("\"{}\"", request.n);
            serve(&request, stream, &body(200_000), &etag, 1_000 * (1 + request.n));
        });
        let message = fetch_one(&server.file("rain.bin"), &options(&raw)).0.unwrap_err();
        assert!(message.contains("begun anew 5 times"), "{message}");
        assert!(server.requests().len() <= 11, "{}", server.requests().len());
    }
}

#[cfg(unix)]
#[test]
fn a_mirror_that_is_a_pipe_is_not_waited_for() {
    let (folder, raw) = raw();
    let pipe = folder.path().join("copy/rain/rain.bin");
    fs::create_dir_all(pipe.parent().unwrap()).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let mirror = Some(folder.path().join("copy").display().to_string());
    let options = FetchOptions { mirror, ..options(&raw) };
    let message = fetch_one(&honest(b"rain").file("rain.bin"), &options).0.unwrap_err();
    assert!(message.ends_with("no plain file"), "{message}");
}
