//! `README.md` of a dataset: the card that people and the Hugging Face hub read.
//!
//! The front matter names one config a corpus and a default one with all of them, so that
//! `datasets.load_dataset(folder, corpus)` finds the files.
//! (<https://huggingface.co/docs/hub/datasets-manual-configuration>)

use std::fmt::Write;

use ljd_core::{Manifest, Split};

use crate::{CorpusReport, Format, Recipe, Report};

pub(crate) fn text(
    recipe: &Recipe,
    manifests: &[&Manifest],
    report: &Report,
    formats: &[Format],
) -> String {
    let mut text = front_matter(report, formats);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n# {}\n\n{}\n\n{} records, built by ljd {} with the rules `{}`. Each record carries its source, licence and credit; see `NOTICE.md`. `report.json` has the digest of every file read and written.\n",
        recipe.name, recipe.description, report.records, report.ljd_version, recipe.preset
    );
    text.push_str("\n| corpus | licence | records | by split |\n|---|---|---:|---|\n");
    for (corpus, manifest) in report.corpora.iter().zip(manifests) {
        let splits: Vec<String> =
            corpus.splits.iter().map(|(split, n)| format!("{split} {n}")).collect();
        let _ = writeln!(
            text,
            "| [{}]({}) | {} | {} | {} |",
            manifest.title,
            manifest.homepage,
            corpus.license,
            corpus.records,
            splits.join(", ")
        );
    }
    text.push_str("\n## Citations\n\n```bibtex\n");
    for manifest in manifests {
        let _ = writeln!(text, "{}", manifest.citation);
    }
    text.push_str("```\n");
    text
}

fn front_matter(report: &Report, formats: &[Format]) -> String {
    let mut text =
        "---\nlanguage:\n- ja\n- en\ntask_categories:\n- text-generation\nconfigs:\n".to_owned();
    let Some(format) = preferred(formats) else { return text + "---\n" };
    let all: Vec<&CorpusReport> = report.corpora.iter().collect();
    text.push_str(&config("default", &all, format));
    for corpus in &report.corpora {
        text.push_str(&config(&corpus.name, &[corpus], format));
    }
    text + "---\n"
}

/// Typed columns load without guessing.
fn preferred(formats: &[Format]) -> Option<Format> {
    formats.iter().copied().max_by_key(|format| format.as_str() == "parquet")
}

fn config(name: &str, corpora: &[&CorpusReport], format: Format) -> String {
    let mut text = String::new();
    for (split, parts) in HUB_SPLITS {
        let mut files = String::new();
        for (corpus, part) in
            corpora.iter().flat_map(|corpus| parts.iter().map(move |part| (corpus, part)))
        {
            if corpus.splits.get(part.as_str()).is_some_and(|n| 0 < *n) {
                let (folder, extension) = (format.as_str(), format.extension());
                let part = part.as_str();
                let _ = writeln!(files, "    - {folder}/{}/{part}-*.{extension}", corpus.name);
            }
        }
        if !files.is_empty() {
            let _ = write!(text, "  - split: {split}\n    path:\n{files}");
        }
    }
    if text.is_empty() {
        return text;
    }
    let default = if name == "default" { "  default: true\n" } else { "" };
    format!("- config_name: {name}\n{default}  data_files:\n{text}")
}

/// The hub's splits and the origins' that they hold: a corpus without splits is for training.
const HUB_SPLITS: [(&str, &[Split]); 3] = [
    ("train", &[Split::Train, Split::Whole]),
    ("validation", &[Split::Validation]),
    ("test", &[Split::Test]),
];
