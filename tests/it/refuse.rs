use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::{TempDir, tempdir};
use zip::write::SimpleFileOptions;

use crate::support::{Run, report, run, xtask};

/// A corpus with a file of the test's making, and the manifest that fits it.
struct Case {
    folder: TempDir,
    corpus: &'static str,
    manifest: Value,
}

impl Case {
    fn new(corpus: &'static str, file: &str, bytes: &[u8]) -> Self {
        let folder = tempdir().unwrap();
        let path = format!("{corpus}/{file}");
        let raw = folder.path().join("raw").join(&path);
        fs::create_dir_all(raw.parent().unwrap()).unwrap();
        fs::write(&raw, bytes).unwrap();
        let url = format!("https://example.org/{path}");
        let sha256 = ljd_core::hex(&Sha256::digest(bytes));
        let files = json!([{ "path": path, "split": "whole", "url": url, "sha256": sha256 }]);
        let manifest = json!({ "files": files, "tolerance": 0.0, "expected": {} });
        Self { folder, corpus, manifest }
    }

    fn tanaka(text: &[u8]) -> Self {
        Self::new("tanaka", "examples.utf.gz", &gzip(text))
    }

    fn wordnet(words: &str, definitions: &str, examples: &str) -> Self {
        let mut case = Self::new("wordnet", "wnjpn-ok.tab.gz", &gzip(words.as_bytes()));
        for (name, text) in [("wnjpn-def", definitions), ("wnjpn-exe", examples)] {
            let path = format!("wordnet/{name}.tab.gz");
            fs::write(case.folder.path().join("raw").join(&path), gzip(text.as_bytes())).unwrap();
            let file = json!({ "path": path, "split": "whole", "url": "https://example.org/" });
            case.manifest["files"].as_array_mut().unwrap().push(file);
        }
        case
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.manifest[field] = value;
        self
    }

    fn raw(&self) -> PathBuf {
        let path = self.manifest["files"][0]["path"].as_str().unwrap();
        self.folder.path().join("raw").join(path)
    }

    fn command(&self) -> Vec<&'static str> {
        let manifests = self.folder.path().join("manifests");
        fs::create_dir_all(&manifests).unwrap();
        let manifest = serde_json::to_string_pretty(&self.manifest).unwrap();
        fs::write(manifests.join(format!("{}.json", self.corpus)), manifest).unwrap();
        vec!["dataset", "--recipe", "clean", "--manifests", "manifests", "--only", self.corpus]
    }

    fn run(&self) -> Run {
        xtask(self.folder.path(), &self.command())
    }

    /// Runs the build and expects that it fails with these words and leaves nothing behind.
    fn refuses(&self, words: &[&str]) {
        refused(&self.run(), 1, words);
        self.left_nothing();
    }

    fn left_nothing(&self) {
        let out = self.folder.path().join("out");
        let entries = fs::read_dir(out).into_iter().flatten();
        let left: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name == ".clean.lock"), "{left:?}");
    }
}

fn refused(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{}", run.stderr);
    assert!(run.stderr.lines().any(|line| line.starts_with("error: ")), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "`{word}` is not in: {}", run.stderr);
    }
    assert_eq!(run.stdout, "", "a failure prints no table");
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A tar archive of one member, written by hand: the library refuses to write a name that leaves.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, bytes).unwrap();
    tar.into_inner().unwrap()
}

const TANAKA: &[u8] = "A: 雨だ。\tRain.#ID=1_2\nB: 雨\nA: 雪だ。\tSnow.#ID=3_4\nB: 雪\n".as_bytes();

#[test]
fn a_missing_file_is_named_with_the_command_that_fetches_it() {
    let case = Case::tanaka(TANAKA);
    fs::remove_file(case.raw()).unwrap();
    case.refuses(&[
        "error: tanaka: no such file: raw/tanaka/examples.utf.gz",
        "hint: ljd fetch --raw raw --only tanaka downloads https://example.org/tanaka/examples.utf.gz",
    ]);
}

#[test]
fn a_missing_file_that_no_program_may_fetch_is_asked_for() {
    let folder = tempdir().unwrap();
    let run = xtask(folder.path(), &["dataset", "--recipe", "clean", "--only", "manythings"]);
    let hint = "hint: download https://www.manythings.org/anki/jpn-eng.zip by hand to raw/manythings/jpn-eng.zip (the site refuses downloads by programs)";
    refused(&run, 1, &["error: manythings: no such file: raw/manythings/jpn-eng.zip", hint]);
}

#[test]
fn a_wrong_digest_shows_both() {
    let case = Case::tanaka(TANAKA);
    let stated = case.manifest["files"][0]["sha256"].as_str().unwrap().to_owned();
    fs::write(case.raw(), gzip(b"something else")).unwrap();
    let found = ljd_core::hex(&Sha256::digest(gzip(b"something else")));
    let message = format!(
        "error: tanaka: tanaka/examples.utf.gz: SHA-256 is `{found}`, the manifest states `{stated}`"
    );
    case.refuses(&[&message, "hint: run fetch: it downloads the file again"]);
}

#[test]
fn a_gzip_that_ends_early_names_the_line() {
    let text: Vec<u8> = (0..20_000)
        .flat_map(|i| format!("A: 雨{i}\tRain {i}.#ID={i}_{i}\n").into_bytes())
        .collect();
    let whole = gzip(&text);
    let case = Case::new("tanaka", "examples.utf.gz", &whole[..whole.len() / 2]);
    let run = case.run();
    refused(&run, 1, &["the data ends early", "hint: the file is not whole"]);
    let place = run.stderr.split("tanaka/examples.utf.gz:").nth(1).unwrap();
    let line: u64 = place.split(':').next().unwrap().parse().expect("a line number");
    assert!((5_000..15_000).contains(&line), "{}", run.stderr);
    case.left_nothing();
}

#[test]
fn a_broken_gzip_is_no_panic() {
    let mut bytes = gzip(TANAKA);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    Case::new("tanaka", "examples.utf.gz", &bytes)
        .refuses(&["error: tanaka: tanaka/examples.utf.gz:"]);
}

#[test]
fn a_zip_that_ends_early_is_no_archive() {
    let whole = zip(&[("jpn.txt", "Rain.\t雨だ。\n".as_bytes())]);
    let case = Case::new("manythings", "jpn-eng.zip", &whole[..whole.len() - 30]);
    case.refuses(&[
        "error: manythings: manythings/jpn-eng.zip: cannot read the archive",
        "hint: the file is not whole or not an archive",
    ]);
}

#[test]
fn a_broken_zip_member_is_named() {
    let lines: Vec<String> = (0..2_000).map(|i| format!("Rain {i}.\t雨{i}だ。")).collect();
    let mut bytes = zip(&[("jpn.txt", lines.join("\n").as_bytes())]);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8].fill(0x55);
    Case::new("manythings", "jpn-eng.zip", &bytes)
        .refuses(&["error: manythings: manythings/jpn-eng.zip/jpn.txt:"]);
}

#[test]
fn a_zip_without_the_member_says_so() {
    Case::new("manythings", "jpn-eng.zip", &zip(&[("deu.txt", b"")]))
        .refuses(&["manythings: manythings/jpn-eng.zip: the archive has no member `jpn.txt`"]);
}

#[test]
fn a_member_outside_of_its_folder_is_refused() {
    let zipped = zip(&[("jpn.txt", b"Rain.\tame\n"), ("../../evil.txt", b"evil")]);
    Case::new("manythings", "jpn-eng.zip", &zipped).refuses(&[
        "manythings: manythings/jpn-eng.zip: the archive's member `../../evil.txt` points outside of its folder",
    ]);
    let tarred = gzip(&tar("../evil", b"rain\tame\n"));
    Case::new("jesc", "raw.tar.gz", &tarred).refuses(&[
        "jesc: jesc/raw.tar.gz: the archive's member `../evil` points outside of its folder",
    ]);
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let text = [TANAKA, b"A: \xff\xfe\tRain.#ID=5_6\n"].concat();
    Case::tanaka(&text).refuses(&[
        "error: tanaka: 1 of 3 rows cannot be used, tolerance is 0: 1 not UTF-8 (first at tanaka/examples.utf.gz:5)",
        "hint: look at the lines named",
    ]);
}

#[test]
fn a_line_without_a_tab_is_placed() {
    let raw = gzip(&tar("raw/raw", "rain.\t雨だ\nno tab here\nsnow.\t雪だ\n".as_bytes()));
    Case::new("jesc", "raw.tar.gz", &raw).refuses(&[
        "jesc: 1 of 3 rows cannot be used",
        "1 no tab (first at jesc/raw.tar.gz/raw/raw:2)",
    ]);
}

#[test]
fn a_tanaka_line_without_an_id_is_placed() {
    let text = [TANAKA, "A: 風だ。\tWind.\n".as_bytes()].concat();
    Case::tanaka(&text).refuses(&["1 no #ID= (first at tanaka/examples.utf.gz:5)"]);
}

#[test]
fn bad_rows_are_counted_up_to_the_tolerance() {
    let text = [TANAKA, "A: 風だ。\tWind.\n".as_bytes()].concat();
    let case = Case::tanaka(&text).with("tolerance", json!(0.4));
    let run = xtask(case.folder.path(), &[&case.command()[..], &["-v"]].concat()).done();
    assert!(run.stdout.contains("  skipped: no #ID="), "{}", run.stdout);
    let report = report(&case.folder.path().join("out/clean"));
    let skipped = &report["corpora"][0]["skipped"];
    assert_eq!(
        *skipped,
        json!({ "no #ID=": { "count": 1, "bad": true, "first": ["tanaka/examples.utf.gz:5"] } })
    );
}

/// A workbook with one sheet, whose rows are lists of texts.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let row =
        |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    workbook_of(&rows.iter().map(row).collect::<String>(), "<sst></sst>")
}

/// A workbook with one sheet of these rows, and a table of strings.
fn workbook_of(rows: &str, strings: &str) -> Vec<u8> {
    let part = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let packages = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id, kind, target| {
        format!(
            r#"<Relationships xmlns="{packages}/relationships"><Relationship Id="{id}" Type="{relations}/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let types = format!(
        r#"<Types xmlns="{packages}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{part}.sheet.main+xml"/></Types>"#
    );
    let book = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
    let root = relation("rId1", "officeDocument", "xl/workbook.xml");
    let of_book = relation("rId1", "worksheet", "worksheets/sheet1.xml");
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// Small files that would take all memory.
#[test]
fn a_workbook_larger_than_any_real_one_is_refused() {
    let sheet = "snow/T15-2020.1.7.xlsx/xl/worksheets/sheet1.xml: cannot read the archive";
    let strings = "snow/T15-2020.1.7.xlsx/xl/sharedStrings.xml: cannot read the archive";
    let long = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(300 << 20));
    let cases = [
        (
            "",
            r#"<sst uniqueCount="4000000000"></sst>"#,
            strings,
            "`sst` has the number `4000000000`",
        ),
        ("", &long, strings, "a text or a tag is too long"),
        (r#"<row r="4294967295"/>"#, "<sst></sst>", sheet, "`row` has the number `4294967295`"),
        (r#"<row r="00018446744073709551617"/>"#, "<sst></sst>", sheet, "`row` has the number"),
    ];
    for (rows, strings, place, what) in cases {
        let case = Case::new("snow", "T15-2020.1.7.xlsx", &workbook_of(rows, strings));
        case.refuses(&[&format!("error: snow: {place}: {what}")]);
    }
}

const HEADER: &[&str] = &["ID", "#日本語(原文)", "#やさしい日本語", "#英語(原文)"];

#[test]
fn a_workbook_that_is_no_zip_is_no_archive() {
    Case::new("snow", "T15-2020.1.7.xlsx", b"<html>Not found</html>").refuses(&[
        "error: snow: snow/T15-2020.1.7.xlsx: cannot read the archive",
        "hint: the file is not whole or not an archive",
    ]);
    let whole = workbook(&[HEADER]);
    Case::new("snow", "T15-2020.1.7.xlsx", &whole[..whole.len() / 2])
        .refuses(&["error: snow: snow/T15-2020.1.7.xlsx: cannot read the archive"]);
}

#[test]
fn a_sheet_without_the_header_names_the_column() {
    let row: &[&str] = &["1", "雨だ。", "雨です。", "Rain."];
    Case::new("snow", "T15-2020.1.7.xlsx", &workbook(&[row]))
        .refuses(&["error: snow: snow/T15-2020.1.7.xlsx/Sheet1:1: the header has no column `ID`"]);
    Case::new("snow", "T15-2020.1.7.xlsx", &workbook(&[]))
        .refuses(&["snow/T15-2020.1.7.xlsx/Sheet1:1: the header has no column `ID`"]);
    // A good sheet, to know that it was the header.
    let case = Case::new("snow", "T15-2020.1.7.xlsx", &workbook(&[HEADER, row]));
    case.refuses(&["error: snow: `files` has only 1, the corpus needs more"]);
}

#[test]
fn a_row_of_wordnet_with_too_few_columns_is_placed() {
    let case = Case::wordnet(
        "04468005-n\t汽車\thand\n04468005-n\t列車\n",
        "04468005-n\t0\tcars\t連結された車両\n04468005-n\t1\ton rails\n",
        "04468005-n\t0\tthe train left\t汽車が出た\n",
    );
    case.refuses(&[
        "wordnet: 2 of 5 rows cannot be used",
        "1 not four columns (first at wordnet/wnjpn-def.tab.gz:2)",
        "1 not three columns (first at wordnet/wnjpn-ok.tab.gz:2)",
    ]);
}

#[test]
fn a_gzip_of_wordnet_that_ends_early_names_the_file() {
    let case = Case::wordnet("04468005-n\t汽車\thand\n", "", "");
    let bytes = fs::read(case.raw()).unwrap();
    fs::write(case.raw(), &bytes[..bytes.len() - 6]).unwrap();
    let sha256 = ljd_core::hex(&Sha256::digest(&bytes[..bytes.len() - 6]));
    let mut files = case.manifest["files"].clone();
    files[0]["sha256"] = json!(sha256);
    case.with("files", files).refuses(&[
        "error: wordnet: wordnet/wnjpn-ok.tab.gz:",
        "the data ends early",
        "hint: the file is not whole",
    ]);
}

#[test]
fn a_paper_that_is_cut_or_has_no_japanese_is_placed() {
    let root = "ParaNatCom-20201127";
    let article = "<A>\n<Article>\n<ArticleTitle>T.</ArticleTitle><Abstract><AbstractText>a</AbstractText></Abstract></Article></A>";
    let papers = zip(&[
        (&format!("{root}/articles/1.xml"), article.as_bytes()),
        (&format!("{root}/articles/2.xml"), &article.as_bytes()[..60]),
        (&format!("{root}/articles/3.xml"), article.as_bytes()),
        (&format!("{root}/abstracts-ja-1/1.xml"), "題\n\n要旨".as_bytes()),
        (&format!("{root}/abstracts-ja-1/2.xml"), "題\n\n要旨".as_bytes()),
    ]);
    Case::new("paranatcom", "ParaNatCom-20201127.zip", &papers).refuses(&[
        "paranatcom: 2 of 3 rows cannot be used",
        "1 XML is not well-formed (first at paranatcom/ParaNatCom-20201127.zip/ParaNatCom-20201127/articles/2.xml:3)",
        "1 no Japanese translation (first at paranatcom/ParaNatCom-20201127.zip/ParaNatCom-20201127/articles/3.xml:1)",
    ]);
}

#[test]
fn a_json_array_that_ends_early_names_the_line() {
    let rows: Vec<String> = (0..5)
        .map(|i| format!(r#"{{"index":"{i}","instruction":"問い{i}","input":"","output":"答え"}}"#))
        .collect();
    let json = format!("[\n{}\n]\n", rows.join(",\n"));
    Case::new("dolly", "databricks-dolly-15k-ja.json", &json.as_bytes()[..json.len() - 60])
        .refuses(&[
            "error: dolly: dolly/databricks-dolly-15k-ja.json:",
            "the data ends early",
            "hint: the file is not whole",
        ]);
    Case::new("dolly", "databricks-dolly-15k-ja.json", b"<html>")
        .refuses(&["dolly/databricks-dolly-15k-ja.json:1: cannot read: expected an array"]);
}

#[test]
fn sides_of_different_length_name_the_line_that_has_no_partner() {
    let members = |ja: &'static str, en: &'static str| {
        let folder = "Coursera_En-Ja";
        let names = ["train.ja", "train.en", "dev.ja", "dev.en", "test.ja", "test.en"];
        let texts = [ja, en, "雨\n", "rain\n", "雪\n", "snow\n"];
        let members: Vec<(String, &[u8])> = names
            .iter()
            .zip(texts)
            .map(|(name, text)| (format!("{folder}/{name}.txt"), text.as_bytes()))
            .collect();
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        zip(&members)
    };
    Case::new("coursera", "Coursera_En-Ja.zip", &members("雨\n雪\n風\n", "rain\nsnow\n")).refuses(&[
        "coursera: coursera/Coursera_En-Ja.zip/Coursera_En-Ja/train.ja.txt:3: `coursera/Coursera_En-Ja.zip/Coursera_En-Ja/train.en.txt` has only 2 lines",
    ]);
    Case::new("coursera", "Coursera_En-Ja.zip", &members("雨\n雪\n", "rain\nsnow\nwind\n")).refuses(&[
        "coursera: coursera/Coursera_En-Ja.zip/Coursera_En-Ja/train.en.txt:3: `coursera/Coursera_En-Ja.zip/Coursera_En-Ja/train.ja.txt` has only 2 lines",
    ]);
}

#[test]
fn a_wrong_count_shows_both_and_what_was_skipped() {
    let text = [TANAKA, "A: 風だ。\tWind.\n".as_bytes()].concat();
    Case::tanaka(&text).with("tolerance", json!(0.5)).with("expected", json!({ "clean": 6 })).refuses(&[
        "error: tanaka: 4 records, the manifest expects 6; rows skipped: 1 no #ID= (first at tanaka/examples.utf.gz:5)",
        "hint: if the file is the release that you want",
    ]);
}

#[test]
fn an_unknown_corpus_is_a_usage_error() {
    let folder = tempdir().unwrap();
    let run = xtask(folder.path(), &["dataset", "--only", "tanak"]);
    refused(&run, 2, &["error: unknown corpus `tanak`, did you mean `tanaka`?"]);
    let run = xtask(folder.path(), &["dataset", "--recipe", "v1"]);
    refused(&run, 2, &["error: unknown recipe `v1`, did you mean `v0`?"]);
    let run = xtask(folder.path(), &["dataset", "--formats", "jsonl"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn a_manifest_is_held_to_its_fields() {
    let case = Case::tanaka(TANAKA).with("license", json!("CC-BY-9.0"));
    case.refuses(&[
        "error: manifests/tanaka.json:",
        "unknown licence `CC-BY-9.0`",
        "did you mean `CC-BY-",
    ]);
    let case = Case::tanaka(TANAKA).with("licence", json!("CC-BY-4.0"));
    case.refuses(&[
        "error: manifests/tanaka.json:",
        "unknown field `licence`, did you mean `license`?",
    ]);
    let case = Case::tanaka(TANAKA).with("tolerance", json!(2.0));
    case.refuses(&["error: manifests/tanaka.json: `tolerance` is 2, not a share from 0 to 1"]);
    let case = Case::tanaka(TANAKA).with(
        "files",
        json!([{ "path": "../tanaka", "split": "whole", "url": "https://example.org" }]),
    );
    case.refuses(&[
        "error: manifests/tanaka.json:",
        "`../tanaka` names no file or folder: it leaves its folder",
    ]);
    let run = xtask(tempdir().unwrap().path(), &["dataset", "--manifests", "nowhere"]);
    refused(&run, 1, &["error: nowhere: cannot read"]);
}

#[test]
fn a_recipe_is_held_to_its_fields() {
    let folder = tempdir().unwrap();
    let refuses = |recipe: &str, code, words: &[&str]| {
        fs::write(folder.path().join("mine.json"), recipe).unwrap();
        refused(&xtask(folder.path(), &["dataset", "--recipe", "mine.json"]), code, words);
    };
    let recipe = |corpora: &str| {
        format!(
            "{{\n\"name\": \"mine\", \"description\": \"\", \"preset\": \"clean\",\n\"corpora\": [{corpora}]\n}}"
        )
    };
    refuses(
        &recipe(r#"{ "nam": "jesc" }"#),
        1,
        &["error: mine.json:3:19: unknown field `nam`, did you mean `name`?"],
    );
    let unknown = "error: mine.json:3:23: unknown corpus `jsec`, did you mean `jesc`?";
    refuses(&recipe(r#"{ "name": "jsec" }"#), 1, &[unknown]);
    let rules = r#"{ "name": "snow", "rules": { "snow_unchangeds": "all" } }"#;
    refuses(
        &recipe(rules),
        1,
        &["snow: mine.json:3:42: unknown rule `snow_unchangeds`, did you mean `snow_unchanged`?"],
    );
}

#[test]
fn an_option_that_would_decide_nothing_is_refused() {
    let folder = tempdir().unwrap();
    for (recipe, option, message) in [
        ("clean", "jesc.jesc_direction=0.1.0", "error: jesc: unknown clean rule `jesc_direction`"),
        ("clean", "alt.alt_missing=drop", "error: alt: unknown clean rule `alt_missing`"),
        ("v0", "jmrd.jmrd_unit=utterance", "error: jmrd: unknown v0 rule `jmrd_unit`"),
    ] {
        let run = xtask(folder.path(), &["dataset", "--recipe", recipe, "--set", option]);
        refused(&run, 1, &[message, ": there are none"]);
    }
    for (recipe, option) in
        [("v0", "jesc.jesc_direction=0.1.0"), ("clean", "jmrd.jmrd_unit=utterance")]
    {
        let (only, _) = option.split_once('.').unwrap();
        let run =
            xtask(folder.path(), &["dataset", "--recipe", recipe, "--set", option, "--only", only]);
        refused(&run, 1, &["no such file"]);
    }
}

#[test]
fn an_output_folder_that_cannot_be_written_is_named() {
    let case = Case::tanaka(TANAKA);
    fs::write(case.folder.path().join("out"), "a file").unwrap();
    refused(&case.run(), 1, &["error: cannot write out", "(os error "]);
}

#[test]
fn a_failed_build_leaves_the_old_dataset() {
    let case = Case::tanaka(TANAKA);
    case.run().done();
    let before = crate::support::tree(&case.folder.path().join("out"));
    let broken = case.with("expected", json!({ "clean": 1 }));
    refused(&broken.run(), 1, &["4 records, the manifest expects 1"]);
    assert!(before == crate::support::tree(&broken.folder.path().join("out")));
}

#[test]
fn two_builds_do_not_write_one_dataset() {
    let case = Case::tanaka(TANAKA);
    let out = case.folder.path().join("out");
    fs::create_dir_all(&out).unwrap();
    let lock = fs::File::create(out.join(".clean.lock")).unwrap();
    lock.lock().unwrap();
    refused(
        &case.run(),
        1,
        &["error: another run is writing out/clean", "hint: wait for the other run"],
    );
    drop(lock);
    case.run().done();
}

/// A limit on the size of files stands for the disk: every write beyond it fails.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_names_the_file_and_leaves_nothing() {
    let text: Vec<u8> =
        (0..5_000).flat_map(|i| format!("A: 雨{i}\tRain {i}.#ID={i}_{i}\n").into_bytes()).collect();
    let case = Case::tanaka(&text);
    for format in ["jsonl", "parquet"] {
        let script = format!(
            "trap '' XFSZ; ulimit -f 8; exec {} {} --format {format}",
            env!("CARGO_BIN_EXE_ljd"),
            case.command().join(" ")
        );
        let run = run(Command::new("sh").args(["-c", &script]).current_dir(case.folder.path()));
        let file = format!("error: tanaka: cannot write out/.clean.part/{format}/tanaka/");
        refused(&run, 1, &[&file, "File too large"]);
        case.left_nothing();
    }
}

#[test]
#[cfg(feature = "tokenizer")]
fn a_file_that_is_no_tokenizer_is_named() {
    let case = Case::tanaka(TANAKA);
    fs::write(case.folder.path().join("wrong.json"), "{}").unwrap();
    let run =
        |file| xtask(case.folder.path(), &[&case.command()[..], &["--tokenizer", file]].concat());
    refused(
        &run("wrong.json"),
        1,
        &["error: wrong.json: cannot count tokens with this tokenizer: "],
    );
    refused(&run("missing.json"), 1, &["error: missing.json: cannot read: No such file"]);
    case.left_nothing();
}

#[test]
#[cfg(not(feature = "tokenizer"))]
fn without_the_feature_the_command_that_has_it_is_named() {
    let case = Case::tanaka(TANAKA);
    let arguments = [&case.command()[..], &["--tokenizer", "tokenizer.json"]].concat();
    let hint = "hint: build it with the feature: cargo install ljd --features tokenizer";
    refused(
        &xtask(case.folder.path(), &arguments),
        1,
        &["error: this build lacks the feature `tokenizer`", hint],
    );
}

#[test]
fn a_corpus_that_gives_nothing_is_shown() {
    let index = gzip(b"568:1:Rain\n568:5:Snow\n");
    Case::new("wikipedia", "jawiki.xml.gz", &index).refuses(&[
        r#"error: wikipedia: no row was read: wikipedia/jawiki.xml.gz begins with "568:1:Rain\n568:5:Snow\n""#,
        "hint: it may be another file than the corpus's",
    ]);
    let empty = gzip(&tar::Builder::new(Vec::new()).into_inner().unwrap());
    Case::new("jesc", "raw.tar.gz", &empty)
        .refuses(&["error: jesc: no row was read: jesc/raw.tar.gz holds nothing and begins with"]);
    Case::tanaka(b"").refuses(&["tanaka: no row was read: tanaka/examples.utf.gz is empty"]);
}

#[test]
fn text_of_another_encoding_is_refused_by_its_name() {
    let text: Vec<u8> = "\u{feff}<mediawiki>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    Case::new("wikipedia", "bgwiki.xml.gz", &gzip(&text)).refuses(&[
        "error: wikipedia: wikipedia/bgwiki.xml.gz: the text is UTF-16LE by its byte order mark",
        "hint: convert it: iconv -f UTF-16LE -t UTF-8",
    ]);
}

#[test]
fn rubbish_behind_a_file_is_counted_and_the_file_is_read() {
    let case = Case::new("tanaka", "examples.utf.gz", &[gzip(TANAKA), vec![0; 512]].concat());
    let run = case.run().done();
    assert!(
        run.stderr
            .contains("tanaka/examples.utf.gz: 512 bytes stand behind its end and are not read"),
        "{}",
        run.stderr
    );
    assert_eq!(
        report(&case.folder.path().join("out/clean"))["corpora"][0]["inputs"][0]["trailing"],
        512
    );
}

#[test]
fn a_wrong_check_sum_of_a_packed_archive_is_an_error() {
    let mut raw = gzip(&tar("raw/raw", "rain.\t雨だ\nsnow.\t雪だ\n".as_bytes()));
    let at = raw.len() - 8;
    raw[at] ^= 1;
    Case::new("jesc", "raw.tar.gz", &raw).refuses(&["error: jesc: jesc/raw.tar.gz: cannot read"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_file_s_place_is_not_waited_for() {
    let case = Case::tanaka(TANAKA);
    fs::remove_file(case.raw()).unwrap();
    assert!(Command::new("mkfifo").arg(case.raw()).status().unwrap().success());
    case.refuses(&["error: tanaka: tanaka/examples.utf.gz: is a pipe or a device, not a file"]);
}

/// A file that is larger than what is hashed first is compared when it was read.
#[test]
fn a_large_file_that_is_another_one_gives_no_dataset() {
    let words = "x".repeat(1 << 20);
    let row = |n| format!("A: 雨が{n}回。\tRain {n} times.#ID={n}_{n}\nB: {words}\n").into_bytes();
    let mut text: Vec<u8> = (0..64).flat_map(row).collect();
    let case = Case::new("tanaka", "examples.utf", &text);
    case.run().done();
    fs::remove_dir_all(case.folder.path().join("out")).unwrap();
    text[10] ^= 1;
    fs::write(case.raw(), &text).unwrap();
    let stated = case.manifest["files"][0]["sha256"].as_str().unwrap().to_owned();
    case.refuses(&["error: tanaka: tanaka/examples.utf: SHA-256 is `", &stated]);
}

#[cfg(target_os = "linux")]
#[test]
fn threads_that_the_system_refuses_are_an_error() {
    let case = Case::tanaka(TANAKA);
    let mut arguments = case.command();
    arguments.extend(["--jobs", "500"]);
    let mut shell = Command::new("sh");
    // A bound on memory does for root as well, whose processes no bound on their number holds.
    shell.arg("-c").arg("ulimit -v 1000000; exec \"$0\" \"$@\"").arg(env!("CARGO_BIN_EXE_ljd"));
    let run = run(shell.args(arguments).current_dir(case.folder.path()));
    refused(
        &run,
        1,
        &["error: tanaka: cannot start a thread", "hint: allow the program more threads"],
    );
    case.left_nothing();
}

#[test]
fn nothing_that_others_wrote_commands_the_terminal() {
    let zipped =
        zip(&[("jpn.txt", b"Rain.\tame\n"), ("../\u{1b}]0;x\u{7}\u{9b}2J\u{202e}evil", b"")]);
    Case::new("manythings", "jpn-eng.zip", &zipped).refuses(&[
        "the archive's member `../\\u{1b}]0;x\\u{7}\\u{9b}2J\\u{202e}evil` points outside of its folder",
    ]);
    let case = Case::tanaka("A: 雨\u{1b}[31mだ\u{202e}。\tRain.\u{9b}2J#ID=1_2\n".as_bytes());
    case.command();
    let show = ["show", "tanaka", "--recipe", "v0", "--manifests", "manifests"];
    let shown = xtask(case.folder.path(), &show).done().stdout;
    assert!(shown.contains("雨\\u{1b}[31mだ\\u{202e}。"), "{shown}");
    assert!(shown.contains("Rain.\\u{9b}2J"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{9b}']));
}

/// Everything that a user names is opened only where it is a file.
#[cfg(unix)]
#[test]
fn no_file_that_the_user_names_is_waited_for() {
    let case = Case::tanaka(TANAKA);
    let pipe = case.folder.path().join("pipe.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [pipe.to_str().unwrap(), "/dev/zero"] {
        for flag in ["--decontaminate", "--corpus"] {
            let mut arguments: Vec<&str> = case.command();
            arguments.extend([flag, path]);
            let run = xtask(case.folder.path(), &arguments);
            assert_eq!(run.code, Some(1), "{flag} {path}: {}", run.stderr);
            let says = format!("{path}: is a pipe or a device, not a file");
            assert!(run.stderr.contains(&says), "{flag} {path}: {}", run.stderr);
        }
    }
    let pipe = pipe.to_str().unwrap();
    for arguments in [
        ["dataset", "--recipe", pipe].as_slice(),
        &["dataset", "--corpus", pipe],
        &["list", "--corpus", pipe],
        &["new-manifest", pipe],
    ] {
        let run = xtask(case.folder.path(), arguments);
        assert_eq!(run.code, Some(1), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("a pipe or a device, not a file"), "{}", run.stderr);
    }
}

/// A replacement of a manifest, and the list of what was downloaded, are found by their names.
#[cfg(unix)]
#[test]
fn no_pipe_in_the_place_of_a_manifest_or_lock_is_waited_for() {
    for name in ["manifests/tanaka.json", "raw/ljd-lock.json"] {
        let case = Case::tanaka(TANAKA);
        let arguments = case.command();
        xtask(case.folder.path(), &arguments).done();
        let path = case.folder.path().join(name);
        let _ = fs::remove_file(&path);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let run = xtask(case.folder.path(), &arguments);
        assert_eq!(run.code, Some(1), "{name}: {}", run.stderr);
        assert!(run.stderr.contains("is a pipe or a device, not a file"), "{}", run.stderr);
    }
}

/// Where only the size is known, it is held to it, by one byte.
#[test]
fn a_stated_size_without_a_digest_is_enforced() {
    let bytes = gzip(TANAKA);
    let n = bytes.len() as u64;
    for (stated, fits) in [(n - 1, false), (n, true), (n + 1, false)] {
        let mut case = Case::tanaka(TANAKA);
        let file = case.manifest["files"][0].as_object_mut().unwrap();
        file.remove("sha256");
        file.insert("bytes".to_owned(), stated.into());
        if fits {
            case.run().done();
        } else {
            let says = format!("examples.utf.gz: has {n} bytes, the manifest states {stated}");
            case.refuses(&["error: tanaka: tanaka/", &says]);
        }
    }
}
