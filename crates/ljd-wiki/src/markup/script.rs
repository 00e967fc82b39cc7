//! Raised and lowered text in characters of its own.

const RAISED: [(char, char); 20] = [
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('–', '⁻'),
    ('＋', '⁺'),
    ('=', '⁼'),
    ('(', '⁽'),
    (')', '⁾'),
    ('n', 'ⁿ'),
    ('i', 'ⁱ'),
];

const LOWERED: [(char, char); 31] = [
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('−', '₋'),
    ('=', '₌'),
    ('(', '₍'),
    (')', '₎'),
    ('a', 'ₐ'),
    ('e', 'ₑ'),
    ('h', 'ₕ'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('k', 'ₖ'),
    ('l', 'ₗ'),
    ('m', 'ₘ'),
    ('n', 'ₙ'),
    ('o', 'ₒ'),
    ('p', 'ₚ'),
    ('r', 'ᵣ'),
    ('s', 'ₛ'),
    ('t', 'ₜ'),
    ('x', 'ₓ'),
];

/// Whether text is above or below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Raised,
    Lowered,
}

/// Text above or below the line: in characters of its own where Unicode has them, else behind `^` or `_`, but
/// words stay as they are: `10⁻³`, `x^a`, `1er`.
pub(super) fn script(text: &str, script: Script) -> String {
    let text = text.trim();
    let (table, mark): (&[(char, char)], char) = match script {
        Script::Raised => (&RAISED, '^'),
        Script::Lowered => (&LOWERED, '_'),
    };
    let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    if !has_digit && 1 < n_letters || text.is_empty() {
        return text.to_owned();
    }
    let of = |c: char| table.iter().find(|(plain, _)| *plain == c).map(|(_, own)| *own);
    let own: Option<String> = text.chars().map(of).collect();
    match own {
        Some(own) => own,
        None if !has_digit && n_letters == 0 => text.to_owned(),
        None if text.chars().all(|c| c.is_ascii_alphanumeric()) => format!("{mark}{text}"),
        None if text.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
            || text.starts_with('[') =>
        {
            text.to_owned()
        }
        None => format!("{mark}({text})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_never_on_the_line() {
        for (text, raised, lowered) in [
            ("-3", "⁻³", "₋₃"),
            ("2", "²", "₂"),
            ("n", "ⁿ", "ₙ"),
            ("a", "^a", "ₐ"),
            ("2k", "^2k", "₂ₖ"),
            ("1/2", "^(1/2)", "_(1/2)"),
            ("er", "er", "er"),
            ("第2版", "第2版", "第2版"),
            ("*", "*", "*"),
            ("", "", ""),
        ] {
            assert_eq!(script(text, Script::Raised), raised);
            assert_eq!(script(text, Script::Lowered), lowered);
        }
    }
}
