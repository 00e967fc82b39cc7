//! Parser functions, where what they are given says what they show
//! (<https://www.mediawiki.org/wiki/Help:Extension:ParserFunctions>).

use std::iter::Peekable;
use std::str::Chars;

use super::marks;
use super::templates::Template;

/// An argument by its place behind the first one; one that was dropped is empty.
fn given<'a>(template: &Template<'a>, place: usize) -> &'a str {
    template.written().nth(place).unwrap_or_default()
}

fn is_blank(text: &str) -> bool {
    text.trim_matches(|c: char| c == marks::DROPPED || c.is_whitespace()).is_empty()
}

/// `{{#if: test | then | else }}`.
pub(super) fn if_given(template: &Template<'_>) -> String {
    given(template, usize::from(is_blank(template.subject()))).to_owned()
}

/// `{{#ifeq: one | other | then | else }}`.
pub(super) fn if_equal(template: &Template<'_>) -> String {
    let place = if are_equal(template.subject(), given(template, 0)) { 1 } else { 2 };
    given(template, place).to_owned()
}

/// `{{#ifexpr: expression | then | else }}`.
pub(super) fn if_true(template: &Template<'_>) -> Option<String> {
    let is_true = !is_blank(template.subject()) && computed(template.subject())? != 0.0;
    Some(given(template, usize::from(!is_true)).to_owned())
}

/// `{{#switch: value | one = a | two | three = b | usual }}`: a name without a value has that of the next one.
pub(super) fn switch(template: &Template<'_>) -> Option<String> {
    let value = template.subject();
    if value.contains(marks::DROPPED) {
        return None;
    }
    let (mut is_found, mut usual) = (false, "");
    let mut cases = template.written().peekable();
    while let Some(case) = cases.next() {
        match case.split_once('=') {
            Some((name, shown)) => {
                if is_found || are_equal(name, value) {
                    return Some(shown.trim().to_owned());
                }
                if name.trim() == "#default" {
                    usual = shown.trim();
                }
            }
            None if cases.peek().is_none() => usual = case,
            None => is_found |= are_equal(case, value),
        }
    }
    Some(usual.to_owned())
}

/// Whether two values are the same text or number.
fn are_equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    one == other || number(one).is_some_and(|one| number(other) == Some(one))
}

/// `{{lc:ABC}}`, `{{uc:abc}}`, `{{lcfirst:Abc}}`, `{{ucfirst:abc}}`.
pub(super) fn case(template: &Template<'_>) -> Option<String> {
    let text = template.subject();
    let mut rest = text.chars();
    let first = rest.next()?;
    match template.name.trim().to_lowercase().as_str() {
        "lc:" => Some(text.to_lowercase()),
        "uc:" => Some(text.to_uppercase()),
        "lcfirst:" => Some(first.to_lowercase().chain(rest).collect()),
        "ucfirst:" => Some(first.to_uppercase().chain(rest).collect()),
        _ => None,
    }
}

/// `{{padleft:7|3|0}}`, `{{padright:7|3|0}}`: a text made so many characters long.
pub(super) fn pad(template: &Template<'_>) -> Option<String> {
    /// MediaWiki pads no further.
    const LONGEST: usize = 500;
    let text = template.subject();
    let len = given(template, 0).parse::<usize>().ok()?.min(LONGEST);
    let with = Some(given(template, 1)).filter(|with| !with.is_empty()).unwrap_or("0");
    let n = len.saturating_sub(text.chars().count());
    let padding: String = with.chars().cycle().take(n).collect();
    let is_left = template.name.trim().to_lowercase().starts_with("padleft");
    Some(if is_left { padding + text } else { text.to_owned() + &padding })
}

/// `{{#tag:ruby|…}}`: an element by its name. That of a note or of pictures shows nothing.
pub(super) fn tag(template: &Template<'_>) -> Option<String> {
    const SILENT: [&str; 6] = ["ref", "references", "gallery", "timeline", "imagemap", "indicator"];
    let name = template.subject();
    if SILENT.iter().any(|silent| silent.eq_ignore_ascii_case(name)) {
        return Some(String::new());
    }
    let is_known = super::tags::element(name).is_some()
        || ["nowiki", "poem"].iter().any(|known| known.eq_ignore_ascii_case(name));
    is_known.then(|| given(template, 0).to_owned())
}

/// `{{#expr: 1 + 2 }}`.
pub(super) fn expression(template: &Template<'_>) -> Option<String> {
    let value = computed(template.subject())?;
    // As many digits as a number of 64 bits has for sure.
    let rounded: f64 = format!("{value:.13e}").parse().ok()?;
    Some(if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() })
}

/// In bytes; what is longer is not computed.
const LONGEST: usize = 1000;

/// Deeper brackets are not followed.
const DEEPEST: usize = 40;

/// The value of an expression; none where it has a mistake, or a part that is not known.
fn computed(expression: &str) -> Option<f64> {
    if LONGEST < expression.len() {
        return None;
    }
    let tokens = tokens(expression)?;
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), depth: 0 };
    let value = parser.binary(0)?;
    let is_whole = parser.tokens.next().is_none();
    (is_whole && value.is_finite()).then_some(value)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Word(String),
}

fn tokens(expression: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = expression.chars().peekable();
    while let Some(c) = rest.peek().copied() {
        if c.is_whitespace() {
            rest.next();
        } else if c.is_ascii_digit() || c == '.' {
            let digits = while_is(&mut rest, |c| c.is_ascii_digit() || c == '.');
            tokens.push(Token::Number(digits.parse().ok()?));
        } else if c.is_ascii_alphabetic() {
            let word = while_is(&mut rest, |c| c.is_ascii_alphabetic());
            tokens.push(Token::Word(word.to_lowercase()));
        } else if matches!(c, '<' | '>' | '=' | '!') {
            tokens.push(Token::Word(while_is(&mut rest, |c| matches!(c, '<' | '>' | '=' | '!'))));
        } else {
            rest.next();
            tokens.push(Token::Word(if c == '−' { '-' } else { c }.to_string()));
        }
    }
    Some(tokens)
}

fn while_is(rest: &mut Peekable<Chars<'_>>, is: impl Fn(char) -> bool) -> String {
    std::iter::from_fn(|| rest.next_if(|c| is(*c))).collect()
}

/// How close an operator of two values binds; none where a word is no such operator.
fn binding(operator: &str) -> Option<usize> {
    match operator {
        "or" => Some(0),
        "and" => Some(1),
        "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => Some(2),
        "round" => Some(3),
        "+" | "-" => Some(4),
        "*" | "/" | "div" | "mod" | "fmod" => Some(5),
        "^" => Some(6),
        "e" => Some(7),
        _ => None,
    }
}

#[expect(clippy::float_cmp, reason = "an expression asks whether two values are the same")]
fn apply(operator: &str, left: f64, right: f64) -> Option<f64> {
    let is = |is: bool| f64::from(u8::from(is));
    Some(match operator {
        "or" => is(left != 0.0 || right != 0.0),
        "and" => is(left != 0.0 && right != 0.0),
        "=" => is(left == right),
        "<>" | "!=" => is(left != right),
        "<" => is(left < right),
        ">" => is(left > right),
        "<=" => is(left <= right),
        ">=" => is(left >= right),
        "round" => {
            let scale = 10_f64.powf(right.trunc());
            (left * scale).round() / scale
        }
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" | "div" if right != 0.0 => left / right,
        "mod" if right.trunc() != 0.0 => left.trunc() % right.trunc(),
        "fmod" if right != 0.0 => left % right,
        "^" => left.powf(right),
        "e" => left * 10_f64.powf(right),
        _ => return None,
    })
}

struct Parser {
    tokens: Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    /// Values with operators between them that bind at least so close.
    fn binary(&mut self, least: usize) -> Option<f64> {
        let mut left = self.value()?;
        while let Some(Token::Word(operator)) = self.tokens.peek() {
            let Some(close) = binding(operator).filter(|close| least <= *close) else { break };
            let operator = operator.clone();
            self.tokens.next();
            let right = self.binary(close + 1)?;
            left = apply(&operator, left, right)?;
        }
        Some(left)
    }

    /// A number, one with a sign or a function before it, or what stands in brackets.
    fn value(&mut self) -> Option<f64> {
        self.depth += 1;
        if DEEPEST < self.depth {
            return None;
        }
        let value = match self.tokens.next()? {
            Token::Number(number) => number,
            Token::Word(word) => match word.as_str() {
                "(" => {
                    let inside = self.binary(0)?;
                    self.tokens.next_if(|token| *token == Token::Word(")".to_owned()))?;
                    inside
                }
                "-" => -self.value()?,
                "+" => self.value()?,
                "not" => f64::from(u8::from(self.value()? == 0.0)),
                "abs" => self.value()?.abs(),
                "ceil" => self.value()?.ceil(),
                "floor" => self.value()?.floor(),
                "trunc" => self.value()?.trunc(),
                "sqrt" => self.value()?.sqrt(),
                "pi" => std::f64::consts::PI,
                _ => return None,
            },
        };
        self.depth -= 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::{Options, Plain, Wiki};

    fn shown(wikitext: &str) -> Plain {
        Wiki::japanese().text(wikitext, &Options::default())
    }

    #[test]
    fn functions_choose_what_is_shown() {
        for (wikitext, text) in [
            ("{{#if: a | b | c }}{{#if:|b|c}}{{#if:{{無名}}|b|d}}", "bcd"),
            ("{{#if:a|x=y}}と{{#IF:|a}}。", "x=yと。"),
            ("{{#ifeq:a|a|d|e}}{{#ifeq:01|1.0|d|e}}{{#ifeq:a|b|d}}", "dd"),
            ("{{#switch:b|a|b|c=4|d=5}}{{#switch: z |a=1|z = 2 |3}}", "42"),
            ("{{#switch:z|a=1|b=2|3}}{{#switch:z|#default=4|a=1}}{{#switch:z|a=1}}。", "34。"),
            (
                "{{#ifexpr: 2 > 1 | はい | いいえ }}{{#ifexpr:1 = 2|はい|いいえ}}{{#ifexpr:|a|b}}",
                "はいいいえb",
            ),
            ("{{lc:ABC}}{{uc:abc}}{{ucfirst:abc}}{{lcfirst:ABC}}", "abcABCAbcaBC"),
            ("{{padleft:7|3|0}}{{padright:7|3|ab}}{{padleft:雨雪|1}}", "0077ab雨雪"),
            ("{{#tag:ruby|雨<rt>あめ</rt>}}{{#tag:ref|x}}{{#tag:nowiki|y}}", "雨（あめ）y"),
        ] {
            assert_eq!(shown(wikitext).text, text, "{wikitext}");
        }
    }

    #[test]
    fn expressions_have_values() {
        for (expression, value) in [
            ("1+2*3", "7"),
            ("(1+2)*3 - -4", "13"),
            ("2^3^2", "64"),
            ("10/4", "2.5"),
            ("1/3", "0.33333333333333"),
            ("7 mod 4 + 1", "4"),
            ("123456.789 round 1", "123456.8"),
            ("1234 round -2", "1200"),
            ("1.5e3", "1500"),
            ("not 0 and 2 >= 2 or 0", "1"),
            ("trunc 2.7 + ceil 2.1 + floor -2.1 + abs -1", "3"),
            ("0.1+0.2", "0.3"),
        ] {
            assert_eq!(shown(&format!("{{{{#expr:{expression}}}}}")).text, value, "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_computed_is_unknown() {
        for wikitext in [
            "{{#expr:1/0}}",
            "{{#expr:1 2}}",
            "{{#expr:(1}}",
            "{{#expr:雨}}",
            "{{#expr:1.2.3}}",
            "{{#expr:{{無名}} + 1}}",
            "{{#ifexpr:1/0|a|b}}",
            "{{#switch:{{無名}}|a=1|2}}",
            "{{#tag:score|c}}",
        ] {
            let plain = shown(wikitext);
            assert_eq!(plain.text, "", "{wikitext}");
            assert!(plain.unknown.keys().any(|name| name.starts_with('#')), "{wikitext}");
        }
    }

    #[test]
    fn long_and_deep_expressions_are_not_computed() {
        let sum = |n: usize| computed(&format!("{}1", "1+".repeat(n)));
        assert_eq!([sum((LONGEST - 1) / 2), sum(LONGEST / 2)], [Some(500.0), None]);
        let nested = |n: usize| computed(&format!("{}1{}", "(".repeat(n), ")".repeat(n)));
        assert_eq!([nested(DEEPEST - 1), nested(DEEPEST)], [Some(1.0), None]);
    }
}
