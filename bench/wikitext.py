#!/usr/bin/env python3
"""Visible defects in the leads of articles, ours and those of other readers of wikitext.

    pip install mwparserfromhell wikitextparser wikiextractor
    npm install wtf_wikipedia
    cargo build --release -p ljd-wiki --example plain
    bench/wikitext.py ../shared/corpora target/release/examples/plain [node_modules]

Every reader gets the same wikitext: what stands before the first heading of each article of the Japanese dumps.
A lead is defective where one of CHECKS finds something in it; formulas between dollars are not looked at.
"""

import bz2
import collections
import gzip
import html
import json
import re
import subprocess
import sys
from pathlib import Path

CHECKS = {
    "braces": r"\{\{|\}\}",
    "brackets": r"\[\[|\]\]",
    "element": r"</?(?:ref|div|span|br|small|sup|sub|nowiki|gallery|table|td|tr|center|font|big|code|ruby|rt|li|ul)\b",
    "quotes": r"''",
    "table": r"^\s*(?:\{\||\|\}|\|-|\||!)|\|\||colspan|rowspan",
    "heading": r"^=+[^=\n]+=+$",
    "reference": r"&(?:[a-zA-Z]+|#\d+);",
    "empty brackets": r"（[\s、，；;,:：・]*）|\([\s,;、:]*\)|「」|『』",
    "comma at a bracket": r"（\s*[、，；;]|[、，；;]\s*）|\(\s*[,;、]|[,;、]\s*\)",
    "two commas": r"、\s*[、。]|。\s*。|，，",
    "space before a comma": r"[^\s\-–] +[、。]",
    "name without text": r"[語英仏独伊羅][:：]\s*[、）)]",
    "file or category": r"(?i)\b(?:file|image|category):|ファイル:|画像:|カテゴリ:|thumb\|",
    "style": r"style=|align=|width=|bgcolor",
    "switch": r"__[A-Z]+__",
    "conversion": r"-\{|\}-",
    "address": r"\[(?:https?:)?//",
    "field": r"^\s*\|?\s*[\w\u3040-\u9fff]+\s*=\s",
    "control character": "[\x00-\x08\x0b\x0e-\x1f]",
    "half a bracket": None,
}


def half_a_bracket(text):
    return any(line.count("（") != line.count("）") or line.count("「") != line.count("」") for line in text.split("\n"))


def dump_pages(path):
    """The articles of a dump, as far as it goes."""
    data, out = path.read_bytes(), b""
    while data:
        stream = bz2.BZ2Decompressor()
        try:
            out += stream.decompress(data)
        except OSError:
            break
        if not stream.eof:
            break
        data = stream.unused_data
    xml = out.decode("utf-8", "replace")
    for page in re.findall(r"<page>(.*?)</page>", xml, re.S):
        title = html.unescape(re.search(r"<title>(.*?)</title>", page).group(1))
        number = re.search(r"<ns>(-?\d+)</ns>", page)
        text = re.search(r"<text[^>]*>(.*?)</text>", page, re.S)
        is_article = number.group(1) == "0" if number else ":" not in title
        if is_article and text:
            yield title, html.unescape(text.group(1))


def leads(corpora):
    folder = corpora / "wikipedia"
    pages = []
    for path in sorted(folder.glob("jawiki-*.xml.bz2")):
        pages += dump_pages(path)
    with gzip.open(folder / "jawiki-country.json.gz", "rt", encoding="utf-8") as lines:
        pages += [(page["title"], page["text"]) for page in map(json.loads, lines)]
    for title, text in pages:
        if not re.match(r"\s*[#＃](?:REDIRECT|転送|リダイレクト)", text, re.I):
            yield title, re.split(r"^=+[^=\n]+=+\s*(?:<!--.*?-->)?\s*$", text, maxsplit=1, flags=re.M)[0]


def ours(program, pages):
    rows = "".join(json.dumps({"title": title, "wikitext": text}) + "\n" for title, text in pages)
    done = subprocess.run([program, "ja", "lead"], input=rows, capture_output=True, text=True, check=True)
    return [json.loads(line)["text"] for line in done.stdout.splitlines()]


def mwparserfromhell(pages):
    import mwparserfromhell as parser

    return [parser.parse(text).strip_code() for _, text in pages]


def wikitextparser(pages):
    import wikitextparser as parser

    return [parser.parse(text).plain_text() for _, text in pages]


def wikiextractor(pages):
    from wikiextractor.extract import Extractor

    Extractor.HtmlFormatting, Extractor.keepLinks = False, False
    read = lambda title, text: Extractor("1", "1", "", title, []).clean_text(text, expand_templates=False, html_safe=False)
    return ["\n".join(read(title, text)) for title, text in pages]


def wtf_wikipedia(modules, pages):
    script = (
        "const wtf = require('wtf_wikipedia');"
        "const pages = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(pages.map(([title, text]) => wtf(text, {title}).text())))"
    )
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(pages), capture_output=True, text=True, check=True,
        env={"NODE_PATH": str(modules), "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    return json.loads(done.stdout)


def defects(text):
    text = re.sub(r"\$[^$\n]*\$", "", text)
    found = {name for name, pattern in CHECKS.items() if pattern and re.search(pattern, text, re.M)}
    return found | ({"half a bracket"} if half_a_bracket(text) else set())


def main():
    corpora, program = Path(sys.argv[1]), sys.argv[2]
    pages = list(leads(corpora))
    readers = {
        "ours": lambda: ours(program, pages),
        "WikiExtractor": lambda: wikiextractor(pages),
        "wikitextparser": lambda: wikitextparser(pages),
        "mwparserfromhell": lambda: mwparserfromhell(pages),
    }
    if 3 < len(sys.argv):
        readers["wtf_wikipedia"] = lambda: wtf_wikipedia(Path(sys.argv[3]).resolve(), pages)
    print(f"{len(pages)} leads\n\n| reader | leads with a defect | share | characters | most frequent |\n|---|---:|---:|---:|---|")
    for name, read in readers.items():
        texts = read()
        counts, n_defective = collections.Counter(), 0
        for (title, _), text in zip(pages, texts, strict=True):
            found = defects(text)
            counts.update(found)
            n_defective += bool(found)
            if name == "ours" and found:
                print(f"{title}: {sorted(found)}", file=sys.stderr)
        most = ", ".join(f"{check} {n}" for check, n in counts.most_common(4))
        print(f"| {name} | {n_defective} | {100 * n_defective / len(pages):.1f} % | {sum(map(len, texts))} | {most} |")


main()
