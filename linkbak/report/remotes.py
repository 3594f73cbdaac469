"""Copies elsewhere: remotes, the results of push, pull and clone; and sealed copies and their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Line, Tone, ago, count, day, number, size
from linkbak.report.escape import terminal
from linkbak.report.json import ErrorDocument, builds, error, fill

if TYPE_CHECKING:
    from linkbak.encryption import Sealed, Unsealed
    from linkbak.errors import LinkbakError
    from linkbak.remotes import Copy, Remote
    from linkbak.remotes.pull import Cloned, Pulled
    from linkbak.remotes.push import Inspected, Missing, Pushed
    from linkbak.vault import SnapshotKey


# --- remote ---

Action = Literal["list", "check", "add", "remove"]
_STATES: dict[str, tuple[str, Tone]] = {
    "empty": ("nothing has been sent there yet: `linkbak push`", "odd"),
    "current": ("has all that the vault has", "good"),
    "ahead": ("has snapshots or marks that are not here: `linkbak pull`", "odd"),
    "diverged": (
        "has something that is not here, and lacks something that is: `linkbak pull`, then `linkbak push`",
        "odd",
    ),
    "unrelated": ("holds another vault, which has nothing in common with this one", "bad"),
    "unknown": ("holds something that this vault lacks: `linkbak pull` says what", "odd"),
}


class Places(NamedTuple):
    """The remotes, when each was last pushed to, and the result of a check, if there was one."""

    action: Action
    remotes: Sequence[Remote]
    copies: Mapping[str, Copy]
    checked: Mapping[str, Inspected]
    now: datetime
    notes: Sequence[str] = ()


def remote_text(places: Places) -> list[Block]:
    """What was added or removed, or every place with its state."""
    if places.action == "add":
        one = places.remotes[0]
        return [
            Line(f"added {one.name}: {one.shown}", "good"),
            *(Line(note, "odd", indent=2) for note in places.notes),
            Line(f"`linkbak push {one.name}` sends the vault there", "dim", indent=2),
        ]
    if places.action == "remove":
        one = places.remotes[0]
        sealed = f"forgot the folder {one.shown}; the sealed copies in it stay as they are"
        pushed = f"forgot {one.name}; the copy at {one.shown} stays as it is"
        return [Line(sealed if one.name == one.url else pushed, "good")]
    if not places.remotes:
        return [
            Line("the vault has no copy elsewhere", "odd"),
            Line("`linkbak remote add usb /media/usb/linkbak.git --create` makes one on a disk", "dim", indent=2),
        ]
    return [block for one in places.remotes for block in _place(places, one)]


def _place(places: Places, one: Remote) -> list[Block]:
    sure = " (public host; you are sure that it is private there)" if one.private else ""
    blocks: list[Block] = [Line(one.name, "strong"), Line(f"{one.shown}{sure}", indent=4)]
    if one.trouble and one.name not in places.checked:
        blocks.append(Line(one.trouble, "bad", indent=4))
    copy = places.copies.get(one.name)
    blocks.append(
        Line(f"last push {ago(copy.at, places.now)}", indent=4) if copy else Line("never pushed", "odd", indent=4)
    )
    return [*blocks, *(_found(places.checked[one.name]) if one.name in places.checked else ())]


def _found(found: Inspected) -> list[Block]:
    blocks: list[Block] = []
    if found.state == "behind":
        blocks.append(Line(f"lacks {_missing(found.behind)}: `linkbak push`", "odd", indent=4))
    elif found.state in _STATES:
        words, tone = _STATES[found.state]
        blocks.append(Line(words, tone, indent=4))
    if found.whole:
        blocks.append(Line("every object of it is there and undamaged", "good", indent=4))
    if found.error is not None:
        blocks += _trouble(found.error)
    return [*blocks, *(Line(note, "odd", indent=4) for note in found.notes)]


def _missing(missing: Missing) -> str:
    """``2 snapshots and 1 mark``."""
    found = []
    if missing.snapshots:
        found.append(count(missing.snapshots, "snapshot"))
    if missing.marks:
        found.append(count(missing.marks, "mark"))
    return " and ".join(found) or count(missing.commits, "change")


def _trouble(why: LinkbakError) -> list[Block]:
    """Why it failed, and what to do."""
    hint = [Line(f"hint: {why.hint}", "dim", indent=4)] if why.hint else []
    return [Line(f"error: {why}", "bad", indent=4), *hint]


def failures(tried: Sequence[Pushed] | Sequence[Pulled]) -> list[str]:
    """The failures, why, and what to do: lines for standard error, even with --quiet."""
    lines = []
    for one in tried:
        if one.error is not None:
            lines.append(f"error: {terminal(one.name)}: {one.error}")
            lines += [f"hint: {one.error.hint}"] if one.error.hint else []
    return lines


class MissingDocument(TypedDict):
    """What a copy lacks, or lacked before it was sent: snapshots, lines of marks, commits."""

    snapshots: int
    marks: int
    commits: int


class RemoteDocument(TypedDict):
    """One place for a copy; `pushed` is when all was last there, null if that is not known.

    `private` says that the user is sure of a public host. `state`, `behind`, `whole` and `error` are what `check`
    found, else null; `whole` also where it cannot be seen from here.
    """

    name: str
    address: str
    private: bool
    pushed: str | None
    commit: str | None
    state: Literal["empty", "current", "behind", "ahead", "diverged", "unrelated", "unknown", "failed"] | None
    behind: MissingDocument | None
    whole: bool | None
    notes: list[str]
    error: ErrorDocument | None


def _remote_document(places: Places, one: Remote) -> RemoteDocument:
    copy, found = places.copies.get(one.name), places.checked.get(one.name)
    return {
        "name": one.name,
        "address": one.shown,
        "private": one.private,
        "pushed": copy.at if copy else None,
        "commit": (found.commit if found else copy.commit if copy else "") or None,
        "state": found.state if found else None,
        "behind": fill(MissingDocument, found.behind)
        if found and found.state in ("empty", "current", "behind")
        else None,
        "whole": found.whole if found else None,
        "notes": list(found.notes if found else places.notes),
        "error": error(found.error) if found and found.error is not None else None,
    }


class RemotesDocument(TypedDict):
    """The places that `linkbak remote` listed, checked, added or removed."""

    schema: Literal["linkbak.remote/1"]
    action: Literal["list", "check", "add", "remove"]
    remotes: list[RemoteDocument]


def remotes_document(places: Places) -> RemotesDocument:
    """What --json prints."""
    return {
        "schema": "linkbak.remote/1",
        "action": places.action,
        "remotes": [_remote_document(places, one) for one in places.remotes],
    }


# --- push ---


def push_text(pushed: Sequence[Pushed]) -> list[Block]:
    """A line for each place that holds all now; what failed is said by `failures`."""
    return [Line(_push_line(one), "good" if one.state != "would-send" else "strong") for one in pushed if not one.error]


def _push_line(one: Pushed) -> str:
    if one.state == "current":
        return f"{one.name}: up to date"
    if one.state == "would-send":
        return f"{one.name}: {_missing(one.sent)} would be sent; nothing was"
    return f"{one.name}: {_missing(one.sent)} sent"


class PushedDocument(TypedDict):
    """What came of one place; `commit` is what it holds now, `before` what it held, null if nothing or not known."""

    name: str
    address: str
    state: Literal["sent", "current", "would-send", "failed"]
    commit: str | None
    before: str | None
    sent: MissingDocument
    error: ErrorDocument | None


@builds(PushedDocument)
def _push_document(one: Pushed) -> PushedDocument:
    return fill(PushedDocument, one, address=one.shown)


class PushDocument(TypedDict):
    """What came of `linkbak push`."""

    schema: Literal["linkbak.push/1"]
    dry_run: bool
    remotes: list[PushedDocument]


def push_document(pushed: Sequence[Pushed], *, dry: bool) -> PushDocument:
    """What --json prints."""
    return fill(PushDocument, None, schema="linkbak.push/1", dry_run=dry, remotes=pushed)


# --- pull ---

_MANY = 5
"""How many snapshots are named; the document has all."""


def pull_text(pulled: Sequence[Pulled]) -> list[Block]:
    """What came from each remote, and the changes by merging; `failures` has the failures."""
    blocks: list[Block] = [line for one in pulled if one.error is None for line in _came(one)]
    if any(one.new for one in pulled):
        blocks += [Line(), Line("`linkbak log` lists all snapshots.")]
    if any(one.state == "merged" for one in pulled):
        blocks.append(Line("`linkbak push` sends the union to the copies."))
    return blocks


def _came(one: Pulled) -> list[Line]:
    name = terminal(one.name)
    if one.state == "same":
        return [Line(f"{name}: up to date", "good")]
    if one.state == "ahead":
        return [Line(f"{name}: nothing new there; `linkbak push` sends what it has not", "good")]
    if one.state == "empty":
        return [Line(f"{name}: nothing is there yet; `linkbak push` sends the vault", "good")]
    return [
        Line(f"{name}: {_what(one)} came", "good"),
        *_names(one.new),
        *(Line(text, indent=2) for text in _merged(one)),
    ]


def _what(one: Pulled) -> str:
    parts = [count(len(one.new), "snapshot")] if one.new else []
    parts += [count(one.marks, "mark")] if one.marks > 0 else []
    return " and ".join(parts) or "no snapshot and no mark"


def _names(keys: Sequence[SnapshotKey]) -> list[Line]:
    """The newest by name, account by account."""
    lines = []
    for account in sorted({key.account for key in keys}):
        ids = [key.id for key in reversed(keys) if key.account == account]
        more = f" and {number(len(ids) - _MANY)} more" if len(ids) > _MANY else ""
        lines.append(Line(f"{account}: {', '.join(ids[:_MANY])}{more}", indent=2))
    return lines


def _merged(one: Pulled) -> list[str]:
    """The other effects of a merge, in sentences."""
    anew = f"; {count(one.anew, 'manifest was', 'manifests were')} chained anew" if one.anew else ""
    notes = []
    if one.unrelated:
        notes.append(f"merged: the two vaults had nothing in common before, and are one now{anew}")
    elif one.state == "merged":
        notes.append(f"merged: both sides had something of their own{anew}")
    elif one.anew:
        notes.append(f"merged before, on another machine{anew}")
    notes += [f"{key.account} {key.id}: imported on both sides, kept once" for key in one.both]
    notes += [
        f"{old.account} {old.id} is now {new.id}: there is another archive of that moment"
        for old, new in one.renamed
        if new.id[:18] == old.id[:18]
    ]
    notes += [
        f"{terminal(name)}: changed on both sides; the later change stays, git has the other" for name in one.chosen
    ]
    return notes


class PulledSnapshotDocument(TypedDict):
    """One snapshot by name."""

    account: str
    snapshot: str


def _keys(keys: Sequence[SnapshotKey]) -> list[PulledSnapshotDocument]:
    return [{"account": key.account, "snapshot": key.id} for key in keys]


class RenamedDocument(TypedDict):
    """A snapshot that is called otherwise now, since there was another archive of that moment."""

    account: str
    before: str
    after: str


class PulledDocument(TypedDict):
    """What came of one remote.

    `state` is `empty` (nothing is there yet), `same`, `ahead` (the vault has all that is there, and more), `forwarded`
    (only the remote had something new), `merged` (both had) or `failed`, with `error`. `snapshots` came, and so many
    lines of `marks`; `chained_anew` is how many manifests name another one before them now. `imported_on_both` are
    archives that both had, `changed_on_both` other files of which the one with the later commit stays; `unrelated` says
    that the two vaults had nothing in common before.
    """

    name: str
    state: Literal["empty", "same", "ahead", "forwarded", "merged", "failed"]
    snapshots: list[PulledSnapshotDocument]
    marks: int
    chained_anew: int
    renamed: list[RenamedDocument]
    imported_on_both: list[PulledSnapshotDocument]
    changed_on_both: list[str]
    unrelated: bool
    error: ErrorDocument | None


def _pull_document(one: Pulled) -> PulledDocument:
    return fill(
        PulledDocument,
        one,
        snapshots=_keys(one.new),
        chained_anew=one.anew,
        renamed=[{"account": old.account, "before": old.id, "after": new.id} for old, new in one.renamed],
        imported_on_both=_keys(one.both),
        changed_on_both=one.chosen,
    )


class PullDocument(TypedDict):
    """What `linkbak pull --json` prints."""

    schema: Literal["linkbak.pull/1"]
    vault: str
    remotes: list[PulledDocument]


def pull_document(vault: str, pulled: Sequence[Pulled]) -> PullDocument:
    """What --json prints."""
    return {"schema": "linkbak.pull/1", "vault": vault, "remotes": [_pull_document(one) for one in pulled]}


# --- clone ---


def clone_text(cloned: Cloned, *, origin: bool) -> list[Block]:
    """What there is now."""
    accounts = f" of {', '.join(cloned.accounts)}" if cloned.accounts else ""
    kept = f"{count(cloned.snapshots, 'snapshot')}{accounts}" if cloned.snapshots else "no snapshot yet"
    blocks: list[Block] = [
        Line(f"made a vault in {cloned.place}", "good"),
        Line(f"{kept}, every byte compared with what was imported", indent=2),
    ]
    if origin:
        blocks.append(Line("`linkbak push` sends what you import there, under the name origin", indent=2))
    return blocks


class CloneDocument(TypedDict):
    """A vault made of a copy; `source` is the copy's address, `notes` are worth a word and no failure.

    `used` is the vault that commands use from now on.
    """

    schema: Literal["linkbak.clone/1"]
    vault: str
    source: str
    commit: str
    snapshots: int
    accounts: list[str]
    notes: list[str]
    used: str


def clone_document(cloned: Cloned, notes: Sequence[str], used: Path) -> CloneDocument:
    """What --json prints."""
    given = {"vault": cloned.place, "source": cloned.shown, "notes": notes, "used": used}
    return fill(CloneDocument, cloned, schema="linkbak.clone/1", **given)


# --- seal ---


class Key(NamedTuple):
    """A pair of keys made anew: the file that holds the secret one, and the public one."""

    file: Path
    public: str


class Made(NamedTuple):
    """What came of `linkbak seal`: of which vault, a new pair of keys, a copy."""

    vault: Path
    key: Key | None
    sealed: Sealed | None


def seal_text(sealed: Sealed, *, since_last: bool) -> list[Block]:
    """The copy, and what is needed to open it."""
    if sealed.file is None:
        return [Line(f"nothing has come since the copy of {_sealed_on(sealed)}; nothing was written", "good")]
    return _sealed(sealed, since_last=since_last)


def key_text(key: Key) -> list[Block]:
    """The new keys, and what to do with them."""
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


def _sealed(sealed: Sealed, *, since_last: bool) -> list[Block]:
    new = count(sealed.snapshots, "snapshot") if sealed.snapshots or not sealed.follows else "marks or settings alone"
    what = f"{new}, {size(sealed.bytes)}, in {terminal(str(sealed.file))}"
    follows = sealed.follows
    if follows is None:
        why = ", since no earlier copy in that folder is known" if since_last else ""
        return [Line(f"sealed the whole vault{why}: {what}", "good")]
    name = terminal(follows.file)
    lines: list[Block] = [
        Line(f"sealed what came since {_sealed_on(sealed)}: {what}", "good"),
        Line(f"It goes on from {name}; to open it, that copy is needed, too.", indent=2),
    ]
    if not sealed.there:
        lines.append(
            Line(f"{name} is not in that folder any more: make sure that you have it elsewhere.", "odd", indent=2)
        )
    return lines


def _sealed_on(sealed: Sealed) -> str:
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


def seal_document(made: Made) -> SealDocument:
    """What --json prints."""
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


def unseal_text(unsealed: Unsealed) -> list[Block]:
    """The vault that is there now, or what came into the one that was there."""
    place = terminal(str(unsealed.place))
    if unsealed.created:
        copies = "sealed copy" if len(unsealed.copies) == 1 else "sealed copies"
        return [
            Line(f"made a vault of the {copies} in {place}: {count(unsealed.snapshots, 'snapshot')}", "good"),
            Line("every file was compared with the sha256 written down when it was imported", indent=2),
        ]
    if not any(unsealed.pulled):
        return [Line(f"the vault in {place} has all of it already; nothing was changed", "good")]
    snapshots, marks = _unsealed_counts(unsealed)
    return [Line(f"{count(snapshots, 'snapshot')} and {count(marks, 'mark')} came into the vault in {place}", "good")]


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
        schema="linkbak.unseal/1",
        vault=unsealed.place,
        new=unsealed.snapshots if unsealed.created else snapshots,
        marks=marks,
        copies=[
            {"file": str(one.file), "commit": one.contents.commit, "whole": not one.contents.needs}
            for one in unsealed.copies
        ],
        used=used,
    )


def _unsealed_counts(unsealed: Unsealed) -> tuple[int, int]:
    """How many snapshots, and lines of marks, came into a vault that was there."""
    came = [one for one in unsealed.pulled if one is not None]
    return sum(len(one.new) for one in came), sum(one.marks for one in came)
