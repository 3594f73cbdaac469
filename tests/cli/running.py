"""Runs the command line as a user would, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer import Typer, testing

from linkbak.cli.app import VERBS, build
from linkbak.index import store
from linkbak.vault import Vault

# typer reads the signatures of all functions anew for every line; here one reading does for all lines of a verb.
testing._get_command = cache(testing._get_command)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Ran:
    """What one command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


def run(*words: str | Path, vault: Path | None = None, typed: str | None = None) -> Ran:
    """Run ``linkbak WORDS``, on `vault` if one is given, with `typed` on standard input."""
    line = [str(word) for word in words]
    if vault is not None:
        line += ["--vault", str(vault)]
    result = testing.CliRunner().invoke(_built(*_meant(line)), line, input=typed, prog_name="linkbak")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout_bytes.decode(), result.stderr)


def _meant(line: list[str]) -> list[str]:
    """The words of a line that decide what is built of the command line."""
    return [word for word in line if word in VERBS] or line


@cache
def _built(*words: str) -> Typer:
    return build(words)


def index_place(vault: Path) -> Path:
    """Where the index of people lies."""
    with Vault.open(vault) as opened:
        return store.place_of(opened)


def index_findings(vault: Path) -> list[str]:
    """What the index says otherwise than one made anew from the vault."""
    with Vault.open(vault) as opened:
        return store.findings(opened, lambda what, done, total: None)


def state(vault: Path) -> dict[str, bytes]:
    """Every file of a vault that must not change when a command refuses or only reads; locks and journals aside."""
    return {
        str(path.relative_to(vault)): path.read_bytes()
        for path in sorted(vault.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
