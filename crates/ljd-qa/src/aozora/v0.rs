//! A work as v0 read it: the first two lines, and a hundred characters behind the second ruler.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

use super::notation::{decode, row_and_cell};
use super::text::{is_ruler, lines};

/// The characters that Python's `shift_jis` gives for the bytes of those that `cp932` and browsers give.
const OF_PYTHON: [(char, char); 6] =
    [('～', '〜'), ('∥', '‖'), ('－', '−'), ('￠', '¢'), ('￡', '£'), ('￢', '¬')];

/// The text of a file as Python's decoders give it: `shift_jis`, or `cp932` where a file has characters that only
/// that has. `None` for other bytes.
pub(super) fn v0_decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match decode(bytes)? {
        // UTF-8 needs no decoder.
        Cow::Borrowed(text) => return Some(Cow::Borrowed(text)),
        Cow::Owned(text) if is_cp932(bytes) => return Some(Cow::Owned(text)),
        Cow::Owned(text) => text,
    };
    let of_python = |c| OF_PYTHON.iter().find(|(other, _)| *other == c).map_or(c, |(_, own)| *own);
    Some(Cow::Owned(text.chars().map(of_python).collect()))
}

/// Whether a file in `cp932` has characters that JIS X 0208 lacks.
fn is_cp932(bytes: &[u8]) -> bool {
    let mut rest = bytes.iter();
    let is_of_jis = |(row, _)| matches!(row, 1..=8 | 16..=84);
    while let Some(byte) = rest.next() {
        let is_other = match byte {
            0x81..=0x9f | 0xe0..=0xfc => {
                rest.next().is_some_and(|trail| !row_and_cell(*byte, *trail).is_some_and(is_of_jis))
            }
            byte => matches!(byte, 0x80 | 0xa0 | 0xfd..),
        };
        if is_other {
            // Characters of JIS X 0213 are none of `cp932` either.
            return SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).is_some();
        }
    }
    false
}

/// A work as v0 read it.
pub(super) struct V0Work {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) opening: String,
}

/// v0's rules: the first two lines are title and author; the text is what follows the second ruler, without
/// spaces, blank lines and lines that begin with a note, cut after 100 characters.
pub(super) fn v0_work(text: &str) -> V0Work {
    let without_spaces = |line: &str| line.replace([' ', '　'], "");
    let mut head = lines(text);
    let title = without_spaces(head.next().unwrap_or_default());
    let author = without_spaces(head.next().unwrap_or_default());
    let (mut opening, mut n_rulers, mut n_characters) = (String::new(), 0, 0);
    for line in lines(text) {
        let line = without_spaces(line);
        if is_ruler(&line) {
            n_rulers += 1;
        } else if 2 <= n_rulers && !line.starts_with("［＃") {
            n_characters += line.chars().count();
            opening.push_str(&line);
        }
        if V0_LENGTH <= n_characters {
            break;
        }
    }
    V0Work { title, author, opening: opening.chars().take(V0_LENGTH).collect() }
}

const V0_LENGTH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    /// The characters that Python's `shift_jis` and `cp932` give for the same bytes, all of them.
    #[test]
    fn v0_has_the_characters_of_pythons_decoders() {
        let tilde = b"\x81\x60\x81\x61\x81\x7c\x81\x91\x81\x92\x81\xca \x81\x5f\\~\xb1";
        assert_eq!(v0_decode(tilde).unwrap(), "〜‖−¢£¬ ＼\\~ｱ");
        // Ⅰ, ① and 髙 are characters of `cp932` alone.
        for other in [b"\x87\x54", b"\x87\x40", b"\xfb\xfc"] {
            let text = v0_decode(&[tilde, other.as_slice()].concat()).unwrap().into_owned();
            assert!(text.starts_with("～∥－￠￡￢ ＼\\~ｱ"), "{text}");
        }
        // 俱 is one of JIS X 0213 alone.
        let text = v0_decode(&[tilde, b"\x87\x9f".as_slice()].concat()).unwrap().into_owned();
        assert!(text.starts_with("〜"), "{text}");
        // The first and the last rows of JIS X 0208 before and behind its gaps.
        for (bytes, c) in [(b"\x84\xbe", '╂'), (b"\x88\x9f", '亜'), (b"\xea\xa4", '熙')] {
            let text = v0_decode(&[tilde, bytes.as_slice()].concat()).unwrap().into_owned();
            assert!(text.starts_with("〜") && text.ends_with(c), "{text}");
        }
        assert_eq!(v0_decode("～〜".as_bytes()).unwrap(), "～〜");
        assert_eq!(v0_decode(b"\xff\xff"), None);
    }

    /// Python ends a line at a bare CR too.
    #[test]
    fn v0_reads_lines_that_end_in_cr() {
        let ruler = "-".repeat(46);
        let work = v0_work(&format!("題\r作者\r\r{ruler}\r記号\r{ruler}\r\r本文\r続き\r"));
        assert_eq!((&*work.title, &*work.author, &*work.opening), ("題", "作者", "本文続き"));
    }

    #[test]
    fn v0_cuts_after_a_hundred_characters() {
        let ruler = "-".repeat(55);
        let text = format!(
            "題 名\r\n副　題\r\n\r\n{ruler}\r\n記号\r\n{ruler}\r\n［＃改頁］\r\n　{}《る》\r\n",
            "あ".repeat(99)
        );
        let work = v0_work(&text);
        assert_eq!((work.title.as_str(), work.author.as_str()), ("題名", "副題"));
        assert_eq!(work.opening, format!("{}《", "あ".repeat(99)));
        assert_eq!(v0_work("題\n作者\n本文").opening, "");
    }
}
