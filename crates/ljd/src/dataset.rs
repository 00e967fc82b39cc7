//! `ljd dataset`: builds a recipe.

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use ljd_core::{Result, UnknownName};
use ljd_export::{BuildOptions, CorpusReport, Format, Plan, Report, build};

use crate::inputs::{Inputs, Lenient};
use crate::signals::Signals;
use crate::terminal::{Terminal, print};
use crate::{bars, hints, table};

/// Build a dataset
#[derive(Args, Clone)]
#[command(
    after_help = "Example: {program} dataset --recipe clean --only tanaka,jesc --raw raw --jobs 2"
)]
pub(crate) struct Arguments {
    /// A recipe of data-manifests/recipes by its name, or a file of your own; `sample` if absent, or the corpora of
    /// --corpus alone
    #[arg(long)]
    recipe: Option<String>,
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
    /// text-ja-alpaca; the recipe's if absent. With `evaluation`, evaluation tasks as well, beside jsonl
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = Wanted::parse)]
    format: Vec<Wanted>,
    /// Read what is whole of a file that ends early, and count the end as a row left out
    #[arg(long)]
    tolerate_truncated: bool,
    /// Leave out corpora whose files are not all there, and say which
    #[arg(long)]
    skip_missing: bool,
    /// Write the records that rules of quality drop as well, to `dropped/`, a file a rule
    #[arg(long)]
    keep_dropped: bool,
    /// Drop records with text of this evaluation data too: lines of JSON (.jsonl) or of text
    #[arg(long, value_name = "FILE", num_args = 1..)]
    decontaminate: Vec<PathBuf>,
    /// Count tokens with this tokenizer.json of Hugging Face's; needs the feature `tokenizer`
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// The most MB of a file of records; larger corpora are several files
    #[arg(long, value_name = "MB", default_value_t = BuildOptions::MAX_FILE_BYTES / 1_000_000)]
    max_file_size: u64,
    /// Keep what is made of each corpus here, and take it from here where nothing changed that it depends on
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[command(flatten)]
    inputs: Inputs,
}

/// What `--format` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Records(Format),
    Evaluation,
}

impl Wanted {
    const EVALUATION: &str = "evaluation";

    fn parse(name: &str) -> Result<Self, UnknownName> {
        if name == Self::EVALUATION {
            return Ok(Self::Evaluation);
        }
        let names = || Format::ALL.iter().map(|format| format.as_str()).chain([Self::EVALUATION]);
        let format = Format::ALL.iter().find(|format| format.as_str() == name);
        format.copied().map(Self::Records).ok_or_else(|| UnknownName::new("format", name, names()))
    }
}

impl Arguments {
    /// The same with evaluation tasks.
    pub(crate) fn with_evaluation(mut self) -> Self {
        self.format.push(Wanted::Evaluation);
        self
    }
}

pub(crate) fn run(arguments: &Arguments, signals: &Signals, terminal: Terminal) -> Result<()> {
    let Arguments { inputs, recipe, tolerate_truncated, skip_missing, .. } = arguments;
    let lenient = Lenient { truncated: *tolerate_truncated, missing: *skip_missing };
    let recipe = recipe.as_deref();
    inputs.with_sample(recipe, lenient, |plan| build_plan(arguments, &plan, signals, terminal))
}

fn build_plan(
    arguments: &Arguments,
    plan: &Plan,
    signals: &Signals,
    terminal: Terminal,
) -> Result<()> {
    let named = arguments.format.iter().filter_map(|wanted| match wanted {
        Wanted::Records(format) => Some(*format),
        Wanted::Evaluation => None,
    });
    let named: Vec<Format> = named.collect();
    let options = BuildOptions {
        out: arguments.out.join(&plan.recipe.name),
        jobs: arguments.jobs.or(thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN),
        limit: arguments.limit,
        formats: if named.is_empty() { plan.recipe.formats.clone() } else { named },
        evaluation: arguments.format.contains(&Wanted::Evaluation),
        keep_dropped: arguments.keep_dropped,
        decontaminate: arguments.decontaminate.clone(),
        tokenizer: arguments.tokenizer.clone(),
        max_file_bytes: arguments.max_file_size.saturating_mul(1_000_000),
        cache: arguments.cache.clone(),
        cancel: signals.cancel.clone(),
    };
    let bar = bars::Build::new(terminal.quiet);
    for refused in &plan.refused {
        let (name, license) = (&refused.name, refused.license);
        tracing::warn!("{name} ({license}) is left out: {}", hints::left_out(refused));
    }
    let report = build(plan, &options, &mut |progress| bar.show(progress));
    drop(bar);
    let report = report?;
    print(&shown(&report))?;
    let reasons = reasons(&report);
    if terminal.verbose {
        print(&format!("\n{}", table::of(["corpus", "rows", "what became of them"], &reasons)))?;
    }
    terminal.say(&compared_with_less(plan).unwrap_or_default());
    terminal.say(&ended(
        &options.out,
        arguments,
        !terminal.verbose && !reasons.is_empty(),
        terminal,
    ));
    Ok(())
}

/// What the rules that compare records across corpora cannot find where some of the recipe's corpora are left out.
fn compared_with_less(plan: &Plan) -> Option<String> {
    let (here, all) = (plan.corpora.len(), plan.recipe.corpora.len());
    let rules: Vec<&str> = plan.comparing_rules().collect();
    (here < all && !rules.is_empty()).then(|| {
        format!(
            "\nWith {here} of the recipe's {all} corpora, rules that compare records across corpora ({}) find less than in a whole build.",
            rules.join(", ")
        )
    })
}

/// Where the dataset is, and what to do next.
fn ended(out: &Path, arguments: &Arguments, more: bool, terminal: Terminal) -> String {
    let program = terminal.program;
    let is_sample = match &arguments.recipe {
        Some(recipe) => recipe == "sample",
        None => !arguments.inputs.is_own(),
    };
    let out = out.display();
    let mut text = format!("\nThe dataset is in {out}. Open {out}/report.html in a browser.");
    if more {
        text.push_str(" Why rows were skipped or dropped stands there too, or here with -v.");
    }
    if is_sample {
        let _ = write!(
            text,
            "\nLook at records: {program} show tanaka\nDownload the real corpora: {program} fetch --recipe clean --dry-run"
        );
    } else {
        let _ = write!(text, "\nCheck it later: {program} verify {out}");
    }
    text
}

/// Corpus, rows read, rows skipped, records dropped, records written, licence.
fn shown(report: &Report) -> String {
    let rows = report.corpora.iter().map(|corpus| {
        [
            corpus.name.clone(),
            corpus.rows.to_string(),
            skipped(corpus).to_string(),
            dropped(corpus).to_string(),
            corpus.records.to_string(),
            corpus.license.to_owned(),
        ]
    });
    let sum = |of: fn(&CorpusReport) -> u64| report.corpora.iter().map(of).sum::<u64>().to_string();
    let total = [
        "total".to_owned(),
        sum(|corpus| corpus.rows),
        sum(skipped),
        sum(dropped),
        report.records.to_string(),
        String::new(),
    ];
    let rows: Vec<[String; 6]> = rows.chain([total]).collect();
    table::of(["corpus", "rows", "skipped", "dropped", "records", "licence"], &rows)
}

fn skipped(corpus: &CorpusReport) -> u64 {
    corpus.skipped.values().map(|skipped| skipped.count).sum()
}

fn dropped(corpus: &CorpusReport) -> u64 {
    corpus.dropped.values().map(|dropped| dropped.count).sum()
}

/// Why rows were skipped and records dropped.
fn reasons(report: &Report) -> Vec<[String; 3]> {
    let of = |corpus: &CorpusReport| -> Vec<[String; 3]> {
        let row = |count: u64, what: String| [corpus.name.clone(), count.to_string(), what];
        let skipped = corpus.skipped.iter();
        let skipped = skipped.map(|(reason, of)| row(of.count, format!("skipped: {reason}")));
        let dropped = corpus.dropped.iter();
        let dropped = dropped.map(|(rule, of)| row(of.count, format!("dropped by {rule}")));
        skipped.chain(dropped).collect()
    };
    report.corpora.iter().flat_map(of).collect()
}
