//! Lists of check sums that publishers keep beside their files: a line has a sum and a name.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::thread;

use ljd_core::{Manifest, ManifestFile, hex};
use md5::Md5;
use sha1::Sha1;
use sha1::digest::Digest;

use crate::address::Address;
use crate::client::Failure;
use crate::download::Downloader;

/// What a publisher states of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    /// In lower-case hexadecimal; its length tells the algorithm.
    hex: String,
    /// The list that states it, as it may be shown.
    list: String,
}

/// Longer than any list of one release.
const LONGEST_LIST: u64 = 8 << 20;

impl Downloader<'_> {
    /// The sum of a file by the first list that can be had and names it.
    ///
    /// # Errors
    ///
    /// What each of the lists came to.
    pub(crate) fn sum(&self, file: &ManifestFile) -> Result<Sum, String> {
        let name = file.url.rsplit('/').next().unwrap_or_default();
        self.search(file, |listed| (listed == name).then_some(())).map(|(sum, ())| sum)
    }

    /// The newest release of a file, by the name that it has in the publisher's list.
    ///
    /// # Errors
    ///
    /// What each of the lists came to.
    pub(crate) fn newest(&self, file: &ManifestFile) -> Result<String, String> {
        let name = file.url.rsplit('/').next().unwrap_or_default();
        let Some((before, behind)) = name.split_once(Manifest::LATEST) else {
            return Err(format!("`{name}` has no place for a release"));
        };
        let release = |listed: &str| {
            let release = listed.strip_prefix(before)?.strip_suffix(behind)?;
            is_release(release).then(|| release.to_owned())
        };
        self.search(file, release).map(|(_, release)| release)
    }

    /// The first line of the first list that `wanted` knows.
    fn search<T>(
        &self,
        file: &ManifestFile,
        wanted: impl Fn(&str) -> Option<T>,
    ) -> Result<(Sum, T), String> {
        let mut problems = Vec::new();
        for list in &file.sums {
            let address = Address::parse(list);
            let problem = match self.text(&address) {
                Ok(text) => {
                    let mut lines = text.lines().filter_map(line);
                    let found = lines.find_map(|(hex, name)| Some((hex, wanted(name)?)));
                    if let Some((hex, found)) = found {
                        let (hex, list) = (hex.to_ascii_lowercase(), address.to_string());
                        return Ok((Sum { hex, list }, found));
                    }
                    "it does not name the file".to_owned()
                }
                Err(problem) => problem,
            };
            problems.push(format!("{address}: {problem}"));
        }
        Err(problems.join("; "))
    }

    /// A short text; asked for again while that helps.
    fn text(&self, address: &Address) -> Result<String, String> {
        let mut failures = 0;
        loop {
            failures += 1;
            let why = match self.text_once(address) {
                Ok(text) => return Ok(text),
                Err(Failure::Again { why, .. }) if failures < self.options.attempts => why,
                Err(Failure::Again { why, .. } | Failure::Elsewhere(why)) => return Err(why),
                Err(Failure::Afresh(why)) => return Err(why.to_owned()),
                Err(Failure::Fatal(error)) => return Err(error.to_string()),
            };
            let (url, wait) = (address.to_string(), self.backoff(failures));
            (self.observe)(crate::Event::Waiting { path: &url, wait, why: &why });
            thread::sleep(wait);
        }
    }

    fn text_once(&self, address: &Address) -> Result<String, Failure> {
        let _permit = self.hosts.permit(address.host());
        let answer = self.client.open(address, None, None)?;
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "at most eight MiB")]
        let read = answer.reader.take(LONGEST_LIST + 1).read_to_end(&mut bytes);
        read.map_err(|error| Failure::Again { why: error.to_string(), wait: None })?;
        if LONGEST_LIST < bytes.len() as u64 {
            return Err(Failure::Elsewhere(format!("it is longer than {LONGEST_LIST} bytes")));
        }
        String::from_utf8(bytes).map_err(|_error| Failure::Elsewhere("it is no text".to_owned()))
    }
}

impl Sum {
    /// Says how a file differs from what is stated; `None` if it does not.
    pub(crate) fn difference(&self, file: &File, sha256: &str) -> io::Result<Option<String>> {
        let (algorithm, found) = match self.hex.len() {
            MD5 => ("MD5", hash::<Md5>(file)?),
            SHA1 => ("SHA-1", hash::<Sha1>(file)?),
            _ => ("SHA-256", sha256.to_owned()),
        };
        let Self { hex, list } = self;
        let problem = format!("{algorithm} is `{found}`, {list} states `{hex}`");
        Ok((found != *hex).then_some(problem))
    }
}

/// Lengths of the sums in hexadecimal.
const MD5: usize = 32;
const SHA1: usize = 40;
const SHA256: usize = 64;

fn hash<D: Digest>(mut file: &File) -> io::Result<String> {
    const BUFFER: usize = 128 << 10;
    file.seek(SeekFrom::Start(0))?;
    let (mut reader, mut digest) = (BufReader::with_capacity(BUFFER, file), D::new());
    let mut buffer = vec![0; BUFFER];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(&digest.finalize())),
            n => digest.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// The sum and the name on a line, as `sha1sum` and its like write it; a star marks a file that was read as bytes.
fn line(line: &str) -> Option<(&str, &str)> {
    let (sum, name) = line.trim().split_once(char::is_whitespace)?;
    let is_sum = matches!(sum.len(), MD5 | SHA1 | SHA256)
        && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = name.trim_start();
    is_sum.then(|| (sum, name.strip_prefix('*').unwrap_or(name)))
}

/// Whether it can be a release: it becomes a part of paths and addresses.
fn is_release(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_every_tool_writes_them() {
        let sum = "0123456789abcdef0123456789abcdef";
        assert_eq!(line(&format!("{sum}  rain.tsv")), Some((sum, "rain.tsv")));
        assert_eq!(line(&format!("{sum} *rain.tsv")), Some((sum, "rain.tsv")));
        assert_eq!(line(&format!("{sum}0 rain.tsv")), None);
        assert_eq!(line("<html> <title>"), None);
        assert!(is_release("20240101") && !is_release("latest") && !is_release("1/../2"));
    }
}
