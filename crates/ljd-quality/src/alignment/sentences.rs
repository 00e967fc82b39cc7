//! Many short lists behind each other, as few allocations as they can be.

/// Lists of words, such as sentences, in one piece of memory.
#[derive(Debug)]
pub(super) struct Sentences<W> {
    words: Vec<W>,
    ends: Vec<u32>,
}

impl<W> Default for Sentences<W> {
    fn default() -> Self {
        Self { words: Vec::new(), ends: Vec::new() }
    }
}

impl<W: Copy + Default> Sentences<W> {
    /// Sentences of these lengths, whose words are to be set.
    pub(super) fn of_lengths(lengths: &[u32]) -> Self {
        let mut end = 0;
        let ends = lengths.iter().map(|n| {
            end += n;
            end
        });
        let ends: Vec<u32> = ends.collect();
        Self { words: vec![W::default(); end as usize], ends }
    }

    /// The words of all of them, and where each ends.
    pub(super) fn parts(&self) -> (&[W], &[u32]) {
        (&self.words, &self.ends)
    }

    /// Sentences of these words, which end where this says; `None` where they cannot.
    pub(super) fn of_parts(words: Vec<W>, ends: Vec<u32>) -> Option<Self> {
        let last = ends.last().map_or(0, |end| *end as usize);
        (ends.is_sorted() && last == words.len()).then_some(Self { words, ends })
    }

    pub(super) fn push(&mut self, sentence: impl IntoIterator<Item = W>) {
        self.words.extend(sentence);
        self.ends.push(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The words of all of them.
    pub(super) fn words(&self) -> &[W] {
        &self.words
    }

    /// Where the words of a sentence begin.
    pub(super) fn start(&self, i: usize) -> usize {
        i.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize)
    }

    pub(super) fn get(&self, i: usize) -> &[W] {
        let end = self.ends.get(i).map_or(0, |end| *end as usize);
        self.words.get(self.start(i)..end).unwrap_or_default()
    }

    pub(super) fn set(&mut self, place: usize, word: W) {
        if let Some(it) = self.words.get_mut(place) {
            *it = word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_what_they_were() {
        let mut sentences = Sentences::default();
        for sentence in [[1, 2].as_slice(), &[], &[3]] {
            sentences.push(sentence.iter().copied());
        }
        let found: Vec<&[i32]> = (0..sentences.len()).map(|i| sentences.get(i)).collect();
        assert_eq!(found, [[1, 2].as_slice(), &[], &[3]]);
        assert!(sentences.get(3).is_empty());
    }
}
