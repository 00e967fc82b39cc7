//! Bars: of counts beside each other, and of lengths.

use std::fmt::{self, Display, Write};

use super::text::{Escaped, Number, Share, Width, parts};
use crate::report::Lengths;

/// A table with a bar in each row; the bar says no more than the number beside it.
pub(super) struct Bars<'a> {
    /// What the names are.
    pub(super) what: &'a str,
    /// What is counted.
    pub(super) unit: &'a str,
    pub(super) rows: Vec<(&'a str, u64)>,
}

impl Display for Bars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, unit, rows } = self;
        let most = rows.iter().map(|(_, n)| *n).max().unwrap_or(0);
        let all = rows.iter().map(|(_, n)| n).sum();
        let mut unit_first = unit.to_string();
        if let Some(first) = unit_first.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        write!(
            f,
            "<table class=\"bars\">\n<caption>{unit_first} by {what}</caption>\n<thead><tr><th scope=\"col\">{what}</th><td aria-hidden=\"true\"></td><th scope=\"col\" class=\"n\">{unit}</th><th scope=\"col\" class=\"n\">share</th></tr></thead>\n<tbody>\n"
        )?;
        for (name, n) in rows {
            writeln!(
                f,
                "<tr><th scope=\"row\">{}</th><td aria-hidden=\"true\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                Escaped(name),
                Bar(*n, most),
                Number(*n),
                Share(*n, all)
            )?;
        }
        f.write_str("</tbody>\n</table>\n")
    }
}

/// A bar as long as its count is beside the largest one; none has no bar.
struct Bar(u64, u64);

impl Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(0, _) => Ok(()),
            Self(n, most) => write!(f, "<i class=\"bar\" style=\"width:{}\"></i>", Width(n, most)),
        }
    }
}

/// The lengths that are at a place of [`Lengths`].
pub(super) fn range(place: usize) -> String {
    let end = |place: usize| 1_u64.checked_shl(u32::try_from(place).unwrap_or(u32::MAX));
    match place {
        0 | 1 => place.to_string(),
        _ => {
            let first = end(place - 1).unwrap_or(u64::MAX);
            let last = end(place).unwrap_or(u64::MAX) - 1;
            format!("{}–{}", Number(first), Number(last))
        }
    }
}

/// The lengths of several corpora together.
pub(super) fn lengths_of<'a>(lengths: impl Iterator<Item = &'a Lengths>) -> Vec<u64> {
    let mut all = Vec::new();
    for counts in lengths.map(Lengths::counts) {
        all.resize(all.len().max(counts.len()), 0);
        for (all, n) in all.iter_mut().zip(counts) {
            *all += n;
        }
    }
    all
}

/// The lengths of one corpus, small; `places` is the same for all, so that they can be compared.
pub(super) struct Histogram<'a> {
    pub(super) what: &'a str,
    pub(super) lengths: &'a Lengths,
    pub(super) places: usize,
}

/// How high the drawing is, and how wide a column of it.
const HEIGHT: u64 = 48;
const COLUMN: usize = 10;

impl Display for Histogram<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.lengths.counts();
        let most = counts.iter().copied().max().unwrap_or(0);
        let summary = summary(counts);
        write!(
            f,
            "<figure class=\"lengths\">\n<svg viewBox=\"0 0 {} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}: {}\">\n",
            self.places * COLUMN,
            self.what,
            listed(counts)
        )?;
        for (place, n) in counts.iter().enumerate().filter(|(_, n)| 0 < **n) {
            let height = parts(*n, most, HEIGHT).max(1);
            writeln!(
                f,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\"><title>{}: {}</title></rect>",
                place * COLUMN + 1,
                HEIGHT - height,
                COLUMN - 2,
                range(place),
                Number(*n)
            )?;
        }
        writeln!(f, "</svg>\n<figcaption>{}: {summary}</figcaption>\n</figure>", self.what)
    }
}

/// Every count with its lengths, for those who cannot see the drawing.
fn listed(counts: &[u64]) -> String {
    let mut text = String::new();
    for (place, n) in counts.iter().enumerate().filter(|(_, n)| 0 < **n) {
        let comma = if text.is_empty() { "" } else { "; " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{} characters {}", range(place), Number(*n));
    }
    text
}

fn summary(counts: &[u64]) -> String {
    let all: u64 = counts.iter().sum();
    let mut so_far = 0;
    let median = counts.iter().position(|n| {
        so_far += n;
        all <= 2 * so_far
    });
    let longest = counts.iter().rposition(|n| 0 < *n);
    match median.zip(longest) {
        Some((median, longest)) => {
            format!("median {}, longest {} characters", range(median), range(longest))
        }
        None => "no records".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(of: &[u32]) -> Lengths {
        let mut lengths = Lengths::default();
        for n in of {
            lengths.add(*n);
        }
        lengths
    }

    #[test]
    fn a_bar_is_as_long_as_its_count() {
        let rows = vec![("a", 40), ("b<", 10), ("c", 0)];
        let bars = Bars { what: "corpus", unit: "records", rows }.to_string();
        assert!(bars.contains("<caption>Records by corpus</caption>"), "{bars}");
        let row = |name: &str, bar: &str, n: u64, share: &str| {
            format!(
                "<tr><th scope=\"row\">{name}</th><td aria-hidden=\"true\">{bar}</td><td class=\"n\">{n}</td><td class=\"n\">{share}</td></tr>"
            )
        };
        let bar = |width| format!("<i class=\"bar\" style=\"width:{width}\"></i>");
        assert!(bars.contains(&row("a", &bar("100.00%"), 40, "80.0%")), "{bars}");
        assert!(bars.contains(&row("b&lt;", &bar("25.00%"), 10, "20.0%")), "{bars}");
        assert!(bars.contains(&row("c", "", 0, "0.0%")), "{bars}");
    }

    #[test]
    fn lengths_are_named_as_they_are_counted() {
        let ranges: Vec<String> = [0, 1, 2, 3, 11, 32, 64, 65].into_iter().map(range).collect();
        assert_eq!(ranges[..5], ["0", "1", "2–3", "4–7", "1,024–2,047"]);
        assert_eq!(ranges[5], "2,147,483,648–4,294,967,295");
        assert_eq!(lengths(&[0, 1, 2, 3, 4]).counts(), [1, 1, 2, 1]);
        let all = [lengths(&[0, 5]), lengths(&[1])];
        assert_eq!(lengths_of(all.iter()), [1, 1, 0, 1]);
    }

    #[test]
    fn a_histogram_says_what_it_draws() {
        let lengths = lengths(&[9, 9, 9, 100]);
        let drawn = Histogram { what: "Output", lengths: &lengths, places: 8 }.to_string();
        let label = "aria-label=\"Output: 8–15 characters 3; 64–127 characters 1\"";
        assert!(drawn.contains(label), "{drawn}");
        assert!(drawn.contains("<rect x=\"41\" y=\"0\" width=\"8\" height=\"48\">"), "{drawn}");
        assert!(drawn.contains("<rect x=\"71\" y=\"32\" width=\"8\" height=\"16\">"), "{drawn}");
        let caption = "<figcaption>Output: median 8–15, longest 64–127 characters</figcaption>";
        assert!(drawn.contains(caption), "{drawn}");
        let none = Histogram { what: "Output", lengths: &Lengths::default(), places: 1 };
        assert!(none.to_string().contains("no records"));
    }
}
