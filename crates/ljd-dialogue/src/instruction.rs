//! What Alpaca and Dolly share: a JSON array of instruction, input and output.

use std::borrow::Cow;

use ljd_core::read::{json_array, mark_repeated, object};
use ljd_core::{
    Chunk, ChunkSink, Preset, Raw, Record, RecordSink, Result, Rules, Skip, Task, Template, Text,
};
use serde::Deserialize;

/// The instruction is the corpus's own; wordings say where its input stands.
const FOLLOW: Template<'static> = Template::new("instruct", "{instruction}");

#[derive(Deserialize)]
pub(crate) struct Instruction<'a> {
    #[serde(borrow)]
    pub(crate) index: Option<Cow<'a, str>>,
    pub(crate) instruction: Option<Cow<'a, str>>,
    pub(crate) input: Option<Cow<'a, str>>,
    pub(crate) output: Option<Cow<'a, str>>,
    pub(crate) category: Option<Cow<'a, str>>,
}

/// Cuts the array; with the clean rules, an element that says what an earlier one said is marked.
pub(crate) fn chunks(raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
    let read = |out: &mut ChunkSink<'_>| json_array(raw.open(raw.manifest().file(0)?)?, None, out);
    match rules.preset {
        Preset::V0 => read(out),
        Preset::Clean => mark_repeated(out, &|text| text.objects().collect(), &key, read),
    }
}

/// Instruction, input and output of an element.
fn key(row: &Text) -> Option<Vec<u8>> {
    let json = std::str::from_utf8(&row.bytes).ok()?;
    let json = json.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    let Instruction { instruction, input, output, .. } = object(json).ok()?;
    Some([instruction?, input.unwrap_or_default(), output?].join("\0").into_bytes())
}

impl Instruction<'_> {
    /// Gives the record, its texts changed by `clean` with the clean rules.
    pub(crate) fn push(
        &self,
        id: &str,
        clean: impl Fn(&str) -> String,
        rules: &Rules,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let instruction = self.instruction.as_deref().ok_or(Skip::Bad("no `instruction`"))?;
        // Where the instruction says it all, some write null, and some nothing.
        let input = self.input.as_deref().unwrap_or_default();
        let output = self.output.as_deref().ok_or(Skip::Bad("no `output`"))?;
        let [instruction, input, output] =
            [instruction, input, output].map(|text| match rules.preset {
                Preset::V0 => Cow::Borrowed(text),
                Preset::Clean => Cow::Owned(clean(text.trim())),
            });
        if instruction.trim().is_empty() {
            return Err(Skip::Bad("empty instruction"));
        }
        if rules.preset == Preset::Clean && output.is_empty() {
            return Err(Skip::Bad("empty output"));
        }
        out.push(Record {
            instruction: match rules.preset {
                Preset::V0 => instruction.into(),
                Preset::Clean => FOLLOW.fill([("instruction", instruction)]),
            },
            input,
            output,
            split: chunk.split,
            category: self.category.as_deref().map(Cow::Borrowed),
            ..Record::new(out.source(), id, Task::InstructionFollowing)
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ljd_core::{License, Source, Split};

    use super::*;

    fn input_of(json: &str) -> Result<String, Skip> {
        let source = Source {
            name: "a".to_owned(),
            license: License::parse("CC-BY-4.0").unwrap(),
            attribution: String::new(),
        };
        let chunk = Chunk { texts: Vec::new(), split: Split::Whole, block: 0, reread: false };
        let mut input = String::new();
        let mut push = |record: Record<'_>| input = record.input.into_owned();
        let mut out = RecordSink::new(&source, false, &mut push);
        let row: Instruction<'_> = object(json)?;
        row.push("1", str::to_owned, &Rules::new(Preset::Clean), &chunk, &mut out)?;
        Ok(input)
    }

    #[test]
    fn no_input_is_an_empty_one() {
        assert_eq!(
            input_of(r#"{"instruction": "雨", "input": null, "output": "橋"}"#).unwrap(),
            ""
        );
        assert_eq!(input_of(r#"{"instruction": "雨", "output": "橋"}"#).unwrap(), "");
        assert_eq!(
            input_of(r#"{"instruction": "雨", "input": "傘", "output": "橋"}"#).unwrap(),
            "傘"
        );
        let no_output = input_of(r#"{"instruction": "雨", "input": ""}"#);
        assert_eq!(no_output, Err(Skip::Bad("no `output`")));
    }
}
