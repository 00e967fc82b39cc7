//! The Tanaka Corpus, as the Electronic Dictionary Research and Development Group publishes it.
//!
//! `examples.utf.gz` holds pairs of UTF-8 lines, `A: japanese<TAB>english#ID=ENGLISH_JAPANESE` with
//! Tatoeba's sentence ids (older files: one number), and `B: ` with the Japanese words' dictionary forms.
//! Lines that start with `#` are comments. (<https://www.edrdg.org/wiki/index.php/Tanaka_Corpus>)
//!
//! The id is glued to the English, which may hold a `#` of its own: v0 cut the sentence at the first
//! one. A few lines stand twice, one after the other, with the same id.

use std::borrow::Cow;

use ljd_core::read::{each_quoted_row, lines};
use ljd_core::{Chunk, ChunkSink, Corpus, Preset, Raw, RecordSink, Result, Rules, Skip};
use memchr::memmem;

use crate::pair::{JA_EN_THEN_EN_JA, SentencePair, blocks, directions};
use crate::tsv::{Ids, last_new_key, row_ends};

/// The EDRDG's edition of the Tanaka Corpus.
#[derive(Debug, Clone, Copy)]
pub struct Tanaka;

const ID: &str = "#ID=";

impl Corpus for Tanaka {
    fn name(&self) -> &'static str {
        "tanaka"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/tanaka.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let cut = |text: &[u8]| last_new_key(text, row_ends(rules, text), id_of_row);
        let file = raw.manifest().file(0)?;
        blocks(rules, out, |out| lines(raw.open(file)?, &cut, out))
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let directions = directions(&JA_EN_THEN_EN_JA, chunk, rules);
        let mut ids = Ids::default();
        let mut push = |row: Row<'_>, line, out: &mut RecordSink<'_>| {
            let id = if row.id.is_empty() {
                Cow::Owned(format!("line-{line}"))
            } else {
                ids.unique(Cow::Borrowed(row.id))
            };
            row.pair(id, &out.source().attribution).push(directions, chunk, out);
        };
        match rules.preset {
            Preset::V0 => each_quoted_row(chunk, out, |line, fields, out| {
                let (ja, en) = v0_sides(fields)?;
                push(Row::v0(&ja, en), line, out);
                Ok(())
            }),
            Preset::Clean => chunk.each_line(out, |line, out| {
                push(Row::parse(line.text)?, line.number, out);
                Ok(())
            }),
        }
        Ok(())
    }
}

/// An `A:` line.
#[derive(Debug, PartialEq, Eq)]
struct Row<'a> {
    ja: &'a str,
    en: &'a str,
    /// `ENGLISH_JAPANESE`, or one number; empty where v0 takes a line without it.
    id: &'a str,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Result<Self, Skip> {
        if line.starts_with("B: ") || line.starts_with('#') {
            return Err(Skip::NoRow);
        }
        let sentences = line.strip_prefix("A: ").ok_or(Skip::Bad("neither an A: nor a B: line"))?;
        let (sentences, id) = sentences.rsplit_once(ID).ok_or(Skip::Bad("no #ID="))?;
        let (ja, en) = sentences.split_once('\t').ok_or(Skip::Bad("no tab"))?;
        if ja.trim().is_empty() || en.trim().is_empty() {
            return Err(Skip::Bad("empty side"));
        }
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
            return Err(Skip::Bad("#ID= without a number"));
        }
        Ok(Row { ja, en, id })
    }

    fn v0(ja: &'a str, en: &'a str) -> Self {
        let id = en.rsplit_once(ID).map_or("", |(_, id)| id);
        Row { ja, en: en.split('#').next().unwrap_or_default(), id }
    }

    fn pair<'b>(&self, id: Cow<'b, str>, attribution: &'b str) -> SentencePair<'b>
    where
        'a: 'b,
    {
        let (url, attribution) = match self.id.split_once('_') {
            Some((en, ja)) => (
                Some(Cow::Owned(format!("https://tatoeba.org/sentences/show/{ja}"))),
                Cow::Owned(format!("{attribution}; tatoeba.org #{en} & #{ja}")),
            ),
            None => (None, Cow::Borrowed(attribution)),
        };
        SentencePair {
            id,
            ja: Cow::Borrowed(self.ja),
            en: Cow::Borrowed(self.en),
            url,
            attribution,
        }
    }
}

/// v0 takes every row whose first field has `A: ` in it, and takes every `A: ` out of it.
fn v0_sides<'a>(fields: &[&'a str]) -> Result<(Cow<'a, str>, &'a str), Skip> {
    match fields {
        [ja, ..] if !ja.contains("A: ") => Err(Skip::NoRow),
        [ja, en, ..] => match ja.strip_prefix("A: ") {
            Some(rest) if !rest.contains("A: ") => Ok((Cow::Borrowed(rest), en)),
            _ => Ok((Cow::Owned(ja.replace("A: ", "")), en)),
        },
        _ => Err(Skip::Bad("no tab")),
    }
}

/// The id of an `A:` row. A few lines stand twice in a row, and must be numbered together.
fn id_of_row(row: &[u8]) -> Option<&[u8]> {
    if !row.starts_with(b"A: ") {
        return None;
    }
    let at = memmem::rfind(row, ID.as_bytes()).unwrap_or(row.len());
    row.get(at..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_follows_the_last_id_mark() {
        let row = Row::parse("A: 柵＃ＳＴＬ\tEdgings #STL3456.#ID=1_2").unwrap();
        assert_eq!(row, Row { ja: "柵＃ＳＴＬ", en: "Edgings #STL3456.", id: "1_2" });
        assert_eq!(Row::v0("柵＃ＳＴＬ", "Edgings #STL3456.#ID=1_2").en, "Edgings ");
        let row = Row::parse("A: 印\t#ID=7 is a mark.#ID=1_2").unwrap();
        assert_eq!(row, Row { ja: "印", en: "#ID=7 is a mark.", id: "1_2" });
        assert_eq!(Row::v0("印", "A #ID=7 mark.#ID=1_2").id, "1_2");
    }

    #[test]
    fn what_is_no_pair_is_told_from_what_is_broken() {
        assert_eq!(Row::parse("B: 雨(あめ)"), Err(Skip::NoRow));
        assert_eq!(Row::parse("# comment"), Err(Skip::NoRow));
        assert_eq!(Row::parse("雨\train#ID=1"), Err(Skip::Bad("neither an A: nor a B: line")));
        assert_eq!(Row::parse("A: 雨\train"), Err(Skip::Bad("no #ID=")));
        assert_eq!(Row::parse("A: 雨 rain#ID=1"), Err(Skip::Bad("no tab")));
        assert_eq!(Row::parse("A: 雨\train#ID="), Err(Skip::Bad("#ID= without a number")));
        assert_eq!(Row::parse("A: 雨\t#ID=1"), Err(Skip::Bad("empty side")));
    }

    #[test]
    fn only_an_a_line_has_an_id() {
        assert_eq!(id_of_row(b"A: a\t#ID=b#ID=1_1\n"), Some(&b"#ID=1_1\n"[..]));
        assert_eq!(id_of_row(b"A: a\tb\n"), Some(&b""[..]));
        assert_eq!(id_of_row(b"B: a#ID=1_1\n"), None);
    }
}
