"""``linkbak cat``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import NoSuchSnapshot

_CHUNK = 1 << 20


def cat(
    session: Session,
    snapshot: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Which snapshot.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="Its path in the archive, or its name alone.")],
) -> None:
    """Print one file of a snapshot, byte for byte

    \b
    Examples:
      linkbak cat latest Connections.csv
      linkbak cat 2025-11 messages.csv > messages-2025-11.csv

    On a terminal what could act upon it is shown as �; into a file or pipe go the very bytes.
    """
    from linkbak.vault import resolve

    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        path = _path([facts.path for facts in vault.manifest(key).files], file, key.id)
        with vault.files(key).open(path) as stream:
            if sys.stdout.isatty():
                _inert(stream)
            else:
                _raw(stream)


def _path(paths: Sequence[str], wanted: str, snapshot: str) -> str:
    if wanted in paths:
        return wanted
    named = [path for path in paths if path.rpartition("/")[2].casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise NoSuchSnapshot(f"{snapshot} holds several files of that name", hint=f"Name one: {', '.join(named)}")
    raise NoSuchSnapshot(
        f"{snapshot} holds no file {wanted!r}", hint=f"`linkbak files {snapshot}` lists what it holds."
    )


def _raw(stream: IO[bytes]) -> None:
    sys.stdout.flush()
    while chunk := stream.read(_CHUNK):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _inert(stream: IO[bytes]) -> None:
    from linkbak.report.escape import terminal

    while line := stream.readline(_CHUNK):
        sys.stdout.write(terminal(line.decode("utf-8", "replace").rstrip("\r\n")) + "\n")
