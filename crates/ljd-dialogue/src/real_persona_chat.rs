//! `RealPersonaChat`: small talk of two people at a time, each of whom described himself in ten sentences.
//!
//! The repository as a zip: `real_persona_chat/dialogues/NNNNN.json`, an indented JSON object a file,
//! `{"dialogue_id", "interlocutors": [2 ids], "utterances": [{"utterance_id", "interlocutor_id", "text",
//! "timestamp"}], "evaluations": [{"interlocutor_id", "satisfaction": 1 to 5, …}]}`; and
//! `real_persona_chat/interlocutors.json`, `{"AA": {"persona": [10 sentences], …}, …}`.
//! (<https://github.com/nu-dialogue/real-persona-chat>; Yamashita et al. 2023, "`RealPersonaChat`: A Realistic Persona
//! Chat Corpus with Interlocutors' Own Personalities")
//!
//! A record is a whole dialogue in which the one who answers is the model; the `category` of a record names both. The
//! files' names are the ids, since two files have another dialogue's number. Six dialogues stand there twice. Scores
//! of personality, age, sex and dwelling of the speakers are not read: the publisher asks not to infer such things.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use ljd_core::read::{object, whole};
use ljd_core::{
    Chunk, ChunkSink, Corpus, Error, Raw, Record, RecordSink, Result, Role, RuleOption, Rules,
    Skip, Task, Template, Text, Turn, Zip, stable_hash,
};
use serde::Deserialize;

/// Small talk of people who described themselves.
#[derive(Debug, Clone, Copy)]
pub struct RealPersonaChat;

const FLOOR: RuleOption = RuleOption {
    name: "real_persona_chat_floor",
    values: &["3", "1", "2", "4", "5"],
    preset: None,
    meaning: "a dialogue is left out where one of its two speakers was less satisfied with it, of 1 to 5",
};

/// The kind of the first text in a chunk: what the speakers say of themselves. The others are dialogues.
const SPEAKERS: usize = 1;

/// A chunk is so many times as large as others, since what the speakers say of themselves stands in each.
const LARGER: usize = 8;

/// Stands for whatever personal the publisher masked, but for names.
const MASK: &str = "＊＊";

/// What speakers say of themselves, by their ids.
type Personas<'a> = BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>;

#[derive(Deserialize)]
struct Speaker {
    persona: Vec<String>,
}

#[derive(Deserialize)]
struct Dialogue<'a> {
    #[serde(borrow)]
    interlocutors: Option<Vec<Cow<'a, str>>>,
    utterances: Option<Vec<Utterance<'a>>>,
    #[serde(default)]
    evaluations: Vec<Evaluation>,
}

#[derive(Deserialize)]
struct Utterance<'a> {
    utterance_id: u32,
    #[serde(borrow)]
    interlocutor_id: Cow<'a, str>,
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Evaluation {
    satisfaction: u8,
}

impl Corpus for RealPersonaChat {
    fn name(&self) -> &'static str {
        "real-persona-chat"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/real-persona-chat.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn options(&self) -> &'static [RuleOption] {
        &[FLOOR]
    }

    /// Both speakers: they talk up to forty times.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.category.as_deref().unwrap_or(&record.id)
    }

    /// Each speaker.
    fn parties<'r>(&self, record: &'r Record<'_>) -> Vec<&'r str> {
        self.group(record).split('/').collect()
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let mut zip = raw.zip(raw.manifest().file(0)?)?;
        let speakers = speakers(&mut zip)?;
        let mut names: Vec<String> =
            zip.names().iter().filter(|name| is_dialogue(name)).cloned().collect();
        names.sort();
        let mut seen = BTreeSet::new();
        let (mut texts, mut n_bytes) = (vec![speakers.clone()], 0);
        for name in names {
            let mut text = whole(zip.member(&name)?)?;
            text.repeated = said(&text).is_some_and(|said| !seen.insert(stable_hash(&said)));
            n_bytes += text.bytes.len();
            texts.push(text);
            if out.target.saturating_mul(LARGER) <= n_bytes {
                out.push(std::mem::replace(&mut texts, vec![speakers.clone()]))?;
                n_bytes = 0;
            }
        }
        out.push(texts)
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let mut personas = Personas::new();
        for text in &chunk.texts {
            if text.part == SPEAKERS {
                let read = serde_json::from_slice(&text.bytes);
                personas = read.map_err(|error| Error::json(&*text.file, error))?;
                continue;
            }
            let done = push(text, &personas, rules, chunk, out);
            out.row(done, || text.location(1));
        }
        Ok(())
    }
}

fn is_dialogue(name: &str) -> bool {
    let is_json = std::path::Path::new(name).extension().is_some_and(|ending| ending == "json");
    is_json && name.contains("real_persona_chat/dialogues/")
}

/// What the speakers say of themselves, and nothing else that is known of them.
fn speakers(zip: &mut Zip) -> Result<Text> {
    let text = whole(zip.member("real_persona_chat/interlocutors.json")?)?;
    let at_file = |error| Error::json(&*text.file, error);
    let speakers: BTreeMap<String, Speaker> =
        serde_json::from_slice(&text.bytes).map_err(at_file)?;
    let personas: BTreeMap<_, _> =
        speakers.into_iter().map(|(id, speaker)| (id, speaker.persona)).collect();
    let bytes = serde_json::to_vec(&personas).map_err(at_file)?;
    Ok(Text { bytes, ..text.of_part(SPEAKERS) })
}

/// All that is said in a dialogue; `None` for what is no dialogue, which is skipped where it is converted.
fn said(text: &Text) -> Option<String> {
    let dialogue: Dialogue<'_> = object(std::str::from_utf8(&text.bytes).ok()?).ok()?;
    let texts = dialogue.utterances?.into_iter().map(|utterance| utterance.text);
    Some(texts.collect::<Vec<_>>().join("\n"))
}

fn push(
    text: &Text,
    personas: &Personas<'_>,
    rules: &Rules,
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
) -> Result<(), Skip> {
    let dialogue: Dialogue<'_> = object(text.row(&text.bytes)?)?;
    let speakers = dialogue.interlocutors.as_deref().ok_or(Skip::Bad("no `interlocutors`"))?;
    let [first, second] = speakers else { return Err(Skip::Bad("not two `interlocutors`")) };
    let floor = rules.get(&FLOOR).parse().unwrap_or(u8::MIN);
    if dialogue.evaluations.iter().any(|evaluation| evaluation.satisfaction < floor) {
        return Err(Skip::LeftOut("a speaker was not satisfied with it"));
    }
    let persona = personas.get(second).ok_or(Skip::Bad("a speaker without `persona`"))?;
    let utterances = dialogue.utterances.ok_or(Skip::Bad("no `utterances`"))?;
    let names = Names::of(first, second);
    let mut turns = turns(utterances, [first, second], &names)?;
    let answer = turns.pop().ok_or(Skip::LeftOut("too little is left of it"))?;
    let asked = turns.pop().ok_or(Skip::LeftOut("too little is left of it"))?;
    out.push(Record {
        instruction: SYSTEM
            .fill([("persona", persona.join("\n").into()), ("unit", "dialogue".into())]),
        input: asked.content,
        output: answer.content,
        history: turns,
        split: chunk.split,
        category: Some(Cow::Owned([first, "/", second].concat())),
        ..Record::new(out.source(), stem(&text.file), Task::Dialogue)
    });
    Ok(())
}

/// What the model is told; what it is like stands behind it.
const SYSTEM: Template<'static> = Template::new(
    "persona",
    "あなたは次のような人として、相手と自然に雑談してください。\n\n【プロフィール】\n{persona}",
);

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".json").unwrap_or(name)
}

/// The turns, from one of the first speaker to one of the second.
fn turns<'a>(
    mut utterances: Vec<Utterance<'a>>,
    [first, second]: [&Cow<'_, str>; 2],
    names: &Names<'_>,
) -> Result<Vec<Turn<'a>>, Skip> {
    // Timestamps run backwards at times.
    utterances.sort_by_key(|utterance| utterance.utterance_id);
    let texts: Vec<Option<Cow<'a, str>>> = utterances
        .iter_mut()
        .map(|utterance| names.fill(std::mem::take(&mut utterance.text)))
        .collect();
    let is_masked = |n: usize| texts.get(n).is_some_and(Option::is_none);
    let mut turns: Vec<Turn<'a>> = Vec::new();
    for (n, (text, utterance)) in texts.iter().zip(&utterances).enumerate() {
        let role = match &utterance.interlocutor_id {
            id if id == first => Role::User,
            id if id == second => Role::Assistant,
            _ => return Err(Skip::Bad("an utterance of a third speaker")),
        };
        let is_beside = is_masked(n + 1) || n.checked_sub(1).is_some_and(is_masked);
        let Some(text) = text.as_ref().filter(|_| !is_beside) else { continue };
        if text.trim().is_empty() {
            return Err(Skip::Bad("empty utterance"));
        }
        match turns.last_mut() {
            Some(last) if last.role == role => {
                let content = last.content.to_mut();
                content.push('\n');
                content.push_str(text);
            }
            None if role == Role::Assistant => {}
            _ => turns.push(Turn { role, content: text.clone() }),
        }
    }
    if turns.last().is_some_and(|last| last.role == Role::User) {
        turns.pop();
    }
    Ok(turns)
}

/// The invented names of two speakers, which stand for their masked ones.
struct Names<'a>([(&'a str, &'static str); 2]);

impl<'a> Names<'a> {
    fn of(first: &'a str, second: &'a str) -> Self {
        let name = |n: usize| SURNAMES.get(n % SURNAMES.len()).copied().unwrap_or_default();
        let place =
            |id| usize::try_from(stable_hash(id) % SURNAMES.len() as u64).unwrap_or_default();
        let (one, mut other) = (place(first), place(second));
        other += usize::from(one == other);
        Self([(first, name(one)), (second, name(other))])
    }

    /// A text with names for masks; `None` where something is masked that is no name, or where the text is about the
    /// name as a word.
    fn fill<'t>(&self, text: Cow<'t, str>) -> Option<Cow<'t, str>> {
        if text.contains(MASK) {
            return None;
        }
        if !text.contains('<') {
            return Some(text);
        }
        let mut filled = text.into_owned();
        for (id, name) in &self.0 {
            let mask = format!("<{id}>");
            let is_address = |behind: &str| ADDRESSES.iter().any(|one| behind.starts_with(one));
            if filled.split(&mask).skip(1).any(|behind| !is_address(behind)) {
                return None;
            }
            filled = filled.replace(&mask, name);
        }
        Some(Cow::Owned(filled))
    }
}

/// What follows a name by which somebody is spoken to, or which he gives as his.
const ADDRESSES: [&str; 10] =
    ["さん", "様", "です", "と申", "、と申", "といい", "と言い", "とお呼び", "、よろしく", "くん"];

/// Common family names, none of anybody in the corpus.
const SURNAMES: [&str; 40] = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "清水",
    "山崎",
    "森",
    "池田",
    "橋本",
    "阿部",
    "石川",
    "山下",
    "中島",
    "石井",
    "小川",
    "前田",
    "岡田",
    "長谷川",
    "藤田",
    "後藤",
    "近藤",
    "村上",
    "遠藤",
    "青木",
    "坂本",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said(who: &str, text: &str, n: u32) -> Utterance<'static> {
        Utterance {
            utterance_id: n,
            interlocutor_id: Cow::Owned(who.to_owned()),
            text: Cow::Owned(text.to_owned()),
        }
    }

    fn turns_of(texts: &[&str]) -> Vec<String> {
        let speakers = [Cow::Borrowed("AA"), Cow::Borrowed("AB")];
        let utterances = (0..).zip(texts);
        let utterances = utterances.map(|(n, text)| said(&speakers[n as usize % 2], text, n));
        let [first, second] = &speakers;
        let names = Names::of(first, second);
        let turns = turns(utterances.collect(), [first, second], &names).unwrap();
        turns.into_iter().map(|turn| turn.content.into_owned()).collect()
    }

    #[test]
    fn what_is_masked_goes_with_its_neighbours() {
        assert_eq!(
            turns_of(&["雨。", "晴れ。", "橋。", "川。"]),
            ["雨。", "晴れ。", "橋。", "川。"]
        );
        let masked = ["雨。", "晴れ。", "橋。", "＊＊。", "川。", "月。", "花。", "鳥。"];
        assert_eq!(turns_of(&masked), ["雨。", "晴れ。\n月。", "花。", "鳥。"]);
        assert_eq!(turns_of(&["＊＊", "晴れ。", "橋。", "川。"]), ["橋。", "川。"]);
        assert_eq!(turns_of(&["＊雨＊", "晴れ。"]), ["＊雨＊", "晴れ。"]);
        assert!(turns_of(&["雨。", "＊＊。", "川。"]).is_empty());
    }

    #[test]
    fn a_name_is_an_invented_one_where_it_is_one() {
        let names = Names::of("AA", "AB");
        let [(_, first), (_, second)] = names.0;
        assert_ne!(first, second);
        let fill = |text: &str| names.fill(Cow::Owned(text.to_owned())).map(Cow::into_owned);
        assert_eq!(fill("<AB>さんは？"), Some(format!("{second}さんは？")));
        assert_eq!(fill("<AA>と申します。"), Some(format!("{first}と申します。")));
        assert_eq!(fill("春なので<AA>にしました"), None);
        assert_eq!(fill("1 < 2"), Some("1 < 2".to_owned()));
    }

    #[test]
    fn two_speakers_never_have_one_name() {
        let ids = || ('A'..='Z').flat_map(|a| ('A'..='Z').map(move |b| format!("{a}{b}")));
        for (one, other) in ids().zip(ids().skip(1)).chain(ids().zip(ids().skip(41))) {
            let Names([(_, first), (_, second)]) = Names::of(&one, &other);
            assert_ne!(first, second, "{one} {other}");
        }
    }
}
