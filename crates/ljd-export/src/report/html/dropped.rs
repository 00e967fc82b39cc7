//! What rules of quality dropped, what corpora share, and what evaluation data was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::bars::Bars;
use super::most_first;
use super::text::{Escaped, Number, Shortened, parts};
use crate::report::{CorpusReport, DroppedRecord, DroppedReport, Report};

/// So many examples of a rule are shown at once; the others are folded up.
const SHOWN: usize = 3;

/// So many records with evaluation data are named.
const NAMED: usize = 5;

// Writing to a string cannot fail, so what `write!` returns is dropped throughout.

/// What one rule dropped, by corpus.
type OfRule<'a> = Vec<(&'a CorpusReport, &'a DroppedReport)>;

pub(super) fn section(report: &Report) -> String {
    let (mut rules, mut repaired) = (BTreeMap::<&str, OfRule<'_>>::new(), BTreeMap::new());
    for corpus in &report.corpora {
        for (rule, dropped) in &corpus.dropped {
            rules.entry(rule).or_default().push((corpus, dropped));
        }
        for (rule, n) in &corpus.repaired {
            *repaired.entry(*rule).or_default() += n;
        }
    }
    if rules.is_empty() && repaired.is_empty() {
        return "<p>No rule of quality dropped or repaired a record.</p>\n".to_owned();
    }
    let count = |of: &OfRule<'_>| of.iter().map(|(_, dropped)| dropped.count).sum();
    let dropped = most_first(rules.iter().map(|(rule, of)| (*rule, count(of))).collect());
    let mut text = "<div class=\"columns\">\n".to_owned();
    for (unit, rows) in [("dropped", dropped.clone()), ("repaired", most_first(repaired))] {
        if !rows.is_empty() {
            let _ = write!(text, "{}", Bars { what: "rule", unit, rows });
        }
    }
    text.push_str("</div>\n");
    for (rule, _) in dropped {
        text.push_str(&rules.get(rule).map(|of| of_rule(rule, of)).unwrap_or_default());
    }
    text
}

fn of_rule(rule: &str, of: &OfRule<'_>) -> String {
    let corpora: Vec<String> = of
        .iter()
        .map(|(corpus, dropped)| format!("{} {}", corpus.name, Number(dropped.count)))
        .collect();
    let mut text = format!(
        "<section class=\"rule\">\n<h3>{}</h3>\n<p class=\"meta\">{}</p>\n<div class=\"cards\">\n",
        Escaped(rule),
        Escaped(&corpora.join(" · "))
    );
    let examples = in_turns(of);
    let (shown, folded) = examples.split_at(examples.len().min(SHOWN));
    text.extend(shown.iter().map(|record| example(record)));
    text.push_str("</div>\n");
    if !folded.is_empty() {
        let n = folded.len();
        let _ = writeln!(text, "<details><summary>{n} more</summary>\n<div class=\"cards\">");
        text.extend(folded.iter().map(|record| example(record)));
        text.push_str("</div>\n</details>\n");
    }
    text + "</section>\n"
}

/// The first example of each corpus, then the second ones, so that the first few are of several corpora.
fn in_turns<'a>(of: &OfRule<'a>) -> Vec<&'a DroppedRecord> {
    let most = of.iter().map(|(_, dropped)| dropped.examples.len()).max().unwrap_or(0);
    let nth = |n| of.iter().filter_map(move |(_, dropped)| dropped.examples.get(n));
    (0..most.min(SHOWN)).flat_map(nth).collect()
}

fn example(record: &DroppedRecord) -> String {
    let mut text = format!(
        "<article class=\"card\">\n<h4>{} <small>{}</small></h4>\n<dl class=\"record\">\n",
        Escaped(&record.source),
        Shortened(&record.id)
    );
    let turns = record.history.iter().map(|turn| ("earlier turn", turn.as_str()));
    let fields = [("input", &record.input), ("output", &record.output)];
    let fields = fields.map(|(name, text)| (name, text.as_str()));
    for (name, value) in
        [("instruction", record.instruction.as_str())].into_iter().chain(turns).chain(fields)
    {
        let _ = if value.is_empty() {
            writeln!(text, "<div><dt>{name}</dt><dd class=\"none\">empty</dd></div>")
        } else {
            let value = Shortened(value);
            writeln!(text, "<div><dt>{name}</dt><dd lang=\"ja\">{value}</dd></div>")
        };
    }
    if let Some(like) = &record.like {
        let _ = writeln!(text, "<div><dt>compared with</dt><dd>{}</dd></div>", Shortened(like));
    }
    text + "</dl>\n</article>\n"
}

/// Which corpus has how many records of which other one.
pub(super) fn overlap(report: &Report) -> String {
    let with: Vec<&CorpusReport> =
        report.corpora.iter().filter(|corpus| !corpus.overlap.is_empty()).collect();
    let in_order = report.corpora.iter().map(|corpus| corpus.name.as_str());
    let others: Vec<&str> = in_order
        .filter(|other| with.iter().any(|corpus| corpus.overlap.contains_key(*other)))
        .collect();
    if with.is_empty() {
        return "<p>No record was dropped because another one stood in the dataset already.</p>\n"
            .to_owned();
    }
    let most = with.iter().flat_map(|corpus| corpus.overlap.values()).copied().max().unwrap_or(0);
    let mut text = "<p>Records dropped because of one that the dataset had already: the same, nearly the same, or another answer to the same prompt. What a corpus has twice itself counts in its own column.</p>\n<div class=\"scroll\" role=\"region\" aria-label=\"Overlap\" tabindex=\"0\">\n<table class=\"matrix\">\n<caption>Records dropped of a row's corpus that a column's corpus has</caption>\n<thead><tr><th scope=\"col\">dropped of</th>".to_owned();
    for other in &others {
        let _ = write!(text, "<th scope=\"col\" class=\"n\">{}</th>", Escaped(other));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for corpus in with {
        let _ = write!(text, "<tr><th scope=\"row\">{}</th>", Escaped(&corpus.name));
        text.extend(others.iter().map(|other| cell(corpus.overlap.get(*other).copied(), most)));
        text.push_str("</tr>\n");
    }
    text + "</tbody>\n</table>\n</div>\n"
}

/// A number on a ground that is the stronger the larger it is.
fn cell(n: Option<u64>, most: u64) -> String {
    match n {
        Some(n) => format!(
            "<td class=\"n\" style=\"--strength:{}%\">{}</td>",
            parts(n, most, 60).max(4),
            Number(n)
        ),
        None => "<td class=\"n none\">–</td>".to_owned(),
    }
}

/// Which evaluation data was found in which corpus.
pub(super) fn contamination(report: &Report) -> String {
    let mut found = BTreeMap::<(&str, &str), Vec<&(String, String)>>::new();
    for corpus in &report.corpora {
        for hit in corpus.dropped.values().flat_map(|dropped| &dropped.contaminated) {
            let data = evaluation_data(report, &hit.1);
            found.entry((data, &corpus.name)).or_default().push(hit);
        }
    }
    if found.is_empty() {
        return "<p>No record was dropped for text of evaluation data.</p>\n".to_owned();
    }
    let mut text = "<div class=\"scroll\" role=\"region\" aria-label=\"Contamination\" tabindex=\"0\">\n<table>\n<caption>Records dropped for text of evaluation data</caption>\n<thead><tr><th scope=\"col\">evaluation data</th><th scope=\"col\">found in</th><th scope=\"col\" class=\"n\">records</th><th scope=\"col\" class=\"n\">of so many items</th><th scope=\"col\">the first: record, item</th></tr></thead>\n<tbody>\n".to_owned();
    for ((data, corpus), hits) in found {
        let items: BTreeSet<&str> = hits.iter().map(|hit| hit.1.as_str()).collect();
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            Escaped(data),
            Escaped(corpus),
            Number(hits.len() as u64),
            Number(items.len() as u64),
            first_hits(&hits)
        );
    }
    text + "</tbody>\n</table>\n</div>\n"
}

/// The corpus or the file that an item is of: items are called `corpus/id` and `file:line`.
pub(super) fn evaluation_data<'a>(report: &Report, item: &'a str) -> &'a str {
    let is_corpus = |name: &str| report.corpora.iter().any(|corpus| corpus.name == name);
    match (item.split_once('/'), item.rsplit_once(':')) {
        (Some((corpus, _)), _) if is_corpus(corpus) => corpus,
        (_, Some((file, _))) => file,
        _ => item,
    }
}

fn first_hits(hits: &[&(String, String)]) -> String {
    let mut text = String::new();
    for (id, item) in hits.iter().take(NAMED) {
        let _ = write!(
            text,
            "<div><code>{}</code> ← <code>{}</code></div>",
            Escaped(id),
            Escaped(item)
        );
    }
    if NAMED < hits.len() {
        let _ = write!(text, "<div>and {} more</div>", Number((hits.len() - NAMED) as u64));
    }
    text
}
