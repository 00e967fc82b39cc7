//! A task as `EleutherAI`'s lm-evaluation-harness reads it: a file of YAML for each prompt, and the functions that they
//! name. (<https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/task_guide.md>)
//!
//! Each value is written as JSON, which is YAML too, but for the functions.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::evaluate::task::{Kind, Task};
use crate::write::format::{Headings, JAPANESE_ALPACA};

/// The functions.
const FUNCTIONS: &str = include_str!("ljd_tasks.py");

/// To be raised with every change of a prompt or a measure.
const VERSION: f64 = 1.0;

/// A way to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    /// As the records of the format `text-ja-alpaca` do, which a model is tuned on.
    Tuned,
    /// As a published harness does.
    Harness,
    /// As the records of `messages` do: a chat template goes around it.
    Chat,
    /// As llm-jp-eval does where there are choices: the answer is a number.
    Number,
}

impl Prompt {
    const GROUPS: [Self; 3] = [Self::Tuned, Self::Harness, Self::Chat];

    /// What stands behind the names of its tasks and in the name of its group.
    const fn ending(self) -> &'static str {
        match self {
            Self::Tuned => "",
            Self::Harness => "_harness",
            Self::Chat => "_chat",
            Self::Number => "_number",
        }
    }
}

/// The files of a task, which has so many examples.
pub(super) fn files(task: &Task, n_examples: usize) -> Vec<(String, String)> {
    let number = (task.kind == Kind::Choice).then_some(Prompt::Number);
    let prompts = Prompt::GROUPS.into_iter().chain(number);
    prompts.map(|prompt| (file_name(task, prompt), yaml(task, prompt, n_examples))).collect()
}

/// What all tasks share: the groups and the functions.
pub(super) fn shared(tasks: impl Iterator<Item = &'static Task>) -> Vec<(String, String)> {
    let tasks: Vec<&Task> = tasks.collect();
    let mut files = vec![("ljd_tasks.py".to_owned(), FUNCTIONS.to_owned())];
    for prompt in Prompt::GROUPS {
        let names = tasks.iter().map(|task| name(task, prompt));
        let group = [
            ("group", json!(format!("ljd{}", prompt.ending()))),
            ("task", names.collect()),
            ("metadata", json!({ "version": VERSION })),
        ];
        files.push((format!("ljd{}.yaml", prompt.ending()), document(&group)));
    }
    files
}

fn name(task: &Task, prompt: Prompt) -> String {
    format!("ljd_{}{}", task.name, prompt.ending())
}

fn file_name(task: &Task, prompt: Prompt) -> String {
    format!("{}.yaml", name(task, prompt))
}

fn yaml(task: &Task, prompt: Prompt, n_examples: usize) -> String {
    let shots =
        if prompt == Prompt::Tuned || prompt == Prompt::Chat { 0 } else { task.harness.shots };
    let mut fields = vec![
        ("task", json!(name(task, prompt))),
        ("custom_dataset", function("splits")),
        ("test_split", json!("test")),
        ("output_type", json!(output_type(task, prompt))),
        ("doc_to_text", json!(asked(task, prompt))),
        ("target_delimiter", json!("")),
        ("metadata", json!({ "version": VERSION, "task": task.name })),
    ];
    if prompt == Prompt::Harness || prompt == Prompt::Number {
        fields.push(("description", json!(format!("{}\n\n", JAPANESE_ALPACA.with_input))));
    }
    if 0 < n_examples {
        fields.push(("fewshot_split", json!("examples")));
        fields.push(("fewshot_config", json!({ "sampler": "first_n" })));
        fields.push(("num_fewshot", json!(shots.min(n_examples))));
    }
    fields.extend(measured(task, prompt));
    document(&fields)
}

fn output_type(task: &Task, prompt: Prompt) -> &'static str {
    match task.kind {
        Kind::Choice if prompt != Prompt::Number => "multiple_choice",
        Kind::Likelihood => "loglikelihood",
        _ => "generate_until",
    }
}

/// The prompt as a template of Jinja.
fn asked(task: &Task, prompt: Prompt) -> String {
    let Headings { with_input, without_input, instruction, input, output, .. } = JAPANESE_ALPACA;
    let harness = &task.harness;
    match prompt {
        Prompt::Tuned => format!(
            "{{% if input %}}{with_input}{{% else %}}{without_input}{{% endif %}}\n\n{instruction}\n{{{{instruction}}}}\n\n{{% if input %}}{input}\n{{{{input}}}}\n\n{{% endif %}}{output}\n"
        ),
        Prompt::Chat => "{{instruction}}{% if input %}\n\n{{input}}{% endif %}".to_owned(),
        Prompt::Harness => format!(
            "{instruction}\n{}\n\n{input}\n{}\n\n{output}\n",
            harness.instruction, harness.input
        ),
        Prompt::Number => format!(
            "{instruction}\n{}\n\n{input}\n質問：{{{{question}}}}\n選択肢：{{% for choice in choices %}}{{{{loop.index0}}}}.{{{{choice}}}}{{% if not loop.last %}},{{% endif %}}{{% endfor %}}\n\n{output}\n",
            harness.llm_jp
        ),
    }
}

/// What is right, how an answer is taken and what is measured.
fn measured(task: &Task, prompt: Prompt) -> Vec<(&'static str, Value)> {
    let generated = |tokens: u32, stops: &[&str]| {
        let stops: Vec<&str> = stops.iter().copied().chain(["###"]).collect();
        json!({ "until": stops, "do_sample": false, "max_gen_toks": tokens })
    };
    // An answer may need some tokens more than llm-jp-eval's tokenizer takes.
    let tokens = task.output_length.max(64);
    let answers = |process: &str, metrics: &[Value]| {
        vec![
            ("doc_to_target", json!("gold")),
            ("generation_kwargs", generated(tokens, &["\n"])),
            ("process_results", function(process)),
            ("metric_list", json!(metrics)),
        ]
    };
    let chrf =
        || json!({ "metric": "chrf", "aggregation": "!function chrf", "higher_is_better": true });
    match task.kind {
        Kind::Choice if prompt == Prompt::Number => vec![
            ("doc_to_target", json!("{{gold}}")),
            ("generation_kwargs", generated(5, &["\n"])),
            ("process_results", function("number")),
            ("metric_list", json!([mean("exact_match")])),
        ],
        Kind::Choice => vec![
            ("doc_to_choice", json!("choices")),
            ("doc_to_target", json!("gold")),
            ("metric_list", json!([mean("acc"), mean("acc_norm")])),
        ],
        Kind::Extraction | Kind::Question => {
            answers("answered", &["exact_match", "char_f1", "aio_match"].map(mean))
        }
        Kind::Translation => answers("translated", &[chrf()]),
        Kind::Simplification => answers("simplified", &[mean("sari"), mean("unchanged"), chrf()]),
        Kind::Likelihood => vec![
            ("doc_to_target", json!("gold")),
            ("process_results", function("likelihood")),
            (
                "metric_list",
                json!([
                    { "metric": "nats_per_character", "aggregation": "!function per_character", "higher_is_better": false },
                    { "metric": "bits_per_byte", "aggregation": "bits_per_byte", "higher_is_better": false },
                ]),
            ),
        ],
    }
}

fn mean(metric: &str) -> Value {
    json!({ "metric": metric, "aggregation": "mean", "higher_is_better": metric != "unchanged" })
}

/// A function of ours, which [`document`] writes as YAML's tag.
fn function(name: &str) -> Value {
    json!(format!("!function {name}"))
}

/// A document of YAML.
fn document(fields: &[(&str, Value)]) -> String {
    let mut yaml = String::new();
    for (name, value) in fields {
        let _ = writeln!(yaml, "{name}: {}", tagged(value));
    }
    yaml
}

/// A value in one line, with functions as `!function ljd_tasks.name`.
fn tagged(value: &Value) -> String {
    let joined = |values: Vec<String>| values.join(", ");
    match value {
        Value::String(text) => match text.strip_prefix("!function ") {
            Some(name) => format!("!function ljd_tasks.{name}"),
            None => value.to_string(),
        },
        Value::Array(values) => format!("[{}]", joined(values.iter().map(tagged).collect())),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", tagged(value)));
            format!("{{{}}}", joined(fields.collect()))
        }
        _ => value.to_string(),
    }
}
