#!/usr/bin/env python3
"""Reads a JSON array of records and writes it as it is with Polars: OUT gets array.parquet and array.jsonl.zst.

usage: bench/peers/polars_json.py ARRAY OUT
"""
import sys

import polars as pl


def main():
    array, out = sys.argv[1:]
    rows = pl.read_json(array).lazy()
    options = {"compression": "zstd", "compression_level": 3, "lazy": True}
    pl.collect_all([rows.sink_parquet(f"{out}/array.parquet", **options), rows.sink_ndjson(f"{out}/array.jsonl.zst", **options)])


main()
