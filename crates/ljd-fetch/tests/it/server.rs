use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use ljd_core::{ManifestFile, RelativePath, Sha256Writer, Split};
use ljd_fetch::{Event, FetchOptions, Fetched, Outcome, Wanted, fetch};

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// How many came before it.
    pub(crate) n: usize,
}

/// What a test's server answers; the stream is closed afterwards.
pub(crate) type Answer = dyn Fn(&Request, &mut TcpStream) + Send + Sync;

/// A server that lives as long as its test's process.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn new(answer: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (answer, seen): (Arc<Answer>, _) = (Arc::new(answer), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, answer, seen) =
                    (stream.unwrap(), Arc::clone(&answer), Arc::clone(&seen));
                thread::spawn(move || {
                    let Some(mut request) = read_request(&stream) else { return };
                    {
                        let mut seen = seen.lock().unwrap();
                        request.n = seen.len();
                        seen.push(request.clone());
                    }
                    answer(&request, &mut stream);
                });
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// A file of this server, without size and digest.
    pub(crate) fn file(&self, name: &str) -> ManifestFile {
        file(&format!("rain/{name}"), &format!("{}/{name}", self.url))
    }
}

/// Reads one request; `None` if the client goes away.
pub(crate) fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers = lines.take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    });
    Some(Request { path, headers: headers.collect(), n: 0 })
}

/// Writes a whole answer; a client that has gone away is none of the server's business.
pub(crate) fn send(stream: &mut TcpStream, status: &str, headers: &[(&str, &str)], body: &[u8]) {
    let headers: String =
        headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n");
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

/// Answers as a server that knows ranges; `cut` ends the body early.
pub(crate) fn serve(
    request: &Request,
    stream: &mut TcpStream,
    body: &[u8],
    etag: &str,
    cut: usize,
) {
    let range = request
        .headers
        .get("range")
        .filter(|_| request.headers.get("if-range").is_none_or(|validator| validator == etag));
    let start: usize = range.map_or(0, |range| {
        range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap()
    });
    if body.len() <= start && 0 < start {
        let range = format!("bytes */{}", body.len());
        return send(stream, "416 Range Not Satisfiable", &[("Content-Range", &range)], b"");
    }
    let length = (body.len() - start).to_string();
    let content_range = format!("bytes {start}-{}/{}", body.len() - 1, body.len());
    let mut headers = vec![("Content-Length", length.as_str()), ("ETag", etag)];
    if range.is_some() {
        headers.push(("Content-Range", &content_range));
    }
    let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
    send(stream, status, &headers, &body[start..start.saturating_add(cut).min(body.len())]);
}

/// Bytes that repeat nowhere, so that a piece in a wrong place shows.
pub(crate) fn body(len: usize) -> Vec<u8> {
    (0_u32..).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).take(len).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut hashed = Sha256Writer::new(std::io::sink());
    hashed.write_all(bytes).unwrap();
    hashed.finish().2
}

pub(crate) fn file(path: &str, url: &str) -> ManifestFile {
    ManifestFile {
        path: RelativePath::parse(path).unwrap(),
        url: url.to_owned(),
        mirrors: Vec::new(),
        bytes: None,
        sha256: None,
        stated_by: None,
        sums: Vec::new(),
        by_hand: None,
        optional: false,
        truncated: false,
        split: Some(Split::Whole),
        members: BTreeMap::new(),
        split_note: None,
    }
}

pub(crate) fn pinned(file: ManifestFile, body: &[u8]) -> ManifestFile {
    ManifestFile { bytes: Some(body.len() as u64), sha256: Some(sha256(body)), ..file }
}

/// Options that do not let a test wait.
pub(crate) fn options(raw: &Path) -> FetchOptions {
    FetchOptions {
        backoff: Duration::from_millis(1),
        stall: Duration::from_millis(300),
        ..FetchOptions::new(raw)
    }
}

/// Fetches one file, and collects what was said of it.
pub(crate) fn fetch_one(
    file: &ManifestFile,
    options: &FetchOptions,
) -> (Result<Outcome, String>, Vec<String>) {
    let wanted = [Wanted { corpus: "rain".to_owned(), file: file.clone() }];
    let said = Mutex::new(Vec::new());
    let observe = |event: Event<'_>| match event {
        Event::Waiting { why, wait, .. } => said.lock().unwrap().push(format!("{why}, {wait:?}")),
        Event::Failed { why, .. } => said.lock().unwrap().push(why.to_owned()),
        Event::Started { from, .. } => said.lock().unwrap().push(format!("from {from}")),
        _ => {}
    };
    let fetched = fetch(&wanted, options, &observe).unwrap();
    let [Fetched { outcome, .. }] = <[Fetched; 1]>::try_from(fetched).unwrap();
    (outcome.map_err(|error| error.to_string()), said.into_inner().unwrap())
}
