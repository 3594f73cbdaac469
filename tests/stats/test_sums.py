"""Whatever happens, the numbers add up, and agree with what `lost` counts and with the lists themselves."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.index import Window
from linkbak.stats import Because, Flow, periods, summed, year_before
from tests import sampling
from tests.index.lists import ACCOUNT, Lists
from tests.index.test_replay import life
from tests.stats.made import history_of, overview_of
from tests.worlds import ERAS, Era, Person

EXAMPLES = settings(max_examples=sampling.examples(40), deadline=None)


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(1, 8), st.data())
def test_every_sum(seed: int, months: int, data: st.DataObject) -> None:
    """Over held lists, two archives of a day and all forms of lists."""
    eras: list[Era] = data.draw(st.lists(st.sampled_from(ERAS), min_size=months, max_size=months))
    held = data.draw(st.sets(st.integers(1, months - 1), max_size=2)) if months > 1 else set()
    lists = Lists(life(seed, months), eras, held)
    if months > 1 and data.draw(st.booleans()):
        lists.times[1] = lists.times[0].replace("T08", "T16")
    found = overview_of(lists)

    assert len(found.flows) == len(found.sizes) - 1
    for (before, after), flow in zip(pairwise(found.sizes), found.flows, strict=True):
        assert after.connections == before.connections + flow.added - flow.lost - flow.unclear
        assert flow.window == Window(before.taken, after.taken)
        assert sum(one.people for one in flow.because) == flow.lost - flow.back >= 0
        assert flow.returned <= flow.added
    still = [flow.lost - flow.back for flow in found.flows]
    assert [one.lost for one in found.sizes] == list(accumulate(still, initial=0))
    with history_of(lists) as history:
        counts = history.lost_counts(ACCOUNT)
        spells = history.intervals(ACCOUNT)
    assert found.lost == found.sizes[-1].lost == counts["suspected"] + counts["confirmed"]
    assert (found.unclear, found.health.held) == (counts["unclear"], counts["held"])
    assert [spell.window for spell in spells] == [flow.window for flow in found.flows]
    assert sum(one.people for one in found.tenure) <= found.lost
    assert found.reach.people == len(found.people)


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_companies_and_positions_are_those_the_rows_show(seed: int, months: int) -> None:
    """Counted anew from the lists, whoever came, went, hid or changed in between."""
    exports = life(seed, months)
    found = overview_of(Lists(exports))
    for changes, field in ((found.companies, "company"), (found.positions, "position")):
        first, last = (_shown(export, field) for export in (exports[0], exports[-1]))
        differ = {name: (first[name], last[name]) for name in {*first, *last} if first[name] != last[name]}
        told = {one.name: (one.then, one.now) for one in (*changes.grew, *changes.shrank)}
        assert told.items() <= differ.items()
        for most, sign in ((changes.grew, 1), (changes.shrank, -1)):
            steps = sorted(
                (sign * (now - then) for then, now in differ.values() if sign * (now - then) > 0), reverse=True
            )
            assert [sign * (one.now - one.then) for one in most] == steps[:10]


def _shown(export: tuple[Person, ...], field: str) -> Counter[str]:
    return Counter(text for one in export if (text := " ".join(str(getattr(one.row, field)).split())))


def flow(end: str, lost: int, back: int = 0, because: tuple[Because, ...] = ()) -> Flow:
    return Flow(Window("2020-01-01T00:00:00Z", end), 2, lost, back, because, unclear=1, returned=1)


WEEKS = [flow(f"{year}-{month:02}-05T08:00:00Z", 1) for year in (2024, 2025) for month in range(1, 13)]


def test_windows_become_months_and_months_become_years() -> None:
    twice = [flow("2025-01-01T00:00:00Z", 3, 1), flow("2025-01-20T00:00:00Z", 4), flow("2025-02-01T00:00:00Z", 0)]
    assert [(one.name, one.lost, one.back) for one in periods(twice, 3)] == [
        ("2025-01-01T00:00:00Z", 3, 1),
        ("2025-01-20T00:00:00Z", 4, 0),
        ("2025-02-01T00:00:00Z", 0, 0),
    ]
    assert [(one.name, one.lost, one.back) for one in periods(twice, 2)] == [("2025-01", 7, 1), ("2025-02", 0, 0)]
    assert [(one.name, one.lost, one.unclear) for one in periods(WEEKS, 13)] == [("2024", 12, 12), ("2025", 12, 12)]
    assert [one.name for one in periods(WEEKS, 1)] == ["2024", "2025"]
    assert periods([], 3) == []


def test_causes_of_many_windows_are_added_and_the_commonest_comes_first() -> None:
    one, two = Because("closed", "likely", 2), Because("unknown", "unknown", 2)
    found = summed([flow("2025-01-01T00:00:00Z", 4, 0, (two, one)), flow("2025-02-01T00:00:00Z", 3, 1, (two,))])
    assert found.because == (Because("unknown", "unknown", 4), one)
    assert (found.added, found.lost, found.back, found.unclear, found.returned) == (4, 7, 1, 2, 2)
    assert summed([flow("2025-01-01T00:00:00Z", 4, 0, (two, one))]).because == (one, two)


def test_the_list_of_a_year_before_is_the_nearest_one() -> None:
    times = ["2017-02-15T12:00:00Z", "2024-03-20T00:00:00Z", "2025-06-30T00:00:00Z", "2026-03-20T00:00:00Z"]
    assert year_before(times) == 2
    assert year_before([*times[:2], times[3]]) == 1
    assert year_before(times[:2]) == 0
    assert year_before(["2024-12-31T00:00:00Z", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]) == 1
    assert year_before(["2024-12-31T00:00:00Z", "2025-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]) == 0
