//! Bold type, which is dropped, and italics, which become quotation marks.

use super::find::{Ahead, literal, section};

pub(super) fn italics(text: &str) -> String {
    if !text.contains("''") && !text.contains("\"\"") {
        return text.to_owned();
    }
    let text = paired(text, "'''''", "'''''", '\n', "");
    let text = paired(&text, "'''", "'''", '\n', "");
    let text = paired(&text, "''\"", "\"''", '"', "\"");
    let text = paired(&text, "''", "''", '\n', "\"");
    let text = paired(&text, "\"\"", "\"\"", '"', "\"");
    text.replace("'''", "").replace("''", "\"")
}

/// Puts another mark for two that belong together, where a sign does not stand between them.
fn paired(text: &str, open: &str, close: &str, without: char, with: &str) -> String {
    let find_open = literal(text, open);
    let find_close = literal(text, close);
    let end = Ahead::new(|from| find_close(from).map(|(at, _)| at));
    let (mut out, mut done, mut from) = (String::with_capacity(text.len()), 0, 0);
    while let Some((start, inside)) = find_open(from) {
        let Some(end) = end.next(inside) else { break };
        let content = section(text, inside, end);
        if content.contains(without) {
            from = start + 1;
            continue;
        }
        for part in [section(text, done, start), with, content, with] {
            out.push_str(part);
        }
        (done, from) = (end + close.len(), end + close.len());
    }
    out + section(text, done, text.len())
}
