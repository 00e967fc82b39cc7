//! Which lines are kept: no lists, no indented ones, no rests of tables, and a heading only before text.

use std::collections::BTreeMap;

use super::find::{is_space, section};

/// The lines that are kept. A heading waits for the first line of text behind it.
pub(super) fn kept(text: &str) -> Vec<String> {
    let (mut lines, mut headings) = (Vec::new(), BTreeMap::new());
    for line in text.split('\n').filter(|line| !line.is_empty()) {
        if let Some((level, title)) = heading(line) {
            headings.retain(|above, _| *above <= level);
            headings.insert(level, with_stop(&title));
        } else if line.starts_with("++") {
            let title = without_plus(line);
            lines.extend((!title.is_empty()).then(|| with_stop(title)));
        } else if is_text(line) {
            lines.extend(std::mem::take(&mut headings).into_values());
            lines.push(line.to_owned());
        }
    }
    lines
}

/// A title with a full stop, so that v0's rule finds where the lead ends.
fn with_stop(title: &str) -> String {
    let has_end = title.is_empty() || title.ends_with(['!', '?']);
    format!("{title}{}", if has_end { "" } else { "." })
}

/// A line without its first and its last two characters.
fn without_plus(line: &str) -> &str {
    let inside = line.strip_prefix("++").unwrap_or_default();
    let end = inside.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    section(inside, 0, end)
}

fn is_text(line: &str) -> bool {
    let is_list = line.starts_with(['*', '#', ';', ':']);
    let is_of_table = line.starts_with(['{', '|']) || line.ends_with('}');
    let is_aside = line.starts_with('(') && line.ends_with(')');
    !is_list && !is_of_table && !is_aside && !line.trim_matches(['.', '-']).is_empty()
}

/// Level and title of a heading: as many `=` as stand on both sides, two at least. What follows is lost.
fn heading(line: &str) -> Option<(usize, String)> {
    let rest = line.trim_start_matches('=');
    let n = line.len() - rest.len();
    // Of the signs at the start some may belong to the title, or be both sides of an empty one.
    let level = n.min(longest_run(rest)).max(n / 2);
    if level < 2 {
        return None;
    }
    let inside = section(line, level, line.len());
    let inside = inside.trim_start_matches(is_space);
    let end = inside.find(&"=".repeat(level))?;
    Some((level, section(inside, 0, end).trim_end_matches(is_space).to_owned()))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '=').map(str::len).max().unwrap_or(0)
}
