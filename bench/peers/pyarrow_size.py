#!/usr/bin/env python3
"""Prints the size of Parquet files, that of the same rows as pyarrow writes them at the same level, and the share of the
columns that say what a row teaches and where it comes from.

usage: bench/peers/pyarrow_size.py FOLDER OUT
"""
import pathlib
import sys

import pyarrow.parquet as pq

PROVENANCE = ["task", "source", "source_language", "target_language", "split", "category", "license", "attribution", "url"]


def columns(path):
    metadata = pq.ParquetFile(path).metadata
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            yield column.path_in_schema, column.total_compressed_size


def main():
    folder, out = map(pathlib.Path, sys.argv[1:])
    ours = theirs = provenance = 0
    for path in sorted(folder.rglob("*.parquet")):
        pq.write_table(pq.read_table(path), out / "same.parquet", compression="zstd", compression_level=3)
        ours, theirs = ours + path.stat().st_size, theirs + (out / "same.parquet").stat().st_size
        provenance += sum(n for name, n in columns(path) if name in PROVENANCE)
    print(f"Parquet: {ours:,} bytes, {ours / theirs:.3f} of pyarrow's {theirs:,}; provenance is {provenance / ours:.2%} of it")


main()
