//! Sheets of Excel workbooks.
//!
//! A row is an object of the cells that are wanted, an empty one an empty text, under the number that Excel gives it. The
//! sheets that are read are those that the manifest states a split of, or else the first one.

use std::collections::BTreeMap;

use ljd_core::read::{SheetRow, Workbook};
use ljd_core::{ChunkSink, Error, ErrorKind, Location, ManifestFile, Raw, Result, UnknownName};

use crate::made::Made;
use crate::read::Header;
use crate::row::Columns;

/// Cuts the sheets of a file.
pub(crate) fn chunks(
    raw: &Raw,
    file: &ManifestFile,
    header: &Header,
    columns: &Columns,
    check: &dyn Fn(&[String], &str) -> Result<()>,
    out: &mut ChunkSink<'_>,
) -> Result<()> {
    let mut workbook = Workbook::open(raw, file)?;
    for sheet in wanted(file, &workbook.sheets())? {
        out.split = file.split_of(&sheet)?;
        let mut made = Made::new(format!("{}/{sheet}", file.path));
        let mut names = match header {
            Header::Names(names) => Some(names.clone()),
            Header::IsThere(_) => None,
        };
        let mut is_checked = false;
        workbook.each_row(&sheet, &mut |row| {
            let is_header = names.is_none() && *header == Header::IsThere(true);
            let names = names.get_or_insert_with(|| names_of(&row, is_header));
            if !is_checked {
                check(names, &format!("{}:{}", row.path, row.number))?;
                is_checked = true;
            }
            if is_header {
                Ok(())
            } else {
                made.push_at(row.number, &object(&row, names, columns), out)
            }
        })?;
        made.flush(out)?;
    }
    Ok(())
}

/// What stands in the first row of the first sheet that has a cell.
pub(crate) fn first_row(raw: &Raw, file: &ManifestFile) -> Result<Option<Vec<String>>> {
    let mut workbook = Workbook::open(raw, file)?;
    let Some(sheet) = workbook.sheets().into_iter().next() else { return Ok(None) };
    let mut first = None;
    workbook.each_row(&sheet, &mut |row| {
        first.get_or_insert_with(|| names_of(&row, true));
        Ok(())
    })?;
    Ok(first)
}

/// The sheets that are read.
fn wanted(file: &ManifestFile, sheets: &[String]) -> Result<Vec<String>> {
    if file.members.is_empty() {
        return Ok(sheets.iter().take(1).cloned().collect());
    }
    for stated in file.members.keys() {
        if !sheets.iter().any(|sheet| ManifestFile::names_member(stated, sheet)) {
            let unknown = UnknownName::new("sheet", stated, sheets.iter().map(String::as_str));
            let location = Location::file(file.path.as_str());
            return Err(Error::at(location, ErrorKind::UnknownName(unknown)));
        }
    }
    let is_stated = |sheet: &&String| file.stated_split_of(sheet).is_some();
    Ok(sheets.iter().filter(is_stated).cloned().collect())
}

/// The names of all columns up to the last one of a row: what stands in it, or their numbers.
fn names_of(row: &SheetRow<'_>, is_header: bool) -> Vec<String> {
    let n_columns = row.cells.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
    let name = |column| {
        let cell = row.cells.iter().find(|(at, _)| *at == column);
        cell.map_or_else(String::new, |(_, text)| text.trim().to_owned())
    };
    (0..n_columns).map(|n| if is_header { name(n) } else { (n + 1).to_string() }).collect()
}

/// The wanted cells of a row.
fn object<'r>(
    row: &SheetRow<'r>,
    names: &'r [String],
    columns: &'r Columns,
) -> BTreeMap<&'r str, &'r str> {
    let is_wanted = |name: &&String| columns.iter().any(|(wanted, _)| wanted == name.as_str());
    let cell = |at: usize| {
        let cell = row
            .cells
            .iter()
            .find(|(column, _)| usize::try_from(*column).is_ok_and(|column| column == at));
        cell.map_or("", |(_, text)| text.as_str())
    };
    let names = names.iter().enumerate().filter(|(_, name)| is_wanted(name));
    names.map(|(at, name)| (name.as_str(), cell(at))).collect()
}
