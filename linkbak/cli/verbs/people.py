"""``linkbak people``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session, day_of
from linkbak.errors import UsageProblem

if TYPE_CHECKING:
    from linkbak.history.records import Person, State, Wanted

_Text = str | None


def people(
    session: Session,
    company: Annotated[_Text, typer.Option("--company", metavar="TEXT", help="Who work there; a part will do.")] = None,
    position: Annotated[_Text, typer.Option("--position", metavar="TEXT", help="Who work as that.")] = None,
    since: Annotated[_Text, typer.Option("--since", metavar="DATE", help="Connected on that day or later.")] = None,
    before: Annotated[_Text, typer.Option("--before", metavar="DATE", help="Connected before that day.")] = None,
    email: Annotated[
        bool | None, typer.Option("--email/--no-email", help="Who show an e-mail, or do not.", show_default=False)
    ] = None,
    lost: Annotated[bool, typer.Option("--lost", help="Those no longer listed.")] = False,
    hidden: Annotated[bool, typer.Option("--hidden", help="Those shown only as a date.")] = False,
    never_talked: Annotated[bool, typer.Option("--never-talked", help="No message in any archive.")] = False,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Whom you tagged so.")] = None,
    as_of: Annotated[_Text, typer.Option("--as-of", metavar="DATE", help="As listed then.")] = None,
    sort: Annotated[
        _Text, typer.Option("--sort", metavar="BY", help="connected, name, company, messages or lost.")
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="The other way round.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Fold no long lists.")] = False,
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
    from linkbak.history.records import LOST, Wanted

    if sum((session.as_json, as_csv, ids)) > 1:
        raise UsageProblem("--json, --csv and --ids exclude each other")
    states: frozenset[State] = (LOST if lost else frozenset()) | (frozenset(("hidden",)) if hidden else frozenset())
    wanted = Wanted(
        states=states or None,
        company=company or "",
        position=position or "",
        since=_first_day(since),
        before=_first_day(before),
        email=email,
        never_talked=never_talked,
        tags=tuple(tag or ()),
        as_of=day_of(as_of).isoformat() if as_of else "",
        sort=_order(sort, lost),
        reverse=reverse,
    )
    found, wanted = _found(session, wanted)
    _print(session, found, wanted, limit, everyone=everyone, as_csv=as_csv, ids=ids)


def _first_day(text: str | None) -> str:
    """The day meant: ``2025`` and ``2025-01`` mean ``2025-01-01``."""
    if text is None:
        return ""
    rest = {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        return str(day_of(text + rest).isoformat())
    except UsageProblem:
        raise UsageProblem(f"{text!r} is not a date", hint="Write it as 2026-03-20, 2026-03 or 2026.") from None


def _order(sort: str | None, lost: bool) -> str:
    from linkbak.report.people_view import ORDERS

    if sort is None:
        return "lost" if lost else "connected"
    if sort not in ORDERS:
        raise UsageProblem(f"people cannot be sorted by {sort!r}", hint=f"Sort by {', '.join(ORDERS)}.")
    return sort


def _found(session: Session, wanted: Wanted) -> tuple[Sequence[Person], Wanted]:
    from linkbak.cli import whom
    from linkbak.cli.progress import progress
    from linkbak.history import History

    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        wanted = wanted._replace(account=whom.account(session, history))
        return history.people(wanted), wanted


def _print(
    session: Session,
    found: Sequence[Person],
    wanted: Wanted,
    limit: int | None,
    *,
    everyone: bool,
    as_csv: bool,
    ids: bool,
) -> None:
    """As asked; else a table on a terminal, and lines in a pipe."""
    shown = found[:limit]
    if session.as_json:
        from linkbak.report import people_json

        session.print_json(people_json.people(shown, wanted, len(found)))
    elif as_csv or ids:
        from linkbak.report.people_files import to_csv, to_ids

        session.print_text(to_csv(shown) if as_csv else to_ids(shown))
    elif on_terminal():
        from linkbak.report.people_view import people_page

        session.show(people_page(shown, wanted, everyone=everyone or limit is not None))
    else:
        _lines(session, shown, len(found))


def on_terminal() -> bool:
    """Whether somebody looks at standard output, rather than another program."""
    return sys.stdout.isatty()


def _lines(session: Session, shown: Sequence[Person], matching: int) -> None:
    """Lines for other programs on standard output, how many there are on standard error."""
    from linkbak.report.people_files import to_lines
    from linkbak.report.show import say
    from linkbak.report.words import count, number

    session.print_text(to_lines(shown))
    if not session.quiet:
        of = f" of {number(matching)}" if len(shown) < matching else ""
        say(f"{count(len(shown), 'person', 'people')}{of}" if matching else "nobody in the vault is like that")
