//! How a work begins: its first sentences, without what printers, editors and volunteers put around them.

use ljd_core::Skip;

use super::notation::{GETA, Ruby, plain};
use super::text::{is_ruler, lines};

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
    /// The opening of the body. `titles` are the lines above the work, which some texts repeat.
    ///
    /// # Errors
    ///
    /// Where no sentence ends near the beginning, a character of it is unknown, or the manuscript's
    /// beginning is lost.
    pub(super) fn find(text: &str, titles: &[String], ruby: Ruby) -> Result<Self, Skip> {
        let (mut opening, mut n_characters, mut depth) = (String::new(), 0, 0);
        // Where the opening may end: bytes and characters.
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for line in prose(text, titles) {
            let line = plain(line, ruby);
            let line = without_notes(line.trim(), opening.is_empty())?;
            if line.is_empty() {
                continue;
            }
            // Verse and lists keep their lines; a sentence that ends goes on in the next paragraph.
            if depth == 0 && opening.ends_with(|c| !"。！？」』）".contains(c)) {
                opening.push('\n');
            }
            for c in line.chars() {
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
        opening.truncate(end(&ends).ok_or(Skip::LeftOut("no sentence ends near the beginning"))?);
        if opening.contains(GETA) {
            return Err(Skip::LeftOut("a character of the opening is unknown"));
        }
        if opening.contains(['〔', '〕', '［', '］', '●']) {
            return Err(Skip::LeftOut("an editor's note stands in the opening"));
        }
        Ok(Self { text: opening })
    }
}

/// Where an opening ends, of the places where it may.
fn end(ends: &[(usize, usize)]) -> Option<usize> {
    let in_reach = |least: usize, most: usize| {
        let ends = ends.iter().filter(move |(_, n)| least <= *n && *n <= most);
        ends.map(|(end, _)| *end)
    };
    in_reach(SHORTEST, LENGTH).max().or_else(|| in_reach(LENGTH, 2 * LENGTH).min())
}

/// A line without the printer's mark before it and the editor's note behind it.
///
/// # Errors
///
/// Where the note says that what comes before the line is lost.
fn without_notes(line: &str, is_first: bool) -> Result<&str, Skip> {
    const LOST: [&str; 6] = ["原稿", "なし", "欠", "不明", "破", "散逸"];
    let mut line = line;
    while let Some((before, note)) = line.strip_suffix('〕').and_then(|line| line.rsplit_once('〔'))
    {
        if is_first && before.is_empty() && LOST.iter().any(|word| note.contains(word)) {
            return Err(Skip::LeftOut("the beginning of the manuscript is lost"));
        }
        // A sentence that an editor restored is the author's.
        if note.ends_with(['。', '」']) && before.is_empty() {
            line = note;
            break;
        }
        line = before.trim_end();
    }
    let mark = line.chars().next().filter(|c| PARAGRAPH_MARKS.contains(*c));
    match mark.and_then(|mark| line.strip_prefix(mark).filter(|rest| !rest.starts_with(mark))) {
        Some(rest) => Ok(rest.trim_start()),
        None => Ok(line),
    }
}

/// What printers set before the first word of a paragraph. Two of them are a name that is left out: ○○郡.
const PARAGRAPH_MARKS: &str = "○◯□◇◎";

/// The lines of the body up to the colophon, without headings, contents and lines of marks.
fn prose<'t>(text: &'t str, titles: &'t [String]) -> impl Iterator<Item = &'t str> {
    let body: Vec<&str> = body_to_colophon(text).take(MOST_LINES).collect();
    let mut block_open = false;
    (contents_end(&body)..body.len()).filter_map(move |at| {
        let line = *body.get(at)?;
        if line.contains("［＃ここから") && line.contains("見出し］") {
            block_open = true;
        }
        let is_heading = block_open || line.contains("見出し］") || is_heading(&body, at, titles);
        if line.contains("［＃ここで") && line.contains("見出し終わり］") {
            block_open = false;
        }
        (!is_heading).then_some(line)
    })
}

/// No opening reaches further down.
const MOST_LINES: usize = 400;

/// The line behind a table of contents, which ends where a page does, or at a blank line where no page ends; the
/// first line where there is none.
fn contents_end(body: &[&str]) -> usize {
    let is_title = |line: &&str| {
        let line = plain(line, Ruby::Left);
        let line = line
            .trim_matches(|c: char| c.is_whitespace() || "●○【】［］〔〕（）「」・－―".contains(c));
        matches!(line, "目次" | "目録" | "もくじ" | "目　次" | "目　録" | "総目次" | "内容目次")
    };
    let start = body.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    // A title page may stand before the contents.
    let Some(at) = body.iter().skip(start).take(6).position(is_title).map(|at| at + start) else {
        return 0;
    };
    let behind = || body.iter().enumerate().skip(at + 1);
    let page = behind().find(|(_, line)| is_page_end(line)).map(|(at, _)| at);
    let blank = || {
        let (first, _) = behind().find(|(_, line)| !line.trim().is_empty())?;
        behind().find(|(at, line)| first < *at && line.trim().is_empty()).map(|(at, _)| at)
    };
    page.or_else(blank).map_or(body.len(), |end| end + 1)
}

fn is_page_end(line: &str) -> bool {
    ["［＃改ページ］", "［＃改丁］", "［＃改頁］", "［＃改見開き］"]
        .iter()
        .any(|note| line.contains(note))
}

/// A line of the body, behind whose end lines are blank.
fn line_at<'t>(body: &[&'t str], at: usize) -> &'t str {
    body.get(at).copied().unwrap_or_default()
}

/// Whether a line is a heading that no note calls one: a number, the title again, a line that stands deeper and
/// by itself; or a line that only divides.
fn is_heading(body: &[&str], at: usize, titles: &[String]) -> bool {
    let marked = line_at(body, at);
    if marked.chars().count() > LONGEST_MARKED_HEADING {
        return false;
    }
    let line = plain(marked, Ruby::Left);
    let line = line.trim();
    let is_title = || titles.iter().any(|title| !line.is_empty() && title == line);
    is_number_of_chapter(line)
        || is_line_of_marks(line)
        || is_title()
        || is_bare_heading(body, at, line)
}

/// A chapter's number: 一, （二）, 第三章.
fn is_number_of_chapter(line: &str) -> bool {
    let digits = "一二三四五六七八九十百〇０１２３４５６７８９0123456789";
    let parts = ["上", "中", "下", "序", "序章", "前篇", "後篇", "前編", "後編"];
    let around = "（）()第章節回編篇部その、.．";
    let is_number = line.contains(|c| digits.contains(c))
        && line.chars().all(|c| digits.contains(c) || around.contains(c));
    is_number || parts.contains(&line)
}

/// ＊, ○, ……, ―――――: a line that divides, or the remains of one.
fn is_line_of_marks(line: &str) -> bool {
    let marks = "＊*○●◎◯※☆★◇◆□■△▲▽▼×・…‥―—─－-=＝_＿〜～";
    !line.is_empty() && line.chars().all(|c| c.is_whitespace() || marks.contains(c))
}

/// The longest heading.
const LONGEST_HEADING: usize = 25;

/// The longest line of notation that is looked at as a heading: one with readings and notes is longer than it
/// reads.
const LONGEST_MARKED_HEADING: usize = 200;

/// It stands deeper than the text, alone between blank lines, and says no sentence. Verse stands deep too, but
/// the lines around it do so as well.
fn is_bare_heading(body: &[&str], at: usize, line: &str) -> bool {
    let says_sentence = line.ends_with(['。', '！', '？', '」', '』', '、', '…']);
    let is_short = line.chars().count() <= LONGEST_HEADING;
    if line.is_empty() || says_sentence || !is_short || !line_at(body, at + 1).trim().is_empty() {
        return false;
    }
    let is_alone = at == 0 || is_blank(line_at(body, at - 1));
    let next = body.iter().skip(at + 1).find(|line| !is_blank(line));
    let depth = indent(line_at(body, at));
    is_alone && 1 < depth && next.is_some_and(|next| indent(next) < depth)
}

/// Whether a line says nothing, as one with nothing but a note of the layout.
fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("［＃") && plain(line, Ruby::Left).trim().is_empty()
}

/// By how many characters a line stands deeper, by spaces or by a note: ［＃３字下げ］.
fn indent(line: &str) -> usize {
    if let Some((n, _)) = line.strip_prefix("［＃").and_then(|note| note.split_once("字下げ］"))
    {
        let wide = "０１２３４５６７８９";
        let digits: Option<Vec<usize>> =
            n.chars().map(|c| wide.chars().position(|digit| digit == c)).collect();
        return digits.map_or(0, |digits| digits.iter().fold(0, |n, digit| 10 * n + digit));
    }
    line.chars().take_while(|c| *c == '　').count()
}

/// The lines of the body up to the colophon.
pub(super) fn body_to_colophon(text: &str) -> impl Iterator<Item = &str> {
    body(text).take_while(|line| !line.starts_with("底本") && !line.contains("●入力者注"))
}

/// What follows the legend, or the header where there is none.
fn body(text: &str) -> Box<dyn Iterator<Item = &str> + '_> {
    let head = lines(text).take(LEGEND_LINES);
    let n_rulers = head.clone().filter(|line| is_ruler(line)).count();
    if let Some(from) = end_of_legend(&head.collect::<Vec<_>>()) {
        return Box::new(lines(text).skip(from));
    }
    if 2 <= n_rulers {
        let mut n_seen = 0;
        return Box::new(lines(text).skip_while(move |line| {
            n_seen += usize::from(is_ruler(line));
            n_seen < 2 || is_ruler(line)
        }));
    }
    let from_title = lines(text).skip_while(|line| line.trim().is_empty());
    Box::new(from_title.skip_while(|line| !line.trim().is_empty()))
}

/// No legend ends further below.
const LEGEND_LINES: usize = 100;

/// The line behind a legend that says that it is one: behind the ruler that closes it, whatever the ruler is
/// made of, or behind its last line.
fn end_of_legend(head: &[&str]) -> Option<usize> {
    let says = |line: &&str| {
        ["テキスト中に現れる記号について", "表記について"].iter().any(|words| line.contains(words))
            && !line.contains('。')
            && line.chars().count() < LONGEST_HEADING
    };
    let start = head.iter().position(says)?;
    let behind = || head.iter().enumerate().skip(start + 1);
    let ruler = behind().find(|(_, line)| is_any_ruler(line)).map(|(at, _)| at + 1);
    ruler.or_else(|| behind().find(|(_, line)| !is_of_legend(line)).map(|(at, _)| at))
}

/// A line of dashes of any kind.
fn is_any_ruler(line: &str) -> bool {
    let line = line.trim();
    8 <= line.chars().count() && line.chars().all(|c| "-－―—─━ー=＝_＿*＊".contains(c))
}

fn is_of_legend(line: &str) -> bool {
    const STARTS: [&str; 10] =
        ["《", "｜", "［＃", "〔", "／＼", "（例）", "　　　（", "＊", "●", "※"];
    line.trim().is_empty() || STARTS.iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(body: &str) -> Result<String, Skip> {
        Opening::find(&format!("題\n作者\n\n{body}"), &[], Ruby::Left).map(|opening| opening.text)
    }

    #[test]
    fn an_opening_ends_with_a_sentence() {
        assert_eq!(
            find("　山道を登りながら、こう考えた。\n底本：「草枕」").unwrap(),
            "山道を登りながら、こう考えた。"
        );
        let long = format!("　{}。次の文は{}。", "あ".repeat(100), "い".repeat(100));
        assert_eq!(find(&long).unwrap(), format!("{}。", "あ".repeat(100)));
        let quoted = format!("「静かに。もうすぐだ。」と{}言った。", "う".repeat(10));
        assert_eq!(find(&quoted).unwrap(), quoted);
        assert_eq!(
            find("雨が降ってくる\n　傘がひとつ開く\n").unwrap(),
            "雨が降ってくる\n傘がひとつ開く"
        );
    }

    #[test]
    fn the_bounds_of_an_opening_are_exact() {
        let sentence = |n: usize| format!("{}。", "あ".repeat(n - 1));
        assert_eq!(
            find(&format!("{}{}", sentence(100), sentence(50))).unwrap().chars().count(),
            150
        );
        assert_eq!(
            find(&format!("{}{}", sentence(100), sentence(51))).unwrap().chars().count(),
            100
        );
        assert_eq!(find(&sentence(300)).unwrap().chars().count(), 300);
        assert_eq!(find(&sentence(301)), Err(Skip::LeftOut("no sentence ends near the beginning")));
        assert_eq!(find(&sentence(10)).unwrap().chars().count(), 10);
        assert_eq!(find(&sentence(9)), Err(Skip::LeftOut("no sentence ends near the beginning")));
    }

    #[test]
    fn headings_are_no_opening() {
        for heading in [
            "一［＃「一」は中見出し］\n　（二）\n",
            "　　　日本海の夕日\n\n\n",
            "［＃３字下げ］日本海の夕日\n\n",
            "　　上\n\n",
            "＊\n",
            "――――\n",
            "［＃ここから大見出し］\n第一篇\n雨\n［＃ここで大見出し終わり］\n",
            "●目次\n雨\n橋\n［＃改ページ］\n",
            "目次\n\n雨\n橋\n\n",
        ] {
            let text = format!("{heading}　本文の始まりはここである。");
            assert_eq!(find(&text).unwrap(), "本文の始まりはここである。", "{heading}");
        }
        let titles = ["雨の橋".to_owned()];
        let text = "雨の橋\n作者\n\n　　雨の橋\n　本文の始まりはここである。";
        assert_eq!(
            Opening::find(text, &titles, Ruby::Left).unwrap().text,
            "本文の始まりはここである。"
        );
    }

    #[test]
    fn verse_is_no_heading() {
        assert_eq!(
            find("　　雨が降る朝\n\n　　傘がひらく朝\n\n").unwrap(),
            "雨が降る朝\n傘がひらく朝"
        );
        let heading = format!("　　{}\n\n　本文の始まりはここである。", "見".repeat(25));
        assert_eq!(find(&heading).unwrap(), "本文の始まりはここである。");
        let line = format!("　　{}\n\n　本文の始まりはここである。", "見".repeat(26));
        assert!(find(&line).unwrap().starts_with('見'));
    }

    #[test]
    fn legends_are_no_opening() {
        let text = "　本文の始まりはここである。";
        for legend in [
            "---------\n【テキスト中に現れる記号について】\n\n《》：ルビ\n（例）眼《め》\n---------\n\n",
            "［表記について］\n●底本に従った。\n●注はファイルの末尾にある。\n------------------\n",
            "【テキスト中に現れる記号について】\n\n《》：ルビ\n（例）眼《め》\n\n",
        ] {
            assert_eq!(
                find(&format!("{legend}{text}")).unwrap(),
                "本文の始まりはここである。",
                "{legend}"
            );
        }
        let ruler = "-".repeat(55);
        let usual = format!("{ruler}\n記号\n{ruler}\n\n{text}");
        assert_eq!(find(&usual).unwrap(), "本文の始まりはここである。");
    }

    #[test]
    fn what_editors_add_is_not_the_work() {
        assert_eq!(
            find("〔冒頭原稿数枚なし〕\n本文の途中から始まる。"),
            Err(Skip::LeftOut("the beginning of the manuscript is lost"))
        );
        assert_eq!(
            find("　特に感想もありません。〔一九二二年十二月〕").unwrap(),
            "特に感想もありません。"
        );
        assert_eq!(
            find("〔もう出かけましょう。〕\n光が動いた。").unwrap(),
            "もう出かけましょう。光が動いた。"
        );
        assert_eq!(
            find("雨の〔橋〕を渡って行った。"),
            Err(Skip::LeftOut("an editor's note stands in the opening"))
        );
        assert_eq!(find("○昨日の夜は徹夜をした。").unwrap(), "昨日の夜は徹夜をした。");
        assert_eq!(find("□種々な噂に不安を感じた。").unwrap(), "種々な噂に不安を感じた。");
        assert_eq!(find("○○郡の橋を渡って行った。").unwrap(), "○○郡の橋を渡って行った。");
        assert!(find("※［＃「無い字」］から始まる物語である。").is_err());
    }
}
