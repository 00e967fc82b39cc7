//! Text and numbers as the page shows them.

use std::fmt::{self, Display, Write};

use ljd_core::is_invisible;

/// Text that nobody promised anything about: no character of it is markup, and none is invisible that could turn or
/// hide what stands around it.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\n' | '\t' => f.write_char(c),
            _ if is_invisible(c) => write!(f, "⟨U+{:04X}⟩", u32::from(c)),
            _ => f.write_char(c),
        })
    }
}

/// Text of a record, of which so many characters are shown.
pub(super) struct Shortened<'a>(pub(super) &'a str);

const SHOWN: usize = 240;

impl Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.chars().count();
        let end = self.0.char_indices().nth(SHOWN).map_or(self.0.len(), |(at, _)| at);
        write!(f, "{}", Escaped(self.0.get(..end).unwrap_or_default()))?;
        if n <= SHOWN {
            return Ok(());
        }
        write!(f, "<span class=\"cut\">… {SHOWN} of {} characters</span>", Number(n as u64))
    }
}

/// A count, its thousands apart.
pub(super) struct Number(pub(super) u64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if 0 < i && (digits.len() - i).is_multiple_of(3) {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// A part of a whole in per cent, to one digit.
pub(super) struct Share(pub(super) u64, pub(super) u64);

impl Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(part, whole) = *self;
        match parts(part, whole, 1_000) {
            0 if 0 < part => f.write_str("&lt;0.1%"),
            tenths => write!(f, "{}.{}%", tenths / 10, tenths % 10),
        }
    }
}

/// How long a bar is beside the longest one, as CSS has it.
pub(super) struct Width(pub(super) u64, pub(super) u64);

impl Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = parts(self.0, self.1, 10_000);
        write!(f, "{}.{:02}%", hundredths / 100, hundredths % 100)
    }
}

/// How many of `parts` equal parts of a whole a part of it is, rounded.
pub(super) fn parts(part: u64, whole: u64, parts: u64) -> u64 {
    let whole = u128::from(whole.max(1));
    let rounded = (u128::from(part) * u128::from(parts) + whole / 2) / whole;
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_and_invisible_characters_are_shown() {
        let shown = Escaped("<a href='x'>\"&\u{0}\r\n\u{202e}\u{feff}\u{7f}日本　語").to_string();
        let expected = "&lt;a href=&#39;x&#39;&gt;&quot;&amp;⟨U+0000⟩⟨U+000D⟩\n⟨U+202E⟩⟨U+FEFF⟩⟨U+007F⟩日本　語";
        assert_eq!(shown, expected);
    }

    #[test]
    fn numbers_are_read_at_a_glance() {
        let numbers = [0, 999, 1_000, 1_234_567].map(|n| Number(n).to_string());
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
        let shares =
            [(0, 0), (1, 3), (2, 2), (1, 1_000_000)].map(|(n, of)| Share(n, of).to_string());
        assert_eq!(shares, ["0.0%", "33.3%", "100.0%", "&lt;0.1%"]);
        assert_eq!(Width(1, 3).to_string(), "33.33%");
        assert_eq!(Width(u64::MAX, u64::MAX).to_string(), "100.00%");
    }

    #[test]
    fn long_text_says_how_long_it_is() {
        let text = "長".repeat(SHOWN);
        assert_eq!(Shortened(&text).to_string(), text);
        let shown = Shortened(&[text.as_str(), "い"].concat()).to_string();
        assert_eq!(shown, format!("{text}<span class=\"cut\">… 240 of 241 characters</span>"));
    }

    proptest! {
        #[test]
        fn no_character_of_a_text_is_markup(text in "\\PC*|(.|\\p{C})*|[<>&\"'/! a-c\\n\u{0}]*") {
            let escaped = Escaped(&text).to_string();
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            prop_assert!(!escaped.contains(|c: char| c != '\n' && c != '\t' && c.is_control()));
            for after in escaped.split('&').skip(1) {
                let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
                prop_assert!(known.iter().any(|entity| after.starts_with(entity)));
            }
        }
    }
}
