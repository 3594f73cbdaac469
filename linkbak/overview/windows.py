"""How large the network was at every believed list, and what happened between two of them."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from linkbak.history.records import Window
from linkbak.overview.records import Flow, Size
from linkbak.overview.sums import ranked

if TYPE_CHECKING:
    from linkbak.causes import Band, Cause
    from linkbak.causes.fates import Loss
    from linkbak.history import History
    from linkbak.vault import Summary

_WIDTH = array("I").itemsize
"""So many bytes name one of those who arrived."""


class Listed(NamedTuple):
    """One believed list by its moment: when it was taken, its size, and how many rows were in none before."""

    at: int
    taken: str
    digest: str
    total: int
    arrived: int


class _Left(NamedTuple):
    """Who is missing from a list: for certain, perhaps, and those who only ever stood in a list between the two."""

    lost: int
    unclear: int
    passing: int


_NOBODY = _Left(0, 0, 0)


def listed(history: History, account: str) -> list[Listed]:
    """Every believed list of an account, oldest first."""
    rows = history.db.execute(
        "SELECT at, taken, digest, total, length(arrivals) FROM snapshot WHERE account = ? AND role = 'main' "
        "ORDER BY at",
        (account,),
    )
    return [Listed(at, when, digest, total, octets // _WIDTH) for at, when, digest, total, octets in rows]


def sizes(lists: Sequence[Listed], summaries: Sequence[Summary], flows: Sequence[Flow]) -> list[Size]:
    """The size of the network at every list; `flows` are the windows between them."""
    hidden = {one.digest: one.hidden or 0 for one in summaries}
    found, lost = list[Size](), 0
    for number, one in enumerate(lists):
        if number:
            lost += flows[number - 1].lost - flows[number - 1].back
        found.append(Size(one.taken, one.total, hidden.get(one.digest, 0), lost))
    return found


def flows(history: History, account: str, lists: Sequence[Listed], losses: Sequence[Loss]) -> list[Flow]:
    """What happened between each list and the next; `losses` are all who are lost now."""
    left, returned = _left(history, account, lists), _returned(history, account)
    because = _because(history, account, losses)
    return [
        _flow(one, before, left.get(one.at, _NOBODY), because.get(one.at, Counter()), returned[one.at])
        for before, one in pairwise(lists)
    ]


def _flow(one: Listed, before: Listed, left: _Left, because: Counter[tuple[Cause, Band]], returned: int) -> Flow:
    return Flow(
        window=Window(before.taken, one.taken),
        added=one.arrived + left.passing,
        lost=left.lost,
        back=left.lost - because.total(),
        because=ranked(because),
        unclear=left.unclear,
        returned=returned,
    )


def _left(history: History, account: str, lists: Sequence[Listed]) -> Mapping[int, _Left]:
    """Who is missing from each list, by its moment."""
    before = {one.at: earlier.at for earlier, one in pairwise(lists)}
    rows = history.db.execute(
        "SELECT g.at, g.how, g.last, count(*) FROM gone g JOIN person p ON p.number = g.person WHERE p.account = ? "
        "GROUP BY 1, 2, 3",
        (account,),
    )
    found: dict[int, _Left] = {}
    for at, how, last, people in rows:
        lost, unclear, passing = found.get(at, _NOBODY)
        lost, unclear = (lost + people, unclear) if how == "gone" else (lost, unclear + people)
        found[at] = _Left(lost, unclear, passing + people * (last != before[at]))
    return found


def _returned(history: History, account: str) -> Counter[int]:
    """How many of those who arrive in each list had been lost."""
    rows = history.db.execute(
        "SELECT DISTINCT g.person, (SELECT min(s.at) FROM seen s WHERE s.person = g.person AND s.at > g.at AND "
        "s.how IN ('back', 'joined', 'reconnected')) FROM gone g JOIN person p ON p.number = g.person WHERE "
        "p.account = ? AND g.how = 'gone' AND p.number IN "
        "(SELECT person FROM seen WHERE how IN ('back', 'joined', 'side', 'reconnected'))",
        (account,),
    )
    return Counter(at for _, at in rows if at is not None)


def _because(history: History, account: str, losses: Sequence[Loss]) -> Mapping[int, Counter[tuple[Cause, Band]]]:
    """How many of those lost with each list are still lost for each cause."""
    since = dict(
        history.db.execute(
            "SELECT number, since FROM person WHERE account = ? AND status <> 'listed' AND status = 'gone'", (account,)
        ).fetchall()
    )
    found: defaultdict[int, Counter[tuple[Cause, Band]]] = defaultdict(Counter)
    for loss in losses:
        found[since[loss.case.person.number]][loss.verdict.cause, loss.verdict.band] += 1
    return found
