//! The Burrows-Wheeler transform, undone.
//!
//! A block holds the last column of a sorted table whose rows are all rotations of its text. From the row of one byte the
//! row of the next follows, so the text is a walk through the table. The table is larger than the caches next to the processor, and each
//! step waits for the one before it: on one walk, the processor waits most of the time.
//!
//! Rows know nothing of where in the text they are, but any row is on some walk. So several walks begin at once, at rows
//! that are marked, and each ends at a marked row. Put behind each other, from the row that the block names, they are the text.

use std::ops::Range;
use std::{array, iter, mem};

/// No block has more rows: 900,000.
pub(super) const MOST_ROWS: usize = 900_000;
/// Room for the rows, a power of 2, so that no index needs to be checked.
const ROOM: usize = 1 << NUMBER_BITS;
/// The bits of a row's number, which stand above those of its byte.
const NUMBER_BITS: u32 = 20;
const NUMBER: u32 = (1 << NUMBER_BITS) - 1;
/// The bit that marks a row.
const MARK: u32 = 1 << 31;
/// As many walks are on their way at a time. With eight, a step takes a quarter of the time that it takes with one; with
/// twelve it is hardly faster.
const LANES: usize = 8;
/// As many rows are marked: enough that the lanes end at about the same time.
const STARTS: usize = 256;

/// The rows of a block: of each its byte, and above that the number of the row that follows it in the text.
#[derive(Debug)]
pub(super) struct Rows {
    rows: Vec<u32>,
    len: usize,
    /// How often each byte was pushed.
    counts: [u32; 256],
    walks: Walks,
}

impl Rows {
    pub(super) fn new() -> Self {
        Self { rows: vec![0; ROOM], len: 0, counts: [0; 256], walks: Walks::new() }
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
        self.counts.fill(0);
    }

    /// Adds rows with this byte; `None` where a block has not as many.
    #[inline]
    pub(super) fn push(&mut self, byte: u8, n: usize) -> Option<()> {
        let end = self.len + n;
        if MOST_ROWS < end {
            return None;
        }
        let rows = self.rows.get_mut(self.len..end)?;
        match rows {
            [row] => *row = u32::from(byte),
            rows => rows.fill(u32::from(byte)),
        }
        *self.counts.get_mut(usize::from(byte))? += u32::try_from(n).ok()?;
        self.len = end;
        Some(())
    }

    /// The text, when row number `first` is the last of its bytes; `None` where there is no such row.
    pub(super) fn text(&mut self, first: usize, text: &mut Vec<u8>) -> Option<()> {
        self.link()?;
        let rows = self.rows.first_chunk_mut()?;
        let first = u32::try_from(first).ok().filter(|_| first < self.len)?;
        let first = number(row(rows, first));
        self.walks.text(rows, self.len, first, text)
    }

    /// Writes into each row which one follows it: of those that begin with the same byte, the order is that of the
    /// rows that end with it.
    fn link(&mut self) -> Option<()> {
        let rows: &mut [u32; ROOM] = self.rows.first_chunk_mut()?;
        let mut end = 0;
        let mut next = self.counts.map(|n| {
            end += n;
            end - n
        });
        for i in 0..u32::try_from(self.len).ok()? {
            let byte = row(rows, i).to_le_bytes()[0];
            let next = next.get_mut(usize::from(byte))?;
            *row_mut(rows, *next) |= i << 8;
            *next += 1;
        }
        Some(())
    }
}

#[inline]
#[expect(clippy::indexing_slicing, reason = "the index is less than the length")]
fn row(rows: &[u32; ROOM], i: u32) -> u32 {
    rows[(i & NUMBER) as usize]
}

#[inline]
#[expect(clippy::indexing_slicing, reason = "the index is less than the length")]
fn row_mut(rows: &mut [u32; ROOM], i: u32) -> &mut u32 {
    &mut rows[(i & NUMBER) as usize]
}

/// The number of the row that follows.
#[inline]
fn number(row: u32) -> u32 {
    row >> 8 & NUMBER
}

/// The byte of a row.
#[inline]
fn byte(row: u32) -> u8 {
    row.to_le_bytes()[0]
}

/// Walks through the rows, from marked row to marked row.
#[derive(Debug)]
struct Walks {
    /// Of each step, the byte of each lane. What lies behind the longest lane is never touched.
    steps: Vec<[u8; LANES]>,
    walks: Vec<Walk>,
}

/// A walk: the bytes of one lane from one step to another.
#[derive(Debug)]
struct Walk {
    /// The row that it begins at: no other is the same.
    start: u32,
    lane: usize,
    steps: Range<usize>,
    /// The row that the next walk begins at.
    next: u32,
}

impl Walks {
    fn new() -> Self {
        Self { steps: vec![[0; LANES]; MOST_ROWS], walks: Vec::new() }
    }

    /// The text that begins with the byte of a row: the walk from there, and those that follow.
    fn text(
        &mut self,
        rows: &mut [u32; ROOM],
        n_rows: usize,
        first: u32,
        text: &mut Vec<u8>,
    ) -> Option<()> {
        let mut next = row(rows, first);
        self.mark(rows, n_rows, first);
        self.go(rows)?;
        self.walks.sort_unstable_by_key(|walk| walk.start);
        while text.len() < n_rows {
            let i = self.walks.binary_search_by_key(&next, |walk| walk.start).ok()?;
            let walk = self.walks.get(i)?;
            let steps = self.steps.get(walk.steps.clone())?.iter().take(n_rows - text.len());
            text.extend(steps.filter_map(|bytes| bytes.get(walk.lane)));
            next = walk.next;
        }
        Some(())
    }

    /// Marks the row that the text begins at, and others all over the table.
    fn mark(&mut self, rows: &mut [u32; ROOM], n_rows: usize, first: u32) {
        let others = (0..STARTS).filter_map(|i| u32::try_from(i * n_rows / STARTS).ok());
        self.walks.clear();
        for i in iter::once(first).chain(others) {
            let row = row_mut(rows, i);
            if *row & MARK == 0 {
                self.walks.push(Walk { start: *row, lane: 0, steps: 0..0, next: 0 });
                *row |= MARK;
            }
        }
    }

    /// Goes every walk, in all lanes at once as long as there is one for each.
    fn go(&mut self, rows: &[u32; ROOM]) -> Option<()> {
        let mut waiting = self.walks.iter_mut();
        let mut walks: [Option<&mut Walk>; LANES] = array::from_fn(|_| waiting.next());
        let mut at = [0; LANES];
        for (lane, (walk, at)) in walks.iter_mut().zip(&mut at).enumerate() {
            *at = walk.as_mut().map_or(0, |walk| walk.begin(lane, 0));
        }
        let mut step = 0;
        while walks.iter().all(Option::is_some) {
            step += together(rows, self.steps.get_mut(step..)?, &mut at)?;
            for (lane, (walk, at)) in walks.iter_mut().zip(&mut at).enumerate() {
                if *at & MARK != 0
                    && let Some(ended) = mem::replace(walk, waiting.next())
                {
                    ended.end(step, *at);
                    *at = walk.as_mut().map_or(0, |walk| walk.begin(lane, step));
                }
            }
        }
        for (lane, (walk, mut at)) in walks.into_iter().zip(at).enumerate() {
            let Some(walk) = walk else { continue };
            let n_more = alone(rows, self.steps.get_mut(step..)?, lane, &mut at)?;
            walk.end(step + n_more, at);
        }
        Some(())
    }
}

impl Walk {
    /// Returns the row that the walk begins at.
    fn begin(&mut self, lane: usize, step: usize) -> u32 {
        (self.lane, self.steps.start) = (lane, step);
        self.start
    }

    fn end(&mut self, step: usize, row: u32) {
        self.steps.end = step;
        self.next = row & !MARK;
    }
}

/// Steps in all lanes until one of them reaches a marked row; returns the number of steps.
fn together(rows: &[u32; ROOM], steps: &mut [[u8; LANES]], at: &mut [u32; LANES]) -> Option<usize> {
    for (n_before, bytes) in steps.iter_mut().enumerate() {
        *bytes = at.map(byte);
        *at = at.map(|from| row(rows, number(from)));
        if at.iter().fold(0, |any, row| any | row) & MARK != 0 {
            return Some(n_before + 1);
        }
    }
    None
}

/// Steps in one lane until it reaches a marked row; returns the number of steps.
fn alone(
    rows: &[u32; ROOM],
    steps: &mut [[u8; LANES]],
    lane: usize,
    at: &mut u32,
) -> Option<usize> {
    for (n_before, bytes) in steps.iter_mut().enumerate() {
        *bytes.get_mut(lane)? = byte(*at);
        *at = row(rows, number(*at));
        if *at & MARK != 0 {
            return Some(n_before + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The last column of the sorted rotations of a text, and which of them is the text.
    fn transformed(text: &[u8]) -> (Vec<u8>, usize) {
        let rotation = |i: &usize| text[*i..].iter().chain(&text[..*i]);
        let mut rotations: Vec<usize> = (0..text.len()).collect();
        rotations.sort_by(|a, b| rotation(a).cmp(rotation(b)));
        let last = rotations.iter().filter_map(|i| rotation(i).last().copied()).collect();
        (last, rotations.iter().position(|i| *i == 0).unwrap())
    }

    fn undone(last: &[u8], first: usize) -> Option<Vec<u8>> {
        let mut rows = Rows::new();
        let mut text = Vec::new();
        // What an earlier block left changes nothing.
        for _ in 0..2 {
            rows.clear();
            text.clear();
            last.iter().try_for_each(|byte| rows.push(*byte, 1))?;
            rows.text(first, &mut text)?;
        }
        Some(text)
    }

    #[test]
    fn short_texts_come_back() {
        for text in [&b"a"[..], b"ab", b"abracadabra", "すもももももももものうち".as_bytes()]
        {
            let (last, first) = transformed(text);
            assert_eq!(undone(&last, first).unwrap(), text);
        }
        assert_eq!(undone(b"", 0), None);
        assert_eq!(undone(b"ab", 2), None);
    }

    /// The walk of a text that repeats itself comes back to its beginning too early.
    #[test]
    fn texts_that_repeat_themselves_come_back() {
        for text in ["a".repeat(3000), "ab".repeat(1500), "abcabd".repeat(700)] {
            let (last, first) = transformed(text.as_bytes());
            assert_eq!(undone(&last, first).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn no_block_has_more_rows() {
        let mut rows = Rows::new();
        assert!(rows.push(b'a', MOST_ROWS).is_some());
        assert!(rows.push(b'a', 1).is_none());
        let mut text = Vec::new();
        assert!(rows.text(MOST_ROWS - 1, &mut text).is_some());
        assert_eq!(text, vec![b'a'; MOST_ROWS]);
    }

    proptest! {
        #[test]
        fn texts_come_back(text in vec(0..5_u8, 1..2000)) {
            let (last, first) = transformed(&text);
            prop_assert_eq!(undone(&last, first).unwrap(), text);
        }

        /// Any column, a transformed one or not, gives as many bytes as it has, and the same ones from one walk.
        #[test]
        fn any_column_is_walked_through(last in vec(0..4_u8, 1..600), first in any::<prop::sample::Index>()) {
            let first = first.index(last.len());
            let mut order: Vec<usize> = (0..last.len()).collect();
            order.sort_by_key(|i| last[*i]);
            let mut at = order[first];
            let walk: Vec<u8> = (0..last.len()).map(|_| (last[at], at = order[at]).0).collect();
            prop_assert_eq!(undone(&last, first).unwrap(), walk);
        }
    }
}
