//! JESC as the published dataset read it: with CSV quoting, all pairs of one direction before the other one.

use ljd_core::read::each_quoted_row;
use ljd_core::{
    Chunk, ChunkSink, Language, Preset, Raw, Reading, RecordSink, Result, RuleOption, Rules,
};

use super::{each_member, id, member, pair, two_columns};
use crate::pair::{Direction, EN_JA, JA_EN, JA_EN_THEN_EN_JA, blocks, directions};
use crate::tsv::last_row_end;

/// v0's way to read the corpus.
pub(super) struct Published;

/// Release 0.1.0 named the two columns the wrong way round: all its records ask for English and answer
/// in Japanese, also those of the first block, which say that the input is Japanese.
pub(super) const DIRECTION: RuleOption = RuleOption {
    name: "jesc_direction",
    values: &["fixed", "0.1.0"],
    preset: Some(Preset::V0),
    meaning: "by v0's rules, `0.1.0` gives the first block's records English input and Japanese output, as that release did",
};

const AS_IN_0_1_0: [Direction; 2] =
    [Direction { from: Language::En, to: Language::Ja, ..JA_EN }, EN_JA];

impl Reading for Published {
    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        blocks(rules, out, |out| each_member(raw, last_row_end(rules), out))
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let both = match rules.get(&DIRECTION) {
            "0.1.0" => &AS_IN_0_1_0,
            _ => &JA_EN_THEN_EN_JA,
        };
        let directions = directions(both, chunk, rules);
        let (source, member) = (out.source(), member(chunk));
        each_quoted_row(chunk, out, |number, fields, out| {
            let sides = two_columns(fields.iter().copied())?;
            pair(id(member, number), sides, source).push(directions, chunk, out);
            Ok(())
        });
        Ok(())
    }
}
