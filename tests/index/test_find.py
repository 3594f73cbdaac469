"""Whom somebody may mean by what they type."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from linkbak.index.people import AccountPeople
from linkbak.index.schema import ACTIVITY_TABLES
from tests.index.lists import ACCOUNT, Lists, empty
from tests.worlds import World


@pytest.fixture
def db() -> sqlite3.Connection:
    world = World()
    world.populate([1] * 5)
    known = world.export()
    names = [
        ("Abba", "Sample", "abba-sample"),
        ("Anne-Marie", "Muster", "am-muster"),
        ("Bo", "Nobody", "anne-marie"),
        ("Zoë", "van Voorbeeld", "zoë"),
        ("Boris", "Sample", "boris-1f2e"),
    ]

    export = tuple(
        replace(one, first=first, last=last, slug=slug) for one, (first, last, slug) in zip(known, names, strict=False)
    )
    made = empty()
    made.executescript(ACTIVITY_TABLES)
    Lists([export]).update(made, [0])
    made.execute("UPDATE person SET id = 'abbacafe0001', url_key = '' WHERE first_name = 'Boris'")
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abba", ["Abba Sample"]),  # though somebody's id begins so
        ("abbacafe0", ["Boris Sample"]),
        ("abbacafe0001", ["Boris Sample"]),
        ("anne-marie", ["Anne-Marie Muster"]),  # though it is the end of somebody's address
        ("am-muster", ["Anne-Marie Muster"]),
        ("https://www.linkedin.com/in/anne-marie/", ["Bo Nobody"]),
        ("www.linkedin.com/in/zoë", ["Zoë van Voorbeeld"]),
        ("zoe", ["Zoë van Voorbeeld"]),
        ("VAN voor", ["Zoë van Voorbeeld"]),
        ("sample", ["Abba Sample", "Boris Sample"]),
        ("Sample Abba", ["Abba Sample"]),
        ("nobody at all", []),
        ("/", []),  # no address, which is not that of everybody who has none
        ("", []),
    ],
)
def test_the_best_kind_of_match_wins(db: sqlite3.Connection, text: str, found: list[str]) -> None:
    assert [one.row.name for one in AccountPeople(db, ACCOUNT).find(text)] == found
