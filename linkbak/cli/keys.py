"""Questions that one key answers."""

from __future__ import annotations

import os
import sys

from linkbak.report import say

_END = "\x04"
"""What a terminal sends for Ctrl-D."""
_ESCAPE = "\x1b"
"""What a terminal sends first for an arrow and the like; what follows are no keys that somebody pressed."""


def key_pressed(prompt: str, keys: str) -> str:
    """The key somebody pressed, one of `keys`, the last of which also stands for Ctrl-D and an ended input.

    Where a terminal cannot tell single keys, a line is read. Anything else is asked again; Ctrl-C raises
    KeyboardInterrupt, as everywhere.
    """
    while True:
        pressed = _pressed(prompt)
        sys.stderr.write("\n")
        if not pressed or pressed == _END:
            return keys[-1]
        if pressed.lower() in keys:
            return pressed.lower()
        say(f"press one of {' '.join(keys)}")


def _pressed(prompt: str) -> str:
    """One key from standard input, shown as it is pressed; "" at its end.

    The terminal is told to give single keys before anything is asked, and keeps what was pressed already.
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows
        _ask(prompt)
        return sys.stdin.readline()[:1]
    stream = sys.stdin.fileno()
    before = termios.tcgetattr(stream)
    try:
        tty.setcbreak(stream, termios.TCSADRAIN)
        _ask(prompt)
        pressed = os.read(stream, 1).decode("ascii", "replace")
        if pressed == _ESCAPE:
            termios.tcflush(stream, termios.TCIFLUSH)
    finally:
        termios.tcsetattr(stream, termios.TCSADRAIN, before)
    if pressed.isprintable():
        sys.stderr.write(pressed)
    return pressed


def _ask(prompt: str) -> None:
    sys.stderr.write(prompt)
    sys.stderr.flush()
