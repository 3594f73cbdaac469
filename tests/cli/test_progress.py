"""A progress bar is for people who wait, and for nobody else."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from linkbak.cli import session
from linkbak.errors import MachineProblem


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time it is said to be, in seconds."""
    now = [0.0]
    monkeypatch.setattr("linkbak.cli.session.monotonic", lambda: now[0])
    return now


def told(stream: io.StringIO, clock: list[float], monkeypatch: pytest.MonkeyPatch, *, quiet: bool = False) -> str:
    """What stands on standard error while half of a slow piece of work is done."""
    monkeypatch.setattr("sys.stderr", stream)
    tell = session.progress(quiet=quiet)
    tell("reading", 1, 100)
    clock[0] += session.MOMENT + 0.1
    tell("reading", 50, 100)
    shown = stream.getvalue()
    tell("reading", 100, 100)
    return shown


def test_who_waits_on_a_terminal_sees_a_bar(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "reading" in told(Terminal(), clock, monkeypatch)


def test_nobody_else_does(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(io.StringIO(), clock, monkeypatch) == ""
    assert told(Terminal(), clock, monkeypatch, quiet=True) == ""


def test_what_is_done_in_a_moment_needs_none(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    tell = session.progress(quiet=False)
    for done in range(0, 101, 10):
        tell("reading", done, 100)
    assert stream.getvalue() == ""


def test_a_refusal_finds_no_bar_on_the_screen(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk was full half way: what is left of the bar would stand above the reason."""
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    tell = session.progress(quiet=False)
    clock[0] += session.MOMENT + 0.1
    tell("reading", 50, 100)
    session.report_error(MachineProblem("the disk is full"), for_programs=False)
    before, _, after = stream.getvalue().partition("error: the disk is full\n")
    assert before.endswith("\x1b[2K")
    assert "reading" not in after
    shown = stream.getvalue()
    session.clear_progress()
    assert stream.getvalue() == shown


HALF = """
import sys
from linkbak.cli import session as progress
progress.MOMENT = -1.0
progress.progress(quiet=False)("reading", 50, 100)
sys.exit(130)
"""


def test_an_interrupted_command_leaves_the_cursor_visible() -> None:
    """Rich hides it while a bar is there."""
    ours, theirs = os.openpty()
    try:
        seen = {**os.environ, "TERM": "xterm", "NO_COLOR": ""}
        ran = subprocess.run([sys.executable, "-c", HALF], stderr=theirs, env=seen, check=False)
    finally:
        os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        told = terminal.read(65536)
    assert ran.returncode == 130
    assert (told.count(b"\x1b[?25l"), told.count(b"\x1b[?25h")) == (1, 1)
