//! A whole work as plain text, for readers who want more than its opening.

use ljd_core::Skip;

use super::header::{Header, header_lines};
use super::notation::{Ruby, decode, plain};
use super::opening::body_to_colophon;

/// A work of Aozora Bunko without its notation.
///
/// ```
/// use ljd_qa::AozoraWork;
///
/// let text = "橋\n雨野一郎\n\n　橋《はし》の上に［＃「上に」に傍点］雨が降る。\n\n底本：「橋」\n";
/// let work = AozoraWork::read(text.as_bytes(), false)?;
/// assert_eq!((work.title.as_str(), work.author.as_deref()), ("橋", Some("雨野一郎")));
/// assert_eq!(work.text, "橋の上に雨が降る。");
/// # Ok::<(), ljd_core::Skip>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AozoraWork {
    /// Title and subtitle.
    pub title: String,
    /// Who wrote it; `None` where only a translator or an editor is named.
    pub author: Option<String>,
    /// Who else worked on it and how, as the text says it: 橋本二郎訳.
    pub contributors: Vec<String>,
    /// The text between header and colophon, without the legend: a paragraph a line.
    pub text: String,
}

impl AozoraWork {
    /// Reads a work as it is published: UTF-8, or Shift_JIS with the characters of JIS X 0213.
    ///
    /// Notes are taken out, and characters that notes describe are put in where Unicode has them (`〓` where it has
    /// not). `ruby` keeps readings behind their words: 眉骨（びこつ）.
    ///
    /// # Errors
    ///
    /// Where the bytes are in another encoding, or no title or nobody is named above the work.
    pub fn read(bytes: &[u8], ruby: bool) -> Result<Self, Skip> {
        let content = decode(bytes).ok_or(Skip::Bad("neither UTF-8 nor Shift_JIS"))?;
        let Header { title, author, contributors } = Header::parse(&header_lines(&content), "")?;
        let ruby = if ruby { Ruby::Bracketed } else { Ruby::Left };
        let lines = body_to_colophon(&content).map(|line| plain(line, ruby).trim().to_owned());
        let lines: Vec<String> = lines.collect();
        Ok(Self { title, author, contributors, text: lines.join("\n").trim().to_owned() })
    }
}
