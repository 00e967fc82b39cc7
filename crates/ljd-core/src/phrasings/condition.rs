//! What a text has to be like for a wording to fit.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

/// What has to be true of a text.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// Whether there is one that is not empty.
    IsThere(bool),
    /// What it is like, all of it.
    Like(Box<Like>),
}

/// What a text is like. What is not given is not asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Like {
    /// It is one of these.
    is: Option<Vec<String>>,
    /// It is none of these.
    is_not: Vec<String>,
    /// It has one of these in it.
    has: Option<Vec<String>>,
    /// It has none of these in it.
    has_not: Vec<String>,
    /// It ends in one of these.
    ends: Option<Vec<String>>,
    /// So many characters at least.
    least: usize,
    /// So many at most.
    most: Option<usize>,
    /// So short that one asks for it in passing.
    short: Option<bool>,
    /// Without a line end.
    one_line: Option<bool>,
    /// Of one sentence, with its end or without.
    one_sentence: Option<bool>,
    /// Such that です can stand behind it.
    noun: Option<bool>,
    /// With です or ます.
    polite: Option<bool>,
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or an object that says what the text is like")
    }

    fn visit_bool<E: de::Error>(self, is_there: bool) -> Result<Condition, E> {
        Ok(Condition::IsThere(is_there))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Condition, A::Error> {
        Like::deserialize(MapAccessDeserializer::new(map))
            .map(|like| Condition::Like(Box::new(like)))
    }
}

impl Condition {
    /// Whether it is true of the text, or of there being none.
    pub(super) fn holds(&self, text: Option<&str>) -> bool {
        let text = text.filter(|text| !text.is_empty());
        match self {
            Self::IsThere(is_there) => text.is_some() == *is_there,
            Self::Like(like) => text.is_some_and(|text| like.is_true_of(text)),
        }
    }
}

impl Like {
    fn is_true_of(&self, text: &str) -> bool {
        self.is_worded_so(text)
            && self.is_long_enough(text)
            && is(self.short, || is_short(text))
            && is(self.one_line, || !text.contains('\n'))
            && is(self.one_sentence, || is_one_sentence(text))
            && is(self.noun, || is_noun(text))
            && is(self.polite, || is_polite(text))
    }

    fn is_worded_so(&self, text: &str) -> bool {
        let has = |part: &String| text.contains(part.as_str());
        self.is.as_ref().is_none_or(|is| is.iter().any(|one| one == text))
            && self.is_not.iter().all(|one| one != text)
            && self.has.as_ref().is_none_or(|parts| parts.iter().any(has))
            && !self.has_not.iter().any(has)
            && self.ends.as_ref().is_none_or(|ends| ends.iter().any(|end| text.ends_with(end)))
    }

    fn is_long_enough(&self, text: &str) -> bool {
        if self.least == 0 && self.most.is_none() {
            return true;
        }
        let n = text.chars().count();
        self.least <= n && self.most.is_none_or(|most| n <= most)
    }
}

fn is(asked: Option<bool>, found: impl Fn() -> bool) -> bool {
    asked.is_none_or(|asked| asked == found())
}

/// The longest text that is short, in characters; and in words, where they are written apart.
const SHORT: usize = 40;
const SHORT_WORDS: usize = 12;

fn is_short(text: &str) -> bool {
    let is_japanese = text.chars().any(|c| '\u{3000}' <= c);
    let is_short = if is_japanese {
        text.chars().count() <= SHORT
    } else {
        text.split_whitespace().count() <= SHORT_WORDS
    };
    is_short && !text.contains('\n')
}

fn is_one_sentence(text: &str) -> bool {
    let whole = text.trim_end_matches(['。', '！', '？', '!', '?', '.', '」', '』']);
    let has_end = whole.contains(['。', '！', '？', '!', '?', '\n']);
    !has_end && !whole.contains(". ")
}

/// Whether です reads well behind a text: verbs and adjectives end in other hiragana than these, but for a few that
/// no rule of letters sees.
fn is_noun(text: &str) -> bool {
    const ENDS: [&str; 15] = [
        "り", "け", "き", "み", "え", "ち", "ん", "ごろ", "まで", "から", "など", "もの", "こと",
        "さ", "ゞ",
    ];
    let is_kana_or_end = |c: char| {
        matches!(c, 'ぁ'..='ゖ' | '。' | '、' | '！' | '？' | '!' | '?' | '.' | ',' | ' ' | '\n')
    };
    let last = text.chars().next_back();
    last.is_some_and(|last| !is_kana_or_end(last)) || ENDS.iter().any(|end| text.ends_with(end))
}

fn is_polite(text: &str) -> bool {
    let forms = ["です", "ます", "ました", "ません", "でした", "でしょう", "ましょう", "ください"];
    forms.iter().any(|form| text.contains(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, text: &str) -> bool {
        let condition: Condition = serde_json::from_str(condition).unwrap();
        condition.holds(Some(text))
    }

    #[test]
    fn a_text_is_there_or_not() {
        assert!(holds("true", "雨") && !holds("true", ""));
        assert!(holds("false", "") && !holds("false", "雨"));
        let like: Condition = serde_json::from_str("{}").unwrap();
        assert!(!like.holds(None) && like.holds(Some("雨")));
    }

    #[test]
    fn lengths_have_both_their_ends() {
        let most = r#"{ "most": 3 }"#;
        assert!(holds(most, "雨の音") && !holds(most, "雨の音。"));
        let least = r#"{ "least": 3 }"#;
        assert!(holds(least, "雨の音") && !holds(least, "雨音"));
        let short = r#"{ "short": true }"#;
        assert!(holds(short, &"雨".repeat(40)) && !holds(short, &"雨".repeat(41)));
        assert!(holds(short, &"rain ".repeat(12)) && !holds(short, &"rain ".repeat(13)));
        assert!(!holds(short, "雨\n雪"));
    }

    #[test]
    fn words_of_a_text_are_asked_for() {
        let is = r#"{ "is": ["雨", "雪"] }"#;
        assert!(holds(is, "雪") && !holds(is, "雪だ"));
        let is_not = r#"{ "is_not": ["はい"] }"#;
        assert!(holds(is_not, "はいる") && !holds(is_not, "はい"));
        let has = r#"{ "has": ["。", "！"], "has_not": ["・"] }"#;
        assert!(holds(has, "雨！") && !holds(has, "雨") && !holds(has, "雨・雪。"));
        let ends = r#"{ "ends": ["か", "？"] }"#;
        assert!(holds(ends, "雨か") && !holds(ends, "雨か。"));
    }

    #[test]
    fn lines_and_sentences_are_one() {
        let line = r#"{ "one_line": true }"#;
        assert!(holds(line, "雨。雪。") && !holds(line, "雨\n雪"));
        let sentence = r#"{ "one_sentence": true }"#;
        for one in ["雨だ。", "雨だ", "It rains.", "雨は3.5mmだった。"] {
            assert!(holds(sentence, one), "{one}");
        }
        for several in ["雨だ。雪だ。", "It rains. It snows.", "雨？雪", "雨\n雪"] {
            assert!(!holds(sentence, several), "{several}");
        }
    }

    #[test]
    fn a_noun_takes_desu() {
        let noun = r#"{ "noun": true }"#;
        for text in ["中島", "おみくじ 10", "祭り", "ロケット", "3時から", "ABC", "だるまさん"]
        {
            assert!(holds(noun, text), "{text}");
        }
        for text in ["お金を稼ぐ", "美しい", "食べる", "雨だ。", "走って"] {
            assert!(!holds(noun, text), "{text}");
        }
    }

    #[test]
    fn politeness_is_in_the_forms_of_verbs() {
        let plain = r#"{ "polite": false }"#;
        assert!(
            holds(plain, "雨である。") && !holds(plain, "雨です。") && !holds(plain, "降りました")
        );
    }

    #[test]
    fn an_unknown_property_is_refused() {
        let error = serde_json::from_str::<Condition>(r#"{ "longest": 3 }"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `longest`"), "{error}");
        assert!(serde_json::from_str::<Condition>("3").is_err());
    }
}
