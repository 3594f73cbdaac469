"""Writes the small files that a scheduler reads: whole, or not at all, and only where something changes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from linkbak.errors import MachineProblem

from .parts import Piece


def read(paths: Sequence[Path], encoding: str = "utf-8") -> list[Piece]:
    """Those of the files that are there."""
    found = []
    for path in paths:
        try:
            found.append(Piece(str(path), path.read_bytes().decode(encoding, "replace")))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise refused(path, error) from None
    return found


def write(pieces: Sequence[Piece], encoding: str = "utf-8") -> None:
    """Put each file in its place, readable by its owner alone; one that is as it should be is left alone."""
    present = set(read([Path(piece.where) for piece in pieces], encoding))
    for piece in pieces:
        if piece in present:
            continue
        path = Path(piece.where)
        half = path.with_name(f".{path.name}-{os.urandom(4).hex()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(piece.text.encode(encoding))
            half.replace(path)
        except OSError as error:
            raise refused(path, error) from None
        finally:
            half.unlink(missing_ok=True)


def delete(paths: Sequence[Path]) -> None:
    """Take the files away, those that are there."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise refused(path, error) from None


def refused(path: Path, error: OSError) -> MachineProblem:
    """What to say of a file that the machine does not let us touch."""
    return MachineProblem(f"cannot read or write {path}: {error.strerror}")
