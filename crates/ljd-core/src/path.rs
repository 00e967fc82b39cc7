//! Names that become files and folders: checked here, once, by types that can hold nothing else.
//!
//! Names come from recipes, manifests and reports, which anybody may have written. What is made of a [`FileName`] or a
//! [`RelativePath`] stays in the folder that it is joined to, is visible there, and can be made on every system.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::is_invisible;

/// The name of one file or folder.
///
/// It has no separator, is not hidden, has no character that is invisible or that Windows forbids, and is none of
/// Windows's devices.
///
/// ```
/// use ljd_core::FileName;
///
/// assert_eq!(FileName::parse("data.jsonl")?.as_str(), "data.jsonl");
/// for name in ["..", "../x", "/etc", ".hidden", "", "a\\b", "aux.json", "a."] {
///     assert!(FileName::parse(name).is_err(), "{name}");
/// }
/// # Ok::<(), ljd_core::BadPath>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

/// A path below a folder: names with forward slashes between them.
///
/// ```
/// use ljd_core::RelativePath;
///
/// let path = RelativePath::parse("alt/URL-train.txt")?;
/// assert_eq!(path.names().last(), Some("URL-train.txt"));
/// assert!(RelativePath::parse("alt/../../URL-train.txt").is_err());
/// # Ok::<(), ljd_core::BadPath>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RelativePath(String);

/// A text that cannot name a file or folder of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPath {
    /// The text.
    pub path: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` names no file or folder: it {}", self.path, self.problem)
    }
}

impl std::error::Error for BadPath {}

/// The longest name in bytes: systems take 255, and endings like `.part.json` are added to it.
const LONGEST: usize = 200;

/// What Windows takes for devices, with any ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

impl FileName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`BadPath`] where it is none, with the reason.
    pub fn parse(name: impl Into<String>) -> Result<Self, BadPath> {
        let name = name.into();
        match problem(&name) {
            None => Ok(Self(name)),
            Some(problem) => Err(BadPath { path: name, problem }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RelativePath {
    /// Checks a path.
    ///
    /// # Errors
    ///
    /// [`BadPath`] where a part of it is no [`FileName`], with the reason.
    pub fn parse(path: impl Into<String>) -> Result<Self, BadPath> {
        let path = path.into();
        match path.split('/').find_map(problem) {
            None => Ok(Self(path)),
            Some(problem) => Err(BadPath { path, problem }),
        }
    }

    /// Checks a path of files to be read, in which `*` may stand for any characters of a name.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_pattern(path: impl Into<String>) -> Result<Self, BadPath> {
        let path = path.into();
        match Self::parse(path.replace('*', "x")) {
            Ok(_without_stars) => Ok(Self(path)),
            Err(BadPath { problem, .. }) => Err(BadPath { path, problem }),
        }
    }

    /// Whether it stands for the files that [`matches`](Self::matches) tells.
    pub fn is_pattern(&self) -> bool {
        self.0.contains('*')
    }

    /// Whether `path` has as many names, each of which is that of the pattern at its place.
    ///
    /// ```
    /// use ljd_core::RelativePath;
    ///
    /// let pattern = RelativePath::parse_pattern("faq/2026-*.csv")?;
    /// assert!(pattern.matches("faq/2026-11.csv"));
    /// assert!(!pattern.matches("faq/2025-11.csv") && !pattern.matches("faq/2026-11/a.csv"));
    /// # Ok::<(), ljd_core::BadPath>(())
    /// ```
    pub fn matches(&self, path: &str) -> bool {
        let names = self.names().zip(path.split('/'));
        self.names().count() == path.split('/').count()
            && names.into_iter().all(|(pattern, name)| matches(pattern, name))
    }

    /// The path with forward slashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names of its folders and of the file.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The folders that it lies in, from the outermost one to the nearest.
    ///
    /// ```
    /// let path = ljd_core::RelativePath::parse("jsonl/alt/train.jsonl")?;
    /// assert!(path.folders().eq(["jsonl", "jsonl/alt"]));
    /// # Ok::<(), ljd_core::BadPath>(())
    /// ```
    pub fn folders(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.match_indices('/').filter_map(|(at, _)| self.0.get(..at))
    }
}

/// Whether `*` in the pattern can stand for parts of the name so that both are the same.
///
/// The pieces between the stars are looked for from left to right; the first one begins the name, the last one ends it.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inner = name.strip_prefix(first).and_then(|name| name.strip_suffix(last));
    let pieces = middle.split('*').try_fold(inner, |left, piece| {
        left.map(|left| left.split_once(piece).map(|(_, after)| after))
    });
    pieces.is_some_and(|left| left.is_some())
}

/// What is wrong with a name, if anything is.
fn problem(name: &str) -> Option<&'static str> {
    let is_forbidden = |c: char| matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    if name.is_empty() {
        return Some("has an empty part");
    }
    if name == ".." || name == "." {
        return Some("leaves its folder");
    }
    if name.contains(['/', '\\']) {
        return Some("has a separator of folders in a name");
    }
    if name.starts_with('.') {
        return Some("begins with a dot");
    }
    if name.ends_with('.') || name.starts_with(' ') || name.ends_with(' ') {
        return Some("begins or ends with a space, or ends with a dot");
    }
    if name.chars().any(|c| is_invisible(c) || is_forbidden(c)) {
        return Some("has a character that is invisible or that not every system allows");
    }
    if is_device(name) {
        return Some("is a device on Windows");
    }
    (LONGEST < name.len()).then_some("is longer than 200 bytes")
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let mut stem_characters = stem.chars();
    let ends_with_port =
        stem_characters.next_back().is_some_and(|c| matches!(c, '0'..='9' | '¹' | '²' | '³'));
    let is_port = ends_with_port && matches!(stem_characters.as_str(), "com" | "lpt");
    is_port || DEVICES.contains(&stem.as_str())
}

/// Whether an archive's member would be unpacked within the archive's folder, on every system.
///
/// Members never become files of ours, so that their names need to be no [`FileName`]s.
pub(crate) fn is_inside(member: &str) -> bool {
    let has_drive = member.as_bytes().get(1) == Some(&b':');
    !member.is_empty()
        && !has_drive
        && !member.starts_with(['/', '\\'])
        && !member.contains('\0')
        && member.split(['/', '\\']).all(|part| part.trim_end() != "..")
}

/// What both types are to others: texts, and paths.
macro_rules! text {
    ($($name:ident),*) => {$(
        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<Path> for $name {
            fn as_ref(&self) -> &Path {
                Path::new(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <Cow<'_, str>>::deserialize(deserializer)?;
                Self::parse(text).map_err(de::Error::custom)
            }
        }
    )*};
}

text!(FileName, RelativePath);

impl From<FileName> for RelativePath {
    fn from(name: FileName) -> Self {
        Self(name.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_hides_or_deceives_is_no_name() {
        for name in [
            "",
            ".",
            "..",
            "/",
            "a/b",
            "a\\b",
            "/etc",
            "C:x",
            ".git",
            "...",
            "a.",
            "a ",
            " a",
            "a\0b",
            "a\nb",
            "a\u{1b}[2J",
            "a\u{202e}b",
            "a\u{200b}",
            "\u{feff}a",
            "a*",
            "a?",
            "a|b",
            "a\"b",
            "<a>",
            "CON",
            "con",
            "Aux.txt",
            "nul.tar.gz",
            "COM1",
            "lpt9.x",
            "com¹",
            "con .x",
            "CONIN$",
        ] {
            let error = FileName::parse(name).expect_err(name);
            assert_eq!(error.path, name);
        }
        for name in [
            "a",
            "data.jsonl",
            "a b",
            "日本語",
            "con-x",
            "icon",
            "com",
            "com10",
            "lptx",
            "a..b",
            "-",
        ] {
            assert!(FileName::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_name_has_room_for_endings() {
        assert!(FileName::parse("a".repeat(LONGEST)).is_ok());
        let error = FileName::parse("a".repeat(LONGEST + 1)).unwrap_err();
        assert!(error.to_string().ends_with(&format!("longer than {LONGEST} bytes")), "{error}");
    }

    #[test]
    fn every_part_of_a_path_is_a_name() {
        for path in ["a//b", "/a", "a/", "a/../b", "../a", "./a", "a/.b", "a\\..\\b", "a/con/b"] {
            assert!(RelativePath::parse(path).is_err(), "{path}");
        }
        assert_eq!(RelativePath::parse("a/b.c").unwrap(), "a/b.c");
        let json: Result<RelativePath, _> = serde_json::from_str(r#""a/\u002e./b""#);
        let error = json.unwrap_err().to_string();
        assert!(error.starts_with("`a/../b` names no file or folder: it leaves"), "{error}");
    }

    #[test]
    fn a_member_stays_in_its_archive_on_every_system() {
        for member in
            ["", "/a", "..", "a/../../b", "..\\b", "a\\..\\b", "C:\\a", "\\a", "a/.. /b", "a\0"]
        {
            assert!(!is_inside(member), "{member:?}");
        }
        for member in ["a", "./a", "a/.DS_Store", "a..b/c", "日本/語"] {
            assert!(is_inside(member), "{member:?}");
        }
    }
}
