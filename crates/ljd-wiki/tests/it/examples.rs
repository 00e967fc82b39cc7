//! The examples, as a reader of them would run them.

#[path = "../../examples/plain.rs"]
#[expect(dead_code, reason = "its `main` is not called")]
mod plain;
#[path = "../../examples/sections.rs"]
#[expect(dead_code, reason = "its `main` is not called")]
mod sections;

#[test]
fn sections_of_a_dump_are_lines() {
    let dump = "<mediawiki><siteinfo><namespaces><namespace key=\"6\">絵</namespace></namespaces></siteinfo>\n<page><title>雨</title><ns>0</ns><revision><text>[[絵:a.jpg]]水。\n== 種類 ==\n[[霧雨]]。</text></revision></page></mediawiki>";
    let mut out = Vec::new();
    sections::run(dump.as_bytes(), &mut out).unwrap();
    let rows: Vec<serde_json::Value> = out
        .split(|byte| *byte == b'\n')
        .filter_map(|row| serde_json::from_slice(row).ok())
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["text"], &rows[1]["heading"]), (&"水。".into(), &"種類".into()));
    assert!(sections::run("<page>".as_bytes(), &mut Vec::new()).is_err());
}

#[test]
fn pages_become_text() {
    let page = r#"{"title":"雨","wikitext":"{{PAGENAME}}は[[水。\n== 節 ==\n{{無名}}"}"#;
    let run = |arguments: &[&str]| {
        let arguments: Vec<String> =
            arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let mut out = Vec::new();
        plain::run(page.as_bytes(), &mut out, &arguments).unwrap();
        serde_json::from_slice::<serde_json::Value>(&out).unwrap()
    };
    assert_eq!(run(&["ja", "lead"])["text"], "雨は水。");
    assert_eq!(run(&["en", "marks"])["text"], "雨は[[水。");
    assert_eq!(run(&["ja"])["unknown"][0][0], "無名");
}
