//! From a dump to the sections of its articles: each as a line of JSON, with the links and the infobox of its page.
//!
//! ```sh
//! bzcat jawiki-pages-articles.xml.bz2 | cargo run --release -p ljd-wiki --example sections > sections.jsonl
//! ```

use std::error::Error;
use std::io::{BufRead, Write};

use ljd_wiki::markup::{Options, Prefixes, Wiki};
use ljd_wiki::pages::Pages;
use serde_json::json;

pub(crate) fn run(dump: impl BufRead, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut wiki = Wiki::japanese().clone();
    let mut pages = Pages::new(dump);
    while let Some(page) = pages.next() {
        let page = page?;
        wiki.prefixes = pages.namespaces().map(Prefixes::of).unwrap_or_default();
        let article = wiki.read(&page.text, &Options { title: &page.title, ..Options::default() });
        for section in article.sections.iter().filter(|_| page.namespace == 0) {
            let (heading, text) = (&section.title, &section.text);
            let row = json!({ "title": page.title, "heading": heading, "level": section.level, "text": text, "links": article.links.len(), "infobox": article.infobox });
            writeln!(out, "{row}")?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(std::io::stdin().lock(), &mut std::io::stdout().lock())
}
