#!/usr/bin/env python3
"""Brings the fixtures of all families into one raw folder, with manifests that bind no counts.

usage: tests/browser/fixtures.py FOLDER
"""
import json
import pathlib
import shutil
import sys

raw = pathlib.Path(sys.argv[1])
crates = pathlib.Path(__file__).resolve().parents[2] / "crates"
for fixtures in sorted(crates.glob("ljd-*/tests/fixtures")):
    if (fixtures / "manifests").is_dir():
        shutil.copytree(fixtures, raw, dirs_exist_ok=True)
for manifest in (raw / "manifests").glob("*.json"):
    fields = json.loads(manifest.read_text(encoding="utf-8"))
    fields |= {"expected": {}, "most_dropped": 1}
    manifest.write_text(json.dumps(fields), encoding="utf-8")
