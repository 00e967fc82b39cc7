//! The rules on texts of one's own, without a record.

use std::sync::LazyLock;

use ljd_core::{Language, License, Record, Source, Task, UnknownName};

use crate::Rule;
use crate::profile::Profiles;

/// What records need that nobody reads here.
static SOURCE: LazyLock<Result<Source, UnknownName>> = LazyLock::new(|| {
    let license = License::parse("LicenseRef-PublicDomain")?;
    Ok(Source { name: String::new(), license, attribution: String::new() })
});

impl Rule {
    /// Whether the rule would drop that sentence pair.
    ///
    /// A rule that repairs drops nothing, and those that compare records with others see no others here.
    ///
    /// ```
    /// use ljd_quality::Rule;
    ///
    /// assert!(Rule::Numbers.drops_pair("1914年の雨だ。", "It is the rain of 1941."));
    /// assert!(!Rule::Numbers.drops_pair("1914年の雨だ。", "It is the rain of 1914."));
    /// assert!(Rule::Japanese.drops_pair("It rains.", "It rains."));
    /// ```
    pub fn drops_pair(self, ja: &str, en: &str) -> bool {
        with_record(Task::Translation, Language::En, ja, en, |record| self.judge(record))
            .unwrap_or(false)
    }

    /// Whether the rule would drop that Japanese text.
    ///
    /// ```
    /// use ljd_quality::Rule;
    ///
    /// assert!(Rule::Brackets.drops_text("「雨だ。"));
    /// assert!(!Rule::Brackets.drops_text("「雨だ。」"));
    /// ```
    pub fn drops_text(self, ja: &str) -> bool {
        with_record(Task::InstructionFollowing, Language::Ja, "", ja, |record| self.judge(record))
            .unwrap_or(false)
    }

    /// The Japanese text as the rule repairs it, if there is anything to repair.
    ///
    /// ```
    /// use ljd_quality::Rule;
    ///
    /// assert_eq!(Rule::Entities.repaired("雨&amp;雪").as_deref(), Some("雨&雪"));
    /// assert_eq!(Rule::Entities.repaired("雨と雪"), None);
    /// ```
    pub fn repaired(self, ja: &str) -> Option<String> {
        with_record(Task::InstructionFollowing, Language::Ja, "", ja, |record| {
            self.repair(record).then(|| record.output.clone().into_owned())
        })
        .flatten()
    }

    fn judge(self, record: &Record<'_>) -> bool {
        self.drops(record, &Profiles::of(record))
    }
}

fn with_record<T>(
    task: Task,
    target_language: Language,
    input: &str,
    output: &str,
    judge: impl FnOnce(&mut Record<'_>) -> T,
) -> Option<T> {
    let source = SOURCE.as_ref().ok()?;
    let record = Record::new(source, "1", task);
    let instruction = "雨の文を読んでください。".into();
    let (input, output) = (input.into(), output.into());
    Some(judge(&mut Record { target_language, instruction, input, output, ..record }))
}
