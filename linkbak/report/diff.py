"""A comparison of two snapshots: as a page, as CSV and Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from urllib.parse import unquote

from linkbak.diff import Change, Comparison, Doubt, Guess
from linkbak.index import Window
from linkbak.model import Connection
from linkbak.report import (
    CLASSES,
    FIELD_NAMES,
    FOLD,
    Block,
    Column,
    Line,
    Table,
    Tone,
    count,
    day,
    held_lines,
    kinds,
    more,
    number,
    probably,
    sentence,
    summary,
    who,
    window,
    work,
)
from linkbak.report.escape import csv_table, markdown, spreadsheet_id, web_address
from linkbak.report.json import ConnectionDocument, VanishedDocument, builds, counts_document, fill, vanished_document
from linkbak.report.people import (
    EventDocument,
    cause_of,
    changed_in_words,
    closest_first,
    connected_since,
    connection_cells,
    gone_lines,
    told_events,
)
from linkbak.texts import tr, tr_kept

if TYPE_CHECKING:
    from linkbak.causes.judgement import Outcome
    from linkbak.diff import Side

_TONES: dict[str, Tone] = {"vanished": "bad", "uncertain": "odd", "added": "good", "returned": "good", "hidden": "odd"}
_GUESSES = {"vanished": tr("gone"), "hidden": tr("hidden"), "added": tr("new"), "returned": tr("shown again")}
_PEOPLE = (Column("", most=34), Column("", most=48), Column("", most=26))


def text(
    found: Comparison, only: Collection[str] = (), *, everyone: bool = False, outcomes: Sequence[Outcome | None] = ()
) -> list[Block]:
    """Counts on top, then the classes in the order in which they matter, long ones folded unless `everyone`.

    `outcomes` are those of the vanished, none if nothing is known of them.
    """
    blocks = [*_head(found, outcomes), *_counts(found)]
    for name in CLASSES:
        if not only or name in only:
            blocks += _section(found, name, everyone, outcomes)
    blocks += [Line(tr("note: {note}", note=note), "odd") for note in found.notes]
    if found.lacking:
        lacking = tr(
            "note: the later archive lacks {kinds}; linkbak says nothing about them", kinds=kinds(found.lacking)
        )
        blocks.append(Line(lacking, "dim"))
    return blocks


def _head(found: Comparison, outcomes: Sequence[Outcome | None]) -> Iterator[Block]:
    """The summary in words, then the two lists."""
    before, after = found.before, found.after
    lists = tr(
        "{account}, {first} to {last}: {earlier} before, {later} after",
        account=after.key.account,
        first=day(before.taken),
        last=day(after.taken),
        earlier=count(before.coverage["connections"].rows, "connection"),
        later=number(after.coverage["connections"].rows),
    )
    yield Line(sentence(changed_in_words(found.diff, outcomes, held=bool(found.held))), "strong")
    yield Line(lists)
    if before.taken > after.taken:
        yield Line(tr("note: the first snapshot is the newer one, so this runs backwards in time"), "odd")
    yield from held_lines(found.held)


def _counts(found: Comparison) -> list[Block]:
    counts = found.diff.counts
    sizes = {name: len(getattr(found.diff, name)) for name in CLASSES}
    rows = [(number(sizes[name]), word, meaning) for name, (word, meaning) in CLASSES.items() if sizes[name]]
    rows.append((number(counts["unchanged"]), tr("unchanged"), ""))
    if len(rows) == 1:
        return [Line(), Line(tr("Nothing changed."), "good")]
    return [Line(), Table((Column("", right=True), Column(""), Column("", most=70)), rows, titles=False)]


def _section(found: Comparison, name: str, everyone: bool, outcomes: Sequence[Outcome | None]) -> list[Block]:
    rows: Sequence[object] = getattr(found.diff, name)
    if not rows:
        return []
    word = CLASSES[name][0].capitalize()
    when = f" {window(found.before.taken, found.after.taken)}" if name in ("vanished", "hidden", "returned") else ""
    many = number(len(rows))
    if name == "vanished" and found.held:
        many = tr("{people}, HELD", people=many)
    most = None if everyone else FOLD
    title = Line(f"{word}{when} ({many})", _TONES.get(name, "strong"))
    if name == "vanished":
        gone = closest_first(found.diff.vanished, outcomes)
        return [Line(), title, *gone_lines(gone, (found.before.taken, found.after.taken), most=most)]
    left = 0 if everyone else len(rows) - FOLD
    return [Line(), title, *_rows(found, name, most), *more(left, tr("see all with --all --only {name}", name=name))]


def _rows(found: Comparison, name: str, most: int | None) -> list[Block]:
    diff = found.diff
    match name:
        case "added" | "hidden" | "returned":
            people: Sequence[Connection] = getattr(diff, name)
            again = set(diff.listed_again) if name == "added" else set[Connection]()
            return [Table(_PEOPLE, [_person(one, again=one in again) for one in people[:most]], titles=False)]
        case "renamed" | "changed" | "reconnected":
            changes: Sequence[Change] = getattr(diff, name)
            return [line for one in changes[:most] for line in _change(one)]
    return [block for doubt in diff.uncertain[:most] for block in _doubt(doubt)]


def _person(person: Connection, *, again: bool = False) -> tuple[str, ...]:
    when = connected_since(person)
    return who(person), work(person), tr("{connected}, listed again", connected=when) if again else when


def _change(change: Change) -> list[Block]:
    """The name on a line, below it a line for each field that differs."""
    before, after = change.before, change.after
    name = who(before) if before.name == after.name else f"{who(before)} → {who(after)}"
    lines: list[Block] = [Line(name, indent=2)]
    for field in change.fields:
        if field != "name":
            old, new = _value(before, field) or tr("(none)"), _value(after, field) or tr("(none)")
            lines.append(Line(f"{FIELD_NAMES[field]}: {old} → {new}", "dim", 4))
    return lines


def _value(person: Connection, field: str) -> str:
    value = getattr(person, field)
    if field == "connected_on":
        return day(value)
    if field == "url":  # as people read it: without the common part, and decoded
        return unquote(value.strip().removeprefix("https://www.linkedin.com"))
    return str(value).strip()


def _doubt(doubt: Doubt) -> list[Block]:
    before = {guess.before: guess for guess in doubt.likelier if guess.before}
    after = {guess.after: guess for guess in doubt.likelier if guess.after and not guess.before}
    rows = [(tr("before"), *_person(one), _guessed(before.get(one))) for one in doubt.before]
    rows += [(tr("after"), *_person(one), _guessed(after.get(one))) for one in doubt.after]
    return [Table((Column(""), *_PEOPLE, Column("")), rows, titles=False), Line(tr_kept(doubt.reason), "dim", 4)]


def _guessed(guess: Guess | None) -> str:
    """The likeliest claim about one row, and how sure it is."""
    if guess is None:
        return ""
    what = tr("now {name}", name=who(guess.after)) if guess.after and guess.before else _GUESSES[guess.claim]
    return probably(what, guess.share)


# --- CSV and Markdown ---

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


def to_csv(found: Comparison, only: Collection[str] = (), outcomes: Sequence[Outcome | None] = ()) -> str:
    """One row a person; cells that a spreadsheet would run as formulas begin with an apostrophe.

    `outcomes` are those of the vanished, whose rows then end with id, state, cause and band.
    """
    known = iter(outcomes)
    told = []
    for name, person, before, fields in rows(found, only):
        earlier = connection_cells(before) if before else [""] * len(FIELDS)
        outcome = _outcome(next(known, None) if name == "vanished" else None)
        told.append([name, person.name, *connection_cells(person), fields, *earlier, *outcome])
    return csv_table(COLUMNS, told)


def _outcome(outcome: Outcome | None) -> list[str]:
    if outcome is None:
        return [""] * 4
    cause = (outcome.verdict.cause, outcome.verdict.band) if outcome.verdict else ("", "")
    return [spreadsheet_id(outcome.id), outcome.state, *cause]


_TITLES = {name: word.capitalize() for name, (word, _) in CLASSES.items()} | {
    "uncertain-before": tr("Uncertain-before"),
    "uncertain-after": tr("Uncertain-after"),
}


def to_markdown(found: Comparison, only: Collection[str] = (), outcomes: Sequence[Outcome | None] = ()) -> str:
    """A heading, the counts, and a table for each class; `outcomes` are those of the vanished."""
    before, after = found.before, found.after
    span = tr("{first} to {last}", first=day(before.taken), last=day(after.taken))
    lines = [f"# {markdown(after.key.account)}: {span}", ""]
    if found.held:
        reasons = (f"- {markdown(tr_kept(reason.partition(': ')[2]))}" for reason in found.held)
        lines += [f"**{tr('Held: do not believe these losses yet.')}**", "", *reasons, ""]
    lines += [f"{markdown(summary(found.diff))}.", ""]
    sections: dict[str, list[str]] = {}
    between = Window(before.taken, after.taken)
    causes = (markdown(cause_of(outcome, between)) if outcome is not None else "" for outcome in outcomes)
    for name, person, was, fields in rows(found, only):
        last = _changes(was, fields) if name != "vanished" else next(causes, "")
        sections.setdefault(name, []).append(_row(person, last))
    for name, body in sections.items():
        when = f" {window(before.taken, after.taken)}" if name == "vanished" else ""
        lines += [f"## {_TITLES[name]}{when} ({number(len(body))})", ""]
        last = tr("state and cause") if name == "vanished" and outcomes else tr("what changed")
        columns = " | ".join((tr("name"), tr("work"), tr("connected"), last))
        lines += [f"| {columns} |", "|---|---|---|---|", *body, ""]
    return "\n".join(lines)


def _changes(was: Connection | None, fields: str) -> str:
    if not was:
        return ""
    names = ", ".join(dict.fromkeys(FIELD_NAMES[field] for field in fields.split()))
    return tr("{fields} (was {before})", fields=names, before=f"{markdown(who(was))}, {markdown(work(was))}")


def _row(person: Connection, last: str) -> str:
    name = markdown(who(person))
    if link := web_address(person.url.strip()):
        name = f"[{name}]({link})"
    return f"| {name} | {markdown(work(person))} | {day(person.connected_on)} | {last} |"


# --- JSON ---


class ReconnectedDocument(TypedDict):
    """One person listed again with a new connection date."""

    before: ConnectionDocument
    after: ConnectionDocument


class ChangeDocument(ReconnectedDocument):
    """One person before and after, with the fields that differ."""

    fields: list[str]


class GuessDocument(TypedDict):
    """What is likelier than anything else of an uncertain row; `share` of all readings, from 0 to 1, say so."""

    claim: Literal["same", "vanished", "hidden", "added", "returned"]
    before: ConnectionDocument | None
    after: ConnectionDocument | None
    share: float


class UncertainDocument(TypedDict):
    """Rows that allow two readings."""

    before: list[ConnectionDocument]
    after: list[ConnectionDocument]
    reason: str
    likelier: list[GuessDocument]


@builds(GuessDocument)
def _guess_document(guess: Guess) -> GuessDocument:
    return fill(GuessDocument, guess, share=round(guess.share, 3))


class SideDocument(TypedDict):
    """One of the two snapshots of a diff."""

    id: str
    taken: str
    connections: int
    hidden: int


@builds(SideDocument)
def _side_document(side: Side) -> SideDocument:
    rows = side.coverage["connections"]
    return fill(SideDocument, side, id=side.key.id, connections=rows.rows, hidden=rows.hidden)


class DiffDocument(TypedDict):
    """What `linkbak diff --json` prints."""

    schema: Literal["linkbak.diff/1"]
    network: str
    account: str
    before: SideDocument
    after: SideDocument
    held: bool
    held_reasons: list[str]
    counts: dict[str, int]
    added: list[ConnectionDocument]
    vanished: list[VanishedDocument]
    hidden: list[ConnectionDocument]
    returned: list[ConnectionDocument]
    reconnected: list[ReconnectedDocument]
    renamed: list[ChangeDocument]
    changed: list[ChangeDocument]
    uncertain: list[UncertainDocument]
    listed_again: list[ConnectionDocument]
    warnings: list[str]
    events: list[EventDocument]


def document(
    found: Comparison, network: str, account: str, only: Collection[str] = (), outcomes: Sequence[Outcome | None] = ()
) -> DiffDocument:
    """A comparison; with `only`, the lists of other classes are empty but the counts stay whole."""
    diff = found.diff
    told: dict[str, Sequence[Any]] = {name: getattr(diff, name) if not only or name in only else () for name in CLASSES}
    return fill(
        DiffDocument,
        found,
        network=network,
        account=account,
        held=bool(found.held),
        held_reasons=found.held,
        counts=counts_document(diff.counts),
        **told | {"vanished": vanished_document(told["vanished"], outcomes)},
        listed_again=diff.listed_again if told["added"] else (),
        warnings=found.notes,
        events=told_events(outcomes) if not only or "vanished" in only else (),
    )
