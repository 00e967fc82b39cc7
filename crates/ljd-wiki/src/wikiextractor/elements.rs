//! HTML: tags that are dropped, elements that are dropped with their content, and formulas.

use std::collections::BTreeMap;

use super::find::{
    Ahead, Span, after_name, byte_ahead, drop_nested, is_space, is_word, literal, section,
};

/// Tags that go where they end themselves.
const SELF_CLOSING: [&str; 6] = ["br", "hr", "nobr", "ref", "references", "nowiki"];

/// Tags that go while their content stays.
const IGNORED: [&str; 29] = [
    "abbr",
    "b",
    "big",
    "blockquote",
    "center",
    "cite",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hiero",
    "i",
    "kbd",
    "nowiki",
    "p",
    "plaintext",
    "s",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "tt",
    "u",
    "var",
    "a",
];

/// Elements that go with their content, in this order.
const DISCARDED: [&str; 29] = [
    "gallery",
    "timeline",
    "noinclude",
    "pre",
    "table",
    "tr",
    "td",
    "th",
    "caption",
    "div",
    "form",
    "input",
    "select",
    "option",
    "textarea",
    "ul",
    "li",
    "ol",
    "dl",
    "dt",
    "dd",
    "menu",
    "dir",
    "ref",
    "references",
    "img",
    "imagemap",
    "source",
    "small",
];

/// Drops comments and single tags.
pub(super) fn without_tags(text: &str) -> String {
    let find_comment = literal(text, "-->");
    let comment = Ahead::new(|from| find_comment(from).map(|(_, end)| end));
    let bracket = byte_ahead(text, b'>', b'>');
    let (mut out, mut done, mut from) = (String::with_capacity(text.len()), 0, 0);
    while let Some(at) = next_bracket(text, from) {
        from = at + 1;
        let inside = section(text, from, text.len());
        let end = if inside.starts_with("!--") {
            comment.next(at + 4)
        } else {
            closing_tag(text, inside)
                .or_else(|| {
                    let after = IGNORED.iter().find_map(|name| tag_name(inside, name))?;
                    bracket.next(text.len() - after.len()).map(|at| at + 1)
                })
                .or_else(|| {
                    let inside = inside.trim_start_matches(is_space);
                    let after = SELF_CLOSING.iter().find_map(|name| tag_name(inside, name))?;
                    let start = text.len() - after.len();
                    let end = bracket.next(start)?;
                    // Only the end is looked at, which may be far from the name.
                    let tail = section(text, start, end).trim_end_matches(is_space);
                    tail.ends_with('/').then_some(end + 1)
                })
        };
        if let Some(end) = end {
            out.push_str(section(text, done, at));
            (done, from) = (end, end);
        }
    }
    out + section(text, done, text.len())
}

fn next_bracket(text: &str, from: usize) -> Option<usize> {
    memchr::memchr(b'<', text.as_bytes().get(from..)?).map(|at| from + at)
}

/// What follows a tag's name that ends there.
fn tag_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    after_name(text, name).filter(|after| !after.starts_with(is_word))
}

/// Where the closing tag ends whose inside this is.
fn closing_tag(text: &str, inside: &str) -> Option<usize> {
    let inside = inside.strip_prefix('/')?.trim_start_matches(is_space);
    let closed = |name: &&str| after_name(inside, name)?.strip_prefix('>');
    let after = IGNORED.iter().find_map(closed)?;
    Some(text.len() - after.len())
}

/// Drops elements with their content.
pub(super) fn without_discarded(text: String) -> String {
    DISCARDED.iter().fold(text, |text, name| without_element(&text, name).unwrap_or(text))
}

/// The text without one kind of elements; `None` where there are none.
fn without_element(text: &str, name: &str) -> Option<String> {
    let stop = byte_ahead(text, b'>', b'/');
    let open = |from| {
        tag_from(text, from, |inside| {
            let after = tag_name(inside.trim_start_matches(is_space), name)?;
            let end = stop.next(text.len() - after.len())?;
            (text.as_bytes().get(end) == Some(&b'>')).then_some(end + 1)
        })
    };
    let close = |from| {
        tag_from(text, from, |inside| {
            let inside = inside.trim_start_matches(is_space).strip_prefix('/')?;
            let after = after_name(inside.trim_start_matches(is_space), name)?;
            after.strip_prefix('>').map(|after| text.len() - after.len())
        })
    };
    open(0)?;
    Some(drop_nested(text, open, close))
}

/// The first tag from a place on of which `end` says where it ends, from what follows its bracket.
fn tag_from(text: &str, from: usize, end: impl Fn(&str) -> Option<usize>) -> Option<Span> {
    let mut from = from;
    while let Some(at) = next_bracket(text, from) {
        from = at + 1;
        if let Some(end) = end(section(text, from, text.len())) {
            return Some((at, end));
        }
    }
    None
}

/// Numbers formulas and pieces of code. What stood before has the number that it had first.
pub(super) fn with_placeholders(text: &str) -> String {
    let text = numbered(text, "math", "formula");
    numbered(&text, "code", "codice")
}

fn numbered(text: &str, name: &str, with: &str) -> String {
    let bracket = byte_ahead(text, b'>', b'>');
    let open = |inside: &str| {
        let after = after_name(inside.trim_start_matches(is_space), name)?;
        let start = text.len() - after.len();
        let end = bracket.next(start)?;
        let attributes = section(text, start, end);
        let is_tag =
            attributes.chars().all(is_space) || attributes.starts_with(' ') && 1 < attributes.len();
        is_tag.then_some(end + 1)
    };
    let close = |inside: &str| {
        let inside = inside.trim_start_matches(is_space).strip_prefix('/')?;
        let after = after_name(inside.trim_start_matches(is_space), name)?;
        let after = after.trim_start_matches(is_space).strip_prefix('>')?;
        Some(text.len() - after.len())
    };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut out, mut done, mut n) = (String::with_capacity(text.len()), 0, 0);
    while let Some((start, inside)) = tag_from(text, done, open) {
        let Some((_, end)) = tag_from(text, inside, close) else { break };
        n += 1;
        let first = *seen.entry(section(text, start, end)).or_insert(n);
        out.push_str(section(text, done, start));
        for part in [with, "_", &first.to_string()] {
            out.push_str(part);
        }
        done = end;
    }
    out + section(text, done, text.len())
}
