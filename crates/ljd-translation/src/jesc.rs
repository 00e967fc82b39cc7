//! JESC, the Japanese–English Subtitle Corpus.
//!
//! `raw.tar.gz` holds one file (`raw/raw`) of UTF-8 lines `english<TAB>japanese` without a header, all
//! 2,801,388 pairs of dev and test among them. English is in lower case; spaces in the Japanese stand
//! where the subtitle broke its line. (<https://nlp.stanford.edu/projects/jesc/>; Pryzant et al. 2018,
//! "JESC: Japanese-English Subtitle Corpus")
//!
//! A line has no identity but its number, so that is its id. `split.tar.gz` of the same page has the pairs as `train`,
//! `dev` and `test`, whose lines are numbered anew: their ids begin with the member's name (`train/1`).

use std::borrow::Cow;

use ljd_core::read::{each_quoted_row, lines};
use ljd_core::{
    Chunk, Chunks, Corpus, Language, Preset, Raw, Records, Result, RuleOption, Rules, Skip, Source,
};

use crate::pair::{Direction, EN_JA, JA_EN, JA_EN_THEN_EN_JA, SentencePair, blocks, directions};
use crate::tsv::last_row_end;

/// Film subtitles.
#[derive(Debug, Clone, Copy)]
pub struct Jesc;

/// Release 0.1.0 named the two columns the wrong way round: all its records ask for English and answer
/// in Japanese, also those of the first block, which say that the input is Japanese.
const DIRECTION: RuleOption = RuleOption {
    name: "jesc_direction",
    values: &["fixed", "0.1.0"],
    meaning: "`0.1.0` gives the first block's records English input and Japanese output, as that release did",
};

const AS_IN_0_1_0: [Direction; 2] =
    [Direction { from: Language::En, to: Language::Ja, ..JA_EN }, EN_JA];

/// The clean rules ask for what the English is: lower case throughout, as all 2,000 lines of the small release
/// are.
const SUBTITLES: [Direction; 2] = [
    Direction {
        instruction: "次の日本語字幕を英語字幕に訳してください。英語はすべて小文字で書いてください。",
        ..JA_EN
    },
    Direction {
        instruction: "次の英語字幕を日本語字幕に訳してください。", ..EN_JA
    },
];

impl Corpus for Jesc {
    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jesc.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[DIRECTION]
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut Chunks<'_>) -> Result<()> {
        let file = raw.manifest().file(0)?;
        blocks(rules, out, |out| {
            raw.each_tar_member(file, |member| {
                out.split = file.split_of(&member.file)?;
                lines(member, last_row_end(rules), out)
            })
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut Records<'_>) -> Result<()> {
        let both = match (rules.preset, rules.get(&DIRECTION)) {
            (_, "0.1.0") => &AS_IN_0_1_0,
            (Preset::V0, _) => &JA_EN_THEN_EN_JA,
            (Preset::Clean, _) => &SUBTITLES,
        };
        let directions = directions(both, chunk, rules);
        let source = out.source();
        let member =
            chunk.texts.first().and_then(|text| text.file.rsplit('/').next()).unwrap_or_default();
        let id = |line| id(member, line);
        match rules.preset {
            Preset::V0 => each_quoted_row(chunk, out, |number, fields, out| {
                let sides = two_columns(fields.iter().copied())?;
                pair(id(number), sides, source).push(directions, chunk, out);
                Ok(())
            }),
            Preset::Clean => chunk.each_line(out, |line, out| {
                let sides = two_columns(line.text.split('\t'))?;
                if sides.iter().any(|side| side.trim().is_empty()) {
                    return Err(Skip::Bad("empty side"));
                }
                pair(id(line.number), sides, source).push(directions, chunk, out);
                Ok(())
            }),
        }
        Ok(())
    }
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
