//! Looking for marks from left to right, each place once.

use std::cell::Cell;

/// A part of a text; empty where the offsets are not within it.
pub(super) fn section(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// What Python takes for part of a word: letters, numbers, `_`.
pub(super) fn is_word(c: char) -> bool {
    // Letters in circles and squares are alphabetic to Unicode, but symbols by category.
    let is_enclosed = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    c == '_' || c.is_alphanumeric() && !is_enclosed
}

/// What Python takes for white space: separators of information too.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// What follows a name at the start of a text, in capitals or not. Python's case-blind patterns take four
/// letters outside of ASCII for the ones within.
pub(super) fn after_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for letter in name.chars() {
        let found = match rest.next()? {
            'ſ' => 's',
            '\u{212a}' => 'k',
            'İ' | 'ı' => 'i',
            c => c.to_ascii_lowercase(),
        };
        if found != letter {
            return None;
        }
    }
    Some(rest.as_str())
}

/// The next place of something, remembered, so that places that lie far ahead are not looked for again from
/// each mark before them.
pub(super) struct Ahead<F> {
    find: F,
    /// From where it was looked for last, and what was found.
    known: Cell<Option<(usize, Option<usize>)>>,
}

impl<F: Fn(usize) -> Option<usize>> Ahead<F> {
    pub(super) fn new(find: F) -> Self {
        Self { find, known: Cell::new(None) }
    }

    /// The first place at or behind `from`.
    pub(super) fn next(&self, from: usize) -> Option<usize> {
        match self.known.get() {
            Some((start, found)) if start <= from && found.is_none_or(|at| from <= at) => found,
            _ => {
                let found = (self.find)(from);
                self.known.set(Some((from, found)));
                found
            }
        }
    }
}

/// Where a byte or another stands next.
pub(super) fn byte_ahead(
    text: &str,
    one: u8,
    other: u8,
) -> Ahead<impl Fn(usize) -> Option<usize> + '_> {
    Ahead::new(move |from| {
        let rest = text.as_bytes().get(from..)?;
        memchr::memchr2(one, other, rest).map(|at| from + at)
    })
}

/// Start and end of a mark.
pub(super) type Span = (usize, usize);

/// Looks for a fixed mark at or behind a place.
pub(super) fn literal<'t>(text: &'t str, mark: &'t str) -> impl Fn(usize) -> Option<Span> + 't {
    let finder = memchr::memmem::Finder::new(mark.as_bytes());
    move |from| {
        let at = from + finder.find(text.as_bytes().get(from..)?)?;
        Some((at, at + mark.len()))
    }
}

/// Drops what stands between marks that open and marks that close, as WikiExtractor pairs them. That is right
/// where they are balanced; where they are not, all from the first one to the last end may go.
pub(super) fn drop_nested(
    text: &str,
    open: impl Fn(usize) -> Option<Span>,
    close: impl Fn(usize) -> Option<Span>,
) -> String {
    without(text, &nested(open, close))
}

fn nested(
    open: impl Fn(usize) -> Option<Span>,
    close: impl Fn(usize) -> Option<Span>,
) -> Vec<Span> {
    let (mut spans, mut depth) = (Vec::new(), 0_usize);
    let Some(mut start) = open(0) else { return spans };
    let (mut next, mut end) = (start, close(start.1));
    while let Some(mut closing) = end {
        let Some(opening) = open(next.1) else {
            while 0 < depth {
                depth -= 1;
                let Some(later) = close(closing.1) else { break };
                closing = later;
            }
            spans.push((start.0, closing.1));
            break;
        };
        next = opening;
        while closing.1 < next.0 {
            if depth == 0 {
                spans.push((start.0, closing.1));
                start = next;
                end = close(next.1);
                break;
            }
            depth -= 1;
            let last = closing.1;
            end = close(last);
            let Some(later) = end else {
                // Unbalanced: from the first span on everything is taken for nested.
                spans = vec![(spans.first().map_or(start.0, |first| first.0), last)];
                break;
            };
            closing = later;
        }
        depth += usize::from(next != start);
    }
    spans
}

/// The text without spans, which are in order.
fn without(text: &str, spans: &[Span]) -> String {
    let (mut out, mut offset) = (String::with_capacity(text.len()), 0);
    for &(start, end) in spans {
        if offset <= start {
            out.push_str(section(text, offset, start));
            offset = end;
        }
    }
    out + section(text, offset, text.len())
}
