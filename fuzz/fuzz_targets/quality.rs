//! Rules of quality on texts of every kind: they answer, and what is repaired once is repaired.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use ljd_core::{Language, License, Record, Source, Task};
use ljd_quality::{Evaluation, Filters, Key, Normal, Rule, Scope, Scopes, Signature};

static SOURCE: LazyLock<Source> = LazyLock::new(|| Source {
    name: "fuzz".to_owned(),
    license: License::parse("CC-BY-4.0").expect("a known licence"),
    attribution: "Fuzz".to_owned(),
});

fuzz_target!(|sides: (&str, &str, bool)| {
    let mut record = Record {
        target_language: Language::En,
        instruction: "訳してください。".into(),
        input: sides.0.into(),
        output: sides.1.into(),
        attribution: "Fuzz".into(),
        ..Record::new(&SOURCE, "1", if sides.2 { Task::Translation } else { Task::Description })
    };
    for rule in Rule::ALL {
        let filters = Filters::new(&Scopes::from([(*rule, Scope::All)]), "fuzz");
        let _ = filters.apply(&mut record, |_rule| {});
        // An entity may be written as one.
        let mut again = record.clone();
        if rule.repairs() && *rule != Rule::Entities {
            let _ = filters.apply(&mut again, |rule| panic!("{} twice: {record:?}", rule.as_str()));
        }
    }
    let normal = Normal::of(&record);
    let _ = (Key::of(&record), Signature::of(&normal));
    let mut evaluation = Evaluation::default();
    evaluation.add("itself", &normal);
    let _ = evaluation.find(&normal);
});
