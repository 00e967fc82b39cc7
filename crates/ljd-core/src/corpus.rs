//! What a corpus is to the rest of the house.

use std::ops::ControlFlow;

use crate::{
    Chunk, ChunkSink, Error, ErrorKind, Preset, Raw, Record, RecordSink, Result, RuleOption, Rules,
    Skipped,
};

/// A published corpus: its manifest, how its files are cut, how a piece becomes records.
///
/// A corpus is a unit struct in a module of its own, listed in its family's `CORPORA`.
pub trait Corpus: Sync {
    /// Its name: that of its manifest, its fixtures and its rows in a recipe.
    fn name(&self) -> &str;

    /// The manifest as JSON.
    fn manifest(&self) -> &str;

    /// The choices that it offers beside the presets.
    fn options(&self) -> &[RuleOption] {
        &[]
    }

    /// The ways in which its instructions may be worded, as JSON: lists for [`Phrasings`](crate::Phrasings), by the
    /// names that its [templates](crate::Template) give. The first wording of each is the template.
    #[expect(clippy::unnecessary_literal_bound, reason = "a corpus may have read them from a file")]
    fn phrasings(&self) -> &str {
        "{}"
    }

    /// What a record has in common with those that belong to it: the other direction of a pair, questions on
    /// one page, a dialogue. A recipe samples them and holds them out together.
    ///
    /// Its id without the direction, unless the record or the corpus says otherwise.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        if let Some(group) = &record.group {
            return group;
        }
        let id = record.id.as_ref();
        id.strip_suffix("/ja-en").or_else(|| id.strip_suffix("/en-ja")).unwrap_or(id)
    }

    /// Whether a build has to look that no two records have one id: where a user says what their ids are.
    fn has_unchecked_ids(&self) -> bool {
        false
    }

    /// Of whom a recipe may have nobody on both sides of what it holds out: the speakers of a dialogue, say. A record
    /// is held out if all of them are, and left out if only some are.
    ///
    /// Nobody, unless a corpus says otherwise: then its [group](Self::group) alone decides.
    fn parties<'r>(&self, record: &'r Record<'_>) -> Vec<&'r str> {
        let _ = record;
        Vec::new()
    }

    /// Cuts the files into chunks, in the order that the records shall have.
    ///
    /// This runs on one thread: find boundaries, leave parsing to [`records`](Self::records).
    ///
    /// # Errors
    ///
    /// Where a file cannot be read to its end; [`location`](crate::Error::location) holds the line at
    /// which it broke off. An error of `out` is handed on.
    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()>;

    /// Turns one chunk into records: a pure function, on any thread.
    ///
    /// A row that cannot be used is no error: it is skipped with a reason.
    ///
    /// # Errors
    ///
    /// Where the chunk as a whole makes no sense.
    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()>;

    /// How the published dataset read the corpus, quirks included, where that is not how the corpus is read here.
    ///
    /// It is read so by [`Preset::V0`]. A corpus that v0 did not have does not think of it.
    fn v0(&self) -> Option<&dyn Reading> {
        None
    }
}

/// A way to read a corpus's files other than its own.
pub trait Reading: Sync {
    /// Cuts the files into chunks, as [`Corpus::chunks`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Corpus::chunks`].
    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()>;

    /// Turns one chunk into records, as [`Corpus::records`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Corpus::records`].
    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()>;
}

impl dyn Corpus + '_ {
    /// Cuts the files into chunks, in the way that the rules ask for.
    ///
    /// # Errors
    ///
    /// Those of [`Corpus::chunks`].
    pub fn cut(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        match self.published(rules) {
            Some(v0) => v0.chunks(raw, rules, out),
            None => self.chunks(raw, rules, out),
        }
    }

    /// Turns a chunk that was [cut](Corpus::chunks) by the same rules into records.
    ///
    /// # Errors
    ///
    /// Those of [`Corpus::records`].
    pub fn convert(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        match self.published(rules) {
            Some(v0) => v0.records(chunk, rules, out),
            None => self.records(chunk, rules, out),
        }
    }

    fn published(&self, rules: &Rules) -> Option<&dyn Reading> {
        self.v0().filter(|_| rules.preset == Preset::V0)
    }
}

/// Reads a corpus from its first record to its last one, on the calling thread.
///
/// Returns the rows read and those of them that were skipped. To read on every core, filter and write,
/// see `ljd-export`.
///
/// # Errors
///
/// Those of the corpus, with its name.
pub fn read_records(
    corpus: &dyn Corpus,
    raw: &Raw,
    rules: &Rules,
    each: &mut dyn FnMut(Record<'_>),
) -> Result<(u64, Skipped)> {
    let mut each = |record: Record<'_>| {
        each(record);
        ControlFlow::Continue(())
    };
    read_records_while(corpus, raw, rules, &mut each)
}

/// As [`read_records`], until `each` breaks off: the chunk in which it does is the last one that is read.
///
/// # Errors
///
/// Those of the corpus, with its name.
pub fn read_records_while(
    corpus: &dyn Corpus,
    raw: &Raw,
    rules: &Rules,
    each: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
) -> Result<(u64, Skipped)> {
    let source = &raw.manifest().source;
    let (mut rows, mut skipped) = (0, Skipped::default());
    let mut is_enough = false;
    let mut convert = |chunk: Chunk| {
        let mut push = |record: Record<'_>| is_enough |= each(record).is_break();
        let mut out = RecordSink::new(source, chunk.reread, &mut push);
        corpus.convert(&chunk, rules, &mut out)?;
        let counts = out.into_counts();
        rows += counts.0;
        skipped.append(counts.1);
        if is_enough { Err(Error::new(ErrorKind::Stopped)) } else { Ok(()) }
    };
    let mut chunks = ChunkSink::new(&mut convert);
    chunks.split = raw.manifest().split();
    match corpus.cut(raw, rules, &mut chunks) {
        Err(error) if !matches!(error.kind(), ErrorKind::Stopped) => {
            Err(error.in_corpus(&source.name))
        }
        _ => Ok((rows, skipped)),
    }
}
