"""Rules of quality on tables of yours."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Union

from . import _native, _tables

#: Fields that a table may have a column for, under these names unless another one is said.
_FIELDS = ("instruction", "input", "output", "history", "task", "source_language", "target_language")


@dataclass(frozen=True)
class Asked:
    """A table, and which columns of it are what."""

    table: _tables.Table
    names: dict[str, str]
    constants: dict[str, str | None]

    def narrow(self) -> Any:
        """The columns that are looked at, for the native half."""
        return self.table.narrow(list(dict.fromkeys(self.names.values())))


def asked(
    table: Any,
    columns: Mapping[str, str | None],
    task: str | None = None,
    source_language: str | None = None,
    target_language: str | None = None,
) -> Asked:
    """Which columns of a table are what: those that are named, else those that have the usual names."""
    adapter = _tables.of(table)
    known = adapter.names()
    constants = {"task": task, "source_language": source_language, "target_language": target_language}
    names = {}
    for field in _FIELDS:
        name = columns.get(field)
        if name is not None and name not in known:
            raise ValueError(f"the table has no column {name!r} for {field}; it has {', '.join(map(str, known))}")
        if name is None and field in known and constants.get(field) is None:
            name = field
        if name is not None:
            names[field] = name
    if "output" not in names:
        raise ValueError("the table has no column 'output': name the one that the answers are in")
    languages = {source_language or "ja", target_language or "ja"}
    is_pair = task == "translation" or (task is None and "task" not in names and len(languages) == 2)
    if is_pair and "input" not in names:
        raise ValueError("a translation has its source in the column of 'input': name it")
    return Asked(adapter, names, constants)


def _divided(what: Asked, verdict: _native.Verdict) -> tuple[Any, Any]:
    """What stays, with its repairs, and what does not, with the reasons."""
    for name in ("rule", "reason"):
        if name in what.table.names():
            raise ValueError(f"the table has a column {name!r} already, which says why a row is dropped")
    kept = what.table.take(verdict.kept)
    for field, (rows, texts) in verdict.repaired.items():
        kept = kept.put(what.names[field], rows, texts)
    rows, histories = verdict.histories
    if rows:
        kept = kept.put(what.names["history"], rows, histories)
    dropped = what.table.take(verdict.dropped)
    dropped = dropped.add("rule", verdict.rules).add("reason", verdict.reasons)
    return kept.table, dropped.table


class Judge:
    """The rules of a recipe that look at one row alone. :func:`quality` makes one."""

    def __init__(self, judge: _native.Judge) -> None:
        self._judge = judge

    @property
    def rules(self) -> list[str]:
        """The rules that are on, in the order in which they are applied."""
        return self._judge.rules

    def __call__(
        self,
        table: Any,
        *,
        instruction: str | None = None,
        input: str | None = None,
        output: str | None = None,
        history: str | None = None,
        task: str | None = None,
        source_language: str | None = None,
        target_language: str | None = None,
        jobs: int | None = None,
    ) -> tuple[Any, Any]:
        """Divides a table into what stays and what does not.

        A build judges records before it words their instructions. In rows that are worded already the source of a
        translation may stand in the instruction: the rules for pairs cannot look at it there.

        Args:
            table: a DataFrame of pandas or Polars, an Arrow table or anything with ``__arrow_c_stream__``, or a list of
                dicts. It is not changed.
            instruction: the column of what is asked; ``"instruction"`` if there is one.
            input: the column of what it is asked about, or of a translation's source; ``"input"`` if there is one.
            output: the column of the answers; ``"output"`` if absent.
            history: the column of earlier turns, lists of ``role`` and ``content``; ``"history"`` if there is one.
            task: what every row teaches, by its name in a dataset. If absent, the column ``"task"`` says it; without
                one, rows with two languages are translations, and all others follow an instruction.
            source_language: the language of what is asked about, in every row: a BCP 47 tag. If absent, the column
                ``"source_language"`` says it, and without one it is Japanese.
            target_language: the language of the answers, likewise.
            jobs: threads; as many as there are cores if absent.

        Returns:
            ``kept`` and ``dropped``, two tables of the kind that came, in the order that the rows came in (an Arrow
            table of pyarrow for other streams). ``kept`` has the columns of the table, with its texts repaired;
            ``dropped`` has the rows as they came, and the columns ``rule`` and ``reason``.

        Raises:
            ValueError: where a column is not there, or the table has one that is called ``rule`` or ``reason``.
            TypeError: where a column has no text.
            UnknownNameError: where a row's task or language is none; its ``line`` is the row, counted from 1.
        """
        columns = {"instruction": instruction, "input": input, "output": output, "history": history}
        what = asked(table, columns, task, source_language, target_language)
        return _divided(what, self._judge.judge(what.narrow(), what.names, what.constants, jobs=jobs))

    def __repr__(self) -> str:
        return f"Judge({', '.join(self.rules)})"


def quality(
    recipe: str = "clean",
    *,
    corpus: str = "",
    evaluation: Union[Mapping[str, str], Iterable[str]] = (),
) -> Judge:
    """The rules of a recipe, for rows of your own.

    Args:
        recipe: a recipe by its name, or a file of your own.
        corpus: the corpus whose exceptions from rules hold; without one, the rules that are for all corpora but some
            are on, and those that are for some alone are off.
        evaluation: texts of evaluation data to look for, by names that ``reason`` shall give, or without names.

    Raises:
        UnknownNameError: for a recipe that there is not.
        Error: where a file is none.
    """
    if isinstance(evaluation, str):
        raise TypeError("evaluation is one text: pass a list of texts")
    if isinstance(evaluation, Mapping):
        texts = [(str(name), text) for name, text in evaluation.items()]
    else:
        texts = [(f"evaluation text {n}", text) for n, text in enumerate(evaluation, 1)]
    return Judge(_native.Judge(os.fspath(recipe), corpus=corpus, evaluation=texts))


class Seen:
    """Finds rows that were there before, in one call or over several.

    Two rows are the same if a reader would call them so: the width of characters, how wide a space is and case make no
    difference. The first one stays. A row takes 16 bytes.

    Args:
        most_answers: so many different answers one prompt may have; any number if absent.
        near: also drop rows that share four fifths of their pieces with one before them (``MinHash``); half a KiB a row.
    """

    def __init__(self, *, most_answers: int | None = None, near: bool = False) -> None:
        if most_answers is not None and most_answers < 1:
            raise ValueError("most_answers is less than 1")
        self._seen = _native.Seen(most_answers=most_answers, near=near)

    def __call__(
        self,
        table: Any,
        *,
        instruction: str | None = None,
        input: str | None = None,
        output: str | None = None,
        history: str | None = None,
        task: str | None = None,
        source_language: str | None = None,
        target_language: str | None = None,
    ) -> tuple[Any, Any]:
        """Divides a table into what is new and what was there before.

        Arguments, results and exceptions are those of :meth:`Judge.__call__`. A call that is interrupted may have
        remembered some of its rows.
        """
        columns = {"instruction": instruction, "input": input, "output": output, "history": history}
        what = asked(table, columns, task, source_language, target_language)
        return _divided(what, self._seen.judge(what.narrow(), what.names, what.constants))
