//! Datasets of the Hugging Face hub: `hf://datasets/<owner>/<name>@<revision>/<path>`.
//!
//! The hub answers at `<endpoint>/datasets/<owner>/<name>/resolve/<revision>/<path>`, for large files with a redirection to
//! an address that expires and that is kept nowhere. Of a dataset that is gated it shows everything but the files to who
//! has not accepted its terms. (<https://huggingface.co/docs/hub/datasets-gated>)

use std::env;
use std::fmt;

use ljd_core::without_secrets;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::Response;

/// Where the hub is, and who asks it.
#[derive(Clone)]
pub struct Hub {
    endpoint: String,
    token: Option<String>,
}

/// What a part of a path may hold in an address.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Default for Hub {
    fn default() -> Self {
        Self { endpoint: "https://huggingface.co".to_owned(), token: None }
    }
}

impl Hub {
    /// The hub at that address, asked with a token if there is one.
    ///
    /// A token is sent to that address alone, and only if nobody on the way can read it: by https, or on this machine.
    pub fn new(endpoint: &str, token: Option<&str>) -> Self {
        let token = token.map(str::trim).filter(|token| !token.is_empty());
        Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            token: token.map(str::to_owned),
        }
    }

    /// The hub that the variables `HF_ENDPOINT` and `HF_TOKEN` say, as the hub's own programs read them.
    pub fn from_env() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "they change where a file is from, and no byte of it"
        )]
        let variable = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let endpoint = variable("HF_ENDPOINT").unwrap_or(Self::default().endpoint);
        Self::new(&endpoint, variable("HF_TOKEN").as_deref())
    }

    /// The address at which the hub has a file; `None` where the text is no `hf://` address of one.
    pub(crate) fn resolve(&self, url: &str) -> Option<String> {
        let (owner, rest) = url.strip_prefix("hf://datasets/")?.split_once('/')?;
        let (name, rest) = rest.split_once('@')?;
        let (revision, path) = if rest.starts_with("refs/") {
            let (at, _) = rest.match_indices('/').nth(2)?;
            (rest.get(..at)?, rest.get(at + 1..)?)
        } else {
            rest.split_once('/')?
        };
        let is_name = |name: &str| !name.is_empty() && !name.contains('/');
        let is_given = is_name(owner) && is_name(name) && !revision.is_empty();
        let parts: Vec<&str> = path.split('/').collect();
        if !is_given || parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
            return None;
        }
        let [owner, name, revision] = [owner, name, revision].map(encoded);
        let path = parts.into_iter().map(encoded).collect::<Vec<_>>().join("/");
        Some(format!("{}/datasets/{owner}/{name}/resolve/{revision}/{path}", self.endpoint))
    }

    /// What is said to the hub of who asks, where the address is the hub's.
    pub(crate) fn authorization(&self, url: &str) -> Option<String> {
        let is_safe = |rest: &str| {
            let host = rest.split(['/', ':']).next();
            matches!(host, Some("127.0.0.1" | "localhost"))
        };
        let is_safe =
            url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_safe);
        let token = self.token.as_ref().filter(|_| is_safe && self.has(url))?;
        Some(format!("Bearer {token}"))
    }

    /// Why the hub does not give a file, where it says so.
    pub(crate) fn refusal<B>(&self, url: &str, response: &Response<B>) -> Option<String> {
        let (page, _) = url.split_once("/resolve/").filter(|_| self.has(url))?;
        let page = without_secrets(page);
        let code = response.headers().get("x-error-code").and_then(|code| code.to_str().ok());
        Some(match (code, response.status().as_u16()) {
            (Some("GatedRepo"), 401) => format!(
                "the dataset is gated: accept its terms at {page}, and set HF_TOKEN to a token of your account"
            ),
            (Some("GatedRepo"), _) => format!(
                "the dataset is gated, and the account of HF_TOKEN has not accepted its terms: do so at {page}"
            ),
            (Some("RepoNotFound"), _) => {
                format!("there is no dataset {page}, or it is private and needs HF_TOKEN")
            }
            (Some("RevisionNotFound"), _) => format!("{page} has no such revision"),
            (Some("EntryNotFound"), _) => format!("{page} has no such file in that revision"),
            (None, 401) => "the hub does not accept the token of HF_TOKEN".to_owned(),
            (None, 403) => {
                "the token of HF_TOKEN may not read gated datasets: give it that right".to_owned()
            }
            _ => return None,
        })
    }

    fn has(&self, url: &str) -> bool {
        url.strip_prefix(&self.endpoint).is_some_and(|rest| rest.starts_with('/'))
    }
}

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, PART).to_string()
}

/// A token is shown nowhere.
impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|_| "…");
        f.debug_struct("Hub").field("endpoint", &self.endpoint).field("token", &token).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_shows_no_password() {
        let hub = Hub::new("https://me:secret@hub.example.org", None);
        let url = hub.resolve("hf://datasets/a/b@main/c.jsonl").unwrap();
        for (code, status) in [
            ("GatedRepo", 401),
            ("GatedRepo", 403),
            ("RepoNotFound", 404),
            ("RevisionNotFound", 404),
        ] {
            let response = Response::builder().status(status).header("x-error-code", code).body(());
            let why = hub.refusal(&url, &response.unwrap()).unwrap();
            assert!(
                why.contains("hub.example.org/datasets/a/b") && !why.contains("secret"),
                "{why}"
            );
        }
    }

    #[test]
    fn addresses_of_datasets_are_resolved() {
        let hub = Hub::default();
        let at = |url: &str| {
            hub.resolve(url).map(|url| url.replace("https://huggingface.co/datasets/", ""))
        };
        assert_eq!(at("hf://datasets/a/b@main/x.jsonl").unwrap(), "a/b/resolve/main/x.jsonl");
        assert_eq!(
            at("hf://datasets/a/b-1.0@0f1e/data/雨 1%.json").unwrap(),
            "a/b-1.0/resolve/0f1e/data/%E9%9B%A8%201%25.json"
        );
        assert_eq!(
            at("hf://datasets/a/b@refs/convert/parquet/d/0.parquet").unwrap(),
            "a/b/resolve/refs%2Fconvert%2Fparquet/d/0.parquet"
        );
        for wrong in [
            "hf://a/b@main/x",
            "hf://datasets/b@main/x",
            "hf://datasets/a/b/x",
            "hf://datasets/a/b@main/",
            "hf://datasets/a/b@/x",
            "hf://datasets/a/b@main/../x",
            "https://example.org/x",
        ] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_goes_to_the_hub_alone_and_is_not_shown() {
        let hub = Hub::new("https://hub.example.org/", Some(" hf_secret\n"));
        assert_eq!(hub.authorization("https://hub.example.org/x").unwrap(), "Bearer hf_secret");
        assert_eq!(hub.authorization("https://hub.example.org.evil.org/x"), None);
        assert_eq!(hub.authorization("https://example.org/x"), None);
        assert!(!format!("{hub:?}").contains("secret"));
        let open = Hub::new("http://hub.example.org", Some("hf_secret"));
        assert_eq!(open.authorization("http://hub.example.org/x"), None);
        let here = Hub::new("http://127.0.0.1:80", Some("hf_secret"));
        assert!(here.authorization("http://127.0.0.1:80/x").is_some());
        assert_eq!(Hub::new("https://a", Some(" ")).authorization("https://a/x"), None);
    }
}
