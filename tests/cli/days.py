"""`linkbak run` on one invented day after another, on a machine that writes down what it sends."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import time_machine

from linkbak import paths
from tests.cli.running import Ran, run

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
NO_VERIFY = '[run]\nverify = ""\n'
"""Comparing bytes takes time, and is looked at by itself."""


class Sent(NamedTuple):
    """One message as the user's command got it."""

    kind: str
    subject: str
    body: str


class Machine:
    """A vault with an inbox beside it, and a command that is told of everything."""

    def __init__(self, folder: Path, vault: Path, settings: str = NO_VERIFY) -> None:
        self.vault = vault
        self.inbox = vault.parent / "inbox"
        self.inbox.mkdir(exist_ok=True)
        self._log = folder / "log"
        self._log.mkdir()
        command = folder / "tell"
        command.write_text(
            f'#!/bin/sh\nn=$(ls {self._log} | wc -l)\n{{ echo "$LINKBAK_KIND"; echo "$LINKBAK_SUBJECT"; cat; }} '
            f">{self._log}/$(printf %03d $n)\n"
        )
        command.chmod(0o700)
        self.configure(f'[notify]\ncommand = ["{command}"]\n{settings}')

    def configure(self, text: str) -> None:
        """Write the config file."""
        file = paths.config_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def add(self, text: str) -> None:
        """Write more into the config file."""
        self.configure(paths.config_file().read_text("utf-8") + text)

    def drop(self, archive: Path, name: str = "") -> Path:
        """Let an archive lie in the inbox, as a download that ended long ago."""
        target = self.inbox / (name or archive.name)
        target.write_bytes(archive.read_bytes())
        self.age(target)
        return target

    @staticmethod
    def age(target: Path) -> None:
        """As if the download had ended long before: nobody waits two seconds for it to change."""
        os.utime(target, (LONG_AGO, LONG_AGO))

    def run(self, moment: str, *words: str) -> Ran:
        """`linkbak run` at a moment."""
        return self.at(moment, "run", *words)

    def at(self, moment: str, *words: str) -> Ran:
        """`linkbak` with these words at a moment."""
        with time_machine.travel(moment, tick=False):
            return run(*words, vault=self.vault)

    def sent(self) -> list[Sent]:
        """What was sent since this was last asked."""
        found = []
        for file in sorted(self._log.iterdir()):
            kind, subject, body = file.read_text("utf-8").split("\n", 2)
            found.append(Sent(kind, subject, body))
            file.unlink()
        return found
