"""Builds the JSON documents about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.report.as_json import connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkbak.causes import Verdict
    from linkbak.history.records import Job, Line, Person, Recommended, Span, Talk, Tenure, Wanted, Window
    from linkbak.marks import Mark
    from linkbak.report.people_documents import (
        JobDocument,
        LineDocument,
        MarkDocument,
        PeopleDocument,
        PersonDocument,
        RecommendationDocument,
        ShowDocument,
        SpanDocument,
        TalkDocument,
        TenureDocument,
        VerdictDocument,
        WindowDocument,
    )


def people(found: Sequence[Person], wanted: Wanted, matching: int) -> PeopleDocument:
    """People in the order given; `matching` is how many there are without a limit."""
    return {
        "schema": "linkbak.people/1",
        "as_of": wanted.as_of or None,
        "matching": matching,
        "people": [person(one) for one in found],
    }


def show(found: Sequence[Person], line: Line | None, verdict: Verdict | None) -> ShowDocument:
    """The one person meant with all there is to say, or those who may be meant."""
    return {
        "schema": "linkbak.show/1",
        "person": line_of(line, verdict) if line else None,
        "matches": [person(one) for one in found],
    }


def person(one: Person) -> PersonDocument:
    """One person as they were last seen by name."""
    return {
        "id": one.id,
        "account": one.account,
        **connection(one.row),
        "state": one.state,
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "window": window(one.window) if one.window else None,
        "messages": one.messages,
        "last_message": one.last_message or None,
        "tags": list(one.tags),
    }


def window(one: Window) -> WindowDocument:
    """When something happened."""
    return {"after": one.after or None, "before": one.before}


def line_of(line: Line, verdict: Verdict | None) -> LineDocument:
    """Everything known of one person."""
    return {
        **person(line.person),
        "tenures": [_tenure(one) for one in line.tenures],
        "names": [_span(one) for one in line.names],
        "addresses": [_span(one) for one in line.addresses],
        "emails": [_span(one) for one in line.emails],
        "jobs": [_job(one) for one in line.jobs],
        "absences": [{"kind": one.kind, "went": window(one.went), "back": _ended(one.back)} for one in line.absences],
        "alternatives": [
            {"person": person(one.person), "reason": one.reason, "window": window(one.window)}
            for one in line.alternatives
        ],
        "talk": _talk(line.talk),
        "invitations": [
            {"outgoing": one.outgoing, "sent_at": one.sent_at or None, "message": one.message or None}
            for one in line.invitations
        ],
        "endorsements": [
            {"given": one.given, "skill": one.skill, "at": one.at or None, "status": one.status or None}
            for one in line.endorsements
        ],
        "recommendations": [_recommendation(one) for one in line.recommendations],
        "notes": [
            {"text": one.text, "created": one.created or None, "edited": one.edited or None} for one in line.notes
        ],
        "marks": [mark(one) for one in line.marks],
        "verdict": verdict_of(verdict) if verdict else None,
    }


def _talk(talk: Talk) -> TalkDocument:
    return {
        "messages": talk.messages,
        "sent": talk.sent,
        "received": talk.received,
        "first": talk.first or None,
        "last": talk.last or None,
    }


def _recommendation(one: Recommended) -> RecommendationDocument:
    return {
        "given": one.given,
        "text": one.text,
        "company": one.company or None,
        "position": one.position or None,
        "at": one.at or None,
        "status": one.status or None,
    }


def _ended(one: Window | None) -> WindowDocument | None:
    return window(one) if one else None


def _span(one: Span) -> SpanDocument:
    return {"value": one.value, "began": window(one.began), "ended": _ended(one.ended)}


def _job(one: Job) -> JobDocument:
    return {
        "company": one.company or None,
        "position": one.position or None,
        "began": window(one.began),
        "ended": _ended(one.ended),
    }


def _tenure(one: Tenure) -> TenureDocument:
    return {"connected_on": one.connected_on or None, "began": window(one.began), "ended": _ended(one.ended)}


def mark(one: Mark) -> MarkDocument:
    """What the user said."""
    return {"id": one.id, "fact": one.fact, "value": one.value or None, "at": one.at, "undone": one.undone}


def verdict_of(verdict: Verdict) -> VerdictDocument:
    """Why somebody is gone, with what bears on it."""
    return {
        "cause": verdict.cause,
        "band": verdict.band,
        "told": verdict.told,
        "evidence": [
            {"rule": one.rule, "cause": one.cause, "band": one.band, "favours": one.favours, "text": one.text}
            for one in verdict.evidence
        ],
    }
