//! The columns of a row: their names, order and kinds, from which Parquet's schema, the card and Croissant are made.

/// A column of the plain formats, JSON Lines and Parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// What it means.
    pub meaning: &'static str,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// A text in every row.
    Text,
    /// A text, or null.
    MaybeText,
    /// A list of texts, which may be empty.
    Texts,
    /// A list of turns, each with `role` and `content`.
    Turns,
    /// A number, or null.
    MaybeNumber,
}

/// So many columns say what a row teaches; those behind them say where it comes from, and every format has these.
pub(crate) const N_OF_CONTENT: usize = 8;

/// The columns in their order.
pub const COLUMNS: [Column; 17] = [
    column("id", ColumnKind::Text, "unique in the source and the same in every build"),
    column("instruction", ColumnKind::Text, "what the model is asked to do"),
    column(
        "input",
        ColumnKind::Text,
        "what it is to be done with; empty where the instruction says it all",
    ),
    column("output", ColumnKind::Text, "the answer"),
    column("history", ColumnKind::Turns, "earlier turns of a dialogue, oldest first"),
    column("choices", ColumnKind::Texts, "what there is to choose from; only in evaluation data"),
    column(
        "answers",
        ColumnKind::Texts,
        "every answer that counts as right; only in evaluation data",
    ),
    column(
        "score",
        ColumnKind::MaybeNumber,
        "what a rule of quality gives the row, where one does",
    ),
    column("task", ColumnKind::Text, "what the record teaches"),
    column("source", ColumnKind::Text, "corpus"),
    column("source_language", ColumnKind::Text, "BCP 47 tag of what is asked about"),
    column("target_language", ColumnKind::Text, "BCP 47 tag of the answer"),
    column("split", ColumnKind::Text, "part of the origin"),
    column("category", ColumnKind::MaybeText, "the origin's own label"),
    column("license", ColumnKind::Text, "SPDX id, or a LicenseRef"),
    column("attribution", ColumnKind::Text, "credit that is enough by itself"),
    column("url", ColumnKind::MaybeText, "page, DOI or sentence that the text comes from"),
];

const fn column(name: &'static str, kind: ColumnKind, meaning: &'static str) -> Column {
    Column { name, kind, meaning }
}

/// The columns that every format has behind its own.
pub(crate) fn provenance() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().skip(N_OF_CONTENT)
}
