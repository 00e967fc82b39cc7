//! Japanese questions and answers, reading comprehension and literature as instruction-tuning records.
//!
//! | corpus | records by v0's rules | what it is |
//! |---|---:|---|
//! | [`Abc`] | 17,735 | quiz questions of the abc and EQIDEN contests: for research only |
//! | [`Aio`] | 5,600 | quiz questions written for the AI King contests |
//! | [`JCommonsenseQa`] | 10,058 | questions of common sense with five choices |
//! | [`JSquad`] | 67,491 | questions on paragraphs of Wikipedia |
//! | [`Jqac`] | 906 | questions on Wikipedia articles and current topics |
//! | [`Aozora`] | 33,758 | openings of literary works |
//! | [`JemHopQa`] | not in v0 | questions of two steps, with the facts |
//! | [`Niilc`] | not in v0 | questions that people asked |
//!
//! ```no_run
//! use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, read_records};
//! use ljd_qa::JSquad;
//!
//! let raw = Raw::new("raw".into(), Manifest::parse(JSquad.manifest(), "jsquad.json")?);
//! raw.check()?;
//! read_records(&JSquad, &raw, &Rules::new(Preset::Clean), &mut |record| {
//!     println!("{}\n→ {}", record.input, record.output);
//! })?;
//! # Ok::<(), ljd_core::Error>(())
//! ```

mod aio;
mod aozora;
mod jcommonsenseqa;
mod jemhopqa;
mod jqac;
mod jsquad;
mod niilc;

use ljd_core::{Asked, Chunk, Corpus, Instruction, Record, RecordSink, Task};
use std::borrow::Cow;

pub use crate::aio::{Abc, Aio};
pub use crate::aozora::{Aozora, AozoraWork};
pub use crate::jcommonsenseqa::JCommonsenseQa;
pub use crate::jemhopqa::JemHopQa;
pub use crate::jqac::Jqac;
pub use crate::jsquad::JSquad;
pub use crate::niilc::Niilc;

/// The ways in which the instructions of this family may be worded.
const PHRASINGS: &str = include_str!("../phrasings.json");

/// Every corpus of the family.
pub const CORPORA: &[&dyn Corpus] =
    &[&Abc, &Aio, &JCommonsenseQa, &JSquad, &Jqac, &Aozora, &JemHopQa, &Niilc];

/// A Japanese question with its answer.
struct QuestionAnswer<'a> {
    id: Cow<'a, str>,
    task: Task,
    instruction: Instruction<'a>,
    input: Cow<'a, str>,
    output: Cow<'a, str>,
    url: Option<Cow<'a, str>>,
    attribution: Option<Cow<'a, str>>,
    /// The question in its parts, which v0's records do not have.
    asked: Option<Asked<'a>>,
    /// Every right answer, that of the record first, where they are known.
    answers: Vec<Cow<'a, str>>,
}

/// Texts each once, in their order.
fn distinct<'a>(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    let mut distinct = Vec::new();
    for text in texts {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    distinct
}

impl QuestionAnswer<'_> {
    fn push(self, chunk: &Chunk, out: &mut RecordSink<'_>) {
        let source = out.source();
        let asked = self.asked.as_ref().filter(|_| chunk.split.is_evaluation());
        let (choices, answers) = match asked {
            Some(asked) => (asked.choices.clone(), self.answers),
            None => (Vec::new(), Vec::new()),
        };
        out.push(Record {
            choices,
            answers,
            asked: self.asked,
            instruction: self.instruction,
            input: self.input,
            output: self.output,
            split: chunk.split,
            url: self.url,
            attribution: self.attribution.unwrap_or(Cow::Borrowed(&source.attribution)),
            ..Record::new(source, self.id, self.task)
        });
    }
}
