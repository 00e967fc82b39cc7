//! The sentence pairs of a corpus, each once, one after the other.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::vec;

use ljd_core::{Corpus, Preset, Raw, Record, Result, Rules, Skipped, Task, read_records_while};

use crate::SentencePair;

type Owned = SentencePair<'static>;

/// The sentence pairs of a corpus in its order, by the clean rules.
///
/// A thread reads ahead by some hundred pairs, and stops when the iterator is dropped. A pair that the corpus has in
/// both directions comes once; records that are no translations do not come. The rows that gave nothing are counted:
/// [`counts`](Self::counts).
///
/// ```no_run
/// use ljd_core::{Corpus, Manifest, Raw};
/// use ljd_translation::{Jesc, Pairs};
///
/// let raw = Raw::new("raw".into(), Manifest::parse(Jesc.manifest(), "jesc.json")?);
/// for pair in Pairs::new(&Jesc, raw) {
///     let pair = pair?;
///     println!("{}\t{}", pair.ja, pair.en);
/// }
/// # Ok::<(), ljd_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Pairs {
    batches: Receiver<Vec<Owned>>,
    batch: vec::IntoIter<Owned>,
    reader: Option<JoinHandle<Result<(u64, Skipped)>>>,
    counts: Option<(u64, Skipped)>,
}

/// Pairs that are handed over at once.
const BATCH: usize = 256;

impl Pairs {
    /// The pairs of one of this crate's corpora, or of another one that names its records as they do.
    pub fn new(corpus: &'static dyn Corpus, raw: Raw) -> Self {
        let (sender, batches) = sync_channel(1);
        let reader = Some(thread::spawn(move || read(corpus, &raw, &sender)));
        Self { batches, batch: Vec::new().into_iter(), reader, counts: None }
    }

    /// The rows read and those of them that were skipped, once the last pair has come.
    pub fn counts(&self) -> Option<&(u64, Skipped)> {
        self.counts.as_ref()
    }

    /// What the reader ended with: nothing more to say, or an error.
    fn end(&mut self) -> Option<Result<Owned>> {
        let ended = self.reader.take()?.join();
        match ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
            Ok(counts) => {
                self.counts = Some(counts);
                None
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl Iterator for Pairs {
    type Item = Result<Owned>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(pair) = self.batch.next() {
                return Some(Ok(pair));
            }
            match self.batches.recv() {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(_ended) => return self.end(),
            }
        }
    }
}

fn read(corpus: &dyn Corpus, raw: &Raw, sender: &SyncSender<Vec<Owned>>) -> Result<(u64, Skipped)> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut each = |record: Record<'_>| {
        batch.extend(pair(record));
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        match sender.send(full) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_dropped) => ControlFlow::Break(()),
        }
    };
    let ended = read_records_while(corpus, raw, &Rules::new(Preset::Clean), &mut each);
    // Nobody may want the rest any more.
    let _ = sender.send(batch);
    ended
}

/// The pair of a record that asks for English.
fn pair(record: Record<'_>) -> Option<Owned> {
    let id = record.id.strip_suffix("/ja-en").filter(|_| record.task == Task::Translation)?;
    Some(SentencePair {
        id: Cow::Owned(id.to_owned()),
        ja: Cow::Owned(record.input.into_owned()),
        en: Cow::Owned(record.output.into_owned()),
        url: record.url.map(|url| Cow::Owned(url.into_owned())),
        attribution: Cow::Owned(record.attribution.into_owned()),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ljd_core::{Chunk, ChunkSink, Manifest, RecordSink, Text};

    use super::*;
    use crate::Jesc;

    /// As many pairs as the version of its manifest says, each in both directions.
    struct Rain;

    impl Corpus for Rain {
        fn name(&self) -> &str {
            Jesc.name()
        }

        fn manifest(&self) -> &str {
            Jesc.manifest()
        }

        fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
            for _ in 0..raw.manifest().version.parse::<usize>().unwrap_or_default() {
                out.push(vec![Text::default()])?;
            }
            Ok(())
        }

        fn records(&self, _: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
            for id in ["1/ja-en", "1/en-ja"] {
                out.push(Record::new(out.source(), id, Task::Translation));
            }
            let title = Record::new(out.source(), "1/title", Task::TitleGeneration);
            out.push(title);
            Ok(())
        }
    }

    fn raw(n: usize) -> Raw {
        let mut manifest = Manifest::parse(Jesc.manifest(), "jesc.json").unwrap();
        manifest.version = n.to_string();
        Raw::new("nowhere".into(), manifest)
    }

    #[test]
    fn every_pair_comes_once_however_many_make_a_batch() {
        for n in [0, 1, BATCH - 1, BATCH, BATCH + 1, 5 * BATCH] {
            let mut pairs = Pairs::new(&Rain, raw(n));
            assert_eq!(
                pairs.by_ref().map(|pair| pair.unwrap().id).filter(|id| id == "1").count(),
                n
            );
            assert!(pairs.counts().is_some() && pairs.next().is_none());
        }
    }

    #[test]
    fn a_reader_stops_when_nobody_wants_more() {
        let mut pairs = Pairs::new(&Rain, raw(usize::MAX));
        assert!(pairs.next().unwrap().is_ok());
        let reader = pairs.reader.take().unwrap();
        drop(pairs);
        assert!(reader.join().unwrap().is_ok());
    }

    #[test]
    fn pairs_are_those_of_the_records() {
        let fixtures = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
        for corpus in crate::CORPORA {
            let raw = || ljd_core::testing::fixture(*corpus, fixtures);
            let mut expected = Vec::new();
            let rules = Rules::new(Preset::Clean);
            let counts = ljd_core::read_records(*corpus, &raw(), &rules, &mut |record| {
                if record.task == Task::Translation && record.id.ends_with("/ja-en") {
                    expected.push((record.input.into_owned(), record.output.into_owned()));
                }
            });
            let mut pairs = Pairs::new(*corpus, raw());
            let found = pairs.by_ref().map(|pair| pair.unwrap());
            let found: Vec<_> =
                found.map(|pair| (pair.ja.into_owned(), pair.en.into_owned())).collect();
            assert_eq!(found, expected);
            assert_eq!(pairs.counts(), Some(&counts.unwrap()));
        }
    }

    #[test]
    fn a_missing_file_is_an_error_and_the_end() {
        let mut pairs = Pairs::new(&Jesc, raw(1));
        let error = pairs.next().unwrap().unwrap_err().to_string();
        assert!(error.starts_with("jesc: "), "{error}");
        assert!(pairs.next().is_none() && pairs.counts().is_none());
    }
}
