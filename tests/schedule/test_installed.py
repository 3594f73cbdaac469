"""linkbak installed the way pipx and uv do it: the line in the crontab runs, as cron would run it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import linkbak
from examples import archives
from linkbak.schedule import cron, timer
from linkbak.vault.writer import create_vault
from tests.schedule.machines import Machine


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of an environment of linkbak's own, in a place with a blank and more in its name."""
    place = tmp_path / "Ada's tools 100%" / "venvs" / "linkbak"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    [packages] = place.glob("lib/python*/site-packages")
    known = (Path(linkbak.__file__).parents[1], sysconfig.get_path("purelib"))
    (packages / "linkbak.pth").write_text("".join(f"{path}\n" for path in known))
    return place / "bin" / "python"


def test_the_line_in_the_crontab_keeps_an_archive(python: Path, tmp_path: Path, machine: Machine) -> None:
    archives.write(tmp_path / "family")
    create_vault(tmp_path / "data" / "vault").close()
    (tmp_path / "data/inbox").mkdir()
    shutil.copy(tmp_path / "family/ada/Basic_LinkedInDataExport_02-28-2026.zip", tmp_path / "data/inbox")
    machine.has_cron()
    words = ["schedule", "install", "--vault", "data/vault", "--with", "cron", "--every", "hour", "--yes"]
    subprocess.run([python, "-P", "-m", "linkbak", *words], check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)

    line = machine.crontab.decode().splitlines()[1].split(" ", 5)[5]
    bare = {"HOME": "/root", "LOGNAME": "root", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(["/bin/sh", "-c", line], env=bare, cwd="/", capture_output=True, text=True)

    assert "kept linkedin-me 2026-02-28T094118Z" in ran.stdout, ran.stderr
    assert timer.program(cron.crontab_words(machine.crontab.decode())) == str(python)
