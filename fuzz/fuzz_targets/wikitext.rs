//! Wikitext of every kind becomes text, in either style.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ljd_wiki::pages::{Namespaces, each_page};
use ljd_wiki::wikitext::{Options, Style, repair, to_text};

fuzz_target!(|text: &str| {
    for style in [Style::Reader, Style::WikiExtractor] {
        for lead_only in [true, false] {
            let plain = to_text(text, Options { style, lead_only });
            for line in plain.text.lines() {
                let repaired = repair(line);
                assert!(repaired.len() <= line.len());
            }
        }
    }
    let _ = each_page(text, &Namespaces::read(text), &mut |_page| {});
});
