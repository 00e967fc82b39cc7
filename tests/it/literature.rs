//! Aozora Bunko's published works: authors, titles and openings are what the collection says they are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ljd_core::{Corpus, Manifest, Preset, Raw, Record, Rules, read_records};
use ljd_qa::Aozora;
use serde_json::json;

use crate::support::shared;

/// The two excerpts of the collection that lie beside the project: 1,601 and 1,366 works.
const EXCERPTS: [&str; 2] = ["aozorabunko_text-excerpt.zip", "aozorabunko_text-second.zip"];

struct Work {
    asked: String,
    opening: String,
    credit: String,
}

/// The openings of both excerpts by folder and file, with what is asked for them.
static WORKS: LazyLock<Option<BTreeMap<String, Work>>> = LazyLock::new(works);

fn works() -> Option<BTreeMap<String, Work>> {
    let mut works = BTreeMap::new();
    for excerpt in EXCERPTS {
        let file = format!("aozora/{excerpt}");
        shared(&format!("corpora/{file}"))?;
        let replaced = json!({ "files": [{ "path": file, "split": "whole", "url": "https://github.com/aozorahack/aozorabunko_text" }] });
        let manifest =
            Manifest::parse_replaced(Aozora.manifest(), &replaced.to_string(), "real").unwrap();
        let raw = Raw::new(shared("corpora")?, manifest);
        let each = &mut |record: Record<'_>| {
            if let Some(id) = record.id.strip_suffix("/opening") {
                let work = Work {
                    asked: record.instruction.to_string(),
                    opening: record.output.into_owned(),
                    credit: record.attribution.into_owned(),
                };
                works.insert(id.to_owned(), work);
            }
        };
        read_records(&Aozora, &raw, &Rules::new(Preset::Clean), each).unwrap();
    }
    Some(works)
}

#[test]
fn authors_and_titles_are_those_of_the_collection() {
    let Some(works) = &*WORKS else { return };
    let asked =
        |id: &str| works.get(id).unwrap_or_else(|| panic!("{id} gives no opening")).asked.as_str();
    for (id, expected) in [
        ("000096/2109_ruby_22254", "夢野久作の作品『冗談に殺す』"),
        ("000231/1190_ruby_29779", "伊丹万作の作品『演技指導論草案』"),
        ("000008/47386_ruby_69027", "島木健作の作品『續生活の探求』"),
        ("001054/42153_txt_15587", "濱田耕作の作品『考古學教室の思ひ出話』"),
        ("000106/59473_ruby_67970", "北原白秋の作品『月に吠える　序』"),
        ("001670/54596_ruby_56398", "野村胡堂の作品『錢形平次捕物控　買つた遺書』"),
        ("000082/1003_ruby_2008", "岡本綺堂の作品『半七捕物帳　お化け師匠』"),
        ("000052/5023_ruby_10174", "紫式部の作品『源氏物語　花宴』（與謝野晶子訳）"),
        ("000906/42608_ruby_29537", "豊島与志雄の作品『ジャン・クリストフ　後記』"),
        ("001529/60855_ruby_74758", "『スザナの物語――経典外聖書――』（村崎敏郎訳）"),
        ("001529/52211_ruby_46185", "『えぞおばけ列伝』（知里真志保編訳）"),
        ("001930/58400_ruby_69156", "鈴木牧之の作品『北越雪譜』（京山人百樹刪定、岡田武松校訂）"),
        ("000009/43028_ruby_15448", "コナンドイルの作品『黄色な顔』（三上於莵吉訳）"),
    ] {
        assert_eq!(asked(id), format!("{expected}の冒頭を教えてください。"), "{id}");
    }
    let of = |name: &str| works.values().filter(|work| work.credit.starts_with(name)).count();
    assert_eq!((of("夢野久作『"), of("夢野久")), (20, 20));
}

#[test]
fn an_opening_is_the_text_of_the_work() {
    let Some(works) = &*WORKS else { return };
    for (id, work) in works {
        let opening = &work.opening;
        for mark in [
            "［",
            "《",
            "｜",
            "※［",
            "●",
            "〔",
            "目次",
            "テキスト中に現れる",
            "入力者",
            "割り注",
            "----",
        ] {
            assert!(!opening.contains(mark), "{id}: {opening}");
        }
        assert!(!opening.contains("「「") && !opening.contains("」」"), "{id}: {opening}");
    }
    let opening = |id: &str| works.get(id).map_or("", |work| work.opening.as_str());
    assert!(opening("000081/455_ruby_1471").starts_with("「ハックニー馬"));
    assert!(opening("000148/764_ruby").starts_with("「うと〳〵したと思ふうちに"));
    assert!(opening("000160/3530_ruby_19250").starts_with("「大きな夕日は、きょうも"));
    assert!(opening("000159/851_ruby").starts_with("「『最近の心境を語る』というのが"));
}

#[test]
fn the_newest_version_of_a_work_is_taken() {
    let Some(works) = &*WORKS else { return };
    for (older, newest) in [
        ("000165/2392_ruby", "000165/2392_ruby_18"),
        ("000301/1872_ruby", "000301/1872_ruby_3491"),
        ("001341/49663_ruby_38492", "001341/49663_ruby_69822"),
        ("000989/354_ruby", "000989/354_ruby_3752"),
    ] {
        assert!(!works.contains_key(older) && works.contains_key(newest), "{older}");
    }
}
