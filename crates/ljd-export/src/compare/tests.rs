//! Equal files, planted differences, and files that lack what the other one has.

use std::fs;

use super::*;

fn line(n: usize) -> String {
    format!("{{\"instruction\":\"問い{n}\",\"input\":\"\",\"output\":\"答え {n} &amp; <{n}>\"}}\n")
}

/// Compares lines of our corpora with published ones.
fn compared(ours: &[(&str, Vec<String>)], published: &str, is_packed: bool) -> Vec<Compared> {
    let folder = tempfile::tempdir().unwrap();
    let recipe = Recipe::built_in("v0", None).unwrap();
    let corpora: Vec<_> = ours
        .iter()
        .map(|(name, lines)| serde_json::json!({ "name": name, "records": lines.len() }))
        .collect();
    let report = serde_json::json!({ "corpora": corpora }).to_string();
    fs::write(folder.path().join("report.json"), report).unwrap();
    let lines: String = ours.iter().flat_map(|(_, lines)| lines.clone()).collect();
    fs::write(folder.path().join("data-cc-by-sa.jsonl"), lines).unwrap();
    let path = folder.path().join("published.jsonl");
    if is_packed {
        fs::write(&path, zstd::encode_all(published.as_bytes(), 1).unwrap()).unwrap();
    } else {
        fs::write(&path, published).unwrap();
    }
    compare(folder.path(), &path, &recipe).unwrap()
}

fn counts(compared: &Compared) -> (u64, u64, u64, u64, u64) {
    let different = compared.different.values().sum();
    (compared.equal, compared.missing, compared.extra, different, compared.moved)
}

fn lines(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(line).collect()
}

#[test]
fn equal_files_are_equal_plain_and_packed() {
    let ours = [("abc", lines(0..10)), ("aio", Vec::new()), ("jesc", lines(10..30))];
    for is_packed in [false, true] {
        let found = compared(&ours, &lines(0..30).concat(), is_packed);
        assert!(found.iter().all(Compared::is_equal), "{found:?}");
        let names: Vec<_> = found.iter().map(|corpus| corpus.corpus.as_str()).collect();
        assert_eq!(names, ["abc", "aio", "jesc", ""]);
        assert_eq!((found[0].equal, found[1].equal, found[2].equal), (10, 0, 20));
    }
}

#[test]
fn planted_differences_are_counted_where_they_are() {
    let ours = [("abc", lines(0..20)), ("jesc", lines(20..60))];
    let mut published = lines(0..60);
    published[3] = published[3].replace("答え 3", "答え3");
    published[5] = published[5].replace("&amp;", "&");
    published[7] = published[7].replace("答え 7", "別の文");
    published[9] = published[9].replace("\"答え 9 &amp; <9>\"", "null");
    published.remove(30);
    published.insert(40, line(1000));
    let found = compared(&ours, &published.concat(), false);
    assert_eq!(counts(&found[0]), (16, 0, 0, 4, 0));
    let kinds: Vec<_> = found[0].different.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    assert_eq!(kinds, [("null", 1), ("white space", 1), ("escaping", 1), ("text", 1)]);
    assert_eq!(found[0].examples[0].line, Some(4));
    assert_eq!(counts(&found[1]), (39, 1, 1, 0, 0));
    assert!(found[2].is_equal());
}

#[test]
fn a_record_in_another_place_is_moved() {
    let mut published = lines(0..50);
    let moved = published.remove(10);
    published.insert(30, moved);
    let found = compared(&[("abc", lines(0..50))], &published.concat(), false);
    assert_eq!(counts(&found[0]), (49, 1, 1, 0, 1));
}

#[test]
fn both_sides_are_in_step_again_within_the_window_only() {
    for (n_missing, expected) in
        [(WINDOW - RUN, (20, WINDOW as u64 - RUN as u64, 0, 0, 0)), (WINDOW, (10, 0, 0, 10, 0))]
    {
        let between = lines(5000..5000 + n_missing);
        let published = [lines(0..10), between, lines(10..20)].concat().concat();
        let found = compared(&[("abc", lines(0..20))], &published, false);
        assert_eq!(counts(&found[0]), expected, "{n_missing}");
    }
}

#[test]
fn corpora_that_the_dataset_does_not_have_are_passed_over() {
    let foreign = lines(10_000..10_000 + 3 * WINDOW);
    let published = [lines(0..10), foreign.clone(), lines(10..30), foreign].concat().concat();
    let found = compared(&[("abc", lines(0..10)), ("jesc", lines(10..30))], &published, false);
    assert_eq!((counts(&found[0]), counts(&found[1])), ((10, 0, 0, 0, 0), (20, 0, 0, 0, 0)));
    assert_eq!(found[2].missing, 6 * WINDOW as u64);
}

#[test]
fn a_corpus_that_is_not_published_does_not_hide_the_next_one() {
    let ours = [("abc", lines(0..10)), ("aio", lines(500..520)), ("jesc", lines(10..30))];
    let found = compared(&ours, &lines(0..30).concat(), false);
    assert_eq!((counts(&found[0]), counts(&found[1])), ((10, 0, 0, 0, 0), (0, 0, 20, 0, 0)));
    assert_eq!(counts(&found[2]), (20, 0, 0, 0, 0));
}

#[test]
fn a_missing_value_may_be_written_as_python_writes_it() {
    let ours = r#"{"instruction":null,"input":"","output":"\"NaN\\"}"#.to_owned() + "\n";
    let published = ours.replace("null", "NaN").replace("\"\",", "NaN,");
    let found = compared(&[("abc", vec![ours.clone(), ours])], &published.repeat(2), false);
    assert_eq!(found[0].different, BTreeMap::from([(Difference::Null, 2)]));
    let example = found[0].examples[0].published.clone().unwrap();
    let read = (example.instruction, example.input, example.output.as_deref());
    assert_eq!(read, (None, None, Some("\"NaN\\")));
}

#[test]
fn a_line_that_is_no_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = Recipe::built_in("v0", None).unwrap();
    fs::write(folder.path().join("report.json"), r#"{"corpora":[]}"#).unwrap();
    fs::write(folder.path().join("data-cc-by-sa.jsonl"), "").unwrap();
    let path = folder.path().join("published.jsonl");
    fs::write(&path, format!("{}[]\n", line(1))).unwrap();
    let error = compare(folder.path(), &path, &recipe).unwrap_err();
    assert_eq!(error.location().and_then(|location| location.line), Some(2));
    fs::remove_file(folder.path().join("report.json")).unwrap();
    assert!(compare(folder.path(), &path, &recipe).is_err());
}
