//! Parquet: one row group a group, its columns encoded on the thread that has the group.
//!
//! The columns have the plain types that every reader knows; that few values repeat is Parquet's own
//! business (dictionary encoding), not the schema's.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use arrow_array::builder::{StringBuilder, StringViewBuilder};
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, ListArray, StringArray, StructArray, UInt8Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use ljd_core::{Error, ErrorKind, Result, Score};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::TypePtr;

use super::ZSTD_LEVEL;
use crate::write::columns::{COLUMNS, Column, ColumnKind};
use crate::write::folder::PartFile;
use crate::write::rows::{Group, Histories, Lists, Rows, Span, Texts};

pub(crate) type RowGroup = Vec<ArrowColumnChunk>;

/// The footer of a file without its row groups: the schema, twice.
pub(super) const BYTES_OF_FILE: u64 = 16 << 10;

/// What the footer says of a column of a row group, with room to spare: of few labels the least and greatest value.
const BYTES_OF_COLUMN: u64 = 512;

/// The bytes that a file has of a row group.
pub(super) fn bytes(group: &RowGroup) -> u64 {
    group.iter().map(|column| column.close().bytes_written + BYTES_OF_COLUMN).sum()
}

pub(crate) struct Writer {
    file: SerializedFileWriter<PartFile>,
    path: PathBuf,
}

static SCHEMA: LazyLock<SchemaRef> =
    LazyLock::new(|| Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>())));

fn field(column: &Column) -> Field {
    let name = column.name;
    match column.kind {
        ColumnKind::Text => Field::new(name, DataType::Utf8, false),
        ColumnKind::MaybeText => Field::new(name, DataType::Utf8, true),
        ColumnKind::Texts => Field::new_list(name, text_field(), false),
        ColumnKind::Turns => Field::new_list(name, turn_field(), false),
        ColumnKind::MaybeNumber => Field::new(name, DataType::Float64, true),
    }
}

fn text_field() -> Field {
    Field::new("element", DataType::Utf8, false)
}

fn turn_field() -> Field {
    let text = |name| Field::new(name, DataType::Utf8, false);
    Field::new_struct("element", vec![text("role"), text("content")], false)
}

static PROPERTIES: LazyLock<WriterPropertiesPtr> = LazyLock::new(|| {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        // A column of a group is one page: the fewer there are, the more of a text has been seen before.
        .set_data_page_row_count_limit(Group::FULL_ROWS)
        .set_data_page_size_limit(2 * Group::FULL_BYTES)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    // Free text hardly repeats and nobody asks for its smallest value.
    for (column, encoding) in [
        // Each id begins as the one before it does.
        ("id", Encoding::DELTA_BYTE_ARRAY),
        // All lengths, then all text: it compresses better without numbers in it.
        ("input", Encoding::DELTA_LENGTH_BYTE_ARRAY),
        ("output", Encoding::DELTA_LENGTH_BYTE_ARRAY),
    ] {
        properties = properties
            .set_column_dictionary_enabled(column.into(), false)
            .set_column_encoding(column.into(), encoding);
    }
    for column in ["instruction", "input", "output", "attribution"] {
        properties =
            properties.set_column_statistics_enabled(column.into(), EnabledStatistics::None);
    }
    Arc::new(properties.build())
});

/// The schema as Parquet has it.
fn parquet_schema() -> Result<TypePtr, ParquetError> {
    let schema = ArrowSchemaConverter::new().schema_root("record").convert(&SCHEMA)?;
    Ok(schema.root_schema_ptr())
}

impl Writer {
    pub(super) fn new(file: PartFile) -> Result<Self> {
        let path = file.path.clone();
        let file = parquet_schema()
            .and_then(|schema| SerializedFileWriter::new(file, schema, Arc::clone(&PROPERTIES)));
        Ok(Self { file: file.map_err(|error| failed(&path, error))?, path })
    }

    pub(super) fn append(&mut self, group: RowGroup) -> Result<()> {
        let append = || {
            let mut row_group = self.file.next_row_group()?;
            for column in group {
                column.append_to_row_group(&mut row_group)?;
            }
            row_group.close()
        };
        append().map(drop).map_err(|error| failed(&self.path, error))
    }

    pub(super) fn finish(self) -> Result<PartFile> {
        self.file.into_inner().map_err(|error| failed(&self.path, error))
    }
}

/// An error of the file below is the file's, not the format's.
fn failed(path: &std::path::Path, error: ParquetError) -> Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(error) => Error::write(path, *error),
            Err(cause) => Error::new(ErrorKind::Encode(cause)),
        },
        error => Error::new(ErrorKind::Encode(Box::new(error))),
    }
}

pub(super) fn encode(group: &Group) -> Result<RowGroup> {
    encode_columns(group).map_err(|error| Error::new(ErrorKind::Encode(Box::new(error))))
}

fn encode_columns(group: &Group) -> Result<RowGroup, ParquetError> {
    let mut writers = column_writers()?;
    for parts in group.parts.chunk_by(|(a, _), (b, _)| Arc::ptr_eq(a, b)) {
        let Some((rows, _)) = parts.first() else { continue };
        let columns = Columns { group, rows, parts };
        let mut writer = writers.iter_mut();
        for (field, array) in SCHEMA.fields().iter().zip(columns.arrays()?) {
            for leaf in compute_leaves(field, &array)? {
                let Some(writer) = writer.next() else { break };
                writer.write(&leaf)?;
            }
        }
    }
    writers.into_iter().map(ArrowColumnWriter::close).collect()
}

/// Writers for the columns of one row group, wherever it will stand in its file.
fn column_writers() -> Result<Vec<ArrowColumnWriter>, ParquetError> {
    let nowhere =
        SerializedFileWriter::new(std::io::sink(), parquet_schema()?, Arc::clone(&PROPERTIES))?;
    ArrowRowGroupWriterFactory::new(&nowhere, Arc::clone(&SCHEMA)).create_column_writers(0)
}

/// Rows of one chunk as arrow arrays.
struct Columns<'a> {
    group: &'a Group,
    rows: &'a Rows,
    parts: &'a [(Arc<Rows>, Range<usize>)],
}

impl Columns<'_> {
    /// The arrays in the schema's order.
    fn arrays(&self) -> Result<[ArrayRef; COLUMNS.len()], ParquetError> {
        let rows = self.rows;
        Ok([
            self.texts(&rows.id)?,
            self.texts(&rows.instruction)?,
            self.texts(&rows.input)?,
            self.texts(&rows.output)?,
            self.histories(&rows.history)?,
            self.lists(&rows.choices)?,
            self.lists(&rows.answers)?,
            self.scores(),
            self.labels(|row| row.task.as_str())?,
            self.labels(|_| &self.group.source.name)?,
            self.labels(|row| row.source_language.as_str())?,
            self.labels(|row| row.target_language.as_str())?,
            self.labels(|row| row.split.as_str())?,
            self.texts(&rows.category)?,
            self.labels(|_| self.group.source.license.id())?,
            self.texts(&rows.attribution)?,
            self.texts(&rows.url)?,
        ])
    }

    /// The rows' numbers in their chunk.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().flat_map(|(_, range)| range.clone())
    }

    /// Copied once more where that is little: views into the column's buffer are each looked through for
    /// bad UTF-8, which takes longer. A long text that many rows repeat stays one.
    fn texts(&self, column: &Texts) -> Result<ArrayRef, ParquetError> {
        const COPIED: usize = 16 << 20;
        let texts = || self.numbers().map(|row| column.get(row));
        let n_bytes: usize = texts().flatten().map(str::len).sum();
        if n_bytes <= COPIED {
            let mut copies = StringBuilder::with_capacity(texts().count(), n_bytes);
            texts().for_each(|text| copies.append_option(text));
            return Ok(Arc::new(copies.finish()));
        }
        let mut views = StringViewBuilder::new();
        let block = views.append_block(column.bytes.as_bytes().into());
        for row in self.numbers() {
            match column.span(row) {
                Some(Span { start, len }) => views.try_append_view(block, start, len)?,
                None => views.append_null(),
            }
        }
        Ok(Arc::new(views.finish()))
    }

    /// A column of few values: a key a row.
    fn labels<'s>(
        &'s self,
        label: impl Fn(&'s crate::write::rows::Labels) -> &'s str,
    ) -> Result<ArrayRef, ParquetError> {
        let mut values: Vec<&str> = Vec::new();
        let mut key = |value: &'s str| {
            let known = values.iter().position(|known| *known == value);
            known.unwrap_or_else(|| {
                values.push(value);
                values.len() - 1
            })
        };
        let labels = self.numbers().filter_map(|row| self.rows.labels.get(row));
        let keys: UInt8Array =
            labels.map(|row| dictionary_key(key(label(row)))).collect::<Result<_, _>>()?;
        Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(StringArray::from(values)))?))
    }

    fn scores(&self) -> ArrayRef {
        let labels = self.numbers().filter_map(|row| self.rows.labels.get(row));
        let scores: Float64Array = labels.map(|row| row.score.map(Score::as_f64)).collect();
        Arc::new(scores)
    }

    fn lists(&self, column: &Lists) -> Result<ArrayRef, ParquetError> {
        let texts = self.numbers().flat_map(|row| column.range(row));
        let texts: StringArray = texts.map(|text| column.texts.get(text)).collect();
        let offsets = OffsetBuffer::from_lengths(self.numbers().map(|row| column.range(row).len()));
        let field = Arc::new(text_field());
        Ok(Arc::new(ListArray::try_new(field, offsets, Arc::new(texts), None)?))
    }

    fn histories(&self, column: &Histories) -> Result<ArrayRef, ParquetError> {
        let turns = || self.numbers().flat_map(|row| column.range(row));
        let roles: StringArray =
            turns().map(|turn| column.roles.get(turn).map(|role| role.as_str())).collect();
        let contents: StringArray = turns().map(|turn| column.contents.get(turn)).collect();
        let field = turn_field();
        let DataType::Struct(fields) = field.data_type() else { return Err(not_a_struct()) };
        let turns = struct_array(fields, vec![Arc::new(roles), Arc::new(contents)])?;
        let lengths = self.numbers().map(|row| column.range(row).len());
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(ListArray::try_new(Arc::new(field), offsets, turns, None)?))
    }
}

/// The key of the `n`th value of a dictionary, counted from 0.
fn dictionary_key(n: usize) -> Result<u8, ParquetError> {
    let too_many =
        |_| ParquetError::General("a column of labels has more than 256 of them".to_owned());
    u8::try_from(n).map_err(too_many)
}

fn not_a_struct() -> ParquetError {
    ParquetError::General("a turn is a struct".to_owned())
}

fn struct_array(fields: &Fields, arrays: Vec<ArrayRef>) -> Result<ArrayRef, ParquetError> {
    Ok(Arc::new(StructArray::try_new(fields.clone(), arrays, None::<NullBuffer>)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_labels_has_256_of_them_at_most() {
        assert_eq!(dictionary_key(255).ok(), Some(255));
        assert!(dictionary_key(256).is_err());
    }
}
