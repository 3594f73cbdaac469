"""``linkbak doctor``: every line OK, WARN or FAIL, with what to do; it works where nothing else does."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import time_machine

from linkbak import paths, schedule, state
from linkbak.automation import doctor, doctor_checks
from linkbak.cli import doctor as doctor_verb
from linkbak.errors import Exit
from linkbak.remotes import note_copy
from linkbak.schedule import Timer
from linkbak.settings import look
from linkbak.vault import Vault
from tests.cli.running import run
from tests.settings.configuring import configure

NOW = "2126-04-01T12:00:00Z"


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    """Long after the invented archives were written and imported."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def timers(monkeypatch: pytest.MonkeyPatch, strangers_machine: Path) -> list[Timer]:
    """One that works; the machine that runs the tests is not asked. There is a folder for downloads, too."""
    there = [Timer("cron", "day", True, "2126-04-02T09:17:00Z", "crontab", True)]
    monkeypatch.setattr(schedule, "found", lambda _: there)
    (strangers_machine / "Downloads").mkdir()
    monkeypatch.setattr(doctor_verb, "oldest_check", lambda: date(2126, 3, 1))
    return there


class Told(NamedTuple):
    level: str
    what: str
    remedy: str


def told(check: str, vault: Path | None = None, *words: str) -> list[Told]:
    """What the doctor says of one thing; that the status fits the levels is looked at on the way."""
    ran = run("doctor", "--json", *words, vault=vault)
    found = ran.json
    assert (ran.status, ran.err) == (found["status"], "")
    assert (found["status"] != 0) == (found["level"] == "fail")
    return [Told(one["level"], one["what"], one["remedy"]) for one in found["checks"] if one["check"] == check]


def healthy(vault: Path) -> None:
    """Verified, and with a copy elsewhere."""
    state.note(vault, "verify", state.Done("2126-03-30T12:00:00Z", True, "all"))
    with Vault.open(vault) as opened:
        note_copy(vault, "usb.age", "seal", opened.newest(), "2126-03-30T12:00:00Z")


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All files below a folder, with their rights and the time of their last change."""
    return {
        str(one): (one.stat().st_mode, one.stat().st_mtime_ns, one.read_bytes() if one.is_file() else b"")
        for one in sorted(folder.rglob("*"))
    }


def test_a_vault_that_is_well(two: Path) -> None:
    healthy(two)
    ran = run("doctor", vault=two)
    lines = ran.out.splitlines()
    assert ran.status == 0
    assert lines[:2] == ["all is well", ""]
    assert [line.split(":")[0] for line in lines[2:]] == [
        f"OK    {name}"
        for name in (
            *("python", "git", "config", "vault", "permissions", "lock", "index", "clock", "disk", "folders"),
            *("timer", "remote", "kit"),
        )
    ]
    assert lines[5] == f"OK    vault: 2 snapshots in {two}; verified on 2126-03-30"


def test_the_verdict_comes_first_and_then_what_is_to_be_seen_to(two: Path) -> None:
    lines = run("doctor", vault=two).out.splitlines()
    levels = [line[:4] for line in lines[2:] if not line.startswith(" ")]

    assert lines[:2] == [f"{levels.count('WARN')} warnings; nothing is broken", ""]
    assert levels == sorted(levels, reverse=True)
    assert {*levels} == {"WARN", "OK  "}


def test_it_changes_nothing(two: Path, strangers_machine: Path) -> None:
    configure("[notify]\ncommand = 'true'\n")
    healthy(two)
    before = everything(two), everything(strangers_machine)
    run("doctor", vault=two)
    run("doctor", "--remote", vault=two)
    assert (everything(two), everything(strangers_machine)) == before


def test_nothing_is_there_yet(strangers_machine: Path) -> None:
    """Somebody has just installed linkbak."""
    before = everything(strangers_machine)
    [one] = told("vault")
    assert one.level == "warn"
    assert one.what == f"there is none yet at {paths.default_vault()}"
    assert "linkbak import" in one.remedy
    assert told("lock") == told("index") == told("remote") == []
    assert run("doctor").status == 0
    assert everything(strangers_machine) == before


def test_a_vault_that_was_named_and_is_not_there(tmp_path: Path) -> None:
    [one] = told("vault", tmp_path / "none")
    assert (one.level, one.what) == ("fail", f"there is no vault at {tmp_path / 'none'}")
    assert run("doctor", vault=tmp_path / "none").status == Exit.NO_VAULT


def test_without_git(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    [one] = told("git", two)
    assert (one.level, one.what) == ("fail", "git cannot be run")
    assert "Install git 2.39" in one.remedy
    assert run("doctor", vault=two).status == Exit.MACHINE
    assert [found.level for found in told("permissions", two)] == ["ok"]


def test_git_that_is_too_old(two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.20.1\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    [one] = told("git", two)
    assert (one.level, one.what) == ("fail", "git is too old: git version 2.20.1")


def test_settings_that_are_not_understood(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = configure("vualt = '/v'\n[cadence]\ndays = 0\n")
    monkeypatch.setenv("LINKBAK_CADENCE_DAY", "3")
    assert [(one.level, one.what) for one in told("config", two)] == [
        ("fail", f"{file}, line 1: vualt: linkbak knows no such key; did you mean vault?"),
        ("fail", f"{file}, line 3: cadence.days: it must be a whole number of days, from 1 to 36500"),
        ("warn", "LINKBAK_CADENCE_DAY is no variable of linkbak's; did you mean LINKBAK_CADENCE_DAYS?"),
    ]
    assert run("doctor", vault=two).status == Exit.USAGE
    assert told("vault", two)[0].what.startswith("2 snapshots")


def test_settings_that_are_no_toml_hide_where_the_vault_is() -> None:
    configure("vault = /v\n")
    assert told("config")[0].level == "fail"
    assert told("vault")[0].what == "nobody can say where it is until the settings are understood"


def test_secrets_that_others_can_read(two: Path) -> None:
    file = configure("[notify]\nping = 'https://example.com/SECRET'\n")
    file.chmod(0o644)
    [one] = told("config", two)
    assert one == Told("warn", f"others can read {file}, which holds secrets", f"chmod 600 {file}")
    assert "SECRET" not in run("doctor", vault=two).out
    file.chmod(0o600)
    assert [found.level for found in told("config", two)] == ["ok"]


def test_a_vault_that_is_broken(two: Path) -> None:
    """Its branch names no commit, and there is none that could be meant."""
    (two / ".git/refs/heads/main").write_text("no commit\n")
    shutil.rmtree(two / ".git/logs")
    shutil.rmtree(two / ".git/objects")
    (two / ".git/objects").mkdir()
    [one] = told("vault", two)
    assert one.level == "fail"
    assert "linkbak verify" in one.remedy
    assert run("doctor", vault=two).status == Exit.DAMAGED
    assert told("index", two) == told("remote", two) == []
    assert told("disk", two)[0].level == "ok"


def test_a_vault_in_whose_configuration_somebody_planted_something(two: Path) -> None:
    with (two / ".git/config").open("a") as config:
        config.write("[core]\n\tsshCommand = touch /tmp/planted\n")
    assert [one.level for one in told("vault", two)] == ["fail"]
    assert run("doctor", vault=two).status == Exit.DAMAGED


@pytest.mark.parametrize(
    ("last", "level", "what"),
    [
        (None, "warn", "never verified"),
        (state.Done("2125-12-01T00:00:00Z", True), "warn", "last verified on 2125-12-01"),
        (state.Done("2126-03-31T00:00:00Z", False), "fail", "found damaged on 2126-03-31"),
    ],
)
def test_when_the_vault_was_last_verified(two: Path, last: state.Done | None, level: str, what: str) -> None:
    if last is not None:
        state.note(two, "verify", last)
    [one] = told("vault", two)
    assert (one.level, one.what) == (level, f"2 snapshots in {two}; {what}")
    assert run("doctor", vault=two).status == (Exit.DAMAGED if level == "fail" else 0)


def test_a_vault_that_a_program_copies_into_a_cloud(two: Path, strangers_machine: Path) -> None:
    inside = strangers_machine / "Dropbox/vault"
    shutil.copytree(two, inside, symlinks=True)
    healthy(inside)
    assert [one.level for one in told("vault", inside)] == ["ok", "warn"]
    assert "Dropbox" in told("vault", inside)[1].what


def test_what_others_can_look_into(two: Path) -> None:
    run("people", vault=two)
    two.chmod(0o755)
    cache = paths.cache_folder(two)
    cache.chmod(0o750)
    assert told("permissions", two) == [
        Told("warn", f"others on this machine can look into {two}", f"chmod 700 {two}"),
        Told("warn", f"others on this machine can look into {cache}", f"chmod 700 {cache}"),
    ]


def test_what_belongs_to_somebody_else(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a command with sudo; everything else in the tests belongs to whoever runs them."""
    theirs = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: theirs)
    [one] = told("permissions", two)
    assert one.level == "fail"
    assert one.what.startswith(f"{two} and ")
    assert "sudo chown" in one.remedy


def test_what_is_closed_to_oneself(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is closed to root, who may be running the tests."""
    shut, access = two / ".git/objects", os.access
    monkeypatch.setattr(os, "access", lambda path, how: path != shut and access(path, how))
    assert told("permissions", two) == [Told("fail", f"{shut} is closed to you", f"chmod -R u+rwX {two}")]
    assert run("doctor", vault=two).status == Exit.MACHINE


@contextmanager
def writing(vault: Path, command: str, *, held: bool) -> Iterator[None]:
    """As while a command writes, or after it was killed."""
    busy, lock = vault / ".git/linkbak/busy", vault / ".git/linkbak/lock"
    busy.write_text(json.dumps({"pid": os.getpid(), "command": command}) + "\n")
    lock.touch()
    with lock.open("r+b") as file:
        if held:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_who_holds_the_lock(two: Path) -> None:
    with writing(two, "import", held=True):
        assert told("lock", two) == [Told("ok", "`linkbak import` is writing to the vault just now", "")]
    with writing(two, "import", held=False):
        [one] = told("lock", two)
        assert (one.level, one.what) == ("warn", "`linkbak import` was interrupted")
        assert "Nothing is lost" in one.remedy


def test_a_command_that_ended_by_itself_and_left_the_rest_to_the_next(two: Path) -> None:
    with writing(two, "import", held=False):
        with (two / ".git/linkbak/busy").open("a") as busy:
            busy.write('{"left": true}\n')
        assert told("lock", two) == [Told("ok", "nobody is writing to the vault", "")]


def test_git_that_was_killed_at_its_work(two: Path) -> None:
    left = two / ".git/index.lock"
    left.touch()
    [one] = told("lock", two)
    assert one.level == "fail"
    assert one.remedy.endswith(f"rm {left}")
    assert run("doctor", vault=two).status == Exit.LOCKED


def test_the_index(two: Path) -> None:
    place = paths.cache_folder(two) / "index.sqlite"
    place.unlink(missing_ok=True)
    assert told("index", two)[0] == Told("ok", "there is none yet; the next command that needs it makes it", "")
    run("people", vault=two)
    assert told("index", two) == [Told("ok", f"sound, {place}", "")]
    db = sqlite3.connect(place)
    db.execute("BEGIN EXCLUSIVE")
    assert [one.level for one in told("index", two)] == ["ok"]
    db.close()
    place.write_bytes(b"no database, " * 1000)
    assert told("index", two) == [
        Told(
            "warn", f"SQLite cannot read it: {place}", "`linkbak doctor --index rebuild` makes it anew from the vault."
        )
    ]
    assert run("doctor", "--index", "rebuild", vault=two).status == 0
    assert told("index", two)[0].level == "ok"


@pytest.mark.parametrize(
    ("now", "level", "words"),
    [
        ("1970-01-01T00:00:00Z", "fail", "it is set to 1970-01-01 00:00 UTC, which is long past"),
        ("2026-03-01T00:00:00Z", "warn", "it shows 2026-03-01 00:00 UTC, but linkbak itself is of"),
        ("2126-03-01T00:00:00Z", "ok", "2126-03-01 00:00 UTC"),
    ],
)
def test_the_clock(two: Path, now: str, level: str, words: str) -> None:
    with time_machine.travel(now, tick=False):
        [one] = told("clock", two)
    assert one.level == level
    assert one.what.startswith(words)


@pytest.mark.parametrize("what", ["the newest snapshot", "the last import"])
def test_what_the_vault_knows_of_the_time(two: Path, what: str) -> None:
    """A snapshot from the future tells that this clock is wrong, or that the one was that wrote it down."""

    def told_of(moment: str) -> list[doctor_checks.Finding]:
        one = newest._replace(taken=moment) if "snapshot" in what else newest._replace(imported=moment)
        vars(installation)["summaries"] = (one,)
        return [*doctor_checks.clock(installation)]

    with Vault.open(two) as vault:
        newest = vault.summaries()[-1]
    installation = doctor_checks.Installation(two, True, look(), datetime.now(UTC))
    assert told_of("2126-04-03T00:00:00Z")[0].what.startswith(
        f"it shows 2126-04-01 12:00 UTC, but {what} is of 2126-04-03"
    )
    assert [one.level for one in told_of("2126-04-02T00:00:00Z")] == ["ok"]


@pytest.mark.parametrize(
    ("free", "level", "words"),
    [(10, "fail", "only 0 MB free"), (300_000_000, "warn", "300 MB free"), (5_000_000_000, "ok", "5.0 GB free")],
)
def test_the_disk(two: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str, words: str) -> None:
    usage = shutil.disk_usage(two)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    [one] = told("disk", two)
    assert one.level == level
    assert one.what.startswith(words)
    assert run("doctor", vault=two).status == (Exit.MACHINE if level == "fail" else 0)


@pytest.mark.parametrize(
    ("flag", "left", "level", "words"),
    [
        (os.ST_RDONLY, 10_000, "fail", "is on a disk that may only be read"),
        (0, 17, "warn", "room for 17 files only at"),
        (0, 10_000, "ok", "free at"),
    ],
)
def test_a_disk_that_takes_nothing_more(
    two: Path, monkeypatch: pytest.MonkeyPatch, flag: int, left: int, level: str, words: str
) -> None:
    real = os.statvfs(two)
    names = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail")
    given = {name: getattr(real, name) for name in names} | {"f_files": 20_000, "f_favail": left, "f_flag": flag}
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**given))
    [one] = told("disk", two)
    assert one.level == level
    assert words in one.what


def test_folders_that_are_not_there(two: Path, tmp_path: Path, strangers_machine: Path) -> None:
    assert told("folders", two)[0].what == f"archives are looked for in {strangers_machine / 'Downloads'}"
    configure(f"[scan]\nfolders = ['{tmp_path}/gone']\nmove_to = '{tmp_path}/done'\n")
    assert [(one.level, one.what) for one in told("folders", two)] == [
        ("warn", f"there is no folder {tmp_path}/gone"),
        ("warn", f"there is no folder {tmp_path}/done"),
    ]


def test_the_timer(two: Path, timers: list[Timer]) -> None:
    [one] = told("timer", two)
    assert (one.level, one.what[:27]) == ("ok", "cron, every day, next at 21")
    timers[0] = timers[0]._replace(active=False)
    assert told("timer", two)[0].what == "cron has a timer that will not run (crontab)"
    timers[0] = timers[0]._replace(command_ok=False)
    [one] = told("timer", two)
    assert (one.level, one.what) == ("fail", "cron calls a program that is not there any more (crontab)")
    timers.append(Timer("systemd", "week", None, "", "/x", True))
    assert [found.level for found in told("timer", two)] == ["fail", "ok", "warn"]
    timers.clear()
    assert told("timer", two) == [
        Told("warn", "nothing runs linkbak by itself", "`linkbak schedule install` sets up a timer.")
    ]


def test_when_it_last_ran(two: Path) -> None:
    state.write(two, "run", {"at": "2126-03-20T09:00:00Z", "status": 15})
    assert [(one.level, one.what) for one in told("timer", two)[1:]] == [
        ("warn", "it last ran on 2126-03-20"),
        ("warn", "the run of 2126-03-20 ended with status 15"),
    ]
    state.write(two, "run", {"at": "2126-03-31T09:00:00Z", "status": 0})
    assert told("timer", two)[1:] == []
    for spoilt in ({"at": 3}, {"at": "yesterday"}, {"at": "2126-03-20T09:00:00"}):
        state.write(two, "run", spoilt)
        assert told("timer", two)[1:] == []


def test_those_who_are_to_be_told(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("notify", two) == []
    configure("[notify]\ncommand = 'no-such-program SECRET'\n")
    [one] = told("notify", two)
    assert (one.level, one.what) == ("fail", "the program of notify.command is not there")
    configure("[notify]\nping = 'https://example.com/SECRET'\ncommand = 'true'\n")
    [one] = told("notify", two)
    assert (one.level, one.what) == ("ok", "ping and command; `linkbak config test-notification` tries what is set")
    assert "SECRET" not in run("doctor", vault=two).out


def test_a_timer_does_not_know_what_is_set_here_alone(
    two: Path, timers: list[Timer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever relies on being told would wait for ever."""
    monkeypatch.setenv("LINKBAK_NOTIFY_COMMAND", "true SECRET")
    [one] = told("notify", two)
    assert (one.level, one.what) == ("warn", "the timer does not know LINKBAK_NOTIFY_COMMAND, which is set here")
    timers.clear()
    assert [found.level for found in told("notify", two)] == ["ok"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """linkbak as it is installed without extras."""
    extras = {"apprise", "pyrage"}
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name in extras else real(name, *rest))


@pytest.mark.usefixtures("bare")
def test_extras_that_are_needed_and_not_installed(two: Path) -> None:
    assert told("notify", two) == []
    configure("[notify]\napprise = ['json://example.com/SECRET']\n")
    [one] = told("notify", two)
    assert (one.level, one.what) == ("fail", "apprise is not installed, so notify.apprise tells nobody")
    healthy(two)
    assert [(one.level, one.what) for one in told("remote", two)] == [
        ("warn", "`linkbak seal` does not work any more: pyrage is not installed"),
        ("ok", "sealed on 2126-03-30, and nothing has changed since"),
    ]


def test_libraries_that_are_needed_and_not_installed(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "LIBRARIES", (*doctor_checks.LIBRARIES, "no_such_library"))
    [one] = told("python", two)
    assert (one.level, one.what) == ("fail", "not installed: no_such_library")


def test_without_a_copy_elsewhere(two: Path) -> None:
    [one] = told("remote", two)
    assert (one.level, one.what) == ("warn", "there is no copy elsewhere: if this disk breaks, all is lost")
    assert "linkbak seal" in one.remedy


@pytest.mark.parametrize(
    ("made", "commit", "level", "what"),
    [
        ("2125-01-01T00:00:00Z", "", "ok", "sealed on 2125-01-01, and nothing has changed since"),
        ("2126-03-30T00:00:00Z", "0" * 40, "ok", "sealed on 2126-03-30; the vault has changed since"),
        ("2126-03-01T00:00:00Z", "0" * 40, "warn", "sealed on 2126-03-01, and the vault has changed since"),
    ],
)
def test_how_far_a_copy_is_behind(two: Path, made: str, commit: str, level: str, what: str) -> None:
    """Age alone is no harm: a copy of a vault that has not changed is as good as new."""
    with Vault.open(two) as vault:
        note_copy(two, "usb.age", "seal", commit or vault.newest(), made)
    [one] = told("remote", two)
    assert (one.level, one.what) == (level, what)


def test_a_remote_on_a_disk(two: Path, tmp_path: Path) -> None:
    copy = tmp_path / "usb"
    assert run("remote", "add", "usb", copy, "--create", vault=two).status == 0
    levels = {(one.level, one.what) for one in told("remote", two)}
    near = ("warn", "usb: it is on the vault's own disk")
    assert levels == {("warn", "usb: nothing was pushed there yet"), near}
    assert run("push", vault=two).status == 0
    pushed = ("ok", "usb: pushed on 2126-04-01, and nothing has changed since")
    for words in ([], ["--remote"]):
        assert {(one.level, one.what) for one in told("remote", two, *words)} == {pushed, near}
    copy.rename(tmp_path / "elsewhere")
    [one] = told("remote", two)
    assert (one.level, one.what) == ("warn", f"usb: {copy} is not there")
    [one] = told("remote", two, "--remote")
    assert one.level == "fail"
    assert run("doctor", "--remote", vault=two).status != 0


def test_a_remote_on_the_network_is_asked_only_if_that_is_wanted(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ssh").write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\nexit 255\n")
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert run("remote", "add", "far", "ssh://host.example.com/vault", vault=two).status == 0
    (tmp_path / "asked").unlink(missing_ok=True)
    assert [(one.level, one.what) for one in told("remote", two)] == [("warn", "far: nothing was pushed there yet")]
    assert not (tmp_path / "asked").exists()
    assert [one.level for one in told("remote", two, "--remote")] == ["fail"]
    assert (tmp_path / "asked").exists()
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "ssh" else f"/bin/{name}")
    assert told("remote", two)[0].what == "far: the program ssh is not there"


def _os_error() -> None:
    raise PermissionError(13, "Permission denied", "/somewhere")


def _bug() -> None:
    raise KeyError("SECRET")


@pytest.mark.parametrize(
    ("stumble", "status", "what"),
    [
        (_os_error, Exit.MACHINE, "cannot be looked at: /somewhere: permission denied"),
        (_bug, Exit.BUG, "this is a bug in linkbak: KeyError"),
    ],
)
def test_a_check_that_stumbles_stops_no_other(
    two: Path, monkeypatch: pytest.MonkeyPatch, stumble: Callable[[], None], status: Exit, what: str
) -> None:
    def check(_: object) -> Iterator[doctor_checks.Finding]:
        stumble()
        yield from ()

    healthy(two)
    whole = [one.check for one in examined(two)]
    monkeypatch.setitem(doctor.CHECKS, "git", check)
    [one] = told("git", two)
    assert (one.level, one.what[: len(what)]) == ("fail", what)
    assert "SECRET" not in one.what
    assert run("doctor", vault=two).status == status
    assert [one.check for one in examined(two)] == whole


def examined(vault: Path) -> list[doctor_checks.Finding]:
    return doctor.examine(doctor_checks.Installation(vault, True, look(), datetime.now(UTC)))


def test_the_gravest_failure_is_the_status() -> None:
    def failed(*statuses: Exit) -> Exit:
        return doctor.status_of([doctor_checks.Finding("fail", "", "", status) for status in statuses])

    assert failed(Exit.USAGE, Exit.NO_VAULT) == Exit.NO_VAULT
    assert failed(Exit.LOCKED, Exit.MACHINE, Exit.USAGE) == Exit.MACHINE
    assert failed(Exit.MACHINE, Exit.DAMAGED) == Exit.DAMAGED
    assert failed(Exit.BUG) == Exit.BUG
    assert failed() == Exit.FINE
    assert doctor.status_of([doctor_checks.Finding("warn", "", "", Exit.DAMAGED)]) == Exit.FINE


def test_quiet_says_failures_alone(two: Path) -> None:
    healthy(two)
    assert (run("doctor", "--quiet", vault=two).out, run("doctor", "--quiet", vault=two).err) == ("", "")
    (two / ".git/index.lock").touch()
    ran = run("doctor", "--quiet", vault=two)
    assert (ran.status, ran.out) == (Exit.LOCKED, "")
    assert ran.err.startswith("error: lock: a git program is changing the vault")
    assert ran.err.splitlines()[1].startswith("hint: Let it finish.")


def test_every_warning_and_every_failure_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the worst machine there is."""
    monkeypatch.setenv("PATH", "/nonexistent")
    configure("vualt = 3\n[notify]\ncommand = 'none'\n")
    found = run("doctor", "--json", vault=tmp_path).json["checks"]
    assert len([one for one in found if one["level"] != "ok"]) > 3
    assert [one for one in found if one["level"] != "ok" and not one["remedy"]] == []
