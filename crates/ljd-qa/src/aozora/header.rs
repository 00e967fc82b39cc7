//! What stands above a work: title, subtitle, author, translator.
//!
//! Nothing marks which line is which. The title comes first, people come last, and what stands between is a
//! subtitle or the original title. Whose folder the work is in tells the author apart from the rest.

use ljd_core::Skip;

use super::notation::{Ruby, plain};
use super::text::{is_ruler, lines};

/// What stands above a work.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Title and subtitle, as the collection lists the work: 月に吠える　序.
    pub(super) title: String,
    /// `None` where only a translator or an editor is named.
    pub(super) author: Option<String>,
    /// Who else worked on it and how, as the text says it: 三上於菟吉訳.
    pub(super) contributors: Vec<String>,
}

/// No header is longer.
const MOST_LINES: usize = 9;

/// The lines above the first blank one, as plain text.
pub(super) fn header_lines(text: &str) -> Vec<String> {
    let lines = lines(text).map(str::trim).skip_while(|line| line.is_empty());
    let lines = lines.take_while(|line| !line.is_empty() && !is_ruler(line));
    lines.map(|line| plain(line, Ruby::Left).trim().to_owned()).take(MOST_LINES).collect()
}

/// The line that names the author, as far as the header tells it by itself.
pub(super) fn likely_author(lines: &[String]) -> Option<String> {
    let (_, below) = lines.split_first()?;
    let line = below.get(last_author(below)?)?;
    Some(author_name(line, ""))
}

impl Header {
    /// Tells title, subtitles, author and contributors apart in the [lines](header_lines) above a work. `person` is
    /// whose folder it is in.
    ///
    /// # Errors
    ///
    /// Where there is no title, or nobody is named.
    pub(super) fn parse(lines: &[String], person: &str) -> Result<Self, Skip> {
        let (title, below) = lines.split_first().ok_or(Skip::Bad("no title"))?;
        if title.is_empty() {
            return Err(Skip::Bad("no title"));
        }
        let is_person = |line: &String| is_name(line, person);
        let author_at = below.iter().position(is_person).or_else(|| last_author(below));
        let contributors = contributors(below, author_at);
        let author = author_at.and_then(|at| below.get(at)).map(|line| author_name(line, person));
        if author.is_none() && contributors.is_empty() {
            return Err(Skip::Bad("no author"));
        }
        let is_translated = contributors.iter().any(|line| is_translation(line))
            || below.iter().any(|line| japanese_part(line) != line.as_str() && !is_foreign(line));
        let title = full_title(title, below, author_at, is_translated);
        Ok(Self { title, author, contributors })
    }
}

/// The last line that may name an author: people who did something else are named below the author.
fn last_author(below: &[String]) -> Option<usize> {
    let mut lines = below.iter().enumerate().rev();
    let may_be = |line: &str| !is_foreign(line) && !is_subtitle(line);
    lines
        .find(|(_, line)| contribution(line).is_none())
        .filter(|(_, line)| may_be(line))
        .map(|(at, _)| at)
}

/// The lines that say who else worked on the text. The author, who may be named as translator too, is none.
fn contributors(below: &[String], author_at: Option<usize>) -> Vec<String> {
    let author = author_at.and_then(|at| below.get(at)).map_or("", String::as_str);
    // Above the author stand subtitles, which may end like a role: 美人画, 後編.
    let from = author_at.map_or(0, |at| at + 1);
    let lines = below.iter().skip(from).filter_map(|line| contribution(line));
    lines
        .filter(|it| author.is_empty() || !is_name(&it.name, author))
        .map(|it| format!("{}{}", it.name, it.role))
        .collect()
}

/// Title and what of the lines below it belongs to the title.
fn full_title(
    title: &str,
    below: &[String],
    author_at: Option<usize>,
    is_translated: bool,
) -> String {
    let mut full = title.to_owned();
    for (at, line) in below.iter().enumerate() {
        let is_author = Some(at) == author_at;
        let is_original = is_translated && is_foreign(line);
        // The author of a book that somebody else wrote the preface of: ロマン・ローラン　Romain Rolland.
        let is_named = japanese_part(line) != line.as_str() && !is_foreign(line);
        let is_person = author_at.is_none_or(|author| author < at) && contribution(line).is_some();
        if is_author || is_original || is_named || is_person || line == title {
            continue;
        }
        if !line.starts_with(['（', '(', '―', '—', '─', '-', '〔', '［']) {
            full.push('　');
        }
        full.push_str(line);
    }
    full
}

/// Somebody's part in a work: 三上於菟吉 and 訳.
struct Contribution {
    name: String,
    role: String,
}

/// What people do to a text of somebody else's, longest first. A name may end in other words of this kind
/// (夢野久作, 伊丹万作), so these are the roles that no name ends in.
const ROLES: [&str; 36] = [
    "校訂・編纂",
    "共同訳",
    "口語訳",
    "共訳",
    "翻訳",
    "訳註",
    "訳注",
    "譯註",
    "譯注",
    "訳詩",
    "訳詞",
    "訳述",
    "編訳",
    "編譯",
    "改訳",
    "抄訳",
    "全訳",
    "重訳",
    "意訳",
    "新訳",
    "校訂",
    "校註",
    "校注",
    "註釈",
    "刪定",
    "編纂",
    "編輯",
    "編集",
    "監修",
    "挿画",
    "挿絵",
    "訳",
    "譯",
    "註",
    "注",
    "編",
];

/// Roles that are written apart from a name only: おおくぼゆう　やく.
const ROLES_APART: [&str; 9] = ["やく", "画", "絵", "え", "訳者", "翻訳者", "編者", "校", "校訂者"];

/// Ways to say who wrote a text. Names end like them, so they count only where they stand apart.
const AUTHORSHIP: [&str; 12] =
    ["原作", "原著", "著者", "作者", "作", "著", "述", "編撰", "撰", "ぶん", "さく", "文"];

/// Those that no name ends in.
const CERTAIN_AUTHORSHIP: [&str; 4] = ["編撰", "編著", "原作", "原著"];

fn contribution(line: &str) -> Option<Contribution> {
    let line = line.strip_prefix('（').and_then(|line| line.strip_suffix('）')).unwrap_or(line);
    if is_volume(line) {
        return None;
    }
    let apart = |role: &&str| ROLES.contains(role) || ROLES_APART.contains(role);
    if let Some((role, name)) = line.split_once(is_gap).filter(|(role, _)| apart(role)) {
        let role = role.strip_suffix('者').unwrap_or(role).to_owned();
        return Some(Contribution { name: name.trim_matches(is_gap).to_owned(), role });
    }
    if let Some((name, role)) = split_last(line).filter(|(_, role)| apart(role)) {
        return Some(Contribution { name: name.to_owned(), role: role.to_owned() });
    }
    let role = ROLES.iter().find(|role| line.ends_with(**role))?;
    let name = line.strip_suffix(role)?.trim_end_matches(is_gap);
    let is_one = 1 < name.chars().count() && !name.ends_with(['」', '』', '）', '・']);
    is_one.then(|| Contribution { name: name.to_owned(), role: (*role).to_owned() })
}

fn is_translation(contributor: &str) -> bool {
    contributor.ends_with(['訳', '譯'])
        || ["訳註", "訳注", "譯註", "譯注", "訳詩", "やく"]
            .iter()
            .any(|it| contributor.ends_with(it))
}

/// An author's name without what says that it is one, and without the same in its own script.
fn author_name(line: &str, person: &str) -> String {
    let names: Vec<&str> = line.split('、').map(japanese_part).collect();
    let name = &names.join("、");
    if is_name(name, person) {
        return name.clone();
    }
    if let Some((_, name)) = name.split_once(is_gap).filter(|(role, _)| AUTHORSHIP.contains(role)) {
        return name.trim_matches(is_gap).to_owned();
    }
    if let Some((name, _)) = split_last(name).filter(|(_, role)| AUTHORSHIP.contains(role)) {
        return name.to_owned();
    }
    if let Some(name) = CERTAIN_AUTHORSHIP.iter().find_map(|role| name.strip_suffix(role)) {
        return name.to_owned();
    }
    // Written together it is a role only where the folder says that the name ends before it.
    let mut without = AUTHORSHIP.iter().filter_map(|role| name.strip_suffix(role));
    without.find(|name| is_name(name, person)).unwrap_or(name).to_owned()
}

/// Whether two names are the same but for spaces and one character in an older form (与謝野, 與謝野).
fn is_name(line: &str, person: &str) -> bool {
    let characters = |name: &str| -> Vec<char> {
        japanese_part(name).chars().filter(|c| !c.is_whitespace()).collect()
    };
    let (line, person) = (characters(line), characters(person));
    let n_different = line.iter().zip(&person).filter(|(a, b)| a != b).count();
    !person.is_empty() && line.len() == person.len() && n_different <= usize::from(3 < person.len())
}

/// A foreign author's name is given in its own script too: グリム　Grimm.
fn japanese_part(line: &str) -> &str {
    if is_foreign(line) {
        return line;
    }
    match line.find([' ', '　']) {
        Some(_) => line.trim_end_matches(is_foreign_character).trim_end(),
        None => line,
    }
}

/// Whether a line is in a European script: the original title, or a subtitle that is a letter (Y).
fn is_foreign(line: &str) -> bool {
    line.chars().all(is_foreign_character)
}

fn is_foreign_character(c: char) -> bool {
    c.is_ascii()
        || c == '　'
        || matches!(c, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{2010}'..='\u{201f}')
}

/// Lines that no name looks like: in dashes or brackets, a volume, a date.
fn is_subtitle(line: &str) -> bool {
    line.starts_with([
        '―', '—', '─', '-', '－', '（', '(', '〔', '「', '『', '［', '【', '～', '〜',
    ]) || is_volume(line)
}

/// 第二巻　朝, 上, 後編.
fn is_volume(line: &str) -> bool {
    let first = line.split(is_gap).next().unwrap_or(line);
    let is_numbered = first.starts_with('第')
        && first.ends_with(['巻', '部', '篇', '編', '話', '章', '回', '幕', '集', '冊', '輯']);
    let is_part = first.starts_with(['前', '中', '後', '上', '下', '続', '正'])
        && (first.chars().count() == 1
            || first.chars().count() == 2 && first.ends_with(['巻', '篇', '編']));
    is_numbered || is_part
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '　' | '：' | ':')
}

/// What stands before the last gap of a line, and what behind it.
fn split_last(line: &str) -> Option<(&str, &str)> {
    let (name, role) = line.rsplit_once(is_gap)?;
    Some((name.trim_end_matches(is_gap), role))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, person: &str) -> Result<Header, Skip> {
        Header::parse(&header_lines(text), person)
    }

    #[track_caller]
    fn check(text: &str, person: &str, title: &str, author: &str, contributors: &[&str]) {
        let header = parse(&format!("{text}\n\n本文"), person).unwrap();
        assert_eq!(header.title, title);
        assert_eq!(header.author.unwrap_or_default(), author);
        assert_eq!(header.contributors, contributors);
    }

    #[test]
    fn names_keep_their_last_character() {
        check("瓶の雨\n雨野久作", "雨野久作", "瓶の雨", "雨野久作", &[]);
        check("瓶の雨\n雨野久作", "", "瓶の雨", "雨野久作", &[]);
        check("瓶の雨\n雨野久作作", "雨野久作", "瓶の雨", "雨野久作", &[]);
        check("瓶の雨\n雨野　作", "雨野", "瓶の雨", "雨野", &[]);
        check("瓶の雨\n橋本耕作", "橋本耕", "瓶の雨", "橋本耕", &[]);
        check("瓶の雨\n橋本耕作編撰", "橋本耕作", "瓶の雨", "橋本耕作", &[]);
    }

    #[test]
    fn roles_apart_from_names_are_roles() {
        check("雨\n原作　雨野一郎\n翻訳　橋本二郎", "", "雨", "雨野一郎", &["橋本二郎翻訳"]);
        check("雨\n著者　雨野一郎\n（橋本二郎訳）", "", "雨", "雨野一郎", &["橋本二郎訳"]);
        check("雨\n雨野一郎\n橋本二郎譯註", "", "雨", "雨野一郎", &["橋本二郎譯註"]);
        check("雨\n雨野一郎\n橋本二郎訳詩", "", "雨", "雨野一郎", &["橋本二郎訳詩"]);
        check(
            "雨\n雨野一郎\n山田百樹刪定\n橋本二郎校訂",
            "",
            "雨",
            "雨野一郎",
            &["山田百樹刪定", "橋本二郎校訂"],
        );
        check("雨\nアメノ\nはしもと じろう　やく", "", "雨", "アメノ", &["はしもと じろうやく"]);
        check("雨謡集\n橋本二郎編訳", "", "雨謡集", "", &["橋本二郎編訳"]);
        assert_eq!(parse("雨\n――外典――\n\n", ""), Err(Skip::Bad("no author")));
    }

    #[test]
    fn a_work_is_title_and_subtitle() {
        check("月と橋\n序\n雨野一郎", "雨野一郎", "月と橋　序", "雨野一郎", &[]);
        check("雨の橋\n――ある手紙――\n雨野一郎", "雨野一郎", "雨の橋――ある手紙――", "雨野一郎", &[]);
        check("雨の橋\n（一幕）\n雨野一郎", "雨野一郎", "雨の橋（一幕）", "雨野一郎", &[]);
        check("捕物帳\n美人画\n雨野一郎", "雨野一郎", "捕物帳　美人画", "雨野一郎", &[]);
        check("捕物帳\n後編\n雨野一郎", "雨野一郎", "捕物帳　後編", "雨野一郎", &[]);
        check("雨\n雨\n雨野一郎", "雨野一郎", "雨", "雨野一郎", &[]);
        check("雨の辞典\nY\n雨野一郎", "雨野一郎", "雨の辞典　Y", "雨野一郎", &[]);
        check("全集の序\n雨野 一郎\n一つの話", "雨野一郎", "全集の序　一つの話", "雨野 一郎", &[]);
    }

    #[test]
    fn translations_name_both() {
        let text = "白い雨\nWHITE RAIN\nコナン・ドイル　Conan Doyle\n橋本二郎訳";
        check(text, "橋本二郎", "白い雨", "コナン・ドイル", &["橋本二郎訳"]);
        check("雨\nДОЖДЬ　БЕЛЫЙ\nチェーホフ\n橋本二郎訳", "", "雨", "チェーホフ", &["橋本二郎訳"]);
        check(
            "雨物語\n――経典外聖書――\nRAIN\n橋本二郎訳",
            "",
            "雨物語――経典外聖書――",
            "",
            &["橋本二郎訳"],
        );
        check("雨物語\nRAIN\n第一巻\n橋本二郎訳", "", "雨物語　第一巻", "", &["橋本二郎訳"]);
        let preface = "雨の人\nRAIN MAN\n後記\nローラン　Romain Rolland\n橋本二郎\n橋本二郎訳";
        check(preface, "橋本二郎", "雨の人　後記", "橋本二郎", &[]);
    }

    #[test]
    fn a_person_may_be_written_in_older_characters() {
        check(
            "雨\n與謝野雨子\n大正十五年の冬",
            "与謝野雨子",
            "雨　大正十五年の冬",
            "與謝野雨子",
            &[],
        );
        check("雨\n乙野雨\n大正十五年の冬", "甲野雨", "雨　乙野雨", "大正十五年の冬", &[]);
    }

    #[test]
    fn what_is_no_header_is_told() {
        assert_eq!(parse("題だけ\n\n本文", ""), Err(Skip::Bad("no author")));
        assert_eq!(parse("", ""), Err(Skip::Bad("no title")));
    }
}
