"""People as a list on a terminal: all that were asked for, or those to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from linkbak.history.records import Person, Wanted
from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.words import count, day, number, who, work

FOLD = 20
"""So many are shown before the rest is folded into a count."""

ORDERS = {
    "connected": "newest connection first",
    "name": "by name",
    "company": "by company",
    "messages": "most messages first",
    "lost": "latest loss first",
}
"""The orders people can be listed in, and their words."""

_Cell = tuple[Column, Callable[[Person], str]]


def people_page(people: Sequence[Person], wanted: Wanted, *, everyone: bool = False) -> list[Block]:
    """A line a person, long lists folded unless `everyone`."""
    if not people:
        return [Line("nobody in the vault is like that")]
    order = ORDERS[wanted.sort] + (", reversed" if wanted.reverse else "")
    as_of = f" as of {day(wanted.as_of)}" if wanted.as_of else ""
    head = f"{count(len(people), 'person', 'people')}{as_of}, {order}"
    shown = people if everyone else people[:FOLD]
    blocks: list[Block] = [Line(head, "strong"), _table(shown, _cells(people, wanted))]
    if len(people) > len(shown):
        blocks.append(Line(f"and {number(len(people) - len(shown))} more; see all with --all", "dim", 2))
    return blocks


def choices(people: Sequence[Person], *, everyone: bool = False) -> list[Block]:
    """Those who may be meant, to choose one from."""
    shown = people if everyone else people[:FOLD]
    table = _table(shown, [_ID, _NAME, _WORK, _STATE, *_account(people)])
    blocks: list[Block] = [Line(f"{number(len(people))} people match; name one by its id", "strong"), table]
    if len(people) > len(shown):
        blocks.append(Line(f"and {number(len(people) - len(shown))} more; say more of the name", "dim", 2))
    return blocks


def _table(people: Sequence[Person], cells: Sequence[_Cell]) -> Table:
    return Table([column for column, _ in cells], [[cell(one) for _, cell in cells] for one in people])


def _cells(people: Sequence[Person], wanted: Wanted) -> list[_Cell]:
    """As many columns as 80 cells hold: of the lost how and by when, of others since when and how much was said."""
    accounts = _account(people)
    if wanted.states is not None:
        return [_ID, _NAME, _WORK, _STATE, _NOTICED, *accounts]
    cells = [_ID, _NAME, _WORK, _CONNECTED]
    if any(one.state != "listed" for one in people):
        cells.append(_UNLIKE)
    if any(one.messages for one in people) and (not accounts or wanted.sort == "messages"):
        cells.append(_MESSAGES)
    return [*cells, *accounts]


def _account(people: Sequence[Person]) -> list[_Cell]:
    return [_ACCOUNT] if len({one.account for one in people}) > 1 else []


def _noticed(person: Person) -> str:
    return day(person.window.before) if person.window else ""


_ID: _Cell = (Column("id"), lambda one: one.id)
_NAME: _Cell = (Column("name", most=26), lambda one: who(one.row))
_WORK: _Cell = (Column("work", most=40), lambda one: work(one.row))
_CONNECTED: _Cell = (Column("connected"), lambda one: day(one.row.connected_on))
_STATE: _Cell = (Column("state"), lambda one: one.state)
_UNLIKE: _Cell = (Column(""), lambda one: "" if one.state == "listed" else one.state)
_NOTICED: _Cell = (Column("noticed"), _noticed)
_MESSAGES: _Cell = (Column("messages", right=True), lambda one: number(one.messages) if one.messages else "")
_ACCOUNT: _Cell = (Column("account"), lambda one: one.account)
