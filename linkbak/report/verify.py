"""What a verification found, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from typing_extensions import TypedDict

from linkbak.report.escape import terminal
from linkbak.report.text import Block, Line, count, day, number, size

if TYPE_CHECKING:
    from linkbak.vault import SnapshotKey
    from linkbak.vault.verify.context import Finding, Verified


# --- verify_documents -------------------------------------------------------------------------------------------------
# The JSON document of `linkbak verify`.


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


class VerifyDocument(TypedDict):
    """A vault that was looked over; `sound` is whether there is no damage.

    `sample` is the share of files that was asked for, null for all. Of `files` with `bytes`, `compared` were compared
    in git, and `copies` of those that lie open.
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


DOCUMENTS = {"verify": VerifyDocument}


# --- verify -----------------------------------------------------------------------------------------------------------

MANY = 20
"""So many findings are shown; the document has all."""
_FOREIGN = ("foreign",)


class Looked(NamedTuple):
    """A vault, what was found in it, and how many marks it holds."""

    vault: str
    found: Verified
    marks: int


def page(looked: Looked) -> list[Block]:
    """Whether all is well; if not, what is damaged, what is whole, and what to do."""
    found = looked.found
    blocks = _damaged(found) if found.damage else _sound(looked)
    return [*blocks, *_notes(found.notes)]


def share(found: Verified) -> str:
    """What was compared, in a few words."""
    snapshots = count(len(found.snapshots), "snapshot")
    if found.sample is None:
        return snapshots
    return f"{number(found.compared)} of {count(found.files, 'file')} in {snapshots}"


def document(looked: Looked) -> VerifyDocument:
    """The same for programs."""
    found, whole = looked.found, set(looked.found.whole)
    return {
        "schema": "linkbak.verify/1",
        "vault": looked.vault,
        "sound": not found.damage,
        "sample": found.sample,
        "files": found.files,
        "bytes": found.size,
        "compared": found.compared,
        "copies": found.copies,
        "marks": looked.marks,
        "snapshots": [{"account": one.account, "snapshot": one.id, "whole": one in whole} for one in found.snapshots],
        "damage": [_document(one) for one in found.damage],
        "notes": [_document(one) for one in found.notes],
    }


def _sound(looked: Looked) -> list[Block]:
    found = looked.found
    if not found.snapshots:
        return [Line("the vault is sound; nothing is kept in it yet", "good")]
    if found.sample is None:
        first = f"{_all(len(found.snapshots))} whole: every byte as it was imported"
        what = f"{count(found.files, 'file')}, {size(found.size)}, in git"
    else:
        first = f"nothing is damaged as far as was looked: {_percent(found)} of the files were compared"
        what = f"{number(found.compared)} of {count(found.files, 'file')} in git"
    copies = f"; {count(found.copies, 'file')} lying open" if found.copies else ""
    return [
        Line(first, "good"),
        Line(what + copies, indent=2),
        Line(
            f"the chain of manifests, {count(looked.marks, 'mark')}, and all that git and linkbak keep beside", indent=2
        ),
    ]


def _damaged(found: Verified) -> list[Block]:
    broken = [one for one in found.snapshots if one not in set(found.whole)]
    blocks: list[Block] = [Line(_verdict(found, broken), "bad"), Line()]
    for one in found.damage[:MANY]:
        blocks += _finding(one, "bad")
    if len(found.damage) > MANY:
        blocks.append(Line(f"and {number(len(found.damage) - MANY)} more; --json lists all", indent=2))
    if broken:
        blocks += [Line(), Line("not whole", "strong"), *_named(broken)]
        if found.whole:
            blocks += [Line("whole", "strong"), *_named(found.whole)]
    return [*blocks, Line(), Line("what to do", "strong"), *_advice(found, broken)]


def _verdict(found: Verified, broken: Sequence[SnapshotKey]) -> str:
    looked = f", as far as was looked ({_percent(found)} of the files)" if found.sample is not None else ""
    if not found.snapshots:
        return "the vault is damaged, and no snapshot can be found in it"
    if not broken and found.snapshots:
        return f"something is damaged, but {_all(len(found.snapshots))} whole{looked}"
    whole = f"{number(len(found.whole))} of {count(len(found.snapshots), 'snapshot')} are whole"
    return f"the vault is damaged: {whole}{looked}"


def _finding(one: Finding, tone: str) -> list[Block]:
    blocks: list[Block] = [Line(f"{terminal(one.place)}: {terminal(one.what)}", "bad" if tone == "bad" else "plain", 2)]
    for place, line in enumerate(one.remedy.splitlines()):
        blocks.append(Line(terminal(line), indent=6 if place else 4, verbatim=bool(place)))
    return blocks


def _named(keys: Sequence[SnapshotKey]) -> list[Block]:
    """The snapshots by name; of many the first and the last."""
    if len(keys) <= MANY:
        return [Line(f"{one.account} {one.id}, of {day(one.id[:10])}", indent=2) for one in keys]
    first, last = keys[0], keys[-1]
    return [
        Line(f"{count(len(keys), 'snapshot')}, from {first.account} {first.id} to {last.account} {last.id}", indent=2)
    ]


def _advice(found: Verified, broken: Sequence[SnapshotKey]) -> list[Block]:
    steps = [
        "Copy the vault's folder as it is before you change anything in it; see whether the disk is failing.",
        "Do what is said under each, in the vault's folder, and run `linkbak verify` again.",
    ]
    if broken or not found.snapshots:
        steps.append(
            "If you have a clone or a copy of the vault: `linkbak verify --vault COPY`; go on with a sound one."
        )
    if broken and found.whole:
        steps.append("`linkbak restore SNAPSHOT` gives back whatever is whole, to import into a new vault.")
    if broken:
        steps.append("Of what is not whole, import the archive again, into a new vault, if you still have it.")
    return [Line(f"{place}. {step}", indent=2) for place, step in enumerate(steps, start=1)]


def _notes(notes: Sequence[Finding]) -> list[Block]:
    """What is only told; what is not linkbak's in one line a place."""
    own = [one for one in notes if one.part not in _FOREIGN]
    foreign = list(dict.fromkeys(one.place for one in notes if one.part in _FOREIGN))
    blocks: list[Block] = [Line(), Line("to know", "strong")] if own or foreign else []
    for one in own[:MANY]:
        blocks += _finding(one, "plain")
    if len(own) > MANY:
        blocks.append(Line(f"and {number(len(own) - MANY)} more; --json lists all", indent=2))
    if foreign:
        shown = ", ".join(terminal(place) for place in foreign[:MANY])
        more = f" and {number(len(foreign) - MANY)} more" if len(foreign) > MANY else ""
        blocks.append(Line(f"not linkbak's, so nobody can say what it should hold: {shown}{more}", indent=2))
    return blocks


def _all(snapshots: int) -> str:
    return "the one snapshot is" if snapshots == 1 else f"all {number(snapshots)} snapshots are"


def _percent(found: Verified) -> str:
    return f"{100 * found.compared / found.files:.3g} %" if found.files else "0 %"


def _document(one: Finding) -> FindingDocument:
    return {
        "part": one.part,
        "place": one.place,
        "what": one.what,
        "remedy": one.remedy,
        "snapshots": [key.folder for key in one.snapshots],
    }
