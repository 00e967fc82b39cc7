//! JESC, the Japanese–English Subtitle Corpus.
//!
//! `raw.tar.gz` holds one file (`raw/raw`) of UTF-8 lines `english<TAB>japanese` without a header, all
//! 2,801,388 pairs of dev and test among them. English is in lower case; spaces in the Japanese stand
//! where the subtitle broke its line. (<https://nlp.stanford.edu/projects/jesc/>; Pryzant et al. 2018,
//! "JESC: Japanese-English Subtitle Corpus")
//!
//! A line has no identity but its number, so that is its id. `split.tar.gz` of the same page has the pairs as `train`,
//! `dev` and `test`, whose lines are numbered anew: their ids begin with the member's name (`train/1`).

mod v0;

use std::borrow::Cow;

use ljd_core::read::{last_line_end, lines};
use ljd_core::{
    Chunk, ChunkSink, Corpus, Raw, Reading, RecordSink, Result, RuleOption, Rules, Skip, Source,
    Template,
};

use crate::pair::{Direction, EN_JA, JA_EN, SentencePair};

/// Film subtitles.
#[derive(Debug, Clone, Copy)]
pub struct Jesc;

/// What is asked for is what the English is: lower case throughout, as all 2,000 lines of the small release are.
const SUBTITLES: [Direction; 2] = [
    Direction {
        instruction: Template::new(
            "sub-ja-en",
            "次の日本語字幕を英語字幕に訳してください。英語はすべて小文字で書いてください。",
        ),
        ..JA_EN
    },
    Direction { instruction: Template::new("sub-en-ja", EN_JA.instruction.text), ..EN_JA },
];

impl Corpus for Jesc {
    fn name(&self) -> &'static str {
        "jesc"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jesc.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[v0::DIRECTION]
    }

    fn v0(&self) -> Option<&dyn Reading> {
        Some(&v0::Published)
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        each_member(raw, &last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let (source, member) = (out.source(), member(chunk));
        chunk.each_line(out, |line, out| {
            let sides = two_columns(line.text.split('\t'))?;
            if sides.iter().any(|side| side.trim().is_empty()) {
                return Err(Skip::Bad("empty side"));
            }
            pair(id(member, line.number), sides, source).push(&SUBTITLES, chunk, out);
            Ok(())
        });
        Ok(())
    }
}

fn each_member(raw: &Raw, cut: &dyn Fn(&[u8]) -> usize, out: &mut ChunkSink<'_>) -> Result<()> {
    let file = raw.manifest().file(0)?;
    raw.each_tar_member(file, |member| {
        out.split = file.split_of(&member.file)?;
        lines(member, cut, out)
    })
}

/// The member that a chunk is of.
fn member(chunk: &Chunk) -> &str {
    chunk.texts.first().and_then(|text| text.file.rsplit('/').next()).unwrap_or_default()
}

/// The id of a line. The member that holds all pairs is called `raw`.
fn id(member: &str, line: u64) -> String {
    if member == "raw" { line.to_string() } else { format!("{member}/{line}") }
}

fn pair<'a>(id: String, [en, ja]: [&'a str; 2], source: &'a Source) -> SentencePair<'a> {
    SentencePair {
        id: Cow::Owned(id),
        ja: Cow::Borrowed(ja),
        en: Cow::Borrowed(en),
        url: None,
        attribution: Cow::Borrowed(&source.attribution),
    }
}

fn two_columns<'a>(mut columns: impl Iterator<Item = &'a str>) -> Result<[&'a str; 2], Skip> {
    match (columns.next(), columns.next(), columns.next()) {
        (Some(en), Some(ja), None) => Ok([en, ja]),
        (_, None, _) => Err(Skip::Bad("no tab")),
        _ => Err(Skip::Bad("more than two columns")),
    }
}
