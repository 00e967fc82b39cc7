//! JWTD v2, the Japanese Wikipedia Typo Dataset of Kyoto University: sentences before and after a correction.
//!
//! `jwtd_v2.0.tar.gz` holds JSON Lines (`train.jsonl`, `test.jsonl`, `gold.jsonl`) with `pre_text` and
//! `post_text` among their fields. They were mined from edits, so some change what is said.
//! (<https://nlp.ist.i.kyoto-u.ac.jp/?日本語Wikipedia入力誤りデータセット>; Tanaka et al. 2021, "日本語Wikipedia
//! の編集履歴に基づく入力誤りデータセットと訂正システムの改良")

use std::borrow::Cow;
use std::path::Path;

use ljd_core::read::{last_line_end, lines, object};
use ljd_core::{
    Chunk, ChunkSink, Corpus, Preset, Raw, Record, RecordSink, Result, Rules, Skip, Task, Template,
};
use serde::Deserialize;

/// Sentences of Wikipedia before and after a correction.
#[derive(Debug, Clone, Copy)]
pub struct Jwtd;

const CORRECT: Template<'static> = Template::new(
    "correct",
    "次の日本語には間違っている部分があります。その部分を直して、正しい日本語の文を出力してください。",
);

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    pre_text: Option<Cow<'a, str>>,
    post_text: Option<Cow<'a, str>>,
}

impl Corpus for Jwtd {
    fn name(&self) -> &'static str {
        "jwtd"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jwtd.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let file = raw.manifest().file(0)?;
        raw.each_tar_member(file, |member| {
            let extension = Path::new(&*member.file).extension();
            if extension.is_none_or(|extension| extension != "jsonl") {
                return Ok(());
            }
            out.split = file.split_of(&member.file)?;
            lines(member, &last_line_end, out)
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let file =
            chunk.texts.first().map_or("", |text| text.file.rsplit('/').next().unwrap_or_default());
        let name = file.strip_suffix(".jsonl").unwrap_or(file);
        chunk.each_line(out, |line, out| {
            if line.text.is_empty() {
                return Err(Skip::NoRow);
            }
            let pair: Pair<'_> = object(line.text)?;
            let before = pair.pre_text.ok_or(Skip::Bad("no `pre_text`"))?;
            let after = pair.post_text.ok_or(Skip::Bad("no `post_text`"))?;
            if rules.preset == Preset::Clean {
                check(&before, &after)?;
            }
            let mistake = changed(&before, &after).to_owned();
            let source = out.source();
            out.push(Record {
                instruction: CORRECT.fill([("mistake", mistake.into())]),
                input: before,
                output: after,
                split: chunk.split,
                ..Record::new(source, format!("{name}/{}", line.number), Task::ErrorCorrection)
            });
            Ok(())
        });
        Ok(())
    }
}

/// The longer of the two texts that stand between what begins and what ends both sentences alike.
fn changed<'a>(before: &'a str, after: &'a str) -> &'a str {
    let is_same = |(a, b): &(char, char)| a == b;
    let from: usize =
        before.chars().zip(after.chars()).take_while(is_same).map(|(c, _)| c.len_utf8()).sum();
    let [before, after] = [before, after].map(|text| text.get(from..).unwrap_or_default());
    let ends = before.chars().rev().zip(after.chars().rev());
    let until: usize = ends.take_while(is_same).map(|(c, _)| c.len_utf8()).sum();
    let [before, after] =
        [before, after].map(|text| text.get(..text.len() - until).unwrap_or_default());
    if before.chars().count() < after.chars().count() { after } else { before }
}

/// Leaves out what is no correction of a mistake in writing.
fn check(before: &str, after: &str) -> Result<(), Skip> {
    if before.trim().is_empty() || after.trim().is_empty() {
        return Err(Skip::Bad("empty sentence"));
    }
    if before == after {
        return Err(Skip::LeftOut("nothing is corrected"));
    }
    if narrow(before) == narrow(after) {
        return Err(Skip::LeftOut("only the width of letters or digits changes"));
    }
    if numbers(before) != numbers(after) {
        return Err(Skip::LeftOut("a number changes"));
    }
    Ok(())
}

/// Full-width ASCII as ASCII.
fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// The numbers of a text, in order.
fn numbers(text: &str) -> Vec<String> {
    let text = narrow(text);
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_correction_is_left_out() {
        assert_eq!(check("メデイア", "メディア"), Ok(()));
        assert!(check("雨", "雨").is_err() && check("１９年", "19年").is_err());
        assert!(check("1945年に", "1946年に").is_err());
    }
}
