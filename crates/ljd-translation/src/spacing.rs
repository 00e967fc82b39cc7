//! Which of a text's spaces are part of it, and what stands in it that was not said.
//!
//! Japanese is written without spaces; a corpus may keep those of its segmentation.

/// A text that was cut into words: one space is a cut, and goes; a longer run is a space of the text that was cut
/// out as a word of its own, and stays where running text has one.
pub(crate) fn join_words(text: &str) -> String {
    let parts = text.split("  ").map(|part| part.replace(' ', "")).filter(|part| !part.is_empty());
    joined(parts)
}

/// A text that was not cut: a space stays where running text has one.
pub(crate) fn join_lines(text: &str) -> String {
    joined(text.split(' ').filter(|part| !part.is_empty()))
}

fn joined(parts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut joined = String::new();
    for part in parts {
        let part = part.as_ref();
        if let (Some(before), Some(after)) = (joined.chars().next_back(), part.chars().next())
            && is_written_apart(before, after)
        {
            joined.push(' ');
        }
        joined.push_str(part);
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

/// Takes out the `>>` before what another speaker says: at the start, and between sentences.
pub(crate) fn without_speaker_marks(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(">>") {
        spoken.push_str(before);
        let is_at_start = spoken.trim_end().is_empty();
        let ends_sentence = spoken.trim_end().ends_with(['.', '?', '!', '。', '？', '！', '」']);
        if is_at_start || ends_sentence {
            rest = after.trim_start();
            continue;
        }
        spoken.push_str(">>");
        rest = after;
    }
    spoken.push_str(rest);
    spoken.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_is_joined_as_it_was() {
        let cases = [
            ("Asymptotic   Analysis に つい て 。", "Asymptotic Analysisについて。"),
            ("トロント 大学 へ ようこそ 。", "トロント大学へようこそ。"),
            ("正確 さ は   0 . 1 % 向上 した 。", "正確さは0.1%向上した。"),
            ("例えば 、 read . table   に   名 を", "例えば、read.tableに名を"),
            ("theta   0   =   50   と 、 - 0 . 5 から", "theta 0 = 50と、-0.5から"),
            ("K - means   は ( The   R   Archive ) の X 1", "K-meansは(The R Archive)のX1"),
            ("So ,   here ' s   my   idea .", "So, here's my idea."),
            ("  A   plus   B  ", "A plus B"),
        ];
        for (text, expected) in cases {
            assert_eq!(join_words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_was_not_cut_keeps_spaces_between_latin_words() {
        let text = "Markdown, LaTex, R Markdownを 含む";
        assert_eq!(join_lines(text), "Markdown, LaTex, R Markdownを含む");
        assert_eq!(join_lines("約 17 % の増加"), "約17%の増加");
    }

    #[test]
    fn marks_of_speakers_are_not_said() {
        assert_eq!(without_speaker_marks(">> Good. >> Yes, good."), "Good. Yes, good.");
        assert_eq!(without_speaker_marks(">>細かい仕事だ。>>そうだ。"), "細かい仕事だ。そうだ。");
        assert_eq!(without_speaker_marks("cin >> x reads a number."), "cin >> x reads a number.");
        assert_eq!(without_speaker_marks("と>>という記号"), "と>>という記号");
    }
}
