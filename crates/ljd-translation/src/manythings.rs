//! Tab-delimited Bilingual Sentence Pairs of manythings.org: Tatoeba's pairs of Japanese and English.
//!
//! `jpn-eng.zip` holds `jpn.txt`: UTF-8 lines `english<TAB>japanese<TAB>attribution` without a header,
//! where the attribution is `CC-BY 2.0 (France) Attribution: tatoeba.org #ENGLISH (user) & #JAPANESE
//! (user)`. Releases before 2020 have no third column. (<https://www.manythings.org/anki/>)
//!
//! v0 took the first line for a header and lost it.

use std::borrow::Cow;

use ljd_core::read::{each_quoted_row, lines};
use ljd_core::{
    Chunk, ChunkSink, Corpus, Language, Preset, Raw, RecordSink, Result, Rules, Skip, Source,
    Template,
};

use crate::pair::{Direction, SentencePair, blocks, directions};
use crate::tsv::last_row_end;

/// Tatoeba pairs as manythings.org packs them.
#[derive(Debug, Clone, Copy)]
pub struct Manythings;

const DIRECTIONS: [Direction; 2] = [
    Direction {
        id: "/en-ja",
        instruction: Template::new("en-ja", "次の入力を日本語に翻訳してください。"),
        from: Language::En,
        to: Language::Ja,
    },
    Direction {
        id: "/ja-en",
        instruction: Template::new("ja-en", "次の入力を英語に翻訳してください。"),
        from: Language::Ja,
        to: Language::En,
    },
];

impl Corpus for Manythings {
    fn name(&self) -> &'static str {
        "manythings"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/manythings.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let file = raw.manifest().file(0)?;
        blocks(rules, out, |out| lines(raw.zip(file)?.member("jpn.txt")?, last_row_end(rules), out))
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let directions = directions(&DIRECTIONS, chunk, rules);
        let source = out.source();
        match rules.preset {
            Preset::V0 => each_quoted_row(chunk, out, |number, fields, out| {
                if number == 1 {
                    return Err(Skip::Bad("taken for a header"));
                }
                let pair = pair(number, fields.iter().copied(), source)?;
                pair.push(directions, chunk, out);
                Ok(())
            }),
            Preset::Clean => chunk.each_line(out, |line, out| {
                let pair = pair(line.number, line.text.split('\t'), source)?;
                if pair.en.trim().is_empty() || pair.ja.trim().is_empty() {
                    return Err(Skip::Bad("empty side"));
                }
                pair.push(directions, chunk, out);
                Ok(())
            }),
        }
        Ok(())
    }
}

fn pair<'a>(
    line: u64,
    mut columns: impl Iterator<Item = &'a str>,
    source: &'a Source,
) -> Result<SentencePair<'a>, Skip> {
    let (Some(en), Some(ja)) = (columns.next(), columns.next()) else {
        return Err(Skip::Bad("no tab"));
    };
    let credit = columns.next().unwrap_or_default();
    let sentences = sentence_ids(credit);
    Ok(SentencePair {
        id: match sentences {
            Some((en, ja)) => Cow::Owned(format!("{en}_{ja}")),
            None => Cow::Owned(format!("line-{line}")),
        },
        ja: Cow::Borrowed(ja),
        en: Cow::Borrowed(en),
        url: sentences
            .map(|(_, ja)| Cow::Owned(format!("https://tatoeba.org/sentences/show/{ja}"))),
        attribution: match credit {
            "" => Cow::Borrowed(&source.attribution),
            _ => Cow::Owned(format!("{credit}; www.manythings.org/anki")),
        },
    })
}

/// The Tatoeba ids of the English and the Japanese sentence out of an attribution.
fn sentence_ids(credit: &str) -> Option<(&str, &str)> {
    let (en, ja) = credit.split_once("tatoeba.org #")?.1.rsplit_once(" & #")?;
    Some((leading_number(en)?, leading_number(ja)?))
}

fn leading_number(text: &str) -> Option<&str> {
    let number = text.split(' ').next()?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_the_attribution() {
        let credit = "CC-BY 2.0 (France) Attribution: tatoeba.org #12 (a #1 fan) & #345 (b)";
        assert_eq!(sentence_ids("tatoeba.org #12 (CM) & #345 (Ninja)"), Some(("12", "345")));
        assert_eq!(
            sentence_ids(credit),
            Some(("12", "345")),
            "a user's name may hold a number sign"
        );
        assert_eq!(sentence_ids("tatoeba.org #12 (CM)"), None);
        assert_eq!(sentence_ids(""), None);
    }
}
