//! Rows of tab-separated text by either preset: v0 read most of its sources with CSV quoting.

use std::borrow::Cow;

use ljd_core::read::{QuotedRow, last_line_end, line_ends, quoted_row_ends};
use ljd_core::{Preset, Rules, Skip};

/// The ends of the rows of a text.
pub(crate) fn row_ends<'t>(rules: &Rules, text: &'t [u8]) -> Box<dyn Iterator<Item = usize> + 't> {
    match rules.preset {
        Preset::V0 => Box::new(quoted_row_ends(text)),
        Preset::Clean => Box::new(line_ends(text)),
    }
}

/// Where the last whole row of a text ends.
pub(crate) fn last_row_end(rules: &Rules) -> &'static dyn Fn(&[u8]) -> usize {
    match rules.preset {
        Preset::V0 => &|text| quoted_row_ends(text).last().unwrap_or(0),
        Preset::Clean => &last_line_end,
    }
}

/// Where the last row starts whose key differs from that of the row with a key before it, so that rows
/// with one key stay in one chunk.
pub(crate) fn last_new_key<'t>(
    text: &'t [u8],
    row_ends: impl Iterator<Item = usize>,
    key: impl Fn(&'t [u8]) -> Option<&'t [u8]>,
) -> usize {
    let (mut start, mut last, mut cut) = (0, None, 0);
    for end in row_ends {
        if let Some(key) = text.get(start..end).and_then(&key) {
            if last.is_some_and(|last| last != key) {
                cut = start;
            }
            last = Some(key);
        }
        start = end;
    }
    cut
}

/// What stands before the `n`th tab of a row, or all of it.
pub(crate) fn before_tab(row: &[u8], n: usize) -> &[u8] {
    let end = memchr::memchr_iter(b'\t', row).nth(n - 1).unwrap_or(row.len());
    row.get(..end).unwrap_or_default()
}

/// Takes rows apart, one after the other.
pub(crate) struct Columns {
    preset: Preset,
    quoted: QuotedRow,
}

impl Columns {
    pub(crate) fn new(rules: &Rules) -> Self {
        Self { preset: rules.preset, quoted: QuotedRow::default() }
    }

    /// The columns of a row. With v0 a missing value comes as an empty one.
    pub(crate) fn of<'s>(&'s mut self, row: &'s [u8]) -> Result<Vec<&'s str>, Skip> {
        match self.preset {
            Preset::V0 => self.quoted.fields(row),
            Preset::Clean => {
                let row = row.strip_suffix(b"\n").unwrap_or(row);
                let row = row.strip_suffix(b"\r").unwrap_or(row);
                let row = std::str::from_utf8(row).map_err(|_utf8| Skip::Bad("not UTF-8"))?;
                if row.is_empty() { Err(Skip::NoRow) } else { Ok(row.split('\t').collect()) }
            }
        }
    }
}

/// Makes the ids of a chunk's rows unique where a row repeats the id of the one before.
#[derive(Default)]
pub(crate) struct Ids {
    last: String,
    n: u64,
}

impl Ids {
    /// The id, with a number where the row before had the same.
    pub(crate) fn unique<'a>(&mut self, id: Cow<'a, str>) -> Cow<'a, str> {
        if self.last == id {
            self.n += 1;
            return Cow::Owned(format!("{id}~{}", self.n));
        }
        self.last.clear();
        self.last.push_str(&id);
        self.n = 1;
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_one_key_stay_together() {
        let text = b"a\t1\na\t2\n# no key\nb\t1\nb\t2\n";
        let key = |row: &'static [u8]| (row[0] != b'#').then(|| before_tab(row, 1));
        assert_eq!(last_new_key(text, line_ends(text), key), 17);
        assert_eq!(last_new_key(text, line_ends(text).take(3), key), 0);
    }

    #[test]
    fn a_repeated_id_is_numbered() {
        let mut ids = Ids::default();
        let found = ["a", "a", "b", "a"].map(|id| ids.unique(Cow::Borrowed(id)));
        assert_eq!(found, ["a", "a~2", "b", "a"]);
    }

    #[test]
    fn tabs_are_counted_from_one() {
        assert_eq!(before_tab(b"a\tb\tc", 2), b"a\tb");
        assert_eq!(before_tab(b"a", 2), b"a");
    }
}
