"""The programs `age` and `ssh-keygen`, run as a person would run them."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from tests.programs import needs

needs_age = needs("age", "LINKBAK_REQUIRE_AGE")
needs_ssh_keygen = needs("ssh-keygen", "LINKBAK_REQUIRE_AGE")


def age(*words: str | Path) -> None:
    """Runs age, which must end well."""
    subprocess.run(["age", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def age_typing(passphrase: str, *words: str | Path) -> None:
    """Runs age on a terminal, where it asks for a passphrase as often as it likes; it must end well."""
    status, shown = typing([passphrase], "age", *words)
    assert status == 0, shown


def typing(answers: list[str], *words: str | Path) -> tuple[int, str]:
    """Runs a program on a terminal and answers what it asks, the last answer again and again; its status, and what
    the terminal showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(str(words[0]), [*map(str, words)])
    shown = b""
    while chunk := _read(terminal):
        shown += chunk
        if chunk.rstrip().endswith(b":"):
            os.write(terminal, answers[0].encode() + b"\n")
            answers = answers[1:] or answers
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode().replace("\r\n", "\n")


def ssh_key(folder: Path, kind: str, *words: str) -> Path:
    """The secret key of a new pair of ssh; the public one lies beside it."""
    file = folder / f"id_{kind}"
    options = ["-q", "-t", kind, "-C", "ada@example.com", "-f", str(file), *(words or ("-N", ""))]
    subprocess.run(["ssh-keygen", *options], check=True)
    return file


def public(file: Path) -> Path:
    return file.with_name(file.name + ".pub")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""
