//! What an article is about: a person, a place, a work or a thing, which are asked about in other words.

/// The list of wordings for a page, by its source and its lead; that of anything where it is not known what it is.
pub(super) fn list(source: &str, lead: &str) -> &'static str {
    if let Some(kind) = infobox(source).as_deref().and_then(kind_of_infobox) {
        return kind;
    }
    let first = lead.split(['。', '\n']).next().unwrap_or_default();
    if has_dates_of_a_life(first) && ends_like_a_person(first) {
        "describe-person"
    } else if asks_what_it_is(first) {
        "describe-thing"
    } else {
        "describe"
    }
}

/// The name of the first template that is an infobox, in lower case.
fn infobox(source: &str) -> Option<String> {
    let start: String = source.chars().take(LOOKED_AT).collect();
    let names = start.split("{{").skip(1).filter_map(|template| {
        let name = template.split(['|', '}', '\n', '<']).next()?;
        Some(name.trim().replace('_', " ").to_lowercase())
    });
    let is_infobox = |name: &String| INFOBOXES.iter().any(|start| name.starts_with(start));
    names.into_iter().find(is_infobox)
}

/// An infobox stands near the top, behind notes on the page.
const LOOKED_AT: usize = 3000;

const INFOBOXES: [&str; 2] = ["infobox", "基礎情報"];

/// Parts of the names of infoboxes; a part that is in another one's name comes first.
const KINDS: [(&str, &[&str]); 4] = [
    (
        "describe-thing",
        &["language", "languages", "国軍", "military conflict", "spaceflight", "award"],
    ),
    (
        "describe-person",
        &[
            "漫画家",
            "哲学者",
            "作家",
            "声優",
            "俳優",
            "お笑い",
            "アナウンサー",
            "政治家",
            "選手",
            "力士",
            "棋士",
            "騎手",
            "君主",
            "皇族",
            "天皇",
            "大統領",
            "武士",
            "軍人",
            "実業家",
            "人物",
            "person",
            "musician",
            "philosopher",
            "writer",
            "scientist",
            "officeholder",
            "biography",
            "artist",
            "actor",
            "politician",
            "president",
            "royalty",
            "astronaut",
            "youtuber",
            "model",
        ],
    ),
    (
        "describe-place",
        &[
            "都道府県",
            "continent",
            "country",
            "基礎情報 国",
            "settlement",
            "state",
            "province",
            "市町村",
            "日本の市",
            "日本の町村",
            "island",
            "mountain",
            "river",
            "lake",
            "山",
            "湖",
            "河川",
            "駅情報",
            "行政区",
        ],
    ),
    (
        "describe-work",
        &[
            "animanga",
            "book",
            "film",
            "single",
            "album",
            "song",
            "テレビ番組",
            "映画",
            "ゲーム",
            "video game",
            "television",
            "novel",
            "作品",
            "painting",
            "opera",
            "play",
        ],
    ),
];

fn kind_of_infobox(name: &str) -> Option<&'static str> {
    let (kind, _) = KINDS.iter().find(|(_, parts)| parts.iter().any(|part| name.contains(part)))?;
    Some(kind)
}

/// Whether the first bracket has the date of a birth: 1950年1月1日 - .
fn has_dates_of_a_life(sentence: &str) -> bool {
    let bracket =
        sentence.split_once(['（', '(']).and_then(|(_, rest)| rest.split(['）', ')']).next());
    let has_span = |text: &str| {
        text.contains([' ', '〜', '～', '－', '–', '―', '-'])
            && text.contains(['-', '〜', '～', '－', '–', '―'])
    };
    bracket.is_some_and(|text| text.contains('年') && text.contains('月') && has_span(text))
}

/// Whether the sentence ends in what people are: 日本の漫画家である.
fn ends_like_a_person(sentence: &str) -> bool {
    const PEOPLE: [&str; 27] = [
        "家",
        "者",
        "手",
        "優",
        "員",
        "官",
        "人",
        "師",
        "王",
        "帝",
        "将",
        "士",
        "監督",
        "タレント",
        "ミュージシャン",
        "ギタリスト",
        "ピアニスト",
        "ドラマー",
        "アイドル",
        "モデル",
        "アナウンサー",
        "プロデューサー",
        "ライター",
        "デザイナー",
        "イラストレーター",
        "大統領",
        "首相",
    ];
    let end =
        ["である", "であった", "です", "だった"].iter().find_map(|end| sentence.strip_suffix(end));
    let noun = end.unwrap_or(sentence);
    PEOPLE.iter().any(|people| noun.ends_with(people))
}

/// Whether the sentence says what something is: 橋とは、…である.
fn asks_what_it_is(sentence: &str) -> bool {
    let (mut depth, mut plain) = (0_i32, String::new());
    for c in sentence.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain.split_once("とは").is_some_and(|(subject, _)| !subject.contains(['、', 'は']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_infobox_says_what_a_page_is_about() {
        for (source, kind) in [
            ("{{Otheruses}}\n{{Infobox 漫画家\n|名前=雨}}", "describe-person"),
            ("{{Infobox_Musician <!-- 音楽家 -->\n|名前=雨}}", "describe-person"),
            ("{{基礎情報 都道府県|名前=雨}}", "describe-place"),
            ("{{基礎情報 国\n|名前=雨}}", "describe-place"),
            ("{{Infobox animanga/Header}}", "describe-work"),
            ("{{Infobox language family|名前=雨}}", "describe-thing"),
            ("{{Infobox Unit}}", "describe"),
            ("{{出典の明記}}", "describe"),
        ] {
            assert_eq!(list(source, "雨は雨。"), kind, "{source}");
        }
        let far = format!("{}{{{{Infobox book}}}}", "雨".repeat(LOOKED_AT));
        assert_eq!(list(&far, "雨。"), "describe");
    }

    #[test]
    fn the_first_sentence_says_it_where_no_infobox_does() {
        for (lead, kind) in [
            (
                "雨野一郎（あめの いちろう、1950年1月1日 - ）は、日本の漫画家。代表作に橋がある。",
                "describe-person",
            ),
            ("雨野一郎（1850年2月3日 - 1901年）は雨国の作曲家である。", "describe-person"),
            ("雨の戦い（1939年9月1日 - 1945年）は、雨国の戦争である。", "describe"),
            ("雨野一郎は、日本の漫画家。", "describe"),
            ("雨（あめ）とは、空から降る水である。", "describe-thing"),
            ("雨は、空から降る水とは言えない。", "describe"),
            ("", "describe"),
        ] {
            assert_eq!(list("", lead), kind, "{lead}");
        }
    }
}
