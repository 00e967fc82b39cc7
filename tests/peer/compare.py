#!/usr/bin/env python3
"""Compares a dataset of 1.2 million records with files that are it, and that have differences of every kind planted.

usage: tests/peer/compare.py LJD

Each comparison has to count what was planted, within 160 MiB of memory, which is less than the file has.
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile

import zstandard

import tables

N_ROWS = 600_000
MOST_BYTES = 160 << 20
# By line of the joined file: what is done to it.
PLANTED = {
    1_000: ("white space", lambda line: line.replace("雨が", "雨が ")),
    200_000: ("escaping", lambda line: line.replace("&", "&amp;")),
    400_000: ("null", lambda line: json.dumps({**json.loads(line), "output": None}, ensure_ascii=False) + "\n"),
    500_000: ("text", lambda line: line.replace("雨が", "雪が")),
    700_000: ("missing", lambda line: ""),
    800_000: ("extra", lambda line: line + json.dumps({"instruction": "余分", "input": "", "output": "余分"}, ensure_ascii=False) + "\n"),
}
# This line stands far behind its place.
MOVED = (900_000, 1_100_000)


def build(ljd, folder):
    raw = folder / "raw"
    (raw / "jesc").mkdir(parents=True)
    lines = tables.text(f"rain & wind {n} falls on {n * 7919 % 1000003} roofs\t雨が{n}番目の屋根に降る" for n in range(N_ROWS))
    (raw / "jesc/raw.tar.gz").write_bytes(tables.tar({"raw/raw": lines}))
    tables.manifests(folder / "manifests")
    command = [ljd, "dataset", "--quiet", "--recipe", "v0", "--only", "jesc", "--raw", raw, "--manifests", folder / "manifests"]
    subprocess.run([*command, "--out", folder / "out"], check=True, stdout=subprocess.DEVNULL)
    return folder / "out/v0"


def planted(joined, path):
    """The joined file with all that is planted, packed."""
    moved = None
    with joined.open(encoding="utf-8") as lines, zstandard.open(path, "wt", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            if number == MOVED[0]:
                moved, line = line, ""
            if number == MOVED[1]:
                line = moved + line
            _, change = PLANTED.get(number, ("", lambda line: line))
            out.write(change(line))


def compare(ljd, dataset, published):
    """Runs the comparison within the bound; returns its exit code and what it says."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    run = subprocess.run([ljd, "compare", dataset, published], capture_output=True, text=True, preexec_fn=limit)
    return run.returncode, " ".join((run.stdout + run.stderr).split())


def check(what, found, code, row):
    if found[0] != code or row not in found[1]:
        sys.exit(f"error: {what}: exit {found[0]}, not {code} with {row!r}:\n{found[1]}")
    print(f"{what}: {row}")


def main():
    ljd = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        dataset = build(ljd, pathlib.Path(folder))
        joined = dataset / "data-cc-by-sa.jsonl"
        if joined.stat().st_size < MOST_BYTES:
            sys.exit("error: the file would fit into the memory that is allowed")
        check("the file itself", compare(ljd, dataset, joined), 0, f"jesc {2 * N_ROWS} 0 0 0")
        published = pathlib.Path(folder, "published.jsonl.zst")
        planted(joined, published)
        # Four differ, one is missing, and one that stands elsewhere is missing here and extra there.
        row = f"jesc {2 * N_ROWS - 6} 2 2 4 1 null, 1 white space, 1 escaping, 1 text, 1 in another place (order)"
        check("with planted differences", compare(ljd, dataset, published), 1, row)


if __name__ == "__main__":
    main()
