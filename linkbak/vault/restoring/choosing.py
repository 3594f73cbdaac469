"""Which files of a snapshot are meant, and whether their names and times may be used at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from linkbak.archive.names import flaw, shown
from linkbak.errors import NoSuchSnapshot, VaultDamaged
from linkbak.model import FileFacts, Manifest
from linkbak.vault.summary import SnapshotKey

from .outcome import Given


def chosen(key: SnapshotKey, manifest: Manifest, words: Sequence[str]) -> list[Given]:
    """The files that the words mean, in the archive's order; all if there are none.

    A word is a kind of data, a file's path or its name alone, or a folder; one may hold several with commas
    between. Raises NoSuchSnapshot for a word that means none, VaultDamaged for a manifest whose paths no import wrote.
    """
    _check(key, manifest.files)
    found = [Given(facts, _moment(facts.modified, manifest.taken), _name(facts)) for facts in manifest.files]
    if not words:
        return found
    wanted = {path for word in words for path in _all_meant(key, manifest, word)}
    return [given for given in found if given.facts.path in wanted]


def _all_meant(key: SnapshotKey, manifest: Manifest, word: str) -> list[str]:
    """A name may have commas in it, so the whole is tried first."""
    parts = [part.strip() for part in word.split(",") if part.strip()]
    if found := _meant(manifest, word):
        return found
    paths = []
    for part in parts or [word]:
        if not (some := _meant(manifest, part)):
            kinds = ", ".join(sorted({facts.kind for facts in manifest.files if facts.kind}))
            raise NoSuchSnapshot(
                f"{key.id} holds no kind and no file {shown(part)!r}",
                hint=f"It holds {kinds}; `linkbak files {key.id}` lists the files." if kinds else "",
            )
        paths += some
    return paths


def _meant(manifest: Manifest, word: str) -> list[str]:
    """The paths of a kind, else of a path, else of a folder, else of a name alone."""
    paths = [facts.path for facts in manifest.files]
    if kind := [facts.path for facts in manifest.files if facts.kind and facts.kind == word.casefold()]:
        return kind
    if word in paths:
        return [word]
    if folder := [path for path in paths if path.startswith(word.rstrip("/") + "/")]:
        return folder
    return [path for path in paths if path.rpartition("/")[2].casefold() == word.casefold()]


def _check(key: SnapshotKey, files: Sequence[FileFacts]) -> None:
    """Refuses names that no archive was ever let in with: they come from somebody who wants them to lead elsewhere."""
    paths = [facts.path for facts in files]
    folders = {path[:end] for path in paths for end in range(len(path)) if path[end] == "/"}
    if len(set(paths)) != len(paths) or not folders.isdisjoint(paths):
        raise _poisoned(key, "names a file twice")
    for number, facts in enumerate(files, start=1):
        if reason := flaw(facts.path) or _flaw_of_stored(facts):
            raise _poisoned(key, f"is not linkbak's own: file {number} ({shown(facts.path)}) {reason}")


def _name(facts: FileFacts) -> str:
    """The true name, if it is Unicode; else the one it is stored under."""
    return facts.stored if facts.stored and _unwritable(facts.path) else facts.path


def _flaw_of_stored(facts: FileFacts) -> str:
    return _unwritable(_name(facts)) or (facts.stored and (flaw(facts.stored) or _unwritable(facts.stored)))


def _unwritable(name: str) -> str:
    return "has a name that is not Unicode" if any("\ud800" <= letter <= "\udfff" for letter in name) else ""


def _poisoned(key: SnapshotKey, how: str) -> VaultDamaged:
    return VaultDamaged(
        f"{key.folder}: the manifest {how}", hint="Nothing was restored; `linkbak verify` says what is damaged."
    )


def _moment(modified: str, taken: str) -> str:
    """When a file was written, as far as the archive told; else when the archive was. RFC 3339 UTC."""
    for told in (modified, taken):
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            continue
        if moment.tzinfo is not None and 1980 <= moment.year < 2100:
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "1980-01-01T00:00:00Z"
