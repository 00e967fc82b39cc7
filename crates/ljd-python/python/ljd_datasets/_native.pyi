"""The native half. Import :mod:`ljd_datasets` instead."""

import os
from collections.abc import Callable, Iterator
from typing import Any, TypedDict, final

VERSION: str

@final
class Inputs:
    def __init__(
        self,
        raw: str | os.PathLike[str] | None,
        *,
        only: list[str],
        accept_licenses: list[str],
        manifests: str | os.PathLike[str] | None,
        settings: list[str],
        skip_missing: bool,
        tolerate_truncated: bool,
    ) -> None: ...

@final
class Batches:
    """Batches of a corpus's records, made while they are asked for. Itself a stream of Arrow's C interface."""

    def __init__(self, inputs: Inputs, recipe: str, size: int) -> None: ...
    def __iter__(self) -> Iterator[Batch]: ...
    def __next__(self) -> Batch: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class Batch:
    """Records in columns. An array and a stream of Arrow's C interface."""

    def __len__(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class Turn(TypedDict):
    role: str
    content: str

@final
class Record:
    """A record: its columns are its attributes."""

    id: str
    instruction: str
    input: str
    output: str
    history: list[Turn]
    choices: list[str]
    answers: list[str]
    score: float | None
    task: str
    source: str
    source_language: str
    target_language: str
    split: str
    category: str | None
    license: str
    attribution: str
    url: str | None
    def to_dict(self) -> dict[str, Any]:
        """The columns with their values."""

@final
class Records:
    """Records one after the other."""

    def __init__(self, inputs: Inputs, recipe: str) -> None: ...
    def __iter__(self) -> Iterator[Record]: ...
    def __next__(self) -> Record: ...

@final
class Verdict:
    kept: list[int]
    dropped: list[int]
    rules: list[str]
    reasons: list[str]
    repaired: dict[str, tuple[list[int], list[str]]]
    histories: tuple[list[int], list[list[Turn]]]
    repairs: dict[str, int]

@final
class Judge:
    def __init__(self, recipe: str, *, corpus: str, evaluation: list[tuple[str, str]]) -> None: ...
    @property
    def rules(self) -> list[str]: ...
    def judge(
        self, table: Any, names: dict[str, str], constants: dict[str, str | None], *, jobs: int | None
    ) -> Verdict: ...

@final
class Seen:
    def __init__(self, *, most_answers: int | None, near: bool) -> None: ...
    def judge(self, table: Any, names: dict[str, str], constants: dict[str, str | None]) -> Verdict: ...

@final
class Column:
    """A column. An array of Arrow's C interface."""

    def __len__(self) -> int: ...
    def to_pylist(self) -> list[Any]: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

@final
class Page:
    """A page with its latest revision."""

    title: str
    namespace: int
    id: int
    revision: int
    timestamp: str
    is_redirect: bool
    model: str
    text: str
    line: int

@final
class Pages:
    def __init__(self, file: str) -> None: ...
    def __iter__(self) -> Iterator[Page]: ...
    def __next__(self) -> Page: ...

@final
class Work:
    """A work of Aozora Bunko without its notation."""

    title: str
    author: str | None
    contributors: list[str]
    text: str

def conversations(
    table: Any, names: dict[str, str], constants: dict[str, str | None], shape: str
) -> dict[str, Column]: ...
def wikitext_to_text(wikitext: str, language: str, title: str, lead_only: bool) -> str: ...
def wikitext_read(wikitext: str, language: str, title: str) -> tuple[
    list[tuple[str, int, str]],
    list[str],
    list[str],
    list[tuple[str, str]],
    str | None,
    str | None,
    dict[str, int],
]: ...
def aozora_read(text: bytes, ruby: bool) -> Work: ...
def fetch(
    inputs: Inputs,
    recipe: str | None,
    *,
    jobs: int | None,
    mirror: str | None,
    update_lock: bool,
    progress: Callable[..., object] | None,
) -> list[dict[str, Any]]: ...
def build(
    inputs: Inputs,
    recipe: str,
    out: str | os.PathLike[str],
    *,
    jobs: int | None,
    limit: int | None,
    formats: list[str] | None,
    keep_dropped: bool,
    decontaminate: list[str | os.PathLike[str]],
    progress: Callable[..., object] | None,
) -> str: ...
def run(arguments: list[str]) -> int: ...
