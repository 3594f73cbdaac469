"""Results of maintenance: verify, compact, the index, and the doctor's findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Column, Line, Table, Tone, count, day, number, size
from linkbak.report.json import builds, fill
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.automation.doctor_checks import Finding as DoctorFinding
    from linkbak.automation.doctor_checks import Level
    from linkbak.errors import Exit
    from linkbak.vault import SnapshotKey
    from linkbak.vault.compact import Compacted
    from linkbak.vault.repair import Repaired
    from linkbak.vault.verify import Finding, Verified


# --- verify ---

_MANY = 20
"""How many findings are shown; the document has all."""


def verify_text(found: Verified, marks: int) -> list[Block]:
    """Whether all is well; if not, the damage, what is whole, and what to do. `marks` is their number."""
    blocks = _verify_damaged(found) if found.damage else _verify_sound(found, marks)
    return [*blocks, *_verify_notes(found.notes)]


def repaired_text(done: Sequence[Repaired]) -> list[Block]:
    """The repairs, and where the old content is kept."""
    blocks: list[Block] = []
    for one in done:
        branch = one.now.rpartition("/")[2]
        told = tr("{place} was set right: it names the branch {branch} again", place=one.place, branch=branch)
        if "/" not in one.now:
            told = tr("{place} was set right: it names the commit {commit} again", place=one.place, commit=one.now[:12])
        kept = tr("what it said before is kept in {place}", place=one.kept) if one.kept else tr("it was not there")
        blocks += [Line(told, "good"), Line(kept, indent=2)]
    return [*blocks, Line()] if blocks else []


def compared(found: Verified) -> str:
    """What was compared, in short."""
    snapshots = count(len(found.snapshots), "snapshot")
    if found.sample is None:
        return snapshots
    files = count(found.files, "file")
    return tr("{some} of {files} in {snapshots}", some=number(found.compared), files=files, snapshots=snapshots)


def _verify_sound(found: Verified, marks: int) -> list[Block]:
    if not found.snapshots:
        return [Line(tr("the vault is sound; nothing is kept in it yet"), "good")]
    files = count(found.files, "file")
    if found.sample is None:
        first = tr_count(
            "the one snapshot is whole: every byte as it was imported",
            "all {snapshots} snapshots are whole: every byte as it was imported",
            len(found.snapshots),
            snapshots=number(len(found.snapshots)),
        )
        what = tr("{files}, {size}, in git", files=files, size=size(found.size))
    else:
        first = tr("no damage was found: {percent} of the files were compared", percent=_percent(found))
        what = tr("{some} of {files} in git", some=number(found.compared), files=files)
    if found.copies:
        what = tr("{told}; {files} in the vault's folder", told=what, files=count(found.copies, "file"))
    also = tr("also whole: the manifests, {marks}, and what else git and linkbak keep", marks=count(marks, "mark"))
    return [Line(first, "good"), Line(what, indent=2), Line(also, indent=2)]


def _verify_damaged(found: Verified) -> list[Block]:
    broken = [one for one in found.snapshots if one not in set(found.whole)]
    blocks: list[Block] = [Line(_verify_verdict(found, broken), "bad"), Line()]
    blocks += _findings(found.damage, "bad")
    if broken:
        blocks += [Line(), Line(tr("not whole"), "strong"), *_named(broken)]
        if found.whole:
            blocks += [Line(tr("whole"), "strong"), *_named(found.whole)]
    return [*blocks, Line(), Line(tr("what to do"), "strong"), *_advice(found, broken)]


def _verify_verdict(found: Verified, broken: Sequence[SnapshotKey]) -> str:
    snapshots = len(found.snapshots)
    if not snapshots:
        return tr("the vault is damaged, and no snapshot can be found in it")
    if not broken:
        told = tr_count(
            "something is damaged, but the one snapshot is whole",
            "something is damaged, but all {snapshots} snapshots are whole",
            snapshots,
            snapshots=number(snapshots),
        )
    else:
        whole, every = number(len(found.whole)), count(snapshots, "snapshot")
        told = tr("the vault is damaged: {some} of {snapshots} are whole", some=whole, snapshots=every)
    if found.sample is None:
        return told
    return tr("{told} as far as was compared ({percent} of the files)", told=told, percent=_percent(found))


def _findings(found: Sequence[Finding], tone: Tone) -> Iterator[Block]:
    for one in found[:_MANY]:
        yield Line(f"{one.place}: {one.what}", tone, 2)
        for place, line in enumerate(one.remedy.splitlines()):
            yield Line(line, indent=6 if place else 4, verbatim=bool(place))
    if len(found) > _MANY:
        yield Line(tr("and {left} more; --json lists all", left=number(len(found) - _MANY)), indent=2)


def _named(keys: Sequence[SnapshotKey]) -> list[Block]:
    """The snapshots by name; for many the first and the last."""
    names = [f"{one.account} {one.id}" for one in keys]
    told = [tr("{snapshot}, of {day}", snapshot=name, day=day(one.id)) for name, one in zip(names, keys, strict=True)]
    if len(keys) > _MANY:
        many = count(len(keys), "snapshot")
        told = [tr("{snapshots}, from {first} to {last}", snapshots=many, first=names[0], last=names[-1])]
    return [Line(line, indent=2) for line in told]


def _advice(found: Verified, broken: Sequence[SnapshotKey]) -> list[Block]:
    steps = [
        tr("Copy the vault's folder as it is before you change anything in it; see whether the disk is failing."),
        tr("Do what it says under each, in the vault's folder, and run `linkbak verify` again."),
    ]
    if broken or not found.snapshots:
        steps.append(
            tr("If you have a clone or a copy of the vault: `linkbak verify --vault COPY`; go on with a sound one.")
        )
    if broken and found.whole:
        steps.append(tr("`linkbak restore SNAPSHOT` gives back whatever is whole, to import into a new vault."))
    if broken:
        steps.append(tr("If you still have the archive of a snapshot that is not whole, import it into a new vault."))
    return [Line(f"{place}. {step}", indent=2) for place, step in enumerate(steps, start=1)]


def _verify_notes(notes: Sequence[Finding]) -> list[Block]:
    """The notes, which are no damage; foreign files in one line."""
    own = [one for one in notes if one.part != "foreign"]
    foreign = list(dict.fromkeys(one.place for one in notes if one.part == "foreign"))
    blocks: list[Block] = [Line(), Line(tr("to know"), "strong")] if notes else []
    blocks += _findings(own, "plain")
    if foreign:
        shown = ", ".join(foreign[:_MANY])
        if len(foreign) > _MANY:
            shown = tr("{places} and {left} more", places=shown, left=number(len(foreign) - _MANY))
        said = tr("not linkbak's, so nobody can say what it should hold: {places}", places=shown)
        blocks.append(Line(said, indent=2))
    return blocks


def _percent(found: Verified) -> str:
    return f"{100 * found.compared / found.files:.3g} %" if found.files else "0 %"


class VerifiedSnapshotDocument(TypedDict):
    """One snapshot; `whole` says whether git still gives back every byte of it, as far as was looked."""

    account: str
    snapshot: str
    whole: bool


class FindingDocument(TypedDict):
    """One thing that is not as linkbak left it.

    `part` is what it belongs to, `place` a path in the vault, `remedy` a command or a sentence, "" if there is none;
    `snapshots` are the folders of those that cannot be given back whole because of it.
    """

    part: Literal["git", "snapshots", "chain", "copies", "control", "marks", "index", "leftovers", "foreign"]
    place: str
    what: str
    remedy: str
    snapshots: list[str]


@builds(FindingDocument)
def _finding_document(one: Finding) -> FindingDocument:
    return fill(FindingDocument, one, snapshots=[key.folder for key in one.snapshots])


class RepairedDocument(TypedDict):
    """A file that `--repair` set right: what it says `now`, and where what it said before is `kept`, "" for nothing."""

    place: str
    now: str
    kept: str


class VerifyDocument(TypedDict):
    """A vault that was looked over; `sound` is whether there is no damage.

    `sample` is the share of files that was asked for, null for all. Of `files` with `bytes`, `compared` were compared
    in git, and `copies` of those that lie open. `repaired` is what `--repair` has set right before.
    """

    schema: Literal["linkbak.verify/1"]
    vault: str
    sound: bool
    sample: float | None
    files: int
    bytes: int
    compared: int
    copies: int
    marks: int
    snapshots: list[VerifiedSnapshotDocument]
    damage: list[FindingDocument]
    notes: list[FindingDocument]
    repaired: list[RepairedDocument]


def verify_document(vault: str, found: Verified, marks: int, repaired: Sequence[Repaired] = ()) -> VerifyDocument:
    """What --json prints."""
    whole = set(found.whole)
    return fill(
        VerifyDocument,
        found,
        vault=vault,
        sound=not found.damage,
        bytes=found.size,
        marks=marks,
        snapshots=[{"account": one.account, "snapshot": one.id, "whole": one in whole} for one in found.snapshots],
        repaired=repaired,
    )


# --- compact ---

_COMPACT_COLUMNS = (
    Column(""),
    *(Column(title, right=True) for title in (tr("loose objects"), tr("packs"), tr("bytes"))),
)


def compact_text(found: Compacted) -> list[Block]:
    """The size of the vault's history on disk, before and now."""
    if not found.done:
        return [Line(tr("nothing to compact: all is packed, {size}", size=size(found.after.bytes)), "good")]
    stored = ((tr("before"), found.before), (tr("after"), found.after))
    rows = [(when, number(one.loose), number(one.packs), size(one.bytes)) for when, one in stored]
    before, after = size(found.before.bytes), size(found.after.bytes)
    told = tr("compacted: {before} before, {after} now", before=before, after=after)
    return [Line(told, "good"), Line(), Table(_COMPACT_COLUMNS, rows)]


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


def compact_document(found: Compacted) -> CompactDocument:
    """What --json prints."""
    return fill(CompactDocument, found)


# --- doctor ---

_TONES: dict[Level, Tone] = {"ok": "good", "warn": "odd", "fail": "bad"}
_LEVELS: dict[Level, str] = {"ok": tr("OK"), "warn": tr("WARN"), "fail": tr("FAIL")}
_LEVEL_WIDTH = 6


class Examined(NamedTuple):
    """Where the vault is or would be, what was found, how bad the worst of it is, and the exit status."""

    vault: str
    findings: Sequence[DoctorFinding]
    level: Level
    status: Exit


def doctor_text(examined: Examined) -> list[Block]:
    """The overall result, then each finding with what to do about it, the worst first."""
    blocks: list[Block] = [Line(_verdict(examined.findings), _TONES[examined.level]), Line()]
    for one in sorted(examined.findings, key=lambda one: ("fail", "warn", "ok").index(one.level)):
        level = _LEVELS[one.level].ljust(_LEVEL_WIDTH - 1)
        blocks.append(Line(f"{level} {one.check}: {one.what}", _TONES[one.level], hang=_LEVEL_WIDTH))
        blocks += [Line(one.remedy, indent=_LEVEL_WIDTH + 2, hang=0)] if one.remedy else []
    return blocks


def _verdict(findings: Sequence[DoctorFinding]) -> str:
    levels = [one.level for one in findings]
    bad, odd = levels.count("fail"), levels.count("warn")
    warnings, failed = count(odd, "warning"), tr("{things} broken", things=count(bad, "thing"))
    if bad:
        return f"{failed}, {warnings}" if odd else failed
    return tr("{warnings}; nothing is broken", warnings=warnings) if odd else tr("all is well")


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


def doctor_document(examined: Examined) -> DoctorDocument:
    """What --json prints."""
    return fill(DoctorDocument, examined, checks=examined.findings)
