//! Numbers, measures and dates that templates compute.

use super::script::{Script, script};
use super::templates::Template;

/// A number with commas between thousands, or without them where that is asked for.
pub(super) fn format_number(template: &Template<'_>) -> String {
    let number = template.argument("1");
    match template.argument("2") {
        "R" => number.replace(',', ""),
        "NOSEP" => number.to_owned(),
        _ => with_commas(number),
    }
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

/// `{{val|3.0|0.1|e=8|ul=m/s}}`: a number with its uncertainty, power of ten and unit.
pub(super) fn value(template: &Template<'_>) -> String {
    let [number, error, lower, power] = ["1", "2", "3", "e"].map(|name| template.argument(name));
    let mut out = template.argument("p").to_owned();
    match template.argument("fmt") {
        "none" => out.push_str(number),
        _ => out.push_str(&with_commas(number)),
    }
    match (error, lower) {
        ("", _) => {}
        (error, "") if error.starts_with('(') => out.push_str(error),
        (error, "") => {
            out.push('±');
            out.push_str(error);
        }
        (above, below) => {
            out.push_str(&script(&signed(above, '+'), Script::Raised));
            out.push_str(&script(&signed(below, '-'), Script::Lowered));
        }
    }
    if !power.is_empty() {
        // A power alone is multiplied by nothing.
        out.push_str(if number.is_empty() { "10" } else { "×10" });
        out.push_str(&script(power, Script::Raised));
    }
    for name in ["end", "s"] {
        out.push_str(template.argument(name));
    }
    let first = |names: [&str; 2]| {
        names.map(|name| template.argument(name)).into_iter().find(|unit| !unit.is_empty())
    };
    if let Some(of) = first(["u", "ul"]) {
        if !matches!(of, "%" | "°" | "′" | "″") {
            out.push(' ');
        }
        out.push_str(&with_powers(of));
    }
    if let Some(per) = first(["up", "upl"]) {
        out.push('/');
        out.push_str(&with_powers(per));
    }
    out
}

/// One side of an uncertainty with its sign.
fn signed(number: &str, sign: char) -> String {
    let has_sign = number.starts_with(['+', '-', '−', '±']);
    if has_sign { number.to_owned() } else { format!("{sign}{number}") }
}

/// A unit of a measure as people write it: `sqmi` is `mi²`, `C` a temperature.
fn unit(name: &str) -> String {
    const NAMES: [(&str, &str); 6] = [
        ("C", "°C"),
        ("F", "°F"),
        ("kph", "km/h"),
        ("USgal", "US gal"),
        ("impgal", "imp gal"),
        ("ftin", "ft"),
    ];
    const LENGTHS: [&str; 8] = ["mm", "cm", "m", "km", "in", "ft", "yd", "mi"];
    if let Some((_, unit)) = NAMES.iter().find(|(known, _)| *known == name) {
        return (*unit).to_owned();
    }
    for (start, power) in [("sq", '²'), ("cu", '³')] {
        if let Some(length) = name.strip_prefix(start).filter(|length| LENGTHS.contains(length)) {
            return format!("{length}{power}");
        }
    }
    // `e6km2`: millions of them.
    for (start, power) in [("e3", "³"), ("e6", "⁶"), ("e9", "⁹"), ("e12", "¹²")] {
        if let Some(of) = name.strip_prefix(start)
            && of.starts_with(|c: char| c.is_alphabetic())
        {
            return format!("×10{power} {}", unit(of));
        }
    }
    with_powers(name)
}

/// A unit with the digits behind its letters raised: `kg/m3` is `kg/m³`, `s-1` is `s⁻¹`.
fn with_powers(name: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(name.len()), name);
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(at);
        let len = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = digits.split_at(len);
        let unsigned = before.trim_end_matches(['-', '−']);
        let is_power = unsigned.ends_with(|c: char| c.is_alphabetic() || c == '°');
        let sign = super::tail(before, unsigned.len());
        if is_power && sign.chars().count() < 2 {
            out.push_str(unsigned);
            out.push_str(&script(&format!("{sign}{number}"), Script::Raised));
        } else {
            out.push_str(before);
            out.push_str(number);
        }
        rest = after;
    }
    out + rest
}

/// `{{convert|60|-|80|mph}}`: numbers, what stands between them, and their unit; smaller units may follow, as in
/// `{{convert|6|ft|2|in|m}}`. What it would be in other units is left out.
pub(super) fn convert(template: &Template<'_>, and: &str) -> String {
    const SMALLER: [&str; 7] = ["in", "oz", "lb", "ft", "yd", "ch", "pt"];
    let values: Vec<&str> = template.values().collect();
    let mut out = values.first().map(|number| with_commas(number)).unwrap_or_default();
    let mut rest = values.get(1..).unwrap_or_default();
    while let [between, number, after @ ..] = rest {
        let sign = match *between {
            "-" | "–" | "to" | "to(-)" => "–",
            "x" | "×" | "by" | "xx" | "*" => "×",
            "and" | "&" | "and(-)" => and,
            "or" => "/",
            "+/-" | "±" | "+-" => "±",
            "," => ", ",
            "/" | "+" => between,
            _ => break,
        };
        if !is_number(number) {
            break;
        }
        out.push_str(sign);
        out.push_str(&with_commas(number));
        rest = after;
    }
    let Some((name, mut rest)) = rest.split_first().filter(|(name, _)| !name.is_empty()) else {
        return out;
    };
    out.push(' ');
    out.push_str(&unit(name));
    while let [number, name, after @ ..] = rest
        && is_number(number)
        && SMALLER.contains(name)
    {
        out.push(' ');
        out.push_str(&with_commas(number));
        out.push(' ');
        out.push_str(name);
        rest = after;
    }
    out
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '−' | '.'))
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
pub(super) fn era(template: &Template<'_>) -> String {
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
pub(super) fn fraction(template: &Template<'_>) -> String {
    let values: Vec<&str> = template.values().collect();
    match values.as_slice() {
        [below] => format!("1/{below}"),
        [above, below] => format!("{above}/{below}"),
        [whole, above, below, ..] => format!("{whole} {above}/{below}"),
        [] => String::new(),
    }
}

/// `{{e|24}}`: a power of ten.
pub(super) fn exponent(template: &Template<'_>) -> String {
    format!("×10{}", script(template.argument("1"), Script::Raised))
}

#[cfg(test)]
mod tests {
    use crate::markup::{Options, Wiki};

    fn shown(wikitext: &str) -> String {
        Wiki::japanese().text(wikitext, &Options::default()).text
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
            ("{{formatnum:1,234.5|R}}{{FORMATNUM: 1000 }}", "1234.51,000"),
            ("{{val|5|+2|-1|u=m}}と{{val|5|2|1}}", "5⁺²₋₁ mと5⁺²₋₁"),
            ("{{val|1.6|(4)|e=-19|u=C}}と{{val|e=8|u=s-1}}", "1.6(4)×10⁻¹⁹ Cと10⁸ s⁻¹"),
            ("{{val|10|ul=kg|upl=m3}}と{{val|5|u=%}}", "10 kg/m³と5%"),
            ("{{convert|6|ft|2|in|m}}と{{convert|10|km|0|mi}}", "6 ft 2 inと10 km"),
            (
                "{{convert|20|C}}と{{convert|3|sqmi}}と{{convert|2|e6km2}}",
                "20 °Cと3 mi²と2 ×10⁶ km²",
            ),
            ("{{convert|5|kg/m3}}と{{convert|5|and|6|cuft}}", "5 kg/m³と5、6 ft³"),
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
}
