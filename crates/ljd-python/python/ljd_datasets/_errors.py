"""What is raised where something is wrong with a corpus, a file or a name."""

from __future__ import annotations


class Error(Exception):
    """Something is wrong with a corpus, a file or what was asked for.

    The message names the place as far as it is known; so do the attributes, each of which may be ``None``.

    Attributes:
        corpus: the corpus.
        file: the file as the corpus's manifest names it, or the table of yours.
        line: the line (or page, or row), counted from 1.
        column: the column, counted from 1.
    """

    corpus: str | None
    file: str | None
    line: int | None
    column: int | None

    def __init__(
        self,
        message: str,
        corpus: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.corpus, self.file, self.line, self.column = corpus, file, line, column

    def __reduce__(self) -> tuple[type[Error], tuple[object, ...]]:
        return type(self), (str(self), self.corpus, self.file, self.line, self.column)


class MissingFileError(Error, FileNotFoundError):
    """A published file is not in the raw folder: :func:`fetch` downloads it."""


class UnknownNameError(Error, ValueError):
    """A corpus, recipe, rule, format or language has a name that there is not."""
