#!/usr/bin/env python3
"""Measures a base model and tuned ones on a dataset's evaluation tasks, through lm-evaluation-harness, greedily.

usage: tuning/compare.py --dataset out/clean --base BASE --tuned NAME=TUNED [NAME=TUNED ...] --out COMPARED

Writes comparison.json, comparison.md (the table: each measure, the difference and its 95 % interval by a paired bootstrap
over groups of questions, seeded) and comparison.html (answers to the questions of questions.json side by side).
"""
import argparse
import html
import importlib.util
import json
import os
import pathlib
import random

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_EVALUATE_OFFLINE", "1")

import rows

HERE = pathlib.Path(__file__).resolve().parent
LOWER_IS_BETTER = {"nats_per_character", "bits_per_byte"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--gguf-file")
    parser.add_argument("--tuned", nargs="+", default=[], metavar="NAME=FOLDER", help="an adapter of --base, or a whole model")
    parser.add_argument("--out", required=True)
    parser.add_argument("--tasks", default="ljd", help="tasks or groups of lm-eval, joined by commas")
    parser.add_argument("--limit", type=int, help="so many questions of each task")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--max-length", type=int, default=1024)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--questions", default=str(HERE / "questions.json"))
    return parser.parse_args()


def load(args, tuned=None):
    import peft
    import torch
    import transformers

    source = {"gguf_file": args.gguf_file} if args.gguf_file else {}
    has_gpu = torch.cuda.is_available()
    kind = {"dtype": torch.bfloat16 if has_gpu else torch.float32}
    is_adapter = tuned and (pathlib.Path(tuned) / "adapter_config.json").exists()
    whole = tuned if tuned and not is_adapter else args.base
    model = transformers.AutoModelForCausalLM.from_pretrained(whole, **kind, **(source if whole == args.base else {}))
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.base, **source)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    if is_adapter:
        model = peft.PeftModel.from_pretrained(model, tuned).merge_and_unload()
    return model.to("cuda" if has_gpu else "cpu").eval(), tokenizer


def measure(args, model, tokenizer):
    """The samples of every task: {task: [sample]}."""
    import lm_eval
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    folder = pathlib.Path(args.dataset) / "evaluation" / "lm-eval"
    wrapped = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=args.batch, max_length=args.max_length)
    found = lm_eval.simple_evaluate(
        model=wrapped, tasks=args.tasks.split(","), limit=args.limit, log_samples=True, bootstrap_iters=0,
        task_manager=TaskManager(include_path=str(folder), include_defaults=False),
        random_seed=args.seed, numpy_random_seed=1234, torch_random_seed=1234, fewshot_random_seed=1234,
    )
    return found["samples"], found["versions"]


def functions(dataset):
    path = pathlib.Path(dataset) / "evaluation" / "lm-eval" / "ljd_tasks.py"
    spec = importlib.util.spec_from_file_location("ljd_tasks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scorer(metric, tasks):
    """From the values of some samples to the measure of the whole."""
    if metric == "chrf":
        return tasks.chrf
    if metric == "nats_per_character":
        return tasks.per_character
    if metric == "bits_per_byte":
        return lambda items: tasks.per_character(items) / 0.6931471805599453
    return lambda items: sum(items) / len(items)


def interval(base, tuned, groups, score, resamples, seed):
    """2.5th and 97.5th percentile of the difference, groups drawn with replacement, the same for both."""
    members = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    members, draw = list(members.values()), random.Random(seed)
    differences = []
    for _ in range(resamples):
        drawn = [i for _ in members for i in draw.choice(members)]
        differences.append(score([tuned[i] for i in drawn]) - score([base[i] for i in drawn]))
    differences.sort()
    return differences[int(0.025 * resamples)], differences[min(int(0.975 * resamples), resamples - 1)]


def compared(args, base, tuned, tasks):
    lines = []
    for task in sorted(base):
        of_base = sorted(base[task], key=lambda sample: sample["doc_id"])
        of_tuned = sorted(tuned[task], key=lambda sample: sample["doc_id"])
        assert [s["doc_hash"] for s in of_base] == [s["doc_hash"] for s in of_tuned], f"{task}: other questions"
        groups = [sample["doc"]["group"] for sample in of_base]
        for metric in of_base[0]["metrics"]:
            score = scorer(metric, tasks)
            ours, theirs = [s[metric] for s in of_base], [s[metric] for s in of_tuned]
            resamples = min(args.resamples, 200) if metric == "chrf" else args.resamples
            low, high = interval(ours, theirs, groups, score, resamples, args.seed)
            lines.append({
                "task": task, "metric": metric, "questions": len(ours), "groups": len(set(groups)), "base": score(ours),
                "tuned": score(theirs), "difference": score(theirs) - score(ours), "low": low, "high": high,
                "better": "neither" if low <= 0 <= high else
                ("tuned" if (high < 0) == (metric in LOWER_IS_BETTER) else "base"),
            })
    return lines


def answers(model, tokenizer, questions):
    import torch

    given = []
    for question in questions:
        prompt = rows.prompt_of({**question, "history": []})
        ids = tokenizer(prompt, return_tensors="pt").to(model.device)
        ids.pop("token_type_ids", None)
        with torch.no_grad():
            out = model.generate(**ids, max_new_tokens=64, do_sample=False, pad_token_id=tokenizer.pad_token_id)
        given.append(tokenizer.decode(out[0, ids["input_ids"].shape[1]:], skip_special_tokens=True).split("###")[0].strip())
    return given


def table(name, lines):
    text = f"## {name} against the base\n\n| task | measure | questions | base | tuned | difference | 95 % interval | better |\n"
    text += "|---|---|---:|---:|---:|---:|---|---|\n"
    for line in lines:
        text += (
            f"| {line['task']} | {line['metric']} | {line['questions']} | {line['base']:.4f} | {line['tuned']:.4f} | "
            f"{line['difference']:+.4f} | {line['low']:+.4f} to {line['high']:+.4f} | {line['better']} |\n"
        )
    return text + "\n"


def page(questions, given):
    names = list(given)
    cells = lambda tag, texts: "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)
    body = f"<tr>{cells('th', ['kind', 'question'] + names)}</tr>"
    for i, question in enumerate(questions):
        asked = question["instruction"] + ("\n" + question["input"] if question["input"] else "")
        body += f"<tr>{cells('td', [question['kind'], asked] + [given[name][i] for name in names])}</tr>"
    style = "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.4em;vertical-align:top;white-space:pre-wrap}"
    return f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>Answers side by side</title><style>{style}</style><table>{body}</table></html>\n'


def main():
    args = arguments()
    rows.report_of(args.dataset)
    if not (pathlib.Path(args.dataset) / "evaluation" / "leakage.json").exists():
        rows.fail(f"{args.dataset} has no evaluation tasks: build it with `ljd evaluation`")
    tuned = {}
    for named in args.tuned:
        name, equals, folder = named.partition("=")
        if not equals or not pathlib.Path(folder).is_dir():
            rows.fail(f"--tuned {named}: expected NAME=FOLDER, and the folder to be there")
        tuned[name] = folder
    tasks, questions = functions(args.dataset), json.loads(pathlib.Path(args.questions).read_text(encoding="utf-8"))
    samples, given = {}, {}
    for name, folder in {"base": None, **tuned}.items():
        model, tokenizer = load(args, folder)
        samples[name], versions = measure(args, model, tokenizer)
        given[name] = answers(model, tokenizer, questions)
    lines = {name: compared(args, samples["base"], samples[name], tasks) for name in tuned}
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    leakage = json.loads((pathlib.Path(args.dataset) / "evaluation" / "leakage.json").read_text(encoding="utf-8"))
    said = {"settings": vars(args), "recipe_sha256": leakage["recipe_sha256"], "task_versions": versions, "compared": lines}
    (out / "comparison.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = "".join(table(name, of_name) for name, of_name in lines.items())
    (out / "comparison.md").write_text(text, encoding="utf-8")
    (out / "comparison.html").write_text(page(questions, given), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
