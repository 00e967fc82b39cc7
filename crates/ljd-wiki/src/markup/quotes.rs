//! Apostrophes that make text bold or italic, by MediaWiki's rule (`Parser::doQuotes`).

/// A run of two or more apostrophes in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// Where it starts.
    pub(super) at: usize,
    /// How many apostrophes it has.
    pub(super) len: usize,
    /// How many of them are text; the others are markup.
    pub(super) n_text: usize,
}

/// The runs of a line, given where they are and how long.
///
/// Four apostrophes are one and bold type, more than five are what exceeds five and both. Where both bold and
/// italic type are opened once too often, one of the bold marks is an apostrophe and an italic mark: that behind
/// a word of one letter, else that behind a longer word, else that behind a space.
pub(super) fn resolve(line: &str, runs: &mut [Run]) {
    let (mut n_bold, mut n_italic) = (0, 0);
    for run in runs.iter_mut() {
        run.n_text = match run.len {
            4 => 1,
            len => len.saturating_sub(5),
        };
        let n = run.len - run.n_text;
        n_bold += usize::from(n != 2);
        n_italic += usize::from(n != 3);
    }
    if n_bold % 2 == 0 {
        return;
    }
    if n_italic % 2 == 0 {
        if let Some(run) = runs.iter_mut().find(|run| is_elision(line, run)) {
            run.n_text += 1;
        }
        return;
    }
    let (mut letter, mut word, mut space) = (None, None, None);
    for (i, run) in runs.iter().enumerate().filter(|(_, run)| run.len - run.n_text == 3) {
        let is_space = |back: usize| {
            // An apostrophe of the run that is text stands before its marks.
            let at = (run.at + run.n_text).checked_sub(back)?;
            line.as_bytes().get(at).map(|byte| *byte == b' ')
        };
        if is_space(1) == Some(true) {
            space = space.or(Some(i));
        } else if is_space(2) == Some(true) {
            letter = Some(i);
            break;
        } else {
            word = word.or(Some(i));
        }
    }
    if let Some(run) = letter.or(word).or(space).and_then(|i| runs.get_mut(i)) {
        run.n_text += 1;
    }
}

/// Whether three apostrophes stand behind a word of one letter and before a letter: `''L'''amour''`. MediaWiki shows
/// bold type that nothing ends, but what was meant is an apostrophe.
fn is_elision(line: &str, run: &Run) -> bool {
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| line.as_bytes().get(at)).is_some_and(u8::is_ascii_alphabetic)
    };
    run.len == 3
        && is_letter(run.at.checked_sub(1))
        && !is_letter(run.at.checked_sub(2))
        && is_letter(Some(run.at + run.len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let mut runs = Vec::new();
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let len = bytes[at..].iter().take_while(|byte| **byte == b'\'').count();
            if 2 <= len {
                runs.push(Run { at, len, n_text: 0 });
            }
            at += len.max(1);
        }
        resolve(line, &mut runs);
        let mut out = String::new();
        let mut from = 0;
        for run in runs {
            out.push_str(crate::markup::part(line, from, run.at));
            out.push_str(&"'".repeat(run.n_text));
            from = run.at + run.len;
        }
        out + crate::markup::tail(line, from)
    }

    #[test]
    fn apostrophes_are_told_from_marks() {
        for (line, expected) in [
            ("''雨''と'''雪'''と'''''風'''''", "雨と雪と風"),
            ("''L'''amour''", "L'amour"),
            ("''Pie'''s", "Pie's"),
            ("'''a''", "'a"),
            ("''''a'''", "'a"),
            ("''''''a'''''", "'a"),
            ("''a '''b c'''d ''", "a b cd "),
            ("''a '''b c''", "a b c"),
            ("''La'''mour''", "Lamour"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
