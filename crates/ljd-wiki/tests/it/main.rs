//! Every corpus of the family against its fixture.

mod examples;
mod markup;
mod tasks;

use std::path::Path;

use ljd_core::testing;
use ljd_wiki::CORPORA;
use proptest::prelude::*;

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
}

#[test]
fn every_corpus_gives_the_records_of_its_fixture() {
    assert!(!CORPORA.is_empty());
    for corpus in CORPORA {
        testing::check(*corpus, fixtures());
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_corpus_panic(bytes in bytes()) {
        for corpus in CORPORA {
            testing::survive(*corpus, &bytes);
        }
    }
}

/// Bytes that look enough like the families' formats to get past their first checks.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\n",
            "\t",
            "《",
            "》",
            "［＃",
            "］",
            "※",
            "｜",
            "〔",
            "題",
            "\"paragraphs\"",
            "\"qas\"",
            "-----------------------------------------------"
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat())
}
