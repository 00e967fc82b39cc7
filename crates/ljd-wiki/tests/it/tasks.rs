//! What an article gives beside its lead.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, Task, read_records};
use ljd_wiki::Wikipedia;

/// An article with a lead, a section of prose, sources and an infobox.
fn article() -> String {
    let lead = format!(
        "'''雨都'''（うと、英: Raintown）は、{}",
        "雨の多い島国の北にある町である。".repeat(6)
    );
    let weather =
        format!("気候は海に近いので穏やかである。{}", "雨が降り続く日が多い。".repeat(20));
    format!(
        "{{{{基礎情報 都市\n|首都=水京\n|知事=雨野水子\n|木=[[楠]]の木（くす）\n|脚注=注\n}}}}\n{lead}\n== 気候 ==\n{weather}\n\
         == 政治 ==\n水京にある役所の長は雨野水子である。\n== 脚注 ==\n気候{weather}"
    )
}

fn dump(folder: &Path) -> Raw {
    let xml = format!(
        "<mediawiki>\n<page><title>雨都</title><ns>0</ns><id>7</id><revision><id>70</id><text>{}</text></revision></page>\n</mediawiki>\n",
        article()
    );
    fs::write(folder.join("dump.xml"), xml).unwrap();
    let files = r#"{ "files": [{ "path": "dump.xml", "split": "whole", "url": "https://example.org/" }], "expected": {} }"#;
    let manifest = Manifest::parse_replaced(Wikipedia.manifest(), files, "test").unwrap();
    Raw::new(folder.to_path_buf(), manifest)
}

/// Group, id, task, instruction and answer of every record.
fn records(tasks: &str) -> Vec<[String; 5]> {
    let folder = tempfile::tempdir().unwrap();
    let mut rules = Rules::new(Preset::Clean);
    rules.set(Wikipedia.options(), "wikipedia_tasks", tasks).unwrap();
    let mut records = Vec::new();
    read_records(&Wikipedia, &dump(folder.path()), &rules, &mut |record| {
        let group = Wikipedia.group(&record).to_owned();
        assert!(!record.input.contains("雨都") || record.task == Task::Description, "{record:?}");
        let task = record.task.as_str().to_owned();
        let asked = record.instruction.to_string();
        records.push([group, record.id.into_owned(), task, asked, record.output.into_owned()]);
    })
    .unwrap();
    records
}

#[test]
fn each_task_is_off_unless_asked_for() {
    let ids =
        |tasks: &str| -> Vec<String> { records(tasks).into_iter().map(|[_, id, ..]| id).collect() };
    assert_eq!(ids("lead"), ["7/70"]);
    assert_eq!(ids("title"), ["7/70/title", "7/70"]);
    assert_eq!(ids("heading"), ["7/70/heading/1", "7/70"]);
    assert_eq!(ids("fact"), ["7/70/fact/首都", "7/70/fact/知事", "7/70"]);
    assert_eq!(ids("all").len(), 5);
}

#[test]
fn an_article_gives_title_heading_and_facts() {
    let found = records("all");
    let of = |n: usize| found[n].clone();
    assert_eq!(
        of(0)[2..],
        ["title-generation", "次の説明文の〇〇に当てはまる言葉を答えてください。", "雨都"]
    );
    assert_eq!(of(1)[2..], ["title-generation", "次の文章に見出しを付けてください。", "気候"]);
    assert_eq!(of(2)[2..], ["question-answering", "雨都の首都はどこですか。", "水京"]);
    assert_eq!(of(3)[2..], ["question-answering", "雨都の知事は誰ですか。", "雨野水子"]);
    assert!(found.iter().all(|[group, ..]| group == "7/70"), "an article is one group");
}
