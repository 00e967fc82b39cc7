//! How fast each corpus is read, on one thread: the published files where `../shared/corpora` has them, else the
//! fixture.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ljd_core::testing::{Timed, published, time};
use ljd_core::{Corpus, Raw};
use ljd_wiki::CORPORA;

fn raw(corpus: &dyn Corpus) -> Option<Raw> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    published(corpus, &project.join("../shared/corpora"), &project.join("tests/real/manifests"))
}

fn read(criterion: &mut Criterion) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    time(CORPORA, &raw, &fixtures, &mut |Timed { group, name, n_bytes, work }| {
        let mut group = criterion.benchmark_group(group);
        group.sample_size(10).throughput(Throughput::Bytes(n_bytes));
        group.bench_function(name, |bencher| bencher.iter(&mut *work));
    });
}

criterion_group!(benches, read);
criterion_main!(benches);
