//! What is learnt from invented words, and how it judges them.

use super::*;

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % n
    }
}

/// The two sides of a sentence of invented words, each of which has one translation.
fn sides(words: &[usize]) -> (String, String) {
    let letters = ["k", "l", "m", "n", "o", "p", "q", "r", "t", "u"];
    let ja =
        |word: &usize| [word / 100, word / 10 % 10, word % 10].map(|digit| letters[digit]).concat();
    let en = |word: &usize| format!("w{word}w");
    let join = |words: Vec<String>, between| words.join(between);
    (join(words.iter().map(ja).collect(), "、"), join(words.iter().map(en).collect(), " "))
}

fn sentences(n: usize, seed: u64) -> Vec<(String, String)> {
    let mut numbers = Numbers(seed);
    (0..n).map(|_| sides(&[0; 6].map(|_| numbers.below(500)))).collect()
}

fn pair((ja, en): &(String, String)) -> Pair {
    Pair::new(ja, en)
}

fn learner(sentences: &[(String, String)]) -> Learner {
    let mut learner = Learner::default();
    for sentence in sentences {
        learner.add(&pair(sentence));
    }
    learner
}

fn learn(learner: Learner, jobs: usize) -> Alignment {
    learner.learn(jobs.try_into().unwrap(), &Cancel::default()).unwrap().unwrap()
}

#[test]
fn what_says_the_same_is_told_from_what_does_not() {
    let right = sentences(Learner::LEAST_PAIRS, 1);
    let alignment = learn(learner(&right), 2);
    let new = sentences(200, 2);
    let mut numbers = Numbers(3);
    // Odd words are no translation of even ones.
    let words: Vec<[usize; 6]> = (0..200).map(|_| [0; 6].map(|_| 2 * numbers.below(250))).collect();
    let wrong = words.iter().map(|words| (sides(words).0, sides(&words.map(|word| word + 1)).1));
    let wrong: Vec<(String, String)> = wrong.collect();
    let is_kept =
        |sides: &&(String, String)| Alignment::LEAST_SCORE <= alignment.score(&pair(sides));
    assert!(198 <= new.iter().filter(is_kept).count());
    // Some words stand together by chance.
    assert!(wrong.iter().filter(is_kept).count() <= 20);
    // Half of a sentence is better than nothing, and worse than all of it.
    let ja = sides(&[1, 2, 3, 4, 5, 6]).0;
    let [all, half, none] = [[1, 2, 3, 4, 5, 6], [1, 2, 3, 14, 15, 16], [11, 12, 13, 14, 15, 16]]
        .map(|words| alignment.score(&Pair::new(&ja, &sides(&words).1)));
    assert!(none < half && half < all, "{none} {half} {all}");
}

#[test]
fn a_pair_that_was_learnt_from_does_not_vouch_for_itself() {
    let mut learner = learner(&sentences(Learner::LEAST_PAIRS, 1));
    let wrong = Pair::new("nnn、ooo、ppp、qqq", "w1w w2w w3w w4w");
    for _ in 0..50 {
        learner.add(&wrong);
    }
    let alignment = learn(learner, 2);
    assert!(alignment.score(&wrong) < Alignment::LEAST_SCORE);
}

#[test]
fn threads_change_no_score() {
    let all = sentences(Learner::LEAST_PAIRS, 3);
    let scores = |jobs| -> Vec<Score> {
        let alignment = learn(learner(&all), jobs);
        all.iter().take(500).map(|sides| alignment.score(&pair(sides))).collect()
    };
    assert_eq!(scores(1), scores(5));
}

#[test]
fn few_pairs_teach_nothing() {
    let all = sentences(Learner::LEAST_PAIRS, 4);
    let learns = |n: usize| {
        learner(&all[..n]).learn(NonZeroUsize::MIN, &Cancel::default()).unwrap().is_some()
    };
    assert!(!learns(Learner::LEAST_PAIRS - 1) && learns(Learner::LEAST_PAIRS));
}

#[test]
fn no_more_words_are_taken_than_there_is_room_for() {
    let long = Pair::new(&"雨、".repeat(words::MOST_WORDS), "rain");
    let short = Pair::new("雨", "rain");
    let mut learner = Learner::default();
    let most = MOST_LEARNT / words::MOST_WORDS - 1;
    for _ in 0..most {
        learner.add(&long);
    }
    assert_eq!(learner.n_pairs(), most);
    for _ in 0..=words::MOST_WORDS {
        learner.add(&short);
    }
    assert_eq!(learner.n_pairs(), most + words::MOST_WORDS - 1, "a short one still had room");
}

#[test]
fn counts_are_kept_of_no_more_words_than_there_is_room_for() {
    let learner = learner(&sentences(3_000, 5));
    let [ja, en] = [&learner.ja, &learner.en].map(|side| Vocabulary::of(side.words()));
    let halves = learner.halves.clone();
    let pairs = Numbered { ja: ja.numbers(&learner.ja), en: en.numbers(&learner.en), halves };
    let cancel = Cancel::default();
    let n_cells =
        |most| Lexicon::learn(&pairs, [&ja, &en], most, (NonZeroUsize::MIN, &cancel)).n_cells();
    let all = n_cells(MOST_CELLS);
    assert_eq!(n_cells(all), all);
    assert!((1..all).contains(&n_cells(all - 1)));
}

#[test]
fn a_wish_to_end_is_heard() {
    let cancel = Cancel::default();
    cancel.cancel();
    let learner = learner(&sentences(Learner::LEAST_PAIRS, 6));
    assert!(learner.learn(NonZeroUsize::MIN, &cancel).is_err());
}

#[test]
fn sides_without_words_have_a_score() {
    let alignment = learn(learner(&sentences(Learner::LEAST_PAIRS, 7)), 2);
    for (ja, en) in [("", ""), ("。", "…"), ("", "rain"), ("雨", "")] {
        let score = alignment.score(&Pair::new(ja, en));
        assert!(score <= Score::of_thousandths(1000), "{ja} {en} {score}");
    }
}
