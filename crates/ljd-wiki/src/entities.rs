//! What HTML's names of characters stand for: `alpha`, `nbsp`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// By name, without `&` and `;`.
static NAMES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let name = |entity: &'static str| entity.strip_prefix('&')?.strip_suffix(';');
    let names =
        entities::ENTITIES.iter().map(|entity| Some((name(entity.entity)?, entity.characters)));
    names.flatten().collect()
});

/// The character of a name of HTML 5, or the two.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    NAMES.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each block of characters that the list draws on.
    #[test]
    fn names_are_the_characters_of_the_list() {
        for (name, characters) in [
            ("amp", "&"),
            ("nbsp", "\u{a0}"),
            ("Amacr", "Ā"),
            ("fnof", "ƒ"),
            ("tilde", "˜"),
            ("Sigma", "Σ"),
            ("theta", "θ"),
            ("IOcy", "Ё"),
            ("mdash", "—"),
            ("euro", "€"),
            ("rarr", "→"),
            ("isin", "∈"),
            ("spades", "♠"),
            ("zscr", "𝓏"),
            ("NotEqualTilde", "≂̸"),
        ] {
            assert_eq!(named(name), Some(characters), "{name}");
        }
        assert_eq!((named("Alph"), named("alpha;"), named("")), (None, None, None));
    }

    /// All small letters of Greek and all capitals, each by its name.
    #[test]
    fn greek_is_greek() {
        let letters = "alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ \
                       omicron ο pi π rho ρ sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω";
        let words: Vec<&str> = letters.split_whitespace().collect();
        assert_eq!(words.len(), 48);
        for pair in words.chunks(2) {
            assert_eq!(named(pair[0]), Some(pair[1]));
            let mut letters = pair[0].chars();
            let capital: String =
                letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            assert_eq!(named(&capital), Some(pair[1].to_uppercase().as_str()), "{capital}");
        }
    }
}
