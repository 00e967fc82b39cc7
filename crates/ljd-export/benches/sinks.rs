//! How fast records are written: 200,000 pairs of the Tanaka Corpus where `../shared/corpora` has it, else an invented
//! one over and over. `nothing` reads the records and writes none, which is what the formats add to.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::read::GzDecoder;
use ljd_core::{
    Cancel, Chunk, ChunkSink, Corpus, Language, Manifest, Raw, Record, RecordSink, Result, Rules,
    Skip, Task, read,
};
use ljd_export::{BuildOptions, Choices, Format, Plan, Recipe, RecipeCorpus, build};

const N: usize = 200_000;

/// Lines of a Japanese and an English sentence.
struct Pairs;

impl Corpus for Pairs {
    fn name(&self) -> &'static str {
        "pairs"
    }

    fn manifest(&self) -> &'static str {
        r#"{
            "name": "pairs", "title": "Pairs", "homepage": "https://example.org", "license": "CC-BY-4.0",
            "copyright": "nobody", "attribution": "Pairs", "modifications": "none", "citation": "@misc{pairs}",
            "tasks": ["translation"], "version": "1", "tolerance": 0.0,
            "files": [{ "path": "pairs.tsv", "split": "whole", "url": "https://example.org/pairs.tsv" }]
        }"#
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        read::lines(raw.open(raw.manifest().file(0)?)?, &read::last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            let (ja, en) = line.text.split_once('\t').ok_or(Skip::Bad("no tab"))?;
            out.push(Record {
                target_language: Language::En,
                instruction: "次の日本語を英語に翻訳してください。".into(),
                input: ja.into(),
                output: en.into(),
                split: chunk.split,
                ..Record::new(out.source(), line.number.to_string(), Task::Translation)
            });
            Ok(())
        });
        Ok(())
    }
}

/// Writes the file of the corpus.
fn write_pairs(folder: &Path) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpora/tanaka/examples.utf.gz");
    let mut lines: Vec<String> = Vec::new();
    if let Ok(file) = File::open(path) {
        let file = BufReader::new(GzDecoder::new(file)).lines();
        let file = file.map(|line| line.expect("the file can be read"));
        let pair = |line: String| Some(line.strip_prefix("A: ")?.rsplit_once("#ID=")?.0.to_owned());
        lines.extend(file.filter_map(pair));
    } else {
        lines.push("村では雨が降っています。\tIt is raining in the village.".to_owned());
    }
    let file = File::create(folder.join("pairs.tsv")).expect("a file can be made");
    let mut file = BufWriter::new(file);
    for line in lines.iter().cycle().take(N) {
        writeln!(file, "{line}").expect("the file can be written");
    }
    file.flush().expect("the file can be written");
}

fn plan(folder: &Path) -> Plan {
    let recipe = r#"{
        "name": "bench", "description": "A benchmark.", "preset": "clean", "corpora": [{ "name": "pairs" }]
    }"#;
    let recipe = Recipe::parse(recipe, "bench.json", None).expect("the recipe is valid");
    let open = |corpus: &dyn Corpus, _: &RecipeCorpus| {
        Ok(Raw::new(folder.to_path_buf(), Manifest::parse(corpus.manifest(), "manifest")?))
    };
    Plan::new(recipe, &[&Pairs], Choices::default(), open).expect("the recipe can be planned")
}

fn write(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    write_pairs(folder.path());
    let n_bytes = fs::metadata(folder.path().join("pairs.tsv")).expect("the file is there").len();
    let plan = plan(folder.path());
    let mut options = BuildOptions {
        out: folder.path().join("out"),
        jobs: NonZeroUsize::MIN,
        limit: None,
        formats: Vec::new(),
        keep_dropped: false,
        decontaminate: Vec::new(),
        tokenizer: None,
        evaluation: false,
        max_file_bytes: BuildOptions::MAX_FILE_BYTES,
        cache: None,
        cancel: Cancel::default(),
    };
    let mut group = criterion.benchmark_group("sinks");
    let throughput = Throughput::ElementsAndBytes { elements: N as u64, bytes: n_bytes };
    group.sample_size(10).throughput(throughput);
    let formats = Format::ALL.iter().map(|format| (format.as_str(), vec![*format]));
    for (name, formats) in [("nothing", Vec::new())].into_iter().chain(formats) {
        options.formats = formats;
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| build(&plan, &options, &mut |_| {}).expect("the records can be written"));
        });
    }
    group.finish();
}

criterion_group!(benches, write);
criterion_main!(benches);
