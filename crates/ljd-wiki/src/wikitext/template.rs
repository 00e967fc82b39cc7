//! Templates that carry text, by a table of what each shows.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// `templates.tsv`: name, pattern. In a pattern `{1}` is the first argument, `{label|1}` the argument of that
/// name or else the first; what stands in `[…]` is left out where an argument in it is empty. An empty
/// pattern shows nothing.
static PATTERNS: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("templates.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| line.split_once('\t'));
    rows.flat_map(|(names, pattern)| names.split(',').map(move |name| (normal(name), pattern)))
        .collect()
});

/// A template with its arguments.
pub(super) struct Template<'a> {
    pub(super) name: &'a str,
    arguments: BTreeMap<String, &'a str>,
}

impl<'a> Template<'a> {
    pub(super) fn new(parts: &[&'a str]) -> Self {
        let (name, rest) =
            parts.split_first().map_or(("", parts), |(name, rest)| (name.trim(), rest));
        // A parser function has its first argument behind a colon.
        let (name, first) = match name.split_once(':') {
            Some((function, first)) if function.starts_with('#') || function == "formatnum" => {
                (function, Some(first))
            }
            _ => (name, None),
        };
        let (mut arguments, mut n) = (BTreeMap::new(), 0);
        for argument in first.iter().chain(rest) {
            let named = argument.split_once('=').map(|(key, value)| (key.trim(), value));
            let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
            if let Some((key, value)) = named.filter(|(key, _)| key.chars().all(is_key)) {
                arguments.insert(key.to_owned(), value.trim());
            } else {
                n += 1;
                arguments.insert(n.to_string(), argument.trim());
            }
        }
        Self { name, arguments }
    }

    /// What it shows; `None` where nothing is known of it.
    pub(super) fn render(&self) -> Option<String> {
        let name = normal(self.name);
        match PATTERNS.get(&name) {
            Some(pattern) => Some(self.fill(pattern)),
            None if name.starts_with("lang-") => Some(self.argument("1").to_owned()),
            None => {
                let is_box = BOXES.iter().any(|start| name.starts_with(start));
                let is_mark = MARKS.iter().any(|end| name.ends_with(end));
                (is_box || is_mark).then(String::new)
            }
        }
    }

    fn fill(&self, pattern: &str) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(at) = rest.find(['{', '[']) {
            let (text, from) = rest.split_at(at);
            out.push_str(text);
            let (open, close) = if from.starts_with('{') { ('{', '}') } else { ('[', ']') };
            let Some((inside, after)) =
                from.strip_prefix(open).and_then(|from| from.split_once(close))
            else {
                break;
            };
            if open == '{' {
                out.push_str(self.argument(inside));
            } else if self.has_all(inside) {
                out.push_str(&self.fill(inside));
            }
            rest = after;
        }
        out + rest
    }

    /// The first of the arguments that is there.
    fn argument(&self, names: &str) -> &'a str {
        let mut found = names.split('|').filter_map(|name| self.arguments.get(name).copied());
        found.find(|value| !value.is_empty()).unwrap_or_default()
    }

    fn has_all(&self, pattern: &str) -> bool {
        let names = pattern.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
        names.into_iter().all(|names| !self.argument(names).is_empty())
    }
}

/// How the names of templates begin that show boxes, sources or pictures beside the text.
const BOXES: [&str; 19] = [
    "dEFAULTSORT:",
    "dISPLAYTITLE:",
    "iPA-",
    "ipa",
    "normdaten",
    "infobox",
    "基礎情報",
    "navbox",
    "cite ",
    "taxobox",
    "生物分類表",
    "#",
    "sidebar",
    "ウィキ座標",
    "wp:",
    "extra ",
    "世界の市",
    "自治体人口",
    "un ",
];

/// How the names of templates end that mark a language or a short article.
const MARKS: [&str; 4] = [" icon", "-stub", "substub", "スタブ"];

/// Names differ in the case of their first letter and in underscores only.
fn normal(name: &str) -> String {
    let name = name.trim().replace('_', " ");
    let mut characters = name.chars();
    let first = characters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(parts: &[&str]) -> Option<String> {
        Template::new(parts).render()
    }

    #[test]
    fn patterns_are_filled() {
        assert_eq!(render(&["Lang", "en", "rain"]).as_deref(), Some("rain"));
        assert_eq!(render(&["lang-en-short", "rain"]).as_deref(), Some("英: rain"));
        assert_eq!(render(&["生年月日と年齢", "1970", "1", "2"]).as_deref(), Some("1970年1月2日"));
        assert_eq!(render(&["仮リンク", "雪", "en", "Snow"]).as_deref(), Some("雪"));
        assert_eq!(render(&["出典の明記", "date=2020"]).as_deref(), Some(""));
        assert_eq!(render(&["formatnum:1234"]).as_deref(), Some("1234"));
        assert_eq!(render(&["知らない"]), None);
    }

    #[test]
    fn every_pattern_is_well_formed() {
        assert!(200 < PATTERNS.len());
        for (name, pattern) in PATTERNS.iter() {
            for (open, close) in [('{', '}'), ('[', ']')] {
                assert_eq!(pattern.matches(open).count(), pattern.matches(close).count(), "{name}");
            }
        }
    }
}
