//! One request: where its body starts, how long the file is, what tells its version from another.
//!
//! Ranges and validators are those of RFC 9110, sections 13 and 14. (<https://www.rfc-editor.org/rfc/rfc9110>)

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

use ljd_core::Error;
use ureq::config::RedirectAuthHeaders;
use ureq::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE,
    RETRY_AFTER,
};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::address::Address;
use crate::hub::Hub;

/// Asks servers.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    hub: Hub,
}

/// From where a download continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    pub(crate) from: u64,
    /// The version that the bytes before are of; `None` if the digest alone will tell.
    pub(crate) validator: Option<String>,
    /// Length of the whole file, if the server announced it.
    pub(crate) total: Option<u64>,
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
    pub(crate) fn new(stall: Duration, hub: Hub) -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!("ljd/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // A token is for the hub, not for where it sends us.
            .redirect_auth_headers(RedirectAuthHeaders::Never)
            .timeout_connect(Some(stall))
            .timeout_recv_response(Some(stall))
            .timeout_per_read(Some(stall));
        Self { agent: config.build().new_agent(), hub }
    }

    /// Asks for a file, of which the manifest may have stated the length.
    pub(crate) fn open(
        &self,
        address: &Address,
        resume: Option<&Resume>,
        stated: Option<u64>,
    ) -> Result<Answer, Failure> {
        match address {
            Address::File(path) => open_file(path),
            Address::Http(url) => self.ask(url, resume, stated),
            Address::Other(_) => Err(Failure::Elsewhere(
                "neither http, https, file nor hf://datasets/<owner>/<name>@<revision>/<path>"
                    .to_owned(),
            )),
        }
    }

    fn ask(
        &self,
        url: &str,
        resume: Option<&Resume>,
        stated: Option<u64>,
    ) -> Result<Answer, Failure> {
        let mut request = self.agent.get(url);
        if let Some(authorization) = self.hub.authorization(url) {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(Resume { from, validator, .. }) = resume {
            request = request.header(RANGE, format!("bytes={from}-"));
            if let Some(validator) = validator {
                request = request.header(IF_RANGE, validator);
            }
        }
        let response = request.call().map_err(|error| Failure::of(&error))?;
        match (response.status(), resume) {
            (StatusCode::OK, _) => Ok(Answer::whole(response)),
            (StatusCode::PARTIAL_CONTENT, Some(resume)) => Answer::rest(response, resume),
            (StatusCode::RANGE_NOT_SATISFIABLE, Some(resume)) => {
                Answer::nothing(&response, resume, stated)
            }
            (status, _) => Err(match self.hub.refusal(url, &response) {
                Some(why) => Failure::Elsewhere(why),
                None => Failure::of_status(status, &response),
            }),
        }
    }
}

fn open_file(path: &Path) -> Result<Answer, Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::Elsewhere(error.to_string()))?;
    if !metadata.is_file() {
        return Err(Failure::Elsewhere("no plain file".to_owned()));
    }
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
        let Some(range) = range.filter(|range| range.start == resume.from) else {
            return Err(Failure::Afresh("the server sends another range than the one asked for"));
        };
        let validator = validator(&response);
        if is_other(resume.validator.as_ref(), validator.as_ref())
            || is_other(resume.total.as_ref(), range.total.as_ref())
        {
            return Err(Failure::Afresh("the file changed between two parts"));
        }
        // What a server sends behind its range is no part of the file.
        let reader = Box::new(response.into_body().into_reader().take(range.len));
        let (validator, total) = (resume.validator.clone(), range.total.or(resume.total));
        Ok(Self { reader, start: range.start, total, validator })
    }

    /// The range that was asked for starts where the file ends, if that is where it is known to end.
    fn nothing(
        response: &Response<Body>,
        resume: &Resume,
        stated: Option<u64>,
    ) -> Result<Self, Failure> {
        let total =
            header(response, CONTENT_RANGE).and_then(|range| range.strip_prefix("bytes */"));
        let total = total.and_then(|total| total.parse().ok());
        let known = stated.or(resume.total);
        if total != Some(resume.from) || known != total {
            return Err(Failure::Afresh("the part that is there is not the file's beginning"));
        }
        let validator = resume.validator.clone();
        Ok(Self { reader: Box::new(io::empty()), start: resume.from, total, validator })
    }
}

/// Whether both are known and differ.
fn is_other<T: PartialEq>(before: Option<&T>, now: Option<&T>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before != now)
}

/// A `Content-Range`.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    start: u64,
    len: u64,
    /// Length of the whole file, unless it is `*`.
    total: Option<u64>,
}

/// What `bytes 100-199/200` says, if it can be.
fn content_range(value: &str) -> Option<Range> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, last) = range.split_once('-')?;
    let (start, last): (u64, u64) = (start.parse().ok()?, last.parse().ok()?);
    let len = last.checked_sub(start)?.checked_add(1)?;
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    let is_within = total.is_none_or(|total| last < total);
    is_within.then_some(Range { start, len, total })
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
        // What the library says of an address may hold its secrets.
        let why = match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                "no address that can be asked".to_owned()
            }
            error => error.to_string(),
        };
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
        let range = |start, len, total| Some(Range { start, len, total });
        assert_eq!(content_range("bytes 100-199/200"), range(100, 100, Some(200)));
        assert_eq!(content_range("bytes 0-0/*"), range(0, 1, None));
        for impossible in ["bytes 5-4/9", "bytes 5-9/9", "bytes 0-18446744073709551615/*"] {
            assert_eq!(content_range(impossible), None, "{impossible}");
        }
        assert_eq!(content_range("bytes 0-8/nine"), None);
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
