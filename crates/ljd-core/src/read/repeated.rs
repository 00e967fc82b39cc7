//! Marks rows that stood in a corpus before.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::{Chunk, ChunkSink, Result, Text};

/// Marks every row whose key an earlier row had, and hands the chunks of `read` on.
///
/// A chunk of one text becomes one of several, each of rows that are all repeated or all not. What is
/// remembered is 16 bytes of a hash for each key.
///
/// # Errors
///
/// Those of `read` and of `out`.
pub fn mark_repeated(
    out: &mut ChunkSink<'_>,
    rows: &dyn Fn(&Text) -> Vec<Text>,
    key: &dyn Fn(&Text) -> Option<Vec<u8>>,
    read: impl FnOnce(&mut ChunkSink<'_>) -> Result<()>,
) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mark = |chunk: Chunk, out: &mut ChunkSink<'_>| {
        let mut texts: Vec<Text> = Vec::new();
        for mut row in chunk.texts.iter().flat_map(rows) {
            row.repeated = key(&row).is_some_and(|key| !seen.insert(hash(&key)));
            match texts.last_mut() {
                Some(last) if last.repeated == row.repeated && last.part == row.part => {
                    last.bytes.extend_from_slice(&row.bytes);
                }
                _ => texts.push(row),
            }
        }
        out.push(texts)
    };
    out.through(mark, read)
}

fn hash(key: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(key);
    let mut hash = [0; 16];
    hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    hash
}
