//! Wikitext and the pages of dumps.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use ljd_core::{Error, ErrorKind, Location, UnknownName};
use ljd_wiki::markup::{Options, Wiki};
use ljd_wiki::pages::{self, PageError, PageErrorKind};
use pyo3::prelude::*;

use crate::errors::raised;

fn wiki(language: &str) -> PyResult<&'static Wiki> {
    match language {
        "ja" => Ok(Wiki::japanese()),
        "en" => Ok(Wiki::english()),
        _ => Err(raised(UnknownName::new("language of a wiki", language, ["ja", "en"]))),
    }
}

/// Wikitext as plain text.
#[pyfunction]
pub(crate) fn wikitext_to_text(
    py: Python<'_>,
    wikitext: &str,
    language: &str,
    title: &str,
    lead_only: bool,
) -> PyResult<String> {
    let wiki = wiki(language)?;
    let options = Options { title, lead_only, ..Options::default() };
    Ok(py.detach(|| wiki.text(wikitext, &options).text))
}

/// Title, level and text.
type Section = (String, u8, String);

/// Sections, links, categories, infobox, redirect, short description, and what is not known.
type Article = (
    Vec<Section>,
    Vec<String>,
    Vec<String>,
    Vec<(String, String)>,
    Option<String>,
    Option<String>,
    BTreeMap<String, u64>,
);

/// A page without its markup.
#[pyfunction]
pub(crate) fn wikitext_read(
    py: Python<'_>,
    wikitext: &str,
    language: &str,
    title: &str,
) -> PyResult<Article> {
    let wiki = wiki(language)?;
    let options = Options { title, ..Options::default() };
    let article = py.detach(|| wiki.read(wikitext, &options));
    let sections = article.sections.into_iter();
    Ok((
        sections.map(|section| (section.title, section.level, section.text)).collect(),
        article.links,
        article.categories,
        article.infobox,
        article.redirect,
        article.short_description,
        article.unknown,
    ))
}

type Dump = pages::Pages<Box<dyn BufRead + Send + Sync>>;

/// The pages of a dump.
#[pyclass(skip_from_py_object)]
pub(crate) struct Pages {
    file: Arc<str>,
    pages: Dump,
}

#[pymethods]
impl Pages {
    #[new]
    fn new(file: String) -> PyResult<Self> {
        let opened = File::open(&file)?;
        let extension = file.rsplit('.').next().unwrap_or_default();
        let input: Box<dyn BufRead + Send + Sync> = match extension {
            "bz2" => Box::new(BufReader::new(MultiBzDecoder::new(opened))),
            "gz" => Box::new(BufReader::new(MultiGzDecoder::new(opened))),
            _ => Box::new(BufReader::new(opened)),
        };
        Ok(Self { file: file.into(), pages: pages::Pages::new(input) })
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Page>> {
        let Self { file, pages } = self;
        py.check_signals()?;
        let page = py.detach(|| pages.next()).transpose();
        let page = page.map_err(|error| raised(at(error, Arc::clone(file))))?;
        Ok(page.map(Page::from))
    }
}

/// An error of a page as one of ljd's: the line stands in its place.
fn at(error: PageError, file: Arc<str>) -> Error {
    let (line, message) = (error.line, error.to_string());
    let problem = message.split_once(": ").map_or(message.as_str(), |(_, problem)| problem);
    let kind = if let PageErrorKind::Read(error) = error.kind {
        ErrorKind::Read(error)
    } else {
        ErrorKind::NotTheFormat(problem.to_owned())
    };
    Error::at(Location::line(file, line), kind)
}

/// A page with its latest revision.
#[pyclass(frozen, get_all, skip_from_py_object)]
#[derive(Debug)]
pub(crate) struct Page {
    title: String,
    namespace: i32,
    id: u64,
    revision: u64,
    timestamp: String,
    is_redirect: bool,
    model: String,
    text: String,
    line: u64,
}

impl From<pages::Page> for Page {
    fn from(page: pages::Page) -> Self {
        let pages::Page {
            title,
            namespace,
            id,
            revision,
            timestamp,
            is_redirect,
            model,
            text,
            line,
            ..
        } = page;
        Self { title, namespace, id, revision, timestamp, is_redirect, model, text, line }
    }
}

#[pymethods]
impl Page {
    fn __repr__(&self) -> String {
        format!("Page({:?}, namespace {}, id {})", self.title, self.namespace, self.id)
    }
}
