//! Every corpus on rows that nobody promised anything about.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ljd_core::testing;

fuzz_target!(|bytes: &[u8]| {
    for corpus in ljd_translation::CORPORA {
        testing::survive(*corpus, bytes);
    }
});
