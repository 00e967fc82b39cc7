//! `ljd compare`: a built dataset next to a published file.

use std::path::PathBuf;

use clap::Args;
use ljd_core::{Result, visible};
use ljd_export::{Compared, Example, PublishedRecord, Recipe};

use crate::table;
use crate::terminal::print;

/// Compare a built dataset with a published file of the same records, one by one
#[derive(Args)]
#[command(
    after_help = "Examples: {program} compare out/v0 data-cc-by-sa.jsonl\n          {program} compare out/v0 data.jsonl.zst"
)]
pub(crate) struct Arguments {
    /// The dataset, built by a recipe that joins its corpora in one file
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    /// The published file: JSON Lines, plain or packed with Zstandard
    #[arg(value_name = "PUBLISHED")]
    published: PathBuf,
    /// The recipe of the dataset
    #[arg(long, default_value = "v0")]
    recipe: String,
}

/// Whether both are the same.
pub(crate) fn run(arguments: &Arguments) -> Result<bool> {
    let recipe = Recipe::built_in(&arguments.recipe, None)?;
    let compared = ljd_export::compare(&arguments.dataset, &arguments.published, &recipe)?;
    let is_shown = |corpus: &&Compared| !corpus.corpus.is_empty() || !corpus.is_equal();
    let rows: Vec<_> = compared.iter().filter(is_shown).map(row).collect();
    let header = ["corpus", "equal", "missing", "extra", "different", "how"];
    print(&table::of(header, &rows))?;
    for corpus in &compared {
        for example in &corpus.examples {
            print(&shown(name(corpus), example))?;
        }
    }
    Ok(compared.iter().all(Compared::is_equal))
}

fn name(corpus: &Compared) -> &str {
    if corpus.corpus.is_empty() { "(none of the dataset)" } else { &corpus.corpus }
}

fn row(corpus: &Compared) -> [String; 6] {
    let kinds = corpus.different.iter().map(|(kind, n)| format!("{n} {}", kind.as_str()));
    let moved = (0 < corpus.moved).then(|| format!("{} in another place (order)", corpus.moved));
    let n_different = corpus.different.values().sum();
    let [equal, missing, extra, different] =
        [corpus.equal, corpus.missing, corpus.extra, n_different].map(|n: u64| n.to_string());
    let how = kinds.chain(moved).collect::<Vec<_>>().join(", ");
    [name(corpus).to_owned(), equal, missing, extra, different, how]
}

fn shown(corpus: &str, example: &Example) -> String {
    let line = example.line.map_or_else(String::new, |line| format!(", line {line}"));
    let of = |record: &Option<PublishedRecord>| {
        record.as_ref().map_or_else(|| "no such record".to_owned(), fields)
    };
    let (published, ours) = (of(&example.published), of(&example.ours));
    format!("\n{corpus}{line}\n  published  {published}\n  here       {ours}\n")
}

fn fields(record: &PublishedRecord) -> String {
    let fields = [&record.instruction, &record.input, &record.output];
    let fields = fields.map(|field| field.as_deref().map_or_else(|| "null".to_owned(), short));
    visible(&fields.join(" | ")).into_owned()
}

/// The beginning of a field, in quotes.
fn short(text: &str) -> String {
    const LONGEST: usize = 120;
    let end = text.char_indices().nth(LONGEST).map(|(at, _)| at);
    let start = end.and_then(|end| text.get(..end));
    start.map_or_else(|| format!("{text:?}"), |start| format!("{start:?}…"))
}
