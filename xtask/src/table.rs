//! A table for the terminal.

use ljd_export::{CorpusReport, Report};

/// Corpus, rows read, rows skipped by reason, records written, licence.
pub(crate) fn of(report: &Report) -> String {
    let header = ["corpus", "rows read", "skipped", "records", "licence"].map(str::to_owned);
    let total = ["total", "", "", &report.records.to_string(), ""].map(str::to_owned);
    let corpora = report.corpora.iter().map(row);
    let rows: Vec<[String; 5]> = std::iter::once(header).chain(corpora).chain([total]).collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let lines: Vec<String> = rows.iter().map(|row| line(row, widths)).collect();
    lines.join("\n") + "\n"
}

/// Numbers stand right in their columns, words left.
fn line([corpus, read, skipped, records, license]: &[String; 5], widths: [usize; 5]) -> String {
    let [w0, w1, w2, w3, _] = widths;
    let line = format!("{corpus:<w0$}  {read:>w1$}  {skipped:<w2$}  {records:>w3$}  {license}");
    line.trim_end().to_owned()
}

fn row(corpus: &CorpusReport) -> [String; 5] {
    let skipped: Vec<String> =
        corpus.skipped.iter().map(|(reason, rows)| format!("{} {reason}", rows.count)).collect();
    [
        corpus.name.clone(),
        corpus.rows.to_string(),
        if skipped.is_empty() { "0".to_owned() } else { skipped.join(", ") },
        corpus.records.to_string(),
        corpus.license.to_owned(),
    ]
}
