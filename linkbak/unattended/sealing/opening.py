"""Opens sealed copies: into a new vault, or onto the one that is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, NamedTuple

from linkbak.errors import MachineProblem, UsageProblem, VaultDamaged
from linkbak.vault.bundling import Contents, NoBundle, contents
from linkbak.vault.disk import create_private, on_this_machine

from .age_format import Keys, decrypt

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""

_BUNDLE = b" git bundle\n"


class Opened(NamedTuple):
    """A sealed file, the bundle that was in it, and what that brings."""

    file: Path
    bundle: Path
    contents: Contents


def opened(files: Sequence[Path], keys: Keys, folder: Path, progress: Progress | None = None) -> list[Opened]:
    """The bundles in sealed files, written into `folder`; all of them, or a LinkbakError is raised.

    A file that is a git bundle already, since `age` has opened it, stays where it is.
    """
    found = []
    for place, file in enumerate(files):
        with _reading(file) as stream:
            if stream.peek(16)[4:16] == _BUNDLE:
                bundle = file.absolute()
            else:
                bundle = folder / f"{place}.bundle"
                _open(file, stream, bundle, keys, progress)
        found.append(Opened(file, bundle, _contents(file, bundle)))
    return found


def next_of(rest: Sequence[Opened], there: Callable[[str], bool]) -> Opened:
    """The first of the copies that goes on from what is there. Raises UsageProblem if none does."""
    for one in rest:
        if all(there(commit) for commit in one.contents.needs):
            return one
    names = ", ".join(str(one.file) for one in rest)
    raise UsageProblem(
        f"{names}: goes on from an earlier sealed copy, which is not here",
        hint="Name that one, too, in any order: linkbak unseal WHOLE LATER... Its own name tells when it was made.",
    )


def _contents(file: Path, bundle: Path) -> Contents:
    try:
        with bundle.open("rb") as stream:
            return contents(stream)
    except NoBundle as error:
        raise VaultDamaged(f"{file}: {error}", hint="Is it a copy that `linkbak seal` made?") from None


def _open(file: Path, stream: IO[bytes], bundle: Path, keys: Keys, progress: Progress | None) -> None:
    total = os.fstat(stream.fileno()).st_size
    tell = (lambda done: progress("opening", done, total)) if progress is not None else None
    with on_this_machine(bundle.parent), os.fdopen(create_private(bundle), "wb") as target:
        decrypt(file, stream, target, keys, tell)


@contextmanager
def _reading(file: Path) -> Iterator[BufferedReader]:
    try:
        stream = file.open("rb")
    except IsADirectoryError:
        raise UsageProblem(f"{file} is a folder", hint="Name the sealed files.") from None
    except FileNotFoundError:
        raise UsageProblem(f"{file} is not there") from None
    except OSError as error:
        raise MachineProblem(f"cannot read {file}: {(error.strerror or '').lower()}") from None
    with stream:
        yield stream
