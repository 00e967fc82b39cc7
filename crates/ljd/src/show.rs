//! `ljd show`: a few records, readable in a terminal.

use std::fmt::Write;

use clap::Args;
use ljd_core::{Language, Record, Result, visible};
use ljd_export::Plan;

use crate::inputs::{Inputs, Lenient};
use crate::terminal::print;

/// Show the first records of a corpus
#[derive(Args)]
#[command(after_help = "Example: {program} show tanaka --recipe clean -n 3")]
pub(crate) struct Arguments {
    /// The corpus
    corpus: String,
    /// A recipe of data-manifests/recipes by its name, or a file of your own; `sample` if absent, or the corpora of
    /// --corpus alone
    #[arg(long)]
    recipe: Option<String>,
    /// How many
    #[arg(short, value_name = "N", default_value = "5")]
    n: u64,
    #[command(flatten)]
    inputs: Inputs,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let inputs = arguments.inputs.only(&arguments.corpus);
    let recipe = arguments.recipe.as_deref();
    inputs.with_sample(recipe, Lenient::default(), |plan| write(arguments.n, &plan))
}

fn write(n: u64, plan: &Plan) -> Result<()> {
    for refused in &plan.refused {
        tracing::warn!("{} ({}) is left out: {}", refused.name, refused.license, refused.reason);
    }
    let mut text = String::new();
    plan.first_records(n, &mut |record| shown(record, &mut text))?;
    print(&text)
}

/// A line for each part, lines of a text below each other.
fn shown(record: &Record<'_>, text: &mut String) {
    let languages = [record.source_language, record.target_language].map(Language::as_str);
    let task = record.task.as_str();
    let (id, split, license) = (visible(&record.id), record.split.as_str(), record.source.license);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{id}  {task}  {}  {split}  {license}", languages.join(" → "));
    for turn in &record.history {
        part(turn.role.as_str(), &turn.content, text);
    }
    part("instruction", &record.instruction, text);
    part("input", &record.input, text);
    part("output", &record.output, text);
    part("category", record.category.as_deref().unwrap_or_default(), text);
    part("credit", &record.attribution, text);
    part("url", record.url.as_deref().unwrap_or_default(), text);
    text.push('\n');
}

fn part(name: &str, content: &str, text: &mut String) {
    for (i, line) in content.lines().enumerate() {
        let name = if i == 0 { name } else { "" };
        let _ = writeln!(text, "  {name:<11}  {line}");
    }
}
