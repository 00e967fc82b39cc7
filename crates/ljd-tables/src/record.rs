//! From a row to a record.

use std::borrow::Cow;

use ljd_core::{Chunk, Language, Record, Records, Skip, Task};

use crate::read::Read;
use crate::row::{Columns, Row};
use crate::template::Template;
use crate::value::Value;

/// The templates of a record.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    task: Task,
    languages: [Language; 2],
    id: Template,
    instruction: Template,
    input: Template,
    output: Template,
    category: Option<Template>,
    url: Option<Template>,
    attribution: Option<Template>,
    skip_if: Vec<Condition>,
    keep_if: Vec<Condition>,
}

/// Values of a column.
#[derive(Debug, Clone)]
struct Condition {
    column: usize,
    values: Vec<serde_json::Value>,
    /// Why a row is left out that has one, or has none.
    reason: Skip,
}

/// What is wrong, and the text of the manifest in which it is.
pub(crate) type Problem = (String, String);

impl Fields {
    pub(crate) fn new(read: &Read, columns: &mut Columns) -> Result<Self, Problem> {
        let mut parse = |text: &str| {
            let template = Template::parse(text, columns, &read.values);
            template.map_err(|problem| (text.to_owned(), format!("has a template that {problem}")))
        };
        let missing = |field: &str| (field.to_owned(), format!("has no `{field}`"));
        let instruction = read.instruction.as_deref().ok_or_else(|| missing("instruction"))?;
        let output = read.output.as_deref().ok_or_else(|| missing("output"))?;
        let mut optional = |text: &Option<String>| text.as_deref().map(&mut parse).transpose();
        let (category, url) = (optional(&read.category)?, optional(&read.url)?);
        let attribution = optional(&read.attribution)?;
        Ok(Self {
            task: read.task,
            languages: [read.source_language, read.target_language],
            id: parse(read.id.as_deref().unwrap_or("{$file}/{$row}"))?,
            instruction: parse(instruction)?,
            input: parse(&read.input)?,
            output: parse(output)?,
            category,
            url,
            attribution,
            skip_if: conditions(&read.skip_if, "skip_if", columns),
            keep_if: conditions(&read.keep_if, "keep_if", columns),
        })
    }

    /// Gives the record of a row.
    pub(crate) fn push(
        &self,
        row: &Row<'_, '_>,
        chunk: &Chunk,
        out: &mut Records<'_>,
    ) -> Result<(), Skip> {
        self.is_wanted(row)?;
        let id = given(self.id.text(row)?, "an empty `id`")?;
        let instruction = given(self.instruction.text(row)?, "an empty `instruction`")?;
        let output = given(self.output.text(row)?, "an empty `output`")?;
        let [category, url, attribution] =
            [&self.category, &self.url, &self.attribution].map(|template| {
                let text = template.as_ref().map(|template| template.text(row)).transpose();
                text.map(|text| text.filter(|text| !text.is_empty()))
            });
        let credit = Cow::Borrowed(out.source().attribution.as_str());
        out.push(Record {
            source_language: self.languages[0],
            target_language: self.languages[1],
            instruction,
            input: self.input.text(row)?,
            output,
            split: chunk.split,
            category: category?,
            url: url?,
            attribution: attribution?.unwrap_or(credit),
            ..Record::new(out.source(), id, self.task)
        });
        Ok(())
    }

    fn is_wanted(&self, row: &Row<'_, '_>) -> Result<(), Skip> {
        let skips = self.skip_if.iter().find(|condition| condition.holds(row));
        let skips = skips.or_else(|| self.keep_if.iter().find(|condition| !condition.holds(row)));
        skips.map_or(Ok(()), |condition| Err(condition.reason))
    }
}

fn given<'t>(text: Cow<'t, str>, problem: &'static str) -> Result<Cow<'t, str>, Skip> {
    if text.trim().is_empty() { Err(Skip::Bad(problem)) } else { Ok(text) }
}

fn conditions(
    written: &std::collections::BTreeMap<String, Vec<serde_json::Value>>,
    field: &str,
    columns: &mut Columns,
) -> Vec<Condition> {
    let conditions = written.iter().map(|(name, values)| Condition {
        column: columns.want(name, field == "keep_if"),
        values: values.clone(),
        // A table has few conditions, and lives as long as the program.
        reason: Skip::LeftOut(format!("by `{field}` of `{name}`").leak()),
    });
    conditions.collect()
}

impl Condition {
    /// A column that is absent is as one that is empty.
    fn holds(&self, row: &Row<'_, '_>) -> bool {
        let value = row.get(self.column).unwrap_or(&Value::Null);
        self.values.iter().any(|written| value.is(written))
    }
}
