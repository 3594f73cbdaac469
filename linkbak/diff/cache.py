"""Comparisons made before, remembered in the cache folder: what was kept never changes, so neither does what differs.

A file is a seal and what it seals. The seal is a sha256 over the name of the comparison and the body; the name has both
manifests' digests and the versions of linkbak and Python, so a file can neither be stale nor belong to something else.
What is damaged is as if it were not there. The body is `marshal` of tuples, texts and numbers, read only under a good
seal: it loads thousands of people in a few thousandths of a second and, unlike pickle, runs nothing.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, overload

import linkbak
from linkbak import paths
from linkbak.diff import Change, Diff, Doubt
from linkbak.errors import MachineProblem
from linkbak.model import Connection, Coverage, Kind
from linkbak.vault import Summary

# --- later ------------------------------------------------------------------------------------------------------------
# A long list of which most is made only when somebody looks at it.

T = TypeVar("T")


class Later(Sequence[T]):
    """`size` rows: the first are there, all of them come from `make` once others are wanted.

    A page shows twenty of thousands, and their number. Equal to a tuple of the same rows.
    """

    __slots__ = ("_make", "_rows", "_size")

    def __init__(self, first: tuple[T, ...], size: int, make: Callable[[], tuple[T, ...]]) -> None:
        self._rows = first
        self._size = size
        self._make = make

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._size)
            if step > 0 and stop <= len(self._rows):
                return self._rows[start:stop:step]
        return self._all()[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Later) else other)

    __hash__ = None  # type: ignore[assignment]  # as good as any other list

    def _all(self) -> tuple[T, ...]:
        if len(self._rows) != self._size:
            self._rows = self._make()
        return self._rows


# --- cache ------------------------------------------------------------------------------------------------------------

FOLDER = "compared"
KEPT = 6
"""So many comparisons are kept, the newest."""
LARGEST = 16 << 20
"""A comparison of more bytes is not kept."""


_FORMAT = 1
_FIRST = 64
"""So many of each class are made at once, the others when they are wanted."""
_MARSHAL = 2
"""Later forms of marshal look for objects that occur twice, which takes longer than it saves."""
_SEAL = hashlib.sha256().digest_size
_PEOPLE = ("added", "vanished", "hidden", "returned")
_CHANGES = ("reconnected", "renamed", "changed")
_TEXTS = len(Connection._fields) - 1
_COVERAGE = ("rows", "hidden", "skipped", "completeness", "reasons", "oldest", "newest", "newest_first")


class Known(NamedTuple):
    """What differs between two snapshots, and what each of them covers."""

    diff: Diff
    before: dict[Kind, Coverage]
    after: dict[Kind, Coverage]


def recall(vault: Path, before: Summary, after: Summary) -> Known | None:
    """What an earlier command found of the same two snapshots; None if nothing sound is there."""
    name = _name(before, after)
    try:
        with _place(vault, name).open("rb", buffering=0) as file:
            data = memoryview(file.read(_SEAL + LARGEST))
        if data[:_SEAL] != _sealed(name, data[_SEAL:]):
            return None
        return _known(marshal.loads(data[_SEAL:]))  # noqa: S302  # builds values only, and the seal is good
    except (OSError, RuntimeError, EOFError, ValueError, TypeError, ArithmeticError):
        return None


def keep(vault: Path, before: Summary, after: Summary, known: Known) -> None:
    """Remember what was found for later commands; no harm is done where that is not possible."""
    from linkbak.vault import private_folder, write_whole

    plain: Any = _plain(known)
    body = marshal.dumps(plain, _MARSHAL)
    if len(body) > LARGEST:
        return
    name = _name(before, after)
    with suppress(OSError, RuntimeError, MachineProblem):
        place = _place(vault, name)
        place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        private_folder(place.parent)
        write_whole(place, _sealed(name, body) + body)
        for old in sorted(place.parent.iterdir(), key=lambda file: file.stat().st_mtime_ns)[:-KEPT]:
            old.unlink()


def _name(before: Summary, after: Summary) -> bytes:
    parts = (f"comparison {_FORMAT}", linkbak.__version__, sys.version, before.digest, after.digest)
    return "\n".join([*parts, ""]).encode()


def _place(vault: Path, name: bytes) -> Path:
    folder = paths.cache_folder(vault)
    if not folder.is_absolute():
        raise OSError("there is no place for derived files")
    return folder / FOLDER / hashlib.sha256(name).hexdigest()[:32]


def _sealed(name: bytes, body: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(name)
    digest.update(body)
    return digest.digest()


def _plain(known: Known) -> tuple[object, ...]:
    """The same in tuples, texts and numbers; people by column, which is quicker both ways."""
    diff = known.diff
    return (
        tuple(_parts(getattr(diff, name), _columns) for name in _PEOPLE),
        tuple(_parts(getattr(diff, name), _columns_of_changes) for name in _CHANGES),
        tuple((_columns(doubt.before), _columns(doubt.after), doubt.reason) for doubt in diff.uncertain),
        tuple(diff.counts.items()),
        diff.warnings,
        _plain_coverage(known.before),
        _plain_coverage(known.after),
    )


def _parts(rows: Sequence[T], columns: Callable[[Sequence[T]], Any]) -> tuple[object, ...]:
    """How many there are, the first of them, and all of them if those are more, packed again to be left alone."""
    rest = marshal.dumps(columns(rows), _MARSHAL) if len(rows) > _FIRST else b""
    return len(rows), columns(rows[:_FIRST]), rest


def _columns_of_changes(changes: Sequence[Change]) -> tuple[object, ...]:
    if not changes:
        return ()
    before, after, fields = zip(*changes, strict=True)
    return _columns(before), _columns(after), fields


def _columns(people: Sequence[Connection]) -> tuple[tuple[object, ...], ...]:
    if not people:
        return ()
    *texts, days = zip(*people, strict=True)
    return (*texts, tuple([day and day.toordinal() for day in days]))


def _plain_coverage(coverage: dict[Kind, Coverage]) -> tuple[object, ...]:
    return tuple((kind, *[getattr(one, name) for name in _COVERAGE]) for kind, one in coverage.items())


def _known(raw: Any) -> Known:
    """The values again; raises ValueError or TypeError if they are not what they should be."""
    people, changes, doubts, counts, warnings, before, after = raw
    added, vanished, hidden, returned = (_rows(parts, _people) for parts in people)
    reconnected, renamed, changed = (_rows(parts, _changes) for parts in changes)
    diff = Diff(
        added=added,
        vanished=vanished,
        hidden=hidden,
        returned=returned,
        reconnected=reconnected,
        renamed=renamed,
        changed=changed,
        uncertain=tuple(Doubt(_people(one), _people(other), _text(why)) for one, other, why in doubts),
        counts={_text(name): int(number) for name, number in counts},
        warnings=tuple(map(_text, warnings)),
    )
    return Known(diff, _coverage(before), _coverage(after))


def _rows(parts: Any, make: Callable[[Any], tuple[T, ...]]) -> Sequence[T]:
    size, columns, rest = parts
    first = make(columns)
    if len(first) != min(size, _FIRST):
        raise ValueError("not as many as there should be")
    if len(first) == size:
        return first
    return Later(first, size, lambda: make(marshal.loads(rest)))  # noqa: S302  # it was under the seal too


def _changes(raw: Any) -> tuple[Change, ...]:
    if not raw:
        return ()
    before, after, fields = raw
    for some in set(fields):
        if type(some) is not tuple or not all(name in Connection._fields or name == "name" for name in some):
            raise ValueError("no fields of a connection")
    return tuple(map(Change._make, zip(_people(before), _people(after), fields, strict=True)))


def _people(columns: Any) -> tuple[Connection, ...]:
    if not columns:
        return ()
    *texts, days = columns
    if len(texts) != _TEXTS or any(set(map(type, column)) != {str} for column in texts):
        raise ValueError("no connections")
    when = {day: date.fromordinal(day) for day in set(days) if day is not None}
    return tuple(map(Connection._make, zip(*texts, map(when.get, days), strict=True)))


def _coverage(raw: Any) -> dict[Kind, Coverage]:
    return {_text(kind): Coverage(**dict(zip(_COVERAGE, facts, strict=True))) for kind, *facts in raw}


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("no text")
    return value
