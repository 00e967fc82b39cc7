"""Seconds of CPU time that a released ljd takes for a MiB of a page of Wikipedia that is nothing but marks, over and over.

    python3 bench/repeated_marks.py target/release/ljd [--mib 2] [--grammar 12]

A page of each kind is a dump of its own, of which a dataset is built; what one sentence takes is subtracted. The kinds are those that readers
of wikitext have taken the square of their length for, and some that a grammar of marks makes, by a number that is always
the same. Nothing fails by being slow: the figures are printed, the slowest last.
"""

import argparse
import json
import pathlib
import random
import resource
import subprocess
import tempfile

KINDS = {
    "line ends, then `:` and line ends": [("\n", 1), (":\n", 1)],
    "opened quotes, then `)`": [("「", 1), (")", 1)],
    "a heading, then line ends": [("==h==", 0), ("\n", 1)],
    "opened brackets, then letters": [("（", 1), ("あ", 1)],
    "`&amp;`": [("&amp;amp;", 1)],
    "`{{`": [("{{", 1)],
    "`{{{`": [("{{{", 1)],
    "`[[`": [("[[", 1)],
    "`[[a|` and `]]`": [("[[a|", 1), ("]]", 1)],
    "`{{a|` and `}}`": [("{{a|", 1), ("}}", 1)],
    "`&lt;ref>`": [("&lt;ref>", 1)],
    "`&lt;!--`": [("&lt;!--", 1)],
    "`&lt;nowiki>`": [("&lt;nowiki>", 1)],
    "`{|` and line ends": [("{|\n", 1)],
    "`{|`, then `|}`": [("{|\n", 1), ("|}\n", 1)],
    "`'''`": [("'''", 1), ("''", 1)],
    "`__`": [("__", 1)],
    "`-{`": [("-{", 1)],
    "`[http://a `": [("[http://a ", 1)],
}
MARKS = ["{{", "}}", "[[", "]]", "|", "\n", "=", "==", ":", "*", "#", "''", "'''", "&lt;ref>", "&lt;/ref>", "&lt;!--"]
MARKS += ["-->", "{|", "|}", "|-", "（", "）", "「", "」", "(", ")", "&amp;nbsp;", "あ", "a", " ", "&lt;div>", "&lt;/div>"]
MARKS += ["[http://a ", "]", "{{{", "}}}", "&lt;nowiki>", "&lt;/nowiki>", "&lt;br>", "『", "』", "。", "、", "-{", "}-"]


def page_of(groups, size):
    """Each group over and over, until all of them have that size together."""
    repeated = sum(times for _, times in groups) or 1
    room = size // repeated
    return "".join(text * max(1, room // len(text.encode())) if times else text for text, times in groups)


def grammar(n):
    dice = random.Random(12)
    for _ in range(n):
        groups = [("".join(dice.choices(MARKS, k=dice.randint(1, 3))), 1) for _ in range(dice.randint(1, 3))]
        yield ", then ".join(repr(text) for text, _ in groups), groups


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--mib", type=float, default=2)
    parser.add_argument("--grammar", type=int, default=12)
    asked = parser.parse_args()
    program = str(pathlib.Path(asked.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "manifests").mkdir()
        (folder / "raw" / "wikipedia").mkdir(parents=True)
        file = {"path": "wikipedia/dump.xml", "split": "whole", "url": "https://example.org/dump.xml"}
        manifest = {"version": "1", "files": [file], "tolerance": 1.0, "expected": {}, "most_dropped": 1.0}
        (folder / "manifests" / "wikipedia.json").write_text(json.dumps(manifest))
        dump = folder / "raw" / "wikipedia" / "dump.xml"

        def seconds(body):
            start = "<mediawiki><siteinfo></siteinfo><page><title>雨</title><ns>0</ns><id>1</id><revision><id>2</id><text>"
            dump.write_text(f"{start}'''雨'''は、水である。\n{body}</text></revision></page></mediawiki>\n")
            command = [program, "dataset", "--quiet", "--recipe", "clean", "--only", "wikipedia", "--jobs", "1"]
            command += ["--raw", "raw", "--manifests", "manifests", "--format", "jsonl", "--out", "out"]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            assert ran.returncode in (0, 1) and "panic" not in ran.stderr, ran.stderr
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        start = min(seconds("") for _ in range(3))
        print(f"a page of one sentence: {start:.3f} s, subtracted")
        found = []
        for name, groups in [*KINDS.items(), *grammar(asked.grammar)]:
            body = page_of(groups, int(asked.mib * (1 << 20)))
            mib = len(body.encode()) / (1 << 20)
            found.append((max(0.0, min(seconds(body) for _ in range(2)) - start) / mib, name))
        for took, name in sorted(found):
            print(f"{took:7.3f} s/MiB  {name}")


if __name__ == "__main__":
    main()
