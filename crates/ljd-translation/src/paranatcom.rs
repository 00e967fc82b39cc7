//! ParaNatCom: papers of Nature Communications with Japanese translations of title and abstract.
//!
//! `ParaNatCom-20201127.zip` holds `articles/<file>`, one MEDLINE XML a paper, and translations by three
//! agencies under the same file names in `abstracts-ja-1/` (of every paper), `abstracts-ja-2/` and
//! `abstracts-ja-3/` (of some): UTF-8, the title in the first line, then the abstract. English titles end in
//! a full stop, Japanese ones may end in `：` or `:`. English abstracts have inline markup, and some have
//! labelled parts; Japanese ones hold `<sup>` and `<sub>` as plain text.
//! (<https://www2.nict.go.jp/astrec-att/member/mutiyama/paranatcom/>)
//!
//! v0 cut an English abstract where its first inline element begins and kept its first part only.

use std::borrow::Cow;

use ljd_core::read::whole;
use ljd_core::{
    Chunk, ChunkSink, Corpus, Language, Preset, Raw, Record, RecordSink, Result, Rules, Skip, Task,
    Template, Text,
};

use crate::markup::{Article, render_literal};

/// Papers with Japanese translations of title and abstract.
#[derive(Debug, Clone, Copy)]
pub struct Paranatcom;

/// The kind of an article's text; the translations are of the kinds 1 to 3, as their folders.
const ARTICLE: usize = 0;

/// What a record is made of.
#[derive(Clone, Copy)]
enum Piece {
    TitleEn,
    TitleJa,
    AbstractEn,
    AbstractJa,
}

/// One way to make a record of a paper and a translation.
struct Way {
    /// The task as the published dataset calls it, with `#` for the number of the translation.
    id: &'static str,
    task: Task,
    instruction: Template<'static>,
    input: Piece,
    output: Piece,
}

const MAKE_TITLE: &str = "論文のアブストラクトからタイトルを作ってください。";
const IMAGINE_ABSTRACT: &str = "論文のタイトルからアブストラクトを想像して書いてください。";

/// In v0's order.
const WAYS: [Way; 8] = [
    Way {
        id: "title-trans-en-ja#",
        task: Task::Translation,
        instruction: Template::new(
            "title-en-ja",
            "次の英語の論文のタイトルを日本語に翻訳してください。",
        ),
        input: Piece::TitleEn,
        output: Piece::TitleJa,
    },
    Way {
        id: "title-trans-ja#-en",
        task: Task::Translation,
        instruction: Template::new(
            "title-ja-en",
            "次の日本語の論文のタイトルを英語に翻訳してください。",
        ),
        input: Piece::TitleJa,
        output: Piece::TitleEn,
    },
    Way {
        id: "title-gen-en",
        task: Task::TitleGeneration,
        instruction: Template::new("gen-title-en", MAKE_TITLE),
        input: Piece::AbstractEn,
        output: Piece::TitleEn,
    },
    Way {
        id: "title-gen-ja#",
        task: Task::TitleGeneration,
        instruction: Template::new("gen-title-ja", MAKE_TITLE),
        input: Piece::AbstractJa,
        output: Piece::TitleJa,
    },
    Way {
        id: "abstract-gen-en",
        task: Task::AbstractGeneration,
        instruction: Template::new("gen-abs-en", IMAGINE_ABSTRACT),
        input: Piece::TitleEn,
        output: Piece::AbstractEn,
    },
    Way {
        id: "abstract-gen-ja#",
        task: Task::AbstractGeneration,
        instruction: Template::new("gen-abs-ja", IMAGINE_ABSTRACT),
        input: Piece::TitleJa,
        output: Piece::AbstractJa,
    },
    Way {
        id: "title-gen-en-ja#",
        task: Task::TitleGeneration,
        instruction: Template::new(
            "gen-title-en-ja",
            "英語の論文のアブストラクトから日本語のタイトルを作ってください。",
        ),
        input: Piece::AbstractEn,
        output: Piece::TitleJa,
    },
    Way {
        id: "title-gen-ja#-en",
        task: Task::TitleGeneration,
        instruction: Template::new(
            "gen-title-ja-en",
            "日本語の論文のアブストラクトから英語のタイトルを作ってください。",
        ),
        input: Piece::AbstractJa,
        output: Piece::TitleEn,
    },
];

impl Piece {
    const fn language(self) -> Language {
        match self {
            Self::TitleEn | Self::AbstractEn => Language::En,
            Self::TitleJa | Self::AbstractJa => Language::Ja,
        }
    }
}

impl Way {
    /// Whether it needs no translation, so that it is the same for all of a paper's.
    const fn is_english(&self) -> bool {
        matches!((self.input.language(), self.output.language()), (Language::En, Language::En))
    }
}

impl Corpus for Paranatcom {
    fn name(&self) -> &'static str {
        "paranatcom"
    }

    fn manifest(&self) -> &'static str {
        include_str!("../manifests/paranatcom.json")
    }

    fn phrasings(&self) -> &'static str {
        crate::PHRASINGS
    }

    /// The paper.
    fn group<'r>(&self, record: &'r Record<'_>) -> &'r str {
        record.id.split_once('/').map_or(record.id.as_ref(), |(paper, _)| paper)
    }

    fn chunks(&self, raw: &Raw, _: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        let mut zip = raw.zip(raw.manifest().file(0)?)?;
        let mut articles: Vec<String> = zip
            .names()
            .iter()
            .filter(|name| name.contains("/articles/") && !name.ends_with('/'))
            .cloned()
            .collect();
        articles.sort();
        for article in articles {
            let mut texts = vec![whole(zip.member(&article)?)?.of_part(ARTICLE)];
            for n in 1..=3 {
                let Some(name) = translation(zip.names(), &article, n) else { continue };
                texts.push(whole(zip.member(&name)?)?.of_part(n));
            }
            out.push(texts)?;
        }
        Ok(())
    }

    fn records(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        let Some(article) = chunk.texts.first() else { return Ok(()) };
        match Paper::new(article, rules) {
            Ok(paper) => {
                let done = paper.push_all(chunk, rules, out);
                out.row(done, || article.location(1));
            }
            Err((skip, line)) => out.row(Err(skip), || article.location(line)),
        }
        Ok(())
    }
}

/// The member with the `n`th translation of an article: the same name, or the same up to its last dot.
fn translation(names: &[String], article: &str, n: usize) -> Option<String> {
    let (root, file) = article.split_once("/articles/")?;
    let folder = format!("{root}/abstracts-ja-{n}/");
    let stem =
        |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
    let mut files = names.iter().filter_map(|name| Some((name, name.strip_prefix(&folder)?)));
    let same = files.clone().find(|(_, name)| *name == file);
    let same = same.or_else(|| files.find(|(_, name)| stem(name) == stem(file)));
    same.map(|(name, _)| name.clone())
}

/// The English side.
struct Paper {
    /// The file's name without its ending.
    id: String,
    url: Option<String>,
    title: String,
    text: String,
}

/// A Japanese side.
struct Translation {
    n: usize,
    title: String,
    text: String,
}

impl Paper {
    /// A skip comes with its line.
    fn new(text: &Text, rules: &Rules) -> Result<Self, (Skip, u64)> {
        let article = Article::parse(utf8(text).map_err(|skip| (skip, 1))?)
            .map_err(|(skip, line)| (skip, line + text.first_line))?;
        let name = text.file.rsplit('/').next().unwrap_or_default();
        let id = name.strip_suffix(".xml").unwrap_or(name).to_owned();
        let url = article.doi.as_ref().map(|doi| format!("https://doi.org/{doi}"));
        let (title, text) = match rules.preset {
            Preset::V0 => (article.title.start.clone(), article.v0_abstract()),
            Preset::Clean => (article.title.rendered(), article.full_abstract()),
        };
        let title = title.strip_suffix('.').unwrap_or(&title).to_owned();
        if rules.preset == Preset::Clean && (title.is_empty() || text.is_empty()) {
            return Err((Skip::Bad("no English title or abstract"), 1));
        }
        Ok(Self { id, url, title, text })
    }

    /// The records of each translation; those in English only come with the first.
    fn push_all(&self, chunk: &Chunk, rules: &Rules, out: &mut RecordSink<'_>) -> Result<(), Skip> {
        let mut translations = chunk.texts.iter().filter(|text| text.part != ARTICLE).peekable();
        if translations.peek().is_none() {
            return Err(Skip::Bad("no Japanese translation"));
        }
        let mut is_first = true;
        for text in translations {
            match Translation::new(text, rules) {
                Ok(translation) => {
                    self.push(&translation, is_first, chunk, out);
                    is_first = false;
                }
                Err(skip) => out.row(Err(skip), || text.location(1)),
            }
        }
        Ok(())
    }

    fn push(&self, ja: &Translation, is_first: bool, chunk: &Chunk, out: &mut RecordSink<'_>) {
        for way in WAYS.iter().filter(|way| is_first || !way.is_english()) {
            let task = way.id.replace('#', &ja.n.to_string());
            out.push(Record {
                source_language: way.input.language(),
                target_language: way.output.language(),
                instruction: way.instruction.into(),
                input: Cow::Borrowed(self.piece(way.input, ja)),
                output: Cow::Borrowed(self.piece(way.output, ja)),
                split: chunk.split,
                url: self.url.as_deref().map(Cow::Borrowed),
                ..Record::new(out.source(), format!("{}/{task}", self.id), way.task)
            });
        }
    }

    fn piece<'s>(&'s self, piece: Piece, ja: &'s Translation) -> &'s str {
        match piece {
            Piece::TitleEn => &self.title,
            Piece::AbstractEn => &self.text,
            Piece::TitleJa => &ja.title,
            Piece::AbstractJa => &ja.text,
        }
    }
}

impl Translation {
    fn new(text: &Text, rules: &Rules) -> Result<Self, Skip> {
        let n = text.part;
        let content = utf8(text)?;
        let (title, rest) = content.split_once('\n').unwrap_or((content, ""));
        let (title, text) = match rules.preset {
            // v0 took a full-width colon off the first translation, an ASCII one off the others.
            Preset::V0 => {
                let colon = if n == 1 { '：' } else { ':' };
                let title = title.replace('\r', "");
                let title = title.strip_suffix(colon).unwrap_or(&title).to_owned();
                (title, rest.replace(['\r', '\n'], ""))
            }
            Preset::Clean => {
                let title = title.trim().trim_end_matches(['：', ':']).trim_end();
                let lines = rest.lines().map(str::trim).filter(|line| !line.is_empty());
                (render_literal(title), render_literal(&lines.collect::<Vec<_>>().join("\n")))
            }
        };
        if rules.preset == Preset::Clean && (title.is_empty() || text.is_empty()) {
            return Err(Skip::Bad("no Japanese title or abstract"));
        }
        Ok(Self { n, title, text })
    }
}

fn utf8(text: &Text) -> Result<&str, Skip> {
    std::str::from_utf8(&text.bytes).map_err(|_utf8| Skip::Bad("not UTF-8"))
}
