//! What has to be known of all works before the first one is made into records.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use ljd_core::read::whole_of_any_encoding;
use ljd_core::{Input, Result, Zip};

use super::header::{Header, header_lines, likely_author};
use super::notation::{Ruby, decode};
use super::opening::Opening;
use super::path::{folder, revision, work_id};

/// Header, legend and the opening stand in so many bytes.
const HEAD: u64 = 32 << 10;

/// Which of two versions of a work is taken, where one keeps the orthography of before 1946.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Orthography {
    New,
    Old,
    Both,
}

/// The collection as a whole.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// Whose folder it is: the author that stands there most often.
    persons: BTreeMap<String, String>,
    /// Files of which a newer version, or one in the orthography that is wanted, is taken instead.
    superseded: BTreeSet<String>,
    /// Files of which another one has the opening too.
    same_opening: BTreeSet<String>,
    /// Files of which another work of the author has the title too.
    same_title: BTreeSet<String>,
}

/// A work as its head tells it.
struct Work {
    file: String,
    header: Vec<String>,
    opening: Option<String>,
    /// How much of the opening is in old orthography, in thousandths.
    oldness: usize,
}

impl Overview {
    /// Reads the head of every text.
    ///
    /// # Errors
    ///
    /// Where a text cannot be read.
    pub(super) fn read(zip: &mut Zip, names: &[String], orthography: Orthography) -> Result<Self> {
        let works: Vec<Work> = names
            .iter()
            .map(|name| Work::read(zip, name))
            .filter_map(Result::transpose)
            .collect::<Result<_>>()?;
        let mut overview = Self { persons: persons(&works), ..Self::default() };
        overview.supersede_revisions(&works);
        overview.compare_titles(&works, orthography);
        overview.compare_openings(&works);
        Ok(overview)
    }

    /// Whose folder a file is in; empty where nobody knows.
    pub(super) fn person(&self, file: &str) -> &str {
        self.persons.get(folder(file)).map_or("", String::as_str)
    }

    pub(super) fn is_superseded(&self, file: &str) -> bool {
        self.superseded.contains(file)
    }

    pub(super) fn has_opening_of_another(&self, file: &str) -> bool {
        self.same_opening.contains(file)
    }

    pub(super) fn has_title_of_another(&self, file: &str) -> bool {
        self.same_title.contains(file)
    }

    /// Of the files of one work the highest revision is taken.
    fn supersede_revisions(&mut self, works: &[Work]) {
        let mut of_work: BTreeMap<(&str, &str), Vec<&Work>> = BTreeMap::new();
        for work in works {
            of_work.entry((folder(&work.file), work_id(&work.file))).or_default().push(work);
        }
        for versions in of_work.values() {
            let newest = versions.iter().max_by_key(|work| (revision(&work.file), &work.file));
            let older = versions.iter().filter(|work| newest.is_none_or(|it| it.file != work.file));
            self.superseded.extend(older.map(|work| work.file.clone()));
        }
    }

    /// Works of one title are versions of one text, or cannot be asked for by their title.
    fn compare_titles(&mut self, works: &[Work], orthography: Orthography) {
        let mut of_title: BTreeMap<(&str, String), Vec<&Work>> = BTreeMap::new();
        for work in works.iter().filter(|work| !self.superseded.contains(&work.file)) {
            let title = work.title(self.person(&work.file));
            of_title.entry((folder(&work.file), title)).or_default().push(work);
        }
        let (mut superseded, mut same_title) = (BTreeSet::new(), BTreeSet::new());
        for mut works in of_title.into_values() {
            // The one that is wanted comes first, and stays.
            match orthography {
                Orthography::New => works.sort_by_key(|work| work.oldness),
                Orthography::Old => works.sort_by_key(|work| Reverse(work.oldness)),
                Orthography::Both => {}
            }
            let mut kept: Vec<&Work> = Vec::new();
            for work in works {
                let is_version = kept.iter().any(|other| work.is_version_of(other));
                if is_version && orthography != Orthography::Both {
                    superseded.insert(work.file.clone());
                } else {
                    kept.push(work);
                }
            }
            if 1 < kept.len() {
                same_title.extend(kept.iter().map(|work| work.file.clone()));
            }
        }
        self.superseded.extend(superseded);
        self.same_title = same_title;
    }

    fn compare_openings(&mut self, works: &[Work]) {
        let mut of_opening: BTreeMap<&str, Vec<&Work>> = BTreeMap::new();
        for work in works.iter().filter(|work| !self.superseded.contains(&work.file)) {
            if let Some(opening) = &work.opening {
                of_opening.entry(opening).or_default().push(work);
            }
        }
        let shared = of_opening.into_values().filter(|works| 1 < works.len());
        self.same_opening = shared.flatten().map(|work| work.file.clone()).collect();
    }
}

/// The name that stands most often as the author's in each folder.
fn persons(works: &[Work]) -> BTreeMap<String, String> {
    let mut names: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    for work in works {
        if let Some(name) = likely_author(&work.header) {
            *names.entry(folder(&work.file)).or_default().entry(name).or_default() += 1;
        }
    }
    let most = |names: &BTreeMap<String, u64>| {
        // The first of the most frequent ones, whatever the order of the map.
        let most = names.iter().max_by_key(|(name, n)| (**n, Reverse(name.len())));
        most.map(|(name, _)| name.clone())
    };
    names.iter().filter_map(|(folder, names)| Some(((*folder).to_owned(), most(names)?))).collect()
}

impl Work {
    /// `None` where the file is no text.
    fn read(zip: &mut Zip, name: &str) -> Result<Option<Self>> {
        let member = zip.member(name)?;
        let head = whole_of_any_encoding(Input::new(&Arc::clone(&member.file), member.take(HEAD)))?;
        Ok(decode(&head.bytes).map(|text| {
            let header = header_lines(&text);
            let opening = Opening::find(&text, &header, Ruby::Left).ok().map(|it| it.text);
            let oldness = opening.as_deref().map_or(0, oldness);
            Self { file: name.to_owned(), header, opening, oldness }
        }))
    }

    fn title(&self, person: &str) -> String {
        let title = Header::parse(&self.header, person).map(|header| header.title);
        title.unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// Whether two works of one title are the same text in other characters.
    fn is_version_of(&self, other: &Self) -> bool {
        let bigrams = |work: &Self| -> BTreeSet<(char, char)> {
            let text: Vec<char> = work.opening.iter().flat_map(|text| text.chars()).collect();
            text.iter().copied().zip(text.iter().copied().skip(1)).collect()
        };
        let (one, other) = (bigrams(self), bigrams(other));
        let n_shared = one.intersection(&other).count();
        LEAST_SHARED * one.len().min(other.len()) <= 100 * n_shared && 0 < n_shared
    }
}

/// The openings of two versions share at least so many of a hundred pairs of characters; other works of the
/// same title share a tenth.
const LEAST_SHARED: usize = 30;

/// Characters and spellings that the reforms of 1946 did away with, in thousandths of the text.
fn oldness(text: &str) -> usize {
    const OLD: &str = "ゐゑヰヱ國學會來對變實當戰歸氣點圓廣體讀舊聲關觀經轉輕數發將稱榮醫單團圖圍壓壯寢專屬嶽帶從德應戀戰收效晝\
        樣橫歐步歷殘沒滿澤灣燈燒爐獨獸疊發盜盡眞祕禮稻竊粹絲縣總縱繪續聰聲肅臺與藝號處蟲裝覺覽觸證變讓豐賣辭邊遲鐵關隨雜靈\
        靜顏顯餘驛髓鷄黑默黨齊齒龍惡亞爲";
    const SPELLINGS: [&str; 12] = [
        "やう", "せう", "でせ", "いふ", "思ふ", "云ふ", "言ふ", "つた", "つて", "さう", "かう",
        "けふ",
    ];
    let n_old = text.chars().filter(|c| OLD.contains(*c)).count();
    let n_spelt: usize = SPELLINGS.iter().map(|spelling| text.matches(spelling).count()).sum();
    (n_old + n_spelt) * 1000 / text.chars().count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(file: &str, header: &str, opening: &str) -> Work {
        Work {
            file: format!("cards/000101/files/{file}/{file}.txt"),
            header: header.lines().map(str::to_owned).collect(),
            opening: Some(opening.to_owned()),
            oldness: oldness(opening),
        }
    }

    fn superseded(works: &[Work], orthography: Orthography) -> (Vec<String>, usize) {
        let mut overview = Overview { persons: persons(works), ..Overview::default() };
        overview.supersede_revisions(works);
        overview.compare_titles(works, orthography);
        let names = overview.superseded.iter().filter_map(|file| file.rsplit('/').next());
        (
            names.map(|name| name.trim_end_matches(".txt").to_owned()).collect(),
            overview.same_title.len(),
        )
    }

    #[test]
    fn the_highest_revision_is_taken() {
        let of = |file: &str| work(file, "雨\n雨野一郎", "雨が降つてゐる。");
        let works = [of("1_ruby"), of("1_ruby_3812"), of("1_txt_400")];
        assert_eq!(superseded(&works, Orthography::New).0, ["1_ruby", "1_txt_400"]);
    }

    #[test]
    fn one_orthography_of_a_work_is_taken() {
        let new = "雨が降っている橋を、私は国から来た人と渡った。";
        let old = "雨が降つてゐる橋を、私は國から來た人と渡つた。";
        let works = [work("1_ruby_1", "雨\n雨野一郎", old), work("2_ruby_2", "雨\n雨野一郎", new)];
        assert_eq!(superseded(&works, Orthography::New), (vec!["1_ruby_1".to_owned()], 0));
        assert_eq!(superseded(&works, Orthography::Old), (vec!["2_ruby_2".to_owned()], 0));
        assert_eq!(superseded(&works, Orthography::Both), (vec![], 2));
    }

    #[test]
    fn other_works_of_the_same_title_stay() {
        let works = [
            work("1_ruby_1", "雨\n雨野一郎", "雨が降っている橋を渡った。"),
            work("2_ruby_2", "雨\n雨野一郎", "そのころ町には誰も住まなかった。"),
        ];
        assert_eq!(superseded(&works, Orthography::New), (vec![], 2));
    }

    #[test]
    fn three_of_ten_shared_pairs_make_a_version() {
        let of = |opening: &str| work("1_ruby_1", "雨\n雨野一郎", opening);
        // Ten pairs each, of which three are shared, and two.
        assert!(of("あいうえかきくけこさし").is_version_of(&of("あいうえたちつてとなに")));
        assert!(!of("あいうおかきくけこさし").is_version_of(&of("あいうえたちつてとなに")));
    }
}
