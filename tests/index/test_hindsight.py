"""A later list that shows whose a date-only row was revises what earlier lists were taken to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.index.lists import Lists, empty
from tests.worlds import Person, World

WORLD = World()
WORLD.populate([5, 0, 0, 3, 4, 4, 9])
TOP, DELIA, JANA, *REST = WORLD.export()
REST = [replace(one, hidden=False) for one in (TOP, *REST)]


def h(one: Person) -> Person:
    """The same person, of whom only the date is shown."""
    return replace(one, hidden=True)


Event = tuple[int, str]


def told(*lists: Sequence[Person]) -> dict[str, list[Event]]:
    """What is told of Delia, Jana and who shows no more than a date: in which list what happened, "-" for a loss."""
    exports = [tuple(sorted([*one, *REST], key=lambda one: one.at, reverse=True)) for one in lists]
    given, db = Lists(exports), empty()
    for end in range(1, len(lists) + 1):  # one after the other, as they come
        given.update(db, range(end))
    at = [when for (when,) in db.execute("SELECT at FROM snapshot ORDER BY at")]
    names = {DELIA.last: "Delia", JANA.last: "Jana", "": "nobody"}
    found: dict[str, list[Event]] = {}
    for number, name, status in db.execute("SELECT number, last_name, status FROM person ORDER BY number").fetchall():
        if name in names:
            rows = db.execute(
                "SELECT at, how FROM seen WHERE person = :number UNION ALL "
                "SELECT at, '-' || how FROM gone WHERE person = :number ORDER BY at",
                {"number": number},
            )
            events = [(at.index(when), how) for when, how in rows]
            found[names[name]] = events
            gone = events[-1][1].removeprefix("-") if events[-1][1].startswith("-") else "listed"
            assert status == gone, names[name]
    return found


FIRST = (0, "first")


@pytest.mark.parametrize(
    ("lists", "delia", "jana"),
    [
        pytest.param(
            [[DELIA, JANA], [DELIA, h(JANA)], [h(DELIA)], [h(DELIA)], [DELIA]],
            [FIRST, (2, "hidden"), (4, "returned")],
            [FIRST, (1, "hidden"), (2, "-gone")],
            id="hid when a hidden one left",
        ),
        pytest.param(
            [[DELIA, JANA], [h(DELIA)], [h(DELIA)], [DELIA]],
            [FIRST, (1, "hidden"), (3, "returned")],
            [FIRST, (1, "-gone")],
            id="one hid and one left at once",
        ),
        pytest.param(
            [[DELIA, JANA], [JANA], [h(JANA)], [DELIA]],
            [FIRST, (1, "-gone"), (3, "back")],
            [FIRST, (2, "hidden"), (3, "-gone")],
            id="the row was hidden only after they went",
        ),
    ],
)
def test_whose_a_date_only_row_was(lists: Sequence[Sequence[Person]], delia: list[Event], jana: list[Event]) -> None:
    assert told(*lists) == {"Delia": delia, "Jana": jana}
