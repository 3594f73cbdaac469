"""Which companies and positions more, or fewer, of the connections show than a year ago."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING

from linkbak.overview.records import Change, Changes
from linkbak.overview.sums import year_before

if TYPE_CHECKING:
    from linkbak.history import History
    from linkbak.overview.windows import Listed

MOST = 10
"""So many of those that grew, and of those that shrank, are told."""


def changes(history: History, account: str, lists: Sequence[Listed]) -> tuple[Changes, Changes]:
    """Which companies, and which positions, grew and shrank: from the list taken nearest to a year before the newest.

    Lists that have no column for them are none to compare with.
    """
    told = {at for at, lacks in _lacking(history, account) if not {"company", "position"} & {*lacks.split()}}
    telling = [one for one in lists if one.at in told]
    if len(telling) < 2:
        return Changes("", (), ()), Changes("", (), ())
    earlier = telling[year_before([one.taken for one in telling])]
    then, now = (_shown(history, account, one.at) for one in (earlier, telling[-1]))
    companies, positions = (_compared(earlier.taken, *sides) for sides in zip(then, now, strict=True))
    return companies, positions


def _lacking(history: History, account: str) -> Iterable[tuple[int, str]]:
    return history.db.execute("SELECT at, lacks FROM snapshot WHERE account = ?", (account,))


def _shown(history: History, account: str, at: int) -> tuple[Counter[str], Counter[str]]:
    """How often the rows of one list show each company, and each position."""
    rows = history.db.execute(
        "SELECT s.company, s.position FROM person p JOIN seen s ON s.person = p.number AND s.at = "
        "(SELECT max(at) FROM seen WHERE person = p.number AND at <= :at) WHERE p.account = :account AND p.born <= :at "
        "AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.person = p.number AND g.at <= :at AND g.at > s.at)",
        {"account": account, "at": at},
    ).fetchall()
    return Counter(company for company, _ in rows), Counter(position for _, position in rows)


def _compared(since: str, then: Counter[str], now: Counter[str]) -> Changes:
    """What differs, however it is spelled."""
    before, after = _folded(then), _folded(now)
    grew = [key for key, people in after.items() if people > before[key]]
    shrank = [key for key, people in before.items() if people > after[key]]
    largest = [nsmallest(MOST, keys, key=lambda key: _order(before[key], after[key], key)) for keys in (grew, shrank)]
    spelled = _spellings({key for keys in largest for key in keys}, now, then)
    told = (tuple(Change(spelled[key], before[key], after[key]) for key in keys) for keys in largest)
    return Changes(since, *told)


def _order(then: int, now: int, key: str) -> tuple[int, int, str]:
    """The largest difference first, of equal ones the larger name."""
    return -abs(now - then), -now - then, key


def _folded(shown: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, people in shown.items():
        found[_fold(text)] += people
    del found[""]
    return found


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _spellings(keys: Container[str], *shown: Counter[str]) -> Mapping[str, str]:
    """How most write each, in the first of these lists that show it."""
    found: dict[str, str] = {}
    for counted in shown:
        mine: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text, people in counted.items():
            if (key := _fold(text)) in keys:
                mine[key][" ".join(text.split())] += people
        for key, ways in mine.items():
            found.setdefault(key, min(ways, key=lambda way: (-ways[way], way)))
    return found
