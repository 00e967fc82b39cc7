//! Where a file is published: on a server, or in a folder.

use std::path::PathBuf;

use crate::hub::Hub;
use ljd_core::{ManifestFile, without_secrets};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// An address of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// On a server.
    Http(String),
    /// In a folder of this machine.
    File(PathBuf),
    /// What no program here can ask, `ftp://` say.
    Other(String),
}

/// What a path may not hold when it stands in an address.
const RESERVED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'?');

impl Address {
    pub(crate) fn parse(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("file://") {
            return Self::File(percent_decode_str(path).decode_utf8_lossy().as_ref().into());
        }
        if url.starts_with("http://") || url.starts_with("https://") {
            Self::Http(url.to_owned())
        } else {
            Self::Other(url.to_owned())
        }
    }

    /// The addresses of a file in the order in which they are asked; a `mirror` stands for all of them.
    pub(crate) fn all(file: &ManifestFile, mirror: Option<&str>, hub: &Hub) -> Vec<Self> {
        let Some(mirror) = mirror else {
            let urls = [&file.url].into_iter().chain(&file.mirrors);
            return urls
                .map(|url| hub.resolve(url).map_or_else(|| Self::parse(url), Self::Http))
                .collect();
        };
        let mirror = mirror.trim_end_matches('/');
        if !mirror.contains("://") {
            return vec![Self::File(PathBuf::from(mirror).join(&file.path))];
        }
        vec![Self::parse(&format!("{mirror}/{}", utf8_percent_encode(&file.path, RESERVED)))]
    }

    /// The server, `None` in a folder.
    pub(crate) fn host(&self) -> Option<String> {
        let Self::Http(url) = self else { return None };
        let uri: ureq::http::Uri = url.parse().ok()?;
        uri.authority().map(ToString::to_string)
    }
}

/// As it may be shown: without passwords and tokens.
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Http(url) | Self::Other(url) => f.write_str(&without_secrets(url)),
            Self::File(path) => write!(f, "file://{}", path.display()),
        }
    }
}
