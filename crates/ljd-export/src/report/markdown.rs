//! Text that nobody promised anything about, as Markdown and its front matter show it: no character of it is markup,
//! none ends what it stands in, and none is invisible.

use std::fmt::{self, Display, Write};

use ljd_core::{is_invisible, without_secrets};

/// Text within a line: of a paragraph, an item, a heading or a table.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = ' ';
        let mut characters = self.0.trim().chars().enumerate().peekable();
        while let Some((i, c)) = characters.next() {
            let after = characters.peek().map_or(' ', |(_, after)| *after);
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                // Within a word it is a letter, as in many addresses.
                '_' if before.is_alphanumeric() && after.is_alphanumeric() => f.write_char(c)?,
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => write!(f, "\\{c}")?,
                // What makes a heading, an item or a line of a paragraph, where it begins one.
                '#' | '+' | '-' | '=' if i == 0 => write!(f, "\\{c}")?,
                '.' | ')' if self.0.trim().chars().take(i).all(|c| c.is_ascii_digit()) => {
                    write!(f, "\\{c}")?;
                }
                _ => shown(c, f)?,
            }
            before = c;
        }
        Ok(())
    }
}

/// A character of a line as people see it.
fn shown(c: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match c {
        '\n' | '\r' | '\t' => f.write_char(' '),
        _ if is_invisible(c) => write!(f, "⟨U+{:04X}⟩", u32::from(c)),
        _ => f.write_char(c),
    }
}

/// Text as code within a line.
pub(crate) struct Code<'a>(pub(crate) &'a str);

impl Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = "`".repeat(longest_run(self.0) + 1);
        // Next to a tick of the text a space is needed, which is not shown.
        let space = if self.0.starts_with('`') || self.0.ends_with('`') { " " } else { "" };
        write!(f, "{ticks}{space}")?;
        for c in self.0.chars() {
            // The code of a cell ends at a bar all the same.
            if c == '|' { f.write_str("\\|")? } else { shown(c, f)? }
        }
        write!(f, "{space}{ticks}")
    }
}

/// A link with a text, if it leads to the web; else its text.
pub(crate) struct Link<'a> {
    pub(crate) text: &'a str,
    pub(crate) url: &'a str,
}

impl Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = without_secrets(self.url);
        let text = if self.text == self.url { &url } else { self.text };
        if !["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
            return write!(f, "{}", Text(text));
        }
        write!(f, "[{}](", Text(text))?;
        for c in url.chars() {
            if is_invisible(c) || c.is_whitespace() || "<>()[]\\`|\"'*".contains(c) {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes).bytes().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
            } else {
                f.write_char(c)?;
            }
        }
        f.write_char(')')
    }
}

/// Lines of code in a block of their own.
pub(crate) struct Block<'a> {
    pub(crate) language: &'a str,
    pub(crate) code: &'a str,
}

impl Display for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fence = "`".repeat(longest_run(self.code).max(2) + 1);
        writeln!(f, "{fence}{}", self.language)?;
        for line in self.code.lines() {
            line.chars().try_for_each(|c| shown(c, f))?;
            f.write_char('\n')?;
        }
        writeln!(f, "{fence}")
    }
}

/// So many ticks follow each other.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// A value of YAML: as it is where it can only be a string, else in quotation marks.
pub(crate) struct Yaml<'a>(pub(crate) &'a str);

impl Display for Yaml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// What is a truth or nothing, in one version of YAML or another.
        const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

        let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_./<".contains(c);
        let is_word = WORDS.contains(&self.0.to_lowercase().as_str());
        let is_string =
            self.0.starts_with(|c: char| c.is_ascii_alphabetic()) || self.0.contains('<');
        if is_string && !is_word && self.0.chars().all(is_safe) {
            return f.write_str(self.0);
        }
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                _ if is_invisible(c) => write!(f, "\\U{:08X}", u32::from(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        for (text, expected) in [
            ("JMRD-main, v1.0 (2022)", "JMRD-main, v1.0 (2022)"),
            ("a\n\n# b\r\n---", "a  # b  ---"),
            ("# b", "\\# b"),
            ("- b", "\\- b"),
            ("1. b 2. c", "1\\. b 2. c"),
            ("<script>a&b</script>", "&lt;script&gt;a&amp;b&lt;/script&gt;"),
            (
                "[a](http://x) *b* _c_ d_e ~~f~~",
                "\\[a\\](http://x) \\*b\\* \\_c\\_ d_e \\~\\~f\\~\\~",
            ),
            ("a | b `c` \\", "a \\| b \\`c\\` \\\\"),
            ("\u{202e}a\u{1b}[2J\u{2028}b", "⟨U+202E⟩a⟨U+001B⟩\\[2J⟨U+2028⟩b"),
        ] {
            assert_eq!(Text(text).to_string(), expected);
        }
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(Code("tanaka").to_string(), "`tanaka`");
        assert_eq!(Code("a`b``c").to_string(), "```a`b``c```");
        assert_eq!(Code("`a\n`").to_string(), "`` `a ` ``");
        let block = Block { language: "bibtex", code: "@misc{a}\n```\n# b\u{7}\n" }.to_string();
        assert_eq!(block, "````bibtex\n@misc{a}\n```\n# b⟨U+0007⟩\n````\n");
        let plain = Block { language: "", code: "a" }.to_string();
        assert_eq!(plain, "```\na\n```\n");
    }

    #[test]
    fn a_link_leads_to_the_web_or_is_none() {
        let link = |text, url| Link { text, url }.to_string();
        assert_eq!(
            link("a_b", "https://example.org/a_b?c=d"),
            "[a_b](https://example.org/a_b?c=d)"
        );
        assert_eq!(link("[a]", "javascript:alert(1)"), "\\[a\\]");
        let url = "https://example.org/) <b> \"c\n|";
        assert_eq!(link("a", url), "[a](https://example.org/%29%20%3Cb%3E%20%22c%0A%7C)");
    }

    #[test]
    fn a_value_of_yaml_is_a_string() {
        for plain in ["tanaka", "n<1K", "1K<n<10K", "ja", "text-generation"] {
            assert_eq!(Yaml(plain).to_string(), plain);
        }
        for quoted in ["null", "NO", "on", "123", "1e5", "2024-01-01", "-a", "", "a: b", "a #b"] {
            assert_eq!(Yaml(quoted).to_string(), format!("\"{quoted}\""));
        }
        assert_eq!(Yaml("a\"\\\n---").to_string(), "\"a\\\"\\\\\\U0000000A---\"");
    }
}
