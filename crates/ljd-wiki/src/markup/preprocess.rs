//! The first step: comments, extensions' elements, templates, parameters, links and language conversion.
//!
//! Each construct that is open is a frame on a stack, which remembers where it starts in the output. Its marks
//! stand in the output until it is closed, so one that never is has changed nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::inline::is_plain_link;
use super::tags::{Extension, Tag, begins_extension, extension};
use super::templates::{Shown, Template};
use super::title::{Link, is_plain_title, link};
use super::{Options, Wiki, len_before, marks, part, table, tail, take_from};

/// Deeper nesting is text.
const MOST_FRAMES: usize = 40;

/// In characters; what is longer is no name.
const LONGEST_NAME: usize = 60;

/// Wikitext of which the blocks are made, and what was learnt on the way.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) text: String,
    pub(super) links: Vec<String>,
    pub(super) categories: Vec<String>,
    pub(super) infobox: Vec<(String, String)>,
    pub(super) short_description: Option<String>,
    pub(super) unknown: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// So many braces are open.
    Braces(usize),
    Link,
    Conversion,
}

#[derive(Debug)]
struct Frame {
    kind: Kind,
    /// Where its marks stand in the output.
    start: usize,
    /// How many bars had been passed before it.
    first_bar: usize,
    /// Whether a link stands in it.
    has_link: bool,
}

struct Preprocessor<'t> {
    wiki: &'t Wiki,
    options: &'t Options<'t>,
    source: &'t str,
    at: usize,
    out: String,
    frames: Vec<Frame>,
    /// Where the bars of all open frames stand in the output.
    bars: Vec<usize>,
    /// Extensions whose end was looked for in vain, so that no second search is made.
    unclosed: Vec<&'static str>,
    /// Where `<table>`s that are open stand in the output, and how many frames were open there.
    tables: Vec<(usize, usize)>,
    /// Where the last `>` stands in the source.
    last_bracket: usize,
    /// Whether `-->` was looked for in vain.
    comments_end: bool,
    /// Whether links, categories and fields are wanted.
    is_article: bool,
    found: Source,
}

pub(super) fn preprocess(
    source: &str,
    wiki: &Wiki,
    options: &Options<'_>,
    is_article: bool,
) -> Source {
    let mut preprocessor = Preprocessor {
        wiki,
        options,
        source,
        at: 0,
        out: String::with_capacity(source.len() / 2),
        frames: Vec::new(),
        bars: Vec::new(),
        unclosed: Vec::new(),
        tables: Vec::new(),
        last_bracket: memchr::memrchr(b'>', source.as_bytes()).unwrap_or_default(),
        comments_end: false,
        is_article,
        found: Source::default(),
    };
    preprocessor.run();
    let Preprocessor { out, found, .. } = preprocessor;
    Source { text: out, ..found }
}

/// Bytes that may mean something.
const MARKS: [bool; 256] = table(b"{}[]|<-\n\r\x01\x02\x03\x04");

impl<'t> Preprocessor<'t> {
    fn run(&mut self) {
        let mut is_done = self.options.lead_only && is_heading(self.source);
        while !is_done && self.at < self.source.len() {
            let rest = tail(self.source, self.at);
            let len = len_before(rest, &MARKS);
            self.out.push_str(part(rest, 0, len));
            self.at += len;
            is_done = self.mark(tail(rest, len));
        }
        self.finish();
    }

    /// Takes the mark that the rest begins with; returns whether the lead ends there.
    fn mark(&mut self, rest: &'t str) -> bool {
        match rest.as_bytes().first() {
            Some(b'\n') => return self.line_end(rest),
            Some(b'{') => self.braces(rest),
            Some(b'}') => self.closing_braces(rest),
            Some(b'[') => self.brackets(rest),
            Some(b']') => self.closing_brackets(rest),
            Some(b'|') => self.bar(),
            Some(b'<') => self.tag(rest),
            Some(b'-') => self.dash(rest),
            // Carriage returns, and characters that are marks of ours.
            Some(_) => self.at += 1,
            None => {}
        }
        false
    }

    /// Takes so many ASCII characters as they are.
    fn take(&mut self, n: usize) {
        let from = self.at;
        self.at += n;
        self.out.push_str(part(self.source, from, self.at));
    }

    /// Takes an ASCII character as it is.
    fn take_one(&mut self, c: char) {
        self.at += 1;
        self.out.push(c);
    }

    fn open(&mut self, kind: Kind, n: usize) {
        if self.frames.len() < MOST_FRAMES {
            let (start, first_bar) = (self.out.len(), self.bars.len());
            self.frames.push(Frame { kind, start, first_bar, has_link: false });
        }
        self.take(n);
    }

    /// Gives up the innermost frame: its marks are text.
    fn give_up(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.bars.truncate(frame.first_bar);
        }
    }

    fn top(&self) -> Option<Kind> {
        self.frames.last().map(|frame| frame.kind)
    }

    /// A line ends. No link but a file's goes on behind a blank line, and none behind a heading.
    fn line_end(&mut self, rest: &str) -> bool {
        self.take_one('\n');
        if self.frames.is_empty() && !self.options.lead_only {
            return false;
        }
        let after = tail(rest, 1);
        let is_heading = after.starts_with('=') && is_heading(after);
        let is_blank = after.starts_with('\n') || after.starts_with("\r\n");
        if is_heading || is_blank {
            while self.top_ends(is_heading) {
                self.give_up();
            }
        }
        is_heading && self.options.lead_only && self.frames.is_empty()
    }

    /// Whether the innermost frame ends with its paragraph.
    fn top_ends(&self, is_heading: bool) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        match frame.kind {
            Kind::Braces(_) => false,
            Kind::Conversion => true,
            Kind::Link => {
                is_heading || !self.wiki.prefixes.is_file(tail(&self.out, frame.start + 2))
            }
        }
    }

    fn braces(&mut self, rest: &str) {
        let n = run(rest, b'{');
        if n == 1 { self.take_one('{') } else { self.open(Kind::Braces(n), n) }
    }

    fn closing_braces(&mut self, rest: &str) {
        if rest.starts_with("}-") && self.top() == Some(Kind::Conversion) {
            self.at += 2;
            self.conversion();
            return;
        }
        let n = run(rest, b'}');
        let mut left = n;
        while 2 <= left {
            let Some(at) =
                self.frames.iter().rposition(|frame| matches!(frame.kind, Kind::Braces(_)))
            else {
                break;
            };
            // What is open within is not closed any more.
            while at + 1 < self.frames.len() {
                self.give_up();
            }
            let Some(Frame { kind: Kind::Braces(open), .. }) = self.frames.last() else { break };
            let open = *open;
            let n_matched = left.min(open).min(3);
            self.at += n_matched;
            left -= n_matched;
            self.close_braces(open, n_matched);
        }
        self.take(left);
    }

    /// Closes so many of the braces that the innermost frame has.
    fn close_braces(&mut self, open: usize, n_matched: usize) {
        let Some(frame) = self.frames.pop() else { return };
        let content = frame.start + open;
        let bars = self.bars.split_off(frame.first_bar);
        let left = open - n_matched;
        let shown = if n_matched == 2 {
            self.template(content, &bars)
        } else {
            // A parameter of a page that is no template has its default.
            let default = bars.first().map(|bar| tail(&self.out, bar + 1).to_owned());
            default.map_or(Cow::Borrowed(marks::GAP), Cow::Owned)
        };
        self.out.truncate(frame.start + left);
        self.out.push_str(&shown);
        if 2 <= left {
            self.frames.push(Frame { kind: Kind::Braces(left), ..frame });
        }
    }

    fn template(&mut self, content: usize, bars: &[usize]) -> Cow<'static, str> {
        let ends = bars.iter().copied().chain([self.out.len()]);
        let starts = [content].into_iter().chain(bars.iter().map(|bar| bar + 1));
        let parts: Vec<&str> =
            starts.zip(ends).map(|(from, to)| part(&self.out, from, to)).collect();
        let template = Template::new(&parts);
        if self.is_article {
            if self.found.infobox.is_empty() && self.wiki.templates.is_infobox(&template) {
                self.found.infobox = template.fields();
            }
            if template.name.eq_ignore_ascii_case("short description") {
                self.found.short_description = Some(template.argument("1").to_owned());
            }
        }
        match self.wiki.templates.render(&template, self.options.title) {
            Shown::Text(text) if !text.is_empty() => Cow::Owned(text),
            Shown::Nothing | Shown::Text(_) => Cow::Borrowed(marks::GAP),
            Shown::Unknown => {
                count(&mut self.found.unknown, template.name);
                Cow::Borrowed(marks::GAP)
            }
        }
    }

    fn brackets(&mut self, rest: &str) {
        if rest.starts_with("[[") { self.open(Kind::Link, 2) } else { self.take_one('[') }
    }

    fn closing_brackets(&mut self, rest: &str) {
        if !rest.starts_with("]]") {
            self.take(1);
            return;
        }
        let Some(at) = self.frames.iter().rposition(|frame| frame.kind == Kind::Link) else {
            self.take(2);
            return;
        };
        while at + 1 < self.frames.len() {
            self.give_up();
        }
        let Some(frame) = self.frames.last() else { return };
        // `[[a|[b]]]`: the first bracket belongs to the text.
        if rest.starts_with("]]]") && has_open_bracket(tail(&self.out, frame.start + 2)) {
            self.take(1);
        }
        self.at += 2;
        self.link();
    }

    fn link(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let bar = self.bars.get(frame.first_bar).copied();
        self.bars.truncate(frame.first_bar);
        if self.plain_link(&frame, bar) {
            return;
        }
        let content = take_from(&mut self.out, frame.start);
        let inside = tail(&content, 2);
        let (target, text) = match bar {
            Some(bar) => {
                (part(&content, 2, bar - frame.start), Some(tail(&content, bar + 1 - frame.start)))
            }
            None => (inside, None),
        };
        match link(target, text, &self.wiki.prefixes, self.options.broken_marks) {
            Link::Text(..) if frame.has_link => {
                self.out.push_str(&content);
                self.out.push_str("]]");
            }
            Link::Text(target, shown) => {
                if self.is_article {
                    self.found.links.push(target.to_owned());
                }
                if text.is_some() {
                    super::inline::link_text(&shown, &mut self.out);
                } else {
                    super::inline::link_target(&shown, &mut self.out);
                }
                self.mark_outer();
            }
            Link::Nothing => self.out.push(marks::DROPPED),
            Link::Category(name) => {
                if self.is_article {
                    self.found.categories.push(name.to_owned());
                }
                self.out.push(marks::DROPPED);
            }
            Link::Broken => {
                self.out.push_str(&content);
                self.out.push_str("]]");
            }
        }
    }

    /// Takes the marks of a link away where nothing in its target and text has a meaning, as in nearly all.
    fn plain_link(&mut self, frame: &Frame, bar: Option<usize>) -> bool {
        let inside = frame.start + 2;
        let target = part(&self.out, inside, bar.unwrap_or(self.out.len()));
        let from = bar.map_or(inside, |bar| bar + 1);
        let is_plain =
            !frame.has_link && is_plain_title(target) && is_plain_link(tail(&self.out, from));
        if is_plain {
            if self.is_article {
                self.found.links.push(target.to_owned());
            }
            self.out.drain(frame.start..from);
            self.mark_outer();
        }
        is_plain
    }

    /// No link stands in another one.
    fn mark_outer(&mut self) {
        if let Some(outer) = self.frames.last_mut().filter(|outer| outer.kind == Kind::Link) {
            outer.has_link = true;
        }
    }

    fn bar(&mut self) {
        if !self.frames.is_empty() {
            self.bars.push(self.out.len());
        }
        self.take_one('|');
    }

    fn dash(&mut self, rest: &str) {
        if rest.as_bytes().get(1) == Some(&b'{') && !rest.starts_with("-{{") {
            self.open(Kind::Conversion, 2);
        } else {
            self.take_one('-');
        }
    }

    /// `-{text}-`, `-{zh-hans:text; zh-hant:text}-`, `-{flags|…}-`: its text, that of the first variant.
    fn conversion(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.bars.truncate(frame.first_bar);
        let content = take_from(&mut self.out, frame.start);
        let inside = tail(&content, 2);
        let rules = inside.split_once('|').map_or(inside, |(_, rules)| rules);
        let first = rules.split(';').next().unwrap_or(rules);
        let is_code = |code: &str| {
            !code.trim().is_empty()
                && code.trim().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        match first.split_once(':') {
            Some((code, text)) if is_code(code) => self.out.push_str(text.trim()),
            _ => self.out.push_str(rules),
        }
    }

    fn tag(&mut self, rest: &'t str) {
        if rest.starts_with("<!--") {
            self.comment(rest);
            return;
        }
        let tag = match begins_extension(rest) {
            // A tag without its end is looked at once.
            true if self.last_bracket < self.at => None,
            true => Tag::parse_extension(rest),
            false => Tag::parse(rest),
        };
        let Some(tag) = tag else {
            self.take(1);
            return;
        };
        let name = tag.name;
        if ["noinclude", "onlyinclude"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.at += tag.len;
        } else if name.eq_ignore_ascii_case("includeonly") {
            self.at += tag.len;
            if !tag.is_end && !tag.is_empty {
                let end = self.end_of("includeonly").map_or(self.source.len(), |(_, end)| end);
                self.at = end;
            }
        } else if let Some((name, extension)) = extension(name) {
            self.extension(name, extension, &tag, rest);
        } else if name.eq_ignore_ascii_case("table") {
            self.table(&tag);
        } else if tag.attributes.contains("{{") || tag.attributes.contains('\n') {
            self.take(1);
        } else {
            self.take(tag.len);
        }
    }

    /// A table's tags: what stands between them is dropped. One that is not closed is as if it were none.
    fn table(&mut self, tag: &Tag<'_>) {
        let n_frames = self.frames.len();
        if !tag.is_end {
            self.tables.push((self.out.len(), n_frames));
            self.take(tag.len);
            return;
        }
        self.at += tag.len;
        while let Some((start, n)) = self.tables.pop() {
            let is_given_up = n < n_frames && self.top() == Some(Kind::Link);
            if n == n_frames || is_given_up {
                while n < self.frames.len() {
                    self.give_up();
                }
                while self.bars.last().is_some_and(|bar| start <= *bar) {
                    self.bars.pop();
                }
                self.out.truncate(start);
                self.out.push(marks::DROPPED);
                return;
            }
        }
    }

    /// A comment. One that has lines of its own leaves none.
    fn comment(&mut self, rest: &str) {
        let end =
            if self.comments_end { None } else { memchr::memmem::find(rest.as_bytes(), b"-->") };
        self.comments_end |= end.is_none();
        self.at = end.map_or(self.source.len(), |end| self.at + end + 3);
        // At the start of a line it leaves nothing: what follows may be a list item.
        let Some(start) = self.blank_line_start() else {
            self.out.push(marks::DROPPED);
            return;
        };
        let after = tail(self.source, self.at).trim_start_matches([' ', '\t']);
        if let Some(next) = after.strip_prefix('\n') {
            self.out.truncate(start);
            self.at = self.source.len() - next.len();
            self.heading_after_comment();
        }
    }

    /// Where the line starts in the output, if there is nothing but spaces in it. A line of more than some hundred
    /// bytes has something in it.
    fn blank_line_start(&self) -> Option<usize> {
        const FAR: usize = 200;
        let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\t' | 3);
        let n = self.out.as_bytes().iter().rev().take_while(is_blank).take(FAR).count();
        let start = self.out.len() - n;
        let is_start = start == 0 || self.out.as_bytes().get(start - 1) == Some(&b'\n');
        is_start.then_some(start)
    }

    /// In a lead, what follows a comment's lines may be the heading that ends it.
    fn heading_after_comment(&mut self) {
        if self.options.lead_only
            && self.frames.is_empty()
            && is_heading(tail(self.source, self.at))
        {
            self.at = self.source.len();
        }
    }

    /// Where the content of an extension that starts here ends, and where its end tag ends.
    fn end_of(&mut self, name: &'static str) -> Option<(usize, usize)> {
        if self.unclosed.contains(&name) {
            return None;
        }
        let mut from = self.at;
        while let Some(at) = memchr::memmem::find(tail(self.source, from).as_bytes(), b"</") {
            let rest = tail(self.source, from + at);
            if let Some(after) = rest
                .get(2..2 + name.len())
                .filter(|found| found.eq_ignore_ascii_case(name))
                .map(|_| tail(rest, 2 + name.len()))
                && let Some(after) = after.trim_start_matches([' ', '\t', '\n']).strip_prefix('>')
            {
                return Some((from + at, self.source.len() - after.len()));
            }
            from += at + 2;
        }
        self.unclosed.push(name);
        None
    }

    fn extension(&mut self, name: &'static str, extension: Extension, tag: &Tag<'_>, rest: &str) {
        let start = self.at;
        self.at += tag.len;
        if tag.is_empty {
            match extension {
                // `<nowiki/>` parts marks from each other.
                Extension::Verbatim => marks::protect("", &mut self.out),
                _ => self.out.push(marks::DROPPED),
            }
            return;
        }
        let end = if tag.is_end { None } else { self.end_of(name) };
        let Some((content_end, end)) = end else {
            self.broken_extension(extension, start, part(rest, 0, tag.len));
            return;
        };
        let content = part(self.source, self.at, content_end);
        self.at = end;
        self.show(name, extension, content);
    }

    /// A tag of an extension without its other half: MediaWiki shows it.
    fn broken_extension(&mut self, extension: Extension, start: usize, tag: &str) {
        if self.options.broken_marks {
            self.at = start + tag.len();
            marks::protect(tag, &mut self.out);
        } else if extension == Extension::Nothing {
            self.out.push(marks::DROPPED);
        }
    }

    fn show(&mut self, name: &str, extension: Extension, content: &str) {
        match extension {
            Extension::Verbatim => {
                marks::protect(&super::inline::without_references(content), &mut self.out);
            }
            Extension::Preformatted => {
                let content = without_nowiki(content.strip_prefix('\n').unwrap_or(content));
                self.out.push('\n');
                marks::protect(
                    &super::inline::without_references(content.trim_end()),
                    &mut self.out,
                );
                self.out.push('\n');
            }
            Extension::Formula if content.trim().is_empty() => self.out.push(marks::DROPPED),
            Extension::Formula => {
                marks::protect(&format!("${}$", formula(content)), &mut self.out);
            }
            Extension::Chemical => {
                marks::protect(&format!("$\\ce{{{}}}$", formula(content)), &mut self.out);
            }
            Extension::Nothing => self.out.push(marks::DROPPED),
            Extension::Lost => {
                if !content.trim().is_empty() {
                    *self.found.unknown.entry(format!("<{name}>")).or_default() += 1;
                }
                self.out.push(marks::DROPPED);
            }
        }
    }

    /// Ends what is still open. A template without its end ends with its paragraph.
    fn finish(&mut self) {
        while let Some(frame) = self.frames.pop() {
            let bars = self.bars.split_off(frame.first_bar);
            let Kind::Braces(open) = frame.kind else { continue };
            if self.options.broken_marks {
                continue;
            }
            let after =
                self.out.split_off(frame.start + paragraph_len(tail(&self.out, frame.start)));
            let bars: Vec<usize> = bars.into_iter().filter(|bar| *bar < self.out.len()).collect();
            let shown = self.template(frame.start + open, &bars);
            self.out.truncate(frame.start);
            self.out.push_str(&shown);
            self.out.push_str(&after);
        }
    }
}

/// Counts a template that is not known.
fn count(unknown: &mut BTreeMap<String, u64>, name: &str) {
    match unknown.get_mut(name) {
        Some(n) => *n += 1,
        None => *unknown.entry(shown_name(name)).or_default() += 1,
    }
}

/// The name of a template as it is counted: that of a parser function ends with its colon.
fn shown_name(name: &str) -> String {
    let function = name.starts_with('#').then(|| name.split_inclusive(':').next()).flatten();
    function.unwrap_or(name).chars().filter(|c| !marks::is_one(*c)).take(LONGEST_NAME).collect()
}

/// A text without the tags of `<nowiki>` that are pairs.
fn without_nowiki(text: &str) -> String {
    const TAGS: [&str; 2] = ["<nowiki>", "</nowiki>"];
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, (inside, after))) = rest
        .split_once(TAGS[0])
        .and_then(|(before, rest)| Some((before, rest.split_once(TAGS[1])?)))
    {
        out.push_str(before);
        out.push_str(inside);
        rest = after;
    }
    out + rest
}

/// How many of that byte a text begins with.
fn run(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|found| *found == byte).count()
}

/// A formula on one line.
fn formula(content: &str) -> String {
    content.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a bracket is open in the last words of a text. Far back none is looked for.
fn has_open_bracket(text: &str) -> bool {
    const FAR: usize = 500;
    let from = text.len().saturating_sub(FAR);
    let last = text.as_bytes().get(from..).unwrap_or_default();
    let open = memchr::memrchr(b'[', last);
    open.is_some() && memchr::memrchr(b']', last) < open
}

/// Whether a text begins with a heading: `=` on both sides of a line, comments behind it aside.
fn is_heading(text: &str) -> bool {
    if !text.starts_with('=') {
        return false;
    }
    let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
    let mut line = part(text, 0, end).trim_end();
    while let Some(before) =
        line.strip_suffix("-->").and_then(|line| line.rfind("<!--").and_then(|at| line.get(..at)))
    {
        line = before.trim_end();
    }
    2 < line.len() && line.ends_with('=')
}

/// How long the paragraph is that a text begins with: up to a blank line or a heading.
fn paragraph_len(text: &str) -> usize {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
    let mut ends = ends.filter(|at| {
        let next = tail(text, at + 1);
        next.starts_with('\n') || is_heading(next)
    });
    ends.next().unwrap_or(text.len())
}
