//! Wikitext of MediaWiki's own tests, and whole pages of real dumps.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use ljd_wiki::markup::{Article, Options, Wiki};
use ljd_wiki::pages::{Namespaces, Page, each_page};
use tempfile::tempdir;

use crate::real::{corpora, other_dumps, raw_of};
use crate::support::shared;

/// Where our text differs from MediaWiki's by choice: the names of its tests, and why.
const BY_CHOICE: [(&str, &str); 6] = [
    ("%7C in URL", "an address shows the character that a reference stands for, not its number"),
    ("Handling of &#x0A; in URLs", "likewise"),
    (
        "Text-level semantic html elements in wikitext",
        "readings stand in brackets behind the characters",
    ),
    ("Ruby markup (W3C-style)", "likewise"),
    (
        "unclosed internal link XSS (T137264)",
        "the target of a link that is not closed is not decoded",
    ),
    (
        "percent-encoding and + signs in internal links (T28410)",
        "a file that is not there shows nothing either",
    ),
];

/// The tests are read from beside the project; none is part of it.
#[test]
fn mediawikis_own_tests_give_its_text() {
    let Some(path) = shared("wikitext/parser-tests.jsonl") else { return };
    let tests = fs::read_to_string(path).unwrap();
    let options = Options { broken_marks: true, ..Options::default() };
    let compact = |text: &str| text.split_whitespace().collect::<String>();
    let (mut n, mut n_right, mut unexpected) = (0, 0, Vec::new());
    for line in tests.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let [name, wikitext, text] =
            ["name", "wikitext", "text"].map(|field| case[field].as_str().unwrap());
        let found = Wiki::english().text(wikitext, &options).text;
        n += 1;
        let is_right = compact(&found) == compact(text);
        n_right += usize::from(is_right);
        if is_right == BY_CHOICE.iter().any(|(known, _)| *known == name) {
            unexpected.push(format!("{name}: {found}"));
        }
    }
    println!("{n_right} of {n} give MediaWiki's text");
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert!(100 * n_right >= 97 * n);
}

/// What no text may have in it unless its page shows markup on purpose.
const RESIDUE: [&str; 16] = [
    "{{", "}}", "[[", "]]", "<ref", "</", "<br", "<!--", "'''", "{|", "|}", "|-", "&nbsp;", "__",
    "style=", "thumb|",
];

/// A page that shows markup, or programs that have the same characters.
fn shows_markup(page: &Page) -> bool {
    ["<nowiki", "<pre", "<code", "<syntaxhighlight", "<source"]
        .iter()
        .any(|tag| page.text.contains(tag))
}

/// A line without what stands between `$`, where they are pairs: TeX has braces of its own.
fn without_formulas(line: &str) -> String {
    let parts: Vec<&str> = line.split('$').collect();
    let is_paired = parts.len() % 2 == 1;
    if is_paired { parts.into_iter().step_by(2).collect() } else { line.to_owned() }
}

/// How many defects the sections of a page have, printed.
fn defects(page: &Page, article: &Article) -> usize {
    let mut n = 0;
    for section in &article.sections {
        for line in section.text.lines().chain([section.title.as_str()]) {
            let line = &without_formulas(line);
            let is_heading = line.len() > 2 && line.starts_with("==") && line.ends_with("==");
            let is_field = line.starts_with('|') || line.starts_with('!');
            let is_ours = line.contains(['\u{1}', '\u{2}', '\u{3}', '\u{4}']);
            let residue = RESIDUE.iter().find(|residue| line.contains(**residue));
            if is_heading || is_field || is_ours || residue.is_some() {
                println!("{}: {residue:?} in {line}", page.title);
                n += 1;
            }
        }
    }
    n
}

fn whole_pages(dump: &Path, wiki: &Wiki, n_expected: usize) {
    let raw = raw_of(dump);
    let mut xml = String::new();
    raw.open(raw.manifest().file(0).unwrap()).unwrap().read_to_string(&mut xml).unwrap();
    let (mut n, mut n_defects) = (0, 0);
    // An excerpt is cut behind its last page.
    let _ = each_page(&xml, &Namespaces::read(&xml), &mut |page| {
        n += 1;
        let options = Options { title: &page.title, ..Options::default() };
        let article = wiki.read(&page.text, &options);
        if page.namespace == 0 && !shows_markup(page) {
            n_defects += defects(page, &article);
        }
    });
    assert_eq!((n, n_defects), (n_expected, 0), "{}", dump.display());
}

#[test]
fn whole_pages_become_text() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let country = other_dumps(folder.path(), &corpora).pop().unwrap();
    whole_pages(&country, Wiki::japanese(), 206);
    let wikipedia = corpora.join("wikipedia");
    let english = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2";
    whole_pages(&wikipedia.join("jawiki-2022-07-excerpt.xml.bz2"), Wiki::japanese(), 262);
    whole_pages(&wikipedia.join(english), Wiki::english(), 206);
}
