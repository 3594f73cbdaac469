"""What was sealed, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.blocks import Block, Line
from linkbak.report.escape import terminal
from linkbak.report.words import count, day, size

if TYPE_CHECKING:
    from linkbak.report.seal_documents import SealDocument
    from linkbak.unattended.sealing.making import Sealed


class Key(NamedTuple):
    """A pair of keys made anew: the file that holds the secret one, and the public one."""

    file: Path
    public: str


class Made(NamedTuple):
    """What came of `linkbak seal`: of which vault, a new pair of keys, a copy."""

    vault: Path
    key: Key | None
    sealed: Sealed | None


def page(sealed: Sealed, *, since_last: bool) -> list[Block]:
    """The copy, and what must be known to open it one day."""
    if sealed.file is None:
        return [Line(f"nothing has come since the copy of {_when(sealed)}; nothing was written", "good")]
    return _copy(sealed, since_last=since_last)


def key_page(key: Key) -> list[Block]:
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
