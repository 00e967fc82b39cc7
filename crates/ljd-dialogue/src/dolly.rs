//! databricks-dolly-15k-ja: Databricks' Dolly, translated by machine and corrected by hand.
//!
//! `databricks-dolly-15k-ja.json` is a JSON array of `{"index", "instruction", "input", "output",
//! "category"}`, all of them strings. (<https://github.com/kunishou/databricks-dolly-15k-ja>; Conover et al.
//! 2023, "Free Dolly")
//!
//! Texts that come from Wikipedia kept its citation marks, `[5]`.

use ljd_core::read::each_object;
use ljd_core::{Chunk, Chunks, Corpus, Raw, Records, Result, Rules, Skip};

use crate::instruction::{self, Instruction};

/// Databricks' Dolly in Japanese.
#[derive(Debug, Clone, Copy)]
pub struct Dolly;

impl Corpus for Dolly {
    fn manifest(&self) -> &'static str {
        include_str!("../manifests/dolly.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut Chunks<'_>) -> Result<()> {
        instruction::chunks(raw, rules, out)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut Records<'_>) -> Result<()> {
        each_object(chunk, out, |_, row: Instruction<'_>, out| {
            let id =
                row.index.as_deref().filter(|id| !id.is_empty()).ok_or(Skip::Bad("no `index`"))?;
            row.push(id, without_citations, rules, chunk, out)
        });
        Ok(())
    }
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
