"""Records and batches, and the libraries that take them."""

import ast
import pathlib

import datasets
import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

import ljd_datasets as ljd


def table(corpus, **arguments):
    return pyarrow.table(ljd.batches(corpus, rules="sample", **arguments))


def test_batches_are_the_rows_of_a_build(sample, sample_corpora):
    out, _ = sample
    n_rows = 0
    for corpus in sample_corpora:
        read = table(corpus)
        files = sorted((out / "parquet").glob(f"{corpus}/*.parquet")) or sorted((out / "parquet").glob(f"{corpus}*"))
        built = pyarrow.concat_tables(pyarrow.parquet.read_table(file) for file in files)
        assert read.schema.equals(built.schema), corpus
        # A build compares records with each other as well: what it wrote is among what is read, in that order.
        rows = {row["id"]: row for row in read.to_pylist()}
        for row in built.to_pylist():
            assert rows[row["id"]] == row
        n_rows += built.num_rows
    assert n_rows == sample[1]["records"]


@pytest.mark.parametrize("size", [1, 7, 179, 180, 181])
def test_batches_have_the_size_that_is_asked_for(size):
    lengths = [len(batch) for batch in ljd.batches("tanaka", rules="sample", size=size)]
    assert sum(lengths) == 180
    assert all(length == size for length in lengths[:-1])
    assert 0 < lengths[-1] <= size


def test_a_batch_has_a_row_at_least():
    with pytest.raises(ValueError, match="size"):
        ljd.batches("tanaka", rules="sample", size=0)


def test_records_have_the_columns_as_attributes():
    records = list(ljd.records("tanaka", rules="sample"))
    rows = table("tanaka").to_pylist()
    assert [record.to_dict() for record in records] == rows
    first = records[0]
    assert (first.id, first.output, first.license, first.history, first.score) == (
        rows[0]["id"],
        rows[0]["output"],
        "LicenseRef-CC-BY-2.0-FR",
        [],
        None,
    )
    assert {*dir(first)} == {*rows[0], "to_dict"}
    assert rows[0]["output"] in repr(first)
    with pytest.raises(AttributeError, match="no `answer`"):
        first.answer


def test_earlier_turns_are_lists_of_dicts():
    turns = [record.history for record in ljd.records("jmrd", rules="sample") if record.history]
    assert turns
    assert all(set(turn) == {"role", "content"} for turn in turns[0])


def test_stubs_name_every_column():
    stub = pathlib.Path(ljd.__file__).with_name("_native.pyi").read_text()
    classes = {node.name: node for node in ast.parse(stub).body if isinstance(node, ast.ClassDef)}
    named = {node.target.id for node in classes["Record"].body if isinstance(node, ast.AnnAssign)}
    assert named == set(table("tanaka").column_names)


def test_every_library_takes_the_batches():
    rows = table("jmrd").to_pylist()
    frame = polars.DataFrame(ljd.batches("jmrd", rules="sample"))
    assert frame.to_dicts() == rows
    batches = ljd.batches("jmrd", rules="sample")
    assert duckdb.sql("select count(*), min(source) from batches").fetchall() == [(len(rows), "jmrd")]
    frame = pandas.DataFrame.from_arrow(ljd.batches("jmrd", rules="sample"))
    assert list(frame["output"]) == [row["output"] for row in rows]
    dataset = datasets.Dataset(table("jmrd"))
    assert dataset[0]["history"] == rows[0]["history"]
    for batch in ljd.batches("jmrd", rules="sample"):
        assert pyarrow.record_batch(batch).num_rows == len(batch)
        assert polars.DataFrame(batch).height == len(batch)
        assert duckdb.sql("select count(*) from batch").fetchall() == [(len(batch),)]


def test_a_batch_is_not_copied():
    (batch,) = ljd.batches("tanaka", rules="sample")
    one, other = (pyarrow.record_batch(batch).column("output").buffers() for _ in range(2))
    assert [buffer and buffer.address for buffer in one] == [buffer and buffer.address for buffer in other]


def test_what_was_taken_is_not_there_again():
    batches = ljd.batches("tanaka", rules="sample", size=100)
    assert len(next(batches)) == 100
    assert pyarrow.table(batches).num_rows == 80
    assert list(batches) == []
