"""A passphrase: from a file, from the environment, or from the person at the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from linkbak.errors import UsageProblem

VARIABLE = "LINKBAK_SEAL_PASSPHRASE"
SHORT = 12
"""A passphrase of fewer characters is worth a warning."""


def given(file: Path | None) -> str | None:
    """The passphrase in the first line of a file, else that in the environment; None if there is none."""
    if file is not None:
        return _first_line(file)
    return os.environ.get(VARIABLE) or None


def chosen(file: Path | None) -> str:
    """The passphrase that something is to be sealed with; asked for twice if it must be typed."""
    found = given(file)
    if found is None:
        found = _asked("Passphrase for the sealed copy: ")
        if found and found != _asked("The same again: "):
            raise UsageProblem("the two were not the same", hint="Nothing was written; try again.")
    if not found:
        raise UsageProblem("the passphrase is empty", hint="Take five or six words that have nothing to do with you.")
    return found


def known(file: Path | None) -> str:
    """The passphrase that something is to be opened with."""
    found = given(file)
    return found if found is not None else _asked("Passphrase of the sealed copy: ")


def _asked(prompt: str) -> str:
    from getpass import getpass

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "nobody is there to be asked for the passphrase",
            hint=f"Name a file that holds it with --passphrase-file, or set {VARIABLE}.",
        )
    return getpass(prompt, stream=sys.stderr)


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            line = stream.readline(4096)
        return line.rstrip(b"\r\n").decode("utf-8")
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {(error.strerror or '').lower()}") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not UTF-8 text") from None
