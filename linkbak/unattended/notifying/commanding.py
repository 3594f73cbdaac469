"""Runs a command of the user's that is to tell them something."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .message import Message, Undelivered

if TYPE_CHECKING:
    from subprocess import Popen

SECONDS = 60.0
_PLACE = re.compile(r"\{(subject|kind)\}")


def command_name(words: Sequence[str]) -> str:
    """What a command is called in a message: its program alone, since what follows may be secret."""
    return f"command {Path(words[0]).name}" if words and words[0] else "command"


def run(words: Sequence[str], message: Message, seconds: float = SECONDS) -> Undelivered | None:
    """Run the words as they are, without a shell; None if the program ended well.

    It reads the text on its standard input, and subject and kind from LINKBAK_SUBJECT and LINKBAK_KIND; ``{subject}``
    and ``{kind}`` among the words stand for them too. What it prints is nobody's.
    """
    import subprocess

    channel = command_name(words)
    try:
        process = subprocess.Popen(
            _filled(words, message),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LINKBAK_SUBJECT": message.subject, "LINKBAK_KIND": message.kind},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        return Undelivered(channel, f"it cannot be run: {(said or 'its words make no sense').lower()}", _HINT)
    with process:
        try:
            process.communicate(message.body.encode() + b"\n", timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return Undelivered(channel, f"it had not ended after {seconds:g} seconds", _HINT)
        except BaseException:
            _end(process)
            raise
    return _judged(channel, process.returncode)


_HINT = "`linkbak config show notify --secrets` shows the command; `linkbak notify` tries it."


def _filled(words: Sequence[str], message: Message) -> list[str]:
    if not words or not words[0]:
        raise ValueError
    meant: Mapping[str, str] = {"subject": message.subject, "kind": message.kind}
    filled = [_PLACE.sub(lambda found: meant[found[1]], word) for word in words]
    return [os.path.expanduser(words[0]), *filled[1:]]  # noqa: PTH111  # "mail" must stay a word, not become a path


def _end(process: Popen[bytes]) -> None:
    """Kills the command with all that it started."""
    import signal

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _judged(channel: str, status: int) -> Undelivered | None:
    if status == 0:
        return None
    why = f"it ended with status {status}" if status > 0 else f"it was ended by signal {-status}"
    return Undelivered(channel, why, _HINT)
