//! What is no manifest or recipe is refused with a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ljd_core::Manifest;
use ljd_export::Recipe;

fuzz_target!(|text: &str| {
    if let Err(error) = Manifest::parse(text, "manifest.json") {
        assert!(error.to_string().starts_with("manifest.json"));
    }
    for version in [None, Some("1")] {
        let _ = Recipe::parse(text, "recipe.json", version);
    }
});
