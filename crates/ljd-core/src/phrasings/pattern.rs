//! A text with slots.

use crate::UnknownName;

/// A text with slots, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    text: String,
    /// What stands before the first slot.
    start: String,
    slots: Vec<Slot>,
}

/// A slot, and what stands between it and the next one.
#[derive(Debug, Clone)]
struct Slot {
    name: String,
    after: String,
    /// The marks that it stands in, if it does.
    marks: Option<(char, char)>,
}

/// What fills a slot, by its name.
type Filling<'f, 'r> = &'f dyn Fn(&str) -> Option<&'r str>;

impl Pattern {
    /// Takes a text apart; `check` refuses names.
    pub(super) fn parse(
        text: String,
        check: &dyn Fn(&str) -> Result<(), UnknownName>,
    ) -> Result<Self, UnknownName> {
        let mut pieces = text.split('{');
        let start = pieces.next().unwrap_or_default().to_owned();
        let mut before = start.chars().next_back();
        let mut slots = Vec::new();
        for piece in pieces {
            let (name, after) = piece.split_once('}').unwrap_or((piece, ""));
            check(name)?;
            let marks = before.zip(after.chars().next()).filter(|marks| MARKS.contains(marks));
            slots.push(Slot { name: name.to_owned(), after: after.to_owned(), marks });
            before = after.chars().next_back();
        }
        Ok(Self { text, start, slots })
    }

    /// As it is written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it has a slot of that name.
    pub(super) fn names(&self, name: &str) -> bool {
        self.slots.iter().any(|slot| slot.name == name)
    }

    /// Whether there is a text for each slot, and none has the marks in it that the slot stands in.
    pub(super) fn fits(&self, text_of: Filling<'_, '_>) -> bool {
        self.slots.iter().all(|slot| {
            let in_marks =
                |text: &str| slot.marks.is_some_and(|(open, close)| text.contains([open, close]));
            text_of(&slot.name).is_some_and(|text| !in_marks(text))
        })
    }

    /// The text with its slots filled. What stands in marks loses its full stop, unless it is a quotation.
    pub(super) fn fill(&self, is_quoting: bool, text_of: Filling<'_, '_>) -> String {
        let mut filled = self.start.clone();
        for Slot { name, after, marks } in &self.slots {
            let text = text_of(name).unwrap_or_default();
            let is_cut = marks.is_some() && !is_quoting;
            filled.push_str(if is_cut { text.strip_suffix('。').unwrap_or(text) } else { text });
            filled.push_str(after);
        }
        filled
    }

    /// Whether a text may be this one with its slots filled.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some(mut rest) = text.strip_prefix(self.start.as_str()) else { return false };
        let Some((last, slots)) = self.slots.split_last() else { return rest.is_empty() };
        for slot in slots {
            let Some((_, after)) = rest.split_once(slot.after.as_str()) else { return false };
            rest = after;
        }
        rest.ends_with(last.after.as_str())
    }
}

/// Marks in which a slot may stand.
const MARKS: [(char, char); 3] = [('「', '」'), ('『', '』'), ('"', '"')];

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text.to_owned(), &|_| Ok(())).unwrap()
    }

    #[test]
    fn a_text_in_marks_has_none_of_them_and_no_full_stop() {
        let pattern = pattern("「{a}」と『{b}』と{a}");
        let with = |a: &'static str, b: &'static str| {
            move |name: &str| Some(if name == "a" { a } else { b })
        };
        assert!(pattern.fits(&with("雨だ。", "「橋」")));
        assert_eq!(pattern.fill(false, &with("雨だ。", "「橋」")), "「雨だ」と『「橋」』と雨だ。");
        assert_eq!(pattern.fill(true, &with("雨だ。", "橋。")), "「雨だ。」と『橋。』と雨だ。");
        assert!(!pattern.fits(&with("「雨」", "橋")));
        assert!(!pattern.fits(&with("雨」", "橋")));
        assert!(!pattern.fits(&with("雨", "『橋")));
        assert!(!pattern.fits(&|name| (name == "a").then_some("雨")));
    }

    #[test]
    fn an_instruction_is_known_by_what_stands_between_its_slots() {
        let asked = pattern("{a}の『{b}』の冒頭");
        assert!(asked.matches("雨野の『橋』の冒頭"));
        assert!(!asked.matches("雨野の『橋』の結び"));
        assert!(!asked.matches("雨野の「橋」の冒頭"));
        assert!(pattern("訳せ。").matches("訳せ。"));
        assert!(!pattern("訳せ。").matches("訳せ。さあ"));
    }
}
