//! Coursera Parallel Corpus: lectures in English with Japanese subtitles.
//!
//! `Coursera_En-Ja.zip` holds `Coursera_En-Ja/{train,dev,test}.{en,ja}.txt`, UTF-8, one sentence a line,
//! line-aligned. The Japanese of train is cut into words: one space is a cut, three are a space of the text. That of
//! dev and test is not cut. `>>` marks another speaker. (<https://github.com/shyyhs/CourseraParallelCorpusMining>; Song, Dabre,
//! Fujita and Kurohashi 2020, "Coursera Corpus Mining and Multistage Fine-Tuning for Improving Lectures
//! Translation")

use std::borrow::Cow;

use ljd_core::read::aligned_lines;
use ljd_core::{Chunk, ChunkSink, Corpus, Preset, Raw, RecordSink, Result, Rules, Skip, Split};

use crate::pair::{JA_EN_THEN_EN_JA, SentencePair, blocks, directions};
use crate::spacing::{join_lines, join_words, without_speaker_marks};

/// Lectures, sentence by sentence.
#[derive(Debug, Clone, Copy)]
pub struct Coursera;

/// The parts by the names of their files, in v0's order.
const PARTS: [&str; 3] = ["train", "dev", "test"];

impl Corpus for Coursera {
    fn name(&self) -> &'static str {
        "coursera"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/coursera.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let file = raw.manifest().file(0)?;
        blocks(rules, out, |out| {
            for name in PARTS {
                out.split = file.split_of(name)?;
                let (mut ja, mut en) = (raw.zip(file)?, raw.zip(file)?);
                let ja = ja.member(&format!("Coursera_En-Ja/{name}.ja.txt"))?;
                aligned_lines(ja, en.member(&format!("Coursera_En-Ja/{name}.en.txt"))?, out)?;
            }
            Ok(())
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let directions = directions(&JA_EN_THEN_EN_JA, chunk, rules);
        let attribution = &out.source().attribution;
        let split = chunk.split.as_str();
        chunk.each_aligned_line(out, |line, en, out| {
            let [ja, en] = sides(line.text, en, chunk.split, rules);
            if ja.trim().is_empty() || en.trim().is_empty() {
                return Err(Skip::Bad("empty side"));
            }
            let pair = SentencePair {
                id: Cow::Owned(format!("{split}/{}", line.number)),
                ja,
                en,
                url: None,
                attribution: Cow::Borrowed(attribution),
            };
            pair.push(directions, chunk, out);
            Ok(())
        })
    }
}

/// Japanese and English as the rules write them.
fn sides<'a>(ja: &str, en: &'a str, split: Split, rules: &Rules) -> [Cow<'a, str>; 2] {
    match rules.preset {
        Preset::V0 => [Cow::Owned(ja.replace(' ', "")), Cow::Borrowed(en)],
        Preset::Clean => {
            let ja = if split == Split::Train { join_words(ja) } else { ja.to_owned() };
            let ja = join_lines(&without_speaker_marks(&ja));
            [Cow::Owned(ja), Cow::Owned(without_speaker_marks(en))]
        }
    }
}
