//! How much of a corpus or a task a dataset takes.
//!
//! What is taken is decided by a stable hash of a record's group alone, so that a pair stays together in both
//! directions and another corpus changes nothing. A bound on the number of records needs to know how many there
//! are: the corpora that it is about are surveyed first, which counts records by their hashes. Where a recipe takes
//! the best records of a corpus, these are counted by their scores instead.

use std::collections::BTreeMap;

use ljd_core::{Score, Task, stable_hash};
use serde::{Deserialize, Deserializer, de};

/// A share, from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Share(f64);

impl Share {
    /// A share; `None` for what is not from 0 to 1.
    ///
    /// ```
    /// assert!(ljd_export::Share::new(0.01).is_some());
    /// assert!(ljd_export::Share::new(1.5).is_none());
    /// ```
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// The share of so many records.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of some millions, rounded down"
    )]
    pub(crate) fn of_records(self, records: u64) -> u64 {
        (self.0 * records as f64) as u64
    }

    /// The part of so many that comes first.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of 32 bits is one"
    )]
    fn of(self, whole: u32) -> u32 {
        (self.0 * f64::from(whole)) as u32
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        Self::new(share)
            .ok_or_else(|| de::Error::custom(format!("{share} is not a share from 0 to 1")))
    }
}

/// How much is taken of a corpus or of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Portion {
    /// Share of the groups of records; all of them if `None`.
    pub weight: Option<Share>,
    /// The most records.
    pub max_records: Option<u64>,
}

ljd_core::names! {
    /// What decides which records of a corpus are taken, where not all are.
    #[non_exhaustive]
    BestBy {
        /// The score of how well the words of both sides of a translation explain each other.
        Alignment = "alignment",
    }
}

impl BestBy {
    const KIND: &'static str = "score";
}

/// Groups fall into so many buckets by their hashes: the smallest part that can be taken.
const BUCKETS: u32 = 1 << 16;

/// Where the hash of a group puts its records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Whether they are sampled: the lowest buckets are.
    pub(crate) bucket: u32,
    /// Whether they are held out, from the other half of the hash.
    held_out: u32,
}

impl Place {
    pub(crate) fn of(corpus: &str, group: &str) -> Self {
        let hash = stable_hash(&[corpus, group].join("/"));
        #[expect(clippy::cast_possible_truncation, reason = "the halves are wanted")]
        let (high, low) = ((hash >> 32) as u32, hash as u32);
        Self { bucket: high / (u32::MAX / BUCKETS + 1), held_out: low }
    }

    /// The place by the score: the best records are in the lowest buckets. Among equal scores the hash decides.
    pub(crate) fn by_score(self, score: Score) -> Self {
        const BEST: i32 = 1000;
        const FINE: u32 = 16;
        let rank = u32::try_from(BEST.saturating_sub(score.thousandths())).unwrap_or(0);
        let bucket = rank.min(BUCKETS / FINE - 1) * FINE + self.bucket / (BUCKETS / FINE);
        Self { bucket, ..self }
    }

    pub(crate) fn is_held_out(self, share: Share) -> bool {
        self.held_out < share.of(u32::MAX)
    }
}

/// How many records of each task there are of a corpus, by bucket.
#[derive(Debug, Default)]
pub(crate) struct Survey(BTreeMap<Task, Vec<u64>>);

impl Survey {
    pub(crate) fn add(&mut self, task: Task, bucket: u32) {
        self.add_many(task, bucket, 1);
    }

    fn add_many(&mut self, task: Task, bucket: u32, records: u64) {
        let buckets = self.0.entry(task).or_insert_with(|| vec![0; BUCKETS as usize]);
        if let Some(n) = buckets.get_mut(bucket as usize) {
            *n += records;
        }
    }
}

impl Survey {
    /// The buckets in which the records would be if as many were in each: a share of the buckets is a share of the
    /// records then, whatever their scores are.
    pub(crate) fn evened(self) -> (Self, Evened) {
        let mut survey = Self::default();
        let mut evened = BTreeMap::new();
        for (task, buckets) in self.0 {
            let all = buckets.iter().sum::<u64>().max(1);
            let mut before = 0;
            let even = buckets.iter().map(|n| {
                let bucket = u32::try_from(before * u64::from(BUCKETS) / all).unwrap_or(BUCKETS);
                before += n;
                bucket.min(BUCKETS - 1)
            });
            let even: Vec<u32> = even.collect();
            for (bucket, n) in even.iter().zip(&buckets) {
                survey.add_many(task, *bucket, *n);
            }
            evened.insert(task, even);
        }
        (survey, Evened(evened))
    }
}

/// For each bucket of a task the one that its records are in by their number alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Evened(BTreeMap<Task, Vec<u32>>);

impl Evened {
    fn bucket(&self, task: Task, bucket: u32) -> u32 {
        self.0.get(&task).and_then(|even| even.get(bucket as usize)).copied().unwrap_or(bucket)
    }
}

/// The buckets that are taken of each task of a corpus: those below a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    below: BTreeMap<Task, u32>,
    /// Where buckets are those of scores.
    evened: Evened,
}

impl Limits {
    /// Everything is taken.
    pub(crate) const ALL: Self = Self { below: BTreeMap::new(), evened: Evened(BTreeMap::new()) };

    /// Those of a corpus whose tasks are these, as far as shares say.
    pub(crate) fn of_weights(
        tasks: &[Task],
        corpus: Portion,
        portions: &BTreeMap<Task, Portion>,
    ) -> Self {
        let share = |weight: Option<Share>| weight.map_or(1.0, |share| share.0);
        let limits = tasks.iter().filter_map(|task| {
            let portion = portions.get(task).copied().unwrap_or_default();
            let share = Share(share(corpus.weight) * share(portion.weight));
            (share.0 < 1.0).then(|| (*task, share.of(BUCKETS)))
        });
        Self { below: limits.collect(), evened: Evened::default() }
    }

    /// The same limits of buckets that are those of scores.
    pub(crate) fn of_scores(self, evened: Evened) -> Self {
        Self { evened, ..self }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.below.is_empty()
    }

    /// Whether a record is taken.
    pub(crate) fn has(&self, task: Task, bucket: u32) -> bool {
        self.is_below(task, self.evened.bucket(task, bucket))
    }

    fn is_below(&self, task: Task, bucket: u32) -> bool {
        self.below.get(&task).is_none_or(|limit| bucket < *limit)
    }

    fn lower(&mut self, task: Task, limit: u32) {
        let lowest = self.below.entry(task).or_insert(BUCKETS);
        *lowest = limit.min(*lowest);
    }
}

/// A corpus that was surveyed, with its limits.
pub(crate) type Surveyed<'a> = (&'a Survey, &'a mut Limits);

/// Lowers the limits of some corpora so far that together they have so many records at most; of one task, or
/// of all of them.
pub(crate) fn bound(surveyed: &mut [Surveyed<'_>], task: Option<Task>, max_records: u64) {
    let is_it = |other: Task| task.is_none_or(|task| task == other);
    let mut taken = vec![0_u64; BUCKETS as usize];
    for (survey, limits) in &*surveyed {
        for (task, buckets) in survey.0.iter().filter(|(task, _)| is_it(**task)) {
            for ((bucket, n), taken) in (0..).zip(buckets).zip(&mut taken) {
                *taken += if limits.is_below(*task, bucket) { *n } else { 0 };
            }
        }
    }
    let mut sum = 0;
    let fits = taken.iter().take_while(|n| {
        sum += **n;
        sum <= max_records
    });
    let limit = u32::try_from(fits.count()).unwrap_or(BUCKETS);
    if limit < BUCKETS {
        for (survey, limits) in surveyed {
            for task in survey.0.keys().filter(|task| is_it(**task)) {
                limits.lower(*task, limit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(task: Task, n: usize) -> Survey {
        let mut survey = Survey::default();
        for i in 0..n {
            survey.add(task, Place::of("a", &i.to_string()).bucket);
        }
        survey
    }

    fn n_taken(survey: &Survey, limits: &Limits) -> u64 {
        let taken = survey.0.iter().flat_map(|(task, buckets)| {
            (0..).zip(buckets).filter(|(bucket, _)| limits.has(*task, *bucket)).map(|(_, n)| n)
        });
        taken.sum()
    }

    #[test]
    fn a_share_takes_about_that_many() {
        let survey = survey(Task::Translation, 10_000);
        let portion = Portion { weight: Share::new(0.25), max_records: None };
        let limits = Limits::of_weights(&[Task::Translation], portion, &BTreeMap::new());
        let n = n_taken(&survey, &limits);
        assert!((2_400..2_600).contains(&n), "{n}");
        assert!(
            Limits::of_weights(&[Task::Dialogue], Portion::default(), &BTreeMap::new()).is_empty()
        );
    }

    #[test]
    fn a_bound_is_never_passed_and_nearly_reached() {
        let (one, other) = (survey(Task::Translation, 20_000), survey(Task::Dialogue, 5_000));
        let mut limits = [Limits::default(), Limits::default()];
        let [a, b] = &mut limits;
        bound(&mut [(&one, a), (&other, b)], None, 10_000);
        let n = n_taken(&one, &limits[0]) + n_taken(&other, &limits[1]);
        assert!((9_900..=10_000).contains(&n), "{n}");
        let [a, b] = &mut limits;
        bound(&mut [(&one, a), (&other, b)], Some(Task::Dialogue), 100);
        assert!(n_taken(&other, &limits[1]) <= 100);
        assert!(1_900 < n_taken(&one, &limits[0]));
    }

    #[test]
    fn the_best_are_taken_first_and_a_share_of_them_is_one() {
        let place =
            |i: i32| Place::of("a", &i.to_string()).by_score(Score::of_thousandths(i / 4 % 300));
        let mut survey = Survey::default();
        (0..12_000).for_each(|i| survey.add(Task::Translation, place(i).bucket));
        let (even, evened) = survey.evened();
        let mut limits = Limits::default().of_scores(evened);
        bound(&mut [(&even, &mut limits)], None, 4_000);
        let is_taken = |i: &i32| limits.has(Task::Translation, place(*i).bucket);
        let taken: Vec<i32> = (0..12_000).filter(is_taken).collect();
        assert!((3_900..=4_000).contains(&taken.len()), "{}", taken.len());
        assert!(taken.iter().all(|i| 198 <= i / 4 % 300), "the best third has scores from 200 on");
        let buckets: Vec<u64> = even.0[&Task::Translation].clone();
        let lowest: u64 = buckets[..BUCKETS as usize / 4].iter().sum();
        assert!((2_900..3_100).contains(&lowest), "{lowest} in a quarter of the buckets");
    }

    #[test]
    fn scores_beyond_the_scale_are_in_its_last_buckets() {
        let bucket = |score| Place::of("a", "1").by_score(Score::of_thousandths(score)).bucket;
        assert!(
            bucket(1000) < 16 && bucket(1001) == bucket(1000) && bucket(i32::MAX) == bucket(1000)
        );
        assert!(bucket(999) > bucket(1000) && bucket(-3094) < bucket(-3095));
        assert_eq!((bucket(-3096), bucket(i32::MIN)), (bucket(-3095), bucket(-3095)));
        assert!(bucket(i32::MIN) < BUCKETS);
    }

    #[test]
    fn what_is_held_out_has_nothing_to_do_with_what_is_sampled() {
        let places = (0..40_000).map(|i| Place::of("a", &format!("{i}")));
        let sampled: Vec<Place> = places.filter(|place| place.bucket < BUCKETS / 2).collect();
        let share = Share::new(0.1).unwrap();
        let n = sampled.iter().filter(|place| place.is_held_out(share)).count();
        assert!((1_800..2_200).contains(&n), "{n} of {}", sampled.len());
    }
}
