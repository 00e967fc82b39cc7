"""The examples of README.md run, in their order."""

import doctest
import pathlib
import re

import ljd_datasets as ljd

README = pathlib.Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(<!-- not run: [^\n]*-->\n)?```python\n(.*?)```", re.DOTALL)


def test_the_examples_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(README.read_text())
    run = [code for skipped, code in blocks if not skipped]
    assert (len(blocks), len(run)) == (11, 10)
    # One module, so that DuckDB finds the tables by their names.
    scope = {"__name__": "__main__"}
    for code in run:
        exec(compile(code, str(README), "exec"), scope)


def test_the_examples_of_the_docstrings_run():
    for module in (ljd.wikitext, ljd.aozora):
        result = doctest.testmod(module)
        assert (result.failed, 0 < result.attempted) == (0, True)
