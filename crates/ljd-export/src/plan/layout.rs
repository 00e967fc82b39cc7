//! The names of what lies in a dataset's folder beside the records.

use ljd_core::FileName;

use crate::plan::Format;

/// The report for programs, which lists every other file.
pub(crate) const REPORT: &str = "report.json";
/// The report for people.
pub(crate) const PAGE: &str = "report.html";
/// The card.
pub(crate) const CARD: &str = "README.md";
/// Whose text it is.
pub(crate) const NOTICE: &str = "NOTICE.md";
/// The description for machines.
pub(crate) const CROISSANT: &str = "croissant.json";
/// The folder of the licences' texts.
pub(crate) const LICENSES: &str = "LICENSES";
/// The folder of what rules of quality dropped.
pub(crate) const DROPPED: &str = "dropped";

/// The folder of evaluation tasks.
pub(crate) const EVALUATION: &str = "evaluation";

/// Whether a file of a recipe's would take the place of one of ours, on a system that does not tell upper case from
/// lower case either.
pub(crate) fn is_taken(name: &FileName) -> bool {
    let ours = [REPORT, PAGE, CARD, NOTICE, CROISSANT, LICENSES, DROPPED, EVALUATION];
    // A build without Parquet makes no dataset that one with it could not.
    let formats = Format::ALL.iter().map(|format| format.as_str()).chain(["parquet"]);
    ours.into_iter().chain(formats).any(|taken| name.eq_ignore_ascii_case(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ours_are_taken_in_any_case() {
        for name in [
            "report.json",
            "Report.JSON",
            "readme.md",
            "licenses",
            "jsonl",
            "PARQUET",
            "text-ja",
            "Evaluation",
        ] {
            assert!(is_taken(&FileName::parse(name).unwrap()), "{name}");
        }
        for name in ["data.jsonl", "report.jsonl", "README", "jsonl.zst"] {
            assert!(!is_taken(&FileName::parse(name).unwrap()), "{name}");
        }
    }
}
