//! Japanese WordNet 1.1: words, definitions and examples of synsets.
//!
//! Three gzip files of UTF-8 lines without a header: `wnjpn-ok.tab` (`synset<TAB>word<TAB>confidence`),
//! `wnjpn-def.tab` and `wnjpn-exe.tab` (`synset<TAB>number<TAB>english<TAB>japanese`). A synset is eight
//! digits of Princeton WordNet 3.0 and a part of speech: `04468005-n`. The number tells the parts of one
//! gloss from each other. (<https://bond-lab.github.io/wnja/>; Isahara et al. 2008, "Development of the
//! Japanese WordNet")
//!
//! v0 asks for each meaning of a word apart, so one question has many answers, and gives none where the
//! word stands in its definition. The clean rules gather a word's senses in one answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ljd_core::read::{lines, whole};
use ljd_core::{
    Chunk, ChunkSink, Corpus, Preset, Raw, Record, RecordSink, Result, Rules, Skip, Task, Template,
    Text,
};

use crate::pair::{Direction, EN_JA, JA_EN, SentencePair};
use crate::spacing::join_words;
use crate::tsv::{Columns, Ids, before_tab, last_new_key, row_ends};

/// Words, definitions and examples of synsets.
#[derive(Debug, Clone, Copy)]
pub struct Wordnet;

/// The kinds of rows, by the place of their file in the manifest.
const WORD: usize = 0;
const DEFINITION: usize = 1;
const EXAMPLE: usize = 2;

/// What v0 asks for Japanese and for English, of definitions and of examples.
const TO_JAPANESE: &str = "次の文を日本語に翻訳してください。";
const TO_ENGLISH: &str = "次の文を英語に翻訳してください。";

const DEFINITION_IN_JAPANESE: Direction =
    Direction { instruction: Template::new("def-en-ja", TO_JAPANESE), ..EN_JA };
const DEFINITION_IN_ENGLISH: Direction =
    Direction { instruction: Template::new("def-ja-en", TO_ENGLISH), ..JA_EN };
const EXAMPLE_IN_JAPANESE: Direction =
    Direction { instruction: Template::new("en-ja", TO_JAPANESE), ..EN_JA };
const EXAMPLE_IN_ENGLISH: Direction =
    Direction { instruction: Template::new("ja-en", TO_ENGLISH), ..JA_EN };

const MEANING: Template<'static> =
    Template::new("definition", "「{word}」の意味を教えてください。");

/// A block of the output: what it reads, whether an earlier one did, and the directions it asks in.
type Block = (usize, bool, &'static [Direction]);

const V0: [Block; 5] = [
    (WORD, false, &[]),
    (DEFINITION, false, &[DEFINITION_IN_JAPANESE]),
    (DEFINITION, true, &[DEFINITION_IN_ENGLISH]),
    (EXAMPLE, false, &[EXAMPLE_IN_JAPANESE]),
    (EXAMPLE, true, &[EXAMPLE_IN_ENGLISH]),
];

const CLEAN: [Block; 3] = [
    (WORD, false, &[]),
    (DEFINITION, false, &[DEFINITION_IN_JAPANESE, DEFINITION_IN_ENGLISH]),
    (EXAMPLE, false, &[EXAMPLE_IN_JAPANESE, EXAMPLE_IN_ENGLISH]),
];

fn blocks(rules: &Rules) -> &'static [Block] {
    match rules.preset {
        Preset::V0 => &V0,
        Preset::Clean => &CLEAN,
    }
}

impl Corpus for Wordnet {
    fn name(&self) -> &'static str {
        "wordnet"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/wordnet.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let open = |part| raw.open(raw.manifest().file(part)?);
        for (block, (part, reread, _)) in blocks(rules).iter().enumerate() {
            (out.block, out.reread) = (block, *reread);
            if *part == WORD {
                let words = whole(open(WORD)?)?.of_part(WORD);
                let definitions = whole(open(DEFINITION)?)?.of_part(DEFINITION);
                match rules.preset {
                    Preset::V0 => by_synset(rules, &words, &definitions, out)?,
                    Preset::Clean => by_word(rules, &words, &definitions, out)?,
                }
            } else {
                let cut =
                    |text: &[u8]| last_new_key(text, row_ends(rules, text), synset_and_number);
                lines(open(*part)?, &cut, out)?;
            }
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        match (blocks(rules).get(chunk.block), rules.preset) {
            (Some((WORD, ..)), Preset::V0) => each_meaning(chunk, rules, out),
            (Some((WORD, ..)), Preset::Clean) => each_word(chunk, rules, out),
            (Some((part, _, directions)), _) => {
                let kind = if *part == DEFINITION { "def" } else { "exe" };
                translations(kind, directions, chunk, rules, out);
            }
            (None, _) => {}
        }
        Ok(())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "in other corpora not every row has a key")]
fn synset_and_number(row: &[u8]) -> Option<&[u8]> {
    Some(before_tab(row, 2))
}

/// Definitions by their synsets.
fn synsets(rules: &Rules, text: &Text) -> BTreeMap<Vec<u8>, Vec<Text>> {
    let mut synsets: BTreeMap<Vec<u8>, Vec<Text>> = BTreeMap::new();
    for row in text.rows(row_ends(rules, &text.bytes)) {
        synsets.entry(before_tab(&row.bytes, 1).to_vec()).or_default().push(row);
    }
    synsets
}

/// Pushes chunks of groups that stay together.
fn push_groups(groups: impl Iterator<Item = Vec<Text>>, out: &mut ChunkSink<'_>) -> Result<()> {
    let (mut texts, mut n_bytes) = (Vec::new(), 0);
    for group in groups {
        n_bytes += group.iter().map(|row| row.bytes.len()).sum::<usize>();
        texts.extend(group);
        if out.target <= n_bytes {
            out.push(std::mem::take(&mut texts))?;
            n_bytes = 0;
        }
    }
    out.push(texts)
}

/// The rows of words that have the same key, in the order in which the keys first appear.
fn in_order<K: Ord>(rules: &Rules, words: &Text, key: impl Fn(&Text) -> K) -> Vec<Vec<Text>> {
    let (mut seen, mut groups) = (BTreeMap::new(), Vec::<Vec<Text>>::new());
    for row in words.rows(row_ends(rules, &words.bytes)) {
        let n = *seen.entry(key(&row)).or_insert(groups.len());
        match groups.get_mut(n) {
            Some(rows) => rows.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// v0's join: by synset in the order in which the words name them, each with its words and then its
/// definitions.
fn by_synset(
    rules: &Rules,
    words: &Text,
    definitions: &Text,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    let mut definitions = synsets(rules, definitions);
    let groups = in_order(rules, words, |row| before_tab(&row.bytes, 1).to_vec());
    let groups = groups.into_iter().map(|mut rows| {
        let synset = rows.first().map(|row| before_tab(&row.bytes, 1));
        let of_synset = synset.and_then(|synset| definitions.remove(synset));
        rows.extend(of_synset.unwrap_or_default());
        rows
    });
    push_groups(groups, out)
}

/// The clean join: by word in the order of first appearance, each row of it with its synset's definitions.
fn by_word(rules: &Rules, words: &Text, definitions: &Text, out: &mut ChunkSink<'_>) -> Result<()> {
    let definitions = synsets(rules, definitions);
    let groups = in_order(rules, words, word).into_iter().map(|mut rows| {
        rows.sort_by(|a, b| before_tab(&a.bytes, 1).cmp(before_tab(&b.bytes, 1)));
        let with_definitions = rows.into_iter().flat_map(|row| {
            let of_synset = definitions.get(before_tab(&row.bytes, 1)).cloned();
            [row].into_iter().chain(of_synset.unwrap_or_default())
        });
        with_definitions.collect()
    });
    push_groups(groups, out)
}

/// The word of a row, as far as it is UTF-8.
fn word(row: &Text) -> String {
    let columns = String::from_utf8_lossy(before_tab(&row.bytes, 2));
    without_joints(columns.split_once('\t').map_or("", |(_, word)| word))
}

/// A word as it is written: `_` joins the parts of one that Princeton WordNet would write apart.
fn without_joints(word: &str) -> String {
    join_words(&word.replace('_', " "))
}

/// v0's records of words: one for each pair of a word and a definition of its synset.
fn each_meaning(chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) {
    let mut columns = Columns::new(rules);
    let is_same = |a: &Text, b: &Text| before_tab(&a.bytes, 1) == before_tab(&b.bytes, 1);
    for rows in chunk.texts.chunk_by(is_same) {
        let n_words = rows.iter().take_while(|row| row.part == WORD).count();
        let (words, definitions) = rows.split_at(n_words);
        let definitions: Vec<(String, String)> = definitions
            .iter()
            .filter_map(|row| match columns.of(&row.bytes).as_deref() {
                Ok([_, number, en, ja]) if ![number, en, ja].iter().any(|text| text.is_empty()) => {
                    Some(((*number).to_owned(), (*ja).to_owned()))
                }
                _ => None, // counted where the definitions themselves are read
            })
            .collect();
        let mut ids = Ids::default();
        for word in words {
            let done = columns
                .of(&word.bytes)
                .and_then(|row| meanings_of_word(&row, &definitions, &mut ids, chunk, out));
            out.row(done, || word.location(word.first_line));
        }
    }
}

fn meanings_of_word(
    row: &[&str],
    definitions: &[(String, String)],
    ids: &mut Ids,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) -> Result<(), Skip> {
    let [synset, word, confidence] = row else { return Err(Skip::Bad("not three columns")) };
    if word.is_empty() || confidence.is_empty() {
        return Err(Skip::LeftOut("missing value"));
    }
    if definitions.is_empty() {
        return Err(Skip::LeftOut("no definition"));
    }
    let mut n_meanings = 0;
    for (number, definition) in definitions.iter().filter(|(_, text)| !text.contains(word)) {
        let id = ids.unique(Cow::Owned(format!("{synset}/{word}/{number}")));
        push_meaning(&id, word, (1, definition), chunk, out);
        n_meanings += 1;
    }
    if n_meanings == 0 { Err(Skip::LeftOut("every definition has the word in it")) } else { Ok(()) }
}

/// Pushes the record of a word, given the number of its senses and their text.
fn push_meaning(
    id: &str,
    word: &str,
    (n_senses, meaning): (usize, &str),
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) {
    let senses = if n_senses == 1 { "one" } else { "several" };
    out.push(Record {
        instruction: MEANING.fill([("word", word.into()), ("senses", senses.into())]),
        output: Cow::Borrowed(meaning),
        split: chunk.split,
        ..Record::new(out.source(), id, Task::Definition)
    });
}

/// A word with the senses that have a definition.
#[derive(Default)]
struct Word {
    word: String,
    senses: Vec<Sense>,
}

struct Sense {
    synset: String,
    definitions: Vec<String>,
}

/// The clean records of words: one a word, with all its senses.
fn each_word(chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) {
    let mut columns = Columns::new(rules);
    let mut word = Word::default();
    let mut texts = chunk.texts.iter().peekable();
    while let Some(text) = texts.next() {
        if text.part != WORD {
            continue; // the definitions of a row that is skipped
        }
        let mut definitions = Vec::new();
        while let Some(row) = texts.next_if(|next| next.part == DEFINITION) {
            // What is broken is counted where the definitions themselves are read.
            if let Ok(&[_, _, _, ja]) = columns.of(&row.bytes).as_deref() {
                definitions.push(ja.trim().to_owned());
            }
        }
        let done = columns.of(&text.bytes).and_then(|row| {
            let [synset, next, _confidence] = row[..] else {
                return Err(Skip::Bad("not three columns"));
            };
            let next = without_joints(next);
            if word.word != next {
                word.push(chunk, out);
                word = Word { word: next, senses: Vec::new() };
            }
            word.add_sense(synset, definitions)
        });
        out.row(done, || text.location(text.first_line));
    }
    word.push(chunk, out);
}

impl Word {
    fn add_sense(&mut self, synset: &str, mut definitions: Vec<String>) -> Result<(), Skip> {
        if self.word.is_empty() {
            return Err(Skip::Bad("no word"));
        }
        if self.senses.iter().any(|sense| sense.synset == synset) {
            return Err(Skip::LeftOut("the same sense again"));
        }
        definitions.retain(|definition| !definition.is_empty());
        if definitions.is_empty() {
            return Err(Skip::LeftOut("no definition"));
        }
        definitions.retain(|definition| *definition != self.word);
        if definitions.is_empty() {
            return Err(Skip::LeftOut("the definition is the word itself"));
        }
        self.senses.push(Sense { synset: synset.to_owned(), definitions });
        Ok(())
    }

    /// One answer out of all senses, which are numbered where there are several.
    fn push(&self, chunk: &Chunk, out: &mut RecordSink<'_>) {
        let synsets: Vec<&str> = self.senses.iter().map(|sense| sense.synset.as_str()).collect();
        let meanings: Vec<String> =
            self.senses.iter().map(|sense| sense.definitions.join("；")).collect();
        let meaning = match meanings.as_slice() {
            [] => return,
            [one] => one.clone(),
            several => {
                let numbered = (1..).zip(several).map(|(n, meaning)| format!("{n}. {meaning}"));
                numbered.collect::<Vec<_>>().join("\n")
            }
        };
        let id = format!("{}/{}", self.word, synsets.join("+"));
        push_meaning(&id, &self.word, (meanings.len(), &meaning), chunk, out);
    }
}

/// Definitions or examples as sentence pairs.
fn translations(
    kind: &str,
    directions: &[Direction],
    chunk: &Chunk,
    rules: &Rules,
    out: &mut RecordSink<'_>,
) {
    let (mut columns, mut ids) = (Columns::new(rules), Ids::default());
    for row in chunk.texts.iter().flat_map(|text| text.rows(row_ends(rules, &text.bytes))) {
        let done = columns.of(&row.bytes).and_then(|columns| {
            let [synset, number, en, ja] = columns[..] else {
                return Err(Skip::Bad("not four columns"));
            };
            let (en, ja) = match rules.preset {
                Preset::V0 => (en, ja),
                Preset::Clean => (en.trim(), ja.trim()),
            };
            if rules.preset == Preset::Clean && (en.is_empty() || ja.is_empty()) {
                return Err(Skip::LeftOut("empty side"));
            }
            let pair = SentencePair {
                id: ids.unique(Cow::Owned(format!("{kind}/{synset}/{number}"))),
                ja: Cow::Borrowed(ja),
                en: Cow::Borrowed(en),
                url: None,
                attribution: Cow::Borrowed(&out.source().attribution),
            };
            pair.push(directions, chunk, out);
            Ok(())
        });
        out.row(done, || row.location(row.first_line));
    }
}
