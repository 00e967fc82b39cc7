"""Texts of Aozora Bunko without their notation."""

from __future__ import annotations

from . import _native
from ._native import Work

__all__ = ["Work", "read"]


def read(text: bytes, *, ruby: bool = False) -> Work:
    """A work of Aozora Bunko as plain text.

    Header, legend and colophon are not in the text; notes are taken out, and characters that notes describe are put in
    where Unicode has them (``〓`` where it has not).

    >>> read("雨\\n雨野一郎\\n\\n　雨《あめ》だ。\\n".encode()).text
    '雨だ。'

    Args:
        text: the file as it is published: UTF-8, or Shift_JIS with the characters of JIS X 0213.
        ruby: keep readings behind their words, as in ``眉骨（びこつ）``.

    Returns:
        A :class:`Work`: ``title``, ``author`` (``None`` where only others are named), ``contributors`` (translators and
        editors, as the text names them) and ``text``, a paragraph a line.

    Raises:
        ValueError: where the bytes are in another encoding, or no title or nobody is named above the work.
    """
    return _native.aozora_read(text, ruby)
