//! How fast pages are read out of XML and markup made text: 200 articles of a dump where `../shared/corpora` has it, else
//! the fixture's. All run on one thread.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ljd_core::read::Bzip2;
use ljd_wiki::markup::{Options, Wiki};
use ljd_wiki::pages::{Namespaces, each_page};

fn xml() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [
        "../../../shared/corpora/wikipedia/jawiki-2022-07-excerpt.xml.bz2",
        "tests/fixtures/wikipedia/jawiki-20230401-pages-articles.xml.bz2",
    ];
    let file = paths
        .iter()
        .find_map(|path| File::open(here.join(path)).ok())
        .expect("the fixture is there");
    let mut xml = Vec::new();
    io::copy(&mut Bzip2::new(file, NonZeroUsize::MIN), &mut xml).expect("the dump can be read");
    String::from_utf8(xml).expect("the dump is UTF-8")
}

fn pages(criterion: &mut Criterion) {
    let xml = xml();
    let namespaces = Namespaces::read(&xml);
    let mut texts = Vec::new();
    let mut keep = |page: &ljd_wiki::pages::Page| {
        if page.namespace == 0 {
            texts.push(page.text.clone());
        }
    };
    each_page(&xml, &namespaces, &mut keep).expect("the dump is well-formed");
    let mut group = criterion.benchmark_group("wiki");
    group.sample_size(20).throughput(Throughput::Bytes(xml.len() as u64));
    group.bench_function("each_page", |bencher| {
        bencher.iter(|| {
            each_page(&xml, &namespaces, &mut |page| {
                black_box(page);
            })
        });
    });
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    for (lead_only, part) in [(false, "whole"), (true, "lead")] {
        let options = Options { lead_only, ..Options::default() };
        group.bench_function(format!("text {part}"), |bencher| {
            bencher.iter(|| {
                texts
                    .iter()
                    .map(|text| Wiki::japanese().text(text, &options).text.len())
                    .sum::<usize>()
            });
        });
    }
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let read = |text: &String| Wiki::japanese().read(text, &Options::default());
            texts.iter().map(|text| read(text).sections.len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, pages);
criterion_main!(benches);
