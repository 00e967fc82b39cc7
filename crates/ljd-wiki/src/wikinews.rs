//! Japanese Wikinews: articles and their headlines.
//!
//! `jawikinews-<date>-pages-articles.xml.bz2`, a MediaWiki XML export. An article begins with its date, as
//! `{{日付|…}}` or `【…】`, and ends with its sources. (<https://dumps.wikimedia.org/jawikinews/>)
//!
//! v0 crawled the pages: its text is all paragraphs but the first one, joined ([`v0`]). What templates showed on
//! the page is missing here, and so are redirects, which showed the page that they lead to.

mod v0;

use std::borrow::Cow;

use ljd_core::{
    Chunk, ChunkSink, Corpus, Preset, Raw, Record, RecordSink, Result, Rules, Skip, Task, Template,
};

use crate::dump;
use crate::markup::{self, Section, Wiki};
use crate::pages::Page;

/// News articles and their headlines.
#[derive(Debug, Clone, Copy)]
pub struct Wikinews;

const HEADLINE: Template<'static> =
    Template::new("headline", "次のニュース記事にタイトルをつけてください。");

/// Sections that are no news.
const APPENDICES: [&str; 13] = [
    "出典",
    "情報源",
    "外部リンク",
    "関連記事",
    "関連ニュース",
    "関連項目",
    "注釈",
    "脚注",
    "参考文献",
    "ソース",
    "出典・情報源",
    "関連リンク",
    "参考資料",
];

impl Corpus for Wikinews {
    fn name(&self) -> &'static str {
        "wikinews"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/wikinews.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        raw.manifest().files.iter().try_for_each(|file| match rules.preset {
            Preset::V0 => v0::chunks(raw, file, out),
            Preset::Clean => dump::chunks(raw, file, out),
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        dump::each_article(chunk, out, |page, out| {
            let body = match rules.preset {
                Preset::V0 => v0::body(page),
                Preset::Clean => clean_body(page)?,
            };
            push(page, &body, chunk, out);
            Ok(())
        });
        Ok(())
    }
}

fn push(page: &Page, body: &str, chunk: &Chunk, out: &mut RecordSink<'_>) {
    let source = out.source();
    out.push(Record {
        instruction: HEADLINE.into(),
        input: Cow::Borrowed(body),
        output: Cow::Borrowed(&page.title),
        split: chunk.split,
        url: Some(Cow::Owned(format!("https://ja.wikinews.org/?curid={}", page.id))),
        attribution: Cow::Owned(format!("「{}」、{}", page.title, source.attribution)),
        ..Record::new(source, format!("{}/{}", page.id, page.revision), Task::HeadlineGeneration)
    });
}

fn clean_body(page: &Page) -> Result<String, Skip> {
    if page.title.contains("メインページ") {
        return Err(Skip::LeftOut("main page"));
    }
    if page.title.ends_with("の天気") || page.title.ends_with("ランキング") {
        return Err(Skip::LeftOut("weather or ranking"));
    }
    let options = markup::Options { title: &page.title, ..markup::Options::default() };
    let article = Wiki::japanese().read(&page.text, &options);
    let body = body(&article.sections);
    if !body.contains('。') {
        return Err(Skip::LeftOut("no sentence"));
    }
    Ok(body)
}

/// The text of the sections that are news, with what stands before the first one. What stands below an
/// appendix belongs to it.
fn body(sections: &[Section]) -> String {
    let (mut lines, mut appendix) = (Vec::new(), None);
    for section in sections {
        if appendix.is_some_and(|level| section.level <= level) {
            appendix = None;
        }
        if appendix.is_none() && APPENDICES.contains(&section.title.trim_matches('\u{3000}')) {
            appendix = Some(section.level);
        }
        if appendix.is_none() {
            lines.extend(section.text.lines().map(without_date).filter(|line| !line.is_empty()));
        }
    }
    lines.join("\n")
}

/// A line without the date that it begins with.
fn without_date(line: &str) -> &str {
    let date = line.strip_prefix('【').and_then(|line| line.split_once('】'));
    match date {
        Some((date, rest)) if date.contains('年') && date.contains('日') => rest.trim_start(),
        _ => line,
    }
}
