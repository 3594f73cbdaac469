"""The JSON documents about people, as types: `show`, `people`, `index`; as in `linkbak.report.documents`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.documents import ConnectionDocument

StateName = Literal["listed", "hidden", "suspected", "confirmed", "held", "unclear"]


class WindowDocument(TypedDict):
    """When something happened: after one snapshot was taken (null if nobody can say) and before another."""

    after: str | None
    before: str


class PersonDocument(ConnectionDocument):
    """One person as they were last seen by name; `window` tells when they went or hid, null for those listed."""

    id: str
    account: str
    state: StateName
    first_seen: str
    last_seen: str
    window: WindowDocument | None
    messages: int
    last_message: str | None
    tags: list[str]


class PeopleDocument(TypedDict):
    """What `linkbak people --json` prints; `matching` counts also those beyond --limit."""

    schema: Literal["linkbak.people/1"]
    as_of: str | None
    matching: int
    people: list[PersonDocument]


class SpanDocument(TypedDict):
    """A value that held for a time; `ended` is null while it holds."""

    value: str
    began: WindowDocument
    ended: WindowDocument | None


class JobDocument(TypedDict):
    """A company and position that held for a time."""

    company: str | None
    position: str | None
    began: WindowDocument
    ended: WindowDocument | None


class TenureDocument(TypedDict):
    """One time of being connected."""

    connected_on: str | None
    began: WindowDocument
    ended: WindowDocument | None


class AbsenceDocument(TypedDict):
    """A time of not being listed, or of being listed as a date only; `back` is null while it lasts."""

    kind: Literal["gone", "hidden", "unclear"]
    went: WindowDocument
    back: WindowDocument | None


class AlternativeDocument(TypedDict):
    """Another line that may be the same person, and why nobody can tell."""

    person: PersonDocument
    reason: str
    window: WindowDocument


class TalkDocument(TypedDict):
    """Messages both ways over all archives."""

    messages: int
    sent: int
    received: int
    first: str | None
    last: str | None


class InvitationDocument(TypedDict):
    """One invitation; `outgoing` if the owner asked."""

    outgoing: bool
    sent_at: str | None
    message: str | None


class EndorsementDocument(TypedDict):
    """One skill endorsed; `given` if by the owner."""

    given: bool
    skill: str
    at: str | None
    status: str | None


class RecommendationDocument(TypedDict):
    """One recommendation; `given` if by the owner."""

    given: bool
    text: str
    company: str | None
    position: str | None
    at: str | None
    status: str | None


class NoteDocument(TypedDict):
    """A private note that the network kept."""

    text: str
    created: str | None
    edited: str | None


class MarkDocument(TypedDict):
    """What the user said; a mark undone says so."""

    id: str
    fact: str
    value: str | None
    at: str
    undone: bool


class EvidenceDocument(TypedDict):
    """One thing that bears on why somebody is gone; `favours` if it speaks for its cause."""

    rule: str
    cause: str
    band: str
    favours: bool
    text: str


class VerdictDocument(TypedDict):
    """Why somebody is gone, as far as the archives show; `told` if the user said so."""

    cause: str
    band: str
    told: bool
    evidence: list[EvidenceDocument]


class LineDocument(PersonDocument):
    """Everything the vault knows of one person, each list oldest first; `verdict` of those no longer listed."""

    tenures: list[TenureDocument]
    names: list[SpanDocument]
    addresses: list[SpanDocument]
    emails: list[SpanDocument]
    jobs: list[JobDocument]
    absences: list[AbsenceDocument]
    alternatives: list[AlternativeDocument]
    talk: TalkDocument
    invitations: list[InvitationDocument]
    endorsements: list[EndorsementDocument]
    recommendations: list[RecommendationDocument]
    notes: list[NoteDocument]
    marks: list[MarkDocument]
    verdict: VerdictDocument | None


class ShowDocument(TypedDict):
    """What `linkbak show --json` prints; `person` is null if several match."""

    schema: Literal["linkbak.show/1"]
    person: LineDocument | None
    matches: list[PersonDocument]


class IndexDocument(TypedDict):
    """What `linkbak index --json` prints; `findings` are what check found, and why it was made anew."""

    schema: Literal["linkbak.index/1"]
    action: Literal["rebuild", "path", "check"]
    path: str
    findings: list[str]
    rebuilt: bool


DOCUMENTS: dict[str, type] = {"index": IndexDocument, "people": PeopleDocument, "show": ShowDocument}
"""Each verb's document; the names of the schema files."""
