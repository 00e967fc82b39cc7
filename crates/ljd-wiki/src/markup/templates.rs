//! What templates show, by a table that the caller gives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::functions;
use super::numbers;
use super::script::{Script, script};
use super::{marks, part};

/// What the templates of a wiki show in running text.
///
/// Each line of the table is `names`, a tab and `pattern`. Names are separated by commas; they differ neither in
/// the case of the first letter nor in underscores. `name*` is every name that begins so, `*name` every one that
/// ends so, and `name:` a parser function in any case, whose first argument stands behind the colon. In a pattern
///
/// * `{1}` is the first argument, `{label|1}` the argument of that name or else the first;
/// * what stands in `[…]` is left out where an argument in it is empty;
/// * no pattern at all means that nothing is shown;
/// * `!infobox` means that nothing is shown, and that named arguments are facts;
/// * `!audio`, `!author`, `!chem`, `!chem2`, `!enlink`, `!era`, `!exponent`, `!formatnum`, `!frac`, `!ipa`, `!pagename`,
///   `!sub`, `!sup` and `!val` are computed, as are the functions `!case`, `!expr`, `!if`, `!ifeq`, `!ifexpr`, `!pad`,
///   `!switch` and `!tag`;
/// * `!list` gives all arguments with what stands behind the word between them (`!list、`; else a comma), and `!convert`
///   measures with what stands behind it for *and*.
///
/// Lines that begin with `#` and a space are comments. A name that is in no line is unknown.
///
/// ```
/// use ljd_wiki::markup::{Options, Prefixes, Templates, Wiki};
///
/// let templates = Templates::parse("lang,langue\t{2}\nlang-*\t{1}\ninfobox*\t!infobox\n");
/// let wiki = Wiki { templates, prefixes: Prefixes::common() };
/// assert_eq!(wiki.text("{{Lang|fr|pluie}}, {{lang-de|Regen}}", &Options::default()).text, "pluie, Regen");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Templates {
    exact: BTreeMap<String, Rule>,
    prefixes: Vec<(String, Rule)>,
    suffixes: Vec<(String, Rule)>,
}

#[derive(Debug, Clone)]
enum Rule {
    Pattern(Vec<Piece>),
    Infobox,
    Computed(fn(&Template<'_>) -> String),
    /// What is computed with a word of the wiki's language.
    Joined(fn(&Template<'_>, &str) -> String, String),
    /// What cannot be computed for every argument.
    Function(fn(&Template<'_>) -> Option<String>),
    PageName,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    /// The first of these arguments that is there.
    Argument(Vec<String>),
    Optional(Vec<Piece>),
}

/// What a template shows.
pub(super) enum Shown {
    Nothing,
    Text(String),
    Unknown,
}

impl Templates {
    /// Reads a table; lines without a tab are passed over.
    pub fn parse(table: &str) -> Self {
        let mut templates = Self::default();
        for (names, pattern) in table.lines().filter_map(|line| line.split_once('\t')) {
            if names.starts_with("# ") {
                continue;
            }
            let rule = Rule::parse(pattern.trim_end());
            for name in names.split(',') {
                templates.add(name, rule.clone());
            }
        }
        templates
    }

    fn add(&mut self, name: &str, rule: Rule) {
        if let Some(start) = name.strip_suffix('*') {
            self.prefixes.push((normal(start).into_owned(), rule));
        } else if let Some(end) = name.strip_prefix('*') {
            self.suffixes.push((end.to_owned(), rule));
        } else {
            // Functions differ in the case of no letter.
            let is_function = name.ends_with(':');
            let name = if is_function { name.to_lowercase() } else { normal(name).into_owned() };
            self.exact.insert(name, rule);
        }
    }

    fn rule(&self, template: &Template<'_>) -> Option<&Rule> {
        let name = normal(template.name);
        let exact = || self.exact.get(name.as_ref());
        let prefix = || {
            self.prefixes
                .iter()
                .find(|(start, _)| name.starts_with(start.as_str()))
                .map(|(_, rule)| rule)
        };
        let suffix = || {
            self.suffixes.iter().find(|(end, _)| name.ends_with(end.as_str())).map(|(_, rule)| rule)
        };
        exact().or_else(prefix).or_else(suffix)
    }

    /// What a template shows on the page of that title.
    pub(super) fn render(&self, template: &Template<'_>, title: &str) -> Shown {
        // The first argument of a parser function stands behind a colon.
        let function = template.name.split_once(':').and_then(|(name, first)| {
            let function = Template {
                name: part(template.name, 0, name.len() + 1),
                first: Some(first),
                ..*template
            };
            let name = function.name.to_lowercase();
            self.exact.get(name.trim()).map(|rule| (rule, function))
        });
        let (rule, template) = match &function {
            Some((rule, function)) => (Some(*rule), function),
            None => (self.rule(template), template),
        };
        match rule {
            None => Shown::Unknown,
            Some(Rule::Pattern(pieces)) if pieces.is_empty() => Shown::Nothing,
            Some(Rule::Pattern(pieces)) => {
                let mut out = String::new();
                fill(pieces, template, &mut out);
                Shown::Text(out)
            }
            Some(Rule::Infobox) => Shown::Nothing,
            Some(Rule::Computed(compute)) => Shown::Text(compute(template)),
            Some(Rule::Joined(compute, word)) => Shown::Text(compute(template, word)),
            Some(Rule::Function(compute)) => compute(template).map_or(Shown::Unknown, Shown::Text),
            Some(Rule::PageName) if title.is_empty() => Shown::Unknown,
            Some(Rule::PageName) => Shown::Text(title.to_owned()),
        }
    }

    pub(super) fn is_infobox(&self, template: &Template<'_>) -> bool {
        matches!(self.rule(template), Some(Rule::Infobox))
    }
}

impl Rule {
    fn parse(pattern: &str) -> Self {
        /// What stands behind a word, or else that.
        fn or<'p>(given: &'p str, usual: &'p str) -> String {
            if given.is_empty() { usual } else { given }.to_owned()
        }
        if let Some(between) = pattern.strip_prefix("!list") {
            return Self::Joined(list, or(between, ", "));
        }
        if let Some(and) = pattern.strip_prefix("!convert") {
            return Self::Joined(numbers::convert, or(and, " and "));
        }
        match pattern {
            "!infobox" => Self::Infobox,
            "!pagename" => Self::PageName,
            "!audio" => Self::Computed(audio),
            "!author" => Self::Computed(author),
            "!chem" => Self::Computed(chemical),
            "!chem2" => Self::Computed(formula),
            "!enlink" => Self::Computed(english_link),
            "!exponent" => Self::Computed(numbers::exponent),
            "!ipa" => Self::Computed(sounds),
            "!sub" => Self::Computed(lowered),
            "!sup" => Self::Computed(raised),
            "!era" => Self::Computed(numbers::era),
            "!formatnum" => Self::Computed(numbers::format_number),
            "!frac" => Self::Computed(numbers::fraction),
            "!val" => Self::Computed(numbers::value),
            "!case" => Self::Function(functions::case),
            "!expr" => Self::Function(functions::expression),
            "!if" => Self::Computed(functions::if_given),
            "!ifeq" => Self::Computed(functions::if_equal),
            "!ifexpr" => Self::Function(functions::if_true),
            "!pad" => Self::Function(functions::pad),
            "!switch" => Self::Function(functions::switch),
            "!tag" => Self::Function(functions::tag),
            _ => Self::Pattern(pieces(&mut pattern.chars())),
        }
    }
}

/// The pieces of a pattern up to its end or the bracket that ends them.
fn pieces(pattern: &mut std::str::Chars<'_>) -> Vec<Piece> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    while let Some(c) = pattern.next() {
        let piece = match c {
            ']' => break,
            '[' => Piece::Optional(self::pieces(pattern)),
            '{' => {
                let names: String = pattern.by_ref().take_while(|c| *c != '}').collect();
                Piece::Argument(names.split('|').map(str::to_owned).collect())
            }
            c => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(piece);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

fn fill(pieces: &[Piece], template: &Template<'_>, out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Argument(names) => out.push_str(template.first_of(names)),
            Piece::Optional(pieces) if has_all(pieces, template) => fill(pieces, template, out),
            Piece::Optional(_) => {}
        }
    }
}

fn has_all(pieces: &[Piece], template: &Template<'_>) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Argument(names) => !template.first_of(names).is_empty(),
        _ => true,
    })
}

/// A template with its arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Template<'a> {
    pub(super) name: &'a str,
    /// The first argument of a parser function.
    first: Option<&'a str>,
    parts: &'a [&'a str],
}

impl<'a> Template<'a> {
    /// A template of its name and its arguments.
    pub(super) fn new(parts: &'a [&'a str]) -> Self {
        let (name, parts) = parts.split_first().map_or(("", parts), |(name, rest)| (*name, rest));
        let mut name = name.trim_matches(is_blank);
        for prefix in ["subst:", "safesubst:", "Template:", "template:", "テンプレート:"] {
            name = name.strip_prefix(prefix).unwrap_or(name).trim_start();
        }
        Self { name, first: None, parts }
    }

    /// Its arguments: names (empty for those that have only a number) and values.
    fn arguments(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let is_key = |c: char| {
            c.is_alphanumeric()
                || matches!(
                    c,
                    '_' | '-' | ' ' | '/' | '(' | ')' | '（' | '）' | '・' | '\n' | marks::DROPPED
                )
        };
        let named = move |argument: &'a str| {
            let named = argument.split_once('=').filter(|(key, _)| key.chars().all(is_key));
            named.map_or(("", argument), |(key, value)| (key.trim_matches(is_blank), value))
        };
        let first = self.first.map(|first| ("", first));
        first
            .into_iter()
            .chain(self.parts.iter().map(move |part| named(part)))
            .map(|(key, value)| (key, value.trim_matches(is_blank)))
    }

    /// The argument of that name or number; empty where there is none.
    pub(super) fn argument(&self, name: &str) -> &'a str {
        let number: Option<usize> = name.parse().ok();
        let (mut n, mut found) = (0, "");
        for (key, value) in self.arguments() {
            n += usize::from(key.is_empty());
            let is_it = key == name || key.is_empty() && Some(n) == number;
            // A value that was dropped is none.
            if is_it && !value.trim_matches(marks::DROPPED).is_empty() {
                found = value;
            }
        }
        found
    }

    fn first_of(&self, names: &[String]) -> &'a str {
        let mut found = names.iter().map(|name| self.argument(name));
        found.find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// The first argument of a parser function.
    pub(super) fn subject(&self) -> &'a str {
        self.first.unwrap_or_default().trim_matches(is_blank)
    }

    /// The arguments as they are written, but for blanks around them.
    pub(super) fn written(&self) -> impl Iterator<Item = &'a str> {
        self.parts.iter().map(|part| part.trim_matches(is_blank))
    }

    /// The arguments without a name.
    pub(super) fn values(&self) -> impl Iterator<Item = &'a str> {
        self.arguments().filter(|(key, _)| key.is_empty()).map(|(_, value)| value)
    }

    /// The arguments with a name, in order.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let is_named = |(key, value): &(&str, &str)| {
            !value.is_empty() && key.contains(|c: char| !c.is_ascii_digit())
        };
        self.arguments()
            .filter(is_named)
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\u{3000}'
}

/// Names differ in the case of their first letter and in underscores only.
fn normal(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let is_normal = |c: char| !c.is_uppercase() && c != marks::DROPPED;
    if name.chars().next().is_none_or(is_normal) && !name.contains(['_', marks::DROPPED]) {
        return Cow::Borrowed(name);
    }
    let name = name.replace('_', " ").replace(marks::DROPPED, "");
    let mut characters = name.chars();
    let first = characters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    Cow::Owned(first + characters.as_str())
}

fn raised(template: &Template<'_>) -> String {
    script(template.argument("1"), Script::Raised)
}

fn lowered(template: &Template<'_>) -> String {
    script(template.argument("1"), Script::Lowered)
}

/// `{{chem|H|2|O}}`: numbers stand below the line.
fn chemical(template: &Template<'_>) -> String {
    let lower = |part: &str| {
        let is_number = part.starts_with(|c: char| c.is_ascii_digit());
        if is_number { script(part, Script::Lowered) } else { part.to_owned() }
    };
    template.values().map(lower).collect()
}

/// `{{chem2|SO4(2-)}}`: a formula as it is typed. Digits behind an element or a bracket stand below the line, a charge above.
fn formula(template: &Template<'_>) -> String {
    let typed = template.argument("1").replace("->", "→").replace('*', "·");
    let (mut out, mut rest) = (String::with_capacity(typed.len()), typed.as_str());
    while let Some(c) = rest.chars().next() {
        let is_behind = out.ends_with(|c: char| c.is_ascii_alphabetic() || matches!(c, ')' | ']'));
        let has_element = is_behind || out.ends_with(|c| ('₀'..='₉').contains(&c));
        let charge = rest.strip_prefix('(').and_then(|inside| inside.split_once(')'));
        if let Some((charge, after)) = charge.filter(|(charge, _)| has_element && is_charge(charge))
        {
            out.push_str(&script(charge, Script::Raised));
            rest = after;
            continue;
        }
        let len = rest.bytes().take_while(u8::is_ascii_digit).count().max(c.len_utf8());
        let (piece, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        let is_end = after.is_empty() || after.starts_with([' ', ')', ']']);
        match c {
            '0'..='9' if is_behind => out.push_str(&script(piece, Script::Lowered)),
            '+' | '-' | '−' if is_end && has_element => {
                out.push_str(&script(piece, Script::Raised));
            }
            _ => out.push_str(piece),
        }
        rest = after;
    }
    out
}

/// Whether a text is a charge of several units: `2-`.
fn is_charge(text: &str) -> bool {
    let digits = text.trim_end_matches(['+', '-', '−']);
    digits.len() < text.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `{{enlink|Rain (weather)}}`: an article in English, by its name. What says no more than that it is in English is left out.
fn english_link(template: &Template<'_>) -> String {
    let shown = [template.argument("2"), template.argument("1")];
    let name = shown.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let name = name.split_once(" (").map_or(name, |(name, _)| name);
    match name {
        "" | "en" | "英語" | "英語版" => String::new(),
        _ if template.argument("p") == "off" => name.to_owned(),
        _ => format!("（{name}）"),
    }
}

/// `{{harvtxt|Smith|Jones|1999}}`: the authors of a book as part of a sentence.
fn author(template: &Template<'_>) -> String {
    let values: Vec<&str> = template.values().collect();
    let Some((year, names)) = values.split_last().filter(|(_, names)| !names.is_empty()) else {
        return values.concat();
    };
    let names = match names {
        [first, _, _, _, ..] => format!("{first} et al."),
        [others @ .., last] if !others.is_empty() => format!("{} & {last}", others.join(", ")),
        names => names.concat(),
    };
    format!("{names} ({year})")
}

/// A recording with its text, which often only says that it is one.
fn audio(template: &Template<'_>) -> String {
    let text = template.argument("2");
    let says_nothing =
        ["発音", "聞", "音声", "listen", "pronunciation"].iter().any(|word| text.contains(word));
    if says_nothing { String::new() } else { text.to_owned() }
}

/// Sounds in the signs of the International Phonetic Association, in brackets.
fn sounds(template: &Template<'_>) -> String {
    let is_sounds = |value: &&str| {
        !value.contains('.') && !matches!(*value, "lang" | "pron" | "local" | "us" | "uk" | "en")
    };
    let sounds: String = if template.name.starts_with("IPAc") {
        template.values().filter(is_sounds).collect()
    } else {
        template.argument("1").to_owned()
    };
    let has_brackets = sounds.starts_with(['[', '/', '&']) || sounds.is_empty();
    if has_brackets { sounds } else { format!("[{sounds}]") }
}

/// All arguments without a name, with what stands between them.
fn list(template: &Template<'_>, between: &str) -> String {
    let is_there = |value: &&str| !value.trim_matches(marks::DROPPED).is_empty();
    template.values().filter(is_there).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::{Options, Wiki};

    fn shown(wikitext: &str) -> String {
        Wiki::japanese().text(wikitext, &Options { title: "雨", ..Options::default() }).text
    }

    #[test]
    fn patterns_are_filled() {
        let templates =
            Templates::parse("雨,Rain_x\t{1}[（{2}[、{3}]）]{label|4}\nre:*\t{1}\n*霧\t\n# 雪\tx");
        let render = |parts: &[&str]| match templates.render(&Template::new(parts), "") {
            Shown::Text(text) => Some(text),
            Shown::Nothing => Some(String::new()),
            Shown::Unknown => None,
        };
        assert_eq!(render(&["雨", "a"]).as_deref(), Some("a"));
        assert_eq!(render(&["rain x", "a", " b "]).as_deref(), Some("a（b）"));
        assert_eq!(render(&["雨", "a", "b", "c", "d"]).as_deref(), Some("a（b、c）d"));
        assert_eq!(render(&["雨", "a", "label=e", "3=c", "2=b"]).as_deref(), Some("a（b、c）e"));
        assert_eq!(render(&["re:雲", "a"]).as_deref(), Some("a"));
        assert_eq!(render(&["朝霧", "a"]).as_deref(), Some(""));
        assert_eq!(render(&["雪", "a"]), None);
    }

    #[test]
    fn functions_are_computed() {
        assert_eq!(shown("{{PAGENAME}}は{{ubl|a|b}}"), "雨はa、b");
        let english = |wikitext| Wiki::english().text(wikitext, &Options::default()).text;
        assert_eq!(english("{{hlist|a|b}} {{convert|5|and|6|km}}"), "a, b 5 and 6 km");
    }

    #[test]
    fn names_in_other_languages_and_authors_are_text() {
        for (wikitext, text) in [
            ("雨{{enlink|Rain (weather)|a=on}}は", "雨（Rain）は"),
            ("雨{{enlink|Rain|the rain|p=off}}は", "雨the rainは"),
            ("雨{{enlink|Rain|en}}は", "雨は"),
            ("{{harvtxt|雨野|1999|p=3}}によれば", "雨野 (1999)によれば"),
            ("{{harvtxt|A|B|1999}}と{{harvtxt|A|B|C|D|1999}}", "A & B (1999)とA et al. (1999)"),
        ] {
            assert_eq!(shown(wikitext), text, "{wikitext}");
        }
    }

    #[test]
    fn formulas_have_their_digits_below_the_line() {
        for (typed, text) in [
            ("H2O", "H₂O"),
            ("2H2 + O2 -> 2H2O", "2H₂ + O₂ → 2H₂O"),
            ("SO4(2-)", "SO₄²⁻"),
            ("Na+", "Na⁺"),
            ("Fe(CN)6(4-)", "Fe(CN)₆⁴⁻"),
            ("CH3-CH3", "CH₃-CH₃"),
            ("CuSO4*5H2O", "CuSO₄·5H₂O"),
        ] {
            assert_eq!(shown(&format!("{{{{chem2|{typed}}}}}")), text, "{typed}");
        }
    }
}
