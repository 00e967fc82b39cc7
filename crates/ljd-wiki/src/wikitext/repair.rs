//! What is left where markup was dropped, put in order.

/// Pairs of brackets.
const PAIRS: [(char, char); 5] =
    [('（', '）'), ('(', ')'), ('「', '」'), ('『', '』'), ('〈', '〉')];

/// Puts a line in order from which templates were dropped: no bracket is empty, begins or ends with a comma,
/// or lacks its other half; no comma or full stop stands twice or behind a space.
///
/// ```
/// use ljd_wiki::wikitext::repair;
///
/// assert_eq!(repair("パリ（、巴里）は、 都市（）である。。"), "パリ（巴里）は、都市である。");
/// assert_eq!(repair("雨（あめ、 ; ）は「水」である"), "雨（あめ）は「水」である");
/// ```
pub fn repair(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    // The brackets that are open, with where they stand in the output.
    let mut open: Vec<(char, usize)> = Vec::new();
    for c in line.chars() {
        if let Some((_, close)) = PAIRS.iter().find(|(known, _)| *known == c) {
            open.push((*close, out.len()));
            out.push(c);
        } else if PAIRS.iter().any(|(_, close)| *close == c) {
            self::close(c, &mut open, &mut out);
        } else if is_separator(c) {
            separate(c, &open, &mut out);
        } else if c != ' '
            || !(out.is_empty() || out.ends_with([' ', '（', '、', '。', '\u{3000}']))
        {
            out.push(c);
        }
    }
    // What is open at the end of the line has lost its other half.
    for (_, at) in open.into_iter().rev() {
        out.remove(at);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Commas and the like, which separate what stands in a bracket.
fn is_separator(c: char) -> bool {
    matches!(c, '、' | '。' | '，' | '；' | ';' | ',' | '・' | '：')
}

fn close(c: char, open: &mut Vec<(char, usize)>, out: &mut String) {
    // Full-width and other brackets are mixed in practice.
    let is_it = |(close, _): &(char, usize)| {
        *close == c || (matches!(c, '）' | ')') && matches!(close, '）' | ')'))
    };
    let Some(at) = open.iter().rposition(is_it) else { return };
    // A bracket that is open within has lost its other half.
    for (_, within) in open.drain(at + 1..).rev() {
        out.remove(within);
    }
    let Some((_, start)) = open.pop() else { return };
    out.truncate(
        out.trim_end_matches(|c: char| is_separator(c) && c != '。' || c == ' ' || c == '\u{3000}')
            .len(),
    );
    let inside = out.get(start..).unwrap_or_default();
    if inside.chars().count() <= 1 {
        out.truncate(start);
    } else {
        out.push(c);
    }
}

fn separate(c: char, open: &[(char, usize)], out: &mut String) {
    if !matches!(c, ',' | ';') {
        out.truncate(out.trim_end_matches(' ').len());
    }
    let last = out.chars().next_back();
    let is_first = last.is_none_or(|last| PAIRS.iter().any(|(open, _)| *open == last));
    let is_first_in_bracket = is_first && (!open.is_empty() || c != '・');
    let is_double = last.is_some_and(|last| {
        is_separator(last)
            && (last == c
                || matches!((last, c), ('、', '，' | ';' | '；') | ('；' | ';', '、' | ';' | '；')))
    });
    if is_first_in_bracket || is_double {
        return;
    }
    if c == '。' {
        out.truncate(out.trim_end_matches(['、', '；', ';', '，']).len());
        if out.ends_with('。') || out.is_empty() {
            return;
        }
    } else if last == Some('。') && c != '・' {
        return;
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_emptied_is_repaired() {
        let cases = [
            ("パリ（、巴里）", "パリ（巴里）"),
            ("物理学（ぶつりがく、）は", "物理学（ぶつりがく）は"),
            ("X（ ; ）は", "Xは"),
            ("Y（、、）は", "Yは"),
            ("「」は空、", "は空、"),
            ("終わり、。次", "終わり。次"),
            ("終わり。。", "終わり。"),
            ("半分）だけ", "半分だけ"),
            ("半分（だけ", "半分だけ"),
            ("混ぜた(括弧）", "混ぜた(括弧）"),
            ("入れ子（a（、）b）", "入れ子（ab）"),
            ("英語: rain 、雨", "英語: rain、雨"),
            ("a, b; c", "a, b; c"),
            ("（・）", ""),
            ("1,000", "1,000"),
        ];
        for (line, expected) in cases {
            assert_eq!(repair(line), expected, "{line}");
        }
    }

    #[test]
    fn repaired_text_stays_as_it_is() {
        for line in ["雨（あめ、英: rain）は、水である。", "「『a』と（b）」", "", "A・B"]
        {
            assert_eq!(repair(&repair(line)), repair(line));
            assert_eq!(repair(line), line);
        }
    }
}
