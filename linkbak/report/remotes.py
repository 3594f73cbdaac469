"""Copies elsewhere: remotes, the results of push, pull and clone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Line, Tone, ago, count, number, trouble
from linkbak.report.json import ErrorDocument, builds, fill
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.remotes import Copy, Remote
    from linkbak.remotes.pull import Cloned, Pulled
    from linkbak.remotes.push import Inspected, Missing, Pushed
    from linkbak.vault import SnapshotKey


# --- remote ---

Action = Literal["list", "check", "add", "remove"]
_STATES: dict[str, tuple[str, Tone]] = {
    "empty": (tr("nothing has been sent there yet: `linkbak push`"), "odd"),
    "current": (tr("has all that the vault has"), "good"),
    "ahead": (tr("has snapshots or marks that are not here: `linkbak pull`"), "odd"),
    "diverged": (
        tr("has something that is not here, and lacks something that is: `linkbak pull`, then `linkbak push`"),
        "odd",
    ),
    "unrelated": (tr("holds another vault, which has nothing in common with this one"), "bad"),
    "unknown": (tr("holds something that this vault lacks: `linkbak pull` says what"), "odd"),
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
            Line(tr("added {name}: {place}", name=one.name, place=one.shown), "good"),
            *(Line(note, "odd", indent=2) for note in places.notes),
            Line(tr("`linkbak push {name}` sends the vault there", name=one.name), "dim", indent=2),
        ]
    if places.action == "remove":
        one = places.remotes[0]
        said = tr("forgot {name}; the copy at {place} stays as it is", name=one.name, place=one.shown)
        if one.name == one.url:
            said = tr("forgot the folder {place}; the sealed copies in it stay as they are", place=one.shown)
        return [Line(said, "good")]
    if not places.remotes:
        return [
            Line(tr("the vault has no copy elsewhere"), "odd"),
            Line(tr("`linkbak remote add usb /media/usb/linkbak.git --create` makes one on a disk"), "dim", indent=2),
        ]
    return [block for one in places.remotes for block in _place(places, one)]


def _place(places: Places, one: Remote) -> list[Block]:
    place = one.shown
    if one.private:
        place = tr("{place} (public host; you are sure that it is private there)", place=one.shown)
    blocks: list[Block] = [Line(one.name, "strong"), Line(place, indent=4)]
    if one.trouble and one.name not in places.checked:
        blocks.append(Line(one.trouble, "bad", indent=4))
    last = Line(tr("never pushed"), "odd", indent=4)
    if copy := places.copies.get(one.name):
        last = Line(tr("last push {ago}", ago=ago(copy.at, places.now)), indent=4)
    return [*blocks, last, *(_found(places.checked[one.name]) if one.name in places.checked else ())]


def _found(found: Inspected) -> list[Block]:
    blocks: list[Block] = []
    if found.state == "behind":
        blocks.append(Line(tr("lacks {what}: `linkbak push`", what=_missing(found.behind)), "odd", indent=4))
    elif found.state in _STATES:
        words, tone = _STATES[found.state]
        blocks.append(Line(words, tone, indent=4))
    if found.whole:
        blocks.append(Line(tr("every object of it is there and undamaged"), "good", indent=4))
    if found.error is not None:
        error, *hint = trouble(found.error)
        blocks += [Line(error, "bad", indent=4), *(Line(line, "dim", indent=4) for line in hint)]
    return [*blocks, *(Line(note, "odd", indent=4) for note in found.notes)]


def _missing(missing: Missing) -> str:
    """``2 snapshots and 1 mark``."""
    return _snapshots_and_marks(missing.snapshots, missing.marks) or count(missing.commits, "change")


def _snapshots_and_marks(snapshots: int, marks: int) -> str:
    """``2 snapshots and 1 mark``; "" if there is neither."""
    if snapshots and marks:
        return tr("{snapshots} and {marks}", snapshots=count(snapshots, "snapshot"), marks=count(marks, "mark"))
    return count(snapshots, "snapshot") if snapshots else count(marks, "mark") if marks else ""


def failures(tried: Sequence[Pushed] | Sequence[Pulled]) -> list[str]:
    """The failures, why, and what to do: lines for standard error, even with --quiet."""
    return [line for one in tried if one.error for line in trouble(one.error, one.name)]


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
    return fill(
        RemoteDocument,
        one,
        address=one.shown,
        pushed=copy.at if copy else None,
        commit=found.commit if found else copy.commit if copy else None,
        state=found.state if found else None,
        behind=found.behind if found and found.state in ("empty", "current", "behind") else None,
        whole=found.whole if found else None,
        notes=tuple(found.notes if found else places.notes),
        error=found.error if found else None,
    )


class RemotesDocument(TypedDict):
    """The places that `linkbak remote` listed, checked, added or removed."""

    schema: Literal["linkbak.remote/1"]
    action: Action
    remotes: list[RemoteDocument]


def remotes_document(places: Places) -> RemotesDocument:
    """What --json prints."""
    return fill(RemotesDocument, places, remotes=[_remote_document(places, one) for one in places.remotes])


# --- push ---


def push_text(pushed: Sequence[Pushed]) -> list[Block]:
    """A line for each place that holds all now; what failed is said by `failures`."""
    return [_pushed(one) for one in pushed if not one.error]


def _pushed(one: Pushed) -> Line:
    if one.state == "current":
        return Line(tr("{name}: up to date", name=one.name), "good")
    what = _missing(one.sent)
    if one.state == "would-send":
        return Line(tr("{name}: {what} would be sent; nothing was", name=one.name, what=what), "strong")
    return Line(tr("{name}: {what} sent", name=one.name, what=what), "good")


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
    return fill(PushDocument, dry_run=dry, remotes=pushed)


# --- pull ---

_MANY = 5
"""How many snapshots are named; the document has all."""


def pull_text(pulled: Sequence[Pulled]) -> list[Block]:
    """What came from each remote, and the changes by merging; `failures` has the failures."""
    blocks: list[Block] = [line for one in pulled if one.error is None for line in _came(one)]
    if any(one.new for one in pulled):
        blocks += [Line(), Line(tr("`linkbak log` lists all snapshots."))]
    if any(one.state == "merged" for one in pulled):
        blocks.append(Line(tr("`linkbak push` sends the union to the copies.")))
    return blocks


def _came(one: Pulled) -> list[Line]:
    match one.state:
        case "same":
            return [Line(tr("{name}: up to date", name=one.name), "good")]
        case "ahead":
            return [Line(tr("{name}: nothing new there; `linkbak push` sends what it has not", name=one.name), "good")]
        case "empty":
            return [Line(tr("{name}: nothing is there yet; `linkbak push` sends the vault", name=one.name), "good")]
    what = _snapshots_and_marks(len(one.new), max(0, one.marks)) or tr("no snapshot and no mark")
    return [
        Line(tr("{name}: {what} came", name=one.name, what=what), "good"),
        *_names(one.new),
        *(Line(text, indent=2) for text in _merged(one)),
    ]


def _names(keys: Sequence[SnapshotKey]) -> Iterator[Line]:
    """The newest by name, account by account."""
    for account in sorted({key.account for key in keys}):
        ids = [key.id for key in reversed(keys) if key.account == account]
        names, left = ", ".join(ids[:_MANY]), len(ids) - _MANY
        if left > 0:
            names = tr("{names} and {left} more", names=names, left=number(left))
        yield Line(f"{account}: {names}", indent=2)


def _merged(one: Pulled) -> list[str]:
    """The other effects of a merge, in sentences."""
    notes = []
    if one.unrelated:
        notes.append(tr("merged: the two vaults had nothing in common before, and are one now"))
    elif one.state == "merged":
        notes.append(tr("merged: both sides had something of their own"))
    elif one.anew:
        notes.append(tr("merged before, on another machine"))
    if notes and one.anew:
        anew = tr_count(
            "{manifests} manifest was chained anew",
            "{manifests} manifests were chained anew",
            one.anew,
            manifests=number(one.anew),
        )
        notes = [f"{notes[0]}; {anew}"]
    notes += [
        tr("{snapshot}: imported on both sides, kept once", snapshot=f"{key.account} {key.id}") for key in one.both
    ]
    for old, new in one.renamed:
        if new.id[:18] == old.id[:18]:
            name = f"{old.account} {old.id}"
            notes.append(
                tr("{snapshot} is now {new}: there is another archive of that moment", snapshot=name, new=new.id)
            )
    return notes + [
        tr("{file}: changed on both sides; the later change stays, git has the other", file=file) for file in one.chosen
    ]


class PulledSnapshotDocument(TypedDict):
    """One snapshot by name."""

    account: str
    snapshot: str


@builds(PulledSnapshotDocument)
def _key(key: SnapshotKey) -> PulledSnapshotDocument:
    return {"account": key.account, "snapshot": key.id}


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


@builds(PulledDocument)
def _pulled(one: Pulled) -> PulledDocument:
    return fill(
        PulledDocument,
        one,
        snapshots=one.new,
        chained_anew=one.anew,
        renamed=[{"account": old.account, "before": old.id, "after": new.id} for old, new in one.renamed],
        imported_on_both=one.both,
        changed_on_both=one.chosen,
    )


class PullDocument(TypedDict):
    """What `linkbak pull --json` prints."""

    schema: Literal["linkbak.pull/1"]
    vault: str
    remotes: list[PulledDocument]


def pull_document(vault: str, pulled: Sequence[Pulled]) -> PullDocument:
    """What --json prints."""
    return fill(PullDocument, vault=vault, remotes=pulled)


# --- clone ---


def clone_text(cloned: Cloned, *, origin: bool) -> list[Block]:
    """What there is now."""
    kept = count(cloned.snapshots, "snapshot") if cloned.snapshots else tr("no snapshot yet")
    if cloned.snapshots and cloned.accounts:
        kept = tr("{snapshots} of {accounts}", snapshots=kept, accounts=", ".join(cloned.accounts))
    blocks: list[Block] = [
        Line(tr("made a vault in {place}", place=cloned.place), "good"),
        Line(tr("{snapshots}, every byte compared with what was imported", snapshots=kept), indent=2),
    ]
    if origin:
        blocks.append(Line(tr("`linkbak push` sends what you import there, under the name origin"), indent=2))
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
    return fill(CloneDocument, cloned, vault=cloned.place, source=cloned.shown, notes=notes, used=used)
