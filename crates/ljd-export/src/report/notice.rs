//! `NOTICE.md`: whose text the dataset holds, under which terms, and what was changed.

use std::fmt::Write;

use ljd_core::{License, Manifest};

use crate::plan::Recipe;
use crate::plan::layout::LICENSES;
use crate::report::markdown::{Code, Link, Text};

/// How the lines begin that name a source and its licence.
const SOURCE: &str = "- Source: `";
const LICENSE: &str = "- Licence: ";

pub(crate) fn text(recipe: &Recipe, manifests: &[&Manifest]) -> String {
    let mut text = format!(
        "# Notice\n\nThe dataset {} holds text of the sources below, each under its own licence. Every record names its source, its licence and its credit. The full texts are in `LICENSES/`.\n",
        Code(&recipe.name)
    );
    for manifest in manifests {
        let license = manifest.source.license;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n## {}\n\n{SOURCE}{}`, release {}, {}\n- Copyright: {}\n{LICENSE}{}\n- Credit: {}\n- Changes: {}\n",
            Text(&manifest.title),
            manifest.source.name,
            Text(&manifest.version),
            Link { text: &manifest.homepage, url: &manifest.homepage },
            Text(&manifest.copyright),
            terms(license),
            Text(&manifest.source.attribution),
            Text(&manifest.modifications),
        );
        if let Some(note) = &manifest.note {
            let _ = writeln!(text, "- Note: {}", Text(note));
        }
        for (file, note) in
            manifest.files.iter().filter_map(|file| Some((file, file.split_note.as_ref()?)))
        {
            let _ = writeln!(text, "- Split of {}: {}", Code(&file.path), Text(note));
        }
    }
    text
}

fn terms(license: License) -> String {
    let link = Link { text: license.name(), url: license.url() };
    format!("{link}, `{LICENSES}/{}.txt`", license.id())
}

/// Whether a notice names these sources, in this order, each under its licence.
pub(crate) fn names<'a>(text: &str, sources: impl Iterator<Item = (&'a str, License)>) -> bool {
    let sources = sources.flat_map(|(name, license)| [name.to_owned(), terms(license)]);
    let source = |line: &str| {
        let name = line.strip_prefix(SOURCE)?.split('`').next();
        name.map(str::to_owned)
    };
    let license = |line: &str| line.strip_prefix(LICENSE).map(str::to_owned);
    text.lines().filter_map(|line| source(line).or_else(|| license(line))).eq(sources)
}
