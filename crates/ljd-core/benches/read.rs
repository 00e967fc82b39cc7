//! How fast files are unpacked and cut: real files of `../shared/corpora`, or nothing where they are missing. All but
//! `bzip2 2 threads` run on one thread.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]
#![expect(clippy::print_stderr, reason = "what is missing is said")]
#![expect(
    clippy::disallowed_methods,
    reason = "what is cut lies in memory, so that only the cutting is timed"
)]

use std::fs;
use std::hint::black_box;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use bzip2::read::MultiBzDecoder;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::read::MultiGzDecoder;
use ljd_core::read::{self, Bzip2};
use ljd_core::{Chunk, ChunkSink, Input, Result, Sha256Writer};

/// What is read at least: smaller files are repeated.
const ENOUGH: usize = 100 << 20;

/// A published file, if it is here.
fn published(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora").join(path);
    if !path.is_file() {
        eprintln!("skipped: no {}", path.display());
    }
    path.is_file().then_some(path)
}

fn repeated(text: &[u8]) -> Vec<u8> {
    text.repeat(ENOUGH.div_ceil(text.len().max(1)))
}

/// Drops the chunks that `cut` makes of a text.
fn cut(text: &[u8], cut: impl Fn(Input<'_>, &mut ChunkSink<'_>) -> Result<()>) {
    let mut push = |chunk: Chunk| {
        black_box(chunk);
        Ok(())
    };
    cut(Input::new("text", text), &mut ChunkSink::new(&mut push)).expect("the text can be cut");
}

fn decompression(criterion: &mut Criterion) {
    let Some(path) = published("wikipedia/jawiki-2022-07-excerpt.xml.bz2") else { return };
    let packed = fs::read(path).expect("the file can be read");
    let unpack = |reader: &mut dyn Read| {
        io::copy(reader, &mut io::sink()).expect("the file can be unpacked")
    };
    let n_bytes = unpack(&mut MultiBzDecoder::new(packed.as_slice()));
    let mut group = criterion.benchmark_group("bzip2");
    group.sample_size(10).throughput(Throughput::Bytes(n_bytes));
    group.bench_function("library", |bencher| {
        bencher.iter(|| unpack(&mut MultiBzDecoder::new(packed.as_slice())));
    });
    for n_threads in [1, 2] {
        let threads = NonZeroUsize::new(n_threads).expect("not 0");
        group.bench_function(format!("{n_threads} threads"), |bencher| {
            bencher.iter(|| unpack(&mut Bzip2::new(packed.as_slice(), threads)));
        });
    }
    group.finish();
}

fn lines(criterion: &mut Criterion) {
    let Some(path) = published("tanaka/examples.utf.gz") else { return };
    let mut text = Vec::new();
    let mut file = MultiGzDecoder::new(fs::File::open(path).expect("the file can be opened"));
    file.read_to_end(&mut text).expect("the file can be unpacked");
    let text = repeated(&text);
    let mut group = criterion.benchmark_group("lines");
    group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("lines", |bencher| {
        bencher.iter(|| cut(&text, |input, out| read::lines(input, &read::last_line_end, out)));
    });
    group.bench_function("quoted rows", |bencher| {
        let last_end = |text: &[u8]| read::quoted_row_ends(text).last().unwrap_or(0);
        bencher.iter(|| cut(&text, |input, out| read::lines(input, &last_end, out)));
    });
    group.bench_function("sha256", |bencher| {
        bencher.iter(|| io::copy(&mut text.as_slice(), &mut Sha256Writer::new(io::sink())));
    });
    group.throughput(Throughput::Bytes(2 * text.len() as u64));
    group.bench_function("aligned lines", |bencher| {
        bencher.iter(|| {
            cut(&text, |left, out| {
                read::aligned_lines(left, Input::new("right", text.as_slice()), out)
            });
        });
    });
    group.finish();
}

fn json(criterion: &mut Criterion) {
    let Some(path) = published("dolly/databricks-dolly-15k-ja.json") else { return };
    let array = fs::read(path).expect("the file can be read");
    let objects = array.trim_ascii();
    let objects =
        objects.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).expect("an array");
    let mut text = repeated(&[objects, b","].concat());
    text.pop();
    let text = [b"[", text.as_slice(), b"]"].concat();
    let mut group = criterion.benchmark_group("json");
    group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("array", |bencher| {
        bencher.iter(|| cut(&text, |input, out| read::json_array(input, None, out)));
    });
    group.bench_function("array, by serde_json", |bencher| {
        bencher.iter(|| {
            let parsed: Vec<serde_json::Value> = serde_json::from_slice(&text).expect("an array");
            black_box(parsed);
        });
    });
    group.finish();
}

criterion_group!(benches, decompression, lines, json);
criterion_main!(benches);
