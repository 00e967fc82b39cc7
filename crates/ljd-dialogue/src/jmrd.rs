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
    Chunk, ChunkSink, Corpus, Instruction, Location, Preset, Raw, Record, RecordSink, Result, Role,
    RuleOption, Rules, Skip, Split, Task, Template, Text, Turn, stable_hash,
};
use serde::Deserialize;

/// Films recommended in conversation.
#[derive(Debug, Clone, Copy)]
pub struct Jmrd;

const MEMBERS: [&str; 3] = ["train.json", "valid.json", "test.json"];

const KNOWLEDGE: RuleOption = RuleOption {
    name: "jmrd_knowledge",
    values: &["with", "without"],
    preset: Some(Preset::Clean),
    meaning: "`without` leaves the knowledge that an utterance uses out of its input",
};

const UNIT: RuleOption = RuleOption {
    name: "jmrd_unit",
    values: &["dialogue", "utterance"],
    preset: Some(Preset::Clean),
    meaning: "what makes a record: a whole dialogue, or each utterance of the recommender with the turns before it",
};

const DESCRIBE: Template<'static> =
    Template::new("film", "映画『{title}』について教えてください。");
const RECOMMEND: Template<'static> =
    Template::new("dialogue", "あなたは映画を勧める案内役です。相手の発言に答えてください。");
const RECOMMEND_WITH: Template<'static> = Template::new(
    "dialogue-knowledge",
    "あなたは映画を勧める案内役です。参考情報を使って相手の発言に答えてください。",
);

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
    fn name(&self) -> &'static str {
        "jmrd"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/jmrd.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[KNOWLEDGE, UNIT]
    }

    /// The film.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.category.as_deref().unwrap_or(&record.id)
    }

    fn chunks(&self, raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        out.block = FILMS;
        push_films(raw, rules, out)?;
        if rules.preset == Preset::Clean {
            out.block = DIALOGUES;
            each_member(raw, out)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        each_object(chunk, out, |_, dialogue: Dialogue<'_>, out| {
            if chunk.block == FILMS {
                dialogue.push_film(rules, chunk, out)
            } else {
                dialogue.push_turns(rules, chunk, out)
            }
        });
        Ok(())
    }
}

/// The members that the archive has; there has to be one.
fn each_member(raw: &Raw, out: &mut ChunkSink<'_>) -> Result<()> {
    let file = raw.manifest().file(0)?;
    let mut zip = raw.zip(file)?;
    let names = zip.names().to_vec();
    let is_there = |member: &str| names.iter().any(|name| name.ends_with(&format!("/{member}")));
    let there: Vec<_> = MEMBERS.into_iter().filter(|member| is_there(member)).collect();
    let first = MEMBERS.into_iter().take(1);
    for member in if there.is_empty() { first.collect() } else { there } {
        out.split = file.split_of(member)?;
        json_array(zip.member(&format!("data/{member}"))?, None, out)?;
    }
    Ok(())
}

/// Pushes one dialogue of each film, in the order of the films' first dialogues: v0 keeps the content of
/// the last one, the clean rules that of the first. The others are marked as repeated.
fn push_films(raw: &Raw, rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
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
    each_member(raw, &mut ChunkSink::new(&mut take))?;
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

    fn push_film(
        &self,
        rules: &Rules,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let title = self.title()?;
        let knowledge = self.knowledge.as_ref().ok_or(Skip::Bad("no `knowledge`"))?;
        let year = knowledge.year.as_deref().ok_or(Skip::Bad("no `製作年度`"))?;
        let director = knowledge.director.as_deref().ok_or(Skip::Bad("no `監督名`"))?;
        let cast = knowledge.cast.as_deref().ok_or(Skip::Bad("no `キャスト名`"))?;
        let story = knowledge.story.as_deref().ok_or(Skip::Bad("no `あらすじ`"))?.concat();
        let (instruction, output) = match rules.preset {
            Preset::V0 => (
                format!("{title}について教えてください。").into(),
                format!(
                    "{title}は，{year}に製作された映画で、監督は{director}です。{}らが出演しています。あらすじは以下の通りです。\n【あらすじ】\n{story}",
                    cast.join("、")
                ),
            ),
            Preset::Clean => {
                // 映画『映画…』 says it twice.
                let asked = half_width(title.strip_prefix("映画").unwrap_or(title));
                let summary = half_width(&summary(title, year, director));
                let output = half_width(&described(&summary, cast, &story));
                let slots = [
                    ("title", asked),
                    ("director", half_width(director)),
                    ("summary", summary),
                    ("story", half_width(&story)),
                ];
                let slots = slots.map(|(name, text)| (name, Cow::Owned(text)));
                (DESCRIBE.fill(slots), output)
            }
        };
        let id = format!("film/{title}");
        let film = Some(title);
        push(&id, Task::Description, instruction, "", &output, Vec::new(), film, chunk, out);
        Ok(())
    }

    /// A record of the whole dialogue, or of each utterance of the recommender that answers one of the seeker.
    fn push_turns(
        &self,
        rules: &Rules,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let id = self.dialog_id.as_deref().ok_or(Skip::Bad("no `dialog_id`"))?;
        let turns = self.turns()?;
        if rules.get(&UNIT) == "dialogue" {
            if turns.iter().any(|turn| has_slip(&turn.text)) {
                return Err(Skip::LeftOut("a slip of the keyboard"));
            }
            // What the seeker says last has no answer.
            let last = turns.iter().rposition(|turn| turn.role == Role::Assistant);
            let turns = turns.get(..=last.unwrap_or(0)).unwrap_or_default();
            return self.push_answer(id, turns, turns, rules, chunk, out);
        }
        for n in 1..turns.len() {
            let (Some(until), Some(answer)) = (turns.get(..=n), turns.get(n..=n)) else { continue };
            let id = format!("{id}/{n}");
            match self.push_answer(&id, until, answer, rules, chunk, out) {
                Err(Skip::NoRow) | Ok(()) => {}
                Err(skip) => out.skip_part(skip, || {
                    chunk
                        .texts
                        .first()
                        .map_or_else(|| Location::file(""), |text| text.location(text.first_line))
                }),
            }
        }
        Ok(())
    }

    /// A record that ends with the last of the turns. `taught` are those that it teaches.
    fn push_answer(
        &self,
        id: &str,
        turns: &[JoinedTurn<'_>],
        taught: &[JoinedTurn<'_>],
        rules: &Rules,
        chunk: &Chunk,
        out: &mut RecordSink<'_>,
    ) -> Result<(), Skip> {
        let (answer, before) = turns.split_last().ok_or(Skip::NoRow)?;
        let (asked, before) = before.split_last().ok_or(Skip::NoRow)?;
        if answer.role != Role::Assistant || asked.role != Role::User {
            return Err(Skip::NoRow);
        }
        if taught.iter().any(|turn| has_slip(&turn.text)) {
            return Err(Skip::LeftOut("a slip of the keyboard"));
        }
        if mostly_repeats(taught) && stable_hash(id) % 100 >= REPEATING_KEPT {
            return Err(Skip::LeftOut("the knowledge word for word"));
        }
        let with_knowledge = rules.get(&KNOWLEDGE) == "with";
        let taught_from = turns.len() - taught.len();
        // What an answer uses stands in the turn before it, which trainers do not learn.
        let content = |n: usize, turn: &JoinedTurn<'_>| {
            let used = turns.get(n + 1).filter(|_| with_knowledge && taught_from <= n + 1);
            let used = used.filter(|answer| answer.role == Role::Assistant);
            match used.map(JoinedTurn::knowledge).filter(|used| !used.is_empty()) {
                Some(used) => format!("{}\n\n{REFERENCE}\n{used}", turn.text),
                None => turn.text.clone(),
            }
        };
        let input = content(before.len(), asked);
        let history: Vec<Turn<'_>> = (0..)
            .zip(before)
            .map(|(n, turn)| Turn { role: turn.role, content: Cow::Owned(content(n, turn)) })
            .collect();
        let has_knowledge = history.iter().any(|turn| turn.content.contains(REFERENCE))
            || input.contains(REFERENCE);
        let asked = if has_knowledge { RECOMMEND_WITH } else { RECOMMEND };
        let unit = if taught.len() == 1 { "utterance" } else { "dialogue" };
        let asked = asked.fill([("unit", unit.into())]);
        let film = self.movie_title.as_deref();
        push(id, Task::Dialogue, asked, &input, &answer.text, history, film, chunk, out);
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
            let text = half_width(utterance.text.as_deref().ok_or(Skip::Bad("no `text`"))?.trim());
            if text.is_empty() {
                return Err(Skip::Bad("empty utterance"));
            }
            match turns.last_mut().filter(|last| last.role == role) {
                Some(last) => {
                    last.text.push('\n');
                    last.text.push_str(&text);
                    last.checked.extend(&utterance.checked_knowledge);
                }
                None => turns.push(JoinedTurn {
                    role,
                    text,
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
        let lines =
            used.map(|checked| half_width(&format!("{}：{}", checked.kind, checked.content)));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Whether the turn says a piece of its knowledge and nothing else.
    fn repeats(&self) -> bool {
        let plain = |text: &str| half_width(text.trim_end_matches('。'));
        let used = self.checked.iter().filter(|checked| checked.content != NONE);
        used.map(|checked| plain(&checked.content)).any(|content| content == plain(&self.text))
    }
}

/// What marks the knowledge in a turn.
const REFERENCE: &str = "【参考情報】";

/// Of answers that repeat their knowledge word for word, so many of a hundred are kept: they teach to copy.
const REPEATING_KEPT: u64 = 25;

/// Whether more than half of the turns that use knowledge say it word for word.
fn mostly_repeats(turns: &[JoinedTurn<'_>]) -> bool {
    let answers = || turns.iter().filter(|turn| turn.role == Role::Assistant);
    let n_repeating = answers().filter(|turn| turn.repeats()).count();
    let n_using = answers().filter(|turn| !turn.knowledge().is_empty()).count();
    n_using < 2 * n_repeating
}

/// A sound mark without its letter (す゜ひ), or letters that were meant as kana (ａｒａｓｕｚｉｈａ).
fn has_slip(text: &str) -> bool {
    let is_letters =
        |word: &str| 5 <= word.len() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    text.contains(['゛', '゜']) || is_letters(text.trim_end_matches(['。', '？', '?']))
}

/// When a film was made and by whom, in one sentence.
fn summary(title: &str, year: &str, director: &str) -> String {
    let made = if year.contains('月') { "公開" } else { "製作" };
    format!("『{title}』は、{year}に{made}された映画で、監督は{director}です。")
}

/// What is said of a film. The corpus names at most two actors of each.
fn described(summary: &str, cast: &[Cow<'_, str>], story: &str) -> String {
    let cast = cast.join("と");
    format!("{summary}{cast}が出演しています。あらすじは以下の通りです。\n【あらすじ】\n{story}")
}

/// Digits and letters as they are written in running text: ２０１８年 as 2018年.
fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        _ => c,
    };
    text.chars().map(narrow).collect()
}

#[expect(clippy::too_many_arguments, reason = "they are the fields of a record that differ")]
fn push(
    id: &str,
    task: Task,
    instruction: Instruction<'_>,
    input: &str,
    output: &str,
    history: Vec<Turn<'_>>,
    film: Option<&str>,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) {
    out.push(Record {
        instruction,
        input: Cow::Borrowed(input),
        output: Cow::Borrowed(output),
        history,
        split: chunk.split,
        category: film.map(Cow::Borrowed),
        ..Record::new(out.source(), id, task)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn<'a>(role: Role, text: &str, checked: Vec<&'a Checked<'a>>) -> JoinedTurn<'a> {
        JoinedTurn { role, text: text.to_owned(), checked }
    }

    fn knowledge(content: &str) -> Checked<'_> {
        Checked { kind: "レビュー".into(), content: content.into() }
    }

    #[test]
    fn half_of_the_turns_may_repeat_their_knowledge() {
        let (rain, bridge) = (knowledge("雨がきれいです。"), knowledge("橋が見ものです。"));
        let repeating = || turn(Role::Assistant, "雨がきれいです", vec![&rain]);
        let own = || turn(Role::Assistant, "橋も見てください。", vec![&bridge]);
        assert!(mostly_repeats(&[repeating()]));
        assert!(!mostly_repeats(&[repeating(), own()]));
        assert!(mostly_repeats(&[repeating(), repeating(), own()]));
        assert!(!mostly_repeats(&[own()]) && !mostly_repeats(&[turn(Role::User, "雨", vec![])]));
    }

    #[test]
    fn slips_of_the_keyboard_are_found() {
        assert!(has_slip("す゜ひ") && has_slip("arasuziha") && has_slip("nannde？"));
        assert!(!has_slip("ぜひ見てください") && !has_slip("hulu") && !has_slip("MARVELです"));
    }

    #[test]
    fn films_are_described_as_people_write() {
        let cast = ["雨野花".into(), "橋本月".into()];
        let by = |year: &str| half_width(&summary("雨の橋", year, "乙野"));
        assert_eq!(by("２００１年"), "『雨の橋』は、2001年に製作された映画で、監督は乙野です。");
        assert_eq!(
            described(&by("２００１年１１月２日"), &cast, "雨。"),
            "『雨の橋』は、2001年11月2日に公開された映画で、監督は乙野です。雨野花と橋本月が出演しています。あらすじは以下の通りです。\n【あらすじ】\n雨。"
        );
        assert_eq!(half_width("ＳＦ・ａｚ９、カナ"), "SF・az9、カナ");
    }
}
