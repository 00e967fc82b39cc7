//! Records to test with.

use std::sync::LazyLock;

use ljd_core::{Language, License, Record, Source, Task};

static SOURCE: LazyLock<Source> = LazyLock::new(|| Source {
    name: "invented".to_owned(),
    license: License::parse("CC-BY-4.0").expect("a known licence"),
    attribution: "Invented".to_owned(),
});

/// A question in Japanese and its answer.
pub(crate) fn record<'a>(input: &'a str, output: &'a str) -> Record<'a> {
    Record {
        instruction: "次の問いに答えてください。".into(),
        input: input.into(),
        output: output.into(),
        attribution: "Invented".into(),
        ..Record::new(&SOURCE, "1", Task::QuestionAnswering)
    }
}

/// A sentence in Japanese and its translation into English.
pub(crate) fn translation<'a>(input: &'a str, output: &'a str) -> Record<'a> {
    let target_language = Language::En;
    Record { task: Task::Translation, target_language, ..record(input, output) }
}
