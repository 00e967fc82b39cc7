//! How fast each corpus is read, on published files where `../shared/corpora` has them and else on files of
//! the published size in the published format.
//!
//! `unpack` reads and decompresses the same bytes and does nothing with them: the limit that `clean` and
//! `v0` are held against. All run on one thread.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

mod synthetic;

use std::fs;
use std::hint::black_box;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, read_records};
use ljd_translation::CORPORA;

fn name(corpus: &dyn Corpus) -> String {
    Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid").source.name
}

/// The files of a corpus below `root`, whichever they are.
fn raw(corpus: &dyn Corpus, root: &Path) -> Raw {
    let manifest = Manifest::parse(corpus.manifest(), "manifest").expect("the manifest is valid");
    Raw::new(root.to_path_buf(), manifest)
}

/// Where the whole published files of a corpus are, if they are here.
fn published(name: &str) -> Option<PathBuf> {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let is_whole = matches!(name, "coursera" | "manythings" | "tanaka");
    (is_whole && corpora.join(name).is_dir()).then_some(corpora)
}

/// Reads every file of a corpus, decompressed.
fn unpack(raw: &Raw) -> u64 {
    let mut n_bytes = 0;
    let mut count = |reader: &mut dyn Read| {
        n_bytes += io::copy(reader, &mut io::sink()).expect("the file can be read");
    };
    for file in raw.manifest().files.iter().filter(|file| raw.has(file)) {
        let is_zip = [".zip", ".xlsx"].iter().any(|ending| file.path.ends_with(ending));
        if !is_zip {
            count(&mut raw.open(file).expect("the file can be opened"));
            continue;
        }
        let mut zip = raw.zip(file).expect("the archive can be opened");
        for name in zip.names().to_vec().iter().filter(|name| !name.ends_with('/')) {
            count(&mut zip.member(name).expect("the member can be opened"));
        }
    }
    n_bytes
}

fn read(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for corpus in CORPORA {
        let name = name(*corpus);
        let Some(root) = published(&name).or_else(|| synthetic::write(&name, folder.path())) else {
            continue;
        };
        let raw = raw(*corpus, &root);
        let files = raw.manifest().files.iter().filter(|file| raw.has(file));
        let n_bytes = files
            .map(|file| fs::metadata(root.join(&file.path)).map_or(0, |file| file.len()))
            .sum();
        let mut group = criterion.benchmark_group(&name);
        group.sample_size(10).throughput(Throughput::Bytes(n_bytes));
        group.bench_function("unpack", |bencher| bencher.iter(|| unpack(&raw)));
        for preset in Preset::ALL {
            let rules = Rules::new(*preset);
            group.bench_function(preset.as_str(), |bencher| {
                bencher.iter(|| {
                    let mut n_records = 0_u64;
                    let done = read_records(*corpus, &raw, &rules, &mut |record| {
                        n_records += 1;
                        black_box(record);
                    });
                    done.expect("the corpus can be read");
                    n_records
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, read);
criterion_main!(benches);
