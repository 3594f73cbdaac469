"""A comparison as a file for other programs: CSV and Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator

from linkbak.comparison import Comparison
from linkbak.model import Connection
from linkbak.report.diff_view import summary
from linkbak.report.escape import markdown, spreadsheet, web_address
from linkbak.report.words import CLASSES, FIELD_NAMES, day, number, who, window, work

FIELDS = Connection._fields
COLUMNS = ("class", "name", *FIELDS, "fields", *(f"before_{name}" for name in FIELDS))


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


def to_csv(found: Comparison, only: Collection[str] = ()) -> str:
    """One row a person; cells that a spreadsheet would run as formulas begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, person, before, fields in rows(found, only):
        cells = [person.name, *_cells(person), fields, *(_cells(before) if before else [""] * len(FIELDS))]
        writer.writerow([name, *map(spreadsheet, cells)])
    return out.getvalue()


def _cells(person: Connection) -> list[str]:
    return [*person[:6], person.connected_on.isoformat() if person.connected_on else ""]


def to_markdown(found: Comparison, only: Collection[str] = ()) -> str:
    """A heading, the counts, and a table for each class."""
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
    for name, person, was, fields in rows(found, only):
        sections.setdefault(name, []).append(_row(person, was, fields))
    for name, body in sections.items():
        when = f" {window(before.taken, after.taken)}" if name == "vanished" else ""
        lines += [f"## {name.capitalize()}{when} ({number(len(body))})", ""]
        lines += ["| name | work | connected | what changed |", "|---|---|---|---|", *body, ""]
    return "\n".join(lines)


def _row(person: Connection, was: Connection | None, fields: str) -> str:
    name = markdown(who(person))
    if link := web_address(person.url.strip()):
        name = f"[{name}]({link})"
    told = dict.fromkeys(FIELD_NAMES[field] for field in fields.split())
    changed = f"{', '.join(told)} (was {markdown(who(was))}, {markdown(work(was))})" if was else ""
    return f"| {name} | {markdown(work(person))} | {day(person.connected_on)} | {changed} |"
