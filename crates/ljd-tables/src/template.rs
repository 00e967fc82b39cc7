//! Templates: texts in which `{…}` stands for what a row has in a column.
//!
//! `{a}` is a column, `{a.b}` a member of the object in it, `{a[0]}` an element of the list in it, `{a[].b}` the member of
//! each element. A name with a character that means something here stands in quotes, `{"a.b"}`; `{{` and `}}` are braces.
//! `{$row}` is the number of the row in its file, `{$file}` the file's path without its ending and
//! `{$name}` the last name of that, `{$split}` the row's split. Functions follow after a
//! bar, `{a | trim | default("-")}`. There is no more to it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ljd_core::{Skip, UnknownName};

use crate::row::{Columns, Row};
use crate::value::Value;

/// A template, taken apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(Box<str>),
    Field(Field),
}

/// What stands between braces.
#[derive(Debug, Clone)]
struct Field {
    of: Of,
    steps: Vec<Step>,
    functions: Vec<Function>,
    /// What stands for each value that the column may have.
    values: Option<BTreeMap<String, Template>>,
    missing: Skip,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Column(usize),
    RowNumber,
    File,
    Name,
    Split,
}

/// A step from a value to one in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Name(Box<str>),
    At(usize),
    Each,
}

#[derive(Debug, Clone)]
enum Function {
    Trim,
    Default(Box<str>),
    Join(Box<str>),
    Remove(Box<str>),
}

/// The names of the functions.
const FUNCTIONS: [&str; 4] = ["trim", "default", "join", "remove"];

/// Among the values of a column, it says that others stand for themselves.
const ANY: &str = "*";

/// What stands for the values of columns, by the columns' names.
pub(crate) type Values = BTreeMap<String, BTreeMap<String, String>>;

impl Template {
    /// Takes a template apart, and notes its columns.
    pub(crate) fn parse(
        text: &str,
        columns: &mut Columns,
        values: &Values,
    ) -> Result<Self, String> {
        let mut parser = Parser { rest: text, columns, values };
        let mut parts = Vec::new();
        while let Some(part) = parser.part()? {
            parts.push(part);
        }
        Ok(Self { parts })
    }

    /// Whether it is the same text for every row.
    pub(crate) fn is_constant(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// The text for a row.
    pub(crate) fn text<'r>(&self, row: &Row<'r, '_>) -> Result<Cow<'r, str>, Skip> {
        if let [Part::Field(field)] = self.parts.as_slice() {
            return field.text(row);
        }
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Field(field) => text.push_str(&field.text(row)?),
            }
        }
        Ok(Cow::Owned(text))
    }

    /// The texts for a row, where the template is all of a list; otherwise its one text.
    pub(crate) fn texts<'r>(&self, row: &Row<'r, '_>) -> Result<Vec<Cow<'r, str>>, Skip> {
        match self.parts.as_slice() {
            [Part::Field(field)] if field.is_list() => field.texts(row),
            _ => Ok(vec![self.text(row)?]),
        }
    }
}

impl Field {
    /// Whether it stands for all of a list, which no function makes one text of.
    fn is_list(&self) -> bool {
        let joins = |function: &Function| matches!(function, Function::Join(_));
        self.steps.contains(&Step::Each) && !self.functions.iter().any(joins)
    }

    fn text<'r>(&self, row: &Row<'r, '_>) -> Result<Cow<'r, str>, Skip> {
        // Most fields are one text, and this is what most of the time goes into.
        if let Of::Column(slot) = self.of
            && !self.steps.contains(&Step::Each)
        {
            let value = row.get(slot).and_then(|value| reach(value, &self.steps));
            if !matches!(value, Some(Value::List(_))) {
                return self.changed(value.and_then(Value::text), row);
            }
        }
        let mut texts = self.texts(row)?;
        if texts.len() == 1 {
            return texts.pop().ok_or(self.missing);
        }
        let separator = self.functions.iter().find_map(|function| match function {
            Function::Join(separator) => Some(&**separator),
            _ => None,
        });
        Ok(Cow::Owned(texts.join(separator.unwrap_or("\n"))))
    }

    fn texts<'r>(&self, row: &Row<'r, '_>) -> Result<Vec<Cow<'r, str>>, Skip> {
        let column = match self.of {
            Of::Column(slot) => row.get(slot),
            Of::RowNumber => return Ok(vec![Cow::Owned(row.number.to_string())]),
            Of::File => return Ok(vec![Cow::Borrowed(row.stem())]),
            Of::Name => return Ok(vec![Cow::Borrowed(row.name())]),
            Of::Split => return Ok(vec![Cow::Borrowed(row.split.as_str())]),
        };
        let mut texts = Vec::new();
        if let Some(value) = column {
            collect(value, &self.steps, &mut texts);
        }
        // A list may be empty; a column may not be absent.
        match column {
            None => texts.push(None),
            Some(_) if texts.is_empty() && !self.is_list() => texts.push(Some(Cow::Borrowed(""))),
            Some(_) => {}
        }
        texts.into_iter().map(|text| self.changed(text, row)).collect()
    }

    /// What the functions make of a text. A column that is absent needs a default.
    fn changed<'r>(
        &self,
        text: Option<Cow<'r, str>>,
        row: &Row<'r, '_>,
    ) -> Result<Cow<'r, str>, Skip> {
        let has_default =
            self.functions.iter().any(|function| matches!(function, Function::Default(_)));
        let mut text = match (text, &self.values) {
            (None, _) if has_default => Cow::Borrowed(""),
            (None, _) => return Err(self.missing),
            (Some(text), None) => text,
            (Some(text), Some(values)) => match values.get(&*text) {
                Some(value) => value.text(row)?,
                None if values.contains_key(ANY) => text,
                None => return Err(Skip::Bad("a value that `values` does not have")),
            },
        };
        for function in &self.functions {
            text = function.of(text);
        }
        Ok(text)
    }
}

/// The texts that are reached from a value; what is no text is absent.
fn collect<'r>(value: &'r Value<'_>, steps: &[Step], texts: &mut Vec<Option<Cow<'r, str>>>) {
    let Some((step, rest)) = steps.split_first() else {
        if let Value::List(values) = value {
            return values.iter().for_each(|value| texts.push(value.text()));
        }
        return texts.push(value.text());
    };
    let next = match (step, value) {
        (Step::Each, Value::List(values)) => {
            return values.iter().for_each(|value| collect(value, rest, texts));
        }
        (Step::At(n), Value::List(values)) => values.get(*n),
        (Step::Name(name), value) => value.get(name),
        // An element of XML that stands alone is a list of one.
        (Step::Each | Step::At(0), value) => Some(value),
        (Step::At(_), _) => None,
    };
    match next {
        Some(value) => collect(value, rest, texts),
        None => texts.push(None),
    }
}

impl Function {
    fn of<'r>(&self, text: Cow<'r, str>) -> Cow<'r, str> {
        match self {
            Self::Trim => match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            },
            Self::Default(default) if text.is_empty() => Cow::Owned(default.to_string()),
            Self::Remove(what) if text.contains(&**what) => Cow::Owned(text.replace(&**what, "")),
            _ => text,
        }
    }
}

/// The value that a path leads to, of which no step is all of a list.
pub(crate) fn reach<'r, 'a>(value: &'r Value<'a>, path: &[Step]) -> Option<&'r Value<'a>> {
    path.iter().try_fold(value, |value, step| match (step, value) {
        (Step::Name(name), value) => value.get(name),
        (Step::At(n), Value::List(values)) => values.get(*n),
        (Step::At(0), value) => Some(value),
        _ => None,
    })
}

/// The path of a list of rows: `data[].paragraphs[].qas[]`.
pub(crate) fn parse_path(text: &str) -> Result<Vec<Step>, String> {
    let (mut columns, values) = (Columns::default(), Values::new());
    let mut parser = Parser { rest: text, columns: &mut columns, values: &values };
    let steps = parser.steps(true)?;
    if parser.rest.is_empty() { Ok(steps) } else { Err(parser.unexpected("a path")) }
}

struct Parser<'t, 'c> {
    rest: &'t str,
    columns: &'c mut Columns,
    values: &'c Values,
}

impl<'t> Parser<'t, '_> {
    /// Takes the text off the front, if it is there.
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes everything off the front up to one of these characters.
    fn until(&mut self, ends: &[char]) -> &'t str {
        let (taken, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.rest.chars().next() {
            Some(c) => format!("has `{c}` where {wanted} was expected"),
            None => format!("ends where {wanted} was expected"),
        }
    }

    fn part(&mut self) -> Result<Option<Part>, String> {
        let mut text = String::new();
        loop {
            text.push_str(self.until(&['{', '}']));
            if self.eat("{{") {
                text.push('{');
            } else if self.eat("}}") {
                text.push('}');
            } else {
                break;
            }
        }
        if !text.is_empty() {
            return Ok(Some(Part::Text(text.into())));
        }
        if self.eat("{") {
            return self.field().map(|field| Some(Part::Field(field)));
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        Err("has a `}` without its `{`; a brace of the text is doubled".to_owned())
    }

    fn field(&mut self) -> Result<Field, String> {
        let start = self.rest;
        self.spaces();
        let mut steps = self.steps(false)?;
        let path = start.get(..start.len() - self.rest.len()).unwrap_or_default().trim();
        let mut functions = Vec::new();
        self.spaces();
        while self.eat("|") {
            functions.push(self.function()?);
            self.spaces();
        }
        if !self.eat("}") {
            return Err(self.unexpected("`}`"));
        }
        let is_quoted = path.starts_with('"');
        let Some(Step::Name(name)) = (!steps.is_empty()).then(|| steps.remove(0)) else {
            return Err("has braces without a column in them".to_owned());
        };
        let of = match &*name {
            "$row" if !is_quoted => Of::RowNumber,
            "$file" if !is_quoted => Of::File,
            "$name" if !is_quoted => Of::Name,
            "$split" if !is_quoted => Of::Split,
            _ if !is_quoted && name.starts_with('$') => {
                return Err(UnknownName::new("name", &name, ["$row", "$file", "$name", "$split"])
                    .to_string());
            }
            _ => {
                let has_default =
                    functions.iter().any(|function| matches!(function, Function::Default(_)));
                Of::Column(self.columns.want(&name, !has_default))
            }
        };
        let values =
            self.values.get(path).map(|values| self.value_templates(values)).transpose()?;
        // A table has few columns, and lives as long as the program.
        let missing = Skip::Bad(format!("no `{path}`").leak());
        Ok(Field { of, steps, functions, values, missing })
    }

    /// What stands for values are templates too; in those, values stand for themselves.
    fn value_templates(
        &mut self,
        values: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Template>, String> {
        let templates = values.iter().map(|(value, text)| {
            let template = Template::parse(text, self.columns, &Values::new())?;
            Ok((value.clone(), template))
        });
        templates.collect()
    }

    /// A name and what follows it; the path of a list may begin with `[]`.
    fn steps(&mut self, is_list: bool) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        if !(is_list && self.rest.starts_with('[')) {
            steps.push(Step::Name(self.name()?.into()));
        }
        loop {
            if self.eat(".") {
                steps.push(Step::Name(self.name()?.into()));
            } else if self.eat("[") {
                let number = self.until(&[']']);
                if !self.eat("]") {
                    return Err(self.unexpected("`]`"));
                }
                steps.push(match number.trim() {
                    "" => Step::Each,
                    number => Step::At(number.parse().map_err(|_error| {
                        format!("has `[{number}]`, where a number counted from 0 was expected")
                    })?),
                });
            } else {
                return Ok(steps);
            }
        }
    }

    fn name(&mut self) -> Result<&'t str, String> {
        if self.eat("\"") {
            let name = self.until(&['"']);
            return if self.eat("\"") { Ok(name) } else { Err(self.unexpected("`\"`")) };
        }
        let name = self.until(&['.', '[', ']', '{', '}', '|', '"']).trim();
        if name.is_empty() { Err(self.unexpected("a column")) } else { Ok(name) }
    }

    fn function(&mut self) -> Result<Function, String> {
        self.spaces();
        let name = self.until(&['(', '|', '}']).trim();
        let argument = if self.eat("(") { Some(self.argument()?) } else { None };
        let of = |function: fn(Box<str>) -> Function| {
            let argument = argument.clone().map(String::into_boxed_str);
            argument.map(function).ok_or(format!("has `{name}` without its text in brackets"))
        };
        match name {
            "trim" if argument.is_none() => Ok(Function::Trim),
            "trim" => Err("has `trim` with something in brackets".to_owned()),
            "default" => of(Function::Default),
            "join" => of(Function::Join),
            "remove" => of(Function::Remove),
            _ => Err(UnknownName::new("function", name, FUNCTIONS).to_string()),
        }
    }

    /// A text as JSON writes it.
    fn argument(&mut self) -> Result<String, String> {
        self.spaces();
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
        let Some(Ok(text)) = values.next() else {
            return Err(self.unexpected("a text in quotes"));
        };
        self.rest = self.rest.get(values.byte_offset()..).unwrap_or_default();
        self.spaces();
        if self.eat(")") { Ok(text) } else { Err(self.unexpected("`)`")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ljd_core::Split;

    use crate::objects::Number;
    use crate::row::read_object;

    fn of(template: &str, json: &str) -> Result<String, String> {
        let mut values = Values::new();
        let label = [("y", "{b} です"), ("n", "いいえ")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        values.insert("label".to_owned(), label.into_iter().collect());
        let kind = [("y", "はい"), ("*", "")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        values.insert("kind".to_owned(), kind.into_iter().collect());
        let mut columns = Columns::default();
        let template = Template::parse(template, &mut columns, &values)?;
        let object = read_object(json, &columns).map_err(|skip| skip.reason().to_owned())?;
        let row = Row::new(&columns, &object, &[], "faq/a.csv", Number::of(7), Split::Train);
        template.text(&row).map(Cow::into_owned).map_err(|skip| skip.reason().to_owned())
    }

    #[test]
    fn columns_members_and_elements_are_found() {
        let json = r#"{"a": {"b": "雨", "c": [{"d": 1}, {"d": 2.5}]}, "x.y": true, "日 本": "橋", "n": null}"#;
        for (template, text) in [
            ("{a.b}", "雨"),
            ("[{ a.b }]", "[雨]"),
            ("{a.c[1].d}", "2.5"),
            ("{a.c[].d}", "1\n2.5"),
            (r#"{a.c[].d | join("、")}"#, "1、2.5"),
            (r#"{"x.y"}"#, "true"),
            ("{日 本}", "橋"),
            ("{n}", ""),
            (r#"{n | default("無")}"#, "無"),
            (r#"{z | default("無")}"#, "無"),
            (r#"{a.z | default("無")}"#, "無"),
            ("{$file}#{$name}#{$row} {$split}", "faq/a#a#7 train"),
            ("{{{a.b}}}", "{雨}"),
            ("", ""),
        ] {
            assert_eq!(of(template, json).unwrap(), text, "{template}");
        }
    }

    #[test]
    fn functions_change_texts_from_left_to_right() {
        let json = r#"{"a": " 雨 が ", "l": [" x ", "y"], "e": []}"#;
        for (template, text) in [
            ("{a | trim}", "雨 が"),
            (r#"{a | remove(" ")}"#, "雨が"),
            (r#"{a | remove("雨") | remove("が") | trim | default("\u2026\n")}"#, "…\n"),
            (r#"{l[] | trim | join("|}")}"#, "x|}y"),
            (r#"{l | join("/")}"#, " x /y"),
            (r#"{e[] | join("/") | default("-")}"#, "-"),
            ("{e[]}", ""),
        ] {
            assert_eq!(of(template, json).unwrap(), text, "{template}");
        }
    }

    #[test]
    fn values_stand_for_others() {
        assert_eq!(of("{label}。", r#"{"label": "y", "b": "雨"}"#).unwrap(), "雨 です。");
        assert_eq!(of("{label}", r#"{"label": "n", "b": "雨"}"#).unwrap(), "いいえ");
        let unknown = of("{label}", r#"{"label": "?", "b": "雨"}"#);
        assert_eq!(unknown.unwrap_err(), "a value that `values` does not have");
        assert_eq!(of("{kind}", r#"{"kind": "y"}"#).unwrap(), "はい");
        assert_eq!(of("{kind}", r#"{"kind": "?"}"#).unwrap(), "?");
    }

    #[test]
    fn what_a_row_lacks_is_named() {
        for template in ["{z}", "{a.z}", "{a[0]}", "{c[2]}", "{c[].b}", "{a.b.c}"] {
            let error = of(template, r#"{"a": {"b": 1}, "c": [1, 2]}"#).unwrap_err();
            assert_eq!(error, format!("no `{}`", template.trim_matches(['{', '}'])), "{template}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_template_is_told() {
        for (template, what) in [
            ("{a", "ends where `}` was expected"),
            ("a}", "has a `}` without its `{`"),
            ("{}", "where a column was expected"),
            ("{a.}", "where a column was expected"),
            ("{a[x]}", "a number counted from 0"),
            ("{a[0}", "`]` was expected"),
            ("{a | tirm}", "did you mean `trim`?"),
            ("{a | default}", "without its text in brackets"),
            ("{a | join(x)}", "a text in quotes"),
            ("{a | join(\"x\"}", "`)` was expected"),
            ("{a | trim(\"x\")}", "something in brackets"),
            ("{$line}", "unknown name `$line`"),
            ("{\"a}", "`\"` was expected"),
        ] {
            let error = of(template, "{}").unwrap_err();
            assert!(error.contains(what), "{template}: {error}");
        }
    }

    #[test]
    fn a_path_of_rows_is_taken_apart() {
        let name = |name: &str| Step::Name(name.into());
        let path = parse_path("data[].\"a.b\".qas[]").unwrap();
        assert_eq!(path, [name("data"), Step::Each, name("a.b"), name("qas"), Step::Each]);
        assert_eq!(parse_path("[]").unwrap(), [Step::Each]);
        assert!(parse_path("a[] | trim").is_err() && parse_path("").is_err());
    }
}
