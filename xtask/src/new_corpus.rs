//! `cargo xtask new-corpus FAMILY NAME`: writes the skeleton of a corpus, which compiles and reads an invented row.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask new-corpus FAMILY NAME, as in: cargo xtask new-corpus qa rain-quiz\nFAMILY is translation, qa, wiki or dialogue; NAME is of lower-case letters, digits and hyphens";

/// What is left to the writer of the corpus.
const NEXT: &str = "Next, as CONTRIBUTING.md says in full:
1. fill in the manifest, and write the fixture in the published format with every quirk of it
2. tests/pack_fixtures.py and cargo fmt, then LJD_BLESS=1 cargo test -p ljd-{family}, and read every record that it wrote
3. add the corpus to the recipes and to the tables of README.md and README_ja.md
4. cargo test -p ljd -- house:: says what is still missing";

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let [family, name] = arguments else { return said(USAGE, 2) };
    match Skeleton::new(&root, family, name).and_then(|skeleton| skeleton.write()) {
        Ok(written) => {
            let files: Vec<String> =
                written.iter().map(|path| path.display().to_string()).collect();
            let next = NEXT.replace("{family}", family);
            said(&format!("{}\n\n{next}", files.join("\n")), 0)
        }
        Err(error) => said(&format!("error: {error}"), 1),
    }
}

fn said(text: &str, code: u8) -> ExitCode {
    // Where nobody reads, there is nobody to tell it.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(code)
}

/// A corpus that is to be written.
struct Skeleton {
    root: PathBuf,
    family: String,
    name: String,
}

impl Skeleton {
    fn new(root: &Path, family: &str, name: &str) -> io::Result<Self> {
        let is_right = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins || name.ends_with('-') || name.contains("--") || !name.chars().all(is_right) {
            return Err(io::Error::other(format!("`{name}` is no name\n{USAGE}")));
        }
        let skeleton =
            Self { root: root.to_owned(), family: family.to_owned(), name: name.to_owned() };
        if !skeleton.family.chars().all(is_right) || !skeleton.root.join(skeleton.list()).is_file()
        {
            return Err(io::Error::other(format!("`{family}` is no family\n{USAGE}")));
        }
        Ok(skeleton)
    }

    /// Writes everything, or nothing if a file of it is there already; gives the files.
    fn write(&self) -> io::Result<Vec<PathBuf>> {
        let changed = [
            (self.list(), self.with_corpus(&self.read(&self.list())?)?),
            (Self::FIXTURES.into(), with_recipe(&self.read(Self::FIXTURES.as_ref())?, &self.name)?),
        ];
        let new = self.files();
        if let Some((path, _)) = new.iter().find(|(path, _)| self.root.join(path).exists()) {
            return Err(io::Error::other(format!("{} is there already", path.display())));
        }
        let files = new.into_iter().chain(changed);
        files.map(|(path, text)| self.put(&path, &text).map(|()| path)).collect()
    }

    const FIXTURES: &str = "tests/fixtures.json";

    #[expect(clippy::disallowed_methods, reason = "lists are small")]
    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(self.root.join(path))
    }

    fn put(&self, path: &Path, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        File::create(path)?.write_all(text.as_bytes())
    }

    /// The file with the list of the family's corpora.
    fn list(&self) -> PathBuf {
        format!("crates/ljd-{}/src/lib.rs", self.family).into()
    }

    fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The name of the struct.
    fn kind(&self) -> String {
        let words = self.name.split('-').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        });
        words.collect()
    }

    fn files(&self) -> [(PathBuf, String); 4] {
        let Self { family, name, .. } = self;
        let fixtures = format!("crates/ljd-{family}/tests/fixtures");
        let filled = |template: &str| {
            template
                .replace("{name}", name)
                .replace("{kind}", &self.kind())
                .replace("{homepage}", &format!("https://example.org/{name}"))
        };
        [
            (format!("data-manifests/{family}/{name}.json").into(), filled(MANIFEST)),
            (format!("crates/ljd-{family}/src/{}.rs", self.module()).into(), filled(MODULE)),
            (format!("{fixtures}/manifests/{name}.json").into(), filled(FIXTURE_MANIFEST)),
            (format!("{fixtures}/{name}/source/{name}.tsv").into(), ROWS.to_owned()),
        ]
    }

    /// The family's list with the corpus.
    fn with_corpus(&self, list: &str) -> io::Result<String> {
        let (module, kind) = (self.module(), self.kind());
        let list = with_line(list, "mod ", &format!("mod {module};"))?;
        let list =
            with_line(&list, "pub use crate::", &format!("pub use crate::{module}::{kind};"))?;
        let missing = || io::Error::other("no list `CORPORA` that ends with `];`");
        let (before, rest) = list.split_once("pub const CORPORA").ok_or_else(missing)?;
        let (entries, after) = rest.split_once("];").ok_or_else(missing)?;
        let entries = match entries.trim_end().strip_suffix(',') {
            Some(lines) => format!("{lines},\n    &{kind},\n"),
            None => format!("{entries}, &{kind}"),
        };
        Ok(format!("{before}pub const CORPORA{entries}];{after}"))
    }
}

/// The text with a line among those that start alike, where it belongs by the alphabet.
fn with_line(text: &str, start: &str, line: &str) -> io::Result<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let alike = lines.iter().enumerate().filter(|(_, other)| other.starts_with(start));
    let before: Vec<usize> = alike.filter(|(_, other)| **other < line).map(|(n, _)| n).collect();
    let first = lines.iter().position(|other| other.starts_with(start));
    let at = before.last().map(|n| n + 1).or(first);
    let at = at.ok_or_else(|| io::Error::other(format!("no line that starts with `{start}`")))?;
    lines.insert(at, line);
    Ok(lines.join("\n") + "\n")
}

/// The recipe with the corpus as its last one.
fn with_recipe(recipe: &str, name: &str) -> io::Result<String> {
    let end = "}\n  ]\n}";
    let missing = || io::Error::other("tests/fixtures.json ends in another way");
    let before = recipe.trim_end().strip_suffix(end).ok_or_else(missing)?;
    Ok(format!("{before}}},\n    {{ \"name\": \"{name}\" }}\n  ]\n}}\n"))
}

const MANIFEST: &str = r#"{
  "name": "{name}",
  "title": "{kind}",
  "homepage": "{homepage}",
  "license": "CC-BY-SA-4.0",
  "copyright": "{kind} authors",
  "attribution": "{kind}, CC BY-SA 4.0",
  "modifications": "",
  "citation": "",
  "tasks": ["question-answering"],
  "version": "1.0",
  "files": [
    {
      "path": "{name}/{name}.tsv",
      "split": "whole",
      "url": "{homepage}/{name}.tsv"
    }
  ],
  "tolerance": 0.0,
  "expected": {}
}
"#;

const FIXTURE_MANIFEST: &str = r#"{
  "version": "fixture",
  "files": [
    {
      "path": "{name}/{name}.tsv",
      "split": "whole",
      "url": "{homepage}/{name}.tsv"
    }
  ],
  "tolerance": 0.5,
  "expected": {
    "v0": 2,
    "clean": 2
  },
  "most_dropped": 1.0
}
"#;

const ROWS: &str = "1\t空から降る水を何といいますか。\t雨\n2\t空から降る白いものは何ですか。\t雪\n";

const MODULE: &str = r#"//! What the corpus is, and by whom it was made.
//!
//! `{name}.tsv` has lines of UTF-8, `id<TAB>question<TAB>answer`, without a header. (<{homepage}>)

use std::borrow::Cow;

use ljd_core::read::{last_line_end, lines};
use ljd_core::{Chunk, ChunkSink, Corpus, Raw, Record, RecordSink, Result, Rules, Skip, Task};

/// What the corpus is, in a few words.
#[derive(Debug, Clone, Copy)]
pub struct {kind};

impl Corpus for {kind} {
    fn name(&self) -> &'static str {
        "{name}"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/{name}.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        lines(raw.open(raw.manifest().file(0)?)?, &last_line_end, out)
    }

    fn records(&self, chunk: &Chunk, _: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        chunk.each_line(out, |line, out| {
            let columns: Vec<&str> = line.text.split('\t').collect();
            let [id, question, answer] = *columns else {
                return Err(Skip::Bad("not three columns"));
            };
            let source = out.source();
            out.push(Record {
                instruction: question.into(),
                output: Cow::Borrowed(answer),
                split: chunk.split,
                ..Record::new(source, id, Task::QuestionAnswering)
            });
            Ok(())
        });
        Ok(())
    }
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "//! Questions.\n\nmod aio;\nmod jqac;\n\npub use crate::aio::Aio;\npub use crate::jqac::Jqac;\n\n/// All.\npub const CORPORA: &[&dyn Corpus] = &[&Aio, &Jqac];\n";

    fn skeleton(name: &str) -> Skeleton {
        Skeleton { root: PathBuf::new(), family: "qa".to_owned(), name: name.to_owned() }
    }

    #[test]
    fn a_list_takes_the_corpus_in_three_places() {
        let list = skeleton("bad-rain2").with_corpus(LIST).unwrap();
        assert_eq!(
            list,
            "//! Questions.\n\nmod aio;\nmod bad_rain2;\nmod jqac;\n\npub use crate::aio::Aio;\npub use crate::bad_rain2::BadRain2;\npub use crate::jqac::Jqac;\n\n/// All.\npub const CORPORA: &[&dyn Corpus] = &[&Aio, &Jqac, &BadRain2];\n"
        );
        let first = skeleton("abc").with_corpus(LIST).unwrap();
        assert!(first.contains("\n\nmod abc;\nmod aio;\n"), "{first}");
        let lines = LIST.replace("&[&Aio, &Jqac];", "&[\n    &Aio,\n    &Jqac,\n];");
        let lines = skeleton("zoo").with_corpus(&lines).unwrap();
        assert!(lines.ends_with("    &Jqac,\n    &Zoo,\n];\n"), "{lines}");
        assert!(lines.contains("\nmod jqac;\nmod zoo;\n"), "{lines}");
    }

    #[test]
    fn the_recipe_of_all_fixtures_takes_it_last() {
        let recipe = "{\n  \"corpora\": [\n    { \"name\": \"aio\" }\n  ]\n}\n";
        let expected =
            "{\n  \"corpora\": [\n    { \"name\": \"aio\" },\n    { \"name\": \"rain\" }\n  ]\n}\n";
        assert_eq!(with_recipe(recipe, "rain").unwrap(), expected);
    }

    /// A workspace of which there is only what a new corpus touches.
    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let list = Skeleton { root: root.path().to_owned(), ..skeleton("rain") };
        list.put(&list.list(), LIST).unwrap();
        let recipe = "{\n  \"corpora\": [\n    { \"name\": \"aio\" }\n  ]\n}\n";
        list.put(Skeleton::FIXTURES.as_ref(), recipe).unwrap();
        root
    }

    #[test]
    fn a_skeleton_is_written_once() {
        let root = workspace();
        let written = Skeleton::new(root.path(), "qa", "rain").unwrap().write().unwrap();
        assert_eq!(written.len(), 6);
        for path in &written {
            assert!(root.path().join(path).is_file(), "{}", path.display());
        }
        let skeleton = Skeleton::new(root.path(), "qa", "rain").unwrap();
        let list = skeleton.read(&skeleton.list()).unwrap();
        let error = skeleton.write().unwrap_err().to_string();
        assert_eq!(error, "data-manifests/qa/rain.json is there already");
        assert_eq!(skeleton.read(&skeleton.list()).unwrap(), list, "nothing is changed");
    }

    #[test]
    fn names_and_families_are_checked() {
        let root = workspace();
        for name in ["", "Rain", "rain_quiz", "-rain", "rain-", "ra--in", "1rain", "../rain", "雨"]
        {
            assert!(Skeleton::new(root.path(), "qa", name).is_err(), "{name}");
        }
        for family in ["", "core", "../qa", "Qa"] {
            assert!(Skeleton::new(root.path(), family, "rain").is_err(), "{family}");
        }
    }
}
