//! Tables that fit the terminal.

use console::{Term, measure_text_width};
use ljd_core::visible;

/// How wide a table is where there is no terminal.
const COLUMNS: usize = 100;
/// Columns are not made narrower than this to fit.
const NARROWEST: usize = 10;
/// What stands between two columns.
const GAP: &str = "  ";

/// Lays out rows below a header, as wide as the terminal at most.
pub(crate) fn of<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let columns = Term::stdout().size_checked().map_or(COLUMNS, |(_, columns)| columns.into());
    fitted(header, rows, columns)
}

/// Lays out rows below a header; numbers stand right in their columns, words left. A cell that is wider than
/// its column goes on in the next line.
fn fitted<const N: usize>(header: [&str; N], rows: &[[String; N]], columns: usize) -> String {
    let header = header.map(str::to_owned);
    let cells = |row: &[String; N]| row.each_ref().map(|cell| visible(cell).into_owned());
    let rows: Vec<[String; N]> = std::iter::once(&header).chain(rows).map(cells).collect();
    let mut widths = [0; N];
    let mut numbers = [true; N];
    for (i, row) in rows.iter().enumerate() {
        for ((width, number), cell) in widths.iter_mut().zip(&mut numbers).zip(row) {
            *width = measure_text_width(cell).max(*width);
            *number &= i == 0 || cell.chars().all(|c| c.is_ascii_digit());
        }
    }
    narrow(&mut widths, columns);
    let mut table = String::new();
    for row in rows {
        let mut cells: Vec<Vec<String>> =
            row.iter().zip(widths).map(|(cell, width)| wrapped(cell, width)).collect();
        for i in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
            let parts = cells.iter_mut().map(|lines| lines.get_mut(i).map(std::mem::take));
            let parts = parts.map(Option::unwrap_or_default).zip(widths).zip(numbers);
            let parts = parts.map(|((part, width), number)| padded(&part, width, number));
            table.push_str(parts.collect::<Vec<_>>().join(GAP).trim_end());
            table.push('\n');
        }
    }
    table
}

/// Takes from the widest column until all fit.
fn narrow(widths: &mut [usize], columns: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    while columns < widths.iter().sum::<usize>() + gaps {
        match widths.iter_mut().max() {
            Some(widest) if NARROWEST < *widest => *widest -= 1,
            _ => return,
        }
    }
}

/// The lines of a cell: broken between words, or inside of one that is wider than the column.
fn wrapped(cell: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in cell.split(' ') {
        let wide = measure_text_width(word);
        if 0 < used && used + 1 + wide <= width {
            used += 1;
            append(&mut lines, " ");
        } else if 0 < used {
            used = 0;
            lines.push(String::new());
        }
        for c in word.chars() {
            let c = c.to_string();
            let wide = measure_text_width(&c);
            if width < used + wide && 0 < used {
                used = 0;
                lines.push(String::new());
            }
            used += wide;
            append(&mut lines, &c);
        }
    }
    lines
}

fn append(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

fn padded(part: &str, width: usize, number: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(measure_text_width(part)));
    if number { format!("{blanks}{part}") } else { format!("{part}{blanks}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(columns: usize, expected: &str) {
        let rows = [
            ["tanaka", "8", "twelve words"].map(str::to_owned),
            ["青空", "12345", "abcdefghijklm"].map(str::to_owned),
        ];
        assert_eq!(fitted(["name", "rows", "why"], &rows, columns), expected);
    }

    #[test]
    fn what_fits_stands_on_one_line() {
        check(
            28,
            "name     rows  why\ntanaka      8  twelve words\n青空    12345  abcdefghijklm\n",
        );
    }

    #[test]
    fn one_column_less_breaks_the_widest() {
        check(
            27,
            "name     rows  why\ntanaka      8  twelve words\n青空    12345  abcdefghijkl\n               m\n",
        );
    }

    #[test]
    fn no_column_is_narrower_than_ten() {
        check(
            5,
            "name     rows  why\ntanaka      8  twelve\n               words\n青空    12345  abcdefghij\n               klm\n",
        );
    }
}
