"""Opens sealed copies: into a new vault, or onto the one that is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, NamedTuple

from linkbak.encryption.age import Keys, decrypt
from linkbak.errors import MachineProblem, NoVault, UsageProblem, VaultDamaged
from linkbak.model import Progress
from linkbak.remotes.bundle import Contents, NoBundle, goes_back_to, joining, read_contents
from linkbak.remotes.clone import clone, refuse_other, scratch_folder
from linkbak.remotes.pull import Pulled, pull_bundle
from linkbak.vault import Layout, Vault, create_private, on_this_machine
from linkbak.vault.lock import orderly_end

_BUNDLE = b" git bundle\n"


class Opened(NamedTuple):
    """A sealed file, the bundle that was in it, and what that brings."""

    file: Path
    bundle: Path
    contents: Contents


class Unsealed(NamedTuple):
    """What came of sealed copies: the vault, whether it was made of them, and the copies in the order of their use.

    `pulled` is what each brought into a vault that was there, None if it held nothing new.
    """

    place: Path
    created: bool
    copies: tuple[Opened, ...]
    pulled: tuple[Pulled | None, ...]
    commit: str
    snapshots: int


def unseal(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None = None) -> Unsealed:
    """Open sealed copies: into a new vault at `place`, or, if there is a vault, onto it.

    Several may be named in any order: a whole one, and those that go on from it. Raises a LinkbakError; there is no new
    vault then, and in one that was there everything is as it was, or as after the copies that were whole.
    """
    place = place.absolute()
    try:
        Vault.open(place).close()
    except NoVault:
        return _unseal_new(files, place, keys, progress)
    return _unseal_onto(files, place, keys, progress)


def _unseal_new(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None) -> Unsealed:
    refuse_other(place)
    with orderly_end(), scratch_folder(place.parent, f".{place.name}.linkbak-unseal-") as (folder, _):
        found = _open(files, keys, folder, progress)
        made = clone(str(_join(found, folder)), place, progress=progress)
    return Unsealed(place, True, tuple(found), (), made.commit, made.snapshots)


def _join(found: Sequence[Opened], folder: Path) -> Path:
    """One bundle of the whole vault."""
    rest = list(found)
    if len(rest) == 1 and not rest[0].contents.needs:
        return rest[0].bundle
    with joining(folder / "joined", rest[0].contents.commit) as joined:
        while rest:
            one = _next_of(rest, joined.knows)
            rest.remove(one)
            joined.add(one.bundle, one.contents)
        joined.write(folder / "joined.bundle")
    return folder / "joined.bundle"


def _unseal_onto(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None) -> Unsealed:
    used: list[Opened] = []
    came: list[Pulled | None] = []
    with orderly_end(), scratch_folder(Layout(place).own, "unsealing-") as (folder, _):
        rest = _open(files, keys, folder, progress)
        while rest:
            one = _next_of(rest, lambda commit: goes_back_to(place, commit))
            rest.remove(one)
            used.append(one)
            known = goes_back_to(place, one.contents.commit)
            came.append(None if known else pull_bundle(place, one.bundle, progress))
    with Vault.open(place) as vault:
        return Unsealed(place, False, tuple(used), tuple(came), vault.newest(), len(vault.every()))


def _open(files: Sequence[Path], keys: Keys, folder: Path, progress: Progress | None = None) -> list[Opened]:
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
                _decrypt(file, stream, bundle, keys, progress)
        found.append(Opened(file, bundle, _contents(file, bundle)))
    return found


def _next_of(rest: Sequence[Opened], there: Callable[[str], bool]) -> Opened:
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
            return read_contents(stream)
    except NoBundle as error:
        raise VaultDamaged(f"{file}: {error}", hint="Is it a copy that `linkbak seal` made?") from None


def _decrypt(file: Path, stream: IO[bytes], bundle: Path, keys: Keys, progress: Progress | None) -> None:
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
