"""Killed at any instant, a pull leaves the vault as before or as after it, and the next command needs no help."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from linkbak.remotes.pull import pull, take_in
from linkbak.vault.writer import create_vault
from tests import sampling
from tests.remotes.copies import another_machine, bring, chain, committed, everything, head, keep, mark, marks
from tests.vault.processes import calls, ended, fake_git, forked, killed_at
from tests.vault.snapshots import LIST, git, leftovers, save, sound
from tests.vault.test_interruption import KILLED, STEPS, quietly

STRIDE = sampling.stride(37)
"""Killed before every so-manieth of its acts; `make external` takes every one."""

JANUARY, FEBRUARY, MARCH, APRIL = (f"2026-0{month}-01T08:00:00Z" for month in range(1, 5))


class Apart:
    """A vault, and in it the commit of another, fetched: both have kept one archive of the same moment, and a mark."""

    def __init__(self, vault: Path, theirs: str) -> None:
        self.vault, self.theirs = vault, theirs
        self.before, self.head = everything(vault), head(vault)

    def work(self, vault: Path) -> None:
        take_in(vault, "other", self.theirs)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Apart:
    place = tmp_path_factory.mktemp("apart")
    desk = place / "desk"
    create_vault(desk).close()
    (desk / "linkbak.toml").write_text("format = 1\nvisible = 2\n")
    committed(desk)
    keep(desk, JANUARY, "2026-05-01T00:00:00Z")
    laptop = another_machine(desk, place / "laptop")
    keep(desk, FEBRUARY, "2026-05-04T00:00:00Z", {**LIST, "desk.csv": b"desk"})
    mark(desk, {"fact": "x", "at": "2"})
    keep(laptop, FEBRUARY, "2026-05-02T00:00:00Z", {**LIST, "laptop.csv": b"laptop"})
    keep(laptop, MARCH, "2026-05-03T00:00:00Z")
    mark(laptop, {"fact": "y", "at": "1"})
    return Apart(desk, bring(desk, laptop))


@pytest.fixture(scope="module")
def after(apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same once it has been merged."""
    vault = another_machine(apart.vault, tmp_path_factory.mktemp("after") / "vault")
    apart.work(vault)
    return vault


def assert_before_or_after(vault: Path, apart: Apart, after: Path, *, killed: bool) -> None:
    """Readable at once; then in order again by nothing but the next command."""
    assert git(vault, "fsck", "--full", "--strict", "--no-dangling") == ""
    assert head(vault) in ([apart.head] if killed else []) + [head(after)]
    merged = head(vault) == head(after)
    known = everything(after) if merged else apart.before
    assert everything(vault) == known
    save(vault, APRIL)
    assert {key: files for key, files in everything(vault).items() if key in known} == known
    assert len(chain(vault)) == len(known) + 1
    assert len(marks(vault)) == 1 + merged
    assert sorted(vault.glob("snapshots/*/*/*/archive/Connections.csv")) == [
        vault / f"snapshots/linkedin-me/2026/{name}/archive/Connections.csv"
        for name in (["2026-03-01T080000Z"] if merged else ["2026-02-01T080000Z"]) + ["2026-04-01T080000Z"]
    ]
    assert (sound(vault), leftovers(vault)) == (True, [])


def test_killed_before_any_of_its_acts(apart: Apart, after: Path, tmp_path: Path) -> None:
    for step in range(1, STEPS, STRIDE):
        vault = Path(shutil.copytree(apart.vault, tmp_path / f"v{step}", symlinks=True))
        killed = killed_at(step, vault, lambda vault=vault: apart.work(vault))  # type: ignore[misc]
        assert_before_or_after(vault, apart, after, killed=killed)
        shutil.rmtree(vault)
        if not killed:
            break
    assert 20 < step < STEPS - STRIDE


@pytest.mark.parametrize("act", KILLED.values(), ids=KILLED.keys())
def test_killed_at_any_of_its_git_commands(
    apart: Apart, after: Path, tmp_path: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.environ["PATH"]
    place = tmp_path / "bin"
    place.mkdir()
    for step in range(1, STEPS, STRIDE):
        vault = Path(shutil.copytree(apart.vault, tmp_path / f"v{step}", symlinks=True))
        fake_git(place, f"[ $n -eq {step} ]", act)
        monkeypatch.setenv("PATH", f"{place}:{path}")
        ended(forked(lambda vault=vault: quietly(apart.work, vault)))  # type: ignore[misc]
        monkeypatch.setenv("PATH", path)
        assert_before_or_after(vault, apart, after, killed=True)
        shutil.rmtree(vault)
        if calls(place) < step:
            break
    assert 6 < step < 40


def test_killed_once_more_while_the_next_command_clears_up(apart: Apart, after: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    for first in range(15, STEPS, 3):
        shutil.copytree(apart.vault, broken, symlinks=True)
        assert killed_at(first, broken, lambda: apart.work(broken))
        if head(broken) == head(after):
            break
        shutil.rmtree(broken)
    for step in range(1, STEPS, STRIDE):
        vault = Path(shutil.copytree(broken, tmp_path / f"v{step}", symlinks=True))
        killed = killed_at(step, vault, lambda vault=vault: mark(vault))  # type: ignore[misc]
        assert_before_or_after(vault, apart, after, killed=False)
        shutil.rmtree(vault)
        if not killed:
            break
    assert 10 < step < STEPS - STRIDE


def test_killed_anywhere_on_the_way_from_the_copy_to_the_vault(apart: Apart, after: Path, tmp_path: Path) -> None:
    """Fetched, looked at, taken in: the next pull ends it, and nothing of the killed one is left."""
    template = another_machine(apart.vault, tmp_path / "template")
    git(template, "update-ref", "-d", "refs/linkbak/fetched/other")
    git(template, "config", "remote.laptop.url", str(apart.vault.with_name("laptop")))
    for step in range(1, 2 * STEPS, 3 * STRIDE):
        vault = Path(shutil.copytree(template, tmp_path / f"v{step}", symlinks=True))
        killed = killed_at(step, vault, lambda vault=vault: pull(vault))  # type: ignore[misc]
        assert git(vault, "fsck", "--full", "--strict", "--no-dangling") == ""
        assert head(vault) in ([apart.head] if killed else []) + [head(after)]
        assert [one.error for one in pull(vault)] == [None]
        mark(vault)
        assert (head(vault), everything(vault)) == (head(after), everything(after))
        assert (sound(vault), leftovers(vault), [*vault.glob(".git/linkbak/fetching-*")]) == (True, [], [])
        shutil.rmtree(vault)
        if not killed:
            break
    assert 60 < step < 2 * STEPS - 3 * STRIDE


def test_a_disk_that_is_full_leaves_the_vault_as_it_was(
    apart: Apart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = another_machine(apart.vault, tmp_path / "vault")
    (tmp_path / "bin").mkdir()
    path = os.environ["PATH"]
    full = "echo 'fatal: write error: No space left on device' >&2; exit 128"
    fake_git(tmp_path / "bin", 'case "$*" in *fast-import*) true;; *) false;; esac', full)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{path}")
    ended(forked(lambda: quietly(apart.work, vault)))
    monkeypatch.setenv("PATH", path)

    assert (head(vault), everything(vault)) == (apart.head, apart.before)
    assert (sound(vault), leftovers(vault)) == (True, [])
