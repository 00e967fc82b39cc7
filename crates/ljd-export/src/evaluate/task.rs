//! The list of evaluation tasks: where the questions come from, how they are asked and what is measured.

use ljd_core::{Language, Split};

use crate::write::rows::Part;

/// A task that a model is measured by.
#[derive(Debug)]
pub(crate) struct Task {
    /// Its name in files and, after `ljd_`, in harnesses.
    pub(crate) name: &'static str,
    /// The corpus; `None` for what is held out of any.
    pub(crate) corpus: Option<&'static str>,
    /// The part of it.
    pub(crate) part: Part,
    /// From which language into which; any if `None`.
    pub(crate) languages: Option<[Language; 2]>,
    /// What is asked for, by which it is known what is measured.
    pub(crate) kind: Kind,
    /// What published harnesses say for it: the Stability harness 0.3 where it has the task, llm-jp-eval elsewhere.
    pub(crate) harness: Harness,
    /// Most tokens of an answer, as llm-jp-eval has it.
    pub(crate) output_length: u32,
}

/// How a published harness asks.
#[derive(Debug)]
pub(crate) struct Harness {
    /// Below `### 指示:`, as a Jinja template.
    pub(crate) instruction: &'static str,
    /// Below `### 入力:`, likewise.
    pub(crate) input: &'static str,
    /// Examples before the question.
    pub(crate) shots: usize,
    /// Below `### 指示:` in llm-jp-eval.
    pub(crate) llm_jp: &'static str,
}

/// What a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of several choices, by their likelihoods.
    Choice,
    /// A few words of a text.
    Extraction,
    /// A few words.
    Question,
    /// A sentence in another language.
    Translation,
    /// A sentence in plainer words.
    Simplification,
    /// The answer that there is, by its likelihood.
    Likelihood,
}

impl Task {
    /// Whether its questions come from the records that the dataset holds out.
    pub(crate) fn is_held_out(&self) -> bool {
        self.part == Part::HeldOut
    }

    /// Whether it takes questions of that corpus.
    pub(crate) fn has_corpus(&self, corpus: &str) -> bool {
        self.corpus.is_none_or(|name| name == corpus)
    }

    /// Whether it takes what goes from one language into another.
    pub(crate) fn has_languages(&self, languages: [Language; 2]) -> bool {
        self.languages.is_none_or(|wanted| wanted == languages)
    }
}

/// The choices are listed with hyphens, the question stands alone.
const CHOOSE: Harness = Harness {
    instruction: "与えられた選択肢の中から、最適な答えを選んでください。出力は以下から選択してください：\n{% for choice in choices %}- {{choice}}{% if not loop.last %}\n{% endif %}{% endfor %}",
    input: "{{question}}",
    shots: 3,
    llm_jp: "質問と回答の選択肢を入力として受け取り、選択肢から回答を選択してください。なお、回答は選択肢の番号（例：0）でするものとします。 回答となる数値をint型で返し、他には何も含めないことを厳守してください。",
};

const EXTRACT: Harness = Harness {
    instruction: "与えられた文脈から、質問に対する答えを抜き出してください。",
    input: "文脈：{{context}}\n質問：{{question}}",
    shots: 2,
    llm_jp: "質問に対する回答を文章から一言で抽出してください。回答は名詞で答えてください。 それ以外には何も含めないことを厳守してください。",
};

const ANSWER: Harness = Harness {
    instruction: "質問を入力とし、回答を出力してください。回答の他には何も含めないことを厳守してください。",
    input: "質問：{{question}}",
    shots: 1,
    llm_jp: "質問を入力とし、回答を出力してください。回答の他には何も含めないことを厳守してください。",
};

const YES_NO: Harness = Harness {
    llm_jp: "質問を入力とし、回答を出力してください。回答の他には何も含めないことを厳守してください。回答が'はい'と'いいえ'で答えることができる場合、'YES'と'NO'で答えてください。",
    ..ANSWER
};

const ANSWER_ALL: Harness = Harness {
    llm_jp: "質問に対する答えを出力してください。回答の他には何も含めないことを厳守してください。答えが複数の場合、コンマ（,）で繋げてください。",
    ..ANSWER
};

const TO_ENGLISH: Harness = Harness {
    instruction: "これから提示する日本語の文章を英語に翻訳してください。必ず英語の訳文のみを出力し、それ以外には何も含めないことを厳守してください。",
    input: "{{question}}",
    shots: 4,
    llm_jp: "これから提示する日本語の文章を英語に翻訳してください。必ず英語の訳文のみを出力し、それ以外には何も含めないことを厳守してください。",
};

const TO_JAPANESE: Harness = Harness {
    instruction: "これから提示する英語の文章を日本語に翻訳してください。必ず日本語の訳文のみを出力し、それ以外には何も含めないことを厳守してください。",
    llm_jp: "これから提示する英語の文章を日本語に翻訳してください。必ず日本語の訳文のみを出力し、それ以外には何も含めないことを厳守してください。",
    ..TO_ENGLISH
};

/// No published harness has it: the words are ours.
const SIMPLIFY: Harness = Harness {
    instruction: "次の文を、意味を変えずに、やさしい日本語に言い換えてください。",
    llm_jp: "次の文を、意味を変えずに、やさしい日本語に言い換えてください。言い換えた文の他には何も含めないことを厳守してください。",
    ..TO_ENGLISH
};

/// Likewise: asked as the records ask.
const AS_IT_IS: Harness =
    Harness { instruction: "{{instruction}}", input: "{{input}}", shots: 0, llm_jp: "" };

const JA_EN: Option<[Language; 2]> = Some([Language::Ja, Language::En]);
const EN_JA: Option<[Language; 2]> = Some([Language::En, Language::Ja]);

const fn task(
    name: &'static str,
    corpus: Option<&'static str>,
    part: Part,
    (kind, harness, output_length): (Kind, Harness, u32),
) -> Task {
    Task { name, corpus, part, languages: None, kind, harness, output_length }
}

const VALIDATION: Part = Part::Of(Split::Validation);
const TEST: Part = Part::Of(Split::Test);

/// The tasks in the order of their files. Those whose corpus the recipe does not have are not written.
pub(crate) const TASKS: &[Task] = &[
    task("jcommonsenseqa", Some("jcommonsenseqa"), VALIDATION, (Kind::Choice, CHOOSE, 1)),
    task("jsquad", Some("jsquad"), VALIDATION, (Kind::Extraction, EXTRACT, 25)),
    task("jaquad", Some("jaquad"), VALIDATION, (Kind::Extraction, EXTRACT, 25)),
    task("aio", Some("aio"), VALIDATION, (Kind::Question, ANSWER, 25)),
    task("jemhopqa", Some("jemhopqa"), VALIDATION, (Kind::Question, YES_NO, 15)),
    task("niilc", Some("niilc"), TEST, (Kind::Question, ANSWER_ALL, 180)),
    Task {
        languages: JA_EN,
        ..task("alt_ja_en", Some("alt"), TEST, (Kind::Translation, TO_ENGLISH, 500))
    },
    Task {
        languages: EN_JA,
        ..task("alt_en_ja", Some("alt"), TEST, (Kind::Translation, TO_JAPANESE, 250))
    },
    task("snow", Some("snow"), Part::HeldOut, (Kind::Simplification, SIMPLIFY, 250)),
    task("jmrd", Some("jmrd"), TEST, (Kind::Likelihood, AS_IT_IS, 250)),
    task("held_out", None, Part::HeldOut, (Kind::Likelihood, AS_IT_IS, 250)),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_only_held_out_tasks_take_any_corpus() {
        let names: BTreeSet<&str> = TASKS.iter().map(|task| task.name).collect();
        assert_eq!(names.len(), TASKS.len());
        for task in TASKS {
            assert!(task.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{task:?}");
            assert!(task.corpus.is_some() || task.is_held_out(), "{task:?}");
        }
    }
}
