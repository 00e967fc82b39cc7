//! `ljd fetch`, `verify` and `list`: the published files on disk.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

use clap::Args;
use ljd_core::{Error, Lock, Result, without_secrets};
use ljd_export::{Plan, PlannedCorpus};
use ljd_fetch::{FetchOptions, Fetched, Hub, Outcome, State, Wanted, fetch, state, verify};

use crate::catalogue::{Catalogue, Newest};
use crate::inputs::Inputs;
use crate::terminal::{Terminal, print};
use crate::{bars, hints, table};

/// Download the published files, continue what was cut, check what is there
#[derive(Args)]
#[command(
    after_help = "Example: {program} fetch --recipe clean --only wikipedia --set wikipedia.version=20240101"
)]
pub(crate) struct Arguments {
    /// The corpora of a recipe, by its name or a file of your own; every corpus if absent
    #[arg(long)]
    recipe: Option<String>,
    /// Downloads at once, at most two from one server
    #[arg(long, value_name = "N", default_value = "4")]
    jobs: NonZeroUsize,
    /// A copy to ask instead of the publishers: an address or a folder, laid out as the raw folder
    #[arg(long, value_name = "DIR_OR_URL")]
    mirror: Option<String>,
    /// Take a file that is not the one that was downloaded first, and show old and new digest
    #[arg(long)]
    update_lock: bool,
    /// Only show what would be downloaded
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    inputs: Inputs,
}

/// Show every corpus: licence, tasks, expected records, what is on disk
#[derive(Args)]
#[command(after_help = "Example: {program} list --recipe v0 --raw raw")]
pub(crate) struct ListArguments {
    /// The corpora of a recipe, by its name or a file of your own; every corpus if absent
    #[arg(long)]
    recipe: Option<String>,
    #[command(flatten)]
    inputs: Inputs,
}

/// The files of a plan's corpora that are published.
fn wanted(plan: &Plan) -> Vec<Wanted> {
    let wanted = plan.corpora.iter().flat_map(|planned| Wanted::of(planned.raw.manifest()));
    wanted.filter(|wanted| !wanted.file.url.is_empty()).collect()
}

pub(crate) fn run(arguments: &Arguments, terminal: Terminal) -> Result<bool> {
    let inputs = &arguments.inputs;
    let options = FetchOptions {
        jobs: arguments.jobs,
        mirror: arguments.mirror.clone(),
        hub: Hub::from_env(),
        update_lock: arguments.update_lock,
        ..FetchOptions::new(inputs.raw())
    };
    let bars = bars::Fetch::new(terminal.quiet);
    // A copy has what it has, under the names that it has.
    let asks = !arguments.dry_run && arguments.mirror.is_none();
    let recipe = arguments.recipe.as_deref();
    let Newest { plan, unknown } = if asks {
        let plan = |catalogue: &Catalogue| inputs.plan_of(recipe, catalogue);
        inputs.catalogue()?.newest(&options, &|event| bars.show(event), plan)?
    } else {
        Newest { plan: inputs.plan(recipe)?, unknown: BTreeMap::new() }
    };
    for refused in &plan.refused {
        let (name, license) = (&refused.name, refused.license);
        tracing::warn!("{name} ({license}) is not fetched: {}", hints::left_out(refused));
    }
    let wanted = wanted(&plan).into_iter().filter(|wanted| !unknown.contains_key(&wanted.corpus));
    let wanted: Vec<Wanted> = wanted.collect();
    if arguments.dry_run {
        return dry_run(&wanted, &options, terminal).map(|()| true);
    }
    let fetched = fetch(&wanted, &options, &|event| bars.show(event))?;
    let by_hand = by_hand(&wanted, &fetched, &options);
    print(&by_hand)?;
    let is_ready = |name: &str| {
        let mut files = fetched.iter().filter(|fetched| fetched.corpus == name);
        !unknown.contains_key(name) && files.all(is_there)
    };
    let names = plan.corpora.iter().map(PlannedCorpus::name);
    let (ready, lacking): (Vec<&str>, Vec<&str>) = names.partition(|name| is_ready(name));
    let recipe = arguments.recipe.as_deref();
    let summary = summary(&ready, &lacking, recipe, &inputs.raw(), terminal);
    let is_right = shown(fetched, terminal)?;
    for error in unknown.values() {
        terminal.fail(error);
    }
    print(&summary)?;
    Ok(is_right && by_hand.is_empty() && unknown.is_empty())
}

/// Whether nothing is left to be done for a file.
fn is_there(fetched: &Fetched) -> bool {
    fetched.outcome.as_ref().is_ok_and(|outcome| *outcome != Outcome::ByHand)
}

/// What is there, what is not, and what can be built with it; the reasons stand above.
fn summary(
    ready: &[&str],
    lacking: &[&str],
    recipe: Option<&str>,
    raw: &Path,
    terminal: Terminal,
) -> String {
    if lacking.is_empty() {
        return format!("all {} corpora are there\n", ready.len());
    }
    let mut lines = vec![
        format!("there: {}\n", list_of(ready)),
        format!("not there, for the reasons above: {}\n", list_of(lacking)),
    ];
    if let Some(recipe) = recipe.filter(|_| !ready.is_empty()) {
        let (raw, only, program) = (raw.display(), ready.join(","), terminal.program);
        lines.push(format!(
            "what is there can be built: {program} dataset --recipe {recipe} --raw {raw} --only {only}\n"
        ));
    }
    lines.concat()
}

fn list_of(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// Checks the digest of every file that is there.
pub(crate) fn verify_raw(
    recipe: Option<&str>,
    inputs: &Inputs,
    terminal: Terminal,
) -> Result<bool> {
    let wanted = wanted(&inputs.plan(recipe)?);
    let bars = bars::Fetch::new(terminal.quiet);
    shown(verify(&wanted, &inputs.raw(), &|event| bars.show(event))?, terminal)
}

/// Prints what came of each file; errors go to standard error. Whether there were none.
fn shown(fetched: Vec<Fetched>, terminal: Terminal) -> Result<bool> {
    let mut rows = Vec::new();
    let mut errors: Vec<Error> = Vec::new();
    for Fetched { corpus, path, outcome } in fetched {
        let outcome = match outcome {
            Ok(Outcome::There) => "verified".to_owned(),
            Ok(Outcome::Downloaded { bytes }) => format!("downloaded, {bytes} bytes"),
            Ok(Outcome::Replaced { bytes, aside }) => {
                format!("downloaded again, {bytes} bytes; the wrong one is {}", aside.display())
            }
            Ok(Outcome::Updated { old, new }) => format!("updated, {old} became {new}"),
            Ok(Outcome::ByHand) => "by hand".to_owned(),
            Ok(Outcome::Absent(why)) => format!("not there, and not needed: {why}"),
            Err(error) => {
                errors.push(error);
                "failed".to_owned()
            }
        };
        rows.push([corpus, path, outcome]);
    }
    print(&table::of(["corpus", "file", "state"], &rows))?;
    for error in &errors {
        terminal.fail(error);
    }
    Ok(errors.is_empty())
}

/// What a person has to download.
fn by_hand(wanted: &[Wanted], fetched: &[Fetched], options: &FetchOptions) -> String {
    let is_by_hand = |wanted: &&Wanted| {
        fetched.iter().any(|fetched| {
            *fetched.path == *wanted.file.path && matches!(fetched.outcome, Ok(Outcome::ByHand))
        })
    };
    let lines = wanted.iter().filter(is_by_hand).map(|Wanted { corpus, file }| {
        let reason = file.by_hand.as_deref().unwrap_or_default();
        let path = options.raw.join(&file.path);
        format!(
            "{corpus}: download {} by hand to {} ({reason}), then run fetch again\n",
            without_secrets(&file.url),
            path.display()
        )
    });
    lines.collect()
}

fn dry_run(wanted: &[Wanted], options: &FetchOptions, terminal: Terminal) -> Result<()> {
    let lock = Lock::read(&options.raw)?;
    let (mut rows, mut bytes, mut unknown) = (Vec::new(), 0, 0);
    for Wanted { corpus, file } in wanted {
        let known = state(&options.raw, &lock, file)?;
        let is_missing = matches!(known, State::Missing | State::ByHand);
        if is_missing {
            bytes += file.bytes.unwrap_or_default();
            unknown += u32::from(file.bytes.is_none());
        }
        let size = file.bytes.map_or("unknown".to_owned(), |bytes| bytes.to_string());
        let what = if known == State::Missing { "would be downloaded" } else { known.as_str() };
        rows.push([corpus.clone(), file.path.to_string(), what.to_owned(), size]);
    }
    let table = table::of(["corpus", "file", "state", "bytes"], &rows);
    print(&table)?;
    if terminal.verbose {
        let from = wanted
            .iter()
            .map(|Wanted { file, .. }| format!("{} {}\n", file.path, without_secrets(&file.url)));
        print(&from.collect::<String>())?;
    }
    print(&format!("{bytes} bytes to download, and {unknown} files of unknown size\n"))
}

pub(crate) fn list(arguments: &ListArguments) -> Result<()> {
    let inputs = &arguments.inputs;
    let plan = inputs.plan(arguments.recipe.as_deref())?;
    let lock = Lock::read(&inputs.raw())?;
    let rows = plan.corpora.iter().map(|planned| row(planned, &lock));
    let mut rows = rows.collect::<Result<Vec<_>>>()?;
    for refused in &plan.refused {
        let (name, license) = (refused.name.clone(), refused.license.to_string());
        rows.push([
            name,
            license,
            String::new(),
            String::new(),
            String::new(),
            "left out".to_owned(),
        ]);
    }
    print(&table::of(["corpus", "licence", "release", "v0 records", "tasks", "files"], &rows))?;
    let reasons = plan
        .refused
        .iter()
        .map(|refused| format!("{}: {}\n", refused.name, hints::left_out(refused)));
    print(&reasons.collect::<String>())
}

fn row(planned: &PlannedCorpus, lock: &Lock) -> Result<[String; 6]> {
    let manifest = planned.raw.manifest();
    let tasks: Vec<&str> = manifest.tasks.iter().map(|task| task.as_str()).collect();
    let mut states = Vec::new();
    for file in &manifest.files {
        let known = state(planned.raw.root(), lock, file)?;
        // What is not needed is not missing.
        if !file.optional || matches!(known, State::Verified | State::OnDisk) {
            states.push(known);
        }
    }
    // The worst of them: a corpus is verified when all of its files are.
    let worst = states.into_iter().max().map_or("", State::as_str);
    let expected = manifest.expected.get("v0").map_or("unknown".to_owned(), u64::to_string);
    Ok([
        planned.name().to_owned(),
        manifest.source.license.id().to_owned(),
        manifest.version.clone(),
        expected,
        tasks.join(", "),
        worst.to_owned(),
    ])
}
