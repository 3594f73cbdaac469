"""Sealed copies: the vault, or what came since the last one, as a git bundle encrypted in the age format.

They are made here, and opened: into a new vault, or into an existing one. A copy is one file, whole or not at
all, on whatever disk or mounted cloud it lies. A cloud that keeps such a file learns its size and nothing else. Nothing
but `age` and `git` is needed to open one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO

from linkbak import state
from linkbak.encryption.age import (
    ForKeys,
    ForPassphrase,
    Keys,
    Lock,
    decrypt,
    encrypt,
    identities,
    library,
    new_key,
    recipients,
)
from linkbak.errors import LinkbakError, MachineProblem, NoVault, UsageProblem, VaultDamaged
from linkbak.model import NamedTuple, Progress
from linkbak.paths import part_name, sweep
from linkbak.remotes import copies, note_attempt, note_copy, seal_place
from linkbak.remotes.bundle import Contents, NoBundle, bundled, goes_back_to, joining, read_contents
from linkbak.remotes.pull import Pulled, clone, pull_bundle, refuse_other, scratch_folder
from linkbak.remotes.push import snapshots_since
from linkbak.texts import tr
from linkbak.vault import Git, Layout, Vault, create_private, on_this_machine
from linkbak.vault.lock import orderly_end
from linkbak.vault.repository import stored

__all__ = [
    "ForKeys", "ForPassphrase", "Keys", "Lock", "Sealed", "Unsealed", "attempt", "check_seal", "encrypt", "folder_of",
    "identities", "library", "new_key", "recipients", "seal", "unseal",
]  # fmt: skip

_SUFFIX = ".bundle.age"


class Earlier(NamedTuple):
    """A sealed copy: the newest commit it holds, when it was made (RFC 3339 UTC), and the name of its file."""

    commit: str
    at: str
    file: str


class Sealed(NamedTuple):
    """A sealed copy that was made; `file` is None if there was nothing new to seal.

    `follows` is the copy that this one continues, None if it holds the whole vault; `there` says whether that copy
    still lies in the same folder. `snapshots` are those that this copy brings.
    """

    file: Path | None
    commit: str
    at: str
    bytes: int
    snapshots: int
    follows: Earlier | None = None
    there: bool = True


def seal(
    place: Path,
    where: Path,
    lock: Lock,
    *,
    since_last: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Sealed:
    """Seal the vault into the file `where`, or into the folder `where` under a name with the time.

    With `since_last`, only what came since the last copy in the same folder, if one is known. Raises a LinkbakError;
    nothing lies at that place then.
    """
    newest = check_seal(place, where, overwrite=overwrite)
    folder = folder_of(where)
    follows = _goes_on_from(place, folder) if since_last else None
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    there = follows is None or (folder / follows.file).is_file()
    if follows is not None and follows.commit == newest:
        return Sealed(None, newest, at, 0, 0, follows, there)
    file = _file_name(where, at, follows)
    if follows is not None and os.path.lexists(file):
        raise UsageProblem(
            tr(
                "{file} is there already, and earlier copies are needed as long as later ones go on from them",
                file=file,
            ),
            hint=tr("Name a new file, or a folder: then the files are named by themselves."),
        )
    expected = stored(place).bytes  # of git's objects on disk
    tell = (lambda done: progress("sealing", done, max(expected, done + 1))) if progress is not None else None
    since = follows.commit if follows else ""
    with orderly_end(), new_file(file, overwrite=overwrite) as target, bundled(place, since) as stream:
        encrypt(stream, target, lock, tell)
        size = target.tell()
    commit = stream.contents.commit
    if progress is not None:
        progress("sealing", size, size)
    # A machine that cannot keep this note seals the whole the next time.
    state.write(place, "seals", {**state.read(place, "seals"), str(folder): Earlier(commit, at, file.name)._asdict()})
    note_copy(place, str(folder), "seal", commit, at)
    return Sealed(file, commit, at, size, snapshots_since(Git(place), since, commit), follows, there)


@contextmanager
def attempt(place: Path, where: Path) -> Iterator[None]:
    """Notes a failed copy until one succeeds; wrong usage counts only for a place that has copies already.

    Raises what the block raises.
    """
    name = seal_place(place, where)
    try:
        yield
    except NoVault:
        raise
    except LinkbakError as error:
        if name in copies(place) or not isinstance(error, UsageProblem):
            note_attempt(place, name, error)
        raise
    note_attempt(place, name, None)


def check_seal(place: Path, where: Path, *, overwrite: bool) -> str:
    """Checks that a copy can be made there, and returns the vault's newest commit; raises a LinkbakError if not."""
    library()
    with Vault.open(place) as vault:
        newest = vault.newest()
    folder, own = folder_of(where), place.resolve()
    if own == folder or own in folder.parents:
        raise UsageProblem(tr("{where} is in the vault itself", where=where), hint=tr("A copy belongs elsewhere."))
    if not where.is_dir():
        if str(where.resolve()) in copies(place):
            raise MachineProblem(
                tr("{where} is not there", where=where), hint=tr("Is the disk plugged in, the cloud mounted?")
            )
        if not where.suffix and not os.path.lexists(where):
            raise UsageProblem(
                tr("there is no folder {where}", where=where),
                hint=tr("Make it, or name a file with an ending: {where}.age.", where=where),
            )
        _refuse_place(where, overwrite=overwrite)
    return newest


def folder_of(where: Path) -> Path:
    """The folder of a copy: `where` itself, or the folder of the file `where`."""
    return (where if where.is_dir() else where.parent).resolve()


def _goes_on_from(place: Path, folder: Path) -> Earlier | None:
    """The last copy in the folder, if its commit is part of this vault."""
    found = state.entry(state.read(place, "seals").get(str(folder)), "commit", "at", "file")
    return Earlier(*found) if found is not None and goes_back_to(place, found[0]) else None


def _file_name(where: Path, at: str, follows: Earlier | None) -> Path:
    """The file; in a folder, its name has its time and that of the copy it continues."""
    if not where.is_dir():
        return where
    what = f"since-{follows.at.replace(':', '')}" if follows else "whole"
    return where / f"linkbak-{at.replace(':', '')}-{what}{_SUFFIX}"


# --- the file ---------------------------------------------------------------------------------------------------------
# The file that a sealed copy is written to.

_CANNOT_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """A private file that gets its name when the block has ended well. Raises UsageProblem, MachineProblem."""
    _refuse_place(path, overwrite=overwrite)
    with _writing_to(path):
        path = path.resolve() if path.is_symlink() else path
        sweep(path.parent)
        half = path.with_name(part_name())
        try:
            with os.fdopen(create_private(half), "wb") as file:
                yield file
                file.flush()
                _sync(file.fileno())
            _name_file(half, path, overwrite=overwrite)
        finally:
            with suppress(OSError):
                half.unlink(missing_ok=True)


def _refuse_place(path: Path, *, overwrite: bool) -> None:
    """Raises a LinkbakError if nothing can be written at that place."""
    with _writing_to(path):
        if path.is_dir():
            raise UsageProblem(tr("{path} is a folder", path=path), hint=tr("Name a file."))
        if path.exists() and not path.is_file():
            raise UsageProblem(tr("{path} is no file", path=path), hint=tr("Name a file that is new."))
        if not overwrite and os.path.lexists(path):
            raise UsageProblem(
                tr("{path} is there already", path=path), hint=tr("Name a new file, or say --overwrite.")
            )
        if not path.parent.is_dir():
            raise MachineProblem(
                tr("{folder} is not there", folder=path.parent), hint=tr("Is the disk plugged in, the cloud mounted?")
            )


@contextmanager
def _writing_to(path: Path) -> Iterator[None]:
    """Turns an error of the file system into a MachineProblem that names the place."""
    try:
        yield
    except OSError as error:
        raise MachineProblem(
            tr("cannot write {path}: {reason}", path=path, reason=(error.strerror or type(error).__name__).lower()),
            hint=tr("Name another place with -o, or make room and try again."),
        ) from error


def _name_file(half: Path, path: Path, *, overwrite: bool) -> None:
    """Gives the file its name; without `overwrite` it never replaces one made meanwhile."""
    if not overwrite:
        with suppress(OSError):  # something is there now, or it is a file system without hard links
            os.link(half, path)
            half.unlink()
            return
        _refuse_place(path, overwrite=False)
    half.replace(path)


def _sync(descriptor: int) -> None:
    """Waits until it is on the disk; not every file system can do this."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


# --- opening ----------------------------------------------------------------------------------------------------------

_BUNDLE = b" git bundle\n"


class Opened(NamedTuple):
    """A sealed file, the bundle that was in it, and that bundle's head."""

    file: Path
    bundle: Path
    contents: Contents


class Unsealed(NamedTuple):
    """The result of opening sealed copies: the vault, whether it is new, and the copies in the order of their use.

    `pulled` are the results of pulling those into an existing vault that held something new.
    """

    place: Path
    created: bool
    copies: tuple[Opened, ...]
    pulled: tuple[Pulled, ...]
    commit: str
    snapshots: int


def unseal(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None = None) -> Unsealed:
    """Open sealed copies: into a new vault at `place`, or, if there is a vault, into that.

    Several may be named in any order: a whole one, and those that continue it. Raises a LinkbakError; there is no new
    vault then, and an existing one is as before, or as after the copies that were whole.
    """
    place = place.absolute()
    try:
        Vault.open(place).close()
    except NoVault:
        return _unseal_new(files, place, keys, progress)
    return _unseal_onto(files, place, keys, progress)


def _unseal_new(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None) -> Unsealed:
    refuse_other(place)
    with orderly_end(), scratch_folder(place.parent) as folder:
        found = _open(files, keys, folder, progress)
        made = clone(str(_join(found, folder)), place, progress=progress)
    return Unsealed(place, True, tuple(found), (), made.commit, made.snapshots)


def _join(found: Sequence[Opened], folder: Path) -> Path:
    """One bundle of the whole vault."""
    if len(found) == 1 and not found[0].contents.needs:
        return found[0].bundle
    with joining(folder / "joined", found[0].contents.commit) as joined:
        for one in _in_order(found, joined.knows):
            joined.add(one.bundle, one.contents)
        joined.write(folder / "joined.bundle")
    return folder / "joined.bundle"


def _unseal_onto(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None) -> Unsealed:
    used: list[Opened] = []
    came = []
    with orderly_end(), scratch_folder(Layout(place).own) as folder:
        for one in _in_order(_open(files, keys, folder, progress), partial(goes_back_to, place)):
            used.append(one)
            if not goes_back_to(place, one.contents.commit):
                came.append(pull_bundle(place, one.bundle, progress))
    with Vault.open(place) as vault:
        return Unsealed(place, False, tuple(used), tuple(came), vault.newest(), len(vault.every()))


def _open(files: Sequence[Path], keys: Keys, folder: Path, progress: Progress | None) -> list[Opened]:
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
        try:
            with bundle.open("rb") as stream:
                found.append(Opened(file, bundle, read_contents(stream)))
        except NoBundle as error:
            raise VaultDamaged(f"{file}: {error}", hint=tr("Is it a copy that `linkbak seal` made?")) from None
    return found


def _in_order(found: Sequence[Opened], there: Callable[[str], bool]) -> Iterator[Opened]:
    """Each copy once the commits that it continues are there. Raises UsageProblem if they are not in any of them."""
    rest = list(found)
    while rest:
        one = next((one for one in rest if all(map(there, one.contents.needs))), None)
        if one is None:
            raise UsageProblem(
                tr(
                    "{files}: goes on from an earlier sealed copy, which is not here",
                    files=", ".join(str(one.file) for one in rest),
                ),
                hint=tr(
                    "Name that one, too, in any order: linkbak unseal WHOLE LATER... "
                    "Its own name tells when it was made."
                ),
            )
        rest.remove(one)
        yield one


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
        raise UsageProblem(tr("{file} is a folder", file=file), hint=tr("Name the sealed files.")) from None
    except FileNotFoundError:
        raise UsageProblem(tr("{file} is not there", file=file)) from None
    except OSError as error:
        raise MachineProblem(
            tr("cannot read {file}: {reason}", file=file, reason=(error.strerror or "").lower())
        ) from None
    with stream:
        yield stream
