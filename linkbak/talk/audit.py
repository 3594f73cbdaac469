"""Whom the owner may know or not, the evidence, and replies in the owner's own words; pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from string import Formatter

from linkbak.errors import UsageProblem
from linkbak.index import Person, Timeline
from linkbak.index.correspondence import Conversation, SentInvitation
from linkbak.marks import CULL, Mark, last_word
from linkbak.model import Connection, NamedTuple
from linkbak.talk.activity import unanswered
from linkbak.talk.unasked import SameWords
from linkbak.texts import tr

SITTING = 20
"""How many people are asked about in one sitting."""
SAID = frozenset({"known", "unknown"})
BLANK = "[…]"
"""The blank in a reply for what no archive holds."""


class Evidence(NamedTuple):
    """The evidence about somebody in the archives; `sent` and `received` are None where no archive has messages.

    `given` and `taken` are recommendations by the owner and for the owner; `notes` those of the owner and those kept by
    the network. `others` sent the same words unasked, which `linkbak pitches show` lists under the number `pitch`; both
    are 0 where nobody did.
    """

    person: Person
    sent: int | None
    received: int | None
    given: int = 0
    taken: int = 0
    notes: tuple[str, ...] = ()
    others: int = 0
    pitch: int = 0


def same_words(found: Iterable[SameWords]) -> dict[int, tuple[int, int]]:
    """How many others sent the same words, and the number of that text, by `Person.number`.

    Texts from people the owner talks with (a third of them was answered) are left out: friends forward texts, too.
    """
    told: dict[int, tuple[int, int]] = {}
    for group in found:
        for member in group.members if not group.friends else ():
            if member.person is not None:
                told.setdefault(member.person.number, (len(group.members) - 1, group.number))
    return told


def evidence_of(line: Timeline, others: int = 0, pitch: int = 0) -> Evidence:
    """The evidence of people. No archive with messages, or a doubtful name in them, does not mean "never wrote"."""
    person = line.person
    own = [mark.value for mark in line.marks if mark.fact == "note"]
    return Evidence(
        person,
        None if person.untold else line.talk.sent,
        None if person.untold else line.talk.received,
        sum(one.given for one in line.recommendations),
        sum(not one.given for one in line.recommendations),
        (*own, *(one.text for one in line.notes)),
        others,
        pitch,
    )


def to_look_at(people: Iterable[Person], marks: Mapping[int, Collection[Mark]]) -> list[Person]:
    """The people whom the owner has marked neither as known, nor as unknown, nor to cull.

    In the order given; without those whom no list ever named. `marks` are those not undone, by `Person.number`.
    """
    return [
        one
        for one in people
        if one.row.name and CULL not in one.tags and all(mark.fact not in SAID for mark in marks.get(one.number, ()))
    ]


def to_remove(people: Iterable[Person], marks: Mapping[int, Collection[Mark]]) -> list[Person]:
    """Those tagged to be culled and not marked as removed yet; `marks` as in `to_look_at`."""
    return [one for one in people if CULL in one.tags and not _removed(one, marks.get(one.number, ()))]


def _removed(person: Person, marks: Collection[Mark]) -> bool:
    word = last_word(marks, person.row.day)
    return word is not None and "removed-by-me" in (word.fact, word.value)


# --- who waits for an answer ------------------------------------------------------------------------------------------


class Waiting(NamedTuple):
    """Somebody whom the owner has not answered: an open invitation, or a message that came unasked.

    `name` is "" where no archive has any; `row` is that of the lists, None for somebody who is in none. `at` is RFC
    3339 UTC or "", `text` the invitation's note or the last message.
    """

    what: str
    name: str
    at: str
    text: str
    row: Connection | None = None


def waiting(
    invitations: Iterable[SentInvitation], conversations: Iterable[Conversation], people: Mapping[int, Person]
) -> list[Waiting]:
    """Who waits, the newest first: invitations received that are open, and conversations in which only they wrote."""
    found = [
        Waiting("invitation", one.name, one.sent_at, one.note, _row(people, one.person))
        for one in invitations
        if not one.outgoing and one.state == "open"
    ]
    found += [
        Waiting("message", one.name, one.last, one.last_text, _row(people, one.person))
        for one in unanswered(conversations).by_me
        if not one.sent
    ]
    return sorted(found, key=lambda one: (one.at, one.name), reverse=True)


def strangers(invitations: Iterable[SentInvitation], conversations: Iterable[Conversation]) -> set[str]:
    """The names of those in no list who invited the owner or wrote, without advertisers."""
    found = {one.name for one in invitations if not one.outgoing and one.person is None}
    two = (one for one in conversations if one.person is None and not one.crowd and not one.advert)
    return (found | {one.name for one in two if one.received}) - {""}


def _row(people: Mapping[int, Person], number: int | None) -> Connection | None:
    person = people.get(number) if number is not None else None
    return person.row if person is not None else None


# --- replies ----------------------------------------------------------------------------------------------------------

PLACEHOLDERS = ("first_name", "last_name", "name", "company", "position")
"""The placeholders allowed in the owner's template."""


class Reply(NamedTuple):
    """The owner's own text for replies, with placeholders in braces."""

    template: str

    def to(self, name: str, row: Connection | None) -> str:
        """The text for one person, with a blank for everything unknown."""
        values = dict.fromkeys(PLACEHOLDERS, BLANK)
        if row is not None:
            values |= {field: " ".join(getattr(row, field).split()) or BLANK for field in PLACEHOLDERS}
        elif name.strip():
            values |= {"name": " ".join(name.split()), "first_name": name.split()[0]}
        text = self.template.format(**values)
        return text if text.endswith("\n") else f"{text}\n"


def reply_of(template: str) -> Reply:
    """The reply of a template; raises UsageProblem for an unknown placeholder."""
    hint = tr("In braces may stand {names}; a brace itself is written twice.", names=", ".join(PLACEHOLDERS))
    try:
        fields: Sequence[tuple[str, str | None, str | None, str | None]] = [*Formatter().parse(template)]
    except ValueError:
        raise UsageProblem(tr("the template has a brace that is not closed, or not opened"), hint=hint) from None
    for _, field, form, conversion in fields:
        if field is not None and (field not in PLACEHOLDERS or form or conversion):
            raise UsageProblem(tr("the template has a placeholder that linkbak does not know"), hint=hint)
    return Reply(template)
