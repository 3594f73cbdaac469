"""`linkbak status`: how the backup stands, on one screen and for programs."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter, namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from linkbak import schedule
from linkbak import state as state_module
from linkbak.automation import status as standing
from linkbak.automation.status import _size
from linkbak.cli.reach import reached_now
from linkbak.errors import MachineProblem
from linkbak.remotes import add_remote, note_copy
from linkbak.remotes.push import push
from linkbak.schedule import Timer
from linkbak.state import Done
from linkbak.talk import Reached
from linkbak.vault import Vault
from tests.cli.running import run, state
from tests.cli.terminal import on_terminal

NOW = "2026-04-01T12:00:00Z"
LINK = "https://www.linkedin.com/mypreferences/d/download-my-data"
VERIFY = "  every byte compared: never; `linkbak verify` does it\n"
DRILL = "  restore tried out: never; `linkbak verify --restore` does it\n"
COPY = "  copy elsewhere: none; `linkbak remote add` or `linkbak seal` makes one\n"
TIMER = "  timer: none; `linkbak schedule install` sets one up\n"
RUN = "  last run: never; `linkbak run` does what a timer would\n"
SPACE = "  space: 50.0 kB on disk, 5.0 GB free\n"
NEVER = f"\n{VERIFY}{DRILL}{COPY}{TIMER}{RUN}{SPACE}"
ASK = (
    f"      {LINK}\n"
    '      Choose "Download larger data archive" and press "Request archive". Then:\n'
    "      linkbak request sent\n"
)
DAILY = Timer("systemd", "day", True, "2026-04-02T07:04:00Z", "linkbak.timer", command_ok=True)


@pytest.fixture(autouse=True)
def today() -> object:
    """The first of April."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One without a timer, with room for five gigabytes."""
    _timers(monkeypatch)
    _free(monkeypatch, 5_000_000_000)
    monkeypatch.setattr("linkbak.automation.status._size", lambda place: 50_000)


def _timers(monkeypatch: pytest.MonkeyPatch, *timers: Timer) -> None:
    monkeypatch.setattr(schedule, "found", lambda place: list(timers))


def _free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = namedtuple("usage", ("total", "used", "free"))  # as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(free, 0, free))


def _aged(vault: Path, moment: str) -> None:
    when = datetime.fromisoformat(moment).timestamp()
    for name in ("README.md", "linkbak.toml", ".gitattributes"):
        os.utime(vault / name, (when, when))


def _lines(vault: Path, start: str, status: int = 0) -> list[str]:
    """The lines of the screen that begin so."""
    ran = run("status", vault=vault)
    assert (ran.status, ran.err) == (status, "")
    return [line.strip() for line in ran.out.splitlines() if line.strip().startswith(start)]


def test_an_empty_vault(empty: Path) -> None:
    ran = run("status", vault=empty)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "Nothing is kept yet: ask LinkedIn for your archive\n  nothing is kept yet: linkbak import ARCHIVE\n"
        f"    due: ask LinkedIn for your archive, on a computer\n{ASK}{NEVER}  vault: {empty}\n"
    )
    found = run("status", "--json", vault=empty).json
    assert found.pop("requests")[0]["account"] is None
    assert found == {
        "schema": "linkbak.status/1",
        "vault": str(empty),
        "status": 0,
        "accounts": [],
        "link": LINK,
        "held": [],
        "copies": [],
        "verify": {"last": None, "passed": None},
        "sample": {"last": None, "passed": None},
        "drill": {"last": None, "passed": None},
        "timers": [],
        "run": None,
        "space": {"free": 5_000_000_000, "little": False, "vault": 50_000},
        "troubles": [],
        "not_kept": [],
        "api": None,
        "reach": [],
    }


def test_a_vault_that_stays_empty_is_stale_after_thirty_days(empty: Path) -> None:
    _aged(empty, "2026-03-03T12:00:00Z")
    assert run("status", vault=empty).status == 0

    _aged(empty, "2026-03-02T12:00:00Z")

    assert _lines(empty, "nothing", 7) == ["nothing is kept yet, and the vault is 30 days old: linkbak import ARCHIVE"]


def test_what_is_kept_and_how_old_it_is(two: Path, boris: Path) -> None:
    assert run("import", boris, "--account", "boris", vault=two).status == 0
    before = state(two)

    ran = run("status", vault=two)

    assert ran.out == (
        "The backup is fresh, but there is no copy elsewhere: `linkbak remote add`\n"
        "  linkedin-me: 2 snapshots, 39.4 kB of files\n"
        "    newest of 20 Mar 2026, 12 days ago: fresh\n"
        "    you could reach 3 of 70 people without LinkedIn (4 %): `linkbak reach`\n"
        "    kept: the next one is due on 19 Apr 2026\n"
        "  linkedin-boris: 1 snapshot, 3.2 kB of files\n"
        "    newest of 21 Mar 2026, 11 days ago: fresh\n"
        "    you could reach 1 of 11 people without LinkedIn (9 %): `linkbak reach`\n"
        f"    kept: the next one is due on 20 Apr 2026\n{NEVER}  vault: {two}\n"
    )
    assert run("status", "--json", vault=two).json["accounts"] == [
        {"account": "linkedin-me", "snapshots": 2, "newest": "2026-03-20T08:07:10Z", "age_days": 12},
        {"account": "linkedin-boris", "snapshots": 1, "newest": "2026-03-21T07:00:00Z", "age_days": 11},
    ]
    assert "linkedin-boris" not in run("status", "--account", "me", vault=two).out
    assert run("status", "--account", "nobody", vault=two).status == 2
    assert run("status", "--quiet", vault=two).out == ""
    assert state(two) == before


@pytest.mark.parametrize(
    ("day", "level", "status"),
    [("2026-04-18", "fresh", 0), ("2026-04-19", "due", 0), ("2026-04-24", "late", 0), ("2026-05-19", "stale", 7)],
)
def test_age_against_the_cadence(two: Path, today: time_machine.Traveller, day: str, level: str, status: int) -> None:
    today.move_to(f"{day}T12:00:00Z")

    (line,) = _lines(two, "newest", status)

    assert line.endswith(f" days ago: {level}")
    assert run("status", "--quiet", vault=two).status == status
    found = run("status", "--json", vault=two)
    assert (found.status, found.json["status"], found.json["requests"][0]["level"]) == (status, status, level)


def test_a_cadence_of_ones_own(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_CADENCE_DAYS", "7")
    monkeypatch.setenv("LINKBAK_CADENCE_WARN", "9")
    monkeypatch.setenv("LINKBAK_CADENCE_STALE", "12")

    assert _lines(two, "newest", 7) == ["newest of 20 Mar 2026, 12 days ago: stale"]


def test_one_stale_account_is_enough_unless_another_is_meant(
    two: Path, boris: Path, today: time_machine.Traveller
) -> None:
    assert run("import", boris, "--account", "boris", vault=two).status == 0
    today.move_to("2026-05-19T12:00:00Z")

    assert run("status", vault=two).status == 7
    assert run("status", "--account", "boris", vault=two).status == 0


def test_the_next_thing_to_do_is_what_the_request_needs(two: Path, today: time_machine.Traveller) -> None:
    today.move_to("2026-04-20T12:00:00Z")
    assert f"    due: ask LinkedIn for your archive, on a computer\n{ASK}" in run("status", vault=two).out
    assert run("request", "sent", vault=two).status == 0
    today.move_to("2026-04-23T03:00:00Z")

    assert _lines(two, "ready") == ["ready: the link in LinkedIn's mail expires in 9 h at the earliest"]


@pytest.mark.parametrize(
    ("day", "ago"),
    [
        ("2026-04-01T00:00:01Z", "today"),
        ("2026-03-31T23:59:59Z", "yesterday"),
        ("2026-03-30T23:00:00Z", "2 days ago"),
        ("2026-05-01T00:00:00Z", "today"),
    ],
)
def test_when_it_was_last_looked_over(two: Path, day: str, ago: str) -> None:
    """A clock that went wrong in between makes no negative days."""
    state_module.note(two, "drill", Done(day, passed=True, what="linkedin-me of 20 Mar 2026"))

    ran = run("status", vault=two)

    assert f"\n  restore tried out: {ago}, all was well (linkedin-me of 20 Mar 2026)\n" in ran.out
    done = {"at": day, "passed": True, "what": "linkedin-me of 20 Mar 2026"}
    assert run("status", "--json", vault=two).json["drill"] == {"last": done, "passed": done}


def test_a_share_compared_is_told_until_every_byte_is(two: Path) -> None:
    """It is no reason to say that every byte was."""
    done = Done("2026-03-31T00:00:00Z", passed=True, what="2 of 30 files in 2 snapshots")
    state_module.note(two, "sample", done)

    assert _lines(two, "every byte") == [VERIFY.strip()]
    assert _lines(two, "a share") == ["a share of it compared: yesterday, all was well (2 of 30 files in 2 snapshots)"]
    assert run("status", "--json", vault=two).json["sample"]["last"]["what"] == "2 of 30 files in 2 snapshots"
    state_module.note(two, "sample", done._replace(passed=False))
    assert _lines(two, "a share") == []
    state_module.note(two, "sample", done)
    state_module.note(two, "verify", Done("2026-03-31T01:00:00Z", passed=True, what="2 snapshots"))
    assert _lines(two, "a share") == []


def test_a_failure_is_said_with_the_last_time_that_all_was_well(two: Path) -> None:
    state_module.note(two, "drill", Done("2026-03-20T00:00:00Z", passed=True, what="x"))
    state_module.note(two, "drill", Done("2026-03-31T00:00:00Z", passed=False, what="y"))
    state_module.note(two, "verify", Done("2026-03-31T00:00:00Z", passed=False, what="all"))

    assert (
        "  every byte compared: yesterday, and it failed. Run `linkbak verify` again\n"
        "  restore tried out: yesterday, and it failed; the last time all was well: 12 days ago. "
        "Run `linkbak verify --restore` again\n"
    ) in run("status", vault=two).out
    found = run("status", "--json", vault=two).json
    assert (found["drill"]["last"]["passed"], found["drill"]["passed"]["what"]) == (False, "x")
    assert found["verify"]["passed"] is None


def test_notes_of_somebody_else_do_not_act(two: Path) -> None:
    """They lie in files that others may have written to."""
    state_module.note(two, "drill", Done("2026-03-31T00:00:00Z", passed=True, what="\x1b[2J[bold]x"))
    note_copy(two, "\x1b[2Jusb", "seal", "", "2026-03-31T00:00:00Z")

    printed = run("status", vault=two).out
    assert "yesterday, all was well (�[2J[bold]x)" in printed
    assert "copy elsewhere, �[2Jusb: yesterday" in printed
    nonsense = {}
    for name in ("upkeep", "copies", "run", "request", "reminders"):
        nonsense[name] = {"drill": {"last": ["never", True, ""], "at": 7}}
    state_module.file_of(two).write_text(json.dumps(nonsense))
    assert run("status", vault=two).out.endswith(f"{NEVER}  vault: {two}\n")


def test_losses_that_are_held_until_they_are_accepted(two: Path, ruins: Path) -> None:
    assert run("import", ruins / "half-gone.zip", vault=two).status == 9

    (line,) = _lines(two, "held")

    assert line == "held, not believed yet: 35 losses of 27 Mar 2026; `linkbak diff` shows them"
    (held,) = run("status", "--json", vault=two).json["held"]
    assert (held["account"], held["losses"]) == ("linkedin-me", 35)
    assert run("import", ruins / "half-gone.zip", "--accept", vault=two).status == 0
    assert run("status", "--json", vault=two).json["held"] == []


def test_losses_that_a_later_list_settles_are_not_held(two: Path, ruins: Path) -> None:
    """The list of 20 March shows everybody whom this one lacks."""
    assert run("import", ruins / "half-gone.zip", "--taken", "2026-03-19", vault=two).status == 9

    assert run("status", "--json", vault=two).json["held"] == []


def test_copies_elsewhere(two: Path, tmp_path: Path, today: time_machine.Traveller) -> None:
    add_remote(two, "usb", str(tmp_path / "usb.git"), create=True)
    add_remote(two, "nas", str(tmp_path / "nas.git"), create=True)
    assert [one.error for one in push(two, ["usb"])] == [None]
    note_copy(two, "cloud", "seal", "0" * 40, "2026-03-16T00:00:00Z")
    today.move_to("2026-04-03T12:00:00Z")

    assert _lines(two, "copy elsewhere") == [
        "copy elsewhere, cloud: 18 days ago, lacks what came since; `linkbak seal`",
        "copy elsewhere, nas: never made; `linkbak push` makes it",
        "copy elsewhere, usb: 2 days ago, all of the vault",
    ]
    assert run("status", "--json", vault=two).json["copies"] == [
        {"name": "cloud", "kind": "seal", "at": "2026-03-16T00:00:00Z", "whole": False, "trouble": None, "failed": 0},
        {"name": "nas", "kind": "remote", "at": None, "whole": False, "trouble": None, "failed": 0},
        {"name": "usb", "kind": "remote", "at": NOW, "whole": True, "trouble": None, "failed": 0},
    ]
    run("mark", "Niall Sampla", "known", vault=two)
    assert _lines(two, "copy elsewhere, usb") == [
        "copy elsewhere, usb: 2 days ago, lacks what came since; `linkbak push`"
    ]


def test_many_copies_stay_on_one_screen(two: Path) -> None:
    for number in range(9):
        note_copy(two, f"seal-{number}", "seal", "", NOW)

    assert len(_lines(two, "copy elsewhere")) == 4
    assert _lines(two, "and ") == ["and 5 more copies elsewhere"]
    assert len(run("status", "--json", vault=two).json["copies"]) == 9


@pytest.mark.parametrize(
    ("timer", "line"),
    [
        (DAILY, "timer: every day, by systemd, next 2 Apr 2026 at 07:04"),
        (DAILY._replace(next="", active=None, kind="cron"), "timer: every day, by cron"),
        (DAILY._replace(every=""), "timer: at times of your own, by systemd, next 2 Apr 2026 at 07:04"),
        (
            DAILY._replace(active=False),
            "timer: every day, by systemd, but it is switched off; `linkbak schedule status`",
        ),
        (
            DAILY._replace(command_ok=False),
            "timer: every day, by systemd, but its program is gone; `linkbak schedule install` mends it",
        ),
    ],
)
def test_the_timer(two: Path, monkeypatch: pytest.MonkeyPatch, timer: Timer, line: str) -> None:
    _timers(monkeypatch, timer)
    monkeypatch.setattr("linkbak.report.status._local", lambda when: when.astimezone(UTC))

    assert _lines(two, "timer") == [line]
    assert run("status", "--json", vault=two).json["timers"] == [
        {
            "kind": timer.kind,
            "every": timer.every,
            "active": timer.active,
            "next": timer.next or None,
            "where": timer.where,
            "command_ok": timer.command_ok,
        }
    ]


def test_two_timers(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _timers(monkeypatch, DAILY, DAILY._replace(kind="cron"))

    assert len(_lines(two, "timer")) == 2
    assert _lines(two, "two") == ["two timers do the same work; `linkbak schedule remove` takes one away"]


@pytest.mark.parametrize(
    ("days", "ended", "line"),
    [
        (0, 0, "last run: today, all was well"),
        (1, 7, "last run: yesterday, all was well"),
        (2, 15, "last run: 2 days ago, with exit status 15; `linkbak run` tells why"),
        (3, 0, "last run: 3 days ago, though the timer should have run since"),
    ],
)
def test_the_last_run(two: Path, monkeypatch: pytest.MonkeyPatch, days: int, ended: int, line: str) -> None:
    """That the archive is stale is no fault of a run."""
    _timers(monkeypatch, DAILY)
    at = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
    state_module.write(two, "run", {"at": at, "status": ended})

    assert _lines(two, "last run") == [line]
    assert run("status", "--json", vault=two).json["run"] == {"at": at, "status": ended}


def test_little_space(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _free(monkeypatch, 999_999_999)

    assert _lines(two, "space") == [
        "space: 50.0 kB on disk, 1.0 GB free, which is little: make room before the next archive"
    ]
    assert run("status", "--json", vault=two).json["space"]["little"]


def test_space_for_less_than_two_archives_is_little(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """39.4 kB are both of them."""
    monkeypatch.setattr("linkbak.automation.status.ROOM", 0)
    for free, little in ((30_000, True), (90_000, False)):
        _free(monkeypatch, free)
        assert run("status", "--json", vault=two).json["space"]["little"] is little


def test_a_vault_of_too_many_files_is_not_measured(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("linkbak.automation.status._FILES", 10)

    assert run("status", "--json", vault=two).json["space"]["vault"] is None
    assert "on disk" not in run("status", vault=two).out


def test_the_vault_is_measured_as_it_lies_on_disk(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    size = sum(file.lstat().st_size for file in two.rglob("*") if not file.is_dir())

    assert run("status", "--json", vault=two).json["space"]["vault"] == size


def test_what_cannot_be_looked_at_hides_nothing_else(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Ada Example")

    def missing(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr(schedule, "found", broken)
    monkeypatch.setattr(shutil, "disk_usage", missing)

    ran = run("status", vault=two)

    assert ran.status == 0
    assert "  linkbak cannot read the free space: Permission denied\n" in ran.out
    assert (
        "  linkbak cannot read the timer: this is a bug in linkbak: RuntimeError at tests.cli.test_status:" in ran.out
    )
    assert "Ada" not in ran.out
    assert "newest of 20 Mar 2026, 12 days ago: fresh" in ran.out
    found = run("status", "--json", vault=two).json
    assert [one["what"] for one in found["troubles"]] == ["the timer", "the free space"]
    assert found["space"] is None


def test_a_damaged_vault_still_says_what_it_can(two: Path) -> None:
    state_module.note(two, "verify", Done("2026-03-31T00:00:00Z", passed=True, what="2 snapshots"))
    note_copy(two, "usb", "remote", "", "2026-03-31T00:00:00Z")
    (two / ".git" / "HEAD").write_text("ref: refs/heads/other\n")

    ran = run("status", vault=two)

    assert (ran.status, ran.err) == (12, "")
    assert "linkbak cannot read the vault: the vault is not on its branch main\n" in ran.out
    assert "every byte compared: yesterday, all was well" in ran.out
    assert "  copy elsewhere, usb: yesterday\n" in ran.out
    assert "nothing is kept yet" not in ran.out
    assert ran.out.count("cannot read") == 1
    document = run("status", "--json", vault=two)
    assert (document.status, document.json["status"], document.json["requests"]) == (12, 12, [])
    assert document.json["copies"][0]["whole"] is None


def test_a_vault_that_may_not_be_read_is_never_called_well(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(vault: Path) -> None:
        raise MachineProblem("no permission to read the vault")

    monkeypatch.setattr(Vault, "open", refuse)
    ran = run("status", vault=two)
    assert ran.status == 15
    assert "linkbak cannot read the vault: no permission to read the vault\n" in ran.out


def test_a_planted_git_configuration_is_damage_and_hides_nothing_else(two: Path) -> None:
    assert run("log", vault=two).status == 0
    with (two / ".git" / "config").open("a") as config:
        config.write('[remote "usb"]\n\tuploadpack = /tmp/evil\n[core]\n\tfsmonitor = /tmp/evil\n')

    ran = run("status", vault=two)

    assert (ran.status, ran.err) == (12, "")
    assert "newest of 20 Mar 2026, 12 days ago: fresh" in ran.out
    assert "  linkbak cannot read the copies elsewhere: " in ran.out


def test_no_vault(tmp_path: Path) -> None:
    assert run("status", vault=tmp_path / "nowhere").status == 10


def test_it_fits_a_terminal(two: Path, tmp_path: Path) -> None:
    place = tmp_path / "a folder with a long name of which nobody can say why" / "and one more of them" / "vault"
    place.parent.mkdir(parents=True)
    shutil.move(two, place)
    state_module.note(place, "drill", Done("2026-03-20T00:00:00Z", passed=True, what="x"))
    state_module.note(place, "drill", Done("2026-03-31T00:00:00Z", passed=False, what="y"))
    _requested(place)

    lines = on_terminal("status", vault=place, status=7)

    assert [line for line in lines if len(line) > 80 and "vault" not in line] == []
    assert any(line.startswith("  restore tried out: ") for line in lines)
    assert len(lines) <= 24


def _requested(place: Path) -> None:
    """A request whose link waits: what takes most lines."""
    state_module.write(place, "request", {"linkedin-me": {"requested": _days_ago(2), "mailed": None}})
    for name in ("one", "two", "three", "four", "five"):
        note_copy(place, name, "seal", "", _days_ago(9))
    state_module.write(place, "run", {"at": _days_ago(9), "status": 15})


def _days_ago(days: int) -> str:
    """Of the real clock, since the program runs by itself."""
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time_machine.escape_hatch.time.time() - days * 86400))


def test_no_folder_is_walked_twice(two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault may have tens of thousands of them, and a disk is slow."""
    shutil.copytree(two, copy := tmp_path / "copy.git")
    run("remote", "add", "disk", copy, vault=two)
    walked, scandir = Counter[str](), os.scandir

    def watched(path: Any = ".") -> Any:
        walked[os.path.realpath(path if not isinstance(path, int) else f"/proc/self/fd/{path}")] += 1
        return scandir(path)

    monkeypatch.setattr(os, "scandir", watched)
    monkeypatch.setattr("linkbak.automation.status._size", _size)
    assert run("status", vault=two).status in (0, 7)

    assert walked[os.path.realpath(two / "snapshots")] == 1
    assert {folder: times for folder, times in walked.items() if times > 1} == {}


def test_the_reach_is_counted_once_for_each_state_of_a_small_vault(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large one it is told as last counted, until `reach` or `run` counts anew."""
    counted = list[str]()

    def measure(vault: Vault, account: str) -> Reached:
        counted.append(account)
        return reached_now(vault, account)

    monkeypatch.setattr("linkbak.cli.reach.reached_now", measure)
    line = "    you could reach 3 of 70 people without LinkedIn (4 %): `linkbak reach`\n"
    for _ in range(2):
        assert line in run("status", vault=two).out
    assert counted == ["linkedin-me"]
    (told,) = run("status", "--json", vault=two).json["reach"]
    assert told == {
        "account": "linkedin-me", "taken": "2026-03-20T08:07:10Z", "people": 70, "reachable": 3, "talked": 2,
        "talked_reachable": 0,
    }  # fmt: skip

    run("mark", "Alba Mostra", "note", "alba@example.org", vault=two)
    monkeypatch.setattr(standing, "_QUICK", 10)
    assert line in run("status", vault=two).out, "as last counted"
    run("reach", vault=two)
    assert "you could reach 4 of 70 people" in run("status", vault=two).out
    assert counted == ["linkedin-me"]


def test_what_was_counted_before_the_newest_archive_says_so(
    empty: Path, march: Path, february: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", february, vault=empty)
    run("reach", vault=empty)
    run("import", march, vault=empty)
    monkeypatch.setattr(standing, "_QUICK", 10)

    assert " without LinkedIn (4 %), as of 28 Feb 2026: `linkbak reach`\n" in run("status", vault=empty).out
