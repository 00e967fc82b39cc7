//! Aozora's encoding and notation as plain text.
//!
//! Ruby `｜青梅《おうめ》`, notes `［＃…］`, characters that Shift_JIS lacks as notes
//! `※［＃「てへん＋宛」、第3水準1-84-80］`, repetition marks `／＼`, accents `〔cafe'〕`.
//! (<https://www.aozora.gr.jp/annotation/>, <https://www.aozora.gr.jp/accent_separation.html>)
//!
//! The table of characters is that of the crate `aozora`. Its parser is not used: it keeps whole documents
//! for editing, where only the first lines are wanted here.

use std::borrow::Cow;

use aozora::resolve_gaiji;
use encoding_rs::{DecoderResult, EUC_JP, SHIFT_JIS};

/// What is made of readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruby {
    Left,
    /// Behind their words: 眉骨（びこつ）.
    Bracketed,
}

/// Decodes UTF-8 or Shift_JIS with the characters of CP932 and of JIS X 0213; `None` for other bytes.
///
/// A character that is cut at the end is left out.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => return Some(Cow::Borrowed(text)),
        // A head of a file that ends within a character.
        Err(error) if error.error_len().is_none() && 3 < error.valid_up_to() => {
            return std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok().map(Cow::Borrowed);
        }
        Err(_not_utf8) => {}
    }
    let mut text = String::new();
    let mut rest = bytes;
    loop {
        let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len())?);
        let (result, n_read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        match result {
            DecoderResult::InputEmpty => return Some(Cow::Owned(text)),
            DecoderResult::OutputFull => rest = rest.get(n_read..)?,
            DecoderResult::Malformed(n_bad, n_after) => {
                let start = n_read.checked_sub(usize::from(n_bad) + usize::from(n_after))?;
                match *rest.get(start..)? {
                    [lead, trail, ..] => text.push_str(&jis_x_0213(lead, trail)?),
                    _ => return Some(Cow::Owned(text)),
                }
                rest = rest.get(start + 2..)?;
            }
        }
    }
}

/// A character of the first plane of JIS X 0213 by its bytes in Shift_JIS-2004.
fn jis_x_0213(lead: u8, trail: u8) -> Option<String> {
    let (row, cell) = row_and_cell(lead, trail)?;
    resolve_gaiji(Some(&format!("第3水準1-{row}-{cell}")), "")
}

/// Where two bytes of Shift_JIS stand in the table of JIS.
pub(super) fn row_and_cell(lead: u8, trail: u8) -> Option<(u32, u32)> {
    let row = match lead {
        0x81..=0x9f => (u32::from(lead) - 0x81) * 2 + 1,
        0xe0..=0xef => (u32::from(lead) - 0xc1) * 2 + 1,
        _ => return None,
    };
    Some(match trail {
        0x40..=0x7e => (row, u32::from(trail) - 0x3f),
        0x80..=0x9e => (row, u32::from(trail) - 0x40),
        0x9f..=0xfc => (row + 1, u32::from(trail) - 0x9e),
        _ => return None,
    })
}

/// Stands for a character that no table has, as printers did it.
pub(super) const GETA: char = '〓';

/// A line of notation as plain text.
pub(super) fn plain(line: &str, ruby: Ruby) -> String {
    let line = line.replace("／″＼", "〴〵").replace("／＼", "〳〵");
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(at) = rest.find(['※', '［', '《', '｜', '〔']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        rest = mark(from, ruby, &mut plain);
    }
    plain.push_str(rest);
    plain
}

/// Takes the mark that a text starts with; returns what follows it.
fn mark<'t>(text: &'t str, ruby: Ruby, plain: &mut String) -> &'t str {
    if let Some(note) = text.strip_prefix("※［＃")
        && let Some((note, after)) = split_note(note)
    {
        match gaiji(note) {
            Some(character) => plain.push_str(&character),
            None => plain.push(GETA),
        }
        return after;
    }
    // The number of a note at the end of the file: 馬［※１］.
    if let Some((number, after)) = text.strip_prefix("［※").and_then(|text| text.split_once('］'))
        && number.chars().all(char::is_numeric)
    {
        return after;
    }
    if let Some(note) = text.strip_prefix("［＃")
        && let Some((note, after)) = split_note(note)
    {
        // A note within a line is no part of the sentence: （［＃割り注］…［＃割り注終わり］）.
        let inserted = (note == "割り注").then(|| after.split_once("［＃割り注終わり］")).flatten();
        let Some((_, after)) = inserted else { return after };
        return match plain.strip_suffix('（').map(str::len).zip(after.strip_prefix('）')) {
            Some((before, after)) => {
                plain.truncate(before);
                after
            }
            None => after,
        };
    }
    if let Some((reading, after)) = text.strip_prefix('《').and_then(|text| text.split_once('》'))
    {
        if ruby == Ruby::Bracketed {
            plain.push('（');
            plain.push_str(&self::plain(reading, ruby));
            plain.push('）');
        }
        return after;
    }
    if let Some(after) = text.strip_prefix('｜') {
        return after;
    }
    if let Some((inside, after)) = text.strip_prefix('〔').and_then(|text| text.split_once('〕'))
    {
        if let Some(accented) = accents(inside) {
            plain.push_str(&self::plain(&accented, ruby));
        } else {
            plain.push('〔');
            plain.push_str(&self::plain(inside, ruby));
            plain.push('〕');
        }
        return after;
    }
    let mut characters = text.chars();
    plain.extend(characters.next());
    characters.as_str()
}

/// A note and what follows it. Notes may stand in notes.
fn split_note(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '［' => depth += 1,
            '］' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at..)?.strip_prefix('］')?));
        }
    }
    None
}

/// The character that a note describes: by its place in JIS X 0213 or Unicode, or by its description.
fn gaiji(note: &str) -> Option<String> {
    let (description, places) = match note.strip_prefix('「').and_then(|text| text.split_once('」'))
    {
        Some((description, places)) => (description, places.trim_start_matches('、')),
        None => note.split_once('、').unwrap_or((note, "")),
    };
    let place = places.split('、').find(|place| {
        place.starts_with('第')
            || place.starts_with("U+")
            || place.starts_with(|c: char| c.is_ascii_digit())
    });
    resolve_gaiji(place, description).or_else(|| jis(place?))
}

/// A character by its place in JIS X 0213 as people write it: 第４水準2-12-11, 1-2-8.
fn jis(place: &str) -> Option<String> {
    let digits = place.rsplit("水準").next()?;
    let mut numbers = digits.split('-').map(str::parse::<u8>);
    let (Some(Ok(table)), Some(Ok(row)), Some(Ok(cell)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return None;
    };
    let is_in_table = (1..=94).contains(&row) && (1..=94).contains(&cell);
    if !is_in_table || !(1..=2).contains(&table) {
        return None;
    }
    // The crate's table has what JIS X 0213 added; the rest is JIS X 0208, which EUC-JP encodes.
    let level = if table == 1 { 3 } else { 4 };
    resolve_gaiji(Some(&format!("第{level}水準{table}-{row}-{cell}")), "").or_else(|| {
        let bytes = [0xa0 + row, 0xa0 + cell];
        let (character, has_errors) = EUC_JP.decode_without_bom_handling(&bytes);
        (table == 1 && !has_errors).then(|| character.into_owned())
    })
}

/// Letters with their accents, if the text is one in a European language that has any.
fn accents(text: &str) -> Option<String> {
    if !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut accented = String::with_capacity(text.len());
    let mut rest = text;
    'text: while !rest.is_empty() {
        for (from, to) in ACCENTS {
            if let Some(after) = rest.strip_prefix(from)
                && !is_punctuation(from, &accented, after)
            {
                accented.push_str(to);
                rest = after;
                continue 'text;
            }
        }
        let mut characters = rest.chars();
        accented.extend(characters.next());
        rest = characters.as_str();
    }
    (accented != text).then_some(accented)
}

/// Whether the mark behind a letter is what it looks like: the comma of `L'art, mes`, the apostrophe of `n'est`,
/// the colon of `Note: `.
fn is_punctuation(letter_and_mark: &str, before: &str, after: &str) -> bool {
    let follows_letter = before.ends_with(char::is_alphabetic);
    let precedes = |set: &str| after.starts_with(|c: char| set.contains(c.to_ascii_lowercase()));
    let precedes_letter = after.starts_with(|c: char| c.is_alphabetic());
    let is_vowel = letter_and_mark.starts_with(|c: char| "aeiouyAEIOUY".contains(c));
    match letter_and_mark.as_bytes().last() {
        Some(b',' | b'_') => !precedes_letter,
        Some(b':') => !precedes_letter && after.starts_with([' ', '　']),
        // Elision: c'est, n'importe, s'il.
        Some(b'\'') => !is_vowel && !follows_letter && precedes("aeiouyh"),
        _ => false,
    }
}

/// Accent separation, longest first.
const ACCENTS: &[(&str, &str)] = &[
    ("AE&", "Æ"),
    ("ae&", "æ"),
    ("OE&", "Œ"),
    ("oe&", "œ"),
    ("!@", "¡"),
    ("?@", "¿"),
    ("s&", "ß"),
    ("A`", "À"),
    ("A'", "Á"),
    ("A^", "Â"),
    ("A~", "Ã"),
    ("A:", "Ä"),
    ("A&", "Å"),
    ("A_", "Ā"),
    ("a`", "à"),
    ("a'", "á"),
    ("a^", "â"),
    ("a~", "ã"),
    ("a:", "ä"),
    ("a&", "å"),
    ("a_", "ā"),
    ("C,", "Ç"),
    ("C'", "Ć"),
    ("C^", "Ĉ"),
    ("c,", "ç"),
    ("c'", "ć"),
    ("c^", "ĉ"),
    ("d/", "đ"),
    ("E`", "È"),
    ("E'", "É"),
    ("E^", "Ê"),
    ("E:", "Ë"),
    ("E_", "Ē"),
    ("E~", "Ẽ"),
    ("e`", "è"),
    ("e'", "é"),
    ("e^", "ê"),
    ("e:", "ë"),
    ("e_", "ē"),
    ("e~", "ẽ"),
    ("I`", "Ì"),
    ("I'", "Í"),
    ("I^", "Î"),
    ("I:", "Ï"),
    ("I_", "Ī"),
    ("I~", "Ĩ"),
    ("i`", "ì"),
    ("i'", "í"),
    ("i^", "î"),
    ("i:", "ï"),
    ("i_", "ī"),
    ("i~", "ĩ"),
    ("N`", "Ǹ"),
    ("N'", "Ń"),
    ("N^", "Ň"),
    ("N~", "Ñ"),
    ("n`", "ǹ"),
    ("n'", "ń"),
    ("n^", "ň"),
    ("n~", "ñ"),
    ("O`", "Ò"),
    ("O'", "Ó"),
    ("O^", "Ô"),
    ("O~", "Õ"),
    ("O:", "Ö"),
    ("O/", "Ø"),
    ("O_", "Ō"),
    ("o`", "ò"),
    ("o'", "ó"),
    ("o^", "ô"),
    ("o~", "õ"),
    ("o:", "ö"),
    ("o/", "ø"),
    ("o_", "ō"),
    ("S'", "Ś"),
    ("S,", "Ş"),
    ("S^", "Ŝ"),
    ("s'", "ś"),
    ("s,", "ş"),
    ("s^", "ŝ"),
    ("t,", "ţ"),
    ("U`", "Ù"),
    ("U'", "Ú"),
    ("U^", "Û"),
    ("U:", "Ü"),
    ("U_", "Ū"),
    ("U&", "Ů"),
    ("U~", "Ũ"),
    ("u`", "ù"),
    ("u'", "ú"),
    ("u^", "û"),
    ("u:", "ü"),
    ("u_", "ū"),
    ("u&", "ů"),
    ("u~", "ũ"),
    ("Y'", "Ý"),
    ("y'", "ý"),
    ("y:", "ÿ"),
    ("Z'", "Ź"),
    ("z'", "ź"),
    ("l/", "ł"),
    ("L/", "Ł"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_text() {
        let cases = [
            ("芸術家は｜無頓着《むとんちゃく》に", "芸術家は無頓着に"),
            ("右の眉骨《びこつ》を", "右の眉骨を"),
            ("※［＃「てへん＋宛」、第3水準1-84-80］く", "捥く"),
            ("※［＃「口＋亞」、U+555E、123-4］", "啞"),
            ("※［＃丸1、1-13-1］", "①"),
            ("［＃ここから２字下げ］本文［＃「本文」に傍点］です", "本文です"),
            ("題［＃「（［＃「２」はローマ数字、1-13-22］）」は縦中横］名", "題名"),
            ("時／＼、いろ／″＼", "時〳〵、いろ〴〵"),
            ("〔Cafe'〕で〔注〕を見た", "Caféで〔注〕を見た"),
            ("〔DER SCHO:NE〕", "DER SCHÖNE"),
            ("閉じない［＃注と《ルビ", "閉じない［＃注と《ルビ"),
            ("※だけ", "※だけ"),
            ("山の道（［＃割り注］古い道である［＃割り注終わり］）を歩いた", "山の道を歩いた"),
            ("山の道［＃割り注］古い道である［＃割り注終わり］を歩いた", "山の道を歩いた"),
            ("山の道［＃割り注］終わりがない", "山の道終わりがない"),
            ("馬［※１］のしっぽ", "馬のしっぽ"),
            ("※［＃米印、1-2-8］", "※"),
            ("※［＃縦線、1-1-35］", "｜"),
            ("※［＃アキュートアクセント付きE、1-9-32］", "É"),
            ("※［＃濁点付き片仮名「ワ」、1-7-82］", "ヷ"),
            ("※［＃「えんにょう＋囘」、第４水準2-12-11］", "𢌞"),
            ("※［＃「無い字」、96-4］", "〓"),
            ("※［＃「無い字」、1-95-1］", "〓"),
            ("〔L'art, mes e'lans〕", "L'art, mes élans"),
            ("〔franc,ais, mes the'〕", "français, mes thé"),
            ("〔ce n'est pas de'ja`〕", "ce n'est pas déjà"),
            ("〔Note: u:ber Hai:kai:〕", "Note: über Haïkaï"),
        ];
        for (line, expected) in cases {
            assert_eq!(plain(line, Ruby::Left), expected, "{line}");
        }
        assert_eq!(plain("眉骨《びこつ》を", Ruby::Bracketed), "眉骨（びこつ）を");
        assert_eq!(plain("※［＃「無い字」］", Ruby::Left), "〓");
    }

    #[test]
    fn bytes_of_every_kind_are_decoded() {
        assert_eq!(decode("雨".as_bytes()).unwrap(), "雨");
        assert_eq!(decode(b"\x89\x4a\x87\x54").unwrap(), "雨Ⅰ", "CP932");
        let character = resolve_gaiji(Some("第3水準1-85-65"), "").unwrap();
        assert_eq!(decode(b"\x89\x4a\xeb\x81\x89\x4a").unwrap(), format!("雨{character}雨"));
        assert_eq!(decode(b"\x89\x4a\xff\xff"), None);
        assert_eq!(decode(b"\x89\x4a\x89").unwrap(), "雨", "cut");
    }
}
