"""A look at the copies says how they stand, and changes nothing."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak.errors import MachineProblem, VaultDamaged
from linkbak.remotes import add_remote
from linkbak.remotes.push import Missing, inspect, push
from linkbak.vault.writer import create_vault
from tests.cli.running import state
from tests.remotes.copies import filled_remote
from tests.vault.snapshots import git, save

SAME_DISK = "on the same disk as the vault: if it breaks, both are lost"


def test_how_far_a_copy_is_behind_and_whether_it_is_whole(one: Path, tmp_path: Path) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)
    (found,) = inspect(one)
    assert (found.state, found.behind, found.whole, found.notes) == ("empty", Missing(1, 0, 2), None, (SAME_DISK,))
    push(one)
    assert [(one.state, one.behind, one.whole) for one in inspect(one)] == [("current", Missing(), True)]
    save(one, "2026-04-01T00:00:00Z")
    before = state(tmp_path)

    (found,) = inspect(one)

    assert (found.state, found.behind, found.whole) == ("behind", Missing(1, 0, 1), True)
    assert state(tmp_path) == before


def test_a_copy_ahead_beside_or_of_another_vault(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    other = Path(shutil.copytree(one, tmp_path / "other", symlinks=True))
    save(other, "2026-04-01T00:00:00Z")
    push(other)
    assert [found.state for found in inspect(one)] == ["ahead"]
    save(one, "2026-04-02T00:00:00Z")
    assert [found.state for found in inspect(one)] == ["diverged"]
    with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC)):
        create_vault(tmp_path / "third").close()
    add_remote(tmp_path / "third", "usb", str(place))
    assert [found.state for found in inspect(tmp_path / "third")] == ["unrelated"]


@pytest.mark.parametrize("damage", ["gone", "altered"])
def test_a_copy_that_lacks_a_byte_is_told(one: Path, tmp_path: Path, damage: str) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    blob = git(place, "rev-parse", "main:snapshots/linkedin-me/2026/2026-03-20T080710Z/archive/Profile.csv").strip()
    _loosen(place)
    file = place / "objects" / blob[:2] / blob[2:]
    if damage == "gone":
        file.unlink()
    else:
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:-1] + b"\0")

    (found,) = inspect(one)

    assert found.whole is False
    assert isinstance(found.error, VaultDamaged)
    assert str(found.error) == f"the copy at {place} is damaged"


def _loosen(place: Path) -> None:
    """Unpacks whatever is packed."""
    for pack in list(place.glob("objects/pack/*.pack")):
        moved = pack.rename(place / pack.name)
        pack.with_suffix(".idx").unlink()
        with moved.open("rb") as data:
            subprocess.run(["git", "-C", place, "unpack-objects", "-q"], stdin=data, check=True)


def test_one_that_cannot_be_reached_does_not_hide_the_others(one: Path, tmp_path: Path) -> None:
    filled_remote(one, tmp_path / "usb.git")
    filled_remote(one, tmp_path / "gone.git", "gone")
    shutil.rmtree(tmp_path / "gone.git")
    git(one, "config", "remote.hub.url", "https://github.com.:0/ada/vault.git")

    found = {one.name: one for one in inspect(one)}

    assert isinstance(found["gone"].error, MachineProblem)
    assert found["usb"].state == "current"
    assert found["hub"].notes == ("github.com is a public host; nothing is pushed there",)
    assert found["hub"].state == "failed"
    assert [one.name for one in inspect(one, ["usb"])] == ["usb"]


def test_a_copy_in_a_folder_that_a_program_copies_is_worth_a_word(one: Path, strangers_machine: Path) -> None:
    (strangers_machine / "Dropbox").mkdir()
    filled_remote(one, strangers_machine / "Dropbox/usb.git")

    assert "in a folder that Dropbox copies; a sealed file (`linkbak seal`) is safer there" in inspect(one)[0].notes
