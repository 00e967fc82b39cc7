//! Bytes of any kind as a bzip2 file: our reader gives what the library gives of a valid file, and no other bytes of one
//! that it refuses as well, but what stands behind the last stream. And as a text that the library packs: our reader gives
//! it back, or, where a bit of the file is turned, no wrong byte of it.
#![no_main]

use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

use bzip2::Compression;
use bzip2::bufread::MultiBzDecoder;
use bzip2::write::BzEncoder;
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
    check_packed(threads, file);
});

fn check_packed(threads: NonZeroUsize, text: &[u8]) {
    let Some((bit, text)) = text.split_first_chunk::<3>() else { return };
    let mut encoder = BzEncoder::new(Vec::new(), Compression::new(1 + u32::from(bit[0] % 9)));
    encoder.write_all(text).unwrap();
    let mut file = encoder.finish().unwrap();
    assert!(read(Bzip2::new(file.as_slice(), threads)) == (text.to_vec(), true));
    let at = usize::from(u16::from_be_bytes([bit[1], bit[2]])) % (8 * file.len());
    file[at / 8] ^= 1 << (at % 8);
    let (ours, is_whole) = read(Bzip2::new(file.as_slice(), threads));
    assert!(text.starts_with(&ours) && (!is_whole || text == ours));
}
