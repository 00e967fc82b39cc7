#!/usr/bin/env python3
"""Compares the recipe `clean` with `v0` on published files: what each rule of quality drops and repairs.

Writes the tables of docs/QUALITY.md anew, between its markers. With --sample, it also writes records to read: for each
family of corpora so many that were dropped and so many that were kept, of each rule and corpus in turn, chosen by a
hash of their ids.

usage: bench/quality.py CORPORA [--sample DIR] [--n 50]

CORPORA is a folder with published files; tests/real/manifests says which. A corpus that is not there is left out.
"""
import argparse
import hashlib
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import zstandard

ROOT = pathlib.Path(__file__).resolve().parent.parent
MANIFESTS = ROOT / "tests/real/manifests"
BEGIN, END = "<!-- written by bench/quality.py -->", "<!-- end -->"


def families():
    """The corpora by the families that their manifests lie in."""
    folders = [folder for folder in (ROOT / "data-manifests").iterdir() if folder.is_dir()]
    families = {folder.name: {path.stem for path in folder.glob("*.json")} for folder in sorted(folders)}
    return {name: corpora for name, corpora in families.items() if name not in ("recipes", "phrasings", "left-out")}


def there(corpora, recipe):
    """The corpora of the recipe whose published files are all there."""
    names = [corpus["name"] for corpus in json.loads((ROOT / f"data-manifests/recipes/{recipe}.json").read_text())["corpora"]]
    for name in names:
        path = MANIFESTS / f"{name}.json"
        files = json.loads(path.read_text()).get("files", []) if path.exists() else []
        if files and all((corpora / file["path"]).exists() for file in files if not file.get("optional")):
            yield name


def build(corpora, recipe, out):
    only = ",".join(there(corpora, recipe))
    command = ["cargo", "xtask", "--quiet", "dataset", "--recipe", recipe, "--only", only, "--raw", corpora]
    command += ["--manifests", MANIFESTS, "--format", "jsonl", "--keep-dropped", "--out", out]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return json.loads((out / recipe / "report.json").read_text())


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def tables(v0, clean):
    before = {corpus["name"]: corpus["records"] for corpus in v0["corpora"]}
    rows = []
    for corpus in clean["corpora"]:
        out, dropped = corpus["left_out"], sum(rule["count"] for rule in corpus.get("dropped", {}).values())
        judged = corpus["records"] + dropped
        share = f"{100 * dropped / judged:.2f} %" if judged else "-"
        rows.append([corpus["name"], before.get(corpus["name"], "-"), corpus["made"], sum(out.values()), dropped, share, corpus["records"]])
    sums = [sum(row[i] for row in rows if row[i] != "-") for i in (1, 2, 3, 4, 6)]
    rows.append(["**all**", *sums[:4], "", sums[4]])
    text = table(["corpus", "v0", "clean makes", "not taken", "dropped", "share", "clean"], rows)
    rules = sorted({rule for corpus in clean["corpora"] for rule in corpus.get("dropped", {})})
    rows = []
    for rule in rules:
        counts = {corpus["name"]: corpus.get("dropped", {}).get(rule, {}).get("count", 0) for corpus in clean["corpora"]}
        by_corpus = ", ".join(f"{name} {n}" for name, n in counts.items() if n)
        rows.append([f"`{rule}`", sum(counts.values()), by_corpus])
    text += "\n" + table(["rule", "records dropped", "by corpus"], rows)
    repaired = {}
    for corpus in clean["corpora"]:
        for rule, n in corpus.get("repaired", {}).items():
            repaired.setdefault(rule, {})[corpus["name"]] = n
    rows = [[f"`{rule}`", sum(n.values()), ", ".join(f"{name} {k}" for name, k in n.items())] for rule, n in sorted(repaired.items())]
    text += "\n" + table(["rule", "records repaired", "by corpus"], rows)
    overlap = [(a["name"], b, n) for a in clean["corpora"] for b, n in a.get("overlap", {}).items()]
    return text + "\n" + table(["records of", "dropped, since there is the same or another answer in", "records"], overlap)


def read(path):
    with zstandard.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def shown(record, rule):
    parts = [f"[{rule}] {record['source']}/{record['id']}" + (f" like {record['like']}" if record.get("like") else "")]
    parts += [f"  {name}: {record[name]}" for name in ("instruction", "input", "output") if record[name]]
    return "\n".join(parts) + "\n"


def chosen(records, n):
    """So many of the records, of each rule or corpus in turn: those with the lowest hashes."""
    by_rule = {}
    for record, rule in records:
        by_rule.setdefault(record["source"] if rule == "kept" else rule, []).append((record, rule))
    key = lambda pair: hashlib.sha256(f"{pair[0]['source']}/{pair[0]['id']}".encode()).digest()
    turns = itertools.zip_longest(*(sorted(pairs, key=key)[:n] for _, pairs in sorted(by_rule.items())))
    return [pair for turn in turns for pair in turn if pair][:n]


def sample(folder, out, n):
    folder.mkdir(parents=True, exist_ok=True)
    dropped = [(record, path.name.split(".")[0]) for path in sorted((out / "clean/dropped").glob("*")) for record in read(path)]
    for family, corpora in families().items():
        of_family = [pair for pair in dropped if pair[0]["source"] in corpora]
        kept = []
        for corpus in sorted(corpora):
            for path in sorted((out / "clean/jsonl" / corpus).glob("*")):
                kept += chosen(((record, "kept") for record in read(path)), n)
        for name, records in [("dropped", of_family), ("kept", kept)]:
            text = "\n".join(shown(*pair) for pair in chosen(records, n))
            (folder / f"{family}-{name}.txt").write_text(text)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=pathlib.Path)
    arguments.add_argument("--sample", type=pathlib.Path, metavar="DIR")
    arguments.add_argument("--n", type=int, default=50)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out, corpora = pathlib.Path(folder), options.corpora.resolve()
        reports = [build(corpora, recipe, out) for recipe in ("v0", "clean")]
        path = ROOT / "docs/QUALITY.md"
        before, rest = path.read_text().split(BEGIN)
        path.write_text(f"{before}{BEGIN}\n\n{tables(*reports)}\n{END}{rest.split(END)[1]}")
        if options.sample:
            sample(options.sample, out, options.n)


if sys.version_info < (3, 9):
    sys.exit("error: Python 3.9 or later is needed")
main()
