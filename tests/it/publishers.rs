//! Publishers on this machine: one that says what its newest release is, and one that has taken its file away.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{fixtures, xtask};

/// A server of some files by their paths; whatever else is asked for is not there.
fn serve(files: Vec<(String, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let Some(request) = lines.next() else { continue };
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let found = files.iter().find(|(known, _)| known == path);
            let (status, body) =
                found.map_or(("404 Not Found", &b""[..]), |(_, body)| ("200 OK", body));
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body);
        }
    });
    url
}

/// A file of a release, and the list that its publisher keeps.
fn released(url: &str) -> Value {
    json!([{
        "path": "wikinews/jawikinews-{version}-pages-articles.xml.bz2", "split": "whole",
        "url": format!("{url}/{{version}}/jawikinews-{{version}}-pages-articles.xml.bz2"),
        "sums": [format!("{url}/{{version}}/jawikinews-{{version}}-sha1sums.txt")],
    }])
}

#[test]
fn the_newest_release_is_fetched_and_one_source_that_fails_stops_no_other() {
    let folder = tempdir().unwrap();
    let copy = fixtures(folder.path());
    let dump = fs::read(copy.join("wikinews/jawikinews-latest-pages-articles.xml.bz2")).unwrap();
    // What `sha1sum` says of the fixture.
    let sum = "7632e2b8c2007958a1aba0791bc796e7b39ac9ec";
    let name = "jawikinews-20261101-pages-articles.xml.bz2";
    let list = format!("{}  jawikinews-20261101-stub.xml.gz\n{sum}  {name}\n", "0".repeat(40));
    let url = serve(vec![
        ("/latest/jawikinews-latest-sha1sums.txt".to_owned(), list.clone().into_bytes()),
        ("/20261101/jawikinews-20261101-sha1sums.txt".to_owned(), list.into_bytes()),
        (format!("/20261101/{name}"), dump),
    ]);
    let manifest = |corpus: &str, manifest: &Value| {
        fs::write(copy.join(format!("manifests/{corpus}.json")), manifest.to_string()).unwrap();
    };
    let wikinews = json!({ "version": "latest", "files": released(&url), "tolerance": 1, "most_dropped": 1, "expected": {} });
    manifest("wikinews", &wikinews);
    let gone = json!([{ "path": "tanaka/examples.utf.gz", "split": "whole", "url": format!("{url}/gone") }]);
    manifest("tanaka", &json!({ "files": gone, "expected": {} }));
    let nowhere = json!({ "version": "latest", "files": released(&format!("{url}/nowhere")), "expected": {} });
    manifest("wikipedia", &nowhere);

    let manifests = ["--recipe", "clean", "--manifests", "fixtures/manifests", "--only"];
    let all = [&["fetch"], &manifests[..], &["tanaka,wikinews,wikipedia"]].concat();
    for _ in 0..2 {
        let run = xtask(folder.path(), &all);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let end: Vec<&str> = run.stdout.lines().rev().take(3).collect();
        assert_eq!(
            end[0],
            "what is there can be built: ljd dataset --recipe clean --raw raw --only wikinews"
        );
        assert_eq!(end[1], "not there, for the reasons above: tanaka, wikipedia");
        assert_eq!(end[2], "there: wikinews");
        assert!(run.stderr.contains("tanaka: tanaka/examples.utf.gz: cannot download: "));
        assert!(run.stderr.contains("wikipedia: cannot download: which release is the newest one"));
        assert!(run.stderr.contains("404 Not Found"), "{}", run.stderr);
    }
    let lock = fs::read_to_string(folder.path().join("raw/ljd-lock.json")).unwrap();
    let lock: Value = serde_json::from_str(&lock).unwrap();
    assert_eq!(lock["releases"], json!({ "wikinews": "20261101" }));
    assert!(lock["files"][format!("wikinews/{name}")]["sha256"].is_string(), "{lock}");

    let build = [&["dataset"], &manifests[..], &["wikinews"]].concat();
    xtask(folder.path(), &build).done();
    let dataset = folder.path().join("out/clean");
    let report = fs::read_to_string(dataset.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["corpora"][0]["version"], "20261101", "{report}");
    let notice = fs::read_to_string(dataset.join("NOTICE.md")).unwrap();
    assert!(notice.contains("ウィキニュース日本語版（20261101）"), "{notice}");
}
