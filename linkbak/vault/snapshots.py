"""What is known about a snapshot without opening it."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from linkbak import __version__, paths
from linkbak.errors import NoSuchSnapshot, VaultDamaged
from linkbak.model import OLDER, Manifest, NamedTuple, Owner, listed
from linkbak.texts import tr, tr_count
from linkbak.vault import manifest
from linkbak.vault.git import Objects, folders, head, printable
from linkbak.vault.layout import MANIFEST, MARKS, SNAPSHOTS, Layout

SNAPSHOT_ID = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)T\d{6}Z(?:-(?P<number>[2-9]|[1-9]\d+))?", re.ASCII)
ACCOUNT_NAME = re.compile(r"\w[\w.@+-]*")


class SnapshotKey(NamedTuple):
    """Names one snapshot in a vault: ``("linkedin-me", "2026-03-20T080710Z")``."""

    account: str
    id: str

    @property
    def number(self) -> int:
        """1, or for a further archive of the same moment 2, 3..."""
        return 1 if len(self.id) == 18 else int(self.id[19:])

    @property
    def folder(self) -> str:
        """The snapshot's folder in the vault, with forward slashes."""
        return f"snapshots/{self.account}/{self.id[:4]}/{self.id}"


class Summary(NamedTuple):
    """One snapshot's summary; times are RFC 3339 UTC. A named tuple, since a vault may have thousands.

    `connections` (hidden ones included) and `hidden` are None where the archive has no list that could be read.
    `older` says that its losses are held because its list is older than its date.
    `digest` is the sha256 of the snapshot's manifest, `previous` that of the manifest kept before it.
    """

    key: SnapshotKey
    taken: str
    imported: str
    network: str
    account: str
    archive_kind: str
    archive_sha256: str
    content: str
    connections: int | None
    hidden: int | None
    files: int
    bytes: int
    held: bool
    kinds: tuple[str, ...]
    digest: str
    previous: str
    owner: Owner = Owner()
    older: bool = False

    @property
    def id(self) -> str:
        """The snapshot's name inside its account."""
        return self.key.id

    @property
    def taken_at(self) -> datetime:
        """When the network wrote the archive."""
        return datetime.fromisoformat(self.taken)

    @property
    def order(self) -> tuple[str, int, str]:
        """Sorts summaries from the oldest to the newest."""
        return self.taken, self.key.number, self.key.account


_ORDER = attrgetter("order")


def summarise(manifest: Manifest, digest: str) -> Summary:
    """The summary of a manifest whose file has the sha256 `digest`."""
    people = listed(manifest.coverage)
    return Summary(
        key=SnapshotKey(f"{manifest.network}-{manifest.account}", manifest.id),
        taken=manifest.taken,
        imported=manifest.imported_at,
        network=manifest.network,
        account=manifest.account,
        archive_kind=manifest.archive.kind,
        archive_sha256=manifest.archive.sha256,
        content=manifest.content,
        connections=people.rows if people else None,
        hidden=people.hidden if people else None,
        files=len(manifest.files),
        bytes=sum(file.bytes for file in manifest.files),
        held=bool(manifest.held),
        kinds=tuple(sorted(manifest.coverage)),
        digest=digest,
        previous=manifest.previous,
        owner=manifest.owner,
        older=any(reason.startswith(OLDER) for reason in manifest.held),
    )


def checked(key: SnapshotKey) -> SnapshotKey:
    """The key, if it can be the name of a snapshot at all."""
    if SNAPSHOT_ID.fullmatch(key.id) and ACCOUNT_NAME.fullmatch(key.account):
        return key
    raise NoSuchSnapshot(tr("no snapshot can have that name"), hint=tr("`linkbak log` lists the snapshots."))


# --- all snapshots ----------------------------------------------------------------------------------------------------
# Kept outside the vault, so that listing thousands of snapshots opens none of them. The file is derived and may be
# deleted: all summaries as JSON, under a header that names their commit. If anything is wrong with it, or another
# linkbak wrote it, it is made anew. When the vault has new commits, only manifests not seen before are read.

FILE = "catalogue.jsonl"
FORMAT = 4
FORGOTTEN, REMEMBERED = "forgotten", "remembered"
"""The facts of marks that set a snapshot aside and bring it back; the later one counts."""


class Catalogue:
    """The summaries of one vault at one commit."""

    def __init__(self, layout: Layout, objects: Objects) -> None:
        self._layout = layout
        self._objects = objects
        self._trees: dict[SnapshotKey, str] = {}
        """Each snapshot's folder as git knows it."""
        self._summaries: tuple[Summary, ...] = ()
        self._root = ""
        self._saved = True
        self.head = ""
        self.aside: frozenset[SnapshotKey] = frozenset()
        """The snapshots that the user has set aside."""

    def summaries(self) -> tuple[Summary, ...]:
        """Every snapshot that is not set aside, oldest first: answers come from these."""
        return tuple(one for one in self._summaries if one.key not in self.aside) if self.aside else self._summaries

    def every(self) -> tuple[Summary, ...]:
        """Every snapshot, oldest first."""
        return self._summaries

    def refresh(self) -> None:
        """Brings the summaries to the vault's newest commit."""
        newest = head(self._layout.git)
        if not self.head:
            self._read()
        if self.head == newest:
            return
        root = self._objects.at_top(newest, SNAPSHOTS)
        if root is None or root.id != self._root:
            self._take(dict(_below(self._objects, folders(root))) if root else {})
        marks = self._objects.at_top(newest, MARKS)
        self.aside = set_aside_by(marks.data) if marks else frozenset()
        self.head, self._root, self._saved = newest, root.id if root else "", False

    def add(self, commit: str, root: str, tree: str, summary: Summary) -> None:
        """Adds a snapshot that `commit` has just put on top of the commit known so far."""
        self._trees[summary.key] = tree
        at = bisect(self._summaries, summary.order, key=_ORDER)
        self._summaries = (*self._summaries[:at], summary, *self._summaries[at:])
        self.head, self._root, self._saved = commit, root, False

    def save(self) -> None:
        """Keeps the summaries for the next command, where that is possible."""
        if self._saved:
            return
        body = json.dumps([(self._trees[one.key], *one) for one in self._summaries], separators=(",", ":")).encode()
        ours = {"format": FORMAT, "linkbak": __version__, "head": self.head, "root": self._root, "aside": [*self.aside]}
        header = json.dumps({**ours, "check": zlib.crc32(body)}).encode()
        with suppress(OSError, RuntimeError):
            paths.write_whole(self._place(), header + b"\n" + body)
        self._saved = True

    def _place(self) -> Path:
        folder = paths.cache_folder(self._layout.top)
        if not folder.is_absolute():
            raise OSError(tr("there is no place for derived files"))
        return folder / FILE

    def _read(self) -> None:
        """Loads what an earlier command kept, if it is complete."""
        try:
            header_line, _, body = self._place().read_bytes().partition(b"\n")
            header = json.loads(header_line)
            if (header["format"], header["linkbak"]) != (FORMAT, __version__) or header["check"] != zlib.crc32(body):
                return
            rows = [(str(tree), _summary(*fields)) for tree, *fields in json.loads(body)]
            newest, root = str(header["head"]), str(header["root"])
            aside = frozenset(SnapshotKey(*key) for key in header["aside"])
        except (OSError, RuntimeError, ValueError, TypeError, LookupError):
            return
        self.aside, self._trees = aside, {summary.key: tree for tree, summary in rows}
        self.head, self._root, self._summaries = newest, root, tuple(summary for _, summary in rows)

    def _take(self, found: dict[SnapshotKey, str]) -> None:
        """Keeps the summaries that are still right and reads the manifests of the others."""
        summaries = [one for one in self._summaries if found.get(one.key) == self._trees[one.key]]
        known = {one.key for one in summaries}
        new = [key for key in found if key not in known]
        for key, blob in zip(new, self._objects.each([f"{found[key]}:{MANIFEST}" for key in new]), strict=True):
            if blob is None:
                raise VaultDamaged(tr("{snapshot} has no {file}", snapshot=key.folder, file=MANIFEST))
            read = manifest.loads(blob.data, key.folder)
            summaries.append(summarise(read, hashlib.sha256(blob.data).hexdigest()))
            if summaries[-1].key != key:
                raise VaultDamaged(tr("{snapshot}: the manifest is another snapshot's", snapshot=key.folder))
        self._trees, self._summaries = found, tuple(sorted(summaries, key=_ORDER))


def _summary(key: list[str], *fields: Any) -> Summary:
    """A summary as the file has it, where tuples are lists."""
    *plain, kinds, digest, previous, owner, older = fields
    return Summary._make((SnapshotKey(*key), *plain, tuple(kinds), digest, previous, Owner(*map(tuple, owner)), older))


def set_aside_by(marks: bytes) -> frozenset[SnapshotKey]:
    """The snapshots that are set aside, by the lines of marks; malformed lines are reported elsewhere."""
    aside = set[SnapshotKey]()
    for line in marks.splitlines() if f'"{FORGOTTEN}"'.encode() in marks else ():
        with suppress(ValueError, TypeError, LookupError):
            mark = json.loads(line)
            if mark["fact"] in (FORGOTTEN, REMEMBERED):
                key = SnapshotKey(str(mark["account"]), str(mark["snapshot"]))
                (aside.add if mark["fact"] == FORGOTTEN else aside.discard)(key)
    return frozenset(aside)


def snapshot_trees(objects: Objects, commit: str) -> dict[SnapshotKey, str]:
    """Every snapshot that a commit holds, with the id of its folder."""
    root = objects.at_top(commit, SNAPSHOTS)
    return dict(_below(objects, folders(root))) if root else {}


def _below(objects: Objects, accounts: dict[str, str]) -> Iterable[tuple[SnapshotKey, str]]:
    known = [(name, tree) for name, tree in accounts.items() if ACCOUNT_NAME.fullmatch(name)]
    years = [(account, tree) for account, found in _read(objects, known) for tree in found.values()]
    for account, found in _read(objects, years):
        for name, tree in found.items():
            if SNAPSHOT_ID.fullmatch(name):
                yield SnapshotKey(account, name), tree


def _read(objects: Objects, trees: Sequence[tuple[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """The folders in each of an account's trees; raises VaultDamaged if one cannot be read."""
    for (account, _), found in zip(trees, objects.each([tree for _, tree in trees]), strict=True):
        if found is None:
            raise VaultDamaged(tr("git cannot read a folder of {place}", place=f"{SNAPSHOTS}/{account}"))
        yield account, folders(found)


# --- names for snapshots ----------------------------------------------------------------------------------------------
# The names people use for snapshots, and which snapshot each means.

_BACK = re.compile(r"latest~(\d{1,9})", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_HINT = tr("`linkbak log --all` lists them, those that were set aside too.")


def resolve(summaries: Sequence[Summary], name: str) -> Summary:
    """The snapshot that `name` means among `summaries`, which are sorted from the oldest to the newest.

    ``latest``, ``previous`` (the one before it) and ``latest~2`` count back from the newest. A day, month or year
    (``2026-03-20``, ``2026-03``, ``2026``) means the newest snapshot of it. Anything else must be the start of
    exactly one snapshot's id; colons may be left in, as in a time stamp.
    """
    if not summaries:
        raise NoSuchSnapshot(tr("there is no snapshot yet"), hint=tr("`linkbak import ARCHIVE` keeps the first."))
    counted = _BACK.fullmatch(name)
    if name in ("latest", "previous") or counted:
        back = int(counted[1]) if counted else int(name == "previous")
        if back < len(summaries):
            return summaries[-1 - back]
        if len(summaries) == 1:
            older = tr("Ask LinkedIn for a new archive, or import an older one if you still have it.")
            raise NoSuchSnapshot(tr("there is only one snapshot"), hint=older)
        raise NoSuchSnapshot(
            tr_count(
                "there is only {number} snapshot",
                "there are only {number} snapshots",
                len(summaries),
                number=len(summaries),
            ),
            hint=_HINT,
        )
    wanted = name.strip().replace(":", "")
    if exact := [one for one in summaries if one.key.id == wanted]:
        return _only(exact, name)
    found = [one for one in summaries if wanted and one.key.id.startswith(wanted)]
    if found and _DATE.fullmatch(wanted):
        return found[-1]
    if found:
        return _only(found, name)
    near = sorted(sorted(summaries, key=lambda one: _distance(one, wanted))[:3], key=_ORDER)
    raise NoSuchSnapshot(
        tr("no snapshot is called {name}; the nearest: {ids}", name=_shown(wanted), ids=_ids(near)), hint=_HINT
    )


def as_of(summaries: Sequence[Summary], day: date) -> tuple[Summary, ...]:
    """Only the snapshots taken up to the end of that day (UTC)."""
    last = day.isoformat()
    return tuple(one for one in summaries if one.taken[:10] <= last)


def _only(found: Sequence[Summary], name: str) -> Summary:
    if len(found) == 1:
        return found[0]
    if len({one.key.account for one in found}) > 1:
        names = ", ".join(sorted({one.key.account for one in found}))
        raise NoSuchSnapshot(
            tr("{name} is in several accounts: {accounts}", name=_shown(name), accounts=names),
            hint=tr("Say which with --account."),
        )
    raise NoSuchSnapshot(tr("{name} is the start of several: {ids}", name=_shown(name), ids=_ids(found)), hint=_HINT)


def _distance(one: Summary, wanted: str) -> float:
    """Days between a snapshot and the date that `wanted` starts with; the newest are nearest to no date."""
    digits = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", wanted, re.ASCII)
    try:
        day = datetime(*(int(part or 1) for part in digits.groups()), tzinfo=one.taken_at.tzinfo) if digits else None  # type: ignore[arg-type,misc]
    except ValueError:
        day = None
    return abs((one.taken_at - day).total_seconds()) if day else -one.taken_at.timestamp()


def _ids(summaries: Sequence[Summary]) -> str:
    shown = [one.key.id for one in summaries[:5]]
    return ", ".join(shown) + (", ..." if len(summaries) > 5 else "")


def _shown(name: str) -> str:
    """A name as typed, shortened and without anything that acts on a terminal."""
    return printable(name, 40) or '""'
