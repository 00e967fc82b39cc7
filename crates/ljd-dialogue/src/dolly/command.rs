//! Commands in the plain form of a verb, which is how translators render an English imperative and nobody asks.

/// The instruction with the verb at its end as people write it (書く。 is 書いてください。); `None` where it asks a
/// question or ends in another way.
pub(super) fn polite(instruction: &str) -> Option<String> {
    let (text, end) = match instruction.trim_end().strip_suffix('。') {
        Some(text) => (text, "。"),
        None => (instruction.trim_end(), ""),
    };
    let last = text.rsplit(['。', '\n']).next().unwrap_or(text);
    if instruction.contains(['？', '?']) || !last.contains('を') && !last.contains("ついて") {
        return None;
    }
    let (verb, asked) = COMMANDS.iter().find(|(verb, _)| text.ends_with(verb))?;
    Some([text.strip_suffix(verb)?, asked, "ください", end].concat())
}

/// Verbs and what stands before ください.
const COMMANDS: [(&str, &str); 16] = [
    ("する", "して"),
    ("書く", "書いて"),
    ("挙げる", "挙げて"),
    ("示す", "示して"),
    ("教える", "教えて"),
    ("答える", "答えて"),
    ("述べる", "述べて"),
    ("まとめる", "まとめて"),
    ("考える", "考えて"),
    ("作る", "作って"),
    ("選ぶ", "選んで"),
    ("並べる", "並べて"),
    ("見つける", "見つけて"),
    ("与える", "与えて"),
    ("伝える", "伝えて"),
    ("抜き出す", "抜き出して"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_asked_politely() {
        for (plain, asked) in [
            ("雨の話を書く。", "雨の話を書いてください。"),
            ("雨と雪を、水か氷に分類する", "雨と雪を、水か氷に分類してください"),
            ("雨は水です。雪について説明する。", "雨は水です。雪について説明してください。"),
        ] {
            assert_eq!(polite(plain).as_deref(), Some(asked));
        }
        for other in [
            "雨を降らすには何をする？",
            "雨が降るようにする。",
            "雨とは何ですか。",
            "雨の話を書いて。",
            "雨がある。",
        ] {
            assert_eq!(polite(other), None, "{other}");
        }
    }
}
