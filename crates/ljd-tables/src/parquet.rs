//! Rows of Parquet files, of which the columns are read that templates want.

use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use ljd_core::{ChunkSink, Error, ErrorKind, Location, ManifestFile, Raw, Result};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use crate::made::Made;
use crate::row::Columns;
use crate::value::Value;

/// Rows that are decoded at once.
const BATCH: usize = 256;

/// Makes a row of each row of a file.
pub(crate) fn chunks(
    raw: &Raw,
    file: &ManifestFile,
    columns: &Columns,
    check: &dyn Fn(&[String], &str) -> Result<()>,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    let broken = |error| broken(file, error);
    let builder = open(raw, file)?;
    let roots = builder.parquet_schema().root_schema().get_fields();
    let names: Vec<String> = roots.iter().map(|root| root.name().to_owned()).collect();
    check(&names, &file.path)?;
    let is_wanted = |name: &String| columns.iter().any(|(wanted, _)| wanted == name);
    let wanted = names.iter().enumerate().filter(|(_, name)| is_wanted(name)).map(|(n, _)| n);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let builder = builder.with_projection(mask).with_batch_size(BATCH);
    let mut reader = guarded(|| builder.build()).and_then(|built| built).map_err(broken)?;
    let mut made = Made::new(file.path.as_str());
    while let Some(batch) = guarded(|| reader.next()).map_err(broken)? {
        let batch = batch.map_err(|error| broken(error.into()))?;
        let columns = StructArray::from(batch);
        for row in 0..columns.len() {
            made.push(&object(&columns, row), out)?;
        }
    }
    made.flush(out)
}

fn broken(file: &ManifestFile, error: ParquetError) -> Error {
    Error::at(Location::file(file.path.as_str()), ErrorKind::Archive(Box::new(error)))
}

/// Opens a file, of which the columns lie where it says.
fn open(
    raw: &Raw,
    file: &ManifestFile,
) -> Result<ParquetRecordBatchReaderBuilder<Shared<impl Read + Seek + Send + use<>>>> {
    let broken = |error| broken(file, error);
    let mut opened = raw.open_seekable(file)?;
    let length = opened.seek(SeekFrom::End(0)).map_err(|error| broken(error.into()))?;
    let shared = Shared { file: Arc::new(Mutex::new(opened)), length };
    let builder = ParquetRecordBatchReaderBuilder::try_new(shared).map_err(broken)?;
    if !builder
        .metadata()
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns)
        .all(|it| is_inside(it, length))
    {
        let wrong = "a column that does not lie in the file".to_owned();
        return Err(broken(ParquetError::General(wrong)));
    }
    Ok(builder)
}

/// The first row of a file, if it has one.
pub(crate) fn first_row(raw: &Raw, file: &ManifestFile) -> Result<Option<Value<'static>>> {
    let broken = |error| broken(file, error);
    let builder = open(raw, file)?.with_batch_size(1);
    let mut reader = guarded(|| builder.build()).and_then(|built| built).map_err(broken)?;
    let batch = guarded(|| reader.next()).map_err(broken)?;
    let batch = batch.transpose().map_err(|error| broken(error.into()))?;
    Ok(batch.filter(|batch| 0 < batch.num_rows()).map(|batch| object(&StructArray::from(batch), 0)))
}

/// What the library gives for a damaged file may be a panic: it is an error here, where a program does not abort at one.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, ParquetError> {
    let panicked = |_panic| ParquetError::General("pages that cannot be decoded".to_owned());
    catch_unwind(AssertUnwindSafe(read)).map_err(panicked)
}

/// Whether a column's pages lie in a file of that length; the library takes it for granted that they may.
fn is_inside(column: &ColumnChunkMetaData, length: u64) -> bool {
    let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    let end = start.checked_add(column.compressed_size());
    let is_there = |at: i64| u64::try_from(at).is_ok_and(|at| at <= length);
    [start, column.data_page_offset(), column.compressed_size()].into_iter().all(is_there)
        && end.is_some_and(is_there)
        && 0 <= column.num_values()
}

/// A row of columns.
fn object(columns: &StructArray, row: usize) -> Value<'static> {
    let members = columns.column_names().into_iter().zip(columns.columns());
    let members = members.map(|(name, column)| (name.to_owned().into(), value(column, row)));
    Value::Object(members.collect())
}

fn value(column: &ArrayRef, row: usize) -> Value<'static> {
    if !column.is_valid(row) {
        return Value::Null;
    }
    let list =
        |values: ArrayRef| Value::List((0..values.len()).map(|n| value(&values, n)).collect());
    match column.data_type() {
        DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
        DataType::Int8 => Value::Signed(column.as_primitive::<Int8Type>().value(row).into()),
        DataType::Int16 => Value::Signed(column.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => Value::Signed(column.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Value::Signed(column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Value::Unsigned(column.as_primitive::<UInt8Type>().value(row).into()),
        DataType::UInt16 => Value::Unsigned(column.as_primitive::<UInt16Type>().value(row).into()),
        DataType::UInt32 => Value::Unsigned(column.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => Value::Unsigned(column.as_primitive::<UInt64Type>().value(row)),
        DataType::Float32 => Value::Float(column.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Value::Float(column.as_primitive::<Float64Type>().value(row)),
        DataType::Struct(_) => object(column.as_struct(), row),
        DataType::List(_) => list(column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(column.as_list::<i64>().value(row)),
        // Texts, and dates and times as they are printed.
        _ => {
            let options = FormatOptions::new();
            let shown = ArrayFormatter::try_new(column, &options)
                .and_then(|formatter| formatter.value(row).try_to_string());
            shown.map_or(Value::Null, |text| Value::Text(text.into()))
        }
    }
}

/// A file that is read at several places.
struct Shared<R> {
    file: Arc<Mutex<R>>,
    length: u64,
}

/// A place of it.
struct Place<R> {
    file: Arc<Mutex<R>>,
    at: u64,
}

impl<R: Read + Seek> Read for Place<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let n = file.read(buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl<R> Length for Shared<R> {
    fn len(&self) -> u64 {
        self.length
    }
}

impl<R: Read + Seek + Send> ChunkReader for Shared<R> {
    type T = Place<R>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(Place { file: Arc::clone(&self.file), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<bytes::Bytes> {
        // The file may say anything of its lengths.
        let left = usize::try_from(self.length.saturating_sub(start)).unwrap_or(usize::MAX);
        if left < length {
            return Err(ParquetError::EOF(format!("{length} bytes from {start} on")));
        }
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}
