"""The plug pulled at any moment of `linkbak run`: nothing is lost, and what nobody was told yet the next run tells."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from linkbak.vault import Vault
from linkbak.vault.writer import create_vault
from tests import sampling
from tests.cli.days import Machine
from tests.cli.running import run
from tests.vault.processes import killed_at
from tests.vault.snapshots import git

NOON, LATER, EVENING = "2026-03-21T12:00:00Z", "2026-03-21T13:00:00Z", "2026-03-21T18:00:00Z"
MARCH = "2026-03-20T080710Z"
SHARDS = 2
STRIDE = sampling.stride(331)
"""Of all the moments every so many-th is tried; LINKBAK_TEST_STRIDE=1 tries every one."""


@pytest.fixture
def machine(tmp_path: Path, march: Path) -> Machine:
    """A vault with a copy elsewhere; in the inbox a new archive, and a download that is none."""
    place = tmp_path / "machine"
    place.mkdir()
    create_vault(place / "vault").close()
    made = Machine(place, place / "vault", "")
    assert run("remote", "add", "nas", place / "copy.git", "--create", vault=made.vault).status == 0
    made.drop(march)
    broken = made.inbox / "Basic_LinkedInDataExport_03-21-2026.zip"
    broken.write_bytes(b"no zip at all")
    made.age(broken)
    return made


def fsck(repository: Path) -> str:
    done = subprocess.run(
        ["git", "-C", str(repository), "fsck", "--full", "--strict", "--no-dangling"], capture_output=True, text=True
    )
    return done.stdout + done.stderr


def assert_whole(machine: Machine, archive: Path) -> None:
    """What is there is sound as it lies; then the next run does and tells all that is left, and there is no more."""
    assert fsck(machine.vault) == ""
    assert fsck(machine.vault.parent / "copy.git").replace("notice: HEAD points to an unborn branch (main)\n", "") in (
        "",
        "notice: No default references\n",
    )
    ran = machine.run(LATER)
    assert ran.status in (0, 4), ran.err
    with Vault.open(machine.vault) as vault:
        assert [one.id for one in vault.summaries()] == [MARCH]
        assert git(machine.vault.parent / "copy.git", "rev-parse", "main").strip() == vault.newest()
    assert (machine.inbox / archive.name).read_bytes() == archive.read_bytes()
    assert {one.kind for one in machine.sent()} == {"news", "trouble"}
    last = machine.run(EVENING)
    assert (last.status, last.out, machine.sent()) == (4, "", [])
    assert re.fullmatch(r"still to be mended: \S+ is not kept; `linkbak status` says more\n", last.err)
    assert run("verify", vault=machine.vault).status == 0


@pytest.mark.parametrize("shard", range(SHARDS))
def test_killed_at_any_moment(
    machine: Machine, tmp_path: Path, strangers_machine: Path, march: Path, shard: int
) -> None:
    pristine = tmp_path / "pristine"
    shutil.copytree(tmp_path / "machine", pristine / "machine", symlinks=True)
    shutil.copytree(strangers_machine, pristine / "home", symlinks=True)
    for step in range(1 + shard * STRIDE, 5000, SHARDS * STRIDE):
        killed = killed_at(step, tmp_path.parent, lambda: machine.run(NOON))
        assert_whole(machine, march)
        if not killed:
            break
        for folder, kept in ((tmp_path / "machine", pristine / "machine"), (strangers_machine, pristine / "home")):
            shutil.rmtree(folder)
            shutil.copytree(kept, folder, symlinks=True)
    else:
        pytest.fail("the run never came to its end")
