"""The JSON document of `compact`, as types; as in `linkbak.report.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from typing_extensions import TypedDict

from linkbak.report.text import Block, Column, Line, Table, Tone, count, day, number, size

if TYPE_CHECKING:
    from linkbak.automation.doctor_checks import Finding, Level
    from linkbak.errors import Exit
    from linkbak.report.people import IndexDocument
    from linkbak.vault import SnapshotKey
    from linkbak.vault.compact import Compacted, Stored
    from linkbak.vault.restore import Given, Restored


class StoredDocument(TypedDict):
    """What a vault stores: loose objects and packs, with their bytes on disk."""

    loose: int
    loose_bytes: int
    packs: int
    pack_bytes: int


class CompactDocument(TypedDict):
    """What `linkbak compact --json` prints; without anything to do, `done` is false and nothing has changed."""

    schema: Literal["linkbak.compact/1"]
    done: bool
    before: StoredDocument
    after: StoredDocument


DOCUMENTS: dict[str, type] = {"compact": CompactDocument}
"""Each verb's document; the names of the schema files."""


# --- compact_view -----------------------------------------------------------------------------------------------------
# What came of compacting a vault, as a page for people and as a document.

_COMPACT_COLUMNS = (
    Column(""),
    Column("loose objects", right=True),
    Column("packs", right=True),
    Column("bytes", right=True),
)


def compact_page(found: Compacted) -> list[Block]:
    """What the vault's history took on disk before and takes now."""
    if not found.done:
        return [Line(f"nothing to compact: all is packed, {size(found.after.bytes)}", "good")]
    rows = [_row("before", found.before), _row("after", found.after)]
    before, after = size(found.before.bytes), size(found.after.bytes)
    return [Line(f"compacted: {before} before, {after} now", "good"), Line(), Table(_COMPACT_COLUMNS, rows)]


def compact_document(found: Compacted) -> CompactDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.compact/1",
        "done": found.done,
        "before": _stored(found.before),
        "after": _stored(found.after),
    }


def _row(when: str, one: Stored) -> tuple[str, ...]:
    return when, number(one.loose), number(one.packs), size(one.bytes)


def _stored(one: Stored) -> StoredDocument:
    return {
        "loose": one.loose,
        "loose_bytes": one.loose_bytes,
        "packs": one.packs,
        "pack_bytes": one.pack_bytes,
    }


# --- drill_documents --------------------------------------------------------------------------------------------------
# The JSON document of `linkbak drill`.


class DrillDocument(TypedDict):
    """A snapshot that was restored to try it out; `problems` is empty if all was as it was kept."""

    schema: Literal["linkbak.drill/1"]
    account: str
    snapshot: str
    taken: str
    passed: bool
    files: int
    bytes: int
    rows: int
    people: int
    problems: list[str]


DRILL_DOCUMENTS = {"drill": DrillDocument}


# --- drill_view -------------------------------------------------------------------------------------------------------
# What came of a drill, for people and for programs.


class Drill(NamedTuple):
    """What was tried: a snapshot with so many files, bytes and rows, and so many people written down as contacts.

    `problems` say what did not come out as it went in; the drill has passed if there are none.
    """

    snapshot: SnapshotKey
    taken: str
    files: int
    bytes: int
    rows: int
    people: int
    problems: tuple[str, ...]

    @property
    def what(self) -> str:
        """The snapshot, for people."""
        return f"{self.snapshot.account} of {day(self.taken)}"


def drill_page(found: Drill) -> list[Block]:
    """What was tried and whether it held."""
    if found.problems:
        return [Line(text, "plain" if indent else "bad", indent) for text, indent in _failure(found)]
    told = f"{count(found.files, 'file')}, {size(found.bytes)}, every byte as it was imported"
    return [
        Line(f"{found.what}: restored, read and exported again", "good"),
        Line(told, indent=2),
        Line(f"{count(found.rows, 'row')} read, no file with fewer than when it was imported", indent=2),
        Line(f"{count(found.people, 'contact')} written, the same as out of the vault", indent=2),
    ]


def drill_quiet_lines(found: Drill) -> list[str]:
    """What is said even to those who asked for silence."""
    return [f"error: {text}" if not indent else text for text, indent in _failure(found)] if found.problems else []


_SHOWN = 20


def _failure(found: Drill) -> list[tuple[str, int]]:
    lines = [(f"{found.what}: the restore does not give back what was kept", 0)]
    lines += [(problem, 2) for problem in found.problems[:_SHOWN]]
    if (more := len(found.problems) - _SHOWN) > 0:
        lines.append((f"and {number(more)} more", 2))
    return [*lines, ("`linkbak verify` says what is damaged and what is still whole", 2)]


def drill_document(found: Drill) -> DrillDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.drill/1",
        "account": found.snapshot.account,
        "snapshot": found.snapshot.id,
        "taken": found.taken,
        "passed": not found.problems,
        "files": found.files,
        "bytes": found.bytes,
        "rows": found.rows,
        "people": found.people,
        "problems": list(found.problems),
    }


# --- index_view -------------------------------------------------------------------------------------------------------
# What came of looking after the index, as a page for people.


def index_page(found: IndexDocument) -> list[Block]:
    """What was found, what was done about it, and where the index lies."""
    place = Line(found["path"], "dim", 2)
    if not found["rebuilt"]:
        return [Line("the index is sound", "good"), place]
    if not found["findings"]:
        return [Line("the index is made anew", "good"), place]
    return [
        Line("the index was not as it should be and is made anew; the vault itself is untouched", "odd"),
        *(Line(finding, indent=2) for finding in found["findings"]),
        place,
    ]


# --- doctor_documents -------------------------------------------------------------------------------------------------
# The JSON document of `linkbak doctor`.


class CheckDocument(TypedDict):
    """One thing that was looked at: how it is, and what to do about it, "" if nothing is to be done."""

    check: str
    level: Literal["ok", "warn", "fail"]
    what: str
    remedy: str


class DoctorDocument(TypedDict):
    """All that was looked at; `level` is the worst of all, `status` the exit status."""

    schema: Literal["linkbak.doctor/1"]
    vault: str
    level: Literal["ok", "warn", "fail"]
    status: int
    checks: list[CheckDocument]


DOCTOR_DOCUMENTS = {"doctor": DoctorDocument}


# --- doctor_view ------------------------------------------------------------------------------------------------------
# What the doctor found, in one line each, with what to do.

_TONES: dict[Level, Tone] = {"ok": "good", "warn": "odd", "fail": "bad"}
_WIDTH = 6


class Examined(NamedTuple):
    """Where the vault is or would be, what was found, how bad the worst of it is, and the exit status."""

    vault: str
    findings: Sequence[Finding]
    level: Level
    status: Exit


def doctor_page(examined: Examined) -> list[Block]:
    """Every line, and in the end how it is on the whole."""
    blocks: list[Block] = []
    for one in examined.findings:
        blocks += lines(one)
    return [*blocks, Line(), Line(_verdict(examined.findings), _TONES[examined.level])]


def lines(one: Finding) -> list[Block]:
    """One finding: how it is, and below it what to do."""
    level = one.level.upper().ljust(_WIDTH)
    first = Line(f"{level}{one.check}: {one.what}", _TONES[one.level])
    return [first, *([Line(one.remedy, indent=_WIDTH + 2)] if one.remedy else [])]


def doctor_document(examined: Examined) -> DoctorDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.doctor/1",
        "vault": examined.vault,
        "level": examined.level,
        "status": int(examined.status),
        "checks": [
            {"check": one.check, "level": one.level, "what": one.what, "remedy": one.remedy}
            for one in examined.findings
        ],
    }


def _verdict(findings: Sequence[Finding]) -> str:
    levels = [one.level for one in findings]
    bad, odd = levels.count("fail"), levels.count("warn")
    if not bad and not odd:
        return "all is well"
    warned = f"{count(odd, 'thing')} to see to" if odd else ""
    failed = f"{count(bad, 'thing')} broken" if bad else ""
    return ", ".join(part for part in (failed, warned) if part) + ("" if bad else "; nothing is broken")


# --- restore_documents ------------------------------------------------------------------------------------------------
# The JSON document of `linkbak restore`.


class GivenDocument(TypedDict):
    """One file: its path in the archive, where it lies below the place, and what came of it; `damaged` is not there."""

    path: str
    written_as: str
    bytes: int
    sha256: str
    modified: str
    state: Literal["new", "replaced", "same", "damaged"]


class RestoreDocument(TypedDict):
    """What was restored, or with `dry_run` would be; `bytes` are those of all files that are there now."""

    schema: Literal["linkbak.restore/1"]
    account: str
    snapshot: str
    taken: str
    place: str
    form: Literal["folder", "zip"]
    dry_run: bool
    bytes: int
    damaged: int
    files: list[GivenDocument]


RESTORE_DOCUMENTS = {"restore": RestoreDocument}


# --- restore_view -----------------------------------------------------------------------------------------------------
# What came of a restore, for people and for programs.

_RESTORE_COLUMNS = (Column("file", most=60), Column("size", right=True), Column("time"), Column(""))
_STATES = {"new": "", "same": "there already, the same", "replaced": "written over what is there", "damaged": "damaged"}


def restore_page(found: Restored) -> list[Block]:
    """What was written and where; of a dry run, what would be."""
    if found.dry:
        return _dry_page(found)
    given = [one for one in found.files if one.state != "damaged"]
    what = f"{found.key.account} of {day(found.taken)}"
    if not found.damaged:
        blocks: list[Block] = [Line(f"{what}: {_sum(given)}, restored to {found.place}", "good")]
        blocks.append(Line("every byte compared with its sha256", indent=2))
    else:
        told = f"{number(len(given))} of {count(len(found.files), 'file')} restored"
        blocks = [Line(f"{what}: {told} to {found.place}" if given else f"{what}: nothing restored", "bad")]
        blocks += [Line(line, "bad", indent=2) for line in _damage(found.damaged)]
    return blocks + [Line(line, indent=2) for line in _notes(found)]


def restore_quiet_lines(found: Restored) -> list[str]:
    """What is said even to those who asked for silence."""
    return [f"error: {line}" for line in _damage(found.damaged)]


def _damage(damaged: Sequence[Given]) -> list[str]:
    if not damaged:
        return []
    head = f"{count(len(damaged), 'file')} not restored, since what the vault holds is damaged:"
    return [head, *(one.facts.path for one in damaged), "`linkbak verify` says what is damaged and what is still whole"]


def _notes(found: Restored) -> list[str]:
    states = [one.state for one in found.files]
    notes = []
    if same := states.count("same"):
        notes.append(f"{count(same, 'file')} there already, byte for byte, and not touched")
    if over := states.count("replaced"):
        notes.append(f"{count(over, 'file')} written over what was there")
    for one in found.renamed:
        why = "" if one.state == "same" else ": this place cannot hold its own name"
        notes.append(f"{one.facts.path} lies there as {one.name}{why}")
    return notes


def _dry_page(found: Restored) -> list[Block]:
    rows = [
        (one.name, size(one.facts.bytes), one.modified[:19].replace("T", " "), _STATES[one.state])
        for one in found.files
    ]
    what = f"{found.key.account} of {day(found.taken)}: {_sum(found.files)}"
    return [Line(f"{what} would go to {found.place}; nothing was written", "strong"), Table(_RESTORE_COLUMNS, rows)]


def _sum(files: Sequence[Given]) -> str:
    return f"{count(len(files), 'file')}, {size(sum(one.facts.bytes for one in files))}"


def restore_document(found: Restored) -> RestoreDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.restore/1",
        "account": found.key.account,
        "snapshot": found.key.id,
        "taken": found.taken,
        "place": str(found.place),
        "form": "zip" if found.zipped else "folder",
        "dry_run": found.dry,
        "bytes": sum(one.facts.bytes for one in found.files if one.state != "damaged"),
        "damaged": len(found.damaged),
        "files": [
            {
                "path": one.facts.path,
                "written_as": one.name,
                "bytes": one.facts.bytes,
                "sha256": one.facts.sha256,
                "modified": one.modified,
                "state": one.state,
            }
            for one in found.files
        ],
    }
