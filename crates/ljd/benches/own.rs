//! How fast a corpus that its manifest alone describes is read, next to a reader in Rust of the same rows.
//!
//! Dolly's reader next to JSON and JSON Lines of the same rows, and that of the pairs of manythings.org next to TSV and
//! CSV of them. Each figure is of one thread that cuts and converts everything, published files where
//! `../shared/corpora` has them, else rows that are made up.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a benchmark fails by panicking, and reads small files"
)]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ljd::Catalogue;
use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, read_records};
use ljd_tables::Table;
use serde_json::{Value, json};

const DOLLY: &str = "dolly/databricks-dolly-15k-ja.json";
const PAIRS: &str = "manythings/jpn-eng.zip";

/// A file, and the corpus that reads it.
struct Case {
    group: &'static str,
    name: &'static str,
    corpus: &'static dyn Corpus,
    raw: Raw,
    rules: Rules,
    n_bytes: u64,
}

/// The bytes of a published file, if it is there.
fn published(path: &str) -> Option<Vec<u8>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read(project.join("../shared/corpora").join(path)).ok()
}

/// The elements of Dolly's array.
fn dolly() -> Vec<Value> {
    let text = published(DOLLY);
    let rows = text.map(|text| serde_json::from_slice(&text).expect("an array"));
    let row = |n: usize| {
        json!({ "index": n.to_string(), "instruction": format!("{n}番の雨は何ですか。"),
            "input": "", "output": "雲から落ちる水です。".repeat(1 + n % 40), "category": "open_qa" })
    };
    rows.unwrap_or_else(|| (0..15_000).map(row).collect())
}

/// The lines of the pairs.
fn pairs() -> String {
    let Some(bytes) = published(PAIRS) else {
        let line = |n: usize| {
            format!(
                "It rains for the {n}th time.\t{n}回目の雨が降る。\tCC-BY 2.0 (France) Attribution: tatoeba.org #{n} (a) & #{n} (b)\n"
            )
        };
        return (0..150_000).map(line).collect::<Vec<_>>().concat();
    };
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    zip.by_name("jpn.txt").expect("the member").read_to_string(&mut text).expect("UTF-8");
    text
}

fn csv(pairs: &str) -> String {
    let mut text = "en,ja,credit\n".to_owned();
    for line in pairs.lines() {
        let quoted = line.split('\t').map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
        let _ = writeln!(text, "{}", quoted.collect::<Vec<_>>().join(","));
    }
    text
}

/// Writes a file and the case that reads it.
fn case(
    folder: &Path,
    (group, name): (&'static str, &'static str),
    corpus: &'static dyn Corpus,
    preset: Preset,
    bytes: &[u8],
) -> Case {
    let root: PathBuf = folder.join(format!("{group}-{name}"));
    let mut manifest =
        Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid");
    let file = manifest.files.first_mut().expect("it has a file");
    (file.bytes, file.sha256) = (None, None);
    let path = file.below(&root);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::write(&path, bytes).expect("a file can be written");
    let n_bytes = bytes.len() as u64;
    Case { group, name, corpus, raw: Raw::new(root, manifest), rules: Rules::new(preset), n_bytes }
}

fn built_in(name: &str) -> &'static dyn Corpus {
    let corpora = Catalogue::new("raw").corpora();
    let is = |corpus: &&dyn Corpus| {
        Manifest::parse(corpus.manifest(), name).is_ok_and(|it| it.source.name == name)
    };
    corpora.into_iter().find(is).expect("there is such a corpus")
}

fn table(path: &str, read: &Value) -> &'static dyn Corpus {
    let manifest = json!({ "name": "own", "title": "Own", "license": "CC-BY-4.0", "copyright": "us",
        "attribution": "us", "version": "1", "files": [{ "path": path, "split": "whole" }], "read": read });
    let table = Table::parse(&manifest.to_string(), "own.json").expect("the manifest is valid");
    Box::leak(Box::new(table))
}

/// A zip with the pairs, as they are published.
fn zipped(text: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("jpn.txt", zip::write::SimpleFileOptions::default()).expect("a member");
    std::io::Write::write_all(&mut zip, text.as_bytes()).expect("a member can be written");
    zip.finish().expect("an archive can be written").into_inner()
}

fn cases(folder: &Path) -> Vec<Case> {
    let rows = dolly();
    let array = serde_json::to_vec_pretty(&rows).expect("JSON");
    let lines = rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let of = |format| {
        json!({ "format": format, "task": "instruction-following", "id": "{index}",
            "instruction": "{instruction}", "input": "{input}", "output": "{output}", "category": "{category}" })
    };
    let json = table("rows.json", &of("json"));
    let json_lines = table("rows.jsonl", &of("json-lines"));
    let pairs = pairs();
    let of = |format: &str, header: Value| {
        json!({ "format": format, "header": header, "task": "translation", "source_language": "en",
            "id": "{$row}", "instruction": "次の入力を日本語に翻訳してください。", "input": "{en}", "output": "{ja}" })
    };
    let tsv = table("pairs.tsv", &of("tsv", json!(["en", "ja", "credit"])));
    let comma = table("pairs.csv", &of("csv", json!(true)));
    let (v0, clean) = (Preset::V0, Preset::Clean);
    vec![
        case(folder, ("instructions", "Dolly's reader"), built_in("dolly"), v0, &array),
        case(folder, ("instructions", "json"), json, clean, &array),
        case(folder, ("instructions", "json-lines"), json_lines, clean, lines.as_bytes()),
        // Its text is what is timed, as a zip is smaller.
        Case {
            n_bytes: pairs.len() as u64,
            ..case(
                folder,
                ("pairs", "reader of manythings.org"),
                built_in("manythings"),
                clean,
                &zipped(&pairs),
            )
        },
        case(folder, ("pairs", "tsv"), tsv, clean, pairs.as_bytes()),
        case(folder, ("pairs", "csv"), comma, clean, csv(&pairs).as_bytes()),
    ]
}

fn own(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for Case { group, name, corpus, raw, rules, n_bytes } in cases(folder.path()) {
        let mut group = criterion.benchmark_group(group);
        group.sample_size(20).throughput(Throughput::Bytes(n_bytes));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut n = 0;
                let read = read_records(corpus, &raw, &rules, &mut |record| {
                    n += black_box(record.output.len());
                });
                read.expect("it can be read");
                n
            });
        });
    }
}

criterion_group!(benches, own);
criterion_main!(benches);
