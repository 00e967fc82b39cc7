//! A task as llm-jp-eval reads it: `instruction`, `output_length`, `metrics`, `few_shots` and `samples` of `input` and
//! `output`. (<https://github.com/llm-jp/llm-jp-eval>, `llm_jp_eval/datasets/base.py`)

use serde_json::{Value, json};

use crate::evaluate::question::{Gold, Question};
use crate::evaluate::task::{Kind, Task};

/// The file of a task; `None` for what it has no measure for.
pub(super) fn file(task: &Task, questions: &[Question], examples: &[Question]) -> Option<Value> {
    let metrics = metrics(task)?;
    let sample = |question| sample(task, question);
    Some(json!({
        "instruction": task.harness.llm_jp,
        "output_length": task.output_length,
        "metrics": metrics,
        "few_shots": examples.iter().map(sample).collect::<Vec<_>>(),
        "samples": questions.iter().map(sample).collect::<Vec<_>>(),
    }))
}

fn metrics(task: &Task) -> Option<&'static [&'static str]> {
    match (task.kind, task.languages) {
        (Kind::Choice, _) => Some(&["exact_match"]),
        (Kind::Extraction | Kind::Question, _) => Some(&["char_f1"]),
        (Kind::Translation, Some([_, ljd_core::Language::En])) => {
            Some(&["bleu_en", "bert_score_en_f1", "comet_wmt22"])
        }
        (Kind::Translation | Kind::Simplification, _) => {
            Some(&["bleu_ja", "bert_score_ja_f1", "comet_wmt22"])
        }
        (Kind::Likelihood, _) => None,
    }
}

fn sample(task: &Task, question: &Question) -> Value {
    let Question { question: asked, context, choices, gold, answers, .. } = question;
    let input = match task.kind {
        Kind::Choice => {
            let numbered = choices.iter().enumerate().map(|(i, choice)| format!("{i}.{choice}"));
            format!("質問：{asked}\n選択肢：{}", numbered.collect::<Vec<_>>().join(","))
        }
        Kind::Extraction => {
            let title = if question.title.is_empty() {
                String::new()
            } else {
                format!("{} [SEP] ", question.title)
            };
            format!("文章：{title}{context}\n質問：{asked}")
        }
        Kind::Question => format!("質問：{asked}"),
        _ => asked.clone(),
    };
    let output = match gold {
        Gold::Choice(place) => place.to_string(),
        // It has room for one answer.
        Gold::Text(_) => answers.first().cloned().unwrap_or_default(),
    };
    json!({ "input": input, "output": output })
}
