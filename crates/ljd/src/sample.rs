//! The files of the recipe `sample`, compiled in, so that it is built without a network wherever the program is.
//! `samples/README.md` says whose text they are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ljd_core::{Error, Result};
use tempfile::TempDir;

/// The files of the recipe `sample` in a folder of their own, which is removed when this is dropped.
#[derive(Debug)]
pub struct Sample(TempDir);

impl Sample {
    /// Writes the files where the system keeps what is temporary.
    ///
    /// # Errors
    ///
    /// Where they cannot be written.
    pub fn unpack() -> Result<Self> {
        let folder =
            tempfile::tempdir().map_err(|source| Error::write(std::env::temp_dir(), source))?;
        for (name, bytes) in FILES {
            let path = folder.path().join(name);
            write(&path, bytes).map_err(|source| Error::write(&path, source))?;
        }
        Ok(Self(folder))
    }

    /// The raw folder.
    pub fn raw(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// The folder of manifests, which state digests and counts of these files.
    pub fn manifests(&self) -> PathBuf {
        self.0.path().join("manifests")
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../samples/", $name)))),*]
    };
}

const FILES: &[(&str, &[u8])] = files![
    "manifests/coursera.json",
    "coursera/Coursera_En-Ja.zip",
    "manifests/manythings.json",
    "manythings/jpn-eng.zip",
    "manifests/alt.json",
    "alt/ALT-Parallel-Corpus-20191206.zip",
    "manifests/tanaka.json",
    "tanaka/examples.utf.gz",
    "manifests/snow.json",
    "snow/T15-2020.1.7.xlsx",
    "snow/T23-2020.1.7.xlsx",
    "manifests/aio.json",
    "aio/aio_01_dev1.txt",
    "aio/aio_02_dev.txt",
    "manifests/jcommonsenseqa.json",
    "jcommonsenseqa/train-v1.1.json",
    "jcommonsenseqa/valid-v1.1.json",
    "manifests/jsquad.json",
    "jsquad/valid-v1.1.json",
    "manifests/aozora.json",
    "aozora/aozorabunko_text.zip",
    "manifests/wikipedia.json",
    "wikipedia/jawiki-2022-07-excerpt.xml.bz2",
    "manifests/jmrd.json",
    "jmrd/JMRD-main.zip",
    "manifests/dolly.json",
    "dolly/databricks-dolly-15k-ja.json",
];
