"""Sealed copies and their keys: the results of seal and unseal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Line, count, day, size
from linkbak.report.json import fill
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.encryption import Sealed, Unsealed


# --- seal ---


class Key(NamedTuple):
    """A pair of keys made anew: the file that holds the secret one, and the public one."""

    file: Path
    public: str


def seal_text(sealed: Sealed, *, since_last: bool) -> list[Block]:
    """The copy, and what is needed to open it."""
    follows = sealed.follows
    since = day(follows.at) if follows else ""
    if sealed.file is None:
        return [Line(tr("nothing has come since the copy of {day}; nothing was written", day=since), "good")]
    new = count(sealed.snapshots, "snapshot")
    if not sealed.snapshots and follows:
        new = tr("marks or settings alone")
    what = tr("{new}, {size}, in {file}", new=new, size=size(sealed.bytes), file=sealed.file)
    if follows is None:
        said = tr("sealed the whole vault: {what}", what=what)
        if since_last:
            said = tr("sealed the whole vault, since no earlier copy in that folder is known: {what}", what=what)
        return [Line(said, "good")]
    lines: list[Block] = [
        Line(tr("sealed what came since {day}: {what}", day=since, what=what), "good"),
        Line(tr("It goes on from {file}; to open it, that copy is needed, too.", file=follows.file), indent=2),
    ]
    if not sealed.there:
        gone = tr("{file} is not in that folder any more: make sure that you have it elsewhere.", file=follows.file)
        lines.append(Line(gone, "odd", indent=2))
    return lines


def key_text(key: Key) -> list[Block]:
    """The new keys, and what to do with them."""
    further = tr("Seal every further copy with --to and the public key; the secret one is needed only to open them.")
    keep = tr(
        "Keep a copy of that file apart from this machine and from the sealed copies, on paper if you like: "
        "who has lost it can open none of them, and nobody can help."
    )
    return [
        Line(tr("made a pair of keys"), "good"),
        Line(tr("public: {key}", key=key.public), indent=2, verbatim=True),
        Line(tr("secret: in {file}, which you alone can read", file=key.file), indent=2),
        Line(further, indent=2),
        Line(keep, indent=2),
    ]


class KeyDocument(TypedDict):
    """A pair of keys made anew: the file that holds the secret one, and the public one."""

    file: str
    public: str


class FollowsDocument(TypedDict):
    """The copy that another goes on from, and whether it still lies in the same folder."""

    file: str
    at: str
    commit: str
    there: bool


class SealDocument(TypedDict):
    """A sealed copy; `file` is null if nothing was new, or if a key is all that was wanted (then `commit` is, too).

    `follows` is null if the copy holds the whole vault. `snapshots` are those that it brings.
    """

    schema: Literal["linkbak.seal/1"]
    vault: str
    file: str | None
    at: str | None
    commit: str | None
    bytes: int
    snapshots: int
    follows: FollowsDocument | None
    key: KeyDocument | None


def seal_document(vault: Path, key: Key | None, sealed: Sealed | None) -> SealDocument:
    """What --json prints."""
    given: dict[str, object] = {"file": None, "at": None, "commit": None, "bytes": 0, "snapshots": 0, "follows": None}
    if sealed:
        given = {"follows": sealed.follows and fill(FollowsDocument, sealed.follows, there=sealed.there)}
    return fill(SealDocument, sealed, vault=vault, key=key, **given)


# --- unseal ---


def unseal_text(unsealed: Unsealed) -> list[Block]:
    """The vault that is there now, or what came into the one that was there."""
    place = unsealed.place
    if unsealed.created:
        made = tr_count(
            "made a vault of the sealed copy in {place}: {snapshots}",
            "made a vault of the sealed copies in {place}: {snapshots}",
            len(unsealed.copies),
            place=place,
            snapshots=count(unsealed.snapshots, "snapshot"),
        )
        how = tr("every file was compared with the sha256 written down when it was imported")
        return [Line(made, "good"), Line(how, indent=2)]
    if not unsealed.pulled:
        return [Line(tr("the vault in {place} has all of it already; nothing was changed", place=place), "good")]
    new, more = _unsealed_counts(unsealed)
    snapshots, marks = count(new, "snapshot"), count(more, "mark")
    said = tr("{snapshots} and {marks} came into the vault in {place}", snapshots=snapshots, marks=marks, place=place)
    return [Line(said, "good")]


class CopyDocument(TypedDict):
    """A sealed copy that was opened: its newest commit, and whether it holds a whole vault."""

    file: str
    commit: str
    whole: bool


class UnsealDocument(TypedDict):
    """What came of sealed copies: a new vault, or more in one that was there; `new` are the snapshots that came.

    `used` is the vault that commands use from now on, if one was made.
    """

    schema: Literal["linkbak.unseal/1"]
    vault: str
    created: bool
    commit: str
    snapshots: int
    new: int
    marks: int
    copies: list[CopyDocument]
    used: str


def unseal_document(unsealed: Unsealed, used: Path) -> UnsealDocument:
    """What --json prints."""
    snapshots, marks = _unsealed_counts(unsealed)
    return fill(
        UnsealDocument,
        unsealed,
        vault=unsealed.place,
        new=unsealed.snapshots if unsealed.created else snapshots,
        marks=marks,
        copies=[
            fill(CopyDocument, one, commit=one.contents.commit, whole=not one.contents.needs) for one in unsealed.copies
        ],
        used=used,
    )


def _unsealed_counts(unsealed: Unsealed) -> tuple[int, int]:
    """How many snapshots, and lines of marks, came into a vault that was there."""
    return sum(len(one.new) for one in unsealed.pulled), sum(one.marks for one in unsealed.pulled)
