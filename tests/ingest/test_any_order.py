"""Archives of one account say the same in whatever order they were imported."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from linkbak.vault.writer import create_vault
from tests.cli.lists import zipped
from tests.cli.running import run
from tests.eras import render
from tests.worlds import LIKELY, Person, World, happens, rows

PEOPLE = 70
MIXED, SILENT = (1, 3, 6), 2
OWNER = ("Olive Owner", "https://www.linkedin.com/in/olive-owner")
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)


def _talk(one: Person) -> str:
    """A word of somebody's and the owner's, under the name and address of the day; of hidden ones neither is shown."""
    them = ("LinkedIn Member", "") if one.hidden else (one.row.name.replace(",", ""), one.row.url)
    sides = [(*them, *OWNER), (*OWNER, *them)]
    return "".join(f"2-{one.id},,{','.join(side)},2024-01-01 10:00:00 UTC,,hello,INBOX\n" for side in sides)


def archives(folder: Path, seed: int) -> list[Path]:
    """Seven archives, a month apart, of a world in which people come, change, hide and leave.

    One list lacks many and the next agrees; one is cut; one lacks a stretch that the next one has again. Of two who
    came on the last day before an archive one is gone in the next and one somebody else in all that a list shows: only
    their conversation, which all archives but one hold, tells who.
    """
    pick = random.Random(seed)
    world = World()
    world.populate([pick.choice((0, 0, 1, 9)) for _ in range(PEOPLE)], hidden=pick.sample(range(1, PEOPLE), 4))
    found = []
    for month in range(7):
        newest = sorted(world.people)[-2:]
        if month in MIXED:
            world.remove(newest[0])
            world.become_another(newest[1])
        if month:
            for who in pick.sample(sorted(world.people.keys() - newest), 5):
                happens(world, who, pick.choice(LIKELY))
            world.add(days=pick.randint(0, 3))
        if month + 1 in MIXED:
            world.add(days=1)
            world.add(days=0)
        if month == 2:
            for who in pick.sample(sorted(world.people), 13):
                world.remove(who)
        shown = rows(world.export())
        if month == 4:
            shown = shown[:-9]
        if month == 5:
            shown = [*shown[:20], *shown[30:]]
        content = render(shown, "C5" if month else "C4").decode()
        name = f"Basic_LinkedInDataExport_{month + 4:02}-28-2024.zip"
        files = {"Connections.csv": content}
        if month != SILENT:
            files["messages.csv"] = MESSAGES + "".join(map(_talk, world.export()))
        found.append(zipped(folder / name, files, (2024, month + 4, 28)))
    return found


def answers(vault: Path, order: Sequence[Path]) -> list[Any]:
    """What is said of people and lists after an import in this order, but for when that was."""
    create_vault(vault).close()
    for archive in order:
        assert run("import", archive, "--account", "me", vault=vault).status in (0, 9)
    log = run("log", "--json", vault=vault).json["snapshots"]
    ids = [one["id"] for one in log]
    told = [run(verb, "--all", "--json", vault=vault).json for verb in ("people", "lost")]
    told += [run("diff", before, after, "--json", vault=vault).json for after, before in pairwise(ids)]
    names = dict(_everybody(told))
    return [[{**one, "imported": None} for one in log], *(_named(one, names) for one in told)]


def _everybody(told: Any) -> Iterator[tuple[str, str]]:
    """The ids of all people told of, whose digests depend on which list came first, and who they are."""
    if isinstance(told, dict):
        if {"id", "connected_on"} <= told.keys():
            yield told["id"], f"{told['name']} {told['url']} {told['connected_on']}"
        told = list(told.values())
    for one in told if isinstance(told, list) else ():
        yield from _everybody(one)


def _named(told: Any, names: Mapping[str, str]) -> Any:
    """The same with everybody's name for the id, and in one order."""
    if isinstance(told, dict):
        return {key: _named(value, names) for key, value in told.items()}
    if isinstance(told, list):
        return sorted((_named(one, names) for one in told), key=json.dumps)
    return names.get(told, told) if isinstance(told, str) else told


@pytest.mark.parametrize("seed", range(3))
def test_the_same_is_said_whatever_came_first(seed: int, tmp_path: Path) -> None:
    lists = archives(tmp_path, seed)
    expected = answers(tmp_path / "in-order", lists)

    assert [one["held"] for one in expected[0]].count(True) >= 2
    assert answers(tmp_path / "backwards", lists[::-1]) == expected
    assert answers(tmp_path / "mixed", random.Random(seed).sample(lists, len(lists))) == expected
