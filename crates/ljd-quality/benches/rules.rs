//! How fast records are judged: on the pairs of the Tanaka Corpus where `../shared/corpora` has it, else on an
//! invented one over and over. All run on one thread.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::read::GzDecoder;
use ljd_core::{Language, License, Record, Source, Task};
use ljd_quality::{
    CompareRules, Evaluation, Filters, Key, Normal, Rule, Scope, Scopes, Seen, Signature,
};

const N: usize = 20_000;

/// English and Japanese sentences.
fn pairs() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpora/tanaka/examples.utf.gz");
    let Ok(file) = File::open(path) else {
        return vec![
            (
                "村では雨が降っています。".to_owned(),
                "It is raining in the village.".to_owned()
            );
            N
        ];
    };
    let lines = BufReader::new(GzDecoder::new(file))
        .lines()
        .map(|line| line.expect("the file can be read"));
    let pair = |line: String| {
        let (ja, en) = line.strip_prefix("A: ")?.rsplit_once("#ID=")?.0.split_once('\t')?;
        Some((ja.to_owned(), en.to_owned()))
    };
    lines.filter_map(pair).take(N).collect()
}

fn record<'a>(source: &'a Source, (ja, en): &'a (String, String)) -> Record<'a> {
    Record {
        target_language: Language::En,
        instruction: "次の日本語を英語に翻訳してください。".into(),
        input: ja.as_str().into(),
        output: en.as_str().into(),
        attribution: "Tanaka Corpus".into(),
        ..Record::new(source, "1", Task::Translation)
    }
}

fn judge(criterion: &mut Criterion) {
    let license = License::parse("CC-BY-4.0").expect("a known licence");
    let source =
        Source { name: "tanaka".to_owned(), license, attribution: "Tanaka Corpus".to_owned() };
    let pairs = pairs();
    let records: Vec<Record<'_>> = pairs.iter().map(|pair| record(&source, pair)).collect();
    let mut group = criterion.benchmark_group("tanaka");
    group.sample_size(10).throughput(Throughput::Elements(records.len() as u64));
    let mut run = |name: &str, each: &mut dyn FnMut(&Record<'_>)| {
        group.bench_function(name, |bencher| bencher.iter(|| records.iter().for_each(&mut *each)));
    };
    for rule in Rule::ALL.iter().filter(|rule| rule.is_alone()) {
        let filters = Filters::new(&Scopes::from([(*rule, Scope::All)]), "tanaka");
        run(rule.as_str(), &mut |record| {
            let _ = black_box(filters.apply(&mut record.clone(), |_rule| {}));
        });
    }
    let all = Rule::ALL.iter().map(|rule| (*rule, Scope::All)).collect();
    let filters = Filters::new(&all, "tanaka");
    run("all alone", &mut |record| {
        let _ = black_box(filters.apply(&mut record.clone(), |_rule| {}));
    });
    let mut evaluation = Evaluation::default();
    for record in records.iter().step_by(20) {
        evaluation.add("tanaka", &Normal::of(record));
    }
    run("contamination", &mut |record| {
        black_box(evaluation.find(&Normal::of(record)));
    });
    let mut seen = Seen::default();
    run("duplicate", &mut |record| {
        black_box(seen.see(
            Key::of(record),
            0,
            CompareRules { duplicate: true, most_answers: Some(3) },
        ));
    });
    run("signature", &mut |record| {
        black_box(Signature::of(&Normal::of(record)));
    });
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
