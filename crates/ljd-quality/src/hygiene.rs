//! Text hygiene: what is no text, or not the text that was meant.

use std::borrow::Cow;

use ljd_core::{Record, Task};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::fields::{change, texts};
use crate::personal::without_masks;

/// Brings the texts into normalisation form C.
pub(crate) fn nfc(record: &mut Record<'_>) -> bool {
    change(record, |text| {
        let is_done = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
        changed(text, || if is_done { Cow::Borrowed(text) } else { text.nfc().collect() })
    })
}

/// A text that is another one now.
fn changed<'t>(text: &'t str, new: impl FnOnce() -> Cow<'t, str>) -> Option<String> {
    let new = new();
    (new != text).then(|| new.into_owned())
}

/// Replaces the entities of HTML by their characters, once.
///
/// A text with tags is about HTML, or is HTML: there they are meant.
pub(crate) fn entities(record: &mut Record<'_>) -> bool {
    change(record, |text| {
        let is_html = || text.contains("</") || text.contains("/>") || text.contains("&lt;/");
        if !text.contains('&') || is_html() {
            return None;
        }
        changed(text, || Cow::Owned(without_entities(text)))
    })
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        rest = if let Some((character, rest)) = entity_at(behind) {
            plain.push(character);
            rest
        } else {
            plain.push('&');
            behind
        };
    }
    plain + rest
}

/// The longest name of an entity with its semicolon: a number, written with some zeros in front.
const LONGEST_ENTITY: usize = 16;

/// The character of the entity that a text behind an ampersand begins with, and what comes behind it.
fn entity_at(text: &str) -> Option<(char, &str)> {
    let end = text.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';')?;
    let (name, rest) = text.split_at_checked(end)?;
    Some((entity(name)?, rest.strip_prefix(';')?))
}

/// The character of an entity's name: those that every writer of HTML uses, and numbers.
fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let code = match hexadecimal {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "copy" => '©',
        "times" => '×',
        "deg" => '°',
        _ => return None,
    })
}

/// Takes out what no reader sees: control characters but for line ends and tabs, zero-width characters, byte order
/// marks, marks of direction, soft hyphens. Unicode's own line separators become line ends.
pub(crate) fn controls(record: &mut Record<'_>) -> bool {
    change(record, |text| {
        if !text.chars().any(|c| is_unseen(c) || is_separator(c)) {
            return None;
        }
        let mut seen = String::with_capacity(text.len());
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let joins = || {
                matches!(c, '\u{200c}' | '\u{200d}') && seen.chars().last().is_some_and(is_joined)
            };
            match c {
                '\r' if characters.peek() == Some(&'\n') => {}
                _ if is_separator(c) => seen.push('\n'),
                _ if !is_unseen(c) || joins() => seen.push(c),
                _ => {}
            }
        }
        changed(text, || Cow::Owned(seen))
    })
}

pub(crate) fn is_separator(c: char) -> bool {
    matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(crate) fn is_unseen(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => true,
        _ => c.is_control(),
    }
}

/// Whether a joiner has a meaning behind it: in emoji, and in scripts that join their letters.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{d7f}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// Trims the fields, and their lines at the end. An indent stays.
pub(crate) fn white_space(record: &mut Record<'_>) -> bool {
    change(record, |text| {
        let trimmed = text.trim();
        if !trimmed.contains('\n') {
            return (trimmed.len() < text.len()).then(|| trimmed.to_owned());
        }
        // What indents the first line belongs to it.
        let start = text.len() - text.trim_start_matches(['\n', '\r']).len();
        let indented = text.get(start..).unwrap_or_default().trim_end();
        let is_indented = indented.lines().skip(1).any(|line| line.starts_with('　'));
        let lines = if is_indented { indented } else { trimmed };
        let lines: Vec<&str> = lines.split('\n').map(str::trim_end).collect();
        changed(text, || Cow::Owned(lines.join("\n")))
    })
}

/// Whether there is no instruction or no answer, or a translation lacks a side. An answer of which a mask is left teaches
/// nothing.
pub(crate) fn is_empty(record: &Record<'_>) -> bool {
    let is_blank =
        |text: &str| !without_masks(text).chars().any(|c| c.is_alphanumeric() || is_symbol(c));
    is_blank(&record.instruction)
        || is_blank(&record.output)
        || record.task == Task::Translation && is_blank(&record.input)
}

/// What can be an answer without a letter: `√2`, `♪`, an emoji, `+`.
pub(crate) fn is_symbol(c: char) -> bool {
    matches!(c, '+' | '-' | '=' | '<' | '>' | '%' | '$' | '\u{20a0}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a text was decoded wrongly.
pub(crate) fn is_mojibake(record: &Record<'_>) -> bool {
    texts(record).any(is_garbled)
}

/// Pairs that UTF-8 gives when it is read as Shift_JIS: the lead bytes of kana and common kanji, E3 81 to E3 83 and
/// E4 to E9, come out as these.
const AS_SHIFT_JIS: [&str; 14] = [
    "縺ｮ", "縺ｫ", "縺ｯ", "縺励", "縺ｦ", "縺薙", "縺ｧ", "繧定", "繧偵", "繝ｼ", "繝ｳ", "繧ｹ", "譁�",
    "繧�",
];

/// Pairs that it gives when it is read as Windows-1252 or Latin-1.
const AS_LATIN: [&str; 10] =
    ["ã\u{81}", "ã\u{82}", "ã\u{83}", "ã€", "â€™", "â€œ", "â€“", "Ã©", "Ã¨", "ï¼"];

/// What every text has that was decoded wrongly: the first character of a pair, the mark of a character that could not
/// be read, half-width katakana.
pub(crate) fn may_be_garbled(c: char) -> bool {
    matches!(
        c,
        '縺' | '繝' | '繧' | '譁' | 'ã' | 'â' | 'Ã' | 'ï' | '\u{fffd}' | '\u{ff61}'..='\u{ff9f}'
    )
}

fn is_garbled(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    // The mark of a character that could not be read, as it is or as Windows-1252 shows its bytes.
    let is_replaced = text.contains('\u{fffd}') || text.contains("ï¿");
    let pairs = AS_SHIFT_JIS.iter().chain(&AS_LATIN);
    let n_pairs: usize = pairs.map(|pair| text.matches(pair).count()).sum();
    // Half-width katakana between kanji, which nobody writes: EUC-JP read as Shift_JIS.
    let n_soup = soup(text);
    is_replaced || 2 <= n_pairs || 4 <= n_soup
}

/// Half-width katakana that stand alone between other characters.
fn soup(text: &str) -> usize {
    let is_half = |c: char| ('\u{ff61}'..='\u{ff9f}').contains(&c);
    if !text.chars().any(is_half) {
        return 0;
    }
    let characters: Vec<char> = text.chars().collect();
    let alone = characters.windows(3).filter(|three| {
        let [before, one, behind] = three else { return false };
        let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
        is_half(*one) && is_han(before) && is_han(behind)
    });
    alone.count()
}

/// Kinds of brackets and quotation marks that come in pairs.
const N_PAIRS: usize = 9;

/// The pair that a character is half of, whatever its width, and whether it opens it.
pub(crate) fn pair_of(c: char) -> Option<(usize, bool)> {
    Some(match c {
        '(' | '（' => (0, true),
        ')' | '）' => (0, false),
        '[' | '［' => (1, true),
        ']' | '］' => (1, false),
        '「' | '｢' => (2, true),
        '」' | '｣' => (2, false),
        '『' => (3, true),
        '』' => (3, false),
        '【' => (4, true),
        '】' => (4, false),
        '〈' => (5, true),
        '〉' => (5, false),
        '《' => (6, true),
        '》' => (6, false),
        '〔' => (7, true),
        '〕' => (7, false),
        '｛' => (8, true),
        '｝' => (8, false),
        _ => return None,
    })
}

/// Characters of a title or of a quoted phrase that begins a line.
const LONGEST_TITLE: usize = 30;

/// Puts in the 「 or 『 that a line lost at its beginning: `モブサイコ100』のあらすじは？`.
pub(crate) fn opening_mark(record: &mut Record<'_>) -> bool {
    change(record, |text| {
        let n = |half| text.chars().filter_map(pair_of).filter(|found| *found == half).count();
        let mut missing = [('「', '」'), ('『', '』')].into_iter().filter(|(open, _)| {
            // Halves of another width are halves all the same.
            pair_of(*open).is_some_and(|(pair, _)| n((pair, false)) == n((pair, true)) + 1)
        });
        let (open, close) = missing.next().filter(|_| missing.next().is_none())?;
        let mut places = text.split('\n').filter(|line| begins_with_title(line, open, close));
        let line = places.next().filter(|_| places.next().is_none())?;
        let at = line.as_ptr().addr() - text.as_ptr().addr();
        let (before, behind) = text.split_at_checked(at)?;
        Some([before, open.encode_utf8(&mut [0; 4]), behind].concat())
    })
}

/// Whether a line begins with a phrase that is closed and was not opened. A mark of punctuation or a space would be
/// another place at which it may have been opened.
fn begins_with_title(line: &str, open: char, close: char) -> bool {
    let Some((title, _)) = line.split_once(close) else { return false };
    let is_other_place = |c: char| {
        c == open || c.is_whitespace() || matches!(c, '、' | '。' | '！' | '？' | '：' | ':')
    };
    let is_whole = !title.contains(is_other_place) && !title.chars().any(|c| pair_of(c).is_some());
    is_whole && (1..=LONGEST_TITLE).contains(&title.chars().count())
}

/// Whether a text has a bracket or a quotation mark without its other half.
///
/// A text that a question is about is only judged in translations: a slip in it does no harm to the answer.
pub(crate) fn has_half_a_pair(record: &Record<'_>) -> bool {
    let is_pair = record.task == Task::Translation;
    [&*record.instruction, &*record.output].into_iter().any(is_unpaired)
        || is_pair && is_unpaired(&record.input)
}

fn is_unpaired(text: &str) -> bool {
    let mut n_open = [0_isize; N_PAIRS];
    for (pair, opens) in without_markers(text).chars().filter_map(pair_of) {
        if let Some(n) = n_open.get_mut(pair) {
            *n += if opens { 1 } else { -1 };
        }
    }
    n_open.iter().any(|n| *n != 0)
}

/// A text without what uses half a bracket by itself: `1)` and `a)` in lists, smileys.
fn without_markers(text: &str) -> Cow<'_, str> {
    if !text.contains([')', '(', '）', '（']) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let (mut word, mut n_open) = (String::new(), 0_usize);
    for c in text.chars().chain([' ']) {
        match c {
            ')' | '）' if n_open == 0 && (is_marker(&word) || is_face(&word)) => word.push(' '),
            '(' if is_face(&word) => word.push(' '),
            _ => {
                n_open += usize::from(matches!(c, '(' | '（'));
                n_open = n_open.saturating_sub(usize::from(matches!(c, ')' | '）')));
                word.push(c);
            }
        }
        if c.is_whitespace() || matches!(c, '。' | '、') {
            plain.push_str(&word);
            word.clear();
        }
    }
    Cow::Owned(plain + &word)
}

/// The eyes, before the mouth that a bracket is.
fn is_face(word: &str) -> bool {
    word.ends_with([':', ';']) || word.ends_with(":-") || word.ends_with(";-")
}

/// Characters of what marks a line of a list.
const LONGEST_MARKER: usize = 3;

/// `1`, `12`, `a`, `ア`, `iv`: what stands before a bracket in a list.
fn is_marker(word: &str) -> bool {
    let n = word.chars().take(LONGEST_MARKER + 1).count();
    if LONGEST_MARKER < n {
        return false;
    }
    let is_number = word.chars().all(char::is_numeric);
    let is_roman = word.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    let is_letter = |c: char| c.is_ascii_alphabetic() || ('ァ'..='ヺ').contains(&c);
    0 < n && (is_number || is_roman || n == 1 && word.chars().all(is_letter))
}

/// So often the same mark of punctuation is too often. C4 and Gopher count lines; subtitles and chats have a mark
/// four times for emphasis, and no more with a meaning.
pub(crate) const TOO_OFTEN: usize = 6;

/// Whether a mark of punctuation stands there over and over.
pub(crate) fn repeats_punctuation(record: &Record<'_>) -> bool {
    texts(record).any(|text| {
        let (mut last, mut n) = (' ', 0);
        text.chars().any(|c| {
            n = if c == last { n + 1 } else { 1 };
            last = c;
            TOO_OFTEN <= n && is_punctuation(c)
        })
    })
}

/// Marks that a sentence has once. Dashes, dots and waves draw lines and stand for what is not said.
pub(crate) fn is_punctuation(c: char) -> bool {
    matches!(c, '!' | '?' | '！' | '？' | '。' | '、' | '，' | ',' | 'ー' | '"' | '\'' | ';')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::record;

    fn repaired(rule: impl Fn(&mut Record<'_>) -> bool, text: &str) -> String {
        let mut record = record("", text);
        let is_changed = rule(&mut record);
        assert_eq!(is_changed, record.output != text);
        record.output.into_owned()
    }

    fn is(rule: impl Fn(&Record<'_>) -> bool, text: &str) -> bool {
        rule(&record("", text))
    }

    #[test]
    fn forms_of_a_character_become_one() {
        assert_eq!(repaired(nfc, "か\u{3099}き"), "がき");
        assert_eq!(repaired(nfc, "①ｶﾞ"), "①ｶﾞ");
    }

    #[test]
    fn entities_become_characters_once() {
        assert_eq!(repaired(entities, "雨&amp;雪 &#12354;&#x3042;&nbsp;&hellip;"), "雨&雪 ああ …");
        assert_eq!(repaired(entities, "&amp;lt;"), "&lt;");
        for same in ["AT&T;", "R&B", "<b>&amp;</b>", "&#0;", "a & b;", "&unknown;"] {
            assert_eq!(repaired(entities, same), same);
        }
    }

    #[test]
    fn what_nobody_sees_is_taken_out() {
        assert_eq!(
            repaired(controls, "\u{feff}雨\u{200b}が\u{ad}降\u{1}る\r\n。\u{2028}"),
            "雨が降る\n。\n"
        );
        let family = "👩\u{200d}👧 क्\u{200d}ष";
        assert_eq!(repaired(controls, family), family);
    }

    #[test]
    fn space_at_the_ends_goes_and_an_indent_stays() {
        assert_eq!(repaired(white_space, "　雨 "), "雨");
        assert_eq!(
            repaired(white_space, "\n　雨が降る。 \n　雪も降る。\n"),
            "　雨が降る。\n　雪も降る。"
        );
        assert_eq!(repaired(white_space, " a\n  b "), "a\n  b");
    }

    #[test]
    fn an_answer_has_a_letter_or_a_symbol() {
        for (text, empty) in [
            ("", true),
            ("。", true),
            ("　\n", true),
            ("雨", false),
            ("√2", false),
            ("♪", false),
            ("+", false),
            ("[email]", true),
            ("[電話番号]、[メールアドレス]。", true),
            ("[email]へ", false),
        ] {
            assert_eq!(is(is_empty, text), empty, "{text}");
        }
    }

    #[test]
    fn text_that_was_decoded_wrongly_is_known() {
        for text in [
            "縺ｮ繝ｼ縺ｧ",
            "ã\u{81}‚ã\u{82}Œ",
            "donâ€™t â€œgoâ€",
            "雨\u{fffd}",
            "aï¿½b",
            "､ﾎ､ﾏ漢ｴ字ｻ漢ﾎ字､漢ｦ字",
        ] {
            assert!(is(is_mojibake, text), "{text}");
        }
        for text in ["ｶﾀｶﾅで書く", "縺れた糸", "É bom", "繧の字", "café"] {
            assert!(!is(is_mojibake, text), "{text}");
        }
    }

    #[test]
    fn half_a_pair_is_found_and_a_marker_is_none() {
        for text in ["「雨だ。", "雨（あめ", "雨）だ", "a (b", "『雨」"] {
            assert!(is(has_half_a_pair, text), "{text}");
        }
        for text in [
            "「雨だ。」",
            "雨（あめ)",
            "1) 雨 2) 雪",
            "a) 雨\nb) 雪",
            "雨 :)",
            "(^_^)",
            "it's",
            "１）雨",
        ] {
            assert!(!is(has_half_a_pair, text), "{text}");
        }
    }

    #[test]
    fn a_quotation_mark_is_put_where_it_can_only_stand() {
        let long = "雨".repeat(LONGEST_TITLE);
        for (text, mended) in [
            ("雨の国100』のあらすじは？", "『雨の国100』のあらすじは？"),
            ("質問です。\n雨都」とは？\n雪都", "質問です。\n「雨都」とは？\n雪都"),
            ("雨」と「雪」の違いは？", "「雨」と「雪」の違いは？"),
            (&format!("{long}」とは"), &format!("「{long}」とは")),
        ] {
            assert_eq!(repaired(opening_mark, text), mended);
        }
        for same in [
            "雨は、雪都」とは？",
            "雨 雪都』とは？",
            "「雨」とは？",
            "」とは？",
            "雨」\n雪」",
            "雨」を｢読む",
            "雨」と雪』",
            "「雨",
            &format!("{long}雨」とは"),
        ] {
            assert_eq!(repaired(opening_mark, same), same);
        }
    }

    #[test]
    fn a_mark_over_and_over_is_too_much() {
        assert!(is(repeats_punctuation, "雨だ！！！！！！"));
        for text in ["雨だ！！！", "雨……", "――――――", "3.14", "・・・・・・・・"]
        {
            assert!(!is(repeats_punctuation, text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn repairs_are_done_once(text in "(\\PC|[\u{0}-\u{20}\u{200b}-\u{200f}\u{2028}\u{feff}　&;#a-z0-9]){0,60}") {
            for rule in [nfc, controls, white_space] {
                let once = repaired(rule, &text);
                prop_assert_eq!(repaired(rule, &once), once);
            }
            let _ = repaired(entities, &text);
        }

        #[test]
        fn rules_answer_whatever_the_text(text in "\\PC{0,80}") {
            for rule in [is_empty, is_mojibake, has_half_a_pair, repeats_punctuation] {
                let _ = is(rule, &text);
            }
        }
    }
}
