//! Facts of an infobox that the text of the article confirms.

use std::borrow::Cow;

use ljd_core::{Task, Template};

use super::{Exercise, body, has_phrase};
use crate::markup::Article;

const ASKED: Template<'static> = Template::new("fact", "{subject}の{attribute}を教えてください。");

const ASKED_BY_KIND: [(&str, Template<'static>); 6] = [
    ("date", Template::new("fact-kind", "{subject}の{attribute}はいつですか。")),
    ("birth", Template::new("fact-kind", "{subject}の{attribute}はいつですか。")),
    ("place", Template::new("fact-kind", "{subject}の{attribute}はどこですか。")),
    ("birthplace", Template::new("fact-kind", "{subject}の{attribute}はどこですか。")),
    ("person", Template::new("fact-kind", "{subject}の{attribute}は誰ですか。")),
    ("director", Template::new("fact-kind", "{subject}の{attribute}は誰ですか。")),
];

/// Fields of infoboxes, what people call them, and the kind of their values.
const FIELDS: [(&str, &str, &str); 46] = [
    ("首都", "首都", "place"),
    ("最大都市", "最大の都市", "place"),
    ("公用語", "公用語", "thing"),
    ("通貨", "通貨", "thing"),
    ("国歌名", "国歌", "thing"),
    ("国歌", "国歌", "thing"),
    ("政体", "政体", "thing"),
    ("日本語国名", "正式な国名", "thing"),
    ("都道府県庁所在地", "県庁所在地", "place"),
    ("隣接都道府県", "隣接する都道府県", "thing"),
    ("木", "木", "thing"),
    ("花", "花", "thing"),
    ("鳥", "鳥", "thing"),
    ("知事", "知事", "person"),
    ("市長", "市長", "person"),
    ("本名", "本名", "thing"),
    ("生年", "生年月日", "birth"),
    ("生年月日", "生年月日", "birth"),
    ("birth_date", "生年月日", "birth"),
    ("没年", "没年月日", "date"),
    ("没年月日", "没年月日", "date"),
    ("death_date", "没年月日", "date"),
    ("生地", "出身地", "birthplace"),
    ("出身地", "出身地", "birthplace"),
    ("birth_place", "出身地", "birthplace"),
    ("没地", "没地", "place"),
    ("death_place", "没地", "place"),
    ("国籍", "国籍", "thing"),
    ("職業", "職業", "thing"),
    ("ジャンル", "ジャンル", "thing"),
    ("代表作", "代表作", "thing"),
    ("配偶者", "配偶者", "person"),
    ("出身校", "出身校", "thing"),
    ("監督", "監督", "director"),
    ("脚本", "脚本家", "person"),
    ("作者", "作者", "person"),
    ("著者", "著者", "person"),
    ("製作者", "製作者", "person"),
    ("出版社", "出版社", "thing"),
    ("掲載誌", "掲載誌", "thing"),
    ("開発元", "開発元", "thing"),
    ("発売元", "発売元", "thing"),
    ("創業者", "創業者", "person"),
    ("設立", "設立日", "date"),
    ("本社所在地", "本社の所在地", "place"),
    ("所在地", "所在地", "place"),
];

/// In characters; a longer value is a text.
const LONGEST: usize = 30;

/// In characters; a shorter value stands in every article.
const SHORTEST: usize = 2;

/// Questions for the fields of an infobox whose value stands in the lead or the body, one for each attribute.
///
/// A subject with a bracket behind its title cannot stand in a question.
pub(super) fn exercises<'a>(
    title: &'a str,
    lead: &'a str,
    article: &'a Article,
) -> impl Iterator<Item = Exercise<'a>> {
    let mut asked: Vec<&str> = Vec::new();
    let fields = if title.contains([' ', '(']) { &[] } else { article.infobox.as_slice() };
    fields.iter().filter_map(move |(field, value)| {
        let (_, attribute, kind) = FIELDS.iter().find(|(known, _, _)| known == field)?;
        let value = plain(value)?;
        let is_new = !asked.contains(attribute) && value != title && fits(value, kind);
        if !is_new || !is_confirmed(value, lead, article) {
            return None;
        }
        asked.push(attribute);
        Some(exercise(title, (attribute, kind), value))
    })
}

fn exercise<'a>(
    title: &'a str,
    (attribute, kind): (&'static str, &'static str),
    value: &'a str,
) -> Exercise<'a> {
    let mut slots: Vec<(&str, Cow<'a, str>)> =
        vec![("subject", title.into()), ("attribute", attribute.into()), ("kind", kind.into())];
    if let Some((year, _)) = value.split_once('年').filter(|_| matches!(kind, "date" | "birth")) {
        slots.push(("year", format!("{year}年").into()));
    }
    let by_kind = ASKED_BY_KIND.iter().find(|(of, _)| *of == kind).map(|(_, template)| *template);
    Exercise {
        id: Cow::Owned(format!("fact/{attribute}")),
        task: Task::QuestionAnswering,
        instruction: by_kind.unwrap_or(ASKED).fill(slots),
        input: Cow::Borrowed(""),
        output: Cow::Borrowed(value),
    }
}

/// A value without what stands in brackets behind it; none where it is more than a phrase.
fn plain(value: &str) -> Option<&str> {
    let plain = value.split(['（', '(', '〈']).next().unwrap_or(value).trim();
    let is_phrase = !plain.contains(|c: char| {
        matches!(
            c,
            '\n' | '。' | '：' | ':' | '[' | '$' | '|' | '{' | '=' | '/' | '※' | '、' | '・' | '）'
        )
    });
    let n = plain.chars().count();
    let is_number = plain.chars().all(char::is_numeric);
    let is_none = matches!(plain, "なし" | "不明" | "同じ" | "同左" | "非公開" | "未公表");
    ((SHORTEST..=LONGEST).contains(&n) && is_phrase && !is_number && !is_none).then_some(plain)
}

/// Whether a value is of its kind, as far as its characters tell: a day is a day, and nothing else is.
fn fits(value: &str, kind: &str) -> bool {
    let is_day = value.starts_with(|c: char| c.is_ascii_digit())
        && value.ends_with('日')
        && value.contains('年');
    is_day == matches!(kind, "date" | "birth")
}

/// Whether the lead or the body has a value.
fn is_confirmed(value: &str, lead: &str, article: &Article) -> bool {
    has_phrase(lead, value) || body(article).any(|section| has_phrase(&section.text, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::Section;

    fn made(title: &str, field: &str, value: &str) -> Vec<(String, String)> {
        let text = "雨都と雨の木と1959年10月11日と京都市と雪歌、雨代にある。12は数。".to_owned();
        let article = Article {
            sections: vec![Section::default(), Section { title: "節".into(), level: 2, text }],
            infobox: vec![(field.to_owned(), value.to_owned()); 2],
            ..Article::default()
        };
        let made = exercises(title, "", &article);
        made.map(|made| (made.instruction.to_string(), made.output.into_owned())).collect()
    }

    #[test]
    fn facts_are_asked_once_with_the_words_of_their_kind() {
        for (field, value, question, answer) in [
            ("首都", "雨都", "雨の国の首都はどこですか。", "雨都"),
            ("首都", "雨都（うと）", "雨の国の首都はどこですか。", "雨都"),
            ("生年", "1959年10月11日（63歳）", "雨の国の生年月日はいつですか。", "1959年10月11日"),
            ("木", "雨の木", "雨の国の木を教えてください。", "雨の木"),
        ] {
            assert_eq!(made("雨の国", field, value), [(question.to_owned(), answer.to_owned())]);
        }
    }

    #[test]
    fn what_is_not_confirmed_or_no_fact_is_left_out() {
        for (title, field, value) in [
            ("雨の国", "首都", "雪都"),
            ("雨の国", "首都", "京都"),
            ("雨の国", "脚注", "雨都"),
            ("雨 (曲)", "首都", "雨都"),
            ("雨都", "首都", "雨都"),
            ("雨の国", "首都", "12"),
            ("雨の国", "首都", "雨都\n雪歌"),
            ("雨の国", "首都", "1959年10月11日"),
            ("雨の国", "生年", "雨都"),
        ] {
            assert_eq!(made(title, field, value), [], "{title} {field} {value}");
        }
    }

    #[test]
    fn a_value_is_a_phrase() {
        let of = |n: usize| plain(&"雨".repeat(n)).is_some();
        assert_eq!(
            [SHORTEST - 1, SHORTEST, LONGEST, LONGEST + 1].map(of),
            [false, true, true, false]
        );
    }
}
