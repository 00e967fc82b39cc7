use ljd_core::{Manifest, Preset};
use serde_json::{Value, json};

fn manifest() -> Value {
    json!({
        "name": "rain", "title": "Rain", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "the authors", "attribution": "Rain, CC BY 4.0", "modifications": "none",
        "citation": "@misc{rain}", "tasks": ["translation"], "version": "1",
        "files": [{ "path": "rain/rain.tsv", "url": "https://example.org/rain.tsv" }]
    })
}

fn refusal(field: &str, value: Value) -> String {
    let mut manifest = manifest();
    manifest[field] = value;
    Manifest::parse(&manifest.to_string(), "rain.json").unwrap_err().to_string()
}

#[test]
fn what_is_absent_has_its_usual_value() {
    let manifest = Manifest::parse(&manifest().to_string(), "rain.json").unwrap();
    assert_eq!(manifest.source.license.id(), "CC-BY-4.0");
    assert!(manifest.tolerance.to_bits() == 0 && manifest.expected.is_empty());
    assert_eq!(manifest.files[0].sha256, None);
}

#[test]
fn impossible_values_are_refused_with_their_field() {
    let cases = [
        ("name", json!("Rain!"), "`name` is `Rain!`, not lower-case letters, digits and hyphens"),
        ("license", json!("CC-BY-4"), "unknown licence `CC-BY-4`, did you mean `CC-BY-4.0`?"),
        ("tasks", json!(["translatoin"]), "`tasks` has an unknown task `translatoin`"),
        ("tolerance", json!(1.5), "`tolerance` is 1.5, not a share from 0 to 1"),
        ("expected", json!({ "v1": 1 }), "`expected` has an unknown preset `v1`"),
        ("files", json!([]), "`files` is empty"),
        (
            "files",
            json!([{ "path": "../x", "url": "" }]),
            "`files` has the path `../x`, which leaves its folder",
        ),
        ("files", json!([{ "path": "/x", "url": "" }]), "`files` has the path `/x`"),
        (
            "files",
            json!([{ "path": "x", "url": "", "sha256": "ABC" }]),
            "`files` has `ABC`, not a SHA-256",
        ),
        ("title", Value::Null, "`title` is missing"),
        ("licence", json!("MIT"), "unknown field `licence`"),
    ];
    for (field, value, expected) in cases {
        let found = refusal(field, value);
        assert!(found.starts_with("rain.json") && found.contains(expected), "{field}: {found}");
    }
}

#[test]
fn a_mistake_is_placed_at_its_line() {
    let error =
        Manifest::parse("{\n  \"name\": \"rain\",\n  \"nam\": 1\n}", "rain.json").unwrap_err();
    assert!(error.to_string().starts_with("rain.json:3: unknown field `nam`"), "{error}");
}

#[test]
fn a_replacement_takes_the_place_of_whole_fields() {
    let replacement = json!({ "version": "2", "expected": { "clean": 5 } }).to_string();
    let replaced =
        Manifest::parse_replaced(&manifest().to_string(), &replacement, "rain.json").unwrap();
    assert_eq!((replaced.version.as_str(), replaced.title.as_str()), ("2", "Rain"));
    assert_eq!(replaced.expected(Preset::Clean), Some(5));
    assert_eq!(replaced.expected(Preset::V0), None);
}
