"""Tables as conversations and as prompts, the way a dataset's chat formats have them."""

from __future__ import annotations

from typing import Any

from . import _native
from ._quality import asked

#: What the columns of a conversation are made of, and what is not there any more.
_CONTENT = ("instruction", "input", "output", "history")

_TEXTS = {"en": "text", "ja": "text-ja", "ja-alpaca": "text-ja-alpaca"}


def _converted(table: Any, shape: str, columns: dict[str, str | None], task: str | None) -> Any:
    what = asked(table, columns, task)
    if "instruction" not in what.names:
        raise ValueError("the table has no column 'instruction': name the one that the questions are in")
    made = _native.conversations(what.narrow(), what.names, what.constants, shape)
    used = [what.names[field] for field in _CONTENT if field in what.names]
    rest = what.table.drop(list(dict.fromkeys(used)))
    taken = [name for name in made if name in rest.names()]
    if taken:
        raise ValueError(f"the table has a column {taken[0]!r} already")
    for name, column in made.items():
        rest = rest.add(name, column)
    return rest.table


def to_messages(
    table: Any,
    *,
    instruction: str | None = None,
    input: str | None = None,
    output: str | None = None,
    history: str | None = None,
    task: str | None = None,
) -> Any:
    """Rows as chats: a column ``messages``, lists of ``role`` and ``content``.

    An instruction with its input is one turn of the user. In rows with the task ``"dialogue"`` the instruction is the
    system prompt, and the earlier turns are turns.

    Args:
        table: as :meth:`Judge.__call__` takes them.
        instruction: the column of what is asked; ``"instruction"`` if absent.
        input: the column of what it is asked about; ``"input"`` if there is one.
        output: the column of the answers; ``"output"`` if absent.
        history: the column of earlier turns; ``"history"`` if there is one.
        task: the task of every row; the column ``"task"`` says it if absent.

    Returns:
        A table of the kind that came, with ``messages`` in the place of these columns; all others stay.

    Raises:
        ValueError: where a column is not there, or the table has a column ``messages``.
        TypeError: where a column has no text.
    """
    columns = {"instruction": instruction, "input": input, "output": output, "history": history}
    return _converted(table, "messages", columns, task)


def to_prompt_completion(
    table: Any,
    *,
    instruction: str | None = None,
    input: str | None = None,
    output: str | None = None,
    history: str | None = None,
    task: str | None = None,
) -> Any:
    """Rows as chats in two columns: ``prompt``, and ``completion``, which alone is learnt.

    Both are lists of ``role`` and ``content``. Arguments, results and exceptions are those of :func:`to_messages`.
    """
    columns = {"instruction": instruction, "input": input, "output": output, "history": history}
    return _converted(table, "prompt-completion", columns, task)


def to_text(
    table: Any,
    language: str = "en",
    *,
    instruction: str | None = None,
    input: str | None = None,
    output: str | None = None,
    history: str | None = None,
    task: str | None = None,
) -> Any:
    """Rows as prompts with their answers: a column ``text``.

    Args:
        language: the words around the fields: ``"en"`` or ``"ja"`` as the paper of v0 has them, or ``"ja-alpaca"`` as
            Japanese trainers have them.

    Other arguments, results and exceptions are those of :func:`to_messages`; and :class:`ValueError` for another
    language.
    """
    if language not in _TEXTS:
        raise ValueError(f"unknown language {language!r}, known are: {', '.join(_TEXTS)}")
    columns = {"instruction": instruction, "input": input, "output": output, "history": history}
    return _converted(table, _TEXTS[language], columns, task)
