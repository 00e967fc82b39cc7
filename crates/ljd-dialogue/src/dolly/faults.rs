//! Records that translation has spoilt: by rules where a rule can see it, by a list where only a reader can.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What readers left out, by id, with the reason.
static LEFT_OUT: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../dolly-left-out.json")).unwrap_or_default()
});

/// Why a record is left out, if it is.
pub(super) fn fault(id: &str, category: &str, asked: &str, answer: &str) -> Option<&'static str> {
    let is_sorted = category == "classification";
    if LEFT_OUT.contains_key(id) {
        Some("spoilt by translation, as a reader found")
    } else if is_sorted && has_lost_a_colon(asked, answer) {
        Some("colons lost between names and their classes")
    } else if is_sorted && (is_no_choice(asked, answer) || has_other_names(asked, answer)) {
        Some("names that question and answer spell in two ways")
    } else if has_spaced_letters(answer) || has_spaced_letters(asked) {
        Some("spaces between the letters of words")
    } else if category == "creative_writing" && plays_with_words(asked)
        || loses_letters(asked, answer)
    {
        Some("a play with letters or sounds, which translation loses")
    } else {
        None
    }
}

/// Whether lines run an item of the question and its class together (マグロ水, 水マグロ、), some lines alone have a colon,
/// or a name was made a sentence (ボギーです：).
fn has_lost_a_colon(asked: &str, answer: &str) -> bool {
    let items: Vec<&str> = asked.split(['、', ',', '，', '：', ':', '。']).map(str::trim).collect();
    let is_headed = |line: &str| items.iter().any(|item| has_head(line, item));
    if answer.lines().any(is_headed) {
        return true;
    }
    let lines = || answer.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines().count() < LEAST_LINES || lines().any(|line| line.ends_with([':', '：', '。'])) {
        return false;
    }
    let has_colon = |line: &str| line.contains([':', '：']);
    let is_joined = |line: &str| items.iter().any(|item| goes_on(line, item));
    let n_joined = lines().filter(|line| !has_colon(line) && is_joined(line)).count();
    let n_with = lines().filter(|line| has_colon(line)).count();
    MOST_JOINED < n_joined
        || 0 < n_with && n_with < lines().count()
        || lines().any(|line| line.contains("です：") || line.contains("です:"))
}

/// Whether a line has the item behind a word, with other items after it: 水マグロ、イワシ.
fn has_head(line: &str, item: &str) -> bool {
    let Some((before, after)) = line.split_once(item) else { return false };
    LEAST_ITEM <= item.chars().count()
        && after.starts_with('、')
        && before.ends_with(char::is_alphanumeric)
        && !before.contains('、')
}

/// A shorter item may be the end of another word.
const LEAST_ITEM: usize = 3;

/// Whether a line begins with the item and has a word directly behind it: マグロ水.
fn goes_on(line: &str, item: &str) -> bool {
    let rest = line.strip_prefix(item).filter(|_| !item.is_empty());
    rest.is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

/// A list of items with their classes has as many lines.
const LEAST_LINES: usize = 3;

/// One item may go on by chance: 雨, 雨水.
const MOST_JOINED: usize = 1;

/// Whether one of two words is asked for, and the answer is another one: a name was translated in two ways.
fn is_no_choice(asked: &str, answer: &str) -> bool {
    let is_word = answer.chars().count() <= LONGEST_WORD && !answer.contains(['、', '。', '\n']);
    is_word
        && ["または", "それとも"].iter().any(|or| asked.contains(or))
        && !asked.contains(answer.trim())
}

/// What is longer is no word out of the question.
const LONGEST_WORD: usize = 12;

/// Whether two things are to be told apart, and the answer does not name both as the question does.
fn has_other_names(asked: &str, answer: &str) -> bool {
    let Some((_, items)) = asked.rsplit_once(['：', ':']) else { return false };
    let items: Vec<&str> = items.split(['、', ',', '，']).map(str::trim).collect();
    let tells_apart =
        ["識別", "確認", "特定", "見分け", "分類"].iter().any(|word| asked.contains(word));
    let plain = |text: &str| -> String {
        let letters =
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '・' | '＝' | '-'));
        letters.flat_map(char::to_lowercase).collect()
    };
    let answer = plain(answer);
    let is_named = |item: &&str| answer.contains(&plain(item.trim_end_matches(['。', '？', '?'])));
    tells_apart && items.len() == 2 && !items.iter().all(is_named)
}

/// Whether single kana or kanji stand apart: リ セ ッ ト.
fn has_spaced_letters(text: &str) -> bool {
    let mut n = 0;
    text.split(' ').any(|word| {
        let mut letters = word.chars();
        let is_single =
            matches!((letters.next(), letters.next()), (Some('ぁ'..='ヺ' | '一'..='鿿'), None));
        n = if is_single { n + 1 } else { 0 };
        MOST_SPACED < n
    })
}

/// Single letters in a row may be signs: 甲 乙.
const MOST_SPACED: usize = 2;

/// Whether a text is asked for that lives by its sounds or letters.
fn plays_with_words(asked: &str) -> bool {
    const PLAYS: [&str; 12] = [
        "俳句",
        "川柳",
        "韻を踏",
        "ダジャレ",
        "だじゃれ",
        "リメリック",
        "アナグラム",
        "回文",
        "言葉遊び",
        "頭字語",
        "ノックノック",
        "早口言葉",
    ];
    PLAYS.iter().any(|play| asked.contains(play))
}

/// Whether words with a Latin letter are asked for, and the answer has none.
fn loses_letters(asked: &str, answer: &str) -> bool {
    let ends_in_letter = |before: &str| {
        let before = before.trim_end_matches(['」', '"', '”', '\'']);
        before.ends_with(|c: char| c.is_ascii_alphabetic())
    };
    let is_asked = ["で始ま", "から始ま", "で終わ"].iter().any(|words| {
        asked.match_indices(words).any(|(at, _)| asked.get(..at).is_some_and(ends_in_letter))
    });
    is_asked && !answer.contains(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_left_out_has_its_reason() {
        assert!(!LEFT_OUT.is_empty());
        for (id, reason) in LEFT_OUT.iter() {
            assert!(id.parse::<u32>().is_ok() && 10 < reason.len(), "{id}");
        }
    }

    #[test]
    fn colons_are_missed() {
        let asked = "水か陸か教えてください：マグロ、ヤギ、オウム";
        for lost in [
            "マグロ水\nヤギ陸\nパロット陸",
            "マグロ：水\nヤギ陸\nオウム：陸",
            "マグロです：水\nヤギ：陸\nオウム：陸",
        ] {
            assert!(has_lost_a_colon(asked, lost), "{lost}");
        }
        for whole in [
            "マグロ：水\nヤギ：陸\nオウム：陸",
            "水：\nマグロ\n陸：\nヤギ",
            "マグロ\nヤギ\nオウム",
            "マグロ水\nヤギ陸",
            "マグロ水\n山羊：陸。\nオウム",
        ] {
            assert!(!has_lost_a_colon(asked, whole), "{whole}");
        }
    }

    #[test]
    fn one_of_two_words_is_chosen() {
        let asked = "魚の種類はどちら？ヨシノボリまたはリード";
        assert!(!is_no_choice(asked, "ヨシノボリ"));
        assert!(is_no_choice(asked, "リードフィッシュ"));
        assert!(!is_no_choice("魚はどれ？", "リードフィッシュ"));
        assert!(is_no_choice(asked, &"ハ".repeat(LONGEST_WORD)));
        assert!(!is_no_choice(asked, &"ハ".repeat(LONGEST_WORD + 1)));
    }

    #[test]
    fn two_things_that_are_told_apart_are_named_as_in_the_question() {
        let asked = "弦楽器か打楽器かを識別する：アタバケ, Kora";
        assert!(!has_other_names(asked, "koraは弦楽器、アタ・バケは打楽器です。"));
        assert!(has_other_names(asked, "コラは弦楽器、アタバケは打楽器です。"));
        assert!(!has_other_names("弦楽器を識別する：アタバケ, Kora, コト", "コラです。"));
        assert!(!has_other_names("弦楽器か教えて：アタバケ, Kora", "コラです。"));
        assert!(!has_other_names("弦楽器を識別する。", "コラです。"));
    }

    #[test]
    fn letters_stand_together() {
        assert!(has_spaced_letters("HPS は リ セ ッ ト を解除"));
        assert!(has_spaced_letters("雨 と 雪"));
        assert!(!has_spaced_letters("甲 乙 の雨"));
    }

    #[test]
    fn letters_that_are_asked_for_are_there() {
        assert!(loses_letters("Sで始まる単語は？", "スネーク"));
        assert!(!loses_letters("Sで始まる単語は？", "Snake"));
        assert!(!loses_letters("雨で始まる話は？", "雨の話"));
    }

    #[test]
    fn verse_is_asked_for_but_not_asked_about() {
        let reason = |category| fault("0", category, "俳句とは？", "雨");
        assert!(reason("creative_writing").is_some() && reason("open_qa").is_none());
    }
}
