"""What a command that wrote has to say or begins once its own work is done."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from linkbak.cli.session import Session
from linkbak.errors import LinkbakError
from linkbak.report import say
from linkbak.vault.compact import attempt, failure, wanted

_NICE = 10


def compact_if_due(session: Session, brought: int = 0) -> None:
    """Begin to compact the vault in the background if enough has gathered; `brought` is how many bytes were just kept.

    Says so if the last time it failed.
    """
    vault = session.vault_path()[0]
    if why := failure(vault):
        say(f"note: compacting the vault in the background failed: {why}")
        say("hint: `linkbak compact` tries again.")
    if wanted(vault, brought) and sys.executable:
        sys.stdout.flush()
        place = str(vault.absolute())
        with suppress(OSError):
            _begin([sys.executable, "-P", "-m", "linkbak", "compact", "--auto", "--vault", place])


def in_background(session: Session) -> None:
    """Compact the vault if it is worth it, out of everybody's way; what goes wrong is noted for the next command."""
    vault = session.vault_path()[0].absolute()
    with suppress(OSError):
        os.nice(_NICE)
    with suppress(OSError):
        os.setsid()
    os.chdir("/")
    with suppress(LinkbakError):
        attempt(vault)


def _begin(words: list[str]) -> None:
    """Start a program that outlives this one, with nothing to read and nowhere to print."""
    streams = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    os.posix_spawn(words[0], words, os.environ, file_actions=streams)
