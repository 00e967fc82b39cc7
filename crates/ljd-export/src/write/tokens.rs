//! Counting tokens, with a `tokenizer.json` of Hugging Face's that the user names.

#[cfg(feature = "tokenizer")]
use std::io::{self, Read};
use std::path::Path;

use ljd_core::{Error, ErrorKind, Result};
#[cfg(feature = "tokenizer")]
use ljd_core::{Location, Sha256Writer, open_named};
use serde::Serialize;

/// The file that tokens were counted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenizerFile {
    /// Its name.
    pub name: String,
    /// Its SHA-256.
    pub sha256: String,
}

/// A tokenizer that any number of threads may use.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    pub(crate) file: TokenizerFile,
    #[cfg(feature = "tokenizer")]
    tokenizer: tokenizers::Tokenizer,
    #[cfg(not(feature = "tokenizer"))]
    tokenizer: std::convert::Infallible,
}

/// The largest file that is read: several times the largest vocabulary that is published.
#[cfg(feature = "tokenizer")]
const LIMIT: usize = 128 << 20;

#[cfg(feature = "tokenizer")]
impl Tokenizer {
    /// Reads a file. What it says of truncating and padding is for training, and not followed.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |kind| Error::at(Location::file(path.display().to_string()), kind);
        let file = open_named(path)?;
        let mut text = Sha256Writer::new(Vec::new());
        let read = io::copy(&mut file.take(LIMIT as u64 + 1), &mut text);
        read.map_err(|error| failed(ErrorKind::Read(error)))?;
        let (text, _, sha256) = text.finish();
        if LIMIT < text.len() {
            return Err(failed(ErrorKind::TooLarge { limit: LIMIT }));
        }
        let opened = tokenizers::Tokenizer::from_bytes(text).and_then(|mut tokenizer| {
            tokenizer.with_truncation(None)?.with_padding(None);
            Ok(tokenizer)
        });
        let tokenizer = opened.map_err(|error| failed(ErrorKind::Tokenizer(error)))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { file: TokenizerFile { name, sha256 }, tokenizer })
    }

    /// The tokens of a text, special ones left out.
    pub(crate) fn count(&self, text: &str) -> Result<u32> {
        let encoded = self.tokenizer.encode_fast(text, false).map_err(|error| {
            Error::at(Location::file(self.file.name.as_str()), ErrorKind::Tokenizer(error))
        })?;
        Ok(u32::try_from(encoded.len()).unwrap_or(u32::MAX))
    }
}

#[cfg(not(feature = "tokenizer"))]
impl Tokenizer {
    /// Cannot be had.
    pub(crate) fn open(_path: &Path) -> Result<Self> {
        Err(Error::new(ErrorKind::NoFeature("tokenizer")))
    }

    /// Is never asked.
    pub(crate) fn count(&self, _text: &str) -> Result<u32> {
        match self.tokenizer {}
    }
}

#[cfg(all(test, feature = "tokenizer"))]
mod tests {
    use super::*;

    #[test]
    fn a_tokenizer_is_a_file() {
        for path in ["/dev/zero", "."] {
            let error = Tokenizer::open(Path::new(path)).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::NoFile { .. }), "{error}");
        }
    }
}
