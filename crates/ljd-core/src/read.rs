//! The common ways to read a file: decompress it, cut it into chunks, and a chunk into rows.

mod bzip2;
mod json;
mod lines;
mod quoted;
mod repeated;

pub use self::bzip2::Bzip2;
pub use self::json::{each_object, json_array, object, object_ends};
pub use self::lines::{aligned_lines, last_line_end, line_ends, lines, whole};
pub use self::quoted::{QuotedRow, each_quoted_row, quoted_row_ends};
pub use self::repeated::mark_repeated;
