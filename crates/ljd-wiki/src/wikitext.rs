//! Wikitext as plain text.
//!
//! What is read, in one pass from left to right (<https://www.mediawiki.org/wiki/Markup_spec>):
//!
//! ```text
//! template   = "{{" name *("|" argument) "}}"        rendered by templates.tsv, otherwise dropped and named
//! parameter  = "{{{" … "}}}"                         dropped
//! link       = "[[" target ["|" text] "]]"           its text; files, categories and other languages dropped
//! address    = "[" URL [space text] "]"              its text
//! table      = line "{|" … line "|}"                 dropped
//! comment    = "<!--" … "-->"                        dropped
//! element    = "<" name … ">" … "</" name ">"        its content; that of ref, gallery, … is dropped,
//!                                                    nowiki and pre are taken as they are, math is TeX in $
//! quotes     = "''" / "'''" / "'''''"                dropped
//! conversion = "-{" text "}-"                        its text
//! entity     = "&" name ";" / "&#" number ";"        the character, once
//! switch     = "__" NAME "__"                        dropped
//! line       = heading / list / rule / paragraph     headings and rules dropped, list items are lines
//! ```
//!
//! It never fails: what is not closed is text, its marks left out. Every construct is a frame on a stack
//! that remembers where its content starts in the output, and a frame is opened at most 40 deep,
//! so that the time is linear in the input.

mod repair;
mod template;

use std::collections::{BTreeMap, BTreeSet};

pub use self::repair::repair;
use self::template::Template;

/// How to render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// By whose rules.
    pub style: Style,
    /// Whether rendering ends where the first heading begins.
    pub lead_only: bool,
}

/// By whose rules markup is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As a reader sees the page: templates that carry text are rendered, list items are lines.
    Reader,
    /// As WikiExtractor 3.1 does: no template is rendered, lists are dropped, italics stand in quotation
    /// marks, formulas are numbered, links to other wikis show nothing. A lead goes on with indented lines
    /// until a paragraph follows the heading. (<https://github.com/attardi/wikiextractor>)
    WikiExtractor,
}

/// A text without its markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// The text, a paragraph or list item a line.
    pub text: String,
    /// The templates that were dropped because nothing is known of them, and how often.
    pub unknown: BTreeMap<String, u64>,
}

/// Deeper nesting is text.
const MOST_FRAMES: usize = 40;

/// Renders wikitext as plain text.
///
/// ```
/// use ljd_wiki::wikitext::{Options, Style, to_text};
///
/// let options = Options { style: Style::Reader, lead_only: true };
/// let lead = to_text("'''雨'''（{{読み仮名|雨|あめ}}）は[[水]]である。<ref>出典</ref>\n== 節 ==\n", options);
/// assert_eq!(lead.text, "雨（雨（あめ））は水である。");
/// ```
pub fn to_text(wikitext: &str, options: Options) -> Plain {
    let mut parser = Parser {
        options,
        rest: wikitext,
        at_line_start: true,
        out: String::with_capacity(wikitext.len() / 2),
        frames: Vec::new(),
        after_heading: false,
        heading_end: 0,
        n_formulas: 0,
        unclosed: BTreeSet::new(),
        unknown: BTreeMap::new(),
    };
    parser.run();
    let lines = parser.out.lines().map(|line| line.trim_start_matches(INDENTED).trim_end());
    let mut text = String::with_capacity(parser.out.len());
    for line in lines.filter(|line| !is_residue(line, options.style)) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    Plain { text, unknown: parser.unknown }
}

/// What is left of a table that a template began or ended, or is no text to WikiExtractor.
fn is_residue(line: &str, style: Style) -> bool {
    let line = line.trim();
    let is_of_table = line.is_empty() || line.starts_with(['|', '!']) || line.starts_with("{|");
    match style {
        Style::Reader => is_of_table,
        Style::WikiExtractor => {
            let is_aside = line.starts_with('(') && line.ends_with(')');
            let is_rule = line.trim_matches(['.', '-']).is_empty();
            line.is_empty()
                || line.starts_with(['{', '|'])
                || line.ends_with('}')
                || is_aside
                || is_rule
        }
    }
}

/// Marks an indented line until all is read. XML has no such character.
const INDENTED: char = '\u{2}';

struct Parser<'t> {
    options: Options,
    /// Whether a heading has been passed on the way to the end of WikiExtractor's lead.
    after_heading: bool,
    /// Where the output stood when the last heading was passed.
    heading_end: usize,
    n_formulas: usize,
    rest: &'t str,
    at_line_start: bool,
    out: String,
    frames: Vec<Frame>,
    /// Elements whose end was looked for in vain, so that no second search is made.
    unclosed: BTreeSet<&'static str>,
    unknown: BTreeMap<String, u64>,
}

/// A construct that is open.
struct Frame {
    kind: Kind,
    /// Where its content starts in the output.
    start: usize,
    /// Where its arguments end in the output.
    bars: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Template,
    Parameter,
    Link,
    Table,
    Conversion,
    /// An element whose content is dropped, but is wikitext.
    Dropped(&'static str),
}

/// Elements of which nothing is shown in running text. Their content is no wikitext, or does not matter.
const DROPPED: [&str; 17] = [
    "ref",
    "references",
    "gallery",
    "timeline",
    "imagemap",
    "score",
    "syntaxhighlight",
    "source",
    "templatedata",
    "graph",
    "hiero",
    "mapframe",
    "maplink",
    "chem",
    "ce",
    "inputbox",
    "section",
];

/// Elements that are taken as they are.
const VERBATIM: [&str; 3] = ["nowiki", "pre", "math"];

/// Elements whose content is dropped, with what is nested in them.
const SILENT: [&str; 5] = ["rt", "rp", "includeonly", "style", "table"];

/// Elements of which only the content is shown.
const SHOWN: [&str; 45] = [
    "b",
    "i",
    "u",
    "s",
    "em",
    "strong",
    "small",
    "big",
    "sup",
    "sub",
    "span",
    "div",
    "center",
    "font",
    "p",
    "br",
    "hr",
    "ruby",
    "rb",
    "rbc",
    "rtc",
    "poem",
    "blockquote",
    "q",
    "cite",
    "code",
    "tt",
    "kbd",
    "var",
    "samp",
    "abbr",
    "dfn",
    "del",
    "ins",
    "strike",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "noinclude",
    "onlyinclude",
    "bdi",
    "nobr",
];

impl<'t> Parser<'t> {
    fn run(&mut self) {
        while !self.rest.is_empty() {
            let mut is_end = false;
            while self.at_line_start && !is_end {
                is_end = self.line_start();
            }
            if is_end {
                break;
            }
            self.next();
        }
        if self.after_heading {
            self.ends_with_paragraph();
        }
        // What is still open is text, but a table or a file without its end is none.
        while let Some(frame) = self.frames.pop() {
            if matches!(frame.kind, Kind::Table | Kind::Dropped(_)) {
                self.out.truncate(frame.start);
            }
        }
    }

    /// Takes what has a meaning at the start of a line; returns whether the text ends here.
    fn line_start(&mut self) -> bool {
        self.at_line_start = false;
        let in_text = self.frames.is_empty();
        if in_text && self.after_heading && self.ends_with_paragraph() {
            return true;
        }
        if in_text && self.rest.starts_with('=') && self.is_heading() {
            if self.options.lead_only && self.options.style == Style::Reader {
                return true;
            }
            self.after_heading = self.options.lead_only;
            if !self.out.ends_with('\n') {
                self.out.push('\n');
            }
            self.heading_end = self.out.len();
            self.skip_line();
            return false;
        }
        let indented = self.rest.trim_start_matches([' ', '\t', ':']);
        if indented.starts_with("{|") && !indented.starts_with("{||") {
            self.rest = indented.strip_prefix("{|").unwrap_or_default();
            self.open(Kind::Table);
        } else if self.rest.starts_with("|}")
            && !self.rest.starts_with("|}}")
            && self.is_open(Kind::Table)
        {
            self.rest = self.rest.strip_prefix("|}").unwrap_or_default();
            self.close(Kind::Table);
        } else if in_text && self.rest.starts_with("----") {
            self.rest = self.rest.trim_start_matches('-');
        } else if in_text
            && self.options == (Options { style: Style::Reader, lead_only: true })
            && self.rest.starts_with(':')
            && self.out.trim().is_empty()
        {
            // Notes to the reader stand indented above the first paragraph.
            self.skip_line();
        } else if in_text && self.options.style == Style::Reader {
            self.rest =
                self.rest.trim_start_matches(['*', '#', ';', ':']).trim_start_matches([' ', '\t']);
        } else if in_text && self.rest.starts_with(['*', '#', ';']) {
            self.skip_line();
        } else if in_text && self.rest.starts_with(':') {
            self.rest = self.rest.trim_start_matches(':');
            self.out.push(INDENTED);
        }
        false
    }

    /// Whether a paragraph stands behind the heading, which then is taken away: the lead has ended.
    fn ends_with_paragraph(&mut self) -> bool {
        let done = self.out.trim_end_matches('\n');
        let start = done.rfind('\n').map_or(0, |at| at + 1);
        let last = done.get(start..).unwrap_or_default();
        let is_paragraph = !last.starts_with(INDENTED) && !is_residue(last, Style::WikiExtractor);
        let is_new = self.heading_end <= start;
        if is_paragraph && is_new {
            self.out.truncate(start);
        }
        is_paragraph && is_new
    }

    /// Whether the line is a heading: `=` on both sides, comments behind them aside.
    fn is_heading(&self) -> bool {
        let line = self.rest.lines().next().unwrap_or_default();
        let line = line.split("<!--").next().unwrap_or_default().trim_end();
        2 < line.len() && line.ends_with('=')
    }

    fn skip_line(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        self.at_line_start = true;
    }

    /// Takes text up to the next mark, or the mark.
    fn next(&mut self) {
        let marks = ['{', '}', '[', ']', '|', '<', '\'', '&', '_', '-', '\n'];
        let text = self.rest.find(marks).unwrap_or(self.rest.len());
        if 0 < text {
            let (text, rest) = self.rest.split_at(text);
            self.out.push_str(text);
            self.rest = rest;
            return;
        }
        match self.rest.as_bytes().first() {
            Some(b'\n') => {
                self.take(1);
                self.at_line_start = true;
            }
            Some(b'{') => self.brace(),
            Some(b'}') => self.closing_brace(),
            Some(b'[') => self.bracket(),
            Some(b']') => self.closing_bracket(),
            Some(b'|') => self.bar(),
            Some(b'<') => self.element(),
            Some(b'\'') => self.quotes(),
            Some(b'&') => self.entity(),
            Some(b'_') => self.switch(),
            Some(b'-') => self.dash(),
            _ => {}
        }
    }

    /// Takes so many ASCII characters as text.
    fn take(&mut self, n: usize) {
        let (text, rest) = self.rest.split_at(n);
        self.out.push_str(text);
        self.rest = rest;
    }

    /// Passes over so many ASCII characters.
    fn skip(&mut self, n: usize) {
        self.rest = self.rest.get(n..).unwrap_or_default();
    }

    fn open(&mut self, kind: Kind) {
        if self.frames.len() < MOST_FRAMES {
            self.frames.push(Frame { kind, start: self.out.len(), bars: Vec::new() });
        }
    }

    fn is_open(&self, kind: Kind) -> bool {
        self.frames.iter().any(|frame| frame.kind == kind)
    }

    /// Closes the innermost frame of that kind; what is open within is text.
    fn close(&mut self, kind: Kind) {
        let Some(at) = self.frames.iter().rposition(|frame| frame.kind == kind) else { return };
        self.frames.truncate(at + 1);
        if let Some(frame) = self.frames.pop() {
            self.finish(&frame);
        }
    }

    fn finish(&mut self, frame: &Frame) {
        let content = self.out.split_off(frame.start);
        let mut arguments = Vec::with_capacity(frame.bars.len() + 1);
        let mut start = 0;
        for bar in frame.bars.iter().map(|bar| bar - frame.start).chain([content.len()]) {
            arguments.push(content.get(start..bar).unwrap_or_default());
            start = bar;
        }
        match frame.kind {
            Kind::Template => self.template(&arguments),
            Kind::Link => self.out.push_str(&link(&arguments, self.options.style)),
            Kind::Conversion => {
                self.out.push_str(arguments.last().copied().unwrap_or_default());
            }
            Kind::Parameter | Kind::Table | Kind::Dropped(_) => {}
        }
    }

    fn template(&mut self, arguments: &[&str]) {
        let template = Template::new(arguments);
        match template.render() {
            Some(text) if self.options.style == Style::Reader => self.out.push_str(&text),
            Some(_) => {}
            None => *self.unknown.entry(template.name.to_owned()).or_default() += 1,
        }
    }

    fn brace(&mut self) {
        // More than three only matter as three: a run of them must not be counted again and again.
        let n = self.rest.bytes().take(4).take_while(|byte| *byte == b'{').count();
        match n {
            1 => self.take(1),
            3 => {
                self.skip(3);
                self.open(Kind::Parameter);
            }
            _ => {
                self.skip(2);
                self.open(Kind::Template);
            }
        }
    }

    fn closing_brace(&mut self) {
        if self.rest.starts_with("}-") && self.is_open(Kind::Conversion) {
            self.skip(2);
            self.close(Kind::Conversion);
            return;
        }
        let innermost = self
            .frames
            .iter()
            .rev()
            .find(|frame| matches!(frame.kind, Kind::Template | Kind::Parameter));
        let (n, kind) = match innermost.map(|frame| frame.kind) {
            Some(Kind::Parameter) => (3, Kind::Parameter),
            _ => (2, Kind::Template),
        };
        let n_there = self.rest.bytes().take(3).take_while(|byte| *byte == b'}').count();
        if n <= n_there {
            self.skip(n);
            self.close(kind);
        } else if 2 <= n_there {
            self.skip(2);
        } else {
            self.take(1);
        }
    }

    fn bracket(&mut self) {
        if self.rest.starts_with("[[") {
            self.skip(2);
            self.open(Kind::Link);
            return;
        }
        let inside = self.rest.strip_prefix('[').unwrap_or_default();
        if !["http://", "https://", "//", "ftp://"].iter().any(|scheme| inside.starts_with(scheme))
        {
            self.take(1);
            return;
        }
        // An address ends at a space or at the bracket; what follows is its text up to the bracket.
        let end = inside.find([' ', ']', '\n', '\u{3000}']).unwrap_or(inside.len());
        self.rest = inside.get(end..).unwrap_or_default();
        if let Some(rest) = self.rest.strip_prefix(']') {
            self.rest = rest;
        } else {
            self.rest = self.rest.trim_start_matches([' ', '\u{3000}']);
        }
    }

    /// The end of a link. Another bracket may be that of an address, whose beginning is gone already.
    fn closing_bracket(&mut self) {
        if self.rest.starts_with("]]") && self.is_open(Kind::Link) {
            self.skip(2);
            self.close(Kind::Link);
        } else if self.rest.starts_with("]]") {
            self.skip(2);
        } else if self.out.contains_unclosed_bracket() {
            self.take(1);
        } else {
            self.skip(1);
        }
    }

    fn bar(&mut self) {
        match self.frames.last_mut() {
            Some(frame)
                if matches!(
                    frame.kind,
                    Kind::Template | Kind::Link | Kind::Conversion | Kind::Parameter
                ) =>
            {
                frame.bars.push(self.out.len());
                self.skip(1);
            }
            _ => self.take(1),
        }
    }

    fn quotes(&mut self) {
        let n = self.rest.bytes().take_while(|byte| *byte == b'\'').count();
        match n {
            1 => self.take(1),
            4 => {
                self.skip(3);
                self.take(1);
            }
            2 if self.options.style == Style::WikiExtractor => {
                self.skip(2);
                // A quotation in italics keeps its own marks.
                if !self.out.ends_with('"') && !self.rest.starts_with('"') {
                    self.out.push('"');
                }
            }
            _ => self.skip(n),
        }
    }

    fn switch(&mut self) {
        let name = self.rest.strip_prefix("__").and_then(|rest| rest.split_once("__"));
        match name {
            Some((name, rest)) if !name.is_empty() && name.len() < 30 && is_switch(name) => {
                self.rest = rest;
            }
            _ => self.take(1),
        }
    }

    fn dash(&mut self) {
        if self.rest.starts_with("-{") && !self.rest.starts_with("-{{") {
            self.skip(2);
            self.open(Kind::Conversion);
        } else {
            self.take(1);
        }
    }

    fn entity(&mut self) {
        match entity(self.rest) {
            Some((text, rest)) => {
                // Spaces of every kind but the full-width one are a space.
                if text == "\u{a0}" {
                    self.out.push(' ');
                } else {
                    self.out.push_str(&text);
                }
                self.rest = rest;
            }
            None => self.take(1),
        }
    }

    fn element(&mut self) {
        if let Some(comment) = self.rest.strip_prefix("<!--") {
            self.rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            // A comment on lines of its own leaves no blank one.
            if self.out.ends_with('\n') || self.out.is_empty() {
                self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
                self.at_line_start = true;
            }
            return;
        }
        let Some(tag) = Tag::parse(self.rest) else {
            self.take(1);
            return;
        };
        let is_known = |names: &[&'static str]| {
            names.iter().copied().find(|name| name.eq_ignore_ascii_case(tag.name))
        };
        if let Some(name) = is_known(&DROPPED) {
            self.rest = tag.rest;
            if !tag.closes
                && !tag.is_empty
                && let Some((_, rest)) = self.find_end(name)
            {
                self.rest = rest;
            }
        } else if let Some(name) = is_known(&VERBATIM) {
            self.rest = tag.rest;
            if !tag.closes
                && !tag.is_empty
                && let Some((content, rest)) = self.find_end(name)
            {
                self.verbatim(name, content);
                self.rest = rest;
            }
        } else if let Some(name) = is_known(&SILENT) {
            self.rest = tag.rest;
            if tag.closes {
                self.close(Kind::Dropped(name));
            } else if !tag.is_empty {
                self.open(Kind::Dropped(name));
            }
        } else if let Some(name) = is_known(&SHOWN) {
            self.rest = tag.rest;
            if matches!(name, "br" | "p" | "li" | "div")
                && self.frames.is_empty()
                && !self.out.is_empty()
            {
                self.out.push('\n');
            }
        } else {
            self.take(1);
        }
    }

    /// The content of an element up to its end, and what follows.
    fn find_end(&mut self, name: &'static str) -> Option<(&'t str, &'t str)> {
        if self.unclosed.contains(name) {
            return None;
        }
        let mut from = 0;
        while let Some(at) = self.rest.get(from..).and_then(|rest| rest.find("</")) {
            let (content, end) = self.rest.split_at(from + at);
            if let Some(tag) = Tag::parse(end).filter(|tag| tag.name.eq_ignore_ascii_case(name)) {
                return Some((content, tag.rest));
            }
            from += at + 2;
        }
        self.unclosed.insert(name);
        None
    }

    fn verbatim(&mut self, name: &str, content: &str) {
        if name == "math" && self.options.style == Style::WikiExtractor {
            self.n_formulas += 1;
            self.out.push_str("formula_");
            self.out.push_str(&self.n_formulas.to_string());
            return;
        }
        if name == "math" {
            self.out.push('$');
            self.out.push_str(content.trim());
            self.out.push('$');
            return;
        }
        let mut rest = content;
        while let Some(at) = rest.find('&') {
            let (text, from) = rest.split_at(at);
            self.out.push_str(text);
            let (character, after) =
                entity(from).unwrap_or(("&".to_owned(), from.get(1..).unwrap_or_default()));
            self.out.push_str(&character);
            rest = after;
        }
        self.out.push_str(rest);
    }
}

/// Whether a text has a `[` that stands as text and is not closed yet, near its end.
trait UnclosedBracket {
    fn contains_unclosed_bracket(&self) -> bool;
}

impl UnclosedBracket for String {
    fn contains_unclosed_bracket(&self) -> bool {
        let near: Vec<char> = self.chars().rev().take(200).collect();
        let open = near.iter().position(|c| *c == '[');
        let closed = near.iter().position(|c| *c == ']');
        open.is_some_and(|open| closed.is_none_or(|closed| open < closed))
    }
}

/// A tag of an element.
struct Tag<'t> {
    name: &'t str,
    closes: bool,
    is_empty: bool,
    rest: &'t str,
}

/// No tag is longer.
const LONGEST_TAG: usize = 2000;

impl<'t> Tag<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let inside = text.strip_prefix('<')?;
        let (inside, closes) =
            inside.strip_prefix('/').map_or((inside, false), |inside| (inside, true));
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        if name.is_empty() {
            return None;
        }
        let end =
            attributes.bytes().take(LONGEST_TAG).position(|byte| byte == b'>' || byte == b'<')?;
        let (attributes, rest) = attributes.split_at(end);
        let rest = rest.strip_prefix('>')?;
        Some(Self { name, closes, is_empty: attributes.trim_end().ends_with('/'), rest })
    }
}

/// Names of switches: capitals, or Japanese.
fn is_switch(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || !c.is_ascii())
}

/// The character that an entity at the start of a text stands for, and what follows.
fn entity(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('&')?;
    let end = inside.bytes().take(32).position(|byte| byte == b';')?;
    let (name, rest) = (inside.get(..end)?, inside.get(end + 1..)?);
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?.to_string()
        }
        None => quick_xml::escape::resolve_html5_entity(name)?.to_owned(),
    };
    Some((character, rest))
}

/// Prefixes of links that show nothing: files and categories.
const FILES: [&str; 8] =
    ["file", "image", "ファイル", "画像", "category", "カテゴリ", "media", "メディア"];

/// The text of a link.
fn link(arguments: &[&str], style: Style) -> String {
    let [target, texts @ ..] = arguments else { return String::new() };
    let (target, is_shown) = match target.trim().strip_prefix(':') {
        Some(target) => (target, true),
        None => (target.trim(), false),
    };
    if let Some((prefix, _)) = target.split_once(':') {
        let prefix = prefix.trim().to_lowercase();
        if style == Style::WikiExtractor && !["w", "wiktionary", "wikt"].contains(&prefix.as_str())
        {
            return String::new();
        }
        if !is_shown && FILES.contains(&prefix.as_str()) {
            return String::new();
        }
        let is_language =
            prefix.len() <= 12 && prefix.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if is_language && texts.is_empty() && !is_shown && 2 <= prefix.len() && prefix.len() <= 3 {
            return String::new();
        }
    }
    match texts {
        [] => target.to_owned(),
        [text] if text.trim().is_empty() => without_qualifier(target).to_owned(),
        _ => texts.join("|").trim_matches([' ', '\n']).to_owned(),
    }
}

/// The pipe trick: a title without prefix and without what is in brackets at its end.
fn without_qualifier(title: &str) -> &str {
    let title = title.split_once(':').map_or(title, |(_, title)| title);
    title.split([' ', '(', '（']).next().unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Options = Options { style: Style::Reader, lead_only: false };

    fn text(wikitext: &str) -> String {
        to_text(wikitext, FULL).text
    }

    #[test]
    fn links_show_their_text() {
        assert_eq!(text("[[雨]]と[[雪|ゆき]]と[[パイプ (曖昧さ回避)|]]"), "雨とゆきとパイプ");
        assert_eq!(text("[[ファイル:A.jpg|thumb|[[雨]]の絵]]雨[[Category:天気]][[en:Rain]]"), "雨");
        assert_eq!(text("[[:Category:天気]]と[[:en:Rain|英語版]]"), "Category:天気と英語版");
        assert_eq!(text("[https://example.org 例]と[https://example.org]と[注]"), "例とと[注]");
        assert_eq!(text("[[閉じない"), "閉じない");
    }

    #[test]
    fn marks_go_and_text_stays() {
        assert_eq!(text("'''雨'''は''水''で'''''ある'''''。"), "雨は水である。");
        assert_eq!(text("a<!-- b -->c<ref name=\"x\" />d<ref>e</ref>f<br />g"), "acdf\ng");
        assert_eq!(
            text("<nowiki>[[a]] &amp; ''b''</nowiki><math> x^2 </math>"),
            "[[a]] & ''b''$x^2$"
        );
        assert_eq!(
            text("&lt;ref&gt;と&amp;amp;と&nbsp;と&#12354;と&unknown;"),
            "<ref>と&amp;と とあと&unknown;"
        );
        assert_eq!(
            text("__NOTOC__雨-{zh-hans:a; zh-hant:b}-__目次非表示__"),
            "雨zh-hans:a; zh-hant:b"
        );
        assert_eq!(text("<ruby>雨<rp>(</rp><rt>あめ</rt><rp>)</rp></ruby>"), "雨");
        assert_eq!(text("1 < 2 > 1 <鼻>"), "1 < 2 > 1 <鼻>");
    }

    #[test]
    fn lines_lose_their_marks() {
        assert_eq!(
            text("* 雨\n** 雪\n# 風\n; 雲\n: 霧\n----\n== 節 ==\n本文"),
            "雨\n雪\n風\n雲\n霧\n本文"
        );
        assert_eq!(
            text("前\n{| class=\"wikitable\"\n! a || b\n|-\n| {{c}} || d\n|}\n後"),
            "前\n後"
        );
        let lead = to_text(
            "序\n\n== 節 == <!-- x -->\n本文",
            Options { style: Style::Reader, lead_only: true },
        );
        assert_eq!(lead.text, "序");
    }

    #[test]
    fn templates_are_rendered_or_named() {
        let plain = to_text(
            "{{知らない|a|{{b}}}}雨{{読み仮名|雨|あめ}}{{仮リンク|雪|en|Snow|label=ゆき}}",
            FULL,
        );
        assert_eq!(plain.text, "雨雨（あめ）ゆき");
        assert_eq!(plain.unknown.keys().collect::<Vec<_>>(), ["b", "知らない"]);
    }

    #[test]
    fn nothing_makes_it_slow_or_lose_its_way() {
        for piece in [
            "{{",
            "[[",
            "<ref>",
            "{|\n",
            "'''",
            "-{",
            "{{{",
            "[[a|",
            "<math>",
            "&",
            "[http://a ",
            "]",
            "<!--",
            "__",
            "{{a|",
        ] {
            let long = piece.repeat(20_000);
            let plain = to_text(&long, FULL);
            assert!(plain.text.len() <= long.len(), "{piece}");
        }
        assert_eq!(text("}}]]a}}-雨"), "a-雨");
    }
}
