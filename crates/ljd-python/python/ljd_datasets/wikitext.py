"""Wikitext as text, and the pages of MediaWiki's dumps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from . import _native
from ._native import Page

__all__ = ["Article", "Page", "Section", "pages", "read", "to_text"]


@dataclass(frozen=True)
class Section:
    """A section of a page."""

    #: Its heading; empty for the lead.
    title: str
    #: How many ``=`` its heading has; 0 for the lead.
    level: int
    #: Its text, a paragraph or list item a line.
    text: str


@dataclass(frozen=True)
class Article:
    """A page without its markup."""

    #: Its sections in order; the first one is the lead.
    sections: list[Section]
    #: The pages that it links to, as they are written.
    links: list[str]
    #: Its categories, without their prefix.
    categories: list[str]
    #: The named fields of its first infobox, as text.
    infobox: dict[str, str]
    #: The page that it sends readers to.
    redirect: str | None
    #: What ``{{short description}}`` says.
    short_description: str | None
    #: What was dropped although it may have had text, by the name of the template or element, and how often.
    unknown: dict[str, int]


def to_text(wikitext: str, *, language: str = "ja", title: str = "", lead_only: bool = False) -> str:
    """Wikitext as plain text, a paragraph or list item a line, without the headings. It never fails on markup.

    >>> to_text("'''雨'''は[[水]]である。")
    '雨は水である。'

    Args:
        language: whose templates are known: ``"ja"`` or ``"en"``.
        title: what ``{{PAGENAME}}`` shows.
        lead_only: end where the first heading begins.

    Raises:
        UnknownNameError: for another language.
    """
    return _native.wikitext_to_text(wikitext, language, title, lead_only)


def read(wikitext: str, *, language: str = "ja", title: str = "") -> Article:
    """A page as sections, with what else it says of itself.

    >>> read("雨は水である。\\n== 種類 ==\\n霧雨など。").sections[1].title
    '種類'

    Arguments and exceptions are those of :func:`to_text`.
    """
    sections, links, categories, infobox, redirect, short_description, unknown = _native.wikitext_read(
        wikitext, language, title
    )
    return Article(
        [Section(*section) for section in sections],
        links,
        categories,
        dict(infobox),
        redirect,
        short_description,
        unknown,
    )


def pages(dump: Union[str, os.PathLike[str]]) -> Iterator[Page]:
    """The pages of a dump, one after the other.

    Args:
        dump: an XML export of MediaWiki, plain or in a file whose name ends in ``.bz2`` or ``.gz``.

    Returns:
        An iterator of :class:`Page`: ``title``, ``namespace``, ``id``, ``revision``, ``timestamp``, ``is_redirect``,
        ``model``, ``text``, and the ``line`` that it starts in.

    Raises:
        FileNotFoundError: where there is no such file.
        Error: while reading, where the dump ends within a page or a page is no well-formed XML; ``line`` says where.
            ``next`` goes on behind a page that is wrong.
    """
    return _native.Pages(os.fspath(dump))
