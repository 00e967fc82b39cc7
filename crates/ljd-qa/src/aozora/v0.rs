//! A work as v0 read it: the first two lines, and a hundred characters behind the second ruler.

use super::text::{is_ruler, lines};

/// A work as v0 read it.
pub(super) struct V0Work {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) opening: String,
}

/// v0's rules: the first two lines are title and author; the text is what follows the second ruler, without
/// spaces, blank lines and lines that begin with a note, cut after 100 characters.
pub(super) fn v0_work(text: &str) -> V0Work {
    let without_spaces = |line: &str| line.replace([' ', '　'], "");
    let mut head = lines(text);
    let title = without_spaces(head.next().unwrap_or_default());
    let author = without_spaces(head.next().unwrap_or_default());
    let (mut opening, mut n_rulers, mut n_characters) = (String::new(), 0, 0);
    for line in lines(text) {
        let line = without_spaces(line);
        if is_ruler(&line) {
            n_rulers += 1;
        } else if 2 <= n_rulers && !line.starts_with("［＃") {
            n_characters += line.chars().count();
            opening.push_str(&line);
        }
        if V0_LENGTH <= n_characters {
            break;
        }
    }
    V0Work { title, author, opening: opening.chars().take(V0_LENGTH).collect() }
}

const V0_LENGTH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v0_cuts_after_a_hundred_characters() {
        let ruler = "-".repeat(55);
        let text = format!(
            "題 名\r\n副　題\r\n\r\n{ruler}\r\n記号\r\n{ruler}\r\n［＃改頁］\r\n　{}《る》\r\n",
            "あ".repeat(99)
        );
        let work = v0_work(&text);
        assert_eq!((work.title.as_str(), work.author.as_str()), ("題名", "副題"));
        assert_eq!(work.opening, format!("{}《", "あ".repeat(99)));
        assert_eq!(v0_work("題\n作者\n本文").opening, "");
    }
}
