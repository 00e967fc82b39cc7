use ljd_core::{LicenseProperty, Manifest, Preset};
use serde_json::{Value, json};

fn manifest() -> Value {
    json!({
        "name": "rain", "title": "Rain", "homepage": "https://example.org", "license": "CC-BY-4.0",
        "copyright": "the authors", "attribution": "Rain, CC BY 4.0", "modifications": "none",
        "citation": "@misc{rain}", "tasks": ["translation"], "version": "1",
        "files": [{ "path": "rain/rain.tsv", "split": "whole", "url": "https://example.org/rain.tsv" }]
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
    assert_eq!(manifest.most_dropped.to_bits(), 0.1_f64.to_bits());
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
            "`../x` names no file or folder: it leaves its folder",
        ),
        ("files", json!([{ "path": "/x", "url": "" }]), "`/x` names no file or folder"),
        (
            "files",
            json!([{ "path": "LJD-lock.json", "url": "" }]),
            "which is the name of a file of ours",
        ),
        ("files", json!([{ "path": "x.part", "url": "" }]), "which is the name of a file of ours"),
        (
            "files",
            json!([{ "path": "x.PART.json", "url": "" }]),
            "which is the name of a file of ours",
        ),
        ("files", json!([{ "path": "x.bad/y", "url": "" }]), "which is the name of a file of ours"),
        ("name", json!("con"), "`name` is bad: `con` names no file or folder"),
        (
            "files",
            json!([{ "path": "x", "split": "train", "url": "", "sha256": "ABC" }]),
            "`files` has `ABC`, not a SHA-256",
        ),
        ("files", json!([{ "path": "x", "url": "" }]), "`files` has `x` without its `split`"),
        (
            "files",
            json!([{ "path": "x", "url": "", "split": "dev" }]),
            "unknown split `dev`, known are: train, validation, test, whole",
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
fn a_licence_of_its_own_is_stated_with_its_text() {
    let mut json = manifest();
    json["license"] = json!({
        "id": "LicenseRef-Rain", "name": "Rain licence", "url": "https://example.org/license",
        "text": "Name us, and do not sell it.", "asks_for": ["attribution", "non-commercial"],
    });
    let license = Manifest::parse(&json.to_string(), "rain.json").unwrap().source.license;
    assert_eq!(license.text(), "Name us, and do not sell it.");
    assert!(license.has(LicenseProperty::NonCommercial));
    json["license"]["text"] = Value::Null;
    let error = Manifest::parse(&json.to_string(), "rain.json").unwrap_err().to_string();
    assert!(error.starts_with("rain.json:") && error.contains("null"), "{error}");
    json["license"] = json!("ODbL-1.0");
    let error = Manifest::parse(&json.to_string(), "rain.json").unwrap_err().to_string();
    assert!(error.contains("the text of `ODbL-1.0` is not compiled in"), "{error}");
}

#[test]
fn a_mistake_is_placed_at_its_line() {
    let error =
        Manifest::parse("{\n  \"name\": \"rain\",\n  \"nam\": 1\n}", "rain.json").unwrap_err();
    assert!(
        error.to_string().starts_with("rain.json:3:7: unknown field `nam`, did you mean `name`?"),
        "{error}"
    );
}

#[test]
fn a_replacement_takes_the_place_of_whole_fields() {
    let replacement = json!({ "title": "Snow", "expected": { "clean": 5 } }).to_string();
    let replaced =
        Manifest::parse_replaced(&manifest().to_string(), &replacement, "rain.json").unwrap();
    assert_eq!((replaced.version.as_str(), replaced.title.as_str()), ("1", "Snow"));
    assert_eq!(replaced.expected(Preset::Clean), Some(5));
    assert_eq!(replaced.expected(Preset::V0), None);
}

#[test]
fn another_version_has_files_of_its_own() {
    let mut manifest = manifest();
    let version = json!({ "version": "2" }).to_string();
    let error = Manifest::parse_replaced(&manifest.to_string(), &version, "--set").unwrap_err();
    let expected =
        "--set: `version` is another one, but no file's `url` has `{version}`: state `files`";
    assert_eq!(error.to_string(), expected);
    let sha256 = "0".repeat(64);
    let file = json!({ "path": "rain/{version}.tsv", "split": "whole", "url": "https://example.org/{version}.tsv", "bytes": 7, "sha256": sha256 });
    manifest["files"] = json!([file]);
    manifest["expected"] = json!({ "v0": 3 });
    let first = Manifest::parse(&manifest.to_string(), "rain.json").unwrap();
    assert_eq!((first.files[0].path.as_str(), first.files[0].bytes), ("rain/1.tsv", Some(7)));
    let second = Manifest::parse_replaced(&manifest.to_string(), &version, "--set").unwrap();
    assert_eq!(second.files[0].url, "https://example.org/2.tsv");
    assert_eq!((second.files[0].bytes, &second.files[0].sha256), (None, &None));
    assert_eq!(second.expected(Preset::V0), None);
}

#[test]
fn a_release_has_the_licence_of_its_day() {
    let mut manifest = manifest();
    manifest["license"] = json!("CC-BY-SA-4.0");
    manifest["attribution"] = json!("Rain {version}, 4.0");
    manifest["files"][0]["url"] = json!("https://example.org/{version}.tsv");
    let earlier = |before: &str, license: &str| json!({ "before": before, "license": license, "attribution": format!("Rain {{version}}, {license}") });
    manifest["earlier"] =
        json!([earlier("20230607", "CC-BY-SA-3.0"), earlier("20090615", "CC-BY-2.5")]);
    let text = manifest.to_string();
    for (version, license, attribution) in [
        ("20090614", "CC-BY-2.5", "Rain 20090614, CC-BY-2.5"),
        ("20090615", "CC-BY-SA-3.0", "Rain 20090615, CC-BY-SA-3.0"),
        ("20230606", "CC-BY-SA-3.0", "Rain 20230606, CC-BY-SA-3.0"),
        ("20230607", "CC-BY-SA-4.0", "Rain 20230607, 4.0"),
        ("latest", "CC-BY-SA-4.0", "Rain latest, 4.0"),
    ] {
        let version = json!({ "version": version }).to_string();
        let source = Manifest::parse_replaced(&text, &version, "--set").unwrap().source;
        assert_eq!((source.license.id(), source.attribution.as_str()), (license, attribution));
    }
    // Who states a licence means it.
    let mine = json!({ "version": "20090614", "license": "CC0-1.0" }).to_string();
    let mine = Manifest::parse_replaced(&text, &mine, "mine.json").unwrap();
    assert_eq!(mine.source.license.id(), "CC0-1.0");
}
