"""What lists are believed, told by the lists beside them: the same in whatever order they were imported."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from linkbak.vault.writer import create_vault
from tests.cli.lists import person, text, zipped
from tests.cli.running import run

NEWEST = date(2022, 12, 1)
EVERYBODY = range(200)


NUMBERS = [(NEWEST - timedelta(days=3 * at)).toordinal() for at in EVERYBODY]
"""By which everybody is named."""


class Archive(NamedTuple):
    """When a list was written, and who is in it by place in the list of everybody, 0 the newest."""

    written: date
    people: Sequence[int]


def without(*gone: int, of: Sequence[int] = EVERYBODY) -> list[int]:
    return [at for at in of if at not in gone]


def months(*lists: Sequence[int]) -> list[Archive]:
    """One list a month, from January 2023 on."""
    return [Archive(date(2023, 1 + number, 10), people) for number, people in enumerate(lists)]


def kept(folder: Path, archives: Sequence[Archive]) -> tuple[Path, list[int]]:
    """A vault that the archives were imported into in this order, and the statuses of the imports."""
    vault = folder / "vault"
    create_vault(vault).close()
    statuses = []
    for written, people in archives:
        rows = text(person(NUMBERS[at], date.fromordinal(NUMBERS[at])) for at in people)
        name = f"Basic_LinkedInDataExport_{written:%m-%d-%Y}.zip"
        archive = zipped(folder / name, {"Connections.csv": rows}, (written.year, written.month, written.day))
        statuses.append(run("import", archive, "--account", "me", vault=vault).status)
    return vault, statuses


def counts(vault: Path) -> dict[str, int]:
    """How many are lost, by state, without those that are none."""
    return {state: many for state, many in run("lost", "--all", "--json", vault=vault).json["counts"].items() if many}


def numbers(people: Collection[dict[str, Any]]) -> list[int]:
    """Who they are, by their numbers."""
    return sorted(int(one["name"].removeprefix("Invented").removesuffix(" Muster")) for one in people)


def held(vault: Path) -> list[str]:
    """The days of the lists that are held."""
    return [one["taken"][:10] for one in run("log", "--json", vault=vault).json["snapshots"] if one["held"]]


def reasons(vault: Path, before: str, after: str) -> list[str]:
    return [why.partition(":")[0] for why in run("diff", before, after, "--json", vault=vault).json["held_reasons"]]


# --- any order ---


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)], ids=["in order", "middle last", "newest first"])
def test_seven_and_seven_more_in_any_order(order: tuple[int, ...], tmp_path: Path) -> None:
    """Where February comes last, March lacks fourteen at once when it is imported, and is held only until then."""
    seven, more = range(0, 200, 29), range(7, 200, 29)
    lists = months(EVERYBODY, without(*seven), without(*seven, *more))

    vault, _ = kept(tmp_path, [lists[number] for number in order])

    assert counts(vault) == {"suspected": len(more), "confirmed": len(seven)}
    assert held(vault) == []
    assert reasons(vault, "2023-02", "2023-03") == []


# --- held, and settled ---


def test_a_purge_is_held_until_the_next_list_agrees(tmp_path: Path) -> None:
    """Eight in a hundred at once; one of them is back three months later."""
    purged = range(5, 200, 12)
    rest, with_five = without(*purged), without(*purged[1:])
    lists = months(EVERYBODY, rest, rest, with_five, with_five)

    vault, statuses = kept(tmp_path / "first", lists[:2])
    assert (statuses, counts(vault), held(vault)) == ([0, 9], {"held": 17}, ["2023-02-10"])
    assert reasons(vault, "2023-01", "2023-02") == ["too-many-vanished"]

    vault, statuses = kept(tmp_path / "all", lists)
    assert statuses == [0, 9, 0, 0, 0]
    assert (counts(vault), held(vault)) == ({"confirmed": 16}, [])
    found = run("lost", "--all", "--json", vault=vault).json
    assert numbers(found["lost"]) == sorted(NUMBERS[at] for at in purged[1:])
    assert numbers(found["came_back"]) == [NUMBERS[5]]


def test_a_purge_that_the_next_list_does_not_show_was_none(tmp_path: Path) -> None:
    vault, statuses = kept(tmp_path, months(EVERYBODY, without(*range(5, 200, 12)), EVERYBODY))

    assert statuses == [0, 9, 0]
    assert (counts(vault), held(vault)) == ({}, ["2023-02-10"])


def test_a_list_that_lacks_its_oldest_rows_settles_nothing(tmp_path: Path) -> None:
    """Two such lists agree, for a cut cuts in one place; the whole one acquits everybody."""
    cut = EVERYBODY[:190]

    vault, statuses = kept(tmp_path / "two", months(EVERYBODY, cut, cut))
    assert (statuses, counts(vault), held(vault)) == ([0, 9, 9], {"held": 10}, ["2023-03-10", "2023-02-10"])
    assert reasons(vault, "2023-01", "2023-02") == ["oldest-dates-cut"]

    vault, statuses = kept(tmp_path / "whole", months(EVERYBODY, cut, EVERYBODY))
    assert (statuses, counts(vault), held(vault)) == ([0, 9, 0], {}, ["2023-02-10"])


def test_whom_two_held_lists_lack_is_told_once(tmp_path: Path) -> None:
    """In the window of the first of them."""
    cut = EVERYBODY[:190]

    vault, _ = kept(tmp_path, months(EVERYBODY, cut, cut))

    lost = run("lost", "--all", "--json", vault=vault).json["lost"]
    assert numbers(lost) == sorted(NUMBERS[190:])
    assert {(one["window"]["after"][:10], one["window"]["before"][:10]) for one in lost} == {
        ("2023-01-10", "2023-02-10")
    }
    assert numbers(run("people", "--lost", "--json", vault=vault).json["people"]) == sorted(NUMBERS[190:])


def test_whom_a_later_list_shows_is_not_held_though_that_is_not_believed_either(tmp_path: Path) -> None:
    stretch = range(100, 110)

    vault, statuses = kept(tmp_path, months(EVERYBODY, EVERYBODY[:190], without(*stretch)))

    assert (statuses, counts(vault), held(vault)) == ([0, 9, 9], {"held": 10}, ["2023-03-10", "2023-02-10"])
    lost = run("lost", "--all", "--json", vault=vault).json["lost"]
    assert numbers(lost) == sorted(NUMBERS[at] for at in stretch)


def test_a_run_of_neighbours_is_held_until_the_next_list_agrees(tmp_path: Path) -> None:
    rest = without(*range(100, 110))

    vault, statuses = kept(tmp_path / "first", months(EVERYBODY, rest))
    assert (statuses, counts(vault)) == ([0, 9], {"held": 10})
    assert reasons(vault, "2023-01", "2023-02") == ["neighbours-missing"]

    vault, statuses = kept(tmp_path / "settled", months(EVERYBODY, rest, rest))
    assert (statuses, counts(vault), held(vault)) == ([0, 9, 0], {"confirmed": 10}, [])


def test_one_in_ten_is_believed_of_a_year(tmp_path: Path) -> None:
    rest = without(*range(5, 200, 10))

    vault, statuses = kept(tmp_path / "year", [Archive(date(2023, 1, 10), EVERYBODY), Archive(date(2024, 1, 10), rest)])
    assert (statuses, counts(vault)) == ([0, 0], {"suspected": 20})

    vault, statuses = kept(tmp_path / "month", months(EVERYBODY, rest))
    assert (statuses, counts(vault)) == ([0, 9], {"held": 20})


# --- doubts that a later list settles ---

DAY = date(2022, 12, 10)
TOP, DELIA, JANA, END = (person(at, DAY + timedelta(days=days)) for at, days in ((1, 9), (2, 0), (3, 0), (4, -9)))
HIDDEN = f",,,,,,{DAY:%d %b %Y}\n"


@pytest.mark.parametrize(
    "lists",
    [
        ([DELIA, JANA], [HIDDEN, JANA], [HIDDEN], [DELIA]),
        ([DELIA, JANA], [DELIA, HIDDEN], [HIDDEN], [HIDDEN], [DELIA], [DELIA]),
    ],
    ids=["Delia hid, Jana left, Delia is shown again", "Jana hid and left, or Delia did"],
)
def test_whoever_is_listed_with_address_and_date_is_not_perhaps_gone(
    lists: Sequence[Sequence[str]], tmp_path: Path
) -> None:
    vault = tmp_path / "vault"
    create_vault(vault).close()
    for month, rows in enumerate(lists, 1):
        archive = zipped(tmp_path / f"{month}.zip", {"Connections.csv": text([TOP, *rows, END])}, (2023, month, 15))
        assert run("import", archive, "--account", "me", vault=vault).status == 0

    lost = run("lost", "--all", "--json", vault=vault).json
    people = run("people", "--json", vault=vault).json["people"]
    assert ([(numbers([one]), one["state"]) for one in lost["lost"]], lost["unclear"]) == ([([3], "confirmed")], [])
    assert [(numbers([one]), one["state"]) for one in people] == [([1], "listed"), ([2], "listed"), ([4], "listed")]


def test_who_is_back_beside_somebody_shown_again_is_nobody_new(tmp_path: Path) -> None:
    """The row that was hidden may be either's, but Delia's address and date were there before."""
    vault = tmp_path / "vault"
    create_vault(vault).close()
    for month, rows in enumerate(([DELIA, HIDDEN], [HIDDEN], [JANA, DELIA], [JANA, DELIA]), 1):
        archive = zipped(tmp_path / f"{month}.zip", {"Connections.csv": text([TOP, *rows, END])}, (2023, month, 15))
        assert run("import", archive, "--account", "me", vault=vault).status == 0

    lost = run("lost", "--all", "--json", vault=vault).json
    assert (lost["lost"], numbers(lost["came_back"])) == ([], [2])
    assert numbers(run("people", "--json", vault=vault).json["people"]) == [1, 2, 3, 4]


@pytest.mark.parametrize("first", [0, 1], ids=["the shorter one first", "the longer one first"])
def test_nobody_is_gone_by_a_list_of_the_same_moment(first: int, tmp_path: Path) -> None:
    """Two copies of lists whose files say one time: the shorter may as well be the older."""
    archives = [
        zipped(
            tmp_path / f"{len(people)}.zip",
            {"Connections.csv": text(person(NUMBERS[at], date.fromordinal(NUMBERS[at])) for at in people)},
            (2023, 1, 10),
        )
        for people in (EVERYBODY[3:], EVERYBODY)
    ]
    vault = tmp_path / "vault"
    create_vault(vault).close()
    for archive in (archives[first], archives[1 - first]):
        assert run("import", archive, "--account", "me", vault=vault).status == 0

    assert counts(vault) == {}
    assert len(run("people", "--json", vault=vault).json["people"]) == len(EVERYBODY)
