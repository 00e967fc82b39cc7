use ljd_core::{Language, Preset, Split, Task};
use ljd_export::{Format, Recipe};

/// What the published dataset has, by release. (Hirano, Suzuki and Sakaji 2023, and its change log)
const V0: [(&str, u64); 6] = [
    ("0.1.0", 8_393_726),
    ("0.1.1", 8_393_726),
    ("1.0.0", 9_097_388),
    ("1.0.1", 9_045_386),
    ("1.0.2", 9_074_350),
    ("1.0.3", 9_074_340),
];

const VANILLA: [(&str, u64); 4] =
    [("0.1.0", 1_811_964), ("1.0.0", 2_515_626), ("1.0.1", 2_463_624), ("1.0.2", 2_492_588)];

#[test]
fn every_recipe_that_comes_with_the_crate_is_whole() {
    for name in Recipe::built_in_names() {
        let recipe = Recipe::built_in(name, None).unwrap();
        assert_eq!(recipe.name, name);
        assert!(!recipe.splits.is_empty() && !recipe.corpora.is_empty());
    }
    let error = Recipe::built_in("clena", None).unwrap_err().to_string();
    assert_eq!(error, "unknown recipe `clena`, did you mean `clean`?");
}

#[test]
fn releases_have_the_published_numbers_of_records() {
    for (recipe, releases) in [("v0", &V0[..]), ("vanilla", &VANILLA)] {
        for (version, records) in releases {
            let recipe = Recipe::built_in(recipe, Some(version)).unwrap();
            let published: Option<u64> = recipe.corpora.iter().map(|corpus| corpus.published).sum();
            assert_eq!(published, Some(*records), "{} {version}", recipe.name);
        }
    }
    let v0 = Recipe::built_in("v0", None).unwrap();
    assert_eq!(v0.version.as_deref(), Some("0.1.1"));
    let permissive: u64 = v0
        .corpora
        .iter()
        .filter(|corpus| v0.joined["data.jsonl"].contains(&corpus.name))
        .filter_map(|corpus| corpus.published)
        .sum();
    assert_eq!(permissive, 1_533_982);
}

#[test]
fn rules_change_with_the_release() {
    let rule = |version: &str, corpus: &str, rule: &str| {
        let recipe = Recipe::built_in("v0", Some(version)).unwrap();
        let corpus = recipe.corpora.into_iter().find(|one| one.name == corpus).unwrap();
        (corpus.rules.get(rule).cloned(), corpus.version)
    };
    assert_eq!(rule("0.1.0", "jesc", "jesc_direction").0.as_deref(), Some("0.1.0"));
    assert_eq!(rule("0.1.1", "jesc", "jesc_direction").0.as_deref(), Some("fixed"));
    assert_eq!(rule("1.0.2", "alt", "alt_missing").0, None);
    assert_eq!(rule("1.0.3", "alt", "alt_missing").0.as_deref(), Some("drop"));
    let wikipedia = rule("1.0.3", "wikipedia", "wikipedia_blank");
    assert_eq!(wikipedia, (Some("drop".to_owned()), Some("20240101".to_owned())));
    let error = Recipe::built_in("v0", Some("0.1.2")).unwrap_err().to_string();
    assert_eq!(error, "unknown version `0.1.2`, did you mean `0.1.0`?");
}

#[test]
fn what_is_absent_has_its_usual_value() {
    let text = r#"{ "name": "n", "description": "d", "preset": "clean", "corpora": [] }"#;
    let recipe = Recipe::parse(text, "n.json", None).unwrap();
    assert_eq!((recipe.preset, &recipe.splits[..]), (Preset::Clean, Split::ALL));
    assert_eq!(recipe.languages, Language::USUAL);
    assert_eq!(recipe.formats, Format::usual());
    assert!(!recipe.phrasings && !recipe.mixed);
}

#[test]
fn a_mistake_is_placed_with_the_nearest_name() {
    for (line, message) in [
        (r#""nmae": 1"#, "mine.json:2:8: unknown field `nmae`, did you mean `name`?"),
        (r#""preset": "claen""#, "mine.json:2:19: unknown preset `claen`, did you mean `clean`?"),
        (r#""splits": ["tests"]"#, "mine.json:2:21: unknown split `tests`, did you mean `test`?"),
        (
            r#""refuse": ["sharealike"]"#,
            "mine.json:2:26: unknown licence or property of one `sharealike`, did you mean `share-alike`?",
        ),
        (r#""formats": ["parket"]"#, "mine.json:2:23: unknown format `parket`, did you mean"),
        (
            r#""corpora": [{ "name": "tanaka" }], "preset": "v0", "description": "", "joined": { "a": ["tanak"] }"#,
            "mine.json:2:91: unknown corpus `tanak`, did you mean `tanaka`?",
        ),
    ] {
        // A place is where the value ends.
        let text = format!("{{\n  {line},\n  \"name\": \"mine\"\n}}");
        let error = Recipe::parse(&text, "mine.json", None).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn a_share_is_of_the_records_that_the_dataset_shall_have() {
    let recipe = |records: &str, share: &str| {
        let text = format!(
            r#"{{ "name": "a", "description": "b", "preset": "clean"{records},
                "tasks": {{ "translation": {{ "share": {share}, "because": "enough" }} }},
                "corpora": [{{ "name": "tanaka", "share": 0.5, "max_records": 7, "because": "best" }}] }}"#
        );
        Recipe::parse(&text, "a.json", None)
    };
    let mixed = recipe(r#", "records": 1000"#, "0.15").unwrap();
    assert_eq!(mixed.tasks[&Task::Translation].max_records, Some(150));
    // The lower of two bounds holds.
    assert_eq!(mixed.corpora[0].portion.max_records, Some(7));
    assert_eq!(mixed.reasons["translation"], "enough");
    assert_eq!(mixed.reasons["tanaka"], "best");
    let error = recipe("", "0.15").unwrap_err().to_string();
    assert!(error.starts_with("a.json:") && error.contains("`share` needs `records`"), "{error}");
    assert!(recipe(r#", "records": 1000"#, "1.5").is_err());
}

#[test]
fn the_mix_keeps_its_promises() {
    let mix = Recipe::built_in("mix", None).unwrap();
    assert_eq!(mix.records, Some(300_000));
    let most = |task| mix.tasks[&task].max_records;
    assert_eq!((most(Task::Translation), most(Task::Quotation)), (Some(45_000), Some(3_000)));
    let jesc = mix.corpora.iter().find(|corpus| corpus.name == "jesc").unwrap();
    assert_eq!(jesc.portion.max_records, Some(20_000));
    let bounded = mix.corpora.iter().filter(|corpus| corpus.portion.max_records.is_some());
    let mut why = bounded
        .map(|corpus| corpus.name.as_str())
        .chain(mix.tasks.keys().map(|task| task.as_str()));
    assert!(why.all(|name| mix.reasons.contains_key(name)));
}
