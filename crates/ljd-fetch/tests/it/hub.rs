use std::sync::{Arc, Mutex};

use ljd_fetch::{FetchOptions, Hub, Outcome};

use crate::server::{Request, Server, body, fetch_one, file, options, pinned, send, serve};

const FILE: &str = "/datasets/rain/rain-ja/resolve/0f1e2d/data/a%20b.jsonl";
const URL: &str = "hf://datasets/rain/rain-ja@0f1e2d/data/a b.jsonl";

/// A store of large files, and a hub that sends there who has the token.
fn hub(body: Vec<u8>, code: &'static str) -> (Server, Server) {
    let store =
        Server::new(move |request, stream| serve(request, stream, &body, "\"1\"", usize::MAX));
    let signed = format!("{}/signed?key=expires", store.url);
    let answer = move |request: &Request, stream: &mut std::net::TcpStream| {
        let token = request.headers.get("authorization").map(String::as_str);
        let (status, name, value) = match (request.path.as_str(), token) {
            (FILE, Some("Bearer hf_right")) => ("302 Found", "Location", signed.as_str()),
            (FILE, None) => ("401 Unauthorized", "X-Error-Code", code),
            (FILE, Some(_)) => ("403 Forbidden", "X-Error-Code", code),
            _ => ("404 Not Found", "X-Error-Code", "EntryNotFound"),
        };
        send(stream, status, &[(name, value)], b"");
    };
    (Server::new(answer), store)
}

fn fetched(
    server: &Server,
    url: &str,
    token: Option<&str>,
    body: &[u8],
) -> (Result<Outcome, String>, Vec<String>) {
    let raw = tempfile::tempdir().unwrap();
    let options = FetchOptions { hub: Hub::new(&server.url, token), ..options(raw.path()) };
    fetch_one(&pinned(file("rain/a.jsonl", url), body), &options)
}

#[test]
fn a_file_of_the_hub_is_fetched_and_the_token_stays_there() {
    let body = body(10_000);
    let (hub, store) = hub(body.clone(), "GatedRepo");
    let (outcome, _) = fetched(&hub, URL, Some("hf_right"), &body);
    assert!(matches!(outcome, Ok(Outcome::Downloaded { .. })), "{outcome:?}");
    assert_eq!(hub.requests()[0].headers["authorization"], "Bearer hf_right");
    assert!(store.requests().iter().all(|request| !request.headers.contains_key("authorization")));
}

#[test]
fn what_the_hub_refuses_is_explained() {
    let body = body(10);
    let said = Arc::new(Mutex::new(String::new()));
    for (url, token, code, what) in [
        (URL, None, "GatedRepo", "accept its terms at"),
        (URL, Some("hf_wrong"), "GatedRepo", "has not accepted its terms"),
        (URL, None, "RepoNotFound", "or it is private"),
        (URL, None, "RevisionNotFound", "no such revision"),
        ("hf://datasets/rain/rain-ja@0f1e2d/b.jsonl", None, "", "no such file"),
        (
            "hf://datasets/rain@main/b.jsonl",
            None,
            "",
            "hf://datasets/<owner>/<name>@<revision>/<path>",
        ),
    ] {
        let (server, _store) = hub(body.clone(), code);
        let (outcome, events) = fetched(&server, url, token, &body);
        let all = format!("{} {}", outcome.unwrap_err(), events.join(" "));
        assert!(all.contains(what), "{what}: {all}");
        assert!(!all.contains("hf_wrong"), "{all}");
        said.lock().unwrap().push_str(&all);
    }
    assert!(said.lock().unwrap().contains("/datasets/rain/rain-ja"));
}
