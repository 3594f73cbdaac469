"""Which people are meant: the options that `people` and `export` share."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from typer import Option

from linkbak.cli.session import Session, day_of
from linkbak.errors import NoSuchPerson, UsageProblem
from linkbak.index import EVER, LOST, PeopleFilter, Person, State
from linkbak.index.history import History
from linkbak.index.query import folded
from linkbak.marks import people_in_file
from linkbak.model import NamedTuple
from linkbak.report import CLASSES, count, render
from linkbak.report import people as people_view
from linkbak.report.people import ORDERS
from linkbak.texts import tr

_Text = str | None


class Choose:
    """The options, each with the meaning it has everywhere."""

    company = Annotated[
        _Text, Option("--company", metavar="TEXT", help="Who works there; a part of the name is enough.")
    ]
    position = Annotated[_Text, Option("--position", metavar="TEXT", help="Who works as that.")]
    since = Annotated[_Text, Option("--since", metavar="DATE", help="Connected on that day or later.")]
    written_since = Annotated[
        _Text, Option("--since", metavar="DATE", help="Only what was written on that day or later.")
    ]
    before = Annotated[_Text, Option("--before", metavar="DATE", help="Connected before that day.")]
    email = Annotated[
        bool | None, Option("--email/--no-email", help="Who shows an e-mail, or does not.", show_default=False)
    ]
    lost = Annotated[bool, Option("--lost", help="Who is no longer listed.")]
    hidden = Annotated[bool, Option("--hidden", help="Who is shown only as a date.")]
    never_talked = Annotated[bool, Option("--never-talked", help="Who never exchanged a message with you.")]
    ever = Annotated[bool, Option("--ever", help="Everybody ever listed, gone or not.")]
    known = Annotated[
        bool | None, Option("--known/--unknown", help="Whom you marked known, or unknown.", show_default=False)
    ]
    tag = Annotated[list[str] | None, Option("--tag", metavar="TAG", help="Whom you tagged so.")]
    as_of = Annotated[_Text, Option("--as-of", metavar="DATE", help="As of that day.")]
    sort = Annotated[_Text, Option("--sort", metavar="BY", help="connected, name, company, messages, lost or closest.")]
    reverse = Annotated[bool, Option("--reverse", help="In reverse order.")]


def wanted(
    *,
    company: str | None = None,
    position: str | None = None,
    since: str | None = None,
    before: str | None = None,
    email: bool | None = None,
    lost: bool = False,
    hidden: bool = False,
    never_talked: bool = False,
    ever: bool = False,
    known: bool | None = None,
    tag: Sequence[str] | None = None,
    as_of: str | None = None,
    sort: str | None = None,
    reverse: bool = False,
) -> PeopleFilter:
    """The people wanted, as history asks for them; raises UsageProblem."""
    if sort not in (None, *ORDERS):
        raise UsageProblem(
            tr("people cannot be sorted by {sort!r}", sort=sort), hint=tr("Sort by {words}.", words=", ".join(ORDERS))
        )
    states: frozenset[State] = (LOST if lost else frozenset()) | (frozenset(("hidden",)) if hidden else frozenset())
    return PeopleFilter(
        states=states or (EVER if ever else None),
        company=company or "",
        position=position or "",
        since=first_day(since),
        before=first_day(before),
        email=email,
        never_talked=never_talked,
        removed_by_me=not lost,
        known=known,
        tags=tuple(tag or ()),
        as_of=day_of(as_of, last=True).isoformat() if as_of else "",
        sort=sort or ("lost" if lost else "connected"),
        reverse=reverse,
    )


def marked_in_words(known: bool | None, tags: Sequence[str]) -> str:
    """``marked known, tagged customer``; "" if neither is wanted."""
    words = [] if known is None else [tr("marked known") if known else tr("marked unknown")]
    return ", ".join([*words, *(tr("tagged {tag}", tag=tag) for tag in tags)])


def first_day(text: str | None) -> str:
    """The day meant: ``2025`` and ``2025-01`` mean ``2025-01-01``; "" for None. Raises UsageProblem."""
    return "" if text is None else day_of(text).isoformat()


# --- people by name ---------------------------------------------------------------------------------------------------
# Whom the user means: people named by an argument, or by a file.

STDIN = "-"
_MANY = 20
"""How many line numbers a message names."""


def account_meant(session: Session, history: History) -> str | None:
    """The account asked for, as history calls it; raises UsageProblem if the vault has none of that name."""
    if session.account is None:
        return None
    known = history.accounts()
    for name in known:
        if session.account in (name, name.partition("-")[2]):
            return name
    with session.open_vault() as vault:
        if books := session.books(vault):
            raise session.no_connections(books[0].key.account)
    told = ", ".join(known) or tr("none yet")
    raise UsageProblem(
        tr("the vault has no account {account!r} with connections", account=session.account),
        hint=tr("It has: {accounts}.", accounts=told),
    )


def one(session: Session, history: History, text: str, wanted: str | None, *, nameless: bool = False) -> Person:
    """The one person meant; if there are several, they are shown on standard error.

    With `nameless` it may be one of whom only a date was ever shown, whom no mark could find again.
    """
    found = history.find(text, wanted)
    if len(found) > 1 and not session.as_json:
        render(people_view.choices(found), sys.stderr, color=session.colour)
    if len(found) != 1:
        wrong = tr("nobody in the vault matches {name!r}", name=text)
        if found:
            wrong = tr("{name!r} may mean {people}", name=text, people=count(len(found), "person", "people"))
        raise NoSuchPerson(wrong, hint=tr("Name one by id; `linkbak people` prints them."))
    if not (nameless or _nameable(found[0])):
        raise NoSuchPerson(tr("only a date was ever shown of this person, so nobody could find the mark again"))
    return found[0]


def _nameable(person: Person) -> bool:
    return bool(person.row.name or person.row.url)


def names_meant(text: str, names: Iterable[str]) -> list[str]:
    """The names, in order, that have every word of a text, or one that begins so; the one alone that is the text."""
    wanted = folded(text).split()
    parted = {name: folded(name).split() for name in sorted(names)}
    alike = [
        name
        for name, words in parted.items()
        if wanted and all(any(w.startswith(one) for w in words) for one in wanted)
    ]
    same = [name for name in alike if parted[name] == wanted]
    return same if len(same) == 1 else alike


def read_list(name: str) -> bytes:
    """The list of people in a file, or on standard input for ``-``; raises UsageProblem."""
    if name == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as error:
        raise UsageProblem(
            tr("cannot read {file}: {why}", file=name, why=error.strerror),
            hint=tr("Look at the spelling of its path."),
        ) from None


def everybody(
    history: History, names: bytes, wanted: str | None, nothing: str, *, nameless: bool = False
) -> list[Person]:
    """Everybody on the roll, once each; raises NoSuchPerson with the lines that do not name exactly one.

    `nothing` says what therefore did not happen; `nameless` as in `one`.
    """
    people: dict[int, Person] = {}
    nobody, several = list[int](), list[int]()
    lines = people_in_file(names)
    for line, text in lines:
        found = [one for one in history.find(text, wanted) if nameless or _nameable(one)]
        if len(found) == 1:
            people.setdefault(found[0].number, found[0])
        else:
            (several if found else nobody).append(line)
    if nobody or several:
        wrong = [tr("nobody is meant in {lines}", lines=_lines(nobody))] if nobody else []
        wrong += [tr("more than one person in {lines}", lines=_lines(several))] if several else []
        hint = tr("`linkbak people` prints the id of everybody.")
        raise NoSuchPerson(f"{nothing}: {'; '.join(wrong)}", hint=hint)
    if not lines:
        raise UsageProblem(tr("the list of people names nobody"))
    return [*people.values()]


def _lines(numbers: Sequence[int]) -> str:
    """``line 3``, ``lines 3, 7 and 9``."""
    shown = [str(number) for number in numbers[:_MANY]]
    if len(numbers) > _MANY:
        shown.append(tr("{number:,} more", number=len(numbers) - _MANY))
    if len(shown) == 1:
        return tr("line {line}", line=shown[0])
    return tr("lines {lines} and {last}", lines=", ".join(shown[:-1]), last=shown[-1])


# --- people to export -------------------------------------------------------------------------------------------------
# Whom to export: by filter, by name, by when they came, or by what a comparison says of them.


class Picked(NamedTuple):
    """The people, and the number of rows of a comparison that belong to nobody known."""

    people: list[Person]
    unknown: int = 0


def by_filter(history: History, wanted: PeopleFilter, added_since: str) -> Picked:
    """Those wanted; with `added_since`, an ISO day, only whom the lists up to then did not show as connected."""
    people = history.people(wanted)
    if not added_since:
        return Picked(people)
    with history.as_of(added_since) as then:
        before = {one.id for one in then.people(PeopleFilter(account=wanted.account))}
    return Picked([one for one in people if one.id not in before])


def by_name(session: Session, history: History, words: Sequence[str], roll: str | None) -> Picked:
    """The one person that words mean, or everybody a file names; raises NoSuchPerson."""
    account = account_meant(session, history)
    if roll is not None or [*words] == [STDIN]:
        named = read_list(roll or STDIN)
        return Picked(everybody(history, named, account, tr("nothing was exported"), nameless=True))
    return Picked([one(session, history, " ".join(words), account, nameless=True)])


def classes(only: str | None) -> tuple[str, ...]:
    """The classes of a diff that a list with commas names, none for None; raises UsageProblem."""
    if only is None:
        return ()
    names = tuple(name.strip() for name in only.split(",") if name.strip())
    for name in names:
        if name not in CLASSES:
            raise UsageProblem(
                tr("there is no class {name!r}", name=name),
                hint=tr("The classes are {classes}.", classes=", ".join(CLASSES)),
            )
    return names
