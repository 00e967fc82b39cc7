//! What templates show, by a table that the caller gives.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::script::{Script, script};
use super::{marks, part};

/// What the templates of a wiki show in running text.
///
/// Each line of the table is `names`, a tab and `pattern`. Names are separated by commas; they differ neither in
/// the case of the first letter nor in underscores. `name*` is every name that begins so, `*name` every one that
/// ends so, and `name:` a parser function, whose first argument stands behind the colon. In a pattern
///
/// * `{1}` is the first argument, `{label|1}` the argument of that name or else the first;
/// * what stands in `[…]` is left out where an argument in it is empty;
/// * no pattern at all means that nothing is shown;
/// * `!infobox` means that nothing is shown, and that named arguments are facts;
/// * `!audio`, `!chem`, `!convert`, `!era`, `!exponent`, `!formatnum`, `!frac`, `!if`, `!ifeq`, `!ipa`, `!list`,
///   `!pagename`, `!sub`, `!sup` and `!val` are computed.
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
            self.exact.insert(normal(name).into_owned(), rule);
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
            self.exact.get(normal(function.name).as_ref()).map(|rule| (rule, function))
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
        match pattern {
            "!infobox" => Self::Infobox,
            "!pagename" => Self::PageName,
            "!audio" => Self::Computed(audio),
            "!chem" => Self::Computed(chemical),
            "!convert" => Self::Computed(convert),
            "!exponent" => Self::Computed(exponent),
            "!ipa" => Self::Computed(sounds),
            "!sub" => Self::Computed(lowered),
            "!sup" => Self::Computed(raised),
            "!era" => Self::Computed(era),
            "!formatnum" => Self::Computed(format_number),
            "!frac" => Self::Computed(fraction),
            "!if" => Self::Computed(if_given),
            "!ifeq" => Self::Computed(if_equal),
            "!list" => Self::Computed(list),
            "!val" => Self::Computed(value),
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

    /// The arguments without a name.
    fn values(&self) -> impl Iterator<Item = &'a str> {
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

/// A number with commas between thousands.
fn format_number(template: &Template<'_>) -> String {
    let number = template.argument("1");
    if matches!(template.argument("2"), "R" | "NOSEP") {
        return number.to_owned();
    }
    with_commas(number)
}

fn with_commas(number: &str) -> String {
    let start = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
    let (sign, rest) = number.split_at(start);
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = rest.split_at(len);
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if 0 < i && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// `{{val|3.0|e=8|ul=m/s}}`: a number with its uncertainty, power of ten and unit.
fn value(template: &Template<'_>) -> String {
    let mut out = template.argument("p").to_owned();
    out.push_str(&with_commas(template.argument("1")));
    match template.argument("2") {
        "" => {}
        uncertainty if uncertainty.starts_with('(') => out.push_str(uncertainty),
        uncertainty => {
            out.push('±');
            out.push_str(uncertainty);
        }
    }
    match template.argument("e") {
        "" => {}
        exponent => {
            out.push_str("×10");
            out.push_str(&script(exponent, Script::Raised));
        }
    }
    out.push_str(template.argument("s"));
    let first = |names: [&str; 2]| {
        names.map(|name| template.argument(name)).into_iter().find(|unit| !unit.is_empty())
    };
    if let Some(of) = first(["u", "ul"]) {
        out.push(' ');
        out.push_str(&unit(of));
    }
    if let Some(per) = first(["up", "upl"]) {
        out.push('/');
        out.push_str(&unit(per));
    }
    out
}

/// A unit as people write it: `km2` is `km²`.
fn unit(name: &str) -> String {
    const NAMES: [(&str, &str); 12] = [
        ("sqkm", "km²"),
        ("sqmi", "mi²"),
        ("sqft", "ft²"),
        ("sqm", "m²"),
        ("cuft", "ft³"),
        ("C", "°C"),
        ("F", "°F"),
        ("K", "K"),
        ("°", "°"),
        ("mph", "mph"),
        ("kph", "km/h"),
        ("kn", "kn"),
    ];
    if let Some((_, unit)) = NAMES.iter().find(|(known, _)| *known == name) {
        return (*unit).to_owned();
    }
    let power = |digit: char| {
        name.strip_suffix(digit).filter(|base| base.ends_with(|c: char| c.is_ascii_alphabetic()))
    };
    match (power('2'), power('3')) {
        (Some(base), _) => format!("{base}²"),
        (_, Some(base)) => format!("{base}³"),
        _ => name.to_owned(),
    }
}

/// `{{convert|60|-|80|mph}}`: numbers, what stands between them, and their unit.
fn convert(template: &Template<'_>) -> String {
    let values: Vec<&str> = template.values().collect();
    let mut out = values.first().map(|number| with_commas(number)).unwrap_or_default();
    let mut rest = values.get(1..).unwrap_or_default();
    while let [between, number, after @ ..] = rest {
        let sign = match *between {
            "-" | "–" | "to" | "to(-)" => "–",
            "x" | "×" | "by" | "*" => "×",
            "and" | "&" => "、",
            "or" => "/",
            "+/-" | "±" | "+-" => "±",
            "/" | "," | "+" => between,
            _ => break,
        };
        if !number.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '−' | '.')) {
            break;
        }
        out.push_str(sign);
        out.push_str(&with_commas(number));
        rest = after;
    }
    if let Some(name) = rest.first().filter(|name| !name.is_empty()) {
        out.push(' ');
        out.push_str(&unit(name));
    }
    out
}

/// The eras of Japan with the day that each began.
const ERAS: [(&str, i32, u32, u32); 5] = [
    ("令和", 2019, 5, 1),
    ("平成", 1989, 1, 8),
    ("昭和", 1926, 12, 25),
    ("大正", 1912, 7, 30),
    ("明治", 1868, 1, 25),
];

/// `{{和暦|1970}}`: a year, or a day, in Japan's eras. A year alone is that of the era that ends it.
fn era(template: &Template<'_>) -> String {
    let number = |name: &str| template.argument(name).parse::<u32>().ok();
    let Ok(year) = template.argument("1").parse::<i32>() else {
        return template.argument("1").to_owned();
    };
    let (month, day) = (number("2"), number("3"));
    let date = (year, month.unwrap_or(12), day.unwrap_or(31));
    let Some((name, first, ..)) =
        ERAS.iter().find(|(_, year, month, day)| (*year, *month, *day) <= date)
    else {
        return format!("{year}年");
    };
    let mut out = match year - first + 1 {
        1 => format!("{name}元年"),
        n => format!("{name}{n}年"),
    };
    for (number, unit) in [(month, '月'), (day, '日')] {
        if let Some(number) = number {
            out.push_str(&number.to_string());
            out.push(unit);
        }
    }
    out
}

/// `{{frac|1|2}}` and `{{frac|3|1|2}}`.
fn fraction(template: &Template<'_>) -> String {
    let values: Vec<&str> = template.values().collect();
    match values.as_slice() {
        [below] => format!("1/{below}"),
        [above, below] => format!("{above}/{below}"),
        [whole, above, below, ..] => format!("{whole} {above}/{below}"),
        [] => String::new(),
    }
}

fn if_given(template: &Template<'_>) -> String {
    let chosen = if template.argument("1").is_empty() { "3" } else { "2" };
    template.argument(chosen).to_owned()
}

fn if_equal(template: &Template<'_>) -> String {
    let is_equal = template.argument("1") == template.argument("2");
    template.argument(if is_equal { "3" } else { "4" }).to_owned()
}

fn raised(template: &Template<'_>) -> String {
    script(template.argument("1"), Script::Raised)
}

fn lowered(template: &Template<'_>) -> String {
    script(template.argument("1"), Script::Lowered)
}

/// `{{e|24}}`: a power of ten.
fn exponent(template: &Template<'_>) -> String {
    format!("×10{}", script(template.argument("1"), Script::Raised))
}

/// `{{chem|H|2|O}}`: numbers stand below the line.
fn chemical(template: &Template<'_>) -> String {
    let lower = |part: &str| {
        let is_number = part.starts_with(|c: char| c.is_ascii_digit());
        if is_number { script(part, Script::Lowered) } else { part.to_owned() }
    };
    template.values().map(lower).collect()
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

/// All arguments without a name, with commas between them.
fn list(template: &Template<'_>) -> String {
    let is_there = |value: &&str| !value.trim_matches(marks::DROPPED).is_empty();
    template.values().filter(is_there).collect::<Vec<_>>().join("、")
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
    fn numbers_are_written_as_people_write_them() {
        for (wikitext, text) in [
            ("{{formatnum:1234567}}", "1,234,567"),
            ("{{formatnum:-1234.5678}}", "-1,234.5678"),
            ("{{formatnum:999}}", "999"),
            ("{{val|3.0|e=8|ul=m/s}}", "3.0×10⁸ m/s"),
            ("{{val|1.23|0.05|u=km2}}", "1.23±0.05 km²"),
            ("{{convert|60|-|80|mph}}", "60–80 mph"),
            ("{{convert|5|to|10|t|lb}}", "5–10 t"),
            ("{{convert|1234|km2|sqmi}}", "1,234 km²"),
            ("{{frac|1|2}}{{frac|3}}", "1/21/3"),
        ] {
            assert_eq!(shown(wikitext), text, "{wikitext}");
        }
    }

    #[test]
    fn years_are_those_of_eras() {
        for (year, text) in [
            ("1970", "昭和45年"),
            ("1989", "平成元年"),
            ("1989|1|7", "昭和64年1月7日"),
            ("1989|1|8", "平成元年1月8日"),
            ("2019|4|30", "平成31年4月30日"),
            ("2019|5|1", "令和元年5月1日"),
            ("1868", "明治元年"),
            ("1600", "1600年"),
        ] {
            assert_eq!(shown(&format!("{{{{和暦|{year}}}}}")), text, "{year}");
        }
    }

    #[test]
    fn functions_are_computed() {
        assert_eq!(shown("{{#if: a | b | c }}{{#if:|b|c}}{{#ifeq:a|a|d|e}}"), "bcd");
        assert_eq!(shown("{{PAGENAME}}は{{ubl|a|b}}"), "雨はa、b");
    }
}
