//! Puts text in order where something was dropped from it, and nowhere else.

/// Pairs of brackets.
const PAIRS: [(char, char); 8] = [
    ('（', '）'),
    ('(', ')'),
    ('「', '」'),
    ('『', '』'),
    ('〈', '〉'),
    ('[', ']'),
    ('［', '］'),
    ('"', '"'),
];

/// The longest name of what follows a colon: `英語: `.
const LONGEST_LABEL: usize = 10;

/// A line without the marks of what was dropped. There no bracket is left empty or begins or ends with a comma,
/// no name is left without what it names, and no comma or full stop stands twice or behind a space.
pub(super) fn mend(line: &str) -> String {
    let mut parts = parts(line).peekable();
    let mut out = String::with_capacity(line.len());
    out.push_str(parts.next().unwrap_or_default());
    while let Some(part) = parts.next() {
        // What is dropped next to each other is one gap.
        if part.trim().is_empty() && parts.peek().is_some() {
            out.push_str(part);
            continue;
        }
        join(&mut out, part);
    }
    out
}

/// What stands between the gaps of a line.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    super::between(line, 3)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{3000}')
}

/// Commas and the like, which separate what stands in a bracket.
fn is_separator(c: char) -> bool {
    matches!(c, '、' | '，' | '；' | ';' | ',' | '・' | '：' | ':' | '/' | '／')
}

fn is_open(c: char) -> bool {
    PAIRS.iter().any(|(open, _)| *open == c)
}

fn is_close(c: char) -> bool {
    PAIRS.iter().any(|(_, close)| *close == c)
}

fn are_pair(left: char, right: char) -> bool {
    let wide = |c| match c {
        '(' => '（',
        ')' => '）',
        c => c,
    };
    PAIRS.iter().any(|(open, close)| wide(left) == *open && wide(right) == *close)
}

/// Appends what follows a gap.
fn join(out: &mut String, next: &str) {
    let spaces = (out.ends_with(is_space), next.starts_with(is_space));
    // A full-width space parts what it stands between.
    let is_wide = out.ends_with('\u{3000}') || next.starts_with('\u{3000}');
    let mut has_space = spaces.0 || spaces.1;
    let mut next = next.trim_start_matches(is_space);
    loop {
        out.truncate(out.trim_end_matches(is_space).len());
        let (left, right) = (out.chars().next_back(), next.chars().next());
        let behind = |c: char| next.strip_prefix(c).unwrap_or(next).trim_start_matches(is_space);
        match (left, right) {
            (Some(left), Some(right)) if are_pair(left, right) => {
                out.pop();
                next = behind(right);
                has_space = false;
            }
            (None, Some(right)) if is_separator(right) || right == '。' => next = behind(right),
            (Some(left), Some(right)) if is_open(left) && left != '"' && is_separator(right) => {
                next = behind(right);
            }
            (Some(left), Some(right)) if is_separator(left) && ends_before(left, right) => {
                out.pop();
                if matches!(left, ':' | '：') {
                    drop_label(out);
                }
            }
            (Some('。'), Some('。')) => next = behind('。'),
            _ => break,
        }
    }
    let (left, right) = (out.chars().next_back(), next.chars().next());
    let is_glued = |c: char| is_open(c) || matches!(c, '、' | '。' | '，' | '・');
    let is_tight = |c: char| is_close(c) || is_separator(c) || matches!(c, '。' | '.');
    let belongs_to_gap = left.is_some_and(|left| {
        right.is_some_and(|right| is_of_gap(left, right, spaces == (true, true)))
    });
    if has_space
        && (!belongs_to_gap || is_wide || begins_with_label(next))
        && left.is_some_and(|c| !is_glued(c) || c == '"')
        && right.is_some_and(|c| !is_tight(c) || matches!(c, '/' | '"'))
    {
        out.push(' ');
    }
    out.push_str(next);
}

/// Whether a space was there for what was dropped: Japanese has none between words. One on both sides may part a
/// family name from a given one, but not a word from what is inflected behind it.
fn is_of_gap(left: char, right: char, is_on_both_sides: bool) -> bool {
    if matches!(right, '（' | '「' | '『') {
        return true;
    }
    let goes_on = is_hiragana(right) && !is_hiragana(left);
    is_japanese(left) && is_japanese(right) && (!is_on_both_sides || goes_on)
}

/// Whether a text begins with a name and a colon.
fn begins_with_label(text: &str) -> bool {
    text.chars().take(LONGEST_LABEL + 1).any(|c| matches!(c, ':' | '：'))
}

fn is_hiragana(c: char) -> bool {
    ('ぁ'..='ゖ').contains(&c)
}

/// Kana, kanji and full-width marks.
pub(crate) fn is_japanese(c: char) -> bool {
    matches!(c, '、'..='〜' | 'ぁ'..='ヿ' | '一'..='鿿' | '！'..='～')
}

/// Whether nothing is left between a separator and what follows. A mark that is the same with a word behind it,
/// as a slash is, stays.
fn ends_before(left: char, right: char) -> bool {
    (is_close(right) && right != '"')
        || matches!(right, '。' | '、' | '，' | '；')
        || right == left
        || matches!(right, ',' | ';') && matches!(left, ',' | ';' | '、' | ':')
}

/// Takes away the name that stood before a colon, back to what separates it from others.
fn drop_label(out: &mut String) {
    let is_end = |c: char| is_separator(c) || is_open(c) || c == '。';
    let label = out.rfind(is_end).map_or(0, |at| {
        at + out.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    });
    let is_label = out.get(label..).is_some_and(|name| name.chars().count() <= LONGEST_LABEL);
    if is_label && 0 < label {
        out.truncate(label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_closed() {
        for (line, expected) in [
            ("パリ（×、巴里）", "パリ（巴里）"),
            ("物理学（ぶつりがく、×）は", "物理学（ぶつりがく）は"),
            ("X（× ; ×）は", "Xは"),
            ("Y（×、×、 ）は", "Yは"),
            ("「×」は空", "は空"),
            ("終わり、×。次", "終わり。次"),
            ("終わり。×。", "終わり。"),
            ("英語 ×、雨", "英語、雨"),
            ("雨（英: ×）は", "雨は"),
            ("雨（あめ、英: ×、仏: pluie）は", "雨（あめ、仏: pluie）は"),
            ("雨 × 雪", "雨 雪"),
            ("雨×雪", "雨雪"),
            ("雨× 雪", "雨雪"),
            ("雨 ×雪", "雨雪"),
            ("雨 × は水", "雨は水"),
            ("さくら × ももこ", "さくら ももこ"),
            ("雨× rain", "雨 rain"),
            ("rain× （あめ", "rain（あめ"),
            ("レイン×　英: rain", "レイン 英: rain"),
            ("レイン× 英: rain", "レイン 英: rain"),
            ("「雨」× は", "「雨」は"),
            ("×、雨", "雨"),
            ("雨は、×", "雨は、"),
            ("Gouda ,×、", "Gouda、"),
            ("×", ""),
        ] {
            assert_eq!(mend(&line.replace('×', "\u{3}")), expected, "{line}");
        }
    }

    #[test]
    fn other_text_stays() {
        for line in [
            "記号は「。」と「、」と「・」である。",
            "[0, 1)",
            "1) 項",
            "(^_^;)",
            "（、）。。",
            "a  b",
        ] {
            assert_eq!(mend(line), line);
            assert_eq!(mend(&format!("{line}雨\u{3}雪")), format!("{line}雨雪"));
        }
    }

    #[test]
    fn a_label_is_short() {
        let labels = |n: usize| mend(&format!("雨（あめ、{}: \u{3}）", "名".repeat(n)));
        assert_eq!(labels(LONGEST_LABEL), "雨（あめ）");
        assert_eq!(
            labels(LONGEST_LABEL + 1),
            format!("雨（あめ、{}）", "名".repeat(LONGEST_LABEL + 1))
        );
    }
}
