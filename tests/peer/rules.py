"""v0's steps, corpus by corpus, with the tools that v0 was made with: pandas, openpyxl and Python itself.

Each function reads published files and yields instruction, input and output in v0's order. It says the steps as
upstream's generators take them and shares nothing with ljd, so that two readings of the rules meet.
"""
import csv
import io
import json
import re
import tarfile
import zipfile
from xml.etree import ElementTree

import pandas

JA_EN, EN_JA = "次の日本語を英語に翻訳してください。", "次の英語を日本語に翻訳してください。"


def table(file, **options):
    """A table without a header, with tabs between its cells, as pandas takes it."""
    return pandas.read_csv(file, sep="\t", header=None, **options)


def both_ways(japanese, english, ja_en=JA_EN, en_ja=EN_JA):
    yield from ((ja_en, ja, en) for ja, en in zip(japanese, english))
    yield from ((en_ja, en, ja) for ja, en in zip(japanese, english))


def coursera(raw):
    blocks = {"ja": [], "en": []}
    with zipfile.ZipFile(raw / "coursera/Coursera_En-Ja.zip") as archive:
        for split in ["train", "dev", "test"]:
            for language, lines in blocks.items():
                name = f"Coursera_En-Ja/{split}.{language}.txt"
                lines.append(table(archive.open(name), quoting=csv.QUOTE_NONE)[0])
    japanese, english = (pandas.concat(blocks[language]) for language in ["ja", "en"])
    yield from both_ways(japanese.str.replace(" ", ""), english)


def manythings(raw):
    with zipfile.ZipFile(raw / "manythings/jpn-eng.zip") as archive:
        # The first line is taken for the header.
        pairs = pandas.read_csv(archive.open("jpn.txt"), sep="\t")
    english, japanese = pairs.iloc[:, 0], pairs.iloc[:, 1]
    yield from (("次の入力を日本語に翻訳してください。", en, ja) for en, ja in zip(english, japanese))
    yield from (("次の入力を英語に翻訳してください。", ja, en) for en, ja in zip(english, japanese))


def tanaka(raw):
    rows = table(raw / "tanaka/examples.utf.gz")
    rows = rows[rows[0].str.contains("A: ")]
    yield from both_ways(rows[0].str.replace("A: ", "", regex=False), rows[1].str.split("#").str[0])


def jesc(raw):
    with tarfile.open(raw / "jesc/raw.tar.gz") as archive:
        rows = table(archive.extractfile("raw/raw"))
    yield from both_ways(rows[1], rows[0])


def alt(raw):
    with zipfile.ZipFile(raw / "alt/ALT-Parallel-Corpus-20191206.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("data_ja.txt"))
        japanese, english = (table(archive.open(name.replace("_ja", language))) for language in ["_ja", "_en"])
    rows = japanese.merge(english, on=0)
    yield from both_ways(rows["1_x"], rows["1_y"])


def snow(raw):
    sheets = [pandas.read_excel(raw / f"snow/{name}-2020.1.7.xlsx") for name in ["T15", "T23"]]
    rows = pandas.concat(sheets).astype(str)
    original, plain, english = (rows[name] for name in ["#日本語(原文)", "#やさしい日本語", "#英語(原文)"])
    yield from (("以下の日本語をやさしい日本語に言い換えてください。", *row) for row in zip(original, plain))
    yield from both_ways(original, english, "以下の日本語を英語に翻訳してください。", "以下の英語を日本語に翻訳してください。")


def wordnet(raw):
    words, definitions, examples = (table(raw / f"wordnet/wnjpn-{name}.tab.gz") for name in ["ok", "def", "exe"])
    words.columns = ["synset", "word", "confidence"]
    definitions.columns = examples.columns = ["synset", "number", "english", "japanese"]
    meanings = words.merge(definitions, on="synset", how="outer").dropna()
    for word, meaning in zip(meanings["word"], meanings["japanese"]):
        if word not in meaning:
            yield f"「{word}」の意味を教えてください。", "", meaning
    for rows in [definitions, examples]:
        ja, en = rows["japanese"], rows["english"]
        yield from (("次の文を日本語に翻訳してください。", *row) for row in zip(en, ja))
        yield from (("次の文を英語に翻訳してください。", *row) for row in zip(ja, en))


def aio(raw):
    for name in ["01_dev1", "01_dev2", "01_test_lb", "01_test_lc", "01_unused", "02_dev"]:
        with (raw / f"aio/aio_{name}.txt").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield row["original_question"], "", row["original_answer"]


def abc(raw):
    """The questions of abc and EQIDEN in the file that has those of AIO too."""
    for line in (raw / "aio/aio_02_train.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if not row["qid"].startswith(("QA20", "AIO")):
            yield row["original_question"], "", row["original_answer"]


def jcommonsenseqa(raw):
    for split in ["train", "valid"]:
        for line in (raw / f"jglue/jcommonsenseqa-{split}-v1.1.json").open(encoding="utf-8"):
            row = json.loads(line)
            choices = [row[f"choice{n}"] for n in range(5)]
            yield row["question"], "、".join(choices), choices[row["label"]]


def jsquad(raw):
    corpus = json.loads((raw / "jglue/jsquad-valid-v1.1.json").read_text(encoding="utf-8"))
    for paragraph in (paragraph for article in corpus["data"] for paragraph in article["paragraphs"]):
        context = "：".join(part.strip() for part in paragraph["context"].split("[SEP]"))
        for question in paragraph["qas"] if 30 <= len(context) else []:
            answers = sorted((answer["text"] for answer in question["answers"]), key=len)
            for n, answer in enumerate(answers):
                if not any(answer in longer for longer in answers[n + 1 :]):
                    yield question["question"], context, answer


def jmrd(raw):
    films = {}
    with zipfile.ZipFile(raw / "jmrd/JMRD-main.zip") as archive:
        for split in ["train", "valid", "test"]:
            name = f"JMRD-main/data/{split}.json"
            for dialogue in json.loads(archive.read(name)) if name in archive.namelist() else []:
                film, known = dialogue["movie_title"], dialogue["knowledge"]
                films[f"{film}について教えてください。"] = (
                    f"{film}は，{known['製作年度']}に製作された映画で、監督は{known['監督名']}です。"
                    f"{'、'.join(known['キャスト名'])}らが出演しています。あらすじは以下の通りです。"
                    f"\n【あらすじ】\n{''.join(known['あらすじ'])}"
                )
    yield from ((film, "", text) for film, text in films.items())


def dolly(raw):
    for row in json.loads((raw / "dolly/databricks-dolly-15k-ja.json").read_text(encoding="utf-8")):
        yield row["instruction"], row["input"], row["output"]


def aozora(raw):
    with zipfile.ZipFile(raw / "aozora/aozorabunko_text-excerpt.zip") as archive:
        works = [work(archive.read(name)) for name in sorted(archive.namelist()) if name.endswith(".txt")]
    for title, author, opening in works:
        yield f"{author}の作品『{title}』の冒頭を教えてください。", "", f"「{opening}」です。"
    for title, author, opening in works:
        yield f"「{opening}」で始まる文学作品の作者とタイトルを教えてください。", "", f"{author}の『{title}』です。"


def work(content):
    # Universal line ends, as those of a file that Python opens.
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding(content))
    lines = [line.rstrip("\n").replace(" ", "").replace("　", "") for line in text]
    opening, rulers = "", 0
    for line in lines:
        if line.startswith("-" * 46):
            rulers += 1
        elif 2 <= rulers and line and not line.startswith("［＃") and len(opening) < 100:
            opening += line
    return lines[0], lines[1], opening[:100]


def encoding(content):
    for name in ["utf-8", "shift_jis", "cp932", "shift_jis_2004"]:
        try:
            content.decode(name)
            return name
        except UnicodeDecodeError:
            pass
    raise ValueError("neither UTF-8 nor Shift_JIS")


def jqac(raw):
    topic, question, answer = "Topic (Title)", "Question (What, Who, Where, Whose, How, Yes/No)", "Answer"
    with tarfile.open(raw / "jqac/jqac20180625.tgz") as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
        names = [name for name in names if name.endswith(".csv") and not re.search(r"/\._", name)]
        tables = [pandas.read_csv(archive.extractfile(name)) for name in names if not name.endswith("Syllabus.csv")]
    for rows in tables:
        rows = rows.dropna(subset=[question, answer])
        asked = rows[topic] + "に関して、" + rows[question]
        yield from ((text, "", reply) for text, reply in zip(asked, rows[answer]))


def jwtd(raw):
    asked = "次の日本語には間違っている部分があります。その部分を直して、正しい日本語の文を出力してください。"
    with tarfile.open(raw / "jwtd/jwtd_v2.0.tar.gz") as archive:
        for member in filter(tarfile.TarInfo.isfile, archive.getmembers()):
            for line in archive.extractfile(member):
                row = json.loads(line)
                yield asked, row["pre_text"], row["post_text"]


def paranatcom(raw):
    make, imagine = "論文のアブストラクトからタイトルを作ってください。", "論文のタイトルからアブストラクトを想像して書いてください。"
    with zipfile.ZipFile(raw / "paranatcom/ParaNatCom-20201127.zip") as archive:
        names = set(archive.namelist())
        for name in sorted(name for name in names if "/articles/" in name and not name.endswith("/")):
            # The text of an element ends where the first one inside begins.
            article = ElementTree.fromstring(archive.read(name))
            title = article.find(".//ArticleTitle").text.removesuffix(".")
            abstract = article.find(".//AbstractText").text
            for number, colon in [(1, "："), (2, ":"), (3, ":")]:
                translation = name.replace("/articles/", f"/abstracts-ja-{number}/")
                if translation not in names:
                    continue
                first, *rest = io.TextIOWrapper(archive.open(translation), encoding="utf-8")
                first = first.rstrip("\n").removesuffix(colon)
                rest = "".join(line.rstrip("\n") for line in rest)
                yield "次の英語の論文のタイトルを日本語に翻訳してください。", title, first
                yield "次の日本語の論文のタイトルを英語に翻訳してください。", first, title
                yield from [(make, abstract, title)] if number == 1 else []
                yield make, rest, first
                yield from [(imagine, title, abstract)] if number == 1 else []
                yield imagine, first, rest
                yield "英語の論文のアブストラクトから日本語のタイトルを作ってください。", abstract, first
                yield "日本語の論文のアブストラクトから英語のタイトルを作ってください。", rest, title


def alpaca(raw):
    for row in json.loads((raw / "alpaca/japanese_alpaca_data.json").read_text(encoding="utf-8")):
        yield row["instruction"], row["input"], row["output"]
