//! Elements: which there are, and how their tags are read.

/// What is done with an element that is no extension's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// Its content is shown where it stands.
    Inline,
    /// Its content is shown on lines of its own.
    Block,
    /// Nothing is shown of it: it has no content.
    Void,
    /// A line ends.
    Break,
    /// A heading of that level.
    Heading(u8),
    /// A table.
    Table,
    /// Superscript.
    Superscript,
    /// Subscript.
    Subscript,
    /// The reading above characters.
    Reading,
    /// Brackets around a reading, for those who do not see it above.
    ReadingBracket,
}

/// The elements that MediaWiki knows, sorted by name.
const ELEMENTS: [(&str, Element); 68] = [
    ("abbr", Element::Inline),
    ("b", Element::Inline),
    ("bdi", Element::Inline),
    ("bdo", Element::Inline),
    ("big", Element::Inline),
    ("blockquote", Element::Block),
    ("br", Element::Break),
    ("caption", Element::Block),
    ("center", Element::Block),
    ("cite", Element::Inline),
    ("code", Element::Inline),
    ("data", Element::Inline),
    ("dd", Element::Block),
    ("del", Element::Inline),
    ("dfn", Element::Inline),
    ("div", Element::Block),
    ("dl", Element::Block),
    ("dt", Element::Block),
    ("em", Element::Inline),
    ("font", Element::Inline),
    ("h1", Element::Heading(1)),
    ("h2", Element::Heading(2)),
    ("h3", Element::Heading(3)),
    ("h4", Element::Heading(4)),
    ("h5", Element::Heading(5)),
    ("h6", Element::Heading(6)),
    ("hr", Element::Break),
    ("i", Element::Inline),
    ("ins", Element::Inline),
    ("kbd", Element::Inline),
    ("langconvert", Element::Inline),
    ("li", Element::Block),
    ("link", Element::Void),
    ("mark", Element::Inline),
    ("meta", Element::Void),
    ("nobr", Element::Inline),
    ("ol", Element::Block),
    ("p", Element::Block),
    ("phonos", Element::Inline),
    ("poem", Element::Block),
    ("q", Element::Inline),
    ("rb", Element::Inline),
    ("rbc", Element::Inline),
    ("rp", Element::ReadingBracket),
    ("rt", Element::Reading),
    ("rtc", Element::Inline),
    ("ruby", Element::Inline),
    ("s", Element::Inline),
    ("samp", Element::Inline),
    ("small", Element::Inline),
    ("span", Element::Inline),
    ("strike", Element::Inline),
    ("strong", Element::Inline),
    ("sub", Element::Subscript),
    ("sup", Element::Superscript),
    ("table", Element::Table),
    ("tbody", Element::Block),
    ("td", Element::Block),
    ("th", Element::Block),
    ("thead", Element::Block),
    ("time", Element::Inline),
    ("tr", Element::Block),
    ("translate", Element::Inline),
    ("tt", Element::Inline),
    ("u", Element::Inline),
    ("ul", Element::Block),
    ("var", Element::Inline),
    ("wbr", Element::Void),
];

/// What an element of that name does; `None` where it is none and its tag is text.
pub(super) fn element(name: &str) -> Option<Element> {
    let found = ELEMENTS.binary_search_by(|(known, _)| compare(known, name)).ok()?;
    ELEMENTS.get(found).map(|(_, element)| *element)
}

/// What an extension shows of its content, which the preprocessor takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extension {
    /// As it is.
    Verbatim,
    /// As it is, but lines stay lines and `<nowiki>` has no meaning in it.
    Preformatted,
    /// A formula: TeX between `$`.
    Formula,
    /// A chemical formula.
    Chemical,
    /// Nothing: notes, pictures and what is for programs.
    Nothing,
    /// Nothing, although it has text.
    Lost,
}

const EXTENSIONS: [(&str, Extension); 28] = [
    ("categorytree", Extension::Nothing),
    ("ce", Extension::Chemical),
    ("charinsert", Extension::Nothing),
    ("chem", Extension::Chemical),
    ("gallery", Extension::Nothing),
    ("graph", Extension::Nothing),
    ("hiero", Extension::Nothing),
    ("imagemap", Extension::Nothing),
    ("indicator", Extension::Nothing),
    ("inputbox", Extension::Nothing),
    ("mapframe", Extension::Nothing),
    ("maplink", Extension::Nothing),
    ("math", Extension::Formula),
    ("nowiki", Extension::Verbatim),
    ("pre", Extension::Preformatted),
    ("ref", Extension::Nothing),
    ("references", Extension::Nothing),
    ("score", Extension::Nothing),
    ("section", Extension::Nothing),
    ("source", Extension::Lost),
    ("style", Extension::Nothing),
    ("syntaxhighlight", Extension::Lost),
    ("templatedata", Extension::Nothing),
    ("templatestyles", Extension::Nothing),
    ("timeline", Extension::Nothing),
    ("title", Extension::Nothing),
    ("video", Extension::Nothing),
    ("wikilove", Extension::Nothing),
];

/// In letters; no extension has a longer name.
const LONGEST_NAME: usize = 15;

/// The extension of that name, with the name in lower case.
pub(super) fn extension(name: &str) -> Option<(&'static str, Extension)> {
    let found = EXTENSIONS.binary_search_by(|(known, _)| compare(known, name)).ok()?;
    EXTENSIONS.get(found).copied()
}

/// Whether a text begins with the tag of an extension, as far as its name tells.
pub(super) fn begins_extension(text: &str) -> bool {
    let name = text.strip_prefix('<').unwrap_or_default();
    let name = name.strip_prefix('/').unwrap_or(name);
    let len = name.bytes().take_while(u8::is_ascii_alphabetic).take(LONGEST_NAME + 1).count();
    extension(name.get(..len).unwrap_or_default()).is_some()
}

/// Compares a known name to one in any case.
fn compare(known: &str, name: &str) -> std::cmp::Ordering {
    known.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// A tag.
#[derive(Debug)]
pub(super) struct Tag<'t> {
    pub(super) name: &'t str,
    pub(super) attributes: &'t str,
    pub(super) is_end: bool,
    /// Whether it has neither content nor end: `<br />`.
    pub(super) is_empty: bool,
    /// Its length with both brackets.
    pub(super) len: usize,
}

impl<'t> Tag<'t> {
    /// Reads the tag that a text begins with. It ends at the first `>`, and no `<` stands in it.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        Self::read(text, |rest| memchr::memchr2(b'>', b'<', rest))
    }

    /// Reads an extension's tag, whose attributes may have a `<`.
    pub(super) fn parse_extension(text: &'t str) -> Option<Self> {
        Self::read(text, |rest| memchr::memchr(b'>', rest))
    }

    fn read(text: &'t str, find_end: impl Fn(&[u8]) -> Option<usize>) -> Option<Self> {
        let inside = text.strip_prefix('<')?;
        let (is_end, inside) =
            inside.strip_prefix('/').map_or((false, inside), |rest| (true, rest));
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let is_in_name =
            |c: char| !matches!(c, ' ' | '\t' | '\n' | '/' | '>' | '<' | '\0' | '\u{b}');
        let name_len = inside.find(|c| !is_in_name(c))?;
        let (name, rest) = inside.split_at(name_len);
        let end = find_end(rest.as_bytes())?;
        let (attributes, rest) = rest.split_at(end);
        let after = rest.strip_prefix('>')?;
        let is_empty = attributes.ends_with('/');
        let len = text.len() - after.len();
        Some(Self { name, attributes, is_end, is_empty, len })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(ELEMENTS.is_sorted_by_key(|(name, _)| *name));
        assert!(EXTENSIONS.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(element("BLOCKQUOTE"), Some(Element::Block));
        assert_eq!(extension("Ref"), Some(("ref", Extension::Nothing)));
        assert_eq!(element("鼻"), None);
        assert_eq!(EXTENSIONS.iter().map(|(name, _)| name.len()).max(), Some(LONGEST_NAME));
    }

    #[test]
    fn tags_end_at_the_first_bracket() {
        let tag = Tag::parse("<span title=\"a\">b>").unwrap();
        assert_eq!((tag.name, tag.attributes, tag.len), ("span", " title=\"a\"", 16));
        assert!(Tag::parse("<br/>").unwrap().is_empty && Tag::parse("</b >").unwrap().is_end);
        assert!(Tag::parse("<b <i>").is_none() && Tag::parse("< b>").is_none());
        assert_eq!(Tag::parse_extension("<pre <pre>").unwrap().name, "pre");
    }
}
