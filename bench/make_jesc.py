#!/usr/bin/env python3
"""Makes a corpus of JESC's size out of real sentence pairs.

The lines are the pairs of the Tanaka Corpus and of manythings.org, over and over, in lower case as JESC's English
is, packed as JESC is. OUT gets raw/jesc/raw.tar.gz and manifests/jesc.json, which fits it.

usage: bench/make_jesc.py CORPORA OUT [--lines 2801388]

CORPORA is a folder with the published files tanaka/examples.utf.gz and manythings/jpn-eng.zip.
"""
import argparse
import gzip
import hashlib
import io
import itertools
import json
import pathlib
import tarfile
import zipfile


def pairs(corpora):
    with gzip.open(corpora / "tanaka/examples.utf.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("A: "):
                ja, en = line[3:].rsplit("#ID=", 1)[0].split("\t")
                yield f"{en.lower()}\t{ja}\n"
    with zipfile.ZipFile(corpora / "manythings/jpn-eng.zip") as archive:
        for line in io.TextIOWrapper(archive.open("jpn.txt"), encoding="utf-8"):
            en, ja, _ = line.split("\t")
            yield f"{en.lower()}\t{ja}\n"


def make(corpora, folder, n_lines):
    once = list(pairs(corpora))
    text = "".join(itertools.islice(itertools.cycle(once), n_lines)).encode()
    (folder / "raw/jesc").mkdir(parents=True)
    with tarfile.open(folder / "raw/jesc/raw.tar.gz", "w:gz", compresslevel=1) as archive:
        member = tarfile.TarInfo("raw/raw")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    packed = (folder / "raw/jesc/raw.tar.gz").read_bytes()
    file = {
        "path": "jesc/raw.tar.gz",
        "split": "whole",
        "url": "https://example.org/raw.tar.gz",
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    manifest = {"files": [file], "tolerance": 0.0, "expected": {"clean": 2 * n_lines}}
    (folder / "manifests").mkdir()
    (folder / "manifests/jesc.json").write_text(json.dumps(manifest))
    print(f"{n_lines} lines, {len(text) >> 20} MiB, {len(packed) >> 20} MiB packed", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=pathlib.Path)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--lines", type=int, default=2_801_388)
    options = arguments.parse_args()
    make(options.corpora, options.out, options.lines)


main()
