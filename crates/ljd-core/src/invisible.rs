//! Characters that nobody sees, or that change how others are seen.

use std::borrow::Cow;

/// Whether a character is a control, a joiner, a mark of direction, a separator of lines or none at all.
///
/// The space of Japanese text (U+3000) and the selectors of glyph variants are not among them.
///
/// ```
/// assert!(ljd_core::is_invisible('\u{202e}'));
/// assert!(!ljd_core::is_invisible('\u{3000}'));
/// ```
pub fn is_invisible(c: char) -> bool {
    let is_nonchar = 0xFFFE <= u32::from(c) & 0xFFFF || ('\u{FDD0}'..='\u{FDEF}').contains(&c);
    c.is_control()
        || is_nonchar
        || matches!(
            c,
            '\u{AD}'
                | '\u{61C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// A text for people, with every [invisible](is_invisible) character as `\u{…}`: what commands a terminal or changes the
/// order of what is read there is seen, not obeyed.
///
/// Line ends are among these; whoever shows several lines shows one after the other.
///
/// ```
/// assert_eq!(ljd_core::visible("雨\u{1b}[31m\u{202e}だ"), "雨\\u{1b}[31m\\u{202e}だ");
/// assert!(matches!(ljd_core::visible("雨だ"), std::borrow::Cow::Borrowed(_)));
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let shown = text
        .chars()
        .map(|c| if is_invisible(c) { c.escape_unicode().to_string() } else { c.to_string() });
    Cow::Owned(shown.collect())
}
