//! Tables for the terminal.

use ljd_core::visible;

/// Lays out rows below a header; numbers stand right in their columns, words left.
pub(crate) fn of<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let header = header.map(str::to_owned);
    let cells = |row: &[String; N]| row.each_ref().map(|cell| visible(cell).into_owned());
    let rows: Vec<[String; N]> = std::iter::once(&header).chain(rows).map(cells).collect();
    let mut widths = [0; N];
    let mut numbers = [true; N];
    for (i, row) in rows.iter().enumerate() {
        for ((width, number), cell) in widths.iter_mut().zip(&mut numbers).zip(row) {
            *width = cell.chars().count().max(*width);
            *number &= i == 0 || cell.chars().all(|c| c.is_ascii_digit());
        }
    }
    let mut table = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).zip(numbers).map(|((cell, width), number)| {
            if number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        let line: Vec<String> = cells.collect();
        table.push_str(line.join("  ").trim_end());
        table.push('\n');
    }
    table
}
