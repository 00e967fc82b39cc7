//! How fast each corpus is read, on one thread: the published files where `../shared/corpora` has more of them than
//! some lines, else files of the published size in the published format, else the fixture.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

mod synthetic;

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ljd_core::testing::{Timed, published, time};
use ljd_core::{Corpus, Manifest, Raw};
use ljd_translation::CORPORA;

fn raw(corpus: &dyn Corpus, folder: &Path) -> Option<Raw> {
    let manifest = Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid");
    if matches!(manifest.source.name.as_str(), "coursera" | "manythings" | "tanaka") {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let manifests = project.join("tests/real/manifests");
        return published(corpus, &project.join("../shared/corpora"), &manifests);
    }
    synthetic::write(&manifest.source.name, folder).map(|root| Raw::new(root, manifest))
}

fn read(criterion: &mut Criterion) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let raw = |corpus: &dyn Corpus| raw(corpus, folder.path());
    time(CORPORA, &raw, &fixtures, &mut |Timed { group, name, n_bytes, work }| {
        let mut group = criterion.benchmark_group(group);
        group.sample_size(10).throughput(Throughput::Bytes(n_bytes));
        group.bench_function(name, |bencher| bencher.iter(&mut *work));
    });
}

criterion_group!(benches, read);
criterion_main!(benches);
