"""How close somebody is: one measure, which import, diff, lost, stats and the page order people by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linkbak.index import Person
from linkbak.index.people import close, closeness, ordered
from linkbak.model import Connection

SEEN = "2026-03-20T08:07:10Z"


def someone(name: str = "Ada", since: date | None = date(2024, 3, 20), **more: Any) -> Person:
    row = Connection(name, "Example", "", "", "", "", since)
    return Person(1, name, "linkedin-me", row, "listed", SEEN, SEEN)._replace(**more)


def talk(mutual: int, last: str = "2026-03-01T09:00:00Z") -> dict[str, Any]:
    return {"messages": 2 * mutual, "mutual": mutual, "last_message": last}


@pytest.mark.parametrize(
    ("closer", "farther"),
    [
        pytest.param(talk(2), talk(1), id="more messages both ways"),
        pytest.param(talk(1), {"messages": 50}, id="an answer is worth more than fifty letters"),
        pytest.param(talk(8), talk(8, "2016-03-01T09:00:00Z"), id="lately rather than long ago"),
        pytest.param(talk(1, "2010-03-01T09:00:00Z"), {}, id="what was said is never forgotten"),
        pytest.param({"untold": True}, {}, id="unknown is not none"),
        pytest.param({"messages": 1}, {}, id="written to once"),
        pytest.param({"ties": 20}, {"ties": 10}, id="a recommendation, and a note"),
        pytest.param({"ties": 10}, {"messages": 50}, id="a note, and letters without an answer"),
        pytest.param({}, {"ties": -10}, id="marked as unknown"),
    ],
)
def test_who_is_closer(closer: dict[str, Any], farther: dict[str, Any]) -> None:
    one, other = someone("Ada", **closer), someone("Boris", **farther)

    assert closeness(one) > closeness(other)
    assert ordered([other, one], "closest", reverse=False) == [one, other]


def test_years_count_and_whoever_is_equal_in_them_comes_by_name() -> None:
    old, young, undated = someone("Zoe", date(2014, 1, 1)), someone("Ada"), someone("Bea", None)
    older = someone("Yan", date(2010, 1, 1))

    assert (closeness(older), closeness(undated)) == (10, 0)
    assert [one.row.first_name for one in ordered([undated, young, old, older], "closest", reverse=False)] == [
        *("Yan", "Zoe", "Ada", "Bea")
    ]


def test_who_is_never_folded_away() -> None:
    assert [close(someone(**more)) for more in (talk(1), {"ties": 5}, {"messages": 9}, {"untold": True}, {})] == [
        *(True, True, False, False, False)
    ]
