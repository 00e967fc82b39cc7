//! Plain text as WikiExtractor 3.0.6 makes it, which v0's records of Wikipedia come from.
//!
//! It is no reader of wikitext but a row of replacements over the text as the dump has it, escaped for XML:
//! templates, tables, links, switches, references, quotes, tags, elements, placeholders, white space, lines.
//! Each stands here as it acts, with what it does to broken markup: a template that does not end swallows all
//! behind it, and the text of a formula depends on those before it. So a page is always read to its end.
//! (<https://github.com/attardi/wikiextractor>)
//!
//! Every replacement takes time in proportion to the text: what is looked for and not found is looked for
//! once (`find::Ahead`).

mod elements;
mod find;
mod lines;
mod links;
mod quotes;
mod references;

use std::borrow::Cow;

use self::find::{drop_nested, literal, section};

/// The paragraphs and headings of a page, from its text as it stands in the dump. A heading ends in a full
/// stop, and `&`, `<` and `>` are written `&amp;`, `&lt;` and `&gt;`.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    lines::kept(&clean(text))
}

fn clean(text: &str) -> String {
    let text = drop_nested(text, literal(text, "{{"), literal(text, "}}"));
    let text = drop_nested(&text, literal(&text, "{|"), literal(&text, "|}"));
    let text = links::external(&text);
    let text = links::internal(&text);
    let text = without_switches(&text);
    let text = references::resolved_but_code(&text);
    let text = quotes::italics(&text);
    let text = elements::without_tags(&text);
    let text = elements::without_discarded(text);
    let text = references::resolved(&text);
    let text = elements::with_placeholders(&text);
    let text = tidy(&text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const SWITCHES: [&str; 17] = [
    "__NOTOC__",
    "__FORCETOC__",
    "__TOC__",
    "__NEWSECTIONLINK__",
    "__NONEWSECTIONLINK__",
    "__NOGALLERY__",
    "__HIDDENCAT__",
    "__NOCONTENTCONVERT__",
    "__NOCC__",
    "__NOTITLECONVERT__",
    "__NOTC__",
    "__START__",
    "__END__",
    "__INDEX__",
    "__NOINDEX__",
    "__STATICREDIRECT__",
    "__DISAMBIG__",
];

fn without_switches(text: &str) -> Cow<'_, str> {
    if !text.contains("__") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.find("__").and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let known = SWITCHES.iter().find_map(|switch| from.strip_prefix(switch));
        // What is no switch may have one behind its first sign.
        out.push_str(if known.is_none() { "_" } else { "" });
        rest = known.or_else(|| from.strip_prefix('_')).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// White space and signs, after everything else.
fn tidy(text: &str) -> String {
    let text = text.replace("<<", "«").replace(">>", "»").replace('\t', " ");
    let text = runs(&text, ' ', 2, " ");
    let text = runs(&text, '.', 4, "...");
    // Meant for any one of these signs, the tool's patterns only fit all of them in a row.
    let text = text.replace(" ,:.)]»", ",:.)]»").replace("[(« ", "[(«");
    without_bare_lines(&text).replace(",,", ",").replace(",.", ".")
}

/// Puts another text for each run of a sign that is at least so long.
fn runs(text: &str, sign: char, least: usize, with: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.find(sign).and_then(|at| rest.split_at_checked(at)) {
        let after = from.trim_start_matches(sign);
        let run = section(from, 0, from.len() - after.len());
        out.push_str(before);
        out.push_str(if run.chars().count() < least { run } else { with });
        rest = after;
    }
    out + rest
}

/// Drops lines of punctuation alone, of two that follow each other the first one.
fn without_bare_lines(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.split_once('\n') {
        out.push_str(before);
        out.push('\n');
        rest = after_bare_line(from).unwrap_or(from);
    }
    out + rest
}

/// What follows a line that has something in it, an empty line perhaps, and no letter or digit.
fn after_bare_line(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let start = first.len_utf8();
    let end = text.char_indices().find(|(at, c)| start <= *at && *c == '\n' || find::is_word(*c));
    match end {
        Some((at, '\n')) => text.get(at + 1..),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
