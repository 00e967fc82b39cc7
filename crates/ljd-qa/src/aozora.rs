//! Aozora Bunko: literary works whose copyright has expired in Japan, and their openings.
//!
//! A zip of texts in either of two layouts: `cards/<person>/files/<work>_<kind>_<revision>/<same>.txt` in
//! Shift_JIS with CRLF (<https://github.com/aozorahack/aozorabunko_text>), or
//! `person_utf8/<person>/<work>_<kind>_utf8_<name>.txt` in UTF-8 with LF
//! (<https://github.com/levelevel/AozoraTxt>, which v0 used). A text has a header (title, author, and more
//! in some), a legend between two rulers in most, the body in Aozora's notation, and a colophon.
//! (<https://www.aozora.gr.jp/annotation/>)
//!
//! v0 took the second line for the author and cut the body after 100 characters, notes and all.

mod header;
mod notation;
mod opening;
mod overview;
mod path;
mod text;
mod v0;
mod work;

use std::borrow::Cow;

use ljd_core::read::whole_of_any_encoding;
use ljd_core::{
    Chunk, ChunkSink, Corpus, Instruction, Preset, Raw, Record, RecordSink, Result, RuleOption,
    Rules, Skip, Slots, Task, Template, Text, Zip,
};

use self::header::{Header, header_lines};
use self::notation::{Ruby, decode};
use self::opening::Opening;
use self::overview::{Orthography, Overview};
use self::path::{card, folder, is_text, stem};
use self::v0::{v0_decode, v0_work};
pub use self::work::AozoraWork;
use crate::QuestionAnswer;

/// Openings of literary works.
#[derive(Debug, Clone, Copy)]
pub struct Aozora;

const RUBY: RuleOption = RuleOption {
    name: "aozora_ruby",
    values: &["none", "brackets"],
    preset: Some(Preset::Clean),
    meaning: "`brackets` keeps readings behind their words, as in 眉骨（びこつ）",
};

const ORTHOGRAPHY: RuleOption = RuleOption {
    name: "aozora_orthography",
    values: &["new", "old", "both"],
    preset: Some(Preset::Clean),
    meaning: "which version is taken of a work that the collection has in new and in old orthography",
};

/// The kinds of texts in a chunk: whose folder it is before the works in it.
const WORK: usize = 0;
const PERSON: usize = 1;
/// A work of which another one has the opening too.
const SAME_OPENING: usize = 2;
/// A work of which another one of the author has the title too.
const SAME_TITLE: usize = 3;

impl Corpus for Aozora {
    fn name(&self) -> &'static str {
        "aozora"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/aozora.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[RUBY, ORTHOGRAPHY]
    }

    /// The work.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.rsplit_once('/').map_or(record.id.as_ref(), |(work, _)| work)
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let mut zip = raw.zip(raw.manifest().file(0)?)?;
        let mut names: Vec<String> =
            zip.names().iter().filter(|name| is_text(name)).cloned().collect();
        names.sort();
        match rules.preset {
            Preset::V0 => out.blocks(2, |out| push_works(&mut zip, &names, None, out)),
            Preset::Clean => {
                let overview = Overview::read(&mut zip, &names, orthography(rules))?;
                push_works(&mut zip, &names, Some(&overview), out)
            }
        }
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let mut person = "";
        for text in &chunk.texts {
            if text.part == PERSON {
                person = std::str::from_utf8(&text.bytes).unwrap_or_default();
                continue;
            }
            let done = if text.repeated {
                Err(Skip::LeftOut("another version of the same work"))
            } else {
                match rules.preset {
                    Preset::V0 => push_v0(text, chunk, out),
                    Preset::Clean => push_clean(text, person, rules, chunk, out),
                }
            };
            out.row(done, || text.location(1));
        }
        Ok(())
    }
}

fn orthography(rules: &Rules) -> Orthography {
    match rules.get(&ORTHOGRAPHY) {
        "old" => Orthography::Old,
        "both" => Orthography::Both,
        _ => Orthography::New,
    }
}

fn push_works(
    zip: &mut Zip,
    names: &[String],
    overview: Option<&Overview>,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    let (mut texts, mut n_bytes): (Vec<Text>, usize) = (Vec::new(), 0);
    let mut last_folder = None;
    for name in names {
        if let Some(overview) = overview
            && last_folder != Some(folder(name))
        {
            let bytes = overview.person(name).as_bytes().to_vec();
            texts.push(Text { part: PERSON, bytes, ..Text::default() });
        }
        last_folder = Some(folder(name));
        let part = match overview {
            Some(overview) if overview.has_title_of_another(name) => SAME_TITLE,
            Some(overview) if overview.has_opening_of_another(name) => SAME_OPENING,
            _ => WORK,
        };
        let repeated = overview.is_some_and(|overview| overview.is_superseded(name));
        let text = Text { repeated, ..whole_of_any_encoding(zip.member(name)?)?.of_part(part) };
        n_bytes += text.bytes.len();
        texts.push(text);
        if out.target <= n_bytes {
            out.push(std::mem::take(&mut texts))?;
            (n_bytes, last_folder) = (0, None);
        }
    }
    out.push(texts)
}

fn push(
    text: &Text,
    kind: &str,
    instruction: Instruction<'_>,
    output: String,
    attribution: Option<&str>,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) {
    QuestionAnswer {
        id: Cow::Owned(format!("{}/{}/{kind}", folder(&text.file), stem(&text.file))),
        task: Task::Quotation,
        instruction,
        input: Cow::Borrowed(""),
        output: Cow::Owned(output),
        url: card(&text.file).map(Cow::Owned),
        attribution: attribution.map(Cow::Borrowed),
        asked: None,
        answers: Vec::new(),
    }
    .push(chunk, out);
}

fn push_v0(text: &Text, chunk: &Chunk, out: &mut RecordSink<'_>) -> Result<(), Skip> {
    let content = v0_decode(&text.bytes).ok_or(Skip::Bad("neither UTF-8 nor Shift_JIS"))?;
    let work = v0_work(&content);
    let (title, author, opening) = (work.title, work.author, work.opening);
    if chunk.block == 0 {
        let ask = format!("{author}の作品『{title}』の冒頭を教えてください。");
        push(text, "opening", ask.into(), format!("「{opening}」です。"), None, chunk, out);
    } else {
        let ask = format!("「{opening}」で始まる文学作品の作者とタイトルを教えてください。");
        push(text, "work", ask.into(), format!("{author}の『{title}』です。"), None, chunk, out);
    }
    Ok(())
}

fn push_clean(
    text: &Text,
    person: &str,
    rules: &Rules,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) -> Result<(), Skip> {
    let content = decode(&text.bytes).ok_or(Skip::Bad("neither UTF-8 nor Shift_JIS"))?;
    if content.contains("クリエイティブ・コモンズ") {
        return Err(Skip::LeftOut("in copyright, under a Creative Commons licence"));
    }
    let ruby = if rules.get(&RUBY) == "brackets" { Ruby::Bracketed } else { Ruby::Left };
    let lines = header_lines(&content);
    let header = Header::parse(&lines, person)?;
    let opening = Opening::find(&content, &lines, ruby)?.text;
    let names = Names::of(&header);
    if text.part == SAME_TITLE {
        out.skip_part(Skip::LeftOut("another work of the author has the same title"), || {
            text.location(1)
        });
    } else {
        let answer = format!("{}です。", quoted(&opening));
        push(text, "opening", names.ask_opening(&opening), answer, Some(&names.credit), chunk, out);
    }
    if text.part == SAME_OPENING {
        out.skip_part(Skip::LeftOut("another work opens with the same words"), || text.location(1));
    } else {
        let answer = format!("{}です。", names.answered);
        push(text, "work", names.ask_work(&opening), answer, Some(&names.credit), chunk, out);
    }
    Ok(())
}

const ASK_OPENING: Template<'static> =
    Template::new("opening", "{author}の作品『{title}』{translator}の冒頭を教えてください。");
const ASK_WORK: Template<'static> =
    Template::new("which-work", "「{quoted}」で始まる文学作品の作者とタイトルを教えてください。");

/// How a work is spoken of.
struct Names {
    author: Option<String>,
    title: String,
    /// （橋本二郎訳）, or nothing.
    translator: String,
    /// 雨野一郎の『橋』（橋本二郎訳）.
    answered: String,
    /// 雨野一郎『橋』（橋本二郎訳）、青空文庫.
    credit: String,
}

impl Names {
    fn of(header: &Header) -> Self {
        let title = nested(&header.title, [DOUBLE, SINGLE]);
        let translator = match header.contributors.as_slice() {
            [] => String::new(),
            contributors => format!("（{}）", contributors.join("、")),
        };
        let work = format!("『{title}』{translator}");
        let (answered, credited) = match &header.author {
            Some(author) => (format!("{author}の{work}"), format!("{author}{work}")),
            None => (work.clone(), work),
        };
        let credit = format!("{credited}、青空文庫");
        Self { author: header.author.clone(), title, translator, answered, credit }
    }

    fn ask_opening(&self, opening: &str) -> Instruction<'_> {
        match &self.author {
            Some(author) => ASK_OPENING.fill(self.slots(author, opening)),
            None => format!("{}の冒頭を教えてください。", self.answered).into(),
        }
    }

    fn ask_work(&self, opening: &str) -> Instruction<'_> {
        match &self.author {
            Some(author) => ASK_WORK.fill(self.slots(author, opening)),
            None => ASK_WORK.text.replace("「{quoted}」", &quoted(opening)).into(),
        }
    }

    fn slots<'s>(&'s self, author: &'s str, opening: &str) -> Slots<'s> {
        vec![
            ("author", author.into()),
            ("title", self.title.as_str().into()),
            ("translator", self.translator.as_str().into()),
            ("opening", opening.to_owned().into()),
            ("quoted", nested(opening, [SINGLE, DOUBLE]).into()),
        ]
    }
}

/// A quotation, in which quotations stand between the other kind of marks.
fn quoted(text: &str) -> String {
    format!("「{}」", nested(text, [SINGLE, DOUBLE]))
}

const SINGLE: [char; 2] = ['「', '」'];
const DOUBLE: [char; 2] = ['『', '』'];

/// A text that stands between marks of the first kind: each level of quotation in it has the kind that the level
/// around it has not, as Japanese writes them.
fn nested(text: &str, [around, within]: [[char; 2]; 2]) -> String {
    let mut depth = 0_usize;
    let mark = |depth: usize| if depth.is_multiple_of(2) { within } else { around };
    let replace = |c: char| match c {
        '「' | '『' => {
            depth += 1;
            mark(depth - 1)[0]
        }
        '」' | '』' => {
            depth = depth.saturating_sub(1);
            mark(depth)[1]
        }
        _ => c,
    };
    text.chars().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_change_with_each_level() {
        assert_eq!(quoted("雨だ。"), "「雨だ。」");
        assert_eq!(quoted("「雨だ。」と言った。"), "「『雨だ。』と言った。」");
        assert_eq!(quoted("「『橋』を読む。」"), "「『「橋」を読む。』」");
        assert_eq!(quoted("『橋』を読む。"), "「『橋』を読む。」");
        assert_eq!(quoted("『橋で「雨だ」と言った。』"), "「『橋で「雨だ」と言った。』」");
        let header = |title: &str| Header {
            title: title.to_owned(),
            author: Some("雨野一郎".to_owned()),
            contributors: Vec::new(),
        };
        assert_eq!(Names::of(&header("『雨と修羅』")).answered, "雨野一郎の『「雨と修羅」』");
        assert_eq!(Names::of(&header("「雨」の序")).answered, "雨野一郎の『「雨」の序』");
    }
}
