//! What an article teaches beyond its lead. What is asked for stands in the article more than once, or is left out.
//!
//! Two tasks are missing since what they would teach is too often wrong. A redirect does not say whether it is another
//! name, a part, a list or a slip of the pen. A lead is rarely a summary: of a hundred articles of 500 to 4,000
//! characters, two have all that their lead says.

mod facts;
mod heading;
mod masked;

use std::borrow::Cow;

use ljd_core::{Instruction, Preset, RuleOption, Task};

use super::kind;
use crate::markup::{Article, Options, Section, Wiki};
use crate::pages::Page;

/// Which of the tasks are made, beside the description of every article.
pub(super) const TASKS: RuleOption = RuleOption {
    name: "wikipedia_tasks",
    values: &["lead", "title", "heading", "fact", "all"],
    preset: Some(Preset::Clean),
    meaning: "`lead` gives the lead of an article alone; `title` adds the title of a lead in which it is masked, \
              `heading` the headings of sections, `fact` facts of the infobox, `all` all of them",
};

/// A record to be made of an article.
#[derive(Debug)]
pub(super) struct Exercise<'a> {
    /// What its id has behind the article's.
    pub(super) id: Cow<'static, str>,
    pub(super) task: Task,
    pub(super) instruction: Instruction<'a>,
    pub(super) input: Cow<'a, str>,
    pub(super) output: Cow<'a, str>,
}

/// Calls `each` with what an article gives by the chosen tasks.
pub(super) fn each<'a>(
    chosen: &str,
    page: &'a Page,
    lead: &'a str,
    each: &mut dyn FnMut(Exercise<'_>),
) {
    let is_chosen = |task| chosen == task || chosen == "all";
    let kind = kind_of(page, lead);
    if is_chosen("title") {
        masked::exercise(&page.title, lead, kind).into_iter().for_each(&mut *each);
    }
    if chosen == "lead" || chosen == "title" {
        return;
    }
    let options = Options { title: &page.title, ..Options::default() };
    let article = Wiki::japanese().read(&page.text, &options);
    if is_chosen("heading") {
        heading::exercises(&page.title, &article).for_each(&mut *each);
    }
    if is_chosen("fact") {
        facts::exercises(&page.title, lead, &article).for_each(&mut *each);
    }
}

/// What an article is about, as conditions of wordings name it; empty where that is not known.
fn kind_of(page: &Page, lead: &str) -> &'static str {
    kind::list(&page.text, lead).strip_prefix("describe-").unwrap_or_default()
}

/// The sections of an article that speak of its subject, without those of sources and links.
fn body(article: &Article) -> impl Iterator<Item = &Section> {
    article.sections.iter().skip(1).filter(|section| !is_apparatus(&section.title))
}

/// Whether a section has sources and links.
fn is_apparatus(title: &str) -> bool {
    const PARTS: [&str; 10] = [
        "脚注",
        "注釈",
        "出典",
        "参考",
        "文献",
        "関連項目",
        "外部リンク",
        "関連リンク",
        "注記",
        "関連書",
    ];
    PARTS.iter().any(|part| title.contains(part))
}

/// A title without what tells it from others like it: `雨 (曲)` is `雨`.
fn bare(title: &str) -> &str {
    title.split_once(" (").map_or(title, |(bare, _)| bare)
}

/// The kinds of characters that words are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Latin,
    Digit,
    Other,
}

fn script(c: char) -> Script {
    match c {
        '一'..='鿿' | '々' | '〆' => Script::Kanji,
        'ァ'..='ヺ' | 'ー' => Script::Katakana,
        _ if c.is_numeric() => Script::Digit,
        _ if c.is_alphabetic() && !('ぁ'..='ゖ').contains(&c) => Script::Latin,
        _ => Script::Other,
    }
}

/// The longest pieces of a text that are of one script.
fn words(text: &str) -> impl Iterator<Item = (Script, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let of = script(rest.chars().next()?);
        let end = rest.find(|c| script(c) != of).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        Some((of, word))
    })
}

/// Whether a text has a phrase that no longer word begins or ends with.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let [Some(first), Some(last)] = [phrase.chars().next(), phrase.chars().next_back()] else {
        return false;
    };
    let goes_on = |c: char, end: char| script(c) != Script::Other && script(c) == script(end);
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + phrase.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(|c| goes_on(c, first)) && !behind.is_some_and(|c| goes_on(c, last))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_of_one_script() {
        let found: Vec<&str> = words("雨はRain、12月のスコール").map(|(_, word)| word).collect();
        assert_eq!(found, ["雨", "は", "Rain", "、", "12", "月", "の", "スコール"]);
    }

    #[test]
    fn a_phrase_is_no_part_of_a_word() {
        assert!(has_phrase("首都は京都である", "京都"));
        assert!(!has_phrase("首都は東京都である", "京都"));
        assert!(has_phrase("ローマ市、東ローマ", "ローマ"));
        assert!(!has_phrase("ローマン", "ローマ"));
        assert!(!has_phrase("1959年", "59年") && !has_phrase("雨", ""));
    }

    #[test]
    fn sources_are_no_body() {
        let section =
            |title: &str| Section { title: title.into(), level: 2, text: "文。".into() };
        let article = Article {
            sections: ["", "歴史", "参考文献", "脚注", "外部リンク"].map(section).to_vec(),
            ..Article::default()
        };
        assert_eq!(
            body(&article).map(|section| section.title.as_str()).collect::<Vec<_>>(),
            ["歴史"]
        );
    }
}
