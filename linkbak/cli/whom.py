"""Whom the user means: people named by an argument, or by a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.cli.session import Session
from linkbak.errors import NoSuchPerson, UsageProblem

if TYPE_CHECKING:
    from linkbak.history import History
    from linkbak.history.records import Person

STDIN = "-"
_MANY = 20
"""So many line numbers stand in a message."""


def account(session: Session, history: History) -> str | None:
    """The account asked for, as history calls it; raises UsageProblem if the vault has none of that name."""
    if session.account is None:
        return None
    known = history.accounts()
    for name in known:
        if session.account in (name, name.partition("-")[2]):
            return name
    told = ", ".join(known) or "none yet"
    raise UsageProblem(f"the vault has no account {session.account!r}", hint=f"It has: {told}.")


def one(session: Session, history: History, text: str, wanted: str | None, *, nameless: bool = False) -> Person:
    """The one person meant; if there are several, they are shown on standard error.

    With `nameless` it may be one of whom only a date was ever shown, whom no mark could find again.
    """
    found = history.find(text, wanted)
    if len(found) > 1 and not session.as_json:
        from linkbak.report.people_view import choices
        from linkbak.report.show import show

        show(choices(found), sys.stderr, color=session.color)
    if len(found) != 1:
        wrong = f"{text!r} may mean {len(found):,} people" if found else f"nobody in the vault answers to {text!r}"
        raise NoSuchPerson(wrong, hint="Name one by id; `linkbak people` prints them.")
    if not (nameless or _nameable(found[0])):
        raise NoSuchPerson("of this person only a date was ever shown: a mark could not find them again")
    return found[0]


def _nameable(person: Person) -> bool:
    return bool(person.row.name or person.row.url)


def roll(name: str) -> bytes:
    """The list of people in a file, or on standard input for ``-``; raises UsageProblem."""
    if name == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as error:
        raise UsageProblem(f"cannot read {name}: {error.strerror}", hint="Look at the spelling of its path.") from None


def everybody(
    history: History, names: bytes, wanted: str | None, nothing: str, *, nameless: bool = False
) -> list[Person]:
    """Everybody on the roll, once each; raises NoSuchPerson with the lines that do not name exactly one.

    `nothing` says what therefore did not happen; `nameless` as in `one`.
    """
    from linkbak.marks.rolls import named

    people: dict[int, Person] = {}
    nobody, several = list[int](), list[int]()
    lines = named(names)
    for line, text in lines:
        found = [one for one in history.find(text, wanted) if nameless or _nameable(one)]
        if len(found) == 1:
            people.setdefault(found[0].number, found[0])
        else:
            (several if found else nobody).append(line)
    if nobody or several:
        wrong = [f"nobody is meant in {_lines(nobody)}"] if nobody else []
        wrong += [f"more than one person in {_lines(several)}"] if several else []
        hint = "`linkbak people` prints the id of everybody."
        raise NoSuchPerson(f"{nothing}: {'; '.join(wrong)}", hint=hint)
    if not lines:
        raise UsageProblem("the list of people names nobody")
    return [*people.values()]


def _lines(numbers: Sequence[int]) -> str:
    """``line 3``, ``lines 3, 7 and 9``."""
    shown = [str(number) for number in numbers[:_MANY]]
    if len(numbers) > _MANY:
        shown.append(f"{len(numbers) - _MANY:,} more")
    if len(shown) == 1:
        return f"line {shown[0]}"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"
