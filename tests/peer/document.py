"""docs/V0.md: of each corpus what was compared with what, and how many records are equal."""
from typing import NamedTuple

RULES = "v0's steps (`rules.py`)"
WIKIEXTRACTOR = "WikiExtractor 3.0.6"

HEAD = """# How far the records are v0's

`tests/peer/v0.py` writes this page; a test holds it, and the column "state" of README.md, to what comes out.

v0 as its authors published it is not at hand here: 2 GB, made of whole corpora of which most are not at hand either.
What is at hand was compared to the byte, field by field and in order: real published records, the tools that v0 was
made with, and v0's steps written a second time in Python with pandas 2.0.1 and openpyxl, which share no line with
ljd. Who has the published file and the sources compares all of it with `ljd compare DATASET PUBLISHED.jsonl`.

"v0's records" stands where records that v0 published came out, or where the files are those that v0 was made of;
"records like v0's" where its rules alone were compared, on other releases or on invented rows.
"""

# Corpus: published records, how many come out, and of what. `tests/it/published_records.rs` counts them.
PUBLISHED = {
    "jesc": (8, 8, "rows made of them"),
    "jqac": (8, 8, "rows made of them"),
    "jwtd": (5, 5, "rows made of them"),
    "wikipedia": (23, 16, "the dump of 2022-07"),
    "paranatcom": (8, 8, "an article made of them"),
    "alt": (7, 7, "2 the first lines of the release, 5 rows made of them"),
    "wikinews": (5, 5, "pages made of them"),
    "wordnet": (14, 14, "rows made of them, with the numbers of their synsets in WordNet"),
    "snow": (8, 8, "rows made of them"),
}

DIFFERENCES = """## What still differs

{edited}

Of WikiExtractor 3.0.6 on the pages above: nothing. It is known to differ where it leaves something out that is read here:

- The last page of a dump stays in a buffer of the tool that is never written, so v0 has one record less.
- Of a dump without `</siteinfo>`, which no publisher makes, the tool reads nothing.
- Of several elements in one line the tool reads the first one; dumps have one in a line.
- At a reference to half a surrogate pair (`&#xD800;`) the tool ends with an error; here it stays as it stands.

Of the other corpora: nothing that was compared. What cannot be compared is the crawl that v0's Wikinews is: it has
pages as they were in April 2023, and lacks those that the crawl did not reach (see the manifest of `wikinews`).
"""


class Row(NamedTuple):
    corpus: str
    release: str
    tool: str
    n_records: int
    n_equal: int


def render(rows, recipe, whole, published):
    stated = {corpus["name"]: corpus["published"] for corpus in recipe["corpora"]}
    states = "\n".join(f"| `{corpus}` | {n:,} | {state(corpus, n, rows, whole)} |" for corpus, n in stated.items())
    records = "\n".join(f"| `{corpus}` | {n} | {n_equal} | {how} |" for corpus, (n, n_equal, how) in PUBLISHED.items())
    compared = "\n".join(f"| `{row.corpus}` | {row.release} | {row.tool} | {row.n_records:,} | {row.n_equal:,} |" for row in rows)
    return "\n".join([
        HEAD, "## In short\n", "| corpus | records of v0 | state |\n|---|---:|---|\n" + states + "\n",
        "## Published records\n", f"{sum(n for n, _, _ in PUBLISHED.values())} records copied from the files of v0's repository.\n",
        "| corpus | published records | equal | made of |\n|---|---:|---:|---|\n" + records + "\n",
        "## Tools and rules\n", "Instruction, input and output of every record; of Wikipedia number, title and lead.\n",
        "| corpus | release | compared with | records | equal |\n|---|---|---|---:|---:|\n" + compared + "\n",
        DIFFERENCES.format(edited=EDITED),
    ])


def state(corpus, n_stated, rows, whole):
    """What README.md says of a corpus."""
    of = [row for row in rows if row.corpus == corpus]
    real = [row for row in of if "invented" not in row.release and "1.0.2" not in row.tool]
    n, n_equal = sum(row.n_records for row in real), sum(row.n_equal for row in real)
    of_tool = f"{n_equal:,} of {n:,} as {'WikiExtractor gives' if corpus == 'wikipedia' else 'its steps give'} them"
    if corpus in whole and n == n_equal == n_stated:
        return f"v0's records: all {of_tool}, on its release"
    if corpus in PUBLISHED:
        n_published, n_same, _ = PUBLISHED[corpus]
        return f"v0's records: {n_same} of {n_published} published ones" + (f"; {of_tool}" if real else "; its steps on invented rows" if of else "")
    if real:
        return f"records like v0's: {of_tool}, on other files: {real[0].release}"
    return "records like v0's: its steps on invented rows" if of else "records like v0's: its rules, compared with nothing"


EDITED = """Of Wikipedia's 23 published records 7 are of pages that were edited between the dump at hand, of 2022-07, and that of
v0, of 2023-04: the published lead has what the older page has nowhere.

- パリ: a line break in front of ルーヴル美術館 was put in.
- ヨーロッパ: 欧洲 and the names 欧州, 欧 were put in.
- 情報工学: the first sentence is another.
- ゴーダチーズ: the lead ends after its first paragraph, where a heading was put in.
- ゲーム会社一覧: ゲームデベロッパー and ゲームパブリッシャー were put in.
- 一条ゆかり: 『デザイナー』 and 『プライド』 were put in.
- 内閣総理大臣の一覧: the page that it leads to has another title, and its own name is gone."""

