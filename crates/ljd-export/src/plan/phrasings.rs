//! Several natural wordings of one instruction, so that a model learns the task and not the sentence.
//!
//! Which one a record gets is decided by a stable hash of its id. The two directions of a pair, which
//! have one id but for its end, are worded apart from each other.

use std::borrow::Cow;

use ljd_core::{Error, Record, Result, stable_hash};

/// The wordings of a family's instructions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Phrasings(Vec<Vec<Template>>);

/// A wording: what stands before and between the parts that the instruction is about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    text: String,
    pieces: Vec<String>,
}

/// Which wording of which instruction a record got.
pub(crate) type Chosen = (usize, usize);

impl Phrasings {
    /// Reads a family's list: an array of arrays of templates.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let lists: Vec<Vec<String>> =
            serde_json::from_str(text).map_err(|error| Error::json("phrasings.json", error))?;
        let templates = lists.into_iter().map(|list| list.into_iter().map(Template::new).collect());
        Ok(Self(templates.collect()))
    }

    /// Words the instruction of a record; `None` where it is in no list.
    pub(crate) fn word(&self, record: &mut Record<'_>) -> Option<Chosen> {
        for (i, list) in self.0.iter().enumerate() {
            let Some(about) = list.first().and_then(|first| first.about(&record.instruction))
            else {
                continue;
            };
            let n =
                usize::try_from(stable_hash(&record.id) % list.len() as u64).unwrap_or_default();
            if let Some(template) = list.get(n).filter(|_| 0 < n) {
                let worded = template.fill(&about);
                record.instruction = Cow::Owned(worded);
            }
            return Some((i, n));
        }
        None
    }

    /// The template of a wording.
    pub(crate) fn template(&self, (i, n): Chosen) -> &str {
        self.0.get(i).and_then(|list| list.get(n)).map_or("", |template| &template.text)
    }
}

impl Template {
    fn new(text: String) -> Self {
        let pieces = text.split("{}").map(str::to_owned).collect();
        Self { text, pieces }
    }

    /// What an instruction of this wording is about.
    fn about<'a>(&self, instruction: &'a str) -> Option<Vec<&'a str>> {
        let (first, between) = self.pieces.split_first()?;
        let mut rest = instruction.strip_prefix(first.as_str())?;
        let mut about = Vec::new();
        for (i, piece) in between.iter().enumerate() {
            // The last piece stands at the end, whatever the text before it holds.
            let is_last = i + 1 == between.len();
            let (part, behind) = if is_last {
                (rest.strip_suffix(piece.as_str())?, "")
            } else {
                rest.split_once(piece.as_str())?
            };
            about.push(part);
            rest = behind;
        }
        rest.is_empty().then_some(about)
    }

    fn fill(&self, about: &[&str]) -> String {
        let parts = about.iter().copied().chain([""]);
        self.pieces.iter().zip(parts).flat_map(|(piece, part)| [piece.as_str(), part]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_taken_apart_and_put_together_again() {
        let template = Template::new("{}の作品『{}』の冒頭".to_owned());
        let about = template.about("雨野一郎の作品『雨の『橋』』の冒頭").unwrap();
        assert_eq!(about, ["雨野一郎", "雨の『橋』"]);
        assert_eq!(template.fill(&about), "雨野一郎の作品『雨の『橋』』の冒頭");
        assert_eq!(template.about("雨野一郎の『雨』の冒頭"), None);
        assert_eq!(Template::new("訳せ。".to_owned()).about("訳せ。さあ"), None);
    }
}
