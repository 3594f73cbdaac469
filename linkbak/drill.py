"""A trial restore: takes a snapshot from the vault, reads and exports it again, and compares it with what was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from linkbak import adapters
from linkbak.adapters import Adapter
from linkbak.archive import Archive, Limits
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveRefused, VaultDamaged
from linkbak.exporters import Options, Selection
from linkbak.exporters.formats import EXPORTERS
from linkbak.index import Entry, Person
from linkbak.model import Connection, FileFacts
from linkbak.texts import tr, tr_count
from linkbak.vault import Summary, Vault
from linkbak.vault.restore import Drill, Restored, RestoredFile, restore_folder

if TYPE_CHECKING:
    from linkbak.index.history import History

_LIMITS = Limits(entries=1 << 40, file_bytes=1 << 60, total_bytes=1 << 60)
"""No limits: what was imported once may be read again."""


class _Restored:
    """The restored folder as an archive, each file under its original name even where the disk cannot hold that."""

    def __init__(self, archive: Archive, names: Mapping[str, str]) -> None:
        self._archive = archive
        self._names = names
        self.paths = tuple(names)

    def open(self, path: str) -> IO[bytes]:
        return self._archive.open(self._names[path])


def drill(
    vault: Vault, summary: Summary, folder: Path, progress: Callable[[str, int, int], None] = lambda *_: None
) -> Drill:
    """Restores a snapshot into an empty folder, reads and exports it there, and compares.

    Raises MachineProblem; whatever is wrong with the snapshot is in the result.
    """
    found = Drill(summary.key, summary.taken, 0, 0, 0, 0, ())
    try:
        restored = restore_folder(vault, summary.key, folder, progress=progress)
    except VaultDamaged as error:
        return found._replace(problems=(str(error),))
    there = [one for one in restored.files if one.state != "damaged"]
    altered = [one for one in there if not _same(folder, one)]
    problems = [tr("{path}: what the vault holds of it is damaged", path=one.facts.path) for one in restored.damaged]
    problems += [tr("{path}: restored with other bytes", path=one.facts.path) for one in altered]
    found = found._replace(
        files=len(there) - len(altered), bytes=sum(one.facts.bytes for one in there), problems=tuple(problems)
    )
    return _read(vault, restored, found) if there else found


def _same(folder: Path, given: RestoredFile) -> bool:
    """Read from the disk again, by other code than that which wrote it."""
    with (folder / given.name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == given.facts.sha256


def _read(vault: Vault, restored: Restored, found: Drill) -> Drill:
    """The folder read like an archive from the network, and its people exported."""
    kept = vault.manifest(restored.key)
    names = {one.facts.path: one.name for one in restored.files if one.state != "damaged"}
    adapter = adapters.by_network(kept.network)
    try:
        with open_archive(restored.place, _LIMITS) as archive:
            files = _Restored(archive, names)
            read = {facts.path: facts for facts in adapter.read(files).files}
            problems = [*found.problems, *_fewer(kept.files, read)]
            if not found.problems and not adapter.recognises(files):
                problems.append(tr("nothing that could be imported again"))
            people, trouble = _exported(vault, restored, adapter, files)
    except ArchiveRefused as error:
        return found._replace(problems=(*found.problems, str(error)))
    rows = sum(facts.rows for facts in read.values())
    return found._replace(rows=rows, people=people, problems=(*problems, *trouble))


def _fewer(kept: Sequence[FileFacts], read: Mapping[str, FileFacts]) -> Iterator[str]:
    """Tables of which less is understood now than at their import; more is fine, with a newer linkbak."""
    for facts in kept:
        now = read.get(facts.path)
        if now is not None and now.rows < facts.rows:
            yield tr_count(
                "{path}: {read:,} row read, {kept:,} when it was imported",
                "{path}: {read:,} rows read, {kept:,} when it was imported",
                now.rows,
                path=facts.path,
                read=now.rows,
                kept=facts.rows,
            )


def _exported(vault: Vault, restored: Restored, adapter: Adapter, files: _Restored) -> tuple[int, list[str]]:
    """The number of contacts in the restored list, and whether they equal those of the vault's own list."""
    theirs = adapter.connections(files)
    try:
        ours = adapter.connections(vault.files(restored.key))
    except VaultDamaged:  # reported already, for the file that could not be restored
        return 0, []
    if ours is None or theirs is None:
        return 0, [] if ours is theirs else [tr("the restored files hold no list of connections")]
    account, taken = restored.key.account, restored.taken
    cards = _cards(vault, account, theirs.rows, taken)
    problems = []
    if cards != _cards(vault, account, ours.rows, taken):
        problems.append(tr("the contacts differ from those in the vault"))
    named = sum(bool(row.name) for row in theirs.rows)
    made = cards.split("\r\n").count("BEGIN:VCARD")  # whole lines: a company may be called that
    if made != named:
        problems.append(
            tr_count(
                "{people:,} person makes {contacts:,} contacts",
                "{people:,} people make {contacts:,} contacts",
                named,
                people=named,
                contacts=made,
            )
        )
    return made, problems


def _cards(vault: Vault, account: str, rows: Sequence[Connection], taken: str) -> str:
    """The rows of one list as vCards."""
    vcard = EXPORTERS["vcard"]
    assert vcard.text is not None
    entries = [
        entry for number, row in enumerate(rows) if not vcard.lacks(entry := _entry(number, account, row, taken))
    ]
    behind = cast("History", None)  # nothing but the list itself goes into a card
    return "".join(vcard.text(Selection(entries, taken, behind, vault), Options()))


def _entry(number: int, account: str, row: Connection, taken: str) -> Entry:
    person = Person(number, f"{number:012x}", account, row, "listed", taken, taken)
    return Entry(person, revised=taken)
