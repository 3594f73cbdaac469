"""Small pairs of lists that order, dates and addresses each read wrongly on their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linkbak.diff import Diff
from linkbak.diff.compare import compare
from linkbak.model import Connection
from tests.diff.people import told
from tests.worlds import LIKELY, build, pair, rows, shortened

DAY = date(2024, 5, 10)
TAKEN = "2024-05-20T12:00:00Z", "2024-06-10T12:00:00Z"


def person(name: str, day: date = DAY, slug: str = "", work: str = "") -> Connection:
    first, last = name.split()
    url = f"https://www.linkedin.com/in/{slug or f'{first}-{last}'.lower()}"
    return Connection(first, last, url, "", f"{work or last} Ltd", f"{work or last} expert", day)


HIDDEN = Connection(connected_on=DAY)
CARLA, BORIS, SARA = person("Carla Mockford"), person("Boris Sampleson"), person("Sara Fictus")
OLD = [person(f"Old{k} Anchor{k}", date(2024, 3, 20 - k)) for k in range(3)]
MID = [person(f"Mid{k} Mitte{k}", date(2024, 5, 20 - k)) for k in range(2)]
NEW = [person(f"New{k} Anker{k}", date(2024, 5, 28 - k)) for k in range(2)]


def diff(before: Sequence[Connection], after: Sequence[Connection], taken: tuple[str, str] = TAKEN) -> Diff:
    return compare(pair(before, after), taken)


def likelier(found: Diff) -> list[tuple[str, str, int]]:
    """What is likelier of each uncertain row: what, whose, in how many per cent of all readings."""
    return [
        (one.claim, (one.before or one.after or HIDDEN).name, round(100 * one.share))
        for group in found.uncertain
        for one in group.likelier
    ]


def test_somebody_new_on_the_day_of_the_export_beside_somebody_hidden() -> None:
    """Either Sara is new and Boris gone, or the hidden one is Sara and Boris hid: rates alone cannot decide."""
    found = diff([HIDDEN, BORIS, *OLD], [*NEW, SARA, HIDDEN, *OLD], ("2024-05-10T12:00:00Z", TAKEN[1]))

    assert told(found) == {"added": 2, "uncertain": 2}
    assert [one[:2] for one in likelier(found)] == [("vanished", "Boris Sampleson"), ("added", "Sara Fictus")]


@pytest.mark.parametrize("mid", [[], MID], ids=["on the newest date", "on an old date"])
def test_nobody_hides_above_somebody_who_stayed(mid: list[Connection]) -> None:
    """'Boris hid' would put him above Carla, against the order of the list."""
    found = diff(
        [*mid, CARLA, BORIS, *OLD],
        [*NEW, *mid, HIDDEN, CARLA, *OLD],
        (f"2024-05-{20 if mid else 10}T12:00:00Z", TAKEN[1]),
    )

    assert told(found) == {"added": 2, "uncertain": 1}
    assert (found.uncertain[0].before, found.uncertain[0].after) == ((BORIS,), (HIDDEN,))


def test_gone_beside_somebody_hidden() -> None:
    found = diff([*MID, HIDDEN, BORIS, *OLD], [*NEW, *MID, HIDDEN, *OLD])

    assert (told(found), found.vanished) == ({"added": 2, "vanished": 1}, (BORIS,))


ANNA, NEWNAME = person("Anna Sample", work="Acme"), person("Anna Newname", work="Acme")
OTHER = person("Anna Dummert", date(2024, 3, 2), "anna-dummert-1a2b3c4d", "Globex")


def test_an_address_that_passed_on_to_somebody_already_known() -> None:
    """One Anna took another name and gave up her address, which another Anna took."""
    taken = person("Anna Sample", date(2024, 3, 2), work="Globex")

    found = diff([*MID, ANNA, OLD[0], OTHER], [*NEW, *MID, NEWNAME, OLD[0], taken])

    assert told(found) == {"added": 2, "renamed": 2}
    assert [(one.before, one.after) for one in found.renamed] == [(ANNA, NEWNAME), (OTHER, taken)]


def test_an_address_that_passed_on_to_somebody_new() -> None:
    namesake = person("Anna Sample", date(2024, 5, 26), work="Zeta")

    found = diff([*MID, ANNA, *OLD], [NEW[0], namesake, *MID, NEWNAME, *OLD])

    assert told(found) == {"added": 2, "renamed": 1}
    assert (found.added, found.renamed[0].after) == ((NEW[0], namesake), NEWNAME)


def test_an_address_listed_again_under_quite_another_name() -> None:
    again = person("Zed Zulu", date(2024, 5, 26), slug="boris-sampleson")

    assert told(diff([*MID, BORIS, *OLD], [again, *MID, *OLD])) == {"reconnected": 1}


@pytest.mark.parametrize("days", [-1, 1])
def test_a_list_rendered_in_another_zone(days: int) -> None:
    """Every third date is a day off: nobody reconnected, left or came by that."""
    before = [person(f"P{k} Zone{k}", date(2024, 5, 10) - timedelta(days=k)) for k in range(12)]
    after = [row._replace(connected_on=row.connected_on + timedelta(days)) for row in before[::3] if row.connected_on]
    rendered = [after[k // 3] if k % 3 == 0 else row for k, row in enumerate(before)]
    rendered[4] = rendered[4]._replace(url="https://www.linkedin.com/in/four-zone")

    found = diff(before, [*NEW, *rendered])

    assert told(found) == {"added": 2, "renamed": 1}
    assert found.renamed[0].fields == ("url",)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_list_without_addresses_sorted_and_rendered_in_another_zone(days: int) -> None:
    """Unique names a day apart show the zone; the place of a row shows nothing, since both are sorted copies."""
    before = [person(f"P{k} Zone{k}", date(2024, 5, 10) - timedelta(days=k)) for k in range(12)]
    moved = [row._replace(connected_on=row.connected_on + timedelta(days)) for row in before if row.connected_on]
    after = [moved[k] if k % 3 == 0 else row for k, row in enumerate(before)]
    before.sort(key=lambda row: row.name[::-1])
    after.sort(key=lambda row: row.name)

    assert told(compare(pair(before, [*NEW, *after], "C4", "C4"), TAKEN)) == {"added": 2}


def test_one_name_a_day_apart_shows_no_other_zone() -> None:
    """Of two namesakes one was shown again and the other hid: nobody left."""
    one, other = CARLA, person("Carla Mockford", DAY - timedelta(days=1), work="Globex")
    before = [*MID, Connection(connected_on=one.connected_on), other, *OLD]
    after = [*MID, one, Connection(connected_on=other.connected_on), *OLD]

    found = compare(pair(before, after, "C4", "C4"), TAKEN)

    assert told(found) == {"hidden": 1, "returned": 1}


def test_rows_newer_than_the_earlier_list_show_that_it_is_older_than_it_says() -> None:
    """The earlier file was copied a month after it was written: those since are new, not old rows renamed."""
    since = [person("Nora Novice", date(2024, 5, 25)), person("Nils Novice", date(2024, 5, 24))]

    found = diff([*MID, CARLA, *OLD], [*since, *MID, CARLA, *OLD], ("2024-06-05T00:00:00Z", TAKEN[1]))

    assert (told(found), found.listed_again) == ({"added": 2}, ())


def test_somebody_back_with_an_old_date_is_listed_again() -> None:
    found = diff([*MID, *OLD], [*NEW, *MID, CARLA, *OLD])

    assert (told(found), found.listed_again) == ({"added": 3}, (CARLA,))


@pytest.mark.parametrize("column", ["first_name", "last_name", "company", "position"])
def test_a_doubled_blank_is_no_change(column: str) -> None:
    one = person("Anna Sample")._replace(first_name="Anna Maria", last_name="von Sample", company="A B", position="C D")

    found = diff([*MID, one, *OLD], [*MID, one._replace(**{column: getattr(one, column).replace(" ", "  ")}), *OLD])

    assert told(found) == {}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([-1, 1]))
def test_shifting_all_dates_by_a_day_changes_no_class(seed: int, days: int) -> None:
    before, after = build(
        seed, 60, events=0.1, hidden=0.0, added=3, kinds=[k for k in LIKELY if k not in ("remove", "reconnect")]
    )
    taken = "2024-03-20T18:30:00Z", "2024-04-20T18:30:00Z"
    shifted = [row._replace(connected_on=row.connected_on + timedelta(days)) for row in rows(after) if row.connected_on]

    found, moved = compare(pair(rows(before), rows(after)), taken), compare(pair(rows(before), shifted), taken)

    for name in ("added", "vanished", "hidden", "returned", "reconnected", "renamed", "changed"):
        assert len(getattr(moved, name)) == len(getattr(found, name)), name


def test_doubling_somebody_connected_again() -> None:
    again = BORIS._replace(connected_on=DAY + timedelta(days=12))

    found = diff([*MID, BORIS, *OLD], [again, again, *MID, *OLD])

    assert told(found) == {"added": 1, "reconnected": 1}


def test_a_doubled_row_beside_somebody_shown_again() -> None:
    found = diff([*MID, CARLA, HIDDEN, *OLD], [*NEW, *MID, CARLA, CARLA, BORIS, *OLD])

    assert (told(found), found.returned) == ({"added": 3, "returned": 1}, (BORIS,))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_doubling_a_row_changes_nobody(seed: int, data: st.DataObject) -> None:
    before, after = (rows(export) for export in build(seed, 40, events=0.1, hidden=0.1, added=3))
    at = data.draw(st.integers(0, len(after) - 1))

    found, doubled = diff(before, after), diff(before, [*after[:at], after[at], *after[at:]])

    # One date-only row more, on the day of somebody gone from it, is that person as far as anybody can tell.
    away = [*found.vanished, *(change.before for change in found.reconnected)]
    assume(not after[at].hidden or all(row.connected_on != after[at].connected_on for row in away))
    assert doubled.counts["added"] + doubled.counts["uncertain_added"] == (
        found.counts["added"] + found.counts["uncertain_added"] + 1
    )
    # Whether somebody was renamed or is one of the date-only rows may become uncertain by one of those more.
    for name in ("vanished", "reconnected", "returned", *(() if after[at].hidden else ("renamed",))):
        assert getattr(doubled, name) == getattr(found, name), name


def test_rows_left_out_as_identical_change_nothing_in_any_zone() -> None:
    before, after = (rows(export) for export in build(5, 200, events=0.1, hidden=0.05, added=5))
    whole = pair(before, after)

    assert compare(shortened(whole), TAKEN) == compare(whole, TAKEN)


def test_days_that_a_copy_sorted_by_name() -> None:
    """Anchors that changed places on some dates show that a place proves nothing on any."""
    days = [DAY - timedelta(days=k) for k in range(1, 5)]
    sorted_days = [[person(f"{name} Dated{day.day}", day) for name in ("Ada", "Mia", "Zed")] for day in days]
    ada, mia, zed = person("Ada Berg"), person("Mia Mitte"), person("Zed Zimmer")
    stone, young = person("Ada Stone"), person("Zed Young")
    before = [zed, mia, ada, *(row for rows in sorted_days for row in reversed(rows))]

    found = diff(before, [stone, mia, young, *(row for rows in sorted_days for row in rows)])

    assert told(found) == {"renamed": 2}
    assert [(change.before, change.after) for change in found.renamed] == [(ada, stone), (zed, young)]


@pytest.mark.parametrize(
    ("newcomers", "said"),
    [
        (0, [("same", "Boris Sampleson", 67)]),
        (4000, [("vanished", "Boris Sampleson", 75), ("added", "Boris Sampleson", 75)]),
    ],
    ids=["few came", "thousands came"],
)
def test_the_more_people_came_the_likelier_is_a_namesake(newcomers: int, said: list[tuple[str, str, int]]) -> None:
    """Of lists without addresses."""
    came = [person(f"Came{k} Lately{k}", DAY + timedelta(days=11)) for k in range(newcomers)]
    namesake = person("Boris Sampleson", DAY + timedelta(days=11), work="Other")

    found = compare(pair([*MID, BORIS, *OLD], [*came, namesake, *MID, *OLD], "C4"), TAKEN)

    assert told(found) == ({"added": newcomers, "uncertain": 1} if newcomers else {"uncertain": 1})
    assert likelier(found) == said


@pytest.mark.parametrize("turned", [False, True])
def test_a_date_that_nobody_can_read_loses_nobody(turned: bool) -> None:
    """The address is the same, and an unread date speaks against nothing."""
    lists = [CARLA._replace(connected_on=None), *OLD], [CARLA, *OLD]

    assert told(diff(*(reversed(lists) if turned else lists))) == {}
