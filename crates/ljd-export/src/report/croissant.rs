//! `croissant.json`: the dataset described for machines, after `MLCommons` Croissant 1.0.
//! (<https://docs.mlcommons.org/croissant/docs/croissant-spec.html>)

use ljd_core::License;
use serde_json::{Value, json};

use crate::plan::{Format, Plan};
use crate::report::{CorpusReport, Report};
use crate::write::columns::{COLUMNS, Column, ColumnKind};

/// The description; `None` where no format is written that Croissant can describe.
pub(crate) fn text(plan: &Plan, report: &Report, formats: &[Format]) -> Option<String> {
    let format = formats.iter().copied().find(|format| format.as_str() == "parquet")?;
    let corpora = report.corpora.iter().filter(|corpus| 0 < corpus.records);
    let (mut files, mut record_sets) = (Vec::new(), Vec::new());
    for corpus in corpora {
        files.push(file_set(corpus, format));
        record_sets.push(record_set(corpus));
    }
    let recipe = &plan.recipe;
    let sources = plan.corpora.iter().map(|one| one.raw.manifest().source.license);
    let license = license(plan.license, sources);
    let citations: Vec<&str> =
        plan.corpora.iter().map(|planned| planned.raw.manifest().citation.as_str()).collect();
    let dataset = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": recipe.name,
        "description": recipe.description,
        "version": report.version.as_deref().unwrap_or(report.ljd_version),
        "license": license,
        "inLanguage": recipe.languages.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        "citeAs": citations.join("\n"),
        "url": "https://arxiv.org/abs/2305.12720",
        "distribution": files,
        "recordSet": record_sets,
    });
    Some(format!("{dataset:#}\n"))
}

/// The licence of a dataset, or those of its sources.
pub(crate) fn license(whole: Option<License>, sources: impl Iterator<Item = License>) -> Value {
    let mut urls: Vec<&str> = sources.map(License::url).collect();
    urls.sort_unstable();
    urls.dedup();
    whole.map_or(json!(urls), |license| json!(license.url()))
}

/// The Parquet files of a corpus, which lie beside the description.
fn file_set(corpus: &CorpusReport, format: Format) -> Value {
    json!({
        "@type": "cr:FileSet",
        "@id": format!("{}-files", corpus.name),
        "name": format!("{}-files", corpus.name),
        "description": format!("Parquet files of {}", corpus.name),
        "encodingFormat": "application/x-parquet",
        "includes": format!("{}/{}/*.{}", format.as_str(), corpus.name, format.extension()),
    })
}

fn record_set(corpus: &CorpusReport) -> Value {
    let name = &corpus.name;
    let field = |column: &Column, data_type: &str| {
        json!({
            "@type": "cr:Field",
            "@id": format!("{name}/{}", column.name),
            "name": column.name,
            "description": column.meaning,
            "dataType": data_type,
            "source": {
                "fileSet": { "@id": format!("{name}-files") },
                "extract": { "column": column.name },
            },
        })
    };
    // The specification has no lists in a column before its version 1.1.
    let fields = COLUMNS.iter().filter_map(|column| match column.kind {
        ColumnKind::Text | ColumnKind::MaybeText => Some(field(column, "sc:Text")),
        ColumnKind::MaybeNumber => Some(field(column, "sc:Float")),
        ColumnKind::Texts | ColumnKind::Turns => None,
    });
    let fields: Vec<Value> = fields.collect();
    json!({
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": format!("{} records of {name}, release {}, {}", corpus.records, corpus.version, corpus.license),
        "field": fields,
    })
}

/// The terms of the specification, in its recommended form.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileProperty": "cr:fileProperty",
        "fileObject": "cr:fileObject",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
