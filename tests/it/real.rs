use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use ljd_core::{Corpus, Manifest, Preset, Raw, Record, Rules, read_records};
use ljd_dialogue::{Dolly, Jmrd};
use ljd_qa::{Aio, Aozora, JSquad};
use ljd_translation::{Coursera, Manythings, Tanaka, Wordnet};
use tempfile::tempdir;

use crate::support::{FAMILIES, report, root, tree, xtask};

/// The folder of published files, or `None` with a printed reason.
fn corpora() -> Option<PathBuf> {
    let corpora = root().join("../shared/corpora");
    if !corpora.is_dir() {
        println!("skipped: no published corpora in {}", corpora.display());
        return None;
    }
    Some(corpora)
}

/// The published files of a corpus, or `None` with a printed reason.
fn raw(corpus: &dyn Corpus) -> Option<Raw> {
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
    let files = r#"{ "files": [{ "path": "aio/aio_02_dev_excerpt.jsonl", "url": "" }] }"#;
    let manifest = Manifest::parse_replaced(Aio.manifest(), files, "real").unwrap();
    let (mut n, raw) = (0, Raw::new(corpora, manifest));
    let done = read_records(&Aio, &raw, &Rules::new(Preset::Clean), &mut |record| {
        n += 1;
        assert_eq!(record.split.as_str(), "validation");
    });
    assert_eq!((n, done.unwrap().1.n_bad()), (500, 0));
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
        for text in [&record.instruction, &record.output] {
            assert!(!text.contains(['《', '》', '｜', '※', '\u{fffd}']), "{record:?}");
            assert!(!text.contains("［＃"), "{record:?}");
        }
    });
}

#[test]
fn every_answer_of_a_recommender_has_its_dialogue() {
    let Some(corpora) = corpora() else { return };
    let mut n_answers = 0;
    read(&Jmrd, Preset::Clean, &mut |record| {
        n_answers += u64::from(record.task.as_str() == "dialogue");
        let is_turn = |pair: &[ljd_core::Turn<'_>]| pair[0].role != pair[1].role;
        assert!(record.history.windows(2).all(is_turn), "{record:?}");
    });
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
    assert_eq!(n_answers, n as u64);
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
    assert!(texts.is_empty() || texts.len() == 15_003, "{}", texts.len());
}
