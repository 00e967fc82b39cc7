//! Guesses how a file is read, for a manifest to start from.

use std::io::Read;
use std::path::Path;

use ljd_core::read::object_ends;
use ljd_core::{Error, ErrorKind, Location, Manifest, Raw, Result};
use serde_json::{Value as Json, json};

use crate::Table;
use crate::read::Read as Written;
use crate::{columns, parquet, workbook};

/// What is looked at of a file, in bytes.
const HEAD: u64 = 256 << 10;

/// Names of columns, the usual ones first, that are likely to hold a part of a record.
const ID: &[&str] = &["id", "qid", "index", "number", "番号", "no", "key"];
const INSTRUCTION: &[&str] = &[
    "instruction",
    "question",
    "prompt",
    "inputs",
    "query",
    "質問",
    "問い",
    "問題",
    "指示",
    "q",
    "text",
];
const INPUT: &[&str] = &["input", "context", "文脈", "入力", "本文"];
const OUTPUT: &[&str] = &[
    "output",
    "answer",
    "response",
    "targets",
    "completion",
    "answers",
    "回答",
    "答え",
    "解答",
    "出力",
    "a",
    "label",
];
const CATEGORY: &[&str] = &["category", "section", "type", "分類", "カテゴリ"];
const MESSAGES: &[&str] = &["messages", "conversations", "conversation", "turns"];

/// A manifest for a file, with guesses, and `FILL IN` where only you know.
///
/// The file is read from beside the manifest. JSON Lines, JSON, CSV and TSV are known, compressed too, Parquet
/// and workbooks of Excel.
///
/// # Errors
///
/// Where the file cannot be read, or nothing can be guessed of it.
pub fn guess(file: &Path) -> Result<String> {
    let (folder, path) =
        (file.parent().unwrap_or(Path::new("")), file.file_name().unwrap_or_default());
    let path = path.to_string_lossy().into_owned();
    let unknown = |what: &str| {
        Error::at(
            Location::file(file.display().to_string()),
            ErrorKind::NotTheFormat(what.to_owned()),
        )
    };
    let endings = path.split('.').skip(1).filter(|part| !matches!(*part, "gz" | "bz2" | "zst"));
    let ending = endings.last().unwrap_or_default().to_owned();
    // A table of which nothing is known yet, to open the file.
    let manifest = manifest(
        &path,
        &json!({ "format": "json-lines", "task": "instruction-following", "instruction": "", "output": "" }),
    );
    let raw = Raw::new(folder.to_owned(), Manifest::parse(&manifest.to_string(), "guess")?);
    let unguessed = "has no row in its beginning of which columns could be guessed";
    if matches!(ending.as_str(), "parquet" | "xlsx") {
        let read = of_binary(&raw, &ending)?;
        return finish(manifest, read.ok_or_else(|| unknown(unguessed))?);
    }
    let mut head = Vec::new();
    let mut input = raw.open(raw.manifest().file(0)?)?.take(HEAD);
    std::io::copy(&mut input, &mut head).map_err(|error| {
        Error::at(Location::file(file.display().to_string()), ErrorKind::Read(error))
    })?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let read = match ending.as_str() {
        "jsonl" | "ndjson" => lines(head),
        "json" if first(head) == Some(b'{') && nested(head).is_none() => lines(head),
        "json" => array(head),
        "csv" | "tsv" | "tab" | "txt" => table(head, &ending),
        _ => {
            return Err(unknown(
                "is none of JSON Lines (.jsonl), JSON (.json), CSV (.csv), TSV (.tsv), Parquet (.parquet) and Excel (.xlsx)",
            ));
        }
    };
    finish(manifest, read.ok_or_else(|| unknown(unguessed))?)
}

/// What reads a file that is no text.
fn of_binary(raw: &Raw, ending: &str) -> Result<Option<Json>> {
    let file = raw.manifest().file(0)?;
    if ending == "parquet" {
        let row = parquet::first_row(raw, file)?;
        let row = row.and_then(|row| serde_json::to_value(row).ok());
        return Ok(row.and_then(|row| of_object("parquet", None, &row)));
    }
    let names = workbook::first_row(raw, file)?.unwrap_or_default();
    let mut read = json!({ "format": "xlsx", "header": true, "task": "question-answering" });
    let found = read.as_object_mut().and_then(|fields| of_names(&names, fields));
    Ok(found.map(|()| read))
}

fn finish(mut manifest: Json, read: Json) -> Result<String> {
    if let Some(fields) = manifest.as_object_mut() {
        fields.insert("read".to_owned(), read);
    }
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n";
    Table::parse(&text, "guess").map(|_| text)
}

/// A manifest with that file and `read`.
fn manifest(path: &str, read: &Json) -> Json {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = path.split('.').next().unwrap_or_default().chars().map(fits).collect();
    let name = name.trim_matches('-');
    json!({
        "name": if name.is_empty() { "my-corpus".to_owned() } else { format!("my-{name}") },
        "title": "FILL IN: what the corpus is called",
        "license": {
            "id": "LicenseRef-Unknown", "name": "FILL IN: name of the licence", "url": "",
            "text": "FILL IN: the text of the licence; or put an id of LICENSES/ in the place of this object, say \"CC-BY-4.0\"",
            "asks_for": ["attribution", "no-redistribution"],
        },
        "copyright": "FILL IN: who holds the copyright",
        "attribution": "FILL IN: the credit that every record carries",
        "version": "FILL IN: a version or a date",
        "files": [{ "path": path, "split": "train" }],
        "read": read,
    })
}

fn first(head: &[u8]) -> Option<u8> {
    head.trim_ascii_start().first().copied()
}

fn lines(head: &[u8]) -> Option<Json> {
    let mut rows =
        head.split(|byte| *byte == b'\n').filter_map(|row| serde_json::from_slice(row).ok());
    of_object("json-lines", None, &rows.next()?)
}

/// The path of the rows in an object that is a whole file, where it has one.
fn nested(head: &[u8]) -> Option<(&'static str, usize)> {
    let has = |name: &str| memchr::memmem::find(head, format!("\"{name}\"").as_bytes());
    if let (Some(_), Some(_), Some(at)) = (has("data"), has("paragraphs"), has("qas")) {
        return Some(("data[].paragraphs[].qas[]", at));
    }
    ["data", "rows", "examples", "items"]
        .iter()
        .zip(["data[]", "rows[]", "examples[]", "items[]"])
        .find_map(|(name, path)| {
            let at = has(name)?;
            // It is a list, and begins before any object that could be a line.
            let rest = head.get(at + name.len() + 2..)?.trim_ascii_start().strip_prefix(b":")?;
            (first(rest) == Some(b'[')).then_some((path, at))
        })
}

fn array(head: &[u8]) -> Option<Json> {
    let (rows, start) = match first(head)? {
        b'[' => (None, 0),
        _ => nested(head).map(|(path, at)| (Some(path), at))?,
    };
    let rest = head.get(start..)?;
    let rest = rest.get(memchr::memchr(b'[', rest)? + 1..)?;
    let row = rest.get(..object_ends(rest).next()?)?;
    of_object("json", rows, &serde_json::from_slice(row).ok()?)
}

/// What reads objects that are as this one.
fn of_object(format: &str, rows: Option<&str>, row: &Json) -> Option<Json> {
    let names: Vec<String> = row.as_object()?.keys().cloned().collect();
    let mut read = match rows {
        // Its context stands around a question.
        Some(path @ "data[].paragraphs[].qas[]") => {
            return Some(json!({
                "format": format, "rows": path, "task": "answer-extraction", "id": "{id}",
                "instruction": "次の文章を読んで、問いの答えを文章の中の言葉で答えてください。",
                "input": "文章：{context}\n問い：{question}", "output": "{answers[0].text}",
                "answers": "{answers[].text}", "group": "{title}",
            }));
        }
        Some(path) => json!({ "format": format, "rows": path }),
        None => json!({ "format": format }),
    };
    let fields = read.as_object_mut()?;
    if let Some(name) = among(&names, MESSAGES)
        && let Some(message) = row.get(name)?.as_array()?.first()
    {
        let has =
            |known: [&'static str; 2]| known.into_iter().find(|name| message.get(name).is_some());
        let messages = json!({ "from": name, "role": has(["role", "from"])?, "content": has(["content", "value"])? });
        fields.insert("task".to_owned(), "dialogue".into());
        fields.insert("id".to_owned(), id(&names).into());
        fields.insert("messages".to_owned(), messages);
        return Some(read);
    }
    if ["message_id", "parent_id", "role", "text"]
        .iter()
        .all(|name| names.iter().any(|known| known == name))
    {
        let messages = json!({ "id": "message_id", "parent": "parent_id", "rank": "rank", "role": "role", "content": "text" });
        fields.insert("task".to_owned(), "instruction-following".into());
        fields.insert("id".to_owned(), "{message_id}".into());
        fields.insert("messages".to_owned(), messages);
        return Some(read);
    }
    of_names(&names, fields)?;
    Some(read)
}

fn table(head: &[u8], ending: &str) -> Option<Json> {
    let line = std::str::from_utf8(
        head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?,
    )
    .ok()?;
    let n_times = |delimiter: &char| line.matches(*delimiter).count();
    let usual = if ending == "csv" { ',' } else { '\t' };
    let delimiter = [usual, ',', ';', '\t']
        .into_iter()
        .max_by_key(|delimiter| (n_times(delimiter), *delimiter == usual))?;
    let format = if delimiter == '\t' { "tsv" } else { "csv" };
    let mut read = json!({ "format": format, "header": true, "quoting": format == "csv", "task": "question-answering" });
    let fields = read.as_object_mut()?;
    if !matches!(delimiter, ',' | '\t') {
        fields.insert("delimiter".to_owned(), delimiter.to_string().into());
    }
    let written: Written = serde_json::from_value(Json::Object(fields.clone())).ok()?;
    let names = columns::Layout::new(&written).ok()?.names_of(line.as_bytes());
    of_names(&names, fields)?;
    Some(read)
}

/// Which columns are the parts of a record.
fn of_names(names: &[String], fields: &mut serde_json::Map<String, Json>) -> Option<()> {
    let of = |known: &[&str]| among(names, known).map(|name| Json::from(column(name)));
    // Of a table whose names say nothing, the first column asks and the last one answers.
    let by_place = |name: Option<&String>| name.map(|name| Json::from(column(name)));
    let instruction = of(INSTRUCTION).or_else(|| by_place(names.first()))?;
    let output = of(OUTPUT).or_else(|| by_place(names.last()))?;
    fields.entry("task").or_insert_with(|| "instruction-following".into());
    fields.insert("id".to_owned(), id(names).into());
    fields.insert("instruction".to_owned(), instruction);
    fields.insert("output".to_owned(), output);
    let others = [("input", of(INPUT)), ("category", of(CATEGORY))];
    fields.extend(
        others.into_iter().filter_map(|(field, template)| Some((field.to_owned(), template?))),
    );
    Some(())
}

fn id(names: &[String]) -> String {
    among(names, ID).map_or("{$row}".to_owned(), |name| column(name))
}

fn among<'n>(names: &'n [String], known: &[&str]) -> Option<&'n String> {
    known.iter().find_map(|known| names.iter().find(|name| name.to_lowercase() == *known))
}

/// The template of a column, its name in quotes where it has to be.
fn column(name: &str) -> String {
    let is_plain = !name.contains(['.', '[', ']', '{', '}', '|']) && !name.starts_with('$');
    if is_plain { format!("{{{name}}}") } else { format!("{{\"{name}\"}}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: Option<Json>) -> String {
        format.unwrap().to_string()
    }

    #[test]
    fn columns_are_guessed_by_their_names() {
        let found = read(table("番号;質問;回答\n1;雨;水\n".as_bytes(), "csv"));
        for part in [
            r#""delimiter":";""#,
            r#""id":"{番号}""#,
            r#""instruction":"{質問}""#,
            r#""output":"{回答}""#,
        ] {
            assert!(found.contains(part), "{found}");
        }
        let found = read(table(b"\nx y\ta.b\n1\t2\n", "tsv"));
        assert!(
            found.contains(r#""instruction":"{x y}""#) && found.contains(r#""output":"{\"a.b\"}""#),
            "{found}"
        );
    }

    #[test]
    fn objects_are_guessed_by_their_members() {
        let found = read(lines(br#"{"id": 1, "Question": "a", "answer": "b"}"#));
        assert!(
            found.contains(r#""instruction":"{Question}""#) && found.contains(r#""id":"{id}""#),
            "{found}"
        );
        let found = read(lines(br#"{"messages": [{"role": "user", "content": "a"}]}"#));
        assert!(
            found.contains(r#""content":"content""#) && found.contains(r#""id":"{$row}""#),
            "{found}"
        );
        let tree = br#"{"message_id": "a", "parent_id": null, "text": "t", "role": "prompter"}"#;
        assert!(read(lines(tree)).contains(r#""parent":"parent_id""#));
        let found = read(array(br#"{"version": 1, "data": [{"q": 1, "a": 2}]}"#));
        assert!(
            found.contains(r#""rows":"data[]""#) && found.contains(r#""instruction":"{q}""#),
            "{found}"
        );
        let squad = br#"{"data": [{"title": "t", "paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q"}]}]}]}"#;
        assert!(read(array(squad)).contains(r#""rows":"data[].paragraphs[].qas[]""#));
        assert!(lines(b"not JSON").is_none() && array(b"[1, 2]").is_none());
    }
}
