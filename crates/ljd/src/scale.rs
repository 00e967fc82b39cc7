//! `ljd plan`, `map`, `resolve`, `write`, `finish`: a dataset in steps, on machines that share a folder.

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::Args;
use ljd_core::Result;
use ljd_export::{BuildOptions, Format, Plan, WorkPlan, divide, finish, map, resolve, write_shard};

use crate::bars;
use crate::inputs::{Inputs, Lenient};
use crate::signals::Signals;
use crate::terminal::{Terminal, print};

/// What every step takes, and has to be the same in each.
#[derive(Args, Clone)]
struct Common {
    /// A recipe of data-manifests/recipes by its name, or a file of your own
    #[arg(long)]
    recipe: Option<String>,
    /// Folder that all steps share: the plan, the parts, what is decided
    #[arg(long, value_name = "DIR", default_value = "parts")]
    parts: PathBuf,
    /// Threads; as many as there are cores if absent
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Keep the records that rules of quality drop, for `dropped/`
    #[arg(long)]
    keep_dropped: bool,
    /// Drop records with text of this evaluation data too: lines of JSON (.jsonl) or of text
    #[arg(long, value_name = "FILE", num_args = 1..)]
    decontaminate: Vec<PathBuf>,
    /// Read what is whole of a file that ends early, and count the end as a row left out
    #[arg(long)]
    tolerate_truncated: bool,
    /// Leave out corpora whose files are not all there
    #[arg(long)]
    skip_missing: bool,
    #[command(flatten)]
    inputs: Inputs,
}

impl Common {
    fn with_plan<T>(
        &self,
        signals: &Signals,
        then: impl FnOnce(Plan, BuildOptions) -> Result<T>,
    ) -> Result<T> {
        let lenient = Lenient { truncated: self.tolerate_truncated, missing: self.skip_missing };
        self.inputs.with_sample(self.recipe.as_deref(), lenient, |plan| {
            let cores = thread::available_parallelism().ok();
            let options = BuildOptions {
                out: PathBuf::from("out").join(&plan.recipe.name),
                jobs: self.jobs.or(cores).unwrap_or(NonZeroUsize::MIN),
                limit: None,
                formats: plan.recipe.formats.clone(),
                keep_dropped: self.keep_dropped,
                decontaminate: self.decontaminate.clone(),
                tokenizer: None,
                evaluation: false,
                max_file_bytes: BuildOptions::MAX_FILE_BYTES,
                cache: None,
                cancel: signals.cancel.clone(),
            };
            then(plan, options)
        })
    }
}

/// What the steps take that write.
#[derive(Args, Clone)]
struct Written {
    /// Formats to write; the recipe's if absent
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = Format::parse)]
    format: Vec<Format>,
    /// Write evaluation tasks too, as `ljd evaluation` does
    #[arg(long)]
    evaluation: bool,
    /// The most MB of a file of records
    #[arg(long, value_name = "MB", default_value_t = BuildOptions::MAX_FILE_BYTES / 1_000_000)]
    max_file_size: u64,
}

impl Written {
    fn options(&self, options: BuildOptions) -> BuildOptions {
        let formats = if self.format.is_empty() { options.formats } else { self.format.clone() };
        let max_file_bytes = self.max_file_size.saturating_mul(1_000_000);
        BuildOptions { formats, evaluation: self.evaluation, max_file_bytes, ..options }
    }
}

/// Divide the corpora of a recipe into units of work for several machines
#[derive(Args, Clone)]
#[command(
    after_help = "The other steps are map (each unit), resolve (once), write (each shard), finish (once), with the same options; docs/SCALE.md.\n\nExample: {program} plan --recipe clean --raw raw --parts parts --units 64 --slurm > build.sh"
)]
pub(crate) struct PlanArguments {
    /// About so many units; a small corpus is one
    #[arg(long, value_name = "N", default_value = "16")]
    units: NonZeroUsize,
    /// Print the plan as JSON
    #[arg(long)]
    json: bool,
    /// Print a script that does all steps as jobs of Slurm, with as many shards as units; or, without Slurm, one after
    /// the other, the units by GNU parallel where it is installed
    #[arg(long, conflicts_with = "json")]
    slurm: bool,
    #[command(flatten)]
    common: Common,
}

/// Make the parts of units of a plan
#[derive(Args, Clone)]
#[command(after_help = "Example: {program} map 12 --recipe clean --raw raw --parts parts")]
pub(crate) struct MapArguments {
    /// The unit's number in the plan, counted from 0
    unit: usize,
    /// The last unit, where several are made
    last: Option<usize>,
    #[command(flatten)]
    common: Common,
}

/// Decide what is dropped because another record has it
#[derive(Args, Clone)]
#[command(after_help = "Example: {program} resolve --recipe clean --raw raw --parts parts")]
pub(crate) struct ResolveArguments {
    /// MiB of keys that are sorted in memory at once
    #[arg(long, value_name = "MIB", default_value = "256")]
    memory: usize,
    #[command(flatten)]
    common: Common,
}

/// Write some of the files of records
#[derive(Args, Clone)]
#[command(
    after_help = "Example: {program} write --shard 1/8 --recipe clean --raw raw --parts parts"
)]
pub(crate) struct WriteArguments {
    /// Which of how many shards, counted from 1
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: (usize, usize),
    #[command(flatten)]
    written: Written,
    #[command(flatten)]
    common: Common,
}

/// Make a dataset of the files that all shards wrote
#[derive(Args, Clone)]
#[command(
    after_help = "Example: {program} finish --shards 8 --recipe clean --raw raw --parts parts --out out"
)]
pub(crate) struct FinishArguments {
    /// How many shards there are
    #[arg(long, value_name = "N", default_value = "1")]
    shards: NonZeroUsize,
    /// Folder in which the dataset's folder is made
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    #[command(flatten)]
    written: Written,
    #[command(flatten)]
    common: Common,
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match numbers {
        Some((i, n)) if (1..=n).contains(&i) => Ok((i - 1, n)),
        _ => Err("is not I/N with I from 1 to N".to_owned()),
    }
}

pub(crate) fn plan(arguments: &PlanArguments, signals: &Signals, terminal: Terminal) -> Result<()> {
    let PlanArguments { units, json, slurm, common } = arguments;
    common.with_plan(signals, |plan, options| {
        let bar = bars::Build::new(terminal.quiet);
        let work = divide(&plan, &options, &common.parts, *units, &mut |it| bar.show(it))?;
        drop(bar);
        if *slurm {
            return print(script(&work, terminal.program, &steps()).trim_end());
        }
        if *json {
            return print(&serde_json::to_string_pretty(&work).unwrap_or_default());
        }
        print(shown(&work).trim_end())
    })
}

fn shown(work: &WorkPlan) -> String {
    let mut text = String::new();
    for unit in &work.units {
        let file = unit.file.as_deref().unwrap_or("-");
        let line = unit.line.unwrap_or(1);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}\t{}\t{file}:{line}\t{}\t{}\t{}",
            unit.unit, unit.corpus, unit.digest, unit.start, unit.end
        );
    }
    text
}

pub(crate) fn map_units(
    arguments: &MapArguments,
    signals: &Signals,
    terminal: Terminal,
) -> Result<()> {
    let MapArguments { unit, last, common } = arguments;
    common.with_plan(signals, |plan, options| {
        let units = *unit..last.unwrap_or(*unit).saturating_add(1);
        let bar = bars::Build::new(terminal.quiet);
        let made = map(&plan, &options, &common.parts, units.clone(), &mut |it| bar.show(it))?;
        drop(bar);
        terminal.say(&format!("{made} of {} parts were made, the others were there.", units.len()));
        Ok(())
    })
}

pub(crate) fn decide(
    arguments: &ResolveArguments,
    signals: &Signals,
    terminal: Terminal,
) -> Result<()> {
    let ResolveArguments { memory, common } = arguments;
    common.with_plan(signals, |plan, options| {
        let bar = bars::Build::new(terminal.quiet);
        let memory = Some(memory.saturating_mul(1 << 20));
        resolve(&plan, &options, &common.parts, memory, &mut |it| bar.show(it))
    })
}

pub(crate) fn write(
    arguments: &WriteArguments,
    signals: &Signals,
    terminal: Terminal,
) -> Result<()> {
    let WriteArguments { shard, written, common } = arguments;
    common.with_plan(signals, |plan, options| {
        let bar = bars::Build::new(terminal.quiet);
        let options = written.options(options);
        write_shard(&plan, &options, &common.parts, *shard, &mut |it| bar.show(it))
    })
}

pub(crate) fn finish_dataset(
    arguments: &FinishArguments,
    signals: &Signals,
    terminal: Terminal,
) -> Result<()> {
    let FinishArguments { shards, out, written, common } = arguments;
    common.with_plan(signals, |plan, options| {
        let bar = bars::Build::new(terminal.quiet);
        let out = out.join(&plan.recipe.name);
        let options = BuildOptions { out: out.clone(), ..written.options(options) };
        let observe = &mut |it: ljd_export::Progress<'_>| bar.show(it);
        let report = finish(&plan, &options, &common.parts, shards.get(), observe)?;
        drop(bar);
        let (out, program) = (out.display(), terminal.program);
        terminal.say(&format!(
            "{} records are in {out}.\nCheck it later: {program} verify {out}",
            report.records
        ));
        Ok(())
    })
}

/// The options of this run that the other steps have to have too, as a shell reads them.
fn steps() -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != "plan").skip(1);
    let mut options = String::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--slurm" => {}
            "--units" => drop(arguments.next()),
            it if it.starts_with("--units=") => {}
            it => {
                let _ = write!(options, " '{}'", it.replace('\'', "'\\''"));
            }
        }
    }
    options
}

/// A script for a shell, that submits itself step by step where Slurm is.
fn script(work: &WorkPlan, program: &str, options: &str) -> String {
    let n = work.units.len().max(1);
    let last = n - 1;
    format!(
        r#"#!/usr/bin/env bash
# Builds a planned dataset of {n} units: with Slurm, jobs that wait for each other (sbatch has to be in the path);
# without it one step after the other here, the units by GNU parallel if that is installed.
# What is done already is not done again: after a failure, run it once more.
set -euo pipefail
options=({options} )
ljd=({program})
shards=${{SHARDS:-{n}}}

step() {{
  case $1 in
    map) "${{ljd[@]}}" map "$2" "${{options[@]}}" ;;
    resolve) "${{ljd[@]}}" resolve "${{options[@]}}" ;;
    write) "${{ljd[@]}}" write --shard "$2/$shards" "${{options[@]}}" ;;
    finish) "${{ljd[@]}}" finish --shards "$shards" "${{options[@]}}" ;;
  esac
}}

if [ $# -gt 0 ]; then
  step "$1" "${{2:-${{SLURM_ARRAY_TASK_ID:-}}}}"
elif command -v sbatch > /dev/null; then
  export SHARDS=$shards
  map=$(sbatch --parsable --array=0-{last} "$0" map)
  resolve=$(sbatch --parsable --dependency=afterok:"$map" "$0" resolve)
  write=$(sbatch --parsable --dependency=afterok:"$resolve" --array=1-"$shards" "$0" write)
  sbatch --dependency=afterok:"$write" "$0" finish
else
  all() {{ if command -v parallel > /dev/null; then parallel --halt now,fail=1 "$0" "$1" ::: $(seq "$2" "$3"); else
    for i in $(seq "$2" "$3"); do step "$1" "$i"; done; fi; }}
  all map 0 {last}
  step resolve
  all write 1 "$shards"
  step finish
fi
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!((shard("1/1"), shard("3/8")), (Ok((0, 1)), Ok((2, 8))));
        for wrong in ["0/1", "2/1", "1", "1/", "/1", "-1/2", "1/0", "a/b"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
