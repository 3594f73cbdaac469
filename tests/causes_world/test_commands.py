"""Every command on 24 archives of which three came late and out of order: on a terminal, in a pipe, as JSON."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.causes_said import bring
from benchmarks.causes_truth import Member, Standing
from linkbak.report import cells
from linkbak.vault.writer import create_vault
from tests.causes_world.conftest import World
from tests.cli.running import run
from tests.cli.terminal import on_terminal

LATE = (13, 4, 8)


@pytest.fixture(scope="module")
def late(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("late")
    with create_vault(folder / "vault") as vault:
        for month in sorted(world.months, key=lambda month: LATE.index(month.number) if month.number in LATE else -1):
            bring(vault, folder, month)
    return folder / "vault"


@pytest.fixture(autouse=True)
def one_cache(late: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One index of each vault for all tests of this file; that one made anew says the same is a test of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(late.parent / "cache"))


def standings(world: World, plot: str) -> list[Standing]:
    return [one for one in world.months[-1].standings if one.plot == plot]


def member(world: World, standing: Standing) -> Member:
    return next(one for one in world.months[-1].members if one.number == standing.number)


def comparable(found: Any) -> Any:
    """Without ids, which tell what archive was imported first, and when that was."""
    if isinstance(found, dict):
        return {key: comparable(value) for key, value in found.items() if key not in ("id", "imported")}
    return [comparable(one) for one in found] if isinstance(found, list) else found


@pytest.mark.parametrize(
    "words",
    [
        ("lost", "--why"),
        ("lost", "--confirmed", "--since", "2025-06-01"),
        ("people", "--sort", "name"),
        ("people", "--hidden"),
        ("people", "--never-talked", "--before", "2020-01-01", "--sort", "name"),
        ("people", "--as-of", "2025-03-31", "--sort", "name"),
        ("diff", "2025-02", "2025-03"),
        ("log",),
    ],
)
def test_it_is_the_same_as_if_they_had_come_in_order(world: World, late: Path, words: tuple[str, ...]) -> None:
    one, other = (run(*words, "--json", vault=vault) for vault in (world.vault, late))
    assert (one.status, other.status, other.err) == (0, 0, "")
    assert comparable(other.json) == comparable(one.json)


def test_the_people_listed_are_those_who_are(world: World, late: Path) -> None:
    """In a pipe every one of them is a line."""
    standing = {one.url: one for one in world.months[-1].standings if one.url}
    rows = list(csv.DictReader(io.StringIO(run("people", "--csv", vault=late).out, newline="")))
    believed = [row for row in rows if row["state"] in ("listed", "hidden") and row["url"] in standing]
    assert len(believed) > 300
    assert all(standing[row["url"]].shown == row["state"] for row in believed)
    lines = run("people", vault=late).out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [row["id"].removeprefix("'") for row in rows]
    assert Counter(row["state"] for row in rows)["held"] == run("lost", "--json", vault=late).json["counts"]["held"]


def test_a_person_is_found_by_all_their_names_and_addresses(world: World, late: Path) -> None:
    gone = standings(world, "removed by them, another address later")[0]
    who = member(world, gone)
    found = run("show", gone.url, "--json", vault=late).json["person"]
    assert found["state"] == "confirmed"
    for text in (found["id"], found["id"][:6], who.name):
        assert found["id"] in {one["id"] for one in run("show", text, "--json", vault=late).json["matches"]}
    searched = run("search", who.name.upper(), "--json", vault=late).json
    assert found["id"] in {one["id"] for one in searched["people"]}


def test_a_mark_wins_over_what_was_worked_out_and_can_be_taken_back(world: World, late: Path) -> None:
    lives = standings(world, "removed by them, had talked")[0]

    def said() -> tuple[str, str]:
        found = run("lost", lives.url, "--json", vault=late).json
        verdict = (found["lost"] or found["removed_by_me"])[0]["verdict"]
        return verdict["cause"], verdict["band"]

    assert said() == ("account-lives", "likely")
    assert run("mark", lives.url, "cause", "closed", vault=late).status == 0
    assert said() == ("closed", "verified")
    assert run("mark", lives.url, "removed-by-me", vault=late).status == 0
    assert said() == ("removed-by-me", "verified")
    assert run("mark", "undo", vault=late).status == 0
    assert run("mark", "undo", vault=late).status == 0
    assert said() == ("account-lives", "likely")


def test_what_people_prints_can_be_marked(late: Path) -> None:
    ids = run("people", "--lost", "--ids", vault=late).out.split()
    roll = late.parent / "roll.txt"
    roll.write_text("\n".join(ids[:3]))
    assert run("mark", "--from", str(roll), "tag", "gone", vault=late).status == 0
    tagged = run("people", "--lost", "--tag", "gone", "--ids", vault=late).out.split()
    assert sorted(tagged) == sorted(ids[:3])


@pytest.mark.parametrize(
    "words",
    [
        ("lost", "--why"),
        ("people",),
        ("people", "--lost", "--all"),
        ("show", "a"),
        ("search", "example"),
        ("search", "--in", "messages", "thank"),
        ("mark", "list"),
        ("diff",),
        ("log",),
    ],
)
def test_on_a_terminal_nothing_is_wider_than_it(late: Path, words: tuple[str, ...]) -> None:
    lines = on_terminal(*words, vault=late, status=13 if words[0] == "show" else 0)
    assert lines
    assert [line for line in lines if cells(line) > 80] == []


def test_a_terminal_shows_the_same_losses_folded(late: Path) -> None:
    shown = on_terminal("lost", vault=late)
    names = [one["name"] for one in run("lost", "--json", vault=late).json["lost"]]
    assert any(names[0] in line for line in shown)
    assert any("--all" in line for line in shown)
    assert not any(names[-1] in line for line in shown)


def test_what_is_refused_is_wrapped_too(late: Path) -> None:
    run("show", "nobody", vault=late)  # makes the index, which would show a bar where that takes more than a moment
    lines = on_terminal("show", "nobody", "of", "such", "a", "name", vault=late, status=13)
    assert lines[0].startswith("error: nobody in the vault")
    assert [line for line in lines if cells(line) > 80] == []
