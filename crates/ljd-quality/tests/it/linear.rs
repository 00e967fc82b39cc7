//! The time that rules take grows with the length of a text, not with its square.

use ljd_quality::{Evaluation, Filters, Key, Normal, Rule, Scope, Scopes, Signature};
use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};

use crate::rules::{record, source};

/// Marks that rules look at, each of which may be repeated.
const MARKS: [&str; 24] = [
    "&",
    "&#",
    "&amp",
    ";",
    "(",
    ")",
    "「",
    "）",
    "1)",
    ":",
    "@",
    "a@",
    ".",
    "0",
    "-",
    "+",
    "あ",
    "雨",
    "a ",
    "the rain is on the ",
    "\n",
    " ",
    "\u{3099}",
    "ー",
];

/// So much longer is the second of two texts: the square of that is far from it.
const LONGER: usize = 8;

/// What takes so many times as long on a text that is `LONGER` times as long is not linear. With its logarithms
/// and caches, what is linear takes at most twice as long as its share.
const MOST: i64 = 24;

fn text(blocks: &[(&str, usize)], times: usize) -> String {
    blocks.iter().map(|(mark, n)| mark.repeat(n * times)).collect()
}

/// Nanoseconds that this thread has worked, whatever others do.
fn worked() -> i64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// The shortest of some runs, in nanoseconds: the others were disturbed.
fn shortest(mut run: impl FnMut()) -> i64 {
    let times = (0..3).map(|_| {
        let start = worked();
        run();
        worked() - start
    });
    times.min().unwrap_or_default()
}

/// The least of some measurements of how much longer `run` takes on the longer text.
fn ratio(texts: &[String; 2], mut run: impl FnMut(&str)) -> i64 {
    let ratios = (0..4).map(|_| {
        let [short, long] = texts.each_ref().map(|text| shortest(|| run(text)));
        // Below some microseconds nothing can be said.
        long / short.max(20_000)
    });
    ratios.min().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 8, ..ProptestConfig::default() })]

    #[test]
    fn rules_take_time_in_proportion_to_a_text(
        blocks in prop::collection::vec((prop::sample::select(&MARKS[..]), 100..300_usize), 1..4)
    ) {
        check(&blocks)?;
    }
}

fn check(blocks: &[(&str, usize)]) -> Result<(), TestCaseError> {
    let texts = [text(blocks, 1), text(blocks, LONGER)];
    let source = source();
    for rule in Rule::ALL {
        let filters = Filters::new(&Scopes::from([(*rule, Scope::All)]), "invented");
        let ratio = ratio(&texts, |text| {
            let _ = filters.apply(&mut record(&source, text, text), |_rule| {});
        });
        prop_assert!(ratio <= MOST, "{}: {ratio} times as long", rule.as_str());
    }
    let ratio = ratio(&texts, |text| {
        let normal = Normal::of(&record(&source, text, text));
        let mut evaluation = Evaluation::default();
        evaluation.add("itself", &normal);
        let _ = (
            evaluation.find(&normal),
            Key::of(&record(&source, text, text)),
            Signature::of(&normal),
        );
    });
    prop_assert!(ratio <= MOST, "comparing: {ratio} times as long");
    Ok(())
}

/// What was quadratic once.
#[test]
fn ampersands_brackets_and_words_over_and_over_take_their_share() {
    for blocks in [
        &[("&", 2_000)][..],
        &[("あ", 2_000), (")", 2_000)],
        &[("the rain is on the ", 400)],
        &[("a ", 3_000)],
    ] {
        check(blocks).unwrap();
    }
}
