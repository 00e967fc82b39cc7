#!/usr/bin/env python3
"""Compares v0's leads with those that WikiExtractor and v0's rule give of the same dump.

usage: tests/peer/wikiextractor.py DUMP DATASET

WikiExtractor 3.1.0 writes plain text; v0 took of each article the lines up to the first one that ends in a full stop
(its headings do). The articles have to be the same, and 95 % of the leads equal after unescaping and without white
space. The others are listed with the place where they part. On the dump of 2022-07 there are two: an apostrophe in a
link to another wiki that WikiExtractor leaves half of, and a link whose target has a colon behind its anchor.
"""
import html
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import zstandard


def extracted(dump, folder):
    command = [sys.executable, "-m", "wikiextractor.WikiExtractor", "--quiet", "--output", folder, dump]
    subprocess.run(command, check=True)
    lines = []
    for file in sorted(pathlib.Path(folder).glob("*/*")):
        lines += file.read_text(encoding="utf-8").split("\n")
    return lines


def leads(lines):
    """v0's rule on what WikiExtractor wrote, by page."""
    found, page, title, lead, ended = {}, None, None, [], False
    for line in lines:
        if line.startswith("<doc "):
            page, title, lead, ended = re.search(r'id="(\d+)"', line).group(1), None, [], False
        elif line == "</doc>":
            if lead and "(曖昧さ回避)" not in title:
                found[page] = "\n".join(lead)
        elif title is None:
            title = line
        elif line and not ended:
            ended = line.endswith(".")
            lead += [] if ended else [line]
    return found


def ours(dataset):
    found = {}
    for file in sorted((dataset / "jsonl/wikipedia").glob("*.jsonl.zst")):
        with file.open("rb") as packed:
            reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
            for line in io.TextIOWrapper(reader, encoding="utf-8"):
                record = json.loads(line)
                found[record["id"]] = record["output"]
    return found


def compact(lead):
    return re.sub(r"\s+", "", html.unescape(html.unescape(lead)))


def main():
    with tempfile.TemporaryDirectory() as folder:
        theirs = leads(extracted(sys.argv[1], folder))
    found = ours(pathlib.Path(sys.argv[2]))
    if theirs.keys() != found.keys():
        sys.exit(f"error: the articles differ: {sorted(theirs.keys() ^ found.keys())}")
    n_same = 0
    for page, lead in theirs.items():
        a, b = compact(lead), compact(found[page])
        n_same += a == b
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            print(f"page {page} differs at {at}: {a[at:at + 20]!r}, ours {b[at:at + 20]!r}")
    print(f"{n_same} of {len(theirs)} leads are WikiExtractor's")
    if n_same < 0.95 * len(theirs):
        sys.exit("error: less than 95 %")


main()
