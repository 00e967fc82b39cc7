//! Wikinews as v0 crawled it: all paragraphs of a page but the first one, joined, with their citation marks.
//!
//! A paragraph is what MediaWiki puts into `<p>`: lines without a blank one, a heading, a list or a table
//! between them. So a date on a line above the text takes the text with it, and the record has no input.

use std::collections::BTreeMap;

use ljd_core::{Chunk, ChunkSink, Error, ErrorKind, ManifestFile, Raw, Result, Text};

use crate::dump;
use crate::markup::{Options, Wiki};
use crate::pages::{Page, page_ends};

/// Marks that are put in front of lines before they are rendered; no text has them.
const BREAK: char = '\u{f0001}';
const NO_PARAGRAPH: char = '\u{f0002}';

/// All articles are kept, to be sorted; a wiki with more text is not this one.
const MOST: usize = 64 << 20;

/// Cuts a dump into its articles by their titles, as the site lists them.
pub(super) fn chunks(raw: &Raw, file: &ManifestFile, out: &mut ChunkSink<'_>) -> Result<()> {
    let (mut sorted, mut others, mut info) = (BTreeMap::new(), Vec::new(), None);
    let mut n_bytes = 0;
    let mut collect = |chunk: Chunk| {
        for text in chunk.texts {
            match text.part {
                dump::INFO => info = Some(text),
                dump::PAGES => {
                    for page in articles(&text) {
                        n_bytes += page.bytes.len();
                        if MOST < n_bytes {
                            let kind = ErrorKind::TooLarge { limit: MOST };
                            return Err(Error::at(page.location(page.first_line), kind));
                        }
                        sorted.insert((title(&page.bytes), page.first_line), page);
                    }
                }
                _ => others.push(text),
            }
        }
        Ok(())
    };
    let mut unsorted = ChunkSink::new(&mut collect);
    unsorted.target = out.target;
    dump::chunks(raw, file, &mut unsorted)?;
    out.split = unsorted.split;
    let (mut texts, mut n_bytes) = (Vec::from_iter(info.clone()), 0);
    for page in sorted.into_values() {
        n_bytes += page.bytes.len();
        texts.push(page);
        if out.target <= n_bytes {
            out.push(std::mem::replace(&mut texts, Vec::from_iter(info.clone())))?;
            n_bytes = 0;
        }
    }
    texts.extend(others);
    out.push(texts)
}

/// The pages of a piece of a dump, but for those that say that they are of another namespace.
fn articles(pieces: &Text) -> Vec<Text> {
    let pages = pieces.rows(page_ends(&pieces.bytes));
    let is_article = |page: &Text| {
        let find = |mark: &[u8]| memchr::memmem::find(&page.bytes, mark).is_some();
        find(b"<page>") && (find(b"<ns>0</ns>") || !find(b"<ns>"))
    };
    pages.filter(is_article).collect()
}

/// The title as the site sorts it: by code points, with `_` for a space.
fn title(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let inside = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    let title = inside.map_or("", |(title, _)| title).replace(' ', "_");
    title.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What v0 took of a page.
pub(super) fn body(page: &Page) -> String {
    let options = Options { title: &page.title, ..Options::default() };
    let text = Wiki::japanese().text(&marked(&with_citations(&page.text)), &options).text;
    paragraphs(&text).into_iter().skip(1).collect()
}

/// The text with a mark in front of each line that is not of a paragraph, or ends one.
fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut rest, mut n_tables) = (text, 0_usize);
    while let Some((line, after)) =
        rest.split_once('\n').or((!rest.is_empty()).then_some((rest, "")))
    {
        rest = after;
        let bare = line.trim();
        let is_table = bare.starts_with("{|");
        n_tables += usize::from(is_table);
        if n_tables == 0 && line.starts_with(['*', '#', ';', ':', ' ']) && !bare.is_empty() {
            out.push(NO_PARAGRAPH);
        }
        if bare.is_empty() || is_table || line.starts_with("==") || line.starts_with("----") {
            out.extend([BREAK, '\n']);
        }
        out.push_str(line);
        out.push('\n');
        if bare.starts_with("|}") && !bare.starts_with("|}}") && 0 < n_tables {
            n_tables -= 1;
            out.extend([BREAK, '\n']);
        }
        if line.starts_with("==") {
            out.extend([BREAK, '\n']);
        }
    }
    out
}

/// The paragraphs of rendered lines.
fn paragraphs(text: &str) -> Vec<String> {
    let (mut done, mut open) = (Vec::new(), String::new());
    for line in text.lines() {
        let is_paragraph = !line.contains([BREAK, NO_PARAGRAPH]);
        if is_paragraph {
            open.push_str(line);
        } else if !open.is_empty() {
            done.push(std::mem::take(&mut open));
        }
    }
    done.extend((!open.is_empty()).then_some(open));
    done
}

/// The text with `[1]` where it cites something, and its date as the template shows it.
fn with_citations(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let mut citations = Citations::default();
    while let Some((before, from)) = rest.split_once(['<', '{']) {
        out.push_str(before);
        let is_brace = rest.get(before.len()..).is_some_and(|mark| mark.starts_with('{'));
        let taken = if is_brace { date(from) } else { citations.mark(from).or(comment(from)) };
        if let Some((mark, after)) = taken {
            out.push_str(&mark);
            rest = after;
        } else {
            out.push(if is_brace { '{' } else { '<' });
            rest = from;
        }
    }
    out + rest
}

/// What `{{日付|…}}` shows, from what follows its first brace.
fn date(text: &str) -> Option<(String, &str)> {
    let (date, after) = text.strip_prefix("{日付|")?.split_once("}}")?;
    let date = date.split('|').next().unwrap_or_default().trim();
    Some((format!("【{date}】"), after))
}

/// Nothing for a comment, from what follows its bracket.
fn comment(text: &str) -> Option<(String, &str)> {
    let (_, after) = text.strip_prefix("!--")?.split_once("-->")?;
    Some((String::new(), after))
}

/// The numbers of what was cited, by group and name.
#[derive(Default)]
struct Citations {
    names: BTreeMap<(String, String), usize>,
    numbers: BTreeMap<String, usize>,
    /// Whether an element was seen that has no end, so that it is not looked for again.
    is_unclosed: bool,
}

impl Citations {
    /// The mark of a citation, from what follows the bracket of `<ref`, and what follows it.
    fn mark<'t>(&mut self, text: &'t str) -> Option<(String, &'t str)> {
        let start = text.get(..3).filter(|name| name.eq_ignore_ascii_case("ref"))?;
        let (tag, after) = text.strip_prefix(start)?.split_once('>')?;
        if !tag.starts_with(|c: char| c.is_whitespace() || c == '/') && !tag.is_empty() {
            return self.list(tag, after);
        }
        let after = if tag.trim_end().ends_with('/') { after } else { self.end(after, "</ref>")? };
        let (group, name) = (attribute(tag, "group"), attribute(tag, "name"));
        let last = self.numbers.entry(group.clone()).or_default();
        let number = if name.is_empty() {
            *last += 1;
            *last
        } else {
            *self.names.entry((group.clone(), name)).or_insert_with(|| {
                *last += 1;
                *last
            })
        };
        let space = if group.is_empty() { "" } else { " " };
        Some((format!("[{group}{space}{number}]"), after))
    }

    /// `<references>`, whose content is cited elsewhere.
    fn list<'t>(&mut self, tag: &str, after: &'t str) -> Option<(String, &'t str)> {
        let tag = tag.strip_prefix("erences")?;
        let after =
            if tag.trim_end().ends_with('/') { after } else { self.end(after, "</references>")? };
        Some((String::new(), after))
    }

    fn end<'t>(&mut self, text: &'t str, end: &str) -> Option<&'t str> {
        if self.is_unclosed {
            return None;
        }
        let after = text.split_once(end).map(|(_, after)| after);
        self.is_unclosed = after.is_none();
        after
    }
}

/// An attribute of a tag, in quotes or not.
fn attribute(tag: &str, name: &str) -> String {
    let value = tag.split_once(name).and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
    let value = value.unwrap_or_default().trim_start();
    let quoted =
        ['"', '\''].into_iter().find_map(|mark| value.strip_prefix(mark)?.split_once(mark));
    let bare = || value.split([' ', '/', '\n']).next().unwrap_or_default();
    quoted.map_or_else(bare, |(value, _)| value).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let page = Page { text: text.to_owned(), ..Page::default() };
        assert_eq!(body(&page), expected, "{text}");
    }

    #[test]
    fn all_paragraphs_but_the_first_are_joined() {
        check("【2005年7月16日】\n本文。", "");
        check("{{日付|2005年7月16日}}\n本文。", "");
        check("{{日付|2005年7月16日}}\n\n本文。\n続き。\n\n次。", "本文。続き。次。");
        check(
            "【日付】\n\n本文。\n* 項目\n続き。\n== 出典 ==\n* 新聞\n付記。",
            "本文。続き。付記。",
        );
        check("序。\n== 節 ==\n本文。\n{|\n| 表\n|}\n後。", "本文。後。");
        check("序。\n\n 整形済み\n\n本文。[[Category:雨]]\n\n[[Category:雪]]", "本文。");
        check("序。<!-- a\n\nb -->続き。\n\n本文。", "本文。");
        check("", "");
    }

    #[test]
    fn citation_marks_stay() {
        check(
            "序<ref>a</ref>。\n\n成功した<ref name=\"a\">b</ref><ref name=c>d</ref>。延期<ref name=\"a\" />。<ref group=\"注\">e</ref>",
            "成功した[2][3]。延期[2]。[注 1]",
        );
        check("序。\n\n本文<ref>閉じない", "本文閉じない");
        check(
            "序。\n\n本文。\n<references><ref name=a>b</ref></references>\n<references />",
            "本文。",
        );
    }
}
