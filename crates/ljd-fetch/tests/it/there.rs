use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use ljd_core::{ErrorKind, Lock, ManifestFile};
use ljd_fetch::{FetchOptions, Outcome, State, Wanted, state, verify};

use crate::server::{Server, fetch_one, file, options, pinned, serve, sha256};

/// The state of a file as a listing would show it.
fn shown(raw: &Path, file: &ManifestFile) -> State {
    state(raw, &Lock::read(raw).unwrap(), file).unwrap()
}

#[test]
fn the_first_download_is_what_later_ones_are_held_to() {
    let raw = tempfile::tempdir().unwrap();
    let raw = raw.path();
    let server = Server::new(|request, stream| {
        let body: &[u8] = if request.n == 0 { b"rain" } else { b"snow" };
        serve(request, stream, body, "\"1\"", usize::MAX);
    });
    let file = server.file("rain.bin");
    assert_eq!(shown(raw, &file), State::Missing);
    assert_eq!(fetch_one(&file, &options(raw)).0, Ok(Outcome::Downloaded { bytes: 4 }));
    assert_eq!(shown(raw, &file), State::Verified);
    fs::remove_file(raw.join("rain/rain.bin")).unwrap();
    let digests = [sha256(b"rain"), sha256(b"snow")];
    let [old, new] = &digests;
    let message = fetch_one(&file, &options(raw)).0.unwrap_err();
    let expected = format!("SHA-256 is `{new}`, it was `{old}` when the file was first downloaded");
    assert!(message.ends_with(&expected), "{message}");
    let update = FetchOptions { update_lock: true, ..options(raw) };
    let updated = Outcome::Updated { old: old.clone(), new: new.clone() };
    assert_eq!(fetch_one(&file, &update).0, Ok(updated));
    assert_eq!(&Lock::read(raw).unwrap().files["rain/rain.bin"].sha256, new);
    assert_eq!(fetch_one(&file, &options(raw)).0, Ok(Outcome::There));
}

#[test]
fn a_file_that_was_touched_is_hashed_anew() {
    let raw = tempfile::tempdir().unwrap();
    let raw = raw.path();
    let path = raw.join("rain/rain.bin");
    fs::create_dir_all(raw.join("rain")).unwrap();
    fs::write(&path, b"rain").unwrap();
    let file = pinned(file("rain/rain.bin", "http://localhost/"), b"rain");
    assert_eq!(shown(raw, &file), State::OnDisk);
    let wanted = [Wanted { corpus: "rain".to_owned(), file: file.clone() }];
    let verified = || verify(&wanted, raw, &|_| {}).unwrap().pop().unwrap().outcome;
    assert_eq!(verified().unwrap(), Outcome::There);
    assert_eq!(shown(raw, &file), State::Verified);
    fs::write(&path, b"snow").unwrap();
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    assert_eq!(shown(raw, &file), State::OnDisk);
    let error = verified().unwrap_err();
    assert_eq!(error.corpus(), Some("rain"));
    assert!(matches!(error.kind(), ErrorKind::Digest { .. }));
    assert!(
        fetch_one(&file, &options(raw)).0.is_err(),
        "a wrong file is neither kept nor replaced"
    );
    assert_eq!(fs::read(&path).unwrap(), b"snow");
}

#[test]
fn what_is_to_be_downloaded_by_hand_is_checked_when_it_is_there() {
    let raw = tempfile::tempdir().unwrap();
    let raw = raw.path();
    let by_hand = Some("the site refuses programs".to_owned());
    let file =
        ManifestFile { by_hand, ..pinned(file("rain/rain.bin", "http://localhost/"), b"rain") };
    assert_eq!(shown(raw, &file), State::ByHand);
    assert_eq!(fetch_one(&file, &options(raw)).0, Ok(Outcome::ByHand));
    fs::create_dir_all(raw.join("rain")).unwrap();
    fs::write(raw.join("rain/rain.bin"), b"rain").unwrap();
    assert_eq!(fetch_one(&file, &options(raw)).0, Ok(Outcome::There));
    fs::write(raw.join("rain/rain.bin"), b"a page that says no").unwrap();
    assert!(fetch_one(&file, &options(raw)).0.is_err());
}

#[test]
fn a_mirror_is_a_folder_or_a_server() {
    let (raw, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir_all(copy.path().join("rain")).unwrap();
    fs::write(copy.path().join("rain/rain #1.bin"), b"rain").unwrap();
    let server = Server::new(|request, stream| match request.path.as_str() {
        "/copy/rain/rain%20%231.bin" => serve(request, stream, b"rain", "\"1\"", usize::MAX),
        path => panic!("nobody should ask for {path}"),
    });
    let folder = copy.path().display().to_string();
    let mirrors = [folder.clone(), format!("file://{folder}"), format!("{}/copy/", server.url)];
    for mirror in mirrors {
        // The publisher is not asked, not even for what is to be downloaded by hand.
        let by_hand = Some("the site refuses programs".to_owned());
        let file = ManifestFile { by_hand, ..file("rain/rain #1.bin", "http://localhost:1/") };
        let options = FetchOptions { mirror: Some(mirror.clone()), ..options(raw.path()) };
        assert_eq!(fetch_one(&file, &options).0, Ok(Outcome::Downloaded { bytes: 4 }), "{mirror}");
        fs::remove_file(raw.path().join("rain/rain #1.bin")).unwrap();
    }
}

#[test]
fn a_lock_that_is_none_is_named_with_its_line() {
    let raw = tempfile::tempdir().unwrap();
    fs::write(raw.path().join(Lock::FILE), "{\n  \"files\": []\n}\n").unwrap();
    let error = ljd_fetch::fetch(&[], &options(raw.path()), &|_| {}).unwrap_err();
    assert!(error.to_string().starts_with("ljd-lock.json:2:"), "{error}");
}
