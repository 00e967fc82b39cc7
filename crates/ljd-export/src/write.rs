//! What reaches the disk: rows in columns, the formats that encode them, and the folder that they are written to.

use ljd_core::RelativePath;
use serde::{Deserialize, Serialize};

pub(crate) mod code;
pub(crate) mod columns;
pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod format;
pub(crate) mod holdings;
pub(crate) mod rows;
pub(crate) mod tokens;

/// A file that was written.
#[derive(Debug, Serialize, Deserialize)]
pub struct OutputFile {
    /// Path below the dataset's folder.
    pub path: RelativePath,
    /// Records in it, if it holds records.
    pub records: Option<u64>,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}
