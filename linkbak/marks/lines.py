"""Marks as the lines of marks.jsonl, which only ever grows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from linkbak.errors import VaultDamaged
from linkbak.marks.facts import CAUSES, FACTS, VALUED, Mark, Subject

UNDO = "undo"
"""The fact of a line that takes back what an earlier line says."""

_ID = 8
"""So many hex digits of the digest tell marks apart."""


def new_mark(fact: str, value: str, account: str, subject: Subject, at: datetime) -> Mark:
    """A fact told now; `value` as `linkbak.marks.checked` gives it."""
    return _identified(Mark("", fact, value, account, subject, _rfc3339(at)))


def line_of(mark: Mark) -> dict[str, Any]:
    """The line that keeps a mark."""
    line: dict[str, Any] = {
        "fact": mark.fact,
        "account": mark.account,
        "person": mark.subject._asdict(),
        "at": mark.at,
    }
    if mark.value:
        line["value"] = mark.value
    return line


def undo_line(mark: Mark, at: datetime) -> dict[str, Any]:
    """The line that takes a mark back."""
    return {"fact": UNDO, "mark": mark.id, "at": _rfc3339(at)}


def read_marks(raw: Sequence[Mapping[str, Any]]) -> tuple[Mark, ...]:
    """The marks about people, in the vault's order, undone ones too.

    A fact or a cause that nobody knows here is a later linkbak's, or of snapshots: passed over, never lost. Raises
    VaultDamaged if a line tells a fact about a person but not of whom, or not when.
    """
    marks: list[Mark] = []
    places: dict[str, list[int]] = {}
    for number, line in enumerate(raw, start=1):
        try:
            if line.get("fact") == UNDO:
                for place in places.pop(_text(line, "mark"), ()):
                    marks[place] = marks[place]._replace(undone=True, undone_at=_when(line))
            elif (mark := _mark(line)) is not None:
                places.setdefault(mark.id, []).append(len(marks))
                marks.append(mark)
        except (ValueError, OverflowError):
            raise VaultDamaged(
                f"marks.jsonl, line {number} of those not blank: not a whole mark",
                hint="`git log -p marks.jsonl` in the vault shows what it was.",
            ) from None
    return tuple(marks)


def _when(line: Mapping[str, Any]) -> str:
    """When an undo was told; "" if it does not say, which takes nothing from it."""
    try:
        return _rfc3339(datetime.fromisoformat(_text(line, "at")))
    except (ValueError, OverflowError):
        return ""


def _mark(line: Mapping[str, Any]) -> Mark | None:
    """The mark of a line, None for what is not known here; raises ValueError, which quotes nothing that is shown."""
    fact, person = line.get("fact"), line.get("person")
    if not isinstance(fact, str) or fact not in FACTS:
        return None
    value = _text(line, "value") if fact in VALUED else ""
    if fact == "cause" and value and value not in CAUSES:
        return None
    if not isinstance(person, Mapping):
        raise ValueError
    day = _text(person, "connected_on")
    subject = Subject(_text(person, "name"), _text(person, "url"), date.fromisoformat(day).isoformat() if day else "")
    account = _text(line, "account")
    if not account or not (subject.name or subject.url) or (fact in VALUED and not value):
        raise ValueError
    return _identified(Mark("", fact, value, account, subject, _rfc3339(datetime.fromisoformat(_text(line, "at")))))


def _text(line: Mapping[str, Any], key: str) -> str:
    text = line.get(key)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise ValueError
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _identified(mark: Mark) -> Mark:
    """The mark with its id: made of what it says, so the same wherever and however often it is read."""
    text = json.dumps(line_of(mark), sort_keys=True, separators=(",", ":"))
    return mark._replace(id=hashlib.sha256(text.encode()).hexdigest()[:_ID])


def _rfc3339(at: datetime) -> str:
    at = at if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
