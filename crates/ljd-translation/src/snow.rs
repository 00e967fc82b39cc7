//! SNOW T15 and T23: sentences, the same in plain Japanese, and in English.
//!
//! Two Excel workbooks. `T15` has one sheet of 50,000 rows, `ID | #日本語(原文) | #やさしい日本語 |
//! #英語(原文)`, with numbers as ids and tokenised, lower-case English. `T23` has a sheet of 34,300 rows with
//! the same columns and `#固有名詞`, ids like `Ab_1`, and a second sheet `評価用` of 100 sentences that seven
//! workers put into plain Japanese each. (<https://www.jnlp.org/GengoHouse/snow/t15>,
//! <https://www.jnlp.org/GengoHouse/snow/t23>; Maruyama and Yamamoto 2018, "Simplified Corpus with Core
//! Vocabulary"; Katsuta and Yamamoto 2018, "Crowdsourced Corpus of Sentence Simplification with Core
//! Vocabulary")
//!
//! The clean rules take no translations out of T15: its English has lost capitals and spacing, and the same
//! sentences are in the Tanaka Corpus as they were written.

use std::borrow::Cow;

use ljd_core::read::is_missing_value;
use ljd_core::{
    Chunk, ChunkSink, Corpus, Location, Preset, Raw, Record, RecordSink, Result, RuleOption, Rules,
    Skip, Task, Template, stable_hash,
};

use crate::pair::{Direction, EN_JA, JA_EN, SentencePair};
use crate::sheet::{Sheet, cells, push_rows};

/// Sentences in plain Japanese and in English.
#[derive(Debug, Clone, Copy)]
pub struct Snow;

const SIMPLIFY: Template<'static> =
    Template::new("simplify", "以下の日本語をやさしい日本語に言い換えてください。");

const DIRECTIONS: [Direction; 2] = [
    Direction {
        instruction: Template::new("ja-en", "以下の日本語を英語に翻訳してください。"),
        ..JA_EN
    },
    Direction {
        instruction: Template::new("en-ja", "以下の英語を日本語に翻訳してください。"),
        ..EN_JA
    },
];

/// The kinds of rows, those of the two workbooks by their place in the manifest.
const T15: usize = 0;
const T23: usize = 1;
const EVALUATION: usize = 2;

const EVALUATION_SHEET: &str = "評価用";
const COLUMNS: [&str; 4] = ["ID", "#日本語(原文)", "#やさしい日本語", "#英語(原文)"];
const WORKERS: [&str; 7] = ["Ab", "Ac", "Af", "Ae", "Ah", "Ak", "Al"];

/// Many sentences are plain already, and a model that never sees one learns to change everything.
const UNCHANGED: RuleOption = RuleOption {
    name: "snow_unchanged",
    values: &["none", "tenth", "half", "all"],
    preset: Some(Preset::Clean),
    meaning: "share of the simplifications that equal their input which the clean rules keep",
};

impl Corpus for Snow {
    fn name(&self) -> &'static str {
        "snow"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/snow.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[UNCHANGED]
    }

    /// The sentence, whoever made it plain: `T23/eval_1/Ab/plain`.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        let segments = record.id.match_indices('/').nth(1);
        segments.and_then(|(at, _)| record.id.get(..at)).unwrap_or(&record.id)
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let n_blocks = match rules.preset {
            Preset::V0 => 1 + DIRECTIONS.len(),
            Preset::Clean => 1,
        };
        out.blocks(n_blocks, |out| {
            for part in [T15, T23] {
                out.split = raw.manifest().file(part)?.split()?;
                push_rows(raw, raw.manifest().file(part)?, Sheet::First, &COLUMNS, part, out)?;
            }
            if rules.preset == Preset::Clean {
                let columns = [&COLUMNS[..2], &COLUMNS[3..], &WORKERS].concat();
                let sheet = Sheet::Named(EVALUATION_SHEET);
                out.split = raw.manifest().file(T23)?.split_of(EVALUATION_SHEET)?;
                push_rows(raw, raw.manifest().file(T23)?, sheet, &columns, EVALUATION, out)?;
            }
            Ok(())
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let Some(text) = chunk.texts.first() else { return Ok(()) };
        chunk.each_line(out, |line, out| {
            let cells = cells(line.text)?;
            let row = Row::new(text.part, &cells)?;
            match rules.preset {
                Preset::V0 => row.push_block(chunk, out),
                Preset::Clean => {
                    row.push_clean(rules, chunk, &|| text.location(line.number), out)?;
                }
            }
            Ok(())
        });
        Ok(())
    }
}

/// A row of a sheet.
struct Row<'a> {
    part: usize,
    id: String,
    ja: &'a str,
    en: &'a str,
    /// The sentence in plain Japanese, and who wrote it where there are several.
    plain: Vec<(&'static str, &'a str)>,
}

impl<'a> Row<'a> {
    fn new(part: usize, cells: &'a [Cow<'a, str>]) -> Result<Self, Skip> {
        let cells: Vec<&'a str> = cells.iter().map(AsRef::as_ref).collect();
        let (id, ja, en, plain) = match cells[..] {
            [id, ja, plain, en] if part != EVALUATION => (id, ja, en, vec![("", plain)]),
            [id, ja, en, ref plain @ ..] if plain.len() == WORKERS.len() => {
                (id, ja, en, WORKERS.into_iter().zip(plain.iter().copied()).collect())
            }
            _ => return Err(Skip::Bad("not a row of cells")),
        };
        if id.is_empty() {
            return Err(Skip::Bad("no ID"));
        }
        let workbook = if part == T15 { "T15" } else { "T23" };
        Ok(Self { part, id: format!("{workbook}/{id}"), ja, en, plain })
    }

    /// v0's record of the row in the block of the chunk. A cell that the reader of v0 took
    /// for a missing value, empty or `NA`, is `nan`, as Python calls it.
    fn push_block(&self, chunk: &Chunk, out: &mut RecordSink<'_>) {
        let text = |cell: &'a str| if is_missing_value(cell) { "nan" } else { cell };
        if let Some(n) = chunk.block.checked_sub(1) {
            let directions = DIRECTIONS.get(n..=n).unwrap_or_default();
            self.push_pair(text(self.ja), text(self.en), directions, chunk, out);
        } else {
            let plain = self.plain.first().map_or("", |(_, plain)| plain);
            push_plain(&format!("{}/plain", self.id), text(self.ja), text(plain), chunk, out);
        }
    }

    fn push_clean(
        &self,
        rules: &Rules,
        chunk: &Chunk,
        location: &dyn Fn() -> Location,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let (ja, en) = (self.ja.trim(), self.en.trim());
        if ja.is_empty() {
            return Err(Skip::Bad("empty sentence"));
        }
        for (worker, plain) in &self.plain {
            let plain = plain.trim();
            let slash = if worker.is_empty() { "" } else { "/" };
            let id = format!("{}{slash}{worker}/plain", self.id);
            if plain.is_empty() {
                out.skip_part(Skip::LeftOut("nothing in plain Japanese"), location);
            } else if plain == ja && !keeps_unchanged(&id, rules) {
                out.skip_part(Skip::LeftOut("plain already"), location);
            } else {
                push_plain(&id, ja, plain, chunk, out);
            }
        }
        if self.part == T15 {
            out.skip_part(Skip::LeftOut("English in lower case and pieces"), location);
        } else if en.is_empty() {
            out.skip_part(Skip::LeftOut("no English"), location);
        } else {
            self.push_pair(ja, en, &DIRECTIONS, chunk, out);
        }
        Ok(())
    }

    fn push_pair(
        &self,
        ja: &str,
        en: &str,
        directions: &[Direction],
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) {
        let pair = SentencePair {
            id: Cow::Borrowed(&self.id),
            ja: Cow::Borrowed(ja),
            en: Cow::Borrowed(en),
            url: None,
            attribution: Cow::Borrowed(&out.source().attribution),
        };
        pair.push(directions, chunk, out);
    }
}

/// Whether a simplification that equals its input is among those that the recipe keeps.
fn keeps_unchanged(id: &str, rules: &Rules) -> bool {
    let percent = match rules.get(&UNCHANGED) {
        "tenth" => 10,
        "half" => 50,
        "all" => 100,
        _ => 0,
    };
    stable_hash(id) % 100 < percent
}

fn push_plain(id: &str, ja: &str, plain: &str, chunk: &Chunk, out: &mut RecordSink<'_>) {
    out.push(Record {
        instruction: SIMPLIFY.into(),
        input: Cow::Borrowed(ja),
        output: Cow::Borrowed(plain),
        split: chunk.split,
        ..Record::new(out.source(), id, Task::Simplification)
    });
}

#[cfg(test)]
mod tests {
    use ljd_core::{Manifest, Split};

    use super::*;

    #[test]
    fn a_cell_that_v0_took_for_missing_is_nan() {
        let manifest = Manifest::parse(Snow.manifest(), "manifest").unwrap();
        let cells = ["1", "null", "None", "NAME"].map(Cow::Borrowed);
        let row = Row::new(T15, &cells).unwrap();
        let mut found = Vec::new();
        let mut keep = |record: Record<'_>| {
            found.push((record.input.into_owned(), record.output.into_owned()));
        };
        let mut out = RecordSink::new(&manifest.source, false, &mut keep);
        for block in 0..2 {
            let chunk = Chunk { texts: Vec::new(), split: Split::Train, block, reread: false };
            row.push_block(&chunk, &mut out);
        }
        assert_eq!(found, [("nan", "nan"), ("nan", "NAME")].map(|(a, b)| (a.into(), b.into())));
    }
}
