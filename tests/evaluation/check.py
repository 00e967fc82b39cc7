#!/usr/bin/env python3
"""Reads the evaluation tasks of a finished dataset as harnesses do, without a model.

usage: tests/evaluation/check.py DATASET

The YAML loads and its functions are there; every task has all its fields, a prompt for every question, and the measures
that its kind has; right answers score full marks and wrong ones do not; counts agree with leakage.json and report.json.
llm-jp-eval's files have the fields that its documentation names. Where lm-evaluation-harness is installed, its own loader
builds each task.
"""
import hashlib
import importlib.util
import json
import pathlib
import sys

import jinja2
import yaml

COLUMNS = {
    "id": str, "question": str, "context": str, "title": str, "choices": list, "gold": (int, str), "answers": list,
    "instruction": str, "input": str, "group": str, "source": str, "licence": str, "credit": str, "url": str,
}
METRICS = {
    "multiple_choice": {"acc", "acc_norm"},
    "loglikelihood": {"nats_per_character", "bits_per_byte"},
}
GENERATED = [{"exact_match", "char_f1", "aio_match"}, {"chrf"}, {"sari", "unchanged", "chrf"}, {"exact_match"}]
JINJA = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)


def functions(folder):
    spec = importlib.util.spec_from_file_location("ljd_tasks", folder / "ljd_tasks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def loader(tasks):
    class Loader(yaml.SafeLoader):
        pass

    def function(_, node):
        module, name = node.value.split(".")
        assert module == "ljd_tasks", node.value
        return getattr(tasks, name)

    Loader.add_constructor("!function", function)
    return Loader


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def check_rows(rows, path):
    assert rows, f"{path} is empty"
    ids = {row["id"] for row in rows}
    assert len(ids) == len(rows), f"{path}: an id stands twice"
    for row in rows:
        assert row.keys() == COLUMNS.keys(), f"{path}: {row.keys() ^ COLUMNS.keys()}"
        for name, kind in COLUMNS.items():
            assert isinstance(row[name], kind), f"{path}: {name} is {row[name]!r}"
        assert row["question"].strip() and row["credit"] and row["licence"], row
        assert row["answers"] and all(row["answers"]), row
        right = row["choices"][row["gold"]] if row["choices"] else row["gold"]
        assert right == row["answers"][0], row


def check_task(task, data, path):
    for field in ("task", "custom_dataset", "test_split", "output_type", "doc_to_text", "doc_to_target", "metric_list"):
        assert field in task, f"{path} lacks {field}"
    assert task["task"] == path.stem and task["target_delimiter"] == "" and task["metadata"]["version"] >= 1
    metrics = {metric["metric"] for metric in task["metric_list"]}
    expected = METRICS.get(task["output_type"])
    assert metrics == expected if expected else metrics in GENERATED, f"{path}: {metrics}"
    rows = data[task["metadata"]["task"]]
    template = JINJA.from_string(task["doc_to_text"])
    chat = path.stem.endswith("_chat")
    for row in rows["test"] + rows["examples"]:
        prompt = template.render(**row)
        assert chat or prompt.endswith("### 応答:\n"), f"{path}: {prompt!r}"
        assert "{{" not in prompt or "{{" in row["input"] + row["question"], f"{path}: {prompt!r}"
    shots = task.get("num_fewshot", 0)
    assert shots <= len(rows["examples"]), f"{path}: {shots} examples of {len(rows['examples'])}"
    assert ("fewshot_split" in task) == bool(rows["examples"]), path


def check_measures(tasks, data):
    """The references have full marks, an answer that nobody gives has none."""
    for name, rows in data.items():
        for row in rows["test"][:200]:
            if name in ("jsquad", "jaquad", "aio", "jemhopqa", "niilc"):
                for answer in row["answers"]:
                    scores = tasks.answered(row, [answer])
                    assert set(scores.values()) == {1.0}, (scores, answer, row)
                assert set(tasks.answered(row, ["\u25a0"]).values()) == {0.0}, row
            if name == "jcommonsenseqa":
                assert tasks.number(row, [f" {row['gold']}"])["exact_match"] == 1.0
                assert tasks.number(row, [str(row["gold"] + 1)])["exact_match"] == 0.0
            if name == "snow":
                scores = tasks.simplified(row, [row["answers"][0]])
                assert abs(scores["sari"] - 100) < 1e-9, (scores, row)
                assert tasks.simplified(row, ["■"])["sari"] < 60
    assert tasks.char_f1("東京都", "東京") == 0.8 and tasks.char_f1("ＮＨＫ", "nhk") == 1.0
    assert tasks.aio("『ジョン・レノン』") == tasks.aio("ジョンレノン")
    assert tasks.normal("「東京」。") == "東京" and tasks.normal("「東」と「京」") == "「東」と「京」"
    assert 99.9 < tasks.chrf([(["今日は雨です", "雨だ"], "今日は雨です"), (["雪"], "雪")]) <= 100.0001
    assert abs(tasks.per_character([(-3.0, 2), (-1.0, 2)]) - 1.0) < 1e-9


def check_llm_jp_eval(path, data):
    loaded = json.loads(path.read_text(encoding="utf-8"))
    assert loaded.keys() == {"instruction", "output_length", "metrics", "few_shots", "samples"}, path
    assert isinstance(loaded["instruction"], str) and loaded["instruction"], path
    assert isinstance(loaded["output_length"], int) and loaded["output_length"] >= 1, path
    known = {"exact_match", "char_f1", "bleu_ja", "bleu_en", "bert_score_ja_f1", "bert_score_en_f1", "comet_wmt22"}
    assert loaded["metrics"] and set(loaded["metrics"]) <= known, path
    for sample in loaded["samples"] + loaded["few_shots"]:
        assert sample.keys() == {"input", "output"} and all(isinstance(v, str) and v for v in sample.values()), sample
    rows = data[path.stem]
    assert (len(loaded["samples"]), len(loaded["few_shots"])) == (len(rows["test"]), len(rows["examples"])), path


def check_with_harness(folder, names):
    try:
        from lm_eval.tasks import TaskManager
    except ImportError:
        print("lm-evaluation-harness is not installed: its loader was not run")
        return
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    for name in names:
        loaded = manager.load([name])
        found = loaded["tasks"] if "tasks" in loaded else loaded
        task = next(iter(found.values()))
        docs = list(task.test_docs())
        assert docs and task.doc_to_text(docs[0]), name
    print(f"lm-evaluation-harness loads {len(names)} tasks")


def main():
    dataset = pathlib.Path(sys.argv[1])
    folder = dataset / "evaluation"
    tasks = functions(folder / "lm-eval")
    leakage = json.loads((folder / "leakage.json").read_text(encoding="utf-8"))
    report = json.loads((dataset / "report.json").read_text(encoding="utf-8"))
    listed = {file["path"]: file for file in report["files"]}
    data = {}
    for path in sorted((folder / "data").glob("*.jsonl")):
        check_rows(lines(path), path)
        name, _, kind = path.name.removesuffix(".jsonl").partition(".")
        data.setdefault(name, {"test": [], "examples": []})[kind or "test"] = lines(path)
        assert listed[str(path.relative_to(dataset))]["records"] == len(lines(path)), path
    assert data and data.keys() == leakage["tasks"].keys(), data.keys() ^ leakage["tasks"].keys()
    for name, said in leakage["tasks"].items():
        path = folder / "data" / f"{name}.jsonl"
        assert said["questions"] == len(data[name]["test"]), name
        assert said["data_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), name
        ids = {row["id"] for row in data[name]["test"]}
        assert not ids & {row["id"] for row in data[name]["examples"]}, name
    assert leakage["recipe_sha256"] == report["recipe_sha256"] and leakage["searched"]["rows_found"] == 0
    assert leakage["searched"]["rows"] >= report["records"] * 0.9 > 0

    names, groups = [], {}
    for path in sorted((folder / "lm-eval").glob("*.yaml")):
        task = yaml.load(path.read_text(encoding="utf-8"), loader(tasks))
        if "group" in task:
            groups[task["group"]] = task["task"]
        else:
            names.append(task["task"])
            check_task(task, data, path)
    assert groups.keys() == {"ljd", "ljd_harness", "ljd_chat"}, groups.keys()
    for group, members in groups.items():
        assert len(members) == len(data) and set(members) <= set(names), group
    check_measures(tasks, data)
    for path in sorted((folder / "llm-jp-eval").glob("*.json")):
        check_llm_jp_eval(path, data)
    check_with_harness(folder / "lm-eval", names)
    questions = {name: len(rows["test"]) for name, rows in data.items()}
    print(f"{len(names)} prompts of {len(data)} tasks are right: {questions}")


if __name__ == "__main__":
    main()
