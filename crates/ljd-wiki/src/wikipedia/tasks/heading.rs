//! The headings of sections.

use std::borrow::Cow;

use ljd_core::{Task, Template};

use super::{Exercise, Script, bare, body, words};
use crate::markup::{Article, Section};

const ASKED: Template<'static> = Template::new("heading", "次の文章に見出しを付けてください。");

/// How long the text of a section is, in characters.
const SHORTEST: usize = 200;
const LONGEST: usize = 2_000;

/// In characters; a longer heading is a sentence.
const LONGEST_HEADING: usize = 12;

/// In characters; shorter lines are those of a list.
const SHORTEST_LINE: usize = 40;

/// Questions for the headings of sections whose text has the words of its heading.
pub(super) fn exercises<'a>(
    title: &'a str,
    article: &'a Article,
) -> impl Iterator<Item = Exercise<'a>> {
    let title = bare(title);
    article.sections.iter().enumerate().filter(|(_, section)| is_sound(section)).filter_map(
        move |(n, section)| {
            let is_body = body(article).any(|one| std::ptr::eq(one, section));
            is_body.then(|| Exercise {
                id: Cow::Owned(format!("heading/{n}")),
                task: Task::TitleGeneration,
                instruction: ASKED.fill([("title", title.into())]),
                input: Cow::Borrowed(section.text.as_str()),
                output: Cow::Borrowed(section.title.as_str()),
            })
        },
    )
}

/// Whether a section is prose and its heading says what the prose is about.
fn is_sound(section: &Section) -> bool {
    let n = section.text.chars().count();
    let lines = section.text.lines().count();
    (SHORTEST..=LONGEST).contains(&n)
        && SHORTEST_LINE * lines <= n
        && section.text.ends_with('。')
        && says_something(&section.title)
        && is_named(&section.title, &section.text)
}

/// Whether a heading has a meaning without its article.
fn says_something(heading: &str) -> bool {
    const SAYS_NOTHING: [&str; 22] = [
        "概要",
        "概説",
        "概略",
        "その他",
        "備考",
        "一覧",
        "解説",
        "説明",
        "人物",
        "内容",
        "詳細",
        "補足",
        "略歴",
        "経歴",
        "来歴",
        "作品",
        "総説",
        "特徴",
        "沿革",
        "定義",
        "由来",
        "注意",
    ];
    let n = heading.chars().count();
    let ends_as_sentence = heading.ends_with(['。', '？', '！', '?', '!', '…']);
    (2..=LONGEST_HEADING).contains(&n)
        && !SAYS_NOTHING.contains(&heading)
        && !heading.contains(char::is_numeric)
        && !ends_as_sentence
}

/// Whether a text has every word of its heading.
fn is_named(heading: &str, text: &str) -> bool {
    let is_word = |script| !matches!(script, Script::Other | Script::Digit);
    let mut n = 0;
    let has_all = words(heading).filter(|(script, _)| is_word(*script)).all(|(_, word)| {
        n += 1;
        text.contains(word)
    });
    has_all && 0 < n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(heading: &str, text: &str) -> usize {
        let section =
            |title: &str, text: &str| Section { title: title.into(), level: 2, text: text.into() };
        let sections = vec![section("", "雨は水。"), section(heading, text)];
        exercises("雨", &Article { sections, ..Article::default() }).count()
    }

    fn text(n: usize) -> String {
        format!("降水量{}。", "は".repeat(n - 4))
    }

    #[test]
    fn sections_are_neither_short_nor_long() {
        let of = |n: usize| made("降水量", &text(n));
        assert_eq!([SHORTEST - 1, SHORTEST, LONGEST, LONGEST + 1].map(of), [0, 1, 1, 0]);
    }

    #[test]
    fn a_list_is_no_prose() {
        let of = |n: usize| {
            let lines = SHORTEST / SHORTEST_LINE + 1;
            made("降水量", &vec![text(n); lines].join("\n"))
        };
        assert_eq!([SHORTEST_LINE - 2, SHORTEST_LINE - 1].map(of), [0, 0]);
        assert_eq!(of(SHORTEST_LINE), 1);
    }

    #[test]
    fn a_heading_is_short_and_says_what_its_text_says() {
        let of = |heading: &str| made(heading, &format!("{heading}{}", text(SHORTEST)));
        for heading in ["概要", "脚注", "雨", "2000年代", "いつ降るか？"] {
            assert_eq!(of(heading), 0, "{heading}");
        }
        assert_eq!([LONGEST_HEADING, LONGEST_HEADING + 1].map(|n| of(&"雪".repeat(n))), [1, 0]);
        assert_eq!((made("降雪量", &text(SHORTEST)), made("降水量", &text(SHORTEST))), (0, 1));
    }
}
