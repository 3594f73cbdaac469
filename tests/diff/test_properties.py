"""What holds of any two exports of any invented world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from linkbak.diff import Change, Diff
from linkbak.diff.compare import compare
from linkbak.matching.alignment import align
from linkbak.model import Connection, Pair
from tests.worlds import (
    ERAS,
    EVENTS,
    LIKELY,
    NEWEST_FIRST,
    WITH_ADDRESS,
    Era,
    Export,
    World,
    build,
    happens,
    pair,
    rows,
    shortened,
    truth,
)

TAKEN = "2024-03-20T18:30:00Z", "2024-04-20T18:30:00Z"
EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def exports(draw: st.DrawFn, *, quiet: bool = False, kinds: Sequence[str] = sorted(EVENTS)) -> tuple[Export, Export]:
    """Two exports of a small world in which at most one thing happens to each person.

    If `quiet`, nothing happens to the newest person, who is not hidden, and who is removed, hides or is shown again is
    alone in that on the day (see `_alone`): then newest-first lists with addresses leave no doubt. Of one who becomes
    another in all that is shown `test_events` tells; of many at once in a list of six nobody can be sure.
    """
    size = draw(st.integers(1, 18))
    world = World()
    steps = draw(st.lists(st.sampled_from([0, 0, 0, 1, 400]), min_size=size, max_size=size))
    hidden = sorted(draw(st.sets(st.integers(1 if quiet else 0, size), max_size=4)))
    twins = sorted(draw(st.sets(st.integers(1, size), max_size=3)))
    world.populate(steps, hidden=hidden, twins=twins)
    before = world.export()
    events = draw(st.dictionaries(st.integers(0, size - 1), st.sampled_from(kinds), max_size=8))
    for index, event in events.items():
        if not quiet or (index and (event not in ALONE or _alone(before, index, events, event))):
            happens(world, before[index].id, event)
    for days in draw(st.lists(st.integers(0, 1), max_size=3)) if world.people else ():
        world.add(days=days)
    return before, world.export()


ALONE = "remove", "hide or unhide"


def _alone(before: Export, index: int, events: Iterable[int], event: str) -> bool:
    """Whether nothing else happens on the day; of somebody removed, also nobody is hidden, and it is not the newest."""
    day = before[index].at.date()
    others = [k for k, person in enumerate(before) if k != index and person.at.date() == day]
    if event == "remove" and (day == before[0].at.date() or any(before[k].hidden for k in others)):
        return False
    return not any(k in events for k in others)


def shown(people: Iterable[Connection], era: Era) -> Counter[Connection]:
    """People as lists of an era show them."""
    return Counter(row if era in WITH_ADDRESS else row._replace(url="") for row in people)


def doubted(found: Diff, side: str) -> Counter[Connection]:
    return Counter(row for group in found.uncertain for row in getattr(group, side))


def changes(listed: Iterable[Change]) -> list[tuple[Connection, Connection]]:
    return sorted((one.before, one.after) for one in listed)


@EXAMPLES
@given(exports(quiet=True, kinds=sorted(EVENTS.keys() - {"become another"})))
def test_newest_first_lists_with_addresses_tell_the_whole_truth(two: tuple[Export, Export]) -> None:
    found, real = compare(pair(rows(two[0]), rows(two[1]))), truth(*two)

    assert found.uncertain == ()
    assert found.added == tuple(real.added)
    assert found.vanished == tuple(real.vanished)
    assert Counter(found.hidden) == Counter(real.hidden)
    assert found.returned == tuple(real.returned)
    assert changes(found.reconnected) == sorted(real.reconnected)
    assert changes(found.renamed) == sorted(real.renamed)
    assert changes(found.changed) == sorted(real.changed)
    assert found.counts["unchanged"] == real.unchanged


def _hidden_twins(two: tuple[Export, Export]) -> bool:
    """Whether someone hidden shares the name and day with another."""
    twins = Counter({(p.first, p.last, p.at.date(), p.id) for export in two for p in export})
    many = Counter(name[:3] for name in twins)
    return any(p.hidden and many[p.first, p.last, p.at.date()] > 1 for export in two for p in export)


def muddled(two: tuple[Export, Export]) -> set[date]:
    """The days on which somebody hid and somebody hidden left or was shown again: next to impossible in life."""
    now = {person.id: person for person in two[1]}
    hid = {p.at.date() for p in two[0] if not p.hidden and p.id in now and now[p.id].hidden}
    return hid & {p.at.date() for p in two[0] if p.hidden and (p.id not in now or not now[p.id].hidden)}


def in_ones_place(two: tuple[Export, Export]) -> Counter[Connection]:
    """Who left while somebody of the same day, and with a first or last name in common, came."""
    ids = [{person.id for person in export} for export in two]
    came = [person for person in two[1] if person.id not in ids[0]]
    return Counter(
        old.row
        for old in two[0]
        if old.id not in ids[1]
        and any(new.at.date() == old.at.date() and (new.first == old.first or new.last == old.last) for new in came)
    )


def known_order(one: Pair, then: Era, now: Era) -> Pair:
    """The pair, with lists that only look newest first because they have one date known not to be."""
    before = one.before._replace(newest_first=one.before.newest_first and then in NEWEST_FIRST)
    return Pair(before, one.after._replace(newest_first=one.after.newest_first and now in NEWEST_FIRST))


@EXAMPLES
@given(exports(kinds=LIKELY), st.sampled_from(ERAS), st.sampled_from(ERAS))
def test_nobody_is_ever_said_to_have_vanished_who_did_not(two: tuple[Export, Export], then: Era, now: Era) -> None:
    """And whoever did is listed as vanished or among the uncertain.

    Three things no list can tell: that of two people of one name and day one hid or was shown while the other did the
    reverse or left; that on the day of somebody who hid another left who had been hidden before (`muddled`); and that
    whoever stands in the place of somebody who left, and has a name in common with them, is somebody else who came
    that very day (`in_ones_place`).
    """
    assume(not _hidden_twins(two) and not muddled(two))
    found, real = compare(known_order(pair(rows(two[0]), rows(two[1]), then, now), then, now)), truth(*two)
    gone = shown(real.vanished, then)

    assert Counter(found.vanished) - gone == Counter()
    if then in WITH_ADDRESS and now in WITH_ADDRESS:
        hidden_gone = Counter(row for row in gone.elements() if row.hidden)
        assert gone - hidden_gone - Counter(found.vanished) - doubted(found, "before") - in_ones_place(two) == Counter()


@EXAMPLES
@given(exports(), st.sampled_from(ERAS), st.sampled_from(ERAS))
def test_every_row_is_in_one_class_and_the_counts_add_up(two: tuple[Export, Export], then: Era, now: Era) -> None:
    one = pair(rows(two[0]), rows(two[1]), then, now)
    found = compare(one)
    counts = found.counts

    common = sum(
        counts[name] for name in ("hidden", "returned", "reconnected", "renamed", "changed", "unchanged", "uncertain")
    )
    assert counts["before"] == len(two[0]) == counts["vanished"] + counts["uncertain_vanished"] + common
    assert counts["after"] == len(two[1]) == counts["added"] + counts["uncertain_added"] + common
    for name in ("added", "vanished", "hidden", "returned", "reconnected", "renamed", "changed"):
        assert counts[name] == len(getattr(found, name))
    assert counts["uncertain"] == sum(min(len(group.before), len(group.after)) for group in found.uncertain)
    assert all(group.before and group.after for group in found.uncertain)
    _every_position_once(one)


def _every_position_once(one: Pair) -> None:
    found = align(one)[1]
    before = [b for b, _, _ in found.matches()] + list(found.vanished)
    after = [a for _, a, _ in found.matches()] + list(found.added)
    before += [position for group in found.uncertain for position in group.before]
    after += [position for group in found.uncertain for position in group.after]
    assert sorted(before) == list(range(one.before.total))
    assert sorted(after) == list(range(one.after.total))


@EXAMPLES
@given(exports(), st.sampled_from(ERAS), st.sampled_from(ERAS))
def test_the_reverse_is_the_mirror_image(two: tuple[Export, Export], then: Era, now: Era) -> None:
    there = compare(pair(rows(two[0]), rows(two[1]), then, now), TAKEN)
    back = compare(pair(rows(two[1]), rows(two[0]), now, then), TAKEN[::-1])

    assert there.vanished == back.added
    assert there.added == back.vanished
    assert Counter(there.hidden) == Counter(back.returned)
    assert Counter(there.returned) == Counter(back.hidden)
    for name in ("reconnected", "renamed", "changed"):
        reverse = [Change(one.after, one.before, one.fields) for one in getattr(back, name)]
        assert Counter(getattr(there, name)) == Counter(reverse)
    groups = Counter((group.after, group.before, group.reason) for group in back.uncertain)
    assert Counter((group.before, group.after, group.reason) for group in there.uncertain) == groups
    assert there.counts["unchanged"] == back.counts["unchanged"]


@EXAMPLES
@given(exports(), st.sampled_from(ERAS))
def test_leaving_out_identical_rows_changes_nothing(two: tuple[Export, Export], era: Era) -> None:
    whole = pair(rows(two[0]), rows(two[1]), era)

    assert compare(shortened(whole)) == compare(whole)


@EXAMPLES
@given(exports())
def test_a_list_compared_with_itself(two: tuple[Export, Export]) -> None:
    for era in ERAS:
        found = compare(pair(rows(two[1]), rows(two[1]), era))
        assert found.counts["unchanged"] == found.counts["before"] == found.counts["after"] == len(two[1])


@pytest.mark.parametrize("seed", range(12))
def test_larger_worlds(seed: int) -> None:
    """The same in lists of hundreds, where dates are crowded."""
    before, after = build(seed, 400, events=0.3, hidden=0.08, added=12, a_day=0.85, kinds=LIKELY)
    real = truth(before, after)
    for era in ERAS:
        whole = pair(rows(before), rows(after), era)
        found = compare(whole)
        assert compare(shortened(whole)) == found
        wrongly = Counter(found.vanished) - shown(real.vanished, era)
        assert [row for row in wrongly if row.connected_on not in muddled((before, after))] == []
    assert Counter(found.added) - shown(real.added, "oldest-first") == Counter()
