//! The rows of a file: their number, and whether each says where it comes from as the report does.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use ljd_core::{Error, ErrorKind, Location, Result};
use serde::Deserialize;

use super::claims::Corpus;
use super::{at, cannot_read};
use crate::plan::layout::REPORT;

/// Where a row comes from, by its own columns.
#[derive(Debug, Deserialize)]
struct Origin<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    license: Cow<'a, str>,
    #[serde(borrow)]
    attribution: Cow<'a, str>,
}

/// Compares the rows of a file with what the report says of them; `corpus` is the one that all of them are of.
pub(super) fn check(file: File, path: &str, corpus: Option<&Corpus>, records: u64) -> Result<()> {
    let mut rows = Rows { path, corpus, n: 0 };
    match path.rsplit('.').next() {
        Some("parquet") => parquet(file, &mut rows)?,
        Some("zst") => zstandard(file, &mut rows)?,
        _ => lines(BufReader::new(file), &mut rows)?,
    }
    if rows.n == records {
        return Ok(());
    }
    let problem = format!("states {records} records, there are {}", rows.n);
    Err(at(path, ErrorKind::Invalid { field: REPORT, problem }))
}

/// The rows of a file so far.
struct Rows<'a> {
    path: &'a str,
    corpus: Option<&'a Corpus>,
    n: u64,
}

impl Rows<'_> {
    fn take(&mut self, origin: &Origin<'_>) -> Result<()> {
        self.n += 1;
        let Some(corpus) = self.corpus else { return Ok(()) };
        for (field, found, expected) in [
            ("source", &origin.source, &corpus.name),
            ("license", &origin.license, &corpus.license),
        ] {
            if found != expected {
                let problem = format!("is `{found}`, {REPORT} states `{expected}`");
                return Err(self.error(ErrorKind::Invalid { field, problem }));
            }
        }
        if origin.attribution.trim().is_empty() {
            let problem = "is empty".to_owned();
            return Err(self.error(ErrorKind::Invalid { field: "attribution", problem }));
        }
        Ok(())
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::at(Location::line(self.path, self.n), kind)
    }
}

fn lines(mut lines: impl BufRead, rows: &mut Rows<'_>) -> Result<()> {
    /// A row has at most 64 MiB of text, each byte of which may be escaped.
    const LIMIT: usize = 512 << 20;

    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(LIMIT as u64 + 1).read_until(b'\n', &mut line);
        if read.map_err(|error| cannot_read(rows.path, error))? == 0 {
            return Ok(());
        }
        if LIMIT < line.len() {
            return Err(rows.error(ErrorKind::RowTooLong { limit: LIMIT }));
        }
        // Joined files and what was dropped have no columns of this kind.
        if rows.corpus.is_none() {
            rows.n += 1;
            continue;
        }
        let origin = serde_json::from_slice(&line);
        let origin = origin.map_err(|error| {
            Error::at(Location::line(rows.path, rows.n + 1), ErrorKind::Json(error))
        })?;
        rows.take(&origin)?;
    }
}

#[cfg(feature = "zstd")]
fn zstandard(file: File, rows: &mut Rows<'_>) -> Result<()> {
    let decoder = zstd::Decoder::new(file).map_err(|error| cannot_read(rows.path, error))?;
    lines(BufReader::new(decoder), rows)
}

#[cfg(not(feature = "zstd"))]
fn zstandard(_file: File, rows: &mut Rows<'_>) -> Result<()> {
    let _ = rows;
    Err(Error::new(ErrorKind::NoFeature("zstd")))
}

#[cfg(feature = "parquet")]
fn parquet(file: File, rows: &mut Rows<'_>) -> Result<()> {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use parquet::arrow::ProjectionMask;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::metadata::RowGroupMetaData;

    const COLUMNS: [&str; 3] = ["source", "license", "attribution"];
    /// More than all text of a row group.
    const LIMIT: usize = 256 << 20;

    let path = rows.path;
    let broken =
        |error: &dyn std::fmt::Display| cannot_read(path, std::io::Error::other(error.to_string()));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let chunks = builder.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
    for chunk in chunks.filter(|chunk| COLUMNS.contains(&chunk.column_path().string().as_str())) {
        if usize::try_from(chunk.uncompressed_size()).map_or(true, |size| LIMIT < size) {
            return Err(at(path, ErrorKind::TooLarge { limit: LIMIT }));
        }
    }
    let mask = ProjectionMask::columns(builder.parquet_schema(), COLUMNS);
    let reader = builder.with_projection(mask).build().map_err(|error| broken(&error))?;
    for batch in reader {
        let batch = batch.map_err(|error| broken(&error))?;
        let column = |name: &'static str| {
            let column =
                batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            column.ok_or_else(|| at(path, ErrorKind::NoColumn(name)))
        };
        let [source, license, attribution] = COLUMNS.map(column);
        let (source, license, attribution) = (source?, license?, attribution?);
        for row in 0..batch.num_rows() {
            let value = |column: &'_ arrow_array::StringArray| {
                let value = if column.is_null(row) { "" } else { column.value(row) };
                Cow::Owned(value.to_owned())
            };
            let origin = Origin {
                source: value(source),
                license: value(license),
                attribution: value(attribution),
            };
            rows.take(&origin)?;
        }
    }
    Ok(())
}

#[cfg(not(feature = "parquet"))]
fn parquet(_file: File, _rows: &mut Rows<'_>) -> Result<()> {
    Err(Error::new(ErrorKind::NoFeature("parquet")))
}
