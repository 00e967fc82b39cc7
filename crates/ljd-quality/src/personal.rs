//! Personal data: addresses and numbers by which a person can be reached.

use std::ops::Range;

use ljd_core::Record;
use unicode_normalization::char::decompose_compatible;

use crate::fields::{change, texts};

/// Replaces e-mail addresses.
pub(crate) fn mask_email(record: &mut Record<'_>) -> bool {
    change(record, |text| masked(text, &emails(text), MASKS[0], MASKS[1]))
}

/// What stands where personal data was.
const MASKS: [&str; 4] = ["[メールアドレス]", "[email]", "[電話番号]", "[phone number]"];

/// A text without what stands for personal data.
pub(crate) fn without_masks(text: &str) -> String {
    MASKS.iter().fold(text.to_owned(), |text, mask| text.replace(mask, ""))
}

/// Replaces telephone numbers.
pub(crate) fn mask_telephone(record: &mut Record<'_>) -> bool {
    change(record, |text| masked(text, &telephones(text), MASKS[2], MASKS[3]))
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
/// and numbers in one piece have other groups.
/// (Ministry of Internal Affairs and Communications, 電気通信番号規則)
fn telephones(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        match (start, is_in_number(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                start = None;
                found.extend(text.get(from..at).and_then(|run| telephone(run, from)));
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

/// The place of a telephone number in a run of digits and signs.
fn telephone(run: &str, at: usize) -> Option<Range<usize>> {
    let start = run.find(|c| matches!(plain(c), '0'..='9' | '+' | '('))?;
    let end = run.rfind(|c: char| plain(c).is_ascii_digit())?;
    let end = end + run.get(end..)?.chars().next()?.len_utf8();
    let number: String = run.get(start..end)?.chars().map(plain).collect();
    is_telephone(&number).then_some(at + start..at + end)
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
    use crate::testing::record;

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
