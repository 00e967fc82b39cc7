#!/usr/bin/env python3
"""Compares v0's records with those of the tools that v0 was made with, and says in a table what came out.

usage: tests/peer/v0.py LJD TABLE [SHARED]

Of every corpus the records by `rules.py` have to be ours to the byte, in the same order; of Wikipedia those that
WikiExtractor gives. Inputs are invented ones (`tables.py`, `pages.py`) and, if there is a folder SHARED, the published
files in its `corpora`, with the records in its `published`. TABLE is written with SHARED alone, for without it most
rows would be missing.
"""
import bz2
import gzip
import io
import json
import pathlib
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape

import zstandard

import document
import pages
import rules
import tables
import wikiextractor

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RECIPE = json.loads((ROOT / "data-manifests/recipes/v0.json").read_text(encoding="utf-8"))
ACCEPTED = ["--accept-license", "CC-BY-NC-4.0", "--accept-license", "LicenseRef-AIO-abc"]

INVENTED = {
    "abc": rules.abc, "jesc": rules.jesc, "jqac": rules.jqac, "jwtd": rules.jwtd, "paranatcom": rules.paranatcom, "manythings": rules.manythings,
    "alpaca": rules.alpaca, "alt": rules.alt, "tanaka": rules.tanaka, "wordnet": rules.wordnet, "snow": rules.snow,
}
# The release at hand, and whether it is the whole of what v0 was made of.
PUBLISHED = {
    "aio": (rules.aio, "2.0, all questions under CC BY-SA", True),
    "dolly": (rules.dolly, "the first version", False),
    "jcommonsenseqa": (rules.jcommonsenseqa, "1.1, whole", True),
    "jesc": (rules.jesc, "12 lines", False),
    "jmrd": (rules.jmrd, "its validation split", False),
    "jsquad": (rules.jsquad, "1.1, its validation split", False),
    "coursera": (rules.coursera, "whole", True),
    "manythings": (rules.manythings, "2021-06", False),
    "alt": (rules.alt, "20191206, the first 5 lines", False),
    "aozora": (rules.aozora, "1,601 works of aozorabunko_text", False),
    "tanaka": (rules.tanaka, "a later snapshot", False),
    "snow": (rules.snow, "2020.1.7, the first 5 rows of each sheet", False),
}
DUMPS = {
    "2022-07, the first 262 pages": "jawiki-2022-07-excerpt.xml.bz2",
    "2006-08, an excerpt": "jawiki-2006-08-excerpt.xml.bz2",
    "2019-06, the first pages": "jawiki-2019-06-truncated.xml.bz2",
}


class Peer:
    """Builds in a folder of its own, and keeps what was compared."""

    def __init__(self, ljd, folder):
        self.ljd, self.folder, self.rows = ljd, folder, []

    def build(self, raw, manifests, corpora, *more):
        """Builds v0 of corpora; returns the folder of the dataset."""
        out = tempfile.mkdtemp(dir=self.folder)
        command = [self.ljd, "dataset", "--quiet", "--recipe", "v0", "--only", ",".join(corpora), *ACCEPTED, *more]
        subprocess.run([*command, "--raw", raw, "--manifests", manifests, "--out", out], check=True, stdout=subprocess.DEVNULL)
        return pathlib.Path(out, "v0")

    def compare(self, corpus, release, tool, theirs, ours):
        theirs, ours = list(theirs), list(ours)
        n_equal = sum(their == our for their, our in zip(theirs, ours))
        print(f"{corpus}, {release}: {n_equal} of {len(theirs)} are those of {tool}, {len(ours)} here", flush=True)
        for their, our in [pair for pair in zip(theirs, ours) if pair[0] != pair[1]][:3]:
            print(f"differs:\n  {their!r}\n  {our!r}")
        self.rows.append(document.Row(corpus, release, tool, len(theirs), n_equal if len(theirs) == len(ours) else min(n_equal, len(ours))))
        return theirs == ours

    def tables(self, raw, manifests, which, release, *more):
        dataset = self.build(raw, manifests, which, *more)
        is_same = True
        for corpus, ours in joined(dataset):
            theirs = (tuple(None if text != text else text for text in record) for record in which[corpus](raw))
            is_same &= self.compare(corpus, release[corpus], document.RULES, theirs, ours)
        return is_same

    def dump(self, raw, path, release, *more):
        """Compares a dump by the rules of the first release and by those that drop blank leads."""
        manifests = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        stated = {"files": [{"path": path, "split": "whole", "url": "https://example.org/"}], "tolerance": 1.0, "expected": {}}
        (manifests / "wikipedia.json").write_text(json.dumps(stated), encoding="utf-8")
        theirs, is_same = list(wikiextractor.leads(raw / path)), True
        for version in ["0.1.1", "1.0.2"]:
            dataset = self.build(raw, manifests, ["wikipedia"], "--set", f"version={version}", *more)
            expected = [lead for lead in theirs if version == "0.1.1" or lead[2].strip()]
            is_same &= self.compare("wikipedia", release, f"{document.WIKIEXTRACTOR}, v0 {version}", expected, leads(dataset))
        return is_same


def joined(dataset):
    """Corpora and their records, in the order of the joined file."""
    report = json.loads((dataset / "report.json").read_text(encoding="utf-8"))
    numbers = {corpus["name"]: corpus["records"] for corpus in report["corpora"]}
    with (dataset / "data-cc-by-sa.jsonl").open(encoding="utf-8", newline="\n") as lines:
        for corpus in filter(numbers.get, RECIPE["joined"]["data-cc-by-sa.jsonl"]):
            rows = [json.loads(next(lines)) for _ in range(numbers[corpus])]
            yield corpus, [(row["instruction"], row["input"], row["output"]) for row in rows]


def leads(dataset):
    for file in sorted((dataset / "jsonl/wikipedia").glob("*.jsonl.zst")):
        with file.open("rb") as packed:
            reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
            for line in io.TextIOWrapper(reader, encoding="utf-8", newline="\n"):
                record = json.loads(line)
                yield record["id"], record["input"], record["output"]


def invented(peer):
    raw = pathlib.Path(peer.folder, "invented")
    tables.write(raw)
    tables.manifests(raw / "manifests")
    release = dict.fromkeys(INVENTED, "invented rows")
    is_same = peer.tables(raw, raw / "manifests", INVENTED, release, "--set", "version=1.0.0")
    (raw / "wikipedia").mkdir()
    n_pages = pages.write(raw / "wikipedia/pages.xml")
    return peer.dump(raw, "wikipedia/pages.xml", f"{n_pages} invented pages") and is_same


def published(peer, shared):
    raw, manifests = shared / "corpora", ROOT / "tests/real/manifests"
    which = {corpus: rule for corpus, (rule, _, _) in PUBLISHED.items()}
    is_same = peer.tables(raw, manifests, which, {corpus: release for corpus, (_, release, _) in PUBLISHED.items()})
    for release, name in DUMPS.items():
        is_same &= peer.dump(raw, f"wikipedia/{name}", release, "--tolerate-truncated")
    countries = pathlib.Path(peer.folder, "countries/wikipedia/pages.xml")
    countries.parent.mkdir(parents=True)
    with gzip.open(raw / "wikipedia/jawiki-country.json.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    pages.write_articles(countries, ((article["title"], article["text"]) for article in articles))
    return peer.dump(countries.parents[1], "wikipedia/pages.xml", f"{len(articles)} articles on countries") and is_same


def main():
    ljd, table = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(ljd, folder)
        is_same = invented(peer)
        if 3 < len(sys.argv):
            shared = pathlib.Path(sys.argv[3]).resolve()
            is_same = published(peer, shared) and is_same
            whole = {corpus for corpus, (_, _, is_whole) in PUBLISHED.items() if is_whole}
            table.write_text(document.render(peer.rows, RECIPE, whole, shared / "published"), encoding="utf-8")
    if not is_same:
        sys.exit("error: not all records are those of the tools")


if __name__ == "__main__":
    main()
