//! Records as Arrow arrays, in the columns that datasets have.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, Float64Builder, ListArray, RecordBatch, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use ljd_core::{Record, Score, Turn};
use ljd_export::{COLUMNS, ColumnKind};

/// The columns of a batch: those of a dataset's Parquet files.
pub(crate) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let fields = COLUMNS.iter().map(|column| match column.kind {
        ColumnKind::MaybeText => Field::new(column.name, DataType::Utf8, true),
        ColumnKind::Texts => Field::new_list(column.name, Arc::clone(&TEXT), false),
        ColumnKind::Turns => Field::new_list(column.name, Arc::clone(&TURN), false),
        ColumnKind::MaybeNumber => Field::new(column.name, DataType::Float64, true),
        _ => Field::new(column.name, DataType::Utf8, false),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

/// What a list holds has the name that Parquet gives it.
static TEXT: LazyLock<Arc<Field>> =
    LazyLock::new(|| Arc::new(Field::new("element", DataType::Utf8, false)));

static TURN_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let text = |name| Field::new(name, DataType::Utf8, false);
    Fields::from(vec![text("role"), text("content")])
});

static TURN: LazyLock<Arc<Field>> =
    LazyLock::new(|| Arc::new(Field::new_struct("element", TURN_FIELDS.clone(), false)));

/// Text of a full batch, however few rows that is.
const FULL_BYTES: usize = 64 << 20;

/// Records that become a batch.
#[derive(Debug)]
pub(crate) struct Columns {
    cells: Vec<Cells>,
    n_rows: usize,
    n_bytes: usize,
}

/// Something of a record.
type Of<T> = for<'r> fn(&'r Record<'_>) -> T;
type OfText = for<'r> fn(&'r Record<'_>) -> Option<&'r str>;
type OfTexts = for<'r, 'a> fn(&'r Record<'a>) -> &'r [Cow<'a, str>];

/// A column that grows.
#[derive(Debug)]
enum Cells {
    Text(OfText, StringBuilder),
    Texts(OfTexts, StringBuilder, Vec<usize>),
    Turns(Box<Turns>),
    Number(Of<Option<Score>>, Float64Builder),
}

impl Cells {
    /// An empty column; `None` where records have nothing of that name.
    fn new(name: &str) -> Option<Self> {
        let text = |of: OfText| Some(Self::Text(of, StringBuilder::new()));
        let texts = |of: OfTexts| Some(Self::Texts(of, StringBuilder::new(), Vec::new()));
        match name {
            "id" => text(|record| Some(&record.id)),
            "instruction" => text(|record| Some(&record.instruction)),
            "input" => text(|record| Some(&record.input)),
            "output" => text(|record| Some(&record.output)),
            "history" => Some(Self::Turns(Box::default())),
            "choices" => texts(|record| &record.choices),
            "answers" => texts(|record| &record.answers),
            "score" => Some(Self::Number(|record| record.score, Float64Builder::new())),
            "task" => text(|record| Some(record.task.as_str())),
            "source" => text(|record| Some(&record.source.name)),
            "source_language" => text(|record| Some(record.source_language.as_str())),
            "target_language" => text(|record| Some(record.target_language.as_str())),
            "split" => text(|record| Some(record.split.as_str())),
            "category" => text(|record| record.category.as_deref()),
            "license" => text(|record| Some(record.source.license.id())),
            "attribution" => text(|record| Some(&record.attribution)),
            "url" => text(|record| record.url.as_deref()),
            _ => None,
        }
    }

    /// Adds a record's cell, and gives the bytes of its text.
    fn push(&mut self, record: &Record<'_>) -> usize {
        match self {
            Self::Text(of, column) => {
                let text = of(record);
                column.append_option(text);
                text.map_or(0, str::len)
            }
            Self::Texts(of, column, lengths) => {
                let texts = of(record);
                for text in texts {
                    column.append_value(text);
                }
                lengths.push(texts.len());
                texts.iter().map(|text| text.len()).sum()
            }
            Self::Turns(turns) => turns.push(&record.history),
            Self::Number(of, column) => {
                column.append_option(of(record).map(Score::as_f64));
                0
            }
        }
    }

    /// The array; nothing is left here.
    fn take(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(_, column) => Arc::new(column.finish()),
            Self::Texts(_, column, lengths) => {
                let offsets = OffsetBuffer::from_lengths(std::mem::take(lengths));
                Arc::new(ListArray::try_new(
                    Arc::clone(&TEXT),
                    offsets,
                    Arc::new(column.finish()),
                    None,
                )?)
            }
            Self::Turns(turns) => Arc::new(turns.take()?),
            Self::Number(_, column) => Arc::new(column.finish()),
        })
    }
}

impl Columns {
    /// No records yet.
    pub(crate) fn new() -> Self {
        let cells = COLUMNS.iter().filter_map(|column| Cells::new(column.name));
        Self { cells: cells.collect(), n_rows: 0, n_bytes: 0 }
    }

    pub(crate) fn push(&mut self, record: &Record<'_>) {
        self.n_bytes += self.cells.iter_mut().map(|column| column.push(record)).sum::<usize>();
        self.n_rows += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    /// Whether a batch of at most so many rows has room for no more.
    pub(crate) fn is_full(&self, n_rows: usize) -> bool {
        n_rows <= self.n_rows || FULL_BYTES <= self.n_bytes
    }

    /// The batch; nothing is left here.
    ///
    /// # Errors
    ///
    /// Where datasets have a column that records are not known to have.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        (self.n_rows, self.n_bytes) = (0, 0);
        let arrays = self.cells.iter_mut().map(Cells::take).collect::<Result<_, _>>()?;
        RecordBatch::try_new(Arc::clone(&SCHEMA), arrays)
    }
}

/// Lists of turns that grow.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    roles: StringBuilder,
    contents: StringBuilder,
    lengths: Vec<usize>,
}

impl Turns {
    fn push(&mut self, turns: &[Turn<'_>]) -> usize {
        self.push_texts(turns.iter().map(|turn| (turn.role.as_str(), turn.content.as_ref())))
    }

    /// Adds a list of roles and contents, and gives the bytes of its text.
    pub(crate) fn push_texts<'t>(
        &mut self,
        turns: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> usize {
        let (mut n_turns, mut n_bytes) = (0, 0);
        for (role, content) in turns {
            self.roles.append_value(role);
            self.contents.append_value(content);
            n_turns += 1;
            n_bytes += content.len();
        }
        self.lengths.push(n_turns);
        n_bytes
    }

    /// The lists; nothing is left here.
    pub(crate) fn take(&mut self) -> Result<ListArray, ArrowError> {
        let texts: [StringArray; 2] = [self.roles.finish(), self.contents.finish()];
        let texts = texts.map(|column| Arc::new(column) as ArrayRef);
        let turns = StructArray::try_new(TURN_FIELDS.clone(), texts.to_vec(), None)?;
        let offsets = OffsetBuffer::from_lengths(std::mem::take(&mut self.lengths));
        ListArray::try_new(Arc::clone(&TURN), offsets, Arc::new(turns), None)
    }
}
