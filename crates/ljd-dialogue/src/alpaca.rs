//! Japanese-Alpaca-LoRA: Stanford Alpaca, translated by ChatGPT.
//!
//! `japanese_alpaca_data.json` is a JSON array of `{"instruction", "input", "output"}`. The translator put
//! most texts in 「…」 or '…'. The repository says Apache-2.0 and *research only*; what it translates is
//! under CC BY-NC 4.0, which therefore is the licence here.
//! (<https://github.com/masa3141/japanese-alpaca-lora>)

use ljd_core::read::each_object;
use ljd_core::{Chunk, ChunkSink, Corpus, Raw, RecordSink, Result, Rules};

use crate::instruction::{self, Instruction};

/// Stanford Alpaca in Japanese.
#[derive(Debug, Clone, Copy)]
pub struct Alpaca;

impl Corpus for Alpaca {
    fn name(&self) -> &'static str {
        "alpaca"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/alpaca.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        instruction::chunks(raw, rules, out)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let mut last = (0, 0);
        each_object(chunk, out, |line, row: Instruction<'_>, out| {
            // Elements have no id but their place: the line, and a number where a line has several.
            last = if last.0 == line.number { (last.0, last.1 + 1) } else { (line.number, 1) };
            let number = if last.1 == 1 { String::new() } else { format!(".{}", last.1) };
            row.push(&format!("{}{number}", line.number), unwrapped, rules, chunk, out)
        });
        Ok(())
    }
}

/// What the quotation marks around a whole text enclose.
fn unwrapped(text: &str) -> String {
    for (open, close) in [('「', '」'), ('\'', '\''), ('"', '"')] {
        let inside = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
        if let Some(inside) = inside.filter(|inside| !inside.contains([open, close])) {
            return inside.trim().to_owned();
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_around_the_whole_text_go() {
        assert_eq!(
            unwrapped("「月についての詩を書いてください。」"),
            "月についての詩を書いてください。"
        );
        assert_eq!(unwrapped("'1. メープル\n2. オーク'"), "1. メープル\n2. オーク");
        assert_eq!(unwrapped("「はい」と「いいえ」"), "「はい」と「いいえ」");
        assert_eq!(unwrapped("そのまま"), "そのまま");
        assert_eq!(unwrapped("「"), "「");
    }
}
