//! The rules `japanese` and `english` on lines that were labelled by hand: `ja`, `en`, `any` for what is right in both
//! (names, numbers, abbreviations), `other`.

use std::fmt::Write;

use ljd_core::Record;
use ljd_quality::{Filters, Rule, Scope, Scopes};

use crate::rules::{record, source};

const LINES: &str = include_str!("../language.tsv");

/// What a rule did to the lines.
#[derive(Default)]
struct Figures {
    dropped_rightly: f64,
    dropped_wrongly: f64,
    missed: f64,
    errors: String,
}

impl Figures {
    fn of(rule: Rule, right: &str, side: impl Fn(&'static str) -> Record<'static>) -> Self {
        let filters = Filters::new(&Scopes::from([(rule, Scope::All)]), "invented");
        let mut figures = Self::default();
        for line in LINES.lines() {
            let (label, text) = line.split_once('\t').unwrap();
            let is_dropped = filters.apply(&mut side(text), |_| {}).is_err();
            let is_wrong = label != right && label != "any";
            match (is_dropped, is_wrong) {
                (true, true) => figures.dropped_rightly += 1.0,
                (true, false) => figures.dropped_wrongly += 1.0,
                (false, true) => figures.missed += 1.0,
                (false, false) => continue,
            }
            if is_dropped != is_wrong {
                let _ = writeln!(figures.errors, "{line}");
            }
        }
        figures
    }

    /// Of the lines that are dropped, the share that should be.
    fn precision(&self) -> f64 {
        self.dropped_rightly / (self.dropped_rightly + self.dropped_wrongly)
    }

    /// Of the lines that should be dropped, the share that is.
    fn recall(&self) -> f64 {
        self.dropped_rightly / (self.dropped_rightly + self.missed)
    }
}

fn check(figures: &Figures, precision: f64, recall: f64) {
    let found = (figures.precision(), figures.recall());
    assert!(precision <= found.0 && recall <= found.1, "{found:?}\n{}", figures.errors);
}

#[test]
fn what_is_not_japanese_is_found() {
    let source = Box::leak(Box::new(source()));
    let figures = Figures::of(Rule::Japanese, "ja", |text| record(source, text, "It rains."));
    check(&figures, 0.99, 0.93);
}

#[test]
fn what_is_not_english_is_found() {
    let source = Box::leak(Box::new(source()));
    let figures = Figures::of(Rule::English, "en", |text| record(source, "雨だ。", text));
    check(&figures, 0.99, 0.93);
}
