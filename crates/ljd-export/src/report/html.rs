//! `report.html` of a dataset: the report for people.
//!
//! One file that needs nothing beside it: no script, no font, no picture, and a policy that forbids browsers to fetch
//! any. A bar repeats a number that stands beside it, so nothing is lost to those who cannot see it.

mod bars;
mod corpora;
mod dropped;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write;

use ljd_core::Manifest;

use self::bars::{Bars, lengths_of};
use self::text::{Escaped, Number};
use crate::report::Report;

/// How the page looks.
const STYLE: &str = include_str!("html/style.css");

/// The sections by their ids, in the order of the page.
const SECTIONS: [(&str, &str); 8] = [
    ("records", "Records"),
    ("lengths", "Lengths"),
    ("corpora", "Corpora"),
    ("dropped", "Dropped"),
    ("overlap", "Overlap"),
    ("contamination", "Contamination"),
    ("left-out", "Left out"),
    ("provenance", "Provenance"),
];

/// The page; `manifests` are those of the report's corpora.
pub(crate) fn text(description: &str, manifests: &[&Manifest], report: &Report) -> String {
    let mut page = head(report);
    page.push_str(&title(description, report));
    let bodies = [
        records(report),
        lengths(report),
        corpora::section(manifests, report),
        dropped::section(report),
        dropped::overlap(report),
        dropped::contamination(report),
        left_out(report),
        provenance(report),
    ];
    for ((id, name), body) in SECTIONS.iter().zip(bodies) {
        let heading = format!("<h2 id=\"{id}-title\">{name}</h2>");
        let _ = write!(
            page,
            "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n{heading}\n{body}</section>\n"
        );
    }
    page + "</main>\n</body>\n</html>\n"
}

// Writing to a string cannot fail, so what `write!` returns is dropped throughout.

fn head(report: &Report) -> String {
    format!(
        "<!DOCTYPE html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>{}: report of the dataset</title>
<link rel=\"icon\" href=\"data:,\">
<style>
{STYLE}</style>
</head>
<body>
",
        Escaped(&report.recipe)
    )
}

fn title(description: &str, report: &Report) -> String {
    let mut text = "<header>\n".to_owned();
    let _ = writeln!(text, "<h1>{}</h1>", Escaped(&report.recipe));
    let _ = writeln!(text, "<p>{}</p>", Escaped(description));
    text.push_str(&totals(report));
    text.push_str("</header>\n<nav aria-label=\"Sections\"><ul>\n");
    for (id, name) in SECTIONS {
        let _ = writeln!(text, "<li><a href=\"#{id}\">{name}</a></li>");
    }
    text + "</ul></nav>\n<main>\n"
}

fn totals(report: &Report) -> String {
    let corpora = &report.corpora;
    let characters = corpora.iter().map(|corpus| corpus.characters).sum();
    let mut totals = vec![
        ("records", Number(report.records).to_string()),
        ("corpora", corpora.len().to_string()),
        ("characters", Number(characters).to_string()),
    ];
    if report.tokenizer.is_some() {
        let tokens = corpora.iter().filter_map(|corpus| corpus.tokens).sum();
        totals.push(("tokens", Number(tokens).to_string()));
    }
    totals.push(("licence", report.license.unwrap_or("each record its own").to_owned()));
    if let Some(version) = &report.version {
        totals.push(("release", version.clone()));
    }
    if let Some(published) = report.published {
        totals.push(("published dataset's records", Number(published).to_string()));
    }
    let mut text = "<dl class=\"totals\">\n".to_owned();
    for (name, value) in totals {
        let _ = writeln!(text, "<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(&value));
    }
    text + "</dl>\n"
}

fn records(report: &Report) -> String {
    let corpora = &report.corpora;
    let by_corpus = corpora.iter().map(|corpus| (corpus.name.as_str(), corpus.records)).collect();
    let (mut tasks, mut licenses) = (BTreeMap::new(), BTreeMap::new());
    for corpus in corpora {
        *licenses.entry(corpus.license).or_default() += corpus.records;
        for (task, n) in &corpus.tasks {
            *tasks.entry(*task).or_default() += n;
        }
    }
    let bars = |what, rows: Vec<(&str, u64)>| Bars { what, unit: "records", rows }.to_string();
    let [tasks, licenses] = [tasks, licenses].map(most_first);
    format!(
        "<div class=\"columns\">\n{}<div>\n{}{}</div>\n</div>\n",
        bars("corpus", by_corpus),
        bars("task", tasks),
        bars("licence", licenses)
    )
}

/// The counts with the largest first, those of one size by their names.
fn most_first<'a>(counts: BTreeMap<&'a str, u64>) -> Vec<(&'a str, u64)> {
    let mut counts: Vec<(&'a str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts
}

fn lengths(report: &Report) -> String {
    let of = |what, lengths: &mut dyn Iterator<Item = &crate::report::Lengths>| {
        let all = lengths_of(lengths);
        let names: Vec<String> = (0..all.len()).map(bars::range).collect();
        let rows = names.iter().map(String::as_str).zip(all).skip_while(|(_, n)| *n == 0);
        Bars { what, unit: "records", rows: rows.collect() }.to_string()
    };
    let corpora = &report.corpora;
    format!(
        "<p>In characters, by powers of two. Those of each corpus stand with it.</p>\n<div class=\"columns\">\n{}{}</div>\n",
        of("length of all text", &mut corpora.iter().map(|corpus| &corpus.lengths)),
        of("length of the output", &mut corpora.iter().map(|corpus| &corpus.output_lengths)),
    )
}

fn left_out(report: &Report) -> String {
    if report.refused.is_empty() {
        return "<p>No source is left out.</p>\n".to_owned();
    }
    let mut text = "<div class=\"scroll\" role=\"region\" aria-label=\"Sources left out\" tabindex=\"0\">\n<table>\n<caption>Sources left out</caption>\n<thead><tr><th scope=\"col\">source</th><th scope=\"col\">licence</th><th scope=\"col\">reason</th></tr></thead>\n<tbody>\n".to_owned();
    for refused in &report.refused {
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            Escaped(&refused.name),
            Escaped(refused.license),
            Escaped(&refused.reason)
        );
    }
    text + "</tbody>\n</table>\n</div>\n"
}

fn provenance(report: &Report) -> String {
    let mut text = format!(
        "<p>Built by ljd {} after the recipe <code>{}</code> (SHA-256 <code class=\"hash\">{}</code>). The same files give the same bytes. <a href=\"report.json\">report.json</a> has the digest of every file read and written.</p>\n",
        Escaped(report.ljd_version),
        Escaped(&report.recipe),
        Escaped(&report.recipe_sha256)
    );
    if let Some(tokenizer) = &report.tokenizer {
        let _ = writeln!(
            text,
            "<p>Tokens are counted with <code>{}</code> (SHA-256 <code class=\"hash\">{}</code>): those of instruction, input, output and earlier turns, each by itself and without special tokens.</p>",
            Escaped(&tokenizer.name),
            Escaped(&tokenizer.sha256)
        );
    }
    text + &unpinned(report)
}

/// The files that nothing was there to compare with.
fn unpinned(report: &Report) -> String {
    let inputs = report.corpora.iter().flat_map(|corpus| &corpus.inputs);
    let (pinned, unpinned): (Vec<_>, Vec<_>) = inputs.partition(|input| input.pin.is_some());
    if unpinned.is_empty() {
        return "<p>Every file read is the one that a manifest or the first download states.</p>\n"
            .to_owned();
    }
    let mut text = format!(
        "<p>{} of {} files read could not be compared with anything: neither a manifest nor a first download states their SHA-256.</p>\n<ul>\n",
        Number(unpinned.len() as u64),
        Number((pinned.len() + unpinned.len()) as u64)
    );
    for input in unpinned {
        let _ = writeln!(
            text,
            "<li><code>{}</code>, {} bytes, <code class=\"hash\">{}</code></li>",
            Escaped(&input.path),
            Number(input.bytes),
            Escaped(&input.sha256)
        );
    }
    text + "</ul>\n"
}

#[cfg(test)]
mod tests;
