//! Every corpus of the family against its fixture.

mod examples;
mod markup;

use std::path::Path;

use ljd_core::testing;
use ljd_wiki::CORPORA;
use ljd_wiki::wikitext::{Options, Style, repair, to_text};
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
    fn wikitext_becomes_text(pieces in prop::collection::vec(prop::sample::select(MARKS.to_vec()), 0..60)) {
        let wikitext = pieces.concat();
        for style in [Style::Reader, Style::WikiExtractor] {
            let plain = to_text(&wikitext, Options { style, lead_only: false });
            // Numbered formulas and quotation marks are all that WikiExtractor adds.
            prop_assert!(style == Style::WikiExtractor || plain.text.len() <= wikitext.len(), "{}", plain.text);
            for line in plain.text.lines() {
                prop_assert_eq!(repair(&repair(line)), repair(line), "{}", line);
            }
        }
    }

    #[test]
    fn plain_text_stays_as_it_is(text in "[雨雪a1、。（）「」]{0,30}(\\n[雨雪a1、。（）]{1,30}){0,3}") {
        let options = Options { style: Style::Reader, lead_only: false };
        let once = to_text(&text, options).text;
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(&once, &lines.join("\n"));
        prop_assert_eq!(to_text(&once, options).text, once);
    }

    #[test]
    fn no_bytes_make_a_corpus_panic(bytes in bytes()) {
        for corpus in CORPORA {
            testing::survive(*corpus, &bytes);
        }
    }
}

/// Marks of wikitext without numbers and templates that add text.
const MARKS: [&str; 32] = [
    "{{",
    "}}",
    "[[",
    "]]",
    "|",
    "''",
    "'''",
    "<ref>",
    "</ref>",
    "<ref />",
    "<!--",
    "-->",
    "<nowiki>",
    "</nowiki>",
    "{|",
    "|}",
    "\n",
    "== 節 ==",
    "* ",
    ": ",
    "-{",
    "}-",
    "&amp;",
    "雨",
    "（",
    "）",
    "、",
    "。",
    "[http://a b]",
    "__TOC__",
    "<br>",
    "知らない",
];

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
