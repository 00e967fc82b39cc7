//! Progress on standard error: bars on a terminal, plain lines elsewhere.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use ljd_core::visible;
use ljd_export::Progress;
use ljd_fetch::Event;

use crate::terminal;

fn is_terminal(quiet: bool) -> bool {
    !quiet && io::stderr().is_terminal()
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_unstyled| ProgressStyle::default_bar())
}

fn say(quiet: bool, line: &str) {
    if !quiet {
        terminal::say(line);
    }
}

/// How far a build is: one bar, corpus after corpus.
pub(crate) struct Build {
    bar: ProgressBar,
    corpus: RefCell<String>,
    quiet: bool,
}

impl Build {
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = if is_terminal(quiet) { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let template =
            "{prefix:12} {wide_bar} {bytes}/{total_bytes} {msg} {bytes_per_sec} {eta} left";
        bar.set_style(style(template));
        Self { bar, corpus: RefCell::default(), quiet }
    }

    pub(crate) fn show(&self, progress: Progress<'_>) {
        if *self.corpus.borrow() != progress.corpus {
            progress.corpus.clone_into(&mut self.corpus.borrow_mut());
            self.bar.reset();
            self.bar.set_prefix(progress.corpus.to_owned());
            if self.bar.is_hidden() {
                say(
                    self.quiet,
                    &format!("building {} ({} bytes)", progress.corpus, progress.bytes),
                );
            }
        }
        // v0 reads a file once a direction: the length grows when the second reading begins.
        let readings = progress.bytes_read.div_ceil(progress.bytes.max(1)).max(1);
        self.bar.set_length(progress.bytes * readings);
        self.bar.set_position(progress.bytes_read);
        self.bar.set_message(format!("{} records", progress.records));
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How far the downloads are: a bar a file.
pub(crate) struct Fetch {
    all: MultiProgress,
    bars: Mutex<BTreeMap<String, ProgressBar>>,
    is_terminal: bool,
    quiet: bool,
}

impl Fetch {
    pub(crate) fn new(quiet: bool) -> Self {
        let is_terminal = is_terminal(quiet);
        Self { all: MultiProgress::new(), bars: Mutex::default(), is_terminal, quiet }
    }

    pub(crate) fn show(&self, event: Event<'_>) {
        if self.is_terminal {
            self.draw(event);
        }
        match event {
            Event::Started { path, url, bytes, from } if !self.is_terminal => {
                let bytes = bytes.map_or("unknown".to_owned(), |bytes| bytes.to_string());
                self.say(&format!("downloading {path} from {url}, byte {from} of {bytes}"));
            }
            Event::Checking { path } if !self.is_terminal => self.say(&format!("checking {path}")),
            Event::Waiting { path, wait, why } => {
                self.say(&format!("{path}: {why}; asking again in {} s", wait.as_secs()));
            }
            Event::Failed { path, why } => self.say(&format!("{path}: {why}")),
            _ => {}
        }
    }

    fn say(&self, line: &str) {
        self.all.suspend(|| say(self.quiet, line));
    }

    fn draw(&self, event: Event<'_>) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started { path, bytes, from, .. } => {
                let bar = bars.entry(path.to_owned()).or_insert_with(|| {
                    let bar = self.all.add(ProgressBar::new(0));
                    let template =
                        "{prefix} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";
                    bar.set_style(style(template));
                    bar.with_prefix(visible(path).into_owned())
                });
                bar.set_length(bytes.unwrap_or_default());
                bar.set_position(from);
                bar.reset_eta();
            }
            Event::Received { path, bytes } => {
                if let Some(bar) = bars.get(path) {
                    bar.set_position(bytes);
                }
            }
            Event::Ended { path } => {
                if let Some(bar) = bars.remove(path) {
                    bar.finish_and_clear();
                }
            }
            _ => {}
        }
    }
}
