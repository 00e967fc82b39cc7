"""Japanese instruction-tuning datasets out of public corpora: every record with its source, licence and credit.

Everything that reads takes the same arguments:

- ``raw``: the folder of the published files, which :func:`fetch` fills; ``"raw"`` if absent. The files of the recipe
  ``sample`` are in the package and are read where no folder is named.
- ``accept_licenses``: licences that you accept although they refuse commercial use or redistribution.
- ``manifests``: a folder of manifests that replace fields of those in the package.
- ``settings``: other releases or rules than the recipe's, as ``"wikipedia.version=20240101"``.

The interpreter is free while ljd works, and Ctrl-C ends the work. What goes wrong is an :class:`Error`, which knows
corpus, file and line.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Union

from . import aozora, wikitext
from ._chat import to_messages, to_prompt_completion, to_text
from ._errors import Error, MissingFileError, UnknownNameError
from ._native import VERSION as __version__
from ._native import Batch, Batches, Inputs, Record, Records
from ._native import build as _build
from ._native import fetch as _fetch
from ._progress import Bars, BuildObserver, BuildProgress, FetchObserver, FetchProgress
from ._progress import building as _building
from ._progress import fetching as _fetching
from ._quality import Judge, Seen, quality

__all__ = [
    "Batch",
    "Batches",
    "BuildProgress",
    "Error",
    "FetchProgress",
    "Judge",
    "MissingFileError",
    "Record",
    "Records",
    "Seen",
    "UnknownNameError",
    "__version__",
    "aozora",
    "batches",
    "build",
    "fetch",
    "quality",
    "records",
    "to_messages",
    "to_prompt_completion",
    "to_text",
    "wikitext",
]

Path = Union[str, "os.PathLike[str]"]


def _inputs(
    raw: Path | None,
    only: Iterable[str],
    accept_licenses: Iterable[str],
    manifests: Path | None,
    settings: Iterable[str],
    skip_missing: bool = False,
    tolerate_truncated: bool = False,
) -> Inputs:
    return Inputs(
        raw,
        only=_names(only),
        accept_licenses=_names(accept_licenses),
        manifests=manifests,
        settings=_names(settings),
        skip_missing=skip_missing,
        tolerate_truncated=tolerate_truncated,
    )


def _names(names: Iterable[str]) -> list[str]:
    """A name alone is one, not a list of letters."""
    return [names] if isinstance(names, str) else list(names)


def fetch(
    recipe: str | None = None,
    *,
    raw: Path = "raw",
    only: Iterable[str] = (),
    jobs: int = 4,
    mirror: str | None = None,
    update_lock: bool = False,
    accept_licenses: Iterable[str] = (),
    manifests: Path | None = None,
    settings: Iterable[str] = (),
    progress: FetchObserver = False,
) -> list[dict[str, Any]]:
    """Downloads what is missing of a recipe's corpora, and checks what is there.

    Args:
        recipe: a recipe by its name or a file of your own; every corpus if absent.
        only: of these corpora alone.
        jobs: downloads at once, at most two from one server.
        mirror: a copy to ask instead of the publishers, an address or a folder.
        update_lock: take a file that is not the one that was downloaded first.
        progress: ``True`` for bars of tqdm, or a function that takes a :class:`FetchProgress`.

    Returns:
        A dict for each file: ``corpus``, ``path``, ``state`` (``"verified"``, ``"downloaded"``, ``"downloaded again"``,
        ``"updated"``, ``"by hand"``, ``"not there, and not needed"`` or ``"failed"``) and ``error``, which is ``None``
        unless the file failed. What goes wrong with one file stops no other: look at the errors, or raise the first.

    Raises:
        UnknownNameError: for a recipe or corpus that there is not.
        Error: where another run has the folder, or it cannot be written.
    """
    inputs = _inputs(raw, only, accept_licenses, manifests, settings)
    bars = Bars()
    try:
        return _fetch(
            inputs,
            recipe,
            jobs=jobs,
            mirror=mirror,
            update_lock=update_lock,
            progress=_fetching(progress, bars),
        )
    finally:
        bars.close()


def batches(
    corpus: str,
    *,
    raw: Path | None = None,
    rules: str = "clean",
    size: int = 65536,
    accept_licenses: Iterable[str] = (),
    manifests: Path | None = None,
    settings: Iterable[str] = (),
) -> Batches:
    """The records of a corpus as Arrow batches, made while you ask for them.

    They are those that a build of the recipe ``rules`` takes of the corpus, after the rules that look at one record
    alone; none is compared with others or sampled. The files are checked as they are read, as a build does.

    The result is an iterator of :class:`Batch` and a stream of Arrow's C interface: pass it to ``pyarrow.table``,
    ``polars.DataFrame``, a query of DuckDB or ``pandas.DataFrame.from_arrow`` as it is. What was taken is not there
    again.

    Args:
        corpus: its name.
        rules: a recipe by its name, or a file of your own.
        size: rows of a batch; one with 64 MiB of text has fewer.

    Returns:
        Batches of ``size`` rows (the last one of fewer) and the columns of a dataset's files: ``id``, ``instruction``,
        ``input``, ``output``, ``history`` (a list of ``role`` and ``content``), ``task``, ``source``,
        ``source_language``, ``target_language``, ``split``, ``category``, ``license``, ``attribution``, ``url``.

    Raises:
        UnknownNameError: for a recipe or corpus that there is not.
        ValueError: where the corpus's licence refuses something that you do not accept; where ``size`` is 0.
        MissingFileError: while reading, where a file of the corpus is not there.
        Error: while reading, where a file cannot be read or is another one than the manifest states. Libraries that
            read the stream raise their own exception with its message.
    """
    return Batches(_inputs(raw, [corpus], accept_licenses, manifests, settings), rules, size)


def records(
    corpus: str,
    *,
    raw: Path | None = None,
    rules: str = "clean",
    accept_licenses: Iterable[str] = (),
    manifests: Path | None = None,
    settings: Iterable[str] = (),
) -> Iterator[Record]:
    """The records of a corpus, one after the other: those of :func:`batches`, with the columns as attributes.

    Raises:
        As :func:`batches`.
    """
    return Records(_inputs(raw, [corpus], accept_licenses, manifests, settings), rules)


def build(
    recipe: str = "clean",
    *,
    out: Path,
    raw: Path | None = None,
    only: Iterable[str] = (),
    jobs: int | None = None,
    limit: int | None = None,
    formats: Iterable[str] | None = None,
    keep_dropped: bool = False,
    decontaminate: Iterable[Path] = (),
    skip_missing: bool = False,
    tolerate_truncated: bool = False,
    accept_licenses: Iterable[str] = (),
    manifests: Path | None = None,
    settings: Iterable[str] = (),
    progress: BuildObserver = False,
) -> dict[str, Any]:
    """Builds the dataset of a recipe: the same bytes as ``ljd dataset``.

    The folder ``out`` is either whole or not there; a dataset that was there is replaced when the new one is whole.
    Corpora that are left out for their licences, or because files are missing, are told as warnings.

    Args:
        recipe: a recipe by its name, or a file of your own.
        out: the dataset's folder.
        only: these corpora alone.
        jobs: threads; as many as there are cores if absent.
        limit: the most records of each corpus.
        formats: the formats to write, instead of the recipe's: ``"jsonl"``, ``"parquet"``, ``"messages"``, …
        keep_dropped: write the records that rules drop as well.
        decontaminate: files of evaluation data to look for.
        skip_missing: leave out corpora whose files are not all there.
        tolerate_truncated: read what is whole of a file that ends early.
        progress: ``True`` for bars of tqdm, or a function that takes a :class:`BuildProgress`.

    Returns:
        What ``report.json`` in the dataset says: ``records``, ``license``, ``corpora``, ``files``, …

    Raises:
        UnknownNameError: for a recipe, corpus or format that there is not.
        MissingFileError: where a published file is not there.
        Error: where a file is another one than its manifest states or cannot be read, where too many rows cannot be
            used, or where nothing can be written. Nothing is left of the new dataset then.
    """
    inputs = _inputs(raw, only, accept_licenses, manifests, settings, skip_missing, tolerate_truncated)
    bars = Bars()
    try:
        report = _build(
            inputs,
            recipe,
            out,
            jobs=jobs,
            limit=limit,
            formats=None if formats is None else _names(formats),
            keep_dropped=keep_dropped,
            decontaminate=[decontaminate] if isinstance(decontaminate, (str, os.PathLike)) else list(decontaminate),
            progress=_building(progress, bars),
        )
    finally:
        bars.close()
    read: dict[str, Any] = json.loads(report)
    for refused in read["refused"]:
        warnings.warn(
            f"{refused['name']} ({refused['license']}) is left out: {refused['reason']}", stacklevel=2
        )
    return read
