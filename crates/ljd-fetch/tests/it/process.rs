use std::env;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use ljd_fetch::Outcome;

use crate::server::{
    Request, Server, body, fetch_one, file, options, pinned, read_request, serve, sha256,
};

/// Takes 1.3 s to send, more than all kills together leave time for.
const LEN: usize = 8 << 20;

/// Sends slowly enough that a kill hits the middle.
fn send_slowly(request: &Request, stream: &mut std::net::TcpStream, body: &[u8]) {
    let range =
        request.headers.get("range").map(|range| range["bytes=".len()..].trim_end_matches('-'));
    let start: usize = range.map_or(0, |start| start.parse().unwrap());
    let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nContent-Range: bytes {start}-{}/{LEN}\r\nETag: \"1\"\r\n\r\n",
        LEN - start,
        LEN - 1
    );
    let _ = stream.write_all(head.as_bytes());
    for piece in body[start..].chunks(64 << 10) {
        if stream.write_all(piece).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Starts this test binary anew, to fetch and to be killed.
fn start(url: &str, raw: &Path, proxy: Option<&str>) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["process::fetches_in_a_process_of_its_own", "--exact", "--ignored", "--nocapture"])
        .env("LJD_TEST_URL", url)
        .env("LJD_TEST_RAW", raw)
        .envs(proxy.map(|proxy| ("HTTPS_PROXY", proxy)))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "is started by the tests of this file"]
fn fetches_in_a_process_of_its_own() {
    let (url, raw) = (env::var("LJD_TEST_URL").unwrap(), env::var("LJD_TEST_RAW").unwrap());
    let outcome = fetch_one(&file("rain/rain.bin", &url), &options(Path::new(&raw))).0;
    assert!(matches!(outcome, Ok(Outcome::Downloaded { .. })), "{outcome:?}");
}

#[test]
fn a_killed_fetch_is_continued_and_ends_with_the_right_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    let bytes = body(LEN);
    let sent = bytes.clone();
    let server = Server::new(move |request, stream| send_slowly(request, stream, &sent));
    let url = format!("{}/rain.bin", server.url);
    let mut furthest = 0;
    for round in 0..10 {
        let mut child = start(&url, &raw, None);
        // Anywhere from before the first byte to well into the body.
        let wait = Duration::from_millis(5 + RandomState::new().build_hasher().finish() % 90);
        thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!raw.join("rain/rain.bin").exists(), "killed after {wait:?}, round {round}");
        let part = fs::metadata(raw.join("rain/rain.bin.part")).map_or(0, |part| part.len());
        assert!(
            furthest <= part,
            "round {round}, killed after {wait:?}: {part} bytes after {furthest}"
        );
        furthest = part;
    }
    assert!(0 < furthest, "no kill hit the middle");
    let file = pinned(file("rain/rain.bin", &url), &bytes);
    let (outcome, said) = fetch_one(&file, &options(&raw));
    assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: LEN as u64 }));
    assert_eq!(said, [format!("from {furthest}")]);
    assert_eq!(sha256(&fs::read(raw.join("rain/rain.bin")).unwrap()), sha256(&bytes));
    assert!(server.requests().iter().any(|request| request.headers.contains_key("range")));
}

#[test]
fn a_proxy_of_the_environment_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    let proxy = Server::new(|request, stream| {
        // The proxy is asked for a connection, and through it for the file.
        assert_eq!(request.path, "rain.invalid:80");
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let request = read_request(stream).unwrap();
        serve(&request, stream, b"rain", "\"1\"", usize::MAX);
    });
    let mut child = start("http://rain.invalid/rain.bin", &raw, Some(&proxy.url));
    assert!(child.wait().unwrap().success());
    assert_eq!(fs::read(raw.join("rain/rain.bin")).unwrap(), b"rain");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_file() {
    let raw = tempfile::tempdir().unwrap();
    let server =
        Server::new(|request, stream| serve(request, stream, &body(100_000), "\"1\"", usize::MAX));
    let exe = env::current_exe().unwrap();
    let tested = "process::fetches_in_a_process_of_its_own";
    // A limit on the size of files stands for a disk that has no more room.
    let script =
        format!("trap '' XFSZ; ulimit -f 8; exec {} {tested} --exact --ignored", exe.display());
    let output = Command::new("sh")
        .args(["-c", &script])
        .env("LJD_TEST_URL", server.file("rain.bin").url)
        .env("LJD_TEST_RAW", raw.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("cannot write ") && said.contains("rain.bin.part"), "{said}");
    assert!(!raw.path().join("rain/rain.bin").exists());
}
