"""Whom the owner may know or not: the evidence, whom to remove by hand, who waits; as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal, TypedDict

from linkbak.index import Person
from linkbak.report import FOLD, Block, Column, Line, Table, count, day, more, number, sentence, who, who_and_work
from linkbak.report.json import builds, fill
from linkbak.report.people import PersonDocument, one_line, person_document
from linkbak.talk.audit import Evidence, Waiting
from linkbak.texts import tr

KEYS = tr("k known   u unknown   c cull list   r reply draft   s later   z undo")
CULL_KEYS = tr("d done, I removed them   s not yet   z undo   q ends")
NO_TEMPLATE = tr("you have no text for replies yet: write one into a file, and name it with --template FILE")
NOTHING_TO_UNDO = tr("nothing to undo in this sitting; `linkbak mark undo` takes back older answers")
BY_HAND = tr("linkbak removes nobody. Open each link, and remove the connection there yourself.")
NOT_THERE = tr("Not in any export: invitations you declined or ignored.")


def head(people: int, every: int) -> list[Block]:
    """How many people the sitting asks about, of how many."""
    told = tr("{some} of {people} to look at; the newest first", some=number(people), people=number(every))
    return [Line(f"{told:<69} {tr('q ends')}", "strong")]


def question(found: Evidence, place: int, people: int) -> list[Block]:
    """The person, and the evidence."""
    return [
        Line(),
        Line(f"[{place}/{people}] {who_and_work(found.person.row)}"),
        *(Line(line, indent=2) for line in told(found)),
        Line(KEYS, "dim", 2),
    ]


def told(found: Evidence) -> list[str]:
    """The evidence of the archives, in lines."""
    since = day(found.person.row.connected_on)
    connected = tr("connected {day}", day=since) if since else tr("connected on an unknown day")
    lines = [f"{connected}; {_talk(found)}"]
    if found.others:
        others, command = count(found.others, "other"), f"linkbak pitches show {found.pitch}"
        lines.append(tr("their text also came from {others} ({command})", others=others, command=command))
    taken, given = count(found.taken, "recommendation"), count(found.given, "recommendation")
    said = [tr("{recommendations} from them", recommendations=taken)] if found.taken else []
    said += [tr("{recommendations} by you", recommendations=given)] if found.given else []
    lines += ["; ".join(said)] if said else []
    return lines + [tr("note: {note}", note=one_line(text)) for text in found.notes]


def _talk(found: Evidence) -> str:
    """Who wrote, or that no archive shows it."""
    if found.sent is None or found.received is None:
        return tr("no archive shows whether you wrote to each other")
    sent, received = count(found.sent, "message"), count(found.received, "message")
    mine = tr("you wrote {messages}", messages=sent) if found.sent else tr("you never wrote")
    theirs = tr("{messages} from them", messages=received) if found.received else tr("no messages from them")
    return f"{mine}; {theirs}"


_DONE = {"k": tr("known"), "u": tr("unknown"), "c": tr("on the cull list"), "s": tr("later")}


def ended(pressed: Sequence[str], left: int) -> list[Block]:
    """The result of a sitting."""
    parts = [f"{number(pressed.count(key))} {what}" for key, what in _DONE.items() if key in pressed]
    marked = ", ".join(parts) or tr("nobody marked")
    hints = [
        ("k", tr("`linkbak people --known` lists whom you know, `linkbak reach --known` how to reach them.")),
        ("c", tr("`linkbak audit cull` lists whom to remove by hand.")),
        ("k", tr("`linkbak export vcard --known -o known.vcf` exports only whom you know.")),
    ]
    head = Line(tr("{marked}; {left} left to look at", marked=marked, left=number(left)), "strong")
    return [Line(), head, *(Line(hint, "dim") for key, hint in hints if key in pressed)]


def listed(found: Sequence[Evidence], every: int) -> list[Block]:
    """Everybody to look at, with the evidence."""
    if not found:
        return [Line(tr("nobody is left: you have said of everybody whether you know them"), "good")]
    blocks: list[Block] = [Line(tr("{people} to look at, newest first", people=number(every)), "strong")]
    for one in found:
        blocks.append(Line(f"{one.person.id}  {who_and_work(one.person.row)}"))
        blocks += [Line(line, "dim", 2) for line in told(one)]
    return [*blocks, *more(every - len(found), indent=0)]


# --- the cull list ----------------------------------------------------------------------------------------------------


def cull(people: Sequence[Person]) -> list[Block]:
    """Names and links, to open by hand."""
    if not people:
        return [Line(tr("nobody is left on the cull list"), "good")]
    head = tr("{people} on the cull list", people=count(len(people), "person", "people"))
    table = Table([Column(""), Column("", most=100)], [(who(one.row), _link(one)) for one in people], titles=False)
    return [Line(head, "strong"), table, Line(), Line(BY_HAND)]


def _link(person: Person) -> str:
    """The addresses to open."""
    return person.row.url or tr("(no archive has their address: search for the name)")


def cull_commands(people: Sequence[Person]) -> list[Block]:
    """How to record that it is done, where nobody can be asked."""
    if not people:
        return []
    commands = [Line(f"linkbak mark {one.id} removed-by-me", indent=2, verbatim=True) for one in people]
    return [Line(tr("Then mark them, so that the next diff does not count them as lost:")), *commands]


def cull_question(person: Person, place: int, people: int) -> list[Block]:
    """One person on the cull list, and the address to open."""
    return [Line(), Line(f"[{place}/{people}] {who(person.row)}"), Line(_link(person), indent=2, verbatim=True)]


def cull_ended(removed: int, left: int) -> list[Block]:
    """How many are marked as removed, and how many are left."""
    told = tr("{some} marked removed-by-me; {left} left on the cull list", some=number(removed), left=number(left))
    return [Line(), Line(told, "strong")]


# --- who waits --------------------------------------------------------------------------------------------------------


def unanswered(found: Sequence[Waiting], drafts: Sequence[str], *, everyone: bool = True) -> list[Block]:
    """Who waits for an answer, each with a draft if there is a template; long lists folded unless `everyone`."""
    head = tr("nobody waits for your answer")
    if found:
        head = tr("{requests} without your answer, newest first", requests=count(len(found), "request"))
    blocks: list[Block] = [Line(head, "strong")]
    shown = found if everyone else found[:FOLD]
    for place, one in enumerate(shown):
        name = who_and_work(one.row) if one.row else one.name or tr("(nobody named)")
        what = tr("{name} invited you", name=name) if one.what == "invitation" else tr("{name} wrote", name=name)
        blocks += [Line(), Line(f"{day(one.at) or tr('undated')}  {what}")]
        blocks += [Line(one_line(one.text), "dim", 2)] if one.text.strip() else []
        blocks += [Line(line, indent=4) for line in drafts[place].splitlines()] if drafts else []
    if len(shown) < len(found):
        how = tr("see all with --all; many may be one text: {command}", command="linkbak pitches")
        blocks += [Line(), *more(len(found) - len(shown), how, 0)]
    if found and not drafts:
        blocks += [Line(), Line(sentence(NO_TEMPLATE), "dim")]
    return [*blocks, Line(), Line(NOT_THERE)]


# --- JSON ---


class AuditedDocument(PersonDocument):
    """Somebody to look at; `sent` and `received` are null where no archive can tell.

    `others` sent the same words unasked; `linkbak pitches show` tells of them under the number `pitch`, null for none.
    """

    sent: int | None
    received: int | None
    recommendations_given: int
    recommendations_received: int
    notes: list[str]
    others: int
    pitch: int | None


class AuditDocument(TypedDict):
    """What `linkbak audit --json` prints: everybody the user has not yet said to know or not, the newest first."""

    schema: Literal["linkbak.audit/1"]
    people: list[AuditedDocument]


def document(found: Sequence[Evidence]) -> AuditDocument:
    """What --json prints."""
    return fill(AuditDocument, people=found)


@builds(AuditedDocument)
def _audited(one: Evidence) -> AuditedDocument:
    praise = {"recommendations_given": one.given, "recommendations_received": one.taken}
    return fill(AuditedDocument, one, person_document(one.person), **praise, pitch=one.pitch or None)


class CullDocument(TypedDict):
    """What `linkbak audit cull --json` prints."""

    schema: Literal["linkbak.audit-cull/1"]
    people: list[PersonDocument]


def cull_document(people: Sequence[Person]) -> CullDocument:
    """Whom the user wants to remove by hand."""
    return fill(CullDocument, people=people)


class WaitingDocument(TypedDict):
    """Somebody who waits for an answer: since an invitation that is open, or a message that came unasked.

    `draft` is null without a template.
    """

    what: Literal["invitation", "message"]
    name: str | None
    at: str | None
    text: str | None
    draft: str | None


class UnansweredDocument(TypedDict):
    """What `linkbak audit unanswered --json` prints, newest first; those you declined or ignored are in no export."""

    schema: Literal["linkbak.audit-unanswered/1"]
    requests: list[WaitingDocument]


def unanswered_document(found: Sequence[Waiting], drafts: Sequence[str]) -> UnansweredDocument:
    """Who waits, and the draft made from the template."""
    requests = [fill(WaitingDocument, one, draft=draft) for one, draft in zip_longest(found, drafts)]
    return fill(UnansweredDocument, requests=requests)
