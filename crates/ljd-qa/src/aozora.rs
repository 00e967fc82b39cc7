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

mod notation;
mod work;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use ljd_core::read::whole;
use ljd_core::{
    Chunk, Chunks, Corpus, Input, Preset, Raw, Record, Records, Result, RuleOption, Rules, Skip,
    Task, Text, Zip,
};

use self::notation::{Ruby, decode};
use self::work::{Header, Opening, v0_work};
use crate::QuestionAnswer;

/// Openings of literary works.
#[derive(Debug, Clone, Copy)]
pub struct Aozora;

const RUBY: RuleOption = RuleOption {
    name: "aozora_ruby",
    values: &["none", "brackets"],
    meaning: "`brackets` keeps readings behind their words, as in 眉骨（びこつ）",
};

/// The kinds of texts in a chunk: the usual name of a card folder's person before that person's works.
const WORK: usize = 0;
const PERSON: usize = 1;
/// A work of which another one has the opening too.
const AMBIGUOUS: usize = 2;

/// Header, legend and the opening stand in so many bytes.
const HEAD: u64 = 32 << 10;

impl Corpus for Aozora {
    fn manifest(&self) -> &'static str {
        include_str!("../manifests/aozora.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[RUBY]
    }

    /// The work.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.rsplit_once('/').map_or(record.id.as_ref(), |(work, _)| work)
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut Chunks<'_>) -> Result<()> {
        let mut zip = raw.zip(raw.manifest().file(0)?)?;
        let mut names: Vec<String> =
            zip.names().iter().filter(|name| is_text(name)).cloned().collect();
        names.sort();
        match rules.preset {
            Preset::V0 => out.blocks(2, |out| push_works(&mut zip, &names, None, out)),
            Preset::Clean => {
                let overview = Overview::read(&mut zip, &names)?;
                push_works(&mut zip, &names, Some(&overview), out)
            }
        }
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut Records<'_>) -> Result<()> {
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

/// What has to be known of all works before the first one is made into records.
struct Overview {
    /// The name that stands most often below the titles of a folder.
    persons: BTreeMap<String, String>,
    /// How many works have an opening.
    openings: BTreeMap<String, u64>,
    /// The opening of each work.
    of_work: BTreeMap<String, String>,
}

impl Overview {
    fn read(zip: &mut Zip, names: &[String]) -> Result<Self> {
        let mut overview =
            Self { persons: BTreeMap::new(), openings: BTreeMap::new(), of_work: BTreeMap::new() };
        let mut second_lines: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        let mut last_work = String::new();
        for name in names {
            let member = zip.member(name)?;
            let head = Input::new(&Arc::clone(&member.file), member.take(HEAD));
            let head = whole(head)?;
            let Some(text) = decode(&head.bytes) else { continue };
            let header = Header::lines(&text);
            if let [_, person] = header.as_slice() {
                let of_folder = second_lines.entry(folder(name).to_owned()).or_default();
                *of_folder.entry(person.clone()).or_default() += 1;
            }
            if work_id(name) == last_work {
                continue;
            }
            work_id(name).clone_into(&mut last_work);
            if let Ok(opening) = Opening::find(&text, Ruby::Left) {
                *overview.openings.entry(opening.text.clone()).or_default() += 1;
                overview.of_work.insert(name.clone(), opening.text);
            }
        }
        for (folder, names) in second_lines {
            // The first of the most frequent ones, whatever the order of the map.
            let most = names.iter().max_by_key(|(name, n)| (**n, std::cmp::Reverse(name.len())));
            overview.persons.extend(most.map(|(name, _)| (folder, name.clone())));
        }
        Ok(overview)
    }

    fn is_ambiguous(&self, name: &str) -> bool {
        let opening = self.of_work.get(name);
        opening.and_then(|opening| self.openings.get(opening)).is_some_and(|n| 1 < *n)
    }
}

fn push_works(
    zip: &mut Zip,
    names: &[String],
    overview: Option<&Overview>,
    out: &mut Chunks<'_>,
) -> Result<()> {
    let (mut texts, mut n_bytes): (Vec<Text>, usize) = (Vec::new(), 0);
    let (mut last_folder, mut last_work) = (None, "");
    for name in names {
        if let Some(overview) = overview
            && last_folder != Some(folder(name))
        {
            let person = overview.persons.get(folder(name)).cloned().unwrap_or_default();
            let bytes = person.into_bytes();
            texts.push(Text { part: PERSON, bytes, ..Text::default() });
        }
        last_folder = Some(folder(name));
        let is_ambiguous = overview.is_some_and(|overview| overview.is_ambiguous(name));
        let part = if is_ambiguous { AMBIGUOUS } else { WORK };
        let repeated = overview.is_some() && last_work == work_id(name);
        last_work = work_id(name);
        let text = Text { repeated, ..whole(zip.member(name)?)?.of_part(part) };
        n_bytes += text.bytes.len();
        texts.push(text);
        if out.target <= n_bytes {
            out.push(std::mem::take(&mut texts))?;
            (n_bytes, last_folder) = (0, None);
        }
    }
    out.push(texts)
}

fn is_text(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "txt")
}

/// The folder of a work's person: the number behind `cards/` or `person_utf8/`.
fn folder(name: &str) -> &str {
    let is_number = |part: &&str| part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    name.split('/').find(is_number).unwrap_or_default()
}

/// The work's number, which its versions share.
fn work_id(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.split_once('_').map_or(file, |(id, _)| id)
}

/// The name of a work's file, which no other one has.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".txt").unwrap_or(name)
}

/// The page of the work, as far as its file's path tells it.
fn card(file: &str) -> Option<String> {
    let (person, work) = (folder(file), work_id(file));
    let is_number = !work.is_empty() && work.bytes().all(|byte| byte.is_ascii_digit());
    let is_known = !person.is_empty() && is_number;
    is_known.then(|| format!("https://www.aozora.gr.jp/cards/{person}/card{work}.html"))
}

fn push(
    text: &Text,
    kind: &str,
    instruction: String,
    output: String,
    attribution: Option<&str>,
    chunk: &Chunk,
    out: &mut Records<'_>,
) {
    QuestionAnswer {
        id: Cow::Owned(format!("{}/{}/{kind}", folder(&text.file), stem(&text.file))),
        task: Task::Quotation,
        instruction: Cow::Owned(instruction),
        input: Cow::Borrowed(""),
        output: Cow::Owned(output),
        url: card(&text.file).map(Cow::Owned),
        attribution: attribution.map(Cow::Borrowed),
    }
    .push(chunk, out);
}

fn push_v0(text: &Text, chunk: &Chunk, out: &mut Records<'_>) -> Result<(), Skip> {
    let content = decode(&text.bytes).ok_or(Skip::Bad("neither UTF-8 nor Shift_JIS"))?;
    let work = v0_work(&content);
    let (title, author, opening) = (work.title, work.author, work.opening);
    if chunk.block == 0 {
        let ask = format!("{author}の作品『{title}』の冒頭を教えてください。");
        push(text, "opening", ask, format!("「{opening}」です。"), None, chunk, out);
    } else {
        let ask = format!("「{opening}」で始まる文学作品の作者とタイトルを教えてください。");
        push(text, "work", ask, format!("{author}の『{title}』です。"), None, chunk, out);
    }
    Ok(())
}

fn push_clean(
    text: &Text,
    person: &str,
    rules: &Rules,
    chunk: &Chunk,
    out: &mut Records<'_>,
) -> Result<(), Skip> {
    let content = decode(&text.bytes).ok_or(Skip::Bad("neither UTF-8 nor Shift_JIS"))?;
    if content.contains("クリエイティブ・コモンズ") {
        return Err(Skip::LeftOut("in copyright, under a Creative Commons licence"));
    }
    let ruby = if rules.get(&RUBY) == "brackets" { Ruby::Bracketed } else { Ruby::Left };
    let header = Header::parse(&content, person)?;
    let opening = Opening::find(&content, ruby)?.text;
    let (title, author) = (&header.title, &header.author);
    let translator = header.translator.as_ref().map(|name| format!("（{name}訳）"));
    let translator = translator.unwrap_or_default();
    let credit = format!("{author}『{title}』{translator}、青空文庫");
    let credit = Some(credit.as_str());
    let ask = format!("{author}の作品『{title}』{translator}の冒頭を教えてください。");
    push(text, "opening", ask, format!("「{opening}」です。"), credit, chunk, out);
    if text.part == AMBIGUOUS {
        out.skip_part(Skip::LeftOut("another work opens with the same words"), || text.location(1));
    } else {
        let ask = format!("「{opening}」で始まる文学作品の作者とタイトルを教えてください。");
        let answer = format!("{author}の『{title}』{translator}です。");
        push(text, "work", ask, answer, credit, chunk, out);
    }
    Ok(())
}
