"""``linkbak people``, ``show`` and ``search``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.causes.incidents import known_incidents
from linkbak.causes.outcomes import judge_lost
from linkbak.cli import people_options
from linkbak.cli.people_options import Choose
from linkbak.cli.people_options import wanted as chosen
from linkbak.cli.session import Session, progress
from linkbak.errors import NoSuchPerson, UsageProblem
from linkbak.index import LOST, PeopleFilter
from linkbak.index.history import History
from linkbak.index.query import terms
from linkbak.index.search import messages_found, people_found
from linkbak.report import count, number, say
from linkbak.report import people as people_view
from linkbak.report import search as search_view
from linkbak.report import show as show_view
from linkbak.report.people import choices, to_lines

if TYPE_CHECKING:
    from linkbak.causes import Verdict
    from linkbak.index import Person, Timeline


def people(
    session: Session,
    company: Choose.company = None,
    position: Choose.position = None,
    since: Choose.since = None,
    before: Choose.before = None,
    email: Choose.email = None,
    lost: Choose.lost = False,
    hidden: Choose.hidden = False,
    never_talked: Choose.never_talked = False,
    tag: Choose.tag = None,
    as_of: Choose.as_of = None,
    sort: Choose.sort = None,
    reverse: Choose.reverse = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a person.")] = False,
    ids: Annotated[bool, typer.Option("--ids", help="The ids alone, one a line.")] = False,
) -> None:
    """List the people you are connected to, or were

    \b
    Examples:
      linkbak people --company "example works" --sort name
      linkbak people --since 2025 --never-talked
      linkbak people --lost --csv > lost.csv
      linkbak people --company "example works" --ids | linkbak mark - tag work
      linkbak people --as-of 2024-01-01

    A year or a month is a date too: its first day. Every filter given must hold. In a pipe each person is a line: id,
    name, work, connected on, state, messages, account, with tabs between.
    """
    if sum((session.as_json, as_csv, ids)) > 1:
        raise UsageProblem("--json, --csv and --ids exclude each other")
    wanted = chosen(
        company=company,
        position=position,
        since=since,
        before=before,
        email=email,
        lost=lost,
        hidden=hidden,
        never_talked=never_talked,
        tag=tag,
        as_of=as_of,
        sort=sort,
        reverse=reverse,
    )
    found, wanted = _found(session, wanted)
    _print(session, found, wanted, limit, everyone=everyone, as_csv=as_csv, ids=ids)


def _found(session: Session, wanted: PeopleFilter) -> tuple[Sequence[Person], PeopleFilter]:
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        wanted = wanted._replace(account=people_options.whom_account(session, history))
        return history.people(wanted), wanted


def _print(
    session: Session,
    found: Sequence[Person],
    wanted: PeopleFilter,
    limit: int | None,
    *,
    everyone: bool,
    as_csv: bool,
    ids: bool,
) -> None:
    """As asked; else a table on a terminal, and lines in a pipe."""
    shown = found[:limit]
    if session.as_json:
        session.print_json(people_view.document(shown, wanted, len(found)))
    elif as_csv or ids:
        session.print_text(people_view.to_csv(shown) if as_csv else people_view.to_ids(shown))
    elif on_terminal():
        session.show(people_view.text(shown, wanted, everyone=everyone or limit is not None))
    else:
        _lines(session, shown, len(found))


def on_terminal() -> bool:
    """Whether somebody looks at standard output, rather than another program."""
    return sys.stdout.isatty()


def _lines(session: Session, shown: Sequence[Person], matching: int) -> None:
    """Lines for other programs on standard output, how many there are on standard error."""
    session.print_text(to_lines(shown))
    if not session.quiet:
        of = f" of {number(matching)}" if len(shown) < matching else ""
        say(f"{count(len(shown), 'person', 'people')}{of}" if matching else "no match")


# --- show -------------------------------------------------------------------------------------------------------------


def show(
    session: Session,
    person: Annotated[list[str], typer.Argument(metavar="PERSON...", help="A name, part of one, address, e-mail, id.")],
) -> None:
    """Show everything the vault knows of one person

    \b
    Examples:
      linkbak show Ada Example
      linkbak show ada@example.com
      linkbak show https://www.linkedin.com/in/ada-example
      linkbak show exam --json

    Several words make one name. If it fits several people, they are listed with their ids to choose from.
    """
    words = " ".join(person)
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        found = history.find(words, people_options.whom_account(session, history))
        if not found:
            raise _nobody(words, history)
        line = history.timeline(found[0]) if len(found) == 1 else None
        verdict = _verdict(history, line) if line else None
        several = len(history.accounts()) > 1
    _show_print(session, found, line, verdict, tell_account=several)


def _nobody(words: str, history: History) -> NoSuchPerson:
    if not history.accounts():
        return NoSuchPerson("the vault knows nobody yet", hint="Keep an archive first: linkbak import ARCHIVE")
    return NoSuchPerson(
        f"nobody in the vault answers to {words!r}",
        hint="Try a part of the name, an address or an e-mail; `linkbak people` lists everyone.",
    )


def _verdict(history: History, line: Timeline) -> Verdict | None:
    """Why they are gone, if they are."""
    if line.person.state not in LOST:
        return None
    losses = judge_lost(history, [line.person], known_incidents())
    return losses[0].verdict if losses else None


def _show_print(
    session: Session, found: Sequence[Person], line: Timeline | None, verdict: Verdict | None, *, tell_account: bool
) -> None:
    if session.as_json:
        session.print_json(show_view.document(found, line, verdict))
    elif line is None:
        session.show(choices(found, everyone=not sys.stdout.isatty()))
    else:
        session.show(show_view.text(line, verdict, tell_account=tell_account))


# --- search -----------------------------------------------------------------------------------------------------------

_PLACES = ("people", "messages")


def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What to look for; in quotes, as a phrase.")],
    place: Annotated[str, typer.Option("--in", metavar="PLACE", help="people or messages.")] = "people",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most N of them.")] = 20,
) -> None:
    """Find people by anything known of them, or messages

    \b
    Examples:
      linkbak search ghent
      linkbak search ada "example works"
      linkbak search --in messages contract --limit 5

    People are found by name, company, position, e-mail, address, by your notes and tags, and by what these were before.
    Accents and case do not matter, the beginning of a word will do, and a slip of the fingers is forgiven.
    """
    if place not in _PLACES:
        raise UsageProblem(f"there is nothing to search called {place!r}", hint=f"Search in {' or '.join(_PLACES)}.")
    query = _query(words)
    if not terms(query):
        raise UsageProblem("there is no word to look for", hint="Words have letters or digits: linkbak search ghent")
    if place == "messages":
        _messages(session, query, limit)
    else:
        _people(session, query, limit)


def _query(words: Sequence[str]) -> str:
    """What was typed as one text; what the shell took as one word although it holds blanks is a phrase."""
    return " ".join(f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words)


def _people(session: Session, query: str, limit: int) -> None:
    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = people_found(history, query, people_options.whom_account(session, history), limit)
    if session.as_json:
        session.print_json(search_view.people_document(query, found))
    else:
        session.show(search_view.people_text(query, found, limit))


def _messages(session: Session, query: str, limit: int) -> None:
    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = messages_found(history, query, people_options.whom_account(session, history), limit)
    if session.as_json:
        session.print_json(search_view.messages_document(query, found))
    else:
        session.show(search_view.messages_text(query, found, limit))
