//! Where the chunks of a run come from, and what becomes of what is made of them.

use std::ops::Range;

use crate::run::part::{Part, PartWriter};

/// Where chunks come from and where what is made of them goes.
#[derive(Debug)]
pub(crate) struct Flow<'a> {
    /// Parts, in order, in which what was made of the chunks stands already; otherwise the corpus is cut.
    pub(crate) from: Option<&'a [Part]>,
    /// The chunks that are taken, by their numbers in the corpus.
    pub(crate) range: Range<u64>,
    /// The part that what is made of the chunks is written to.
    pub(crate) to: Option<&'a mut PartWriter>,
    /// Whether nothing else is done with it.
    pub(crate) is_mapped: bool,
}

impl Flow<'_> {
    /// The whole corpus.
    pub(crate) const fn whole() -> Self {
        Self { from: None, range: 0..u64::MAX, to: None, is_mapped: false }
    }
}

/// Which groups a run encodes; the others only count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encodes {
    /// All of them.
    All,
    /// Those of every `of`th file of a corpus.
    Shard {
        /// Which of them, counted from 0.
        number: usize,
        /// How many shards there are.
        of: usize,
    },
    /// Those of files that several corpora share.
    Joined,
}

impl Encodes {
    /// Whether a file of a corpus is among them, by the numbers of both.
    pub(crate) const fn has_file(self, corpus: usize, file: usize) -> bool {
        match self {
            Self::All => true,
            Self::Shard { number, of } => (corpus + file) % of == number,
            Self::Joined => false,
        }
    }

    pub(crate) const fn has_joined(self) -> bool {
        !matches!(self, Self::Shard { .. })
    }
}
