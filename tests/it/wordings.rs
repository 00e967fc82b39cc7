//! What wordings say is true of the records that have them, on the fixtures and on published files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use ljd_core::{Corpus, Manifest, Phrasings, Preset, Raw, Record, Rules, read_records_while};

use crate::real;
use crate::support::{FAMILIES, root};

/// Of one corpus so many records are looked at.
const MOST: usize = 4000;

/// Among so many records of a list, somebody has each of its wordings.
const ENOUGH: usize = 1500;

/// Wordings for what no corpus tells: that two people meet for the first time, and single utterances of small talk.
const UNTOLD: [&str; 2] = ["初対面", "話し手の返答を一つ"];

/// What is promised, by a part of the wording, and whether a record keeps it.
type Promise = (&'static str, fn(&Record<'_>) -> bool);

const PROMISES: &[Promise] = &[
    ("これまでの会話", |record| !record.history.is_empty()),
    ("続けてください", |record| !record.history.is_empty()),
    ("会話の流れ", |record| !record.history.is_empty()),
    ("会話の続き", |record| !record.history.is_empty()),
    ("まず、相手のあいさつ", |record| record.history.is_empty()),
    ("一文で", |record| ends(record) <= 1),
    ("簡潔に", |record| length(record) <= 120),
    ("詳しく教えて", |record| 200 <= length(record)),
    ("簡単に説明", |record| length(record) <= 200),
    ("一語で", |record| length(record) <= 10),
    ("一言で", |record| length(record) <= 15),
    ("短く返事", |record| length(record) <= 40),
    ("「です」「ます」で", |record| record.output.ends_with("です。")),
    ("「である」調", |record| {
        !record.output.contains("です") && !record.output.contains("ます")
    }),
    ("記号だけ", is_letter),
    ("記号を一つ", is_letter),
    ("アルファベット一文字", is_letter),
    ("記号と語句", |record| {
        record.output.split_once(". ").is_some_and(|(letter, _)| is_choice(letter))
    }),
    ("語句", |record| record.instruction.slot("letter").is_none() || !is_letter(record)),
    ("「正解は…です。」", |record| {
        record.output.starts_with("正解は") && record.output.ends_with("です。")
    }),
    ("正解は何ですか", |record| record.output.starts_with("正解は")),
    ("「答え：」に続けて", |record| record.output.starts_with("答え：")),
    ("始まりますか", |record| record.output.ends_with("」と始まります。")),
    ("引用してください", is_bare),
    ("書き出しだけを", is_bare),
    ("そのまま", is_bare),
    ("かぎ括弧に入れて", |record| {
        record.output.starts_with('「') && record.output.ends_with('」')
    }),
    ("題名だけ", |record| record.instruction.slot("title") == Some(&record.output)),
    ("の形で答えてください", |record| {
        !record.output.ends_with("。") || record.output.starts_with("正解")
    }),
    ("小文字", is_lower_case),
    ("大文字は使わない", is_lower_case),
    ("owercase", is_lower_case),
    ("だけを出力", |record| !record.output.ends_with("という意味です。")),
    ("ってどういう意味？", |record| record.output.ends_with("」という意味です。")),
    ("監督は誰ですか", |record| record.output.ends_with("です。") && length(record) < 60),
    ("基本情報を一文で", |record| record.output.ends_with("です。")),
    ("どんな人", |record| record.source.name == "wikipedia"),
    ("番号を付けて", |record| record.output.starts_with("1. ")),
];

fn length(record: &Record<'_>) -> usize {
    record.output.chars().count()
}

/// Ends of sentences that are not the end of all.
fn ends(record: &Record<'_>) -> usize {
    record.output.matches(['。', '！', '？']).count()
}

fn is_choice(text: &str) -> bool {
    ["A", "B", "C", "D", "E"].contains(&text)
}

fn is_letter(record: &Record<'_>) -> bool {
    is_choice(&record.output)
}

/// Whether nothing is said around the text.
fn is_bare(record: &Record<'_>) -> bool {
    !record.output.ends_with("」です。") && !record.output.ends_with("」と始まります。")
}

fn is_lower_case(record: &Record<'_>) -> bool {
    !record.output.contains(char::is_uppercase)
}

/// How often each wording of a corpus was taken, by list and text; each record keeps what its wording says.
fn hold(corpus: &dyn Corpus, raw: &Raw, is_held_out: bool) -> BTreeMap<(String, String), usize> {
    let phrasings = Phrasings::parse(corpus.phrasings(), &raw.manifest().title).unwrap();
    let (mut taken, mut n) = (BTreeMap::new(), 0);
    let mut each = |mut record: Record<'_>| {
        let slots: Vec<String> =
            record.instruction.slots().map(|(name, _)| format!("{{{name}}}")).collect();
        let is_listed = record.instruction.list().is_some();
        let chosen = phrasings.word(&mut record, is_held_out);
        assert_eq!(chosen.is_some(), is_listed, "{record:?}");
        if let Some((list, text)) = chosen.map(|chosen| phrasings.text(chosen)) {
            check(&phrasings, text, &slots, &record, is_held_out);
            *taken.entry((list.to_owned(), text.to_owned())).or_default() += 1;
        }
        n += 1;
        if n < MOST { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    read_records_while(corpus, raw, &Rules::new(Preset::Clean), &mut each).unwrap();
    taken
}

fn check(
    phrasings: &Phrasings,
    text: &str,
    slots: &[String],
    record: &Record<'_>,
    is_held_out: bool,
) {
    let asked = &*record.instruction;
    let is_filled = |slot: &String| !text.contains(slot.as_str()) || !asked.contains(slot.as_str());
    assert!(slots.iter().all(is_filled) && !asked.contains("{input}"), "{record:?}");
    assert!(record.input.is_empty() || !text.contains("{input}"), "{record:?}");
    assert!(!record.output.is_empty() && !record.output.contains("{output}"), "{record:?}");
    for (part, keeps) in PROMISES.iter().filter(|(part, _)| text.contains(part)) {
        assert!(keeps(record), "「{part}」 is not kept: {record:?}");
    }
    if !is_held_out && let Some(list) = record.instruction.list() {
        let mut kept_back =
            phrasings.wordings(list, &record.source.name).filter(|wording| wording.is_held_out());
        assert!(!kept_back.any(|wording| wording.text() == text), "{text} is held out");
    }
}

/// The fixture of a corpus.
fn fixture(corpus: &dyn Corpus, folder: &Path) -> Raw {
    let name = corpus.name();
    let replaced = fs::read_to_string(folder.join(format!("manifests/{name}.json"))).unwrap();
    let manifest = Manifest::parse_replaced(corpus.manifest(), &replaced, name).unwrap();
    Raw::new(folder.to_owned(), manifest)
}

#[test]
fn records_of_fixtures_keep_what_their_wordings_say() {
    for (family, corpora) in FAMILIES {
        for corpus in *corpora {
            let raw = fixture(*corpus, &root().join(format!("crates/ljd-{family}/tests/fixtures")));
            for is_held_out in [false, true] {
                hold(*corpus, &raw, is_held_out);
            }
        }
    }
}

/// On published files; and where a list has many records, somebody has each wording of it but the one that is kept back.
#[test]
fn records_keep_what_their_wordings_say() {
    for corpus in FAMILIES.iter().flat_map(|(_, corpora)| *corpora) {
        let Some(raw) = real::raw(*corpus) else { continue };
        let taken = hold(*corpus, &raw, false);
        let phrasings = Phrasings::parse(corpus.phrasings(), "phrasings").unwrap();
        let name = &raw.manifest().source.name;
        let lists: BTreeSet<&str> = taken.keys().map(|(list, _)| list.as_str()).collect();
        let n_of = |list: &str| -> usize {
            taken.iter().filter(|((of, _), _)| of == list).map(|(_, n)| n).sum()
        };
        for list in lists.into_iter().filter(|list| ENOUGH <= n_of(list)) {
            let is_expected = |text: &str| !UNTOLD.iter().any(|part| text.contains(part));
            for wording in phrasings.wordings(list, name).filter(|one| !one.is_held_out()) {
                let key = (list.to_owned(), wording.text().to_owned());
                let is_taken = taken.contains_key(&key) || !is_expected(wording.text());
                assert!(is_taken, "{name}: nothing has `{}`", wording.text());
            }
        }
    }
}
