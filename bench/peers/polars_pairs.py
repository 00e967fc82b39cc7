#!/usr/bin/env python3
"""The rows that ljd makes of JESC, made by Polars: OUT gets pairs.parquet and pairs.jsonl.zst.

usage: bench/peers/polars_pairs.py TSV OUT
"""
import sys

import polars as pl

LANGUAGES = {"ja": "日本語", "en": "英語"}
HISTORY = pl.List(pl.Struct({"role": pl.String, "content": pl.String}))


def direction(lines, source, target):
    constant = {
        "task": "translation",
        "source": "jesc",
        "source_language": source,
        "target_language": target,
        "split": "whole",
        "category": None,
        "license": "CC-BY-SA-4.0",
        "attribution": "JESC (Pryzant et al. 2018), CC BY-SA 4.0",
        "url": None,
    }
    return lines.select(
        (pl.col("line").cast(pl.String) + f"/{source}-{target}").alias("id"),
        pl.lit(f"次の{LANGUAGES[source]}を{LANGUAGES[target]}に翻訳してください。").alias("instruction"),
        pl.col(source).alias("input"),
        pl.col(target).alias("output"),
        pl.lit([], dtype=HISTORY).alias("history"),
        *(pl.lit(value, dtype=pl.String).alias(name) for name, value in constant.items()),
    )


def main():
    tsv, out = sys.argv[1:]
    lines = pl.scan_csv(tsv, separator="\t", has_header=False, quote_char=None, new_columns=["en", "ja"])
    lines = lines.with_row_index("line", offset=1)
    rows = pl.concat([direction(lines, "ja", "en"), direction(lines, "en", "ja")])
    options = {"compression": "zstd", "compression_level": 3, "lazy": True}
    pl.collect_all([rows.sink_parquet(f"{out}/pairs.parquet", **options), rows.sink_ndjson(f"{out}/pairs.jsonl.zst", **options)])


main()
