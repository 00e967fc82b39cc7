use ljd_core::read::{each_quoted_row, lines, quoted_row_ends};
use ljd_core::{Chunk, ChunkSink, Input, License, RecordSink, Source};
use proptest::prelude::*;

type Row = (u64, Vec<String>);

/// The rows of a text that is cut into chunks of about `target` bytes.
fn rows(bytes: &[u8], target: usize) -> (Vec<Row>, u64) {
    let source = Source {
        name: "test".to_owned(),
        license: License::parse("CC-BY-4.0").unwrap(),
        attribution: "test".to_owned(),
    };
    let (mut rows, mut n_skipped) = (Vec::new(), 0);
    let mut read = |chunk: Chunk| {
        let mut none = |_record: ljd_core::Record<'_>| {};
        let mut out = RecordSink::new(&source, false, &mut none);
        each_quoted_row(&chunk, &mut out, |line, fields, _| {
            rows.push((line, fields.iter().map(|field| (*field).to_owned()).collect()));
            Ok(())
        });
        n_skipped += out.into_counts().1.n_bad();
        Ok(())
    };
    let mut out = ChunkSink::new(&mut read);
    out.target = target;
    let cut = |text: &[u8]| quoted_row_ends(text).last().unwrap_or(0);
    lines(Input::new("file", bytes), &cut, &mut out).unwrap();
    (rows, n_skipped)
}

/// The rows as the `csv` crate reads the whole text at once.
fn whole(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(b'\t').has_headers(false).flexible(true);
    let records = reader.from_reader(text.as_bytes()).into_records();
    records.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #[test]
    fn small_chunks_give_the_rows_of_the_whole_text(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["\n", "\r\n", "\"", "\"\"", "\t", "a", "雨", "\r", "\r\"", "\t\"", "\"\t", "\n\""]),
            0..60,
        ),
        target in 1_usize..30,
    ) {
        let text = pieces.concat();
        let (found, n_skipped) = rows(text.as_bytes(), target);
        prop_assert_eq!(found.iter().map(|(_, fields)| fields.clone()).collect::<Vec<_>>(), whole(&text));
        let (at_once, _) = rows(text.as_bytes(), 1 << 20);
        prop_assert_eq!(found, at_once);
        prop_assert_eq!(n_skipped, 0);
    }
}

#[test]
fn a_quoted_field_holds_tabs_and_line_ends() {
    let (found, _) = rows(b"\"a\tb\nc\" d\te\nf\t\"\"\"g\"\n", 1);
    let row = |line, fields: [&str; 2]| (line, fields.map(str::to_owned).to_vec());
    assert_eq!(found, [row(1, ["a\tb\nc d", "e"]), row(3, ["f", "\"g"])]);
}

#[test]
fn blank_lines_are_no_rows_but_lines() {
    let (found, _) = rows(b"\n\r\na\n\n\nb", 100);
    let row = |line, field: &str| (line, vec![field.to_owned()]);
    assert_eq!(found, [row(3, "a"), row(6, "b")]);
}

#[test]
fn what_stands_for_a_missing_value_is_empty() {
    let (found, _) = rows(b"NA\tnull\nNa\tnaN\n", 100);
    let row = |line, fields: [&str; 2]| (line, fields.map(str::to_owned).to_vec());
    assert_eq!(found, [row(1, ["", ""]), row(2, ["Na", "naN"])]);
}

#[test]
fn a_row_that_is_not_utf8_is_counted() {
    let (found, n_skipped) = rows(b"a\t\xff\nb\tc\n", 100);
    assert_eq!((found.len(), n_skipped), (1, 1));
}
