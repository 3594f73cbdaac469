"""Machines that push to a copy each and pull from another's come to rest: one commit everywhere, and none after it."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from linkbak.remotes.pull import pull
from linkbak.remotes.push import push
from linkbak.vault.writer import create_vault
from tests import sampling
from tests.remotes.copies import another_machine, everything, filled_remote, head, keep, mark, whole
from tests.vault.snapshots import LIST, git

NAMES = ("desk", "laptop", "phone")
ADA = {"account": "linkedin-me", "person": {"name": "Ada Example", "url": "", "connected_on": ""}}
NOTE = {"fact": "note", "value": "met in Ghent", "at": "2026-02-03T00:00:00Z", **ADA}
ORDERS = [
    order
    for order in itertools.permutations([(verb, name) for name in NAMES for verb in ("pull", "push")])
    if all(order.index(("pull", name)) < order.index(("push", name)) for name in NAMES)
]


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three machines that each have something of their own; each pushes to a copy, and pulls from the next one's."""
    folder = tmp_path_factory.mktemp("ring")
    create_vault(folder / "desk").close()
    keep(folder / "desk", "2026-01-01T08:00:00Z", "2026-05-01T00:00:00Z")
    for name in NAMES[1:]:
        another_machine(folder / "desk", folder / name)
    for name in NAMES:
        filled_remote(folder / name, folder / f"{name}.git", "mine")
    keep(folder / "desk", "2026-02-01T08:00:00Z", "2026-05-03T00:00:00Z", {**LIST, "desk.csv": b"desk"})
    keep(folder / "laptop", "2026-03-01T08:00:00Z", "2026-05-02T00:00:00Z", {**LIST, "laptop.csv": b"laptop"})
    mark(folder / "phone", NOTE)
    return folder


@pytest.mark.parametrize("order", sampling.some(ORDERS, 45, first=17), ids=lambda order: ",".join(map("-".join, order)))
def test_a_ring_comes_to_rest_in_any_order(ring: Path, tmp_path: Path, order: tuple[tuple[str, str], ...]) -> None:
    machines = _connected(ring, tmp_path)
    everywhere = [*machines, *(machine.with_suffix(".git") for machine in machines)]

    rounds: list[list[str]] = []
    while len(rounds) < 2 or rounds[-2] != rounds[-1]:
        assert len(rounds) < 7
        for verb, name in order:
            (done,) = pull(tmp_path / name, ["theirs"]) if verb == "pull" else push(tmp_path / name, ["mine"])
            assert done.error is None
        rounds.append([head(one) for one in everywhere])

    assert len(set(rounds[-1])) == 1
    assert [pull(one, ["theirs"])[0].state for one in machines] == ["same"] * 3
    desk, laptop, phone = map(everything, machines)
    assert desk == laptop == phone
    assert len(desk) == 3
    assert all(whole(one) for one in machines)


def _connected(ring: Path, place: Path) -> tuple[Path, ...]:
    """The ring once more, in another folder."""
    for name, following in zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True):
        another_machine(ring / name, place / name)
        shutil.copytree(ring / f"{name}.git", place / f"{name}.git")
        git(place / name, "config", "remote.mine.url", str(place / f"{name}.git"))
        git(place / name, "config", "remote.theirs.url", str(place / f"{following}.git"))
    return tuple(place / name for name in NAMES)
