"""Dates, numbers and people as a reader meets them; plain words, kind and factual."""

from __future__ import annotations

from datetime import UTC, date, datetime

from linkbak.model import Connection

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CLASSES: dict[str, tuple[str, str]] = {
    "vanished": ("vanished", "in the earlier list, not in the later one"),
    "uncertain": ("uncertain", "the rows allow two readings; which is right cannot be told"),
    "hidden": ("hidden", "still connected, but now only a date is shown"),
    "returned": ("returned", "hidden before, shown again"),
    "reconnected": ("reconnected", "listed again with a new connection date"),
    "renamed": ("renamed", "another name or profile address, the same person"),
    "added": ("added", "new in the later list"),
    "changed": ("changed", "another company, position or e-mail"),
}
"""The classes of a diff in the order in which they matter to a reader, each with its name and meaning."""

FIELD_NAMES = {
    "name": "name",
    "url": "address",
    "email": "e-mail",
    "company": "company",
    "position": "position",
    "connected_on": "connected",
}


def day(moment: str | date | None) -> str:
    """``4 Mar 2026`` for a date, or for an ISO date or time as text; "" for None."""
    if not moment:
        return ""
    when = moment if isinstance(moment, date) else datetime.fromisoformat(moment)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def ago(moment: str, now: datetime) -> str:
    """``today``, ``yesterday``, ``12 days ago``: whole calendar days (UTC); what lies ahead is today."""
    days = (now.astimezone(UTC).date() - datetime.fromisoformat(moment).astimezone(UTC).date()).days
    return "today" if days < 1 else "yesterday" if days == 1 else f"{count(days, 'day')} ago"


def number(value: int) -> str:
    """``12,345``."""
    return f"{value:,}"


def count(value: int, singular: str, plural: str = "") -> str:
    """``1 row``, ``2 rows``."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def size(octets: int) -> str:
    """``812 B``, ``3.1 MB``; powers of 1000."""
    value, unit = float(octets), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"


def who(person: Connection) -> str:
    """The name as shown; a hidden person has none."""
    return person.name or "(hidden)"


def work(person: Connection) -> str:
    """``Buyer, Example GmbH``, or what there is of it."""
    return ", ".join(part for part in (person.position.strip(), person.company.strip()) if part)


def window(before: str, after: str) -> str:
    """When something can have happened: ``after 4 Mar 2026, before 24 Mar 2026``."""
    if before[:10] == after[:10]:
        return f"on {day(after)}"
    return f"after {day(before)}, before {day(after)}"
