//! Rows of Parquet files, of which the columns are read that templates want.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use ljd_core::{Chunks, Error, ErrorKind, Location, ManifestFile, Raw, Result};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use crate::made::Made;
use crate::row::Columns;
use crate::value::Value;

/// Makes a row of each row of a file.
pub(crate) fn chunks(
    raw: &Raw,
    file: &ManifestFile,
    columns: &Columns,
    check: &dyn Fn(&[String], &str) -> Result<()>,
    out: &mut Chunks<'_>,
) -> Result<()> {
    let broken = |error: ParquetError| {
        Error::at(Location::file(file.path.as_str()), ErrorKind::Archive(Box::new(error)))
    };
    let mut opened = raw.open_seekable(file)?;
    let length = opened.seek(SeekFrom::End(0)).map_err(|error| broken(error.into()))?;
    let shared = Shared { file: Arc::new(Mutex::new(opened)), length };
    let reader = SerializedFileReader::new(shared).map_err(broken)?;
    let schema = reader.metadata().file_metadata().schema();
    let names: Vec<String> = schema.get_fields().iter().map(|it| it.name().to_owned()).collect();
    check(&names, &file.path)?;
    let wanted = schema
        .get_fields()
        .iter()
        .filter(|field| columns.iter().any(|(name, _)| name == field.name()));
    let wanted = Type::group_type_builder(schema.name()).with_fields(wanted.cloned().collect());
    let rows = reader.get_row_iter(Some(wanted.build().map_err(broken)?)).map_err(broken)?;
    let mut made = Made::new(&file.path);
    for row in rows {
        made.push(&object(row.map_err(broken)?), out)?;
    }
    made.flush(out)
}

fn object(row: Row) -> Value<'static> {
    Value::Object(
        row.into_columns().into_iter().map(|(name, field)| (name.into(), value(field))).collect(),
    )
}

fn value(field: Field) -> Value<'static> {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => Value::Bool(value),
        Field::Byte(number) => Value::Signed(number.into()),
        Field::Short(number) => Value::Signed(number.into()),
        Field::Int(number) => Value::Signed(number.into()),
        Field::Long(number) => Value::Signed(number),
        Field::UByte(number) => Value::Unsigned(number.into()),
        Field::UShort(number) => Value::Unsigned(number.into()),
        Field::UInt(number) => Value::Unsigned(number.into()),
        Field::ULong(number) => Value::Unsigned(number),
        Field::Float(number) => Value::Float(number.into()),
        Field::Double(number) => Value::Float(number),
        Field::Str(text) => Value::Text(text.into()),
        Field::Bytes(bytes) => {
            Value::Text(String::from_utf8_lossy(bytes.data()).into_owned().into())
        }
        Field::Group(row) => object(row),
        Field::ListInternal(list) => {
            Value::List(list.elements().iter().cloned().map(value).collect())
        }
        // Dates and times as they are printed.
        other => Value::Text(other.to_string().into()),
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
