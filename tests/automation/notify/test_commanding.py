"""A command of the user's is run as it stands and gets the message; what becomes of it is told."""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path

import pytest

from linkbak.automation.notify import Message, Undelivered, channels, notify, run
from linkbak.settings import Notify

NEWS = Message("linkbak: 3 people vanished", "3 vanished,\n1 came.", "news")
HINT = "`linkbak config show notify --secrets` shows the command; `linkbak config test-notification` tries it."

_WRITE = """
import json, os, sys
told = {"words": sys.argv[2:], "text": sys.stdin.read()}
told |= {name: os.environ[name] for name in ("LINKBAK_SUBJECT", "LINKBAK_KIND")}
open(sys.argv[1], "w").write(json.dumps(told))
print("noise"); print("noise", file=sys.stderr)
"""


def python(code: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *words)


def told(message: Message, place: Path, *words: str) -> dict[str, object]:
    """What a command found out about the message."""
    assert notify(Notify(command=python(_WRITE, str(place), *words)), message) == []
    found: dict[str, object] = json.loads(place.read_text("utf-8"))
    return found


def test_a_command_reads_the_message(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert told(NEWS, tmp_path / "told", "-s", "{subject}", "[{kind}] {subject}", "{body}") == {
        "words": ["-s", "linkbak: 3 people vanished", "[news] linkbak: 3 people vanished", "{body}"],
        "text": "3 vanished,\n1 came.\n",
        "LINKBAK_SUBJECT": "linkbak: 3 people vanished",
        "LINKBAK_KIND": "news",
    }
    assert capfd.readouterr() == ("", "")


def test_no_shell_sees_the_words_or_the_message(tmp_path: Path) -> None:
    evil = Message("$(touch hacked) `x` {kind} ; \\", "{subject}", "trouble")

    found = told(evil, tmp_path / "told", "{subject}", "$HOME", "*")

    assert found["words"] == ["$(touch hacked) `x` {kind} ; \\", "$HOME", "*"]


def test_a_subject_is_one_line_and_a_message_holds_no_control_characters(tmp_path: Path) -> None:
    """A line break in a subject would be another header to a mail program, and a NUL no word at all."""
    hostile = Message("new\r\nBcc: all@example.com\0\x1b[2J", "a\r\nb\0\x1b[2J\u202ec\td \ud800", "news")

    found = told(hostile, tmp_path / "told")

    assert found["LINKBAK_SUBJECT"] == "new Bcc: all@example.com [2J"
    assert found["text"] == "a\nb[2Jc\td ?\n"


def test_a_command_in_the_users_home(strangers_machine: Path, tmp_path: Path) -> None:
    script = strangers_machine / "tell"
    script.write_text(f"#!/bin/sh\ncat > {tmp_path}/told\n")
    script.chmod(0o700)

    assert notify(Notify(command=("~/tell",)), NEWS) == []
    assert (tmp_path / "told").read_text() == "3 vanished,\n1 came.\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (python("raise SystemExit(3)"), "it ended with status 3"),
        (python("import os; os.kill(os.getpid(), 15)"), "it was ended by signal 15"),
        (("/no/such/python",), "it cannot be run: no such file or directory"),
        (("/",), "it cannot be run: permission denied"),
        (("a\0b",), "it cannot be run: its words make no sense"),
        (("", "x"), "it cannot be run: its words make no sense"),
    ],
    ids=["status", "signal", "missing", "folder", "nul", "empty"],
)
def test_what_becomes_of_a_bad_command(command: tuple[str, ...], why: str) -> None:
    (failed,) = notify(Notify(command=command), NEWS)

    assert (failed.why, failed.hint) == (why, HINT)


def test_a_message_names_the_program_alone() -> None:
    """What follows it may be a password."""
    how = Notify(command=("/no/such/tell", "--token", "secret"))

    assert channels(how) == ("command tell",)
    assert [one[:2] for one in notify(how, NEWS)] == [("command tell", "it cannot be run: no such file or directory")]


def test_a_command_that_does_not_read_is_no_trouble() -> None:
    big = NEWS._replace(body=200_000 * "x")

    assert notify(Notify(command=python("import os; os.close(0)")), big) == []


def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pids)!r} + '.half', 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        f"os.rename({str(pids)!r} + '.half', {str(pids)!r})\n"
        "time.sleep(600)"
    )

    failed = run(python(code), NEWS, seconds=1.5)

    assert failed == Undelivered(f"command {Path(sys.executable).name}", "it had not ended after 1.5 seconds", HINT)
    if pids.exists():  # on a machine so busy that it never came so far, there is nothing to end
        assert all(ends(int(pid)) for pid in pids.read_text().split())


def ends(pid: int) -> bool:
    """Whether a process is at its end, or comes to it; a signal takes a moment."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 20)[0])
    finally:
        os.close(descriptor)
