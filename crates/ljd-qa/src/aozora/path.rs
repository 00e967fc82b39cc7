//! What the path of a text says: `cards/<person>/files/<work>_<kind>_<revision>/<same>.txt`.

use std::path::Path;

pub(super) fn is_text(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "txt")
}

/// The folder of a work's person: the number behind `cards/` or `person_utf8/`.
pub(super) fn folder(name: &str) -> &str {
    let is_number = |part: &&str| part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    name.split('/').find(is_number).unwrap_or_default()
}

/// The work's number, which its versions share.
pub(super) fn work_id(name: &str) -> &str {
    let stem = stem(name);
    stem.split_once('_').map_or(stem, |(id, _)| id)
}

/// The revision of a work's file; the first ones had no number.
pub(super) fn revision(name: &str) -> Option<u64> {
    let (_, behind_id) = stem(name).split_once('_')?;
    behind_id.rsplit_once('_')?.1.parse().ok()
}

/// The name of a work's file, which no other one has.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".txt").unwrap_or(name)
}

/// The page of the work, as far as its file's path tells it.
pub(super) fn card(file: &str) -> Option<String> {
    let (person, work) = (folder(file), work_id(file));
    let is_number = !work.is_empty() && work.bytes().all(|byte| byte.is_ascii_digit());
    let is_known = !person.is_empty() && is_number;
    is_known.then(|| format!("https://www.aozora.gr.jp/cards/{person}/card{work}.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_person_work_and_revision() {
        let name = "aozorabunko_text-master/cards/000101/files/1_ruby_11/1_ruby_11.txt";
        assert_eq!((folder(name), work_id(name), stem(name)), ("000101", "1", "1_ruby_11"));
        assert_eq!(revision(name), Some(11));
        assert_eq!(revision("cards/000101/files/1_ruby/1_ruby.txt"), None);
        assert_eq!(revision("person_utf8/000303/20_ruby_utf8_kumo.txt"), None);
        assert_eq!(card(name).as_deref(), Some("https://www.aozora.gr.jp/cards/000101/card1.html"));
        assert_eq!(card("x.txt"), None);
    }
}
