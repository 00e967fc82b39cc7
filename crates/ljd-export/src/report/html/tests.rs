//! The page of a report in which everything from outside could be markup.

use std::collections::BTreeMap;

use ljd_core::{FileName, Manifest, Skip};
use proptest::prelude::*;

use super::text;
use crate::plan::Refused;
use crate::report::{
    CorpusReport, DroppedRecord, DroppedReport, InputFile, Lengths, LongerThan, Report,
    SkippedReport,
};
use crate::write::OutputFile;
use crate::write::tokens::TokenizerFile;

fn manifest(name: &str) -> Manifest {
    let text = format!(
        r#"{{
            "name": "{name}", "title": "Title of {name}", "homepage": "https://example.org", "license": "CC-BY-4.0",
            "copyright": "nobody", "attribution": "Nobody", "modifications": "none", "citation": "@misc{{x}}",
            "tasks": ["translation"], "version": "1", "files": [{{ "path": "x.txt", "split": "whole", "url": "https://example.org/x" }}]
        }}"#
    );
    Manifest::parse(&text, "manifest").unwrap()
}

fn record(source: &str, id: &str, text: &str) -> DroppedRecord {
    DroppedRecord {
        source: source.to_owned(),
        id: id.to_owned(),
        instruction: text.to_owned(),
        input: text.to_owned(),
        output: text.to_owned(),
        history: vec![text.to_owned()],
        like: Some(text.to_owned()),
    }
}

/// A corpus in whose every field that comes from outside `text` stands.
fn corpus(name: &str, text: &str) -> CorpusReport {
    let mut longer_than = LongerThan::default();
    for tokens in [256, 257, 4_097] {
        longer_than.add(tokens);
    }
    let mut lengths = Lengths::default();
    for n in [3, 40, 41] {
        lengths.add(n);
    }
    let input = |pin| InputFile {
        path: text.to_owned(),
        bytes: 7,
        sha256: "ab".to_owned(),
        pin,
        trailing: 0,
    };
    let dropped = |n, contaminated| DroppedReport {
        count: n,
        examples: (0..n.min(3)).map(|i| record(name, &i.to_string(), text)).collect(),
        contaminated,
    };
    let hit = (text.to_owned(), format!("{text}:7"));
    let skip = Skip::Bad("empty side");
    let skipped = SkippedReport { count: 2, bad: true, first: vec![text.to_owned()] };
    CorpusReport {
        name: name.to_owned(),
        version: text.to_owned(),
        license: "CC-BY-4.0",
        manifest: "cd".to_owned(),
        preset: "clean",
        rules: BTreeMap::from([("an_option".to_owned(), text.to_owned())]),
        inputs: vec![input(Some("manifest")), input(None)],
        complete: false,
        rows: 1_234,
        skipped: BTreeMap::from([(skip.reason(), skipped)]),
        unknown: BTreeMap::new(),
        made: 1_232,
        expected: Some(1_232),
        published: Some(1_000),
        left_out: BTreeMap::from([(text.to_owned(), 1)]),
        repaired: BTreeMap::from([("nfc", 5)]),
        dropped: BTreeMap::from([
            ("contamination", dropped(1, vec![hit])),
            ("duplicate", dropped(4, Vec::new())),
        ]),
        overlap: BTreeMap::from([("one".to_owned(), 4)]),
        phrasings: BTreeMap::from([(text.to_owned(), BTreeMap::from([(text.to_owned(), 3)]))]),
        records: 3,
        characters: 84,
        tokens: Some(42),
        longer_than: Some(longer_than),
        lengths: lengths.clone(),
        output_lengths: lengths,
        splits: BTreeMap::from([("train", 3)]),
        tasks: BTreeMap::from([("translation", 3)]),
        files: Vec::new(),
    }
}

fn report(text: &str) -> Report {
    Report {
        recipe: FileName::parse("R&D").unwrap(),
        recipe_sha256: "ef".to_owned(),
        version: Some(text.to_owned()),
        ljd_version: "0",
        license: None,
        stated_licenses: Vec::new(),
        tokenizer: Some(TokenizerFile { name: text.to_owned(), sha256: "ab".to_owned() }),
        alignment: None,
        records: 6,
        published: Some(2_000),
        corpora: vec![corpus("one", text), corpus("two", text)],
        refused: vec![Refused {
            name: text.to_owned(),
            license: "CC-BY-NC-4.0",
            reason: text.to_owned(),
            is_acceptable: true,
        }],
        files: Vec::<OutputFile>::new(),
    }
}

fn page(with: &str) -> String {
    let manifests = [manifest("one"), manifest("two")];
    text(with, &manifests.iter().collect::<Vec<_>>(), &report(with))
}

/// Everything that a browser would take for markup.
fn markup(page: &str) -> Vec<&str> {
    let tags = page.split('<').skip(1);
    tags.map(|after| after.split('>').next().unwrap_or_default()).collect()
}

#[test]
fn the_page_is_whole_and_asks_for_nothing() {
    let page = page("text");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(page.ends_with("</html>\n"));
    for foreign in ["http://", "https://", "<script", "<img", "url(", "@import", "srcset"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    for tag in [
        "section", "article", "table", "caption", "tr", "td", "th", "dl", "dd", "div", "svg", "p",
        "ul",
    ] {
        let opened =
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
}

#[test]
fn the_page_shows_what_the_report_has() {
    let page = page("text");
    let row = |head: &str, n| format!("<th scope=\"row\">{head}</th><td class=\"n\">{n}</td></tr>");
    for expected in [
        "<h1>R&amp;D</h1>".to_owned(),
        "<dt>tokens</dt><dd>84</dd>".to_owned(),
        "<dt>licence</dt><dd>each record its own</dd>".to_owned(),
        row("rows read", "1,234"),
        row("skipped, unusable: empty side <small>text</small>", "2"),
        row("records made", "1,232"),
        row("left out: text", "1"),
        row("repaired: nfc", "5"),
        row("dropped: duplicate", "4"),
        row("records written", "3"),
        row("tokens", "42"),
        row("longer than 256 tokens", "2"),
        row("longer than 512 tokens", "1"),
        row("longer than 4,096 tokens", "1"),
        "Title of two".to_owned(),
        "<figcaption>All text: median 32–63, longest 32–63 characters</figcaption>".to_owned(),
        "<summary>3 more</summary>".to_owned(),
        "<td class=\"n\" style=\"--strength:60%\">4</td>".to_owned(),
        "<code>text</code> ← <code>text:7</code>".to_owned(),
        "2 of 4 files read could not be compared".to_owned(),
    ] {
        assert!(page.contains(&expected), "{expected} is not in {page}");
    }
}

#[test]
fn evaluation_data_is_told_by_corpus_or_by_file() {
    let data = |item| super::dropped::evaluation_data(&report("text"), item).to_owned();
    assert_eq!(data("one/train/7:8"), "one");
    assert_eq!(data("eval/questions.jsonl:12"), "eval/questions.jsonl");
}

#[test]
fn a_report_without_anything_is_a_page() {
    let empty = Report {
        license: Some("CC0-1.0"),
        tokenizer: None,
        published: None,
        version: None,
        records: 0,
        corpora: Vec::new(),
        refused: Vec::new(),
        ..report("empty")
    };
    let page = text("Nothing.", &[], &empty);
    for sentence in ["No rule of quality", "No source is left out", "Every file read"] {
        assert!(page.contains(sentence), "{sentence}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in the fields, the markup is that of plain letters.
    #[test]
    fn no_text_of_a_record_becomes_markup(text in "[<>&\"'/=! a-z日\\n\u{0}\u{202e}-]{1,60}") {
        let (found, plain) = (page(&text), page("x"));
        prop_assert_eq!(markup(&found), markup(&plain));
    }
}
