#!/usr/bin/env python3
"""The rows that ljd makes of JESC, made by pyarrow: OUT gets pairs.parquet and pairs.jsonl.zst.

usage: bench/peers/pyarrow_pairs.py TSV OUT

pyarrow writes no JSON: its compute functions put the lines together here. Nor does it compress a stream at a level
that one could choose.
"""
import json
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import zstandard

LANGUAGES = {"ja": "日本語", "en": "英語"}
HISTORY = pa.list_(pa.struct([pa.field("role", pa.string()), pa.field("content", pa.string())]))
TEXTS = ["id", "instruction", "input", "output"]
LABELS = ["task", "source", "source_language", "target_language", "split", "category", "license", "attribution", "url"]
SCHEMA = pa.schema([*((name, pa.string()) for name in TEXTS), ("history", HISTORY), *((name, pa.string()) for name in LABELS)])


def labels(source, target):
    credit = "JESC (Pryzant et al. 2018), CC BY-SA 4.0"
    return ["translation", "jesc", source, target, "whole", None, "CC-BY-SA-4.0", credit, None]


def direction(texts, ids, source, target):
    n = len(ids)
    instruction = f"次の{LANGUAGES[source]}を{LANGUAGES[target]}に翻訳してください。"
    columns = [
        pc.binary_join_element_wise(ids, f"{source}-{target}", "/"),
        pa.repeat(instruction, n),
        texts[source],
        texts[target],
        pa.ListArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), n + 1), pa.array([], HISTORY.value_type)),
        *(pa.repeat(pa.scalar(value, pa.string()), n) for value in labels(source, target)),
    ]
    return pa.record_batch([column.cast(field.type) for column, field in zip(columns, SCHEMA)], schema=SCHEMA)


def lines(batch, source, target):
    def escaped(text):
        return pc.replace_substring(pc.replace_substring(text, "\\", "\\\\"), '"', '\\"')

    instruction = json.dumps(batch["instruction"][0].as_py(), ensure_ascii=False)
    rest = dict(zip(LABELS, labels(source, target)))
    rest = json.dumps({"history": [], **rest}, ensure_ascii=False, separators=(",", ":"))
    pieces = ['{"id":"', batch["id"], f'","instruction":{instruction},"input":"', escaped(batch["input"])]
    pieces += ['","output":"', escaped(batch["output"]), f'",{rest[1:]}\n']
    # A buffer of strings that follow each other is the text.
    return pc.binary_join_element_wise(*pieces, "").buffers()[2]


def main():
    tsv, out = sys.argv[1:]
    parse = pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False)
    read = pyarrow.csv.ReadOptions(column_names=["en", "ja"], block_size=8 << 20)
    convert = pyarrow.csv.ConvertOptions(column_types={"en": pa.string(), "ja": pa.string()}, strings_can_be_null=False)
    batches = pyarrow.csv.open_csv(tsv, read_options=read, parse_options=parse, convert_options=convert)
    n_lines = 0
    with (
        pq.ParquetWriter(f"{out}/pairs.parquet", SCHEMA, compression="zstd", compression_level=3) as parquet,
        zstandard.open(f"{out}/pairs.jsonl.zst", "wb", zstandard.ZstdCompressor(level=3)) as jsonl,
    ):
        for texts in batches:
            ids = pa.array(range(n_lines + 1, n_lines + len(texts) + 1)).cast(pa.string())
            n_lines += len(texts)
            for source, target in [("ja", "en"), ("en", "ja")]:
                batch = direction(texts, ids, source, target)
                parquet.write_batch(batch)
                jsonl.write(lines(batch, source, target))


main()
