"""A snapshot as a zip."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from linkbak.errors import UsageProblem, VaultDamaged

from .choosing import chosen
from .copying import Meter, Progress, checked, silent
from .outcome import Given, Restored
from .place import on_this_machine, refuse_inside, there_already

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

    from linkbak.vault.reading import SnapshotFiles
    from linkbak.vault.summary import SnapshotKey
    from linkbak.vault.vault import Vault

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
    A file that the vault cannot give back whole is left out and told. Raises NoSuchSnapshot, UsageProblem,
    MachineProblem, and VaultDamaged where nothing at all can be restored.
    """
    from linkbak.vault.locking import orderly_end

    manifest = vault.manifest(key)
    planned = chosen(key, manifest, only)
    refuse_inside(vault.path, path)
    with orderly_end(), on_this_machine(path):
        if path.is_dir():
            raise UsageProblem(f"{path} is a folder", hint="Name a file.")
        there = _is_there(path)
        if there and not overwrite:
            raise there_already(path)
        if not dry:
            planned = _zipped(vault.files(key), planned, path, overwrite=overwrite, progress=progress)
        elif there:
            planned = [given._replace(state="replaced") for given in planned]
    return Restored(key, manifest.taken, path, zipped=True, dry=dry, files=tuple(planned))


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _zipped(
    source: SnapshotFiles, planned: Sequence[Given], path: Path, *, overwrite: bool, progress: Progress
) -> list[Given]:
    """Writes beside the zip's place and moves there at the end; a zip of nothing is not made."""
    total = sum(given.facts.bytes for given in planned)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name[:100]}.{os.urandom(6).hex()}.part")
    try:
        descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as file, Meter(progress, total) as meter:
            done = _filled(file, source, planned, meter)
        if _is_there(path) and not overwrite:  # only now: it was not when this began
            raise there_already(path)
        if any(given.state != "damaged" for given in done):
            half.replace(path)
        return done
    finally:
        with suppress(FileNotFoundError):
            half.unlink()


def _filled(file: IO[bytes], source: SnapshotFiles, planned: Sequence[Given], meter: Meter) -> list[Given]:
    from zipfile import ZIP_DEFLATED, ZipFile

    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        return [_added(archive, source, given, meter) for given in planned]


def _added(archive: ZipFile, source: SnapshotFiles, given: Given, meter: Meter) -> Given:
    try:
        stream = _whole(source, given)
    except VaultDamaged:
        return given._replace(state="damaged")
    with stream, archive.open(_entry(given), "w") as into:
        for chunk in checked(stream, given.facts, meter):
            into.write(chunk)
    return given


def _whole(source: SnapshotFiles, given: Given) -> IO[bytes]:
    """The file's bytes, read to their end once before: a zip cannot give back what was written into it."""
    from linkbak.vault.reading import SMALL

    if given.facts.bytes > SMALL:
        with source.open(given.facts.path) as stream:
            for _ in checked(stream, given.facts):
                pass
    return source.open(given.facts.path)


def _entry(given: Given) -> ZipInfo:
    from zipfile import ZIP_DEFLATED, ZipInfo

    entry = ZipInfo(given.name, datetime.fromisoformat(given.modified).timetuple()[:6])
    entry.create_system = _UNIX
    entry.external_attr = _PRIVATE
    entry.compress_type = ZIP_DEFLATED
    entry.file_size = given.facts.bytes
    return entry
