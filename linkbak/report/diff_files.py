"""A comparison as a file for other programs: CSV and Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from linkbak.comparison import Comparison
from linkbak.history.records import Window
from linkbak.model import Connection
from linkbak.report.diff_view import summary
from linkbak.report.escape import markdown, spreadsheet, spreadsheet_id, web_address
from linkbak.report.words import CLASSES, FIELD_NAMES, day, number, who, window, work

if TYPE_CHECKING:
    from linkbak.causes.fates import Fate

FIELDS = Connection._fields
COLUMNS = ("class", "name", *FIELDS, "fields", *(f"before_{name}" for name in FIELDS), "id", "state", "cause", "band")


def rows(found: Comparison, only: Collection[str] = ()) -> Iterator[tuple[str, Connection, Connection | None, str]]:
    """Every person of the wanted classes: class, who (as they are now, if they are), who they were, what differs.

    Of an uncertain group each row comes by itself, as ``uncertain-before`` or ``uncertain-after``.
    """
    for name in CLASSES:
        if only and name not in only:
            continue
        if name == "uncertain":
            for group in found.diff.uncertain:
                yield from (("uncertain-before", person, None, "") for person in group.before)
                yield from (("uncertain-after", person, None, "") for person in group.after)
        elif name in ("renamed", "changed", "reconnected"):
            for change in getattr(found.diff, name):
                yield name, change.after, change.before, " ".join(change.fields)
        else:
            yield from ((name, person, None, "") for person in getattr(found.diff, name))


def to_csv(found: Comparison, only: Collection[str] = (), fates: Sequence[Fate | None] = ()) -> str:
    """One row a person; cells that a spreadsheet would run as formulas begin with an apostrophe.

    `fates` are those of the vanished, whose rows then end with id, state, cause and band.
    """
    known = iter(fates)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, person, before, fields in rows(found, only):
        cells = [person.name, *_cells(person), fields, *(_cells(before) if before else [""] * len(FIELDS))]
        cells += _fate(next(known, None) if name == "vanished" else None)
        writer.writerow([name, *map(spreadsheet, cells)])
    return out.getvalue()


def _cells(person: Connection) -> list[str]:
    return [*person[:6], person.connected_on.isoformat() if person.connected_on else ""]


def _fate(fate: Fate | None) -> list[str]:
    if fate is None:
        return [""] * 4
    return [
        spreadsheet_id(fate.id),
        fate.state,
        *((fate.verdict.cause, fate.verdict.band) if fate.verdict else ("", "")),
    ]


def to_markdown(found: Comparison, only: Collection[str] = (), fates: Sequence[Fate | None] = ()) -> str:
    """A heading, the counts, and a table for each class; `fates` are those of the vanished."""
    before, after = found.before, found.after
    lines = [f"# {markdown(after.key.account)}: {day(before.taken)} to {day(after.taken)}", ""]
    if found.held:
        lines += [
            "**Held: do not believe these losses yet.**",
            "",
            *(f"- {markdown(r.partition(': ')[2])}" for r in found.held),
            "",
        ]
    lines += [f"{markdown(summary(found.diff))}.", ""]
    sections: dict[str, list[str]] = {}
    causes = _causes(fates, Window(before.taken, after.taken))
    for name, person, was, fields in rows(found, only):
        told = _changes(was, fields) if name != "vanished" else next(causes, "")
        sections.setdefault(name, []).append(_row(person, told))
    for name, body in sections.items():
        when = f" {window(before.taken, after.taken)}" if name == "vanished" else ""
        lines += [f"## {name.capitalize()}{when} ({number(len(body))})", ""]
        last = "state and cause" if name == "vanished" and fates else "what changed"
        lines += [f"| name | work | connected | {last} |", "|---|---|---|---|", *body, ""]
    return "\n".join(lines)


def _causes(fates: Sequence[Fate | None], between: Window) -> Iterator[str]:
    from linkbak.report.evidence_view import cause_of

    return (markdown(cause_of(fate, between)) if fate is not None else "" for fate in fates)


def _changes(was: Connection | None, fields: str) -> str:
    told = dict.fromkeys(FIELD_NAMES[field] for field in fields.split())
    return f"{', '.join(told)} (was {markdown(who(was))}, {markdown(work(was))})" if was else ""


def _row(person: Connection, told: str) -> str:
    name = markdown(who(person))
    if link := web_address(person.url.strip()):
        name = f"[{name}]({link})"
    return f"| {name} | {markdown(work(person))} | {day(person.connected_on)} | {told} |"
