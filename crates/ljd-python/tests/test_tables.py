"""Rules of quality and conversations, on tables of every library."""

import collections
import json

import pandas
import polars
import pyarrow
import pytest

import ljd_datasets as ljd

ROWS = [
    {"n": 1, "q": "雨の反対は何ですか。", "a": "晴れです。"},
    {"n": 2, "q": "橋とは何ですか。", "a": "「川を渡るものです。"},
    {"n": 3, "q": "雪とは何ですか。", "a": "氷&amp;水です。"},
    {"n": 4, "q": "霧とは何ですか。", "a": None},
]
KEPT = [ROWS[0], {**ROWS[2], "a": "氷&水です。"}]

KINDS = {
    "dicts": (list, list),
    "pandas": (pandas.DataFrame, lambda table: table.to_dict("records")),
    "polars": (polars.DataFrame, lambda table: table.to_dicts()),
    "pyarrow": (pyarrow.Table.from_pylist, lambda table: table.to_pylist()),
}


@pytest.fixture(params=KINDS)
def kind(request):
    """Makes a table of rows, and rows of a table."""
    return KINDS[request.param]


def test_a_table_is_divided(kind):
    table_of, rows_of = kind
    table = table_of(ROWS)
    kept, dropped = ljd.quality("clean")(table, instruction="q", output="a", source_language="ja")
    assert type(kept) is type(dropped) is type(table)
    assert rows_of(kept) == KEPT
    dropped = rows_of(dropped)
    assert [(row["n"], row["rule"]) for row in dropped] == [(2, "brackets"), (4, "empty")]
    assert "bracket" in dropped[0]["reason"]
    assert rows_of(table)[2] == ROWS[2], "the table that came is as it was"


def test_nothing_and_no_rows_are_divided(kind):
    table_of, rows_of = kind
    kept, dropped = ljd.quality("clean")(table_of(ROWS[:1]), instruction="q", output="a")
    assert (rows_of(kept), rows_of(dropped)) == (ROWS[:1], [])


def test_duplicates_are_found_over_several_calls(kind):
    table_of, rows_of = kind
    seen = ljd.Seen(most_answers=2)
    first, _ = seen(table_of(ROWS[:2] + ROWS[:1]), instruction="q", output="a")
    assert [row["n"] for row in rows_of(first)] == [1, 2]
    again = [{**ROWS[0], "a": answer} for answer in ("晴れです。 ", "曇りです。", "雪です。")]
    new, repeated = seen(table_of(again), instruction="q", output="a")
    assert [row["a"] for row in rows_of(new)] == ["曇りです。"]
    assert [row["rule"] for row in rows_of(repeated)] == ["duplicate", "most-answers"]
    with pytest.raises(ValueError, match="less than 1"):
        ljd.Seen(most_answers=0)


def test_rows_that_differ_little_are_found():
    text = "".join(f"語{n}番の雨" for n in range(60))
    rows = [{"output": text, "instruction": "読め。"}, {"output": text.replace("語30番", "雪"), "instruction": "読め。"}]
    assert [len(part) for part in ljd.Seen()(rows)] == [2, 0]
    assert [len(part) for part in ljd.Seen(near=True)(rows)] == [1, 1]


def test_rows_become_conversations(kind):
    table_of, rows_of = kind
    rows = [{"n": 1, "q": "雨とは？", "x": "水", "a": "水です。"}]
    names = {"instruction": "q", "input": "x", "output": "a"}
    user = {"role": "user", "content": "雨とは？\n\n水"}
    answer = {"role": "assistant", "content": "水です。"}

    def made(convert, *arguments):
        (row,) = rows_of(convert(table_of(rows), *arguments, **names))
        return row

    assert made(ljd.to_messages) == {"n": 1, "messages": [user, answer]}
    assert made(ljd.to_prompt_completion) == {"n": 1, "prompt": [user], "completion": [answer]}
    assert made(ljd.to_text, "ja")["text"].endswith("### 入力:\n水\n\n### 返答:\n水です。")
    assert "### Response:\n水です。" in made(ljd.to_text)["text"]
    assert "### 応答:\n水です。" in made(ljd.to_text, "ja-alpaca")["text"]


def test_conversations_are_those_of_a_build(tmp_path):
    out = tmp_path / "out"
    ljd.build("sample", out=out, only=["jmrd", "aio"], formats=["messages", "prompt-completion", "text-ja"])
    made = {
        "messages": ljd.to_messages,
        "prompt-completion": ljd.to_prompt_completion,
        "text-ja": lambda table: ljd.to_text(table, "ja"),
    }
    for corpus in ("jmrd", "aio"):
        table = pyarrow.table(ljd.batches(corpus, rules="sample"))
        for name, convert in made.items():
            rows = {row["id"]: row for row in convert(table).to_pylist()}
            built = [json.loads(line) for file in (out / name).rglob(f"*{corpus}*") if file.is_file() for line in file.open()]
            built = built or [json.loads(line) for file in (out / name / corpus).glob("*.jsonl") for line in file.open()]
            assert built
            for row in built:
                for column in {"messages", "prompt", "completion", "text"} & set(row):
                    assert rows[row["id"]][column] == row[column]


def test_rows_are_judged_as_in_a_build(published, tmp_path):
    raw, manifests = published
    rules = {rule: "all" for rule in ("nfc", "entities", "empty", "brackets", "japanese", "english", "numbers")}

    def recipe(name, quality):
        file = tmp_path / f"{name}.json"
        stated = {"name": name, "description": "Rain.", "preset": "clean", "quality": quality}
        file.write_text(json.dumps({**stated, "corpora": [{"name": "tanaka"}]}))
        return str(file)

    strict, lax = recipe("strict", rules), recipe("lax", {})

    def read(rules):
        return pyarrow.table(ljd.batches("tanaka", raw=raw, manifests=manifests, rules=rules))

    everything, right = read(lax), read(strict)
    assert (everything.num_rows, right.num_rows) == (8, 4)
    kept, dropped = ljd.quality(strict, corpus="tanaka")(everything)
    assert kept.equals(right)
    report = ljd.build(strict, raw=raw, manifests=manifests, out=tmp_path / "out")
    (corpus,) = report["corpora"]
    told = collections.Counter(dropped.column("rule").to_pylist())
    assert told == {rule: of["count"] for rule, of in corpus["dropped"].items()} == {"numbers": 2, "brackets": 2}


def test_histories_are_looked_at_and_repaired(kind):
    table_of, rows_of = kind
    turns = [{"role": "user", "content": "雨&amp;雪は？"}, {"role": "assistant", "content": "冷たいです。"}]
    rows = [{"instruction": "話してください。", "input": "はい。", "output": "寒いです。", "history": turns}]
    kept, _ = ljd.quality("clean")(table_of(rows), task="dialogue")
    (row,) = rows_of(kept)
    assert [dict(turn) for turn in row["history"]] == [{**turns[0], "content": "雨&雪は？"}, turns[1]]


def test_pairs_are_held_to_the_rules_of_translations():
    pairs = [{"ja": "1914年の雨だ。", "en": "The rain of 1941."}, {"ja": "雨だ。", "en": "It rains."}]
    judge = ljd.quality("clean")
    languages = {"source_language": "ja", "target_language": "en"}
    kept, dropped = judge(pairs, input="ja", output="en", **languages)
    assert (kept, [row["rule"] for row in dropped]) == (pairs[1:], ["numbers"])
    with pytest.raises(ValueError, match="'input'"):
        judge(pairs, instruction="ja", output="en", **languages)


def test_the_layouts_of_text_make_no_difference():
    table = pyarrow.Table.from_pylist(ROWS)
    judge = ljd.quality("clean")
    for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()):
        column = table.column("a").cast(kind)
        kept, _ = judge(table.set_column(2, "a", column), instruction="q", output="a")
        assert kept.column("n").to_pylist() == [1, 3]
    column = table.column("a").dictionary_encode()
    _, dropped = judge(table.set_column(2, "a", column), instruction="q", output="a")
    assert dropped.column("n").to_pylist() == [2, 4]


def test_threads_change_nothing():
    rows = [{"q": f"問{n}は何ですか。", "a": "「x" if n % 7 == 0 else "水&amp;です。"} for n in range(10_000)]
    judge = ljd.quality("clean")
    one, several = (judge(rows, instruction="q", output="a", jobs=jobs) for jobs in (1, 3))
    assert one == several
    assert len(one[1]) == 1429


def test_what_is_no_table_is_refused():
    judge = ljd.quality("clean")
    with pytest.raises(TypeError, match="no table"):
        judge(7)
    with pytest.raises(TypeError, match="row 1 is no dict"):
        judge([{"output": "雨"}, 7])
    with pytest.raises(TypeError, match="row 0 has no text in `output`"):
        judge([{"output": 7}])
    with pytest.raises(TypeError, match="Int64"):
        judge(pyarrow.table({"output": [7]}))
    with pytest.raises(ValueError, match="no column 'b'"):
        judge(ROWS, output="b")
    with pytest.raises(ValueError, match="no column 'output'"):
        judge(ROWS)
    with pytest.raises(ValueError, match="'rule' already"):
        judge([{"output": "雨です。", "rule": "x"}])
    with pytest.raises(ValueError, match="'messages' already"):
        ljd.to_messages([{"instruction": "雨", "output": "雨です。", "messages": "x"}])
    with pytest.raises(ValueError, match="'instruction'"):
        ljd.to_messages([{"output": "雨です。"}])
    with pytest.raises(ljd.UnknownNameError, match="did you mean") as raised:
        judge([{"output": "雨です。", "task": "dialogue"}, {"output": "雨です。", "task": "dialog"}])
    assert raised.value.line == 2
    with pytest.raises(ljd.UnknownNameError, match="language"):
        judge(ROWS, input="q", output="a", source_language="Japanese language")


def test_evaluation_data_is_found():
    question = "2031年に海の上の駅で開かれた架空の博覧会の名前は何でしょう？"
    rows = [{"q": question, "a": "海の博覧会です。"}, {"q": "雨とは何ですか。", "a": "水です。"}]
    for evaluation, name in (({"quiz": question}, "quiz"), ([question], "evaluation text 1")):
        kept, dropped = ljd.quality("clean", evaluation=evaluation)(rows, instruction="q", output="a")
        assert kept == rows[1:]
        assert dropped[0]["rule"] == "contamination"
        assert dropped[0]["reason"].endswith(name)
    with pytest.raises(TypeError, match="list of texts"):
        ljd.quality("clean", evaluation=question)
