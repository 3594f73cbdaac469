"""An archive dropped into Downloads becomes a snapshot, a digest and a push, without a hand: by the real daemons."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from examples import archives
from linkbak import state
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault
from tests.cli.running import run
from tests.schedule import daemons
from tests.schedule.orders import HOSTILE
from tests.vault.snapshots import git

LINKBAK = f"{sys.executable} -P -m linkbak"


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strangers_machine: Path) -> Path:
    """An empty vault in a place with a hostile name, a copy, a command to be told; and an archive in Downloads."""
    archives.write(tmp_path / "family")
    place = tmp_path / HOSTILE / "my vault"
    place.parent.mkdir()
    create_vault(place).close()
    (strangers_machine / "Downloads").mkdir()
    shutil.copy(tmp_path / "family/ada/Basic_LinkedInDataExport_02-28-2026.zip", strangers_machine / "Downloads")
    assert run("remote", "add", "nas", copy(place), "--create", vault=place).status == 0
    command = tmp_path / "tell"
    command.write_text(f'#!/bin/sh\n{{ echo "$LINKBAK_SUBJECT"; cat; }} >>{tmp_path}/told\n')
    command.chmod(0o700)
    assert run("config", "set", "notify.command", command).status == 0
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("LINKBAK_VAULT", str(place))
    return place


def copy(vault: Path) -> Path:
    return vault.parent / "copy.git"


def assert_all_was_done(vault: Path, told: Path) -> None:
    """A snapshot, a push, and the digest as news; the archive being old by now, a reminder too."""
    with Vault.open(vault) as opened:
        assert [one.id for one in opened.summaries()] == ["2026-02-28T094118Z"]
        assert git(copy(vault), "rev-parse", "main").strip() == opened.newest()
    assert state.read(vault, "run")["status"] in (0, 7)
    assert told.read_text().startswith("linkedin-me: 70 connections in the one list so far\nkept linkedin-me ")


@pytest.mark.timeout(400)  # cron looks at the clock once a minute
def test_a_real_cron_keeps_an_archive(vault: Path, tmp_path: Path) -> None:
    """Debian's, which reads the crontab at every full minute and gives its commands next to no environment."""
    daemons.needs_cron()
    soon = datetime.now().astimezone() + timedelta(seconds=80)  # a minute that has surely not begun
    script = f"""
printf 'MAILTO=""\\n5 4 * * * true' | sed '$a\\' | crontab -
{LINKBAK} schedule install --with cron --every day --at {soon:%H:%M} --yes --json
{LINKBAK} schedule status --json
crontab -l
{daemons.CRON_LOOKS_AGAIN}
echo done
cat > /dev/null
"""
    with daemons.running(daemons.CRON, script) as process:
        assert process.stdout is not None
        told = list(iter(process.stdout.readline, b"done\n"))
        assert b'      "active": true,\n' in told, b"".join(told).decode()
        assert b"5 4 * * * true\n" in told
        assert daemons.appears(lambda: state.read(vault, "run") != {}, within=150), b"".join(told).decode()
    assert_all_was_done(vault, tmp_path / "told")


def test_a_real_systemd_keeps_an_archive(vault: Path, tmp_path: Path) -> None:
    """The service is started by hand, for its timer would make us wait; that the timer is on is looked at."""
    daemons.needs_systemd()
    script = f"""
{LINKBAK} schedule install --with systemd --every hour --yes --json
{LINKBAK} schedule status --json
systemctl --user list-timers --all --no-legend
unit=$(basename "$XDG_CONFIG_HOME"/systemd/user/linkbak-*.service)
systemctl --user start "$unit" && echo started
{LINKBAK} schedule remove --yes --json
systemctl --user list-timers --all --no-legend
echo done
"""
    with daemons.running(daemons.SYSTEMD, script) as process:
        told = process.communicate()[0].decode()
    assert '      "active": true,\n' in told
    assert told.count("linkbak-") >= 1
    assert "\nstarted\n" in told, told
    assert_all_was_done(vault, tmp_path / "told")
