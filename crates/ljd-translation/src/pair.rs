//! A sentence pair and the records that it gives, one a direction.

use std::borrow::Cow;

use ljd_core::{
    Chunk, ChunkSink, Language, Preset, Record, RecordSink, Result, Rules, Task, Template,
};

/// The same text in Japanese and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentencePair<'a> {
    /// Unique in the corpus; the records of its directions have it with `/ja-en` or `/en-ja`.
    pub id: Cow<'a, str>,
    /// The Japanese.
    pub ja: Cow<'a, str>,
    /// The English.
    pub en: Cow<'a, str>,
    /// Page or sentence that the pair comes from.
    pub url: Option<Cow<'a, str>>,
    /// Credit that is enough by itself when the pair stands alone.
    pub attribution: Cow<'a, str>,
}

/// One way to ask for a translation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Direction {
    /// What it adds to the id of the pair.
    pub(crate) id: &'static str,
    pub(crate) instruction: Template<'static>,
    pub(crate) from: Language,
    pub(crate) to: Language,
}

/// As most corpora of v0 ask for English.
pub(crate) const JA_EN: Direction = Direction {
    id: "/ja-en",
    instruction: Template::new("ja-en", "次の日本語を英語に翻訳してください。"),
    from: Language::Ja,
    to: Language::En,
};

/// As most corpora of v0 ask for Japanese.
pub(crate) const EN_JA: Direction = Direction {
    id: "/en-ja",
    instruction: Template::new("en-ja", "次の英語を日本語に翻訳してください。"),
    from: Language::En,
    to: Language::Ja,
};

/// The directions in the order that most corpora of v0 have.
pub(crate) const JA_EN_THEN_EN_JA: [Direction; 2] = [JA_EN, EN_JA];

/// Reads the pairs once for each block of the output: v0 has one a direction, clean keeps a pair's
/// directions together.
pub(crate) fn blocks(
    rules: &Rules,
    out: &mut ChunkSink<'_>,
    read: impl FnMut(&mut ChunkSink<'_>) -> Result<()>,
) -> Result<()> {
    let n = match rules.preset {
        Preset::V0 => 2,
        Preset::Clean => 1,
    };
    out.blocks(n, read)
}

/// The directions that the chunk's block has of the two.
pub(crate) fn directions<'d>(
    both: &'d [Direction; 2],
    chunk: &Chunk,
    rules: &Rules,
) -> &'d [Direction] {
    match rules.preset {
        Preset::V0 => both.get(chunk.block..=chunk.block).unwrap_or_default(),
        Preset::Clean => both,
    }
}

impl SentencePair<'_> {
    /// Gives one record a direction.
    pub(crate) fn push(&self, directions: &[Direction], chunk: &Chunk, out: &mut RecordSink<'_>) {
        let mut id = String::with_capacity(self.id.len() + "/ja-en".len());
        for direction in directions {
            id.clear();
            id.push_str(&self.id);
            id.push_str(direction.id);
            out.push(Record {
                source_language: direction.from,
                target_language: direction.to,
                instruction: direction.instruction.into(),
                input: Cow::Borrowed(self.side(direction.from)),
                output: Cow::Borrowed(self.side(direction.to)),
                split: chunk.split,
                url: self.url.as_deref().map(Cow::Borrowed),
                attribution: Cow::Borrowed(&self.attribution),
                ..Record::new(out.source(), &id, Task::Translation)
            });
        }
    }

    fn side(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            _ => &self.ja,
        }
    }
}
