#!/usr/bin/env python3
"""Cuts the recipe `sample` out of published corpora: a few real rows of each, in the format they are published in.

usage: tests/pack_samples.py CORPORA

CORPORA is a folder of published files as tests/real/manifests describes them. The rows go to crates/ljd/samples, where
README.md says whose they are and under which licence; the manifests beside them get the digests. Rows are taken at
equal distances, so that the same files always give the same rows; texts that are too short to show anything or too long
to be read are passed over. Only corpora whose licence lets everybody pass them on are in the list.
"""
import bz2
import gzip
import hashlib
import io
import json
import pathlib
import re
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "crates" / "ljd" / "samples"

# Short works in the public domain wherever it begins 70 years after an author's death or earlier: all died by 1953.
WORKS = """
51314_ruby_45920 47552_ruby_29364 4723_ruby_13208 4717_ruby_13212 4716_ruby_8004 4678_ruby_8003 4675_ruby_8000
43403_txt_16811 2325_ruby_1520 24_ruby_877 3800_ruby_27201 53627_txt_44155 53581_ruby_44110 50398_ruby_38170
50393_ruby_38194 795_ruby_1725 47148_ruby_32216 1596_ruby_18020 42363_ruby_15857 46724_txt_27639 2379_ruby_3911
4466_ruby_7866 43070_ruby_16276 811_ruby_20503 2374_ruby_2894 43038_ruby_15353 60972_ruby_75630 1696_ruby_9873
1289_txt_7933 46431_ruby_23487 47926_txt_50360 53372_txt_43195
""".split()

# Articles whose lead says what their title is.
PAGES = """
アンパサンド 言語 日本語 地理学 パリ 生物 特撮 自然言語処理 人工知能 物理学 両国国技館 宝石 液晶 映画 著作権 画像 ピアノ 医学 タンゴ 数学
将軍 風邪 岩手県 北海道 沖縄県 石川県
""".split()


def spread(rows, count):
    """Rows at equal distances, from the first on."""
    step = max(1, len(rows) // count)
    return rows[::step][:count]


def packed_zip(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tanaka(corpora):
    text = gzip.decompress((corpora / "tanaka/examples.utf.gz").read_bytes()).decode()
    pairs = [pair for pair in re.findall(r"^A: .*\nB: .*\n", text, re.M) if 15 < len(pair.split("\t")[0]) < 60]
    return gzip.compress("".join(spread(pairs, 90)).encode(), mtime=0)


def manythings(corpora):
    archive = zipfile.ZipFile(corpora / "manythings/jpn-eng.zip")
    lines = archive.read("jpn.txt").decode().splitlines(keepends=True)
    lines = [line for line in lines if 12 < len(line.split("\t")[1]) < 60]
    return packed_zip([("jpn.txt", "".join(spread(lines, 90))), ("_about.txt", archive.read("_about.txt"))])


def coursera(corpora):
    archive = zipfile.ZipFile(corpora / "coursera/Coursera_En-Ja.zip")
    members = []
    for split, count in [("train", 60), ("dev", 8), ("test", 8)]:
        names = [f"Coursera_En-Ja/{split}.{language}.txt" for language in ("en", "ja")]
        pairs = list(zip(*(archive.read(name).decode().split("\n") for name in names)))
        pairs = spread([pair for pair in pairs if 25 < len(pair[1]) < 110 and pair[0].endswith(".")], count)
        members += [(name, "".join(pair[side] + "\n" for pair in pairs)) for side, name in enumerate(names)]
    return packed_zip(members)


def aio(corpora, name, count):
    head, *lines = (corpora / "aio" / name).read_bytes().splitlines(keepends=True)
    return b"".join([head, *spread(lines, count)])


def jcommonsenseqa(corpora, split, count):
    lines = (corpora / f"jglue/jcommonsenseqa-{split}-v1.1.json").read_bytes().splitlines(keepends=True)
    return b"".join(spread(lines, count))


def jsquad(corpora):
    articles = json.loads((corpora / "jglue/jsquad-valid-v1.1.json").read_bytes())["data"]
    articles = [{**article, "paragraphs": article["paragraphs"][:1]} for article in spread(articles, 14)]
    return json.dumps({"data": articles}, ensure_ascii=False).encode()


def aozora(corpora):
    members = []
    for name in ("excerpt", "second"):
        archive = zipfile.ZipFile(corpora / f"aozora/aozorabunko_text-{name}.zip")
        members += [(path, archive.read(path)) for path in archive.namelist() if pathlib.Path(path).stem in WORKS]
    assert len(members) == len(WORKS), "a work is not there"
    assert all("クリエイティブ" not in text.decode("cp932") for _, text in members)
    return packed_zip(sorted(members))


def wikipedia(corpora):
    """Pages as they stand in the dump, but without what follows the lead."""
    dump = bz2.decompress((corpora / "wikipedia/jawiki-2022-07-excerpt.xml.bz2").read_bytes()).decode()
    head, *pages = re.split(r"(?=^  <page>)", dump, flags=re.M)
    titles = [f"<title>{title}</title>" for title in PAGES]
    pages = [page for page in pages if any(title in page for title in titles)]
    assert len(pages) == len(PAGES), "a page is not there"
    pages = [re.sub(r"\n==.*?</text>", "</text>", page, flags=re.S) for page in pages]
    return bz2.compress("".join([head, *pages, "</mediawiki>\n"]).encode())


def jmrd(corpora):
    name = "JMRD-main/data/valid.json"
    dialogues = json.loads(zipfile.ZipFile(corpora / "jmrd/JMRD-main.zip").read(name))
    return packed_zip([(name, json.dumps(spread(dialogues, 12), ensure_ascii=False, indent=4))])


def dolly(corpora):
    records = json.loads((corpora / "dolly/databricks-dolly-15k-ja.json").read_bytes())
    records = [record for record in records if 40 < len(record["output"]) and sum(map(len, record.values())) < 400]
    return json.dumps(spread(records, 60), ensure_ascii=False, indent=4).encode()


def whole(path):
    """A file that is short as it is."""
    return lambda corpora: (corpora / path).read_bytes()


FILES = {
    "tanaka/examples.utf.gz": tanaka,
    "manythings/jpn-eng.zip": manythings,
    "coursera/Coursera_En-Ja.zip": coursera,
    "alt/ALT-Parallel-Corpus-20191206.zip": whole("alt/ALT-Parallel-Corpus-20191206.zip"),
    "snow/T15-2020.1.7.xlsx": whole("snow/T15-2020.1.7.xlsx"),
    "snow/T23-2020.1.7.xlsx": whole("snow/T23-2020.1.7.xlsx"),
    "aio/aio_01_dev1.txt": lambda corpora: aio(corpora, "aio_01_dev1.txt", 50),
    "aio/aio_02_dev.txt": lambda corpora: aio(corpora, "aio_02_dev.txt", 10),
    "jcommonsenseqa/train-v1.1.json": lambda corpora: jcommonsenseqa(corpora, "train", 50),
    "jcommonsenseqa/valid-v1.1.json": lambda corpora: jcommonsenseqa(corpora, "valid", 10),
    "jsquad/valid-v1.1.json": jsquad,
    "aozora/aozorabunko_text.zip": aozora,
    "wikipedia/jawiki-2022-07-excerpt.xml.bz2": wikipedia,
    "jmrd/JMRD-main.zip": jmrd,
    "dolly/databricks-dolly-15k-ja.json": dolly,
}


def main(corpora):
    digests = {}
    for path, cut in FILES.items():
        target = SAMPLES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        content = cut(corpora)
        target.write_bytes(content)
        digests[path] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    for path in sorted((SAMPLES / "manifests").glob("*.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for file in manifest["files"]:
            file.update(digests[file["path"]])
        path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
