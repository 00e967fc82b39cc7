//! Japanese Wikipedia: what an article's lead says of its title.
//!
//! `jawiki-<date>-pages-articles.xml.bz2`, a MediaWiki XML export.
//! (<https://dumps.wikimedia.org/jawiki/>)
//!
//! v0 took what WikiExtractor leaves of a lead ([`v0`]): templates are gone with what they say, lists too, and
//! `&` is written `&amp;`.

mod kind;
mod slips;
mod tasks;
mod v0;

use std::borrow::Cow;

use ljd_core::{
    Chunk, ChunkSink, Corpus, Instruction, Preset, Raw, Record, RecordSink, Result, RuleOption,
    Rules, Skip, Task, Template,
};

use self::tasks::Exercise;
use crate::dump;
use crate::markup::{self, Plain, Wiki};
use crate::pages::Page;

/// The leads of articles.
#[derive(Debug, Clone, Copy)]
pub struct Wikipedia;

const EXPLAIN: Template<'static> =
    Template::new("describe", "入力されたワードを説明してください。");

const BLANK: RuleOption = RuleOption {
    name: "wikipedia_blank",
    values: &["keep", "drop"],
    preset: Some(Preset::V0),
    meaning: "`drop` leaves out v0's records with a blank output, as release 1.0.2 does",
};

impl Corpus for Wikipedia {
    fn name(&self) -> &'static str {
        "wikipedia"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/wikipedia.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[BLANK, tasks::TASKS]
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        raw.manifest().files.iter().try_for_each(|file| match rules.preset {
            Preset::V0 => dump::chunks_by(&v0::last_end, raw, file, out),
            Preset::Clean => dump::chunks(raw, file, out),
        })
    }

    /// What is made of one article belongs together, whatever is asked.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        let id = record.id.as_ref();
        id.match_indices('/').nth(1).and_then(|(at, _)| id.get(..at)).unwrap_or(id)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        match rules.preset {
            Preset::V0 => v0::each_lead(chunk, rules, out, |article, lead, out| {
                let attribution = Cow::Borrowed(out.source().attribution.as_str());
                let page = (article.id.as_str(), article.title.as_str());
                push(article.id.clone(), page, lead, (EXPLAIN.into(), attribution), chunk, out);
            }),
            Preset::Clean => dump::each_article(chunk, out, |page, out| {
                let lead = clean_lead(page, out)?;
                let id = format!("{}/{}", page.id, page.revision);
                let credit = format!(
                    "「{}」、{}、第{}版",
                    page.title,
                    out.source().attribution,
                    page.revision
                );
                tasks::each(rules.get(&tasks::TASKS), page, &lead, &mut |made| {
                    push_exercise(&id, page.id, &credit, made, chunk, out);
                });
                let asked = (asked(page, &lead), Cow::Owned(credit));
                push(id, (&page.id.to_string(), &page.title), &lead, asked, chunk, out);
                Ok(())
            }),
        }
        Ok(())
    }
}

/// Pushes the record of a page, given by number and title, with its instruction and credit.
fn push(
    id: String,
    (page, title): (&str, &str),
    lead: &str,
    (instruction, attribution): (Instruction<'_>, Cow<'_, str>),
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) {
    let source = out.source();
    out.push(Record {
        instruction,
        input: Cow::Borrowed(title),
        output: Cow::Borrowed(lead),
        split: chunk.split,
        url: Some(Cow::Owned(format!("https://ja.wikipedia.org/?curid={page}"))),
        attribution,
        ..Record::new(source, id, Task::Description)
    });
}

/// Pushes what is made of an article beside the description of its title.
fn push_exercise(
    article: &str,
    page: u64,
    credit: &str,
    made: Exercise<'_>,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) {
    let source = out.source();
    out.push(Record {
        instruction: made.instruction,
        input: made.input,
        output: made.output,
        split: chunk.split,
        url: Some(Cow::Owned(format!("https://ja.wikipedia.org/?curid={page}"))),
        attribution: Cow::Borrowed(credit),
        ..Record::new(source, format!("{article}/{}", made.id), made.task)
    });
}

/// What is asked about a page. What tells a title from others like it stands in brackets behind it, so that only a
/// title without them can stand in a sentence.
fn asked<'a>(page: &'a Page, lead: &str) -> Instruction<'a> {
    let template = Template { list: kind::list(&page.text, lead), ..EXPLAIN };
    if page.title.contains(" (") {
        template.into()
    } else {
        template.fill([("title", page.title.as_str().into())])
    }
}

/// Less does not say what something is.
const SHORTEST: usize = 12;

fn clean_lead(page: &Page, out: &mut RecordSink<'_>) -> Result<String, Skip> {
    if is_disambiguation(page) {
        return Err(Skip::LeftOut("disambiguation page"));
    }
    if is_list(&page.title) {
        return Err(Skip::LeftOut("a list, whose lead speaks of the page"));
    }
    let options =
        markup::Options { title: &page.title, lead_only: true, ..markup::Options::default() };
    let Plain { text, unknown } = Wiki::japanese().text(&page.text, &options);
    for (name, n) in unknown {
        out.tally("template", &name, n);
    }
    let lead = text
        .lines()
        .filter(|line| !is_note(line) && *line != page.title)
        .map(slips::mended)
        .collect::<Vec<_>>()
        .join("\n");
    check_lead(&lead)?;
    Ok(lead)
}

fn check_lead(lead: &str) -> Result<(), Skip> {
    if lead.is_empty() {
        return Err(Skip::LeftOut("no lead"));
    }
    if !lead.contains(['。', '．']) {
        return Err(Skip::LeftOut("no sentence in the lead"));
    }
    if lead.ends_with(['、', '，', '：', ':']) || lead.chars().count() < SHORTEST {
        return Err(Skip::LeftOut("the lead breaks off"));
    }
    Ok(())
}

/// Whether an article is a list of others: its lead says how the list is kept.
fn is_list(title: &str) -> bool {
    title.trim_end_matches(|c: char| c != '覧').ends_with("一覧") || title.ends_with("年表")
}

/// Whether a line speaks of the page rather than of what it is about, or says where the page belongs.
fn is_note(line: &str) -> bool {
    const SENDS: [&str; 6] = [
        "をご利用ください",
        "をご覧ください",
        "を参照してください",
        "も参照してください",
        "を参照のこと",
        "も参照のこと",
    ];
    const SPEAKS: [&str; 3] = ["この記事では", "この項目では", "この項では"];
    let end = line.trim_end_matches(['。', ' ']);
    let n_steps = line.matches(['>', '＞']).count();
    let speaks = SPEAKS.iter().any(|words| line.contains(words));
    let sends = SENDS.iter().any(|words| end.ends_with(words));
    1 < n_steps || sends || speaks && (end.ends_with("います") || end.ends_with("いる"))
}

/// Pages that tell other pages apart, by title, template and category.
fn is_disambiguation(page: &Page) -> bool {
    const TEMPLATES: [&str; 9] = [
        "aimai",
        "曖昧さ回避",
        "人名の曖昧さ回避",
        "地名の曖昧さ回避",
        "山の曖昧さ回避",
        "disambig",
        "airport aimai",
        "同名の地名",
        "学校名の曖昧さ回避",
    ];
    let in_title = ["(曖昧さ回避)", "（曖昧さ回避）"].iter().any(|mark| page.title.contains(mark));
    in_title
        || memchr::memmem::find(page.text.as_bytes(), "[[Category:曖昧さ回避".as_bytes()).is_some()
        || page.text.split("{{").skip(1).any(|template| {
            let is_it = |name: &&str| {
                let [start, rest] = [template.get(..name.len()), template.get(name.len()..)];
                start.is_some_and(|start| start.eq_ignore_ascii_case(name))
                    && rest.is_some_and(|rest| rest.starts_with(['}', '|', '\n']))
            };
            TEMPLATES.iter().any(is_it)
        })
}

#[cfg(test)]
mod tests {
    use ljd_core::{License, Phrasings, Source};

    use super::*;

    #[test]
    fn a_lead_has_twelve_characters() {
        assert_eq!(check_lead("雨は空から降る水である。"), Ok(()));
        assert_eq!(check_lead("雨は空から降る水です。"), Err(Skip::LeftOut("the lead breaks off")));
    }

    /// Whether one of many pages with that lead is asked about with that word.
    fn is_asked(lead: &str, word: &str) -> bool {
        let phrasings = Phrasings::parse(crate::PHRASINGS, "wiki.json").unwrap();
        let license = License::parse("CC-BY-SA-4.0").unwrap();
        let source = Source { name: "wikipedia".to_owned(), license, attribution: String::new() };
        (0..300).any(|id| {
            let mut record = Record {
                instruction: EXPLAIN.fill([("title", "雨".into())]),
                input: "雨".into(),
                output: lead.into(),
                ..Record::new(&source, id.to_string(), Task::Description)
            };
            phrasings.word(&mut record, false);
            record.instruction.contains(word)
        })
    }

    #[test]
    fn only_a_short_lead_is_asked_to_be_brief() {
        assert!(is_asked(&"雨".repeat(120), "簡潔に"));
        assert!(!is_asked(&"雨".repeat(121), "簡潔に"));
        assert!(is_asked(&"雨".repeat(200), "詳しく"));
        assert!(!is_asked(&"雨".repeat(199), "詳しく"));
    }
}
