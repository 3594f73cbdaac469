"""What is known of a snapshot without opening it."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from linkbak import __version__, paths
from linkbak.errors import NoSuchSnapshot, VaultDamaged
from linkbak.model import Manifest, Owner, listed
from linkbak.vault import manifest
from linkbak.vault.layout import MANIFEST, SNAPSHOTS, Layout, write_whole
from linkbak.vault.objects import Objects, folders, head

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
    """One snapshot in a line; times are RFC 3339 UTC. A named tuple, since a vault may list thousands.

    `connections` (hidden ones included) and `hidden` are None where the archive has no list that could be read.
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
    )


def checked(key: SnapshotKey) -> SnapshotKey:
    """The key, if it can be the name of a snapshot at all."""
    if SNAPSHOT_ID.fullmatch(key.id) and ACCOUNT_NAME.fullmatch(key.account):
        return key
    raise NoSuchSnapshot("no snapshot can have that name", hint="`linkbak log` lists the snapshots.")


# --- all snapshots ----------------------------------------------------------------------------------------------------
# Every snapshot in a line, kept outside the vault so that listing thousands opens none of them.
# The file is derived and may be deleted: JSON lines under a header that names the commit they describe. If anything is
# wrong with it, or another linkbak wrote it, it is made anew. When the vault has moved on, only manifests not seen
# before are read.

FILE = "catalogue.jsonl"
FORMAT = 1


class Row(NamedTuple):
    """A snapshot's folder as git knows it, its summary, and that as a line of the file."""

    tree: str
    summary: Summary
    line: bytes


class Catalogue:
    """The summaries of one vault at one commit."""

    def __init__(self, layout: Layout, objects: Objects) -> None:
        self._layout = layout
        self._objects = objects
        self._rows: dict[SnapshotKey, Row] = {}
        self._sorted: tuple[Summary, ...] | None = None
        self._root = ""
        self._saved = True
        self.head = ""

    def summaries(self) -> tuple[Summary, ...]:
        """Every snapshot, oldest first."""
        if self._sorted is None:
            self._sorted = tuple(sorted((row.summary for row in self._rows.values()), key=_order))
        return self._sorted

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
        self._moved(newest, root.id if root else "", None)

    def add(self, commit: str, root: str, tree: str, summary: Summary) -> None:
        """Adds a snapshot that `commit` has just put on top of the commit known so far."""
        self._rows[summary.key] = _row(tree, summary)
        ordered = list(self.summaries())
        insort(ordered, summary, key=_order)
        self._moved(commit, root, tuple(ordered))

    def save(self) -> None:
        """Keeps the summaries for the next command; no harm is done where that is not possible."""
        if self._saved:
            return
        body = b"".join(self._rows[one.key].line for one in self.summaries())
        header = {
            "format": FORMAT,
            "linkbak": __version__,
            "head": self.head,
            "root": self._root,
            "check": zlib.crc32(body),
        }
        with suppress(OSError, RuntimeError):
            place = self._place()
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(place, json.dumps(header).encode() + b"\n" + body)
        self._saved = True

    def _moved(self, commit: str, root: str, ordered: tuple[Summary, ...] | None) -> None:
        self.head, self._root, self._sorted, self._saved = commit, root, ordered, False

    def _place(self) -> Path:
        folder = paths.cache_folder(self._layout.top)
        if not folder.is_absolute():
            raise OSError("there is no place for derived files")
        return folder / FILE

    def _read(self) -> None:
        """Takes over what an earlier command kept, if all of it is there."""
        try:
            header_line, _, body = self._place().read_bytes().partition(b"\n")
            header = json.loads(header_line)
            if (header["format"], header["linkbak"]) != (FORMAT, __version__) or header["check"] != zlib.crc32(body):
                return
            raws = json.loads(b"[" + body.replace(b"\n", b",")[:-1] + b"]")
            lines = body.splitlines(keepends=True)
            rows = [Row(raw[0], one, line) for raw, one, line in zip(raws, _summaries(raws), lines, strict=True)]
            newest, root = str(header["head"]), str(header["root"])
        except (OSError, RuntimeError, ValueError, TypeError, LookupError):
            return
        self._rows = {row.summary.key: row for row in rows}
        self.head, self._root, self._sorted = newest, root, tuple(row.summary for row in rows)

    def _take(self, found: dict[SnapshotKey, str]) -> None:
        """Keeps the rows that are still true and reads the manifests of the others."""
        new = [key for key, tree in found.items() if key not in self._rows or self._rows[key].tree != tree]
        rows = {key: row for key, row in self._rows.items() if found.get(key) == row.tree}
        wanted = [f"{found[key]}:{MANIFEST}" for key in new]
        for key, blob in zip(new, self._objects.each(wanted), strict=True):
            if blob is None:
                raise VaultDamaged(f"{key.folder} has no {MANIFEST}")
            read = manifest.loads(blob.data, key.folder)
            summary = summarise(read, hashlib.sha256(blob.data).hexdigest())
            if summary.key != key:
                raise VaultDamaged(f"{key.folder}: the manifest is another snapshot's")
            rows[key] = _row(found[key], summary)
        self._rows = rows


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
            raise VaultDamaged(f"git cannot read a folder of {SNAPSHOTS}/{account}")
        yield account, folders(found)


def _row(tree: str, one: Summary) -> Row:
    raw: list[object] = [tree, *one.key]
    raw += [getattr(one, name) for name in _PLAIN]
    raw += [one.owner.urls, one.owner.member_ids, one.owner.names]
    text = json.dumps(raw, ensure_ascii=True, separators=(",", ":"))
    return Row(tree, one, text.encode() + b"\n")


_PLAIN = Summary._fields[1:-1]
_WIDTH = 3 + len(_PLAIN) + 3
_KINDS = 3 + _PLAIN.index("kinds")


def _summaries(raws: list[list[Any]]) -> Iterator[Summary]:
    """The summaries in the lines of the file; most have the same owner as the line before."""
    last: list[Any] = []
    owner = Owner()
    for raw in raws:
        if len(raw) != _WIDTH:
            raise ValueError("another linkbak's line")
        if raw[-3:] != last:
            last = raw[-3:]
            owner = Owner(*(tuple(texts) for texts in last))
        raw[_KINDS] = tuple(raw[_KINDS])
        yield Summary._make((SnapshotKey(raw[1], raw[2]), *raw[3:-3], owner))


def _order(one: Summary) -> tuple[str, int, str]:
    return one.order


# --- names for snapshots ----------------------------------------------------------------------------------------------
# The names people give snapshots, and which snapshot they mean.

_BACK = re.compile(r"latest~(\d{1,9})", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_HINT = "`linkbak log` lists the snapshots."


def resolve(summaries: Sequence[Summary], name: str) -> Summary:
    """The snapshot that `name` means among `summaries`, which are sorted from the oldest to the newest.

    ``latest``, ``previous`` (the one before it) and ``latest~2`` count back from the newest. A day, month or year
    (``2026-03-20``, ``2026-03``, ``2026``) means the newest snapshot of it. Anything else must be the start of
    exactly one snapshot's id; colons may be left in, as in a time stamp.
    """
    if not summaries:
        raise NoSuchSnapshot("there is no snapshot yet", hint="`linkbak import ARCHIVE` keeps the first.")
    back = 0 if name == "latest" else 1 if name == "previous" else _counted(name)
    if back is not None:
        return _from_the_end(summaries, back)
    wanted = name.strip().replace(":", "")
    if exact := [one for one in summaries if one.key.id == wanted]:
        return _only(exact, name)
    found = [one for one in summaries if wanted and one.key.id.startswith(wanted)]
    if found and _DATE.fullmatch(wanted):
        return found[-1]
    return _only(found, name) if found else _nothing(summaries, wanted)


def as_of(summaries: Sequence[Summary], day: date) -> tuple[Summary, ...]:
    """Only the snapshots taken up to the end of that day (UTC)."""
    last = day.isoformat()
    return tuple(one for one in summaries if one.taken[:10] <= last)


def _counted(name: str) -> int | None:
    found = _BACK.fullmatch(name)
    return int(found[1]) if found else None


def _from_the_end(summaries: Sequence[Summary], back: int) -> Summary:
    if back < len(summaries):
        return summaries[-1 - back]
    held = "only one snapshot" if len(summaries) == 1 else f"only {len(summaries)} snapshots"
    raise NoSuchSnapshot(f"there is {held}" if len(summaries) == 1 else f"there are {held}", hint=_HINT)


def _only(found: Sequence[Summary], name: str) -> Summary:
    if len(found) == 1:
        return found[0]
    if len({one.key.account for one in found}) > 1:
        names = ", ".join(sorted({one.key.account for one in found}))
        raise NoSuchSnapshot(f"{_shown(name)} is in several accounts: {names}", hint="Say which with --account.")
    raise NoSuchSnapshot(f"{_shown(name)} is the start of several: {_ids(found)}", hint=_HINT)


def _nothing(summaries: Sequence[Summary], wanted: str) -> Summary:
    near = sorted(summaries, key=lambda one: _distance(one, wanted))[:3]
    near.sort(key=lambda one: one.order)
    raise NoSuchSnapshot(f"no snapshot is called {_shown(wanted)}; the nearest: {_ids(near)}", hint=_HINT)


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
    """A name as typed, cut and with nothing in it that acts on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in name[:40]) or '""'
