"""Lists without addresses: whether someone gone and someone new of one name are one person connected again."""

from __future__ import annotations

from collections.abc import Sequence

from linkbak.identity.alignment import Uncertain
from linkbak.identity.keys import name_key
from linkbak.identity.sides import Side, Work
from linkbak.model import Connection

NAMESAKE = "the name is listed again with another date: connected again, or another person of that name"


def reconnect(work: Work) -> None:
    """Match the one of a name that is gone with the one that came, if e-mail, company or position agree.

    Whatever else shares a name is uncertain: without addresses nobody can tell a namesake from someone who came back.
    """
    gone, come = _by_name(work.before, work.before.left), _by_name(work.after, work.after.left)
    for name, before in gone.items():
        after = come.get(name)
        if after is None:
            continue
        if len(before) == len(after) == 1 and _agree(work.before.at[before[0]], work.after.at[after[0]]):
            work.match(before[0], after[0], "reconnected")
        else:
            work.doubt(before, after, NAMESAKE)
    work.settle()
    _join_doubts(work)


def _join_doubts(work: Work) -> None:
    """Count whoever is left with an uncertain group that has the name on the other side, the newest if several do."""
    gone, come = _by_name(work.before, work.before.left), _by_name(work.after, work.after.left)
    doubts, work.uncertain = sorted(work.uncertain, key=lambda doubt: _rank(work, doubt)), []
    for before, after, reason in doubts:
        names_before, names_after = _by_name(work.before, before), _by_name(work.after, after)
        more_before = [position for name in names_after for position in gone.pop(name, ())]
        more_after = [position for name in names_before for position in come.pop(name, ())]
        work.doubt(sorted((*before, *more_before)), sorted((*after, *more_after)), reason)
    work.settle()


def _rank(work: Work, doubt: Uncertain) -> tuple[int, list[str]]:
    """The place of an uncertain group in an order that is the same with both lists swapped."""
    rows = [work.before.at[b] for b in doubt.before] + [work.after.at[a] for a in doubt.after]
    newest = max((row.connected_on.toordinal() for row in rows if row.connected_on is not None), default=0)
    return -newest, sorted(row.name for row in rows)


def _by_name(side: Side, positions: Sequence[int]) -> dict[str, list[int]]:
    """The named ones of some rows by the key of their name."""
    names: dict[str, list[int]] = {}
    for position in positions:
        row = side.at[position]
        if not row.hidden:
            names.setdefault(name_key(row[0], row[1]), []).append(position)
    return names


def _agree(one: Connection, other: Connection) -> bool:
    mine, theirs = _contact(one), _contact(other)
    return any(a and a == b for a, b in zip(mine, theirs, strict=True))


def _contact(row: Connection) -> list[str]:
    return [text.strip().casefold() for text in (row.email, row.company, row.position)]
