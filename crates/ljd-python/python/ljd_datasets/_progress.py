"""Progress of long calls: tqdm's bars, or a function of yours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union


@dataclass(frozen=True)
class BuildProgress:
    """How far a build is."""

    #: The corpus that is being read.
    corpus: str
    #: Bytes of its files read so far; v0's rules read them more than once.
    bytes_read: int
    #: Bytes of its files.
    bytes: int
    #: Records written so far.
    records: int


@dataclass(frozen=True)
class FetchProgress:
    """What happens to a file."""

    #: Its path below the raw folder.
    path: str
    #: Bytes of it that are there; ``None`` when nothing more is done to it.
    bytes_here: int | None
    #: Its length, where that is known.
    bytes: int | None


BuildObserver = Union[bool, Callable[[BuildProgress], object]]
FetchObserver = Union[bool, Callable[[FetchProgress], object]]


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError(
            "progress=True draws with tqdm, which is not installed: pip install tqdm, or pass a function"
        ) from error
    return tqdm


class Bars:
    """Bars of tqdm, one for each corpus or file."""

    def __init__(self) -> None:
        self.bars: dict[str, Any] = {}

    def show(self, name: str, here: int | None, total: int | None) -> None:
        """Moves a bar; one without bytes is at its end."""
        if here is None:
            bar = self.bars.pop(name, None)
            if bar is not None:
                bar.close()
            return
        bar = self.bars.get(name)
        if bar is None:
            bar = _tqdm()(total=total, desc=name, unit="B", unit_scale=True)
            self.bars[name] = bar
        if bar.total is not None and bar.total < here:
            bar.total = here
        bar.update(here - bar.n)

    def close(self) -> None:
        """Ends them all."""
        for bar in self.bars.values():
            bar.close()
        self.bars.clear()


def building(progress: BuildObserver, bars: Bars) -> Callable[..., object] | None:
    """What the native half calls while it builds."""
    if callable(progress):
        return lambda *told: progress(BuildProgress(*told))
    if not progress:
        return None
    _tqdm()

    def show(corpus: str, bytes_read: int, n_bytes: int, records: int) -> None:
        if corpus not in bars.bars:
            bars.close()
        bars.show(corpus, bytes_read, n_bytes)
        bars.bars[corpus].set_postfix(records=records, refresh=False)

    return show


def fetching(progress: FetchObserver, bars: Bars) -> Callable[..., object] | None:
    """What the native half calls while it downloads."""
    if callable(progress):
        return lambda *told: progress(FetchProgress(*told))
    if not progress:
        return None
    _tqdm()
    return bars.show
