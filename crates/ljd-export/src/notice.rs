//! `NOTICE.md`: whose text the dataset holds, under which terms, and what was changed.

use std::fmt::Write;

use ljd_core::Manifest;

use crate::Recipe;

pub(crate) fn text(recipe: &Recipe, manifests: &[&Manifest]) -> String {
    let mut text = format!(
        "# Notice\n\nThe dataset `{}` holds text of the sources below, each under its own licence. Every record names its source, its licence and its credit. The full texts are in `LICENSES/`.\n",
        recipe.name
    );
    for manifest in manifests {
        let license = manifest.source.license;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n## {}\n\n- Source: `{}`, release {}, <{}>\n- Copyright: {}\n- Licence: [{}]({}), `LICENSES/{}.txt`\n- Credit: {}\n- Changes: {}\n",
            manifest.title,
            manifest.source.name,
            manifest.version,
            manifest.homepage,
            manifest.copyright,
            license.name(),
            license.url(),
            license.id(),
            manifest.source.attribution,
            manifest.modifications,
        );
        for (file, note) in
            manifest.files.iter().filter_map(|file| Some((file, file.split_note.as_ref()?)))
        {
            let _ = writeln!(text, "- Split of `{}`: {note}", file.path);
        }
    }
    text
}
