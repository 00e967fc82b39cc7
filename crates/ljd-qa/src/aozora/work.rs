//! A work of Aozora Bunko: who wrote it, and how it begins.

use ljd_core::Skip;

use super::notation::{GETA, Ruby, plain};

/// What stands above a work.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) translator: Option<String>,
}

impl Header {
    /// The lines above the first blank one, as plain text.
    pub(super) fn lines(text: &str) -> Vec<String> {
        let lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
        let lines = lines.take_while(|line| !line.is_empty() && !is_ruler(line));
        lines.map(|line| plain(line, Ruby::Left).trim().to_owned()).take(MOST_LINES).collect()
    }

    /// Tells title, subtitles, author and translator apart. `person` is whose folder the work is in.
    ///
    /// # Errors
    ///
    /// Where there is no title or no author.
    pub(super) fn parse(text: &str, person: &str) -> Result<Self, Skip> {
        let lines = Self::lines(text);
        let Some((title, below)) = lines.split_first().filter(|(title, _)| !title.is_empty())
        else {
            return Err(Skip::Bad("no title"));
        };
        let mut translator = None;
        let mut authors: Vec<&str> = Vec::new();
        for line in below {
            match role(line) {
                Role::Translator(name) => translator = Some(name.to_owned()),
                Role::Other => {}
                Role::Author(name) => authors.push(name),
            }
        }
        // Subtitles and original titles stand between title and author, so the author is the last line,
        // unless the folder's person is named above it.
        let is_person =
            |name: &&&str| !person.is_empty() && without_spaces(name) == without_spaces(person);
        let author = authors.iter().find(is_person).or(authors.last());
        let author = author.filter(|name| !name.is_empty()).ok_or(Skip::Bad("no author"))?;
        Ok(Self { title: title.clone(), author: (*author).to_owned(), translator })
    }
}

/// No header is longer.
const MOST_LINES: usize = 8;

/// What a line below the title says.
enum Role<'a> {
    Author(&'a str),
    Translator(&'a str),
    /// An editor, or the original title in its own script.
    Other,
}

fn role(line: &str) -> Role<'_> {
    for ending in ["共訳", "翻訳", "訳註", "訳注", "訳", "譯"] {
        if let Some(name) = line.strip_suffix(ending) {
            return Role::Translator(name.trim());
        }
    }
    if let Some(name) = line.strip_prefix("訳者").or(line.strip_prefix("翻訳者")) {
        return Role::Translator(name.trim_start_matches(['　', ' ', '：']));
    }
    if ["編", "校訂", "校注", "編纂", "編輯", "画", "絵", "挿画"]
        .iter()
        .any(|ending| line.ends_with(ending))
    {
        return Role::Other;
    }
    if line.chars().all(|c| c.is_ascii() || is_latin(c)) {
        return Role::Other;
    }
    // A foreign author's name is given in its own script too: グリム　Grimm.
    let line = line.trim_end_matches(|c: char| c.is_ascii() || is_latin(c)).trim();
    let name = ["作", "著", "原作", "述"].iter().find_map(|ending| line.strip_suffix(ending));
    Role::Author(name.filter(|name| 1 < name.chars().count()).unwrap_or(line).trim())
}

fn is_latin(c: char) -> bool {
    ('\u{c0}'..='\u{24f}').contains(&c) || ('\u{2010}'..='\u{201f}').contains(&c)
}

fn without_spaces(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A line of hyphens.
fn is_ruler(line: &str) -> bool {
    line.starts_with("----------------------------------------------")
}

/// The first sentences of a work.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) text: String,
}

/// An opening ends with the last sentence within so many characters, or with the first one within twice as
/// many where none ends before.
const LENGTH: usize = 150;
/// Less says too little to be known by.
const SHORTEST: usize = 10;

impl Opening {
    /// The opening of the body.
    ///
    /// # Errors
    ///
    /// Where no sentence ends near the beginning, or a character of it is unknown.
    pub(super) fn find(text: &str, ruby: Ruby) -> Result<Self, Skip> {
        let (mut opening, mut n_characters, mut depth) = (String::new(), 0, 0);
        // Where the opening may end: bytes and characters.
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for line in prose(text) {
            let line = plain(line, ruby);
            // Verse and lists keep their lines; a sentence that ends goes on in the next paragraph.
            if depth == 0
                && opening.ends_with(|c| !"。！？」』）".contains(c))
                && !line.trim().is_empty()
            {
                opening.push('\n');
            }
            for c in line.trim().chars() {
                opening.push(c);
                n_characters += 1;
                match c {
                    '「' | '『' | '（' | '〈' | '(' => depth += 1,
                    '」' | '』' | '）' | '〉' | ')' => depth -= 1,
                    '。' | '！' | '？' if depth == 0 => ends.push((opening.len(), n_characters)),
                    _ => {}
                }
            }
            if depth == 0 && !opening.is_empty() {
                ends.push((opening.len(), n_characters));
            }
            if 2 * LENGTH < n_characters {
                break;
            }
        }
        let in_reach = |least: usize, most: usize| {
            let ends = ends.iter().filter(move |(_, n)| least <= *n && *n <= most);
            ends.map(|(end, _)| *end)
        };
        let last = in_reach(SHORTEST, LENGTH).max();
        let end = last.or_else(|| in_reach(LENGTH, 2 * LENGTH).min());
        let end = end.ok_or(Skip::LeftOut("no sentence ends near the beginning"))?;
        opening.truncate(end);
        if opening.contains(GETA) {
            return Err(Skip::LeftOut("a character of the opening is unknown"));
        }
        Ok(Self { text: opening })
    }
}

/// The lines of the body up to the colophon, without headings.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut block_open = false;
    body(text).take_while(|line| !line.starts_with("底本")).filter(move |line| {
        if line.contains("［＃ここから") && line.contains("見出し］") {
            block_open = true;
        }
        let is_heading = block_open || line.contains("見出し］") || is_number_of_chapter(line);
        if line.contains("［＃ここで") && line.contains("見出し終わり］") {
            block_open = false;
        }
        !is_heading
    })
}

/// What follows the legend, or the header where there is none.
fn body(text: &str) -> Box<dyn Iterator<Item = &str> + '_> {
    let n_rulers = text.lines().take(LEGEND_LINES).filter(|line| is_ruler(line)).count();
    if 2 <= n_rulers {
        let mut n_seen = 0;
        return Box::new(text.lines().skip_while(move |line| {
            n_seen += usize::from(is_ruler(line));
            n_seen < 2 || is_ruler(line)
        }));
    }
    let from_title = text.lines().skip_while(|line| line.trim().is_empty());
    Box::new(from_title.skip_while(|line| !line.trim().is_empty()))
}

/// No legend ends further below.
const LEGEND_LINES: usize = 100;

/// A chapter's number that no note calls a heading: 一, （二）, 第三章.
fn is_number_of_chapter(line: &str) -> bool {
    let line = line.trim();
    let digits = "一二三四五六七八九十百〇０１２３４５６７８９0123456789";
    let around = "（）()第章節回編篇部その";
    line.contains(|c| digits.contains(c))
        && line.chars().all(|c| digits.contains(c) || around.contains(c))
}

/// A work as v0 read it.
pub(super) struct V0Work {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) opening: String,
}

/// v0's rules: the first two lines are title and author; the text is what follows the second ruler, without
/// spaces, blank lines and lines that begin with a note, cut after 100 characters.
pub(super) fn v0_work(text: &str) -> V0Work {
    let without_spaces = |line: &str| line.replace([' ', '　'], "");
    let mut lines = text.lines();
    let title = without_spaces(lines.next().unwrap_or_default());
    let author = without_spaces(lines.next().unwrap_or_default());
    let (mut opening, mut n_rulers, mut n_characters) = (String::new(), 0, 0);
    for line in text.lines() {
        let line = without_spaces(line);
        if is_ruler(&line) {
            n_rulers += 1;
        } else if 2 <= n_rulers && !line.starts_with("［＃") {
            n_characters += line.chars().count();
            opening.push_str(&line);
        }
        if V0_LENGTH <= n_characters {
            break;
        }
    }
    V0Work { title, author, opening: opening.chars().take(V0_LENGTH).collect() }
}

const V0_LENGTH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str, person: &str) -> Header {
        Header::parse(text, person).unwrap()
    }

    #[test]
    fn headers_are_taken_for_what_they_say() {
        let simple = header("科学者と芸術家\r\n寺田寅彦\r\n\r\n本文", "");
        assert_eq!((simple.title.as_str(), simple.author.as_str()), ("科学者と芸術家", "寺田寅彦"));
        let translated =
            header("白銀の失踪\nSILVER BLAZE\nコナンドイル\n三上於菟吉訳\n\n", "三上於菟吉");
        assert_eq!(translated.author, "コナンドイル");
        assert_eq!(translated.translator.as_deref(), Some("三上於菟吉"));
        let series = header("半七捕物帳\nかむろ蛇\n岡本綺堂\n\n", "岡本綺堂");
        assert_eq!(series.author, "岡本綺堂");
        let person_first = header("全集の序\n芥川龍之介\n大正十五年の冬\n\n", "芥川竜之介");
        assert_eq!(person_first.author, "大正十五年の冬", "no line is the person: the last one");
        assert_eq!(
            header("全集の序\n芥川 龍之介\n一つの話\n\n", "芥川龍之介").author,
            "芥川 龍之介"
        );
        assert_eq!(
            header("蛙の王さま\nグリム兄弟　Bruder Grimm\n矢崎源九郎訳\n\n", "").author,
            "グリム兄弟"
        );
        assert_eq!(Header::parse("題だけ\n\n本文", ""), Err(Skip::Bad("no author")));
        assert_eq!(Header::parse("", ""), Err(Skip::Bad("no title")));
    }

    #[test]
    fn an_opening_ends_with_a_sentence() {
        let find = |body: &str| {
            Opening::find(&format!("題\n作者\n\n{body}"), Ruby::Left).map(|opening| opening.text)
        };
        assert_eq!(
            find("　山道を登りながら、こう考えた。\n底本：「草枕」").unwrap(),
            "山道を登りながら、こう考えた。"
        );
        let long = format!("　{}。次の文は{}。", "あ".repeat(100), "い".repeat(100));
        assert_eq!(find(&long).unwrap(), format!("{}。", "あ".repeat(100)));
        let quoted = format!("「静かに。もうすぐだ。」と{}言った。", "う".repeat(10));
        assert_eq!(find(&quoted).unwrap(), quoted);
        assert_eq!(
            find("一［＃「一」は中見出し］\n　（二）\n　本文の始まりはここである。").unwrap(),
            "本文の始まりはここである。"
        );
        assert_eq!(
            find("雨が降ってくる\n　傘がひとつ開く\n").unwrap(),
            "雨が降ってくる\n傘がひとつ開く"
        );
        assert!(find(&"え".repeat(400)).is_err());
        assert!(find("※［＃「無い字」］から始まる物語である。").is_err());
    }

    #[test]
    fn v0_cuts_after_a_hundred_characters() {
        let ruler = "-".repeat(55);
        let text = format!(
            "題 名\r\n副　題\r\n\r\n{ruler}\r\n記号\r\n{ruler}\r\n［＃改頁］\r\n　{}《る》\r\n",
            "あ".repeat(99)
        );
        let work = v0_work(&text);
        assert_eq!((work.title.as_str(), work.author.as_str()), ("題名", "副題"));
        assert_eq!(work.opening, format!("{}《", "あ".repeat(99)));
        assert_eq!(v0_work("題\n作者\n本文").opening, "");
    }
}
