"""Runs the program on a terminal of 80 columns, as a person would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""And the erasing of a progress line, which a slow machine shows."""


def on_terminal(
    *words: str,
    vault: Path,
    columns: int = 80,
    status: int = 0,
    colours: bool = False,
    typed: Sequence[str] = "",
    asks: bytes = b"? ",
) -> list[str]:
    """The lines a command shows there, without their `colours` unless wanted; it must end with that status.

    Each key or word of `typed` is typed when the command has asked for one, with a question mark and a blank or what
    else `asks`.
    """
    child, terminal = pty.fork()
    if child == 0:
        os.environ.pop("COLUMNS", None)
        os.environ["TERM"] = "xterm-256color"
        os.environ.setdefault("LINKBAK_PAGER", "cat")
        os.execv(sys.executable, [sys.executable, "-m", "linkbak", *words, "--vault", str(vault)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown, keys = b"", list(typed)
    while chunk := _read(terminal):
        shown += chunk
        if keys and shown.endswith(asks):
            os.write(terminal, keys.pop(0).encode())
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status, shown.decode()
    text = shown.decode() if colours else _COLOUR.sub("", shown.decode())
    return text.replace("\r\n", "\n").splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # what Linux says once the other side is closed
        return b""
