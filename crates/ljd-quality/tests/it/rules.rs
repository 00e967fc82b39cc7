use ljd_core::{Language, License, Record, Source, Task};
use ljd_quality::{Filters, Rule, Scope, Scopes};

pub(crate) fn source() -> Source {
    Source {
        name: "invented".to_owned(),
        license: License::parse("CC-BY-4.0").unwrap(),
        attribution: "Invented".to_owned(),
    }
}

pub(crate) fn record<'a>(source: &'a Source, input: &'a str, output: &'a str) -> Record<'a> {
    Record {
        target_language: Language::En,
        instruction: "次の日本語を英語に翻訳してください。".into(),
        input: input.into(),
        output: output.into(),
        attribution: "Invented".into(),
        ..Record::new(source, "1", Task::Translation)
    }
}

fn all() -> Scopes {
    let masks_or_drops = [Rule::Email, Rule::Telephone];
    let on = Rule::ALL.iter().filter(|rule| !masks_or_drops.contains(rule));
    on.map(|rule| (*rule, Scope::All)).collect()
}

#[test]
fn a_record_is_repaired_before_it_is_judged() {
    let source = source();
    let filters = Filters::new(&all(), "invented");
    let mut record = record(
        &source,
        "　雨&amp;雪\u{200b}が降った。a@example.orgへ。 ",
        "Rain &amp; snow fell. Write to a@example.org.\u{feff}",
    );
    let mut repaired = Vec::new();
    assert_eq!(filters.apply(&mut record, |rule| repaired.push(rule)), Ok(()));
    assert_eq!(record.input, "雨&雪が降った。[メールアドレス]へ。");
    assert_eq!(record.output, "Rain & snow fell. Write to [email].");
    assert_eq!(repaired, [Rule::Entities, Rule::Controls, Rule::WhiteSpace, Rule::MaskEmail]);
}

#[test]
fn each_rule_drops_what_it_is_for_and_no_other_one_does() {
    let source = source();
    for (rule, input, output) in [
        (Rule::Email, "書いてください。", "Write to a@example.org."),
        (Rule::Telephone, "電話してください。", "Call 555-555-0100."),
        (Rule::Empty, "雨だ。", "..."),
        (Rule::Mojibake, "雨だ\u{fffd}。", "It rains."),
        (Rule::Brackets, "「雨だ。", "It rains."),
        (Rule::Punctuation, "雨だ！！！！！！！", "It rains."),
        (Rule::Japanese, "今天在下雨吗？", "Does it rain today?"),
        (Rule::English, "雨だ。", "Está lloviendo y no es por la tarde."),
        (Rule::Copy, "It rains in the village.", "It rains in the village."),
        (
            Rule::Untranslated,
            "彼はit rains in the village todayと言ったのである。",
            "He said it rains in the village today.",
        ),
        (
            Rule::Length,
            "雨だ。",
            "It rains, and then a long time passes in which nobody says a word.",
        ),
        (Rule::Numbers, "1914年の雨だ。", "It is the rain of 1941."),
    ] {
        let only = Filters::new(&Scopes::from([(rule, Scope::All)]), "invented");
        assert_eq!(only.apply(&mut record(&source, input, output), |_| {}), Err(rule), "{input}");
        let others = all().into_iter().filter(|(other, _)| *other != rule && !other.repairs());
        let found = Filters::new(&others.collect(), "invented")
            .apply(&mut record(&source, input, output), |_| {});
        // A copy is also no Japanese.
        let expected = if rule == Rule::Copy { Err(Rule::Japanese) } else { Ok(()) };
        assert_eq!(found, expected, "{input}");
    }
}

#[test]
fn a_corpus_out_of_scope_is_left_alone() {
    let source = source();
    let scopes = Scopes::from([(Rule::Brackets, Scope::Except(vec!["invented".to_owned()]))]);
    let mut half = record(&source, "「雨だ。", "It rains.");
    assert_eq!(Filters::new(&scopes, "invented").apply(&mut half, |_| {}), Ok(()));
    assert_eq!(Filters::new(&scopes, "another").apply(&mut half, |_| {}), Err(Rule::Brackets));
}
