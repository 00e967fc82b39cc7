//! The pages of a dump, one after the other.

use std::fmt;
use std::io::{self, BufRead};

use super::{Namespaces, Page, each_page};

/// No page has more bytes, as XML. Wikipedia's have 2 MiB of text at most.
const LONGEST: usize = 64 << 20;

/// The pages of a dump that is read from anywhere.
///
/// ```
/// use ljd_wiki::markup::{Options, Wiki};
/// use ljd_wiki::pages::Pages;
///
/// let dump = "<mediawiki>\n<page><title>雨</title><revision><text>水。\n== 節 ==\n霧。</text></revision></page>\n</mediawiki>";
/// for page in Pages::new(dump.as_bytes()) {
///     let page = page.unwrap();
///     let article = Wiki::japanese().read(&page.text, &Options::default());
///     assert_eq!((page.title.as_str(), page.line, article.sections.len()), ("雨", 2, 2));
/// }
/// ```
#[derive(Debug)]
pub struct Pages<R> {
    input: R,
    namespaces: Option<Namespaces>,
    /// The lines that were read.
    n_lines: u64,
    /// What was read behind the last page.
    rest: Vec<u8>,
    is_done: bool,
}

/// Why no page could be read, and where.
#[derive(Debug)]
pub struct PageError {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub kind: PageErrorKind,
}

/// What is wrong with a page.
#[derive(Debug)]
#[non_exhaustive]
pub enum PageErrorKind {
    /// The input could not be read.
    Read(io::Error),
    /// The input ends within a page.
    Cut,
    /// The page is no UTF-8.
    NotUtf8,
    /// The page is no well-formed XML.
    NotWellFormed,
    /// The page does not end for 64 MiB.
    TooLong,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.kind {
            PageErrorKind::Read(error) => write!(f, "{error}"),
            PageErrorKind::Cut => f.write_str("the dump ends within a page"),
            PageErrorKind::NotUtf8 => f.write_str("a page is not UTF-8"),
            PageErrorKind::NotWellFormed => f.write_str("a page is not well-formed XML"),
            PageErrorKind::TooLong => f.write_str("a page does not end"),
        }
    }
}

impl std::error::Error for PageError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            PageErrorKind::Read(error) => Some(error),
            _ => None,
        }
    }
}

impl<R: BufRead> Pages<R> {
    /// The pages of a dump, which is plain XML: one that is compressed is read through what decompresses it.
    pub fn new(input: R) -> Self {
        Self { input, namespaces: None, n_lines: 0, rest: Vec::new(), is_done: false }
    }

    /// The namespaces that the dump's `<siteinfo>` names; known when the first page was read.
    pub fn namespaces(&self) -> Option<&Namespaces> {
        self.namespaces.as_ref()
    }

    /// Reads lines until one has the mark; returns where the mark ends, or `None` at the end.
    fn read_to(&mut self, mark: &[u8]) -> Result<Option<usize>, PageErrorKind> {
        let mut from = 0;
        loop {
            let searched = self.rest.get(from..).unwrap_or_default();
            if let Some(at) = memchr::memmem::find(searched, mark) {
                return Ok(Some(from + at + mark.len()));
            }
            from = self.rest.len();
            if LONGEST < from {
                return Err(PageErrorKind::TooLong);
            }
            let mut bounded = io::Read::take(&mut self.input, LONGEST as u64 + 1);
            let n = bounded.read_until(b'\n', &mut self.rest).map_err(PageErrorKind::Read)?;
            if n == 0 {
                return Ok(None);
            }
            self.n_lines += u64::from(self.rest.ends_with(b"\n"));
        }
    }

    /// The line, from 1, that what was read and not used begins in.
    fn first_line(&self) -> u64 {
        self.n_lines + 1 - memchr::memchr_iter(b'\n', &self.rest).count() as u64
    }

    fn read_page(&mut self) -> Result<Option<Page>, PageError> {
        let at = |line: u64| move |kind: PageErrorKind| PageError { line, kind };
        let line = self.first_line();
        let Some(start) = self.read_to(b"<page>").map_err(at(line))? else { return Ok(None) };
        let before: Vec<u8> = self.rest.drain(..start - b"<page>".len()).collect();
        self.namespaces.get_or_insert_with(|| Namespaces::read(&String::from_utf8_lossy(&before)));
        let line = self.first_line();
        let end = self.read_to(b"</page>").map_err(at(line))?;
        let end = end.ok_or(PageErrorKind::Cut).map_err(at(line))?;
        let bytes: Vec<u8> = self.rest.drain(..end).collect();
        let xml = String::from_utf8(bytes).map_err(|_error| at(line)(PageErrorKind::NotUtf8))?;
        let mut found = None;
        // Known since the first page.
        let namespaces = self.namespaces.get_or_insert_default();
        each_page(&xml, namespaces, &mut |page| found = Some(page.clone()))
            .map_err(|within| at(line + within)(PageErrorKind::NotWellFormed))?;
        let found = found.ok_or(PageErrorKind::NotWellFormed).map_err(at(line))?;
        Ok(Some(Page { line, ..found }))
    }
}

impl<R: BufRead> Iterator for Pages<R> {
    type Item = Result<Page, PageError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let page = self.read_page();
        // A page that is wrong is passed over; where the input itself fails there is nothing behind.
        self.is_done = match &page {
            Ok(page) => page.is_none(),
            Err(error) => {
                !matches!(error.kind, PageErrorKind::NotUtf8 | PageErrorKind::NotWellFormed)
            }
        };
        page.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dump: &[u8]) -> Vec<Result<(String, u64), String>> {
        let pages = Pages::new(dump);
        let short = |page: Result<Page, PageError>| match page {
            Ok(page) => Ok((page.title, page.line)),
            Err(error) => Err(error.to_string()),
        };
        pages.map(short).collect()
    }

    #[test]
    fn pages_and_errors_have_their_lines() {
        let page = |title: &str| format!("<page>\n<title>{title}</title>\n</page>");
        let dump = format!("<mediawiki>\n{}\n{}{}", page("a"), page("b"), page("c"));
        let found: Vec<_> =
            [("a", 2), ("b", 5), ("c", 7)].map(|(title, line)| Ok((title.to_owned(), line))).into();
        assert_eq!(read(dump.as_bytes()), found);
        assert_eq!(
            read(b"\n\n<page>\n<title>a"),
            [Err("line 3: the dump ends within a page".to_owned())]
        );
        let wrong = b"\n<page>\n<a =</page>\n<page><title>b</title></page>\n<page>\xff</page>";
        assert_eq!(
            read(wrong),
            [
                Err("line 3: a page is not well-formed XML".to_owned()),
                Ok(("b".to_owned(), 4)),
                Err("line 5: a page is not UTF-8".to_owned())
            ]
        );
        assert!(read(b"").is_empty());
    }

    #[test]
    fn namespaces_of_old_dumps_are_used() {
        let dump = "<siteinfo><namespaces><namespace key=\"4\">Wikipedia</namespace></namespaces></siteinfo><page><title>Wikipedia:a</title></page>";
        let mut pages = Pages::new(dump.as_bytes());
        assert_eq!(pages.next().unwrap().unwrap().namespace, 4);
        assert_eq!(pages.namespaces().unwrap().of("Wikipedia:b"), 4);
    }
}
