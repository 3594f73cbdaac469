"""A kept archive moved out of the way, where the user has asked for it; nothing is ever overwritten."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING

from linkbak.archive import Limits
from linkbak.archive.opening import open_archive
from linkbak.automation.scan_state import Arrival, Moved, ScanState
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.ingest.duplicates import content_digest
from linkbak.model import FileFacts, Files
from linkbak.vault import Vault, sync_folder

if TYPE_CHECKING:
    from linkbak.vault import SnapshotKey

_CHUNK = 1 << 20
_STAYS = "It is kept; the file stays where it is."


def move_kept(state: ScanState, target: Path) -> None:
    """Move everything that the vault keeps out of the folders that were looked through."""
    kept = [
        (Arrival(folder, sight), outcome)
        for folder, sights in state.sights.items()
        for sight in sights.values()
        if (outcome := state.outcome(Arrival(folder, sight))) is not None and outcome.what == "kept"
    ]
    try:
        if not kept:
            return
        check_target(target, state.looked)
        state.memory.replace(target, {})
        with Vault.open(state.place) as vault:
            keys = {summary.key.folder: summary.key for summary in vault.summaries()}
            for arrival, outcome in kept:
                _move_one(state, arrival, target, vault, keys[outcome.note])
    except LinkbakError as error:
        state.trouble(target, error)


def _move_one(state: ScanState, arrival: Arrival, target: Path, vault: Vault, key: SnapshotKey) -> None:
    path = arrival.sight.path
    try:
        state.moved.append(Moved(path, move(path, target, vault, key, state.options.limits)))
        state.forget(arrival)
    except LinkbakError as error:
        state.trouble(path, error)


def check_target(target: Path, folders: Iterable[Path]) -> None:
    """Raise UsageProblem if archives cannot be moved to `target`: it is not there, or is looked through itself."""
    if not target.is_dir():
        raise UsageProblem(
            f"there is no folder {target} to move archives to", hint="Make it, or name another; nothing was moved."
        )
    if any(folder.is_dir() and folder.samefile(target) for folder in folders):
        raise UsageProblem(
            f"archives cannot be moved to {target}: that is where they are looked for", hint="Name another folder."
        )


def move(path: Path, target: Path, vault: Vault, key: SnapshotKey, limits: Limits) -> Path:
    """Move an archive, after every byte of it was read back out of the vault; gives its new place.

    Raises VaultDamaged if the vault does not give it back, MachineProblem if the system does not let it be moved.
    """
    if path.is_symlink():
        raise MachineProblem(f"{path.name} is a link, which is not moved", hint=_STAYS)
    before = path.stat()
    digest = _compared(path, vault, key, limits)
    after = path.stat()
    if (before.st_ino, before.st_size, before.st_mtime_ns) != (after.st_ino, after.st_size, after.st_mtime_ns):
        raise MachineProblem(f"{path.name} changed while it was compared", hint="The next scan looks again.")
    try:
        return _moved(path, target, digest)
    except OSError as error:
        reason = (error.strerror or "input/output error").lower()
        raise MachineProblem(f"{path.name} cannot be moved to {target}: {reason}", hint=_STAYS) from None


def _compared(path: Path, vault: Vault, key: SnapshotKey, limits: Limits) -> str:
    """The digest of the archive itself, "" of a folder, once the vault gave back everything in it."""
    with open_archive(path, limits) as archive:
        came, kept = _read(archive), _read(vault.files(key))
        held = {facts.sha256 for facts in kept}
        if content_digest(came) != content_digest(kept) and not (archive.kind == "file" and came[0].sha256 in held):
            raise VaultDamaged(f"{path.name} is not what {key.account} {key.id} gives back; it was not moved")
        return archive.sha256


def _read(files: Files) -> list[FileFacts]:
    found = []
    for name in files.paths:
        with files.open(name) as stream:
            found.append(FileFacts(name, 0, _digest(stream)))
    return found


def _digest(stream: IO[bytes]) -> str:
    digest = sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _moved(path: Path, target: Path, digest: str) -> Path:
    """The rename; across disks a copy that is compared before the original goes."""
    place = _claimed(path, target)
    try:
        path.rename(place)
    except OSError as error:
        try:
            if error.errno != errno.EXDEV or path.is_dir():
                raise
            _copied(path, place, digest)
            path.unlink()
        except BaseException:
            with suppress(OSError):
                if os.path.lexists(path):  # else the copy is all there is
                    place.rmdir() if place.is_dir() else place.unlink()
            raise
    return place


def _claimed(path: Path, target: Path) -> Path:
    """A name in the target that nobody has, held by something empty that the archive takes the place of."""
    stem, dot, ending = path.name.partition(".")
    for number in range(1, 10_000):
        place = target / (path.name if number == 1 else f"{stem} ({number}){dot}{ending}")
        with suppress(FileExistsError):
            if path.is_dir():
                place.mkdir(0o700)
            else:
                os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            return place
    raise OSError(errno.EEXIST, "no name is free there")


def _copied(path: Path, place: Path, digest: str) -> None:
    half = place.with_name(f".{place.name}.part")
    try:
        with path.open("rb") as given, half.open("xb") as written:
            shutil.copyfileobj(given, written, _CHUNK)
            written.flush()
            os.fsync(written.fileno())
        shutil.copystat(path, half)
        with half.open("rb") as copy:
            if _digest(copy) != digest:
                raise OSError(errno.EIO, "the copy differs from the original")
        half.replace(place)
        sync_folder(place.parent)
    finally:
        half.unlink(missing_ok=True)
