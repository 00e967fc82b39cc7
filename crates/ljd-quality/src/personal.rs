//! Personal data: addresses and numbers by which a person can be reached.

use std::ops::Range;

use ljd_core::Record;
use unicode_normalization::char::decompose_compatible;

use crate::fields::{change, texts};

/// Replaces e-mail addresses.
pub(crate) fn mask_email(record: &mut Record<'_>) -> bool {
    mask(record, emails, [MASKS[0], MASKS[1]])
}

/// What stands where personal data was.
const MASKS: [&str; 4] = ["[メールアドレス]", "[email]", "[電話番号]", "[phone number]"];

/// A text without what stands for personal data.
pub(crate) fn without_masks(text: &str) -> String {
    MASKS.iter().fold(text.to_owned(), |text, mask| text.replace(mask, ""))
}

/// Whether one side of a translation has a mask of a kind that the other one lacks: what it stands for is left there,
/// or was never there.
pub(crate) fn is_masked_alone(source: &str, target: &str) -> bool {
    let [email_ja, email_en, telephone_ja, telephone_en] = MASKS;
    let kinds = [[email_ja, email_en], [telephone_ja, telephone_en]];
    let has = |text: &str, kind: [&str; 2]| kind.iter().any(|mask| text.contains(mask));
    kinds.into_iter().any(|kind| has(source, kind) != has(target, kind))
}

/// Replaces telephone numbers.
pub(crate) fn mask_telephone(record: &mut Record<'_>) -> bool {
    mask(record, telephones, [MASKS[2], MASKS[3]])
}

/// Replaces what is found in any text of a record in all of them, by a Japanese and an English word: one text may write
/// it in a way that cannot be found without the other (`a@b . example . org`).
fn mask(record: &mut Record<'_>, find: fn(&str) -> Vec<Range<usize>>, [ja, en]: [&str; 2]) -> bool {
    let mut known: Vec<Vec<char>> = Vec::new();
    for text in texts(record) {
        let found = find(text).into_iter().filter_map(|range| text.get(range));
        known.extend(found.map(|found| compact(found).map(|(_, c)| c).collect()));
    }
    if known.is_empty() {
        return false;
    }
    known.sort_unstable();
    known.dedup();
    // A text with more is a list, which writes them all in one way.
    known.truncate(MOST_KNOWN);
    change(record, |text| {
        let mut found = find(text);
        for range in known.iter().flat_map(|known| spaced(text, known)) {
            if found.iter().all(|other| range.end <= other.start || other.end <= range.start) {
                found.push(range);
            }
        }
        found.sort_unstable_by_key(|range| range.start);
        masked(text, &found, ja, en)
    })
}

/// Addresses or numbers of a record that are looked for in its other texts.
const MOST_KNOWN: usize = 8;

/// The characters of a text in half width and small letters, without white space, and where they are.
fn compact(text: &str) -> impl Iterator<Item = (usize, char)> {
    let visible = text.char_indices().filter(|(_, c)| !c.is_whitespace());
    visible.map(|(at, c)| (at, plain(c).to_ascii_lowercase()))
}

/// Where a text has those characters as a whole, with or without white space between them.
fn spaced(text: &str, known: &[char]) -> Vec<Range<usize>> {
    let characters: Vec<(usize, char)> = compact(text).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for window in characters.windows(known.len().max(1)) {
        let (Some((start, _)), Some((end, last))) = (window.first(), window.last()) else {
            continue;
        };
        let is_known = || window.iter().map(|(_, c)| c).eq(known);
        if found.last().is_some_and(|found| *start < found.end) || !is_known() {
            continue;
        }
        let end = end
            + text
                .get(*end..)
                .and_then(|rest| rest.chars().next())
                .map_or(last.len_utf8(), char::len_utf8);
        let is_outside = |c: Option<char>| !c.is_some_and(|c| plain(c).is_ascii_alphanumeric());
        let before = text.get(..*start).and_then(|text| text.chars().next_back());
        let behind = text.get(end..).and_then(|text| text.chars().next());
        if is_outside(before) && is_outside(behind) {
            found.push(*start..end);
        }
    }
    found
}

/// Whether there is an e-mail address.
pub(crate) fn has_email(record: &Record<'_>) -> bool {
    texts(record).any(|text| !emails(text).is_empty())
}

/// Whether there is a telephone number.
pub(crate) fn has_telephone(record: &Record<'_>) -> bool {
    texts(record).any(|text| !telephones(text).is_empty())
}

/// A text with a word in the place of each find: the Japanese one where the text is Japanese.
fn masked(text: &str, found: &[Range<usize>], ja: &str, en: &str) -> Option<String> {
    if found.is_empty() {
        return None;
    }
    let is_japanese = text.chars().any(|c| ('\u{3041}'..='\u{9fff}').contains(&c));
    let (mut masked, mut from) = (String::with_capacity(text.len()), 0);
    for range in found {
        masked.push_str(text.get(from..range.start)?);
        masked.push_str(if is_japanese { ja } else { en });
        from = range.end;
    }
    Some(masked + text.get(from..)?)
}

/// Where e-mail addresses are: a local part, `@` and a domain with a top level of letters. (RFC 5321, section 4.1.2,
/// without the quoted forms, which nobody has)
fn emails(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, sign) in text.match_indices(is_at_sign) {
        let (before, behind) = (text.get(..at), text.get(at + sign.len()..));
        let (Some(before), Some(behind)) = (before, behind) else { continue };
        let is_local =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
        let local = before.len() - before.trim_end_matches(is_local).len();
        let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let domain = behind.find(|c| !is_domain(c)).map_or(behind, |end| behind.split_at(end).0);
        let domain = domain.trim_end_matches(['.', '-']);
        let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
        let is_top = 2 <= top.len() && top.chars().all(|c| c.is_ascii_alphabetic());
        if 0 < local && is_top {
            found.push(at - local..at + sign.len() + domain.len());
        }
    }
    found
}

pub(crate) fn is_at_sign(c: char) -> bool {
    matches!(c, '@' | '＠')
}

/// Where telephone numbers are.
///
/// A run of digits in groups, with hyphens or brackets between them, that a telephone number has: in Japan 10 digits
/// in three groups that begin with 0 (11 for mobile telephones), or `+` with a country's number. Dates, ISBNs, prices
/// and numbers in one piece have other groups. A number in one piece is one where the text has another number or an
/// address by which a person can be reached.
/// (Ministry of Internal Affairs and Communications, 電気通信番号規則)
fn telephones(text: &str) -> Vec<Range<usize>> {
    let mut found = runs(text, is_telephone);
    let is_contact = || !found.is_empty() || has_mask(text) || !emails(text).is_empty();
    let whole = runs(text, is_whole_telephone);
    if !whole.is_empty() && is_contact() {
        found.extend(whole);
        found.sort_unstable_by_key(|range| range.start);
    }
    found
}

fn has_mask(text: &str) -> bool {
    MASKS.iter().any(|mask| text.contains(mask))
}

/// Whether that is a telephone number in one piece: ten or eleven digits that begin with one 0. An ISBN is one
/// too, so this is no proof by itself.
fn is_whole_telephone(number: &str) -> bool {
    let is_digits = number.chars().all(|c| c.is_ascii_digit());
    let starts_local = number.starts_with('0') && !number.starts_with("00");
    is_digits && starts_local && (10..=11).contains(&number.len())
}

/// Where the runs of digits and signs of a kind are.
fn runs(text: &str, is: fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        match (start, is_in_number(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                start = None;
                found.extend(text.get(from..at).and_then(|run| number_in(run, from, is)));
            }
            _ => {}
        }
    }
    found
}

fn is_in_number(c: char) -> bool {
    matches!(plain(c), '0'..='9' | '-' | '(' | ')' | '+')
}

/// A digit or sign by its half-width form.
fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' => '-',
        '\u{ff01}'..='\u{ff5e}' => {
            let mut half = c;
            decompose_compatible(c, |c| half = c);
            half
        }
        _ => c,
    }
}

/// The place of a number of a kind in a run of digits and signs.
fn number_in(run: &str, at: usize, is: fn(&str) -> bool) -> Option<Range<usize>> {
    let start = run.find(|c| matches!(plain(c), '0'..='9' | '+' | '('))?;
    let end = run.rfind(|c: char| plain(c).is_ascii_digit())?;
    let end = end + run.get(end..)?.chars().next()?.len_utf8();
    let number: String = run.get(start..end)?.chars().map(plain).collect();
    is(&number).then_some(at + start..at + end)
}

/// Digits of the shortest telephone number, which has a country's number.
pub(crate) const LEAST_DIGITS: usize = 9;

fn is_telephone(number: &str) -> bool {
    let is_sign = |c: char| matches!(c, '-' | '(' | ')');
    let groups: Vec<&str> = number.split(is_sign).filter(|group| !group.is_empty()).collect();
    // A bracket that is not closed is not the number's: 737-300（2010年.
    if number.matches('(').count() != number.matches(')').count() {
        return false;
    }
    let n_digits = number.chars().filter(char::is_ascii_digit).count();
    let lens: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let starts = |prefix: &str| groups.first().is_some_and(|group| group.starts_with(prefix));
    match lens.as_slice() {
        _ if starts("+") => (LEAST_DIGITS..=15).contains(&n_digits) && 2 <= groups.len(),
        // 03-1234-5678, 045-123-4567, 0120-123-456, 090-1234-5678
        [area @ 2..=5, 1..=4, 3..=4] if starts("0") && !starts("00") => match n_digits {
            10 => true,
            11 => *area == 3,
            _ => false,
        },
        // (555) 123-4567
        [3, 3, 4] => number.starts_with('(') || !starts("0") && !starts("1"),
        [1, 3, 3, 4] => starts("1"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{record, translation};

    fn masked_by(rule: fn(&mut Record<'_>) -> bool, text: &str) -> String {
        let mut record = record("", text);
        rule(&mut record);
        record.output.into_owned()
    }

    #[test]
    fn addresses_are_masked_in_the_language_of_the_text() {
        assert_eq!(
            masked_by(mask_email, "雨乃（ame.no+1@mail.example.org）へ。"),
            "雨乃（[メールアドレス]）へ。"
        );
        assert_eq!(masked_by(mask_email, "write to a@example.org."), "write to [email].");
        for same in ["@example", "5 @ 3.14", "a@b", "雨@example.org", "v@1.2"] {
            assert_eq!(masked_by(mask_email, same), same);
        }
    }

    #[test]
    fn telephone_numbers_are_masked() {
        for number in [
            "03-0000-0000",
            "０３（００００）００００",
            "(03)0000-0000",
            "045-000-0000",
            "0120-000-000",
            "090-0000-0000",
            "０９０－００００－００００",
            "+81-3-0000-0000",
            "555-555-0100",
            "1-555-555-0100",
        ] {
            let expected = "電話は[電話番号]です。";
            assert_eq!(masked_by(mask_telephone, &format!("電話は{number}です。")), expected);
        }
        assert_eq!(masked_by(mask_telephone, "Call 555-555-0100."), "Call [phone number].");
    }

    #[test]
    fn a_mask_stands_in_every_text_of_a_record() {
        let masked = |ja: &str, en: &str, rule: fn(&mut Record<'_>) -> bool| {
            let mut record = translation(ja, en);
            rule(&mut record);
            (record.input.into_owned(), record.output.into_owned())
        };
        let (ja, en) = masked(
            "宛先は ame @example . org です。",
            "It is Ame@example.org, not tame@example.org.",
            mask_email,
        );
        assert_eq!(ja, "宛先は [メールアドレス] です。");
        assert_eq!(en, "It is [email], not [email].");
        let (ja, en) =
            masked("５５５ － ５５５ － ０１００へ。", "Call 555-555-0100.", mask_telephone);
        assert_eq!((&*ja, &*en), ("[電話番号]へ。", "Call [phone number]."));
        // A longer address or number is another one.
        for (ja, other) in [
            ("tame@example . orgへ", "ame@example.org"),
            ("ame@example . organへ", "ame@example.org"),
        ] {
            assert_eq!(masked(ja, other, mask_email).0, ja);
        }
    }

    #[test]
    fn a_mask_on_one_side_alone_is_seen() {
        assert!(is_masked_alone("宛先は[メールアドレス]です。", "It is over there."));
        assert!(is_masked_alone("[電話番号]です。", "It is [email]."));
        assert!(!is_masked_alone("[電話番号]です。", "It is [phone number]."));
        assert!(!is_masked_alone("雨です。", "It rains."));
    }

    #[test]
    fn a_number_in_one_piece_is_one_beside_an_address() {
        for beside in ["a@example.org", "[メールアドレス]", "03-0000-0000"] {
            for (number, is) in [
                ("012345678", false),
                ("0123456789", true),
                ("01234567890", true),
                ("012345678901", false),
                ("1234567890", false),
                ("0012345678", false),
            ] {
                let text = format!("{number}か{beside}へ");
                let masked = masked_by(mask_telephone, &text);
                assert_eq!(masked.starts_with("[電話番号]か"), is, "{text}");
            }
        }
        assert_eq!(masked_by(mask_telephone, "0123456789という本"), "0123456789という本");
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "2011-03-11",
            "978-4-00-000000-0",
            "4-00-000000-0",
            "1914-1918",
            "100-0000",
            "0000000000",
            "1-0",
            "110番",
            "10-20-30",
            "3-2-1-0",
            "（1）（2）（3）",
            "12345-67890",
            "ボーイング737-300（2010年",
        ] {
            assert!(!has_telephone(&record("", text)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn masking_is_done_once(text in "([0-9０-９()+@.a-z-]|雨){0,40}") {
            for rule in [mask_email, mask_telephone] {
                let once = masked_by(rule, &text);
                prop_assert_eq!(masked_by(rule, &once), once);
            }
        }
    }
}
