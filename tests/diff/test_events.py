"""One thing happens to one person in a newest-first list with addresses."""

from __future__ import annotations

import pytest

from linkbak.diff import Change
from linkbak.model import Connection
from tests.diff.people import ADDRESS, BORIS, LIST, NEW, STRANGER, TOP, date_only, diff, instead, person, told


def test_nothing_happened() -> None:
    found = diff(LIST, LIST)

    assert told(found) == {}
    assert found.counts["unchanged"] == found.counts["before"] == found.counts["after"] == 5
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("now", "fields"),
    [
        (BORIS._replace(url=ADDRESS + "somewhere-else"), ("url",)),
        (BORIS._replace(last_name="Muster"), ("name",)),
        (BORIS._replace(last_name="Sample, PhD"), ("name",)),
        (BORIS._replace(first_name="Zed", last_name="Zulu", url=ADDRESS + "zz"), ("name", "url")),
        (STRANGER, ("name", "url", "company", "position")),
        (BORIS._replace(url=ADDRESS + "else", email="b@example.com"), ("url", "email")),
    ],
    ids=["address", "name", "degree", "both", "both and work", "address and e-mail"],
)
def test_renamed_in_place(now: Connection, fields: tuple[str, ...]) -> None:
    found = diff(LIST, instead(BORIS, now))

    assert told(found) == {"renamed": 1}
    assert found.renamed == (Change(BORIS, now, fields),)
    assert found.counts["unchanged"] == 4


@pytest.mark.parametrize(
    ("now", "fields"),
    [
        (BORIS._replace(company="Other"), ("company",)),
        (BORIS._replace(position=""), ("position",)),
        (BORIS._replace(email="b@example.com", company="Other", position="Boss"), ("email", "company", "position")),
    ],
)
def test_changed(now: Connection, fields: tuple[str, ...]) -> None:
    found = diff(LIST, instead(BORIS, now))

    assert told(found) == {"changed": 1}
    assert found.changed == (Change(BORIS, now, fields),)


@pytest.mark.parametrize(
    "now",
    [
        BORIS._replace(first_name=" Boris "),
        BORIS._replace(first_name="Boris Sample", last_name=""),
        BORIS._replace(company=" Beta ", position="Buyer "),
        BORIS._replace(url="http://de.linkedin.com/in/Boris%2DSample/?x=1"),
    ],
    ids=["blanks", "split of the name", "blanks at work", "spelling of the address"],
)
def test_what_looks_the_same_is_unchanged(now: Connection) -> None:
    assert told(diff(LIST, instead(BORIS, now))) == {}


def test_hidden_and_shown_again() -> None:
    """A hidden person keeps the name from before; one shown again has the name from after, whatever it was."""
    hidden = instead(BORIS, date_only())

    away, back = diff(LIST, hidden), diff(hidden, instead(BORIS, STRANGER))

    assert (told(away), away.hidden) == ({"hidden": 1}, (BORIS,))
    assert (told(back), back.returned) == ({"returned": 1}, (STRANGER,))


def test_hidden_on_both_sides_is_unchanged() -> None:
    people = instead(BORIS, date_only(), date_only())

    found = diff(people, people)

    assert (told(found), found.counts["unchanged"]) == ({}, 6)


def test_vanished() -> None:
    found = diff(LIST, instead(BORIS))

    assert (told(found), found.vanished) == ({"vanished": 1}, (BORIS,))


def test_a_hidden_person_vanished() -> None:
    """All that is known is the date, and that one is fewer."""
    found = diff(instead(BORIS, date_only(), date_only()), instead(BORIS, date_only()))

    assert (told(found), found.vanished) == ({"vanished": 1}, (date_only(),))


def test_reconnected() -> None:
    """Removed and connected again: one person, another date."""
    again = BORIS._replace(connected_on=NEW, company="Other")

    found = diff(LIST, [again, *instead(BORIS)])

    assert told(found) == {"reconnected": 1}
    assert found.reconnected == (Change(BORIS, again, ("company", "connected_on")),)


def test_added() -> None:
    newer = person("Nora New", NEW)

    found = diff(LIST, [newer, *LIST])

    assert (told(found), found.added) == ({"added": 1}, (newer,))


def test_listed_again_on_the_old_date() -> None:
    """Two lists cannot tell that someone was there before; history can."""
    found = diff(instead(BORIS), LIST)

    assert (told(found), found.added) == ({"added": 1}, (BORIS,))


def test_empty_lists() -> None:
    assert told(diff([], [])) == {}
    assert diff([], LIST).added == LIST
    assert diff(LIST, []).vanished == LIST


def test_several_at_once_in_neighbouring_rows() -> None:
    before = [TOP, *(person(f"Person{k} Number{k}") for k in range(6))]
    after = [TOP, STRANGER, before[2], date_only(), before[4]._replace(url=ADDRESS + "q"), *before[5:]]

    found = diff(before, after)

    assert told(found) == {"renamed": 2, "hidden": 1}
    assert [change.before for change in found.renamed] == [before[1], before[4]]
    assert found.hidden == (before[3],)
