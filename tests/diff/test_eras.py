"""Lists of two eras: without addresses, without order, without a header, with minutes."""

from __future__ import annotations

import pytest

from linkbak.diff import Change, Doubt
from linkbak.matching.alignment import MISSING, NAMESAKE, NEWEST
from linkbak.model import Connection
from tests.diff.people import (
    ADA,
    ADDRESS,
    BORIS,
    CARLA,
    LAST,
    LIST,
    NEW,
    OLDER,
    STRANGER,
    TOP,
    date_only,
    diff,
    doubts,
    instead,
    person,
    told,
)
from tests.worlds import Era

NO_ADDRESS = "people are matched by name and connection date"
UNSORTED = "is not newest first"


def bare(row: Connection) -> Connection:
    """The row as a list without addresses shows it."""
    return row._replace(url="")


TWIN = person("Ada Example", OLDER, "Delta", "Driver", slug="ada-example-2")
SAME_DAY = person("Ada Example", company="Delta", position="Driver", slug="ada-example-3")


@pytest.mark.parametrize(("then", "now"), [("C4", "C5"), ("C3", "C5"), ("C5", "C4"), ("C2", "C5"), ("C5", "C2")])
def test_an_address_on_one_side_only_is_no_change(then: Era, now: Era) -> None:
    found = diff(LIST, LIST, then, now)

    assert told(found) == {}
    assert any(NO_ADDRESS in warning for warning in found.warnings)


def test_events_across_the_era_in_which_addresses_came() -> None:
    after = [TOP, person("Ada Miller", slug="am"), date_only(), CARLA._replace(company="New"), LAST]

    found = diff(LIST, after, "C4", "C5")

    assert told(found) == {"renamed": 1, "hidden": 1, "changed": 1}
    assert found.renamed == (Change(bare(ADA), after[1], ("name", "company", "position")),)
    assert found.hidden == (bare(BORIS),)


def test_a_degree_is_no_other_person_where_only_names_are_known() -> None:
    now = BORIS._replace(first_name="Dr. Boris", last_name="SAMPLE, PhD")

    found = diff(LIST, instead(BORIS, now), "C2", "C2")

    assert found.renamed == (Change(bare(BORIS), bare(now), ("name",)),)
    assert told(found) == {"renamed": 1}


@pytest.mark.parametrize("eras", [("C4",), ("C2",), ("C5",), ("C4", "C5")])
@pytest.mark.parametrize("gone", [ADA, TWIN])
def test_twins_by_name(eras: tuple[Era, ...], gone: Connection) -> None:
    """Two of one name on two days: the day tells who is gone."""
    people = [*LIST[:4], TWIN]

    found = diff(people, instead(gone, people=people), *eras)

    assert told(found) == {"vanished": 1}
    assert found.vanished[0].connected_on == gone.connected_on


@pytest.mark.parametrize("eras", [("C4",), ("C2",), ("C5",), ("C4", "C5")])
def test_twins_by_name_and_day(eras: tuple[Era, ...]) -> None:
    """Nothing happened to either; then one is gone, and what they do tells which."""
    people = [TOP, ADA, BORIS, SAME_DAY, LAST]

    assert told(diff(people, people, *eras)) == {}
    for gone in (ADA, SAME_DAY):
        found = diff(people, instead(gone, people=people), *eras)
        assert told(found) == {"vanished": 1}
        assert found.vanished[0].company == gone.company


def test_twins_by_name_and_day_are_told_apart_by_order() -> None:
    people = [TOP, ADA, SAME_DAY, LAST]
    now = [TOP, ADA._replace(company="New"), SAME_DAY._replace(company="Newer"), LAST]

    found = diff(people, now, "C4")

    assert [(change.before.company, change.after.company) for change in found.changed] == [
        ("Acme", "New"),
        ("Delta", "Newer"),
    ]


def test_twins_by_name_and_day_that_nothing_tells_apart() -> None:
    """One is gone and the other has another job: either may be either."""
    now = ADA._replace(company="New", position="New")

    found = diff([TOP, ADA, SAME_DAY, LAST], [TOP, now, LAST], "C4")

    assert told(found) == {"uncertain": 1, "uncertain_vanished": 1}
    assert doubts(found) == (Doubt((bare(ADA), bare(SAME_DAY)), (bare(now),), MISSING),)


def test_twins_equal_in_every_field() -> None:
    """Which of them is gone makes no difference."""
    twin = bare(ADA)

    found = diff([TOP, twin, twin, twin, LAST], [TOP, twin, LAST], "C4")

    assert told(found) == {"vanished": 2}
    assert found.vanished == (twin, twin)


def test_reconnected_without_addresses() -> None:
    """The name and the work say who it is."""
    again = BORIS._replace(connected_on=NEW)

    found = diff(LIST, [again, *instead(BORIS)], "C4")

    assert told(found) == {"reconnected": 1}
    assert found.reconnected == (Change(bare(BORIS), bare(again), ("connected_on",)),)


def test_a_namesake_without_addresses() -> None:
    """The name alone does not say whether Boris came back."""
    again = BORIS._replace(connected_on=NEW, company="Other", position="Other")

    found = diff(LIST, [again, *instead(BORIS)], "C4")

    assert told(found) == {"uncertain": 1}
    assert doubts(found) == (Doubt((bare(BORIS),), (bare(again),), NAMESAKE),)


def test_a_namesake_on_the_day_of_someone_who_left() -> None:
    """Boris' new row stands where Tom's stood; who of the two is gone is not said."""
    again = BORIS._replace(connected_on=NEW, company="Other", position="Other")

    there = diff([TOP, BORIS, LAST], [again, LAST], "C4")

    assert told(there) == {"uncertain": 1, "uncertain_vanished": 1}
    assert doubts(there) == (Doubt((bare(TOP), bare(BORIS)), (bare(again),), NEWEST),)


def test_a_namesake_with_addresses_is_someone_else() -> None:
    other = BORIS._replace(connected_on=NEW, url=ADDRESS + "another-boris")

    found = diff(LIST, [other, *instead(BORIS)])

    assert told(found) == {"vanished": 1, "added": 1}


@pytest.mark.parametrize(("then", "now"), [("headerless", "C5"), ("C5", "headerless"), ("headerless", "headerless")])
def test_without_a_header(then: Era, now: Era) -> None:
    """The columns are known by their place, so nothing differs."""
    found = diff(LIST, instead(BORIS, STRANGER), then, now)

    assert told(found) == {"renamed": 1}
    assert found.warnings == ()


@pytest.mark.parametrize(("then", "now"), [("C2", "C2"), ("C2", "C3"), ("oldest-first", "C5"), ("C5", "oldest-first")])
def test_unsorted_lists(then: Era, now: Era) -> None:
    """Keys and dates are enough for what is unambiguous: nobody is new on a date before the earlier export."""
    assert told(diff(LIST, LIST, then, now)) == {}
    assert told(diff(LIST, instead(BORIS), then, now)) == {"vanished": 1}
    assert told(diff(LIST, instead(BORIS, date_only()), then, now)) == {"hidden": 1}
    assert told(diff(instead(BORIS, date_only()), LIST, then, now)) == {"returned": 1}
    assert told(diff(LIST, instead(BORIS, BORIS._replace(company="New")), then, now)) == {"changed": 1}
    assert told(diff(LIST, instead(BORIS, BORIS._replace(last_name="Samples")), then, now)) == {"renamed": 1}

    unlike = diff(LIST, instead(BORIS, STRANGER), then, now)

    assert told(unlike) == {"renamed": 1}
    assert any(UNSORTED in warning for warning in unlike.warnings)


def test_two_of_one_date_in_unsorted_lists() -> None:
    both = [TOP, date_only(), date_only(), CARLA, LAST]

    assert told(diff(LIST, both, "oldest-first")) == {"hidden": 2}
    assert told(diff(LIST, [TOP, date_only(), CARLA, LAST], "oldest-first")) == {
        "uncertain": 1,
        "uncertain_vanished": 1,
    }


def test_warnings_name_the_list() -> None:
    assert diff(LIST, LIST, "C2", "C5").warnings == (
        "the order of the earlier list is not newest first: whoever changed both name and address is uncertain there",
        "no profile addresses in the earlier list: people are matched by name and connection date",
    )
    assert [warning.split(":")[0] for warning in diff(LIST, LIST, "C2", "C2").warnings] == [
        "the order of either list is not newest first",
        "no profile addresses in either list",
    ]
