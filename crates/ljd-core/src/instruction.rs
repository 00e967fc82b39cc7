//! What a model is asked to do: a wording whose slots are filled.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// What a model is asked to do: a text of the corpus's own, or the first wording of a list with its slots filled.
///
/// It reads as its text. What fills the slots stays beside it, so that another wording of the list can be filled
/// with it.
///
/// ```
/// use ljd_core::{Instruction, Template};
///
/// const MEANING: Template<'static> = Template::new("definition", "「{word}」の意味を教えてください。");
///
/// let instruction = MEANING.fill([("word", "雨".into())]);
/// assert_eq!(&*instruction, "「雨」の意味を教えてください。");
/// assert_eq!(instruction.slot("word"), Some("雨"));
/// assert_eq!(Instruction::from("雨とは何ですか。").list(), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instruction<'a> {
    text: Cow<'a, str>,
    template: Option<Template<'a>>,
    slots: Slots<'a>,
}

/// What slots are filled with, by their names.
pub type Slots<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// The first wording of a list of wordings: what a corpus asks where a recipe words nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template<'a> {
    /// The name of the list in the corpus's [`phrasings`](crate::Corpus::phrasings).
    pub list: &'a str,
    /// The wording, with slots as `{word}`.
    pub text: &'a str,
}

impl<'a> Template<'a> {
    /// The first wording of a list.
    pub const fn new(list: &'a str, text: &'a str) -> Self {
        Self { list, text }
    }

    /// The instruction with these slots. Slots that the template does not name are for other wordings of the list,
    /// for answers and for conditions.
    pub fn fill(self, slots: impl Into<Slots<'a>>) -> Instruction<'a> {
        let mut filled =
            Instruction { text: self.text.into(), template: Some(self), slots: slots.into() };
        filled.refill();
        filled
    }
}

impl<'a> From<Template<'a>> for Instruction<'a> {
    fn from(template: Template<'a>) -> Self {
        template.fill([])
    }
}

impl<'a> From<Cow<'a, str>> for Instruction<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self { text, template: None, slots: Vec::new() }
    }
}

impl<'a> From<&'a str> for Instruction<'a> {
    fn from(text: &'a str) -> Self {
        Cow::Borrowed(text).into()
    }
}

impl From<String> for Instruction<'_> {
    fn from(text: String) -> Self {
        Cow::<str>::Owned(text).into()
    }
}

impl Instruction<'_> {
    /// The name of the list of wordings; `None` where the text is the corpus's own.
    pub fn list(&self) -> Option<&str> {
        self.template.map(|template| template.list)
    }

    /// The wording that is filled; `None` where the text is the corpus's own.
    pub fn template(&self) -> Option<&str> {
        self.template.map(|template| template.text)
    }

    /// What a slot is filled with, if the corpus fills it.
    pub fn slot(&self, name: &str) -> Option<&str> {
        self.slots.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_ref())
    }

    /// The slots that the corpus fills.
    pub fn slots(&self) -> impl Iterator<Item = (&str, &str)> {
        self.slots.iter().map(|(name, text)| (*name, text.as_ref()))
    }

    /// Changes what the corpus wrote: the slots, or the whole text where it is the corpus's own. `change` gives `None`
    /// for a text that it leaves as it is.
    pub fn change(&mut self, change: impl Fn(&str) -> Option<String>) -> bool {
        if self.template.is_none() {
            return change_text(&mut self.text, &change);
        }
        let mut is_changed = false;
        for (_, text) in &mut self.slots {
            is_changed |= change_text(text, &change);
        }
        if is_changed {
            self.refill();
        }
        is_changed
    }

    /// Writes another text in its place, as a wording does.
    pub(crate) fn reword(&mut self, text: String) {
        self.text = Cow::Owned(text);
    }

    fn refill(&mut self) {
        let Some(Template { text, .. }) =
            self.template.filter(|template| template.text.contains('{'))
        else {
            return;
        };
        self.text = Cow::Owned(fill(text, |name| self.slot(name)));
    }
}

fn change_text(text: &mut Cow<'_, str>, change: impl Fn(&str) -> Option<String>) -> bool {
    let changed = change(text);
    let is_changed = changed.is_some();
    if let Some(changed) = changed {
        *text = Cow::Owned(changed);
    }
    is_changed
}

/// The template with its slots filled. What is in braces and names no slot stays as it is.
fn fill<'s>(template: &'s str, slot: impl Fn(&str) -> Option<&'s str>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut pieces = template.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once('}').and_then(|(name, after)| Some([slot(name)?, after])) {
            Some(texts) => filled.extend(texts),
            None => filled.extend(["{", piece]),
        }
    }
    filled
}

impl Deref for Instruction<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Instruction<'_> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl PartialEq<str> for Instruction<'_> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Instruction<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl fmt::Display for Instruction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENING: Template<'static> = Template::new("opening", "{author}の『{title}』の冒頭");

    #[test]
    fn slots_are_filled_wherever_they_stand() {
        let slots = || [("title", "雨の『橋』".into()), ("author", "{title}".into())];
        assert_eq!(OPENING.fill(slots()), "{title}の『雨の『橋』』の冒頭");
        let twice = Template::new("twice", "{author}と{author}、{}、{だれか}{");
        assert_eq!(twice.fill(slots()), "{title}と{title}、{}、{だれか}{");
        assert_eq!(Instruction::from(Template::new("plain", "訳せ。")), "訳せ。");
    }

    #[test]
    fn a_template_without_slots_is_not_copied() {
        let instruction = Template::new("plain", "訳せ。").fill([("letter", "A".into())]);
        assert!(matches!(instruction.text, Cow::Borrowed("訳せ。")));
        assert_eq!(instruction.slot("letter"), Some("A"));
    }

    #[test]
    fn a_change_is_one_of_what_the_corpus_wrote() {
        let without_e = |text: &str| text.contains('e').then(|| text.replace('e', ""));
        let template = Template::new("list", "the {word}");
        let mut filled = template.fill([("word", "bee".into())]);
        assert!(filled.change(without_e));
        assert_eq!(filled, "the b");
        assert_eq!(filled.slot("word"), Some("b"));
        assert!(!filled.change(without_e));
        let mut own = Instruction::from("the bee");
        assert!(own.change(without_e));
        assert_eq!(own, "th b");
    }
}
