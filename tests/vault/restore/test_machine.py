"""Interrupted, killed or without room, no half file ever has a true name."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from linkbak.errors import MachineProblem
from linkbak.vault import destination
from linkbak.vault.restore import Restored
from tests.vault.processes import ended, forked
from tests.vault.restore.given import BIG, TAKEN, Machine, broken, files, real, restored, states, zipped
from tests.vault.snapshots import LIST, save


class Stop(BaseException):
    """Somebody has had enough."""


def half_way(what: str, done: int, total: int) -> None:
    if done > total / 2:
        raise Stop


@pytest.mark.parametrize("write", [restored, zipped])
def test_who_interrupts_leaves_no_half_file(empty: Path, tmp_path: Path, write: Callable[..., Restored]) -> None:
    save(empty, files={"a.csv": b"a\n", "messages.csv": BIG, "z.csv": b"z\n"})

    with pytest.raises(Stop):
        write(empty, tmp_path / "out", progress=half_way)

    there = files(tmp_path / "out") if write is restored else {"a.csv": b"a\n"}
    assert there == {"a.csv": b"a\n"}
    assert {path.name for path in tmp_path.iterdir()} == {"vault"} | ({"out"} if write is restored else set())
    write(empty, tmp_path / "out")


@pytest.mark.parametrize("step", [1, 2])
def test_killed_every_file_is_whole_and_the_next_run_goes_on(
    one: Path, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even by what nobody can catch, while a file is about to get its name."""
    place = tmp_path / "out"

    class Deadly(Machine):
        calls = 0

        def rename(self, source: str, target: str, **where: int) -> None:
            self.calls += 1
            if self.calls == step:
                os.kill(os.getpid(), signal.SIGKILL)
            real.rename(source, target, **where)

    with monkeypatch.context() as patch:
        patch.setattr(destination, "os", Deadly())
        assert ended(forked(lambda: restored(one, place))) == -signal.SIGKILL

    named = {name: data for name, data in files(place).items() if not name.endswith(".part")}
    assert named == dict(list(LIST.items())[: step - 1])
    again = restored(one, place)
    assert list(states(again).values()) == ["same"] * (step - 1) + ["new"] * (3 - step)
    assert files(place) == LIST


def test_a_request_to_end_is_an_interruption(one: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as left:
        restored(one, tmp_path / "out", progress=lambda *_: signal.raise_signal(signal.SIGTERM))

    assert left.value.code == 143
    assert not (tmp_path / "out").exists()


def test_a_disk_without_room_is_refused_beforehand(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = sum(map(len, LIST.values()))
    for room, fits in ((needed - 1, False), (needed, True)):
        disk = os.statvfs_result((1, 1, 1000, 1000, room, 1, 1, 1, 1, 255))
        monkeypatch.setattr("linkbak.vault.destination.os.statvfs", lambda _, disk=disk: disk)
        if fits:
            restored(one, tmp_path / "out")
        else:
            with pytest.raises(MachineProblem, match=f"{needed} bytes are to be written, and there is room for {room}"):
                restored(one, tmp_path / "out")
            assert not (tmp_path / "out").exists()


def test_a_disk_that_fills_up_keeps_what_is_whole(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Machine):
        written = 0

        def fdopen(self, descriptor: int, mode: str) -> IO[bytes]:
            self.written += mode == "wb"
            if self.written > 1:
                with Path("/dev/full").open("wb") as full:
                    os.dup2(full.fileno(), descriptor)
            return os.fdopen(descriptor, mode)

    monkeypatch.setattr(destination, "os", Full())
    with pytest.raises(MachineProblem, match="out: the disk is full") as refused:
        restored(one, tmp_path / "out")

    assert "it writes what is missing" in refused.value.hint
    assert files(tmp_path / "out") == {"Connections.csv": LIST["Connections.csv"]}


@pytest.mark.parametrize("write", [restored, zipped])
def test_a_place_nobody_may_write_to_is_named(
    one: Path, tmp_path: Path, write: Callable[[Path, Path], Restored]
) -> None:
    with pytest.raises(MachineProblem, match="cannot write to /proc/new/out: "):
        write(one, Path("/proc/new/out"))


@pytest.mark.parametrize("write", [restored, zipped])
def test_those_who_wait_are_told(one: Path, tmp_path: Path, write: Callable[..., Restored]) -> None:
    told: list[tuple[str, int, int]] = []
    write(one, tmp_path / "out", progress=lambda *step: told.append(step))

    sizes = [len(data) for data in LIST.values()]
    assert told == [("restoring", sizes[0], sum(sizes)), ("restoring", sum(sizes), sum(sizes))]


@pytest.mark.parametrize("write", [restored, zipped])
def test_the_bar_ends_also_where_a_file_is_damaged(one: Path, tmp_path: Path, write: Callable[..., Restored]) -> None:
    """Else it would stay on the terminal."""
    broken(one, "archive/Profile.csv")
    told: list[tuple[str, int, int]] = []
    write(one, tmp_path / "out", progress=lambda *step: told.append(step))

    assert told[-1] == ("restoring", *[sum(map(len, LIST.values()))] * 2)


def test_a_folder_that_was_made_for_a_file_that_could_not_come_goes_again(
    odd_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stubborn(Machine):
        def rename(self, source: str, target: str, **where: int) -> None:
            if "Reaktionen" in target:
                raise OSError(errno.EIO, "Input/output error")
            real.rename(source, target, **where)

    monkeypatch.setattr(destination, "os", Stubborn())
    with pytest.raises(MachineProblem, match=r"cannot write to .*out: Input/output error"):
        restored(odd_once, tmp_path / "out")

    assert not (tmp_path / "out/Zoë").exists()
    assert (tmp_path / "out").stat().st_mtime == TAKEN
