"""What only a terminal can do: show long output in a pager, and ask questions that one key answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import TextIO

from linkbak.report import say
from linkbak.texts import tr


class _Screen(StringIO):
    """What is written for a terminal, before it is seen there."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It will be one."""
        return True


def paged(write: Callable[[TextIO], None]) -> bool:
    """Show in a pager what is written, if it is longer than the screen; says whether it has been shown at all."""
    pager = _pager()
    if not pager:
        return False
    screen = _Screen()
    write(screen)
    text = screen.getvalue()
    size = shutil.get_terminal_size()
    if text.count("\n") < size.lines:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's
    try:
        options = {"LESS": "FRX", "LV": "-c", **os.environ}
        shown = subprocess.run(pager, shell=True, input=text.encode(), env=options, check=False)  # noqa: S602
    except BrokenPipeError:
        return True  # whoever looked has seen enough
    finally:
        signal.signal(signal.SIGINT, before)
    return shown.returncode not in (126, 127)


def _pager() -> str:
    """What the user wants as a pager, else less if there is one; "" for none."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return ""
    for name in ("LINKBAK_PAGER", "PAGER"):
        if name in os.environ:
            return "" if os.environ[name].strip() in ("", "cat") else os.environ[name]
    return "less" if shutil.which("less") else ""


_END = "\x04"
"""What a terminal sends for Ctrl-D."""
_ESCAPE = "\x1b"
"""What a terminal sends first for an arrow and the like; what follows are no keys that somebody pressed. As little are
the further bytes of a letter that is not ASCII."""


def key_pressed(prompt: str, keys: str) -> str:
    """The key somebody pressed, one of `keys`, the last of which also stands for Ctrl-D and an ended input.

    Anything else is asked again; Ctrl-C raises KeyboardInterrupt, as everywhere.
    """
    while True:
        pressed = _pressed(prompt)
        sys.stderr.write("\n")
        if not pressed or pressed == _END:
            return keys[-1]
        if pressed.lower() in keys:
            return pressed.lower()
        say(tr("press one of {keys}", keys=" ".join(keys)))


def _pressed(prompt: str) -> str:
    """One key from standard input, shown as it is pressed; "" at its end.

    The terminal is told to give single keys before anything is asked, and keeps what was pressed already.
    """
    import termios
    import tty

    stream = sys.stdin.fileno()
    before = termios.tcgetattr(stream)

    def begin(*_: object) -> None:
        tty.setcbreak(stream, termios.TCSADRAIN)
        # Not by Python's stream, which a signal in the middle of a write must not enter again.
        os.write(sys.stderr.fileno(), prompt.encode(errors="replace"))

    sys.stderr.flush()
    continued = signal.signal(signal.SIGCONT, begin)  # after Ctrl-Z the shell has changed the terminal
    try:
        begin()
        pressed = os.read(stream, 1).decode("ascii", "replace")
        if pressed == _ESCAPE or not pressed.isascii():
            termios.tcflush(stream, termios.TCIFLUSH)
    finally:
        signal.signal(signal.SIGCONT, continued)
        termios.tcsetattr(stream, termios.TCSADRAIN, before)
    if pressed.isascii() and pressed.isprintable():
        sys.stderr.write(pressed)
    return pressed


def on_terminal() -> bool:
    """Whether somebody looks at standard output, rather than another program."""
    return sys.stdout.isatty()
