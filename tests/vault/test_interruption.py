"""Killed at any instant, a command leaves the vault as before or as after it, and the next one needs no help."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, NoVault, VaultDamaged
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.writer import create_vault, write_transaction
from tests.sampling import EVERYTHING
from tests.vault.processes import acts, calls, ended, fake_git, forked, kill_points, killed_at
from tests.vault.snapshots import LIST, contents, git, leftovers, save, sound

FIRST = SnapshotKey("linkedin-me", "2026-03-20T080710Z")
SECOND = SnapshotKey("linkedin-me", "2026-03-27T080000Z")
STEPS = 400

KILLED = {
    "linkbak before git begins": "kill -9 $PPID; exit 1",
    "git before it begins": "kill -9 $$",
    "linkbak after git has ended": 'GIT "$@"; kill -9 $PPID; exit 0',
    "git after its work": 'GIT "$@"; kill -9 $$',
    "both, leaving locks and half-written objects": """
        for a; do case $a in --git-dir=*) d=${a#*=};; esac; done
        locks="index.lock HEAD.lock refs/heads/main.lock objects/tmp_obj_x"
        [ -e $d/linkbak/busy ] && for f in $locks; do echo half > $d/$f; done
        kill -9 $PPID $$
    """,
}


def second(vault: Path) -> None:
    save(vault, "2026-03-27T08:00:00Z", {**LIST, "Skills.csv": b"Name\nPatience\n"})


def mark(vault: Path) -> None:
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks([{"person": 1}], "Mark")


def copy(vault: Path, place: Path) -> Path:
    """The same vault elsewhere."""
    return Path(shutil.copytree(vault, place, symlinks=True))


def state(vault: Path) -> tuple[list[str], int]:
    """The snapshots, every byte of which can be read, and how many marks."""
    with Vault.open(vault) as opened:
        for one in opened.summaries():
            assert set(LIST.items()) <= set(contents(opened, one.key).items())
        return [one.key.id for one in opened.summaries()], len(opened.marks())


def assert_whole(vault: Path, states: list[tuple[list[str], int]]) -> None:
    """Before or after, readable at once; then in order again by nothing but the next command."""
    assert git(vault, "fsck", "--full", "--strict", "--no-dangling") == ""
    found = state(vault)
    assert found in states
    save(vault, "2026-04-03T08:00:00Z")
    assert state(vault) == ([*found[0], "2026-04-03T080000Z"], found[1])
    assert sound(vault)
    assert leftovers(vault) == []


@pytest.fixture
def fewer(one: Path) -> Path:
    """A vault where one snapshot lies open, so that a save closes another."""
    (one / "linkbak.toml").write_text("format = 1\nvisible = 1\n")
    git(one, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Show one")
    return one


@pytest.mark.parametrize(
    ("work", "states"),
    [(second, [([FIRST.id], 0), ([FIRST.id, SECOND.id], 0)]), (mark, [([FIRST.id], 0), ([FIRST.id], 1)])],
)
def test_killed_before_any_of_its_acts(
    fewer: Path, tmp_path: Path, work: Callable[[Path], None], states: list[tuple[list[str], int]]
) -> None:
    """linkbak itself is killed; git commands it has begun go on, as they would."""
    last = acts(vault := copy(fewer, tmp_path / "counted"), lambda: work(vault))
    assert 20 < last < STEPS
    assert_whole(vault, states[1:])
    for step in kill_points(last):
        vault = copy(fewer, tmp_path / f"v{step}")
        killed_at(step, vault, lambda vault=vault: work(vault))  # type: ignore[misc]
        assert_whole(vault, states)


@pytest.mark.parametrize("how", KILLED)
def test_killed_at_any_of_its_git_commands(
    fewer: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way is tried at other commands, unless every single point is."""
    path = os.environ["PATH"]
    place = tmp_path / "bin"
    place.mkdir()
    ways = 1 if EVERYTHING else len(KILLED)
    for step in range(1 + [*KILLED].index(how) % ways, STEPS, ways):
        vault = copy(fewer, tmp_path / f"v{step}")
        fake_git(place, f"[ $n -eq {step} ]", KILLED[how])
        monkeypatch.setenv("PATH", f"{place}:{path}")
        ended(forked(lambda vault=vault: quietly(second, vault)))  # type: ignore[misc]
        monkeypatch.setenv("PATH", path)
        assert_whole(vault, [([FIRST.id], 0), ([FIRST.id, SECOND.id], 0)])
        if calls(place) < step:
            break
    assert 6 < step < 20


def test_the_second_of_two_interruptions_finds_the_first_half_cleared(one: Path, tmp_path: Path) -> None:
    """Killed while a save is half done, then killed again at the acts of clearing up after it."""
    counted = copy(one, tmp_path / "counted")
    low, high = 0, acts(counted, lambda: second(counted))
    while high - low > 1:  # the first act before which the new folder lies in the work tree
        broken = copy(one, tmp_path / f"broken{(middle := (low + high) // 2)}")
        assert killed_at(middle, broken, lambda broken=broken: second(broken))  # type: ignore[misc]
        low, high = (low, middle) if (broken / SECOND.folder).is_dir() else (middle, high)
    broken = copy(one, tmp_path / "broken")
    assert killed_at(high, broken, lambda: second(broken))
    assert (broken / SECOND.folder).is_dir()
    for step in kill_points(40):
        vault = copy(broken, tmp_path / f"v{step}")
        killed_at(step, vault, lambda vault=vault: save(vault, "2026-03-28T00:00:00Z"))  # type: ignore[misc]
        assert state(vault) in [([FIRST.id], 0), ([FIRST.id, "2026-03-28T000000Z"], 0)]
        save(vault, "2026-04-03T08:00:00Z")
        assert (sound(vault), leftovers(vault)) == (True, [])


def test_making_a_vault_killed_before_any_of_its_acts(tmp_path: Path) -> None:
    """There is no vault, or there is one; making it again always works, and nothing foreign is in it."""
    last = acts(tmp_path / "counted", lambda: create_vault(tmp_path / "counted").close())
    assert 20 < last < STEPS
    for step in kill_points(last):
        vault = tmp_path / f"v{step}"
        killed = killed_at(step, vault, lambda vault=vault: create_vault(vault).close())  # type: ignore[misc]
        try:
            Vault.open(vault).close()
        except NoVault:
            assert killed
        create_vault(vault).close()
        save(vault)
        assert (sound(vault), leftovers(vault)) == (True, [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_in_order(one: Path, number: signal.Signals) -> None:
    """Nothing is left to clear: what was staged is gone at once, and the exit status says why."""

    def work() -> None:
        with Vault.open(one) as vault, write_transaction(vault) as writer:
            writer.stage()
            os.kill(os.getpid(), number)
            signal.pause()

    def quiet() -> None:
        try:
            work()
        except KeyboardInterrupt:
            raise SystemExit(130) from None

    assert ended(forked(quiet)) == 128 + number
    assert leftovers(one) == []
    assert (state(one), sound(one)) == (([FIRST.id], 0), True)


@pytest.mark.parametrize("work", [second, mark])
def test_ctrl_c_at_any_of_its_git_commands(
    fewer: Path, tmp_path: Path, work: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal sends it to git, too; what was committed by then the index has after the next command."""
    path = os.environ["PATH"]
    place = tmp_path / "bin"
    place.mkdir()

    def interrupted(vault: Path) -> None:
        try:
            work(vault)
        except KeyboardInterrupt:
            raise SystemExit(130) from None

    for step in range(1, STEPS):
        vault = copy(fewer, tmp_path / f"v{step}")
        fake_git(place, f"[ $n -eq {step} ]", "kill -INT $PPID $$")
        monkeypatch.setenv("PATH", f"{place}:{path}")
        status = ended(forked(lambda vault=vault: interrupted(vault)))  # type: ignore[misc]
        monkeypatch.setenv("PATH", path)
        save(vault, "2026-04-03T08:00:00Z")
        assert (sound(vault), leftovers(vault)) == (True, [])
        if calls(place) < step:
            break
        assert status == 130
    assert 4 < step < 20


def test_folders_that_an_interrupted_command_left_open_are_closed_by_the_next(
    fewer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by one that keeps no snapshot itself."""
    path = os.environ["PATH"]
    fake_git(tmp_path, 'case "$*" in *reapply*) true;; *) false;; esac', "kill -9 $PPID $$")
    monkeypatch.setenv("PATH", f"{tmp_path}:{path}")
    assert ended(forked(lambda: second(fewer))) == -signal.SIGKILL
    monkeypatch.setenv("PATH", path)
    assert (fewer / FIRST.folder).is_dir()

    mark(fewer)

    assert [(fewer / key.folder).is_dir() for key in (FIRST, SECOND)] == [False, True]
    assert (sound(fewer), leftovers(fewer)) == (True, [])


def test_a_command_of_git_that_outlives_linkbak_keeps_the_next_one_waiting(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise what the next one clears away could be put back a moment later."""
    path = os.environ["PATH"]
    (tmp_path / "go").mkdir()
    wait = f"kill -9 $PPID; while [ -d {tmp_path}/go ]; do sleep 0.01; done"
    fake_git(tmp_path, 'case "$*" in *fast-import*) true;; *) false;; esac', wait)
    monkeypatch.setenv("PATH", f"{tmp_path}:{path}")
    assert ended(forked(lambda: second(one))) == -signal.SIGKILL
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0.05")
    with pytest.raises(LinkbakError, match="a git command of an earlier linkbak is still at work"):
        second(one)
    (tmp_path / "go").rmdir()
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "60")

    save(one, "2026-04-03T08:00:00Z")

    assert (sound(one), leftovers(one)) == (True, [])


def test_what_git_leaves_when_it_makes_up_for_a_failure_of_its_own_is_cleared(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fast-import goes on without the command it splits packs with, should that be killed."""
    path = os.environ["PATH"]
    mess = f"mkdir {one}/.git/objects/tmp_objdir-x; printf fast-import > {one}/.git/objects/pack/pack-1.keep"
    fake_git(tmp_path, 'case "$*" in *fast-import*) true;; *) false;; esac', f'{mess}; echo error >&2; GIT "$@"; exit')
    monkeypatch.setenv("PATH", f"{tmp_path}:{path}")
    second(one)
    monkeypatch.setenv("PATH", path)

    assert state(one) == ([FIRST.id, SECOND.id], 0)
    assert (sound(one), leftovers(one), list((one / ".git/objects/pack").iterdir())) == (True, [], [])


def test_what_somebody_put_in_place_of_an_interrupted_snapshot_is_kept(one: Path) -> None:
    """Only the very folder that linkbak made is taken away."""
    theirs = one / SECOND.folder / "mine.txt"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    (one / ".git/linkbak/busy").write_text(f'{{"command": "import"}}\n{{"path": "{SECOND.folder}", "was": "ab"}}\n')

    with pytest.raises(VaultDamaged, match="is in the way"):
        second(one)

    assert theirs.read_text() == "mine"


@pytest.mark.parametrize("line", ['{"path": "../../x", "was": ""}', '{"path": "README.md"}', "[1]", "\x00", '{"pa'])
def test_a_note_that_makes_no_sense_harms_nothing(one: Path, line: str) -> None:
    (one / ".git/linkbak/busy").write_text(f'{{"command": "import"}}\n{line}')

    second(one)

    assert state(one) == ([FIRST.id, SECOND.id], 0)
    assert (sound(one), leftovers(one)) == (True, [])


def quietly(work: Callable[[Path], None], vault: Path) -> None:
    """The work; a refusal is as good an end as any here."""
    try:
        work(vault)
    except LinkbakError:
        return
