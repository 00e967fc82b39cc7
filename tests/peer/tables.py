"""Invented rows of the corpora that are tables, with everything that pandas takes otherwise than it stands there:
quotation marks that open and do not close, cells that it calls missing, line ends, and rows out of order.
"""
import gzip
import io
import json
import tarfile
import zipfile

import openpyxl

# Cells that pandas reads as they are, as missing, or as quoted.
CELLS = [
    "雨の日", "NA", "None", "null", "nan", "N/A", "NULL", "NaN", "<NA>", "n/a", "-nan", "#N/A", "-", "none", "Nan", " NA", "NA ", "雪 と 風",
    '"雲"', '"霧" と雨', 'あの"霧"と雨', '""', '" "', "雨\u2028雪", "雨\x85雪", "雨\x0b雪", "雨,雪", "'雨'", "A: 雨", "#雨", "雨 #ID=7", "雨。#", "\ufeff雨", "雨\\n",
    "５時", "1", "1.0", "True", "1e5", "雨　雪", " 雨", "雨 ", "", '"雨',
]


def write(raw):
    for path, content in files():
        path = raw / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sheets(raw)


def files():
    pairs = [(f"rain {n} {cell}" if n % 3 else cell, cell) for n, cell in enumerate(CELLS)]
    # An odd number of quotation marks would swallow the rest, so a row behind it closes them.
    closed = lambda rows: [*rows, ("snow", 'end"'), ("wind", "最後")]
    lines = [f"{en}\t{ja}" for en, ja in closed(pairs)]
    yield "jesc/raw.tar.gz", tar({"raw/raw": text(lines)})
    yield "manythings/jpn-eng.zip", zipped({"jpn.txt": text(f"{line}\tCC-BY 2.0 (France) #{n}" for n, line in enumerate(lines)), "_about.txt": b"x"})
    tanaka = [line for n, (en, ja) in enumerate(closed(pairs)) for line in [f"A: {ja}\t{en}#ID={n}_{n}", f"B: 雨 {{雪}} {n}"]]
    yield "tanaka/examples.utf.gz", gzip.compress(text(tanaka))
    ids = [f"SNT.{n % 7}.{n}" for n in range(len(CELLS) + 2)]
    english = [f"{key}\t{en}" for key, (en, _) in zip(ids, closed(pairs))]
    japanese = [f"{key}\t{ja}" for key, (_, ja) in zip(ids, closed(pairs))]
    yield "alt/ALT-Parallel-Corpus-20191206.zip", zipped({
        "ALT-Parallel-Corpus-20191206/data_en.txt": text([*english[::-1], "SNT.9.1\tonly here"]),
        "ALT-Parallel-Corpus-20191206/data_ja.txt": text([*japanese, "SNT.9.2\tここだけ"]),
        "ALT-Parallel-Corpus-20191206/URL.txt": text(f"URL.{n}\thttp://en.wikinews.org/wiki/{n}" for n in range(10)),
    })
    yield "wordnet/wnjpn-ok.tab.gz", gzip.compress(text(words()))
    for name, label in [("def", "説明"), ("exe", "用例")]:
        yield f"wordnet/wnjpn-{name}.tab.gz", gzip.compress(text(glosses(label)))
    yield "jqac/jqac20180625.tgz", tar(questions())
    rows = [{"pre_text": cell, "post_text": f"{cell}。", "page": n} for n, cell in enumerate(CELLS)]
    members = {"jwtd_v2.0/train.jsonl": rows[:20], "jwtd_v2.0/test.jsonl": rows[20:30], "jwtd_v2.0/gold.jsonl": rows[30:]}
    yield "jwtd/jwtd_v2.0.tar.gz", tar({name: text(json.dumps(row, ensure_ascii=False) for row in part) for name, part in members.items()})
    yield "paranatcom/ParaNatCom-20201127.zip", zipped(papers())
    origins = ["ABC01-01-0001", "EQIDEN-2008-0001", "QA20CAPR-0001", "AIO01-0001"]
    quiz = [
        {"qid": f"{origins[n % 4]}{n}", "original_question": f"{cell}？", "original_answer": cell, "question": "雨?", "answers": ["雨"]}
        for n, cell in enumerate(CELLS) if cell.strip()
    ]
    yield "aio/aio_02_train.jsonl", text(json.dumps(row, ensure_ascii=False) for row in quiz)
    answers = [{"instruction": f"{cell}とは？", "input": cell, "output": cell} for cell in CELLS]
    yield "alpaca/japanese_alpaca_data.json", json.dumps(answers, ensure_ascii=False).encode()


def papers():
    """Articles out of order, with one to three translations, elements inside the text and Japanese colons."""
    folder = "ParaNatCom-20201127"
    texts = ["A rain of fish", "An intensity of 1 W/cm<sup>2</sup> per drop.", "Rain &amp; snow", "1 &lt; 2: rain", "雨 in situ"]
    for n, name in enumerate(["s41467-017-2", "s41467-017-10", "s41467-016-3"]):
        body = "".join(f"<AbstractText Label=\"P{part}\">{texts[n + part]}</AbstractText>" for part in range(2))
        yield f"{folder}/articles/{name}", (
            f"<PubmedArticle><Article><ArticleTitle>{texts[n].split('<')[0]}.</ArticleTitle><ELocationID EIdType=\"doi\">10.1038/{name}</ELocationID>"
            f"<Abstract>{body}</Abstract></Article></PubmedArticle>"
        ).encode()
        for number, colon in zip(range(1, n + 2), ["：", ":", ""]):
            yield f"{folder}/abstracts-ja-{number}/{name}", f"魚の雨{n}{colon}\r\n一行目<sup>2</sup>。\r\n\r\n 二行目。\n".encode()


def text(lines):
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def words():
    """Synsets out of order, some of them twice and some without a definition."""
    synsets = ["04468005-n", "01456756-n", "00009000-v", "04468005-n", "12198793-n", "00009000-a", "02033561-n", "00001740-n"]
    for n, cell in enumerate(CELLS):
        yield f"{synsets[n % len(synsets)]}\t{cell}\thand"
    yield from ["04468005-n\t閉じる\"\tmono", "00000001-n\t説明のない語\tmulti", "15000000-n\t雨\thand"]


def glosses(label):
    order = ["12198793-n", "04468005-n", "00009000-v", "01456756-n", "02033561-n", "15000000-n", "99999999-n"]
    for n, cell in enumerate(CELLS):
        yield f"{order[n % len(order)]}\t{n % 3}\train {n}\t{cell if n % 4 else label + cell}"
    yield f"15000000-n\t0\tclosed\t{label}\""
    yield f"15000000-n\t1\train\t{label}する"


def questions():
    header = "No,Topic (Title),\"Question (What, Who, Where, Whose, How, Yes/No)\",Answer,Date\r\n"
    row = lambda n, topic, question, answer: f'{n},{topic},{question},{answer},2018/6/{n % 30}\r\n'
    quoted = lambda cell: '"{}"'.format(cell.replace('"', '""'))
    body = "".join(row(n, quoted("雨の国"), quoted(f"{cell}は何ですか？"), quoted(cell)) for n, cell in enumerate(CELLS))
    bare = "".join(row(n, topic, "誰ですか？", answer) for n, (topic, answer) in enumerate([("", "雨"), ("NA", "雪"), ("雨の国", ""), ("雨の国", "None"), ("雲", "6/8/54")]))
    several = row(1, '"雨の\n国"', '"どこ\nですか？"', '"ここ\nです"') + row(2, "霧", "", "無い") + row(3, "霧", "null", "無い")
    lectures = header + row(1, "講義", "いつですか？", "水曜日")
    return {
        "jqac/b.csv": (header + body).encode(), "jqac/a.csv": (header + bare).encode(), "jqac/._a.csv": b"\x00\x05",
        "jqac/c.csv": (header + several).encode(), "jqac/2018Syllabus.csv": lectures.encode(), "jqac/README.txt": b"x",
    }


def sheets(raw):
    (raw / "snow").mkdir(parents=True, exist_ok=True)
    columns = ["ID", "#日本語(原文)", "#やさしい日本語", "#英語(原文)"]
    for name, more, start in [("T15", [], 0), ("T23", ["#固有名詞"], 1)]:
        book = openpyxl.Workbook()
        book.active.append([*columns, *more])
        for n, cell in enumerate(CELLS):
            cell = cell.replace("\x0b", "")
            book.active.append([n + 1 if name == "T15" else f"Ab_{n}", cell or None, f"雨{n}" if n % 2 else cell or None, f"rain {n}", *more])
        book.save(raw / f"snow/{name}-2020.1.7.xlsx")


def tar(members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zipped(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in dict(members).items():
            archive.writestr(name, content)
    return packed.getvalue()


def manifests(folder):
    """Manifests that hold the invented files to nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "jesc": ["raw.tar.gz"], "manythings": ["jpn-eng.zip"], "tanaka": ["examples.utf.gz"],
        "wordnet": ["wnjpn-ok.tab.gz", "wnjpn-def.tab.gz", "wnjpn-exe.tab.gz"], "jqac": ["jqac20180625.tgz"],
        "paranatcom": ["ParaNatCom-20201127.zip"], "alpaca": ["japanese_alpaca_data.json"],
        "alt": ["ALT-Parallel-Corpus-20191206.zip"], "snow": ["T15-2020.1.7.xlsx", "T23-2020.1.7.xlsx"],
    }
    whole = {name: [{"path": f"{name}/{path}", "split": "whole", "url": "https://example.org/"} for path in paths] for name, paths in files.items()}
    whole["jwtd"] = [{"path": "jwtd/jwtd_v2.0.tar.gz", "members": {"train.jsonl": "train", "test.jsonl": "test", "gold.jsonl": "test"}, "url": "https://example.org/"}]
    whole["abc"] = [{"path": "aio/aio_02_train.jsonl", "split": "train", "url": "https://example.org/"}]
    for name, stated in whole.items():
        (folder / f"{name}.json").write_text(json.dumps({"files": stated, "tolerance": 1.0, "expected": {}, "tolerance": 1.0}), encoding="utf-8")
