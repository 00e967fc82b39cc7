//! Slips of the pen in leads that can be mended in one way only.

use std::borrow::Cow;

use crate::markup::is_japanese;

/// Halves of brackets that stand for each other, whatever their width.
const PAIRS: [(&str, &str); 7] = [
    ("(（", ")）"),
    ("[［", "]］"),
    ("「", "」"),
    ("『", "』"),
    ("〈", "〉"),
    ("〔", "〕"),
    ("《", "》"),
];

/// A line with its brackets in pairs, where what is wrong has one place and one mending:
///
/// * what is opened and then closed by the half of another pair gets its own: `「雨］` is `「雨」`. Round ones are not
///   looked at, which stand alone in lists and smileys;
/// * of two round ones next to each other in both widths, of which one closes nothing, one stays: `（[ɹeɪn])）`;
/// * the label of a language that is closed but was not opened is opened before it: `レイン英: rain）`.
///
/// A space between a Japanese full stop and the next sentence is left out as well.
pub(super) fn mended(line: &str) -> String {
    let line = without_spaces(line);
    let mended = match Halves::of(&line) {
        Halves { unopened: Some(at), unclosed: None, is_more: false } => {
            without_second(&line, at).or_else(|| opened(&line, at))
        }
        Halves { unopened: Some(close), unclosed: Some(open), is_more: false } => {
            closed(&line, open, close)
        }
        _ => None,
    };
    mended.unwrap_or_else(|| line.into_owned())
}

fn without_spaces(line: &str) -> Cow<'_, str> {
    let mut sentences = line.split("。 ").peekable();
    let Some(first) = sentences.next().filter(|_| sentences.peek().is_some()) else {
        return Cow::Borrowed(line);
    };
    let mut out = first.to_owned();
    for next in sentences {
        let next_is_japanese = next.chars().next().is_some_and(is_japanese);
        out.push_str(if next_is_japanese { "。" } else { "。 " });
        out.push_str(next);
    }
    Cow::Owned(out)
}

/// The pair of which a character is half, and whether it opens it.
fn pair_of(c: char) -> Option<(usize, bool)> {
    PAIRS.iter().enumerate().find_map(|(pair, (open, close))| {
        if open.contains(c) {
            Some((pair, true))
        } else {
            close.contains(c).then_some((pair, false))
        }
    })
}

/// Halves without the other one in a line, by their places.
#[derive(Debug, Default)]
struct Halves {
    unopened: Option<usize>,
    unclosed: Option<usize>,
    /// Whether there are others of the same kind.
    is_more: bool,
}

impl Halves {
    fn of(line: &str) -> Self {
        let mut halves = Self::default();
        let mut open: [Vec<usize>; PAIRS.len()] = Default::default();
        for (at, c) in line.char_indices() {
            let Some((pair, opens)) = pair_of(c) else { continue };
            let Some(open) = open.get_mut(pair) else { continue };
            if opens {
                open.push(at);
            } else if open.pop().is_none() {
                halves.is_more |= halves.unopened.replace(at).is_some();
            }
        }
        for at in open.into_iter().flatten() {
            halves.is_more |= halves.unclosed.replace(at).is_some();
        }
        halves
    }
}

/// A line in which the half of another pair that closes what is open there is its own.
fn closed(line: &str, open: usize, close: usize) -> Option<String> {
    let (behind_open, behind_close) = (line.get(open..)?, line.get(close..)?);
    let wrong = behind_close.chars().next().filter(|c| !matches!(c, ')' | '）'))?;
    let (pair, _) = pair_of(behind_open.chars().next()?)?;
    let (_, right) = PAIRS.get(pair)?;
    let right = right.chars().last().filter(|_| open < close)?;
    let behind = behind_close.strip_prefix(wrong)?;
    Some(format!("{}{right}{behind}", line.get(..close)?))
}

/// A line with one closing bracket in place of that one and the one before it, if they are round and of both widths.
fn without_second(line: &str, at: usize) -> Option<String> {
    let (before, rest) = line.split_at_checked(at)?;
    let widths = [(")", "）"), ("）", ")")];
    widths.into_iter().find_map(|(first, second)| {
        let (before, behind) = (before.strip_suffix(first)?, rest.strip_prefix(second)?);
        Some(format!("{before}）{behind}"))
    })
}

/// What Wikipedia's templates call languages.
const LANGUAGES: [&str; 22] = [
    "英",
    "英語",
    "独",
    "ドイツ語",
    "仏",
    "フランス語",
    "羅",
    "ラテン語",
    "西",
    "スペイン語",
    "伊",
    "イタリア語",
    "露",
    "ロシア語",
    "希",
    "ギリシア語",
    "蘭",
    "オランダ語",
    "葡",
    "ポルトガル語",
    "中国語",
    "朝鮮語",
];

/// A line with the bracket that is closed there opened before the label of a language that stands behind a word.
fn opened(line: &str, at: usize) -> Option<String> {
    let mut labels = line.get(..at)?.rmatch_indices(": ");
    let word = labels.find_map(|(colon, _)| {
        let before = line.get(..colon)?;
        LANGUAGES.iter().find_map(|language| before.strip_suffix(language))
    })?;
    let label = line.strip_prefix(word)?;
    word.ends_with(char::is_alphanumeric).then(|| format!("{word}（{label}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_one_mending_is_mended() {
        for (line, expected) in [
            ("雨またはレイン英: rain、Rain）とは水。", "雨またはレイン（英: rain、Rain）とは水。"),
            (
                "レインドイツ語: Regen）は、雪（ゆき）。",
                "レイン（ドイツ語: Regen）は、雪（ゆき）。",
            ),
            ("雨（英語: rain、[ɹeɪn])）は水。", "雨（英語: rain、[ɹeɪn]）は水。"),
            ("雨（あめ）)は水。", "雨（あめ）は水。"),
            ("漢語で「雨］や「雪」など", "漢語で「雨」や「雪」など"),
            ("雨である。 雪もある。", "雨である。雪もある。"),
            ("雨。 Rain", "雨。 Rain"),
        ] {
            assert_eq!(mended(line), expected);
        }
    }

    #[test]
    fn what_has_several_mendings_stays() {
        for line in [
            "雨（あめ、英: rain）は水。",
            "雨あめ）は水。",
            "雨（あめ））は水。",
            "雨、英: rain）は水。",
            "レイン英: rain）と雪）は水。",
            "（レイン英: rain、[ɹeɪn",
            "「雨 1) 項",
            "］「雨",
            "1) 雨",
            "「雨",
        ] {
            assert_eq!(mended(line), line);
        }
    }
}
