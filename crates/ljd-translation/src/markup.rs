//! MEDLINE articles, and their inline markup as plain text.
//!
//! `<sup>` and `<sub>` become the characters that Unicode has for them (`cm<sup>2</sup>` → `cm²`), or
//! `^{…}` and `_{…}` where it has none; other elements give their text.
//! (<https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/190101/index.html>)

use ljd_core::Skip;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// What a paper's MEDLINE record says of title, abstract and DOI.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Article {
    pub(crate) title: Inline,
    parts: Vec<Part>,
    /// The first `ELocationID` that is a DOI; there are others (`pii`).
    pub(crate) doi: Option<String>,
}

/// An `AbstractText`: the whole abstract, or a labelled part of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Part {
    label: Option<String>,
    text: Inline,
}

/// Text with inline markup.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Inline {
    /// What stands before the first element in it.
    pub(crate) start: String,
    /// All of it, rendered.
    text: Rendered,
}

impl Inline {
    /// All of it with its white space in order.
    pub(crate) fn rendered(&self) -> String {
        self.text.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Article {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// Where it is not well-formed or ends early, with the line counted from 0.
    pub(crate) fn parse(xml: &str) -> Result<Self, (Skip, u64)> {
        let mut reader = Reader::from_str(xml);
        let (mut article, mut path) = (Self::default(), Path::default());
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(_error) => {
                    let line = n_lines(xml, reader.error_position());
                    return Err((Skip::Bad("XML is not well-formed"), line));
                }
            };
            match event {
                Event::Start(element) => article.start(&element, &mut path),
                Event::Empty(element) => {
                    article.start(&element, &mut path);
                    article.end(&mut path);
                }
                Event::End(_) => article.end(&mut path),
                Event::Text(text) => article.text(&text.xml10_content(), &path),
                Event::CData(text) => article.text(&text.xml10_content(), &path),
                Event::GeneralRef(reference) => article.text(&resolved(&reference), &path),
                Event::Eof if path.names.is_empty() => return Ok(article),
                Event::Eof => {
                    return Err((Skip::Bad("XML ends early"), n_lines(xml, u64::MAX)));
                }
                _ => {}
            }
        }
    }

    /// The first part up to the first element in it, as v0 has it.
    pub(crate) fn v0_abstract(&self) -> String {
        self.parts.first().map(|part| part.text.start.clone()).unwrap_or_default()
    }

    /// All parts, one a line, with their labels.
    pub(crate) fn full_abstract(&self) -> String {
        let parts = self.parts.iter().filter_map(|part| {
            let text = Some(part.text.rendered()).filter(|text| !text.is_empty())?;
            Some(match &part.label {
                Some(label) => format!("{label}: {text}"),
                None => text,
            })
        });
        parts.collect::<Vec<_>>().join("\n")
    }

    fn start(&mut self, element: &BytesStart<'_>, path: &mut Path) {
        path.names.push(element.local_name().as_ref().to_owned());
        if path.inside.is_some() {
            if let Some(inline) = self.inline(path) {
                inline.text.open(element.local_name().as_ref());
            }
            return;
        }
        let parent = path.names.iter().nth_back(1).map(String::as_str);
        path.inside = match (parent, element.local_name().as_ref()) {
            (_, "ArticleTitle") if self.title == Inline::default() => Some(Field::Title),
            (Some("Abstract"), "AbstractText") => {
                let label = element.try_get_attribute("Label").ok().flatten();
                let label = label.and_then(|label| {
                    Some(label.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
                });
                let label = label.filter(|label| !label.is_empty());
                self.parts.push(Part { label, text: Inline::default() });
                Some(Field::Abstract)
            }
            (_, "ELocationID") if self.doi.is_none() && is_doi(element) => Some(Field::Doi),
            _ => None,
        };
        path.depth = path.names.len();
    }

    fn end(&mut self, path: &mut Path) {
        if path.inside.is_some() {
            if path.names.len() == path.depth {
                path.inside = None;
            } else if let Some(inline) = self.inline(path) {
                inline.text.close();
            }
        }
        path.names.pop();
    }

    fn text(&mut self, text: &str, path: &Path) {
        if let Some(Field::Doi) = path.inside {
            let doi = format!("{}{}", self.doi.take().unwrap_or_default(), text.trim());
            self.doi = Some(doi).filter(|doi| !doi.is_empty());
        } else if let Some(inline) = self.inline(path) {
            if !inline.text.has_element {
                inline.start.push_str(text);
            }
            inline.text.push(text);
        }
    }

    /// The text that the reader is in.
    fn inline(&mut self, path: &Path) -> Option<&mut Inline> {
        match path.inside? {
            Field::Title => Some(&mut self.title),
            Field::Abstract => self.parts.last_mut().map(|part| &mut part.text),
            Field::Doi => None,
        }
    }
}

/// Whether an `ELocationID` says that it is a DOI.
fn is_doi(element: &BytesStart<'_>) -> bool {
    let kind = element.try_get_attribute("EIdType").ok().flatten();
    let kind = kind
        .and_then(|kind| kind.normalized_value(XmlVersion::Implicit1_0).ok().map(|it| it == "doi"));
    kind.unwrap_or(false)
}

/// The line ends before a place.
fn n_lines(xml: &str, position: u64) -> u64 {
    let end = usize::try_from(position).unwrap_or(xml.len()).min(xml.len());
    xml.bytes().take(end).filter(|byte| *byte == b'\n').count() as u64
}

/// Where the reader is.
#[derive(Default)]
struct Path {
    names: Vec<String>,
    /// The field that it is in, and how deep that begins.
    inside: Option<Field>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Field {
    Title,
    Abstract,
    Doi,
}

/// The character that a reference stands for; one that XML does not know stays as it is.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Line,
    Super,
    Sub,
}

/// Markup on its way to plain text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rendered {
    text: String,
    /// The elements that are open, with where their text begins.
    open: Vec<(Script, usize)>,
    has_element: bool,
}

impl Rendered {
    fn open(&mut self, name: &str) {
        self.has_element = true;
        let script = match name.to_ascii_lowercase().as_str() {
            "sup" => Script::Super,
            "sub" => Script::Sub,
            _ => Script::Line,
        };
        self.open.push((script, self.text.len()));
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn close(&mut self) {
        let Some((script, start)) = self.open.pop() else { return };
        let inner = self.text.split_off(start);
        self.text.push_str(&script.render(&inner));
    }
}

impl Script {
    fn render(self, text: &str) -> String {
        let (from, to, mark) = match self {
            Self::Line => return text.to_owned(),
            Self::Super => (SUPER.0, SUPER.1, '^'),
            Self::Sub => (SUB.0, SUB.1, '_'),
        };
        let raised = text.trim().chars().map(|c| {
            let at = from.chars().position(|known| known == c)?;
            to.chars().nth(at)
        });
        match raised.collect::<Option<String>>() {
            Some(raised) => raised,
            None => format!("{mark}{{{}}}", text.trim()),
        }
    }
}

const SUPER: (&str, &str) =
    ("0123456789+-−–=()abcdefghijklmnoprstuvwxyz ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ ");

const SUB: (&str, &str) =
    ("0123456789+-−–=()aehijklmnoprstuvx ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ ");

/// Renders markup that stands as plain text in a text, where `<` may also be a sign of its own.
pub(crate) fn render_literal(text: &str) -> String {
    let mut rendered = Rendered::default();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        rendered.push(before);
        rest = match tag.split_once('>').map(|(name, after)| (known_tag(name), after)) {
            Some((Some((name, false)), after)) => {
                rendered.open(name);
                after
            }
            Some((Some((_, true)), after)) => {
                rendered.close();
                after
            }
            _ => {
                rendered.push("<");
                tag
            }
        };
    }
    rendered.push(rest);
    while !rendered.open.is_empty() {
        rendered.close();
    }
    rendered.text
}

/// A tag that is markup: its name, and whether it closes.
fn known_tag(tag: &str) -> Option<(&str, bool)> {
    let (name, closes) = tag.strip_prefix('/').map_or((tag, false), |name| (name, true));
    let known = ["sup", "sub", "i", "b", "u", "em", "strong"];
    known.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some((name, closes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(body: &str) -> Article {
        Article::parse(&format!("<PubmedArticle><Article>{body}</Article></PubmedArticle>"))
            .unwrap()
    }

    #[test]
    fn v0_stops_at_the_first_element_and_clean_goes_on() {
        let article = article(
            "<ArticleTitle>On H<sub>2</sub>O &amp; more.</ArticleTitle><Abstract><AbstractText>1 W/cm<sup>2</sup> and <i>E. coli</i>,\n x<sup>Δ</sup>.</AbstractText></Abstract>",
        );
        assert_eq!(article.title.start, "On H");
        assert_eq!(article.title.rendered(), "On H₂O & more.");
        assert_eq!(article.v0_abstract(), "1 W/cm");
        assert_eq!(article.full_abstract(), "1 W/cm² and E. coli, x^{Δ}.");
    }

    #[test]
    fn labelled_parts_are_joined() {
        let article = article(
            r#"<Abstract><AbstractText Label="AIM &amp; WAY">We look.</AbstractText><AbstractText Label="RESULT">We see.</AbstractText><AbstractText/></Abstract><OtherAbstract><AbstractText>Autre.</AbstractText></OtherAbstract>"#,
        );
        assert_eq!(article.v0_abstract(), "We look.");
        assert_eq!(article.full_abstract(), "AIM & WAY: We look.\nRESULT: We see.");
    }

    #[test]
    fn the_location_that_says_so_is_the_doi() {
        let article = article(
            r#"<ELocationID EIdType="pii">12</ELocationID><ELocationID EIdType="doi" ValidYN="Y">10.1038/s41467-017-0</ELocationID><ELocationID EIdType="doi">13</ELocationID>"#,
        );
        assert_eq!(article.doi.as_deref(), Some("10.1038/s41467-017-0"));
    }

    #[test]
    fn broken_xml_is_told_from_xml_that_ends_early() {
        let parse = |xml| Article::parse(xml).unwrap_err();
        assert_eq!(parse("<a>\n<b></a>\n"), (Skip::Bad("XML is not well-formed"), 1));
        assert_eq!(parse("<a>\n<b>\ntext"), (Skip::Bad("XML ends early"), 2));
    }

    #[test]
    fn literal_markup_is_told_from_signs() {
        assert_eq!(
            render_literal("10<sup>-3</sup> cm<SUP>2</SUP>、CO<sub>2</sub>"),
            "10⁻³ cm²、CO₂"
        );
        assert_eq!(render_literal("p < 0.05 かつ <i>n</i> > 3"), "p < 0.05 かつ n > 3");
        assert_eq!(render_literal("Ca<sup>2+"), "Ca²⁺");
        assert_eq!(render_literal("a</sup>b<x>c"), "ab<x>c");
        assert_eq!(render_literal("<sup>13</sup>C<sub>max</sub>"), "¹³Cₘₐₓ");
    }
}
