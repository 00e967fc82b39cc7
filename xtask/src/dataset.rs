//! `cargo xtask dataset`: builds a recipe.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use ljd_core::Result;
use ljd_export::{CorpusReport, Format, Options, Report, build};

use crate::corpora::Inputs;
use crate::signals::Signals;
use crate::terminal::print;
use crate::{bars, table};

/// Build a dataset
#[derive(Args)]
#[command(
    after_help = "Example: cargo xtask dataset --recipe clean --only tanaka,jesc --raw raw --jobs 2"
)]
pub(crate) struct Arguments {
    /// A recipe of data-manifests/recipes by its name, or a file of your own
    #[arg(long, default_value = "sample")]
    recipe: String,
    /// Folder in which the dataset's folder is made
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Threads that convert and compress; as many as there are cores if absent
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// The first N records of each corpus
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Formats to write: jsonl, parquet, messages, prompt-completion, sharegpt, alpaca, text, text-ja,
    /// text-ja-alpaca; the recipe's if absent
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = Format::parse)]
    format: Vec<Format>,
    /// Read what is whole of a file that ends early, and count the end as a row left out
    #[arg(long)]
    tolerate_truncated: bool,
    /// Write the records that rules of quality drop as well, to `dropped/`, a file a rule
    #[arg(long)]
    keep_dropped: bool,
    /// Drop records with text of this evaluation data too: lines of JSON (.jsonl) or of text
    #[arg(long, value_name = "FILE", num_args = 1..)]
    decontaminate: Vec<PathBuf>,
    /// Count tokens with this tokenizer.json of Hugging Face's; needs the feature `tokenizer`
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    #[command(flatten)]
    inputs: Inputs,
}

pub(crate) fn run(arguments: &Arguments, signals: &Signals, quiet: bool) -> Result<()> {
    let plan = arguments.inputs.plan(Some(&arguments.recipe), arguments.tolerate_truncated)?;
    let options = Options {
        out: arguments.out.join(&plan.recipe.name),
        jobs: arguments.jobs.or(thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN),
        limit: arguments.limit,
        formats: if arguments.format.is_empty() {
            plan.recipe.formats.clone()
        } else {
            arguments.format.clone()
        },
        keep_dropped: arguments.keep_dropped,
        decontaminate: arguments.decontaminate.clone(),
        tokenizer: arguments.tokenizer.clone(),
        cancel: signals.cancel.clone(),
    };
    let bar = bars::Build::new(quiet);
    let report = build(&plan, &options, &mut |progress| bar.show(progress));
    drop(bar);
    print(&shown(&report?))?;
    tracing::info!("wrote {}", options.out.display());
    Ok(())
}

/// Corpus, rows read, rows skipped by reason, records dropped by rule, records written, licence.
fn shown(report: &Report) -> String {
    let total = ["total", "", "", "", &report.records.to_string(), ""].map(str::to_owned);
    let rows: Vec<[String; 6]> = report.corpora.iter().map(row).chain([total]).collect();
    table::of(["corpus", "rows read", "skipped", "dropped", "records", "licence"], &rows)
}

fn row(corpus: &CorpusReport) -> [String; 6] {
    let skipped = corpus.skipped.iter().map(|(reason, rows)| format!("{} {reason}", rows.count));
    let dropped = corpus.dropped.iter().map(|(rule, dropped)| format!("{} {rule}", dropped.count));
    [
        corpus.name.clone(),
        corpus.rows.to_string(),
        listed(skipped),
        listed(dropped),
        corpus.records.to_string(),
        corpus.license.to_owned(),
    ]
}

fn listed(counts: impl Iterator<Item = String>) -> String {
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}
