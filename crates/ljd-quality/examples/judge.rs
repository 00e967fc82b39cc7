//! Keeps the good ones of your own sentence pairs: `judge < pairs.tsv > good.tsv`, Japanese before the tab.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints pairs, and why others go"
)]

use std::io::{self, BufRead};

use ljd_quality::Rule;

const RULES: [Rule; 5] = [Rule::Mojibake, Rule::Japanese, Rule::English, Rule::Copy, Rule::Numbers];

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        match judge(&line) {
            None => println!("{line}"),
            Some(reason) => eprintln!("{reason}: {line}"),
        }
    }
    Ok(())
}

/// Why a pair goes, if it does.
fn judge(line: &str) -> Option<&'static str> {
    let Some((ja, en)) = line.split_once('\t') else { return Some("no tab") };
    RULES.into_iter().find(|rule| rule.drops_pair(ja, en)).map(Rule::as_str)
}

#[test]
fn bad_pairs_go_with_the_reason() {
    assert_eq!(judge("雨が降っています。\tIt is raining."), None);
    assert_eq!(judge("1914年の雨だ。\tIt is the rain of 1941."), Some("numbers"));
    assert_eq!(judge("It is raining.\tIt is raining."), Some("japanese"));
    assert_eq!(judge("雨"), Some("no tab"));
}
