//! The common ways to read a file: decompress it, cut it into chunks, and a chunk into rows.

mod budget;
mod bzip2;
mod gzip;
mod json;
mod lines;
mod quoted;
mod repeated;
#[cfg(feature = "workbook")]
mod workbook;

pub use self::budget::Budget;
pub use self::bzip2::Bzip2;
pub use self::gzip::Gzip;
pub use self::json::{each_element, each_object, json_array, not_an_object, object, object_ends};
pub use self::lines::{
    aligned_lines, last_line_end, line_ends, lines, whole, whole_of_any_encoding,
};
pub use self::quoted::{QuotedRow, each_quoted_row, is_missing_value, quoted_row_ends, row_ends};
pub use self::repeated::mark_repeated;
#[cfg(feature = "workbook")]
pub use self::workbook::{SheetRow, Workbook};
