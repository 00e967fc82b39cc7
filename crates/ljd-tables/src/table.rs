//! A corpus that its manifest alone describes.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use ljd_core::read::aligned_lines;
use ljd_core::{
    Chunk, ChunkSink, Corpus, Error, ErrorKind, Location, Manifest, Raw, Record, RecordSink,
    RelativePath, Result, Rules, UnknownName, read_named,
};

use crate::gather::Gather;
use crate::objects::Number;
use crate::read::{Format, Header, Read};
use crate::record::{Fields, Problem};
use crate::row::{Columns, Row};
use crate::template::{Step, reach};
use crate::tree::Message;
use crate::value::Value;
use crate::{aligned, columns, objects, parquet, source, workbook, xml};

/// A corpus that its manifest alone describes.
#[derive(Debug, Clone)]
pub struct Table {
    /// The manifest, with the licence's text in it.
    manifest: String,
    name: String,
    /// The file of the manifest and its text, to find names in it.
    written: (Arc<str>, String),
    layout: Layout,
    columns: Columns,
    fields: Fields,
}

/// How the files are taken apart.
#[derive(Debug, Clone)]
enum Layout {
    Objects(objects::Layout),
    Columns(columns::Layout),
    Aligned(aligned::Layout),
    /// Elements at a path, out of which objects are made.
    Xml(String, objects::Layout),
    /// Rows out of which objects are made.
    Parquet(objects::Layout),
    /// Likewise; and where the columns have their names from.
    Workbook(Header, objects::Layout),
}

impl Layout {
    fn new(read: &Read, columns: &mut Columns) -> Result<Self, String> {
        Ok(match read.format {
            Format::Csv | Format::Tsv => Self::Columns(columns::Layout::new(read)?),
            Format::JsonLines | Format::Json => Self::Objects(objects::Layout::new(read, columns)?),
            Format::Aligned => Self::Aligned(aligned::Layout::new(&read.columns)?),
            Format::Parquet => Self::Parquet(objects::Layout::new(read, columns)?),
            Format::Workbook => {
                Self::Workbook(read.header.clone(), objects::Layout::new(read, columns)?)
            }
            Format::Xml => {
                let path = read.rows.clone().ok_or("has no `rows`, the path of the elements")?;
                Self::Xml(path, objects::Layout::new(read, columns)?)
            }
        })
    }

    /// How objects are taken apart, where rows are objects.
    fn objects(&self) -> Option<&objects::Layout> {
        match self {
            Self::Objects(layout)
            | Self::Xml(_, layout)
            | Self::Parquet(layout)
            | Self::Workbook(_, layout) => Some(layout),
            Self::Columns(_) | Self::Aligned(_) => None,
        }
    }
}

impl Table {
    /// The corpus that a manifest describes. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where the manifest is none, or has no `read` that makes sense; the location holds file, line and column.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        Self::new(text.to_owned(), (Arc::from(file), text.to_owned()))
    }

    /// The corpus of a manifest in a file; its `license_text` is a file beside it, which is read too.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse), and where a file cannot be read.
    pub fn load(file: &Path) -> Result<Self> {
        let text = read_named(file)?;
        let name = file.display().to_string();
        let with_license = with_license(&text, file)?;
        Self::new(with_license.into_owned(), (Arc::from(name), text))
    }

    fn new(manifest: String, written: (Arc<str>, String)) -> Result<Self> {
        // What is said of a place is said of the file as it is written.
        Manifest::parse(&written.1, &written.0)?;
        let parsed = Manifest::parse(&manifest, &written.0)?;
        let place = |(text, problem): Problem| {
            Error::at(location(&written, &text), ErrorKind::Invalid { field: "read", problem })
        };
        let read = parsed.read.ok_or_else(|| place((String::new(), "is missing".to_owned())))?;
        let read: Read =
            serde_json::from_value(read.clone()).map_err(|error| place(not_read(&read, &error)))?;
        let mut columns = Columns::default();
        let fields = Fields::new(&read, &mut columns).map_err(place)?;
        let layout = Layout::new(&read, &mut columns);
        let layout = layout.map_err(|problem| place(("read".to_owned(), problem)))?;
        if fields.parent_of_rows().is_some() && layout.objects().is_none() {
            let problem = "has `messages` without `from` in a format whose rows are no objects";
            return Err(place(("messages".to_owned(), problem.to_owned())));
        }
        Ok(Self { manifest, name: parsed.source.name, written, layout, columns, fields })
    }

    /// Puts the files that are there below `root` in the place of the patterns that a manifest has in its list, in
    /// alphabetical order.
    ///
    /// # Errors
    ///
    /// Where a pattern stands for no file, or a folder cannot be read.
    pub fn find_files(&self, manifest: &mut Manifest, root: &Path) -> Result<()> {
        let mut files = Vec::new();
        for file in std::mem::take(&mut manifest.files) {
            if !file.path.is_pattern() {
                files.push(file);
                continue;
            }
            let found = source::matching(&file, root)?;
            if found.is_empty() && !file.optional {
                return Err(self.no_file(&file.path, root));
            }
            files.extend(found);
        }
        manifest.files = files;
        Ok(())
    }

    fn no_file(&self, pattern: &str, root: &Path) -> Error {
        let known = source::files_below(root, pattern.matches('/').count());
        let known: Vec<String> = known.unwrap_or_default();
        let unknown = UnknownName::new("path", pattern, known.iter().map(String::as_str));
        let problem = match unknown.nearest() {
            Some(nearest) => format!(
                "has the pattern `{pattern}`, which no file in {} has; did you mean `{nearest}`?",
                root.display()
            ),
            None => format!("has the pattern `{pattern}`, which no file in {} has", root.display()),
        };
        Error::at(location(&self.written, pattern), ErrorKind::Invalid { field: "files", problem })
    }

    /// Holds the columns that templates name to the first row of a file.
    fn check(&self, chunk: &Chunk, out: &mut RecordSink<'_>) -> Result<bool> {
        let file = chunk.texts.last().map_or("", |text| &text.file);
        let first = match &self.layout {
            Layout::Objects(layout) | Layout::Xml(_, layout) => {
                let first = layout.first(chunk, &|row| self.names_of_message(row), out);
                first.map_err(|(line, problem)| {
                    let problem = format!("has `rows` that {file}:{line} does not have: {problem}");
                    let kind = ErrorKind::Invalid { field: "read", problem };
                    Error::at(location(&self.written, "rows"), kind)
                })?
            }
            Layout::Columns(layout) => layout.first(chunk),
            // Those are looked at where the file is opened.
            Layout::Aligned(_) | Layout::Parquet(_) | Layout::Workbook(..) => return Ok(true),
        };
        let Some((line, names)) = first else { return Ok(false) };
        self.check_names(&names, &format!("{file}:{line}")).map(|()| true)
    }

    /// The names that the first message of a tree has, which are columns of its records.
    fn names_of_message(&self, row: &Value<'_>) -> Vec<String> {
        let Some((column, path)) = self.fields.trees() else { return Vec::new() };
        let column = self.columns.names.get(column).and_then(|name| row.get(name));
        let message = match column.and_then(|value| reach(value, path)) {
            Some(Value::List(messages)) => messages.first(),
            message => message,
        };
        message.map(objects::members).unwrap_or_default()
    }

    fn check_names(&self, names: &[String], place: &str) -> Result<()> {
        // Every row of a table has all columns; a row of JSON or XML may lack some.
        let is_table = !matches!(self.layout, Layout::Objects(_) | Layout::Xml(..));
        for (column, is_required) in self.columns.iter() {
            let n_times = names.iter().filter(|name| **name == *column).count();
            let problem = match n_times {
                // What a message has is a column too.
                0 if is_table && self.fields.trees().is_some() => continue,
                0 if is_table || is_required => {
                    let known = names.iter().map(String::as_str);
                    let unknown = UnknownName::new("column", column, known);
                    format!("names what {place} does not have: {unknown}")
                }
                n if is_table && 1 < n => {
                    format!("names the column `{column}`, which {place} has {n} times")
                }
                _ => continue,
            };
            let kind = ErrorKind::Invalid { field: "read", problem };
            return Err(Error::at(location(&self.written, column), kind));
        }
        Ok(())
    }

    /// Cuts files of rows that are messages into chunks of whole trees.
    fn cut_trees(&self, raw: &Raw, parent: &[Step], out: &mut ChunkSink<'_>) -> Result<()> {
        let is_lines = self.layout.objects().is_none_or(objects::Layout::is_lines);
        let mut gather = Gather::new(parent);
        out.through(|chunk, out| gather.take(chunk, is_lines, out), |out| self.cut(raw, out))?;
        gather.flush(out)
    }

    /// Gives the records of a chunk whose rows are messages.
    fn trees(&self, chunk: &Chunk, out: &mut RecordSink<'_>) {
        let Some(layout) = self.layout.objects().map(objects::Layout::of_lines) else { return };
        let mut messages = Vec::new();
        layout.each_row(chunk, &self.columns, out, |number, values, _, _| {
            let members = self.columns.iter().zip(values);
            let members = members.filter_map(|((name, _), value)| {
                Some((Cow::Owned(name.to_owned()), value.clone()?))
            });
            messages.push((Value::Object(members.collect()), number));
            Ok(())
        });
        let rows = messages.iter().map(|(value, number)| Message { value, number: *number });
        let file = chunk.texts.first().map(|text| Arc::clone(&text.file)).unwrap_or_default();
        let row = Row::new(&self.columns, &[], &[], &file, Number::of(1), chunk.split);
        self.fields.push_rows(&row, rows.collect(), chunk, out);
    }

    /// Cuts all files into chunks.
    fn cut(&self, raw: &Raw, out: &mut ChunkSink<'_>) -> Result<()> {
        match &self.layout {
            Layout::Objects(layout) => source::each_input(raw, out, |input, out| {
                self.checked(raw, out, |out| layout.chunks(input, out))
            }),
            Layout::Columns(layout) => source::each_input(raw, out, |input, out| {
                self.checked(raw, out, |out| layout.chunks(input, out))
            }),
            Layout::Xml(path, _) => source::each_input(raw, out, |input, out| {
                self.checked(raw, out, |out| xml::chunks(input, path, out))
            }),
            Layout::Aligned(layout) => {
                self.check_names(&layout.names, "`columns`")?;
                layout.chunks(raw, out, &mut aligned_lines)
            }
            Layout::Parquet(_) => source::each_file(raw, |file| {
                out.split = file.split()?;
                let check = |names: &[String], file: &str| self.check_names(names, file);
                parquet::chunks(raw, file, &self.columns, &check, out)
            }),
            Layout::Workbook(header, _) => source::each_file(raw, |file| {
                let check = |names: &[String], place: &str| self.check_names(names, place);
                workbook::chunks(raw, file, header, &self.columns, &check, out)
            }),
        }
    }

    /// Cuts a file, of which the first row is looked at.
    fn checked(
        &self,
        raw: &Raw,
        out: &mut ChunkSink<'_>,
        cut: impl FnOnce(&mut ChunkSink<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut is_checked = false;
        out.through(
            |chunk, out| {
                if !is_checked {
                    let mut ignore = |_: Record<'_>| {};
                    let source = &raw.manifest().source;
                    is_checked =
                        self.check(&chunk, &mut RecordSink::new(source, true, &mut ignore))?;
                }
                out.push(chunk.texts)
            },
            cut,
        )
    }
}

impl Corpus for Table {
    fn name(&self) -> &str {
        &self.name
    }

    fn manifest(&self) -> &str {
        &self.manifest
    }

    fn has_unchecked_ids(&self) -> bool {
        true
    }

    fn chunks(&self, raw: &Raw, _rules: &Rules, out: &mut ChunkSink<'_>) -> Result<()> {
        match self.fields.parent_of_rows() {
            Some(parent) => self.cut_trees(raw, parent, out),
            None => self.cut(raw, out),
        }
    }

    fn records(&self, chunk: &Chunk, _rules: &Rules, out: &mut RecordSink<'_>) -> Result<()> {
        if self.fields.parent_of_rows().is_some() {
            self.trees(chunk, out);
            return Ok(());
        }
        let file = chunk.texts.last().map(|text| Arc::clone(&text.file)).unwrap_or_default();
        let push = |values: &[Option<Value<'_>>],
                    inner: &[&Value<'_>],
                    number,
                    out: &mut RecordSink<'_>| {
            let row = Row::new(&self.columns, values, inner, &file, number, chunk.split);
            self.fields.push(&row, chunk, out)
        };
        match &self.layout {
            Layout::Objects(layout)
            | Layout::Xml(_, layout)
            | Layout::Parquet(layout)
            | Layout::Workbook(_, layout) => {
                layout.each_row(chunk, &self.columns, out, |number, values, inner, out| {
                    push(values, inner, number, out)
                });
            }
            Layout::Columns(layout) => {
                let mut slots = None;
                layout.each_row(chunk, out, |number, fields, out| {
                    let places = slots
                        .get_or_insert_with(|| self.places(&layout.names(chunk, fields.len())));
                    push(&values(places, fields), &[], Number::of(number), out)
                });
            }
            Layout::Aligned(layout) => {
                let places = self.places(&layout.names);
                chunk.each_aligned_line(out, |line, right, out| {
                    push(&values(&places, &[line.text, right]), &[], Number::of(line.number), out)
                })?;
            }
        }
        Ok(())
    }
}

impl Table {
    /// Where the wanted columns are among those that there are.
    fn places(&self, names: &[String]) -> Vec<Option<usize>> {
        let place = |column: &str| names.iter().position(|name| name == column);
        self.columns.iter().map(|(column, _)| place(column)).collect()
    }
}

/// The fields at these places.
fn values<'f>(places: &[Option<usize>], fields: &[&'f str]) -> Vec<Option<Value<'f>>> {
    let value =
        |place: &Option<usize>| fields.get((*place)?).map(|text| Value::Text(Cow::Borrowed(*text)));
    places.iter().map(value).collect()
}

/// The manifest in which the name of the licence's file is replaced by its text.
fn with_license<'t>(text: &'t str, file: &Path) -> Result<Cow<'t, str>> {
    let Ok(mut manifest) = serde_json::from_str::<serde_json::Value>(text) else {
        return Ok(Cow::Borrowed(text));
    };
    let Some(license) = manifest.get_mut("license_text") else { return Ok(Cow::Borrowed(text)) };
    if let Some(path) = license.as_str() {
        // A manifest of somebody else's names nothing outside of its folder, of which a dataset would show the text.
        let path = RelativePath::parse(path).map_err(|error| {
            let (field, problem) = ("license_text", error.to_string());
            let written = (Arc::from(file.display().to_string()), text.to_owned());
            Error::at(location(&written, path), ErrorKind::Invalid { field, problem })
        })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        *license = read_named(&folder.join(path.as_str()))?.into();
    }
    Ok(Cow::Owned(manifest.to_string()))
}

/// What is wrong with `read` as a whole: a name that it does not have, say.
fn not_read(read: &serde_json::Value, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    if let Some(field) = of_another_type(read, &message) {
        let problem = format!("has a `{field}` that is wrong: {message}");
        return (field, problem);
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let name = quoted.next().unwrap_or("read").to_owned();
    if !message.starts_with("unknown field") {
        return (name, format!("is wrong: {message}"));
    }
    let unknown = UnknownName::new("field", &name, quoted);
    (name, format!("has an {unknown}"))
}

/// The field without which `read` has not that fault, where it is one of another type.
fn of_another_type(read: &serde_json::Value, message: &str) -> Option<String> {
    if !message.starts_with("invalid") && !message.starts_with("expected") {
        return None;
    }
    let fields = read.as_object()?;
    let is_fault = |name: &&String| {
        let mut others = fields.clone();
        others.remove(*name);
        let others = serde_json::from_value::<Read>(others.into());
        others.err().is_none_or(|error| error.to_string() != message)
    };
    fields.keys().find(is_fault).cloned()
}

/// The first place of a text in a manifest: of the whole string, or else of a string that it is in.
fn location((file, text): &(Arc<str>, String), name: &str) -> Location {
    let quoted = serde_json::Value::from(name).to_string();
    let inner = quoted.trim_matches('"');
    let before = text.split_once(&quoted).or_else(|| {
        let (start, read) = text.split_once("\"read\"")?;
        let (between, _) = read.split_once(inner)?;
        text.get(..start.len() + "\"read\"".len() + between.len()).map(|before| (before, ""))
    });
    let Some((before, _)) = before.filter(|_| !name.is_empty()) else {
        return Location::file(Arc::clone(file));
    };
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) as u64 + 1;
    Location { file: Arc::clone(file), line: Some(line), column: Some(column) }
}
