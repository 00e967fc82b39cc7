//! `cargo xtask dataset`: builds a recipe.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use ljd_core::{Corpus, Error, ErrorKind, License, Location, Manifest, Raw, Result};
use ljd_export::{Choices, Format, Options, Plan, Progress, Recipe, build};

use crate::table;

/// Build a dataset
#[derive(Args)]
#[command(
    after_help = "Example: cargo xtask dataset --recipe clean --only tanaka,jesc --raw raw --jobs 2"
)]
pub(crate) struct Arguments {
    /// A recipe of data-manifests/recipes by its name, or a file of your own
    #[arg(long, default_value = "sample")]
    recipe: String,
    /// Folder of the published files; the sample's are the fixtures of the crates
    #[arg(long, value_name = "DIR")]
    raw: Option<PathBuf>,
    /// Folder in which the dataset's folder is made
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Build only these corpora of the recipe
    #[arg(long, value_name = "CORPUS", value_delimiter = ',')]
    only: Vec<String>,
    /// Threads that convert and compress; as many as there are cores if absent
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// The first N records of each corpus
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Formats to write: jsonl, parquet
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', default_value = "jsonl,parquet", value_parser = Format::parse)]
    format: Vec<Format>,
    /// Take sources under this licence although it refuses commercial use or redistribution
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = License::parse)]
    accept_license: Vec<License>,
    /// Read what is whole of a file that ends early, and count the end as a row left out
    #[arg(long)]
    tolerate_truncated: bool,
    /// Folder of manifests that replace fields of those compiled in
    #[arg(long, value_name = "DIR")]
    manifests: Option<PathBuf>,
}

/// The corpora of a family, and where its crate keeps its fixtures.
struct Family {
    corpora: &'static [&'static dyn Corpus],
    fixtures: &'static str,
}

const FAMILIES: &[Family] = &[
    Family {
        corpora: ljd_translation::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-translation/tests/fixtures"),
    },
    Family {
        corpora: ljd_qa::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-qa/tests/fixtures"),
    },
    Family {
        corpora: ljd_wiki::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-wiki/tests/fixtures"),
    },
    Family {
        corpora: ljd_dialogue::CORPORA,
        fixtures: concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/ljd-dialogue/tests/fixtures"),
    },
];

pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<()> {
    let recipe = recipe(&arguments.recipe)?;
    let corpora: Vec<&'static dyn Corpus> =
        FAMILIES.iter().flat_map(|family| family.corpora).copied().collect();
    let options = Options {
        out: arguments.out.join(&recipe.name),
        jobs: arguments.jobs.or(thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN),
        limit: arguments.limit,
        formats: arguments.format.clone(),
    };
    let choices = Choices { only: &arguments.only, accepted: &arguments.accept_license };
    let plan = Plan::new(recipe, &corpora, choices, |corpus| arguments.open(corpus))?;
    let bar = Bar::new(quiet);
    let report = build(&plan, &options, &mut |progress| bar.show(progress));
    bar.clear();
    let report = report?;
    let table = table::of(&report);
    let written = io::stdout().write_all(table.as_bytes());
    written.map_err(|error| cannot_write(Path::new("standard output"), error))?;
    tracing::info!("wrote {}", options.out.display());
    Ok(())
}

impl Arguments {
    /// The manifest of a corpus and where its files lie.
    fn open(&self, corpus: &dyn Corpus) -> Result<Raw> {
        let (raw, mut manifest) = self.manifest(corpus)?;
        for file in &mut manifest.files {
            file.truncated |= self.tolerate_truncated;
        }
        Ok(Raw::new(raw, manifest))
    }

    fn manifest(&self, corpus: &dyn Corpus) -> Result<(PathBuf, Manifest)> {
        let compiled = Manifest::parse(corpus.manifest(), "compiled-in manifest")?;
        let fixtures = fixtures(corpus);
        let is_sample = self.raw.is_none() && self.recipe == "sample";
        let raw = match &self.raw {
            Some(raw) => raw.clone(),
            None if is_sample => fixtures.clone(),
            None => PathBuf::from("raw"),
        };
        let manifests = match &self.manifests {
            Some(manifests) => manifests.clone(),
            None if is_sample => fixtures.join("manifests"),
            None => return Ok((raw, compiled)),
        };
        let file = manifests.join(format!("{}.json", compiled.source.name));
        if !manifests.is_dir() {
            return Err(cannot_read(&manifests, io::ErrorKind::NotADirectory.into()));
        }
        match read(&file) {
            Ok(replacement) => {
                let name = file.display().to_string();
                Ok((raw, Manifest::parse_replaced(corpus.manifest(), &replacement, &name)?))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((raw, compiled)),
            Err(error) => Err(cannot_read(&file, error)),
        }
    }
}

/// The fixtures of the family that a corpus belongs to.
fn fixtures(corpus: &dyn Corpus) -> PathBuf {
    let is_it = |known: &&dyn Corpus| known.manifest() == corpus.manifest();
    let family = FAMILIES.iter().find(|family| family.corpora.iter().any(is_it));
    PathBuf::from(family.map_or("", |family| family.fixtures))
}

/// A recipe by its name, or a file.
fn recipe(name: &str) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_none() {
        return Recipe::built_in(name);
    }
    let text = read(path).map_err(|error| cannot_read(path, error))?;
    Recipe::parse(&text, name)
}

#[expect(clippy::disallowed_methods, reason = "recipes and manifests are small")]
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

fn cannot_read(path: &Path, error: io::Error) -> Error {
    let location = Location::file(Arc::from(path.display().to_string()));
    Error::at(location, ErrorKind::Read(error))
}

fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::new(ErrorKind::Write { path: path.to_owned(), source })
}

/// Progress on standard error: a bar on a terminal, a line a corpus elsewhere.
struct Bar {
    bar: ProgressBar,
    corpus: std::cell::RefCell<String>,
    quiet: bool,
}

impl Bar {
    fn new(quiet: bool) -> Self {
        let is_terminal = !quiet && io::stderr().is_terminal();
        let bar = if is_terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = "{prefix:12} {wide_bar} {bytes}/{total_bytes} {msg} {bytes_per_sec} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self { bar, corpus: std::cell::RefCell::default(), quiet }
    }

    #[expect(clippy::print_stderr, reason = "progress goes to the terminal")]
    fn show(&self, progress: Progress<'_>) {
        if *self.corpus.borrow() != progress.corpus {
            progress.corpus.clone_into(&mut self.corpus.borrow_mut());
            self.bar.reset();
            self.bar.set_prefix(progress.corpus.to_owned());
            if !self.quiet && self.bar.is_hidden() {
                eprintln!("building {} ({} bytes)", progress.corpus, progress.bytes);
            }
        }
        // v0 reads a file once a direction: the length grows when the second reading begins.
        let readings = progress.bytes_read.div_ceil(progress.bytes.max(1)).max(1);
        self.bar.set_length(progress.bytes * readings);
        self.bar.set_position(progress.bytes_read);
        self.bar.set_message(format!("{} records", progress.records));
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
