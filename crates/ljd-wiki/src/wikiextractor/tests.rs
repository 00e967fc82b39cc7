//! Every rule of the tool on invented pieces, with what it made of each.

use super::find::{Ahead, drop_nested, literal};
use super::paragraphs;

/// Every construct that the tool knows, alone and between text: what it made of each is in `cases.jsonl`, a
/// text and its paragraphs in a line.
#[test]
fn every_construct_is_what_the_tool_makes_of_it() {
    let mut n = 0;
    for line in include_str!("cases.jsonl").lines() {
        let (text, expected): (String, Vec<String>) = serde_json::from_str(line).unwrap();
        assert_eq!(paragraphs(&text), expected, "{text:?}");
        n += 1;
    }
    assert!(500 < n, "{n}");
}

fn without_braces(text: &str) -> String {
    drop_nested(text, literal(text, "{{"), literal(text, "}}"))
}

#[test]
fn what_is_nested_goes_as_the_tool_pairs_it() {
    for (text, left) in [
        ("a{{b}}c", "ac"),
        ("a{{b{{c}}d}}e", "ae"),
        ("a{{b}}c{{d}}e", "ace"),
        ("a{{b{{c}}d", "ad"),
        ("a{{b", "a{{b"),
        ("a}}b", "a}}b"),
        ("a{{b{{c}}d{{e}}f", "af"),
        ("{{a}}b{{c{{d}}e{{f", "e{{f"),
    ] {
        assert_eq!(without_braces(text), left, "{text}");
    }
}

#[test]
fn what_lies_ahead_is_looked_for_once() {
    let n_looked = std::cell::Cell::new(0);
    let ahead = Ahead::new(|from| {
        n_looked.set(n_looked.get() + 1);
        (from <= 5).then_some(5)
    });
    assert_eq!(
        [0, 3, 5, 6, 7].map(|from| ahead.next(from)),
        [Some(5), Some(5), Some(5), None, None]
    );
    assert_eq!(n_looked.get(), 2);
}

const LONG: usize = 1 << 17;

/// What is not closed makes others look for its end again and again.
#[test]
fn nothing_makes_it_slow() {
    for piece in [
        "{{",
        "[[",
        "[[a|",
        "{|\n",
        "[http://a ",
        "[//",
        "''",
        "'''",
        "''\"",
        "\"\"x",
        "&lt;ref",
        "&lt;b",
        "&lt;!--",
        "&lt;math&gt;",
        "&lt;math",
        "&lt;code&gt;x",
        "&lt;syntaxhighlight &gt;",
        "&lt;small&gt;",
        "&amp;",
        "&#",
        "==h==\n",
        "=",
        "== ",
        "\n",
        "\n。",
        " ",
        ".",
        "__",
        "(",
        "++\n",
        "&lt; ",
        "&lt;/ ",
        "}}",
        "]]",
        "&lt;/ref&gt;",
    ] {
        let text = piece.repeat(LONG / piece.len());
        let lines = paragraphs(&text);
        assert!(lines.iter().map(String::len).sum::<usize>() <= 6 * text.len(), "{piece}");
    }
    let text = format!("==h=={}", "\n".repeat(1 << 17));
    assert!(paragraphs(&text).is_empty());
}
