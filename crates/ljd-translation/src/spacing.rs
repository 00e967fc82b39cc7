//! Japanese is written without spaces: which of a text's spaces are part of it.

/// Undoes the cutting into words: a run of spaces goes, unless ASCII characters stand on both sides of
/// it that are written apart in running text, where one space stays.
pub(crate) fn join_words(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if let (Some(before), Some(after)) = (joined.chars().next_back(), word.chars().next())
            && is_written_apart(before, after)
        {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// Whether running text has a space between two characters. An opening bracket keeps to what follows it,
/// a closing one and the marks to what goes before.
fn is_written_apart(before: char, after: char) -> bool {
    before.is_ascii_graphic()
        && after.is_ascii_graphic()
        && !matches!(before, '(' | '[' | '{')
        && !matches!(after, ')' | ']' | '}' | ',' | '.' | ';' | ':' | '!' | '?' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_stay_between_latin_words_only() {
        assert_eq!(
            join_words("Asymptotic   Analysis に つい て 。"),
            "Asymptotic Analysisについて。"
        );
        assert_eq!(join_words("トロント 大学 へ ようこそ 。"), "トロント大学へようこそ。");
        assert_eq!(
            join_words("Markdown, LaTex, R Markdownを含む"),
            "Markdown, LaTex, R Markdownを含む"
        );
        assert_eq!(join_words("17 % の 増加 ( 約 ) , 又 は 3 , 4 日"), "17%の増加(約),又は3, 4日");
        assert_eq!(join_words("  A   plus   B  "), "A plus B");
    }
}
