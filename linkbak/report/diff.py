"""A comparison as a page for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from linkbak.diff import Change, Diff, Doubt
from linkbak.diff.snapshots import Comparison
from linkbak.index.models import Window
from linkbak.model import Connection
from linkbak.report.escape import markdown, spreadsheet, spreadsheet_id, web_address
from linkbak.report.text import (
    CLASSES,
    FIELD_NAMES,
    Block,
    Column,
    Line,
    Table,
    Tone,
    count,
    day,
    number,
    who,
    window,
    work,
)

if TYPE_CHECKING:
    from linkbak.causes.fates import Fate


FOLD = 20
"""So many of one class are shown before the rest is folded into a count."""

_TONES: dict[str, Tone] = {"vanished": "bad", "uncertain": "odd", "added": "good", "returned": "good", "hidden": "odd"}
_PEOPLE = (Column("", most=34), Column("", most=48), Column("", most=26))


def page(
    found: Comparison, only: Collection[str] = (), *, everyone: bool = False, fates: Sequence[Fate | None] = ()
) -> list[Block]:
    """Counts on top, then the classes in the order in which they matter, long ones folded unless `everyone`.

    `fates` are those of the first of the vanished, as many as are known.
    """
    blocks = [*_head(found), *_counts(found)]
    for name in CLASSES:
        if not only or name in only:
            blocks += _section(found, name, everyone, fates)
    blocks += [Line(f"note: {note}", "odd") for note in found.notes]
    if found.lacking:
        kinds = ", ".join(found.lacking)
        blocks.append(Line(f"note: the later archive does not carry {kinds}; nothing is said of those", "dim"))
    return blocks


def _head(found: Comparison) -> list[Block]:
    before, after = found.before, found.after
    rows = [before.coverage["connections"], after.coverage["connections"]]
    span = f"{day(before.taken)} to {day(after.taken)}"
    blocks: list[Block] = [
        Line(f"{after.key.account}: {span}", "strong"),
        Line(f"{number(rows[0].rows)} connections before, {number(rows[1].rows)} after"),
    ]
    if before.taken > after.taken:
        blocks.append(Line("note: the first is the newer one; this reads backwards in time", "odd"))
    return [*blocks, *held_lines(found.held)]


def held_lines(reasons: Sequence[str], indent: int = 0) -> list[Block]:
    """The warning that comes before everything else when losses are not to be believed yet."""
    if not reasons:
        return []
    wait = "Wait for the next export; or, if it is right, import the archive again with --accept."
    return [
        Line(),
        Line("HELD: do not believe these losses yet.", "bad", indent),
        *(Line(reason.partition(": ")[2], "odd", indent + 2) for reason in reasons),
        Line(wait, indent=indent + 2),
    ]


def _counts(found: Comparison) -> list[Block]:
    counts = found.diff.counts
    sizes = {name: len(getattr(found.diff, name)) for name in CLASSES}
    rows = [(number(sizes[name]), word, meaning) for name, (word, meaning) in CLASSES.items() if sizes[name]]
    rows.append((number(counts["unchanged"]), "unchanged", ""))
    if len(rows) == 1:
        return [Line(), Line("Nothing changed.", "good")]
    return [Line(), Table((Column("", right=True), Column(""), Column("", most=70)), rows, titles=False)]


def _section(found: Comparison, name: str, everyone: bool, fates: Sequence[Fate | None]) -> list[Block]:
    rows: Sequence[object] = getattr(found.diff, name)
    if not rows:
        return []
    word = CLASSES[name][0].capitalize()
    when = f" {window(found.before.taken, found.after.taken)}" if name in ("vanished", "hidden", "returned") else ""
    held = ", HELD" if name == "vanished" and found.held else ""
    shown = rows if everyone else rows[:FOLD]
    blocks: list[Block] = [
        Line(),
        Line(f"{word}{when} ({number(len(rows))}{held})", _TONES.get(name, "strong")),
        *_rows(found, name, len(shown), fates),
    ]
    if len(rows) > len(shown):
        blocks.append(Line(f"and {number(len(rows) - len(shown))} more; see all with --all --only {name}", "dim", 2))
    return blocks


def _rows(found: Comparison, name: str, most: int, fates: Sequence[Fate | None]) -> list[Block]:
    diff = found.diff
    match name:
        case "vanished" if fates:
            from linkbak.report.lost import with_causes

            return with_causes(diff.vanished[:most], fates, (found.before.taken, found.after.taken))
        case "vanished" | "added" | "hidden" | "returned":
            people: Sequence[Connection] = getattr(diff, name)
            return [Table(_PEOPLE, [_person(one) for one in people[:most]], titles=False)]
        case "renamed" | "changed" | "reconnected":
            changes: Sequence[Change] = getattr(diff, name)
            return [line for one in changes[:most] for line in _change(one)]
    return [block for doubt in diff.uncertain[:most] for block in _doubt(doubt)]


def _person(person: Connection) -> tuple[str, ...]:
    return who(person), work(person), f"connected {day(person.connected_on)}" if person.connected_on else ""


def _change(change: Change) -> list[Block]:
    """The name on a line, below it a line for each field that differs."""
    before, after = change.before, change.after
    name = who(before) if before.name == after.name else f"{who(before)} → {who(after)}"
    lines: list[Block] = [Line(name, indent=2)]
    for field in change.fields:
        if field != "name":
            old, new = _value(before, field) or "(none)", _value(after, field) or "(none)"
            lines.append(Line(f"{FIELD_NAMES[field]}: {old} → {new}", "dim", 4))
    return lines


def _value(person: Connection, field: str) -> str:
    value = getattr(person, field)
    if field == "connected_on":
        return day(value)
    text = str(value).strip()
    return _address(text) if field == "url" else text


def _address(url: str) -> str:
    """The address as a reader knows it: without what all have in common, its letters as letters."""
    short = url.removeprefix("https://www.linkedin.com")
    if "%" not in short:
        return short
    from urllib.parse import unquote

    return unquote(short)


def _doubt(doubt: Doubt) -> list[Block]:
    rows = [("before", *_person(one)) for one in doubt.before] + [("after", *_person(one)) for one in doubt.after]
    return [Table((Column(""), *_PEOPLE), rows, titles=False), Line(doubt.reason, "dim", 4)]


def summary(diff: Diff) -> str:
    """All counts that are not zero in one line: ``3 vanished, 1 hidden, 12 added``."""
    sizes = {name: len(getattr(diff, name)) for name in CLASSES}
    told = [f"{number(sizes[name])} {word}" for name, (word, _) in CLASSES.items() if sizes[name]]
    return ", ".join(told) or f"nothing changed ({count(diff.counts['unchanged'], 'connection')})"


# --- diff_files -------------------------------------------------------------------------------------------------------
# A comparison as a file for other programs: CSV and Markdown.

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
    from linkbak.report.lost import cause_of

    return (markdown(cause_of(fate, between)) if fate is not None else "" for fate in fates)


def _changes(was: Connection | None, fields: str) -> str:
    told = dict.fromkeys(FIELD_NAMES[field] for field in fields.split())
    return f"{', '.join(told)} (was {markdown(who(was))}, {markdown(work(was))})" if was else ""


def _row(person: Connection, told: str) -> str:
    name = markdown(who(person))
    if link := web_address(person.url.strip()):
        name = f"[{name}]({link})"
    return f"| {name} | {markdown(work(person))} | {day(person.connected_on)} | {told} |"
