//! Records in columns: how they wait between conversion and the file.
//!
//! A chunk's records are copied once, into one buffer a column, so that a row costs no allocation and a
//! format can encode whole columns. A text that repeats one of the two before it is not copied again:
//! instructions and credits take turns with the direction of a translation.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use ljd_core::{ChosenWording, Language, Record, Result, Role, Score, Source, Split, Task};
use ljd_quality::{Key, Signature};
use serde::{Serialize, Serializer};

use crate::write::code::{Code, code, code_names};
use crate::write::tokens::Tokenizer;

/// The records of one chunk.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) id: Texts,
    pub(crate) instruction: Texts,
    pub(crate) input: Texts,
    pub(crate) output: Texts,
    pub(crate) history: Histories,
    pub(crate) choices: Lists,
    pub(crate) answers: Lists,
    pub(crate) labels: Vec<Labels>,
    pub(crate) category: Texts,
    pub(crate) attribution: Texts,
    pub(crate) url: Texts,
    /// What the records are recognised by, where they are compared.
    pub(crate) keys: Vec<Key>,
    /// What those are found by that resemble each other, likewise.
    pub(crate) signatures: Vec<Option<Signature>>,
    /// The digests of the sentences of each record, where a recipe holds some out.
    pub(crate) sentences: Vec<Vec<u64>>,
    /// The tokens of each record, where they are counted.
    pub(crate) tokens: Vec<u32>,
}

/// What rows are compared by, without the rows.
#[derive(Debug, Default)]
pub(crate) struct RowKeys {
    pub(crate) tasks: Vec<Task>,
    pub(crate) keys: Vec<Key>,
    pub(crate) signatures: Vec<Option<Signature>>,
    pub(crate) sentences: Vec<Vec<u64>>,
}

code_names!(Task, Split, Language, Role);
code!(RowKeys { tasks, keys, signatures, sentences });
code!(Lists { texts, ends });
code!(Histories { roles, contents, ends });

impl Code for Key {
    fn put(&self, out: &mut Vec<u8>) {
        let (prompt, answer) = self.digests();
        prompt.put(out);
        answer.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        <(u64, u64)>::take(from).map(|(prompt, answer)| Self::of_digests(prompt, answer))
    }
}

impl Code for Signature {
    fn put(&self, out: &mut Vec<u8>) {
        let (least, bands) = self.hashes();
        least.to_vec().put(out);
        bands.to_vec().put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        <(Vec<u16>, Vec<u64>)>::take(from).map(|(least, bands)| Self::of_hashes(least, bands))
    }
}

impl Code for Score {
    fn put(&self, out: &mut Vec<u8>) {
        self.thousandths().put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        i32::take(from).map(Self::of_thousandths)
    }
}

impl Code for ChosenWording {
    fn put(&self, out: &mut Vec<u8>) {
        self.numbers().put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Code::take(from).map(Self::of_numbers)
    }
}

impl Code for Ends {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Code::take(from).map(Self)
    }
}

impl Code for Texts {
    fn put(&self, out: &mut Vec<u8>) {
        self.bytes.put(out);
        let spans: Vec<(u32, u32)> = self.spans.iter().map(|it| (it.start, it.len)).collect();
        spans.put(out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (bytes, spans) = <(String, Vec<(u32, u32)>)>::take(from)?;
        let spans: Vec<Span> = spans.into_iter().map(|(start, len)| Span { start, len }).collect();
        let is_there = |span: &Span| *span == Span::ABSENT || bytes.get(span.range()).is_some();
        spans.iter().all(is_there).then_some(Self { bytes, spans })
    }
}

code!(Labels {
    task,
    source_language,
    target_language,
    split,
    score,
    wording,
    is_held_out,
    characters,
    output_characters,
});

/// What few values are enough for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Labels {
    pub(crate) task: Task,
    pub(crate) source_language: Language,
    pub(crate) target_language: Language,
    pub(crate) split: Split,
    pub(crate) score: Option<Score>,
    /// Which wording of which instruction it has.
    pub(crate) wording: Option<ChosenWording>,
    /// Whether it is held out of what is trained on.
    pub(crate) is_held_out: bool,
    /// Characters of instruction, input, output and earlier turns.
    pub(crate) characters: u32,
    /// Characters of the output.
    pub(crate) output_characters: u32,
}

impl Labels {
    /// The part of the dataset whose files have it.
    pub(crate) fn part(&self) -> Part {
        if self.is_held_out { Part::HeldOut } else { Part::Of(self.split) }
    }
}

/// A part of a corpus in the dataset, which has files of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// What the origin has in that split.
    Of(Split),
    /// What this dataset holds out of training.
    HeldOut,
}

impl Part {
    /// Its name in files, report and card.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Of(split) => split.as_str(),
            Self::HeldOut => "held-out",
        }
    }
}

/// One row of the output, whose fields are the [columns](crate::write::columns).
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) id: &'a str,
    pub(crate) instruction: &'a str,
    pub(crate) input: &'a str,
    pub(crate) output: &'a str,
    pub(crate) history: History<'a>,
    pub(crate) choices: List<'a>,
    pub(crate) answers: List<'a>,
    pub(crate) score: Option<Score>,
    #[serde(flatten)]
    pub(crate) provenance: Provenance<'a>,
}

/// The columns that every format has: what a row teaches and where it comes from.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Provenance<'a> {
    pub(crate) task: &'static str,
    pub(crate) source: &'a str,
    pub(crate) source_language: &'static str,
    pub(crate) target_language: &'static str,
    pub(crate) split: &'static str,
    pub(crate) category: Option<&'a str>,
    pub(crate) license: &'static str,
    pub(crate) attribution: &'a str,
    pub(crate) url: Option<&'a str>,
}

impl PartialEq for Provenance<'_> {
    /// Rows of a chunk have not only equal texts, but mostly the same one: few are compared byte by byte.
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(a, b): (Option<&str>, Option<&str>)| match (a, b) {
            (Some(a), Some(b)) => std::ptr::eq(a, b) || a == b,
            (a, b) => a.is_none() && b.is_none(),
        };
        self.texts().into_iter().zip(other.texts()).all(is_same)
    }
}

impl<'a> Provenance<'a> {
    /// Every column, first those in which rows that follow each other differ.
    fn texts(&self) -> [Option<&'a str>; 9] {
        [
            Some(self.source_language),
            Some(self.target_language),
            self.url,
            Some(self.attribution),
            self.category,
            Some(self.task),
            Some(self.source),
            Some(self.split),
            Some(self.license),
        ]
    }
}

#[derive(Debug, Serialize)]
struct TurnRow<'a> {
    role: &'static str,
    content: &'a str,
}

/// The earlier turns of one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History<'a> {
    histories: &'a Histories,
    row: usize,
}

impl Rows {
    pub(crate) fn push(
        &mut self,
        record: &Record<'_>,
        wording: Option<ChosenWording>,
        is_held_out: bool,
    ) {
        self.id.push(Some(&record.id));
        self.instruction.push(Some(&record.instruction));
        self.input.push(Some(&record.input));
        self.output.push(Some(&record.output));
        self.history.push(record);
        self.choices.push(&record.choices);
        self.answers.push(&record.answers);
        let output_characters = n_characters(&record.output);
        let turns = record.history.iter().map(|turn| &*turn.content);
        let others = [&*record.instruction, &*record.input].into_iter().chain(turns);
        let characters = others.map(n_characters).fold(0, u32::saturating_add);
        self.labels.push(Labels {
            task: record.task,
            source_language: record.source_language,
            target_language: record.target_language,
            split: record.split,
            score: record.score,
            wording,
            is_held_out,
            characters: characters.saturating_add(output_characters),
            output_characters,
        });
        self.category.push(record.category.as_deref());
        self.attribution.push(Some(&record.attribution));
        self.url.push(record.url.as_deref());
    }

    /// Counts the tokens of what [`Labels::characters`] counts the characters of.
    pub(crate) fn count_tokens(&mut self, tokenizer: &Tokenizer) -> Result<()> {
        let mut tokens = vec![0_u32; self.len()];
        for column in [&self.instruction, &self.input, &self.output] {
            for (tokens, n) in tokens.iter_mut().zip(column.tokens(tokenizer)?) {
                *tokens = tokens.saturating_add(n);
            }
        }
        let turns = self.history.contents.tokens(tokenizer)?;
        for (row, tokens) in tokens.iter_mut().enumerate() {
            let turns = turns.get(self.history.range(row)).unwrap_or_default();
            *tokens = turns.iter().copied().fold(*tokens, u32::saturating_add);
        }
        self.tokens = tokens;
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Takes what the rows are compared by out of them.
    pub(crate) fn take_keys(&mut self) -> RowKeys {
        RowKeys {
            tasks: self.labels.iter().map(|labels| labels.task).collect(),
            keys: std::mem::take(&mut self.keys),
            signatures: std::mem::take(&mut self.signatures),
            sentences: std::mem::take(&mut self.sentences),
        }
    }

    /// Appends the rows without what they are compared by.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        let Self { id, instruction, input, output, history, choices, answers, .. } = self;
        for texts in [id, instruction, input, output] {
            texts.put(out);
        }
        history.put(out);
        choices.put(out);
        answers.put(out);
        self.labels.put(out);
        let Self { category, attribution, url, tokens, .. } = self;
        for texts in [category, attribution, url] {
            texts.put(out);
        }
        tokens.put(out);
    }

    /// Takes rows with what they are compared by; `None` where they are not as many everywhere.
    pub(crate) fn take(from: &mut &[u8], keys: RowKeys) -> Option<Self> {
        let rows = Self {
            id: Code::take(from)?,
            instruction: Code::take(from)?,
            input: Code::take(from)?,
            output: Code::take(from)?,
            history: Code::take(from)?,
            choices: Code::take(from)?,
            answers: Code::take(from)?,
            labels: Code::take(from)?,
            category: Code::take(from)?,
            attribution: Code::take(from)?,
            url: Code::take(from)?,
            tokens: Code::take(from)?,
            keys: keys.keys,
            signatures: keys.signatures,
            sentences: keys.sentences,
        };
        let n = rows.len();
        let Self { id, instruction, input, output, category, attribution, url, .. } = &rows;
        let is_whole = [id, instruction, input, output, category, attribution, url]
            .into_iter()
            .all(|texts| texts.spans.len() == n)
            && [&rows.history.ends, &rows.choices.ends, &rows.answers.ends]
                .into_iter()
                .all(|ends| ends.0.len() == n)
            && keys.tasks.len() == n;
        is_whole.then_some(rows)
    }

    /// Gives back what was reserved and not used: rows wait for their group.
    pub(crate) fn shrink(&mut self) {
        let Self { id, instruction, input, output, category, attribution, url, .. } = self;
        let lists = [&mut self.history.contents, &mut self.choices.texts, &mut self.answers.texts];
        let texts = [id, instruction, input, output, category, attribution, url];
        for texts in texts.into_iter().chain(lists) {
            texts.bytes.shrink_to_fit();
            texts.spans.shrink_to_fit();
        }
        self.labels.shrink_to_fit();
    }

    /// Bytes of text held.
    pub(crate) fn bytes(&self) -> usize {
        let Self { id, instruction, input, output, history, choices, answers, .. } = self;
        let lists = [&history.contents, &choices.texts, &answers.texts];
        let columns = [id, instruction, input, output].into_iter().chain(lists);
        columns.map(|column| column.bytes.len()).sum()
    }

    /// A row by its number; `None` beyond the last.
    pub(crate) fn row<'a>(&'a self, row: usize, source: &'a Source) -> Option<Row<'a>> {
        let labels = self.labels.get(row)?;
        Some(Row {
            id: self.id.get(row)?,
            instruction: self.instruction.get(row)?,
            input: self.input.get(row)?,
            output: self.output.get(row)?,
            history: History { histories: &self.history, row },
            choices: List { lists: &self.choices, row },
            answers: List { lists: &self.answers, row },
            score: labels.score,
            provenance: Provenance {
                task: labels.task.as_str(),
                source: &source.name,
                source_language: labels.source_language.as_str(),
                target_language: labels.target_language.as_str(),
                split: labels.split.as_str(),
                category: self.category.get(row),
                license: source.license.id(),
                attribution: self.attribution.get(row)?,
                url: self.url.get(row),
            },
        })
    }
}

fn n_characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

impl<'a> History<'a> {
    /// The turns, oldest first.
    pub(crate) fn turns(&self) -> impl Iterator<Item = (Role, &'a str)> {
        let histories = self.histories;
        histories
            .range(self.row)
            .filter_map(|turn| Some((*histories.roles.get(turn)?, histories.contents.get(turn)?)))
    }
}

impl Serialize for History<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let turns = self.turns().map(|(role, content)| TurnRow { role: role.as_str(), content });
        serializer.collect_seq(turns)
    }
}

/// The texts of one row in a column of lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'a> {
    lists: &'a Lists,
    row: usize,
}

impl<'a> List<'a> {
    /// The texts in their order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let lists = self.lists;
        lists.range(self.row).filter_map(|text| lists.texts.get(text))
    }
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.texts())
    }
}

/// A column of texts that may be absent.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) bytes: String,
    spans: Vec<Span>,
}

/// Where a text stands in its column's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Span {
    /// No text at all. A real text cannot start here: a chunk is far smaller than 4 GiB.
    const ABSENT: Self = Self { start: u32::MAX, len: 0 };

    fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

impl Texts {
    fn push(&mut self, text: Option<&str>) {
        let span =
            text.map_or(Span::ABSENT, |text| self.repeated(text).unwrap_or_else(|| self.add(text)));
        self.spans.push(span);
    }

    fn repeated(&self, text: &str) -> Option<Span> {
        let recent = self.spans.iter().rev().take(2);
        recent.copied().find(|span| self.bytes.get(span.range()) == Some(text))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a chunk's text is far smaller than 4 GiB")]
    fn add(&mut self, text: &str) -> Span {
        let start = self.bytes.len() as u32;
        self.bytes.push_str(text);
        Span { start, len: text.len() as u32 }
    }

    /// The tokens of each text. One that repeats another before it is not read again.
    fn tokens(&self, tokenizer: &Tokenizer) -> Result<Vec<u32>> {
        let mut counts = Vec::with_capacity(self.spans.len());
        for (row, span) in self.spans.iter().enumerate() {
            let earlier = self.spans.get(..row).unwrap_or_default().iter().rev();
            let known = earlier.zip(counts.iter().rev()).take(2).find(|(other, _)| *other == span);
            let text = self.get(row).unwrap_or_default();
            counts.push(known.map_or_else(|| tokenizer.count(text), |(_, n)| Ok(*n))?);
        }
        Ok(counts)
    }

    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        self.bytes.get(self.spans.get(row)?.range())
    }

    /// Where the text of a row stands, if it has one.
    #[cfg(feature = "parquet")]
    pub(crate) fn span(&self, row: usize) -> Option<Span> {
        self.spans.get(row).copied().filter(|span| *span != Span::ABSENT)
    }
}

/// A column of lists of texts.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) texts: Texts,
    ends: Ends,
}

impl Lists {
    fn push(&mut self, texts: &[Cow<'_, str>]) {
        for text in texts {
            self.texts.push(Some(text));
        }
        self.ends.0.push(self.texts.spans.len());
    }

    /// The texts of a row.
    pub(crate) fn range(&self, row: usize) -> Range<usize> {
        self.ends.range(row)
    }
}

/// Where the part of each row ends in a column of lists.
#[derive(Debug, Default)]
struct Ends(Vec<usize>);

impl Ends {
    fn range(&self, row: usize) -> Range<usize> {
        let end = |row: usize| self.0.get(row).copied().unwrap_or_default();
        row.checked_sub(1).map_or(0, end)..end(row)
    }
}

/// A column of lists of turns.
#[derive(Debug, Default)]
pub(crate) struct Histories {
    pub(crate) roles: Vec<Role>,
    pub(crate) contents: Texts,
    ends: Ends,
}

impl Histories {
    fn push(&mut self, record: &Record<'_>) {
        for turn in &record.history {
            self.roles.push(turn.role);
            self.contents.push(Some(&turn.content));
        }
        self.ends.0.push(self.roles.len());
    }

    /// The turns of a row.
    pub(crate) fn range(&self, row: usize) -> Range<usize> {
        self.ends.range(row)
    }
}

/// Where a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// To the files of its part.
    Part(Part),
    /// To the joined files, which hold all splits in the corpus's order.
    Joined,
}

/// Rows that are encoded together: a row group of Parquet, a frame of Zstandard.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) source: Arc<Source>,
    pub(crate) target: Target,
    /// Its number among those of its target, counted from 0.
    pub(crate) number: usize,
    pub(crate) parts: Vec<(Arc<Rows>, Range<usize>)>,
    pub(crate) n_rows: usize,
    bytes: usize,
}

impl Group {
    /// Rows of a full group: as many as readers like to take at once.
    pub(crate) const FULL_ROWS: usize = 1 << 17;
    /// Text of a full group, so that long texts do not fill memory.
    pub(crate) const FULL_BYTES: usize = 5 << 19;

    pub(crate) fn new(source: &Arc<Source>, target: Target, number: usize) -> Self {
        Self { source: Arc::clone(source), target, number, parts: Vec::new(), n_rows: 0, bytes: 0 }
    }

    /// Takes as many of the rows as there is room for, and gives back the range that is left.
    pub(crate) fn take(&mut self, rows: &Arc<Rows>, range: Range<usize>) -> Range<usize> {
        let n = range.len().min(Self::FULL_ROWS - self.n_rows);
        let taken = range.start..range.start + n;
        self.bytes += rows.bytes() * n / rows.len().max(1);
        self.n_rows += n;
        let end = taken.end;
        match self.parts.last_mut() {
            // Most rows follow those before them: a part is not a row.
            Some((last, before)) if Arc::ptr_eq(last, rows) && before.end == taken.start => {
                before.end = taken.end;
            }
            _ => self.parts.push((Arc::clone(rows), taken)),
        }
        end..range.end
    }

    pub(crate) fn is_full(&self) -> bool {
        Self::FULL_ROWS <= self.n_rows || Self::FULL_BYTES <= self.bytes
    }

    /// Every row in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.parts
            .iter()
            .flat_map(|(rows, range)| range.clone().filter_map(|row| rows.row(row, &self.source)))
    }
}

#[cfg(test)]
mod tests {
    use ljd_core::License;

    use super::*;

    #[test]
    fn rows_that_follow_each_other_are_one_part() {
        let license = License::parse("CC-BY-4.0").unwrap();
        let source = Source { name: "x".to_owned(), license, attribution: String::new() };
        let mut group = Group::new(&Arc::new(source), Target::Joined, 0);
        let rows = [Arc::new(Rows::default()), Arc::new(Rows::default())];
        for (i, range) in [(0, 0..1), (0, 1..3), (0, 4..5), (1, 5..6)] {
            group.take(&rows[i], range);
        }
        let ranges: Vec<_> = group.parts.iter().map(|(_, range)| range.clone()).collect();
        assert_eq!(ranges, [0..3, 4..5, 5..6]);
        assert_eq!(group.n_rows, 5);
    }
}
