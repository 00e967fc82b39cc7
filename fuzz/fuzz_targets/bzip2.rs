//! Bytes of any kind as a bzip2 file: our reader gives what the library gives of a valid file, and no other bytes of one
//! that it refuses as well, but what stands behind the last stream.
#![no_main]

use std::io::{self, Read};
use std::num::NonZeroUsize;

use bzip2::bufread::MultiBzDecoder;
use libfuzzer_sys::fuzz_target;
use ljd_core::read::Bzip2;

fn read(mut reader: impl Read) -> (Vec<u8>, bool) {
    let mut text = Vec::new();
    let is_whole = io::copy(&mut reader, &mut text).is_ok();
    (text, is_whole)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((threads, file)) = bytes.split_first() else { return };
    let threads = NonZeroUsize::MIN.saturating_add(usize::from(threads % 4));
    let (ours, is_whole) = read(Bzip2::new(file, threads));
    let (theirs, is_valid) = read(MultiBzDecoder::new(file));
    assert!(!is_valid || is_whole && ours == theirs);
    assert!(is_whole || theirs.starts_with(&ours));
});
