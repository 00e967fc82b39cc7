#!/usr/bin/env python3
"""Reads a finished dataset with the tools that its users have, and compares what they see row for row.

usage: tests/readback/check.py DATASET

Parquet and JSON Lines are read with pyarrow, DuckDB, Polars and plain Python; `datasets` loads the folder as it is,
the default config and each corpus.
"""
import io
import json
import os
import pathlib
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

import datasets
import duckdb
import polars
import pyarrow.parquet
import zstandard


def with_python(file):
    with file.open("rb") as packed:
        reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
        return [json.loads(line) for line in io.TextIOWrapper(reader, encoding="utf-8")]


def with_duckdb(function, file, columns):
    """DuckDB guesses the types of JSON, so it is told those that the Parquet file has."""
    return duckdb.sql(f"select * from {function}('{file}'{columns})").to_arrow_table().to_pylist()


def parquet_types(file):
    described = duckdb.sql(f"describe select * from read_parquet('{file}')").fetchall()
    types = ", ".join(f"'{name}': '{kind}'" for name, kind, *_ in described)
    return f", format = 'newline_delimited', columns = {{{types}}}"


def same(expected, found, reader, file):
    if expected == found:
        return
    for i, (a, b) in enumerate(zip(expected, found)):
        if a != b:
            sys.exit(f"error: {file}: {reader} reads row {i} as {b}, not {a}")
    sys.exit(f"error: {file}: {reader} reads {len(found)} rows, not {len(expected)}")


def check_files(dataset):
    """Every pair of files; returns the rows of each corpus."""
    rows = {}
    parquet_files = sorted((dataset / "parquet").rglob("*.parquet"))
    assert parquet_files, f"{dataset} has no Parquet files"
    for parquet in parquet_files:
        corpus = parquet.parent.name
        jsonl = dataset / "jsonl" / corpus / f"{parquet.stem}.jsonl.zst"
        expected = with_python(jsonl)
        assert expected, f"{jsonl} is empty"
        table = pyarrow.parquet.read_table(parquet)
        same(expected, table.to_pylist(), "pyarrow", parquet)
        same(expected, with_duckdb("read_parquet", parquet, ""), "DuckDB", parquet)
        same(expected, with_duckdb("read_json", jsonl, parquet_types(parquet)), "DuckDB", jsonl)
        frame = polars.read_parquet(parquet)
        same(expected, frame.to_dicts(), "Polars", parquet)
        same(expected, polars.read_ndjson(jsonl, schema=frame.schema).to_dicts(), "Polars", jsonl)
        rows.setdefault(corpus, []).extend(expected)
    return rows


def check_load_dataset(dataset, rows):
    def ids(records):
        return sorted((record["source"], record["id"]) for record in records)

    with tempfile.TemporaryDirectory() as cache:
        everything = [row for corpus in rows.values() for row in corpus]
        for config, expected in [(None, everything), *rows.items()]:
            loaded = datasets.load_dataset(str(dataset), config, cache_dir=cache)
            found = [row for split in loaded.values() for row in split]
            if ids(found) != ids(expected):
                sys.exit(f"error: load_dataset({dataset}, {config}) gives {len(found)} rows, not {len(expected)}")


def main():
    dataset = pathlib.Path(sys.argv[1])
    rows = check_files(dataset)
    check_load_dataset(dataset, rows)
    total = sum(len(corpus) for corpus in rows.values())
    print(f"{dataset}: {total} rows of {len(rows)} corpora read back equal")


main()
