//! Chunks of any size join to the file that they were cut from.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ljd_core::{Chunk, ChunkSink, Input, read};

fuzz_target!(|bytes: &[u8]| {
    let quoted = |text: &[u8]| read::quoted_row_ends(text).last().unwrap_or(0);
    let cutters: [&dyn Fn(&[u8]) -> usize; 2] = [&read::last_line_end, &quoted];
    let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    for cut in cutters {
        for target in [1, 7, 1 << 20] {
            let mut joined = Vec::new();
            let mut push = |chunk: Chunk| {
                joined.extend_from_slice(&chunk.texts[0].bytes);
                Ok(())
            };
            let mut out = ChunkSink::new(&mut push);
            out.target = target;
            read::lines(Input::new("bytes", bytes), cut, &mut out)
                .expect("bytes in memory can be read");
            assert_eq!(joined, body);
        }
    }
});
