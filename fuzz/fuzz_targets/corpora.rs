//! Every corpus on rows that nobody promised anything about.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ljd_core::testing;

fuzz_target!(|bytes: &[u8]| {
    let families =
        [ljd_translation::CORPORA, ljd_qa::CORPORA, ljd_wiki::CORPORA, ljd_dialogue::CORPORA];
    for corpus in families.into_iter().flatten() {
        testing::survive(*corpus, bytes);
    }
});
