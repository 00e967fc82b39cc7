use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use ljd_core::{ErrorKind, Lock, ManifestFile};
use ljd_fetch::{Outcome, Wanted, fetch};
use tempfile::TempDir;

use crate::server::{Server, body, fetch_one, file, options, pinned, send, serve, sha256};

fn raw() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    (folder, raw)
}

/// The names of all files below a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_downloaded_checked_and_locked() {
    let (_folder, raw) = raw();
    let bytes = body(300_000);
    let sent = bytes.clone();
    let server =
        Server::new(move |request, stream| serve(request, stream, &sent, "\"1\"", usize::MAX));
    let file = pinned(server.file("rain.bin"), &bytes);
    assert_eq!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::Downloaded { bytes: 300_000 }));
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
    assert_eq!(names(&raw.join("rain")), ["rain.bin"]);
    let locked = &Lock::read(&raw).unwrap().files["rain/rain.bin"];
    assert_eq!((&locked.sha256, locked.bytes), (&sha256(&bytes), 300_000));
    assert_eq!(locked.url.as_deref(), Some(file.url.as_str()));
    let requests = server.requests();
    assert_eq!(requests[0].headers["user-agent"], concat!("ljd/", env!("CARGO_PKG_VERSION")));
    assert_eq!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::There));
    assert_eq!(server.requests().len(), 1, "what is there is not downloaded again");
}

#[test]
fn a_cut_connection_is_continued() {
    let (_folder, raw) = raw();
    let bytes = body(300_000);
    let sent = bytes.clone();
    let server = Server::new(move |request, stream| serve(request, stream, &sent, "\"1\"", 70_000));
    // Five connections, each cut but the last; what brings something is no failed attempt.
    let options = ljd_fetch::FetchOptions { attempts: 2, ..options(&raw) };
    let (outcome, said) = fetch_one(&server.file("rain.bin"), &options);
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 300_000 }), "{said:?}");
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
    let requests = server.requests();
    assert_eq!(requests.len(), 5);
    assert_eq!(requests[1].headers["range"], "bytes=70000-");
    assert_eq!(requests[1].headers["if-range"], "\"1\"");
    assert_eq!(requests[4].headers["range"], "bytes=280000-");
}

#[test]
fn a_part_of_an_earlier_run_is_continued() {
    let (_folder, raw) = raw();
    let bytes = body(200_000);
    let sent = bytes.clone();
    let server = Server::new(move |request, stream| {
        let cut = if request.n == 0 { 150_000 } else { usize::MAX };
        serve(request, stream, &sent, "\"1\"", cut);
    });
    let once = ljd_fetch::FetchOptions { attempts: 1, ..options(&raw) };
    let (outcome, _) = fetch_one(&server.file("rain.bin"), &once);
    let message = outcome.unwrap_err();
    assert!(
        message.starts_with("rain: rain/rain.bin: cannot download: http://127.0.0.1"),
        "{message}"
    );
    assert_eq!(names(&raw.join("rain")), ["rain.bin.part", "rain.bin.part.json"]);
    let (outcome, said) = fetch_one(&server.file("rain.bin"), &once);
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 200_000 }));
    assert_eq!(said, ["from 150000"]);
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
    assert_eq!(names(&raw.join("rain")), ["rain.bin"]);
}

#[test]
fn a_part_that_is_whole_already_only_takes_its_name() {
    let (_folder, raw) = raw();
    let bytes = body(1_000);
    let sent = bytes.clone();
    let server =
        Server::new(move |request, stream| serve(request, stream, &sent, "\"1\"", usize::MAX));
    let file = pinned(server.file("rain.bin"), &bytes);
    fs::create_dir_all(raw.join("rain")).unwrap();
    fs::write(raw.join("rain/rain.bin.part"), &bytes).unwrap();
    let about = format!(r#"{{ "url": "{}", "validator": "\"1\"" }}"#, file.url);
    fs::write(raw.join("rain/rain.bin.part.json"), about).unwrap();
    assert_eq!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::Downloaded { bytes: 1_000 }));
    assert_eq!(server.requests()[0].headers["range"], "bytes=1000-");
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
}

#[test]
fn a_server_without_ranges_is_asked_for_everything_again() {
    let (_folder, raw) = raw();
    let bytes = body(100_000);
    let sent = bytes.clone();
    let server = Server::new(move |request, stream| {
        let cut = if request.n == 0 { 60_000 } else { sent.len() };
        let headers = [("Content-Length", "100000"), ("ETag", "\"1\"")];
        send(stream, "200 OK", &headers, &sent[..cut]);
    });
    let (outcome, said) = fetch_one(&server.file("rain.bin"), &options(&raw));
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 100_000 }), "{said:?}");
    assert!(server.requests()[1].headers.contains_key("range"));
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
}

#[test]
fn a_file_that_changed_between_two_parts_is_downloaded_whole() {
    for heeds_if_range in [true, false] {
        let (_folder, raw) = raw();
        let (old, new) = (body(100_000), [&b"new"[..], &body(90_000)].concat());
        let sent = new.clone();
        let server = Server::new(move |request, stream| match request.n {
            0 => serve(request, stream, &old, "\"1\"", 50_000),
            // Some servers send a part of whatever is there now.
            1 if !heeds_if_range => {
                let mut request = request.clone();
                request.headers.remove("if-range");
                serve(&request, stream, &sent, "\"2\"", usize::MAX);
            }
            _ => serve(request, stream, &sent, "\"2\"", usize::MAX),
        });
        let (outcome, said) = fetch_one(&server.file("rain.bin"), &options(&raw));
        assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 90_003 }), "{said:?}");
        assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), new);
    }
}

#[test]
fn a_part_of_other_bytes_is_thrown_away_when_the_digest_tells() {
    let (_folder, raw) = raw();
    let bytes = body(1_000);
    let sent = bytes.clone();
    let server =
        Server::new(move |request, stream| serve(request, stream, &sent, "\"1\"", usize::MAX));
    let file = pinned(server.file("rain.bin"), &bytes);
    fs::create_dir_all(raw.join("rain")).unwrap();
    fs::write(raw.join("rain/rain.bin.part"), [7; 500]).unwrap();
    fs::write(
        raw.join("rain/rain.bin.part.json"),
        r#"{"url":"http://elsewhere","validator":null}"#,
    )
    .unwrap();
    let (outcome, said) = fetch_one(&file, &options(&raw));
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 1_000 }));
    assert_eq!(said, ["from 500", "from 0"]);
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), bytes);
}

#[test]
fn wrong_bytes_are_put_aside_and_both_digests_named() {
    let (_folder, raw) = raw();
    let server =
        Server::new(|request, stream| serve(request, stream, b"wrong", "\"1\"", usize::MAX));
    let file = ManifestFile { sha256: Some(sha256(b"right")), ..server.file("rain.bin") };
    let message = fetch_one(&file, &options(&raw)).0.unwrap_err();
    let digests = [sha256(b"wrong"), sha256(b"right")];
    let [wrong, right] = &digests;
    let expected =
        format!("rain: rain/rain.bin: SHA-256 is `{wrong}`, the manifest states `{right}`");
    assert_eq!(message, expected);
    assert_eq!(names(&raw.join("rain")), ["rain.bin.bad"]);
    assert_eq!(fs::read(raw.join("rain/rain.bin.bad")).unwrap(), b"wrong");
}

#[test]
fn what_is_not_there_is_had_from_a_mirror() {
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| match request.path.as_str() {
        "/rain.bin" => send(stream, "404 Not Found", &[], b"no"),
        "/wrong.bin" => serve(request, stream, b"wrong", "\"1\"", usize::MAX),
        _ => serve(request, stream, b"rain", "\"1\"", usize::MAX),
    });
    let mirrors = ["wrong.bin", "right.bin"].map(|name| format!("{}/{name}", server.url));
    let file = pinned(server.file("rain.bin"), b"rain");
    let file = ManifestFile { bytes: None, mirrors: mirrors.to_vec(), ..file };
    let (outcome, said) = fetch_one(&file, &options(&raw));
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 4 }));
    assert!(said[0].ends_with("/rain.bin: the server answers 404 Not Found"), "{said:?}");
    assert!(said[2].contains("/wrong.bin: SHA-256 is `"), "{said:?}");
    let absent = ManifestFile { mirrors: Vec::new(), optional: true, ..file };
    fs::remove_file(raw.join("rain/rain.bin")).unwrap();
    assert!(matches!(fetch_one(&absent, &options(&raw)).0, Ok(Outcome::Absent(_))));
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it() {
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| match request.n {
        0 => send(stream, "429 Too Many Requests", &[("Retry-After", "1")], b""),
        1 => send(stream, "503 Service Unavailable", &[], b""),
        _ => serve(request, stream, b"rain", "\"1\"", usize::MAX),
    });
    let start = Instant::now();
    let (outcome, said) = fetch_one(&server.file("rain.bin"), &options(&raw));
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 4 }));
    assert!(Duration::from_secs(1) <= start.elapsed(), "{said:?}");
    assert_eq!(said[0], "the server answers 429 Too Many Requests, 1s");
    assert_eq!(said[1], "the server answers 503 Service Unavailable, 2ms");
}

#[test]
fn a_pause_that_nobody_waits_for_is_a_failure() {
    let (_folder, raw) = raw();
    let server = Server::new(|_, stream| {
        send(stream, "429 Too Many Requests", &[("Retry-After", "86400")], b"");
    });
    let message = fetch_one(&server.file("rain.bin"), &options(&raw)).0.unwrap_err();
    assert!(message.contains("Too Many Requests and asks for a pause of 86400 s"), "{message}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_circle_of_redirects_comes_to_an_end() {
    let (_folder, raw) = raw();
    let server = Server::new(|_, stream| send(stream, "302 Found", &[("Location", "/again")], b""));
    let message = fetch_one(&server.file("rain.bin"), &options(&raw)).0.unwrap_err();
    assert!(message.contains("redirect"), "{message}");
    assert!(server.requests().len() < 20);
}

#[test]
fn a_redirect_is_followed() {
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| match request.path.as_str() {
        "/rain.bin" => send(stream, "302 Found", &[("Location", "/there")], b""),
        _ => serve(request, stream, b"rain", "\"1\"", usize::MAX),
    });
    let outcome = fetch_one(&server.file("rain.bin"), &options(&raw)).0;
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 4 }));
}

#[test]
fn a_body_that_trickles_without_end_is_given_up() {
    let (_folder, raw) = raw();
    let server = Server::new(|_, stream| {
        send(stream, "200 OK", &[], b"");
        while stream.write_all(b"r").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let options = ljd_fetch::FetchOptions { attempts: 2, ..options(&raw) };
    let start = Instant::now();
    let message = fetch_one(&server.file("rain.bin"), &options).0.unwrap_err();
    assert!(message.contains("bytes in 0 s (2 attempts)"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(!raw.join("rain/rain.bin").exists());
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| {
        if request.path == "/body" {
            send(stream, "200 OK", &[("Content-Length", "10")], b"rain");
        }
        thread::sleep(Duration::from_secs(20));
    });
    let options = ljd_fetch::FetchOptions { attempts: 2, ..options(&raw) };
    for name in ["head", "body"] {
        let start = Instant::now();
        let message = fetch_one(&server.file(name), &options).0.unwrap_err();
        assert!(message.contains("timeout"), "{message}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_body_longer_than_the_manifest_states_is_refused() {
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| {
        if request.path == "/announced" {
            return serve(request, stream, &body(200_000), "\"1\"", usize::MAX);
        }
        send(stream, "200 OK", &[], b"");
        while stream.write_all(&[0; 10_000]).is_ok() {}
    });
    for (name, problem) in [
        ("announced", "the server announces 200000 bytes, the manifest states 100000"),
        ("endless", "the body is longer than the 100000 bytes that the manifest states"),
    ] {
        let file = ManifestFile { bytes: Some(100_000), ..server.file(name) };
        let message = fetch_one(&file, &options(&raw)).0.unwrap_err();
        assert!(message.ends_with(problem), "{message}");
        assert!(!raw.join("rain").join(name).exists());
    }
}

#[test]
fn more_than_the_announced_length_is_not_taken() {
    let (_folder, raw) = raw();
    let server = Server::new(|_, stream| {
        send(stream, "200 OK", &[("Content-Length", "4")], b"rain and more");
    });
    assert_eq!(
        fetch_one(&server.file("rain.bin"), &options(&raw)).0,
        Ok(Outcome::Downloaded { bytes: 4 })
    );
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), b"rain");
}

#[test]
fn a_path_that_leaves_the_folder_is_refused() {
    for path in ["../rain.bin", "/tmp/rain.bin", "rain/../../rain.bin", ""] {
        let file = format!(r#"{{ "path": "{path}", "url": "http://localhost/rain.bin" }}"#);
        let message = serde_json::from_str::<ManifestFile>(&file).unwrap_err().to_string();
        assert!(message.contains("names no file or folder"), "{message}");
    }
}

#[test]
fn a_dead_server_is_asked_again_and_given_up() {
    let (_folder, raw) = raw();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (outcome, said) =
        fetch_one(&file("rain/rain.bin", &format!("http://{address}/rain.bin")), &options(&raw));
    assert!(outcome.unwrap_err().contains("5 attempts"));
    // Four waits, and what came of the address.
    assert_eq!(said.len(), 5, "{said:?}");
}

#[test]
fn what_cannot_be_asked_is_said() {
    let (_folder, raw) = raw();
    let message = fetch_one(&file("rain/rain.bin", "ftp://localhost/rain.bin"), &options(&raw))
        .0
        .unwrap_err();
    assert!(
        message.contains("ftp://localhost/rain.bin: neither http, https, file nor hf://datasets/"),
        "{message}"
    );
}

#[test]
fn two_fetches_do_not_share_a_folder() {
    let (_folder, raw) = raw();
    let met = Arc::new(Barrier::new(2));
    let (begun, go_on) = (Arc::clone(&met), Arc::clone(&met));
    let server = Server::new(move |request, stream| {
        begun.wait();
        begun.wait();
        serve(request, stream, b"rain", "\"1\"", usize::MAX);
    });
    let file = server.file("rain.bin");
    let patient = ljd_fetch::FetchOptions { stall: Duration::from_secs(30), ..options(&raw) };
    thread::scope(|scope| {
        let first = scope.spawn(|| fetch_one(&file, &patient).0);
        go_on.wait();
        let error = fetch(&[], &options(&raw), &|_| {}).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Busy(_)));
        assert!(error.to_string().starts_with("another run is writing "), "{error}");
        go_on.wait();
        assert_eq!(first.join().unwrap(), Ok(Outcome::Downloaded { bytes: 4 }));
    });
}

#[test]
fn one_server_serves_two_at_once() {
    let (_folder, raw) = raw();
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (n, peak) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::new(move |request, stream| {
        peak.fetch_max(n.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(30));
        n.fetch_sub(1, Ordering::SeqCst);
        serve(request, stream, b"rain", "\"1\"", usize::MAX);
    });
    let wanted: Vec<Wanted> = (0..9)
        .map(|n| Wanted { corpus: "rain".to_owned(), file: server.file(&format!("{n}.bin")) })
        .collect();
    let fetched = fetch(&wanted, &options(&raw), &|_| {}).unwrap();
    let paths: Vec<&str> = fetched.iter().map(|fetched| fetched.path.as_str()).collect();
    let in_order: Vec<&str> = wanted.iter().map(|wanted| wanted.file.path.as_str()).collect();
    assert_eq!(paths, in_order);
    assert!(fetched.iter().all(|fetched| fetched.outcome.is_ok()));
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[test]
fn a_file_larger_than_the_disk_is_not_begun() {
    let (_folder, raw) = raw();
    let server = Server::new(|_, stream| {
        send(stream, "200 OK", &[("Content-Length", "1152921504606846976")], b"");
    });
    let message = fetch_one(&server.file("rain.bin"), &options(&raw)).0.unwrap_err();
    assert!(
        message.contains("1152921504606846976 bytes are still to be written, only"),
        "{message}"
    );
    assert!(!raw.join("rain").exists());
}
