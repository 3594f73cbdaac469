"""Of everybody in a simulated account whose cause of going is known, nothing false is said."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from benchmarks.causes import is_true
from benchmarks.causes_plots import CLOSED, LIVES, PICTURE_OF_CLOSED, PLOTS, PURGE
from benchmarks.causes_said import Said
from benchmarks.causes_truth import Month, Standing
from linkbak.index import LOST
from tests.causes_world.conftest import World
from tests.cli.running import run


def losses(world: World) -> Iterator[tuple[Month, Standing, Said]]:
    """Whoever was said to be lost after any archive."""
    for month, answers in zip(world.months, world.answers, strict=True):
        for standing in month.standings:
            if standing.url in answers and answers[standing.url].state in LOST:
                yield month, standing, answers[standing.url]


def in_the_end(world: World, plot: str) -> list[tuple[str, str]]:
    """Cause and band of those who lived through a plot, after the last archive."""
    answers = world.answers[-1]
    return [answers[one.url][3:] for one in world.months[-1].standings if one.plot == plot]


def test_no_removal_is_ever_called_closed(world: World) -> None:
    """Save where no file could tell: somebody who removed the user and hid before the next archive."""
    past_telling = {name for name, plot in PLOTS.items() if plot.blind}
    removed = [
        (month.number, one.plot, said)
        for month, one, said in losses(world)
        if one.cause in LIVES and one.plot not in past_telling
    ]

    assert len(removed) > 100
    assert [one for one in removed if one[2].cause in PICTURE_OF_CLOSED] == []


def test_nothing_false_is_verified(world: World) -> None:
    verified = [(month.number, one, said) for month, one, said in losses(world) if said.band == "verified"]

    assert len(verified) > 50
    assert [one for one in verified if not is_true(one[1].cause, one[2])] == []


def test_only_a_list_that_is_not_believed_is_called_incomplete(world: World) -> None:
    """And whoever only such a list lacks is said to be missing for no reason of their own.

    An endorsement that is left makes it possible of others too, and no more.
    """
    unsure = [said for _, _, said in losses(world) if said.band != "verified"]

    assert {said.cause for said in unsure if said.state == "held"} == {"incomplete"}
    assert {said.band for said in unsure if said.state != "held" and said.cause == "incomplete"} == {"possible"}


@pytest.mark.parametrize(
    ("plot", "wanted"),
    [
        ("removed by them, had talked", ("account-lives", "likely")),
        ("removed by them, had been hidden", ("account-lives", "likely")),
        ("removed by them, a namesake stays", ("account-lives", "likely")),
        ("removed by them, hidden some months later", ("account-lives", "possible")),
        ("removed by them, asked again", ("account-lives", "verified")),
        ("removed by them, never talked", ("unknown", "unknown")),
        ("removed by them, talked, conversation deleted", ("unknown", "unknown")),
        ("removed by you, said so after", ("removed-by-me", "verified")),
        ("removed by you, said so before", ("removed-by-me", "verified")),
        ("removed by you, not said", ("account-lives", "likely")),
        ("closed at once, had talked", (CLOSED, "likely")),
        ("closed after some months hidden, had talked", (CLOSED, "likely")),
        ("blocked you, had talked", (CLOSED, "likely")),
        ("closed, never talked", ("unknown", "unknown")),
        ("closed, a namesake talks on", ("unknown", "unknown")),
        (PURGE, ("purge", "likely")),
    ],
)
def test_what_is_said_in_the_end(world: World, plot: str, wanted: tuple[str, str]) -> None:
    assert set(in_the_end(world, plot)) == {wanted}


def test_the_command_says_the_same(world: World) -> None:
    """Those whom only the last list lacks, which lacks two in five, are held, and not announced as lost."""
    said = {url: one for url, one in world.answers[-1].items() if one.state in LOST}
    found = run("lost", "--json", vault=world.vault)
    printed = json.loads(found.out)

    assert found.status == 0
    assert {one["url"]: one["state"] for one in (*printed["lost"], *printed["removed_by_me"])} == {
        url: one.state for url, one in said.items()
    }
    assert printed["counts"]["held"] == sum(one.cause == "incomplete" for one in world.months[-1].standings if one.url)
