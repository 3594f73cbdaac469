"""The places that have copies of a vault, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.report.as_json import error as error_document
from linkbak.report.blocks import Block, Line
from linkbak.report.words import ago, count

if TYPE_CHECKING:
    from linkbak.errors import LinkbakError
    from linkbak.report.blocks import Tone
    from linkbak.report.remote_documents import MissingDocument, RemoteDocument, RemotesDocument
    from linkbak.vault.remotes.inspecting import Inspected
    from linkbak.vault.remotes.record import Copy
    from linkbak.vault.remotes.registering import Remote
    from linkbak.vault.remotes.standing import Missing

Action = Literal["list", "check", "add", "remove"]


class Places(NamedTuple):
    """The remotes there are, when each was last pushed to, and what a check found, if there was one."""

    action: Action
    remotes: Sequence[Remote]
    copies: Mapping[str, Copy]
    checked: Mapping[str, Inspected]
    now: datetime
    notes: Sequence[str] = ()


_STATES: dict[str, tuple[str, Tone]] = {
    "empty": ("nothing has been sent there yet: `linkbak push`", "odd"),
    "current": ("has all that the vault has", "good"),
    "ahead": ("has snapshots or marks that are not here: `linkbak pull`", "odd"),
    "diverged": ("has what is not here, and lacks what is: `linkbak pull`, then `linkbak push`", "odd"),
    "unrelated": ("holds another vault, which has nothing in common with this one", "bad"),
    "unknown": ("holds what is not here, newer snapshots or another vault: `linkbak pull` looks at it", "odd"),
}


def page(places: Places) -> list[Block]:
    """What was added or removed, or every place with what is known of it."""
    if places.action == "add":
        one = places.remotes[0]
        return [
            Line(f"added {one.name}: {one.shown}", "good"),
            *(Line(note, "odd", indent=2) for note in places.notes),
            Line(f"`linkbak push {one.name}` sends the vault there", "dim", indent=2),
        ]
    if places.action == "remove":
        one = places.remotes[0]
        return [Line(f"forgot {one.name}; the copy at {one.shown} stays as it is", "good")]
    if not places.remotes:
        return [
            Line("the vault has no copy elsewhere", "odd"),
            Line("`linkbak remote add usb /media/usb/linkbak.git --create` makes one on a disk", "dim", indent=2),
        ]
    return [block for one in places.remotes for block in _place(places, one)]


def missing_words(missing: Missing) -> str:
    """``2 snapshots and 1 mark``."""
    found = []
    if missing.snapshots:
        found.append(count(missing.snapshots, "snapshot"))
    if missing.marks:
        found.append(count(missing.marks, "mark"))
    return " and ".join(found) or count(missing.commits, "change")


def trouble(error: LinkbakError) -> list[Block]:
    """Why it failed, and what to do."""
    hint = [Line(f"hint: {error.hint}", "dim", indent=4)] if error.hint else []
    return [Line(f"error: {error}", "bad", indent=4), *hint]


def document(places: Places) -> RemotesDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.remote/1",
        "action": places.action,
        "remotes": [_document(places, one) for one in places.remotes],
    }


def missing_document(missing: Missing) -> MissingDocument:
    """What a copy lacks."""
    return {"snapshots": missing.snapshots, "marks": missing.marks, "commits": missing.commits}


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
        blocks.append(Line(f"lacks {missing_words(found.behind)}: `linkbak push`", "odd", indent=4))
    elif found.state in _STATES:
        words, tone = _STATES[found.state]
        blocks.append(Line(words, tone, indent=4))
    if found.whole:
        blocks.append(Line("every object of it is there and undamaged", "good", indent=4))
    if found.error is not None:
        blocks += trouble(found.error)
    return [*blocks, *(Line(note, "odd", indent=4) for note in found.notes)]


def _document(places: Places, one: Remote) -> RemoteDocument:
    copy, found = places.copies.get(one.name), places.checked.get(one.name)
    return {
        "name": one.name,
        "address": one.shown,
        "private": one.private,
        "pushed": copy.at if copy else None,
        "commit": (found.commit if found else copy.commit if copy else "") or None,
        "state": found.state if found else None,
        "behind": missing_document(found.behind) if found and found.state in ("empty", "current", "behind") else None,
        "whole": found.whole if found else None,
        "notes": list(found.notes if found else places.notes),
        "error": error_document(found.error) if found and found.error is not None else None,
    }
