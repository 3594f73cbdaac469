"""``linkbak schedule``: says what it will write, asks, writes just that, and tells how it stands."""

from __future__ import annotations

import os
import pty
import select
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import time_machine

from linkbak import schedule as schedule_module
from linkbak import state
from linkbak.report import schedule
from linkbak.schedule.timer import REMARKS
from tests.cli.running import run
from tests.schedule.machines import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    (tmp_path / "machine").mkdir()
    monkeypatch.setattr(schedule_module, "try_out", lambda command: None)  # tests/schedule does
    return Machine(tmp_path / "machine", monkeypatch)


def lines(vault: Path) -> str:
    """The lines for cron as they stand on a page."""
    return "".join(f"  {line}\n" for line in schedule_module.planned(vault, kind="cron").pieces[0].text.splitlines())


def test_what_is_written_is_printed_whole_before(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    wanted = schedule_module.planned(empty, every="day", at="10:17").pieces[0].text
    ran = run("schedule", "install", "--at", "10:17", "--yes", vault=empty)
    assert (ran.status, ran.err) == (0, "")
    before, _, after = ran.out.rpartition("\n\n")
    assert before == (
        f"cron would call linkbak every day at 10:17\n  for the vault {empty}\n\nyour crontab (would be written)\n"
    ) + "\n".join(f"  {line}" for line in wanted.splitlines())
    assert after.startswith("cron calls linkbak every day at 10:17; next ")
    assert machine.crontab.decode() == wanted


def test_a_second_time_says_that_it_is_so_already(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    assert run("schedule", "install", "--yes", vault=empty).status == 0
    before = machine.crontab
    ran = run("schedule", "install", vault=empty)  # there is nothing to ask about
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("cron already calls linkbak every day at ")
    assert machine.crontab == before
    assert machine.heard == ["write"]


def test_without_a_terminal_nobody_is_asked_and_nothing_written(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    ran = run("schedule", "install", vault=empty)
    assert (ran.status, ran.out) == (2, "")
    assert "nothing was changed: there is no terminal on which to ask" in ran.err
    assert "--yes" in ran.err
    assert machine.heard == []


@pytest.mark.parametrize(
    ("answer", "status", "kinds"),
    [("y\n", 0, ["cron"]), ("\n", 0, []), ("\x03", 130, []), ("\x04", 130, [])],
    ids=["yes", "nothing", "Ctrl-C", "Ctrl-D"],
)
def test_on_a_terminal_one_is_asked(answer: str, status: int, kinds: list[str], empty: Path, machine: Machine) -> None:
    machine.has_cron()
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "linkbak", "schedule", "install", "--vault", str(empty)])
    shown = b""
    while b"Write this? [y/N]" not in shown and (chunk := _read(terminal)):
        shown += chunk
    os.write(terminal, answer.encode())
    while chunk := _answered(terminal, answer.encode()):
        shown += chunk
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status, shown
    assert (b"nothing was written" in shown) == (status == 0 and not kinds)
    assert [timer.kind for timer in schedule_module.found(empty)] == kinds


def _answered(terminal: int, answer: bytes) -> bytes:
    """What is shown next; if nothing is for a while, the answer is typed again: a key pressed while a program only
    begins to listen may be lost."""
    with suppress(OSError):
        for _ in range(30):
            if select.select([terminal], [], [], 2.0)[0]:
                break
            os.write(terminal, answer)
    return _read(terminal)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # what Linux says once the other side is closed
        return b""


def test_dry_run_shows_and_writes_nothing(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    ran = run("schedule", "install", "--dry-run", "--yes", vault=empty)
    assert ran.status == 0
    assert lines(empty) in ran.out
    assert ran.out.endswith("\nnothing was written\n")
    assert machine.heard == []


def test_show_prints_what_is_installed_or_would_be(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    ran = run("schedule", "show", vault=empty)
    assert ran.status == 0
    assert ran.out.startswith("nothing is installed\ncron would call linkbak every day at ")
    assert run("schedule", "install", "--every", "month", "--yes", vault=empty).status == 0
    assert run("schedule", "show", vault=empty).out == f"your crontab (written)\n{lines(empty)}\n"


def test_remove_takes_away_and_says_so(empty: Path, machine: Machine) -> None:
    machine.has_cron().crontab = b"5 4 * * * true\n"
    assert run("schedule", "install", "--yes", vault=empty).status == 0
    shown = lines(empty)
    ran = run("schedule", "remove", "--dry-run", vault=empty)
    assert ran.out == f"your crontab (would be taken out)\n{shown}\nnothing was taken away\n"
    ran = run("schedule", "remove", "--yes", vault=empty)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("\ntaken away; nothing else was changed\n")
    assert machine.crontab == b"5 4 * * * true\n"
    assert run("schedule", "remove", vault=empty).out == "nothing is installed\n"


@time_machine.travel("2026-03-27T08:00:00Z", tick=False)
def test_status_tells_when_it_runs_and_when_it_ran(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    assert run("schedule", "status", vault=empty).out == (
        "no timer is set up; `linkbak schedule install` sets one up\nlast run: none so far\n"
    )
    run("schedule", "install", "--every", "week", "--at", "23:59", "--yes", vault=empty)
    state.write(empty, "run", {"at": "2026-03-20T12:00:00Z", "status": 0})
    found = run("schedule", "status", vault=empty)
    assert found.status == 0
    first, *rest = found.out.splitlines()
    assert first.startswith("cron calls linkbak every week, on ")
    assert first.endswith("day at 23:59")
    assert rest[1:-1] == ["  written in your crontab"]
    assert rest[-1].startswith("last run 20 Mar 2026, ")
    assert rest[-1].endswith(": all was well")
    document = run("schedule", "status", "--json", vault=empty).json
    [timer] = document.pop("timers")
    assert timer.pop("next").endswith(":59:00Z")
    assert timer == {"kind": "cron", "every": "week", "active": True, "where": "crontab", "command_ok": True}
    assert document == {
        "schema": "linkbak.schedule/1",
        "action": "status",
        "vault": str(empty),
        "changed": False,
        "pieces": [],
        "remarks": [],
        "last_run": {"at": "2026-03-20T12:00:00Z", "status": 0},
    }


def test_status_tells_what_is_wrong(empty: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.has_cron(running=False)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    run("schedule", "install", "--yes", vault=empty)
    state.write(empty, "run", {"at": "2026-03-20T12:00:00Z", "status": 4})
    told = run("schedule", "status", vault=empty).out
    assert "  but no cron is running on this machine" in told
    assert "  the program that it calls is gone; `linkbak schedule install` mends it\n" in told
    assert "next" not in told
    assert told.endswith(": it ended with status 4\n")


@pytest.mark.parametrize(
    "note", [{}, {"at": 5, "status": 0}, {"at": "2026-03-20", "status": 0}, {"at": "x", "status": 0}]
)
def test_a_note_that_cannot_be_believed_is_none(note: dict[str, object], empty: Path, machine: Machine) -> None:
    state.write(empty, "run", note)
    assert run("schedule", "status", "--json", vault=empty).json["last_run"] is None


def test_two_at_once_are_warned_of(empty: Path, machine: Machine) -> None:
    machine.has_cron().has_systemd()
    run("schedule", "install", "--with", "cron", "--yes", vault=empty)
    ran = run("schedule", "install", "--with", "systemd", "--yes", vault=empty)
    assert "cron calls linkbak for this vault too; `linkbak schedule remove --with cron` ends that.\n" in ran.out
    assert "more than one timer calls it" in run("schedule", "status", vault=empty).out
    assert run("schedule", "remove", "--with", "cron", "--yes", vault=empty).status == 0
    assert [timer.kind for timer in schedule_module.found(empty)] == ["systemd"]


def test_a_secret_of_the_environment_is_told_of_and_not_written(
    empty: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_cron()
    monkeypatch.setenv("LINKBAK_NOTIFY_PING", "https://example.com/very-secret")
    ran = run("schedule", "install", "--yes", vault=empty)
    assert "LINKBAK_NOTIFY_PING is set here, but a timer does not see it" in ran.out
    assert "very-secret" not in ran.out
    assert b"very-secret" not in machine.crontab


def test_the_program_that_notifies_is_found_by_the_timer(
    empty: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine.has_cron()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/tell-me").write_text("#!/bin/sh\n")
    (tmp_path / "own/tell-me").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/own:{os.environ['PATH']}")
    monkeypatch.setenv("LINKBAK_NOTIFY_COMMAND", "tell-me")
    run("schedule", "install", "--yes", vault=empty)
    assert f"{tmp_path}/own:" in machine.crontab.decode()


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["polish"], 2, "there is no `linkbak schedule polish`"),
        (["install", "--every", "fortnight", "--yes"], 2, "'fortnight' is no interval"),
        (["install", "--with", "at", "--yes"], 2, "'at' is no scheduler"),
        (["remove", "--with", "at", "--yes"], 2, "'at' is no scheduler"),
        (["status", "--with", "at"], 2, "'at' is no scheduler"),
        (["install", "--with", "launchd", "--yes"], 15, "launchd is there only on a Mac"),
        (["remove", "--every", "day"], 2, "only `linkbak schedule install` takes --every and --at"),
    ],
)
def test_what_it_refuses(words: list[str], status: int, message: str, empty: Path, machine: Machine) -> None:
    machine.has_cron()
    ran = run("schedule", *words, vault=empty)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err
    assert machine.heard == []


def test_without_a_vault_there_is_nothing_to_schedule(tmp_path: Path, machine: Machine) -> None:
    machine.has_cron()
    assert run("schedule", "install", "--yes", vault=tmp_path / "none").status == 10
    assert run("schedule", "status", vault=tmp_path / "none").status == 0


def test_there_are_words_for_every_remark() -> None:
    assert set(schedule.REMARKS) == set(REMARKS)


def test_quiet_and_json_print_what_is_asked_for(empty: Path, machine: Machine) -> None:
    machine.has_cron()
    assert run("schedule", "install", "--quiet", vault=empty).status == 2
    ran = run("schedule", "install", "--quiet", "--yes", vault=empty)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    ran = run("schedule", "remove", "--json", "--yes", vault=empty)
    assert (ran.json["changed"], ran.json["timers"], len(ran.json["pieces"])) == (True, [], 1)
