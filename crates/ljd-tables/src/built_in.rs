//! The corpora of which a manifest alone is compiled in.

use std::sync::OnceLock;

use crate::Table;

macro_rules! manifests {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../manifests/", $name)))),*]
    };
}

/// The manifests by their files.
const MANIFESTS: &[(&str, &str)] = manifests![
    "aya.json",
    "hh-rlhf-49k-ja.json",
    "jaquad.json",
    "jnli.json",
    "jsts.json",
    "kftt.json",
    "kuci.json",
    "magpie-sft.json",
    "oasst1-21k-ja.json",
    "oasst2-33k-ja.json",
];

/// The corpora that are compiled in, in alphabetical order.
///
/// ```
/// use ljd_core::Corpus;
///
/// let names: Vec<&str> = ljd_tables::corpora().iter().map(|table| table.name()).collect();
/// assert!(names.contains(&"jaquad"));
/// ```
pub fn corpora() -> &'static [Table] {
    static CORPORA: OnceLock<Vec<Table>> = OnceLock::new();
    CORPORA.get_or_init(|| {
        // That each of them is right, a test says.
        MANIFESTS.iter().filter_map(|(file, text)| Table::parse(text, file).ok()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manifest_is_a_corpus_of_its_files_name() {
        for (file, text) in MANIFESTS {
            let table = Table::parse(text, file).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(format!("{}.json", ljd_core::Corpus::name(&table)), *file);
        }
        assert_eq!(corpora().len(), MANIFESTS.len());
        assert!(MANIFESTS.is_sorted());
    }
}
