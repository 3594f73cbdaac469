"""Where the columns of a connection list are: LinkedIn's five headers, their edited forms, the old address books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from linkbak.adapters.linkedin.dates import DAYS
from linkbak.adapters.linkedin.tables import folded
from linkbak.model import Connection

HEAD = 20
"""How many records from the start are searched for the header."""

FIELDS = Connection._fields
_ALIASES = {
    "first_name": ("firstname", "vorname"),
    "last_name": ("lastname", "nachname"),
    "url": ("url", "profileurl"),
    "email": ("emailaddress", "email", "emailadresse"),
    "company": ("company", "unternehmen"),
    "position": ("position",),
    "connected_on": ("connectedon", "verbundenam"),
}
_OUTLOOK = {
    "first_name": ("firstname",),
    "last_name": ("lastname",),
    "email": ("emailaddress",),
    "company": ("company",),
    "position": ("jobtitle",),
}
_YAHOO = {"first_name": 0, "last_name": 2, "email": 4, "position": 20, "company": 21}
_BY_POSITION = {
    5: ("first_name", "last_name", "email", "company", "position", "connected_on"),
    6: FIELDS,
}
_UNREAD = frozenset({"address", "websites", "instantmessengers"})


class Shape(NamedTuple):
    """Which column holds which field of a Connection, -1 for none.

    `at` is the number of the header among the records, -1 if there is none; `width` the number of columns. `strange`
    tells that there are columns LinkedIn's exports never had, which are not read.
    """

    at: int
    cells: tuple[int, ...]
    width: int
    header: tuple[str, ...] = ()
    strange: bool = False

    @property
    def dated(self) -> bool:
        """Whether the form says when people connected."""
        return self.cells[-1] >= 0

    @property
    def columns(self) -> frozenset[str]:
        """The fields there is a column for."""
        return frozenset(name for name, cell in zip(FIELDS, self.cells, strict=True) if cell >= 0)


def shape_of(head: Sequence[Sequence[str] | None]) -> Shape | None:
    """The shape the first records of a list show, None if they show none."""
    for at, row in enumerate(head[:HEAD]):
        if row and (found := _header(at, row)) is not None:
            return found
    return _by_position(head[:HEAD])


def _header(at: int, row: Sequence[str]) -> Shape | None:
    names = [folded(cell).replace("-", "") for cell in row]
    while names and not names[-1]:
        names.pop()
    cells = _find(_ALIASES, names)
    if "first_name" in cells and "connected_on" in cells:
        known = {name for aliases in _ALIASES.values() for name in aliases} | _UNREAD | {""}
        return _shape(at, row, cells, len(names), strange=not known.issuperset(names))
    cells = _find(_OUTLOOK, names)
    if len(cells) == len(_OUTLOOK):
        return _shape(at, row, cells, len(names))
    if len(names) > max(_YAHOO.values()) and names[0] == "first":
        return _shape(at, row, _YAHOO, len(names))
    return None


def _find(aliases: Mapping[str, tuple[str, ...]], names: list[str]) -> dict[str, int]:
    found = {}
    for field, known in aliases.items():
        for name in known:
            if name in names:
                found[field] = names.index(name)
                break
    return found


def _shape(at: int, row: Sequence[str], cells: dict[str, int], width: int, *, strange: bool = False) -> Shape:
    return Shape(at, tuple(cells.get(name, -1) for name in FIELDS), width, tuple(row), strange)


def _by_position(head: Sequence[Sequence[str] | None]) -> Shape | None:
    """Six or seven columns as LinkedIn orders them: a list that lost its header, or has one in foreign words.

    Most of the records must look like it; whatever stands among them is then reported as not understood.
    """
    filled = [row for row in head if row is None or any(cell.strip() for cell in row)]
    for last, names in _BY_POSITION.items():
        if sum(_fits(row, last) for row in filled) * 2 > len(filled):
            return Shape(-1, tuple(names.index(name) if name in names else -1 for name in FIELDS), last + 1)
    return None


def _fits(row: Sequence[str] | None, last: int) -> bool:
    """Whether the day is in the last column, and the third holds an e-mail (six columns) or profile address (seven)."""
    if row is None or len(row) <= last or any(cell.strip() for cell in row[last + 1 :]) or DAYS[row[last]] is None:
        return False
    return not row[2].strip() or ("@" if last == 5 else "linkedin.com/") in row[2]
