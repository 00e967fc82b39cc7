//! databricks-dolly-15k-ja: Databricks' Dolly, translated by machine and corrected by hand.
//!
//! `databricks-dolly-15k-ja.json` is a JSON array of `{"index", "instruction", "input", "output",
//! "category"}`, all of them strings. (<https://github.com/kunishou/databricks-dolly-15k-ja>; Conover et al.
//! 2023, "Free Dolly")
//!
//! Texts that come from Wikipedia kept its citation marks, `[5]`.

mod command;
mod faults;
mod register;

use std::borrow::Cow;

use ljd_core::read::each_object;
use ljd_core::{Chunk, ChunkSink, Corpus, Preset, Raw, RecordSink, Result, Rules, Skip};

use self::register::in_one_register;
use crate::instruction::{self, Instruction};

/// Databricks' Dolly in Japanese.
#[derive(Debug, Clone, Copy)]
pub struct Dolly;

impl Corpus for Dolly {
    fn name(&self) -> &'static str {
        "dolly"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/dolly.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        instruction::chunks(raw, rules, out)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        each_object(chunk, out, |_, mut row: Instruction<'_>, out| {
            let id = row.index.take().filter(|id| !id.is_empty()).ok_or(Skip::Bad("no `index`"))?;
            if rules.preset == Preset::Clean {
                mend(&id, &mut row)?;
            }
            row.push(&id, without_citations, rules, chunk, out)
        });
        Ok(())
    }
}

/// Leaves out what translation spoilt; commands are worded as people write them, and an answer speaks in one register.
fn mend(id: &str, row: &mut Instruction<'_>) -> Result<(), Skip> {
    let (Some(asked), Some(answer)) = (&row.instruction, &row.output) else { return Ok(()) };
    let category = row.category.as_deref().unwrap_or_default();
    if let Some(reason) = faults::fault(id, category, asked, answer) {
        return Err(Skip::LeftOut(reason));
    }
    let answer = without_citations(answer);
    let polite =
        if quotes(asked) { Some(Cow::Borrowed(&*answer)) } else { in_one_register(&answer) };
    let polite = polite.ok_or(Skip::LeftOut("です and である in one answer"))?.into_owned();
    row.output = Some(Cow::Owned(polite));
    let input = row.input.as_deref().unwrap_or_default();
    let asked =
        if is_passage(asked, input) { asked.replace(AISLE, "文章") } else { asked.to_string() };
    row.instruction = Some(Cow::Owned(command::polite(&asked).unwrap_or(asked)));
    Ok(())
}

/// An aisle: what the translator made of a passage.
const AISLE: &str = "通路";

/// Whether a passage is spoken of, not an aisle.
fn is_passage(asked: &str, input: &str) -> bool {
    !input.is_empty() && !input.contains(AISLE) && asked.contains(AISLE)
}

/// Whether the answer is somebody else's text, corrected or copied, whose register is not the answer's.
fn quotes(asked: &str) -> bool {
    [
        "修正",
        "訂正",
        "書き換え",
        "書き直",
        "言い換え",
        "過去形",
        "現在形",
        "未来形",
        "時制",
        "抜粋",
        "抜き出",
    ]
    .iter()
    .any(|word| asked.contains(word))
}

/// Removes citation marks. What is indexed in program text (`list[0]`) has no Japanese around it.
fn without_citations(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('[') {
        clean.push_str(before);
        rest = match from.split_once(']') {
            Some((number, after)) if is_citation(&clean, number, after) => after,
            _ => {
                clean.push('[');
                from
            }
        };
    }
    clean.push_str(rest);
    clean
}

fn is_citation(before: &str, number: &str, after: &str) -> bool {
    let is_number =
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let last = before.chars().next_back();
    let is_indexed = last.is_none_or(|c| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | ')' | '=' | ' ' | ',' | '[' | '\n')
    });
    let next_is_japanese = after.chars().next().is_some_and(|c| !c.is_ascii());
    is_number
        && (!is_indexed
            || last.is_some_and(|c| c.is_ascii_alphanumeric() || c == ')') && next_is_japanese)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(category: &str, texts: [&str; 3]) -> Result<[String; 2], Skip> {
        let [instruction, input, output] = texts.map(|text| Some(Cow::Borrowed(text)));
        let category = Some(Cow::Borrowed(category));
        let mut row = Instruction { index: None, instruction, input, output, category };
        mend("0", &mut row)?;
        Ok([row.instruction, row.output].map(|text| text.unwrap_or_default().into_owned()))
    }

    #[test]
    fn a_row_is_mended() {
        let mend = |texts| mended("closed_qa", texts).unwrap();
        let asked = "通路から、雨の種類を抽出する。";
        let answer = "雨です。雪もある[3]。";
        assert_eq!(
            mend([asked, "雨と雪。", answer]),
            ["文章から、雨の種類を抽出してください。", "雨です。雪もあります。"]
        );
        assert_eq!(
            mend([asked, "通路の雨。", answer])[0],
            "通路から、雨の種類を抽出してください。"
        );
        assert_eq!(mend(["文を修正する。", "", answer])[1], "雨です。雪もある。");
        let spoilt = mended("classification", ["どちら？雨または雪", "", "霙"]);
        assert!(spoilt.is_err());
    }

    #[test]
    fn citations_go_and_indexes_stay() {
        assert_eq!(without_citations("開業した[5]。1958年[12][13]に"), "開業した。1958年に");
        assert_eq!(without_citations("Windows[5]は"), "Windowsは");
        assert_eq!(
            without_citations("x = list[0]\ny = [1, 2]\n[3]"),
            "x = list[0]\ny = [1, 2]\n[3]"
        );
        assert_eq!(without_citations("答え [1] と [a]"), "答え [1] と [a]");
        assert_eq!(without_citations("閉じない[5"), "閉じない[5");
    }
}
