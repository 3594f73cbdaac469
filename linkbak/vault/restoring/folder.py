"""A snapshot as a folder of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.errors import VaultDamaged

from .choosing import chosen
from .copying import Meter, Progress, checked, silent
from .destination import Destination, Draft
from .outcome import Given, Restored
from .place import UNFIT, in_the_way, on_this_machine, refuse_full, refuse_inside

if TYPE_CHECKING:
    from linkbak.vault.reading import SnapshotFiles
    from linkbak.vault.summary import SnapshotKey
    from linkbak.vault.vault import Vault


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
    """Writes a snapshot's files, or those that `only` names, into a folder, which is made if it is not there.

    What is there already, byte for byte, is left as it is; anything else of the same name is refused before anything is
    written, or written over with `overwrite`. A file that the vault cannot give back whole is left out and told.
    Raises NoSuchSnapshot, UsageProblem, MachineProblem, and VaultDamaged where nothing at all can be restored.
    """
    from linkbak.vault.locking import orderly_end

    manifest = vault.manifest(key)
    refuse_inside(vault.path, folder)
    with orderly_end(), on_this_machine(folder), Destination(folder) as place:
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


def _planned(place: Destination, given: Given) -> Given:
    """Whether the file is there already, or something else under its name."""

    def look(name: str) -> Given:
        there = place.holds(name, given.facts)
        return given._replace(name=name, state="new" if there is None else "same" if there else "replaced")

    found = _under_some_name(given, look)
    if found.state == "new" and given.facts.stored and place.holds(given.facts.stored, given.facts):
        return given._replace(name=given.facts.stored, state="same")
    return found


def _written(place: Destination, source: SnapshotFiles, given: Given, meter: Meter, *, over: bool) -> Given:
    if given.state == "same":
        return given
    try:
        with source.open(given.facts.path) as stream, place.draft() as draft:
            for chunk in checked(stream, given.facts, meter):
                draft.write(chunk)
            return _under_some_name(given, lambda name: _put(draft, given, name, over=over))
    except VaultDamaged:
        return given._replace(state="damaged")


def _put(draft: Draft, given: Given, name: str, *, over: bool) -> Given:
    draft.put(name, given.modified, over=over)
    return given._replace(name=name)


def _under_some_name(given: Given, act: Callable[[str], Given]) -> Given:
    """What `act` gives for the file's true name; for the one it is stored under, where that cannot be had.

    Either the file system cannot hold it, or it takes it for another file's that lies there by now.
    """
    *others, last = _names(given)
    for name in others:
        try:
            return act(name)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in UNFIT:
                raise
    return act(last)


def _names(given: Given) -> Iterator[str]:
    """The name it was planned under, and the stored one."""
    yield given.name
    if given.facts.stored and given.facts.stored != given.name:
        yield given.facts.stored
