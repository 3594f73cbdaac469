"""The files for systemd: what they say, and that systemd itself understands them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkbak.schedule import systemd
from linkbak.schedule.timer import Interval
from tests.schedule import daemons
from tests.schedule.orders import HOSTILE, order


@pytest.fixture
def analyze() -> None:
    """systemd-analyze must be here."""
    daemons.needs("systemd-analyze", "LINKBAK_REQUIRE_SYSTEMD")


def test_the_timer_makes_up_for_what_was_missed_and_is_spread() -> None:
    assert systemd.units_timer(order()) == (
        "# Written by `linkbak schedule install`; `linkbak schedule remove` takes it away.\n"
        "[Unit]\n"
        "Description=linkbak: look after the vault /home/ada/my vault every day\n"
        "\n"
        "[Timer]\n"
        "OnCalendar=*-*-* 10:17:00\n"
        "RandomizedDelaySec=30min\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def test_the_service_has_no_more_rights_than_it_needs() -> None:
    lines = systemd.units_service(order()).splitlines()
    assert (
        "ExecStart=/usr/bin/env PATH=/usr/bin:/bin /opt/py/bin/python -P -m linkbak run "
        '--vault "/home/ada/my vault"' in lines
    )
    assert {
        "Type=oneshot",
        "SuccessExitStatus=3 7 9",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "RestrictNamespaces=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
        "SystemCallFilter=@system-service",
    } <= set(lines)


@pytest.mark.parametrize(
    ("sign", "written"), [("$", "$$"), ("%", "%%"), ('"', '\\"'), ("\\", "\\\\"), ("'", "'"), (" ", " "), (";", ";")]
)
def test_what_means_something_to_systemd_is_written_so_that_it_does_not(sign: str, written: str) -> None:
    """See systemd.service(5), "Command lines"."""
    lines = systemd.units_service(order(f"/home/a{sign}b")).splitlines()
    [command] = [line for line in lines if line.startswith("ExecStart=")]
    assert command.endswith(f' --vault "/home/a{written}b"') or (sign == "%" and command.endswith(" /home/a%%b"))


def test_a_name_with_a_percent_sign_is_described_as_it_is() -> None:
    wanted = order("/home/100%h")
    assert "Description=linkbak: look after the vault /home/100%%h once\n" in systemd.units_service(wanted)
    assert "Description=linkbak: look after the vault /home/100%%h every day\n" in systemd.units_timer(wanted)


def test_nothing_in_it_needs_a_user_namespace() -> None:
    """In one, ssh finds its configuration owned by nobody and refuses to push; and some machines allow none."""
    keys = {line.partition("=")[0] for line in systemd.units_service(order()).splitlines() if not line.startswith("#")}
    assert not [key for key in keys if key.startswith(("Protect", "Private", "ReadWrite", "ReadOnly", "Inaccessible"))]


def test_the_program_is_read_back_from_a_hostile_place() -> None:
    assert systemd.program(systemd.units_service(order(program=f"/opt/{HOSTILE}/python"))) == f"/opt/{HOSTILE}/python"
    assert systemd.program("ExecStart=/usr/bin/true\n") == ""
    assert systemd.program('ExecStart="unfinished\n') == ""
    assert systemd.program("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OnCalendar=daily\n",
        "OnCalendar=Mon..Fri *-*-* 10:00:00\n",
        "OnCalendar=*-*-31 10:00:00\n",
        "OnCalendar=Mon *-*-01 10:00:00\n",
        "OnCalendar=*-*-* 10:17:00\nOnCalendar=*-*-* 11:17:00\n",
    ],
)
def test_times_that_somebody_else_set_are_not_taken_for_ours(text: str) -> None:
    assert systemd.units_interval(text) is None


@pytest.mark.usefixtures("analyze")
@pytest.mark.parametrize("vault", ["/home/ada/my vault", f"/home/{HOSTILE}", "/home/ends with \\"])
def test_systemd_finds_no_fault_in_the_files(vault: str, tmp_path: Path) -> None:
    wanted = order(vault)
    for name, text in zip(
        systemd.names("0123"), (systemd.units_service(wanted), systemd.units_timer(wanted)), strict=True
    ):
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in systemd.names("0123")]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *paths],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    # What else it finds amiss is in the files of the machine that runs the tests.
    assert [line for line in checked.stderr.splitlines() if "linkbak" in line] == []
    assert checked.returncode == 0


@pytest.mark.usefixtures("analyze")
@pytest.mark.parametrize(
    "interval",
    [Interval("hour", 5), Interval("day", 5, 4), Interval("week", 5, 4, 7), Interval("month", 5, 4, day=28)],
    ids=lambda interval: str(interval.every),
)
def test_systemd_understands_the_times(interval: Interval) -> None:
    text = systemd.calendar(interval)
    checked = subprocess.run(["systemd-analyze", "calendar", text], capture_output=True, text=True, check=True)
    assert f"Normalized form: {text}\n" in checked.stdout


@pytest.mark.usefixtures("analyze")
def test_systemd_rates_the_service_as_hardened(tmp_path: Path) -> None:
    """Its scale goes from 0 to 10 for what nothing holds back; without our lines it says 9.8 or so."""
    if b"--offline" not in subprocess.run(["systemd-analyze", "--help"], capture_output=True, check=True).stdout:
        pytest.skip("this systemd-analyze rates only what is loaded")
    name = systemd.names("0123")[0]
    (tmp_path / name).write_text(systemd.units_service(order()))
    rated = subprocess.run(
        ["systemd-analyze", "security", "--user", "--offline=yes", "--threshold=70", str(tmp_path / name)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert "Overall exposure level" in rated.stdout, rated.stderr
    assert rated.returncode == 0, rated.stdout
