#!/usr/bin/env python3
"""Reads a finished dataset with the tools that its users have, and compares what they see row for row.

usage: tests/readback/check.py DATASET

Parquet and JSON Lines are read with pyarrow, DuckDB, Polars and plain Python; `datasets` loads the folder as it is,
the default config and each corpus, and the files of every chat format, whose conversations go through a chat template
of `transformers`; `mlcroissant` validates croissant.json and reads every record set. Joined files are written again by
Python's json and have to come out the same.
"""
import collections
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

import datasets
import duckdb
import mlcroissant
import polars
import pyarrow.parquet
import tokenizers
import transformers
import zstandard

# ChatML, and as strict as those templates that refuse what is not a dialogue of turns.
TEMPLATE = """
{%- if messages[0].role == 'system' %}{% set turns = messages[1:] %}{% else %}{% set turns = messages %}{% endif %}
{%- for turn in turns %}
{%- if turn.role != ['user', 'assistant'][loop.index0 % 2] %}{{ raise_exception('roles must alternate') }}{% endif %}
{%- endfor %}
{%- for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}"""


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
    """Every pair of files; returns the rows of each file by corpus and file name."""
    rows = collections.defaultdict(dict)
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
        rows[corpus][parquet.stem] = expected
    return rows


def of_corpus(files):
    return [row for rows in files.values() for row in rows]


def check_load_dataset(dataset, rows):
    def ids(records):
        return sorted((record["source"], record["id"]) for record in records)

    with tempfile.TemporaryDirectory() as cache:
        by_config = {corpus: of_corpus(files) for corpus, files in rows.items()}
        everything = [row for corpus in by_config.values() for row in corpus]
        for config, expected in [(None, everything), *by_config.items()]:
            loaded = datasets.load_dataset(str(dataset), config, cache_dir=cache)
            found = [row for split in loaded.values() for row in split]
            if ids(found) != ids(expected):
                sys.exit(f"error: load_dataset({dataset}, {config}) gives {len(found)} rows, not {len(expected)}")


def check_croissant(dataset, rows):
    file = dataset / "croissant.json"
    subprocess.run([pathlib.Path(sys.executable).parent / "mlcroissant", "validate", "--jsonld", file], check=True)
    described = mlcroissant.Dataset(jsonld=file)
    for corpus, files in rows.items():
        found = sorted(row[f"{corpus}/id"].decode() for row in described.records(corpus))
        same(sorted(row["id"] for row in of_corpus(files)), found, "mlcroissant", file)


def chat_template():
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0}, unk_token="?"))
    return transformers.PreTrainedTokenizerFast(tokenizer_object=model, chat_template=TEMPLATE)


def check_messages(found, expected, tokenizer):
    """Everything that the row says goes to the model, as the template renders it."""
    text = tokenizer.apply_chat_template(found["messages"], tokenize=False)
    parts = [expected["instruction"], expected["input"], expected["output"]]
    earlier = [turn["content"] for turn in expected["history"]]
    parts += earlier[1:] if expected["history"] and expected["history"][0]["role"] == "assistant" else earlier
    assert all(part in text for part in parts), f"{text} lacks something of {expected}"
    assert text.endswith(f"<|im_start|>assistant\n{expected['output']}<|im_end|>\n"), text


def check_conversations(found, expected, _):
    speakers = [turn["from"] for turn in found["conversations"]]
    assert speakers == ["human", "gpt"] * (len(speakers) // 2), found
    assert found["conversations"][-1]["value"] == expected["output"], found


def check_alpaca(found, expected, _):
    assert found["output"] == expected["output"], found
    assert all(len(turn) == 2 for turn in found["history"]), found
    assert len(found["history"]) == len(expected["history"]) // 2, found


def check_text(found, expected, _):
    assert expected["instruction"] in found["text"] and found["text"].endswith(expected["output"]), found


def check_prompt(found, expected, tokenizer):
    check_messages({"messages": found["prompt"] + found["completion"]}, expected, tokenizer)
    assert [turn["role"] for turn in found["completion"]] == ["assistant"], found


CHATS = {
    "messages": check_messages,
    "prompt-completion": check_prompt,
    "sharegpt": check_conversations,
    "alpaca": check_alpaca,
    "text": check_text,
    "text-ja": check_text,
    "text-ja-alpaca": check_text,
}


def check_chats(dataset, rows):
    """Every file of every chat format; those of `dataset_info.json` have the columns that it names."""
    tokenizer = chat_template()
    with tempfile.TemporaryDirectory() as cache:
        for name, check in CHATS.items():
            for corpus, files in rows.items():
                for stem, expected in files.items():
                    file = dataset / name / corpus / f"{stem}.jsonl"
                    loaded = datasets.load_dataset("json", data_files=str(file), split="train", cache_dir=cache)
                    same([row["id"] for row in expected], loaded["id"][:], "datasets", file)
                    for found, row in zip(loaded, expected):
                        check(found, row, tokenizer)
            # The files of all corpora are one dataset, by the card of the format's folder.
            whole = datasets.load_dataset(str(dataset / name), cache_dir=cache)
            n = sum(len(split) for split in whole.values())
            assert n == sum(len(of_corpus(files)) for files in rows.values()), f"{name}: {n} rows"
            info = dataset / name / "dataset_info.json"
            if not info.exists():
                continue
            entries = json.loads(info.read_text())
            for entry in entries.values():
                first = json.loads((info.parent / entry["file_name"]).open().readline())
                assert set(entry["columns"].values()) <= set(first), entry
            assert len(entries) == sum(len(files) for files in rows.values()), info
        assert (dataset / "alpaca" / "dataset_info.json").exists()


def check_joined(dataset):
    """The files of the published layout, compact as `jq -c` and upstream's build write them."""
    for file in sorted(dataset.glob("*.jsonl")):
        with file.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                row = json.loads(line)
                assert list(row) == ["instruction", "input", "output"], line
                again = json.dumps(row, ensure_ascii=False, separators=(",", ":")).replace("\x7f", "\\u007f")
                assert line == again + "\n", f"{file}: {line!r} is not {again!r}"
        print(f"{file}: every line comes out the same")


def main():
    dataset = pathlib.Path(sys.argv[1])
    rows = check_files(dataset)
    check_load_dataset(dataset, rows)
    check_croissant(dataset, rows)
    if (dataset / "messages").exists():
        check_chats(dataset, rows)
    check_joined(dataset)
    total = sum(len(of_corpus(files)) for files in rows.values())
    print(f"{dataset}: {total} rows of {len(rows)} corpora read back equal")


main()
