"""The tables of an export: which there are, and whether a header is one of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from linkbak.adapters.linkedin.catalogue import KINDS


class Table(NamedTuple):
    """One file of LinkedIn's: its name as LinkedIn writes it, its kind and the headers seen."""

    name: str
    kind: str
    headers: tuple[str, ...]


TABLES: dict[str, Table] = {
    name.casefold(): Table(name, kind, headers) for kind, files in KINDS.items() for name, headers in files.items()
}
"""Every table by its case-folded file name."""

ARTICLES = Table("Articles/*.html", "articles", ())
IMAGES = Table("Images", "media", ())

_FILLING = str.maketrans("", "", " _\t\r\n\ufeff\xa0")


def folded(cell: str) -> str:
    """A column name as it is compared: case-folded, without blanks and underscores."""
    return cell.translate(_FILLING).casefold()


def folded_header(cells: Sequence[str]) -> tuple[str, ...]:
    """A header as it is compared; empty columns at its end do not count."""
    names = [folded(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def knows(table: Table, header: Sequence[str]) -> bool:
    """Whether this is a header the table has been seen with, or the table was never seen at all."""
    if not table.headers:
        return True
    names = folded_header(header)
    return any(_same(known, names) for known in table.headers)


def _same(known: str, names: tuple[str, ...]) -> bool:
    if known.startswith("<"):
        return set(folded_header(known[1:-1].split(","))) <= set(names)
    return folded_header(known.split(",")) == names
