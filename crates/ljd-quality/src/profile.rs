//! What a text is made of: found in one pass over it and shared by the rules, so that most of them need not look at
//! the text at all.
//!
//! Whether a rule is ruled out is a question to the profile ([`Profiles::rule_out`]). Its table of characters is made of
//! the rules' own tests, so that both cannot differ.

use std::sync::LazyLock;

use ljd_core::{Language, Record, Task};
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::language::Scripts;
use crate::{Rule, hygiene, pairs, personal};

/// What a text is made of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The traits that any of its characters has.
    traits: u32,
    pub(crate) scripts: Scripts,
    /// Characters that are no white space.
    pub(crate) n_visible: usize,
    n_digits: usize,
    /// Marks of punctuation that a sentence has once.
    n_marks: usize,
    /// Whether white space begins or ends it.
    has_loose_ends: bool,
}

/// A letter or a digit, or a symbol that can be an answer.
const CONTENT: u32 = 1;
/// What normalisation form C may change.
const COMPOSING: u32 = 1 << 1;
const UNSEEN: u32 = 1 << 2;
const LINE_END: u32 = 1 << 3;
const AMPERSAND: u32 = 1 << 4;
const AT_SIGN: u32 = 1 << 5;
const BRACKET: u32 = 1 << 6;
const GARBLED: u32 = 1 << 7;
const NOT_ASCII: u32 = 1 << 8;
const DIGIT: u32 = 1 << 9;
const MARK: u32 = 1 << 10;
const VISIBLE: u32 = 1 << 11;

/// The traits of a character, by the rules' own tests.
fn traits(c: char) -> u32 {
    let is_composed =
        canonical_combining_class(c) == 0 && is_nfc_quick([c].into_iter()) == IsNormalized::Yes;
    let traits = [
        (CONTENT, c.is_alphanumeric() || hygiene::is_symbol(c)),
        (COMPOSING, !is_composed),
        (UNSEEN, hygiene::is_unseen(c) || hygiene::is_separator(c)),
        (LINE_END, c == '\n'),
        (AMPERSAND, c == '&'),
        (AT_SIGN, personal::is_at_sign(c)),
        (BRACKET, hygiene::pair_of(c).is_some()),
        (GARBLED, hygiene::may_be_garbled(c)),
        (NOT_ASCII, !c.is_ascii()),
        (DIGIT, pairs::is_digit(c)),
        (MARK, hygiene::is_punctuation(c)),
        (VISIBLE, !c.is_whitespace()),
    ];
    traits.into_iter().filter(|(_, has)| *has).map(|(bit, _)| bit).sum()
}

/// What one character adds to a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind {
    traits: u32,
    scripts: Scripts,
}

impl Kind {
    fn of(c: char) -> Self {
        Self { traits: traits(c), scripts: Scripts::of_char(c) }
    }
}

/// The kinds that characters of the basic plane fall into, which are a few dozen, and the number of each character's.
struct Kinds {
    kinds: Vec<Kind>,
    numbers: Vec<u8>,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let mut kinds: Vec<Kind> = Vec::new();
    let numbers = (0..=u32::from(u16::MAX)).map(|code| {
        let kind = Kind::of(char::from_u32(code).unwrap_or('\u{fffd}'));
        let known = kinds.iter().position(|known| *known == kind);
        let number = known.unwrap_or_else(|| {
            kinds.push(kind);
            kinds.len() - 1
        });
        u8::try_from(number).unwrap_or(u8::MAX)
    });
    let numbers = numbers.collect();
    Kinds { kinds, numbers }
});

impl Kinds {
    fn of(&self, c: char) -> Kind {
        let number = self.numbers.get(c as usize).map(|number| usize::from(*number));
        let known = number.and_then(|number| self.kinds.get(number));
        known.copied().unwrap_or_else(|| Kind::of(c))
    }
}

impl Profile {
    /// The profile of a text.
    pub(crate) fn of(text: &str) -> Self {
        let kinds = &*KINDS;
        let mut profile = Self {
            has_loose_ends: text.starts_with(char::is_whitespace)
                || text.ends_with(char::is_whitespace),
            ..Self::default()
        };
        for c in text.chars() {
            profile.add(kinds.of(c));
        }
        profile
    }

    fn add(&mut self, Kind { traits, scripts }: Kind) {
        self.traits |= traits;
        self.scripts += scripts;
        self.n_visible += usize::from(traits & VISIBLE != 0);
        self.n_digits += usize::from(traits & DIGIT != 0);
        self.n_marks += usize::from(traits & MARK != 0);
    }

    fn has(&self, trait_: u32) -> bool {
        self.traits & trait_ != 0
    }
}

/// The profiles of a record's texts.
#[derive(Debug, Clone)]
pub(crate) struct Profiles {
    instruction: Profile,
    pub(crate) input: Profile,
    pub(crate) output: Profile,
    turns: Vec<Profile>,
}

impl Profiles {
    /// The profiles of a record.
    pub(crate) fn of(record: &Record<'_>) -> Self {
        Self {
            instruction: Profile::of(&record.instruction),
            input: Profile::of(&record.input),
            output: Profile::of(&record.output),
            turns: record.history.iter().map(|turn| Profile::of(&turn.content)).collect(),
        }
    }

    fn any(&self, is: impl Fn(&Profile) -> bool) -> bool {
        [&self.instruction, &self.input, &self.output].into_iter().chain(&self.turns).any(is)
    }

    /// Whether a rule can do nothing to the record and need not look at its texts.
    pub(crate) fn rule_out(&self, rule: Rule, record: &Record<'_>) -> bool {
        let has = |trait_: u32| self.any(|text| text.has(trait_));
        let Self { instruction, input, output, .. } = self;
        let is_pair = record.task == Task::Translation;
        match rule {
            Rule::Nfc => !has(COMPOSING),
            Rule::Entities => !has(AMPERSAND),
            Rule::Controls => !has(UNSEEN),
            Rule::WhiteSpace => !self.any(|text| text.has_loose_ends || text.has(LINE_END)),
            Rule::MaskEmail | Rule::Email => !has(AT_SIGN),
            Rule::MaskTelephone | Rule::Telephone => {
                !self.any(|text| personal::LEAST_DIGITS <= text.n_digits)
            }
            Rule::Empty => {
                // What has a bracket may be a mask.
                let says = |text: &Profile| text.has(CONTENT) && !text.has(BRACKET);
                says(instruction) && says(output) && (!is_pair || says(input))
            }
            Rule::Mojibake => !has(GARBLED),
            Rule::OpeningMark => !has(BRACKET),
            Rule::Brackets => {
                let is_judged = |text: &&Profile| is_pair || !std::ptr::eq(*text, input);
                let texts = [instruction, input, output];
                !texts.into_iter().filter(is_judged).any(|text| text.has(BRACKET))
            }
            Rule::Punctuation => !self.any(|text| hygiene::TOO_OFTEN <= text.n_marks),
            Rule::Copy | Rule::Untranslated | Rule::Length | Rule::Numbers if !is_pair => true,
            // Kana are in the letters of a text, and no ASCII text has them.
            Rule::Copy => {
                let is_kana_only =
                    |one: &Profile, other: &Profile| 0 < one.scripts.kana && !other.has(NOT_ASCII);
                is_kana_only(input, output) || is_kana_only(output, input)
            }
            Rule::Untranslated => self.sides(record).0.scripts.latin < pairs::LEAST_LATIN,
            Rule::Length => {
                let (ja, en) = self.sides(record);
                !pairs::is_unequal(ja.n_visible, en.n_visible)
            }
            // What has a bracket may be a mask.
            Rule::Numbers => {
                let may_be_masked = input.has(BRACKET) || output.has(BRACKET);
                !(may_be_masked || input.has(DIGIT) && output.has(DIGIT))
            }
            _ => false,
        }
    }

    /// The Japanese and the English side of a translation.
    fn sides(&self, record: &Record<'_>) -> (&Profile, &Profile) {
        match record.source_language {
            Language::Ja => (&self.input, &self.output),
            _ => (&self.output, &self.input),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{record, translation};

    /// Texts of what rules look at, in any order.
    const TEXT: &str = "(\\PC|[\u{0}-\u{20}\u{3099}\u{200b}-\u{200f}\u{2028}\u{feff}　、。ー「」『（）()&;#@+.!！？a-zA-Z0-9０-９あ-んア-ヺ一-龠ｱ-ﾝéöœ的你们縺ãâ€™]){0,50}";

    fn check(record: &Record<'_>) -> Result<(), TestCaseError> {
        let profiles = Profiles::of(record);
        for rule in Rule::ALL.iter().filter(|rule| rule.is_alone()) {
            if profiles.rule_out(*rule, record) {
                let does = rule.repairs() && rule.repair(&mut record.clone())
                    || rule.drops(record, &profiles);
                prop_assert!(!does, "{} is ruled out for {record:?}", rule.as_str());
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_rule_that_is_ruled_out_does_nothing(one in TEXT, other in TEXT) {
            let swapped = Record {
                source_language: Language::En,
                target_language: Language::Ja,
                ..translation(&one, &other)
            };
            for record in [record(&one, &other), translation(&one, &other), swapped] {
                check(&record)?;
            }
        }

        #[test]
        fn a_table_says_what_the_tests_of_a_character_say(text in TEXT) {
            let mut plain = Profile { has_loose_ends: text.trim() != text, ..Profile::default() };
            text.chars().for_each(|c| plain.add(Kind::of(c)));
            prop_assert_eq!(Profile::of(&text), plain);
        }
    }

    #[test]
    fn the_table_has_room_for_every_kind() {
        assert!(KINDS.kinds.len() < usize::from(u8::MAX), "{}", KINDS.kinds.len());
        for c in '\0'..='\u{ffff}' {
            assert_eq!(KINDS.of(c), Kind::of(c), "{c:?}");
        }
    }

    /// What each rule is for is never ruled out, so that the test above has something to find.
    #[test]
    fn a_rule_is_ruled_out_by_a_plain_pair_and_not_by_what_it_is_for() {
        let plain = translation("雨が降っている。", "It is raining.");
        let profiles = Profiles::of(&plain);
        let looks = Rule::ALL.iter().filter(|rule| !profiles.rule_out(**rule, &plain));
        let looks: Vec<&str> =
            looks.filter(|rule| rule.is_alone()).map(|rule| rule.as_str()).collect();
        assert_eq!(looks, ["japanese", "english"]);
    }
}
