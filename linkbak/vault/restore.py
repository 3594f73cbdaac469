"""Gives a snapshot back as the files it was made of: a folder or a zip, byte for byte, with their paths and times."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal
from zlib import MAX_WBITS

from linkbak.archive import printable
from linkbak.errors import NoSuchSnapshot, UsageProblem, VaultDamaged
from linkbak.model import FileFacts, Manifest, NamedTuple, Progress, silent
from linkbak.paths import make_folder, part_name, sweep
from linkbak.texts import tr
from linkbak.vault.destination import (
    UNFIT,
    Destination,
    in_the_way,
    place_problems,
    refuse_full,
    refuse_inside,
    there_already,
)
from linkbak.vault.lock import orderly_end
from linkbak.vault.manifest import timestamp, unfit
from linkbak.vault.snapshots import SnapshotKey
from linkbak.vault.staging import deflater
from linkbak.vault.vault import SMALL, SnapshotFiles, Vault, damaged_file

if TYPE_CHECKING:
    from zipfile import ZipFile


# --- bytes ------------------------------------------------------------------------------------------------------------
# A kept file's bytes while they are read, compared with its sha256.

_CHUNK = 1 << 20


class Meter:
    """Counts the bytes of a whole restore and reports them; the end of its block reports all as done."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._done = 0
        self._total = total

    def add(self, count: int) -> None:
        """Count `more` bytes as done."""
        self._done += count
        self._progress(tr("restoring"), self._done, self._total)

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *error: object) -> None:
        if self._done < self._total:
            self.add(self._total - self._done)


def checked(stream: IO[bytes], facts: FileFacts, meter: Meter | None = None) -> Iterator[bytes]:
    """The bytes in pieces; VaultDamaged at their end if they are not those that were kept."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        yield chunk
        if meter is not None:
            meter.add(len(chunk))
    if (size, digest.hexdigest()) != (facts.bytes, facts.sha256):
        raise damaged_file(facts)


# --- what came back ---------------------------------------------------------------------------------------------------

State = Literal["new", "replaced", "same", "damaged"]
"""Written as a new file; written over another; already there, byte for byte; not available whole."""


class RestoredFile(NamedTuple):
    """One file: its facts in the manifest, its time (RFC 3339 UTC), and how it was restored.

    `name` is where it is below the destination: its path, unless the file system cannot hold that.
    """

    facts: FileFacts
    modified: str
    name: str
    state: State = "new"


class Restored(NamedTuple):
    """A snapshot, or the part of it that was asked for, in the archive's order; for a `dry` run, what would be done."""

    key: SnapshotKey
    taken: str
    place: Path
    zipped: bool
    dry: bool
    files: tuple[RestoredFile, ...]

    @property
    def damaged(self) -> tuple[RestoredFile, ...]:
        """The files that could not be restored."""
        return tuple(one for one in self.files if one.state == "damaged")

    @property
    def renamed(self) -> tuple[RestoredFile, ...]:
        """The files that had to be given another name."""
        return tuple(one for one in self.files if one.name != one.facts.path)


class Drill(NamedTuple):
    """A trial restore: its number of files, bytes and rows, and of people exported as contacts.

    `problems` say what differed from the original; the drill has passed if there are none.
    """

    snapshot: SnapshotKey
    taken: str
    files: int
    bytes: int
    rows: int
    people: int
    problems: tuple[str, ...]


# --- which files ------------------------------------------------------------------------------------------------------
# Which files of a snapshot are meant, and whether their names and times can be used.


def chosen(key: SnapshotKey, manifest: Manifest, words: Sequence[str]) -> list[RestoredFile]:
    """The files that the words select, in the archive's order; all if there are no words.

    A word is a kind of data, a file's path or its name alone, or a folder; one may hold several with commas
    between. Raises NoSuchSnapshot for a word that selects none, VaultDamaged for paths that no import wrote.
    """
    if flaw := unfit(manifest):
        hint = tr("Nothing was restored; `linkbak verify` says what is damaged.")
        raise VaultDamaged(f"{key.folder} {flaw}", hint=hint)
    found = [RestoredFile(facts, _moment(facts.modified, manifest.taken), _name(facts)) for facts in manifest.files]
    if not words:
        return found
    wanted = {path for word in words for path in _all_meant(key, manifest, word)}
    return [given for given in found if given.facts.path in wanted]


def _all_meant(key: SnapshotKey, manifest: Manifest, word: str) -> list[str]:
    """Splits a word at commas, unless the whole is a file's name, which may have commas in it."""
    parts = [part.strip() for part in word.split(",") if part.strip()]
    if found := _meant(manifest, word):
        return found
    paths = []
    for part in parts or [word]:
        if not (some := _meant(manifest, part)):
            kinds = ", ".join(sorted({facts.kind for facts in manifest.files if facts.kind}))
            raise NoSuchSnapshot(
                tr("{snapshot} holds no kind and no file {part!r}", snapshot=key.id, part=printable(part)),
                hint=tr("It holds {kinds}; `linkbak log {snapshot}` lists the files.", kinds=kinds, snapshot=key.id)
                if kinds
                else "",
            )
        paths += some
    return paths


def _meant(manifest: Manifest, word: str) -> list[str]:
    """The paths of a kind, else of a path, else of a folder, else of a name alone."""
    paths = [facts.path for facts in manifest.files]
    return (
        [facts.path for facts in manifest.files if facts.kind and facts.kind == word.casefold()]
        or [path for path in paths if path == word]
        or [path for path in paths if path.startswith(word.rstrip("/") + "/")]
        or [path for path in paths if path.rpartition("/")[2].casefold() == word.casefold()]
    )


def _name(facts: FileFacts) -> str:
    """The original name, if it is Unicode; else the one it is stored under."""
    unwritable = any("\ud800" <= letter <= "\udfff" for letter in facts.path)
    return facts.stored if facts.stored and unwritable else facts.path


def _moment(modified: str, taken: str) -> str:
    """When a file was written, if the archive says so; else when the archive was. RFC 3339 UTC."""
    for given in (modified, taken):
        moment = timestamp(given)
        if moment is not None and 1980 <= moment.year < 2100:
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "1980-01-01T00:00:00Z"


# --- to a folder ------------------------------------------------------------------------------------------------------


def restore_folder(
    vault: Vault,
    key: SnapshotKey,
    folder: Path,
    *,
    only: Sequence[str] = (),
    overwrite: bool = False,
    dry: bool = False,
    progress: Progress = silent,
) -> Restored:
    """Writes a snapshot's files, or those that `only` names, into a folder, which is made if needed.

    Equal files that exist already are left as they are; any other file of the same name is refused before anything is
    written, or overwritten with `overwrite`. A file that the vault cannot give back whole is left out and reported.
    Raises NoSuchSnapshot, UsageProblem, MachineProblem, and VaultDamaged where nothing at all can be restored.
    """
    manifest = vault.manifest(key)
    refuse_inside(vault.path, folder)
    with orderly_end(), place_problems(folder), Destination(folder) as place:
        planned = [_planned(place, given) for given in chosen(key, manifest, only)]
        if not overwrite and (taken := [given.name for given in planned if given.state == "replaced"]):
            raise in_the_way(folder, taken)
        if not dry:
            missing = sum(given.facts.bytes for given in planned if given.state != "same")
            refuse_full(folder, missing)
            source = vault.files(key)
            with Meter(progress, missing) as meter:
                planned = [_written(place, source, given, meter, over=overwrite) for given in planned]
    return Restored(key, manifest.taken, folder, zipped=False, dry=dry, files=tuple(planned))


def _planned(place: Destination, given: RestoredFile) -> RestoredFile:
    """Whether the file exists already, or another under its name."""

    def look(name: str) -> RestoredFile:
        there = place.holds(name, given.facts)
        return given._replace(name=name, state="new" if there is None else "same" if there else "replaced")

    found = _under_some_name(given, look)
    if found.state == "new" and given.facts.stored and place.holds(given.facts.stored, given.facts):
        return given._replace(name=given.facts.stored, state="same")
    return found


def _written(
    place: Destination, source: SnapshotFiles, given: RestoredFile, meter: Meter, *, over: bool
) -> RestoredFile:
    if given.state == "same":
        return given
    try:
        with source.open(given.facts.path, compared=False) as stream, place.draft() as draft:
            for chunk in checked(stream, given.facts, meter):
                draft.write(chunk)

            def put(name: str) -> RestoredFile:
                place.put(draft, name, given.modified, over=over)
                return given._replace(name=name)

            return _under_some_name(given, put)
    except VaultDamaged:
        return given._replace(state="damaged")


def _under_some_name(given: RestoredFile, act: Callable[[str], RestoredFile]) -> RestoredFile:
    """The result of `act` for the file's original name, or for its stored name where the original cannot be used.

    Either the file system cannot hold the original, or takes it for that of another file written before.
    """
    stored = given.facts.stored
    try:
        return act(given.name)
    except OSError as error:
        if stored in ("", given.name) or not (isinstance(error, FileExistsError) or error.errno in UNFIT):
            raise
    return act(stored)


# --- to a zip ---------------------------------------------------------------------------------------------------------

_UNIX = 3
_PRIVATE = (stat.S_IFREG | 0o600) << 16


def restore_zip(
    vault: Vault,
    key: SnapshotKey,
    path: Path,
    *,
    only: Sequence[str] = (),
    overwrite: bool = False,
    dry: bool = False,
    progress: Progress = silent,
) -> Restored:
    """Writes a snapshot's files, or those that `only` names, into a new zip, in the archive's order.

    It appears whole or not at all. Times in a zip are even seconds without a zone; as in LinkedIn's own they are UTC.
    A file that the vault cannot give back whole is left out and reported. Raises NoSuchSnapshot, UsageProblem,
    MachineProblem, and VaultDamaged where nothing at all can be restored.
    """
    manifest = vault.manifest(key)
    planned = chosen(key, manifest, only)
    refuse_inside(vault.path, path)
    with orderly_end(), place_problems(path):
        if path.is_dir():
            raise UsageProblem(tr("{path} is a folder", path=path), hint=tr("Name a file."))
        there = os.path.lexists(path)
        if there and not overwrite:
            raise there_already(path)
        if not dry:
            planned = _zipped(vault.files(key), planned, path, overwrite=overwrite, progress=progress)
        elif there:
            planned = [given._replace(state="replaced") for given in planned]
    return Restored(key, manifest.taken, path, zipped=True, dry=dry, files=tuple(planned))


def _zipped(
    source: SnapshotFiles, planned: Sequence[RestoredFile], path: Path, *, overwrite: bool, progress: Progress
) -> list[RestoredFile]:
    """Writes beside the zip's place and renames at the end; an empty zip is not made."""
    from zipfile import ZIP_DEFLATED, ZipFile

    total = sum(given.facts.bytes for given in planned)
    make_folder(path.parent)
    sweep(path.parent)
    half = path.with_name(part_name())
    try:
        descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with (
            os.fdopen(descriptor, "w+b") as file,
            Meter(progress, total) as meter,
            ZipFile(file, "w", ZIP_DEFLATED) as archive,
        ):
            done = [_added(archive, source, given, meter) for given in planned]
        if os.path.lexists(path) and not overwrite:  # made by somebody since this began
            raise there_already(path)
        if any(given.state != "damaged" for given in done):
            half.replace(path)
        return done
    finally:
        with suppress(FileNotFoundError):
            half.unlink()


def _added(archive: ZipFile, source: SnapshotFiles, given: RestoredFile, meter: Meter) -> RestoredFile:
    from zipfile import ZIP_DEFLATED, ZipInfo

    entry = ZipInfo(given.name, datetime.fromisoformat(given.modified).timetuple()[:6])
    entry.create_system = _UNIX
    entry.external_attr = _PRIVATE
    entry.compress_type = ZIP_DEFLATED
    entry.file_size = given.facts.bytes
    try:
        stream = _whole(source, given)
    except VaultDamaged:
        return given._replace(state="damaged")
    with stream, archive.open(entry, "w") as into:
        # zipfile has no public way to set the compressor; if this private name changes, it only gets slower again.
        into._compressor = deflater(-MAX_WBITS)  # type: ignore[attr-defined]
        for chunk in checked(stream, given.facts, meter):
            into.write(chunk)
    return given


def _whole(source: SnapshotFiles, given: RestoredFile) -> IO[bytes]:
    """The file's bytes, checked to their end first: what is written into a zip cannot be taken back."""
    if given.facts.bytes > SMALL:
        with source.open(given.facts.path, compared=False) as stream:
            for _ in checked(stream, given.facts):
                pass
    return source.open(given.facts.path, compared=False)
