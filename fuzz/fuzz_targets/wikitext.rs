//! Wikitext of every kind becomes text and sections, in either language.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ljd_wiki::markup::{Options, Wiki};
use ljd_wiki::pages::{Namespaces, each_page};

fuzz_target!(|text: &str| {
    for wiki in [Wiki::japanese(), Wiki::english()] {
        for lead_only in [true, false] {
            let options = Options { lead_only, ..Options::default() };
            let _ = wiki.text(text, &options);
        }
        let _ = wiki.read(text, &Options::default());
    }
    let _ = each_page(text, &Namespaces::read(text), &mut |_page| {});
});
