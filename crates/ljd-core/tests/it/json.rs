use ljd_core::read::{each_object, json_array, mark_repeated};
use ljd_core::{Chunk, ChunkSink, Input, License, RecordSink, Result, Source};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Element {
    n: Option<Value>,
}

/// The elements of an array that is cut into chunks of about `target` bytes: line and number; and what was
/// skipped.
fn elements(json: &str, key: Option<&str>, target: usize) -> Result<(Vec<(u64, Value)>, String)> {
    read(target, |out| json_array(Input::new("file", json.as_bytes()), key, out))
}

fn read(
    target: usize,
    cut: impl FnOnce(&mut ChunkSink<'_>) -> Result<()>,
) -> Result<(Vec<(u64, Value)>, String)> {
    let source = Source {
        name: "test".to_owned(),
        license: License::parse("CC-BY-4.0").unwrap(),
        attribution: "test".to_owned(),
    };
    let (mut elements, mut skipped) = (Vec::new(), ljd_core::Skipped::default());
    let mut convert = |chunk: Chunk| {
        let mut none = |_record: ljd_core::Record<'_>| {};
        let mut out = RecordSink::new(&source, false, &mut none);
        each_object(&chunk, &mut out, |line, element: Element, _| {
            elements.push((line.number, element.n.unwrap_or_default()));
            Ok(())
        });
        skipped.append(out.into_counts().1);
        Ok(())
    };
    let mut out = ChunkSink::new(&mut convert);
    out.target = target;
    cut(&mut out)?;
    Ok((elements, skipped.to_string()))
}

proptest! {
    #[test]
    fn every_element_comes_out_whatever_the_chunks(
        texts in prop::collection::vec("[a\"\\\\{}\\[\\],:雨\n]{0,6}", 0..12),
        target in 1_usize..60,
        pretty in any::<bool>(),
        wrapped in any::<bool>(),
    ) {
        let array: Vec<Value> = texts.iter().map(|text| json!({ "x": {"y": [text]}, "n": text })).collect();
        let value = if wrapped { json!({ "data": array }) } else { Value::Array(array) };
        let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let (found, skipped) = elements(&json, wrapped.then_some("data"), target).unwrap();
        let values: Vec<&Value> = found.iter().map(|(_, value)| value).collect();
        let expected: Vec<Value> = texts.into_iter().map(Value::String).collect();
        prop_assert_eq!(values, expected.iter().collect::<Vec<_>>());
        prop_assert_eq!(skipped, "");
        for (line, value) in found {
            let rest: String = json.lines().skip(usize::try_from(line).unwrap() - 1).collect::<Vec<_>>().join("\n");
            let own = rest.find(&serde_json::to_string(&value).unwrap());
            prop_assert!(own.is_some(), "line {line} of {json}");
        }
    }
}

#[test]
fn an_element_is_placed_at_its_own_line() {
    let (found, skipped) =
        elements("[\n{\"n\": 1},\n\n {\"n\": 2}, {\"n\": NaN},\n{\"n\": 3}]\n", None, 1).unwrap();
    let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!((lines, skipped.as_str()), (vec![2, 4, 5], "1 not JSON (first at file:4)"));
}

#[test]
fn what_stands_between_elements_is_not_lost() {
    let (found, skipped) = elements("[{\"n\": 1} oops {\"n\": 2}, 3]", None, 1).unwrap();
    assert_eq!(found.len(), 1);
    let expected = "1 a field of another type (first at file:1); 1 not JSON (first at file:1)";
    assert_eq!(skipped, expected);
}

#[test]
fn an_array_that_ends_early_is_placed() {
    let whole = "[\n{\"n\": 1},\n{\"n\": 2}\n]";
    for end in [whole.len() - 1, whole.len() - 3, 12, 5] {
        let error = elements(&whole[..end], None, 1).unwrap_err().to_string();
        assert!(
            error.starts_with("file:") && error.ends_with(": the data ends early"),
            "{end}: {error}"
        );
    }
}

#[test]
fn another_shape_is_refused() {
    for (json, key) in
        [("{\"n\": 1}", None), ("{\"rows\": []}", Some("data")), ("", None), ("[]", Some("data"))]
    {
        let error = elements(json, key, 1).unwrap_err();
        assert_eq!(error.to_string(), "file:1: cannot read", "{json}");
    }
    assert_eq!(elements("[]", None, 1).unwrap().0, []);
}

#[test]
fn repeated_elements_are_marked() {
    let json = "[{\"n\": 1}, {\"n\": 2}, {\"n\": 1}, {\"n\": 3}, {\"n\": 2}]";
    let number = |row: &ljd_core::Text| {
        let text = std::str::from_utf8(&row.bytes).ok()?;
        Some(text.split(':').nth(1)?.trim().as_bytes().to_vec())
    };
    for target in [1, 1000] {
        let (found, skipped) = read(target, |out| {
            mark_repeated(out, &|text| text.objects().collect(), &number, |out| {
                json_array(Input::new("file", json.as_bytes()), None, out)
            })
        })
        .unwrap();
        let numbers: Vec<Value> = found.into_iter().map(|(_, value)| value).collect();
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(skipped, "2 the same row again (first at file:1)");
    }
}
