use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use ljd_core::{Corpus, Manifest, Preset, Raw, Record, Rules, Split, read_records};
use ljd_dialogue::{Dolly, Jmrd, RealPersonaChat};
use ljd_qa::{Aio, Aozora, JCommonsenseQa, JSquad, JemHopQa, Niilc};
use ljd_translation::{Coursera, Manythings, Tanaka, Wordnet};
use ljd_wiki::Wikipedia;
use ljd_wiki::markup::{Options, Wiki};
use ljd_wiki::pages::{Namespaces, each_page};
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::tempdir;

use crate::support::{FAMILIES, report, root, shared, tree, xtask};

/// The folder of published files, or `None` with a printed reason.
pub(crate) fn corpora() -> Option<PathBuf> {
    shared("corpora")
}

/// The published files of a corpus, or `None` with a printed reason.
pub(crate) fn raw(corpus: &dyn Corpus) -> Option<Raw> {
    let compiled = Manifest::parse(corpus.manifest(), "manifest").unwrap();
    let name = &compiled.source.name;
    let Ok(real) = fs::read_to_string(root().join(format!("tests/real/manifests/{name}.json")))
    else {
        println!("skipped: none of the published files of {name} is here");
        return None;
    };
    let manifest = Manifest::parse_replaced(corpus.manifest(), &real, "real").unwrap();
    Some(Raw::new(corpora()?, manifest))
}

/// Calls `each` with every record of the real file; returns how many there are.
fn read(corpus: &dyn Corpus, preset: Preset, each: &mut dyn FnMut(Record<'_>)) -> Option<u64> {
    let raw = raw(corpus)?;
    raw.check().unwrap();
    let mut n = 0;
    let counted = &mut |record: Record<'_>| {
        n += 1;
        each(record);
    };
    read_records(corpus, &raw, &Rules::new(preset), counted).unwrap();
    if let Some(expected) = raw.manifest().expected(preset) {
        assert_eq!(n, expected, "{} by {preset:?}", raw.manifest().title);
    }
    Some(n)
}

#[test]
fn ids_are_unique_and_counts_hold() {
    for corpus in FAMILIES.iter().flat_map(|(_, corpora)| *corpora) {
        for &preset in Preset::ALL {
            let mut ids = BTreeSet::new();
            read(*corpus, preset, &mut |record| {
                assert!(!record.attribution.is_empty() && !record.source.name.is_empty());
                assert!(ids.insert(record.id.into_owned()), "an id stands twice");
            });
        }
    }
}

#[test]
fn v0_is_built_as_a_user_builds_it() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let manifests = root().join("tests/real/manifests");
    let run = xtask(
        folder.path(),
        &[
            "dataset",
            "--recipe",
            "v0",
            "--only",
            "tanaka,coursera,manythings,jesc",
            "--raw",
            corpora.to_str().unwrap(),
            "--manifests",
            manifests.to_str().unwrap(),
        ],
    )
    .done();
    for (corpus, n) in
        [("coursera", 106_332), ("tanaka", 295_786), ("manythings", 152_854), ("jesc", 24)]
    {
        let line = run.stdout.lines().find(|line| line.starts_with(corpus)).unwrap();
        assert!(line.contains(&format!(" {n} ")), "{line}");
    }
    assert_eq!(report(&folder.path().join("out/v0"))["records"], 554_996);
}

#[test]
fn threads_change_no_byte_of_real_corpora() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let manifests = root().join("tests/real/manifests");
    let build = |jobs: &str| {
        let out = folder.path().join(jobs);
        let arguments = [
            "dataset",
            "--recipe",
            "clean",
            "--only",
            "coursera,manythings",
            "--jobs",
            jobs,
            "--raw",
            corpora.to_str().unwrap(),
            "--manifests",
            manifests.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ];
        xtask(folder.path(), &arguments).done();
        tree(&out)
    };
    let one = build("1");
    for jobs in ["2", "7"] {
        assert!(one == build(jobs), "{jobs} jobs");
    }
}

/// Both are drawn from Tatoeba. A pair stands there in both directions.
#[test]
fn what_tanaka_and_manythings_share_is_found() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let recipe = folder.path().join("overlap.json");
    let text = json!({
        "name": "overlap", "description": "Duplicates.", "preset": "clean",
        "quality": { "duplicate": "all" }, "corpora": [{ "name": "manythings" }, { "name": "tanaka" }]
    });
    fs::write(&recipe, text.to_string()).unwrap();
    let manifests = root().join("tests/real/manifests");
    let arguments = ["dataset", "--recipe", "overlap.json", "--format", "jsonl", "--raw"];
    let folders = [corpora.to_str().unwrap(), "--manifests", manifests.to_str().unwrap()];
    xtask(folder.path(), &[&arguments[..], &folders].concat()).done();
    let report = report(&folder.path().join("out/overlap"));
    assert_eq!(report["corpora"][0]["overlap"], json!({ "manythings": 12 }));
    assert_eq!(report["corpora"][1]["overlap"], json!({ "manythings": 2 * 26_396, "tanaka": 24 }));
}

#[test]
fn clean_loses_nothing_of_the_sentences() {
    let mut quotes = 0;
    let pairs = read(&Manythings, Preset::Clean, &mut |record| {
        quotes += u64::from(record.input.starts_with('"') && record.id.ends_with("/en-ja"));
        let ids = record.id.split_once('/').unwrap().0.split_once('_').unwrap();
        assert!(record.attribution.contains(&format!("#{} (", ids.0)), "{record:?}");
        assert!(record.attribution.contains(&format!("#{} (", ids.1)), "{record:?}");
        assert!(record.url.unwrap().ends_with(ids.1));
    });
    if pairs.is_some() {
        assert_eq!(quotes, 384, "English sentences that start with a quotation mark");
    }
    let (mut hashes, mut tanaka_quotes) = (0, 0);
    read(&Tanaka, Preset::Clean, &mut |record| {
        hashes += u64::from(record.output.contains('#'));
        tanaka_quotes += u64::from(record.output.starts_with('"'));
        assert!(!record.output.contains("#ID=") && !record.input.starts_with("A: "), "{record:?}");
        if record.id == "278517_125476/ja-en" {
            assert!(record.output.ends_with("Edgings #STL3456."), "{record:?}");
        }
    });
    if pairs.is_some() {
        assert_eq!((hashes, tanaka_quotes), (4, 680));
    }
}

#[test]
fn coursera_keeps_latin_words_apart() {
    let mut found = false;
    let pairs = read(&Coursera, Preset::Clean, &mut |record| {
        let ja = if record.id.ends_with("/ja-en") { &record.input } else { &record.output };
        found |= ja.contains("Asymptotic Analysis");
        assert!(!ja.contains("  ") && !ja.starts_with(' ') && !ja.ends_with(' '), "{record:?}");
        let is_japanese = |c: char| ('\u{3040}'..='\u{9fff}').contains(&c);
        let around = |at: usize| {
            (ja[..at].chars().next_back().unwrap(), ja[at + 1..].chars().next().unwrap())
        };
        for (at, _) in ja.match_indices(' ') {
            let (before, after) = around(at);
            assert!(!is_japanese(before) && !is_japanese(after), "{record:?}");
        }
    });
    assert!(found || pairs.is_none());
}

/// Numbers and names of the lectures are written as they are in English.
#[test]
fn coursera_keeps_numbers_and_names_together() {
    let Some(_corpora) = corpora() else { return };
    let mut ja = BTreeMap::new();
    read(&Coursera, Preset::Clean, &mut |record| {
        if let Some(id) = record.id.strip_suffix("/ja-en") {
            ja.insert(id.to_owned(), record.input.to_string());
            assert!(
                !record.input.starts_with(">>") && !record.output.starts_with(">>"),
                "{record:?}"
            );
        }
    });
    for (id, part) in [
        ("train/18963", "は0.1%向上した"),
        ("train/22999", "read.tableに"),
        ("train/8444", "1.2秒少々"),
    ] {
        assert!(ja[id].contains(part), "{id}: {}", ja[id]);
    }
    let is_apart = |text: &&String| {
        text.split(". ").zip(text.split(". ").skip(1)).any(|(before, after)| {
            before.ends_with(|c: char| c.is_ascii_digit())
                && after.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    assert_eq!(ja.values().filter(is_apart).count(), 0);
}

/// What the wordings of subtitles ask for is what the English is.
#[test]
fn subtitles_are_in_lower_case() {
    for part in ["dev", "test"] {
        let Some(file) = shared(&format!("corpora/jesc-small/{part}.en")) else { return };
        let text = fs::read_to_string(file).unwrap();
        assert_eq!(text.lines().filter(|line| line.contains(char::is_uppercase)).count(), 0);
        assert_eq!(text.lines().count(), 1000, "{part}");
    }
}

/// A release with two columns has no sentence ids: the line is the id.
#[test]
fn manythings_of_2019_has_two_columns() {
    let Some(corpora) = corpora() else { return };
    let files = json!({ "files": [{ "path": "manythings/jpn-eng-2019.zip", "split": "whole", "url": "https://www.manythings.org/anki/jpn-eng.zip" }] });
    let manifest =
        Manifest::parse_replaced(Manythings.manifest(), &files.to_string(), "2019").unwrap();
    let (mut n, mut first) = (0, None);
    let (rows, skipped) = read_records(
        &Manythings,
        &Raw::new(corpora, manifest),
        &Rules::new(Preset::Clean),
        &mut |record| {
            n += 1;
            first.get_or_insert_with(|| (record.id.to_string(), record.output.to_string()));
        },
    )
    .unwrap();
    assert_eq!((rows, n, skipped.n_bad()), (43_953, 87_906, 0));
    assert_eq!(first.unwrap(), ("line-1/en-ja".to_owned(), "行け。".to_owned()));
}

/// The tables of Japanese WordNet that are here hold no words: the names of its 117,659 synsets stand for
/// them, and the 150 audited synsets give definitions.
#[test]
fn wordnet_takes_every_synset_and_audited_definition() {
    let Some(corpora) = corpora() else { return };
    let read = |name| fs::read_to_string(corpora.join("wordnet").join(name)).unwrap();
    let (synsets, audited) = (read("synset.csv"), read("dev_set.tsv"));
    let definitions: Vec<(&str, &str, &str)> = audited
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .map(|row| (row[0].strip_prefix("wnja-").unwrap(), row[3], row[4]))
        .collect();
    assert_eq!(definitions.len(), 150);
    let mut words = String::new();
    let mut csv = csv::Reader::from_reader(synsets.as_bytes());
    for row in csv.records().map(Result::unwrap) {
        writeln!(words, "{}\t{}\thand", &row[0], &row[2]).unwrap();
    }
    let is_known = |synset: &str| synsets.contains(&format!("\n{synset},"));
    let n_defined = definitions.iter().filter(|(synset, ..)| is_known(synset)).count();
    assert!(100 < n_defined, "{n_defined}");
    let mut glosses = String::new();
    for (synset, en, ja) in &definitions {
        writeln!(glosses, "{synset}\t0\t{en}\t{ja}").unwrap();
    }
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("wordnet")).unwrap();
    for (name, text) in
        [("wnjpn-ok", &words), ("wnjpn-def", &glosses), ("wnjpn-exe", &String::new())]
    {
        let file = fs::File::create(folder.path().join(format!("wordnet/{name}.tab.gz"))).unwrap();
        let mut gzip = GzEncoder::new(file, Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap();
    }
    let manifest = Manifest::parse(Wordnet.manifest(), "manifest").unwrap();
    let raw = Raw::new(folder.path().to_path_buf(), manifest);
    for &preset in Preset::ALL {
        let (mut ids, mut answers) = (BTreeSet::new(), BTreeSet::new());
        let (rows, skipped) = read_records(&Wordnet, &raw, &Rules::new(preset), &mut |record| {
            assert!(ids.insert(record.id.to_string()), "{} stands twice", record.id);
            answers.insert(record.output.into_owned());
        })
        .unwrap();
        assert_eq!((rows, skipped.n_bad()), (117_659 + 150, 0), "{skipped}");
        for (synset, en, ja) in &definitions {
            assert!(answers.contains(*en), "{synset}: {en}");
            assert!(answers.contains(*ja), "{synset}: {ja}");
        }
        // Both directions of each definition, and the word of each synset that is defined.
        let (of_definitions, of_words): (Vec<&String>, Vec<&String>) =
            ids.iter().partition(|id| id.starts_with("def/"));
        assert_eq!(of_definitions.len(), 300);
        let senses = of_words.iter().map(|id| id.rsplit_once('/').unwrap().1.split('+').count());
        assert_eq!(senses.sum::<usize>(), n_defined, "{preset:?}");
    }
}

#[test]
fn quiz_answers_are_plain() {
    read(&Aio, Preset::Clean, &mut |record| {
        for note in ["も正解", "（", "）", "は×"] {
            assert!(!record.output.contains(note), "{record:?}");
        }
    });
}

/// The questions of the contest's own format, of which 500 are here with three of their fields.
#[test]
fn questions_are_read_from_json_lines_too() {
    let Some(corpora) = corpora() else { return };
    let files = r#"{ "files": [{ "path": "aio/aio_02_dev_excerpt.jsonl", "split": "validation", "url": "https://example.org/" }] }"#;
    let manifest = Manifest::parse_replaced(Aio.manifest(), files, "real").unwrap();
    let (mut n, mut n_several, raw) = (0, 0, Raw::new(corpora, manifest));
    let done = read_records(&Aio, &raw, &Rules::new(Preset::Clean), &mut |record| {
        n += 1;
        assert_eq!(record.split.as_str(), "validation");
        n_several += usize::from(1 < record.answers.len());
        assert_eq!(record.answers.first(), Some(&record.output));
    });
    assert_eq!((n, n_several, done.unwrap().1.n_bad()), (500, 158, 0));
}

/// Every question of the published evaluation splits, with every answer that counts as right.
#[test]
fn evaluation_splits_are_whole() {
    let (mut n_several, mut n_measured) = (0, 0);
    read(&JSquad, Preset::Clean, &mut |record| {
        let asked = record.asked.as_ref().unwrap();
        // A few answers are the title of the article.
        assert!(record.answers.iter().all(|answer| record.input.contains(answer.as_ref())));
        assert!(!asked.title.is_empty() && !asked.question.is_empty(), "{record:?}");
        assert_eq!((record.answers.first(), record.choices.len()), (Some(&record.output), 0));
        n_several += usize::from(1 < record.answers.len());
        n_measured += 1;
    });
    let mut n_of_choices = 0;
    read(&JCommonsenseQa, Preset::Clean, &mut |record| {
        if record.split == Split::Train {
            assert_eq!((record.choices.len(), record.answers.len()), (0, 0));
            return;
        }
        assert_eq!((record.choices.len(), &record.answers), (5, &vec![record.output.clone()]));
        assert!(record.choices.contains(&record.output), "{record:?}");
        n_of_choices += 1;
    });
    if corpora().is_some() {
        assert_eq!((n_measured, n_several, n_of_choices), (4442, 1244, 1119));
    }
}

#[test]
fn answers_stand_in_their_texts() {
    read(&JSquad, Preset::Clean, &mut |record| {
        assert!(record.input.contains(record.output.as_ref()), "{record:?}");
        assert!(!record.input.contains("[SEP]"), "{record:?}");
    });
}

#[test]
fn openings_have_no_notation_left() {
    read(&Aozora, Preset::Clean, &mut |record| {
        for text in [&*record.instruction, &*record.output] {
            assert!(!text.contains(['《', '》', '｜', '※', '\u{fffd}']), "{record:?}");
            assert!(!text.contains("［＃"), "{record:?}");
        }
    });
}

#[test]
fn questions_of_two_steps_have_their_reasons() {
    let (mut n_reasons, mut n_dated, mut n_dev) = (0, 0, 0);
    let n = read(&JemHopQa, Preset::Clean, &mut |record| {
        assert!(!["YES", "NO"].contains(&record.output.as_ref()), "{record:?}");
        n_dev += u64::from(record.split.as_str() == "validation");
        assert_eq!(record.answers.len(), usize::from(record.split.as_str() == "validation"));
        if record.id.ends_with("/reasons") {
            n_reasons += 1;
            assert!(record.output.contains("したがって、答えは"), "{record:?}");
        } else {
            n_dated += u64::from(record.category.unwrap().contains("time-dependent"));
        }
    });
    let Some(n) = n else { return };
    assert_eq!((n, n_reasons, n_dev, n_dated), (2 * 1_059 + 120, 1_059, 120, 87 + 7));
}

#[test]
fn questions_are_trained_on_that_have_one_answer() {
    let (mut n_train, mut n_several) = (0, 0);
    let n = read(&Niilc, Preset::Clean, &mut |record| {
        assert!(!record.output.contains(|c| ('０'..='９').contains(&c)), "{record:?}");
        assert!(!["-", "説明文", ""].contains(&record.output.as_ref()), "{record:?}");
        if record.split.is_evaluation() {
            assert_eq!(record.answers.first(), Some(&record.output));
            n_several += u64::from(1 < record.answers.len());
        } else {
            n_train += 1;
            assert!(record.answers.is_empty());
        }
    });
    let Some(n) = n else { return };
    assert_eq!((n, n_train, n_several), (690, 492, 36));
}

#[test]
fn small_talk_is_read_whole_and_without_names() {
    let Some(raw) = raw(&RealPersonaChat) else { return };
    raw.check().unwrap();
    let (mut n, mut n_named) = (0, 0);
    let mut ids = BTreeSet::new();
    let (rows, skipped) =
        read_records(&RealPersonaChat, &raw, &Rules::new(Preset::Clean), &mut |record| {
            let (last, before) = (&record.output, &record.history);
            let texts: Vec<&str> = before.iter().map(|turn| turn.content.as_ref()).collect();
            let texts = [&texts[..], &[&record.input, last]].concat();
            assert!(texts.iter().all(|text| !text.contains("＊＊") && !text.is_empty()));
            let is_mask =
                |text: &&str| text.split('<').skip(1).any(|rest| rest.get(2..3) == Some(">"));
            assert!(!texts.iter().any(is_mask), "{record:?}");
            assert!(before.windows(2).all(|pair| pair[0].role != pair[1].role), "{record:?}");
            // A mask takes three utterances with it, and one may stand in all of a dialogue but its end.
            assert!((2..=50).contains(&texts.len()) && texts.len() % 2 == 0, "{record:?}");
            assert_eq!(RealPersonaChat.parties(&record).len(), 2);
            n += 1;
            n_named += u64::from(texts.iter().any(|text| text.contains("佐藤さん")));
            ids.insert(record.id.into_owned());
        })
        .unwrap();
    let skipped: BTreeMap<_, _> =
        skipped.iter().map(|(skip, rows)| (skip.reason(), rows.count)).collect();
    let expected = [("a speaker was not satisfied with it", 406), ("the same row again", 6)];
    assert_eq!((rows, n, ids.len()), (13_583, 13_171, 13_171));
    assert_eq!(skipped, BTreeMap::from(expected));
    // Two files have another dialogue's number.
    assert!(ids.contains("10279") && ids.contains("11052") && 0 < n_named);
}

#[test]
fn every_answer_of_a_recommender_has_its_dialogue() {
    let Some(corpora) = corpora() else { return };
    let is_turn = |pair: &[ljd_core::Turn<'_>]| pair[0].role != pair[1].role;
    let mut n_answers = 0;
    let raw = raw(&Jmrd).unwrap();
    let mut rules = Rules::new(Preset::Clean);
    rules.set(Jmrd.options(), "jmrd_unit", "utterance").unwrap();
    let (_, skipped) = read_records(&Jmrd, &raw, &rules, &mut |record| {
        n_answers += u64::from(record.task.as_str() == "dialogue");
        assert!(record.history.windows(2).all(is_turn), "{record:?}");
    })
    .unwrap();
    let n_skipped: u64 = skipped.iter().map(|(_, rows)| rows.count).sum();
    let mut n_dialogues = 0;
    read(&Jmrd, Preset::Clean, &mut |record| {
        n_dialogues += u64::from(record.task.as_str() == "dialogue");
        assert!(record.history.windows(2).all(is_turn), "{record:?}");
        let texts = [&*record.instruction, &*record.input, &*record.output];
        assert!(
            texts.iter().all(|text| !text.contains(|c| ('０'..='９').contains(&c))),
            "{record:?}"
        );
        assert!(!record.instruction.contains("映画『映画"), "{record:?}");
    });
    // Of 200 dialogues 32 mostly repeat what they were given, and 3 have slips of the keyboard.
    assert_eq!((n_dialogues, n_skipped), (165, 309));
    let file = fs::File::open(corpora.join("jmrd/JMRD-main.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let dialogues: Vec<serde_json::Value> =
        serde_json::from_reader(zip.by_name("JMRD-main/data/valid.json").unwrap()).unwrap();
    let speakers = |dialogue: &serde_json::Value| -> Vec<String> {
        let turns = dialogue["dialog"].as_array().unwrap();
        turns.iter().map(|turn| turn["speaker"].to_string()).collect()
    };
    let asked = |pair: &&[String]| pair[0] == "\"seeker\"" && pair[1] == "\"recommender\"";
    let n: usize =
        dialogues.iter().map(|dialogue| speakers(dialogue).windows(2).filter(asked).count()).sum();
    assert_eq!(n_answers + n_skipped, n as u64);
}

#[test]
fn citation_marks_are_gone_and_repetitions_too() {
    let mut texts = BTreeSet::new();
    read(&Dolly, Preset::Clean, &mut |record| {
        let text = format!("{}\0{}\0{}", record.instruction, record.input, record.output);
        for mark in ["。[1]", "、[1]", "た[2]", "る[3]"] {
            assert!(!text.contains(mark), "{record:?}");
        }
        texts.insert(text);
    });
    assert!(texts.is_empty() || texts.len() == 14_060, "{}", texts.len());
}

/// The pages of the 2006 dump, of the 2019 dump that was not downloaded to its end, and of the country
/// articles, which come as JSON Lines and are put into a dump here.
pub(crate) fn other_dumps(folder: &std::path::Path, corpora: &std::path::Path) -> Vec<PathBuf> {
    let country = Raw::new(corpora.to_path_buf(), manifest("wikipedia/jawiki-country.json.gz"));
    let mut json = country.open(country.manifest().file(0).unwrap()).unwrap();
    let mut text = String::new();
    json.read_to_string(&mut text).unwrap();
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut dump = "<mediawiki>\n".to_owned();
    for (i, line) in text.lines().enumerate() {
        let page: serde_json::Value = serde_json::from_str(line).unwrap();
        let (title, text) = (page["title"].as_str().unwrap(), page["text"].as_str().unwrap());
        let (title, text) = (escape(title), escape(text));
        writeln!(dump, "<page><title>{title}</title><ns>0</ns><id>{}</id><revision><id>1</id><text>{text}</text></revision></page>", i + 1).unwrap();
    }
    let path = folder.join("country.xml");
    fs::write(&path, dump + "</mediawiki>\n").unwrap();
    let old = ["jawiki-2006-08-excerpt.xml.bz2", "jawiki-2019-06-truncated.xml.bz2"];
    old.map(|name| corpora.join("wikipedia").join(name)).into_iter().chain([path]).collect()
}

/// Wikipedia's manifest with one file, which may end early.
fn manifest(path: &str) -> Manifest {
    let file = serde_json::json!({ "files": [{ "path": path, "split": "whole", "url": "https://example.org/", "truncated": true }], "expected": {} });
    Manifest::parse_replaced(Wikipedia.manifest(), &file.to_string(), "real").unwrap()
}

pub(crate) fn raw_of(path: &std::path::Path) -> Raw {
    let name = path.file_name().unwrap().to_str().unwrap();
    Raw::new(path.parent().unwrap().to_path_buf(), manifest(name))
}

fn compact(text: &str) -> String {
    text.replace([' ', '　'], "")
}

/// The words in bold type that the first sentence of each page begins with, by the page's title.
fn first_bold(raw: &Raw) -> BTreeMap<String, String> {
    let (mut xml, mut bold) = (Vec::new(), BTreeMap::new());
    // One of the dumps ends early: what is read until then is enough.
    let _ = raw.open(raw.manifest().file(0).unwrap()).unwrap().read_to_end(&mut xml);
    let xml = String::from_utf8_lossy(&xml);
    let options = Options { lead_only: true, ..Options::default() };
    let _ = each_page(&xml, &Namespaces::read(&xml), &mut |page| {
        // Where a line begins with them: elsewhere the sentence begins with something else.
        let line = page.text.lines().find(|line| line.starts_with("'''")).unwrap_or_default();
        let words = line.split("'''").nth(1).unwrap_or_default();
        bold.insert(page.title.clone(), compact(&Wiki::japanese().text(words, &options).text));
    });
    bold
}

/// What no lead may have in it, since markup or what it left is all that looks like it.
const RESIDUE: [&str; 17] = [
    "{{", "}}", "[[", "]]", "<ref", "'''", "&amp;", "&lt;", "&nbsp;", "（、", "（）", "（；",
    "、。", "。。", "__", "formula_", "|-",
];

#[test]
fn leads_are_what_a_careful_human_would_write() {
    let Some(corpora) = corpora() else { return };
    let folder = tempdir().unwrap();
    let mut dumps = other_dumps(folder.path(), &corpora);
    dumps.push(corpora.join("wikipedia/jawiki-2022-07-excerpt.xml.bz2"));
    let expected = ["地理学", "物理学", "アンパサンド", "両国国技館", "パリ", "日本", "タイ王国"];
    let mut found = String::new();
    for dump in dumps {
        let (mut n, mut n_bold, mut n_named) = (0, 0, 0);
        let raw = raw_of(&dump);
        let bold = first_bold(&raw);
        let done = read_records(&Wikipedia, &raw, &Rules::new(Preset::Clean), &mut |record| {
            let lead = record.output.as_ref();
            for residue in RESIDUE {
                assert!(!lead.contains(residue), "{residue} in {record:?}");
            }
            n += 1;
            if bold.get(record.input.as_ref()).is_some_and(|bold| *bold == compact(&record.input)) {
                n_bold += 1;
                let start = compact(lead);
                let is_named =
                    start.trim_start_matches(['『', '「']).starts_with(&compact(&record.input));
                n_named += u64::from(is_named);
                if !is_named {
                    println!("{}: {}", record.input, start.chars().take(60).collect::<String>());
                }
            }
            if expected.contains(&record.input.as_ref()) {
                let name = dump.file_name().unwrap().to_str().unwrap();
                // The text is its authors', so that only its digest is kept here.
                println!("{name} {}: {lead}", record.input);
                let digest = ljd_core::hex(&Sha256::digest(lead));
                writeln!(found, "{digest} {name} {}", record.input).unwrap();
            }
        });
        let (rows, skipped) = done.unwrap();
        let n_skipped: u64 = skipped.iter().map(|(_, rows)| rows.count).sum();
        assert_eq!(n + n_skipped, rows, "every article gives a record or a reason: {skipped}");
        assert_eq!(skipped.n_bad(), 0, "{skipped}");
        println!("{}: {n} leads, {n_named} of {n_bold} begin with the title", dump.display());
        assert!(99 * n_bold <= 100 * n_named, "{n_named} of {n_bold} begin with the title");
    }
    let path = root().join("tests/real/leads.sha256");
    if std::env::var("LJD_BLESS").is_ok() {
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), found, "LJD_BLESS=1 accepts");
}

#[test]
fn a_dump_that_ends_early_says_where() {
    let Some(corpora) = corpora() else { return };
    let path = "wikipedia/jawiki-2019-06-truncated.xml.bz2";
    let strict =
        serde_json::json!({ "files": [{ "path": path, "split": "whole", "url": "https://example.org/" }] }).to_string();
    let strict = Manifest::parse_replaced(Wikipedia.manifest(), &strict, "real").unwrap();
    let mut n = 0;
    let rules = Rules::new(Preset::V0);
    let mut count = |_: Record<'_>| n += 1;
    let error = read_records(&Wikipedia, &Raw::new(corpora.clone(), strict), &rules, &mut count)
        .unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with(&format!("wikipedia: {path}:"))
            && message.ends_with("the data ends early"),
        "{message}"
    );
    let (before, mut again) = (n, 0);
    let tolerant = Raw::new(corpora, manifest(path));
    let (_, skipped) = read_records(&Wikipedia, &tolerant, &rules, &mut |_| again += 1).unwrap();
    assert_eq!(before, again, "all whole pages come before the error");
    assert!(skipped.to_string().contains("1 the dump ends early"), "{skipped}");
}

/// The counts of corpora that their manifests alone describe, by split, on the whole published files.
#[test]
fn manifests_alone_read_whole_archives() {
    let Some(corpora) = corpora() else { return };
    let expected = [("jaquad", vec![("train", 31_748), ("validation", 3939)])];
    for (name, expected) in expected {
        let table = ljd_tables::corpora().iter().find(|table| table.name() == name).unwrap();
        let raw = Raw::new(corpora.clone(), Manifest::parse(table.manifest(), name).unwrap());
        let (mut found, mut ids) = (BTreeMap::<&str, u64>::new(), BTreeSet::new());
        let mut each = |record: Record<'_>| {
            assert!(ids.insert(record.id.to_string()), "{name}: {}", record.id);
            assert!(!record.output.trim().is_empty() && !record.instruction.is_empty());
            let is_evaluation = record.split != ljd_core::Split::Train;
            assert_eq!(is_evaluation, record.answers.first() == Some(&record.output));
            *found.entry(record.split.as_str()).or_default() += 1;
        };
        let rules = Rules::new(Preset::Clean);
        let (_, skipped) = read_records(table, &raw, &rules, &mut each).unwrap();
        assert_eq!(skipped.n_bad(), 0, "{name}: {skipped}");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{name}: {skipped}");
    }
}
