//! The second step: lines. Headings begin sections; tables are dropped; paragraphs and list items are lines.

use super::inline::Inline;
use super::mend::{is_japanese, mend};
use super::{Options, Section, between, has_gap, marks, part, tail};

pub(super) struct Blocks<'w> {
    options: &'w Options<'w>,
    done: Vec<Section>,
    section: Section,
    table: Table,
    /// What the line before was.
    before: Before,
    /// Whether the line that is read follows one of the same paragraph.
    follows: bool,
    /// A heading in `<h2>` that goes on in the next line.
    heading: Option<(u8, String)>,
    is_finished: bool,
    /// Whether all sections are one.
    is_one: bool,
}

/// What a line was that the next one may go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A paragraph's.
    Paragraph,
    /// What is left of a table that a template began.
    Debris,
    Other,
}

/// The table that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    None,
    /// So many, each in the other.
    Closed(usize),
    /// One that has no end; whether a blank line has been passed.
    Unclosed(bool),
}

/// All sections as one text, without their headings.
pub(super) fn text(text: &str, options: &Options<'_>) -> String {
    let mut blocks = Blocks { is_one: true, ..Blocks::new(options) };
    blocks.section.text.reserve(text.len());
    blocks.read(text);
    blocks.finish().pop().map(|section| section.text).unwrap_or_default()
}

impl<'w> Blocks<'w> {
    pub(super) fn new(options: &'w Options<'w>) -> Self {
        Self {
            options,
            done: Vec::new(),
            section: Section::default(),
            table: Table::None,
            before: Before::Other,
            follows: false,
            heading: None,
            is_finished: false,
            is_one: false,
        }
    }

    pub(super) fn read(&mut self, text: &str) {
        let mut tables = tables(text).into_iter();
        for line in between(text, b'\n') {
            if self.is_finished {
                return;
            }
            self.line(line, &mut tables);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Section> {
        self.give_up_heading();
        self.done.push(self.section);
        self.done
    }

    fn line(&mut self, line: &str, tables: &mut impl Iterator<Item = bool>) {
        let bare = line.trim_start_matches([' ', '\t', '\r', marks::DROPPED]);
        if opens_table(bare) {
            if self.before == Before::Paragraph {
                self.before = Before::Other;
            }
            let is_closed = tables.next().unwrap_or_default();
            self.table = match self.table {
                Table::None if !is_closed => Table::Unclosed(false),
                Table::None => Table::Closed(1),
                Table::Closed(depth) if is_closed => Table::Closed(depth + 1),
                table => table,
            };
            return;
        }
        let line = match self.table {
            Table::None => line,
            Table::Closed(depth) => {
                let Some(after) = bare.strip_prefix("|}") else { return };
                self.table = if depth == 1 { Table::None } else { Table::Closed(depth - 1) };
                if 1 < depth {
                    return;
                }
                after
            }
            Table::Unclosed(is_passed) => {
                let is_row = bare.starts_with(['|', '!']);
                if heading(line).is_none() && (!is_passed || is_row || bare.is_empty()) {
                    self.table = Table::Unclosed(bare.is_empty() || is_passed && !is_row);
                    return;
                }
                self.table = Table::None;
                line
            }
        };
        self.text_line(line, bare);
    }

    fn text_line(&mut self, line: &str, bare: &str) {
        if let Some((level, title)) = heading(line) {
            self.give_up_heading();
            self.begin(level, title);
            return;
        }
        if bare.is_empty() {
            self.give_up_heading();
            let is_debris = !line.is_empty() && has_gap(line)
                || line.is_empty() && self.before == Before::Debris;
            self.before = if is_debris { Before::Debris } else { Before::Other };
            return;
        }
        let is_row = ["|-", "|}", "|+"].iter().any(|start| bare.starts_with(start))
            || bare.trim_end() == "|";
        if is_row || self.before == Before::Debris && line.starts_with(['|', '!']) {
            self.before = Before::Debris;
            return;
        }
        let before = std::mem::replace(&mut self.before, Before::Other);
        if line.starts_with("----") {
            self.text(line.trim_start_matches('-'));
            return;
        }
        let item = line.trim_start_matches(['*', '#', ':', ';']);
        let list_marks = part(line, 0, line.len() - item.len());
        let is_first =
            self.section.level == 0 && self.section.text.is_empty() && self.done.is_empty();
        if list_marks.starts_with(':') && self.options.lead_only && is_first {
            // Notes to the reader stand indented above the first paragraph.
            return;
        }
        // A line break in an element stays.
        if list_marks.is_empty() {
            self.follows = before == Before::Paragraph;
            let is_broken = item.trim_end().ends_with('>');
            self.before = if is_broken { Before::Other } else { Before::Paragraph };
        }
        if list_marks.ends_with(';')
            && let Some((term, definition)) = super::inline::definition(item)
        {
            self.text(term);
            self.text(definition);
            return;
        }
        self.text(item);
    }

    fn begin(&mut self, level: u8, title: &str) {
        if self.options.lead_only {
            self.is_finished = true;
            return;
        }
        self.before = Before::Other;
        if self.is_one {
            self.section.level = level;
            return;
        }
        let title = self.inline(title);
        let title = mend(&title).trim().to_owned();
        let section = Section { title, level, text: String::new() };
        self.done.push(std::mem::replace(&mut self.section, section));
    }

    fn inline(&self, line: &str) -> String {
        let mut inline = Inline::new(self.options, None);
        inline.read(line);
        inline.out
    }

    /// A line of text. Headings in elements may stand in it.
    fn text(&mut self, line: &str) {
        if self.heading.is_none() && super::inline::is_plain(line) {
            self.push(line);
            return;
        }
        let pending = self.heading.as_ref().map(|(level, _)| *level);
        let mut inline = Inline::new(self.options, pending);
        inline.read(line);
        let Inline { out, headings, open_heading, .. } = inline;
        let mut from = 0;
        for (level, start, end) in headings {
            self.push(part(&out, from, start));
            let before = self.heading.take().map(|(_, title)| title + " ").unwrap_or_default();
            self.begin(level, &(before + part(&out, start, end)));
            if self.is_finished {
                return;
            }
            from = end;
        }
        let Some((level, start)) = open_heading else {
            self.push(tail(&out, from));
            return;
        };
        self.push(part(&out, from, start));
        let (_, title) = self.heading.get_or_insert_with(|| (level, String::new()));
        title.push(' ');
        title.push_str(tail(&out, start));
    }

    /// A heading without its end is text.
    fn give_up_heading(&mut self) {
        if let Some((_, text)) = self.heading.take() {
            self.push(&text);
        }
    }

    fn push(&mut self, text: &str) {
        let mut follows = std::mem::take(&mut self.follows);
        for line in between(text, b'\n') {
            let is_joined = std::mem::take(&mut follows) && goes_on(&self.section.text, line);
            let mended;
            let line = if has_gap(line) {
                mended = mend(line);
                mended.trim()
            } else {
                line.trim()
            };
            if line.is_empty() {
                continue;
            }
            if !self.section.text.is_empty() && !is_joined {
                self.section.text.push('\n');
            }
            self.section.text.push_str(line);
        }
    }
}

/// Whether a line of a paragraph goes on in the middle of a Japanese sentence: MediaWiki shows both as one line.
fn goes_on(text: &str, line: &str) -> bool {
    let is_unfinished =
        |c: char| matches!(c, '、' | '，' | 'は' | 'が' | 'を' | 'に' | 'で' | 'と' | 'の');
    let begins = |c: char| is_japanese(c) && c != '・';
    text.ends_with(is_unfinished) && line.starts_with(begins)
}

fn opens_table(bare: &str) -> bool {
    let indented = bare.trim_start_matches([':', ' ', '\t']);
    indented.starts_with("{|") && !indented.starts_with("{|}")
}

/// Of each `{|` that a line begins with, whether it has an end.
fn tables(text: &str) -> Vec<bool> {
    let (mut closed, mut open) = (Vec::new(), Vec::new());
    if memchr::memmem::find(text.as_bytes(), b"{|").is_none() {
        return closed;
    }
    for line in between(text, b'\n') {
        let bare = line.trim_start_matches([' ', '\t', '\r', marks::DROPPED]);
        if opens_table(bare) {
            open.push(closed.len());
            closed.push(false);
        } else if bare.starts_with("|}")
            && let Some(is_closed) = open.pop().and_then(|at| closed.get_mut(at))
        {
            *is_closed = true;
        }
    }
    closed
}

/// The level and title of a heading.
fn heading(line: &str) -> Option<(u8, &str)> {
    if !line.starts_with(['=', marks::DROPPED]) {
        return None;
    }
    let line = line.trim_matches([marks::DROPPED, ' ', '\t', '\r']);
    if !line.starts_with('=') || !line.ends_with('=') || line.len() < 3 {
        return None;
    }
    let before = line.len() - line.trim_start_matches('=').len();
    let after = line.len() - line.trim_end_matches('=').len();
    let level = if before == line.len() { (line.len() - 1) / 2 } else { before.min(after) }.min(6);
    Some((u8::try_from(level).unwrap_or(6), part(line, level, line.len() - level)))
}
