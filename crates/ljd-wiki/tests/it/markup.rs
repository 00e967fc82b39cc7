//! Wikitext as text, from outside of the crate.

use std::fmt::Write as _;

use ljd_wiki::markup::{Options, Wiki};
use proptest::prelude::*;
#[cfg(unix)]
use rustix::time::{ClockId, clock_gettime};

fn text(wikitext: &str) -> String {
    Wiki::japanese().text(wikitext, &Options::default()).text
}

fn lead(wikitext: &str) -> String {
    let options = Options { lead_only: true, ..Options::default() };
    Wiki::japanese().text(wikitext, &options).text
}

fn broken(wikitext: &str) -> String {
    let options = Options { broken_marks: true, ..Options::default() };
    Wiki::japanese().text(wikitext, &options).text
}

fn unknown(wikitext: &str) -> Vec<String> {
    Wiki::japanese().text(wikitext, &Options::default()).unknown.into_keys().collect()
}

/// Forty marks may be open; deeper ones are text.
#[test]
fn nesting_is_followed_forty_deep() {
    let nested = |n: usize| format!("{}雨{}", "{{lang|ja|".repeat(n), "}}".repeat(n));
    assert_eq!(text(&nested(40)), "雨");
    assert_ne!(text(&nested(41)), "雨");
}

#[test]
fn links_show_their_text() {
    for (wikitext, expected) in [
        ("[[雨]]と[[雪|ゆき]]と[[パイプ (曖昧さ回避)|]]", "雨とゆきとパイプ"),
        ("[[ファイル:A.jpg|thumb|[[雨]]の絵\n\n二段目]]雨[[Category:天気]][[en:Rain]]", "雨"),
        ("[[:Category:天気]]と[[:en:Rain|英語版]]", "Category:天気と英語版"),
        (
            "[https://example.org 例]と[https://example.org]と[注]と[mailto:a@example.org 便り]",
            "例とと[注]と便り",
        ),
        ("[[雨|a''b'''c''d]]''e", "ab'cde"),
        ("[[雨|[a]]]と[[雨|b [1]]]。", "[a]とb [1]。"),
        ("[[雨|二\n行]]", "二\n行"),
        ("[[雨|* 点]]", "* 点"),
        ("* 雨\n<!-- x -->* 雪\n<!-- y -->\n* 霧", "雨\n雪\n霧"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
}

#[test]
fn what_is_not_closed_ends_with_its_paragraph() {
    for (wikitext, expected) in [
        ("駅は、[[列車。\n\n== 概要 ==\n本文", "駅は、列車。"),
        ("駅は、{{lang|en|station。\n\n== 概要 ==\n本文", "駅は、station。"),
        ("{{Infobox 駅\n|名=駅\n\n駅は列車。\n== 概要 ==\n本文", "駅は列車。"),
        ("駅は-{列車。\n== 概要 ==\n本文", "駅は-{列車。"),
        ("駅は<ruby>駅<rt>えき。\n== 概要 ==\n本文", "駅は駅えき。"),
        ("駅は<ref>列車。\n== 概要 ==\n本文", "駅は列車。"),
        ("{| class=x\n| 表\n\n駅は列車。\n== 概要 ==\n本文", "駅は列車。"),
        (
            "<table><tr><td>表</td></tr>\n駅は列車。\n== 概要 ==\n本文",
            "表\n\n駅は列車。".replace("\n\n", "\n").as_str(),
        ),
        ("駅は列車。\n== 概要<!-- x --> ==\n本文", "駅は列車。"),
        ("駅は列車。\n== 概要 == <!-- x -->\n本文", "駅は列車。"),
        ("[[ファイル:A.jpg|thumb|駅\n\n駅は列車。\n== 概要 ==\n本文", "thumb|駅\n駅は列車。"),
    ] {
        assert_eq!(lead(wikitext), expected, "{wikitext}");
    }
    assert_eq!(broken("[[雨と{{雪と]]と}}"), "[[雨と{{雪と]]と}}");
}

#[test]
fn a_sentence_is_not_broken_within_its_paragraph() {
    for (wikitext, expected) in [
        ("雨は、\n水である。\n雪もそうである。", "雨は、水である。\n雪もそうである。"),
        ("雨は\n[[水]]である。", "雨は水である。"),
        ("雨は{{x}}\n水である。", "雨は水である。"),
        ("雨は\n\n水である。", "雨は\n水である。"),
        ("雨は<br>\n水である。", "雨は\n水である。"),
        ("雨は\n* 水と\n* 雪である。", "雨は\n水と\n雪である。"),
        ("* 雨は\n水である。", "雨は\n水である。"),
        ("雨は\nrain", "雨は\nrain"),
        ("雨\n雨は水である。", "雨\n雨は水である。"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
}

#[test]
fn tables_and_their_remains_are_no_text() {
    for (wikitext, expected) in [
        ("前\n{| class=\"wikitable\"\n! a || b\n|-\n| {{c}} || d\n{|\n| 内\n|}\n|}\n後", "前\n後"),
        ("'''!!!'''（チック・チック・チック）は歌手。", "!!!（チック・チック・チック）は歌手。"),
        ("|x|は絶対値。", "|x|は絶対値。"),
        ("{{Infobox\n|a={{{!}} class=x\n{{!}}-\n{{!}} b\n{{!}}}\n}}\n雨", "雨"),
        ("{{始}}\n|-\n| a\n|}\n雨", "雨"),
        ("前<table><tr><td>a\n\nb</td></tr></table>後", "前後"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
}

#[test]
fn text_stays_where_nothing_was_dropped() {
    for line in [
        "記号は「。」と「、」と「・」である。",
        "[0, 1)",
        "1) 項",
        "(^_^;)",
        "（、）",
        "a ,b",
        "{a}",
        "]0,1[",
        "a & b < c > d",
    ] {
        assert_eq!(text(line), line);
    }
    assert_eq!(text("パリ（{{知らない}}、巴里）は{{知らない}}、都市。"), "パリ（巴里）は、都市。");
}

#[test]
fn elements_are_known() {
    for (wikitext, expected) in [
        ("<ruby>雨<rp>(</rp><rt>あめ</rt><rp>)</rp></ruby>", "雨（あめ）"),
        (
            "10<sup>-3</sup>とn<sup>3</sup>とH<sub>2</sub>Oと2<sup>nd</sup>とx<sup>2k</sup>",
            "10⁻³とn³とH₂Oと2ndとx^2k",
        ),
        (
            "a<wbr>b<mark>c</mark><time>d</time><bdo>e</bdo><templatestyles src=x /><indicator>f</indicator>",
            "abcde",
        ),
        ("<h2>節</h2>本文", "本文"),
        ("<math> x^2 </math>と<chem>H2O</chem>", "$x^2$と$\\ce{H2O}$"),
        ("a<span style=\"display: none\">b<span>c</span></span>d", "ad"),
        ("<nowiki>[[a]] &amp; ''b''</nowiki>", "[[a]] & ''b''"),
        ("__notoc__雨__目次非表示__と__proto__", "雨と__proto__"),
        ("雨-{zh-hans:a; zh-hant:b}-と-{c}-", "雨aとc"),
        ("&lt;ref&gt;と&amp;amp;と&nbsp;と&#12354;と&unknown;", "<ref>と&amp;と とあと&unknown;"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
}

#[test]
fn templates_carry_text() {
    for (wikitext, expected) in [
        ("{{読み仮名|'''蝦夷'''|えみし|えびす、えぞ}}", "蝦夷（えみし、えびす、えぞ）"),
        ("{{en|rain}}と{{要出典|範囲=文|date=2020}}と{{要出典|date=2020}}", "rainと文と"),
        (
            "{{ilq|文}}と{{transl|ar|DIN|maṭar}}と{{和暦|1970}}と{{JPN}}",
            "「文」とmaṭarと昭和45年と日本",
        ),
        ("{{chem|H|2|O}}と{{仮リンク|雪|en|Snow|label=ゆき}}", "H₂Oとゆき"),
        ("{{nowrap|{{lang|en|{{ruby|雨|あめ}}}}}}", "雨（あめ）"),
        ("{{lang|en|[[雨|a=b]]}}", "a=b"),
    ] {
        assert_eq!(text(wikitext), expected, "{wikitext}");
    }
    assert_eq!(
        unknown("{{知らない|a|{{無名}}}}<source>x</source>{{#expr:1+}}{{PAGENAME}}"),
        ["#expr:", "<source>", "PAGENAME", "無名", "知らない"]
    );
}

#[test]
fn a_page_is_read_into_its_parts() {
    let wikitext = "{{Short description|Water from clouds}}\n{{Infobox weather\n| name = '''Rain'''\n| kind = [[water]]<ref>x</ref>\n| empty =\n}}\n'''Rain''' is [[water|wet]].\n\n== Kinds ==\n* [[Drizzle]]\n=== Heavy ===\n{{lang-de|Platzregen}}\n[[Category:Weather|*]]";
    let article = Wiki::english().read(wikitext, &Options::default());
    let mut sections = String::new();
    for section in &article.sections {
        writeln!(sections, "{} {}: {}", section.level, section.title, section.text).unwrap();
    }
    assert_eq!(sections, "0 : Rain is wet.\n2 Kinds: Drizzle\n3 Heavy: German: Platzregen\n");
    assert_eq!(article.links, ["water", "water", "Drizzle"]);
    assert_eq!(article.categories, ["Weather"]);
    assert_eq!(article.infobox, [("name".into(), "Rain".into()), ("kind".into(), "water".into())]);
    assert_eq!(article.short_description.as_deref(), Some("Water from clouds"));
    let redirect = Wiki::english().read("#REDIRECT [[Rain]]", &Options::default());
    assert_eq!(redirect.redirect.as_deref(), Some("Rain"));
}

/// Marks of which hostile text is made.
const MARKS: [&str; 62] = [
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{",
    "}",
    "[[",
    "]]",
    "[",
    "]",
    "|",
    "=",
    "''",
    "'''",
    "'",
    "<",
    ">",
    "</",
    "<ref>",
    "</ref>",
    "<ref />",
    "<ref ",
    "<!--",
    "-->",
    "<nowiki>",
    "</nowiki>",
    "<math>",
    "</math>",
    "<pre>",
    "<table>",
    "</table>",
    "<sup>",
    "</sup>",
    "<rt>",
    "<ruby>",
    "</ruby>",
    "<h2>",
    "</h2>",
    "<span style=\"display:none\">",
    "</span>",
    "<b ",
    "{|\n",
    "|}\n",
    "\n",
    "\n\n",
    "\n:",
    "== h ==\n",
    "* ",
    ";",
    ":",
    "-{",
    "}-",
    "&amp;",
    "&",
    "__",
    "__TOC__",
    "[http://a ",
    "[http://a]",
    "（",
    "、",
    "{{nowrap|",
    "{{#if:",
];

/// So much longer is the second of two texts: the square of that is far from it.
#[cfg(unix)]
const LONGER: usize = 8;

/// What takes so many times as long on a text that is `LONGER` times as long is not linear. Caches that a longer text
/// does not fit into, and tables that grow, cost half as much again.
#[cfg(unix)]
const MOST: i64 = 12;

/// Nanoseconds that this thread works on a text, the least of some runs: whatever others do on the machine.
#[cfg(unix)]
fn least_work(text: &str) -> i64 {
    let worked = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec * 1_000_000_000 + time.tv_nsec
    };
    let work = || {
        let start = worked();
        let _ = std::hint::black_box(Wiki::japanese().read(text, &Options::default()));
        worked() - start
    };
    (0..3).map(|_| work()).min().unwrap_or_default()
}

/// Whether a text of that many repetitions takes work that grows with its length. What takes less than a millisecond is
/// not measured well.
#[cfg(unix)]
fn is_linear(of: &dyn Fn(usize) -> String) -> bool {
    (0..3).any(|_| {
        let small = least_work(&of(1_000)).max(1_000_000);
        least_work(&of(1_000 * LONGER)) <= small * MOST
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Repeated marks, in groups as a grammar would make them.
    #[cfg(unix)]
    #[test]
    fn time_is_linear_in_the_input(groups in prop::collection::vec(prop::collection::vec(prop::sample::select(MARKS.to_vec()), 1..4), 1..4)) {
        let of = |n: usize| groups.iter().map(|group| group.concat().repeat(n)).collect::<String>();
        prop_assert!(is_linear(&of), "{groups:?}");
    }

    #[test]
    fn nothing_panics_and_no_mark_of_ours_is_left(pieces in prop::collection::vec(prop::sample::select(MARKS.to_vec()), 0..60)) {
        let wikitext = pieces.concat();
        for lead_only in [false, true] {
            for broken_marks in [false, true] {
                let options = Options { title: "雨", lead_only, broken_marks };
                let article = Wiki::japanese().read(&wikitext, &options);
                for section in article.sections {
                    prop_assert!(!section.text.contains(['\u{1}', '\u{2}', '\u{3}', '\u{4}']), "{:?}", section.text);
                }
            }
        }
    }

    /// Lines that end in the middle of a sentence aside.
    #[test]
    fn plain_text_stays_as_it_is(text in "([雨雪a1、。（）「」]{0,30}[雨雪a1。（）])?(\\n[雨雪a1、。（）]{0,30}[雨雪a1。（）]){0,3}") {
        let options = Options::default();
        let once = Wiki::japanese().text(&text, &options).text;
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(&once, &lines.join("\n"));
        prop_assert_eq!(Wiki::japanese().text(&once, &options).text, once);
    }
}
