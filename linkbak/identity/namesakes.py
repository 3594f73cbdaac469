"""Lists without addresses: whether someone gone and someone new of one name are one person connected again."""

from __future__ import annotations

from collections.abc import Sequence

from linkbak.identity.keys import name_key
from linkbak.identity.sides import Side, Work
from linkbak.model import Connection

NAMESAKE = "the name is listed again with another date: connected again, or another person of that name"


def reconnect(work: Work) -> None:
    """Match the one of a name that is gone with the one that came, if e-mail, company or position agree.

    Whatever else shares a name is uncertain: without addresses nobody can tell a namesake from someone who came back.
    """
    gone, come = _by_name(work.before), _by_name(work.after)
    for name, before in gone.items():
        after = come.get(name)
        if after is None:
            continue
        if len(before) == len(after) == 1 and _agree(work.before.at[before[0]], work.after.at[after[0]]):
            work.match(before[0], after[0], "reconnected")
        else:
            work.doubt(before, after, NAMESAKE)
    work.settle()


def _by_name(side: Side) -> dict[str, Sequence[int]]:
    names: dict[str, list[int]] = {}
    for position in side.named():
        row = side.at[position]
        names.setdefault(name_key(row[0], row[1]), []).append(position)
    return dict(names)


def _agree(one: Connection, other: Connection) -> bool:
    mine, theirs = _contact(one), _contact(other)
    return any(a and a == b for a, b in zip(mine, theirs, strict=True))


def _contact(row: Connection) -> list[str]:
    return [text.strip().casefold() for text in (row.email, row.company, row.position)]
