"""Records of a dataset folder of ljd's as prompts with answers, in the words of the format text-ja-alpaca."""
import io
import json
import pathlib
import sys

WITH_INPUT = "以下は、タスクを説明する指示と、文脈のある入力の組み合わせです。要求を適切に満たす応答を書きなさい。"
WITHOUT_INPUT = "以下は、タスクを説明する指示です。要求を適切に満たす応答を書きなさい。"
SPEAKERS = {"user": "ユーザー: ", "assistant": "アシスタント: "}


def fail(message):
    sys.exit(f"error: {message}")


def report_of(dataset):
    path = pathlib.Path(dataset) / "report.json"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        report["corpora"], report["recipe"]
    except (OSError, ValueError, KeyError) as error:
        fail(f"{dataset} is no dataset of ljd's: {path} cannot be read ({error}); build one with `ljd dataset`")
    return report


def read(path):
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return pyarrow.parquet.read_table(path).to_pylist()
    if path.suffix == ".zst":
        import zstandard

        stream = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True)
        return [json.loads(line) for line in io.TextIOWrapper(stream, encoding="utf-8")]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def records(dataset, corpora=(), parts=("train", "whole")):
    """Every record of the parts, by its plain columns."""
    report = report_of(dataset)
    known = [corpus["name"] for corpus in report["corpora"]]
    for name in corpora:
        if name not in known:
            fail(f"{dataset} has no corpus {name}; it has {', '.join(known)}")
    rows = []
    for corpus in report["corpora"]:
        if corpora and corpus["name"] not in corpora:
            continue
        paths = [file["path"] for file in corpus["files"]]
        plain = next((kind for kind in ("parquet", "jsonl") if any(p.startswith(f"{kind}/") for p in paths)), None)
        if plain is None and paths:
            fail(f"{dataset} has neither Parquet nor JSON Lines: build it with --format jsonl")
        for path in paths:
            if path.startswith(f"{plain}/") and path.rsplit("/", 1)[1].split("-0")[0] in parts:
                rows.extend(read(pathlib.Path(dataset) / path))
    if not rows:
        fail(f"{dataset} has no records of {' or '.join(parts)}")
    return rows


def input_of(row):
    turns = [SPEAKERS[turn["role"]] + turn["content"] for turn in row["history"]]
    if row["input"]:
        turns.append((SPEAKERS["user"] if turns else "") + row["input"])
    return "\n".join(turns)


def prompt_of(row):
    given = input_of(row)
    head = WITH_INPUT if given else WITHOUT_INPUT
    given = f"### 入力:\n{given}\n\n" if given else ""
    return f"{head}\n\n### 指示:\n{row['instruction']}\n\n{given}### 応答:\n"


def messages_of(row):
    said = [{"role": turn["role"], "content": turn["content"]} for turn in row["history"]]
    asked = row["instruction"] + (f"\n\n{row['input']}" if row["input"] else "")
    if row["task"] == "dialogue":
        while said and said[0]["role"] == "assistant":
            said.pop(0)
        said.insert(0, {"role": "system", "content": row["instruction"]})
        asked = row["input"]
    return said + [{"role": "user", "content": asked}]
