"""Sealed copies: what was sealed, with which keys, and what came of unsealing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict

from linkbak.report.escape import terminal
from linkbak.report.text import Block, Line, count, day, size

if TYPE_CHECKING:
    from linkbak.encryption import Sealed, Unsealed


class Key(NamedTuple):
    """A pair of keys made anew: the file that holds the secret one, and the public one."""

    file: Path
    public: str


class Made(NamedTuple):
    """What came of `linkbak seal`: of which vault, a new pair of keys, a copy."""

    vault: Path
    key: Key | None
    sealed: Sealed | None


def text(sealed: Sealed, *, since_last: bool) -> list[Block]:
    """The copy, and what must be known to open it one day."""
    if sealed.file is None:
        return [Line(f"nothing has come since the copy of {_when(sealed)}; nothing was written", "good")]
    return _copy(sealed, since_last=since_last)


def key_text(key: Key) -> list[Block]:
    """The new keys, and what must be done with them."""
    return [
        Line("made a pair of keys", "good"),
        Line(f"public: {key.public}", indent=2, verbatim=True),
        Line(f"secret: in {terminal(str(key.file))}, which you alone can read", indent=2),
        Line(
            "Seal every further copy with --to and the public key; the secret one is needed only to open them.",
            indent=2,
        ),
        Line(
            "Keep a copy of that file apart from this machine and from the sealed copies, on paper if you like: who has"
            " lost it can open none of them, and nobody can help.",
            indent=2,
        ),
    ]


def _copy(sealed: Sealed, *, since_last: bool) -> list[Block]:
    new = count(sealed.snapshots, "snapshot") if sealed.snapshots or not sealed.follows else "marks or settings alone"
    what = f"{new}, {size(sealed.bytes)}, in {terminal(str(sealed.file))}"
    follows = sealed.follows
    if follows is None:
        why = ", since no earlier copy in that folder is known" if since_last else ""
        return [Line(f"sealed the whole vault{why}: {what}", "good")]
    name = terminal(follows.file)
    lines: list[Block] = [
        Line(f"sealed what came since {_when(sealed)}: {what}", "good"),
        Line(f"It goes on from {name}; to open it, that copy is needed, too.", indent=2),
    ]
    if not sealed.there:
        lines.append(
            Line(f"{name} is not in that folder any more: make sure that you have it elsewhere.", "odd", indent=2)
        )
    return lines


def _when(sealed: Sealed) -> str:
    return day(sealed.follows.at[:10]) if sealed.follows else ""


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


def document(made: Made) -> SealDocument:
    """The same for programs."""
    sealed, key = made.sealed, made.key
    follows = sealed.follows if sealed else None
    return {
        "schema": "linkbak.seal/1",
        "vault": str(made.vault),
        "file": str(sealed.file) if sealed and sealed.file else None,
        "at": sealed.at if sealed else None,
        "commit": sealed.commit if sealed else None,
        "bytes": sealed.bytes if sealed else 0,
        "snapshots": sealed.snapshots if sealed else 0,
        "follows": {**follows._asdict(), "there": sealed.there} if sealed and follows else None,  # type: ignore[typeddict-item]
        "key": {"file": str(key.file), "public": key.public} if key else None,
    }


# --- unseal ---


def unseal_text(unsealed: Unsealed, remembered: Path | None) -> list[Block]:
    """The vault that is there now, and where its place was written down; or what came into the one that was there."""
    place = terminal(str(unsealed.place))
    if unsealed.created:
        copies = "sealed copy" if len(unsealed.copies) == 1 else "sealed copies"
        return [
            Line(f"made a vault of the {copies} in {place}: {count(unsealed.snapshots, 'snapshot')}", "good"),
            Line("every file was compared with the sha256 written down when it was imported", indent=2),
            Line(f"remembered in {remembered}", "dim"),
        ]
    if not any(unsealed.pulled):
        return [Line(f"all that is in there is in the vault in {place}, too; nothing was changed", "good")]
    snapshots, marks = _came(unsealed)
    return [Line(f"{count(snapshots, 'snapshot')} and {count(marks, 'mark')} came into the vault in {place}", "good")]


class CopyDocument(TypedDict):
    """A sealed copy that was opened: its newest commit, and whether it holds a whole vault."""

    file: str
    commit: str
    whole: bool


class UnsealDocument(TypedDict):
    """What came of sealed copies: a new vault, or more in one that was there; `new` are the snapshots that came."""

    schema: Literal["linkbak.unseal/1"]
    vault: str
    created: bool
    commit: str
    snapshots: int
    new: int
    marks: int
    copies: list[CopyDocument]


def unseal_document(unsealed: Unsealed) -> UnsealDocument:
    """The same for programs."""
    snapshots, marks = _came(unsealed)
    return {
        "schema": "linkbak.unseal/1",
        "vault": str(unsealed.place),
        "created": unsealed.created,
        "commit": unsealed.commit,
        "snapshots": unsealed.snapshots,
        "new": unsealed.snapshots if unsealed.created else snapshots,
        "marks": marks,
        "copies": [
            {"file": str(one.file), "commit": one.contents.commit, "whole": not one.contents.needs}
            for one in unsealed.copies
        ],
    }


def _came(unsealed: Unsealed) -> tuple[int, int]:
    """How many snapshots, and lines of marks, came into a vault that was there."""
    came = [one for one in unsealed.pulled if one is not None]
    return sum(len(one.new) for one in came), sum(one.marks for one in came)
