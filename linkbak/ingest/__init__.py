"""From an archive to a kept snapshot and its receipt.

Everything that could refuse the archive happens before anything of it reaches the vault: its structure is checked while
it is opened, its bytes while they are staged, and what git makes of them meanwhile lies apart until they are kept. What
then fails to be understood is counted and reported, but kept: the raw bytes are the truth, and a later linkbak may read
them better.

The module `workflow` does it; a scan that finds nothing new loads no more than the types here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.archive import Limits
from linkbak.errors import Exit, LinkbakError

if TYPE_CHECKING:
    from linkbak.causes.judgement import Outcome
    from linkbak.diff import Comparison
    from linkbak.model import FileFacts, Manifest, Progress
    from linkbak.vault import SnapshotKey

__all__ = ["Options", "Receipt", "corrections", "exit_code_of", "owners", "workflow"]


class Options(NamedTuple):
    """What the user asked for beside the archive itself."""

    account: str | None = None
    taken: datetime | None = None
    accept: bool = False
    dry_run: bool = False
    limits: Limits = Limits()
    progress: Progress = lambda what, done, total: None


Status = Literal["kept", "already-kept", "refused"]


class Receipt(NamedTuple):
    """What became of one archive.

    `manifest` is that of the snapshot made (or, with `status` already-kept, found); None if refused, and then `error`
    says why. `since` compares with the snapshot before, if there is one; `outcomes` tells of each of those who vanished
    since how they stand, or is empty. `dry` means that nothing was written.
    """

    archive: str
    status: Status
    key: SnapshotKey | None = None
    manifest: Manifest | None = None
    since: Comparison | None = None
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: LinkbakError | None = None
    dry: bool = False
    outcomes: tuple[Outcome | None, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """Why the losses since the snapshot before are not to be believed yet; empty if they are."""
        return self.since.held if self.since is not None and self.status == "kept" else ()

    @property
    def exit_code(self) -> Exit:
        """The exit status this archive alone would give.

        A list that is missing, empty or partly unreadable is incomplete, however much it seems to have lost; one
        that was read whole and shrank, or that shrank by more than what could not be read, is held.
        """
        if self.error is not None:
            return self.error.exit_code
        if self.manifest is None or self.status == "already-kept":
            return Exit.FINE
        connections = self.manifest.coverage.get("connections")
        if connections is None or not connections.rows:
            return Exit.INCOMPLETE
        if any(not reason.startswith("later-partial:") for reason in self.held):
            return Exit.HELD
        return Exit.INCOMPLETE if any(issue.loss for issue in self.manifest.issues) else Exit.FINE


def exit_code_of(receipts: Sequence[Receipt]) -> Exit:
    """The exit status of several: the first refusal, else held, else incomplete, else fine."""
    codes = [receipt.exit_code for receipt in receipts]
    refused = [receipt.exit_code for receipt in receipts if receipt.error is not None]
    for code in (*refused, Exit.HELD, Exit.INCOMPLETE):
        if code in codes:
            return code
    return Exit.FINE


# --- drift ---
# How the tables of an archive differ in shape from those of the snapshot before.


def drift(before: Iterable[FileFacts], after: Iterable[FileFacts]) -> tuple[str, ...]:
    """What is new, missing or renamed among the columns of the tables that both sides have, a sentence a table."""
    known = {facts.table: facts.columns for facts in before if facts.table and facts.columns}
    sentences = []
    for table, columns in sorted({f.table: f.columns for f in after if f.table and f.columns}.items()):
        if table in known and (parts := _changes(known[table], columns)):
            sentences.append(f"{table}: {'; '.join(parts)}")
    return tuple(sentences)


def _changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """A column is renamed if case, blanks or underscores differ, or if it is the one new name in an old one's place."""
    old, new = {_plain(c): c for c in before}, {_plain(c): c for c in after}
    renamed = [(old[key], new[key]) for key in old if key in new and old[key] != new[key]]
    gone, come = [c for k, c in old.items() if k not in new], [c for k, c in new.items() if k not in old]
    if len(before) == len(after) and len(gone) == len(come) == 1 and before.index(gone[0]) == after.index(come[0]):
        renamed.append((gone.pop(), come.pop()))
    parts = [("renamed", [f"{was!r} to {now!r}" for was, now in renamed])]
    parts += [("new", [repr(column) for column in come]), ("missing", [repr(column) for column in gone])]
    return [f"{word} {', '.join(columns)}" for word, columns in parts if columns]


def _plain(column: str) -> str:
    return column.casefold().replace(" ", "").replace("_", "")
