//! One request: where its body starts, how long the file is, what tells its version from another.
//!
//! Ranges and validators are those of RFC 9110, sections 13 and 14. (<https://www.rfc-editor.org/rfc/rfc9110>)

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

use ljd_core::Error;
use ureq::http::header::{
    CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE, RETRY_AFTER,
};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::address::Address;

/// Asks servers.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
}

/// From where a download continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    pub(crate) from: u64,
    /// The version that the bytes before are of; `None` if the digest alone will tell.
    pub(crate) validator: Option<String>,
}

/// What a server answers.
pub(crate) struct Answer {
    pub(crate) reader: Box<dyn Read>,
    /// Where in the file the body starts.
    pub(crate) start: u64,
    /// Length of the whole file.
    pub(crate) total: Option<u64>,
    /// The version of the file.
    pub(crate) validator: Option<String>,
}

/// Why there is no file.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Asking again may help, not before the wait that the server wishes.
    Again { why: String, wait: Option<Duration> },
    /// The file changed under the part that is there: asking for all of it helps.
    Afresh(&'static str),
    /// This address will not do.
    Elsewhere(String),
    /// No address will do.
    Fatal(Error),
}

impl Client {
    /// `stall` is how long a connection may stay silent.
    pub(crate) fn new(stall: Duration) -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!("ljd/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .timeout_connect(Some(stall))
            .timeout_recv_response(Some(stall))
            .timeout_per_read(Some(stall));
        Self { agent: config.build().new_agent() }
    }

    pub(crate) fn open(
        &self,
        address: &Address,
        resume: Option<&Resume>,
    ) -> Result<Answer, Failure> {
        match address {
            Address::File(path) => open_file(path),
            Address::Http(url) => self.ask(url, resume),
            Address::Other(_) => Err(Failure::Elsewhere("neither http, https nor file".to_owned())),
        }
    }

    fn ask(&self, url: &str, resume: Option<&Resume>) -> Result<Answer, Failure> {
        let mut request = self.agent.get(url);
        if let Some(Resume { from, validator }) = resume {
            request = request.header(RANGE, format!("bytes={from}-"));
            if let Some(validator) = validator {
                request = request.header(IF_RANGE, validator);
            }
        }
        let response = request.call().map_err(|error| Failure::of(&error))?;
        match (response.status(), resume) {
            (StatusCode::OK, _) => Ok(Answer::whole(response)),
            (StatusCode::PARTIAL_CONTENT, Some(resume)) => Answer::rest(response, resume),
            (StatusCode::RANGE_NOT_SATISFIABLE, Some(resume)) => Answer::nothing(&response, resume),
            (status, _) => Err(Failure::of_status(status, &response)),
        }
    }
}

fn open_file(path: &Path) -> Result<Answer, Failure> {
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (total, file) = opened.map_err(|error| Failure::Elsewhere(error.to_string()))?;
    Ok(Answer { reader: Box::new(file), start: 0, total: Some(total), validator: None })
}

impl Answer {
    fn whole(response: Response<Body>) -> Self {
        let total = header(&response, CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let validator = validator(&response);
        Self { reader: Box::new(response.into_body().into_reader()), start: 0, total, validator }
    }

    fn rest(response: Response<Body>, resume: &Resume) -> Result<Self, Failure> {
        let range = header(&response, CONTENT_RANGE).and_then(content_range);
        let validator = validator(&response);
        let is_same = match (&resume.validator, &validator) {
            (Some(before), Some(now)) => before == now,
            _ => true,
        };
        match range {
            Some((start, total)) if start == resume.from && is_same => {
                let reader = Box::new(response.into_body().into_reader());
                Ok(Self { reader, start, total, validator: resume.validator.clone() })
            }
            Some((start, _)) if start == resume.from => {
                Err(Failure::Afresh("the file changed between two parts"))
            }
            _ => Err(Failure::Afresh("the server sends another range than the one asked for")),
        }
    }

    /// The range that was asked for starts where the file ends.
    fn nothing(response: &Response<Body>, resume: &Resume) -> Result<Self, Failure> {
        let total =
            header(response, CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */"));
        if total.and_then(|total| total.parse().ok()) != Some(resume.from) {
            return Err(Failure::Afresh("the file is shorter than the part that is there"));
        }
        let validator = resume.validator.clone();
        let (start, total) = (resume.from, Some(resume.from));
        Ok(Self { reader: Box::new(io::empty()), start, total, validator })
    }
}

/// The start of `bytes 100-199/200` and the length of the whole, unless it is `*`.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _end) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}

/// What tells this version of the file from another, strong enough for a range.
fn validator(response: &Response<Body>) -> Option<String> {
    let strong = header(response, ETAG).filter(|etag| !etag.starts_with("W/"));
    strong.or_else(|| header(response, LAST_MODIFIED)).map(str::to_owned)
}

fn header(response: &Response<Body>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

impl Failure {
    fn of(error: &ureq::Error) -> Self {
        let why = error.to_string();
        match error {
            ureq::Error::Io(_)
            | ureq::Error::Timeout(_)
            | ureq::Error::Protocol(_)
            | ureq::Error::ConnectionFailed => Self::Again { why, wait: None },
            _ => Self::Elsewhere(why),
        }
    }

    fn of_status(status: StatusCode, response: &Response<Body>) -> Self {
        let why = format!("the server answers {status}");
        match status.as_u16() {
            408 | 425 | 429 | 500 | 502 | 503 | 504 => {
                let wait = header(response, RETRY_AFTER).and_then(retry_after);
                Self::Again { why, wait }
            }
            _ => Self::Elsewhere(why),
        }
    }
}

/// Seconds, or a date.
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    #[expect(clippy::disallowed_methods, reason = "a server says when it wants to be asked again")]
    let now = SystemTime::now();
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_servers_write_them() {
        assert_eq!(content_range("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(content_range("bytes 0-0/*"), Some((0, None)));
        assert_eq!(content_range("items 0-0/1"), None);
        assert_eq!(content_range("bytes */200"), None);
    }

    #[test]
    fn a_wait_is_a_number_or_a_date() {
        assert_eq!(retry_after(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("soon"), None);
    }
}
