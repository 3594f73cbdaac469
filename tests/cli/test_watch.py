"""``linkbak watch``: what `scan` does, again and again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction
from tests.cli.running import Ran, run


@pytest.fixture
def downloads(strangers_machine: Path) -> Path:
    folder = strangers_machine / "Downloads"
    folder.mkdir()
    return folder


def put(folder: Path, archive: Path, name: str = "") -> Path:
    """A copy of the archive that lies there for an hour."""
    place = Path(shutil.copy(archive, folder / (name or archive.name)))
    then = time.time() - 3600
    os.utime(place, (then, then))
    return place


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs a watch; between its rounds something happens each time, and then it is ended."""

    def watch(*words: str | Path, vault: Path, between: list[Callable[[], object]]) -> Ran:
        steps = iter(between)

        def pause(seconds: float) -> None:
            step = next(steps, None)
            if step is None:
                raise KeyboardInterrupt
            step()

        monkeypatch.setattr("linkbak.automation.scan.time.sleep", pause)
        return run("watch", *words, vault=vault)

    return watch


def nothing() -> None:
    """Nothing happens."""


def test_it_keeps_what_comes_and_says_nothing_else(
    watched: Callable[..., Ran], february: Path, march: Path, downloads: Path, empty: Path
) -> None:
    ran = watched(
        vault=empty,
        between=[nothing, lambda: put(downloads, february), nothing, lambda: put(downloads, march), nothing],
    )
    assert ran.status == 130
    assert [line for line in ran.out.splitlines() if "kept as" in line] == [
        "  kept as linkedin-me 2026-02-28T094118Z, written 28 Feb 2026",
        "  kept as linkedin-me 2026-03-20T080710Z, written 20 Mar 2026",
    ]
    assert ran.err == ""


def test_what_goes_wrong_is_told_once_until_it_changes(
    watched: Callable[..., Ran], march: Path, ruins: Path, downloads: Path, empty: Path, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    put(downloads, ruins / "flipped-byte.zip", "Basic_LinkedInDataExport_03-27-2026.zip")
    ran = watched(
        downloads,
        vault=empty,
        between=[
            nothing,
            lambda: downloads.rename(away),
            nothing,
            nothing,
            lambda: away.rename(downloads),
            nothing,
            lambda: put(downloads, march),
            lambda: downloads.rename(away),
            nothing,
        ],
    )
    assert ran.err.count("refused") == 1
    assert ran.err.count(f"error: there is no folder {downloads}") == 2
    assert ran.out.count("kept as") == 1


def test_a_vault_that_is_gone_for_a_while_ends_nothing(
    watched: Callable[..., Ran], march: Path, downloads: Path, empty: Path, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    put(downloads, march)
    empty.rename(away)
    ran = watched(vault=empty, between=[nothing, nothing, lambda: away.rename(empty), nothing])
    assert ran.err.count("error: there is no vault") == 1
    assert ran.out.count("kept as") == 1


def test_a_locked_vault_is_told_once_and_tried_again(
    watched: Callable[..., Ran], march: Path, downloads: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")
    put(downloads, march)
    with Vault.open(empty) as vault:
        writing = write_transaction(vault)
        writing.__enter__()
        ran = watched(vault=empty, between=[nothing, nothing, lambda: writing.__exit__(None, None, None), nothing])
    assert ran.err.count(f"{march.name}: refused") == 1
    assert ran.out.count("kept as") == 1


def test_json_prints_a_document_whenever_something_happens(
    watched: Callable[..., Ran], march: Path, downloads: Path, empty: Path
) -> None:
    import json

    ran = watched("--json", vault=empty, between=[nothing, lambda: put(downloads, march), nothing])
    document = json.loads(ran.out)
    assert document["schema"] == "linkbak.scan/1"
    assert [one["status"] for one in document["results"]] == ["kept"]


def test_it_moves_what_is_kept(
    watched: Callable[..., Ran], march: Path, downloads: Path, empty: Path, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    put(downloads, march)
    ran = watched("--move-to", shelf, vault=empty, between=[nothing])
    assert ran.out.endswith(f"moved {march.name} to {shelf}/{march.name}\n")
    assert (shelf / march.name).exists()


def test_it_is_never_busy(empty: Path) -> None:
    ran = run("watch", "--every", "0", vault=empty)
    assert ran.status == 2
    assert "once a second at most" in ran.err


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGINT, 130)],
    ids=["term", "hangup", "interrupt"],
)
def test_a_signal_ends_it_in_good_order(
    number: signal.Signals, status: int, march: Path, downloads: Path, empty: Path
) -> None:
    put(downloads, march)
    words = [sys.executable, "-m", "linkbak", "watch", "--vault", str(empty)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        lines = [watching.stdout.readline(), watching.stdout.readline()]
        watching.send_signal(number)
        _, err = watching.communicate()
    assert "kept as linkedin-me 2026-03-20T080710Z" in lines[1]
    assert watching.returncode == status
    assert "Traceback" not in err
    assert len(run("log", "--json", vault=empty).json["snapshots"]) == 1
