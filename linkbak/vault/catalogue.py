"""Every snapshot in a line, kept outside the vault so that listing thousands opens none of them.

The file is derived and may be deleted: JSON lines under a header that names the commit they describe. If anything is
wrong with it, or another linkbak wrote it, it is made anew. When the vault has moved on, only manifests not seen
before are read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from linkbak import __version__, paths
from linkbak.errors import VaultDamaged
from linkbak.model import Owner

from . import manifest
from .disk import write_whole
from .layout import MANIFEST, SNAPSHOTS, Layout
from .objects import Objects, folders, head
from .summary import ACCOUNT, ID, SnapshotKey, Summary, summarise

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


def listed(objects: Objects, commit: str) -> dict[SnapshotKey, str]:
    """Every snapshot that a commit holds, with the id of its folder."""
    root = objects.at_top(commit, SNAPSHOTS)
    return dict(_below(objects, folders(root))) if root else {}


def _below(objects: Objects, accounts: dict[str, str]) -> Iterable[tuple[SnapshotKey, str]]:
    known = [(name, tree) for name, tree in accounts.items() if ACCOUNT.fullmatch(name)]
    years = [(account, tree) for account, found in _read(objects, known) for tree in found.values()]
    for account, found in _read(objects, years):
        for name, tree in found.items():
            if ID.fullmatch(name):
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
