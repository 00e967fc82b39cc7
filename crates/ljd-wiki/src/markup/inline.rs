//! What stands in a line: quotes, elements, references, addresses and switches.

use super::quotes::{self, Run};
use super::script::{Script, script};
use super::tags::{Element, Tag, element};
use super::{Options, len_before, marks, part, table, tail, take_from};
use crate::entities::named;

/// A line that is being read.
pub(super) struct Inline<'o> {
    options: &'o Options<'o>,
    /// The text so far.
    pub(super) out: String,
    /// Headings in elements: level, and where they start and end in the text.
    pub(super) headings: Vec<(u8, usize, usize)>,
    /// A heading that the line does not end.
    pub(super) open_heading: Option<(u8, usize)>,
    /// Where raised or lowered text starts.
    scripts: Vec<(Script, usize)>,
    /// Where a reading or its bracket starts.
    reading: Option<(Element, usize)>,
    /// The element that is not shown, how often it is open, and where it starts.
    hidden: Option<(String, usize, usize)>,
    /// Where the bracket stands that ends the address whose text is read.
    address_end: Option<usize>,
    /// Whether `]` was looked for in vain.
    has_no_bracket: bool,
    /// How many `[` and `{` are open as text.
    n_brackets: usize,
    n_braces: usize,
    /// How many `]` belong to a link whose beginning was left out.
    n_left_out: usize,
}

impl<'o> Inline<'o> {
    /// A line; `heading` is the level of a heading in an element that an earlier line began.
    pub(super) fn new(options: &'o Options<'o>, heading: Option<u8>) -> Self {
        Self {
            options,
            out: String::new(),
            headings: Vec::new(),
            open_heading: heading.map(|level| (level, 0)),
            scripts: Vec::new(),
            reading: None,
            hidden: None,
            address_end: None,
            has_no_bracket: false,
            n_brackets: 0,
            n_braces: 0,
            n_left_out: 0,
        }
    }

    pub(super) fn read(&mut self, line: &str) {
        self.out.reserve(line.len());
        let mut runs = runs(line);
        if !runs.is_empty() {
            quotes::resolve(line, &mut runs);
        }
        let mut runs = runs.into_iter().peekable();
        let mut at = 0;
        while at < line.len() {
            let rest = tail(line, at);
            let mark = len_before(rest, &MARKS);
            self.out.push_str(part(rest, 0, mark));
            at += mark;
            let rest = tail(rest, mark);
            at += match rest.as_bytes().first() {
                Some(b'\'') => match runs.next_if(|run| run.at == at) {
                    Some(run) => {
                        self.out.extend(std::iter::repeat_n('\'', run.n_text));
                        run.len
                    }
                    None => self.take(rest),
                },
                Some(b'<') => self.tag(rest),
                Some(b'&') => self.reference(rest),
                Some(b'[') => self.bracket(rest, at),
                Some(b']') => self.closing_bracket(rest, at),
                Some(b'{') => self.brace(rest),
                Some(b'}') => self.closing_brace(rest),
                Some(b'_') => self.switch(rest),
                Some(1) => self.protected(rest),
                Some(_) => 1,
                None => 0,
            };
        }
    }

    /// Takes an ASCII character as it is.
    fn take(&mut self, rest: &str) -> usize {
        self.out.push_str(part(rest, 0, 1));
        1
    }

    fn protected(&mut self, rest: &str) -> usize {
        let len = rest.find(marks::SHUT).unwrap_or(rest.len());
        for c in part(rest, 1, len).chars() {
            self.out.push(if c == marks::LINE { '\n' } else { c });
        }
        len + 1
    }

    fn reference(&mut self, rest: &str) -> usize {
        let Some((text, after)) = reference(rest) else { return self.take(rest) };
        // Spaces of every kind but the full-width one are a space; a soft hyphen is none.
        match text.as_str() {
            // What keeps a full stop on the line is no space.
            "\u{a0}" if after.starts_with(['。', '、', '，', '）', '」']) => {}
            "\u{a0}" | "\u{2009}" | "\u{202f}" => self.out.push(' '),
            "\u{ad}" | "\u{200b}" => {}
            _ => self.out.push_str(&text),
        }
        rest.len() - after.len()
    }

    /// An address with its text, or a bracket.
    fn bracket(&mut self, rest: &str, at: usize) -> usize {
        let inside = tail(rest, 1);
        if self.address_end.is_none() && has_protocol(inside) && !self.has_no_bracket {
            let url = url_len(inside);
            match closing_bracket(tail(inside, url)) {
                Some(len) if protocol_len(inside) < url => {
                    let text = part(inside, url, url + len);
                    let shown = text.trim_start_matches([' ', '\u{3000}', '\u{a0}', '\t']);
                    if shown.is_empty() {
                        self.out.push(marks::DROPPED);
                        return 1 + url + len + 1;
                    }
                    self.address_end = Some(at + 1 + url + len);
                    return 1 + url + text.len() - shown.len();
                }
                Some(_) => {}
                None => self.has_no_bracket = true,
            }
        }
        if rest.starts_with("[[") && !self.options.broken_marks && !has_protocol(tail(rest, 2)) {
            self.n_left_out += 2;
            return 2 + broken_target_len(tail(rest, 2));
        }
        self.n_brackets += 1;
        self.take(rest)
    }

    fn closing_bracket(&mut self, rest: &str, at: usize) -> usize {
        if self.address_end == Some(at) {
            self.address_end = None;
            return 1;
        }
        if 0 < self.n_brackets {
            self.n_brackets -= 1;
        } else if 0 < self.n_left_out {
            self.n_left_out -= 1;
            return 1;
        } else if !self.options.broken_marks && (rest.starts_with("]]") || self.out.ends_with(']'))
        {
            return if rest.starts_with("]]") { 2 } else { 1 };
        }
        self.take(rest)
    }

    fn brace(&mut self, rest: &str) -> usize {
        if rest.starts_with("{{") && !self.options.broken_marks {
            return 2;
        }
        self.n_braces += 1;
        self.take(rest)
    }

    fn closing_brace(&mut self, rest: &str) -> usize {
        if 0 < self.n_braces {
            self.n_braces -= 1;
        } else if rest.starts_with("}}") && !self.options.broken_marks {
            return 2;
        }
        self.take(rest)
    }

    fn switch(&mut self, rest: &str) -> usize {
        /// In bytes; no switch has a longer name.
        const LONGEST: usize = 40;
        let inside = rest.strip_prefix("__").unwrap_or_default();
        let end = inside.as_bytes().iter().take(LONGEST).position(|byte| *byte == b'_');
        let name = end.and_then(|end| inside.get(..end)).unwrap_or_default();
        if !name.is_empty() && tail(inside, name.len()).starts_with("__") && is_switch(name) {
            self.out.push(marks::DROPPED);
            return name.len() + 4;
        }
        // All underscores at once: a long row of them is looked at once.
        let len = rest.bytes().take_while(|byte| *byte == b'_').count();
        if len < 4 {
            return self.take(rest);
        }
        self.out.push_str(part(rest, 0, len - 2));
        len - 2
    }

    fn tag(&mut self, rest: &str) -> usize {
        let found = Tag::parse(rest).and_then(|tag| Some((element(tag.name)?, tag)));
        let Some((element, tag)) = found else { return self.take(rest) };
        self.hide(&tag);
        match element {
            Element::Inline => {
                let name = tag.name;
                if tag.is_end && name.eq_ignore_ascii_case("ruby")
                    || name.eq_ignore_ascii_case("rb")
                {
                    self.end_reading();
                }
            }
            Element::Void => {}
            Element::Break | Element::Block | Element::Table => self.out.push('\n'),
            Element::Heading(level) if tag.is_end => {
                // An end without a beginning is nothing; that of another level is an end all the same.
                if let Some((_, start)) = self.open_heading.take() {
                    self.headings.push((level, start, self.out.len()));
                }
            }
            Element::Heading(level) => self.open_heading = Some((level, self.out.len())),
            Element::Superscript => self.script(Script::Raised, &tag),
            Element::Subscript => self.script(Script::Lowered, &tag),
            Element::Reading | Element::ReadingBracket => {
                self.end_reading();
                if !tag.is_end {
                    self.reading = Some((element, self.out.len()));
                }
            }
        }
        tag.len
    }

    /// Raised or lowered text. What is long is no number, and stays as it is.
    fn script(&mut self, kind: Script, tag: &Tag<'_>) {
        /// In bytes.
        const LONGEST: usize = 64;
        if !tag.is_end {
            self.scripts.push((kind, self.out.len()));
        } else if let Some((_, start)) = self.scripts.pop_if(|(open, _)| *open == kind)
            && self.out.len() <= start + LONGEST
        {
            let content = take_from(&mut self.out, start);
            let dropped: String = content.chars().filter(|c| *c == marks::DROPPED).collect();
            let content = content.replace(marks::DROPPED, "");
            self.out.push_str(&script(&content, kind));
            self.out.push_str(&dropped);
        }
    }

    /// A reading stands in brackets behind the characters.
    fn end_reading(&mut self) {
        let Some((element, start)) = self.reading.take() else { return };
        let content = take_from(&mut self.out, start);
        let content = content.trim_matches([' ', marks::DROPPED]);
        if element == Element::Reading && !content.is_empty() {
            self.out.push('（');
            self.out.push_str(content);
            self.out.push('）');
        }
    }

    /// Leaves out what a style hides.
    fn hide(&mut self, tag: &Tag<'_>) {
        match &mut self.hidden {
            None if !tag.is_end && !tag.is_empty && is_hidden(tag.attributes) => {
                self.hidden = Some((tag.name.to_owned(), 1, self.out.len()));
            }
            Some((name, depth, _)) if name.eq_ignore_ascii_case(tag.name) && !tag.is_empty => {
                *depth = if tag.is_end { *depth - 1 } else { *depth + 1 };
            }
            _ => {}
        }
        if let Some((_, _, start)) = self.hidden.take_if(|(_, depth, _)| *depth == 0) {
            self.out.truncate(start);
            self.out.push(marks::DROPPED);
        }
    }
}

fn is_hidden(attributes: &str) -> bool {
    attributes.contains("display")
        && attributes.replace(' ', "").to_lowercase().contains("display:none")
}

/// Bytes that may mean something in a line.
const MARKS: [bool; 256] = table(b"'<&[]{}_\x01\x02\x04");

/// Bytes that may mean something in the text of a link.
const LINK_MARKS: [bool; 256] = table(b"'[]:=\x01");

/// Bytes that may mean something in the target of a link.
const TARGET_MARKS: [bool; 256] = table(b"'[]<:=");

/// Whether a line is nothing but text.
pub(super) fn is_plain(line: &str) -> bool {
    len_before(line, &MARKS) == line.len()
}

/// The runs of apostrophes in a line, those in tags and in protected text aside.
fn runs(line: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut apostrophes = memchr::memchr_iter(b'\'', line.as_bytes());
    if !apostrophes.any(|at| line.as_bytes().get(at + 1) == Some(&b'\'')) {
        return runs;
    }
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'\'', b'<', 1, tail(line, at).as_bytes()) {
        at += found;
        let rest = tail(line, at);
        at += match rest.as_bytes().first() {
            Some(b'<') => {
                Tag::parse(rest).filter(|tag| element(tag.name).is_some()).map_or(1, |tag| tag.len)
            }
            Some(1) => rest.find(marks::SHUT).unwrap_or(rest.len()),
            _ => {
                let len = rest.bytes().take_while(|byte| *byte == b'\'').count();
                if 2 <= len {
                    runs.push(Run { at, len, n_text: 0 });
                }
                len
            }
        };
    }
    runs
}

/// Whether the text or target of a link stands as it is, and is not blank.
pub(super) fn is_plain_link(text: &str) -> bool {
    /// Those of [`LINK_MARKS`] and of [`TARGET_MARKS`].
    const MARKS: [bool; 256] = table(b"'[]<:=\x01");
    !text.is_empty()
        && !text.starts_with(|c: char| begins_block(c) || c.is_whitespace())
        && len_before(text, &MARKS) == text.len()
}

/// The text of a link, in which brackets, quotes, colons and equals signs mean nothing to what is around it.
pub(super) fn link_text(text: &str, out: &mut String) {
    guard_start(text, out);
    if len_before(text, &LINK_MARKS) == text.len() {
        out.push_str(text);
        return;
    }
    let mut runs = runs(text);
    quotes::resolve(text, &mut runs);
    let mut runs = runs.into_iter().peekable();
    let mut at = 0;
    while at < text.len() {
        let rest = tail(text, at);
        let len = len_before(rest, &LINK_MARKS);
        out.push_str(part(rest, 0, len));
        at += len;
        let rest = tail(rest, len);
        at += match rest.as_bytes().first() {
            Some(b'\'') => {
                let run = runs.next_if(|run| run.at == at).unwrap_or(Run { at, len: 1, n_text: 1 });
                if 0 < run.n_text {
                    marks::protect(&"'".repeat(run.n_text), out);
                }
                run.len
            }
            Some(1) => {
                let len = rest.find(marks::SHUT).map_or(rest.len(), |at| at + 1);
                out.push_str(part(rest, 0, len));
                len
            }
            Some(_) => {
                marks::protect(part(rest, 0, 1), out);
                1
            }
            None => 0,
        };
    }
}

/// The target of a link as its text.
pub(super) fn link_target(target: &str, out: &mut String) {
    guard_start(target, out);
    if len_before(target, &TARGET_MARKS) < target.len() {
        marks::protect(&without_references(target), out);
    } else {
        out.push_str(target);
    }
}

/// What a line begins with must not look like a list or a heading because a link is gone.
fn guard_start(text: &str, out: &mut String) {
    if text.starts_with(begins_block) {
        marks::protect("", out);
    }
}

/// Whether a line that begins so may be no text.
pub(super) fn begins_block(c: char) -> bool {
    matches!(c, '*' | '#' | ':' | ';' | '=' | '-' | '|' | '!' | '{' | ' ')
}

/// How far the target of a link without its end goes, with the bar behind it; 0 where it has no text.
fn broken_target_len(inside: &str) -> usize {
    /// In bytes, as long as a title may be.
    const LONGEST: usize = 255;
    let window = inside.as_bytes().get(..LONGEST).unwrap_or(inside.as_bytes());
    let is_end = |byte: &u8| matches!(*byte, b'|' | b'[' | b']' | b'{' | b'}' | b'<' | b'>');
    match window.iter().position(is_end) {
        Some(at) if window.get(at) == Some(&b'|') => at + 1,
        _ => 0,
    }
}

/// Where the bracket stands that ends the text of an address.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = tail(text, at);
        let found = memchr::memchr2(b']', 1, rest.as_bytes())?;
        at += found;
        if tail(text, at).starts_with(']') {
            return Some(at);
        }
        at += tail(text, at).find(marks::SHUT)?;
    }
}

/// What addresses begin with.
const PROTOCOLS: [&str; 24] = [
    "http://",
    "https://",
    "//",
    "ftp://",
    "ftps://",
    "ssh://",
    "sftp://",
    "irc://",
    "ircs://",
    "xmpp:",
    "sip:",
    "sips:",
    "gopher://",
    "telnet://",
    "nntp://",
    "worldwind://",
    "mailto:",
    "tel:",
    "sms:",
    "news:",
    "svn://",
    "git://",
    "mms://",
    "magnet:",
];

fn protocol_len(text: &str) -> usize {
    // The longest is `worldwind:`; what has no colon so soon is none.
    let start = text.as_bytes().get(..11).unwrap_or(text.as_bytes());
    if !start.contains(&b':') && !start.starts_with(b"//") {
        return 0;
    }
    let starts = |protocol: &&str| {
        text.get(..protocol.len()).is_some_and(|start| start.eq_ignore_ascii_case(protocol))
    };
    PROTOCOLS.into_iter().find(starts).map_or(0, str::len)
}

/// Whether a text begins with what addresses begin with.
pub(super) fn has_protocol(text: &str) -> bool {
    0 < protocol_len(text)
}

/// How long the address is that a text begins with.
fn url_len(text: &str) -> usize {
    let start = protocol_len(text);
    let rest = tail(text, start);
    // An address of IPv6 stands in brackets.
    let host = match rest.strip_prefix('[') {
        Some(host) => {
            let len = host
                .bytes()
                .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
                .count();
            if tail(host, len).starts_with(']') { len + 2 } else { 0 }
        }
        None => 0,
    };
    let is_end = |c: char| {
        matches!(c, '[' | ']' | '<' | '>' | '"' | '\u{a0}' | '\u{3000}' | '\u{7f}')
            || c <= ' ' && c != marks::DROPPED
    };
    let from = start + host;
    from + tail(text, from).find(is_end).unwrap_or(tail(text, from).len())
}

/// The two halves of `term: definition`. A colon in an element or an address is none.
pub(super) fn definition(item: &str) -> Option<(&str, &str)> {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(found) = memchr::memchr3(b':', b'<', 1, tail(item, at).as_bytes()) {
        at += found;
        let rest = tail(item, at);
        at += match rest.as_bytes().first() {
            Some(b'<') => match Tag::parse(rest).filter(|tag| element(tag.name).is_some()) {
                Some(tag) => {
                    depth = match (
                        tag.is_end,
                        tag.is_empty
                            || matches!(element(tag.name), Some(Element::Break | Element::Void)),
                    ) {
                        (_, true) => depth,
                        (true, _) => depth.saturating_sub(1),
                        (false, _) => depth + 1,
                    };
                    tag.len
                }
                None => 1,
            },
            Some(1) => rest.find(marks::SHUT).unwrap_or(rest.len()),
            _ if depth == 0 && !is_in_address(item, at) => {
                return Some((part(item, 0, at), tail(item, at + 1)));
            }
            _ => 1,
        };
    }
    None
}

/// Whether the colon at that place belongs to what an address begins with.
fn is_in_address(text: &str, at: usize) -> bool {
    let before = part(text, 0, at);
    let word =
        before.len() - before.bytes().rev().take_while(u8::is_ascii_alphabetic).take(12).count();
    let address = tail(text, word);
    let len = protocol_len(address);
    0 < len && at < word + len && len < url_len(address)
}

/// Whether a word between double underscores is a switch, such as `NOTOC`, in any case.
fn is_switch(name: &str) -> bool {
    const SWITCHES: [&str; 19] = [
        "NOTOC",
        "FORCETOC",
        "TOC",
        "NOGALLERY",
        "NOEDITSECTION",
        "NOTITLECONVERT",
        "NOCONTENTCONVERT",
        "NOTC",
        "NOCC",
        "NEWSECTIONLINK",
        "NONEWSECTIONLINK",
        "HIDDENCAT",
        "EXPECTUNUSEDCATEGORY",
        "INDEX",
        "NOINDEX",
        "STATICREDIRECT",
        "DISAMBIG",
        "START",
        "END",
    ];
    const JAPANESE: [&str; 9] = [
        "目次非表示",
        "目次強制",
        "目次",
        "ギャラリー非表示",
        "節編集非表示",
        "新しい節リンク",
        "カテゴリ非表示",
        "曖昧さ回避",
        "インデックス拒否",
    ];
    SWITCHES.iter().any(|known| known.eq_ignore_ascii_case(name)) || JAPANESE.contains(&name)
}

/// A text with its character references resolved.
pub(super) fn without_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(part(rest, 0, at));
        rest = tail(rest, at);
        if let Some((character, after)) = reference(rest) {
            out.push_str(&character);
            rest = after;
        } else {
            out.push('&');
            rest = tail(rest, 1);
        }
    }
    out.push_str(rest);
    out
}

/// The character that a reference stands for, and what follows.
pub(super) fn reference(text: &str) -> Option<(String, &str)> {
    /// The longest name of HTML 5 has 31 letters.
    const LONGEST: usize = 33;
    let inside = text.strip_prefix('&')?;
    let end = inside.as_bytes().iter().take(LONGEST).position(|byte| *byte == b';')?;
    let (name, rest) = (inside.get(..end)?, inside.get(end + 1..)?);
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?.to_string()
        }
        None => named(name)?.to_owned(),
    };
    Some((character, rest))
}
