//! One file from one address: asked again while that helps, continued where it was cut.

use std::fs::File;
use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use ljd_core::{Error, ErrorKind, ManifestFile, Sha256Writer};

use crate::address::Address;
use crate::client::{Answer, Client, Failure};
use crate::hosts::Hosts;
use crate::options::{Event, FetchOptions, Observe};
use crate::part::{About, Part};

/// What every download of a run shares.
pub(crate) struct Downloader<'a> {
    pub(crate) client: Client,
    pub(crate) hosts: &'a Hosts,
    pub(crate) options: &'a FetchOptions,
    pub(crate) observe: Observe<'a>,
}

/// A file that came to its end, still under its part's name.
pub(crate) struct Downloaded {
    pub(crate) file: File,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// Whether some of it was there before: then wrong bytes may be the part's fault.
    pub(crate) resumed: bool,
}

/// Why a connection brought no whole file.
struct Stopped {
    failure: Failure,
    /// Bytes that are there.
    reached: u64,
    /// Whether the server sent everything again although it was asked for the rest.
    afresh: bool,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self { failure, reached: 0, afresh: false }
    }
}

const BUFFER: usize = 128 << 10;
/// A server that sends less than this is not worth waiting for.
const SLOWEST_BYTES_PER_SECOND: u64 = 1 << 10;
/// Longer than this nobody waits for a server.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

impl Downloader<'_> {
    /// Downloads a file from one address into its part.
    pub(crate) fn download(
        &self,
        file: &ManifestFile,
        path: &Path,
        address: &Address,
    ) -> Result<Downloaded, Failure> {
        let part = Part::of(path);
        let (mut failures, mut furthest, mut restarts) = (0, 0, 0);
        loop {
            self.options.cancel.check().map_err(Failure::Fatal)?;
            let Stopped { failure, reached, afresh } = match self.attempt(file, &part, address) {
                Ok(downloaded) => return Ok(downloaded),
                Err(stopped) => stopped,
            };
            restarts += u32::from(afresh || matches!(failure, Failure::Afresh(_)));
            // A connection that brought something new is no failed attempt.
            failures = if furthest < reached { 1 } else { failures + 1 };
            furthest = furthest.max(reached);
            let (why, wait) = match failure {
                Failure::Again { why, wait } => (why, wait),
                Failure::Afresh(why) => {
                    part.discard();
                    furthest = 0;
                    (why.to_owned(), None)
                }
                failure => return Err(failure),
            };
            if let Some(wait) = wait.filter(|wait| LONGEST_WAIT < *wait) {
                let why = format!("{why} and asks for a pause of {} s", wait.as_secs());
                return Err(Failure::Elsewhere(why));
            }
            if self.options.attempts <= failures {
                return Err(Failure::Elsewhere(format!("{why} ({failures} attempts)")));
            }
            if self.options.attempts <= restarts {
                return Err(Failure::Elsewhere(format!("{why} (begun anew {restarts} times)")));
            }
            let wait = wait.unwrap_or_else(|| self.backoff(failures));
            (self.observe)(Event::Waiting { path: &file.path, wait, why: &why });
            thread::sleep(wait);
        }
    }

    /// Twice as long each time.
    pub(crate) fn backoff(&self, failures: u32) -> Duration {
        self.options.backoff.saturating_mul(1 << (failures - 1).min(6))
    }

    /// One connection.
    fn attempt(
        &self,
        file: &ManifestFile,
        part: &Part,
        address: &Address,
    ) -> Result<Downloaded, Stopped> {
        let _permit = self.hosts.permit(address.host());
        let url = address.to_string();
        let resume = part.resume(&url, file.sha256.is_some()).map_err(Failure::Fatal)?;
        let answer = self.client.open(address, resume.as_ref(), file.bytes)?;
        let afresh = resume.is_some() && answer.start == 0;
        let received = self.receive(file, part, &url, answer);
        received.map_err(|stopped| Stopped { afresh, ..stopped })
    }

    fn receive(
        &self,
        file: &ManifestFile,
        part: &Part,
        url: &str,
        answer: Answer,
    ) -> Result<Downloaded, Stopped> {
        let Answer { reader, start, total, validator } = answer;
        check_length(file, total)?;
        let total = total.or(file.bytes);
        check_room(&self.options.raw, total, start).map_err(Failure::Fatal)?;
        let about = About { url: url.to_owned(), validator, total };
        let mut out = part.open(start, &about).map_err(Failure::Fatal)?;
        if out.bytes() != start {
            return Err(Failure::Afresh("the part is shorter than it was").into());
        }
        let path = &file.path;
        (self.observe)(Event::Started { path, url, bytes: total, from: start });
        let copied = self.copy(file, part, reader, &mut out, total);
        let reached = out.bytes();
        copied.map_err(|failure| Stopped { reached, ..failure.into() })?;
        if let Some(total) = total.filter(|total| reached < *total) {
            let why = format!("the connection ended after {reached} of {total} bytes");
            return Err(Stopped { reached, ..Failure::Again { why, wait: None }.into() });
        }
        let (file, bytes, sha256) = out.finish();
        Ok(Downloaded { file, bytes, sha256, resumed: 0 < start })
    }

    fn copy(
        &self,
        file: &ManifestFile,
        part: &Part,
        mut reader: Box<dyn Read>,
        out: &mut Sha256Writer<File>,
        total: Option<u64>,
    ) -> Result<(), Failure> {
        let most = total.unwrap_or(self.options.most_unannounced);
        let mut buffer = vec![0; BUFFER];
        let mut pace = Pace::new(self.options.stall);
        loop {
            self.options.cancel.check().map_err(Failure::Fatal)?;
            let n = match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(error) if error.kind() == IoErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(Failure::Again { why: error.to_string(), wait: None });
                }
            };
            let bytes = buffer.get(..n).unwrap_or_default();
            out.write_all(bytes).map_err(|error| Failure::Fatal(part.cannot_write(error)))?;
            (self.observe)(Event::Received { path: &file.path, bytes: out.bytes() });
            if most < out.bytes() {
                part.discard();
                return Err(too_long(file, total, most));
            }
            pace.add(n as u64)?;
        }
    }
}

/// Notices a server that sends so little that it will never come to an end.
struct Pace {
    window: Duration,
    since: Instant,
    bytes: u64,
}

impl Pace {
    fn new(window: Duration) -> Self {
        Self { window, since: Instant::now(), bytes: 0 }
    }

    fn add(&mut self, bytes: u64) -> Result<(), Failure> {
        self.bytes += bytes;
        if self.since.elapsed() < self.window {
            return Ok(());
        }
        let least = SLOWEST_BYTES_PER_SECOND.saturating_mul(self.window.as_secs().max(1));
        if self.bytes < least {
            let (n, s) = (self.bytes, self.since.elapsed().as_secs());
            return Err(Failure::Again { why: format!("only {n} bytes in {s} s"), wait: None });
        }
        (self.since, self.bytes) = (Instant::now(), 0);
        Ok(())
    }
}

fn too_long(file: &ManifestFile, total: Option<u64>, most: u64) -> Failure {
    let says = match (file.bytes, total) {
        (Some(_), _) => "that the manifest states",
        (None, Some(_)) => "that the server announced",
        (None, None) => "that are taken of a file whose length nobody states",
    };
    Failure::Elsewhere(format!("the body is longer than the {most} bytes {says}"))
}

/// Another length than the manifest's is another file: no need to download it.
fn check_length(file: &ManifestFile, total: Option<u64>) -> Result<(), Failure> {
    match (file.bytes, total) {
        (Some(stated), Some(total)) if stated != total => Err(Failure::Elsewhere(format!(
            "the server announces {total} bytes, the manifest states {stated}"
        ))),
        _ => Ok(()),
    }
}

fn check_room(root: &Path, total: Option<u64>, start: u64) -> Result<(), Error> {
    // A file system that does not tell is tried.
    let (Some(total), Ok(free)) = (total, fs4::available_space(root)) else { return Ok(()) };
    let needed = total.saturating_sub(start);
    if free < needed { Err(Error::new(ErrorKind::NoSpace { needed, free })) } else { Ok(()) }
}
