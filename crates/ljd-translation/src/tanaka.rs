//! The Tanaka Corpus, as the Electronic Dictionary Research and Development Group publishes it.
//!
//! `examples.utf.gz` holds pairs of UTF-8 lines, `A: japanese<TAB>english#ID=ENGLISH_JAPANESE` with
//! Tatoeba's sentence ids (older files: one number), and `B: ` with the Japanese words' dictionary forms.
//! Lines that start with `#` are comments. (<https://www.edrdg.org/wiki/index.php/Tanaka_Corpus>)
//!
//! The id is glued to the English, which may hold a `#` of its own: v0 cut the sentence at the first
//! one. A few lines stand twice, one after the other, with the same id.

use std::borrow::Cow;

use ljd_core::read::{each_quoted_row, lines, quoted_row_ends};
use ljd_core::{Chunk, Chunks, Corpus, Preset, Raw, Records, Result, Rules, Skip};
use memchr::{memchr_iter, memmem};

use crate::pair::{JA_EN_THEN_EN_JA, SentencePair, blocks, directions};

/// The EDRDG's edition of the Tanaka Corpus.
#[derive(Debug, Clone, Copy)]
pub struct Tanaka;

const ID: &str = "#ID=";

impl Corpus for Tanaka {
    fn manifest(&self) -> &'static str {
        include_str!("../manifests/tanaka.json")
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut Chunks<'_>) -> Result<()> {
        let cut: &dyn Fn(&[u8]) -> usize = match rules.preset {
            Preset::V0 => &|text| last_new_id(text, quoted_row_ends(text)),
            Preset::Clean => {
                &|text| last_new_id(text, memchr_iter(b'\n', text).map(|line_end| line_end + 1))
            }
        };
        let file = raw.manifest().first_file()?;
        blocks(rules, out, |out| lines(raw.open(file)?, cut, out))
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut Records<'_>) -> Result<()> {
        let directions = directions(&JA_EN_THEN_EN_JA, chunk, rules);
        let mut ids = Ids::default();
        let mut push = |row: Row<'_>, line, out: &mut Records<'_>| {
            let id = ids.unique(row.id, line);
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
            return Err(Skip::NO_ROW);
        }
        let sentences = line.strip_prefix("A: ").ok_or(Skip("neither an A: nor a B: line"))?;
        let (sentences, id) = sentences.rsplit_once(ID).ok_or(Skip("no #ID="))?;
        let (ja, en) = sentences.split_once('\t').ok_or(Skip("no tab"))?;
        if ja.trim().is_empty() || en.trim().is_empty() {
            return Err(Skip("empty side"));
        }
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
            return Err(Skip("#ID= without a number"));
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
        [ja, ..] if !ja.contains("A: ") => Err(Skip::NO_ROW),
        [ja, en, ..] => match ja.strip_prefix("A: ") {
            Some(rest) if !rest.contains("A: ") => Ok((Cow::Borrowed(rest), en)),
            _ => Ok((Cow::Owned(ja.replace("A: ", "")), en)),
        },
        _ => Err(Skip("no tab")),
    }
}

/// Makes the ids of a chunk's rows unique.
#[derive(Default)]
struct Ids {
    last: String,
    n: u64,
}

impl Ids {
    /// The id of a row in `line`: that of its sentences, with a number where the row before had the same.
    fn unique<'a>(&mut self, id: &'a str, line: u64) -> Cow<'a, str> {
        if id.is_empty() {
            return Cow::Owned(format!("line-{line}"));
        }
        if self.last == id {
            self.n += 1;
            return Cow::Owned(format!("{id}~{}", self.n));
        }
        id.clone_into(&mut self.last);
        self.n = 1;
        Cow::Borrowed(id)
    }
}

/// Where the last `A:` row starts whose id differs from that of the `A:` row before, so that a line and
/// its repetition stay in one chunk.
fn last_new_id(text: &[u8], row_ends: impl Iterator<Item = usize>) -> usize {
    let (mut start, mut last, mut cut) = (0, None, 0);
    for end in row_ends {
        let row = text.get(start..end).unwrap_or_default();
        if row.starts_with(b"A: ") {
            let id = memmem::rfind(row, ID.as_bytes()).and_then(|at| row.get(at..));
            if last.is_some_and(|last| last != id) {
                cut = start;
            }
            last = Some(id);
        }
        start = end;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_follows_the_last_id_mark() {
        let row = Row::parse("A: 柵＃ＳＴＬ\tEdgings #STL3456.#ID=1_2").unwrap();
        assert_eq!(row, Row { ja: "柵＃ＳＴＬ", en: "Edgings #STL3456.", id: "1_2" });
        assert_eq!(Row::v0("柵＃ＳＴＬ", "Edgings #STL3456.#ID=1_2").en, "Edgings ");
    }

    #[test]
    fn what_is_no_pair_is_told_from_what_is_broken() {
        assert_eq!(Row::parse("B: 雨(あめ)"), Err(Skip::NO_ROW));
        assert_eq!(Row::parse("# comment"), Err(Skip::NO_ROW));
        assert_eq!(Row::parse("雨\train#ID=1"), Err(Skip("neither an A: nor a B: line")));
        assert_eq!(Row::parse("A: 雨\train"), Err(Skip("no #ID=")));
        assert_eq!(Row::parse("A: 雨 rain#ID=1"), Err(Skip("no tab")));
        assert_eq!(Row::parse("A: 雨\train#ID="), Err(Skip("#ID= without a number")));
        assert_eq!(Row::parse("A: 雨\t#ID=1"), Err(Skip("empty side")));
    }

    #[test]
    fn repeated_lines_stay_together() {
        let text = b"A: a\tb#ID=1_1\nB: x\nA: a\tb#ID=1_1\nB: x\nA: c\td#ID=1_2\nB: y\n";
        let ends = || memchr_iter(b'\n', text).map(|end| end + 1);
        assert_eq!(last_new_id(text, ends()), 38);
        assert_eq!(last_new_id(text, ends().take(4)), 0);
    }
}
