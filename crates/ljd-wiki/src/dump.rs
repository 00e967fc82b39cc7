//! Cuts a dump into chunks of whole pages, and a chunk into pages.

use std::io;

use ljd_core::read::lines;
use ljd_core::{
    Chunk, ChunkSink, Error, ErrorKind, ManifestFile, Raw, RecordSink, Result, Skip, Text,
};

use crate::pages::{Namespaces, Page, each_page, last_page_end};

/// The kinds of texts in a chunk: what stands before the first page of the dump, pages, and the place where
/// a dump ends early.
pub(crate) const INFO: usize = 0;
pub(crate) const PAGES: usize = 1;
const CUT: usize = 2;

/// Cuts a dump between its pages. Every chunk begins with what names the namespaces.
pub(crate) fn chunks(raw: &Raw, file: &ManifestFile, out: &mut ChunkSink<'_>) -> Result<()> {
    chunks_by(&last_page_end, raw, file, out)
}

/// The same, where `last_end` says where a piece of a dump can be cut.
pub(crate) fn chunks_by(
    last_end: &dyn Fn(&[u8]) -> usize,
    raw: &Raw,
    file: &ManifestFile,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    out.split = file.split()?;
    let mut info: Option<Text> = None;
    // Where a page begins that does not end.
    let mut cut: Option<Text> = None;
    let mut last_line = 1;
    let target = 12 * out.target;
    let mut push = |text: Text, out: &mut ChunkSink<'_>| {
        let info = match &info {
            Some(info) => info,
            None => info.insert(before_first_page(&text)?),
        };
        last_line = text.first_line;
        if last_end(&text.bytes) == 0 {
            cut = memchr::memmem::find(&text.bytes, b"<page>").map(|_| text.of_part(CUT));
            return Ok(());
        }
        out.push(vec![info.clone(), text.of_part(PAGES)])
    };
    let mut pushed = |chunk: Chunk| chunk.texts.into_iter().try_for_each(|text| push(text, out));
    let mut between = ChunkSink::new(&mut pushed);
    // A page has many times the text of its lead: larger pieces make as many records as others do.
    between.target = target;
    let read = lines(raw.open(file)?, last_end, &mut between);
    let cut = match (read, cut) {
        (Ok(()), None) => return Ok(()),
        (Ok(()), Some(text)) => text,
        (Err(error), _) if file.truncated && is_early_end(error.kind()) => {
            let location = error.location();
            let first_line = location.and_then(|location| location.line).unwrap_or(last_line);
            let name = location.map(|location| location.file.clone()).unwrap_or_default();
            Text { file: name, part: CUT, first_line, ..Text::default() }
        }
        (Err(error), _) => return Err(error),
    };
    if !file.truncated {
        let kind = ErrorKind::Read(io::ErrorKind::UnexpectedEof.into());
        return Err(Error::at(cut.location(cut.first_line), kind));
    }
    out.push(vec![cut])
}

fn is_early_end(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Read(error) if error.kind() == io::ErrorKind::UnexpectedEof)
}

/// What says which namespaces there are. Without it every page would be read by other names, in silence.
fn before_first_page(text: &Text) -> Result<Text> {
    let end = memchr::memmem::find(&text.bytes, b"<page>").unwrap_or(0);
    let bytes = text.bytes.get(..end).unwrap_or_default().to_vec();
    match std::str::from_utf8(&bytes) {
        Ok(_) => Ok(Text { bytes, ..text.clone() }.of_part(INFO)),
        Err(error) => {
            let kind = ErrorKind::Read(io::Error::new(io::ErrorKind::InvalidData, error));
            Err(Error::at(text.location(text.first_line), kind))
        }
    }
}

/// Calls `row` with each article of a chunk, and skips one that `row` refuses. Pages of other namespaces are
/// no rows.
pub(crate) fn each_article(
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
    mut row: impl FnMut(&Page, &mut RecordSink<'_>) -> Result<(), Skip>,
) {
    let info = chunk.texts.iter().find(|text| text.part == INFO);
    let info = info.and_then(|text| text.row(&text.bytes).ok()).unwrap_or_default();
    let namespaces = Namespaces::read(info);
    each_piece(chunk, out, |text, xml, out| {
        let read = each_page(xml, &namespaces, &mut |page| {
            let done = check(page).and_then(|()| row(page, out));
            out.row(done, || text.location(text.first_line + page.line));
        });
        if let Err(line) = read {
            out.row(Err(Skip::Bad("XML is not well-formed")), || {
                text.location(text.first_line + line)
            });
        }
    });
}

/// Calls `each` with the text of the pages of a chunk; what is none is skipped.
pub(crate) fn each_piece(
    chunk: &Chunk,
    out: &mut RecordSink<'_>,
    mut each: impl FnMut(&Text, &str, &mut RecordSink<'_>),
) {
    for text in &chunk.texts {
        let done = match text.part {
            CUT => Err(Skip::LeftOut("the dump ends early")),
            _ => text.row(&text.bytes),
        };
        match done {
            Ok(xml) if text.part == PAGES => each(text, xml, out),
            Ok(_) => {}
            Err(skip) => out.row(Err(skip), || text.location(text.first_line)),
        }
    }
}

fn check(page: &Page) -> Result<(), Skip> {
    if page.namespace != 0 || page.model != "wikitext" {
        return Err(Skip::NoRow);
    }
    if page.is_redirect { Err(Skip::LeftOut("redirect")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_the_namespaces_is_text() {
        let text = |bytes: &[u8]| Text { bytes: bytes.to_vec(), ..Text::default() };
        let info =
            before_first_page(&text("<siteinfo>記事</siteinfo><page>\n".as_bytes())).unwrap();
        assert_eq!(info.bytes, "<siteinfo>記事</siteinfo>".as_bytes());
        // What is wrong in a page is the page's: it is counted where it is read.
        before_first_page(&text(b"<siteinfo/><page>\xff")).unwrap();
        let error = before_first_page(&text(b"<siteinfo>\xff</siteinfo><page>")).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("utf-8"), "{cause}");
    }
}
