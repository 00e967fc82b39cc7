//! Every record of v0 that is at hand as its authors published it comes out: of the corpus where that is at hand too,
//! else of a row that is made of the record, which shows what the rules do to such a row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use ljd_core::{Corpus, Manifest, Preset, Raw, Rules, read_records};
use ljd_qa::Jqac;
use ljd_translation::{Alt, Jesc, Paranatcom, Snow, Wordnet};
use ljd_wiki::{Jwtd, Wikinews, Wikipedia};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::real::raw_of;
use crate::support::{root, shared};

/// Instruction, input and output.
type Triple = [String; 3];

/// The published records of a file.
fn published(name: &str) -> Option<Vec<Triple>> {
    let text = fs::read_to_string(shared(&format!("published/{name}.jsonl"))?).unwrap();
    let record = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        ["instruction", "input", "output"].map(|field| record[field].as_str().unwrap().to_owned())
    };
    Some(text.lines().filter(|line| !line.is_empty()).map(record).collect())
}

/// v0's records of a corpus.
fn read(corpus: &dyn Corpus, raw: &Raw) -> Vec<Triple> {
    let mut rules = Rules::new(Preset::V0);
    if corpus.options().iter().any(|rule| rule.name == "jesc_direction") {
        rules.set(corpus.options(), "jesc_direction", "fixed").unwrap();
    }
    let mut found = Vec::new();
    read_records(corpus, raw, &rules, &mut |record| {
        found.push([&*record.instruction, &record.input, &record.output].map(str::to_owned));
    })
    .unwrap();
    found
}

/// v0's records of files that are made here, by their paths.
fn read_files(corpus: &dyn Corpus, files: &[(&str, Vec<u8>)]) -> Vec<Triple> {
    let folder = tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let files: Vec<Value> = files
        .iter()
        .map(|(path, _)| json!({ "path": path, "split": "whole", "url": "https://example.org/" }))
        .collect();
    let stated = json!({ "files": files, "expected": {} }).to_string();
    let manifest = Manifest::parse_replaced(corpus.manifest(), &stated, "made").unwrap();
    read(corpus, &Raw::new(folder.path().to_path_buf(), manifest))
}

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn tar_gz(name: &str, text: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, name, text.as_bytes()).unwrap();
    gzip(&archive.into_inner().unwrap())
}

fn zip(members: &[(String, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What the table of docs/V0.md says of a corpus: how many published records there are, and how many come out.
fn stated(corpus: &str) -> (usize, usize) {
    let document = fs::read_to_string(root().join("docs/V0.md")).unwrap();
    let (_, section) = document.split_once("## Published records").unwrap();
    let row = section.lines().find(|line| line.starts_with(&format!("| `{corpus}` |"))).unwrap();
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    (cells[2].parse().unwrap(), cells[3].parse().unwrap())
}

/// Holds the table to what comes out.
fn check(corpus: &str, published: &[Triple], found: &[Triple]) {
    let found: BTreeSet<&Triple> = found.iter().collect();
    let missing: Vec<&Triple> = published.iter().filter(|record| !found.contains(record)).collect();
    let n_equal = published.len() - missing.len();
    assert_eq!((published.len(), n_equal), stated(corpus), "{corpus}: {missing:#?}");
}

/// Japanese and English of a record of either direction.
fn pair([instruction, input, output]: &Triple) -> (&str, &str) {
    match instruction.as_str() {
        "次の日本語を英語に翻訳してください。" => (input, output),
        "次の英語を日本語に翻訳してください。" => (output, input),
        other => panic!("{other}"),
    }
}

#[test]
fn jesc() {
    let Some(records) = published("jesc") else { return };
    let mut lines = String::new();
    for (ja, en) in records.iter().map(pair) {
        writeln!(lines, "{en}\t{ja}").unwrap();
    }
    let found = read_files(&Jesc, &[("jesc/raw.tar.gz", tar_gz("raw/raw", &lines))]);
    check("jesc", &records, &found);
}

#[test]
fn alt() {
    let excerpt = shared("corpora/alt/ALT-Parallel-Corpus-20191206.zip");
    let (Some(records), Some(excerpt)) = (published("alt"), excerpt) else { return };
    let first = read_files(&Alt, &[("alt/excerpt.zip", fs::read(excerpt).unwrap())]);
    let (there, others): (Vec<_>, Vec<_>) =
        records.iter().cloned().partition(|record| first.contains(record));
    assert_eq!((there.len(), others.len()), (2, 5), "of the first lines");
    let mut members = [String::new(), String::new(), String::new()];
    for (n, (ja, en)) in others.iter().map(pair).enumerate() {
        writeln!(members[0], "SNT.1.{n}\t{ja}").unwrap();
        writeln!(members[1], "SNT.1.{n}\t{en}").unwrap();
    }
    members[2].push_str("URL.1\thttps://example.org/1\n");
    let names = ["data_ja.txt", "data_en.txt", "URL.txt"].map(|name| format!("ALT/{name}"));
    let packed = zip(&names.into_iter().zip(members).collect::<Vec<_>>());
    check("alt", &records, &[first, read_files(&Alt, &[("alt/made.zip", packed)])].concat());
}

#[test]
fn jqac() {
    let Some(records) = published("jqac") else { return };
    let header = "Topic (Title),\"Question (What, Who, Where, Whose, How, Yes/No)\",Answer\n";
    let row = |[instruction, _, answer]: &Triple| {
        let (topic, question) = instruction.split_once("に関して、").unwrap();
        format!("{topic},{question},{answer}\n")
    };
    let text = header.to_owned() + &records.iter().map(row).collect::<String>();
    let found = read_files(&Jqac, &[("jqac/jqac.tgz", tar_gz("jqac/a.csv", &text))]);
    check("jqac", &records, &found);
}

#[test]
fn jwtd() {
    let Some(records) = published("wikipedia-ja-typo") else { return };
    let row = |[_, before, after]: &Triple| {
        json!({ "pre_text": before, "post_text": after }).to_string() + "\n"
    };
    let text: String = records.iter().map(row).collect();
    let found = read_files(&Jwtd, &[("jwtd/jwtd.tar.gz", tar_gz("jwtd_v2.0/train.jsonl", &text))]);
    check("jwtd", &records, &found);
}

#[test]
fn snow() {
    let Some(records) = published("yasashi-japanese") else { return };
    let mut rows = row(&["ID", "#日本語(原文)", "#やさしい日本語", "#英語(原文)"]);
    for (n, [instruction, input, output]) in records.iter().enumerate() {
        let id = (n + 1).to_string();
        rows += &match instruction.as_str() {
            "以下の英語を日本語に翻訳してください。" => {
                row(&[&id, output, "雨", input])
            }
            "以下の日本語をやさしい日本語に言い換えてください。" => {
                row(&[&id, input, output, "rain"])
            }
            other => panic!("{other}"),
        };
    }
    let found = read_files(
        &Snow,
        &[("snow/T15.xlsx", workbook(&rows)), ("snow/T23.xlsx", workbook(&rows))],
    );
    check("snow", &records, &found);
}

/// A row of a sheet.
fn row(cells: &[&str]) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escape(text));
    format!("<row>{}</row>", cells.iter().map(cell).collect::<String>())
}

/// A workbook with one sheet.
fn workbook(rows: &str) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = |what: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/{what}\" Target=\"{target}\"/></Relationships>"
        )
    };
    zip(&[
        ("_rels/.rels".to_owned(), relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels".to_owned(), relation("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml".to_owned(),
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// The records are of one article and three translations of it, of which two have no abstract in a record.
#[test]
fn paranatcom() {
    let Some(records) = published("ParaNatCom") else { return };
    let of = |n: usize| records[n].clone();
    let ([_, title, first], [_, abstract_en, _]) = (of(0), of(1));
    let [_, abstract_2, second] = of(5);
    let [_, _, third] = of(7);
    let article = format!(
        "<A><ArticleTitle>{}.</ArticleTitle><ELocationID EIdType=\"doi\">10.1/1</ELocationID><Abstract><AbstractText>{}</AbstractText></Abstract></A>",
        escape(&title),
        escape(&abstract_en)
    );
    let members = [
        ("articles", article),
        ("abstracts-ja-1", format!("{first}：\r\n雨が降る。\r\n")),
        ("abstracts-ja-2", format!("{second}:\n{}\n", abstract_2.replace('。', "。\n"))),
        ("abstracts-ja-3", format!("{third}\n雨が降る。")),
    ]
    .map(|(folder, text)| (format!("ParaNatCom-20201127/{folder}/s41467"), text));
    let found = read_files(&Paranatcom, &[("paranatcom/made.zip", zip(&members))]);
    check("paranatcom", &records, &found);
}

/// Words stand in the order of their synsets' first appearance among the words, whatever the numbers of the synsets:
/// those of WordNet would be another order.
#[test]
fn wordnet() {
    let synsets = shared("corpora/wordnet/synset.csv");
    let (Some(records), Some(synsets)) = (published("wordnet"), synsets) else { return };
    let names = [
        ("コアダンプ", "core_dump"),
        ("ググる", "google"),
        ("RISC", "reduced_instruction_set_computing"),
        ("UNIX", "unix_operating_system"),
        ("ftp", "ftp"),
        ("カラス科", "corvidae"),
        ("浮かせ続ける", "buoy"),
        ("ホウライシダ", "maidenhair"),
        ("オリックス属", "genus_oryx"),
    ];
    let synsets = fs::read_to_string(synsets).unwrap();
    let number = |name: &str| {
        let row = synsets.lines().find(|row| row.split(',').nth(2) == Some(name)).unwrap();
        row.split(',').next().unwrap().to_owned()
    };
    let numbers: BTreeMap<&str, String> =
        names.iter().map(|(word, name)| (*word, number(name))).collect();
    let by_appearance: Vec<&String> = names.iter().map(|(word, _)| &numbers[word]).collect();
    assert!(!by_appearance.is_sorted());
    let words: Vec<String> =
        names.iter().map(|(word, _)| format!("{}\t{word}\thand\n", numbers[word])).collect();
    let mut glosses: Vec<String> = Vec::new();
    for (n, [instruction, _, output]) in records.iter().enumerate() {
        let word = instruction.strip_prefix('「').unwrap().split_once('」').unwrap().0;
        glosses.push(format!("{}\t{n}\train\t{output}\n", numbers[word]));
    }
    // Definitions are in the order of synsets; those of one keep theirs.
    glosses.sort_by_key(|row| row.split('\t').next().unwrap().to_owned());
    let files = [
        ("wordnet/wnjpn-ok.tab.gz", gzip(words.concat().as_bytes())),
        ("wordnet/wnjpn-def.tab.gz", gzip(glosses.concat().as_bytes())),
        ("wordnet/wnjpn-exe.tab.gz", gzip(b"00001740-n\t0\train\t\xe9\x9b\xa8\n")),
    ];
    let found = read_files(&Wordnet, &files);
    check("wordnet", &records, &found);
    let meanings = found.iter().filter(|[instruction, ..]| instruction.starts_with('「'));
    assert!(meanings.eq(&records), "in the published order");
}

/// A page with the date in a paragraph of its own, one for each sentence, and what is cited.
#[test]
fn wikinews() {
    let Some(records) = published("wikinews") else { return };
    let mut dump = "<mediawiki><siteinfo><dbname>jawikinews</dbname><namespaces><namespace key=\"0\" /></namespaces></siteinfo>\n".to_owned();
    for (n, [_, body, title]) in records.iter().enumerate() {
        let mut text = format!("{{{{日付|2005年7月20日}}}}\n\n{}", body.replace('。', "。\n\n"));
        for number in 1..10 {
            let citation = format!("<ref name=\"n{number}\">新聞</ref>");
            text = text.replace(&format!("[{number}]"), &citation);
        }
        let text = escape(&(text + "\n== 出典 ==\n* [https://example.org 新聞]\n<references />"));
        let id = n + 1;
        writeln!(dump, "<page><title>{}</title><ns>0</ns><id>{id}</id><revision><id>9</id><text>{text}</text></revision></page>", escape(title)).unwrap();
    }
    let dump = (dump + "</mediawiki>\n").into_bytes();
    check("wikinews", &records, &read_files(&Wikinews, &[("wikinews/made.xml", dump)]));
}

/// What a published lead has and the page of the dump, nine months older, has not in these words: it was edited since.
const EDITED: [(&str, &str, &str); 7] = [
    ("パリ", "\nルーヴル美術館を含む1区", "\n[[ルーヴル美術館]]を含む"),
    ("ヨーロッパ", "欧洲", "欧洲"),
    ("情報工学", "計算機による情報処理に関連する", "計算機による情報処理に関連する"),
    // The lead ends where there is no heading yet.
    ("ゴーダチーズ", "多い。", "多い。\n\n=="),
    ("ゲーム会社一覧", "ゲームデベロッパー", "ゲームデベロッパー"),
    ("一条ゆかり", "『プライド』等。", "『プライド』等。"),
    ("内閣総理大臣の一覧", "「日本の内閣の一覧」", "日本の内閣の一覧"),
];

#[test]
fn wikipedia() {
    let dump = shared("corpora/wikipedia/jawiki-2022-07-excerpt.xml.bz2");
    let (Some(records), Some(dump)) = (published("wikipedia-summary"), dump) else { return };
    let raw = raw_of(&dump);
    let found = read(&Wikipedia, &raw);
    check("wikipedia", &records, &found);
    let missing = records.iter().filter(|record| !found.contains(record));
    let published: BTreeMap<&str, &str> =
        missing.map(|[_, title, lead]| (title.as_str(), lead.as_str())).collect();
    assert!(published.keys().eq(EDITED.map(|(title, ..)| title).iter().collect::<BTreeSet<_>>()));
    let mut dump = String::new();
    let mut xml = raw.open(raw.manifest().file(0).unwrap()).unwrap();
    // The excerpt ends within a page.
    let _ = xml.read_to_string(&mut dump);
    for (title, in_lead, not_in_page) in EDITED {
        assert!(published[title].contains(in_lead), "{title}");
        let (_, page) = dump.split_once(&format!("<title>{title}</title>")).unwrap();
        let (page, _) = page.split_once("</page>").unwrap();
        assert!(!page.contains(not_in_page), "{title}");
    }
}
