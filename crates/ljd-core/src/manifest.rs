//! What a source is, as data: licence, credit, citation, files, expected counts.
//!
//! Every field is described in `data-manifests/README.md` of the repository.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::path::matches;
use crate::{
    Error, ErrorKind, FileName, License, LicenseId, LicenseProperty, Location, Lock, Preset,
    RelativePath, Result, Source, Split, StatedLicense, Task, UnknownName, hex,
};

/// The manifest of one corpus, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Name and licence, as every record carries them.
    pub source: Source,
    /// Full name of the corpus.
    pub title: String,
    /// Page of the corpus.
    pub homepage: String,
    /// Who holds the copyright.
    pub copyright: String,
    /// What the records change of the published text.
    pub modifications: String,
    /// What users of the records should know beside their licence: what the publisher asks for, what is in doubt.
    pub note: Option<String>,
    /// How to cite it, as BibTeX.
    pub citation: String,
    /// What its records teach.
    pub tasks: Vec<Task>,
    /// The release: a version, a date or a commit.
    pub version: String,
    /// The published files.
    pub files: Vec<ManifestFile>,
    /// Share of the rows that may be skipped, 0 to 1.
    pub tolerance: f64,
    /// Share of the records that a recipe's rules of quality may drop, 0 to 1.
    pub most_dropped: f64,
    /// Records that each preset makes of this release, by the preset's name.
    pub expected: BTreeMap<String, u64>,
    /// How the files are read, where the manifest says it: what `ljd-tables` takes apart.
    pub read: Option<Value>,
    /// SHA-256 of the text that the manifest was read from, replacements included.
    pub sha256: String,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Where it lies below the raw folder, with forward slashes; or a pattern of such paths, with `*` in it.
    #[serde(deserialize_with = "pattern")]
    pub path: RelativePath,
    /// Where it is published; empty where it is not.
    #[serde(default)]
    pub url: String,
    /// Other places that have the same bytes.
    #[serde(default)]
    pub mirrors: Vec<String>,
    /// Its size.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// Its SHA-256 in lower-case hexadecimal; absent where the publisher changes the file in place.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Where its size and digest are from, if not from the publisher.
    #[serde(default)]
    pub stated_by: Option<String>,
    /// Lists of check sums (SHA-1, MD5 or SHA-256) that its publisher keeps; the first that can be had is what it is
    /// held to where no SHA-256 is stated.
    #[serde(default)]
    pub sums: Vec<String>,
    /// Why it has to be downloaded by hand, where that is so.
    #[serde(default)]
    pub by_hand: Option<String>,
    /// Whether the corpus can be read without it.
    #[serde(default)]
    pub optional: bool,
    /// Whether it may end early: then what is whole is read, and the end is counted as a row left out.
    #[serde(default)]
    pub truncated: bool,
    /// The part of the origin that its rows are in.
    #[serde(default, deserialize_with = "split")]
    pub split: Option<Split>,
    /// The parts that members of an archive, or sheets of a workbook, are in: by the end of the member's path.
    #[serde(default, deserialize_with = "splits")]
    pub members: BTreeMap<String, Split>,
    /// What its users should know of that choice: a file that was evaluation data and is training data here, say.
    #[serde(default)]
    pub split_note: Option<String>,
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RelativePath, D::Error> {
    let path = <Cow<'_, str>>::deserialize(deserializer)?;
    RelativePath::parse_pattern(path).map_err(de::Error::custom)
}

fn split<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Split>, D::Error> {
    let name = <Cow<'_, str>>::deserialize(deserializer)?;
    Split::parse(&name).map(Some).map_err(de::Error::custom)
}

fn splits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Split>, D::Error> {
    let names = <BTreeMap<String, String>>::deserialize(deserializer)?;
    let splits = names.into_iter().map(|(member, name)| Ok((member, Split::parse(&name)?)));
    splits.collect::<Result<_, UnknownName>>().map_err(de::Error::custom)
}

/// What earlier releases of a corpus are under.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    /// The first release that is not.
    before: String,
    license: License,
    attribution: String,
}

/// A manifest as it is written: in a replacement, any field may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    name: Option<String>,
    title: Option<String>,
    homepage: Option<String>,
    license: Option<WrittenLicense>,
    license_text: Option<String>,
    license_asks: Option<Vec<LicenseProperty>>,
    copyright: Option<String>,
    attribution: Option<String>,
    earlier: Option<Vec<Earlier>>,
    modifications: Option<String>,
    note: Option<String>,
    citation: Option<String>,
    tasks: Option<Vec<String>>,
    version: Option<String>,
    files: Option<Vec<ManifestFile>>,
    tolerance: Option<f64>,
    most_dropped: Option<f64>,
    expected: Option<BTreeMap<String, u64>>,
    read: Option<Value>,
}

/// A licence as it is written: whole, or by an id of which the manifest states the text beside it.
#[derive(Debug)]
enum WrittenLicense {
    Whole(License),
    Id(String),
}

impl<'de> Deserialize<'de> for WrittenLicense {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        match value.as_str() {
            Some(id) if License::parse(id).is_err() && LicenseId::parse(id).is_ok() => {
                Ok(Self::Id(id.to_owned()))
            }
            _ => License::deserialize(value).map(Self::Whole).map_err(de::Error::custom),
        }
    }
}

impl WrittenLicense {
    /// The licence with the text that the manifest states.
    fn with_text(
        self,
        text: Option<String>,
        asks_for: Option<Vec<LicenseProperty>>,
    ) -> Result<License, Problem> {
        let id = match self {
            Self::Id(id) => id,
            Self::Whole(license) if text.is_none() && asks_for.is_none() => return Ok(license),
            Self::Whole(license) => {
                let problem = format!("is stated already by `license`, `{license}`");
                return Err(("license_text", problem));
            }
        };
        let Some(text) = text else {
            let problem = format!(
                "is only named, but the text of `{id}` is not compiled in: name a file with it as `license_text`, or state an object with `id`, `name`, `url` and `text`"
            );
            return Err(("license", problem));
        };
        let (name, url) = (id.clone(), String::new());
        let stated = StatedLicense { id, name, url, text, asks_for };
        License::stated(stated).map_err(|problem| ("license", format!("is wrong: {problem}")))
    }
}

impl Manifest {
    /// Reads a manifest. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where the JSON is none, has a field that manifests do not have, lacks one that they must have, or
    /// says something impossible; the location holds file and line.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        written(text, file)?.check(file, &[text])
    }

    /// Reads a manifest of which a `replacement` states some fields anew: another release, say.
    ///
    /// A field that the replacement has takes the place of the whole field. If it names another `version`
    /// without `files`, they are those of that version: paths and addresses have `{version}` in them, and
    /// what was known of their bytes and records holds no longer.
    ///
    /// ```
    /// use ljd_core::Manifest;
    ///
    /// let text = r#"{
    ///     "name": "rain", "title": "Rain", "homepage": "https://example.org", "license": "CC-BY-4.0",
    ///     "copyright": "the authors", "attribution": "Rain, CC BY 4.0", "modifications": "none",
    ///     "citation": "@misc{rain}", "tasks": ["translation"], "version": "20230101",
    ///     "files": [{ "path": "rain/{version}.tsv", "split": "train", "url": "https://example.org/{version}.tsv" }]
    /// }"#;
    /// let manifest = Manifest::parse_replaced(text, r#"{ "version": "20240101" }"#, "replacement")?;
    /// assert_eq!(manifest.files[0].url, "https://example.org/20240101.tsv");
    /// # Ok::<(), ljd_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), for either of the two texts; and where another version is named without
    /// files, but no file has `{version}` in its address.
    pub fn parse_replaced(text: &str, replacement: &str, file: &str) -> Result<Self> {
        Self::parse_all(text, &[(replacement, file)])
    }

    /// As [`parse_replaced`](Self::parse_replaced), with several replacements one after the other; each
    /// with the name that messages call it.
    ///
    /// # Errors
    ///
    /// As [`parse_replaced`](Self::parse_replaced).
    pub fn parse_all(text: &str, replacements: &[(&str, &str)]) -> Result<Self> {
        let mut manifest = written(text, "manifest")?;
        let (mut last, mut texts) = ("manifest", vec![text]);
        for (replacement, file) in replacements {
            let at_file = |problem| invalid(file, problem);
            manifest = manifest.replaced_by(written(replacement, file)?).map_err(at_file)?;
            last = file;
            texts.push(replacement);
        }
        manifest.check(last, &texts)
    }

    /// A file of the release by its place in the list.
    ///
    /// # Errors
    ///
    /// Where the manifest names fewer.
    pub fn file(&self, n: usize) -> Result<&ManifestFile> {
        self.files.get(n).ok_or_else(|| {
            let problem = format!("has only {}, the corpus needs more", self.files.len());
            Error::new(ErrorKind::Invalid { field: "files", problem })
        })
    }

    /// The split of the first file, where it has one: what a corpus reads is in it unless the corpus looks at each
    /// file or member.
    pub fn split(&self) -> Split {
        self.files.first().and_then(|file| file.split).unwrap_or(Split::Whole)
    }

    /// Whether the release is the newest one, whichever that is, and its publisher says which.
    ///
    /// Its lists of check sums name the files of the newest release by their own names: `rain-20240101.tsv` in the list
    /// for `rain-latest.tsv`.
    pub fn waits_for_release(&self) -> bool {
        self.version == Self::LATEST && self.files.iter().any(|file| !file.sums.is_empty())
    }

    /// The version that stands for the newest release.
    pub const LATEST: &str = "latest";

    /// The records that a preset makes of this release, where that is known.
    pub fn expected(&self, preset: Preset) -> Option<u64> {
        self.expected.get(preset.as_str()).copied()
    }
}

/// What a corpus may lose whose manifest does not say.
const MOST_DROPPED: f64 = 0.1;

/// Stands for the version in a file's path and addresses, and in the credit.
const VERSION: &str = "{version}";

impl ManifestFile {
    /// Where the file lies, below the folder `root`.
    pub fn below(&self, root: &Path) -> PathBuf {
        root.join(&self.path)
    }

    /// The split that all of its rows are in.
    ///
    /// # Errors
    ///
    /// Where the manifest states those of its members only.
    pub fn split(&self) -> Result<Split> {
        self.split.ok_or_else(|| {
            let problem = format!("has `{}`, which states no `split`", self.path);
            Error::new(ErrorKind::Invalid { field: "files", problem })
        })
    }

    /// The split that the rows of a member of it are in: the one stated for the member, or else for the file.
    ///
    /// ```
    /// # let text = r#"{
    /// #     "name": "rain", "title": "Rain", "homepage": "https://example.org", "license": "CC-BY-4.0",
    /// #     "copyright": "the authors", "attribution": "Rain, CC BY 4.0", "modifications": "none",
    /// #     "citation": "@misc{rain}", "tasks": ["translation"], "version": "1", "files": [{
    /// #         "path": "rain.zip", "url": "https://example.org/rain.zip",
    /// #         "split": "train", "members": { "test.tsv": "test" } }] }"#;
    /// # let manifest = ljd_core::Manifest::parse(text, "rain.json")?;
    /// let file = manifest.file(0)?; // "split": "train", "members": { "test.tsv": "test" }
    /// assert_eq!(file.split_of("rain/test.tsv")?.as_str(), "test");
    /// assert_eq!(file.split_of("rain/contest.tsv")?.as_str(), "train");
    /// # Ok::<(), ljd_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the manifest states neither.
    pub fn split_of(&self, member: &str) -> Result<Split> {
        self.stated_split_of(member).or(self.split).ok_or_else(|| {
            let problem = format!("has `{}`, which states no split of `{member}`", self.path);
            Error::new(ErrorKind::Invalid { field: "files", problem })
        })
    }

    /// The split that is stated for a member.
    pub fn stated_split_of(&self, member: &str) -> Option<Split> {
        let mut stated = self.members.iter();
        stated.find(|(end, _)| Self::names_member(end, member)).map(|(_, split)| *split)
    }

    /// Whether that end of a path, as `members` has it, is that of a member; `*` stands for any characters of a name.
    ///
    /// ```
    /// use ljd_core::ManifestFile;
    ///
    /// assert!(ManifestFile::names_member("train/*.json", "rain-1.0/data/train/0001.json"));
    /// assert!(!ManifestFile::names_member("train.json", "rain-1.0/data/pretrain.json"));
    /// ```
    pub fn names_member(end: &str, member: &str) -> bool {
        let mut members = member.rsplit('/');
        end.rsplit('/').all(|name| members.next().is_some_and(|member| matches(name, member)))
    }
}

fn written(text: &str, file: &str) -> Result<Written> {
    serde_json::from_str(text).map_err(|error| Error::json(file, error))
}

impl Written {
    fn replaced_by(mut self, new: Self) -> Result<Self, Problem> {
        if new.files.is_none() && new.version.is_some() && new.version != self.version {
            self.forget_version()?;
        }
        // Who states a licence anew does not speak of the earlier ones.
        let is_relicensed = new.license.is_some() || new.attribution.is_some();
        let earlier = if is_relicensed { new.earlier } else { new.earlier.or(self.earlier) };
        Ok(Self {
            earlier,
            name: new.name.or(self.name),
            title: new.title.or(self.title),
            homepage: new.homepage.or(self.homepage),
            license_text: new.license_text.or(self.license_text.filter(|_| !is_relicensed)),
            license_asks: new.license_asks.or(self.license_asks.filter(|_| !is_relicensed)),
            license: new.license.or(self.license),
            copyright: new.copyright.or(self.copyright),
            attribution: new.attribution.or(self.attribution),
            modifications: new.modifications.or(self.modifications),
            note: new.note.or(self.note),
            citation: new.citation.or(self.citation),
            tasks: new.tasks.or(self.tasks),
            version: new.version.or(self.version),
            files: new.files.or(self.files),
            tolerance: new.tolerance.or(self.tolerance),
            most_dropped: new.most_dropped.or(self.most_dropped),
            expected: new.expected.or(self.expected),
            read: new.read.or(self.read),
        })
    }

    /// Forgets what is true of one version only.
    fn forget_version(&mut self) -> Result<(), Problem> {
        let files = self.files.iter_mut().flatten();
        let mut versioned = files.filter(|file| file.url.contains(VERSION)).peekable();
        if versioned.peek().is_none() {
            let problem =
                format!("is another one, but no file's `url` has `{VERSION}`: state `files`");
            return Err(("version", problem));
        }
        for file in versioned {
            (file.bytes, file.sha256, file.stated_by) = (None, None, None);
        }
        self.expected = None;
        Ok(())
    }

    fn check(self, file: &str, texts: &[&str]) -> Result<Manifest> {
        self.checked(hex(&Sha256::digest(texts.concat()))).map_err(|problem| invalid(file, problem))
    }

    fn checked(self, sha256: String) -> Result<Manifest, Problem> {
        let version = given("version", self.version)?;
        let mut files = given("files", self.files)?;
        if files.is_empty() {
            return Err(("files", "is empty".to_owned()));
        }
        for file in &mut files {
            for text in [&mut file.url].into_iter().chain(&mut file.mirrors).chain(&mut file.sums) {
                *text = text.replace(VERSION, &version);
            }
            let path = RelativePath::parse_pattern(file.path.replace(VERSION, &version));
            file.path = path.map_err(|error| ("files", format!("has a bad path: {error}")))?;
            check_file(file)?;
            if file.url.is_empty() {
                if self.read.is_none() {
                    return Err(("files", format!("has `{}` without its `url`", file.path)));
                }
                file.by_hand.get_or_insert_with(|| "it is published nowhere".to_owned());
            }
        }
        let expected = self.expected.unwrap_or_default();
        for preset in expected.keys() {
            Preset::parse(preset).map_err(|error| ("expected", format!("has an {error}")))?;
        }
        // What is read by the manifest alone needs to say only what the dataset cannot do without.
        let is_own = self.read.is_some();
        let or_none = |field, value: Option<String>| match value {
            None if is_own => Ok(String::new()),
            value => given(field, value),
        };
        let task = self.read.as_ref().and_then(|read| read.get("task")?.as_str());
        let tasks = self.tasks.or_else(|| task.map(|task| vec![task.to_owned()]));
        if tasks.is_none() && is_own {
            return Err(("read", "has no `task`".to_owned()));
        }
        let tasks = given("tasks", tasks)?;
        let tasks = tasks.iter().map(|task| Task::parse(task)).collect::<Result<_, _>>();
        let tolerance = share("tolerance", self.tolerance.unwrap_or(0.0))?;
        let most_dropped = share("most_dropped", self.most_dropped.unwrap_or(MOST_DROPPED))?;
        let license = given("license", self.license)?;
        let mut license = license.with_text(self.license_text, self.license_asks)?;
        let mut attribution = self.attribution;
        let earlier = self.earlier.into_iter().flatten();
        // Releases are dates or numbers that sort as texts do; `latest` comes after them.
        let is_earlier = |earlier: &Earlier| version.as_str() < earlier.before.as_str();
        if let Some(earlier) = earlier.filter(is_earlier).min_by(|a, b| a.before.cmp(&b.before)) {
            (license, attribution) = (earlier.license, Some(earlier.attribution));
        }
        Ok(Manifest {
            source: Source {
                name: check_name(given("name", self.name)?)?,
                license,
                attribution: given("attribution", attribution)?.replace(VERSION, &version),
            },
            title: given("title", self.title)?,
            homepage: or_none("homepage", self.homepage)?,
            copyright: given("copyright", self.copyright)?,
            modifications: or_none("modifications", self.modifications)?,
            note: self.note,
            citation: or_none("citation", self.citation)?,
            tasks: tasks.map_err(|error| ("tasks", format!("has an {error}")))?,
            version,
            files,
            tolerance,
            most_dropped,
            expected,
            read: self.read,
            sha256,
        })
    }
}

/// A field, and what is wrong with it.
type Problem = (&'static str, String);

fn invalid(file: &str, (field, problem): Problem) -> Error {
    Error::at(Location::file(Arc::from(file)), ErrorKind::Invalid { field, problem })
}

fn given<T>(field: &'static str, value: Option<T>) -> Result<T, Problem> {
    value.ok_or_else(|| (field, "is missing".to_owned()))
}

fn share(field: &'static str, share: f64) -> Result<f64, Problem> {
    if (0.0..=1.0).contains(&share) {
        return Ok(share);
    }
    Err((field, format!("is {share}, not a share from 0 to 1")))
}

/// The name is also a folder of the output and a module of the code.
fn check_name(name: String) -> Result<String, Problem> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(fits) {
        let problem = format!("is `{name}`, not lower-case letters, digits and hyphens");
        return Err(("name", problem));
    }
    FileName::parse(name).map(Into::into).map_err(|error| ("name", format!("is bad: {error}")))
}

/// What lies beside the files of a raw folder: parts of downloads, what they are of, and what came instead.
const BESIDE: [&str; 3] = [".part", ".part.json", ".bad"];

fn check_file(file: &ManifestFile) -> Result<(), Problem> {
    let is_beside = |name: &str| BESIDE.iter().any(|ending| name.to_lowercase().ends_with(ending));
    if file.path.eq_ignore_ascii_case(Lock::FILE) || file.path.names().any(is_beside) {
        let problem = format!("has the path `{}`, which is the name of a file of ours", file.path);
        return Err(("files", problem));
    }
    if file.split.is_none() && file.members.is_empty() {
        let problem = format!("has `{}` without its `split`, or those of its `members`", file.path);
        return Err(("files", problem));
    }
    if file.path.is_pattern() && !(file.url.is_empty() && file.sha256.is_none()) {
        let problem =
            format!("has the pattern `{}` with the `url` or `sha256` of one file", file.path);
        return Err(("files", problem));
    }
    let Some(sha256) = &file.sha256 else { return Ok(()) };
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if sha256.len() != 64 || !sha256.chars().all(is_hex) {
        let problem = format!("has `{sha256}`, not a SHA-256 of 64 lower-case hexadecimal digits");
        return Err(("files", problem));
    }
    Ok(())
}
