"""Schedules go in, are found, changed, and come out, on every kind of machine; nothing else is touched."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import time_machine

from linkbak import paths, schedule
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.schedule import timer as commandline
from linkbak.schedule.timer import REMARKS, key_of
from tests.schedule.machines import Machine

MINE = b"MAILTO=ada@example.com\n5 4 * * * true # caf\xe9\r\n"


@pytest.fixture(params=["systemd", "cron", "launchd", "task-scheduler"])
def kind(request: pytest.FixtureRequest, machine: Machine) -> str:
    """A machine that has one scheduler, and its name."""
    name: str = request.param
    {
        "systemd": machine.has_systemd,
        "cron": machine.has_cron,
        "launchd": machine.is_a_mac,
        "task-scheduler": machine.is_wsl,
    }[name]()
    return name


def install(vault: Path, **wishes: str) -> Sequence[str]:
    return schedule.install(schedule.planned(vault, **wishes))


def test_the_default_is_what_the_machine_has(kind: str, vault: Path) -> None:
    assert schedule.planned(vault).kind == kind


@time_machine.travel("2026-03-27T00:30:00Z", tick=False)
def test_what_is_installed_is_found(kind: str, vault: Path) -> None:
    assert schedule.found(vault) == []
    plan = schedule.planned(vault, every="week", at="10:17")
    assert not plan.done
    assert schedule.found(vault) == []  # a plan writes nothing
    assert set(schedule.install(plan)) <= set(REMARKS)
    [timer] = schedule.found(vault)
    assert (timer.kind, timer.every, timer.active, timer.command_ok) == (kind, "week", True, True)
    assert timer.interval == plan.order.interval
    assert timer.next.endswith(":17:00Z")
    assert timer.where in ("crontab", *(piece.where for piece in plan.pieces))
    assert schedule.installed(vault) == {kind: [*plan.pieces]}


def test_installing_again_writes_nothing(kind: str, vault: Path, machine: Machine) -> None:
    install(vault, every="week", at="10:17")
    heard = machine.heard
    again = schedule.planned(vault)
    assert again.done
    assert again.order.interval.every == "week"  # what is not said stays
    assert machine.heard == heard


def test_another_interval_replaces_the_former(kind: str, vault: Path) -> None:
    install(vault, every="week")
    plan = schedule.planned(vault, every="hour")
    assert not plan.done
    schedule.install(plan)
    [timer] = schedule.found(vault)
    assert (timer.every, timer.active) == ("hour", True)


def test_two_vaults_have_schedules_of_their_own(kind: str, vault: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    install(vault, every="day")
    install(second, every="month")
    assert [one.every for one in (*schedule.found(vault), *schedule.found(second))] == ["day", "month"]
    schedule.remove(vault, kind)
    assert [one.every for one in (*schedule.found(vault), *schedule.found(second))] == ["month"]


def test_removing_leaves_nothing_behind(kind: str, vault: Path, strangers_machine: Path) -> None:
    before = {path for path in strangers_machine.rglob("*") if path.is_file() or path.is_symlink()}
    install(vault)
    schedule.remove(vault, kind)
    assert schedule.found(vault) == []
    assert schedule.installed(vault) == {}
    assert {path for path in strangers_machine.rglob("*") if path.is_file() or path.is_symlink()} == before
    schedule.remove(vault, kind)  # once more does no harm


def test_a_schedule_outlives_its_vault_and_can_still_be_removed(kind: str, vault: Path) -> None:
    install(vault)
    vault.rename(vault.with_name("moved"))
    assert [timer.kind for timer in schedule.found(vault)] == [kind]
    schedule.remove(vault, kind)
    assert schedule.found(vault) == []


def test_a_program_that_is_gone_is_noticed(
    kind: str, vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The virtual environment was deleted: the timer would fail where nobody sees it."""
    python = tmp_path / "a venv" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    install(vault)
    assert [timer.command_ok for timer in schedule.found(vault)] == [True]
    python.unlink()
    assert [timer.command_ok for timer in schedule.found(vault)] == [False]


def test_files_are_readable_by_their_owner_alone(kind: str, vault: Path) -> None:
    install(vault)
    for piece in schedule.installed(vault)[kind]:
        if piece.where != "crontab":
            assert Path(piece.where).stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_if_the_program_does_not_start(
    kind: str, vault: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "try_out", commandline.try_out)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(MachineProblem, match="could not start this linkbak"):
        install(vault)
    assert schedule.found(vault) == []
    assert machine.heard == []


# cron


def test_other_lines_of_a_crontab_stay_byte_for_byte(machine: Machine, vault: Path) -> None:
    machine.has_cron().crontab = MINE
    install(vault)
    assert machine.crontab.startswith(MINE)
    schedule.remove(vault, "cron")
    assert machine.crontab == MINE
    assert (paths.state_folder(vault) / "crontab-before").stat().st_mode & 0o777 == 0o600


def test_a_crontab_that_was_not_there_is_not_left_behind_empty(machine: Machine, vault: Path) -> None:
    machine.has_cron()
    install(vault)
    schedule.remove(vault, "cron")
    assert machine.heard == ["write", "remove"]
    assert not (machine.played / "crontab").exists()


def test_what_somebody_wrote_between_plan_and_yes_stays(machine: Machine, vault: Path) -> None:
    machine.has_cron()
    plan = schedule.planned(vault)
    machine.crontab = MINE
    schedule.install(plan)
    assert machine.crontab.startswith(MINE)
    assert len(schedule.found(vault)) == 1


def test_a_crontab_that_arrives_differently_is_put_back(machine: Machine, vault: Path) -> None:
    machine.has_cron().crontab = MINE
    machine.set("spoil")
    with pytest.raises(MachineProblem, match="the former one was put back"):
        install(vault)
    assert machine.crontab == MINE


def test_a_crontab_that_may_not_be_used(machine: Machine, vault: Path) -> None:
    machine.has_cron().set("refusal", "You (ada) are not allowed to use this program (crontab)\nSee crontab(1)\n")
    with pytest.raises(MachineProblem, match=r"cannot be read: You \(ada\) are not allowed"):
        install(vault)
    assert schedule.found(vault) == []


def test_without_a_cron_that_runs_it_is_said_and_never_called_active(machine: Machine, vault: Path) -> None:
    """In a container or in WSL there is often a crontab and nobody who reads it."""
    machine.has_cron(running=False)
    assert list(install(vault)) == ["not-running"]
    [timer] = schedule.found(vault)
    assert (timer.active, timer.next) == (False, "")
    assert schedule.planned(vault).done  # nothing that linkbak could do about it


def test_a_line_that_somebody_commented_out_is_not_active(machine: Machine, vault: Path) -> None:
    machine.has_cron()
    install(vault, at="10:17")
    machine.crontab = machine.crontab.replace(b"\n17 10", b"\n# 17 10")
    [timer] = schedule.found(vault)
    assert (timer.every, timer.active, timer.next) == ("", False, "")
    schedule.install(schedule.planned(vault))
    assert [timer.active for timer in schedule.found(vault)] == [True]


def test_lines_that_somebody_changed_are_found_and_not_touched(machine: Machine, vault: Path) -> None:
    machine.has_cron()
    install(vault, at="10:17")
    machine.crontab = changed = machine.crontab.replace(b"\n17 10", b"\n0 0 * * * true\n17 10")
    assert [timer.kind for timer in schedule.found(vault)] == ["cron"]
    with pytest.raises(MachineProblem, match="changed by hand"):
        install(vault)
    with pytest.raises(MachineProblem, match="changed by hand"):
        schedule.remove(vault, "cron")
    assert machine.crontab == changed


# systemd


def test_the_timer_is_started(machine: Machine, vault: Path) -> None:
    machine.has_systemd()
    assert list(install(vault)) == []
    timer = f"linkbak-{key_of(vault)}.timer"
    assert machine.heard == [
        "systemctl --user daemon-reload",
        f"systemctl --user enable {timer}",
        f"systemctl --user restart {timer}",
    ]


def test_without_a_session_it_starts_at_the_next_login(machine: Machine, vault: Path, strangers_machine: Path) -> None:
    """The files are there, and so is what `systemctl enable` makes; but nobody says that it runs."""
    machine.has_systemd().set("no-bus")
    assert list(install(vault, kind="systemd")) == ["at-next-login"]
    [timer] = schedule.found(vault)
    assert (timer.active, timer.command_ok) == (None, True)
    link = strangers_machine / "config/systemd/user/timers.target.wants" / Path(timer.where).name
    assert link.readlink() == Path(timer.where)


def test_where_no_systemd_runs_the_timer_is_not_active(machine: Machine, vault: Path) -> None:
    machine.has_systemd().set("no-bus")
    (machine.played / "booted").rmdir()
    install(vault, kind="systemd")
    assert [(timer.active, timer.next) for timer in schedule.found(vault)] == [(False, "")]


def test_that_it_runs_only_while_one_is_logged_in_is_said(machine: Machine, vault: Path) -> None:
    machine.has_systemd().set("linger", "no\n")
    assert list(install(vault)) == ["only-logged-in"]


def test_a_timer_that_was_stopped_is_started_again(machine: Machine, vault: Path) -> None:
    machine.has_systemd()
    install(vault)
    (machine.played / "active").unlink()
    plan = schedule.planned(vault)
    assert not plan.done
    files = [Path(piece.where).stat().st_ino for piece in plan.pieces]
    schedule.install(plan)
    assert [timer.active for timer in schedule.found(vault)] == [True]
    assert [Path(piece.where).stat().st_ino for piece in plan.pieces] == files  # as they were: not written anew


# launchd and Task Scheduler


def test_on_a_mac_nobody_is_logged_in_to_it_starts_at_the_next_login(machine: Machine, vault: Path) -> None:
    machine.is_a_mac().set("no-session")
    assert list(install(vault)) == ["at-next-login", "downloads"]
    assert [timer.active for timer in schedule.found(vault)] == [False]


def test_a_task_that_windows_refuses_is_not_installed(machine: Machine, vault: Path) -> None:
    machine.is_wsl().set("refusal", "ERROR: Access is denied.\r\n")
    with pytest.raises(MachineProblem, match="Windows did not take the task: ERROR: Access is denied"):
        install(vault)
    assert schedule.found(vault) == []


def test_a_task_that_was_switched_off_in_windows_is_not_active(machine: Machine, vault: Path) -> None:
    machine.is_wsl()
    install(vault)
    task = (machine.played / "task").read_bytes().decode("utf-16")
    off = task.replace("<Enabled>true</Enabled>\n    <ExecutionTimeLimit>", "<Enabled>false</Enabled>\n    <Exec")
    (machine.played / "task").write_text(off, encoding="utf-16")
    assert [(timer.active, timer.next) for timer in schedule.found(vault)] == [(False, "")]


# Which of them


def test_inside_wsl_windows_is_asked_even_if_there_is_a_cron(machine: Machine, vault: Path) -> None:
    """WSL stops, and every cron in it, when its last window is closed."""
    machine.has_cron().has_systemd().is_wsl()
    assert schedule.planned(vault).kind == "task-scheduler"


def test_a_user_whose_own_systemd_does_not_run_gets_cron(machine: Machine, vault: Path) -> None:
    machine.has_cron().has_systemd()
    (machine.played / "runtime" / "systemd").rmdir()
    assert schedule.planned(vault).kind == "cron"


def test_what_is_installed_is_changed_rather_than_another_added(machine: Machine, vault: Path) -> None:
    machine.has_cron().has_systemd()
    install(vault, kind="cron")
    assert schedule.planned(vault, every="month").kind == "cron"
    other = schedule.planned(vault, kind="systemd")
    assert [timer.kind for timer in other.others] == ["cron"]


def test_a_machine_without_any(vault: Path, monkeypatch: pytest.MonkeyPatch, machine: Machine, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineProblem, match="no scheduler that linkbak knows"):
        schedule.planned(vault)
    assert schedule.found(vault) == []


@pytest.mark.parametrize("kind", ["launchd", "task-scheduler"])
def test_what_the_machine_does_not_have_is_refused(kind: str, vault: Path, machine: Machine) -> None:
    machine.has_cron()
    with pytest.raises(MachineProblem, match=f"{kind} will not do"):
        schedule.planned(vault, kind=kind)


def test_what_is_no_scheduler_is_refused(vault: Path, machine: Machine) -> None:
    with pytest.raises(UsageProblem, match="'at' is no scheduler"):
        schedule.planned(vault, kind="at")


def test_behind_sudo_it_is_refused(vault: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.has_cron()
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "ada")
    with pytest.raises(UsageProblem, match="the timer would be root's"):
        schedule.planned(vault)
