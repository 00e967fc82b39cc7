//! The corpora: all of them in one table, and each with where its rows went.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use ljd_core::Manifest;

use super::bars::{Histogram, lengths_of};
use super::text::{Escaped, Number};
use crate::report::{CorpusReport, LongerThan, Report};

// Writing to a string cannot fail, so what `write!` returns is dropped throughout.

pub(super) fn section(manifests: &[&Manifest], report: &Report) -> String {
    let mut text = overview(report);
    let lengths = |corpus: &CorpusReport| lengths_of([&corpus.lengths].into_iter()).len();
    let places = report.corpora.iter().map(lengths).max().unwrap_or(1).max(1);
    text.push_str("<div class=\"corpora\">\n");
    for (corpus, manifest) in report.corpora.iter().zip(manifests) {
        text.push_str(&card(corpus, manifest, places));
    }
    text + "</div>\n"
}

/// The columns of the overview, and what a corpus has in each.
type Column = (&'static str, fn(&CorpusReport) -> u64);

const COLUMNS: [Column; 7] = [
    ("rows read", |corpus| corpus.rows),
    ("skipped", |corpus| corpus.skipped.values().map(|rows| rows.count).sum()),
    ("made", |corpus| corpus.made),
    ("left out", |corpus| corpus.left_out.values().sum()),
    ("dropped", |corpus| corpus.dropped.values().map(|dropped| dropped.count).sum()),
    ("records", |corpus| corpus.records),
    ("characters", |corpus| corpus.characters),
];

const TOKENS: Column = ("tokens", |corpus| corpus.tokens.unwrap_or(0));

fn overview(report: &Report) -> String {
    let tokens = report.tokenizer.as_ref().map(|_| TOKENS);
    let columns: Vec<Column> = COLUMNS.into_iter().chain(tokens).collect();
    let mut text = "<div class=\"scroll\" role=\"region\" aria-label=\"All corpora\" tabindex=\"0\">\n<table>\n<caption>All corpora, from rows to records</caption>\n<thead><tr><th scope=\"col\">corpus</th>".to_owned();
    for (name, _) in &columns {
        let _ = write!(text, "<th scope=\"col\" class=\"n\">{name}</th>");
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for corpus in &report.corpora {
        let name = Escaped(&corpus.name);
        let _ = write!(text, "<tr><th scope=\"row\"><a href=\"#corpus-{name}\">{name}</a></th>");
        for (_, count) in &columns {
            let _ = write!(text, "<td class=\"n\">{}</td>", Number(count(corpus)));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n<tfoot><tr><th scope=\"row\">all</th>");
    for (_, count) in &columns {
        let all = report.corpora.iter().map(count).sum();
        let _ = write!(text, "<td class=\"n\">{}</td>", Number(all));
    }
    text + "</tr></tfoot>\n</table>\n</div>\n"
}

fn card(corpus: &CorpusReport, manifest: &Manifest, places: usize) -> String {
    let name = Escaped(&corpus.name);
    let mut text = format!(
        "<article class=\"card\" id=\"corpus-{name}\">\n<h3>{name} <small>{}</small></h3>\n<p class=\"meta\">{}</p>\n",
        Escaped(&manifest.title),
        Escaped(&about(corpus))
    );
    text.push_str(&ways(corpus));
    for (what, lengths) in [("All text", &corpus.lengths), ("Output", &corpus.output_lengths)] {
        let _ = write!(text, "{}", Histogram { what, lengths, places });
    }
    text + "</article>\n"
}

/// Release, licence, rules, tasks, splits and wordings in a few words.
fn about(corpus: &CorpusReport) -> String {
    let CorpusReport { version, license, preset, .. } = corpus;
    let mut about = format!("Release {version}, {license}, rules {preset}");
    for (option, value) in &corpus.rules {
        let _ = write!(about, ", {option} {value}");
    }
    let counted = [("Tasks", &corpus.tasks), ("Splits", &corpus.splits)];
    for (what, counts) in counted.into_iter().filter(|(_, counts)| !counts.is_empty()) {
        let counts = counts.iter().map(|(name, n)| format!("{name} {}", Number(*n)));
        let _ = write!(about, ". {what}: {}", counts.collect::<Vec<_>>().join(", "));
    }
    if !corpus.phrasings.is_empty() {
        let n: usize = corpus.phrasings.values().map(BTreeMap::len).sum();
        let _ = write!(about, ". Wordings of instructions: {n}");
    }
    about + if corpus.complete { "." } else { ". Not read to its end." }
}

/// Where the rows of a corpus went, a line each.
fn ways(corpus: &CorpusReport) -> String {
    let mut ways = Ways(String::new());
    ways.total("rows read", corpus.rows);
    for (reason, rows) in &corpus.skipped {
        let what = if rows.bad { "skipped, unusable" } else { "skipped by the rules" };
        ways.part(what, reason, rows.count, &rows.first.join("\n"));
    }
    ways.total("records made", corpus.made);
    if let Some(expected) = corpus.expected {
        ways.part("expected by the manifest", "", expected, "");
    }
    for (what, n) in &corpus.left_out {
        ways.part("left out", what, *n, "");
    }
    for (rule, n) in &corpus.repaired {
        ways.part("repaired", rule, *n, "");
    }
    for (rule, dropped) in &corpus.dropped {
        ways.part("dropped", rule, dropped.count, "");
    }
    ways.total("records written", corpus.records);
    if let Some(published) = corpus.published {
        ways.part("in the published dataset", "", published, "");
    }
    ways.total("characters", corpus.characters);
    if let Some(tokens) = corpus.tokens {
        ways.total("tokens", tokens);
    }
    for (length, n) in corpus.longer_than.iter().flat_map(LongerThan::counts) {
        ways.part(&format!("longer than {} tokens", Number(length.into())), "", n, "");
    }
    format!(
        "<table class=\"ways\">\n<caption>{}: from rows to records</caption>\n<tbody>\n{}</tbody>\n</table>\n",
        Escaped(&corpus.name),
        ways.0
    )
}

/// The lines of a table that adds up.
struct Ways(String);

impl Ways {
    fn total(&mut self, what: &str, n: u64) {
        self.line(format_args!("<tr><th scope=\"row\">{what}</th>"), n);
    }

    /// What became of some, for which reason, and where the first of them are.
    fn part(&mut self, what: &str, reason: &str, n: u64, first: &str) {
        let colon = if reason.is_empty() { "" } else { ": " };
        let reason = Escaped(reason);
        let _ = write!(self.0, "<tr class=\"part\"><th scope=\"row\">{what}{colon}{reason}");
        if !first.is_empty() {
            let _ = write!(self.0, " <small>{}</small>", Escaped(first));
        }
        self.line("</th>", n);
    }

    fn line(&mut self, head: impl Display, n: u64) {
        let _ = writeln!(self.0, "{head}<td class=\"n\">{}</td></tr>", Number(n));
    }
}
