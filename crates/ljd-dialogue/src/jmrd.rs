//! JMRD, the Japanese Movie Recommendation Dialogue: films recommended in conversation, with the knowledge
//! that each utterance uses.
//!
//! The repository as a zip: `JMRD-main/data/{train,valid,test}.json`, each an indented JSON array of
//! dialogues `{"dialog_id", "movie_title", "knowledge": {…}, "dialog": [{"speaker", "text",
//! "checked_knowledge": [{"type", "content"}]}]}`. Only utterances of the recommender have
//! `checked_knowledge`. (<https://github.com/ku-nlp/JMRD>; Kodama et al. 2022, "Construction of
//! Hierarchical Structured Knowledge-based Recommendation Dialogue Dataset and Dialogue System")
//!
//! The film is the `category` of its records. v0 made one description of each film and used no dialogue.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ljd_core::read::{each_object, json_array, object};
use ljd_core::{
    Chunk, Chunks, Corpus, Language, Preset, Raw, Record, Records, Result, Role, RuleOption, Rules,
    Skip, Split, Task, Text, Turn,
};
use serde::Deserialize;

/// Films recommended in conversation.
#[derive(Debug, Clone, Copy)]
pub struct Jmrd;

const MEMBERS: [(&str, Split); 3] =
    [("train.json", Split::Train), ("valid.json", Split::Validation), ("test.json", Split::Test)];

const KNOWLEDGE: RuleOption = RuleOption {
    name: "jmrd_knowledge",
    values: &["with", "without"],
    meaning: "`without` leaves the knowledge that an utterance uses out of its input",
};

const RECOMMEND: &str =
    "あなたは映画を勧める案内役です。これまでの会話に続けて、相手の発言に答えてください。";
const RECOMMEND_WITH: &str = "あなたは映画を勧める案内役です。これまでの会話に続けて、参考情報を使って相手の発言に答えてください。";

/// What stands for no knowledge.
const NONE: &str = "[知識なし]";

/// The blocks of the clean output: films, then dialogues.
const FILMS: usize = 0;
const DIALOGUES: usize = 1;

#[derive(Deserialize)]
struct Dialogue<'a> {
    #[serde(borrow)]
    dialog_id: Option<Cow<'a, str>>,
    movie_title: Option<Cow<'a, str>>,
    knowledge: Option<Knowledge<'a>>,
    dialog: Option<Vec<Utterance<'a>>>,
}

#[derive(Deserialize)]
struct Knowledge<'a> {
    #[serde(borrow, rename = "製作年度")]
    year: Option<Cow<'a, str>>,
    #[serde(rename = "監督名")]
    director: Option<Cow<'a, str>>,
    #[serde(rename = "キャスト名")]
    cast: Option<Vec<Cow<'a, str>>>,
    #[serde(rename = "あらすじ")]
    story: Option<Vec<Cow<'a, str>>>,
}

#[derive(Deserialize)]
struct Utterance<'a> {
    #[serde(borrow)]
    speaker: Option<Cow<'a, str>>,
    text: Option<Cow<'a, str>>,
    #[serde(default)]
    checked_knowledge: Vec<Checked<'a>>,
}

#[derive(Deserialize)]
struct Checked<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    content: Cow<'a, str>,
}

impl Corpus for Jmrd {
    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jmrd.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[KNOWLEDGE]
    }

    /// The film.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.category.as_deref().unwrap_or(&record.id)
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut Chunks<'_>) -> Result<()> {
        out.block = FILMS;
        push_films(raw, rules, out)?;
        if rules.preset == Preset::Clean {
            out.block = DIALOGUES;
            each_member(raw, out)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut Records<'_>) -> Result<()> {
        each_object(chunk, out, |_, dialogue: Dialogue<'_>, out| {
            if chunk.block == FILMS {
                dialogue.push_film(rules, chunk, out)
            } else {
                dialogue.push_utterances(rules, chunk, out)
            }
        });
        Ok(())
    }
}

/// The members that the archive has; there has to be one.
fn each_member(raw: &Raw, out: &mut Chunks<'_>) -> Result<()> {
    let mut zip = raw.zip(raw.manifest().file(0)?)?;
    let names = zip.names().to_vec();
    let is_there = |member: &str| names.iter().any(|name| name.ends_with(&format!("/{member}")));
    let there: Vec<_> = MEMBERS.into_iter().filter(|(member, _)| is_there(member)).collect();
    let first = MEMBERS.into_iter().take(1);
    for (member, split) in if there.is_empty() { first.collect() } else { there } {
        out.split = split;
        json_array(zip.member(&format!("data/{member}"))?, None, out)?;
    }
    Ok(())
}

/// Pushes one dialogue of each film, in the order of the films' first dialogues: v0 keeps the content of
/// the last one, the clean rules that of the first. The others are marked as repeated.
fn push_films(raw: &Raw, rules: &Rules, out: &mut Chunks<'_>) -> Result<()> {
    let mut films: BTreeMap<String, usize> = BTreeMap::new();
    let (mut kept, mut others): (Vec<(Split, Text)>, Vec<Text>) = (Vec::new(), Vec::new());
    let mut take = |chunk: Chunk| {
        for text in chunk.texts.iter().flat_map(Text::objects) {
            let n_films = films.len();
            let film = title(&text).map(|title| *films.entry(title).or_insert(n_films));
            match film.and_then(|film| kept.get_mut(film)) {
                None => kept.push((chunk.split, text)),
                Some((_, last)) if rules.preset == Preset::V0 => {
                    others.push(std::mem::replace(last, text));
                }
                Some(_) => {}
            }
        }
        Ok(())
    };
    each_member(raw, &mut Chunks::new(&mut take))?;
    for (split, text) in kept {
        out.split = split;
        out.push(vec![text])?;
    }
    // The clean rules read every dialogue afterwards; for v0 the others are rows that give no record.
    match rules.preset {
        Preset::V0 => {
            out.push(others.into_iter().map(|text| Text { repeated: true, ..text }).collect())
        }
        Preset::Clean => Ok(()),
    }
}

/// The title of a dialogue's film; `None` for what is no dialogue, which is skipped where it is converted.
fn title(text: &Text) -> Option<String> {
    let json = std::str::from_utf8(&text.bytes).ok()?;
    let json = json.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    let dialogue: Dialogue<'_> = object(json).ok()?;
    dialogue.movie_title.map(Cow::into_owned)
}

impl Dialogue<'_> {
    fn title(&self) -> Result<&str, Skip> {
        self.movie_title
            .as_deref()
            .filter(|title| !title.is_empty())
            .ok_or(Skip::Bad("no `movie_title`"))
    }

    fn push_film(&self, rules: &Rules, chunk: &Chunk, out: &mut Records<'_>) -> Result<(), Skip> {
        let title = self.title()?;
        let knowledge = self.knowledge.as_ref().ok_or(Skip::Bad("no `knowledge`"))?;
        let year = knowledge.year.as_deref().ok_or(Skip::Bad("no `製作年度`"))?;
        let director = knowledge.director.as_deref().ok_or(Skip::Bad("no `監督名`"))?;
        let cast = knowledge.cast.as_deref().ok_or(Skip::Bad("no `キャスト名`"))?.join("、");
        let story = knowledge.story.as_deref().ok_or(Skip::Bad("no `あらすじ`"))?.concat();
        let (instruction, comma) = match rules.preset {
            Preset::V0 => (format!("{title}について教えてください。"), '，'),
            Preset::Clean => (format!("映画『{title}』について教えてください。"), '、'),
        };
        let output = format!(
            "{title}は{comma}{year}に製作された映画で、監督は{director}です。{cast}らが出演しています。あらすじは以下の通りです。\n【あらすじ】\n{story}"
        );
        let id = format!("film/{title}");
        let film = Some(title);
        push(&id, Task::Description, &instruction, "", &output, Vec::new(), film, chunk, out);
        Ok(())
    }

    /// A record for each utterance of the recommender that answers one of the seeker.
    fn push_utterances(
        &self,
        rules: &Rules,
        chunk: &Chunk,
        out: &mut Records<'_>,
    ) -> Result<(), Skip> {
        let id = self.dialog_id.as_deref().ok_or(Skip::Bad("no `dialog_id`"))?;
        let turns = self.turns()?;
        for (n, turn) in turns.iter().enumerate() {
            let Some((asked, before)) = turns.get(..n).and_then(<[_]>::split_last) else {
                continue;
            };
            if turn.role != Role::Assistant || asked.role != Role::User {
                continue;
            }
            let knowledge =
                if rules.get(&KNOWLEDGE) == "with" { turn.knowledge() } else { String::new() };
            let (instruction, input) = if knowledge.is_empty() {
                (RECOMMEND, Cow::Borrowed(asked.text.as_str()))
            } else {
                (RECOMMEND_WITH, Cow::Owned(format!("{}\n\n【参考情報】\n{knowledge}", asked.text)))
            };
            let history = before
                .iter()
                .map(|turn| Turn { role: turn.role, content: Cow::Borrowed(&turn.text) });
            let id = format!("{id}/{n}");
            push(
                &id,
                Task::Dialogue,
                instruction,
                &input,
                &turn.text,
                history.collect(),
                self.movie_title.as_deref(),
                chunk,
                out,
            );
        }
        Ok(())
    }

    /// The utterances, those of one speaker that follow each other joined.
    fn turns(&self) -> Result<Vec<JoinedTurn<'_>>, Skip> {
        let mut turns: Vec<JoinedTurn<'_>> = Vec::new();
        for utterance in self.dialog.as_deref().ok_or(Skip::Bad("no `dialog`"))? {
            let role = match utterance.speaker.as_deref().ok_or(Skip::Bad("no `speaker`"))? {
                "seeker" => Role::User,
                "recommender" => Role::Assistant,
                _ => return Err(Skip::Bad("`speaker` is neither seeker nor recommender")),
            };
            let text = utterance.text.as_deref().ok_or(Skip::Bad("no `text`"))?.trim();
            if text.is_empty() {
                return Err(Skip::Bad("empty utterance"));
            }
            match turns.last_mut().filter(|last| last.role == role) {
                Some(last) => {
                    last.text.push('\n');
                    last.text.push_str(text);
                    last.checked.extend(&utterance.checked_knowledge);
                }
                None => turns.push(JoinedTurn {
                    role,
                    text: text.to_owned(),
                    checked: utterance.checked_knowledge.iter().collect(),
                }),
            }
        }
        Ok(turns)
    }
}

struct JoinedTurn<'a> {
    role: Role,
    text: String,
    checked: Vec<&'a Checked<'a>>,
}

impl JoinedTurn<'_> {
    /// What the turn was said with, one a line.
    fn knowledge(&self) -> String {
        let used =
            self.checked.iter().filter(|checked| checked.kind != NONE && checked.content != NONE);
        let lines = used.map(|checked| format!("{}：{}", checked.kind, checked.content));
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[expect(clippy::too_many_arguments, reason = "they are the fields of a record that differ")]
fn push(
    id: &str,
    task: Task,
    instruction: &str,
    input: &str,
    output: &str,
    history: Vec<Turn<'_>>,
    film: Option<&str>,
    chunk: &Chunk,
    out: &mut Records<'_>,
) {
    out.push(Record {
        id: Cow::Borrowed(id),
        task,
        source_language: Language::Ja,
        target_language: Language::Ja,
        instruction: Cow::Borrowed(instruction),
        input: Cow::Borrowed(input),
        output: Cow::Borrowed(output),
        history,
        split: chunk.split,
        category: film.map(Cow::Borrowed),
        url: None,
        attribution: Cow::Borrowed(&out.source().attribution),
        source: out.source(),
    });
}
