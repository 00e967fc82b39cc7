//! Pages of a MediaWiki XML export, versions 0.3 to 0.11.
//!
//! A dump is `<mediawiki>` with a `<siteinfo>` that names the namespaces, then `<page>` elements. Before 0.6
//! a page has no `<ns>`: its namespace is the prefix of its title. (<https://www.mediawiki.org/xml/>)

mod iter;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

pub use self::iter::{PageError, PageErrorKind, Pages};

/// A page with its latest revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Title, with the prefix of its namespace.
    pub title: String,
    /// Number of the namespace; 0 for articles.
    pub namespace: i32,
    /// Number of the page.
    pub id: u64,
    /// Number of the revision.
    pub revision: u64,
    /// When the revision was saved, as ISO 8601.
    pub timestamp: String,
    /// Whether the page only sends readers to another one.
    pub is_redirect: bool,
    /// How the text is written; `wikitext` where the dump does not say.
    pub model: String,
    /// The text.
    pub text: String,
    /// The line that the page starts in: counted from 0 in the piece that [`each_page`] reads, and from 1 in the
    /// dump that [`Pages`] reads.
    pub line: u64,
}

/// The namespaces of a wiki by their prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces(BTreeMap<String, i32>);

impl Namespaces {
    /// Reads the `<siteinfo>` in front of the pages; what is no XML names none.
    ///
    /// ```
    /// use ljd_wiki::pages::Namespaces;
    ///
    /// let info = r#"<siteinfo><namespaces><namespace key="10">Template</namespace></namespaces></siteinfo>"#;
    /// assert_eq!(Namespaces::read(info).of("Template:雨"), 10);
    /// assert_eq!(Namespaces::read(info).of("雨: 物語"), 0);
    /// ```
    pub fn read(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().check_end_names = false;
        let (mut names, mut key) = (BTreeMap::new(), None);
        loop {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    let value = element.try_get_attribute("key").ok().flatten();
                    key = value.and_then(|value| value.value.parse().ok());
                }
                Ok(Event::Text(name)) => {
                    if let Some(key) = key {
                        names.insert(name.xml10_content().into_owned(), key);
                    }
                }
                Ok(Event::End(_) | Event::Empty(_)) => key = None,
                Ok(Event::Eof) | Err(_) => return Self(names),
                Ok(_) => {}
            }
        }
    }

    /// The names with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i32)> {
        self.0.iter().map(|(name, number)| (name.as_str(), *number))
    }

    /// The namespace that a title's prefix names; 0 where it names none.
    pub fn of(&self, title: &str) -> i32 {
        let prefix = title.split_once(':').map_or("", |(prefix, _)| prefix.trim());
        self.0.get(prefix).copied().unwrap_or(0)
    }
}

/// Calls `each` with every page of a piece of a dump that holds whole pages; what stands before the first
/// one is passed over. All pages are read into one, so that their texts leave no holes in memory.
///
/// # Errors
///
/// The line, counted from 0, where the XML is not well-formed or ends within a page.
///
/// ```
/// use ljd_wiki::pages::{Namespaces, each_page};
///
/// let xml = "<page><title>雨</title><ns>0</ns><id>5</id><revision><id>7</id><text>水</text></revision></page>";
/// let mut titles = Vec::new();
/// each_page(xml, &Namespaces::default(), &mut |page| titles.push(page.title.clone())).unwrap();
/// assert_eq!(titles, ["雨"]);
/// ```
pub fn each_page(
    xml: &str,
    namespaces: &Namespaces,
    each: &mut dyn FnMut(&Page),
) -> Result<(), u64> {
    let Some(start) = memchr::memmem::find(xml.as_bytes(), b"<page>") else { return Ok(()) };
    let (before, xml) = xml.split_at(start);
    let mut lines = Lines { text: xml, at: 0, line: n_lines(before) };
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let (mut page, mut is_open) = (Open::default(), false);
    loop {
        let position = reader.buffer_position();
        let event = reader.read_event().map_err(|_error| lines.of(reader.error_position()))?;
        match event {
            Event::Start(element) if !is_open => {
                is_open = element.name().as_ref() == "page";
                page.begin(lines.of(position));
            }
            Event::Eof if is_open => return Err(lines.of(position)),
            Event::Eof => return Ok(()),
            _ if !is_open => {}
            Event::Start(element) => {
                page.start(&element);
                let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                let n_read = page.read_text(xml.get(at..).unwrap_or_default());
                reader.stream().consume(n_read);
            }
            Event::Empty(element) => {
                page.start(&element);
                page.end();
            }
            Event::End(_) if !page.path.is_empty() => page.end(),
            Event::End(_) => {
                each(page.finished(namespaces));
                is_open = false;
            }
            Event::Text(text) => page.text(&text.xml10_content()),
            Event::CData(text) => page.text(&text.xml10_content()),
            Event::GeneralRef(reference) => page.text(&resolved(&reference)),
            _ => {}
        }
    }
}

/// Counts the lines of a text as far as it was asked for.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, position: u64) -> u64 {
        let end = usize::try_from(position).unwrap_or(self.text.len()).min(self.text.len());
        let bytes = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.at = end.max(self.at);
        self.line
    }
}

fn n_lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// A page that is being read; what it was read into is used again for the next one.
#[derive(Default)]
struct Open {
    page: Page,
    /// The elements that are open below `<page>`, each behind a slash.
    path: String,
    has_namespace: bool,
    field: String,
}

impl Open {
    fn begin(&mut self, line: u64) {
        let Page { title, timestamp, model, text, .. } = &mut self.page;
        for text in [title, timestamp, model, text, &mut self.path, &mut self.field] {
            text.clear();
        }
        let page = &mut self.page;
        (page.namespace, page.id, page.revision, page.line) = (0, 0, 0, line);
        (page.is_redirect, self.has_namespace) = (false, false);
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let name = element.name();
        self.page.is_redirect |= name.as_ref() == "redirect" && self.path.is_empty();
        self.path.push('/');
        self.path.push_str(name.as_ref());
        self.field.clear();
    }

    /// Reads the text of the element that was started, up to its end; returns its length, or 0 where it has
    /// anything in it but text and what MediaWiki escapes.
    ///
    /// That is the reader's work too. But it checks for UTF-8 what is UTF-8, a quarter of all the time that a
    /// dump takes.
    fn read_text(&mut self, xml: &str) -> usize {
        const REFERENCES: [(&str, char); 4] =
            [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&amp;", '&')];
        let mut rest = xml;
        while let Some(at) = memchr::memchr3(b'<', b'&', b'\r', rest.as_bytes()) {
            let (text, from) = rest.split_at(at);
            self.field.push_str(text);
            if from.starts_with("</") {
                return xml.len() - from.len();
            }
            let mut known = REFERENCES.iter();
            let Some((character, after)) =
                known.find_map(|(name, character)| Some((*character, from.strip_prefix(name)?)))
            else {
                break;
            };
            self.field.push(character);
            rest = after;
        }
        self.field.clear();
        0
    }

    fn text(&mut self, text: &str) {
        if !self.path.is_empty() {
            self.field.push_str(text);
        }
    }

    /// Ends an element below the page.
    fn end(&mut self) {
        let (page, field) = (&mut self.page, &mut self.field);
        match self.path.as_str() {
            "/title" => std::mem::swap(&mut page.title, field),
            "/id" => page.id = field.trim().parse().unwrap_or(0),
            "/ns" => {
                page.namespace = field.trim().parse().unwrap_or(0);
                self.has_namespace = true;
            }
            "/revision/id" => page.revision = field.trim().parse().unwrap_or(0),
            "/revision/timestamp" => std::mem::swap(&mut page.timestamp, field),
            "/revision/model" => std::mem::swap(&mut page.model, field),
            "/revision/text" => std::mem::swap(&mut page.text, field),
            _ => {}
        }
        let last = self.path.rfind('/').unwrap_or_default();
        self.path.truncate(last);
        self.field.clear();
    }

    fn finished(&mut self, namespaces: &Namespaces) -> &Page {
        if !self.has_namespace {
            self.page.namespace = namespaces.of(&self.page.title);
        }
        if self.page.model.is_empty() {
            self.page.model.push_str("wikitext");
        }
        self.page.is_redirect |= after_redirect_word(&self.page.text).is_some();
        &self.page
    }
}

/// The character that a reference stands for; one that XML does not know stays as it is.
fn resolved(reference: &BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Cow::Owned(character.to_string());
    }
    let name = reference.xml10_content();
    let known = resolve_predefined_entity(&name);
    known.map_or_else(|| Cow::Owned(format!("&{name};")), Cow::Borrowed)
}

/// How the text of a page begins that only sends readers to another one.
const REDIRECTS: [&str; 4] = ["#REDIRECT", "#転送", "＃転送", "#リダイレクト"];

/// What follows the word by which a page sends readers to another one, if its text begins with it.
pub(crate) fn after_redirect_word(wikitext: &str) -> Option<&str> {
    let text = wikitext.trim_start();
    REDIRECTS.iter().find_map(|word| {
        let (start, rest) = text.split_at_checked(word.len())?;
        start.eq_ignore_ascii_case(word).then_some(rest)
    })
}

/// What ends a page.
const END: &[u8] = b"</page>";

/// Where the pages end that end in a piece of a dump.
pub(crate) fn page_ends(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(text, END).map(|at| at + END.len())
}

/// Where the last whole page of a piece of a dump ends.
pub(crate) fn last_page_end(text: &[u8]) -> usize {
    memchr::memmem::rfind(text, END).map_or(0, |at| at + END.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(xml: &str) -> Result<Vec<Page>, u64> {
        let (mut pages, namespaces) = (Vec::new(), Namespaces::read(xml));
        each_page(xml, &namespaces, &mut |page| pages.push(page.clone())).map(|()| pages)
    }

    #[test]
    fn pages_of_old_and_new_dumps_are_read() {
        let old = "<mediawiki><siteinfo><namespaces><namespace key=\"4\">Wikipedia</namespace></namespaces></siteinfo>\n<page>\n<title>Wikipedia:雨</title><id>3</id><revision><id>9</id><contributor><id>1</id></contributor><text>a &amp;amp; b</text></revision></page>\n<page><title>雪</title><id>4</id><revision><id>8</id><text>#転送 [[雨]]</text></revision></page>";
        let found = pages(old).unwrap();
        assert_eq!(
            (found[0].namespace, found[0].id, found[0].revision, found[0].line),
            (4, 3, 9, 1)
        );
        assert_eq!(found[0].text, "a &amp; b");
        assert!(found[1].is_redirect && found[1].namespace == 0);
        let new = "<page><title>雨</title><ns>10</ns><id>3</id><redirect title=\"雪\" /><revision><id>9</id><timestamp>2022-04-23T02:25:36Z</timestamp><model>json</model><text bytes=\"0\" /></revision></page>";
        let page = pages(new).unwrap().remove(0);
        assert!(
            page.is_redirect
                && page.namespace == 10
                && page.model == "json"
                && page.text.is_empty()
        );
    }

    #[test]
    fn text_is_the_same_whether_the_reader_has_to_read_it() {
        for (written, text) in [
            ("a &lt;b&gt; &quot;c&quot; &amp;amp;", "a <b> \"c\" &amp;"),
            ("a\r\n&#12354;&unknown;&lt;", "a\nあ&unknown;<"),
            ("a<!-- b --><![CDATA[<c>]]>&amp;d", "a<c>&d"),
            ("", ""),
        ] {
            let page = format!(
                "<page><title>雨</title><revision><text>{written}</text></revision></page>"
            );
            let found = pages(&format!("\n{page}\n{page}")).unwrap();
            assert_eq!((found[0].text.as_str(), found[1].text.as_str()), (text, text));
            assert_eq!(found[1].line, 2 + written.matches('\n').count() as u64);
        }
    }

    #[test]
    fn a_page_that_is_cut_is_placed() {
        assert_eq!(pages("\n<page>\n<title>雨</title>\n<revision><text>水"), Err(3));
        assert_eq!(pages("\n<page>\n<title"), Err(2));
        assert_eq!(pages("no pages"), Ok(Vec::new()));
    }
}
