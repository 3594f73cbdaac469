"""Which table a file is, told by its name alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from linkbak.adapters.linkedin.tables import ARTICLES, IMAGES, TABLES, Table

_SUFFIX = re.compile(r"(?P<stem>.+?)(?:_(?P<member>[0-9]{5,}))?(?:_(?P<part>[0-9]{1,2}))?\.csv")
_COUNTER = re.compile(r"(?:\.csv)?(?: ?\([0-9]{1,3}\)| - copy(?: \([0-9]{1,3}\))?| copy(?: [0-9]{1,3})?)(?=\.csv$)")
_IMAGE = re.compile(r"-?[0-9]+\.(?:jpe?g|png|gif)")


class Named(NamedTuple):
    """A file recognised by its name: where it lies, whose number it carries, which part of a split table it is."""

    path: str
    table: Table
    folder: str
    member: str = ""
    part: int = -1


def name_of(path: str, *, bare: bool = False) -> Named | None:
    """The table a path is named after, None for a name LinkedIn does not use.

    The base name must be LinkedIn's, whatever its case: guide_messages.csv is not messages.csv. A member's number
    and a part's number may stand before the ending. Of a file that came alone (`bare`), what browsers and file
    managers add to the name of a copy is overlooked.
    """
    folder, _, last = path.rpartition("/")
    base = last.casefold()
    if bare:
        base = _COUNTER.sub("", base)
    if (table := TABLES.get(base)) is not None:
        return Named(path, table, folder)
    if (found := _SUFFIX.fullmatch(base)) is not None:
        table = TABLES.get(found["stem"] + ".csv")
        if table is not None:
            part = int(found["part"]) if found["part"] else -1
            return Named(path, table, folder, found["member"] or "", part)
    return _beside_tables(path, folder, base)


def _beside_tables(path: str, folder: str, base: str) -> Named | None:
    if base.endswith((".html", ".htm")) and "articles" in folder.casefold().split("/"):
        return Named(path, ARTICLES, folder)
    if _IMAGE.fullmatch(base):
        return Named(path, IMAGES, folder)
    return None
