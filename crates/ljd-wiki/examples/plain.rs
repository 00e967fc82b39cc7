//! Wikitext as text, page by page: JSON Lines with `title` and `wikitext` on standard input, with `title`, `text`
//! and `unknown` on standard output.
//!
//! ```sh
//! cargo run --release -p ljd-wiki --example plain -- ja lead < pages.jsonl > leads.jsonl
//! ```
//!
//! Arguments: `ja` or `en` for the wiki's templates; `lead` ends at the first heading; `marks` shows the marks of what
//! is broken, as MediaWiki does.
use std::error::Error;
use std::io::{BufRead, Write};

use ljd_wiki::markup::{Options, Wiki};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Page {
    title: String,
    wikitext: String,
}

#[derive(Serialize)]
struct Text<'a> {
    title: &'a str,
    text: &'a str,
    unknown: Vec<(&'a str, u64)>,
}

pub(crate) fn run(
    input: impl BufRead,
    out: &mut impl Write,
    arguments: &[String],
) -> Result<(), Box<dyn Error>> {
    let is_given = |argument: &str| arguments.iter().any(|given| given == argument);
    let wiki = if is_given("en") { Wiki::english() } else { Wiki::japanese() };
    for line in input.lines() {
        let page: Page = serde_json::from_str(&line?)?;
        let options = Options {
            title: &page.title,
            lead_only: is_given("lead"),
            broken_marks: is_given("marks"),
        };
        let plain = wiki.text(&page.wikitext, &options);
        let unknown = plain.unknown.iter().map(|(name, n)| (name.as_str(), *n)).collect();
        let text = Text { title: &page.title, text: &plain.text, unknown };
        serde_json::to_writer(&mut *out, &text)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(std::io::stdin().lock(), &mut std::io::stdout().lock(), &arguments)
}
