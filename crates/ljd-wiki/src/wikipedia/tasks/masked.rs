//! The title of a lead in which it is masked.

use std::borrow::Cow;

use ljd_core::{Task, Template};

use super::{Exercise, Script, bare, words};

const ASKED: Template<'static> =
    Template::new("masked-title", "次の説明文の〇〇に当てはまる言葉を答えてください。");

/// What stands where the title stood.
const MASK: &str = "〇〇";

/// In characters of the masked lead; less does not tell one thing from others like it.
const SHORTEST: usize = 80;

/// In characters; a title of one is found in other words.
const SHORTEST_TITLE: usize = 2;

/// The question for the title of a lead that begins with it; none where the lead says too little, or where a part of the
/// title is left.
pub(super) fn exercise<'a>(title: &'a str, lead: &str, kind: &'static str) -> Option<Exercise<'a>> {
    let title = bare(title);
    if title.chars().count() < SHORTEST_TITLE {
        return None;
    }
    let masked = mask(title, lead)?;
    let is_long_enough = SHORTEST <= masked.chars().count();
    (is_long_enough && !gives_away(title, &masked)).then(|| Exercise {
        id: Cow::Borrowed("title"),
        task: Task::TitleGeneration,
        instruction: ASKED.fill([("kind", kind.into())]),
        input: Cow::Owned(masked),
        output: Cow::Borrowed(title),
    })
}

/// A lead with the title that it begins with, and what stands in brackets behind it, masked, and the title wherever it
/// stands.
fn mask(title: &str, lead: &str) -> Option<String> {
    let lead = lead.trim_start_matches(['『', '「']);
    let rest = lead.get(spelt(title, lead)?..)?.trim_start_matches(['』', '」', ' ']);
    let (kept, rest) = match rest.strip_prefix(['（', '(']) {
        Some(inside) => {
            let end = closing(inside)?;
            (dates(inside.get(..end)?), inside.get(end..)?.strip_prefix(['）', ')'])?)
        }
        None => (String::new(), rest),
    };
    let is_explained = ["は", "とは"].iter().any(|word| rest.starts_with(word));
    is_explained.then(|| format!("{MASK}{kept}{}", everywhere(title, rest)))
}

/// How long the title is as a text begins with it, which may have spaces in it.
fn spelt(title: &str, text: &str) -> Option<usize> {
    let mut left = title.chars().filter(|c| !c.is_whitespace()).peekable();
    for (at, c) in text.char_indices() {
        match left.peek() {
            None => return Some(at),
            Some(next) if *next == c => {
                left.next();
            }
            Some(_) if matches!(c, ' ' | '\u{3000}') => {}
            Some(_) => return None,
        }
    }
    left.peek().is_none().then_some(text.len())
}

/// Where the bracket stands that closes a text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' if depth == 0 => return Some(at),
            '）' | ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What a bracket behind a title says of dates, in brackets; readings and other names are none.
fn dates(inside: &str) -> String {
    let is_date =
        |part: &&str| part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('年');
    let dates: Vec<&str> = inside.split('、').map(str::trim_start).filter(is_date).collect();
    if dates.is_empty() { String::new() } else { format!("（{}）", dates.join("、")) }
}

/// A text with a title masked wherever it stands, also with spaces in it.
fn everywhere(title: &str, text: &str) -> String {
    let first = title.chars().next().unwrap_or_default();
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(first) {
        let (before, found) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let len = spelt(title, found);
        if len.is_some() {
            out.push_str(MASK);
        } else {
            out.push(first);
        }
        rest = found.get(len.unwrap_or(first.len_utf8())..).unwrap_or_default();
    }
    out + rest
}

/// Whether a word of the title is left in the masked lead, or the lead gives other names or tells meanings apart.
fn gives_away(title: &str, masked: &str) -> bool {
    const OTHERS: [&str; 15] = [
        "略称",
        "通称",
        "別名",
        "別称",
        "愛称",
        "本名",
        "旧称",
        "とも呼",
        "ともいう",
        "とも言う",
        "⇒",
        "→",
        "の意味があ",
        "項目",
        "後述",
    ];
    let lower = masked.to_lowercase();
    let is_left = |word: &str| lower.contains(&word.to_lowercase());
    let is_name = |script| matches!(script, Script::Katakana | Script::Latin);
    OTHERS.iter().any(|other| masked.contains(other))
        || words(title).any(|(script, word)| {
            let least = if is_name(script) { 3 } else { 2 };
            script != Script::Other && least <= word.chars().count() && is_left(word)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(title: &str, lead: &str) -> Option<String> {
        let lead = format!("{lead}{}", "長い説明が続く。".repeat(10));
        exercise(title, &lead, "")
            .map(|made| made.input.trim_end_matches("長い説明が続く。").to_owned())
    }

    #[test]
    fn title_reading_and_names_are_masked() {
        for (title, lead, expected) in [
            (
                "雨天",
                "雨天（うてん、英: rain）は水である。雨天の日。",
                "〇〇は水である。〇〇の日。",
            ),
            (
                "雨野水子",
                "雨野 水子（あめの みずこ、1959年10月11日 - ）は漫画家。雨野 水子の妹。",
                "〇〇（1959年10月11日 - ）は漫画家。〇〇の妹。",
            ),
            ("雨天 (曲)", "『雨天』（うてん（ウテン））とは曲である。", "〇〇とは曲である。"),
        ] {
            assert_eq!(masked(title, lead).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_gives_the_title_away_is_left_out() {
        for (title, lead) in [
            ("雨", "雨は水である。"),
            ("雨天", "大雨天は水である。"),
            ("雨天", "雨天（うてんは水である。"),
            ("雨天", "雨天。水である。"),
            ("レイン・ダンス", "レイン・ダンスは踊りである。ダンスの一つ。"),
            ("雨天", "雨天は水である。別名は水天。"),
        ] {
            assert_eq!(masked(title, lead), None, "{lead}");
        }
    }

    #[test]
    fn a_lead_is_long_enough() {
        let of =
            |n: usize| exercise("雨天", &format!("雨天は{}", "水".repeat(n - 3)), "").is_some();
        assert_eq!([SHORTEST - 1, SHORTEST].map(of), [false, true]);
        let of = |n: usize| {
            let title = "雨".repeat(n);
            exercise(&title, &format!("{title}は{}", "水".repeat(SHORTEST)), "").is_some()
        };
        assert_eq!([SHORTEST_TITLE - 1, SHORTEST_TITLE].map(of), [false, true]);
    }
}
