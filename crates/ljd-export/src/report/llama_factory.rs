//! `dataset_info.json`, by which LLaMA-Factory finds the files of a chat format and their columns.
//! (<https://llamafactory.readthedocs.io/en/latest/getting_started/data_preparation.html>)

use serde_json::{Map, Value, json};

use crate::plan::Format;
use crate::report::Report;

/// One entry a file, named `<corpus>_<split>`, with the file's number if there are several.
pub(crate) fn text(report: &Report, format: Format) -> String {
    let folder = format!("{}/", format.as_str());
    let mut entries = Map::new();
    for corpus in &report.corpora {
        for file in &corpus.files {
            let Some(path) = file.path.strip_prefix(&folder) else { continue };
            let stem = path.split(['/', '.']).nth(1).unwrap_or_default();
            let shard = stem.strip_suffix("-00000-of-00001").unwrap_or(stem);
            let name = format!("{}_{}", corpus.name, shard.replace('-', "_"));
            entries.insert(name, entry(path, format));
        }
    }
    format!("{:#}\n", Value::Object(entries))
}

fn entry(path: &str, format: Format) -> Value {
    if format == Format::ShareGpt {
        let columns = json!({ "messages": "conversations", "system": "system" });
        return json!({ "file_name": path, "formatting": "sharegpt", "columns": columns });
    }
    let columns = json!({
        "prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"
    });
    json!({ "file_name": path, "columns": columns })
}
