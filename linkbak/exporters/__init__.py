"""Exports people as files for other programs.

This face has the type of a format, writes its output whole or not at all, and has the receipt.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TypedDict

from linkbak.errors import MachineProblem, UsageProblem
from linkbak.model import NamedTuple
from linkbak.paths import make_folder, part_name, sweep
from linkbak.report import count, number, size
from linkbak.report.escape import terminal, terminal_text
from linkbak.report.json import fill
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.index import Entry
    from linkbak.index.correspondence import BookContact
    from linkbak.index.history import History
    from linkbak.vault import Vault

__all__ = [
    "Exported", "Format", "Options", "Selection", "Written", "contacts", "conversations", "exported_document",
    "exported_text", "formats", "rows", "write_built", "write_pages", "write_text",
]  # fmt: skip


class Options(NamedTuple):
    """The user's options. `raw` leaves formulas in cells alone; `vcard` is the version of vCards."""

    raw: bool = False
    vcard: str = "3.0"


class Selection(NamedTuple):
    """The people to export, in order, and the sources of more facts about them.

    `newest` is when the newest list that counts was taken, RFC 3339 UTC: what is written depends on the vault alone and
    on no clock. `history` and `vault` are open while the export lasts. `synced` is what the address book that the owner
    once gave the network has of people, by `Person.number`; None unless all fields are wanted.
    """

    entries: Sequence[Entry]
    newest: str
    history: History
    vault: Vault
    synced: Mapping[int, Sequence[BookContact]] | None = None

    def book_of(self, entry: Entry) -> Sequence[BookContact]:
        """The entries of the synced address book about somebody, if those are wanted."""
        return self.synced.get(entry.person.number, ()) if self.synced else ()


class Format(NamedTuple):
    """One format, and the functions that write it, of which at least one is set.

    `text` gives one text, in pieces; `pages` small files for one folder, each by its path with forward slashes, and its
    text; `build` makes a file or a folder at a path where there is nothing yet. They are given only those who can be
    exported: `lacks` says in a word or two why somebody cannot ("no name"), "" if they can, as everybody can without
    it; with `once`, only the first of those with the same key can, and `again` says why. `suffix` ends the name of its
    file, "" for a folder. `warning` is told to whoever exports it, `all_fields` is whether it has a place for what a
    synced address book tells.
    """

    suffix: str
    lacks: Callable[[Entry], str] = lambda entry: ""
    text: Callable[[Selection, Options], Iterator[str]] | None = None
    pages: Callable[[Selection, Options], Iterator[tuple[str, str]]] | None = None
    build: Callable[[Selection, Options, Path], None] | None = None
    warning: str = ""
    once: Callable[[Entry], str] | None = None
    again: str = ""
    all_fields: bool = False

    def takes(self, entries: Sequence[Entry]) -> tuple[list[Entry], Counter[str]]:
        """Those who can be exported, in order, and how many others there are, by reason."""
        kept: list[Entry] = []
        left_out: Counter[str] = Counter()
        there: set[str] = set()
        for entry in entries:
            reason = self.lacks(entry)
            if not reason and self.once is not None:
                key = self.once(entry)
                reason = self.again if key in there else ""
                there.add(key)
            if reason:
                left_out[reason] += 1
            else:
                kept.append(entry)
        return kept, left_out


def name_lacks(entry: Entry) -> str:
    """For formats that need names: leaves out those whom no list ever named."""
    if entry.person.row.name:
        return ""
    return "hidden" if entry.person.state == "hidden" else "no name"


# --- writing, readable by its owner alone ---

RECORD = ".linkbak-export.json"
"""The file in a folder of pages that lists which of its files are ours, with their digests."""


class Written(NamedTuple):
    """What was written: where, how many new or changed files, how many unchanged ones, bytes of them all.

    `spared` are files of these names that somebody else wrote or changed, which were left as they are.
    """

    place: Path
    files: int
    unchanged: int
    bytes: int
    spared: tuple[str, ...] = ()


def write_text(pieces: Iterable[str], path: Path) -> Written:
    """Write a text to one file, replacing a file of that name. Raises UsageProblem, MachineProblem."""
    _check_file(path)
    if _is_device(path):
        with on_this_machine(path), path.open("wb") as device:
            shown = map(terminal_text, pieces) if device.isatty() else pieces
            return Written(path, 1, 0, sum(device.write(_bytes(piece)) for piece in shown))
    real = path.resolve()
    sweep(real.parent)
    with on_this_machine(path), _beside(real) as half:
        with _created(half) as file:
            file.writelines(map(_bytes, pieces))
        half.replace(real)
        return Written(path, 1, 0, real.stat().st_size)


def _created(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def _bytes(text: str) -> bytes:
    """Encodes as `Session.print_text` does, so that a file equals standard output."""
    return text.encode("utf-8", "backslashreplace")


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise UsageProblem(tr("{path} is a folder", path=path), hint=tr("Name a file."))


def _is_device(path: Path) -> bool:
    """Whether it is neither a file nor a folder: ``/dev/stdout``, a pipe; these are never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def write_built(build: Callable[[Path], None], path: Path) -> Written:
    """Let a format build a file, replacing one of that name; or a folder, where there is none yet.

    An empty folder, or one that an earlier export made, is replaced; files in it that do not change stay the
    same files, with their time. Raises UsageProblem, MachineProblem.
    """
    if _is_device(path):
        raise UsageProblem(tr("{path} is no file", path=path), hint=tr("Name a file or a folder that is new."))
    sweep(path.parent)
    with on_this_machine(path), _beside(path) as half:
        umask = os.umask(0o077)
        try:
            build(half)
        finally:
            os.umask(umask)
        if half.is_dir():
            return _replace_folder(path, half)
        _check_file(path)
        half.replace(path)
        return Written(path, 1, 0, path.stat().st_size)


def _replace_folder(path: Path, half: Path) -> Written:
    files = {file.relative_to(half).as_posix(): _digest(file) for file in half.rglob("*") if file.is_file()}
    size = sum((half / name).stat().st_size for name in files)
    there = _only_ours(path)
    same = [name for name, digest in files.items() if there.get(name) == digest]
    for name in same:
        _keep(path / name, half / name)
    _write(half / RECORD, _record(files).encode(), half)
    with _beside(path) as old:
        if path.exists():
            path.replace(old)
        half.replace(path)
    return Written(path, len(files) - len(same), len(same), size)


def _only_ours(path: Path) -> Mapping[str, str]:
    """The digests of the files in a folder to be replaced; refuses one with anything else in it."""
    if not path.exists() and not path.is_symlink():
        return {}
    if not path.is_dir() or path.is_symlink():
        raise UsageProblem(tr("{path} is no folder", path=path), hint=tr("Name a folder that is new."))
    ours = _ours(path)
    there = {file.relative_to(path).as_posix(): _digest(file) for file in path.rglob("*") if not file.is_dir()}
    there.pop(RECORD, None)
    if any(ours.get(name) != digest for name, digest in there.items()):
        raise UsageProblem(
            tr("{path} holds files that no export wrote", path=path), hint=tr("Name a folder that is new or empty.")
        )
    return there


def _keep(there: Path, new: Path) -> None:
    """Keep the existing file instead of an equal new one."""
    new.unlink()
    try:
        new.hardlink_to(there)
    except OSError:  # a file system without hard links
        shutil.copy2(there, new)


def write_pages(pages: Iterable[tuple[str, str]], folder: Path, *, force: bool, prune: bool = False) -> Written:
    """Write many small files into a folder, beside what is there.

    A file of the same name is replaced if an earlier export wrote it and nobody changed it since, or with `force`; else
    it is spared. With `prune`, unchanged files of an earlier export that this one does not write are removed.
    Raises UsageProblem, MachineProblem.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(
            tr("{folder} is no folder", folder=folder), hint=tr("Name a folder; it is made if it is not there.")
        )
    with on_this_machine(folder):
        make_folder(folder)
        sweep(folder)
        ours = dict(_ours(folder))
        files = unchanged = size = 0
        spared, stale = [], set(ours) if prune else set[str]()
        try:
            for name, text in pages:
                stale.discard(name)
                data = _bytes(text)
                digest = hashlib.sha256(data).hexdigest()
                there = _digest(folder / name)
                if there and there != digest and there != ours.get(name) and not force:
                    spared.append(name)
                    continue
                size += len(data)
                ours[name] = digest
                files, unchanged = (files, unchanged + 1) if there == digest else (files + 1, unchanged)
                if there != digest:
                    _write(folder / name, data, folder)
            for name in stale:
                digest, inside = ours.pop(name), (folder / name).resolve().is_relative_to(folder.resolve())
                if inside and _digest(folder / name) == digest:  # anybody may have written the record
                    (folder / name).unlink()
        finally:
            _write(folder / RECORD, _record(ours).encode(), folder)
    return Written(folder, files, unchanged, size, tuple(spared))


def _write(path: Path, data: bytes, top: Path) -> None:
    """Write a file of a folder; `top` is that folder, which holds the unfinished files."""
    make_folder(path.parent)
    with _beside(top / "file") as half:
        with _created(half) as file:
            file.write(data)
        half.replace(path)


def _digest(file: Path) -> str:
    """The sha256 of a file; "" if there is none, and a value that no file can have if it is something else."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return "a dangling link" if file.is_symlink() else ""
    except IsADirectoryError:
        return "a folder"


def _ours(folder: Path) -> Mapping[str, str]:
    try:
        found = json.loads((folder / RECORD).read_text("utf-8"))["files"]
        return {str(name): str(digest) for name, digest in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _record(files: Mapping[str, str]) -> str:
    return json.dumps({"schema": "linkbak.export-folder/1", "files": files}, indent=0, sort_keys=True) + "\n"


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yields a name in the same folder for an unfinished file; removes it at the end if it is still there."""
    half = path.with_name(part_name())
    try:
        yield half
    finally:
        if half.is_dir() and not half.is_symlink():
            shutil.rmtree(half, ignore_errors=True)
        else:
            with suppress(OSError):
                half.unlink(missing_ok=True)


@contextmanager
def on_this_machine(path: Path) -> Iterator[None]:
    """Turns an error of the file system into a MachineProblem that names the place."""
    try:
        yield
    except OSError as error:
        hint = tr("Name another place with -o.") if error.strerror else ""
        raise MachineProblem(
            tr("cannot write {path}: {reason}", path=path, reason=error.strerror or error), hint=hint
        ) from error


# --- the receipt ---

_SHOWN = 5


class Exported(NamedTuple):
    """One export. `place` is "" for standard output; `unknown` counts rows without a name."""

    format: str
    people: int
    left_out: Mapping[str, int]
    unknown: int = 0
    warning: str = ""
    place: str = ""
    files: int = 0
    unchanged: int = 0
    bytes: int = 0
    spared: tuple[str, ...] = ()


def exported_text(export: Exported) -> list[str]:
    """The receipt, a fact a line."""
    told = count(export.people, "person", "people")
    if export.place:
        told = tr("{people} to {place} ({size})", people=told, place=terminal(export.place), size=size(export.bytes))
    found = [told]
    if export.files > 1 or export.unchanged:
        files, unchanged = count(export.files, "file"), number(export.unchanged)
        found.append(tr("{files} written, {unchanged} as before", files=files, unchanged=unchanged))
    found += [_left_out(reason, left) for reason, left in export.left_out.items()]
    if export.unknown:
        found.append(tr("left out: {rows} of which nobody can say whose", rows=count(export.unknown, "row")))
    if export.spared:
        names = ", ".join(terminal(name) for name in export.spared[:_SHOWN])
        if len(export.spared) > _SHOWN:
            names = tr("{files} and {number} more", files=names, number=number(len(export.spared) - _SHOWN))
        found.append(tr("left as they are, since you changed them: {files} (--force writes them anew)", files=names))
    if export.warning:
        found.append(tr("note: {warning}", warning=export.warning))
    return found


def _left_out(reason: str, people: int) -> str:
    """How many people are left out, and why; the reasons are those of `Format.lacks` and `Format.again`."""
    left = number(people)
    match reason:
        case "hidden":
            return tr_count(
                "left out: {number} who shows only a date",
                "left out: {number} who show only a date",
                people,
                number=left,
            )
        case "no name":
            return tr_count(
                "left out: {number} who has no name", "left out: {number} who have no name", people, number=left
            )
        case "no e-mail":
            return tr_count(
                "left out: {number} who shows no e-mail", "left out: {number} who show no e-mail", people, number=left
            )
        case "no date":
            return tr_count(
                "left out: {number} who has no date", "left out: {number} who have no date", people, number=left
            )
        case "the same e-mail":
            return tr_count(
                "left out: {number} who has an e-mail that is there already",
                "left out: {number} who have an e-mail that is there already",
                people,
                number=left,
            )
    return tr("left out: {number} who {reason}", number=left, reason=reason)


class ExportedDocument(TypedDict):
    """What `linkbak export FORMAT -o PLACE --json` prints.

    What was written and who was left out, by reason; `spared` are files that somebody else wrote or changed.
    """

    schema: Literal["linkbak.exported/1"]
    format: str
    place: str
    people: int
    left_out: dict[str, int]
    unknown: int
    files: int
    unchanged: int
    bytes: int
    spared: list[str]
    warning: str | None


def exported_document(export: Exported) -> ExportedDocument:
    """The receipt as JSON."""
    return fill(ExportedDocument, export, left_out=dict(export.left_out))
