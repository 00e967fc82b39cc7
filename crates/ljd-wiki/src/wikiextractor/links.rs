//! Links to other sites and other pages.

use super::find::{Ahead, Span, after_name, byte_ahead, is_space, section};

/// How an address begins.
const PROTOCOLS: [&str; 28] = [
    "bitcoin:",
    "ftp://",
    "ftps://",
    "geo:",
    "git://",
    "gopher://",
    "http://",
    "https://",
    "irc://",
    "ircs://",
    "magnet:",
    "mailto:",
    "mms://",
    "news:",
    "nntp://",
    "redis://",
    "sftp://",
    "sip:",
    "sips:",
    "sms:",
    "ssh://",
    "svn://",
    "tel:",
    "telnet://",
    "urn:",
    "worldwind://",
    "xmpp:",
    "//",
];

/// The label of each `[address label]`, in which an address of a picture counts for nothing.
pub(super) fn external(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A label ends at a bracket; a line end or another control character does not end one but breaks it.
    let bracket = byte_ahead(text, b']', b']');
    let broken = Ahead::new(|from| {
        let rest = text.as_bytes().get(from..)?;
        rest.iter().position(|byte| *byte < b' ' && *byte != b'\t').map(|at| from + at)
    });
    let (mut done, mut from) = (0, 0);
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('[')).map(|at| from + at) {
        from = at + 1;
        let Some(label) = label_start(text, at + 1) else { continue };
        let Some(end) = bracket.next(label) else { break };
        if broken.next(label).is_some_and(|broken| broken < end) {
            continue;
        }
        out.push_str(section(text, done, at));
        let label = section(text, label, end);
        out.push_str(if is_picture(label) { "" } else { label });
        (done, from) = (end + 1, end + 1);
    }
    out + section(text, done, text.len())
}

/// Where the label begins of the address that stands at this place.
fn label_start(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let of_protocol = |protocol| {
        let address = after_name(rest, protocol)?;
        let after = address.trim_start_matches(is_of_address);
        (after.len() < address.len()).then_some(after)
    };
    let after = PROTOCOLS.into_iter().find_map(of_protocol)?;
    Some(text.len() - after.trim_start_matches(is_space).len())
}

fn is_of_address(c: char) -> bool {
    !matches!(c, ']' | '[' | '<' | '>' | '"' | '\0'..=' ' | '\u{7f}') && !is_space(c)
}

/// Whether a label is the address of a picture.
fn is_picture(label: &str) -> bool {
    let address = ["http://", "https://"].iter().find_map(|scheme| after_name(label, scheme));
    let Some((host, name)) = address.and_then(|address| address.rsplit_once('/')) else {
        return false;
    };
    let Some((stem, kind)) = name.rsplit_once('.') else { return false };
    let is_kind = |known: &&str| after_name(kind, known).is_some_and(str::is_empty);
    let is_of_name = |c: char| {
        c.is_ascii_alphanumeric()
            || "_.,~%-+&;#*?!=()@".contains(c)
            || ('\u{80}'..='\u{ff}').contains(&c)
    };
    !host.is_empty()
        && host.chars().all(is_of_address)
        && !stem.is_empty()
        && stem.chars().all(is_of_name)
        && ["gif", "png", "jpg", "jpeg"].iter().any(is_kind)
}

/// The label of each `[[page|label]]`; nothing for one whose prefix is not that of a dictionary.
pub(super) fn internal(text: &str) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for (start, end) in Balanced::new(text) {
        out.push_str(section(text, done, start));
        out.push_str(label(section(text, start + 2, end - 2)));
        done = end;
    }
    out + section(text, done, text.len())
}

/// The outermost `[[…]]`. One that does not end takes all that follows with it.
struct Balanced<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Balanced<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next `[[`, or within one also `]]`, from a place on.
    fn mark(&self, from: usize, depth: usize) -> Option<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        loop {
            at += memchr::memchr2(b'[', b']', bytes.get(at..)?)?;
            match bytes.get(at..at + 2) {
                Some(b"[[") => return Some((at, true)),
                Some(b"]]") if 0 < depth => return Some((at, false)),
                _ => at += 1,
            }
        }
    }
}

impl Iterator for Balanced<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let (mut start, mut depth, mut at) = (None, 0, self.at);
        loop {
            let (mark, opens) = self.mark(at, depth)?;
            at = mark + 2;
            depth = if opens { depth + 1 } else { depth - 1 };
            let first = *start.get_or_insert(mark);
            if depth == 0 {
                self.at = at;
                return Some((first, at));
            }
        }
    }
}

fn label(inner: &str) -> &str {
    let Some(first) = inner.find('|') else { return shown(inner, inner) };
    let (mut bar, mut from) = (first, first + 1);
    // The last bar, but none behind the last link within.
    for (start, end) in Balanced::new(inner) {
        if let Some(at) = section(inner, from, start).rfind('|') {
            bar = from + at;
        }
        from = end;
    }
    let title = section(inner, 0, first).trim_end_matches(is_space);
    shown(title, section(inner, bar + 1, inner.len()).trim_matches(is_space))
}

fn shown<'t>(title: &str, label: &'t str) -> &'t str {
    let is_known = |prefix: &str| ["w", "wiktionary", "wikt"].contains(&prefix);
    let (prefix, is_named) = match title.split_once(':') {
        Some(("", rest)) => match rest.split_once(':') {
            Some((prefix, _)) => (prefix, !prefix.is_empty()),
            None => ("", false),
        },
        Some((prefix, _)) => (prefix, true),
        None => ("", false),
    };
    if is_named && !is_known(prefix) { "" } else { label }
}
