//! Wikitext as text: a page's sections, links, categories and infobox from one pass, in any language.
//!
//! It is read in two steps, as MediaWiki does (<https://www.mediawiki.org/wiki/Markup_spec>). The **preprocessor**
//! (`preprocess.rs`) goes through the characters: comments, extension elements such as `<nowiki>` and `<ref>`,
//! templates, parameters, links and language conversion. Its result is wikitext without them. The **blocks**
//! (`blocks.rs`) go through the lines of that: headings, tables, lists and paragraphs; what stands in a line
//! (`inline.rs`) are quotes, elements, entities, addresses and switches.
//!
//! What a template or a prefix means depends on the wiki: a [`Wiki`] holds its templates as a table
//! ([`Templates`]) and the names of its namespaces, which a dump's `<siteinfo>` names.
//!
//! Reading never fails. A construct that is not closed ends with its paragraph, and a heading is a heading
//! whatever is open before it. Nesting is followed 40 deep, so that time is linear in the input.
//!
//! Where something was dropped, the text around it is mended there (`mend.rs`): `（{{x}}、雨）` is `（雨）`. Text
//! that nothing was dropped from stays as it is.

mod blocks;
mod functions;
mod inline;
mod mend;
mod numbers;
mod preprocess;
mod quotes;
mod script;
mod tags;
mod templates;
mod title;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(crate) use self::mend::is_japanese;
pub use self::templates::Templates;
pub use self::title::Prefixes;

/// What markup means in a wiki.
#[derive(Debug, Clone, Default)]
pub struct Wiki {
    /// What its templates show.
    pub templates: Templates,
    /// What the prefixes of its links mean.
    pub prefixes: Prefixes,
}

/// How a page is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options<'a> {
    /// What `{{PAGENAME}}` shows.
    pub title: &'a str,
    /// Whether reading ends where the first heading begins. Lines that are indented above the first paragraph,
    /// which are notes to readers, are left out then.
    pub lead_only: bool,
    /// Whether marks of constructs that are not closed, or lead nowhere, are shown as MediaWiki shows them
    /// (`[[雨` is `[[雨`), rather than left out.
    pub broken_marks: bool,
}

/// A page without its markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// Its sections in order. The first one is the lead.
    pub sections: Vec<Section>,
    /// The pages that it links to, as they are written.
    pub links: Vec<String>,
    /// Its categories, without their prefix.
    pub categories: Vec<String>,
    /// The named fields of its first infobox, as text.
    pub infobox: Vec<(String, String)>,
    /// The page that it sends readers to.
    pub redirect: Option<String>,
    /// What `{{short description}}` says.
    pub short_description: Option<String>,
    /// What was dropped although it may have had text, by the name of the template or element, and how often.
    pub unknown: BTreeMap<String, u64>,
}

/// A section of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Its heading; empty for the lead.
    pub title: String,
    /// How many `=` its heading has; 0 for the lead.
    pub level: u8,
    /// Its text, a paragraph or list item a line.
    pub text: String,
}

/// A text without its markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// The text, a paragraph or list item a line.
    pub text: String,
    /// What was dropped although it may have had text, by the name of the template or element, and how often.
    pub unknown: BTreeMap<String, u64>,
}

static JAPANESE: LazyLock<Wiki> = LazyLock::new(|| Wiki {
    templates: Templates::parse(include_str!("markup/ja.tsv")),
    prefixes: Prefixes::common(),
});

static ENGLISH: LazyLock<Wiki> = LazyLock::new(|| Wiki {
    templates: Templates::parse(include_str!("markup/en.tsv")),
    prefixes: Prefixes::common(),
});

impl Wiki {
    /// Japanese Wikipedia and its sisters.
    pub fn japanese() -> &'static Self {
        &JAPANESE
    }

    /// English Wikipedia and its sisters.
    pub fn english() -> &'static Self {
        &ENGLISH
    }

    /// Wikitext as plain text: all that [`read`](Self::read) gives as sections, without the headings.
    ///
    /// ```
    /// use ljd_wiki::markup::{Options, Wiki};
    ///
    /// let wikitext = "'''雨'''（{{読み仮名|雨|あめ}}）は[[水]]である。<ref>出典</ref>\n== 節 ==\n本文。";
    /// let plain = Wiki::japanese().text(wikitext, &Options { lead_only: true, ..Options::default() });
    /// assert_eq!(plain.text, "雨（雨（あめ））は水である。");
    /// ```
    pub fn text(&self, wikitext: &str, options: &Options<'_>) -> Plain {
        let source = preprocess::preprocess(wikitext, self, options, false);
        Plain { text: blocks::text(&source.text, options), unknown: source.unknown }
    }

    /// A page as sections, with what else it says of itself.
    ///
    /// ```
    /// use ljd_wiki::markup::{Options, Wiki};
    ///
    /// let wikitext = "{{Infobox 国|首都=[[雨都]]}}\n'''雨の国'''は島国である。\n== 歴史 ==\n独立した。\n[[Category:国]]";
    /// let article = Wiki::japanese().read(wikitext, &Options::default());
    /// assert_eq!(article.sections[1].title, "歴史");
    /// assert_eq!(article.sections[1].text, "独立した。");
    /// assert_eq!(article.categories, ["国"]);
    /// assert_eq!(article.infobox, [("首都".to_owned(), "雨都".to_owned())]);
    /// ```
    pub fn read(&self, wikitext: &str, options: &Options<'_>) -> Article {
        let source = preprocess::preprocess(wikitext, self, options, true);
        let mut blocks = blocks::Blocks::new(options);
        blocks.read(&source.text);
        let line = |text: &str| blocks::text(text, options);
        Article {
            sections: blocks.finish(),
            links: source.links,
            categories: source.categories,
            infobox: source
                .infobox
                .iter()
                .map(|(key, value)| (line(key), line(value)))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            redirect: title::redirect(wikitext),
            short_description: source.short_description.map(|text| line(&text)),
            unknown: source.unknown,
        }
    }
}

/// Marks that wikitext cannot have, since XML has no such characters. The preprocessor leaves out those that a
/// text has all the same.
mod marks {
    /// What follows is text and no markup, up to [`SHUT`].
    pub(super) const TEXT: char = '\u{1}';
    /// Ends what [`TEXT`] begins.
    pub(super) const SHUT: char = '\u{2}';
    /// Something was dropped here.
    pub(super) const DROPPED: char = '\u{3}';
    /// [`DROPPED`] as a text.
    pub(super) const GAP: &str = "\u{3}";
    /// The end of a line within [`TEXT`].
    pub(super) const LINE: char = '\u{4}';

    /// Whether a character is one of those.
    pub(super) fn is_one(c: char) -> bool {
        matches!(c, TEXT | SHUT | DROPPED | LINE)
    }

    /// A text that stays as it is.
    pub(super) fn protect(text: &str, out: &mut String) {
        out.push(TEXT);
        for c in text.chars() {
            match c {
                '\n' => out.push(LINE),
                TEXT | SHUT => {}
                _ => out.push(c),
            }
        }
        out.push(SHUT);
    }
}

/// Of each byte, whether it is one of these.
const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        #[expect(clippy::indexing_slicing, reason = "a byte is less than 256")]
        {
            table[*byte as usize] = true;
        }
        rest = after;
    }
    table
}

/// How long a text is up to the first of the bytes in a table, all of which are ASCII.
fn len_before(text: &str, table: &[bool; 256]) -> usize {
    /// The bit that no byte of ASCII has.
    const OTHER: u64 = 0x8080_8080_8080_8080;
    let is_mark = |byte: &u8| table.get(usize::from(*byte)).copied().unwrap_or_default();
    let mut rest = text.as_bytes();
    loop {
        // Japanese is passed eight bytes at a time.
        while let Some((eight, after)) = rest.split_first_chunk()
            && u64::from_ne_bytes(*eight) & OTHER == OTHER
        {
            rest = after;
        }
        let some = rest.get(..8).unwrap_or(rest);
        if let Some(at) = some.iter().position(is_mark) {
            return text.len() - rest.len() + at;
        }
        if some.len() == rest.len() {
            return text.len();
        }
        rest = rest.get(some.len()..).unwrap_or_default();
    }
}

/// What stands between those bytes of ASCII in a text, as in `split`.
fn between(text: &str, byte: u8) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(byte, text.as_bytes()).chain([text.len()]);
    let mut from = 0;
    ends.map(move |end| part(text, std::mem::replace(&mut from, end + 1), end))
}

/// Whether something was dropped from a text.
fn has_gap(text: &str) -> bool {
    memchr::memchr(3, text.as_bytes()).is_some()
}

/// Takes away what stands from a place on. (`split_off` would leave the room of the whole behind at place 0.)
fn take_from(text: &mut String, at: usize) -> String {
    let taken = tail(text, at).to_owned();
    text.truncate(at.min(text.len()));
    taken
}

/// The part of a text between two places; empty where there is none.
fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The part of a text from a place on; empty where there is none.
fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}
