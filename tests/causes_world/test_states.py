"""How everybody of a simulated account is said to stand after each archive is how they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from benchmarks.causes_plots import HELD, LISTLESS, NEIGHBOUR, OUTAGE, OUTAGE_MONTH, PLOTS
from benchmarks.causes_said import ACCOUNT, ask
from benchmarks.causes_truth import Month, Shown, Standing, taken
from benchmarks.causes_world import simulate
from linkbak.index import LOST, State, Window
from linkbak.index.history import History
from linkbak.vault import Vault
from tests.causes_world.conftest import EACH, PEOPLE, SEED, World

ALIKE = (NEIGHBOUR, next(name for name in PLOTS if name.endswith("a neighbour left")))
"""Two rows of one day became one of another name: nobody can tell whose it is."""


def stamp(month: int) -> str:
    return f"{taken(month):%Y-%m-%dT%H:%M:%SZ}"


def truth(months: Sequence[Month], upto: int) -> Iterator[tuple[Standing, State, Window]]:
    """By the definitions of the states: how all ever named in a believed list should stand, and since when."""
    believed = [n for n in range(upto + 1) if n != LISTLESS and n not in HELD]
    doubted = [n for n in range(upto + 1) if n in HELD and n > believed[-1]]
    for number, standing in enumerate(months[upto].standings):
        seen = [(n, shown(months[n], number)) for n in believed if number < len(months[n].standings)]
        if not standing.url:
            continue
        missing = [n for n, how in seen if how == "missing"]
        lists = [n for n, how in seen if how != "missing"]
        if seen[-1][1] == "missing" and any(shown(months[n], number) != "missing" for n in doubted):
            yield standing, "listed", Window("", "")  # whom a list lacks may be in doubt, not whom it shows
        elif seen[-1][1] == "missing":
            first = min(n for n in missing if n > lists[-1])
            state: State = "suspected" if first == believed[-1] else "confirmed"
            yield standing, state, Window(stamp(lists[-1]), stamp(first))
        elif any(shown(months[n], number) == "missing" for n in doubted):
            yield standing, "held", Window(stamp(lists[-1]), stamp(doubted[0]))
        elif seen[-1][1] == "hidden":
            named = max(n for n, how in seen if how == "listed")
            yield standing, "hidden", Window(stamp(named), stamp(min(n for n in lists if n > named)))
        else:
            yield standing, "listed", Window("", "")


def shown(month: Month, number: int) -> Shown:
    return month.standings[number].shown


def test_the_same_seed_gives_the_same_account() -> None:
    one, other = (list(simulate(SEED, 200, 1)) for _ in range(2))

    assert one == other
    assert one != list(simulate(SEED + 1, 200, 1))


def test_the_archives_that_should_be_held_are_and_no_other(world: World) -> None:
    with Vault.open(world.vault) as vault:
        kept = vault.summaries()

    assert [number for number, one in enumerate(kept) if one.held] == list(HELD)
    assert [number for number, one in enumerate(kept) if one.connections is None] == [LISTLESS]


@pytest.mark.parametrize("upto", range(24))
def test_everybody_stands_as_they_do_and_since_when(world: World, upto: int) -> None:
    """Above all: nobody who is hidden, or has another name, address or job, is said to be lost."""
    said = world.answers[upto]
    wanted = [one for one in truth(world.months, upto) if one[0].plot not in ALIKE]

    assert len(wanted) > PEOPLE * 0.9
    assert [
        (one.plot, said[one.url].state, said[one.url][1:3], state, window)
        for one, state, window in wanted
        if (said[one.url].state, said[one.url][1:3]) != (state, window)
    ] == []


def test_nobody_else_is_said_to_be_there(world: World) -> None:
    """A renamed person is one person, not two."""
    urls = {standing.url for standing in world.months[-1].standings if standing.url}
    fresh = {url for url, said in world.answers[-1].items() if url not in urls}

    assert all(world.answers[-1][url].state == "unclear" or _newcomer(world, url) for url in fresh)


def _newcomer(world: World, url: str) -> bool:
    """Whether only the last list, which is held, shows them."""
    one = next(member for member in world.months[-1].members if member.url == url)
    return one.connected > taken(22)


def test_whoever_shares_a_day_with_one_who_left_is_never_said_to_be_lost(world: World) -> None:
    renamed = [one for one in world.months[-1].standings if one.plot == ALIKE[1]]
    states = {said[one.url].state for said in world.answers for one in renamed if one.url in said}

    assert len(renamed) == EACH
    assert states & LOST <= {"held"}


def test_everybody_a_fault_of_the_platform_left_out_came_back(world: World) -> None:
    left_out = {one.url for one in world.months[OUTAGE_MONTH].standings if one.plot == OUTAGE}
    with Vault.open(world.vault) as vault, History.open(vault) as history:
        came = [(person.row.url, absence) for person, absence in history.came_back(ACCOUNT)]
    windows = {absence[1:] for url, absence in came if _first(world, url) in left_out}
    before, gone, back = (stamp(OUTAGE_MONTH + step) for step in (-1, 0, 1))

    assert {world.answers[OUTAGE_MONTH][url].state for url in left_out} == {"suspected"}
    assert left_out <= {_first(world, url) for url, _ in came}
    assert windows == {(Window(before, gone), Window(gone, back))}


def _first(world: World, url: str) -> str:
    """The address that somebody had when the platform failed."""
    number = next(one.number for one in world.months[-1].standings if one.url == url)
    known = world.months[OUTAGE_MONTH].standings
    return known[number].url if number < len(known) else url


def test_an_index_made_anew_says_the_same(world: World, strangers_machine: object) -> None:
    """The answers above come from one that grew with every archive; this test's home has none yet."""
    with Vault.open(world.vault) as vault:
        assert ask(vault) == world.answers[-1]
