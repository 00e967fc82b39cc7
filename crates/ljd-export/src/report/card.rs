//! `README.md` of a dataset: the card that people and the Hugging Face hub read.
//!
//! The front matter names one config a corpus and a default one with all of them, so that
//! `datasets.load_dataset(folder, corpus)` finds the files, and says how many records they hold.
//! (<https://huggingface.co/docs/hub/datasets-cards>,
//! <https://huggingface.co/docs/hub/datasets-manual-configuration>)

use std::collections::BTreeSet;
use std::fmt::Write;

use ljd_core::{License, Manifest, Split, Task};

use crate::plan::{Format, Plan, Recipe};
use crate::report::markdown::{Block, Code, Link, Text, Yaml};
use crate::report::{CorpusReport, Report};
use crate::write::columns::{self, COLUMNS, Column, ColumnKind};
use crate::write::rows::Part;

/// The paper that described the dataset which this one goes back to.
const PAPER: &str = "@article{hirano2023llm,
  title = {{llm-japanese-dataset v0: Construction of Japanese Chat Dataset for Large Language Models and its Methodology}},
  author = {Hirano, Masanori and Suzuki, Masahiro and Sakaji, Hiroki},
  journal = {arXiv preprint arXiv:2305.12720},
  year = {2023},
  url = {https://arxiv.org/abs/2305.12720}
}";

pub(crate) fn text(
    plan: &Plan,
    manifests: &[&Manifest],
    report: &Report,
    formats: &[Format],
) -> String {
    let mut text = front_matter(plan, report, formats);
    text.push_str(&introduction(plan, report));
    text.push_str(&corpora(manifests, report));
    text.push_str(&shares(plan, report));
    text.push_str(&provenance(report));
    let citations = manifests.iter().map(|manifest| manifest.citation.as_str());
    let citations: Vec<&str> = [PAPER].into_iter().chain(citations).collect();
    let block = Block { language: "bibtex", code: &citations.join("\n") };
    let _ = write!(text, "\n## Citations\n\n{block}");
    text
}

/// The card of a format's own folder, by which all corpora of the format load as one dataset, with typed columns:
/// `datasets.load_dataset("<dataset>/messages")`. A dataset has one type of files, so the card above cannot say it.
pub(crate) fn of_format(plan: &Plan, report: &Report, format: Format) -> String {
    let all: Vec<&CorpusReport> = report.corpora.iter().collect();
    let (name, recipe) = (format.as_str(), &plan.recipe.name);
    let (title, recipe) = (Text(recipe), Code(recipe));
    format!(
        "{}configs:\n{}dataset_info:\n{}---\n\n# {title}: {name}\n\nThe records of the dataset {recipe} as `{name}`. What they are, whose text they hold and under which licences: see the card, `NOTICE.md` and `LICENSES/` of the folder above.\n",
        head(plan.license),
        config("default", &all, format, ""),
        dataset_info("default", &all, format),
    )
}

// Writing to a string cannot fail, so what `write!` returns is dropped throughout.

fn introduction(plan: &Plan, report: &Report) -> String {
    let (name, description) = (Text(&plan.recipe.name), Text(&plan.recipe.description));
    let mut text = format!("\n# {name}\n\n{description}\n\n");
    let _ = write!(text, "{} records", report.records);
    if let Some(version) = &report.version {
        let _ = write!(text, " of release {}", Text(version));
    }
    if let Some(published) = report.published {
        let _ = write!(text, ", where the published dataset has {published}");
    }
    let license = match plan.license {
        Some(license) => format!("The dataset as a whole is under {}.", license.name()),
        None => "Its sources' licences allow no common one: each record stands under its own."
            .to_owned(),
    };
    let _ = writeln!(
        text,
        ". {license} Each record carries its source, licence and credit; see `NOTICE.md`."
    );
    text
}

fn corpora(manifests: &[&Manifest], report: &Report) -> String {
    let mut text =
        "\n## Corpora\n\n| corpus | licence | records | characters | by split |\n|---|---|---:|---:|---|\n".to_owned();
    for (corpus, manifest) in report.corpora.iter().zip(manifests) {
        let splits: Vec<String> =
            corpus.splits.iter().map(|(split, n)| format!("{split} {n}")).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            Link { text: &manifest.title, url: &manifest.homepage },
            corpus.license,
            corpus.records,
            corpus.characters,
            splits.join(", ")
        );
    }
    for manifest in manifests {
        if let Some(note) = &manifest.note {
            let _ = write!(text, "\n{}: {}\n", Text(&manifest.title), Text(note));
        }
    }
    for refused in &report.refused {
        let _ = write!(
            text,
            "\nLeft out: {} ({}), {}.\n",
            Code(&refused.name),
            refused.license,
            Text(&refused.reason)
        );
    }
    text
}

/// What a recipe that mixes by shares takes of its tasks and corpora, and why.
fn shares(plan: &Plan, report: &Report) -> String {
    let recipe = &plan.recipe;
    let Some(wanted) = recipe.records else { return String::new() };
    let mut text = format!(
        "\n## How it is mixed\n\nAimed at {wanted} records. A bound is the most that is taken; where a source has less, it is taken whole.\n\n| what | records | at most | why |\n|---|---:|---:|---|\n"
    );
    for (task, portion) in &recipe.tasks {
        let n: u64 =
            report.corpora.iter().filter_map(|corpus| corpus.tasks.get(task.as_str())).sum();
        text.push_str(&share_row(task.as_str(), n, portion.max_records, recipe));
    }
    for corpus in &report.corpora {
        let portion = recipe.corpora.iter().find(|known| known.name == corpus.name);
        let most = portion.and_then(|known| known.portion.max_records);
        if most.is_some() || recipe.reasons.contains_key(&corpus.name) {
            text.push_str(&share_row(&corpus.name, corpus.records, most, recipe));
        }
    }
    text
}

fn share_row(name: &str, records: u64, most: Option<u64>, recipe: &Recipe) -> String {
    let most = most.map_or("all".to_owned(), |most| most.to_string());
    let because = recipe.reasons.get(name).map_or("", String::as_str);
    format!("| {} | {records} | {most} | {} |\n", Code(name), Text(because))
}

fn provenance(report: &Report) -> String {
    let mut text = format!(
        "\n## How it was built\n\nBy ljd {} after the recipe {} (SHA-256 `{}`). The same files give the same bytes. `report.json` has the digest of every file read and written, and what was left out for which reason.\n\n| corpus | release | manifest (SHA-256) |\n|---|---|---|\n",
        report.ljd_version,
        Code(&report.recipe),
        report.recipe_sha256
    );
    for corpus in &report.corpora {
        let _ = writeln!(
            text,
            "| {} | {} | `{}` |",
            Code(&corpus.name),
            Text(&corpus.version),
            corpus.manifest
        );
    }
    text
}

fn front_matter(plan: &Plan, report: &Report, formats: &[Format]) -> String {
    let mut text = head(plan.license);
    text.push_str(&list("language", plan.recipe.languages.iter().map(|one| one.as_str())));
    text.push_str(&list("size_categories", [size_category(report.records)]));
    text.push_str(&list("task_categories", task_categories(report)));
    text.push_str(&list("source_datasets", ["original"]));
    let Some(format) = preferred(formats) else { return text + "---\n" };
    let all: Vec<&CorpusReport> = report.corpora.iter().collect();
    let corpora = report.corpora.iter().map(|corpus| (corpus.name.as_str(), vec![corpus]));
    let configs: Vec<(&str, Vec<&CorpusReport>)> =
        [("default", all)].into_iter().chain(corpora).collect();
    text.push_str("configs:\n");
    for (name, corpora) in &configs {
        text.push_str(&config(name, corpora, format, &format!("{}/", format.as_str())));
    }
    text.push_str("dataset_info:\n");
    for (name, corpora) in &configs {
        text.push_str(&dataset_info(name, corpora, format));
    }
    text + "---\n"
}

/// How the card of a dataset under a licence begins.
pub(crate) fn head(license: Option<License>) -> String {
    format!("---\n{}", hub_license(license))
}

fn list<'a>(key: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = format!("{key}:\n");
    for value in values {
        let _ = writeln!(text, "- {}", Yaml(value));
    }
    text
}

/// The hub knows licences by their SPDX ids in lower case, and all others as `other`.
fn hub_license(license: Option<License>) -> String {
    let Some(license) = license else {
        return "license: other\nlicense_name: mixed\nlicense_link: NOTICE.md\n".to_owned();
    };
    match license.id().strip_prefix("LicenseRef-") {
        None => format!("license: {}\n", license.id().to_lowercase()),
        Some(name) => format!(
            "license: other\nlicense_name: {}\nlicense_link: LICENSES/{}.txt\n",
            name.to_lowercase(),
            license.id()
        ),
    }
}

/// The hub's classes of size, each below its bound.
const SIZES: [(u64, &str); 6] = [
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
];

fn size_category(records: u64) -> &'static str {
    let fits = SIZES.iter().find(|(bound, _)| records < *bound);
    fits.map_or("100M<n<1B", |(_, name)| name)
}

/// The hub's names for what the records teach.
fn task_categories(report: &Report) -> BTreeSet<&'static str> {
    let tasks = report.corpora.iter().flat_map(|corpus| corpus.tasks.keys());
    let known = tasks.filter_map(|name| Task::parse(name).ok());
    let mut categories: BTreeSet<&'static str> = known.map(task_category).collect();
    categories.insert("text-generation");
    categories
}

fn task_category(task: Task) -> &'static str {
    match task {
        Task::Translation => "translation",
        Task::QuestionAnswering | Task::AnswerExtraction => "question-answering",
        Task::MultipleChoice => "multiple-choice",
        Task::TitleGeneration | Task::HeadlineGeneration => "summarization",
        _ => "text-generation",
    }
}

/// Typed columns load without guessing.
fn preferred(formats: &[Format]) -> Option<Format> {
    let rank = |format: &Format| (format.is_chat(), format.as_str() != "parquet");
    formats.iter().copied().min_by_key(rank)
}

/// A config whose files lie below `folder`, as seen from the card.
fn config(name: &str, corpora: &[&CorpusReport], format: Format, folder: &str) -> String {
    let mut text = String::new();
    for (split, parts) in HUB_SPLITS {
        let mut files = String::new();
        for (corpus, part) in
            corpora.iter().flat_map(|corpus| parts.iter().map(move |part| (corpus, part)))
        {
            if corpus.splits.get(part.as_str()).is_some_and(|n| 0 < *n) {
                let (part, extension) = (part.as_str(), format.extension());
                let _ = writeln!(files, "    - {folder}{}/{part}-*.{extension}", corpus.name);
            }
        }
        if !files.is_empty() {
            let _ = write!(text, "  - split: {split}\n    path:\n{files}");
        }
    }
    if text.is_empty() {
        return text;
    }
    let default = if name == "default" { "  default: true\n" } else { "" };
    let name = Yaml(name);
    format!("- config_name: {name}\n{default}  data_files:\n{text}")
}

/// What the hub shows of a config before anybody downloads it. Sizes are those of the files.
fn dataset_info(name: &str, corpora: &[&CorpusReport], format: Format) -> String {
    let (mut splits, mut all_bytes) = (String::new(), 0);
    for (split, parts) in HUB_SPLITS {
        let (mut n, mut bytes) = (0, 0);
        for corpus in corpora {
            for part in parts.iter().map(|part| part.as_str()) {
                n += corpus.splits.get(part).copied().unwrap_or(0);
                let stem = format!("{}/{}/{part}-", format.as_str(), corpus.name);
                let files = corpus.files.iter().filter(|file| file.path.starts_with(&stem));
                bytes += files.map(|file| file.bytes).sum::<u64>();
            }
        }
        if 0 < n {
            let _ = write!(
                splits,
                "  - name: {split}\n    num_bytes: {bytes}\n    num_examples: {n}\n"
            );
        }
        all_bytes += bytes;
    }
    if splits.is_empty() {
        return splits;
    }
    let name = Yaml(name);
    format!(
        "- config_name: {name}\n  features:\n{}  splits:\n{splits}  download_size: {all_bytes}\n  dataset_size: {all_bytes}\n",
        features(format)
    )
}

/// The columns of a format as the hub describes them, by which several files load as one.
fn features(format: Format) -> String {
    let own: &[(&str, &str)] = match format {
        Format::Messages => &[("messages", MESSAGES)],
        Format::PromptCompletion => &[("prompt", MESSAGES), ("completion", MESSAGES)],
        Format::ShareGpt => &[("conversations", UTTERANCES), ("system", STRING)],
        Format::Alpaca => &[
            ("instruction", STRING),
            ("input", STRING),
            ("output", STRING),
            ("system", STRING),
            ("history", PAIRS),
        ],
        Format::Text | Format::TextJa | Format::TextJaAlpaca => &[("text", STRING)],
        _ => return features_of(COLUMNS.iter().map(feature)),
    };
    let provenance = columns::provenance().map(feature);
    features_of([("id", STRING)].into_iter().chain(own.iter().copied()).chain(provenance))
}

fn features_of(columns: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    columns.fold(String::new(), |mut text, (name, kind)| {
        // Writing to a string cannot fail.
        let _ = write!(text, "  - name: {name}\n{kind}");
        text
    })
}

fn feature(column: &Column) -> (&'static str, &'static str) {
    let kind = match column.kind {
        ColumnKind::Text | ColumnKind::MaybeText => STRING,
        ColumnKind::Texts => STRINGS,
        ColumnKind::Turns => MESSAGES,
        ColumnKind::MaybeNumber => NUMBER,
    };
    (column.name, kind)
}

const STRING: &str = "    dtype: string\n";
const STRINGS: &str = "    list: string\n";
const NUMBER: &str = "    dtype: float64\n";
const MESSAGES: &str =
    "    list:\n    - name: role\n      dtype: string\n    - name: content\n      dtype: string\n";
const UTTERANCES: &str =
    "    list:\n    - name: from\n      dtype: string\n    - name: value\n      dtype: string\n";
const PAIRS: &str = "    list:\n      list: string\n";

/// The hub's splits, whose names have no hyphens, and the parts that they hold: a corpus without splits is for training.
const HUB_SPLITS: [(&str, &[Part]); 4] = [
    ("train", &[Part::Of(Split::Train), Part::Of(Split::Whole)]),
    ("validation", &[Part::Of(Split::Validation)]),
    ("test", &[Part::Of(Split::Test)]),
    ("held_out", &[Part::HeldOut]),
];
