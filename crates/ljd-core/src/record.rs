//! One training example, and where it comes from.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::{Instruction, Language, License};

/// One training example: what is asked, what is answered, and its provenance.
///
/// It borrows from the chunk it was read from wherever it can, and from its [`Source`], so that no
/// record exists without a licence and millions of them cost no allocation each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// Unique within the source and the same in every build: `303697_100000/ja-en`.
    pub id: Cow<'a, str>,
    /// What the example teaches.
    pub task: Task,
    /// Language of what is asked about.
    pub source_language: Language,
    /// Language of the answer.
    pub target_language: Language,
    /// What the model is asked to do.
    pub instruction: Instruction<'a>,
    /// What it is to be done with; empty where the instruction says it all.
    pub input: Cow<'a, str>,
    /// The answer.
    pub output: Cow<'a, str>,
    /// Earlier turns of a dialogue, oldest first; empty for a single turn.
    pub history: Vec<Turn<'a>>,
    /// What there is to choose from, in its order, where the record is for evaluation; empty otherwise.
    pub choices: Vec<Cow<'a, str>>,
    /// Every answer that counts as right, the [output](Self::output)'s first, where the record is for evaluation;
    /// empty otherwise.
    pub answers: Vec<Cow<'a, str>>,
    /// What is asked by itself, where the record has it in parts. It is no column of the dataset's.
    pub asked: Option<Asked<'a>>,
    /// What a rule of quality gives the record, where it gives one.
    pub score: Option<Score>,
    /// What it has in common with the records that belong to it, where its corpus states that of each record; see
    /// [`Corpus::group`](crate::Corpus::group).
    pub group: Option<Cow<'a, str>>,
    /// The part of the origin that the text was published in.
    pub split: Split,
    /// The origin's own label for the example.
    pub category: Option<Cow<'a, str>>,
    /// Page, DOI or sentence that the text comes from.
    pub url: Option<Cow<'a, str>>,
    /// Credit that is enough by itself when the record stands alone.
    pub attribution: Cow<'a, str>,
    /// The corpus and its licence.
    pub source: &'a Source,
}

impl<'a> Record<'a> {
    /// A record in Japanese without text, credited as its source is: to be completed.
    ///
    /// ```
    /// use ljd_core::{License, Record, Source, Task};
    ///
    /// let license = License::parse("CC0-1.0")?;
    /// let source = Source { name: "rain".to_owned(), license, attribution: "Rain".to_owned() };
    /// let record = Record {
    ///     instruction: "今日の天気を教えてください。".into(),
    ///     output: "雨です。".into(),
    ///     ..Record::new(&source, "1", Task::InstructionFollowing)
    /// };
    /// assert_eq!(record.attribution, "Rain");
    /// # Ok::<(), ljd_core::UnknownName>(())
    /// ```
    pub fn new(source: &'a Source, id: impl Into<Cow<'a, str>>, task: Task) -> Self {
        Self {
            id: id.into(),
            task,
            source_language: Language::Ja,
            target_language: Language::Ja,
            instruction: Instruction::default(),
            input: Cow::Borrowed(""),
            output: Cow::Borrowed(""),
            history: Vec::new(),
            choices: Vec::new(),
            answers: Vec::new(),
            asked: None,
            score: None,
            group: None,
            split: Split::Whole,
            category: None,
            url: None,
            attribution: Cow::Borrowed(&source.attribution),
            source,
        }
    }
}

/// A question without the words that make an instruction of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The question.
    pub question: Cow<'a, str>,
    /// The text that has its answer; empty where it is asked without one.
    pub context: Cow<'a, str>,
    /// The title of that text's article; empty where there is none.
    pub title: Cow<'a, str>,
    /// What there is to choose from, in its order.
    pub choices: Vec<Cow<'a, str>>,
}

impl<'a> Asked<'a> {
    /// A question without a text to look into.
    pub fn alone(question: impl Into<Cow<'a, str>>) -> Self {
        let (context, title, choices) = (Cow::Borrowed(""), Cow::Borrowed(""), Vec::new());
        Self { question: question.into(), context, title, choices }
    }
}

/// Where records come from: the part of a manifest that every record carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the corpus: lower case, hyphens.
    pub name: String,
    /// Licence of the text.
    pub license: License,
    /// Credit for records that have no closer one of their own.
    pub attribution: String,
}

/// A score in thousandths: a whole number, so that it is the same on every machine.
///
/// ```
/// use ljd_core::Score;
///
/// let score = Score::of_thousandths(-1_250);
/// assert_eq!((score.to_string().as_str(), score.as_f64()), ("-1.250", -1.25));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(i32);

impl Score {
    /// That many thousandths.
    pub const fn of_thousandths(thousandths: i32) -> Self {
        Self(thousandths)
    }

    /// The thousandths.
    pub const fn thousandths(self) -> i32 {
        self.0
    }

    /// The nearest number that a computer has.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.as_f64())
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

/// One utterance of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'a> {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Cow<'a, str>,
}

crate::names! {
    /// What an example teaches.
    #[non_exhaustive]
    Task {
        /// A sentence or text into another language.
        Translation = "translation",
        /// A sentence in plainer words.
        Simplification = "simplification",
        /// What a word means.
        Definition = "definition",
        /// The title of a text.
        TitleGeneration = "title-generation",
        /// The abstract that belongs to a title.
        AbstractGeneration = "abstract-generation",
        /// An answer out of what one knows.
        QuestionAnswering = "question-answering",
        /// An answer out of a text that is given.
        AnswerExtraction = "answer-extraction",
        /// One of several answers that are given.
        MultipleChoice = "multiple-choice",
        /// How a work begins, or which work begins so.
        Quotation = "quotation",
        /// What something is.
        Description = "description",
        /// The headline of a news article.
        HeadlineGeneration = "headline-generation",
        /// A sentence without its mistakes.
        ErrorCorrection = "error-correction",
        /// The next turn of a conversation.
        Dialogue = "dialogue",
        /// Whatever the instruction asks.
        InstructionFollowing = "instruction-following",
    }
}

crate::names! {
    /// The part of the origin that a text was published in.
    #[non_exhaustive]
    Split {
        /// For training.
        Train = "train",
        /// For choosing among models; evaluation data.
        Validation = "validation",
        /// For measuring; evaluation data.
        Test = "test",
        /// The origin has no parts.
        Whole = "whole",
    }
}

crate::names! {
    /// Who speaks in a dialogue.
    #[non_exhaustive]
    Role {
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
    }
}

impl Task {
    const KIND: &'static str = "task";
}

impl Split {
    const KIND: &'static str = "split";

    /// Whether the origin published it to measure with, not to train on.
    pub const fn is_evaluation(self) -> bool {
        matches!(self, Self::Validation | Self::Test)
    }
}

impl Role {
    const KIND: &'static str = "role";
}
