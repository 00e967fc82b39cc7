//! One answer speaks in one register: です and ます, or である.

use std::borrow::Cow;

/// The text with all its sentences in です and ます, where some of them are; `None` where a sentence is not that no rule
/// can change.
///
/// Quotations, brackets and items of lists are left as they are: another voice, or notes.
pub(super) fn in_one_register(text: &str) -> Option<Cow<'_, str>> {
    let sentences = || sentences(text).filter(|(_, sentence)| !sentence.is_empty());
    let has = |register| sentences().any(|(_, sentence)| Register::of(sentence) == register);
    if !(has(Register::Polite) && has(Register::Plain)) {
        return Some(Cow::Borrowed(text));
    }
    let (mut polite, mut copied) = (String::with_capacity(text.len()), 0);
    for (until, sentence) in sentences() {
        if Register::of(sentence) == Register::Plain {
            let (plain, instead) = ENDS.iter().find(|(plain, _)| sentence.ends_with(plain))?;
            polite.push_str(text.get(copied..until.checked_sub(plain.len())?)?);
            polite.push_str(instead);
            copied = until;
        }
    }
    polite.push_str(text.get(copied..)?);
    Some(Cow::Owned(polite))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Register {
    Polite,
    Plain,
    /// A noun, a particle: either may end so.
    Neither,
}

impl Register {
    fn of(sentence: &str) -> Self {
        if POLITE.iter().any(|end| sentence.ends_with(end)) {
            Self::Polite
        } else if sentence.ends_with(PLAIN) && !NOUNS.iter().any(|noun| sentence.ends_with(noun)) {
            Self::Plain
        } else {
            Self::Neither
        }
    }
}

/// The sentences that end in 。 outside of marks, brackets and items of lists: where each ends, and the text before it.
fn sentences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut start, mut depth, mut is_item) = (0, 0_usize, starts_an_item(text));
    text.char_indices().filter_map(move |(at, c)| {
        match c {
            '「' | '『' | '（' | '(' | '“' => depth += 1,
            '」' | '』' | '）' | ')' | '”' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c != '\n' && (c != '。' || 0 < depth) {
            return None;
        }
        let sentence = text.get(start..at).filter(|_| c == '。' && !is_item);
        start = at + c.len_utf8();
        if c == '\n' {
            (depth, is_item) = (0, text.get(start..).is_some_and(starts_an_item));
        }
        sentence.map(|sentence| (at, sentence.trim()))
    })
}

fn starts_an_item(line: &str) -> bool {
    line.trim_start().starts_with(|c: char| {
        c.is_ascii_digit() || matches!(c, '-' | '*' | '・' | '•' | '●' | '①'..='⑳' | '０'..='９')
    })
}

/// Ends of polite sentences.
const POLITE: [&str; 16] = [
    "です",
    "ます",
    "でした",
    "ました",
    "ません",
    "でしょう",
    "ましょう",
    "ください",
    "下さい",
    "ですか",
    "ますか",
    "でしょうか",
    "ですね",
    "ますね",
    "ですよ",
    "ましたか",
];

/// Verbs, adjectives and だ end so.
const PLAIN: [char; 12] = ['る', 'た', 'だ', 'い', 'う', 'く', 'す', 'つ', 'む', 'ぶ', 'ぐ', 'ぬ'];

/// What ends so and is none of them.
const NOUNS: [&str; 15] = [
    "くらい",
    "ぐらい",
    "せい",
    "思い",
    "願い",
    "違い",
    "扱い",
    "匂い",
    "笑い",
    "はい",
    "まだ",
    "いくつ",
    "よく",
    "なく",
    "など",
];

/// Ends of plain sentences and what they become; an end of another one comes behind it.
const ENDS: [(&str, &str); 151] = [
    ("ではない", "ではありません"),
    ("じゃない", "ではありません"),
    ("はない", "はありません"),
    ("がない", "がありません"),
    ("もない", "もありません"),
    ("ていない", "ていません"),
    ("でいない", "でいません"),
    ("しない", "しません"),
    ("れない", "れません"),
    ("できない", "できません"),
    ("えない", "えません"),
    ("ならない", "なりません"),
    ("からない", "かりません"),
    ("ない", "ないです"),
    ("であった", "でした"),
    ("だった", "でした"),
    ("なかった", "なかったです"),
    ("しかった", "しかったです"),
    ("多かった", "多かったです"),
    ("高かった", "高かったです"),
    ("よかった", "よかったです"),
    ("わかった", "わかりました"),
    ("かかった", "かかりました"),
    ("向かった", "向かいました"),
    ("しまった", "しまいました"),
    ("まった", "まりました"),
    ("なった", "なりました"),
    ("あった", "ありました"),
    ("がった", "がりました"),
    ("言った", "言いました"),
    ("思った", "思いました"),
    ("会った", "会いました"),
    ("を行った", "を行いました"),
    ("ていった", "ていきました"),
    ("でいった", "でいきました"),
    ("使った", "使いました"),
    ("失った", "失いました"),
    ("作った", "作りました"),
    ("取った", "取りました"),
    ("送った", "送りました"),
    ("立った", "立ちました"),
    ("持った", "持ちました"),
    ("した", "しました"),
    ("ていた", "ていました"),
    ("でいた", "でいました"),
    ("もいた", "もいました"),
    ("がいた", "がいました"),
    ("づいた", "づきました"),
    ("書いた", "書きました"),
    ("続いた", "続きました"),
    ("開いた", "開きました"),
    ("築いた", "築きました"),
    ("招いた", "招きました"),
    ("描いた", "描きました"),
    ("聞いた", "聞きました"),
    ("きた", "きました"),
    ("れた", "れました"),
    ("せた", "せました"),
    ("けた", "けました"),
    ("めた", "めました"),
    ("えた", "えました"),
    ("べた", "べました"),
    ("げた", "げました"),
    ("てた", "てました"),
    ("ねた", "ねました"),
    ("じた", "じました"),
    ("ぎた", "ぎました"),
    ("である", "です"),
    ("ある", "あります"),
    ("なる", "なります"),
    ("かる", "かります"),
    ("がる", "がります"),
    ("まる", "まります"),
    ("わる", "わります"),
    ("する", "します"),
    ("てくる", "てきます"),
    ("でくる", "できます"),
    ("ている", "ています"),
    ("でいる", "でいます"),
    ("もいる", "もいます"),
    ("がいる", "がいます"),
    ("できる", "できます"),
    ("てみる", "てみます"),
    ("起きる", "起きます"),
    ("過ぎる", "過ぎます"),
    ("すぎる", "すぎます"),
    ("じる", "じます"),
    ("用いる", "用います"),
    ("れる", "れます"),
    ("せる", "せます"),
    ("ける", "けます"),
    ("める", "めます"),
    ("える", "えます"),
    ("しゃべる", "しゃべります"),
    ("すべる", "すべります"),
    ("べる", "べます"),
    ("げる", "げます"),
    ("てる", "てます"),
    ("ぜる", "ぜます"),
    ("見る", "見ます"),
    ("出る", "出ます"),
    ("作る", "作ります"),
    ("取る", "取ります"),
    ("知る", "知ります"),
    ("入る", "入ります"),
    ("であろう", "でしょう"),
    ("だろう", "でしょう"),
    ("しまう", "しまいます"),
    ("もらう", "もらいます"),
    ("という", "といいます"),
    ("言う", "言います"),
    ("思う", "思います"),
    ("行う", "行います"),
    ("違う", "違います"),
    ("使う", "使います"),
    ("ていく", "ていきます"),
    ("ておく", "ておきます"),
    ("でおく", "でおきます"),
    ("続く", "続きます"),
    ("示す", "示します"),
    ("指す", "指します"),
    ("及ぼす", "及ぼします"),
    ("持つ", "持ちます"),
    ("楽しむ", "楽しみます"),
    ("含む", "含みます"),
    ("しい", "しいです"),
    ("きい", "きいです"),
    ("たい", "たいです"),
    ("やすい", "やすいです"),
    ("くい", "くいです"),
    ("多い", "多いです"),
    ("高い", "高いです"),
    ("低い", "低いです"),
    ("良い", "良いです"),
    ("よい", "よいです"),
    ("いい", "いいです"),
    ("強い", "強いです"),
    ("長い", "長いです"),
    ("短い", "短いです"),
    ("深い", "深いです"),
    ("近い", "近いです"),
    ("早い", "早いです"),
    ("速い", "速いです"),
    ("広い", "広いです"),
    ("安い", "安いです"),
    ("のだ", "のです"),
    ("ことだ", "ことです"),
    ("べきだ", "べきです"),
    ("はずだ", "はずです"),
    ("ようだ", "ようです"),
    ("からだ", "からです"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_sentences_beside_polite_ones_become_polite() {
        for (mixed, polite) in [
            ("雨は水です。空から降る水である。", "雨は水です。空から降る水です。"),
            ("雨が降ります。風もある。", "雨が降ります。風もあります。"),
            ("雨だった。雪ではない。雹でした。", "雨でした。雪ではありません。雹でした。"),
            (
                "「雨だ。」と言った。雪です。\n（雹である。）",
                "「雨だ。」と言いました。雪です。\n（雹である。）",
            ),
            ("雨です。\n- 雪である。\n1. 雹だった。", "雨です。\n- 雪である。\n1. 雹だった。"),
        ] {
            assert_eq!(in_one_register(mixed).as_deref(), Some(polite), "{mixed}");
        }
    }

    #[test]
    fn one_register_stays() {
        for text in ["雨である。雪だった。", "雨です。雪でした。", "雨です。雪のこと。", "雨", ""]
        {
            assert!(
                matches!(in_one_register(text), Some(Cow::Borrowed(same)) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn what_no_rule_changes_is_given_up() {
        assert_eq!(in_one_register("雨です。雪を掘った。"), None);
    }

    #[test]
    fn an_end_of_another_comes_behind_it() {
        for (i, (end, _)) in ENDS.iter().enumerate() {
            let mut before = ENDS.iter().take(i);
            assert!(before.all(|(other, _)| !end.ends_with(other)), "{end} is never reached");
        }
    }
}
