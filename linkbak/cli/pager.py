"""Output that is longer than the screen, shown in a pager, as git shows it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import TextIO


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
