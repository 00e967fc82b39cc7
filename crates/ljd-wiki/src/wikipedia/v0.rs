//! Wikipedia as v0 read it: WikiExtractor 3.0.6 on the dump, and the lead of what it writes.
//!
//! The tool reads the dump by lines and looks at one tag in each. So titles and texts stay escaped for XML, a
//! page is an article where its title has no colon, redirects too, and where a page has no text at all,
//! that of the next article begins with the XML in front of it.

use std::borrow::Cow;

use ljd_core::{Chunk, RecordSink, Rules, Skip};

use super::BLANK;
use crate::wikiextractor::paragraphs;
use crate::{dump, pages};

/// A page as WikiExtractor hands it on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Article {
    /// Number of the page, or of the page without text before it.
    pub(super) id: String,
    /// Title, escaped.
    pub(super) title: String,
    is_redirect: bool,
    text: String,
    /// The line that the page starts in, counted from 0.
    line: u64,
}

/// Calls `push` with each article and its lead.
pub(super) fn each_lead(
    chunk: &Chunk,
    rules: &Rules,
    out: &mut RecordSink<'_>,
    push: impl Fn(&Article, &str, &mut RecordSink<'_>),
) {
    dump::each_piece(chunk, out, |text, xml, out| {
        each_article(xml, &mut |article| {
            let done = check(article)
                .and_then(|()| lead(article, rules))
                .map(|lead| push(article, &lead, out));
            out.row(done, || text.location(text.first_line + article.line));
        });
    });
}

/// Titles with a colon are of other namespaces to the tool, or of dictionaries.
fn check(article: &Article) -> Result<(), Skip> {
    let is_article = match article.title.split_once(':') {
        Some((prefix, _)) => ["w", "wiktionary", "wikt"].contains(&prefix) && !article.is_redirect,
        None => true,
    };
    if is_article && article.id.is_empty() {
        return Err(Skip::Bad("a page without `id`"));
    }
    if is_article { Ok(()) } else { Err(Skip::NoRow) }
}

/// All lines up to one that ends in a full stop, as headings do.
fn lead(article: &Article, rules: &Rules) -> Result<String, Skip> {
    let text = paragraphs(&article.text).join("\n");
    // Python takes all three for line ends; references give the others.
    let text = with_line_feeds(&text);
    let lines = text.split('\n').take_while(|line| !line.ends_with('.'));
    let lead = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    if lead.is_empty() && article.is_redirect {
        return Err(Skip::LeftOut("redirect"));
    }
    if article.title.contains("(曖昧さ回避)") {
        return Err(Skip::LeftOut("disambiguation page"));
    }
    if lead.is_empty() {
        return Err(Skip::LeftOut("no lead"));
    }
    if rules.get(&BLANK) == "drop" && lead.trim().is_empty() {
        return Err(Skip::LeftOut("blank lead"));
    }
    Ok(lead)
}

fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        return Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    Cow::Borrowed(text)
}

/// Calls `each` with every page, as the tool's reader of lines sees it.
fn each_article(xml: &str, each: &mut dyn FnMut(&Article)) {
    let xml = with_line_feeds(xml);
    let (mut page, mut in_text) = (Article::default(), false);
    for (n, line) in (0..).zip(xml.split_inclusive('\n')) {
        if !line.contains('<') {
            if in_text {
                page.text.push_str(line);
            }
            continue;
        }
        // Dumps have one element in a line. The tool passes over others, which are read here.
        let mut rest = line;
        while let Some(tag) = Tag::first(rest) {
            page.take(&tag, n, rest, &mut in_text, each);
            rest = tag.rest;
        }
    }
}

/// The first tag of a line, what is around it, and what follows its content.
struct Tag<'t> {
    before: &'t str,
    name: &'t str,
    content: &'t str,
    is_closed: bool,
    rest: &'t str,
}

impl<'t> Tag<'t> {
    fn first(line: &'t str) -> Option<Self> {
        let mut from = 0;
        loop {
            let at = from + line.get(from..)?.find('<')?;
            let (before, inside) = (line.get(..at)?, line.get(at + 1..)?);
            let end = inside
                .char_indices()
                .find(|(at, c)| !(c.is_alphanumeric() || *c == '_' || *at == 0 && *c == '/'))
                .map_or(inside.len(), |(at, _)| at);
            let (name, after) = inside.split_at_checked(end)?;
            if !name.trim_start_matches('/').is_empty()
                && let Some((_, after)) = after.split_once('>')
            {
                let end = after.find('<').unwrap_or(after.len());
                let (content, rest) = after.split_at_checked(end)?;
                let closing = rest.strip_prefix("</").and_then(|rest| rest.split_once('>'));
                let is_closed = closing.is_some();
                let rest = if name.starts_with('/') {
                    rest
                } else {
                    closing.map_or(rest, |(_, rest)| rest)
                };
                return Some(Self { before, name, content, is_closed, rest });
            }
            from = at + 1;
        }
    }
}

impl Article {
    fn take(
        &mut self,
        tag: &Tag<'_>,
        line: u64,
        text: &str,
        in_text: &mut bool,
        each: &mut dyn FnMut(&Self),
    ) {
        match tag.name {
            "page" => {
                self.text.clear();
                (self.is_redirect, self.line) = (false, line);
            }
            "id" if self.id.is_empty() => tag.content.clone_into(&mut self.id),
            "id" => {}
            "title" => tag.content.clone_into(&mut self.title),
            "redirect" => self.is_redirect = true,
            "text" => {
                self.text.push_str(tag.content);
                // An element without content does not end to the tool.
                *in_text = !tag.is_closed;
            }
            "/text" => {
                self.text.push_str(tag.before);
                *in_text = false;
            }
            _ if *in_text => self.text.push_str(text),
            "/page" => {
                each(self);
                self.id.clear();
                self.text.clear();
            }
            _ => {}
        }
    }
}

/// Where a piece of a dump can be cut: behind the last page that ends in its text, so that none takes over
/// anything from the page before.
pub(super) fn last_end(dump: &[u8]) -> usize {
    const END: &[u8] = b"</text>";
    let mut before = dump;
    while let Some(at) = memchr::memmem::rfind(before, END) {
        let after = dump.get(at..).unwrap_or_default();
        if let Some(end) = pages::page_ends(after).next() {
            return at + end;
        }
        before = before.get(..at).unwrap_or_default();
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: the record would have no id.
    #[test]
    fn a_page_without_its_number_is_no_article() {
        let page =
            |id: &str| Article { id: id.to_owned(), title: "雨".to_owned(), ..Article::default() };
        assert_eq!(check(&page("")), Err(Skip::Bad("a page without `id`")));
        assert_eq!(check(&page("1")), Ok(()));
    }
}
