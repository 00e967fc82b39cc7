//! What publishers state of their files, and what nobody is told of an address.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use ljd_core::{Lock, Manifest, ManifestFile};
use ljd_fetch::{Event, FetchOptions, Outcome, Wanted, fetch, newest_releases};
use tempfile::TempDir;

use crate::server::{Server, fetch_one, file, options, send, serve};

const SHA1_OF_RAIN: &str = "fbec17cb2fcbbd1c659b252230b48826fc563788";
const MD5_OF_RAIN: &str = "23678db5efde9ab46bce8c23a6d91b50";

fn raw() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    (folder, raw)
}

/// A server of one file, `rain`, and of a list of check sums.
fn server(list: impl Fn() -> Option<String> + Send + Sync + 'static) -> Server {
    Server::new(move |request, stream| match request.path.as_str() {
        "/sums.txt" => match list() {
            Some(list) => send(stream, "200 OK", &[], list.as_bytes()),
            None => send(stream, "404 Not Found", &[], b""),
        },
        _ => serve(request, stream, b"rain", "\"1\"", usize::MAX),
    })
}

fn listed(server: &Server) -> ManifestFile {
    ManifestFile { sums: vec![format!("{}/sums.txt", server.url)], ..server.file("rain.bin") }
}

#[test]
fn a_file_is_held_to_the_publishers_list_of_check_sums() {
    for (list, problem) in [
        (format!("{SHA1_OF_RAIN}  rain.bin\n"), None),
        (format!("{MD5_OF_RAIN} *rain.bin\n"), None),
        (format!("{}  rain.bin\n", crate::server::sha256(b"rain").to_uppercase()), None),
        (format!("{}  rain.bin\n", SHA1_OF_RAIN.replace('f', "e")), Some("SHA-1 is `fbec")),
        (format!("{}  rain.bin\n", MD5_OF_RAIN.replace('4', "5")), Some("MD5 is `2367")),
        (format!("{SHA1_OF_RAIN}  snow.bin\n"), Some("it does not name the file")),
        ("<html>".to_owned(), Some("it does not name the file")),
        ("0 rain.bin\n".repeat(1_000_000), Some("it is longer than 8388608 bytes")),
    ] {
        let (_folder, raw) = raw();
        let server = server(move || Some(list.clone()));
        let outcome = fetch_one(&listed(&server), &options(&raw)).0;
        let lock = Lock::read(&raw).unwrap();
        let Some(problem) = problem else {
            assert_eq!(outcome, Ok(Outcome::Downloaded { bytes: 4 }));
            let locked = &lock.files["rain/rain.bin"].sha256;
            assert_eq!(*locked, crate::server::sha256(b"rain"));
            continue;
        };
        let message = outcome.unwrap_err();
        assert!(message.contains(problem), "{message}");
        assert!(lock.files.is_empty() && !raw.join("rain/rain.bin").exists());
    }
}

#[test]
fn a_list_that_cannot_be_had_is_asked_for_elsewhere() {
    let (_folder, raw) = raw();
    let (gone, there) = (server(|| None), server(|| Some(format!("{MD5_OF_RAIN}  rain.bin"))));
    let alone = listed(&gone);
    let message = fetch_one(&alone, &options(&raw)).0.unwrap_err();
    assert!(message.contains("sums.txt: the server answers 404"), "{message}");
    assert_eq!(gone.requests().len(), 1, "no file is asked for that cannot be checked");
    let sums = alone.sums.iter().chain(&listed(&there).sums).cloned().collect();
    let file = ManifestFile { sums, ..alone };
    assert_eq!(fetch_one(&file, &options(&raw)).0, Ok(Outcome::Downloaded { bytes: 4 }));
}

fn manifest(server: &Server) -> Manifest {
    let text = serde_json::json!({
        "name": "rain", "title": "Rain", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "the authors", "attribution": "Rain {version}, CC BY 4.0", "modifications": "none",
        "citation": "@misc{rain}", "tasks": ["translation"], "version": "latest",
        "files": [{
            "path": "rain/rain-{version}.bin", "split": "whole",
            "url": format!("{}/{{version}}/rain-{{version}}.bin", server.url),
            "sums": [format!("{}/{{version}}/sums-{{version}}.txt", server.url)],
        }],
    });
    Manifest::parse(&text.to_string(), "rain.json").unwrap()
}

#[test]
fn the_newest_release_is_learnt_from_its_publisher_and_locked() {
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| match request.path.as_str() {
        "/latest/sums-latest.txt" => {
            let list =
                format!("{MD5_OF_RAIN}  snow-20250101.bin\n{MD5_OF_RAIN}  rain-20240101.bin");
            send(stream, "200 OK", &[], list.as_bytes());
        }
        path => panic!("nobody should ask for {path}"),
    });
    let manifest = manifest(&server);
    let mut releases = newest_releases(&[&manifest], &options(&raw), &|_| {}).unwrap();
    assert_eq!(releases.remove(0).version.unwrap(), "20240101");
    assert_eq!(Lock::read(&raw).unwrap().releases["rain"], "20240101");
}

#[test]
fn a_release_that_is_no_name_is_none() {
    for name in
        ["rain-latest.bin", "rain-../../x.bin", "rain-2024/01.bin", "rain-.bin", "snow-1.bin"]
    {
        let (_folder, raw) = raw();
        let list = format!("{MD5_OF_RAIN}  {name}");
        let server = Server::new(move |_, stream| send(stream, "200 OK", &[], list.as_bytes()));
        let manifest = manifest(&server);
        let mut releases = newest_releases(&[&manifest], &options(&raw), &|_| {}).unwrap();
        let message = releases.remove(0).version.unwrap_err().to_string();
        assert!(message.starts_with("rain: cannot download: which release is"), "{message}");
        assert!(Lock::read(&raw).unwrap().releases.is_empty());
    }
}

#[test]
fn secrets_in_addresses_are_neither_printed_nor_stored() {
    const SECRETS: [&str; 2] = ["hunter2", "s3cr3t"];
    let (_folder, raw) = raw();
    let server = Server::new(|request, stream| match request.path.split('?').next() {
        Some("/rain.bin") => serve(request, stream, b"rain", "\"1\"", 2),
        _ => send(stream, "404 Not Found", &[], b""),
    });
    let host = server.url.trim_start_matches("http://");
    let secret = |name: &str| format!("http://me:hunter2@{host}/{name}?access_token=s3cr3t");
    let said = Mutex::new(Vec::new());
    let observe = |event: Event<'_>| said.lock().unwrap().push(format!("{event:?}"));
    let check = |file: ManifestFile, options: &FetchOptions| {
        let wanted = [Wanted { corpus: "rain".to_owned(), file }];
        let fetched = fetch(&wanted, options, &observe).unwrap();
        said.lock().unwrap().push(format!("{:?}", fetched[0].outcome));
        for entry in fs::read_dir(raw.join("rain")).into_iter().flatten().flatten() {
            said.lock().unwrap().push(fs::read_to_string(entry.path()).unwrap());
        }
        if let Ok(lock) = fs::read_to_string(raw.join(Lock::FILE)) {
            said.lock().unwrap().push(lock);
        }
        let said = said.lock().unwrap().join("\n");
        assert!(SECRETS.iter().all(|secret| !said.contains(secret)), "{said}");
        said
    };
    let plain = options(&raw);
    let once = FetchOptions { attempts: 1, ..options(&raw) };
    for url in [secret("gone.bin"), secret("gone.bin").replace("http", "ftp"), secret("a b\\")] {
        check(file("rain/gone.bin", &url), &plain);
    }
    let sums = vec![secret("sums.txt")];
    check(ManifestFile { sums, ..file("rain/gone.bin", &secret("gone.bin")) }, &plain);
    let mirror = Some(secret("copy").replace("?access_token=s3cr3t", ""));
    check(file("rain/gone.bin", "http://localhost/"), &FetchOptions { mirror, ..options(&raw) });
    // A part that is described, then the whole file and the lock.
    let said = check(file("rain/rain.bin", &secret("rain.bin")), &once);
    assert!(said.contains("access_token=***"), "{said}");
    check(file("rain/rain.bin", &secret("rain.bin")), &plain);
    let locked = Lock::read(&raw).unwrap().files["rain/rain.bin"].url.clone();
    assert_eq!(locked, Some(format!("http://***@{host}/rain.bin?access_token=***")));
}
