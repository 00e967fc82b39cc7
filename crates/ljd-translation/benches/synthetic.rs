//! Files of the published size in the published format, for corpora whose own are not at hand.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Writes the files of a corpus below a folder; `None` for a corpus that it knows nothing of.
pub(crate) fn write(name: &str, folder: &Path) -> Option<PathBuf> {
    fs::create_dir_all(folder.join(name)).expect("a folder can be made");
    match name {
        "alt" => alt(folder),
        "wordnet" => wordnet(folder),
        "snow" => snow(folder),
        "paranatcom" => paranatcom(folder),
        _ => return None,
    }
    Some(folder.to_path_buf())
}

/// Sentences of many lengths that do not compress to nothing.
fn ja(n: usize) -> String {
    const WORDS: [&str; 8] =
        ["港町", "で", "新しい", "橋が", "開通して", "住民は", "喜んだ", "と語る"];
    (0..8 + n % 13).map(|i| WORDS[(n / (i + 1) + i * 7) % WORDS.len()]).collect::<String>() + "。"
}

fn en(n: usize) -> String {
    const WORDS: [&str; 8] = ["a", "new", "bridge", "opened", "in", "the", "port", "town"];
    let words = (0..8 + n % 13).map(|i| WORDS[(n / (i + 1) + i * 5) % WORDS.len()]);
    words.collect::<Vec<_>>().join(" ") + "."
}

fn gzip(path: &Path, lines: impl Iterator<Item = String>) {
    let file = BufWriter::new(File::create(path).expect("a file can be made"));
    let mut gzip = GzEncoder::new(file, Compression::default());
    for line in lines {
        writeln!(gzip, "{line}").expect("a file can be written");
    }
    gzip.finish().expect("a file can be written");
}

fn zip(path: &Path, members: impl IntoIterator<Item = (String, String)>) {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).expect("a file can be made")));
    for (name, text) in members {
        zip.start_file(name, SimpleFileOptions::default()).expect("a member can be begun");
        zip.write_all(text.as_bytes()).expect("a member can be written");
    }
    zip.finish().expect("a file can be written");
}

/// 2,000 articles of ten sentences.
fn alt(folder: &Path) {
    let lines = |text: &dyn Fn(usize) -> String| {
        let line = |n: usize| format!("SNT.{}.{}\t{}\r\n", 100 + n / 10, 1 + n % 10, text(n));
        (0..20_000).map(line).collect::<String>()
    };
    let urls = (0..2_000).map(|n| format!("URL.{}\thttp://example.org/{n}\r\n", 100 + n));
    let root = "ALT-Parallel-Corpus-20191206";
    zip(
        &folder.join(format!("alt/{root}.zip")),
        [
            (format!("{root}/data_ja.txt"), lines(&ja)),
            (format!("{root}/data_en.txt"), lines(&en)),
            (format!("{root}/URL.txt"), urls.collect()),
        ],
    );
}

/// 158,058 senses of 57,238 synsets, 135,692 definitions, 48,276 examples.
fn wordnet(folder: &Path) {
    let path = |name: &str| folder.join(format!("wordnet/{name}.tab.gz"));
    let synset = |n: usize| format!("{:08}-n", n % 57_238);
    gzip(
        &path("wnjpn-ok"),
        (0..158_058).map(|n| format!("{}\t語{}\thand", synset(n), n * 7 % 93_834)),
    );
    let pairs = |n: usize| format!("{}\t{}\t{}\t{}", synset(n), n / 57_238, en(n), ja(n));
    gzip(&path("wnjpn-def"), (0..135_692).map(pairs));
    gzip(&path("wnjpn-exe"), (0..48_276).map(pairs));
}

/// 50,000 and 34,300 rows of shared strings, as Excel writes them.
fn snow(folder: &Path) {
    for (name, n_rows) in [("T15", 50_000), ("T23", 34_300)] {
        workbook(&folder.join(format!("snow/{name}-2020.1.7.xlsx")), n_rows);
    }
}

fn workbook(path: &Path, n_rows: usize) {
    const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGES: &str = "http://schemas.openxmlformats.org/package/2006";
    let relations = |all: &[(&str, &str)]| {
        let relations = (1..).zip(all).map(|(n, (kind, target))| {
            format!(r#"<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#)
        });
        let relations: String = relations.collect();
        format!(r#"<Relationships xmlns="{PACKAGES}/relationships">{relations}</Relationships>"#)
    };
    let header = ["ID", "#日本語(原文)", "#やさしい日本語", "#英語(原文)"].map(str::to_owned);
    let row = |n: usize| [n.to_string(), ja(n), ja(n + n % 3), en(n)];
    let (mut strings, mut rows) = (String::new(), String::new());
    for (n, cells) in [header].into_iter().chain((1..=n_rows).map(row)).enumerate() {
        let _ = write!(rows, r#"<row r="{}">"#, n + 1);
        for (i, (column, cell)) in ["A", "B", "C", "D"].iter().zip(cells).enumerate() {
            let _ = write!(strings, "<si><t>{cell}</t></si>");
            let _ = write!(rows, r#"<c r="{column}{}" t="s"><v>{}</v></c>"#, n + 1, 4 * n + i);
        }
        rows.push_str("</row>");
    }
    let sheet = r#"<sheet name="Sheet1" sheetId="1" r:id="rId1"/>"#;
    let book = format!(
        r#"<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheets>{sheet}</sheets></workbook>"#
    );
    let parts = [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")];
    let members = [
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations(&parts)),
        ("xl/sharedStrings.xml", format!(r#"<sst xmlns="{SPREADSHEET}">{strings}</sst>"#)),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="{SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ),
        ("[Content_Types].xml", format!(r#"<Types xmlns="{PACKAGES}/content-types"/>"#)),
    ];
    zip(path, members.map(|(name, text)| (name.to_owned(), text)));
}

/// 359 papers with one translation each and a second one of 148.
fn paranatcom(folder: &Path) {
    let root = "ParaNatCom-20201127";
    let paper = |n: usize| {
        let text: Vec<String> = (0..8).map(|i| en(n * 8 + i)).collect();
        format!(
            "<PubmedArticle><MedlineCitation><Article><ArticleTitle>{}</ArticleTitle><ELocationID EIdType=\"doi\">10.1038/{n}</ELocationID><Abstract><AbstractText>{} 1 W/cm<sup>2</sup>.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>\n",
            en(n),
            text.join(" ")
        )
    };
    let translation = |n: usize| {
        let text: String = (0..8).map(|i| ja(n * 8 + i)).collect();
        format!("{}：\r\n\r\n{text}\r\n", ja(n))
    };
    let articles = (0..359).map(|n| (format!("{root}/articles/{n}.xml"), paper(n)));
    let first = (0..359).map(|n| (format!("{root}/abstracts-ja-1/{n}.xml"), translation(n)));
    let second = (0..148).map(|n| (format!("{root}/abstracts-ja-2/{n}.xml"), translation(n)));
    zip(&folder.join(format!("paranatcom/{root}.zip")), articles.chain(first).chain(second));
}
