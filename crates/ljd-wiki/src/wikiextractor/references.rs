//! References to characters: `&amp;`, `&#12354;`, `&#x3042;`.

use super::find::{Ahead, is_word, literal, section};
use crate::entities;

/// Resolves each reference once; what names no character of HTML 4 stays.
pub(super) fn resolved(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let (character, after) = reference(from).unwrap_or(('&', from));
        out.push(character);
        rest = after;
    }
    out + rest
}

/// The same but for what stands in `<syntaxhighlight …>`, whose tags go.
pub(super) fn resolved_but_code(text: &str) -> String {
    const OPEN: &str = "&lt;syntaxhighlight ";
    const CLOSE: &str = "&lt;/syntaxhighlight&gt;";
    let (find_open, find_end) = (literal(text, OPEN), literal(text, "&gt;"));
    let find_close = literal(text, CLOSE);
    let close = Ahead::new(|from| find_close(from).map(|(at, _)| at));
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    while let Some((start, inside)) = find_open(done) {
        let Some((_, content)) = find_end(inside) else { break };
        let Some(end) = close.next(content) else { break };
        out.push_str(&resolved(section(text, done, start)));
        out.push_str(section(text, content, end));
        done = end + CLOSE.len();
    }
    out + &resolved(section(text, done, text.len()))
}

/// The character of what follows a `&`, and what follows that.
fn reference(text: &str) -> Option<(char, &str)> {
    let (is_number, inside) = text.strip_prefix('#').map_or((false, text), |inside| (true, inside));
    let after = inside.trim_start_matches(is_word);
    let code = section(inside, 0, inside.len() - after.len());
    let after = after.strip_prefix(';')?;
    let character = match (is_number, code.strip_prefix('x')) {
        (true, Some(code)) => char::from_u32(number(code, 16)?)?,
        (true, None) => char::from_u32(number(code, 10)?)?,
        (false, _) => named(code)?,
    };
    Some((character, after))
}

/// A number as Python's `int` reads it: digits of full width too, `_` between them, `0x` before hexadecimal
/// ones.
fn number(code: &str, radix: u32) -> Option<u32> {
    let prefixed = code.strip_prefix("0x").or_else(|| code.strip_prefix("0X"));
    let code = match prefixed.filter(|_| radix == 16) {
        Some(code) => code.strip_prefix('_').unwrap_or(code),
        None => code,
    };
    let digit = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => Some(u32::from(c) - 0xff10),
        _ => c.to_digit(radix),
    };
    let mut value: u32 = 0;
    for part in code.split('_') {
        if part.is_empty() {
            return None;
        }
        for c in part.chars() {
            // More than any character has will not become less.
            value = value.checked_mul(radix)?.checked_add(digit(c)?)?;
        }
    }
    Some(value)
}

/// The names of HTML 4, sorted.
const NAMES: [&str; 252] = [
    "AElig", "Aacute", "Acirc", "Agrave", "Alpha", "Aring", "Atilde", "Auml", "Beta", "Ccedil",
    "Chi", "Dagger", "Delta", "ETH", "Eacute", "Ecirc", "Egrave", "Epsilon", "Eta", "Euml",
    "Gamma", "Iacute", "Icirc", "Igrave", "Iota", "Iuml", "Kappa", "Lambda", "Mu", "Ntilde", "Nu",
    "OElig", "Oacute", "Ocirc", "Ograve", "Omega", "Omicron", "Oslash", "Otilde", "Ouml", "Phi",
    "Pi", "Prime", "Psi", "Rho", "Scaron", "Sigma", "THORN", "Tau", "Theta", "Uacute", "Ucirc",
    "Ugrave", "Upsilon", "Uuml", "Xi", "Yacute", "Yuml", "Zeta", "aacute", "acirc", "acute",
    "aelig", "agrave", "alefsym", "alpha", "amp", "and", "ang", "aring", "asymp", "atilde", "auml",
    "bdquo", "beta", "brvbar", "bull", "cap", "ccedil", "cedil", "cent", "chi", "circ", "clubs",
    "cong", "copy", "crarr", "cup", "curren", "dArr", "dagger", "darr", "deg", "delta", "diams",
    "divide", "eacute", "ecirc", "egrave", "empty", "emsp", "ensp", "epsilon", "equiv", "eta",
    "eth", "euml", "euro", "exist", "fnof", "forall", "frac12", "frac14", "frac34", "frasl",
    "gamma", "ge", "gt", "hArr", "harr", "hearts", "hellip", "iacute", "icirc", "iexcl", "igrave",
    "image", "infin", "int", "iota", "iquest", "isin", "iuml", "kappa", "lArr", "lambda", "lang",
    "laquo", "larr", "lceil", "ldquo", "le", "lfloor", "lowast", "loz", "lrm", "lsaquo", "lsquo",
    "lt", "macr", "mdash", "micro", "middot", "minus", "mu", "nabla", "nbsp", "ndash", "ne", "ni",
    "not", "notin", "nsub", "ntilde", "nu", "oacute", "ocirc", "oelig", "ograve", "oline", "omega",
    "omicron", "oplus", "or", "ordf", "ordm", "oslash", "otilde", "otimes", "ouml", "para", "part",
    "permil", "perp", "phi", "pi", "piv", "plusmn", "pound", "prime", "prod", "prop", "psi",
    "quot", "rArr", "radic", "rang", "raquo", "rarr", "rceil", "rdquo", "real", "reg", "rfloor",
    "rho", "rlm", "rsaquo", "rsquo", "sbquo", "scaron", "sdot", "sect", "shy", "sigma", "sigmaf",
    "sim", "spades", "sub", "sube", "sum", "sup", "sup1", "sup2", "sup3", "supe", "szlig", "tau",
    "there4", "theta", "thetasym", "thinsp", "thorn", "tilde", "times", "trade", "uArr", "uacute",
    "uarr", "ucirc", "ugrave", "uml", "upsih", "upsilon", "uuml", "weierp", "xi", "yacute", "yen",
    "yuml", "zeta", "zwj", "zwnj",
];

fn named(name: &str) -> Option<char> {
    NAMES.binary_search(&name).ok()?;
    match name {
        // HTML 5 moved these two.
        "lang" => Some('\u{2329}'),
        "rang" => Some('\u{232a}'),
        _ => entities::named(name)?.chars().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_every_one_is_a_character() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|name| named(name).is_some()));
    }
}
