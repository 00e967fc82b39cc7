//! Asian Language Treebank: English Wikinews articles and their translations, sentence by sentence.
//!
//! `ALT-Parallel-Corpus-20191206.zip` holds `data_en.txt`, `data_ja.txt` and others: UTF-8 lines
//! `SNT.<article>.<n><TAB>sentence`, and `URL.txt` with `URL.<article><TAB>address`. The files do not list
//! the same ids, so sentences are joined by id, in the order of the Japanese file. The official split is by
//! article, in lists that are published beside the archive: `URL-train.txt`, `URL-dev.txt`,
//! `URL-test.txt`. (<https://www2.nict.go.jp/astrec-att/member/mutiyama/ALT/>; Riza et al. 2016,
//! "Introduction of the Asian Language Treebank")
//!
//! v0 lost the sentences that CSV quoting swallowed, and kept pairs of which one side is missing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ljd_core::read::whole;
use ljd_core::{
    Chunk, ChunkSink, Corpus, Preset, Raw, Record, RecordSink, Result, RuleOption, Rules, Skip,
    Split, Text,
};

use crate::pair::{JA_EN_THEN_EN_JA, SentencePair, blocks, directions};
use crate::tsv::{Columns, before_tab, row_ends};

/// English Wikinews articles with their Japanese translations.
#[derive(Debug, Clone, Copy)]
pub struct Alt;

/// The kinds of rows in a chunk: an article's address, then each Japanese row before the English one of
/// the same id.
const JA: usize = 0;
const EN: usize = 1;
const URL: usize = 2;

/// The lists of the articles of each split.
const LISTS: [&str; 3] = ["URL-train.txt", "URL-dev.txt", "URL-test.txt"];

const MISSING: RuleOption = RuleOption {
    name: "alt_missing",
    values: &["keep", "drop"],
    preset: Some(Preset::V0),
    meaning: "`drop` leaves v0's records out that lack a side, as its release 1.0.3 does",
};

impl Corpus for Alt {
    fn name(&self) -> &'static str {
        "alt"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/alt.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[MISSING]
    }

    /// The article: `SNT.101.1/ja-en` is the first sentence of article 101.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.rsplit_once('.').map_or(record.id.as_ref(), |(article, _)| article)
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let mut zip = raw.zip(raw.manifest().file(0)?)?;
        let ja = whole(zip.member("data_ja.txt")?)?.of_part(JA);
        let en = whole(zip.member("data_en.txt")?)?.of_part(EN);
        let urls = by_article(&whole(zip.member("URL.txt")?)?.of_part(URL));
        let (splits, unlisted) = (splits(raw)?, raw.manifest().file(0)?.split()?);
        blocks(rules, out, |out| {
            let mut en = rows(rules, &en).map(|row| (id(&row).to_vec(), row)).collect();
            let ja: Vec<Text> = rows(rules, &ja).collect();
            for sentences in ja.chunk_by(|a, b| article(a) == article(b)) {
                let Some(article) = sentences.first().map(article) else { continue };
                out.split = splits.get(article).copied().unwrap_or(unlisted);
                out.push(join(urls.get(article), sentences, &mut en))?;
            }
            out.split = unlisted;
            out.push(en.into_values().collect())
        })
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let directions = directions(&JA_EN_THEN_EN_JA, chunk, rules);
        let (mut ja_columns, mut en_columns) = (Columns::new(rules), Columns::new(rules));
        let mut url = None;
        let mut texts = chunk.texts.iter().peekable();
        while let Some(text) = texts.next() {
            if text.part == URL {
                url = std::str::from_utf8(&text.bytes).ok().and_then(address);
                continue;
            }
            let en = texts.next_if(|next| text.part == JA && next.part == EN);
            let done = match en {
                _ if text.part == EN => Err(Skip::Bad("no Japanese sentence with its id")),
                None => ja_columns
                    .of(&text.bytes)
                    .and(Err(Skip::Bad("no English sentence with its id"))),
                Some(en) => ja_columns.of(&text.bytes).and_then(|ja| {
                    let (id, ja) = sentence(&ja, rules)?;
                    let (_, en) = sentence(&en_columns.of(&en.bytes)?, rules)?;
                    if (ja.is_empty() || en.is_empty()) && rules.get(&MISSING) == "drop" {
                        return Err(Skip::LeftOut("a side without text"));
                    }
                    let pair = SentencePair {
                        id: Cow::Borrowed(id),
                        ja: Cow::Borrowed(ja),
                        en: Cow::Borrowed(en),
                        url: url.map(Cow::Borrowed),
                        attribution: Cow::Borrowed(&out.source().attribution),
                    };
                    pair.push(directions, chunk, out);
                    Ok(())
                }),
            };
            out.row(done, || text.location(text.first_line));
        }
        Ok(())
    }
}

/// The rows of a file.
fn rows(rules: &Rules, text: &Text) -> impl Iterator<Item = Text> {
    text.rows(row_ends(rules, &text.bytes))
}

/// `SNT.<article>.<n>` or `URL.<article>`.
fn id(row: &Text) -> &[u8] {
    before_tab(&row.bytes, 1)
}

fn article(row: &Text) -> &[u8] {
    id(row).split(|byte| *byte == b'.').nth(1).unwrap_or_default()
}

/// The rows of a list of addresses by their articles.
fn by_article(list: &Text) -> BTreeMap<Vec<u8>, Text> {
    let rows = list.rows(ljd_core::read::line_ends(&list.bytes));
    rows.map(|row| (article(&row).to_vec(), row)).collect()
}

/// The articles of the split lists that are there.
fn splits(raw: &Raw) -> Result<BTreeMap<Vec<u8>, Split>> {
    let mut splits = BTreeMap::new();
    for name in LISTS {
        let mut files = raw.manifest().files.iter();
        let Some(file) = files.find(|file| file.path.ends_with(name) && raw.has(file)) else {
            continue;
        };
        let split = file.split()?;
        let articles = by_article(&whole(raw.open(file)?)?).into_keys();
        splits.extend(articles.map(|article| (article, split)));
    }
    Ok(splits)
}

/// An article's rows as a chunk. An English row is used once, so that no id comes out twice.
fn join(url: Option<&Text>, ja: &[Text], en: &mut BTreeMap<Vec<u8>, Text>) -> Vec<Text> {
    let pairs = ja.iter().flat_map(|ja| [Some(ja.clone()), en.remove(id(ja))]);
    url.cloned().into_iter().chain(pairs.flatten()).collect()
}

fn address(row: &str) -> Option<&str> {
    Some(row.split_once('\t')?.1.trim()).filter(|address| !address.is_empty())
}

/// Id and text of a row's columns. v0 takes a row without a text as it is.
fn sentence<'a>(columns: &[&'a str], rules: &Rules) -> Result<(&'a str, &'a str), Skip> {
    match (columns, rules.preset) {
        ([id], Preset::V0) => Ok((id, "")),
        ([id, text], Preset::V0) => Ok((id, text)),
        ([_], Preset::Clean) => Err(Skip::Bad("no tab")),
        ([_, text], Preset::Clean) if text.trim().is_empty() => Err(Skip::Bad("empty side")),
        ([id, text], Preset::Clean) => Ok((id, text.trim())),
        _ => Err(Skip::Bad("more than two columns")),
    }
}
